"""The parameters of the API as OpenAPI tells of them, made from the tables that read them."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from catalogue.query_url import FACET_NAMES, MOST_HELD
from catalogue.search import MAX_SIZE, RANGES, SORTS
from web.api_examples import Json
from web.api_views import facet_label
from web.asking import LONGEST_TEXT

Parameter: TypeAlias = "dict[str, Json]"

MOST_RUNS: Final = 100
MOST_SUGGESTIONS: Final = 20

_EXAMPLES: Final[Mapping[str, str]] = {"country": "FRA", "accessRights": "RESTRICTED"}
_RANGE_WORDS: Final = {
    "persons": "people",
    "records": "records",
    "age": "years of age",
    "years": "calendar years",
}


def single(
    name: str, description: str, schema: dict[str, Json], example: Json = None, *, required: bool = False
) -> Parameter:
    """A parameter of the query string."""
    told: Parameter = {"name": name, "in": "query", "description": description, "schema": schema}
    return told | ({"required": True} if required else {}) | ({"example": example} if example else {})


def _number(least: int, most: int | None = None, default: int | None = None) -> dict[str, Json]:
    schema: dict[str, Json] = {"type": "integer", "minimum": least}
    return (
        schema
        | ({"maximum": most} if most is not None else {})
        | ({"default": default} if default is not None else {})
    )


_TEXT: Final[dict[str, Json]] = {"type": "string"}
_SEVERAL: Final[dict[str, Json]] = {"type": "array", "items": {"type": "string"}}

LANGUAGE: Final = single(
    "lang",
    "Language of labels and titles, such as en or fr; else that of the Accept-Language header.",
    _TEXT | {"default": "en"},
)
WORDS: Final = single(
    "q",
    "Words to look for; “quoted” words must stand together, -words must not be there.",
    _TEXT | {"maxLength": LONGEST_TEXT},
    "dementia",
)
PREFIX: Final = single("q", "What has been typed so far.", _TEXT, "dem", required=True)
SUGGESTIONS: Final = single("limit", "How many completions at most.", _number(1, MOST_SUGGESTIONS, 8))
SOURCE: Final = single("source", "Only the runs of this source.", _TEXT)
RUNS: Final = single("limit", "How many runs at most.", _number(1, MOST_RUNS, 20))


def _narrowing() -> list[Parameter]:
    found = [
        single(
            name,
            f"{facet_label(name)}: only records with this value. Repeat it to let in several values.",
            _SEVERAL,
            [_EXAMPLES[name]] if name in _EXAMPLES else None,
        )
        for name in FACET_NAMES
    ]
    for name in RANGES:
        words = _RANGE_WORDS[name]
        found += [
            single(f"{name}_min", f"At least this many {words}.", _number(0)),
            single(f"{name}_max", f"At most this many {words}.", _number(0)),
            single(f"{name}_unknown", f"1 lets in the records that do not say ({words}).", {"enum": ["1"]}),
        ]
    return found


HOLDS: Final = (
    single(
        "holds",
        "OMOP id of a concept: only records whose data hold persons with it or any below it, as their "
        "profiles count. Repeat it to ask for several at once.",
        {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_HELD},
        [316139],
    ),
    single("holds_min", "At least this many persons with each of these concepts.", _number(1, None, 1)),
    single(
        "holds_possibly",
        "1 lets in the records that possibly hold as many, for their counts are hidden or rounded.",
        {"enum": ["1"]},
    ),
)
COPIES: Final = single(
    "copies",
    "1 finds and counts every description of a dataset that several sources describe, not one of them.",
    {"enum": ["1"]},
)
VARIABLES: Final = single(
    "variable",
    "The name, words or linked concept of a variable: only datasets with one. Repeated, all must be there.",
    _SEVERAL,
)
NARROWING: Final = (WORDS, *_narrowing(), *HOLDS, VARIABLES, COPIES)
SEARCHING: Final = (
    *NARROWING,
    single(
        "sort",
        "The order; relevance without words means newest.",
        {"enum": [*SORTS], "default": "relevance"},
    ),
    single("page", "The page, from 1 on; the first 10,000 results can be reached.", _number(1, None, 1)),
    single("size", "Results on a page.", _number(1, MAX_SIZE, 20)),
    LANGUAGE,
)
