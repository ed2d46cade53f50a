"""Two to eight sources in one drawing, compared by shares, so that a small one is seen beside a large one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.network_summaries import in_domains
from catalogue.profiles.release import Guarded
from web.charts.ages import BAND, band_label, banded, each_band
from web.charts.amounts import ABSENT, middle, share, total, words
from web.charts.chart import Amount, Chart, Column, Say, Table
from web.charts.dots import Group, dots, source_keys
from web.charts.labels import SEX_LABELS, by_domain, domain_label, line_keys, state_keys
from web.charts.lines import Point, Series, lines, name_keys, number_axis
from web.charts.persons import numbered
from web.i18n import mark

SOURCES: Final = (2, 8)


@dataclass(frozen=True, slots=True)
class Source:
    """A source with the name that it is shown by."""

    name: str
    release: Guarded


def compared_by_age(sources: Sequence[Source], say: Say, sex: str = "") -> Chart | None:
    """The share of persons in each five years of age at first observation: of all, or those of one sex."""
    strata = (sex,) if sex else ()
    bands = [banded(source.release, *strata) for source in _checked(sources)]
    title = say(mark("Age at first observation"))
    if sex:
        words = say(mark("{sex} by age at first observation"))
        title = words.format(sex=say(SEX_LABELS[sex]))
    return _overlaid(
        "-".join(("compare-age", *strata)),
        title,
        sources,
        bands,
        list(each_band(*bands)),
        band_label,
        Column("age", say(mark("Age in years"))),
        say,
    )


def compared_by_birth(sources: Sequence[Source], say: Say) -> Chart | None:
    """The share of persons who were born in each five years."""
    counts = [_in_bands(source.release) for source in _checked(sources)]
    column = Column("year", say(mark("Year of birth")))
    every = list(each_band(*counts))
    return _overlaid("compare-birth", column.label, sources, counts, every, _years_label, column, say)


def compared_by_year(sources: Sequence[Source], say: Say) -> Chart | None:
    """The share of persons who were observed throughout each year."""
    counts = [numbered(source.release, "personsObservedInYear") for source in _checked(sources)]
    title = say(mark("Persons observed throughout a year"))
    column = Column("year", say(mark("Year")))
    return _overlaid("compare-year", title, sources, counts, _every(counts), str, column, say)


def compared_by_sex(sources: Sequence[Source], say: Say) -> Chart | None:
    """The share of persons of each sex."""
    found = {
        say(label): tuple(
            share(one.release.count("personsBySex", sex), one.release.count("persons"))
            for one in _checked(sources)
        )
        for sex, label in SEX_LABELS.items()
    }
    return _grouped("compare-sex", say(mark("Sex")), sources, found, Column("sex", say(mark("Sex"))), say)


def compared_by_domain(sources: Sequence[Source], say: Say) -> Chart | None:
    """The share of persons who have records in each domain."""
    cells = [domain_persons(source.release) for source in _checked(sources)]
    domains = by_domain(domain for found in cells for domain in found)
    found = {
        domain_label(domain, say): tuple(
            share(counts.get(domain, Count.absent()), source.release.count("persons"))
            for source, counts in zip(sources, cells, strict=True)
        )
        for domain in domains
    }
    column = Column("domain", say(mark("Domain")))
    return _grouped(
        "compare-domain", say(mark("Persons with records by domain")), sources, found, column, say
    )


def domain_persons(release: Guarded) -> dict[str, Count]:
    """Persons with records in each domain."""
    return in_domains(release.cells.get("personsByDomains", {}), release.count("persons"))


def _checked(sources: Sequence[Source]) -> Sequence[Source]:
    least, greatest = SOURCES
    if not least <= len(sources) <= greatest:
        raise Invalid(f"A comparison is of {least} to {greatest} sources, not of {len(sources)}.")
    return sources


def _in_bands(release: Guarded) -> dict[int, Count]:
    """Persons by the first year of the five that they were born in; a sum of the years that are provided."""
    found: dict[int, list[Count]] = {}
    for year, count in numbered(release, "personsByYearOfBirth").items():
        found.setdefault(year // BAND * BAND, []).append(count)
    return {start: total(parts, release.count("persons")) for start, parts in found.items()}


def _years_label(start: int) -> str:
    return f"{start}–{start + BAND - 1}"


def _every(counts: Sequence[Mapping[int, Count]]) -> list[int]:
    """Every year from the first to the last that any source has."""
    years = [year for found in counts for year in found]
    return list(range(min(years), max(years) + 1)) if years else []


def _overlaid(
    name: str,
    title: str,
    sources: Sequence[Source],
    counts: Sequence[Mapping[int, Count]],
    places: Sequence[int],
    label: Callable[[int], str],
    column: Column,
    say: Say,
) -> Chart | None:
    if not places:
        return None
    shares = [
        [share(found.get(place, Count.absent()), one.release.count("persons")) for place in places]
        for one, found in zip(sources, counts, strict=True)
    ]
    series = [
        Series(one.name, tuple(Point(place, told) for place, told in zip(places, found, strict=True)))
        for one, found in zip(sources, shares, strict=True)
    ]
    rows = tuple((label(place), *told) for place, *told in zip(places, *shares, strict=True))
    peaks = [
        (one.name, label(places[max(range(len(places)), key=lambda at: middle(found[at]))]), found)
        for one, found in zip(sources, shares, strict=True)
    ]
    said = "; ".join(f"{who} {peak}" for who, peak, found in peaks if any(t.low is not None for t in found))
    return Chart(
        name,
        title,
        say(mark("The largest share of persons stands at: {peaks}.")).format(peaks=said),
        lines(series, number_axis(places[0], places[-1], column.label), say(mark("% of persons"))),
        Table((column, *_columns(sources)), rows),
        (*name_keys(series), *line_keys([told for found in shares for told in found], say)),
        broad=True,
    )


def _grouped(
    name: str,
    title: str,
    sources: Sequence[Source],
    found: Mapping[str, tuple[Amount, ...]],
    column: Column,
    say: Say,
) -> Chart | None:
    found = {label: shares for label, shares in found.items() if any(one != ABSENT for one in shares)}
    if not found:
        return None
    told = [one for shares in found.values() for one in shares]
    first, shares = max(found.items(), key=lambda item: max(middle(one) for one in item[1]))
    said = "; ".join(
        f"{one.name} {words(amount, say)}{'' if amount == ABSENT else ' %'}"
        for one, amount in zip(sources, shares, strict=True)
    )
    return Chart(
        name,
        title,
        f"{first}: {said}.",
        dots([Group(label, amounts) for label, amounts in found.items()], say(mark("% of persons"))),
        Table((column, *_columns(sources)), tuple((label, *amounts) for label, amounts in found.items())),
        (*source_keys([one.name for one in sources]), *state_keys(told, say)),
        broad=True,
    )


def _columns(sources: Sequence[Source]) -> tuple[Column, ...]:
    return tuple(Column(f"source_{number}", one.name, "%") for number, one in enumerate(sources, 1))
