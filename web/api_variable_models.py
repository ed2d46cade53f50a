"""What the API answers of variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from web.api_models import KEY
from web.api_profile_models import CountAnswer


@dataclass(frozen=True, slots=True)
class CodedValue:
    """A value that a variable may have."""

    code: Annotated[str, Field(examples=["1"])]
    meaning: Annotated[str, Field(description="Empty where it is not told.", examples=["male"])]
    count: Annotated[CountAnswer, Field(description="How often it occurs, where the data were scanned.")]


@dataclass(frozen=True, slots=True)
class LinkedConcept:
    """The concept that a variable is linked with."""

    iri: Annotated[str, Field(examples=["http://loinc.org/rdf/39156-5"])]
    label: Annotated[str, Field(description="As the record has it.", examples=["Body mass index"])]


@dataclass(frozen=True, slots=True)
class VariableAnswer:
    """A variable of a dataset; empty and null mean not provided."""

    name: Annotated[str, Field(examples=["bmi"])]
    label: Annotated[str, Field(examples=["Body mass index"])]
    description: Annotated[str, Field(examples=["At the first visit"])]
    table: Annotated[str, Field(description="The table that it stands in.", examples=["Visits"])]
    type: Annotated[str, Field(description="As it was told.", examples=["xsd:decimal"])]
    kind: Annotated[
        str, Field(description="number, text, date, yes-no, or the type itself.", examples=["number"])
    ]
    unit: Annotated[str, Field(examples=["kg/m2"])]
    values: tuple[CodedValue, ...]
    concept: LinkedConcept | None
    alike: Annotated[
        str,
        Field(
            description="What it shares with variables that can be compared with it: a concept, else its "
            "name without case and signs.",
            examples=["http://loinc.org/rdf/39156-5"],
        ),
    ]
    empty: Annotated[
        float | None,
        Field(description="The share of its fields that are empty, where it was measured.", examples=[0.12]),
    ]
    declared: Annotated[bool, Field(description="Whether the record describes it.")]
    measured: Annotated[bool, Field(description="Whether a scan of the data found it.")]
    dataset: Annotated[str, Field(description="The id of the record.", examples=["kfyvm3xkqzsd2u5a"])]
    title: Annotated[str, Field(examples=["Heart registry"])]
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]
    source: Annotated[str, Field(examples=["registry"])]


@dataclass(frozen=True, slots=True)
class VariableFacetValue:
    """A value of a facet with the variables that it would give, the facet's own selection left aside."""

    value: Annotated[str, Field(description="`none` stands for not provided.", examples=["number"])]
    count: Annotated[int, Field(examples=[12])]
    selected: bool


@dataclass(frozen=True, slots=True)
class VariablesAnswer:
    """A page of the variables that a search finds."""

    query: Annotated[str, Field(description="The search in its one form.", examples=["q=bmi&type=number"])]
    total: Annotated[int, Field(examples=[42])]
    datasets: Annotated[int, Field(description="How many datasets have them.", examples=[7])]
    page: Annotated[int, Field(examples=[1])]
    size: Annotated[int, Field(examples=[25])]
    close: Annotated[bool, Field(description="Nothing matched as written: these come close in spelling.")]
    variables: tuple[VariableAnswer, ...]
    facets: Annotated[Mapping[str, tuple[VariableFacetValue, ...]], Field(json_schema_extra={KEY: "type"})]


@dataclass(frozen=True, slots=True)
class DatasetVariables:
    """A page of the variables of a dataset, in their order."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    total: Annotated[int, Field(examples=[42])]
    page: Annotated[int, Field(examples=[1])]
    size: Annotated[int, Field(examples=[100])]
    variables: tuple[VariableAnswer, ...]


@dataclass(frozen=True, slots=True)
class ComparedVariables:
    """The same variable in several datasets."""

    names: Annotated[tuple[str, ...], Field(examples=[["bmi"]])]
    variables: tuple[VariableAnswer, ...]
    others: Annotated[
        tuple[str, ...],
        Field(description="By what else variables of the same names are alike.", examples=[["bmi"]]),
    ]
