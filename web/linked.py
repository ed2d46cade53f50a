"""The records and the catalogue as linked data: one address for each thing, many forms of it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.catalogue import Catalogue, StoredRecord
from catalogue.context import CONTEXT_PATH, compact, compact_with_context, context_document
from catalogue.errors import CatalogueError
from catalogue.provenance import run_iri
from catalogue.rdf import Format, serialise
from ontologies.namespaces import PREFIXES
from web import export, feed
from web.negotiation import ALL, DATA, HTML, JSON_LD, Form, chosen, has_already, suffixed
from web.pages import record_page
from web.paging import whole
from web.problems import OPEN, SANDBOXED, problem, problem_of
from web.rendering import VERSION
from web.state import state

router = APIRouter(include_in_schema=False)
router.include_router(export.router)

_READ: Final = ["GET", "HEAD"]
_VARY: Final = {"Vary": "Accept"}
_MONTH: Final = 30 * 24 * 3600
_ABOUT_A_DATASET: Final = ("https://schema.org/AboutPage", "https://schema.org/Dataset")


@router.api_route(CONTEXT_PATH, methods=_READ)
def context(request: Request) -> Response:
    """The JSON-LD context, which does not change within its version."""
    body = context_document()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**SANDBOXED, "ETag": etag, "Cache-Control": f"public, max-age={_MONTH}"}
    if has_already(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return Response(body, 200, headers, JSON_LD.media_type)


@router.api_route("/dataset/{name}", methods=_READ)
def dataset(request: Request, name: str) -> Response:
    """One record, by suffix or else by the Accept header."""
    id, form = suffixed(name, ALL)
    vary = {} if form else _VARY
    form = form or chosen(request.headers.get("accept"), ALL)
    catalogue = state(request).catalogue
    if form is None:
        return _unacceptable(request, f"{catalogue.base}/dataset/{quote(id, safe='')}", ALL)
    if form is HTML:
        return _as_page(request, catalogue, id)
    try:
        return _as_data(request, catalogue.record(id), catalogue, form, vary)
    except CatalogueError as error:
        return problem_of(request, error, vary)


@router.api_route("/record/{id}", methods=_READ)
def record(request: Request, id: str) -> Response:
    """The IRI of a catalogue record, which is described together with its dataset."""
    here = state(request)
    form = chosen(request.headers.get("accept"), ALL)
    if form is None:
        return _unacceptable(request, f"{here.catalogue.base}/dataset/{quote(id, safe='')}", ALL)
    try:
        here.catalogue.record(id)
    except CatalogueError as error:
        if form is HTML:
            raise
        return problem_of(request, error, _VARY)
    target = here.renderer.links.record(id, "" if form is HTML else f".{form.suffix}")
    return RedirectResponse(target, 303, {**OPEN, **_VARY})


@router.api_route("/run/{id}", methods=_READ)
def run(request: Request, id: str) -> Response:
    """The IRI of a run: the activity that brought records, or for people the page of its source.

    The store tells of a run for as long as there is one, the ledger for a year.
    """
    here = state(request)
    form = chosen(request.headers.get("accept"), (*DATA, HTML))
    if form is None:
        return _unacceptable(request, f"{here.catalogue.base}/run/{quote(id, safe='')}", DATA)
    number = whole(id, 0)
    if form is HTML:
        found = here.catalogue.ledger.runs.run(number)
        return RedirectResponse(here.renderer.links.source(found.source), 303, {**OPEN, **_VARY})
    iri = run_iri(here.catalogue.base, number)
    told = list(here.catalogue.store.read([iri])[iri])
    if not told:
        return problem(request, 404, f"The store tells of no run {id:.40}.", {}, _VARY)
    version = sorted(map(str, told))
    if (known := _known(request, form, version, _VARY)) is not None:
        return known
    if form.format is Format.JSON_LD:
        body = compact(told, [iri], here.catalogue.base + CONTEXT_PATH)
    else:
        body = _serialised(told, form)
    return Response(body, 200, _headers(form, version, _VARY), form.media_type)


@router.api_route("/catalog", methods=_READ)
def catalog(request: Request) -> Response:
    """The catalogue: the search page for people, data for programs."""
    form = chosen(request.headers.get("accept"), (*DATA, HTML))
    here = state(request)
    if form is None:
        return _unacceptable(request, f"{here.catalogue.base}/catalog", DATA)
    if form is HTML:
        return RedirectResponse(f"{here.renderer.links.root}/datasets", 303, {**OPEN, **_VARY})
    return _catalog(request, form, _VARY)


@router.api_route("/catalog.{suffix}", methods=_READ)
def catalog_in(request: Request, suffix: str) -> Response:
    """The catalogue in one format."""
    form = next((form for form in DATA if form.suffix == suffix), None)
    if form is None:
        known = ", ".join(form.suffix for form in DATA)
        return problem(request, 404, f"The catalogue has no form “{suffix[:100]}”. It has: {known}.")
    return _catalog(request, form, {})


def _as_page(request: Request, catalogue: Catalogue, id: str) -> Response:
    response = record_page(request, catalogue, id)
    subject = catalogue.ledger.entry(id).subject
    response.headers.add_vary_header("Accept")
    response.headers["Link"] = _links(_page_links(catalogue.base, id, subject))
    response.headers["ETag"] = f'W/"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["Cache-Control"] = "no-cache"
    if not has_already(request.headers.get("if-none-match"), response.headers["ETag"]):
        return response
    kept = ("vary", "link", "etag", "cache-control")
    return Response(None, 304, {name: response.headers[name] for name in kept})


def _as_data(
    request: Request, record: StoredRecord, catalogue: Catalogue, form: Form, vary: Mapping[str, str]
) -> Response:
    analytics = map(str, record.analytics)
    version = (record.envelope.digest, record.envelope.modified.isoformat(), *analytics)
    links = _data_links(catalogue.base, record.id, record.envelope.subject.value, form)
    headers = {
        "Content-Location": state(request).renderer.links.record(record.id, f".{form.suffix}"),
        "Last-Modified": _http_time(record.envelope.modified),
        "Link": _links(links),
        **vary,
    }
    if (known := _known(request, form, version, headers)) is not None:
        return known
    subject = record.envelope.subject
    told = sorted(record.export(), key=lambda triple: triple.subject != subject)
    if form.format is Format.JSON_LD:
        body = compact(told, [subject], catalogue.base + CONTEXT_PATH)
    else:
        body = _serialised(told, form)
    return Response(body, 200, _headers(form, version, headers), form.media_type)


def _catalog(request: Request, form: Form, vary: Mapping[str, str]) -> Response:
    here = state(request)
    asked = request.query_params
    address = f"{here.catalogue.base}/catalog.{form.suffix}"
    try:
        found = feed.page(here.catalogue, address, asked.get("page", ""), asked.get("after", ""))
    except CatalogueError as error:
        return problem_of(request, error, vary)
    links = {"previous": "prev"}
    headers = {
        "Link": _links((url, links.get(name, name), "") for name, url in found.links().items()),
        **vary,
    }
    shown = here.catalogue.releases.currents(entry.id for entry in found.entries)
    version = (
        here.settings.title,
        here.settings.publisher,
        found.here,
        str(found.total),
        *(f"{entry.id} {entry.digest} {entry.modified.isoformat()}" for entry in found.entries),
        *(f"{id} {number}" for id, number in shown.items()),
    )
    if (known := _known(request, form, version, headers)) is not None:
        return known
    told = list(feed.triples(here.catalogue, here.settings, found))
    if form.format is Format.JSON_LD:
        roots = [feed.catalogue_iri(here.catalogue), *(NamedNode(e.subject) for e in found.entries)]
        body = compact_with_context(told, roots)
    else:
        body = _serialised(told, form)
    return Response(body, 200, _headers(form, version, headers), form.media_type)


def _serialised(triples: Sequence[Triple], form: Form) -> bytes:
    assert form.format is not None
    used = {_namespace(iri) for triple in triples for iri in _iris(triple)}
    prefixes = {prefix: space for prefix, space in PREFIXES.items() if space in used}
    return serialise(triples, form.format, prefixes)


def _iris(triple: Triple) -> tuple[str, ...]:
    value = triple.object
    if isinstance(value, Literal):
        return triple.predicate.value, value.datatype.value
    if isinstance(value, BlankNode | Triple):
        return (triple.predicate.value,)
    return triple.predicate.value, value.value


def _namespace(iri: str) -> str:
    end = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:end]


def _known(
    request: Request, form: Form, version: Sequence[str], headers: Mapping[str, str]
) -> Response | None:
    """The answer 304, when the client holds this version."""
    found = _headers(form, version, headers)
    if has_already(request.headers.get("if-none-match"), found["ETag"]):
        return Response(None, 304, found)
    return None


def _headers(form: Form, version: Sequence[str], headers: Mapping[str, str]) -> dict[str, str]:
    digest = hashlib.sha256("\n".join((VERSION, form.suffix, *version)).encode()).hexdigest()[:32]
    return {**SANDBOXED, "ETag": f'W/"{digest}"', "Cache-Control": "no-cache", **headers}


def _unacceptable(request: Request, address: str, offered: Sequence[Form]) -> Response:
    """Nothing that the client takes is offered; says what is, and where."""
    names = ", ".join(form.media_type for form in offered)
    available = [{"type": form.media_type, "url": f"{address}.{form.suffix}"} for form in offered]
    detail = f"It is not available in any form that the Accept header names. It is available as: {names}."
    return problem(request, 406, detail, {"available": available}, _VARY)


Link = tuple[str, str, str]
"""An address, what it is to this one, and its media type or ""."""


def _page_links(base: str, id: str, subject: str) -> list[Link]:
    """FAIR Signposting, level 1, for the page of a record."""
    here = f"{base}/dataset/{id}"
    return [
        (here, "canonical", ""),
        (_citable(subject) or here, "cite-as", ""),
        *((kind, "type", "") for kind in _ABOUT_A_DATASET),
        *((f"{here}.{form.suffix}", "alternate", form.media_type) for form in DATA),
        *((f"{here}.{form.suffix}", "describedby", form.media_type) for form in DATA),
    ]


def _data_links(base: str, id: str, subject: str, form: Form) -> list[Link]:
    here = f"{base}/dataset/{id}"
    return [
        (here, "canonical", ""),
        (_citable(subject) or here, "cite-as", ""),
        (here, "describes", HTML.media_type),
        *((f"{here}.{other.suffix}", "alternate", other.media_type) for other in ALL if other is not form),
    ]


def _citable(subject: str) -> str:
    return subject if subject.startswith(("http://", "https://")) else ""


def _links(links: Iterable[Link]) -> str:
    return ", ".join(
        f'<{_ascii(url)}>; rel="{relation}"' + (f'; type="{kind}"' if kind else "")
        for url, relation, kind in links
    )


def _ascii(url: str) -> str:
    """An IRI as a URI, without anything that could end it within a header."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _http_time(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
