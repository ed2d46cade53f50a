"""What was measured of several datasets, row by row, and the charts of their shares."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catalogue.comparing import Side
from catalogue.profiles.counts import Count, State
from catalogue.profiles.proposals import ages_of, months_of
from catalogue.profiles.release import Guarded
from web import format as form
from web.charts.amounts import ABSENT, total
from web.charts.chart import Amount, Chart, Say, Told
from web.charts.comparing import (
    Source,
    compared_by_age,
    compared_by_birth,
    compared_by_domain,
    compared_by_sex,
    compared_by_year,
    domain_persons,
)
from web.charts.history import by_category
from web.charts.labels import SEX_LABELS, by_domain, domain_label
from web.i18n import mark
from web.profile_views import day_of, rule_words

_YEAR_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was measured, by dataset; "" and an absent count where nothing was provided."""

    name: str
    label: str
    told: tuple[Told | str, ...]

    @property
    def is_alike(self) -> bool:
        """Whether the same is told of all datasets."""
        return len(set(self.told)) < 2

    @property
    def is_empty(self) -> bool:
        """Whether nothing is told of any."""
        return not any(one if isinstance(one, str) else one.state != State.ABSENT for one in self.told)


@dataclass(frozen=True, slots=True)
class Group:
    """Measures that are read together."""

    name: str
    label: str
    measures: tuple[Measure, ...]


def groups(sides: Sequence[Side], say: Say) -> tuple[Group, ...]:
    """All that is compared of profiles but shares and concepts; what no dataset tells is left out."""
    made = (
        Group("persons", say(mark("Persons and time")), tuple(_persons(sides, say))),
        Group("records", say(mark("Persons and records by domain")), tuple(_domains(sides, say))),
        Group("quality", say(mark("Checks of data quality passed, in percent")), tuple(_quality(sides, say))),
        Group("release", say(mark("Versions, and how counts are protected")), tuple(_release(sides, say))),
    )
    told = (Group(g.name, g.label, tuple(m for m in g.measures if not m.is_empty)) for g in made)
    return tuple(group for group in told if group.measures)


def charts(sides: Sequence[Side], names: Sequence[str], say: Say) -> tuple[Chart, ...]:
    """What can be drawn of the datasets together; one without a profile is shown as not provided."""
    sources = [Source(name, side.guarded) for name, side in zip(names, sides, strict=True)]
    made = (
        compared_by_age(sources, say),
        *(compared_by_age(sources, say, sex) for sex in ("female", "male")),
        compared_by_sex(sources, say),
        compared_by_birth(sources, say),
        compared_by_year(sources, say),
        compared_by_domain(sources, say),
    )
    return tuple(chart for chart in made if chart is not None)


def persons(sides: Sequence[Side], say: Say) -> Measure:
    """How many persons each dataset has."""
    return Measure("persons", say(mark("Persons measured")), _counts(sides, "persons"))


def years(sides: Sequence[Side], say: Say) -> Measure:
    """The first and the last year that persons are observed in."""
    return Measure("years", say(mark("Years observed")), tuple(_years(one.guarded) for one in sides))


def _persons(sides: Sequence[Side], say: Say) -> Iterator[Measure]:
    yield persons(sides, say)
    for sex, label in SEX_LABELS.items():
        yield Measure(sex, say(label), _counts(sides, "personsBySex", sex))
    ages = tuple(_ages(one.guarded) for one in sides)
    yield Measure("ages", say(mark("Ages at first observation of eight in ten persons")), ages)
    median = tuple(_median(one.guarded, "ageAtFirstObservation", 1) for one in sides)
    yield Measure("median_age", say(mark("Median age at first observation, in years")), median)
    yield years(sides, say)
    length = tuple(_median(one.guarded, "lengthOfObservation", _YEAR_DAYS) for one in sides)
    yield Measure("median_follow_up", say(mark("Median length of first observation, in years")), length)


def _domains(sides: Sequence[Side], say: Say) -> Iterator[Measure]:
    with_records = [domain_persons(one.guarded) for one in sides]
    records = [_records(one.guarded) for one in sides]
    for domain in by_domain(domain for found in (*with_records, *records) for domain in found):
        label = domain_label(domain, say)
        words = say(mark("{domain}: persons")).format(domain=label)
        yield Measure(f"persons_{domain}", words, _of(domain, with_records))
        words = say(mark("{domain}: records")).format(domain=label)
        yield Measure(f"records_{domain}", words, _of(domain, records))


def _of(domain: str, found: Iterable[dict[str, Count]]) -> tuple[Count, ...]:
    return tuple(counts.get(domain, Count.absent()) for counts in found)


def _quality(sides: Sequence[Side], say: Say) -> Iterator[Measure]:
    found = [by_category(one.guarded.quality) for one in sides]
    whole = tuple(_passed(_sum(counts.values())) for counts in found)
    yield Measure("checks", say(mark("All checks")), whole)
    for category in dict.fromkeys(category for counts in found for category in counts):
        shares = tuple(_passed(counts.get(category, (0, 0))) for counts in found)
        yield Measure(f"checks_{category.lower().replace(' ', '_')}", category, shares)


def _sum(counts: Iterable[Sequence[int]]) -> tuple[int, int]:
    listed = list(counts)
    return sum(one[0] for one in listed), sum(one[1] for one in listed)


def _passed(counts: Sequence[int]) -> Amount:
    passed, failed = counts[0], counts[1]
    if not passed + failed:
        return ABSENT
    percent = 100 * passed / (passed + failed)
    return Amount(State.EXACT, percent, percent)


def _release(sides: Sequence[Side], say: Say) -> Iterator[Measure]:
    found = [one.release for one in sides]

    def words(name: str, label: str, told: Iterable[str]) -> Measure:
        return Measure(name, say(label), tuple(told))

    yield words("day", mark("The data of"), (form.day(day_of(one)) if one else "" for one in found))
    yield words("cdm_version", mark("Version of the data model"), (_told(s, "cdm_version") for s in sides))
    yield words(
        "vocabulary_version",
        mark("Version of the vocabularies"),
        (_told(one, "vocabulary_version") for one in sides),
    )
    made = (" ".join(filter(None, (one.told.producer, one.told.version))) if one else "" for one in found)
    yield words("producer", mark("Made by"), made)
    rules = (" ".join(rule_words(one.rule, say)) if one else "" for one in found)
    yield words("rule", mark("Protection of persons"), rules)


def _told(side: Side, name: str) -> str:
    return str(getattr(side.guarded.told, name))


def _counts(sides: Sequence[Side], analysis: str, *strata: str) -> tuple[Count, ...]:
    return tuple(one.guarded.count(analysis, *strata) for one in sides)


def _ages(guarded: Guarded) -> str:
    found = ages_of(guarded)
    return f"{found[0]}–{found[1]}" if found else ""


def _years(guarded: Guarded) -> str:
    found = months_of(guarded)
    if found is None:
        return ""
    first, last = (month[:4] for month in found)
    return first if first == last else f"{first}–{last}"


def _median(guarded: Guarded, analysis: str, unit: float) -> Amount:
    median = next((one.median for one in guarded.spreads if one.analysis == analysis), None)
    return ABSENT if median is None else Amount(State.EXACT, median / unit, median / unit)


def _records(guarded: Guarded) -> dict[str, Count]:
    """Records by domain, added up over where they come from."""
    found: dict[str, list[Count]] = {}
    for (domain, _type), count in guarded.cells.get("recordsByType", {}).items():
        found.setdefault(domain, []).append(count)
    return {domain: total(counts) for domain, counts in found.items()}
