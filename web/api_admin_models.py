"""What the API for operators answers. A secret has no place in any of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field

from web.api_models import KEY, RunAnswer

_SOURCE: Final = Field(description="The name of the source.", examples=["registry"])
_GIVEN: Final = Field(
    description="The values by field name; text by language where it has one.",
    examples=[{"title": {"en": "Dementia registry"}, "keyword": {"en": ["dementia", "registry"]}}],
)


@dataclass(frozen=True, slots=True)
class JobAnswer:
    """Something that a worker does or is to do."""

    id: Annotated[int, Field(examples=[41])]
    task: Annotated[
        str,
        Field(
            description="harvest, delete source (and withdraw its records), leave source (delete it, its "
            "records stay), approve withdrawal, dismiss withdrawal; or check links, of no source.",
            examples=["harvest"],
        ),
    ]
    source: Annotated[str, _SOURCE]
    state: Annotated[
        str, Field(description="queued, running, done, failed or cancelled.", examples=["queued"])
    ]
    queued: datetime
    started: datetime | None
    ended: datetime | None
    message: Annotated[str, Field(description="What came of it, or why it is tried again.", examples=[""])]


@dataclass(frozen=True, slots=True)
class SourceLinks:
    """What belongs to the source."""

    self: Annotated[str, Field(examples=["https://example.org/api/v1/admin/sources/registry"])]
    runs: Annotated[str, Field(examples=["https://example.org/api/v1/admin/sources/registry/runs"])]
    withdrawals: Annotated[
        str, Field(examples=["https://example.org/api/v1/admin/sources/registry/withdrawals"])
    ]
    public: Annotated[str, Field(examples=["https://example.org/api/v1/sources/registry"])]


@dataclass(frozen=True, slots=True)
class OperatedSource:
    """A source with all that an operator may know of it, and how it stands."""

    name: Annotated[str, _SOURCE]
    kind: Annotated[str, Field(examples=["dcat"])]
    url: Annotated[
        str,
        Field(
            description="What is harvested; empty for imported files and for a source that was deleted and "
            "left its records.",
            examples=["https://registry.example/catalog.ttl"],
        ),
    ]
    options: Annotated[
        dict[str, str], Field(description="By the names of its kind.", examples=[{"format": "turtle"}])
    ]
    has_credentials: Annotated[
        bool, Field(description="Whether it is shown credentials. Nothing more is told.")
    ]
    schedule: Annotated[
        str, Field(description="A cron expression in UTC, empty for none.", examples=["30 2 * * *"])
    ]
    profile: Annotated[
        str,
        Field(
            description="The rules to check by; empty for those that the access right selects.",
            examples=["restricted"],
        ),
    ]
    deletion: Annotated[
        str,
        Field(
            description="What becomes of what it no longer has: withdraw, ask or keep.", examples=["withdraw"]
        ),
    ]
    contact: Annotated[
        str, Field(description="Who is told of failures.", examples=["steward@registry.example"])
    ]
    full_every: Annotated[int, Field(description="After how many days everything is read.", examples=[7])]
    paused: Annotated[bool, Field(examples=[False])]
    created: datetime
    state: Annotated[
        str,
        Field(
            description="fresh, late, failing, never (run), unplanned (no schedule), paused, kept (not "
            "harvested) or deleting.",
            examples=["fresh"],
        ),
    ]
    failures: Annotated[int, Field(description="Runs since the last complete one that were not.")]
    last_complete: Annotated[datetime | None, Field(description="When the last complete run began.")]
    last_full: Annotated[datetime | None, Field(description="The last complete one that read everything.")]
    next_run: Annotated[
        datetime | None, Field(description="By its schedule. What is past begins with the next worker.")
    ]
    waiting: Annotated[
        int, Field(description="Records whose withdrawal waits for a person; 0 when one has decided.")
    ]
    records: Annotated[int, Field(description="Records of it that are not withdrawn.", examples=[60])]
    last_run: RunAnswer | None
    job: Annotated[JobAnswer | None, Field(description="What is queued or goes on for it, a harvest first.")]
    links: SourceLinks


@dataclass(frozen=True, slots=True)
class OperatedSources:
    """All sources by name."""

    sources: tuple[OperatedSource, ...]


@dataclass(frozen=True, slots=True)
class Tested:
    """Whether a source answers as its kind should, told by its first record."""

    works: Annotated[bool, Field(description="Whether a record came, or the source is well and empty.")]
    failure: Annotated[str, Field(description="Why not, or what went wrong behind the first record.")]
    declared: Annotated[int | None, Field(description="How many records it says that it has.", examples=[60])]
    seconds: Annotated[float, Field(examples=[0.4])]
    log: Annotated[tuple[str, ...], Field(description="What the harvester said.")]


@dataclass(frozen=True, slots=True)
class PreviewedRecord:
    """A record that would come."""

    iri: Annotated[str, Field(examples=["https://registry.example/d/7"])]
    kind: Annotated[str, Field(examples=["dataset"])]
    title: Annotated[str, Field(examples=["Dementia registry"])]
    publisher: Annotated[str, Field(examples=["National Dementia Centre"])]
    profile: Annotated[str, Field(description="The rules it was checked by.", examples=["restricted"])]
    missing: Annotated[int, Field(description="How many mandatory values it lacks.", examples=[2])]


@dataclass(frozen=True, slots=True)
class TroubleAnswer:
    """Something that would come and cannot be used."""

    place: Annotated[str, Field(examples=["line 41"])]
    reason: Annotated[str, Field(examples=["The prefix “geodcatap:” is not declared."])]


@dataclass(frozen=True, slots=True)
class PreviewAnswer:
    """What a source would bring; nothing was written."""

    records: tuple[PreviewedRecord, ...]
    troubles: tuple[TroubleAnswer, ...]
    declared: Annotated[int | None, Field(description="How many records it says that it has.", examples=[60])]
    is_all: Annotated[bool, Field(description="Whether the source was read to its end.")]
    failure: Annotated[str, Field(description="Why it could not be read, or not further.")]
    seconds: Annotated[float, Field(examples=[1.2])]
    log: Annotated[tuple[str, ...], Field(description="What the harvester said.")]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record whose withdrawal waits for a person."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    iri: Annotated[str, Field(examples=["https://registry.example/d/7"])]
    title: Annotated[str, Field(examples=["Dementia registry"])]
    run: Annotated[int, Field(description="The run that held it back.", examples=[17])]
    missing_since: datetime | None
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]


@dataclass(frozen=True, slots=True)
class WithdrawalsAnswer:
    """What waits to be withdrawn; `run` and `number` are what a decision on it has to name."""

    source: Annotated[str, _SOURCE]
    run: Annotated[int | None, Field(description="The newest run that held something back.", examples=[17])]
    number: Annotated[int, Field(description="How many records wait.", examples=[40])]
    records: tuple[Waiting, ...]


@dataclass(frozen=True, slots=True)
class OperatedRun:
    """A run with all that is kept of it."""

    run: RunAnswer
    whole: Annotated[bool, Field(description="Whether it read everything, not only what changed.")]
    withheld: Annotated[int, Field(description="Withdrawals that wait for a person because of it.")]
    resumed: Annotated[int, Field(description="How often it was cut off and went on.")]
    steps: Annotated[
        dict[str, float], Field(description="The seconds that each step took.", examples=[{"read": 3.2}])
    ]
    lines: Annotated[dict[str, int], Field(description="Lines of its log by level.", examples=[{"info": 12}])]


@dataclass(frozen=True, slots=True)
class OperatedRuns:
    """Runs, the newest first."""

    runs: tuple[OperatedRun, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    at: datetime
    level: Annotated[str, Field(examples=["warning"])]
    message: Annotated[str, Field(examples=["Page 3 was asked for again."])]


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """A part of the log of a run, in the order of time."""

    total: Annotated[int, Field(description="How many lines there are from that level on.", examples=[12])]
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class RunProblem:
    """Something that a run could not use."""

    number: Annotated[int, Field(examples=[3])]
    origin: Annotated[str, Field(examples=["https://registry.example/catalog.ttl"])]
    place: Annotated[str, Field(examples=["line 41"])]
    reason: Annotated[str, Field(examples=["The prefix “geodcatap:” is not declared."])]
    raw: Annotated[
        str,
        Field(
            description="Where the bytes are, as they came.",
            examples=["https://example.org/api/v1/admin/runs/17/problems/3/raw"],
        ),
    ]


@dataclass(frozen=True, slots=True)
class RunProblems:
    """What a run could not use, in the order it came."""

    total: Annotated[int, Field(examples=[1])]
    problems: tuple[RunProblem, ...]


@dataclass(frozen=True, slots=True)
class KindAnswer:
    """A kind of source."""

    name: Annotated[str, Field(examples=["dcat"])]
    help: Annotated[str, Field(examples=["RDF with DCAT, at an address"])]
    address: Annotated[str, Field(description="What its URL is of.", examples=["the RDF document"])]
    options: Annotated[
        dict[str, str],
        Field(description="Its options, each with its help.", json_schema_extra={KEY: "format"}),
    ]
    is_local: Annotated[bool, Field(description="Whether its URL is a path on the machine of the catalogue.")]


@dataclass(frozen=True, slots=True)
class KindsAnswer:
    """The kinds of source that can be harvested."""

    kinds: tuple[KindAnswer, ...]


@dataclass(frozen=True, slots=True)
class CurationAnswer:
    """The local values of a record, which stand in place of its publisher's and no harvest overwrites."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    source: Annotated[str, _SOURCE]
    kind: Annotated[str, Field(examples=["dataset"])]
    values: Annotated[dict[str, object], _GIVEN]
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A record that was taken out."""

    id: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    state: Annotated[str, Field(examples=["gone"])]


@dataclass(frozen=True, slots=True)
class DeedAnswer:
    """Somebody did something."""

    id: Annotated[int, Field(examples=[205])]
    at: datetime
    who: Annotated[str, Field(description="The name of the token.", examples=["nightly import"])]
    action: Annotated[str, Field(examples=["add source"])]
    subject: Annotated[str, Field(description="What it was done to.", examples=["registry"])]
    detail: Annotated[str, Field(examples=["dcat https://registry.example/catalog.ttl"])]


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """Deeds, the newest first."""

    deeds: tuple[DeedAnswer, ...]
