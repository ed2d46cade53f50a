"""All records of a search as a file: the same query as the page, as of one moment, sent as it is read."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from catalogue.errors import CatalogueError
from catalogue.fields import FACETS
from catalogue.search import MOST_ROWS, SearchResult
from web import api_views
from web.api_models import Coded, Dataset
from web.api_profile_models import CountAnswer
from web.asking import asked, speaker
from web.problems import SANDBOXED, problem_of
from web.state import state

router = APIRouter(include_in_schema=False)

_Writer = Callable[[Iterator[Dataset], SearchResult], Iterator[bytes]]
_READ: Final = ["GET", "HEAD"]
_SENT_BYTES: Final = 1 << 16
_BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_LISTS: Final = ("countries", "codes", "keywords", "holds")
_PLAIN: Final = tuple(field.name for field in fields(Dataset) if field.name not in _LISTS)
_FACETS: Final = tuple(field.name for field in FACETS if field.name != "publisher")
_COLUMNS: Final = (*("title_language" if name == "language" else name for name in _PLAIN), *_FACETS)


@router.api_route("/datasets.json", methods=_READ)
def as_json(request: Request) -> Response:
    """The records of a search as one JSON document; `cut` says that there are more than it holds."""
    return _file(request, "application/json", _json)


@router.api_route("/datasets.csv", methods=_READ)
def as_csv(request: Request) -> Response:
    """The records of a search as a table for spreadsheets."""
    return _file(request, "text/csv", _csv)


def cell(value: object) -> str:
    """A value as a spreadsheet may hold it: text that would be taken for a formula is marked as text."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    guarded = isinstance(value, str) and text.startswith(_FORMULA)
    return f"'{text}" if guarded else text


def _file(request: Request, media_type: str, write: _Writer) -> Response:
    catalogue = state(request).catalogue
    try:
        voice = speaker(request)
        query = asked(request)
        found = catalogue.search(replace(query, page=1, size=1))
        rows = catalogue.rows(query)
    except CatalogueError as error:
        return problem_of(request, error)
    suffix = media_type.rpartition("/")[2]
    headers = {
        **SANDBOXED,
        "Content-Disposition": f'attachment; filename="datasets.{suffix}"',
        "Content-Language": voice.language,
        "Vary": "Accept-Language",
        "X-Total-Count": str(found.total),
    }
    if found.total > MOST_ROWS:
        headers["X-Result-Limit"] = str(MOST_ROWS)
    if request.method == "HEAD":
        return Response(None, 200, headers, media_type)
    datasets = (api_views.dataset(row, found.held, voice) for row in rows)
    return StreamingResponse(_joined(write(datasets, found)), 200, headers, media_type)


def _joined(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same in larger parts: handing one over costs more than making it."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= _SENT_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)


def _json(datasets: Iterator[Dataset], found: SearchResult) -> Iterator[bytes]:
    head = {"total": found.total, "limit": MOST_ROWS, "cut": found.total > MOST_ROWS, "close": found.close}
    yield orjson.dumps(head)[:-1] + b',"hits":['
    for number, one in enumerate(datasets):
        yield b",\n" * bool(number) + orjson.dumps(one)
    yield b"]}"


def _csv(datasets: Iterator[Dataset], found: SearchResult) -> Iterator[bytes]:
    concepts = found.query.holds.concepts
    asked = (f"persons_with_{concept}_{part}" for concept in concepts for part in ("state", "low", "high"))
    yield (_BYTE_ORDER_MARK + line((*_COLUMNS, *asked))).encode()
    for one in datasets:
        plain = (getattr(one, name) for name in _PLAIN)
        coded = (_labels(one.codes.get(name, ())) for name in _FACETS)
        persons = {held.concept: held.persons for held in one.holds}
        counts = (part for concept in concepts for part in _parts(persons.get(concept)))
        yield line((*plain, *coded, *counts)).encode()


def _parts(count: CountAnswer | None) -> tuple[object, object, object]:
    return (count.state, count.low, count.high) if count else ("", "", "")


def line(values: Iterable[object]) -> str:
    """One line of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(value) for value in values])
    return out.getvalue()


def _labels(codes: Iterable[Coded]) -> str:
    return "; ".join(code.label for code in codes)
