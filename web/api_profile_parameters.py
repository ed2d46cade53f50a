"""The parameters of the API of profiles, concepts and feasibility as OpenAPI tells of them."""

from collections.abc import Iterable
from typing import Final

from catalogue.profiles.adding import Gain
from catalogue.profiles.analyses import ANALYSES, DOMAINS, SEXES
from web.api_examples import Json
from web.api_parameters import Parameter, single

MOST: Final = 100
"""So many concepts a page has at most."""


def _whole(least: int, most: int | None = None, default: int | None = None) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "integer", "minimum": least}
    return (
        schema
        | ({"maximum": most} if most is not None else {})
        | ({"default": default} if default is not None else {})
    )


def _several(name: str, words: str, of: Iterable[str] = (), example: str = "") -> Parameter:
    items: dict[str, Json] = {"type": "string"}
    if of:
        items["enum"] = [*of]
    return single(name, words, {"type": "array", "items": items}, [example] if example else None)


ANALYSIS: Final = _several(
    "analysis", "Only these analyses; repeat it for several.", ANALYSES, "personsBySex"
)
WORDS: Final = single("q", "Words of its name, a synonym, its code or its id.", {"type": "string"}, "heart")
DOMAIN: Final = single("domain", "Only this domain.", {"type": "string", "enum": [*DOMAINS]}, "condition")
PAGE: Final = single("page", "The page, from 1 on.", _whole(1, None, 1))
SIZE: Final = single("size", "Concepts on a page.", _whole(1, MOST, 25))
QUESTION: Final = (
    _several(
        "concept",
        "Persons with any of these concepts and all below them: OMOP ids joined by commas, with a ! at the "
        "end without those below. Each repetition must hold.",
        (),
        "316139",
    ),
    _several("requires", "Persons with records in this domain; repeat it for several.", DOMAINS),
    _several("wants", "No criterion, but told: persons with records in this domain.", DOMAINS),
    single("sex", "One of the sexes.", {"type": "string", "enum": [*SEXES]}),
    single("from_age", "Years at first observation, at least.", _whole(0)),
    single("to_age", "Years at first observation, at most.", _whole(0)),
    single("from_year", "Observed in this year or later.", _whole(1800)),
    single("to_year", "Observed in this year or earlier.", _whole(1800)),
    single("follow_up", "Months of 30 days of the first observation, at least.", _whole(1)),
    _several("visit", "The OMOP id of a type of visit; of several one must occur."),
    single("at_least", "How many persons there must be.", _whole(1, None, 1)),
)
CHOICE: Final = (
    _several("chosen", "The id of a dataset that is chosen already, to see what others add; repeat it."),
    single(
        "by",
        "Which kind of gain counts most when the others are put in order.",
        {"type": "string", "enum": [*Gain], "default": Gain.OUTCOMES},
    ),
)
