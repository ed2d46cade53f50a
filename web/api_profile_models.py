"""What the API answers of characterisation profiles and concepts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

ConceptId = Annotated[
    int, Field(description="The id of the concept in the OMOP vocabularies.", examples=[316139])
]
Url = Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]


@dataclass(frozen=True, slots=True)
class CountAnswer:
    """A count as it may be told. Hidden (`suppressed`) is never zero, and neither is `absent`."""

    state: Annotated[
        str,
        Field(
            description="exact; interval, between the bounds; suppressed, hidden by the disclosure rule; "
            "absent, not provided.",
            examples=["interval"],
        ),
    ]
    low: Annotated[int | None, Field(description="At least so many.", examples=[12_396])]
    high: Annotated[
        int | None, Field(description="At most so many; null where that is not told.", examples=[12_400])
    ]


@dataclass(frozen=True, slots=True)
class ReleaseAnswer:
    """A release of a profile: what its files told of themselves, and the disclosure rule it was made by."""

    id: Annotated[int, Field(examples=[3])]
    current: Annotated[bool, Field(description="Whether this is the one that is shown.")]
    producer: Annotated[str, Field(examples=["Achilles"])]
    version: Annotated[str, Field(examples=["1.7.2"])]
    source_name: Annotated[str, Field(examples=["Registry in OMOP"])]
    generated: Annotated[
        date | None, Field(description="When the analyses were run.", examples=["2026-10-01"])
    ]
    released: Annotated[
        date | None, Field(description="When the data were released.", examples=["2026-09-30"])
    ]
    cdm_version: Annotated[str, Field(examples=["5.4"])]
    vocabulary_version: Annotated[str, Field(examples=["v5.0 29-AUG-25"])]
    published: Annotated[datetime | None, Field(description="When it was published here.")]
    threshold: Annotated[int, Field(description="Counts of 1 to this are hidden.", examples=[5])]
    rounding: Annotated[int, Field(description="Others are rounded up to a multiple of this.", examples=[5])]


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """One count of an analysis, by its strata in their order."""

    strata: Annotated[tuple[str, ...], Field(examples=[["64", "female"]])]
    count: CountAnswer


@dataclass(frozen=True, slots=True)
class AnalysisAnswer:
    """An analysis with all its counts; what is not listed was not provided."""

    name: Annotated[str, Field(examples=["personsByAgeAndSex"])]
    label: Annotated[str, Field(examples=["Persons by age at first observation and sex"])]
    unit: Annotated[str, Field(description="What is counted.", examples=["persons"])]
    strata: Annotated[tuple[str, ...], Field(description="By what.", examples=[["age", "sex"]])]
    cells: tuple[CellAnswer, ...]


@dataclass(frozen=True, slots=True)
class SpreadAnswer:
    """How values are spread over a cell; null is not told."""

    analysis: Annotated[str, Field(examples=["ageAtFirstObservation"])]
    strata: Annotated[tuple[str, ...], Field(examples=[["female"]])]
    count: int | None
    minimum: float | None
    p10: float | None
    p25: float | None
    median: Annotated[float | None, Field(examples=[61.0])]
    p75: float | None
    p90: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None


@dataclass(frozen=True, slots=True)
class QualityAnswer:
    """How the checks of data quality of a category came out."""

    category: Annotated[str, Field(examples=["Plausibility"])]
    subcategory: Annotated[str, Field(examples=["Temporal"])]
    passed: int
    failed: int
    not_applicable: int
    errors: int


@dataclass(frozen=True, slots=True)
class WithheldAnswer:
    """What the disclosure guard hid, banded or left out, and why."""

    what: Annotated[str, Field(examples=["Persons by concept"])]
    cells: Annotated[int, Field(examples=[17])]
    reason: Annotated[str, Field(examples=["They count 1 to 5."])]


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """The profile of a dataset: everything but the counts by concept, which have a list of their own."""

    dataset: Annotated[str, Field(description="The id of the record.", examples=["kfyvm3xkqzsd2u5a"])]
    url: Url
    release: ReleaseAnswer
    releases: Annotated[
        tuple[ReleaseAnswer, ...], Field(description="All that are published, the newest first.")
    ]
    persons: CountAnswer
    analyses: tuple[AnalysisAnswer, ...]
    spreads: tuple[SpreadAnswer, ...]
    quality: tuple[QualityAnswer, ...]
    withheld: tuple[WithheldAnswer, ...]


@dataclass(frozen=True, slots=True)
class ConceptAnswer:
    """A concept of a vocabulary; empty is not known."""

    id: ConceptId
    name: Annotated[str, Field(examples=["Heart failure"])]
    domain: Annotated[str, Field(examples=["Condition"])]
    vocabulary: Annotated[str, Field(examples=["SNOMED"])]
    code: Annotated[str, Field(examples=["84114007"])]


@dataclass(frozen=True, slots=True)
class HeldConcept:
    """A concept in one domain of a dataset: by itself, and with all below it over all domains."""

    concept: ConceptAnswer
    domain: Annotated[str, Field(examples=["condition"])]
    persons: CountAnswer
    records: CountAnswer
    persons_with_descendants: CountAnswer
    records_with_descendants: CountAnswer


@dataclass(frozen=True, slots=True)
class HeldConcepts:
    """A page of the concepts of a dataset, those with most persons first."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    total: Annotated[int, Field(description="On all pages.", examples=[431])]
    page: Annotated[int, Field(examples=[1])]
    size: Annotated[int, Field(examples=[25])]
    concepts: tuple[HeldConcept, ...]


@dataclass(frozen=True, slots=True)
class ConceptHolder:
    """What one dataset holds of a concept, by itself and with all below it."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Url
    title: Annotated[str, Field(examples=["Heart registry"])]
    language: Annotated[
        str, Field(description="The language of the title, empty where untold.", examples=["en"])
    ]
    persons: CountAnswer
    records: CountAnswer
    persons_with_descendants: CountAnswer
    records_with_descendants: CountAnswer


@dataclass(frozen=True, slots=True)
class ConceptDetail:
    """A concept, what is above and below it, and the datasets that hold it."""

    concept: ConceptAnswer
    synonyms: Annotated[tuple[str, ...], Field(examples=[["Cardiac failure"]])]
    ancestors: Annotated[tuple[ConceptAnswer, ...], Field(description="The nearest first.")]
    children: Annotated[tuple[ConceptAnswer, ...], Field(description="One step below.")]
    holders: Annotated[tuple[ConceptHolder, ...], Field(description="Those with most persons first.")]
