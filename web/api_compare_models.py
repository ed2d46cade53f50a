"""What the API answers of datasets side by side."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from web.api_models import KEY, Value
from web.api_profile_models import ConceptAnswer, CountAnswer, ReleaseAnswer

_ID = "kfyvm3xkqzsd2u5a"
_BY_DATASET = {KEY: _ID}


@dataclass(frozen=True, slots=True)
class AmountAnswer:
    """A number as it may be told, such as a share in percent. Hidden (`suppressed`) is never zero."""

    state: Annotated[
        str, Field(description="exact, interval, suppressed or absent, as of a count.", examples=["interval"])
    ]
    low: Annotated[float | None, Field(description="At least so much.", examples=[12.3])]
    high: Annotated[
        float | None, Field(description="At most so much; null where that is not told.", examples=[12.6])
    ]


@dataclass(frozen=True, slots=True)
class ComparedDataset:
    """A dataset of the comparison."""

    id: Annotated[str, Field(examples=[_ID])]
    url: Annotated[str, Field(examples=[f"https://example.org/dataset/{_ID}"])]
    presence: Annotated[
        str, Field(description="present, withdrawn, or unknown: never here.", examples=["present"])
    ]
    title: Annotated[str, Field(description="Empty where it was never here.", examples=["Heart registry"])]
    language: Annotated[str, Field(examples=["en"])]
    withdrawn: Annotated[datetime | None, Field(description="When it was withdrawn; null where it is here.")]
    release: Annotated[
        ReleaseAnswer | None, Field(description="The release of its profile; null where it has none.")
    ]


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field of the descriptions; a dataset that does not provide it has no values."""

    name: Annotated[str, Field(examples=["country"])]
    label: Annotated[str, Field(examples=["Place"])]
    differs: Annotated[bool, Field(description="Whether the datasets that are present say different things.")]
    values: Annotated[
        dict[str, tuple[Value, ...]],
        Field(description="By dataset, of those that are present.", json_schema_extra=_BY_DATASET),
    ]


@dataclass(frozen=True, slots=True)
class ComparedSection:
    """Fields that are read together; those on access come first."""

    label: Annotated[str, Field(examples=["Access and conditions"])]
    fields: tuple[ComparedField, ...]


@dataclass(frozen=True, slots=True)
class ComparedMeasure:
    """Something that was measured: numbers, or words where it is no number."""

    group: Annotated[str, Field(description="persons, records, quality or release.", examples=["persons"])]
    name: Annotated[str, Field(examples=["female"])]
    label: Annotated[str, Field(examples=["Women"])]
    differs: Annotated[bool, Field(description="Whether it is not told alike of all datasets.")]
    numbers: Annotated[
        dict[str, AmountAnswer], Field(description="By dataset.", json_schema_extra=_BY_DATASET)
    ]
    words: Annotated[
        dict[str, str],
        Field(
            description="By dataset; empty where not provided.",
            json_schema_extra=_BY_DATASET,
            examples=[{_ID: "2005–2024"}],
        ),
    ]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share of persons in a category, in percent of the persons of each dataset."""

    label: Annotated[str, Field(examples=["40–44"])]
    shares: Annotated[
        dict[str, AmountAnswer], Field(description="By dataset.", json_schema_extra=_BY_DATASET)
    ]


@dataclass(frozen=True, slots=True)
class ComparedShares:
    """Shares that are drawn together."""

    name: Annotated[str, Field(examples=["compare-age"])]
    title: Annotated[str, Field(examples=["Age at first observation"])]
    rows: tuple[ShareRow, ...]


@dataclass(frozen=True, slots=True)
class HeldCompared:
    """What a dataset holds of a concept; the shares are in percent of its persons."""

    persons: CountAnswer
    share: AmountAnswer
    persons_with_descendants: CountAnswer
    share_with_descendants: AmountAnswer


@dataclass(frozen=True, slots=True)
class ComparedConcept:
    """A concept and what the datasets hold of it."""

    concept: ConceptAnswer
    chosen: Annotated[
        bool, Field(description="Whether it was asked for; if not, it is one that surely differs most.")
    ]
    held: Annotated[
        dict[str, HeldCompared],
        Field(description="By dataset, of those that have a profile.", json_schema_extra=_BY_DATASET),
    ]


@dataclass(frozen=True, slots=True)
class CompareAnswer:
    """Datasets side by side, in the order in which they were named."""

    page: Annotated[
        str,
        Field(description="The same as a page.", examples=[f"https://example.org/compare?ids={_ID},bbbb"]),
    ]
    datasets: tuple[ComparedDataset, ...]
    sections: tuple[ComparedSection, ...]
    measures: tuple[ComparedMeasure, ...]
    shares: tuple[ComparedShares, ...]
    concepts: Annotated[
        tuple[ComparedConcept, ...],
        Field(description="Those asked for, then those that surely differ, the most different first."),
    ]
