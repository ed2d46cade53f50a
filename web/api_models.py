"""What the API answers: plain values with the words that document them.

They are written by orjson as they are. The annotations make the OpenAPI document; that both say the
same is held by tests and not paid for with each answer.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from web.api_profile_models import CountAnswer

KEY: Final = "x-example-key"
"""Names the key that an example of a mapping has."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of a facet in words."""

    value: Annotated[str, Field(description="The code, as filters take it.", examples=["FRA"])]
    label: Annotated[str, Field(description="What to call it.", examples=["France"])]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet with the records it would give, the facet's own selection left aside."""

    value: Annotated[str, Field(examples=["FRA"])]
    label: Annotated[str, Field(examples=["France"])]
    count: Annotated[int, Field(examples=[12])]
    selected: bool


@dataclass(frozen=True, slots=True)
class HeldPersons:
    """The persons with a concept that the search asks for, or any below it, as a profile counts them."""

    concept: Annotated[int, Field(description="Its OMOP id.", examples=[316139])]
    persons: CountAnswer
    told_by: Annotated[
        str,
        Field(
            description="The id of the record whose profile tells: this one, or another description of the "
            "same dataset.",
            examples=["kfyvm3xkqzsd2u5a"],
        ),
    ]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One record in a list, with all the evidence it declares; null and empty mean not provided."""

    id: Annotated[str, Field(description="The id of the record here.", examples=["kfyvm3xkqzsd2u5a"])]
    iri: Annotated[
        str,
        Field(description="The IRI that its publisher gave it.", examples=["https://registry.example/d/7"]),
    ]
    url: Annotated[
        str,
        Field(
            description="Its page here; other forms by suffix: .ttl, .jsonld, .rdf, .nt.",
            examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"],
        ),
    ]
    kind: Annotated[str, Field(description="dataset, series, service or catalogue.", examples=["dataset"])]
    title: Annotated[
        str,
        Field(
            description="In the language asked for, else in English, else in any.",
            examples=["Dementia registry"],
        ),
    ]
    language: Annotated[
        str, Field(description="The language of the title, empty where untold.", examples=["en"])
    ]
    description: Annotated[str, Field(examples=["Everyone with a diagnosis of dementia since 2005."])]
    publisher: Annotated[str, Field(examples=["National Dementia Centre"])]
    source: Annotated[str, Field(description="The harvest source that it came from.", examples=["registry"])]
    keywords: Annotated[tuple[str, ...], Field(examples=[["dementia", "registry"]])]
    countries: tuple[Coded, ...]
    codes: Annotated[
        dict[str, tuple[Coded, ...]],
        Field(description="Its values in each facet.", json_schema_extra={KEY: "country"}),
    ]
    persons: Annotated[int | None, Field(description="How many people it is about.", examples=[412000])]
    records: Annotated[int | None, Field(description="How many records it holds.", examples=[2310000])]
    age_low: Annotated[int | None, Field(description="The youngest typical age in years.", examples=[40])]
    age_high: Annotated[int | None, Field(description="The oldest typical age in years.", examples=[99])]
    year_low: Annotated[int | None, Field(description="The first year covered.", examples=[2005])]
    year_high: Annotated[
        int | None, Field(description="The last year covered; null also while it goes on.", examples=[2024])
    ]
    modified: Annotated[
        str,
        Field(
            description="When it last changed, as its publisher says: YYYY-MM-DD.", examples=["2026-03-03"]
        ),
    ]
    variables: Annotated[int, Field(description="How many variables it describes.", examples=[48])]
    contact: Annotated[bool, Field(description="Whether a contact is given.")]
    quality_label: Annotated[bool, Field(description="Whether a quality label is given.")]
    profile: Annotated[str, Field(description="The rules it is checked by.", examples=["restricted"])]
    missing: Annotated[int, Field(description="How many mandatory values of that profile are missing.")]
    copy_of: Annotated[
        str | None,
        Field(
            description="The id of the description that counts for the same dataset; null where this does.",
            examples=["kfyvm3xkqzsd2u5a"],
        ),
    ]
    others: Annotated[
        int, Field(description="How many other sources describe the same dataset.", examples=[2])
    ]
    holds: Annotated[
        tuple[HeldPersons, ...],
        Field(description="Why it was found, for each concept that `holds` asks for; else empty."),
    ]


@dataclass(frozen=True, slots=True)
class SearchLinks:
    """The same search elsewhere; null where there is no such page."""

    self: Annotated[str, Field(examples=["https://example.org/api/v1/search?q=dementia&page=2"])]
    first: Annotated[str, Field(examples=["https://example.org/api/v1/search?q=dementia"])]
    prev: Annotated[str | None, Field(examples=["https://example.org/api/v1/search?q=dementia"])]
    next: Annotated[str | None, Field(examples=["https://example.org/api/v1/search?q=dementia&page=3"])]
    last: Annotated[str, Field(examples=["https://example.org/api/v1/search?q=dementia&page=3"])]
    html: Annotated[str, Field(examples=["https://example.org/datasets?q=dementia&page=2"])]
    json: Annotated[str, Field(examples=["https://example.org/datasets.json?q=dementia"])]
    csv: Annotated[str, Field(examples=["https://example.org/datasets.csv?q=dementia"])]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One page of results, and the facets of all of them."""

    total: Annotated[int, Field(description="How many records match.", examples=[60])]
    hits: tuple[Dataset, ...]
    facets: Annotated[
        dict[str, tuple[FacetValue, ...]],
        Field(
            description="For each facet its values, the most frequent first.",
            json_schema_extra={KEY: "country"},
        ),
    ]
    silent: Annotated[
        dict[str, int],
        Field(
            description="For each range how many records say nothing of it and would else be let in.",
            json_schema_extra={KEY: "persons"},
        ),
    ]
    persons: Annotated[
        int,
        Field(description="The people that all matching records state, added up; overlaps not removed."),
    ]
    declaring: Annotated[int, Field(description="How many of the matching records state their people.")]
    close: Annotated[bool, Field(description="Nothing matched as written; close spellings are shown.")]
    hidden: Annotated[
        int,
        Field(description="How many other descriptions of the same datasets match and are left out."),
    ]
    links: SearchLinks


