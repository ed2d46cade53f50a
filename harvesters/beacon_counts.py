"""What a Beacon counts of a cohort, for its profile: how many people, of which sex, born when."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from catalogue.profiles.measured import Dropped, Measured, Tally, Told
from catalogue.records import Characterisation
from harvesters.beacon_mapping import MOST_EVENTS
from harvesters.counted import FEMALE, MALE, OTHER, counted, of_sexes
from harvesters.json_values import Node, first, node, nodes, text, whole
from harvesters.profiles.cells import OF_WORDS

PRODUCER: Final = "Beacon"
_MOST_CELLS: Final = 1_000

_SEXES: Final[Mapping[str, str]] = {
    "female": FEMALE,
    "ncit:c16576": FEMALE,
    "male": MALE,
    "ncit:c20197": MALE,
}
_LEFT_OUT: Final[Mapping[str, str]] = {
    "eventEthnicities": "What people are by origin is not taken in.",
    "eventLocations": "Places are not taken in.",
    "eventDiseases": "The diseases are no concepts of the OMOP vocabularies.",
    "eventPhenotypes": "The phenotypes are no concepts of the OMOP vocabularies.",
    "eventDataTypes": "Kinds of data are no counts of what is in them.",
    "eventCases": "Cases and controls are of no concept that is told.",
    "eventControls": "Cases and controls are of no concept that is told.",
}
_AGES: Final = "Only years of birth and single years of age are taken in."


def profile(cohort: Node, subject: str, version: str, today: date) -> Characterisation | None:
    """What is counted at the last collection of a cohort's data; see `counted`."""
    events = nodes(cohort.get("collectionEvents"))[:MOST_EVENTS]
    event = max(events, key=_order, default=node(None))
    persons = _persons(cohort, event)
    about = Told(PRODUCER, version, first(cohort.get("name"), cohort.get("id")), today)
    beside: list[Measured] = [
        *_sexes(_counts(event.get("eventGenders"))),
        *_ages(_counts(event.get("eventAgeRange"))),
        *(
            Dropped(name, len(_counts(event[name])) or 1, why)
            for name, why in _LEFT_OUT.items()
            if name in event
        ),
    ]
    return counted(subject, about, persons, beside)


def _order(event: Node) -> tuple[str, int]:
    """Sorts collections of data by their time, then by their number."""
    return first(event.get("eventDate"), node(event.get("eventTimeline")).get("end")), whole(
        event.get("eventNum")
    ) or 0


def _persons(cohort: Node, event: Node) -> int | None:
    """How many people were in the collection; where it does not tell, in the cohort."""
    told = (
        whole(event.get("eventSize")),
        whole(node(event.get("eventGenders")).get("availabilityCount")),
        whole(cohort.get("cohortSize")),
    )
    return next((number for number in told if number), None)


def _counts(given: object) -> Mapping[str, int]:
    """Counts by category, whether these stand right below `distribution` or below a name there."""
    distribution = node(node(given).get("distribution"))
    inner = [one for one in distribution.values() if isinstance(one, dict)]
    found = {text(name): whole(number) for name, number in (inner[0] if inner else distribution).items()}
    return {name: number for name, number in [*found.items()][:_MOST_CELLS] if number is not None}


def _sexes(counts: Mapping[str, int]) -> list[Tally]:
    sums: dict[str, int] = {}
    for name, number in counts.items():
        sex = _SEXES.get(name.lower(), OTHER)
        sums[sex] = sums.get(sex, 0) + number
    return of_sexes(sums)


def _ages(counts: Mapping[str, int]) -> Iterator[Measured]:
    """Persons by year of birth, or by age where that is told in single years; bands are left out."""
    for analysis, stratum in (("personsByYearOfBirth", "year"), ("personsByAge", "age")):
        read = {name: OF_WORDS[stratum](name.removeprefix("P").removesuffix("Y")) for name in counts}
        if counts and all(read.values()) and len({*read.values()}) == len(read):
            yield from (
                Tally(analysis, (place,), counts[name], counts[name]) for name, place in read.items() if place
            )
            return
    if counts:
        yield Dropped("eventAgeRange", len(counts), _AGES)
