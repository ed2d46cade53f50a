"""The disclosure guard: what may be told of a characterisation, so that no count gives a person away.

Whatever comes in passes here, once, before it is stored; docs/profiles/disclosure.md says what is done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure_accepted import accepted
from catalogue.profiles.disclosure_ages import band
from catalogue.profiles.disclosure_cells import Numbers
from catalogue.profiles.disclosure_checks import check
from catalogue.profiles.disclosure_descendants import OWN, Widened, widen
from catalogue.profiles.disclosure_relations import protect
from catalogue.profiles.disclosure_report import report
from catalogue.profiles.disclosure_spreads import guard_spreads
from catalogue.profiles.disclosure_variables import guard_variables
from catalogue.profiles.measured import Dropped, Quality, Spread, Tally, Told, Variable
from catalogue.profiles.release import Guarded, Incoming, Rule, Strata

_PRODUCERS: Final = ("Achilles", "CatalogueExport", "Ares", "Data Quality Dashboard", "White Rabbit", "CSV")
"""Whose word on the files counts first."""


def guard(items: Iterable[Incoming], rule: Rule) -> Guarded:
    """What may be told under the rule, whatever the order of the items.

    A release that the node guarded itself is taken as it is, see `accepted`; no other numbers may stand
    beside it. Raises Invalid where the rule is out of bounds, or what is told cannot be counts of persons.
    """
    taken = _Taken(Numbers(rule.checked()))
    for item in items:
        if isinstance(item, Tally):
            taken.numbers.add(item)
        else:
            taken.add(item)
    if taken.made:
        return accepted(taken.alone(), rule, taken.told(), taken.dropped)
    check(taken.numbers)
    aged = band(taken.numbers, taken.told())
    protect(taken.numbers)
    spreads = guard_spreads(taken.spreads, taken.numbers)
    if taken.numbers["persons"].is_small(()):
        taken.variables = [replace(variable, values={}) for variable in taken.variables]
    variables = guard_variables(taken.variables, rule)
    wide = {name: widen(taken.numbers, name) for name in OWN if name in taken.numbers.by_analysis}
    return Guarded(
        taken.told(),
        rule,
        _counts(taken.numbers, wide),
        spreads.kept,
        tuple(sorted(taken.quality, key=repr)),
        variables.kept,
        tuple(report(taken.numbers, aged, wide, spreads, variables, taken.dropped)),
    )


def loosened(old: Rule, new: Rule) -> bool:
    """Whether an older release of a dataset, under the old rule, must go when one under the new rule appears.

    Any other rule loosens what is hidden, a stricter one too: each hides some counts for the sake of others,
    and another rule hides other ones. What both tell together need not be safe.
    """
    return old != new


@dataclass(slots=True)
class _Taken:
    """All that the readers tell of one release."""

    numbers: Numbers
    tolds: list[Told] = field(default_factory=list)
    spreads: list[Spread] = field(default_factory=list)
    quality: set[Quality] = field(default_factory=set)
    variables: list[Variable] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    made: list[Guarded] = field(default_factory=list)

    def add(self, item: Spread | Quality | Variable | Dropped | Told | Guarded) -> None:
        match item:
            case Guarded():
                self.made.append(item)
                self.tolds.append(item.told)
            case Spread():
                self.spreads.append(item)
            case Quality():
                self.quality.add(item)
            case Variable():
                self.variables.append(item)
            case Dropped():
                self.dropped.append(item)
            case Told():
                self.tolds.append(item)

    def alone(self) -> Guarded:
        """The release that a node guarded; raises Invalid where anything else is counted."""
        beside = self.numbers.by_analysis or self.spreads or self.quality or self.variables
        if beside or len(self.made) > 1:
            raise Invalid(
                "Counts that a node guarded stand beside others, and what both tell together could give "
                "persons away. Give the files of one."
            )
        return self.made[0]

    def told(self) -> Told:
        """What all files tell of themselves; where they differ, the first producer's word."""
        ordered = sorted(self.tolds, key=lambda told: (_rank(told.producer), repr(told)))
        return Told(
            _first(told.producer for told in ordered),
            _first(told.version for told in ordered),
            _first(told.source_name for told in ordered),
            next((told.generated for told in ordered if told.generated), None),
            next((told.released for told in ordered if told.released), None),
            _first(told.cdm_version for told in ordered),
            _first(told.vocabulary_version for told in ordered),
        )


def _first(words: Iterable[str]) -> str:
    return next(filter(None, words), "")


def _rank(producer: str) -> int:
    return _PRODUCERS.index(producer) if producer in _PRODUCERS else len(_PRODUCERS)


def _counts(numbers: Numbers, wide: Mapping[str, Widened]) -> Mapping[str, Mapping[Strata, Count]]:
    counts = {}
    for name, cells in sorted(numbers.by_analysis.items()):
        made = wide[name].counts if name in wide else cells.told()
        if made:
            counts[name] = made
    return counts
