"""One concept in a release: how common it is over time, at which age it begins, what is measured."""

from collections.abc import Iterator
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.measured import Spread
from catalogue.profiles.release import Guarded
from web.charts.amounts import month_number, plain, ratio
from web.charts.chart import Amount, Chart, Column, Names, Say
from web.charts.labels import SEX_LABELS, concept_label
from web.charts.persons import monthly, observed_in_months
from web.charts.records import boxed
from web.charts.rows import Box, figure
from web.i18n import mark

PER = 1000
"""Of how many persons the prevalence is told."""

_UNITS: Final = 6
"""So many units of a measurement have a chart at most."""


def concept_charts(release: Guarded, concept: str, names: Names, say: Say) -> Iterator[Chart]:
    """What can be drawn of a concept; what the release does not provide is left out."""
    drawn = [
        prevalence(release, concept, names, say),
        age_at_first_occurrence(release, concept, names, say),
        *(
            measurement_values(release, concept, unit, names, say)
            for unit in measured_units(release, concept)[:_UNITS]
        ),
    ]
    yield from filter(None, drawn)


def prevalence(release: Guarded, concept: str, names: Names, say: Say) -> Chart | None:
    """Persons with the concept in each month per 1,000 who were observed then."""
    found = prevalences(release, concept)
    if not found:
        return None
    column = Column("prevalence", say(mark("Prevalence")), say(mark("persons per 1,000 observed")))
    title = say(mark("{concept}: prevalence by month")).format(concept=concept_label(concept, names, say))
    return monthly(f"prevalence-{concept}", title, column, found, say)


def prevalences(release: Guarded, concept: str) -> dict[int, Count | Amount]:
    """By month yyyymm how many of 1,000 persons observed have the concept; absent where either is."""
    observed = observed_in_months(release)
    found: dict[int, Count | Amount] = {}
    for (of, month), count in release.cells.get("personsByConceptAndMonth", {}).items():
        number = month_number(month)
        if of == concept and number is not None:
            found[number] = _ratio(count, observed.get(number, Count.absent()))
    return dict(sorted(found.items())) if any(told.low is not None for told in found.values()) else {}


def age_at_first_occurrence(release: Guarded, concept: str, names: Names, say: Say) -> Chart | None:
    """The ages at which persons have the concept for the first time, by sex."""
    found = {
        s.strata[1]: s
        for s in release.spreads
        if s.analysis == "ageAtFirstOccurrence" and s.strata[0] == concept
    }
    if not found:
        return None
    lines = [
        Box(say(label), figure(found[sex]), found[sex]) for sex, label in SEX_LABELS.items() if sex in found
    ]
    title = say(mark("{concept}: age at first occurrence")).format(concept=concept_label(concept, names, say))
    column = Column("sex", say(mark("Sex")))
    unit = say(mark("years"))
    return boxed(f"first-age-{concept}", title, _medians(lines, unit, say), lines, column, unit, say)


def measurement_values(release: Guarded, concept: str, unit: str, names: Names, say: Say) -> Chart | None:
    """The values of a measurement in one unit; values in other units stand on another scale."""
    found = [s for s in release.spreads if s.analysis == "measurementValues" and s.strata == (concept, unit)]
    if not found:
        return None
    label = concept_label(concept, names, say)
    unit_label = say(mark("no unit given")) if unit in ("", "0") else concept_label(unit, names, say)
    lines = [Box(label, figure(spread), spread) for spread in found]
    return boxed(
        f"values-{concept}-{unit}",
        say(mark("{concept}: values")).format(concept=label),
        _medians(lines, unit_label, say),
        lines,
        Column("measurement", say(mark("Measurement"))),
        unit_label,
        say,
    )


def measured_units(release: Guarded, concept: str) -> list[str]:
    """The units in which values of a concept are told, the one with the most values first."""
    found: list[Spread] = [
        s for s in release.spreads if s.analysis == "measurementValues" and s.strata[0] == concept
    ]
    return [s.strata[1] for s in sorted(found, key=lambda s: (-(s.count or 0), s.strata[1]))]


def _ratio(count: Count, observed: Count) -> Amount:
    found = ratio(count, observed, PER)
    return Amount(State.ABSENT) if found.low is None else found


def _medians(lines: list[Box], unit: str, say: Say) -> str:
    said = "; ".join(
        f"{box.label} {'–' if box.spread.median is None else plain(box.spread.median)}" for box in lines
    )
    return say(mark("Median in {unit}: {medians}.")).format(unit=unit, medians=said)
