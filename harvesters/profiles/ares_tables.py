"""The tables in CSV that an Ares folder has: the source, counts by concept, and by domain and month."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from catalogue.profiles.measured import Measured, Tally
from harvesters.profiles.ares_files import Row, table_rows
from harvesters.profiles.ares_reports import SHARES, UNKNOWN, UNUSED
from harvesters.profiles.ares_sections import Counted, cell, counted, quantiles, spread_of, tallies
from harvesters.profiles.cells import FORMS, OF_OMOP, day
from harvesters.profiles.passed_over import PassedOver

SOURCE: Final = "cdmsource.csv"
DOMAINS: Final[Mapping[str, str]] = {
    "visit_occurrence": "visit",
    "condition_occurrence": "condition",
    "drug_exposure": "drug",
    "procedure_occurrence": "procedure",
    "measurement": "measurement",
    "observation": "observation",
    "device_exposure": "device",
    "death": "death",
}
"""The domain of each table of the data that is taken in."""

_BEGINNINGS: Final = ("person", "observation_period")
"""In place of a domain: persons by the month in which their observation begins."""

SUMMARY: Final = "domain-summary-"
_TOTALS: Final = "datadensity-total.csv"
_CONCEPTS: Final = "datadensity-concepts-per-person.csv"
_OF_VISITS: Final = ("personsByVisit", "recordsByVisit")
_OF_CONCEPTS: Final = ("personsByConcept", "recordsByConcept")
_PERSONS: Final = "num_persons"
_EACH: Final = "records_per_person"
_PARTS: Final = 1_000_000
_HALF: Final = 50_001
"""How many parts records per person may lie from what is told: they are rounded to 5 digits, then to one."""

_COUNTED: Final = {
    "datadensity-domains-per-person.csv": Counted("personsByDomains", (("domains", "domain_bits"),)),
    "domain-drug-stratification.csv": Counted(
        "recordsByType", (("concept", "concept_id"),), "record_count", ("drug",)
    ),
}

_LEFT_OUT: Final[Mapping[str, str]] = {
    "records-by-domain.csv": "They are sums of records by month.",
    "datadensity-records-per-person.csv": SHARES,
    "domain-visit-stratification.csv": UNUSED,
    "domain-summary-condition_era.csv": "Eras are worked out from records that are counted already.",
    "domain-summary-drug_era.csv": "Eras are worked out from records that are counted already.",
    "domain-summary-visit_detail.csv": "Parts of visits are not taken in.",
    "domain-summary-provider.csv": "Providers and sites of care are not taken in.",
    "quality-completeness.csv": "Codes before mapping are not taken in.",
    "achilles-performance.csv": "They tell how long analyses took.",
    "temporal-characterization.csv": UNUSED,
    "metadata.csv": UNUSED,
    "location.csv": "Counts by place are not taken in.",
}
_ERAS: Final = "Other tables of the data are not taken in."
_NO_RECORDS: Final = "Records per person are not told, so that records cannot be."


def read(path: Path, left: PassedOver) -> Iterator[Measured]:
    """What a table tells; raises Invalid where a row of it cannot be used."""
    name = path.name
    domain = DOMAINS.get(name.removeprefix(SUMMARY).removesuffix(".csv"), "")
    if name in _LEFT_OUT:
        left.add(name, _LEFT_OUT[name], 0)
    elif name in _COUNTED:
        yield from tallies(name, table_rows(path), _COUNTED[name], left)
    elif name == _TOTALS:
        yield from _by_month(name, table_rows(path), left)
    elif name == _CONCEPTS:
        yield from _per_person(name, table_rows(path), left)
    elif name.startswith(SUMMARY) and domain:
        yield from _by_concept(name, table_rows(path), domain, left)
    elif name != SOURCE:
        left.add(name, UNKNOWN, 0)


def source(path: Path) -> Row:
    """The first row of the table of the source, empty where it has none."""
    return next(table_rows(path), {})


def released(about: Row, folder: Path) -> date | None:
    """When the data were released, by the table of the source or by the name of the folder."""
    told = day(about.get("cdm_release_date", "")) or day(about.get("source_release_date", ""))
    return told or day(folder.name)


def _by_concept(name: str, rows: Iterable[Row], domain: str, left: PassedOver) -> Iterator[Tally]:
    visits = domain == "visit"
    persons, records = _OF_VISITS if visits else _OF_CONCEPTS
    strata = () if visits else (domain,)
    for place, row in enumerate(rows, 1):
        concept = OF_OMOP["concept"](row.get("concept_id", ""))
        if concept is None:
            left.add(name, f"A stratum is out of its range: {FORMS['concept']}.")
            continue
        number = counted(name, place, row, _PERSONS)
        yield Tally(persons, (*strata, concept), number, number)
        if bounds := _records(name, place, row, number):
            yield Tally(records, (*strata, concept), *bounds)
        else:
            left.add(f"{_EACH.upper()} of {name}", _NO_RECORDS)


def _records(name: str, place: int, row: Row, persons: int) -> tuple[int, int] | None:
    """How many records there are at least and at most, None where that is not told; raises Invalid.

    Who is counted has one record or more.
    """
    each = cell(name, place, row, _EACH)
    if each is None or not 1 <= each < _PARTS:
        return None
    parts = round(each * _PARTS)
    least, most = persons * (parts - _HALF), persons * (parts + _HALF)
    return max(persons, -(-least // _PARTS)), most // _PARTS


def _by_month(name: str, rows: Iterable[Row], left: PassedOver) -> Iterator[Tally]:
    for place, row in enumerate(rows, 1):
        table = _table(row.get("domain", ""))
        began = day(row.get("date", ""))
        if began is None:
            left.add(name, f"A stratum is out of its range: {FORMS['month']}.")
        elif table in _BEGINNINGS:
            number = counted(name, place, row, "records")
            yield Tally("personsByStart", (f"{began:%Y%m}",), number, number)
        elif table in DOMAINS:
            number = counted(name, place, row, "records")
            yield Tally("recordsInMonth", (DOMAINS[table], f"{began:%Y%m}"), number, number)
        else:
            left.add(name, _ERAS)


def _per_person(name: str, rows: Iterable[Row], left: PassedOver) -> Iterator[Measured]:
    for place, row in enumerate(rows, 1):
        table = _table(row.get("category", ""))
        if table not in DOMAINS:
            left.add(name, _ERAS)
        elif spread := spread_of(
            name, "conceptsPerPerson", (DOMAINS[table],), quantiles(name, place, row), left
        ):
            yield spread


def _table(words: str) -> str:
    """The name of a table of the data, of which Ares writes the words."""
    return words.strip().lower().replace(" ", "_")
