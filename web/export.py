"""All records of a search as a file: the same query as the page, read in pages and sent as it comes."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError
from catalogue.fields import FACETS
from catalogue.query_url import at_page
from catalogue.search import MAX_OFFSET, MAX_SIZE, Row, SearchResult
from web import api_views
from web.api_models import Coded, Dataset
from web.api_views import Speaker
from web.asking import asked, speaker
from web.problems import SANDBOXED, problem_of
from web.state import state

router = APIRouter(include_in_schema=False)

LIMIT: Final = MAX_OFFSET
"""The most records that one file holds."""

_Writer = Callable[[Catalogue, SearchResult, Speaker], Iterator[bytes]]
_READ: Final = ["GET", "HEAD"]
_BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_CODED: Final = ("countries", "codes", "keywords")
_PLAIN: Final = tuple(field.name for field in fields(Dataset) if field.name not in _CODED)
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
        first = catalogue.search(replace(asked(request), page=1, size=MAX_SIZE))
    except CatalogueError as error:
        return problem_of(request, error)
    suffix = media_type.rpartition("/")[2]
    headers = {
        **SANDBOXED,
        "Content-Disposition": f'attachment; filename="datasets.{suffix}"',
        "Content-Language": voice.language,
        "Vary": "Accept-Language",
        "X-Total-Count": str(first.total),
    }
    if first.total > LIMIT:
        headers["X-Result-Limit"] = str(LIMIT)
    if request.method == "HEAD":
        return Response(None, 200, headers, media_type)
    return StreamingResponse(write(catalogue, first, voice), 200, headers, media_type)


def _rows(catalogue: Catalogue, first: SearchResult) -> Iterator[Row]:
    """Each record once, even when the index changes while it is read."""
    seen: set[str] = set()
    result = first
    while result.hits:
        for hit in result.hits:
            if hit.row.id not in seen:
                seen.add(hit.row.id)
                yield hit.row
        following = result.query.page + 1
        if len(result.hits) < MAX_SIZE or following > LIMIT // MAX_SIZE:
            return
        result = catalogue.search(at_page(result.query, following))


def _json(catalogue: Catalogue, first: SearchResult, voice: Speaker) -> Iterator[bytes]:
    head = {"total": first.total, "limit": LIMIT, "cut": first.total > LIMIT, "close": first.close}
    yield orjson.dumps(head)[:-1] + b',"hits":['
    for number, row in enumerate(_rows(catalogue, first)):
        yield b",\n" * bool(number) + orjson.dumps(api_views.dataset(row, voice))
    yield b"]}"


def _csv(catalogue: Catalogue, first: SearchResult, voice: Speaker) -> Iterator[bytes]:
    yield (_BYTE_ORDER_MARK + line(_COLUMNS)).encode()
    for row in _rows(catalogue, first):
        found = api_views.dataset(row, voice)
        plain = (getattr(found, name) for name in _PLAIN)
        coded = (_labels(found.codes.get(name, ())) for name in _FACETS)
        yield line((*plain, *coded)).encode()


def line(values: Iterable[object]) -> str:
    """One line of CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(value) for value in values])
    return out.getvalue()


def _labels(codes: Iterable[Coded]) -> str:
    return "; ".join(code.label for code in codes)