@dataclass(frozen=True, slots=True)
class Completion:
    """A completion of what is being typed: a record where it has an id, else a keyword."""

    text: Annotated[str, Field(examples=["Dementia registry"])]
    id: Annotated[str | None, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Annotated[
        str,
        Field(
            description="The record, or the search for the keyword; on this host.",
            examples=["/dataset/kfyvm3xkqzsd2u5a"],
        ),
    ]


@dataclass(frozen=True, slots=True)
class SuggestAnswer:
    """Completions, best first."""

    suggestions: tuple[Completion, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with its values."""

    name: Annotated[str, Field(description="The parameter that filters by it.", examples=["country"])]
    label: Annotated[str, Field(examples=["Place"])]
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class FacetsAnswer:
    """The facets of a search without its results."""

    total: Annotated[int, Field(examples=[60])]
    facets: tuple[Facet, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field: what it says, what to call it, and for a thing its own fields."""

    type: Annotated[str, Field(description="text, iri or node.", examples=["text"])]
    value: Annotated[
        str,
        Field(
            description="The words, the IRI, or the label of a blank node.", examples=["Dementia registry"]
        ),
    ]
    label: Annotated[
        str,
        Field(
            description="What to call it, in the language asked for where known.",
            examples=["Dementia registry"],
        ),
    ]
    language: Annotated[
        str, Field(description="The language of the words, empty where untold.", examples=["en"])
    ]
    datatype: Annotated[str, Field(description="The datatype IRI, empty for plain words.")]
    fields: Annotated[
        dict[str, "FieldValues"], Field(description="The fields of a thing, by name.", examples=[{}])
    ]


@dataclass(frozen=True, slots=True)
class FieldValues:
    """A field that is provided."""

    label: Annotated[str, Field(examples=["Title"])]
    property: Annotated[str, Field(examples=["http://purl.org/dc/terms/title"])]
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend in a description."""

    problem: Annotated[
        str,
        Field(description="missing, advised, repeated, range or unknown.", examples=["missing"]),
    ]
    field: Annotated[str, Field(examples=["contactPoint"])]
    label: Annotated[str, Field(examples=["Contact"])]
    mandatory: Annotated[bool, Field(description="Whether the rules are broken by it.")]
    message: Annotated[str, Field(examples=["“Contact” is missing."])]
    value: Annotated[str, Field(description="What was given, empty where nothing was.")]


@dataclass(frozen=True, slots=True)
class Check:
    """How complete and correct a description is, by the rules that its access right selects."""

    profile: Annotated[str, Field(examples=["restricted"])]
    valid: Annotated[bool, Field(description="Whether no rule is broken.", examples=[False])]
    provided: Annotated[int, Field(description="How many of the expected fields are filled.", examples=[31])]
    expected: Annotated[int, Field(examples=[40])]
    missing: Annotated[int, Field(description="How many mandatory values are missing.", examples=[1])]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a description comes from."""

    source: Annotated[str, Field(examples=["registry"])]
    origin: Annotated[
        str,
        Field(
            description="The address or file that it was read from.",
            examples=["https://registry.example/catalog.ttl"],
        ),
    ]
    issued: Annotated[datetime, Field(description="When it first came.")]
    modified: Annotated[datetime, Field(description="When this version came.")]
    digest: Annotated[
        str,
        Field(description="SHA-256 over the canonical statements.", examples=["9f86d081884c7d65…"]),
    ]
    state: Annotated[
        str,
        Field(description="present, or missing when its source no longer lists it.", examples=["present"]),
    ]


@dataclass(frozen=True, slots=True)
class AlsoDescribed:
    """Another description of the same dataset, from another source, and why it is taken for that."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]
    source: Annotated[str, Field(examples=["registry"])]
    title: Annotated[str, Field(examples=["Dementia registry"])]
    by: Annotated[str, Field(description="What both have: iri, doi, id, page or name.", examples=["doi"])]
    value: Annotated[str, Field(description="In its one form.", examples=["10.1234/registry.7"])]
    direct: Annotated[bool, Field(description="Whether this record has it, and not one that is in between.")]


@dataclass(frozen=True, slots=True)
class RecordLinks:
    """The record elsewhere."""

    self: Annotated[str, Field(examples=["https://example.org/api/v1/datasets/kfyvm3xkqzsd2u5a"])]
    html: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]
    turtle: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a.ttl"])]
    json_ld: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a.jsonld"])]
    rdf_xml: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a.rdf"])]
    n_triples: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a.nt"])]
    source: Annotated[str, Field(examples=["https://example.org/api/v1/sources/registry"])]


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a record, as it stood when it was last asked."""

    url: Annotated[str, Field(examples=["https://registry.example/apply"])]
    state: Annotated[
        str | None,
        Field(
            description="works, broken, closed (asks for permission) or unknown; null when not asked yet.",
            examples=["works"],
        ),
    ]
    since: Annotated[datetime | None, Field(description="Since when it stands so.")]
    checked: Annotated[datetime | None, Field(description="When it was last asked.")]


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """One record, readable: each field with its values and their labels."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    iri: Annotated[str, Field(examples=["https://registry.example/d/7"])]
    kind: Annotated[str, Field(examples=["dataset"])]
    title: Annotated[str, Field(examples=["Dementia registry"])]
    language: Annotated[str, Field(examples=["en"])]
    fields: Annotated[dict[str, FieldValues], Field(json_schema_extra={KEY: "title"})]
    report: Check
    provenance: Provenance
    also_described_by: tuple[AlsoDescribed, ...]
    addresses: tuple[Address, ...]
    links: RecordLinks


@dataclass(frozen=True, slots=True)
class RunAnswer:
    """One harvest of one source."""

    id: Annotated[int, Field(examples=[17])]
    source: Annotated[str, Field(examples=["registry"])]
    state: Annotated[str, Field(description="running, complete, partial or failed.", examples=["complete"])]
    started: datetime
    ended: datetime | None
    new: Annotated[int, Field(examples=[3])]
    changed: Annotated[int, Field(examples=[1])]
    unchanged: Annotated[int, Field(examples=[56])]
    rejected: Annotated[int, Field(examples=[1])]
    missing: int
    gone: int
    message: str
    url: Annotated[str, Field(examples=["https://example.org/api/v1/runs/17"])]


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """Something that a run could not use."""

    origin: Annotated[str, Field(examples=["https://registry.example/catalog.ttl"])]
    place: Annotated[str, Field(description="The line or the IRI where it stands.", examples=["line 41"])]
    reason: Annotated[str, Field(examples=["The prefix “geodcatap:” is not declared."])]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with what it could not use."""

    run: RunAnswer
    rejected: tuple[RejectedItem, ...]


@dataclass(frozen=True, slots=True)
class RunsAnswer:
    """Runs, the newest first."""

    runs: tuple[RunAnswer, ...]


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """A place that records come from."""

    name: Annotated[str, Field(examples=["registry"])]
    kind: Annotated[str, Field(examples=["dcat"])]
    address: Annotated[
        str,
        Field(
            description="What is harvested, without any password.",
            examples=["https://registry.example/catalog.ttl"],
        ),
    ]
    created: datetime
    records: Annotated[int, Field(description="How many of its records can be found.", examples=[60])]
    last_run: RunAnswer | None
    url: Annotated[str, Field(examples=["https://example.org/api/v1/sources/registry"])]


@dataclass(frozen=True, slots=True)
class SourceDetail:
    """A source with its latest runs."""

    source: SourceAnswer
    runs: tuple[RunAnswer, ...]


@dataclass(frozen=True, slots=True)
class SourcesAnswer:
    """All sources by name."""

    sources: tuple[SourceAnswer, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """That the process answers."""

    status: Annotated[str, Field(examples=["ok"])]


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether each part answers: ok, or what it says instead."""

    status: Annotated[str, Field(description="ready or unavailable.", examples=["ready"])]
    store: Annotated[str, Field(examples=["ok"])]
    index: Annotated[str, Field(examples=["ok"])]
    ledger: Annotated[str, Field(examples=["ok"])]
    worker: Annotated[str, Field(description="ok also where no worker is in the process.", examples=["ok"])]


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(examples=["about:blank"])]
    title: Annotated[str, Field(examples=["Unprocessable Entity"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[
        str, Field(examples=["The search cannot have size=1000: it must be a number from 1 to 100."])
    ]
    instance: Annotated[str, Field(examples=["/api/v1/search"])]
    request_id: str
