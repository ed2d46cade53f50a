"""What the API answers on programmes and the coverage of their outcomes."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from web.api_models import KEY
from web.api_profile_models import CountAnswer


@dataclass(frozen=True, slots=True)
class EvidenceAnswer:
    """One reason for a grade."""

    grade: Annotated[str, Field(description="The grade that it gives.", examples=["counted"])]
    words: Annotated[
        str,
        Field(description="The words that were found, or the name of a concept.", examples=["Heart failure"]),
    ]
    place: Annotated[str, Field(description="The field or the variable.", examples=["Description"])]
    extract: Annotated[str, Field(description="The text around the words.")]
    code: Annotated[
        str, Field(description="The code that a variable is linked to.", examples=["LOINC 718-7"])
    ]
    concept: Annotated[int | None, Field(description="The id of an OMOP concept.", examples=[316139])]
    descendants: Annotated[bool, Field(description="Whether all concepts below it count as well.")]
    persons: CountAnswer | None
    records: CountAnswer | None
    values: Annotated[CountAnswer | None, Field(description="Measurements that have a value.")]


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """One source and one outcome."""

    grade: Annotated[
        str, Field(description="unknown, declared, mapped, counted or valued.", examples=["counted"])
    ]
    evidence: Annotated[tuple[EvidenceAnswer, ...], Field(description="The best comes first.")]
    less: Annotated[
        tuple[EvidenceAnswer, ...], Field(description="What was counted and may be none; it gives no grade.")
    ]


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """A source with a cell for each outcome."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    iri: Annotated[str, Field(examples=["https://registry.example/d/7"])]
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]
    title: Annotated[str, Field(examples=["Dementia registry"])]
    countries: Annotated[tuple[str, ...], Field(examples=[["FRA"]])]
    covered: Annotated[int, Field(description="How many outcomes have evidence.", examples=[7])]
    outcomes: Annotated[
        dict[str, CellAnswer], Field(description="By outcome.", json_schema_extra={KEY: "mortality"})
    ]


@dataclass(frozen=True, slots=True)
class OutcomeAnswer:
    """An outcome with its totals over the sources that are listed."""

    key: Annotated[str, Field(examples=["mortality"])]
    label: Annotated[str, Field(examples=["Mortality"])]
    group: Annotated[str, Field(examples=["Further domains"])]
    domain: Annotated[str, Field(description="In the COMET taxonomy.", examples=["Mortality and survival"])]
    set: Annotated[str, Field(description="The key of the outcome set.", examples=["data-cube"])]
    seen: Annotated[bool, Field(description="Whether its name was read at its source.")]
    concepts: Annotated[tuple[int, ...], Field(examples=[[316139]])]
    codes: Annotated[tuple[str, ...], Field(examples=[["LOINC 72106-8"]])]
    death: Annotated[bool, Field(description="Whether all who died count.")]
    grades: Annotated[
        dict[str, int],
        Field(description="How many sources have it at each grade.", json_schema_extra={KEY: "counted"}),
    ]


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """An outcome set and where it is published."""

    key: Annotated[str, Field(examples=["data-cube"])]
    name: Annotated[str, Field(examples=["Outcome domains of the Data Cube"])]
    title: Annotated[str, Field(examples=["Real-world evidence in Alzheimer's disease"])]
    address: Annotated[
        str, Field(description="Empty for one that nobody published.", examples=["https://doi.org/10.1234/5"])
    ]
    year: Annotated[int, Field(examples=[2019])]
    read: Annotated[str, Field(description="What of it was read.", examples=["The summary."])]
    ours: Annotated[bool, Field(description="Whether nobody published it: it was chosen here.")]


@dataclass(frozen=True, slots=True)
class ProgrammeAnswer:
    """A programme."""

    key: Annotated[str, Field(examples=["roadmap"])]
    name: Annotated[str, Field(examples=["ROADMAP"])]
    full_name: str
    description: str
    home: Annotated[str, Field(examples=["https://roadmap-alzheimer.org/"])]
    sources: Annotated[int, Field(description="How many data sources belong to it.", examples=[12])]
    outcomes: Annotated[int, Field(description="How many outcomes it has.", examples=[12])]
    mapped_by: Annotated[str, Field(description="Whose opinion the mapping is.", examples=["FAIRfinder"])]
    mapped_on: Annotated[str, Field(examples=["2026-11-26"])]
    sets: tuple[SetAnswer, ...]
    url: Annotated[str, Field(examples=["https://example.org/programmes/roadmap"])]
    coverage: Annotated[str, Field(examples=["https://example.org/api/v1/programmes/roadmap/coverage"])]


@dataclass(frozen=True, slots=True)
class ProgrammesAnswer:
    """All programmes."""

    programmes: tuple[ProgrammeAnswer, ...]


@dataclass(frozen=True, slots=True)
class CoverageAnswer:
    """The matrix of a programme; the sources with most evidence come first."""

    programme: ProgrammeAnswer
    shown: Annotated[int, Field(description="How many sources are listed.", examples=[7])]
    left_out: Annotated[int, Field(description="How many are too many to be looked at.")]
    grades: Annotated[
        dict[str, int],
        Field(description="How many cells have each grade.", json_schema_extra={KEY: "counted"}),
    ]
    outcomes: tuple[OutcomeAnswer, ...]
    sources: tuple[SourceCoverage, ...]
