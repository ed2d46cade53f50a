"""How many patients a FHIR server has by sex and year of birth: numbers it tells, no patient is read."""

import logging
from collections.abc import Mapping
from typing import Final

from catalogue.errors import CatalogueError
from catalogue.profiles.measured import Dropped, Measured, Tally
from harvesters.counted import FEMALE, MALE, OTHER, of_sexes
from harvesters.fhir_elements import concept_words, spellings
from harvesters.fhir_server import Server
from harvesters.json_values import Node, many, node, nodes, whole

log = logging.getLogger(__name__)

NONE: Final = "none"
SEX: Final = "sex"
YEARS: Final = "years"
WAYS: Final = (NONE, SEX, YEARS)

SPAN: Final = 115
"""So many years before this one the first is that patients are counted of."""

_SEXES: Final[Mapping[str, str]] = {FEMALE: FEMALE, "f": FEMALE, MALE: MALE, "m": MALE}
_BY_SEX: Final = frozenset(
    {"gender", "sex", "administrative-gender", "patient-gender", "administrative gender"}
)
_MORE: Final = "The server counts more of them than there are: it does not tell them apart."
_OTHERS: Final = "What is reported by other than sex is not taken in."


def patients(server: Server, persons: int, way: str, this_year: int) -> list[Measured]:
    """How many patients there are by sex, and by year of birth where `way` asks for that.

    Nothing where the server does not say that it can search by these, or does not answer.
    """
    known = server.capability.types.get("Patient", frozenset())
    found: list[Measured] = []
    try:
        if way != NONE and "gender" in known:
            found += _by_sex(server, persons)
        if way == YEARS and "birthdate" in known:
            found += _by_year(server, persons, this_year)
    except CatalogueError as error:
        log.warning("patients are not counted further: %s", error)
    return found


def of_report(report: Node) -> tuple[Measured, ...]:
    """The people in the largest population of a summary report, by sex where it is told; its total is not.

    Of several groups it is that with the largest population.
    """
    sized = [
        (whole(one.get("count")) or 0, spellings(one.get("code")), group)
        for group in nodes(report.get("group"))
        for one in nodes(group.get("population"))
    ]
    persons, population, group = max(sized, key=lambda one: one[0], default=(0, [], node(None)))
    found: list[Measured] = []
    for stratifier in nodes(group.get("stratifier")):
        words = {word.lower() for code in many(stratifier.get("code")) for word in spellings(code)}
        strata = nodes(stratifier.get("stratum"))
        sexes = _strata(strata, population) if words & _BY_SEX else {}
        if sexes and not found and sum(sexes.values()) <= persons:
            found += of_sexes(sexes)
        else:
            name = concept_words(node(stratifier.get("code"))) or "a stratifier"
            found.append(Dropped(name[:60], len(strata), _OTHERS))
    return tuple(found)


def _by_sex(server: Server, persons: int) -> list[Measured]:
    """Those of neither sex, and of none that is told, are what is left."""
    told = {sex: server.count("Patient", f"gender={sex}") for sex in (FEMALE, MALE)}
    numbers = {sex: number for sex, number in told.items() if number is not None}
    rest = persons - sum(numbers.values())
    if len(numbers) < len(told):
        return []
    if rest < 0:
        return [Dropped("patients by sex", len(numbers), _MORE)]
    return [*of_sexes({**numbers, OTHER: rest})]


def _by_year(server: Server, persons: int, this_year: int) -> list[Measured]:
    years = range(this_year - SPAN, this_year + 1)
    told = {year: server.count("Patient", f"birthdate={year}") for year in years}
    numbers = {year: number for year, number in told.items() if number}
    if None in told.values():
        return []
    if sum(numbers.values()) > persons:
        return [Dropped("patients by year of birth", len(numbers), _MORE)]
    return [Tally("personsByYearOfBirth", (str(year),), number, number) for year, number in numbers.items()]


def _strata(strata: list[Node], population: list[str]) -> dict[str, int]:
    """The people of a population by sex; those of other values are counted together."""
    found: dict[str, int] = {}
    for stratum in strata:
        words = spellings(_value(stratum))
        sex = next((_SEXES[word.lower()] for word in words if word.lower() in _SEXES), OTHER)
        counts = [
            whole(one.get("count"))
            for one in nodes(stratum.get("population"))
            if not population or {*population} & {*spellings(one.get("code"))}
        ]
        number = next((one for one in counts if one is not None), None)
        if number is not None:
            found[sex] = found.get(sex, 0) + number
    return found


def _value(stratum: Node) -> object:
    """The value of a stratum, as R4 and R5 spell it."""
    return stratum.get("value") or stratum.get("valueCodeableConcept")
