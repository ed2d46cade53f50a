"""The tables of the network: sources by domains, countries, and how much there is of what."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import Count, State
from catalogue.profiles.network_summaries import Summary
from catalogue.profiles.releases import Release
from ontologies.vocabularies import Vocabularies
from web.charts.amounts import middle, ratio, share, words
from web.charts.chart import Column, Say, Table, Told
from web.charts.heat import SHADES, Cell, Heat, Line, shade
from web.charts.labels import by_domain, domain_label, persons_column
from web.i18n import LOCALE, mark
from web.network import Member, Overview
from web.network_charts import source_label
from web.profile_views import day_of

_DAYS: Final = ((183, mark("up to 6 months")), (365, mark("6 to 12 months")), (730, mark("1 to 2 years")))
"""How old profiles are told to be, in days at most."""

_OLDER: Final = mark("more than 2 years")
_SINCE: Final = ((1, mark("within a day")), (7, mark("within a week")), (31, mark("within a month")))
_LONGER: Final = mark("longer ago")
_NEVER: Final = mark("never to their end")
_SILENT: Final = mark("– not provided")
_TOLD: Final = (State.EXACT, State.INTERVAL)

LISTED: Final = 30
"""So many sources are shown on a page; all are in the files."""

Shading = Callable[[float, Sequence[float]], str]
"""The shade of a number between the least and the most of all."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of each of several things; `codes` has what stands behind each row, or nothing."""

    name: str
    title: str
    reading: str
    codes: tuple[str, ...]
    table: Table


def domain_heats(members: Sequence[Member], say: Say) -> tuple[Heat, ...]:
    """Persons and records by source and domain; what no source provides is left out."""
    heats = _domain_persons(members, say), _domain_records(members, say)
    return tuple(heat for heat in heats if heat is not None)


def counted_tables(found: Overview, vocabularies: Vocabularies, say: Say) -> tuple[Counted, ...]:
    """How much there is of what, by country, type, version and age."""
    return (
        countries(found, vocabularies, say),
        types(found, vocabularies, say),
        *counted_profiles(found, say),
        harvests(found, say),
    )


def _domain_persons(members: Sequence[Member], say: Say) -> Heat | None:
    """The share of persons with records in each domain, source by source."""
    return _heat(
        "persons-by-domain",
        say(mark("Persons with records in a domain, in %")),
        say(
            mark(
                "A stronger colour is more: from 25, 50 and 75 % on. Hatched is hidden, a dash not provided."
            )
        ),
        "%",
        members,
        [_each(one.summary.persons_in, one.summary, share) for one in members],
        _quarter,
        say,
    )


def _domain_records(members: Sequence[Member], say: Say) -> Heat | None:
    """Records per person in each domain, source by source."""
    return _heat(
        "records-by-domain",
        say(mark("Records per person in a domain")),
        say(
            mark("A stronger colour is more, by orders of magnitude; hatched is hidden, a dash not provided.")
        ),
        say(mark("records per person")),
        members,
        [_each(one.summary.records_in, one.summary, _per_person) for one in members],
        shade,
        say,
    )


def countries(found: Overview, vocabularies: Vocabularies, say: Say) -> Counted:
    """Datasets, profiles and persons by country."""
    columns = (
        Column("country", say(mark("Country"))),
        Column("datasets", say(mark("Datasets"))),
        Column("profiles", say(mark("Profiles"))),
        persons_column(say),
    )
    rows = tuple(
        (vocabularies.label("country", one.code, LOCALE), one.datasets, one.profiles, one.persons)
        for one in found.places
    )
    reading = say(mark("A dataset that covers several countries counts in each."))
    codes = tuple(one.code for one in found.places)
    return Counted("countries", say(mark("Countries")), reading, codes, Table(columns, rows))


def types(found: Overview, vocabularies: Vocabularies, say: Say) -> Counted:
    """Datasets by the category of health data that they belong to."""
    counts = found.result.facets.get("healthCategory", ())
    rows = tuple((vocabularies.label("health-category", one.value, LOCALE), one.count) for one in counts)
    columns = Column("type", say(mark("Type of data"))), Column("datasets", say(mark("Datasets")))
    reading = say(mark("A dataset may be of several types."))
    codes = tuple(one.value for one in counts)
    return Counted("types", say(mark("Types of data")), reading, codes, Table(columns, rows))


def model_version(release: Release) -> str:
    """The version of the data model, which some write with a v before it."""
    return release.told.cdm_version.lower().removeprefix("v")


