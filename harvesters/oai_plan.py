"""What is to be listed in a harvest by OAI-PMH, from where on, and how far it has come."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from harvesters.choices import yes
from harvesters.kind import Asked
from harvesters.oai_provider import Repository

RECORDS: Final = "ListRecords"
IDENTIFIERS: Final = "ListIdentifiers"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a harvest has come: what its cursors hold.

    `part` counts the lists that are done, `token` leads on in the next, of which `came` records have
    come. `size` and `aside` sum over the lists what they declare and what was not a data set;
    `unsized` says that one declares nothing, `mixed` that some hold
    more than data sets. `subjects` is what was found out about
    them (oai_subjects.py).
    """

    started: str
    since: str = ""
    part: int = 0
    token: str = ""
    came: int = 0
    size: int = 0
    aside: int = 0
    unsized: bool = False
    mixed: bool = False
    subjects: str = ""

    def text(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The position of a cursor; None for what is none."""
        try:
            return cls(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def next(self) -> Self:
        """The beginning of the next list."""
        return replace(self, part=self.part + 1, token="", came=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for. `sets` holds "" where all is wanted."""

    prefix: str
    sets: tuple[str, ...]
    takes_all: bool
    tells_deletions: bool
    start: Position

    @property
    def is_changes(self) -> bool:
        """Whether only what changed comes.

        That is so where a repository tells what it took away, and where its headers could not say what
        is still there, because they do not tell which records are data sets.
        """
        return bool(self.start.since) and (self.tells_deletions or self.start.mixed)

    def lists(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The verb and the arguments of each list.

        Where a repository does not tell what it took away, a list of what is there follows that of
        what changed.
        """
        for name in self.sets:
            yield RECORDS, self._arguments(name, self.start.since)
        if self.start.since and not self.is_changes:
            for name in self.sets:
                yield IDENTIFIERS, self._arguments(name, "")

    def _arguments(self, name: str, since: str) -> dict[str, str]:
        given = {"metadataPrefix": self.prefix, "set": name, "from": since}
        return {argument: value for argument, value in given.items() if value}

    def signature(self) -> str:
        """What must be the same for what was remembered to hold."""
        return json.dumps([self.prefix, *self.sets, self.takes_all])


def planned(asked: Asked, repository: Repository, prefix: str) -> Plan:
    """The plan of a harvest: of what changed where all that needs is remembered, else of everything."""
    sets = tuple(dict.fromkeys(part.strip() for part in asked.option("set").split(",") if part.strip()))
    moment = repository.moment if repository.before(repository.moment) else asked.now().isoformat()
    plan = Plan(
        prefix,
        sets or ("",),
        yes(asked, "all_types"),
        repository.tells_deletions,
        Position(moment),
    )
    if resumed := Position.read(asked.cursor):
        return replace(plan, start=resumed)
    if asked.remembered.get("list") == plan.signature() and asked.remembered.get("subjects"):
        since = repository.before(asked.remembered.get("from", ""))
        subjects, mixed = asked.remembered["subjects"], "mixed" in asked.remembered
        return replace(plan, start=Position(moment, since, subjects=subjects, mixed=mixed))
    return plan
