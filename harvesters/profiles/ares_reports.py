"""The reports in JSON that an Ares folder has of its persons, their observation, and deaths."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from catalogue.profiles.measured import Measured, Tally
from harvesters.json_values import Node, node
from harvesters.profiles.ares_files import Row, document, rows, text
from harvesters.profiles.ares_lengths import follow_up
from harvesters.profiles.ares_sections import BySex, Counted, counted, distributions, tallies
from harvesters.profiles.cells import whole
from harvesters.profiles.passed_over import PassedOver

PERSONS: Final = "person.json"
OBSERVATION: Final = "observationperiod.json"
DEATHS: Final = "death.json"

_SUMMARY: Final = "SUMMARY"
_LENGTHS: Final = "OBSERVATION_LENGTH_HISTOGRAM"
_AT_LEAST: Final = "CUMULATIVE_DURATION"
_YEARS: Final = "OBSERVED_BY_YEAR_HISTOGRAM"
_NUMBER: Final = "number of persons"
_NAME: Final = "source name"

_Section: TypeAlias = Counted | BySex | str
"""How a part of a report is taken in, or why it is not."""

SHARES: Final = "They are rounded shares, from which no counts can be told."
_ORIGIN: Final = "Race and ethnicity are not taken in."
_MONTHS: Final = "They count who was observed throughout a month, and shown is who was on any day of it."
UNUSED: Final = "Nothing here shows them."
UNKNOWN: Final = "What they count is not known here."

REPORTS: Final[Mapping[str, Mapping[str, _Section]]] = {
    PERSONS: {
        "GENDER_DATA": Counted("personsBySex", (("sex", "concept_id"),), adds=True),
        "AGE_GENDER_DATA": Counted("personsByAgeAndSex", (("age", "age"), ("sex", "concept_id")), adds=True),
        "BIRTH_YEAR_DATA": Counted("personsByYearOfBirth", (("year", "year"),), "count_person"),
        "RACE_DATA": _ORIGIN,
        "ETHNICITY_DATA": _ORIGIN,
    },
    OBSERVATION: {
        "AGE_AT_FIRST_OBSERVATION": Counted("personsByAge", (("age", "interval_index"),)),
        "AGE_BY_GENDER": BySex("ageAtFirstObservationBySex"),
        _LENGTHS: Counted("personsByFollowUp", (("months", "interval_index"),)),
        _AT_LEAST: SHARES,
        "OBSERVATION_PERIOD_LENGTH_BY_GENDER": BySex("lengthOfObservationBySex", years=True),
        "OBSERVATION_PERIOD_LENGTH_BY_AGE": UNUSED,
        _YEARS: Counted("personsObservedInYear", (("year", "interval_index"),)),
        "OBSERVED_BY_MONTH": _MONTHS,
        "PERSON_PERIODS_DATA": Counted("personsByPeriods", (("periods", "concept_name"),)),
    },
    DEATHS: {
        "PREVALENCE_BY_GENDER_AGE_YEAR": SHARES,
        "PREVALENCE_BY_MONTH": SHARES,
        "DEATH_BY_TYPE": Counted("recordsByType", (("concept", "concept_id"),), fixed=("death",)),
        "AGE_AT_DEATH": BySex("ageAtDeath"),
    },
}
"""The parts of each report."""


def read(path: Path, left: PassedOver) -> Iterator[Measured]:
    """What a report tells; raises Invalid where a row of it cannot be used."""
    found = document(path)
    sections = REPORTS[path.name]
    if path.name == PERSONS:
        yield from _persons(found)
        found = {name: value for name, value in found.items() if name != _SUMMARY}
    if _AT_LEAST in found and not any(_rows(_LENGTHS, found.get(_LENGTHS))):
        yield from _lengths(path, found, left)
        found = {name: value for name, value in found.items() if name != _AT_LEAST}
    for part, value in found.items():
        name = f"{part[:40]} of {path.name}"
        section = sections.get(part, UNKNOWN)
        if isinstance(section, str):
            left.add(name, section, sum(1 for _ in rows(value)))
        elif isinstance(section, BySex):
            yield from distributions(name, rows(value), section, left)
        else:
            yield from tallies(name, _rows(part, value), section, left)


def _lengths(path: Path, found: Node, left: PassedOver) -> Iterator[Tally]:
    """Persons by length of observation where only shares tell of it, and the number of persons is known."""
    persons = path.with_name(PERSONS)
    number = _whole(_summary(document(persons)).get(_NUMBER, "")) if persons.is_file() else None
    name = f"{_AT_LEAST} of {path.name}"
    if number is None:
        left.add(name, SHARES, sum(1 for _ in rows(found.get(_AT_LEAST))))
    else:
        yield from follow_up(name, rows(found.get(_AT_LEAST)), number, left)


def source_name(path: Path) -> str:
    """What the report of persons calls the source, "" where it does not."""
    return _summary(document(path)).get(_NAME, "")


def _persons(found: Node) -> Iterator[Tally]:
    summary = _summary(found)
    if _NUMBER in summary:
        number = counted(f"{_SUMMARY} of {PERSONS}", 1, summary, _NUMBER)
        yield Tally("persons", (), number, number)


def _summary(found: Node) -> Row:
    return {
        row.get("attribute_name", "").lower(): row.get("attribute_value", "")
        for row in rows(found.get(_SUMMARY))
    }


def _rows(part: str, value: object) -> Iterator[Row]:
    """The rows of a part; of a histogram those of its data, whose years count from the first on."""
    if part not in (_LENGTHS, _YEARS):
        yield from rows(value)
        return
    histogram = {name.upper(): inner for name, inner in node(value).items()}
    least = _whole(text(histogram.get("MIN"))) if part == _YEARS else 0
    for row in rows(histogram.get("DATA")):
        place = _whole(row.get("interval_index", ""))
        index = "" if place is None or least is None else str(least + place)
        yield {**row, "interval_index": index}


def _whole(cell: str) -> int | None:
    try:
        return whole(cell)
    except ValueError:
        return None
