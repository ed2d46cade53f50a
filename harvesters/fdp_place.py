"""Where the walk through a FAIR Data Point has got to, and what is remembered from run to run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harvesters.fdp_document import Child

_FILLED: Final = "filled"


@dataclass(slots=True)
class Members:
    """A resource whose members are walked through; `catalogue` is the nearest one above them.

    `after` is the member that was last begun, `absent` the number of those that were not there (404).
    """

    iri: str
    catalogue: str
    children: list[Child]
    after: str = ""
    done: int = 0
    absent: int = 0

    def next(self) -> Child | None:
        """The next member, which is begun with that."""
        if self.done >= len(self.children):
            return None
        child = self.children[self.done]
        self.done, self.after = self.done + 1, child.iri
        return child


@dataclass(frozen=True, slots=True)
class Told:
    """A place on the way: the IRIs from the root down, each with its catalogue and the last member begun."""

    path: tuple[tuple[str, str, str], ...] = ()
    faults: int = 0
    filled: tuple[str, ...] = ()

    def cursor(self) -> str:
        """The place as text."""
        return json.dumps({"path": self.path, "faults": self.faults, "filled": self.filled})


def place_at(cursor: str) -> Told:
    """The place that a cursor tells; the beginning where it tells none."""
    try:
        told = json.loads(cursor)
        path = tuple((str(iri), str(catalogue), str(after)) for iri, catalogue, after in told["path"])
        return Told(path, int(told["faults"]), tuple(map(str, told["filled"])))
    except (ValueError, TypeError, LookupError):
        return Told()


@dataclass(slots=True)
class Memory:
    """Which containers held something: in the last complete run, and in this one."""

    before: frozenset[str] = frozenset()
    now: set[str] = field(default_factory=set)

    def held(self, iri: str) -> bool:
        """Whether a container held something in the last complete run."""
        return _mark(iri) in self.before

    def fill(self, iri: str) -> None:
        """Note that a container holds something."""
        self.now.add(_mark(iri))

    def noted(self) -> tuple[str, str]:
        """What the next run is to be handed."""
        return _FILLED, " ".join(sorted(self.now))


def memory(remembered: Mapping[str, str]) -> Memory:
    """What an earlier run noted."""
    return Memory(frozenset(remembered.get(_FILLED, "").split()))


def _mark(iri: str) -> str:
    return hashlib.sha256(iri.encode()).hexdigest()[:12]
