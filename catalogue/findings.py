"""What a check reports: findings as whole sentences, ready to be translated, and their sum."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalogue import ranges
from catalogue.fields import Profile
from catalogue.mapping import Node


class Problem(StrEnum):
    """What can be the matter with a field."""

    MISSING = "missing"  # a mandatory field has no value
    ADVISED = "advised"  # a recommended field has no value
    REPEATED = "repeated"  # more values than the profile allows
    RANGE = "range"  # a value of the wrong kind
    UNKNOWN = "unknown"  # a code that is not in the vocabulary


MISSING: Final = "“{label}” is missing."
ADVISED: Final = "“{label}” is recommended and not given."
REPEATED: Final = "“{label}” may be given only once. Given: {value} times."
UNKNOWN: Final = "“{label}” allows only the codes of its list. Given: {value}."
UNLISTED: Final = "“{label}” should be a code of its list. Given: {value}."
UNCONFIRMED: Final = (
    "“{label}” has a code that is not among those known here: {value}. Look for a slip of the pen."
)
RENAMED: Final = "“{label}” is understood, but its official code is {expected}. Given: {value}."
UNDESCRIBED: Final = "“{label}” names {value} and does not describe it in this record."
NO_HEALTH: Final = "“{label}” must include Health, the code {expected}."
NO_VARIABLES: Final = "“{label}” is missing. Structured data need their tables and columns listed."
NO_WAY_TO_ASK: Final = "Neither an e-mail address nor a page is given for this contact."
HELP: Final = "{message} What belongs here: {help}"
UNDER: Final = "{message} Where: “{place}”, {on}."
NESTED: Final = "{message} Where: “{place}”."

TEMPLATES: Final = (
    *(MISSING, ADVISED, REPEATED, UNKNOWN, UNLISTED, UNCONFIRMED, RENAMED, UNDESCRIBED),
    *(NO_HEALTH, NO_VARIABLES, NO_WAY_TO_ASK, HELP, UNDER, NESTED),
    *ranges.TEMPLATES,
)
"""Every sentence that a finding can be made of, for translators."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend.

    `node` is the class it stands in, `focus` that node itself, None for the record. `place` is the
    label of the field that leads to the node, `on` the node's own label or IRI; both are "" for the
    record. `value` is what was given, `expected` what belongs there, `help` the field's own hint
    where nothing was given.
    """

    problem: Problem
    node: str
    field: str
    label: str
    template: str
    violation: bool
    help: str = ""
    value: str = ""
    expected: str = ""
    place: str = ""
    on: str = ""
    focus: Node | None = None

    @property
    def arguments(self) -> Mapping[str, str]:
        """What the placeholders of the template stand for."""
        return {"label": self.label, "value": self.value, "expected": self.expected}

    @property
    def message(self) -> str:
        """The finding in English."""
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """The finding in the language that `translate` puts templates, labels and helps into."""
        words = {**self.arguments, "label": translate(self.label)}
        message = translate(self.template).format(**words)
        if self.help:
            message = translate(HELP).format(message=message, help=translate(self.help))
        if not self.place:
            return message
        where = translate(UNDER if self.on else NESTED)
        return where.format(message=message, place=translate(self.place), on=self.on)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of checking one record against one profile."""

    profile: Profile
    findings: tuple[Finding, ...]
    provided: int
    expected: int
    """How many of the record's own mandatory and recommended fields are filled, of how many."""

    @property
    def valid(self) -> bool:
        """Whether nothing mandatory is missing and nothing stands wrong."""
        return not any(finding.violation for finding in self.findings)

    @property
    def missing(self) -> int:
        """How many mandatory values are missing, in the record and in the nodes it describes."""
        return sum(f.violation and f.problem is Problem.MISSING for f in self.findings)
