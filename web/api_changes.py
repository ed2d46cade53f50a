"""The change feed: what another catalogue needs to keep up with this one, in pages that miss nothing."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Request
from pydantic import Field

from catalogue.changes import changed, still_held, texts
from catalogue.envelope import record_iri
from catalogue.errors import Invalid
from catalogue.ledger import GONE, Entry
from web.api_examples import Json
from web.api_models import KEY
from web.api_parameters import single
from web.api_routes import operation
from web.feed import catalogue_iri
from web.state import state

router = APIRouter()

ADDRESS: Final = "/api/v1/changes"
PAGE: Final = 500
LARGEST_PAGE: Final = 1_000
MOST_IDS: Final = 100

_ID: Final = re.compile(r"[a-z2-7]{16}")
_LONGEST: Final = 200
_NUMBER: Final[dict[str, Json]] = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}

SINCE: Final = single(
    "since",
    "Where to go on: `next` of an earlier answer, or a moment such as 2026-03-03T14:05:00Z. Without it the "
    "feed begins with the oldest change and leads through all records.",
    {"type": "string"},
)
LIMIT: Final = single("limit", "How many changes at most.", _NUMBER)
IDS: Final = single(
    "ids",
    f"The ids of up to {MOST_IDS} records, separated by commas.",
    {"type": "string"},
    "kfyvm3xkqzsd2u5a,bdo4ixjm2vqz7hcp",
    required=True,
)


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of a record."""

    id: Annotated[str, Field(description="The id of the record here.", examples=["kfyvm3xkqzsd2u5a"])]
    iri: Annotated[
        str,
        Field(description="The IRI that its publisher gave it.", examples=["https://registry.example/d/7"]),
    ]
    kind: Annotated[str, Field(description="dataset, series, service or catalogue.", examples=["dataset"])]
    state: Annotated[
        str,
        Field(
            description="present; missing, which means that its source lacked it of late and it is still "
            "here; or gone, which means that it was withdrawn.",
            examples=["present"],
        ),
    ]
    still_held: Annotated[
        bool,
        Field(description="Whether a record with this IRI, of any source, is here and not withdrawn."),
    ]
    modified: Annotated[datetime, Field(description="When it changed.")]
    digest: Annotated[str, Field(description="Equal for equal descriptions.", examples=["5f1d7a84db00"])]
    source: Annotated[str, Field(description="The harvest source it came from here.", examples=["registry"])]
    record: Annotated[
        str,
        Field(
            description="The IRI of its catalogue record.",
            examples=["https://example.org/record/kfyvm3xkqzsd2u5a"],
        ),
    ]


@dataclass(frozen=True, slots=True)
class Described:
    """The catalogue itself."""

    iri: Annotated[str, Field(examples=["https://example.org/catalog"])]
    title: Annotated[str, Field(examples=["FAIRfinder"])]
    publisher: Annotated[str, Field(description="Empty where untold.", examples=["University Hospital"])]
    homepage: Annotated[str, Field(examples=["https://example.org/"])]


@dataclass(frozen=True, slots=True)
class ChangesAnswer:
    """One page of changes, the oldest first."""

    next: Annotated[
        str,
        Field(description="Where to go on behind this page.", examples=["MjAyNi0wMy0wM1QxNDowNQ"]),
    ]
    complete: Annotated[bool, Field(description="Whether there are no further changes now.")]
    total: Annotated[int, Field(description="How many records are here and not withdrawn.", examples=[60])]
    at: Annotated[datetime, Field(description="When this was answered.")]
    catalogue: Described
    items: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class RecordsAnswer:
    """The statements of records."""

    records: Annotated[
        dict[str, str],
        Field(
            description="For each id all statements as N-Triples: the publisher's, and the catalogue record. "
            "Records that are not here, or no longer, are left out.",
            json_schema_extra={KEY: "kfyvm3xkqzsd2u5a"},
        ),
    ]


@operation(router, ADDRESS, "listChanges", ChangesAnswer, (SINCE, LIMIT))
def changes(request: Request) -> ChangesAnswer:
    """List the changes.

    All records by the time of their last change, the oldest first, those withdrawn included: what a
    catalogue needs that harvests this one. A record that changes moves to the end. Writing takes a
    while: a program that begins again at a moment should go back ten minutes.
    """
    here = state(request)
    catalogue = here.catalogue
    at = catalogue.now()
    since = request.query_params.get("since", "").strip()
    limit = _limit(request.query_params.get("limit", "").strip())
    found = changed(catalogue.ledger, _place(since) if since else None, limit + 1)
    shown = found[:limit]
    gone = [entry.subject for entry in shown if entry.state == GONE]
    held = still_held(catalogue.ledger, gone) if gone else frozenset()
    return ChangesAnswer(
        next=cursor(shown[-1]) if shown else since,
        complete=len(found) <= limit,
        total=catalogue.ledger.count(),
        at=at,
        catalogue=Described(
            catalogue_iri(catalogue).value,
            here.settings.title,
            here.settings.publisher,
            f"{catalogue.base}/",
        ),
        items=tuple(_change(catalogue.base, entry, held) for entry in shown),
    )


@operation(router, f"{ADDRESS}/records", "getChangedRecords", RecordsAnswer, (IDS,))
def records(request: Request) -> RecordsAnswer:
    """Get many records.

    All statements of up to 100 records at once.
    """
    ids = [id for id in request.query_params.get("ids", "").split(",") if id]
    if not ids or len(ids) > MOST_IDS:
        raise Invalid(f"There cannot be {len(ids):,} ids: give from 1 to {MOST_IDS}, separated by commas.")
    wrong = next((id for id in ids if not _ID.fullmatch(id)), None)
    if wrong is not None:
        raise Invalid(f"A record cannot be called {wrong:.100}: an id has 16 letters and digits.")
    return RecordsAnswer(texts(state(request).catalogue, ids))


def cursor(entry: Entry) -> str:
    """The place behind a change, as a reader gives it back."""
    place = f"{entry.modified.isoformat()} {entry.id}"
    return urlsafe_b64encode(place.encode()).decode("ascii").rstrip("=")


def _place(since: str) -> tuple[datetime, str]:
    """Where a cursor or a moment points to; raises Invalid."""
    try:
        if len(since) > _LONGEST:
            raise ValueError
        if since[:4].isdigit() and "T" in since:
            return _moment(since.replace(" ", "+")), ""
        moment, _, id = urlsafe_b64decode(since + "=" * (-len(since) % 4)).decode().partition(" ")
        if not _ID.fullmatch(id):
            raise ValueError
        return _moment(moment), id
    except ValueError as error:
        raise Invalid(
            f"There cannot be since={since:.100}: it must be what an answer called next, or a moment such as "
            "2026-03-03T14:05:00Z."
        ) from error


def _moment(text: str) -> datetime:
    """A moment with its time zone; raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


def _limit(text: str) -> int:
    if not text:
        return PAGE
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= LARGEST_PAGE):
        raise Invalid(f"There cannot be limit={text:.100}: it must be a number from 1 to {LARGEST_PAGE}.")
    return int(text)


def _change(base: str, entry: Entry, held: frozenset[str]) -> Change:
    return Change(
        id=entry.id,
        iri=entry.subject,
        kind=entry.kind,
        state=entry.state,
        still_held=entry.state != GONE or entry.subject in held,
        modified=entry.modified,
        digest=entry.digest,
        source=entry.source,
        record=record_iri(base, entry.id).value,
    )
