"""The reports of each concept in an Ares folder: ages at first occurrence, and values of measurements."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from catalogue.profiles.measured import Measured
from harvesters.json_values import whole
from harvesters.profiles.ares_files import document, rows, table_rows
from harvesters.profiles.ares_sections import BySex, distributions, quantiles, spread_of
from harvesters.profiles.ares_tables import DOMAINS, SUMMARY
from harvesters.profiles.cells import OF_OMOP
from harvesters.profiles.passed_over import PassedOver

FOLDER: Final = "concepts"

_FILE: Final = re.compile(r"concept_(\d{1,15})(?:\.0)?\.json", re.A)
_AGES: Final = ("AGE_AT_FIRST_DIAGNOSIS", "AGE_AT_FIRST_EXPOSURE", "AGE_AT_FIRST_OCCURRENCE")
_VALUES: Final = "MEASUREMENT_VALUE_DISTRIBUTION"
_BY_SEX: Final = BySex("ageAtFirstOccurrence")

_UNITS: Final[Mapping[str, str]] = {
    "no matching concept": "0",
    "centimeter": "8582",
    "femtoliter": "8583",
    "gram per deciliter": "8713",
    "gram per liter": "8636",
    "kilogram": "9529",
    "kilogram per square meter": "9531",
    "micromole per liter": "8749",
    "milliequivalent per liter": "9557",
    "milligram per deciliter": "8840",
    "millimeter mercury column": "8876",
    "millimole per liter": "8753",
    "million per microliter": "8815",
    "nanogram per milliliter": "8842",
    "per minute": "8541",
    "percent": "8554",
    "picogram": "8564",
    "picogram per milliliter": "8845",
    "thousand per microliter": "8848",
    "unit per liter": "8645",
    "year": "9448",
}
"""Concepts of common units by their names, since the reports have no numbers of units."""

_SHARED: Final = "Their concepts stand in several domains, and ages are not told by domain."
_UNMAPPED: Final = "What is not mapped is no concept of one kind."
_UNIT: Final = "Their units are told by names that are not known here."
_OTHER: Final = "Other parts of reports of concepts are shares, or told by names and not by concepts."
_ELSE: Final = "These are no reports of a concept of a table that is taken in."


def named(folder: Path, most: int) -> tuple[str, ...]:
    """Where below a release the reports of its most frequent concepts lie, by the summaries in its folder.

    Raises Invalid where a summary cannot be read.
    """
    found: list[tuple[int, str]] = []
    for table in DOMAINS:
        path = folder / f"{SUMMARY}{table}.csv"
        for row in table_rows(path) if path.is_file() else ():
            concept = OF_OMOP["concept"](row.get("concept_id", "")) or "0"
            if concept != "0":
                found.append(
                    (-(whole(row.get("num_persons")) or 0), f"{FOLDER}/{table}/concept_{concept}.json")
                )
    return tuple(path for _, path in sorted(found)[:most])


def read(folder: Path, left: PassedOver) -> Iterator[Measured]:
    """What the reports of a folder tell; raises Invalid where one cannot be used."""
    found = [one for table in sorted(folder.iterdir()) for one in _reports(table, left)]
    domains = Counter(concept for concept, _ in found)
    parts = 0
    for concept, path in found:
        shared = _UNMAPPED if concept == "0" else _SHARED if domains[concept] > 1 else ""
        for part, value in document(path).items():
            name = f"{part[:40]} of {path.name}"
            if part in _AGES and shared:
                left.add("ages at first occurrence", shared, sum(1 for _ in rows(value)))
            elif part in _AGES:
                yield from distributions(name, rows(value), _BY_SEX, left, (concept,))
            elif part == _VALUES:
                yield from _values(name, concept, value, left)
            else:
                parts += any(rows(value))
    if parts:
        left.add("reports of concepts", _OTHER, parts)


def _reports(table: Path, left: PassedOver) -> Iterator[tuple[str, Path]]:
    """The concepts of a table of the data with the files of their reports."""
    if table.name not in DOMAINS or not table.is_dir():
        left.add(f"{FOLDER}/{table.name[:40]}", _ELSE, 0)
        return
    for path in sorted(table.iterdir()):
        if match := _FILE.fullmatch(path.name):
            yield str(int(match[1])), path
        else:
            left.add(f"{FOLDER}/{table.name}", _ELSE)


def _values(name: str, concept: str, value: object, left: PassedOver) -> Iterator[Measured]:
    seen: set[str] = set()
    for place, row in enumerate(rows(value), 1):
        unit = _UNITS.get(row.get("category", "").lower())
        if unit is None or unit in seen:
            left.add("values of measurements", _UNIT)
            continue
        seen.add(unit)
        values = quantiles(name, place, row)
        if spread := spread_of(name, "measurementValues", (concept, unit), values, left):
            yield spread
