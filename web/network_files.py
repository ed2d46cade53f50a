"""The network to take away: a line for each source with a profile, and every chart and table by its name."""

from collections.abc import Iterator
from typing import Final

from catalogue.profiles.counts import Count
from ontologies.vocabularies import Vocabularies
from web.charts.chart import Cell, Column, Say, Table
from web.charts.labels import SEX_LABELS, by_domain, persons_column
from web.charts.tables import Tabled
from web.i18n import LOCALE, mark
from web.network import Member, Overview
from web.network_charts import AGE_LABELS, network_charts
from web.network_tables import Counted, counted_tables, domain_heats
from web.profile_views import day_of

_ABSENT: Final = Count.absent()


def exhibits(found: Overview, vocabularies: Vocabularies, say: Say) -> dict[str, Tabled]:
    """Every chart and table of the network by its name."""
    shown: tuple[Tabled, ...] = (
        *network_charts(found, say),
        *domain_heats(found.members, say),
        *counted_tables(found, vocabularies, say),
    )
    return {one.name: one for one in shown}


def sources(found: Overview, base: str, vocabularies: Vocabularies, say: Say) -> Counted:
    """A line for each dataset with a profile, those with most persons first."""
    domains = by_domain(
        domain for one in found.members for domain in (*one.summary.persons_in, *one.summary.records_in)
    )
    columns = (
        *(Column(name, name) for name in ("dataset", "title", "url", "countries")),
        persons_column(say),
        *(Column(f"persons_{sex}", say(label)) for sex, label in SEX_LABELS.items()),
        *(Column(f"persons_aged_{label.replace('–', '_')}", label) for label in AGE_LABELS.values()),
        *(Column(f"persons_with_{domain}", domain) for domain in domains),
        *(Column(f"records_of_{domain}", domain) for domain in domains),
        *(
            Column(name, name)
            for name in ("release", "data_of", "producer", "cdm_version", "vocabulary_version")
        ),
    )
    rows = tuple((*_cells(one, base, vocabularies, domains),) for one in found.members)
    return Counted("network", say(mark("The network")), "", (), Table(columns, rows))


def _cells(member: Member, base: str, vocabularies: Vocabularies, domains: list[str]) -> Iterator[Cell]:
    summary, release = member.summary, member.summary.release
    places = (vocabularies.label("country", code, LOCALE) for code in member.countries)
    yield from (member.row.id, member.title.text, f"{base}/dataset/{member.row.id}", "; ".join(places))
    yield summary.persons
    yield from (summary.sexes.get(sex, _ABSENT) for sex in SEX_LABELS)
    yield from (summary.ages.get(start, _ABSENT) for start in AGE_LABELS)
    yield from (summary.persons_in.get(domain, _ABSENT) for domain in domains)
    yield from (summary.records_in.get(domain, _ABSENT) for domain in domains)
    told = release.told
    yield from (
        release.id,
        day_of(release).isoformat(),
        told.producer,
        told.cdm_version,
        told.vocabulary_version,
    )