def counted_profiles(found: Overview, say: Say) -> tuple[Counted, ...]:
    """Profiles by the age of their data, by the versions of data model and vocabularies, and by tool."""
    told = [one.summary.release.told for one in found.members]
    today = found.now.date()
    ages = [_group((today - day_of(one.summary.release)).days, _DAYS, _OLDER, say) for one in found.members]
    models = [model_version(one.summary.release) for one in found.members]
    profiles = Column("profiles", say(mark("Profiles")))
    version = Column("version", say(mark("Version")))
    tool, age = Column("tool", say(mark("Made by"))), Column("age", say(mark("Age")))
    order = [say(label) for _, label in _DAYS]
    return (
        _counted(
            "profile-ages", say(mark("How old the data of profiles are")), (age, profiles), ages, say, order
        ),
        _counted("data-models", say(mark("OMOP data model")), (version, profiles), models, say),
        _counted(
            "vocabularies",
            say(mark("Vocabularies")),
            (version, profiles),
            [one.vocabulary_version for one in told],
            say,
        ),
        _counted("tools", say(mark("Tools")), (tool, profiles), [one.producer for one in told], say),
    )


def harvests(found: Overview, say: Say) -> Counted:
    """Sources of descriptions by when they were last read to their end."""
    since = [
        _group((found.now - when).days, _SINCE, _LONGER, say) if when else say(_NEVER)
        for when in found.harvested.values()
    ]
    columns = Column("read", say(mark("Read"))), Column("places", say(mark("Places")))
    title = say(mark("When descriptions were last read"))
    return _counted("harvests", title, columns, since, say, [say(label) for _, label in _SINCE])


def _heat(
    name: str,
    title: str,
    reading: str,
    unit: str,
    members: Sequence[Member],
    found: Sequence[Mapping[str, Told]],
    shaded: Shading,
    say: Say,
) -> Heat | None:
    domains = by_domain(domain for told in found for domain in told)
    if not domains:
        return None
    lines = [tuple(told.get(domain, Count.absent()) for domain in domains) for told in found]
    numbers = [middle(one) for told in lines for one in told if one.state in _TOLD and one.high]
    ends = [min(numbers, default=1.0), max(numbers, default=1.0)]
    labels = [domain_label(domain, say) for domain in domains]
    sources = [source_label(one) for one in members]
    source = Column("source", say(mark("Source")))
    columns = (Column(domain, label, unit) for domain, label in zip(domains, labels, strict=True))
    rows = tuple((label, *told) for label, told in zip(sources, lines, strict=True))
    cells = [tuple(_cell(one, ends, shaded, say) for one in told) for told in lines[:LISTED]]
    shown = tuple(Line(label, some) for label, some in zip(sources, cells, strict=False))
    return Heat(name, title, reading, source.label, (*labels,), shown, Table((source, *columns), rows))


def _each(
    counts: Mapping[str, Count], summary: Summary, part: Callable[[Count, Count], Told]
) -> dict[str, Told]:
    return {domain: part(count, summary.persons) for domain, count in counts.items()}


def _per_person(records: Count, persons: Count) -> Told:
    return ratio(records, persons, 1)


def _cell(told: Told, ends: Sequence[float], shaded: Shading, say: Say) -> Cell:
    looks = {State.SUPPRESSED: "hidden-count", State.ABSENT: "absent-count"}
    return Cell(words(told, say), looks.get(told.state) or shaded(middle(told), ends))


def _quarter(percent: float, _ends: Sequence[float]) -> str:
    """The shade of a share; "" for nothing."""
    return f"shade-{1 + min(SHADES - 1, int(percent / 100 * SHADES))}" if percent > 0 else ""


def _counted(
    name: str,
    title: str,
    columns: tuple[Column, Column],
    values: Iterable[str],
    say: Say,
    order: Sequence[str] = (),
) -> Counted:
    """How often each value occurs: those of `order` first, in it, and the others by how often."""
    counts = Counter(value or say(_SILENT) for value in values)
    places = {value: place for place, value in enumerate(order)}
    rows = sorted(counts.items(), key=lambda item: (places.get(item[0], len(places)), -item[1], item[0]))
    return Counted(name, title, "", (), Table(columns, tuple(rows)))


def _group(days: int, groups: Sequence[tuple[int, str]], beyond: str, say: Say) -> str:
    return say(next((label for most, label in groups if days <= most), beyond))
