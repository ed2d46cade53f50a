"""How the subjects of records follow from the identifiers in their headers.

A list that tells what was taken away, or what is still there, gives headers alone. So the subject of
a record whose metadata is no RDF is its identifier. RDF brings subjects of its own: whether all of
them follow from the identifiers by one rule is found out while they are read. Where none holds,
nothing can be said from headers, and the repository is always read in full.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from catalogue.drafting import named

_SAFE: Final = "/:;()@!$&'*+,=~-._?%"
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^:/]")
_KEYS: Final[Mapping[str, re.Pattern[str]]] = {
    "whole": re.compile(r"(.+)"),
    "local": re.compile(r"oai:[^:]+:(.+)"),
    "last": re.compile(r".*[:/]([^:/]+)"),
}
"""Parts of an identifier that a subject may be made of."""


class _Rule(NamedTuple):
    """The subject is the part `key` of the identifier between two texts; "own" is our own way."""

    key: str
    start: str = ""
    end: str = ""


_OWN: Final = _Rule("own")
_NONE: Final = "[]"
_SURE: Final = 10
"""After so many records a rule that held for all of them is taken to hold."""


class Subjects:
    """The subjects of one repository; `remembered` is the rule that held in the last complete run."""

    def __init__(self, host: str, remembered: str = "") -> None:
        self._host = host
        self._known = _rule(remembered)
        self._candidates: tuple[_Rule, ...] | None = None if self._known is None else (self._known,)
        self._learned = 0
        if remembered == _NONE:
            self._candidates = ()

    def own(self, identifier: str) -> str:
        """The identifier as an IRI; within the host of the repository where it is none."""
        return (
            _iri(identifier) or _iri(quote(identifier, _SAFE)) or f"oai:{self._host}:{quote(identifier, '')}"
        )

    def of(self, identifier: str) -> str:
        """The subject of a header alone; "" while no rule is sure."""
        candidates = self._candidates or ()
        rule = self._known if self._known in candidates else _OWN if _OWN in candidates else None
        return self._made(rule, identifier) if rule and identifier else ""

    def likely(self, identifier: str, brings_own: bool) -> str:
        """The subject that a record which cannot be read would have; "" when that is not known.

        `brings_own` says that records are expected to come with subjects of their own.
        """
        if not identifier or (self._candidates is None and brings_own):
            return ""
        if self._candidates is None:
            return self.own(identifier)
        made = {self._made(rule, identifier) for rule in self._candidates}
        sure = self._learned >= _SURE or _OWN in self._candidates or self._known in self._candidates
        return made.pop() if sure and len(made) == 1 else ""

    def learn(self, identifier: str, subjects: Sequence[str]) -> None:
        """Hold the rules against a record that came with its subjects."""
        self._learned += 1
        if len(subjects) != 1:
            self._candidates = ()
            return
        rules = self._rules(identifier, subjects[0]) if self._candidates is None else self._candidates
        self._candidates = tuple(rule for rule in rules if self._made(rule, identifier) == subjects[0])

    def noted(self) -> str:
        """What was found out, for a harvest that goes on; "" when no record was read."""
        if self._candidates is None:
            return ""
        return json.dumps(self._candidates[0]) if self._candidates else _NONE

    @property
    def are_known(self) -> bool:
        """Whether one rule held for all records that were read."""
        return bool(self._candidates)

    def _rules(self, identifier: str, subject: str) -> tuple[_Rule, ...]:
        found = [_OWN]
        for key in _KEYS:
            part = _part(key, identifier)
            start, there, end = subject.rpartition(part) if part else ("", "", "")
            if there:
                found.append(_Rule(key, start, end))
        return tuple(found)

    def _made(self, rule: _Rule, identifier: str) -> str:
        if rule.key == "own":
            return self.own(identifier)
        part = _part(rule.key, identifier)
        return f"{rule.start}{part}{rule.end}" if part else ""


def _iri(identifier: str) -> str:
    """The identifier where it is an IRI, else ""."""
    is_one = _SCHEME.match(identifier) or identifier.startswith("http")
    found = named(identifier) if is_one else None
    return found.value if found else ""


def _part(key: str, identifier: str) -> str:
    found = _KEYS[key].fullmatch(identifier)
    return found[1] if found else ""


def _rule(text: str) -> _Rule | None:
    try:
        key, start, end = json.loads(text)
    except ValueError:
        return None
    return _Rule(key, start, end) if key in {"own", *_KEYS} else None
