"""What the API answers to a question of feasibility."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from web.api_models import KEY, Coded
from web.api_profile_models import CountAnswer, Url


@dataclass(frozen=True, slots=True)
class BoundsAnswer:
    """At least and at most so many persons; null where there is no upper bound."""

    low: Annotated[int, Field(examples=[120])]
    high: Annotated[int | None, Field(examples=[480])]


@dataclass(frozen=True, slots=True)
class FactorAnswer:
    """One criterion in one source; bounds of null mean that nothing was provided on it, which is not zero."""

    kind: Annotated[
        str,
        Field(
            description="concepts, domains, age and sex, years, follow-up or visits.", examples=["concepts"]
        ),
    ]
    label: Annotated[str, Field(examples=["Heart failure"])]
    bounds: BoundsAnswer | None


@dataclass(frozen=True, slots=True)
class FeasibilityRow:
    """What one dataset has for the question."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Url
    title: Annotated[str, Field(examples=["Heart registry"])]
    verdict: Annotated[
        str,
        Field(
            description="surely, possibly, no, or unknown where too little was provided.",
            examples=["possibly"],
        ),
    ]
    persons: CountAnswer
    bounds: Annotated[BoundsAnswer | None, Field(description="Persons who meet all criteria.")]
    factors: tuple[FactorAnswer, ...]
    limiting: Annotated[
        tuple[str, ...], Field(description="The criteria that limit most.", examples=[["Heart failure"]])
    ]
    missing: Annotated[
        tuple[str, ...],
        Field(description="The criteria on which nothing was provided.", examples=[["years"]]),
    ]
    desired: Annotated[
        dict[str, BoundsAnswer | None],
        Field(
            description="Persons with records in the domains that are only wished for.",
            json_schema_extra={KEY: "drug"},
        ),
    ]


@dataclass(frozen=True, slots=True)
class AddedRow:
    """What one dataset adds to the chosen ones."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Url
    title: Annotated[str, Field(examples=["Heart registry"])]
    outcomes: Annotated[
        tuple[str, ...],
        Field(
            description="Sets of concepts and desired domains that it surely has and no chosen one has.",
            examples=[["Heart failure"]],
        ),
    ]
    possible_outcomes: Annotated[
        tuple[str, ...], Field(description="Those that it may have and no chosen one has.")
    ]
    countries: Annotated[tuple[Coded, ...], Field(description="Where no chosen one is known to be from.")]
    median_follow_up_months: Annotated[
        float | None,
        Field(description="The median length of first observation; null is not provided.", examples=[54.0]),
    ]
    longer_by_months: Annotated[
        float | None,
        Field(
            description="By how much it exceeds the longest of the chosen ones; null where one is unknown.",
            examples=[12.0],
        ),
    ]
    persons: Annotated[
        BoundsAnswer | None,
        Field(description="Persons who meet all criteria, who may be persons of the chosen datasets too."),
    ]
    why: Annotated[
        tuple[str, ...],
        Field(
            description="Each gain in words.",
            examples=[["Has Heart failure, of which no chosen source has data"]],
        ),
    ]
    not_provided: Annotated[
        tuple[str, ...],
        Field(description="On what it does not provide enough to tell.", examples=[["country"]]),
    ]


@dataclass(frozen=True, slots=True)
class FeasibilityAnswer:
    """What all sources have for a question: the surest and largest first."""

    question: Annotated[
        str,
        Field(
            description="The question in its URL form.", examples=["concept=316139&from_age=65&at_least=1000"]
        ),
    ]
    page: Annotated[
        str,
        Field(description="The same as a page.", examples=["https://example.org/feasibility?concept=316139"]),
    ]
    sources: tuple[FeasibilityRow, ...]
    without_profile: Annotated[
        int, Field(description="Datasets that were asked and have no profile.", examples=[120])
    ]
    chosen: Annotated[
        tuple[str, ...], Field(description="The ids of the chosen datasets.", examples=[["kfyvm3xkqzsd2u5a"]])
    ]
    adding: Annotated[
        tuple[AddedRow, ...],
        Field(
            description="What each of the others adds to the chosen ones, most first; empty where none is "
            "chosen."
        ),
    ]
    adding_notes: Annotated[
        tuple[str, ...],
        Field(
            description="What the chosen ones lack, and what they leave open.",
            examples=[["None of the chosen sources has data on: Heart failure."]],
        ),
    ]
