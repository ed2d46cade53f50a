"""What a node shows by Ares: a folder of reports in JSON and tables in CSV that Achilles wrote."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from web.demo.profile_counts import FIRST, SEXES, Counts, Spread, Stratum
from web.demo.profile_csv import About
from web.demo.profile_quality import quality

_TABLES: Final[Mapping[str, str]] = {
    "visit": "visit_occurrence",
    "condition": "condition_occurrence",
    "drug": "drug_exposure",
    "procedure": "procedure_occurrence",
    "measurement": "measurement",
    "observation": "observation",
}
_AGES: Final[Mapping[str, str]] = {"condition": "AGE_AT_FIRST_DIAGNOSIS", "drug": "AGE_AT_FIRST_EXPOSURE"}
_UNITS: Final[Mapping[Stratum, str]] = {
    0: "No matching concept",
    8713: "gram per deciliter",
    8840: "milligram per deciliter",
    8842: "nanogram per milliliter",
}
_SUMMARY: Final = (
    *("CONCEPT_ID", "CONCEPT_NAME", "NUM_PERSONS", "PERCENT_PERSONS", "RECORDS_PER_PERSON"),
    *("PERCENT_PERSONS_NTILE", "RECORDS_PER_PERSON_NTILE"),
)
_SOURCE: Final = (
    *("CDM_SOURCE_NAME", "CDM_SOURCE_ABBREVIATION", "SOURCE_RELEASE_DATE", "CDM_RELEASE_DATE"),
    *("CDM_VERSION", "VOCABULARY_VERSION"),
)
_VALUES: Final = tuple(f"{name}_VALUE" for name in ("MIN", "P10", "P25", "MEDIAN", "P75", "P90", "MAX"))
_SEX_NAMES: Final[Mapping[Stratum, str]] = {concept: sex.upper() for sex, concept in SEXES.items()}
_DAYS: Final = 365.25
_MONTH: Final = 30
_THOUSAND: Final = 1000

Rows = list[dict[str, object]]


def ares(counts: Counts, about: About, names: Mapping[int, str]) -> dict[str, bytes]:
    """The files of the folder of one release; `names` are those of concepts."""
    source = (about.source, about.source[:20], about.released, about.released, "v5.4", about.vocabulary)
    spreads: dict[int, dict[tuple[Stratum, Stratum], Spread]] = defaultdict(dict)
    for (analysis, *strata), spread in counts.spreads():
        spreads[analysis][strata[0], strata[1]] = spread
    return {
        "cdmsource.csv": _csv(_SOURCE, [source]),
        "person.json": _json(_persons(counts, about)),
        "observationperiod.json": _json(_observation(counts, spreads)),
        "death.json": _json(_deaths(counts, spreads)),
        "datadensity-total.csv": _csv(("domain", "date", "records"), _density(counts)),
        "datadensity-domains-per-person.csv": _csv(
            ("DOMAIN_BITS", "PERCENT_VALUE", "COUNT_VALUE"), _overlaps(counts)
        ),
        "datadensity-concepts-per-person.csv": _csv(("CATEGORY", *_VALUES), _concepts(spreads)),
        "dq-result.json": quality(about),
        **{f"domain-summary-{_TABLES[domain]}.csv": _domain(counts, domain, names) for domain in _TABLES},
        **dict(_reports(spreads, names)),
    }


_Spreads = Mapping[int, Mapping[tuple[Stratum, Stratum], Spread]]


def _persons(counts: Counts, about: About) -> dict[str, Rows]:
    told = {"Source name": about.source, "Number of persons": str(counts.cells[1, "", ""])}
    return {
        "SUMMARY": [{"ATTRIBUTE_NAME": name, "ATTRIBUTE_VALUE": value} for name, value in told.items()],
        "GENDER_DATA": [
            {"CONCEPT_ID": sex, "CONCEPT_NAME": _SEX_NAMES[sex], "COUNT_VALUE": number}
            for (sex, _), number in counts.of(2).items()
        ],
        "AGE_GENDER_DATA": [
            {"CONCEPT_ID": sex, "CONCEPT_NAME": _SEX_NAMES[sex], "AGE": age, "COUNT_VALUE": number}
            for (sex, age), number in counts.of(102).items()
        ],
        "BIRTH_YEAR_DATA": [
            {"YEAR": year, "COUNT_PERSON": number} for (year, _), number in counts.of(3).items()
        ],
    }


def _observation(counts: Counts, spreads: _Spreads) -> dict[str, object]:
    years = [int(year) for year, _ in counts.of(109)]
    return {
        "AGE_AT_FIRST_OBSERVATION": _intervals(counts, 101),
        "AGE_BY_GENDER": _by_sex(spreads[104]),
        "CUMULATIVE_DURATION": list(_at_least(counts)),
        "OBSERVATION_PERIOD_LENGTH_BY_GENDER": _by_sex(spreads[106], _DAYS),
        "OBSERVED_BY_YEAR_HISTOGRAM": {
            "MIN": [min(years)],
            "MAX": [max(years)],
            "INTERVAL_SIZE": [1],
            "DATA": _intervals(counts, 109, min(years)),
        },
        "PERSON_PERIODS_DATA": [
            {"CONCEPT_ID": place, "CONCEPT_NAME": str(periods), "COUNT_VALUE": number}
            for place, ((periods, _), number) in enumerate(counts.of(113).items(), 1)
        ],
    }


def _deaths(counts: Counts, spreads: _Spreads) -> dict[str, Rows]:
    observed = counts.of(117)
    return {
        "PREVALENCE_BY_MONTH": [
            {
                "X_CALENDAR_MONTH": month,
                "Y_PREVALENCE_1000PP": round(_THOUSAND * number / observed[month, ""], 4),
            }
            for (month, _), number in counts.of(502).items()
        ],
        "DEATH_BY_TYPE": [
            {"CONCEPT_ID": type, "COUNT_VALUE": number} for (type, _), number in counts.of(505).items()
        ],
        "AGE_AT_DEATH": _by_sex(spreads.get(506, {})),
    }


def _intervals(counts: Counts, analysis: int, first: int = 0) -> Rows:
    persons = counts.cells[1, "", ""]
    return [
        {
            "INTERVAL_INDEX": int(place) - first,
            "COUNT_VALUE": number,
            "PERCENT_VALUE": round(number / persons, 4),
        }
        for (place, _), number in counts.of(analysis).items()
    ]


def _at_least(counts: Counts) -> Iterator[dict[str, object]]:
    """Which share of persons is observed at least so long: all that most versions tell of lengths."""
    left = persons = counts.cells[1, "", ""]
    for (length, _), number in counts.of(108).items():
        years = round(int(length) * _MONTH / _DAYS, 4)
        yield {"YEARS": years, "PERCENT_PEOPLE": round(round(left / persons, 5), 4)}
        left -= number


def _by_sex(spreads: Mapping[tuple[Stratum, Stratum], Spread], unit: float = 1) -> Rows:
    return [{"CATEGORY": _SEX_NAMES[sex], **_quantiles(spread, unit)} for (sex, _), spread in spreads.items()]


def _quantiles(spread: Spread, unit: float = 1) -> dict[str, float]:
    values = (spread.minimum, *spread.percentiles, spread.maximum)
    return dict(zip(_VALUES, (round(value / unit, 4) for value in values), strict=True))


def _density(counts: Counts) -> Iterator[Sequence[object]]:
    analyses = {table: FIRST[domain] + 20 for domain, table in _TABLES.items()} | {
        "death": 502,
        "person": 111,
    }
    for table, analysis in analyses.items():
        for (month, _), number in counts.of(analysis).items():
            day = f"{int(month) // 100}-{int(month) % 100:02}-01T00:00:00Z"
            yield table.replace("_", " ").capitalize(), day, number


def _overlaps(counts: Counts) -> Iterator[Sequence[object]]:
    for (bits, _), number in counts.of(2004).items():
        yield bits, round(number / counts.cells[1, "", ""], 2), number


def _concepts(spreads: _Spreads) -> Iterator[Sequence[object]]:
    for domain in ("condition", "procedure", "drug", "observation", "measurement"):
        for spread in spreads.get(FIRST[domain] + 3, {}).values():
            yield _TABLES[domain].replace("_", " ").capitalize(), *_quantiles(spread).values()


def _domain(counts: Counts, domain: str, names: Mapping[int, str]) -> bytes:
    persons, records = counts.of(FIRST[domain]), counts.of(FIRST[domain] + 1)
    whole = counts.cells[1, "", ""]
    rows = [
        (
            *(concept, names[int(concept)], number, f"{number / whole:.4f}"),
            *(f"{records[concept, ''] / number:.1f}", 1, 1),
        )
        for (concept, _), number in persons.items()
    ]
    return _csv(_SUMMARY, rows)


def _reports(spreads: _Spreads, names: Mapping[int, str]) -> Iterator[tuple[str, bytes]]:
    """The report of each concept: ages by sex, and the values of a measurement by unit."""
    for domain, table in _TABLES.items():
        reports: dict[Stratum, dict[str, object]] = {}
        for (concept, sex), spread in spreads.get(FIRST[domain] + 6, {}).items():
            ages = {"CATEGORY": _SEX_NAMES[sex], **_quantiles(spread)}
            report = reports.setdefault(
                concept, {"CONCEPT_ID": [concept], "CONCEPT_NAME": [names[int(concept)]]}
            )
            _add(report, _AGES.get(domain, "AGE_AT_FIRST_OCCURRENCE"), ages)
        for (concept, unit), spread in spreads.get(1815, {}).items() if domain == "measurement" else ():
            values = {"CATEGORY": _UNITS[unit], **_quantiles(spread)}
            _add(reports[concept], "MEASUREMENT_VALUE_DISTRIBUTION", values)
        for concept, report in reports.items():
            yield f"concepts/{table}/concept_{concept}.json", _json(report)


def _add(report: dict[str, object], part: str, row: dict[str, object]) -> None:
    rows = report.setdefault(part, [])
    if isinstance(rows, list):
        rows.append(row)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _csv(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode()
