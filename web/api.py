"""The JSON API, version 1: search, records, facets, sources and runs, and two probes for operators."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from catalogue.errors import CatalogueError, Invalid, Unavailable
from catalogue.runs import Run
from catalogue.search import SearchQuery
from web import (
    api_admin,
    api_admin_records,
    api_admin_runs,
    api_docs,
    api_feasibility,
    api_models,
    api_profile_upload,
    api_profiles,
    api_views,
)
from web.api_parameters import (
    LANGUAGE,
    MOST_RUNS,
    MOST_SUGGESTIONS,
    NARROWING,
    PREFIX,
    RUNS,
    SEARCHING,
    SOURCE,
    SUGGESTIONS,
)
from web.api_routes import operation, written
from web.asking import LONGEST_TEXT, asked, number, speaker
from web.problems import problem
from web.state import State, state

log = logging.getLogger(__name__)

router = APIRouter()
router.include_router(api_docs.router)

PROBE_SECONDS: Final = 5.0
"""A part that has not answered by then counts as unavailable."""

ROOT: Final = "/api/v1"
_RUNS_OF_A_SOURCE: Final = 20

RecordId = Annotated[str, Path(description="The id of a record.", examples=["kfyvm3xkqzsd2u5a"])]
SourceName = Annotated[str, Path(description="The name of a source.", examples=["registry"])]
RunId = Annotated[str, Path(description="The number of a run.", examples=["17"])]


@operation(router, f"{ROOT}/search", "searchDatasets", api_models.SearchAnswer, SEARCHING)
def search(request: Request) -> api_models.SearchAnswer:
    """Search the catalogue.

    The records that match the words and all filters, a page at a time, with the counts of every
    facet. A facet is counted without its own selection. The same parameters work on /datasets,
    /datasets.json and /datasets.csv; those that are not known are passed over.
    """
    voice = speaker(request)
    return api_views.search(state(request).catalogue.search(asked(request)), voice)


@operation(
    router, f"{ROOT}/suggest", "suggestWords", api_models.SuggestAnswer, (PREFIX, SUGGESTIONS, LANGUAGE)
)
def suggest(request: Request) -> api_models.SuggestAnswer:
    """Complete what is being typed.

    Titles of records and keywords that begin with the last words, best first.
    """
    typed = request.query_params.get("q", "")
    if len(typed) > LONGEST_TEXT:
        raise Invalid(f"The words have {len(typed):,} letters; the most is {LONGEST_TEXT}.")
    limit = number(request, "limit", 8, MOST_SUGGESTIONS)
    found = state(request).catalogue.suggest(typed, limit) if typed.strip() else ()
    return api_views.suggestions(found, speaker(request))


@operation(
    router,
    f"{ROOT}/datasets/{{id}}",
    "getDataset",
    api_models.RecordAnswer,
    (LANGUAGE,),
    (404, 410, 422, 503),
)
def dataset(request: Request, id: RecordId) -> api_models.RecordAnswer:
    """Get one record.

    Every field that is provided with its values and their labels, the check of the description,
    where it comes from, and whether its addresses work. All statements, also those that no field has
    a place for, are in the RDF forms that the links lead to.
    """
    voice = speaker(request)
    catalogue = state(request).catalogue
    stored = catalogue.record(id)
    others = catalogue.ledger.clusters.others(id)
    return api_views.record(stored, others, catalogue.ledger.links, voice)


@operation(router, f"{ROOT}/facets", "listFacets", api_models.FacetsAnswer, (*NARROWING, LANGUAGE))
def facets(request: Request) -> api_models.FacetsAnswer:
    """List the facets.

    Every facet with its values and counts, of all records or of those that a search finds.
    """
    voice = speaker(request)
    query = replace(asked(request), page=1, size=1)
    return api_views.facets(state(request).catalogue.search(query), voice)


@operation(router, f"{ROOT}/sources", "listSources", api_models.SourcesAnswer, (), (503,))
def sources(request: Request) -> api_models.SourcesAnswer:
    """List the sources.

    The places that records come from, by name, each with its last run.
    """
    catalogue = state(request).catalogue
    return api_models.SourcesAnswer(api_views.sources(catalogue, catalogue.ledger.sources.all()))


@operation(router, f"{ROOT}/sources/{{name}}", "getSource", api_models.SourceDetail, (), (404, 422, 503))
def source(request: Request, name: SourceName) -> api_models.SourceDetail:
    """Get one source.

    The source with its latest runs, the newest first.
    """
    catalogue = state(request).catalogue
    found = api_views.sources(catalogue, (catalogue.ledger.sources.named(name),))
    return api_models.SourceDetail(
        found[0], _runs(request, catalogue.ledger.runs.newest(name, _RUNS_OF_A_SOURCE))
    )


@operation(router, f"{ROOT}/runs", "listRuns", api_models.RunsAnswer, (SOURCE, RUNS), (404, 422, 503))
def runs(request: Request) -> api_models.RunsAnswer:
    """List the runs.

    Harvests of all sources or of one, the newest first.
    """
    ledger = state(request).catalogue.ledger
    name = request.query_params.get("source", "").strip() or None
    if name is not None:
        ledger.sources.named(name)
    return api_models.RunsAnswer(
        _runs(request, ledger.runs.newest(name, number(request, "limit", 20, MOST_RUNS)))
    )


@operation(router, f"{ROOT}/runs/{{id}}", "getRun", api_models.RunDetail, (), (404, 422, 503))
def run(request: Request, id: RunId) -> api_models.RunDetail:
    """Get one run.

    The run with everything that it could not use, and why.
    """
    catalogue = state(request).catalogue
    if not (id.isascii() and id.isdigit() and len(id) <= 15):
        raise Invalid(f"A run cannot be called {id:.100}: it has a number.")
    found = catalogue.ledger.runs.run(int(id))
    rejected = (
        api_models.RejectedItem(item.origin, item.place, item.reason)
        for item in catalogue.ledger.runs.rejected(found.id)
    )
    return api_models.RunDetail(api_views.run(found, catalogue.base), tuple(rejected))


@operation(router, "/healthz", "getHealth", api_models.Health, (), ())
def health(request: Request) -> api_models.Health:
    """Tell whether the process lives."""
    return api_models.Health("ok")


@router.get(
    "/readyz",
    operation_id="getReadiness",
    summary="Tell whether the catalogue can answer",
    description="Asks the store, the index and the ledger, and looks whether the worker in the process goes "
    "on, where there is one; 503 when one of them does not answer.",
    response_model=api_models.Readiness,
    response_description="All parts answer.",
    responses={503: {"model": api_models.Readiness, "description": "A part does not answer."}},
)
def readiness(request: Request) -> Response:
    """Ask each engine for next to nothing, with a time limit."""
    here, catalogue = state(request), state(request).catalogue
    probes: dict[str, Callable[[], object]] = {
        "store": lambda: next(catalogue.store.graphs(), None),
        "index": lambda: catalogue.search(SearchQuery(size=1)),
        "ledger": lambda: catalogue.ledger.count(),
        "worker": lambda: _going_on(here),
    }
    executor = ThreadPoolExecutor(len(probes))
    asked_for = {name: executor.submit(probe) for name, probe in probes.items()}
    executor.shutdown(wait=False)
    found: dict[str, str] = {}
    for name, future in asked_for.items():
        try:
            error = future.exception(PROBE_SECONDS)
            found[name] = _told(name, error) if error else "ok"
        except TimeoutError:
            found[name] = f"no answer within {PROBE_SECONDS:g} seconds"
    ready = set(found.values()) == {"ok"}
    answer = api_models.Readiness("ready" if ready else "unavailable", **found)
    return written(answer, 200 if ready else 503)


def _going_on(here: State) -> None:
    """Raise Unavailable when the worker in this process has broken."""
    if here.is_broken():
        raise Unavailable(
            "The worker in this process has stopped by a fault of ours, so nothing is harvested. Start the "
            "process again; its log tells what happened."
        )


def _told(part: str, error: BaseException) -> str:
    """Why a part does not answer; addresses and the rest go to the log."""
    if isinstance(error, CatalogueError):
        log.warning("%s: %s", part, error.whole)
        return str(error)
    log.warning("%s failed", part, exc_info=error)
    return f"The {part} failed."


for part in (api_profiles, api_profile_upload, api_feasibility, api_admin, api_admin_runs, api_admin_records):
    router.include_router(part.router)


@router.get(f"{ROOT}/{{path:path}}", include_in_schema=False)
def elsewhere(request: Request, path: str) -> Response:
    """Whatever else is asked of the API."""
    known = f"{state(request).renderer.links.root}{ROOT}/docs"
    return problem(request, 404, f"The API has no {ROOT}/{path:.200}. What it has is told at {known}.")


def _runs(request: Request, found: tuple[Run, ...]) -> tuple[api_models.RunAnswer, ...]:
    base = state(request).catalogue.base
    return tuple(api_views.run(one, base) for one in found)
