"""The page of a profile, its files, and the releases of profiles as linked data."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalogue.errors import CatalogueError, Invalid, NotFound
from catalogue.profiles.cubes import release_iri
from catalogue.rdf import serialise
from ontologies.namespaces import PREFIXES
from web import (
    pages_record,
    profile_charts,
    profile_concept,
    profile_differences,
    profile_exports,
    profile_views,
)
from web.charts.chart import Chart, Names
from web.charts.figures import Download
from web.negotiation import DATA, HTML, chosen, suffixed
from web.problems import OPEN, SANDBOXED, problem, problem_of
from web.profile_differences import Comparison, Differences
from web.profile_views import Asked, Part, Tab
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_THEMES: Final = {"": 0, **{name: number for number, name in enumerate(profile_exports.THEMES)}}


@router.api_route("/dataset/{id}/profile", methods=_READ)
def profile(request: Request, id: str) -> Response:
    """What the data of a dataset really hold, by the release that is shown or the one asked for."""
    here = state(request)
    links, say = here.renderer.links, here.renderer.translate
    record = here.catalogue.record(id)
    dataset = profile_views.Described(id, pages_record.title_of(record), links.record(id))
    releases = here.catalogue.releases.of(id)
    if not releases:
        return here.renderer.page(request, "profile_absent", 404, dataset=dataset)
    part = _part(request)
    asked = profile_charts.asked(request, releases)
    other = profile_charts.against(request, asked)
    records = here.catalogue.releases.records(asked.release)
    is_told = part in (profile_views.ABOUT, profile_views.ALL)
    vocabularies = here.catalogue.concepts.vocabularies(asked.release.id) if is_told else ()
    return here.renderer.page(
        request,
        "profile",
        dataset=dataset,
        view=profile_views.view(record.entity, asked, records, vocabularies, say),
        part=part,
        tabs=tuple(_tabs(request, asked, part)),
        parts=tuple(_parts(request, asked, part)),
        against=other.release.id if other else None,
        comparison=_comparison(request, other, asked) if other else None,
        ways=_ways(request, other, asked) if other else (),
        newest=links.profile(id),
        concepts=links.profile(id, "/concepts"),
        forms=DATA,
    )


@router.api_route("/dataset/{id}/profile/{name}.{suffix}", methods=_READ)
def file(request: Request, id: str, name: str, suffix: str) -> Response:
    """A chart of a profile as a file: its table or its drawing."""
    if suffix not in profile_exports.FORMS:
        known = ", ".join(profile_exports.FORMS)
        return problem(request, 404, f"A chart has no form “{suffix[:100]}”. It has: {known}.")
    try:
        if name == profile_differences.NAME:
            body, media_type = profile_exports.table_file(_differences(request, id), suffix)
        elif suffix in profile_exports.TABLES:
            body, media_type = profile_exports.table_file(_chart(request, id, name), suffix)
        else:
            chart, drawings = _chart(request, id, name), state(request).drawings
            width = request.query_params.get("width", "")
            body, media_type = profile_exports.picture(chart, drawings, suffix, _theme(request), width)
    except CatalogueError as error:
        return problem_of(request, error)
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{id}-{name}.{suffix}"'}
    return Response(body, 200, named, media_type)


@router.api_route("/profile/{name}", methods=_READ)
def release(request: Request, name: str) -> Response:
    """The IRI of a release: its cubes of observations for programs, its page for people."""
    here = state(request)
    id, form = suffixed(name, DATA)
    vary = {} if form else {"Vary": "Accept"}
    form = form or chosen(request.headers.get("accept"), (*DATA, HTML))
    if form is None:
        known = ", ".join(one.media_type for one in DATA)
        return problem(request, 406, f"A release of a profile is available as: {known}.", {}, vary)
    try:
        found = here.catalogue.releases.release(profile_charts.number(id))
        profile_charts.among(profile_charts.shown(here.catalogue, found.record), id)
    except CatalogueError as error:
        if form is HTML:
            raise
        return problem_of(request, error, vary)
    if form.format is None:
        page = here.renderer.links.profile(found.record, query=f"release={found.id}")
        return RedirectResponse(page, 303, {**OPEN, **vary})
    iri = release_iri(here.catalogue.base, found.id)
    told = serialise(here.catalogue.store.read([iri])[iri], form.format, PREFIXES)
    return Response(told, 200, {**SANDBOXED, **vary}, form.media_type)


def _part(request: Request) -> str:
    part = request.query_params.get("part", "").strip() or next(iter(profile_views.TABS))
    if part not in profile_views.TABS:
        raise Invalid(f"There cannot be part={part:.40}: it must be one of {', '.join(profile_views.TABS)}.")
    return part


def _tabs(request: Request, asked: Asked, part: str) -> Iterator[Tab]:
    here = state(request)
    release = asked.release
    kept = {} if release.current else {"release": str(release.id)}
    if against := request.query_params.get("against", "").strip():
        kept["against"] = against
    for name, label in profile_views.TABS.items():
        query = urlencode({**kept, "part": name})
        href = here.renderer.links.profile(release.record, query=query)
        yield Tab(here.renderer.translate(label), href, name == part)


def _parts(request: Request, asked: Asked, part: str) -> Iterator[Part]:
    here = state(request)
    for anchor, label in profile_views.PARTS.items():
        if part in (anchor, profile_views.ALL):
            yield Part(anchor, here.renderer.translate(label), profile_exports.written(here, asked, anchor))


def _comparison(request: Request, before: Asked, after: Asked) -> Comparison:
    say, names = state(request).renderer.translate, _names(request, before, after)
    found = tuple(profile_differences.differences(before.guarded, after.guarded))
    rules = before.release.rule, after.release.rule
    return profile_differences.comparison(found, _labels(request, before, after), rules, names, say)


def _differences(request: Request, id: str) -> Differences:
    """Two releases side by side, for a file; raises NotFound, Gone and Invalid."""
    here = state(request)
    after = profile_charts.asked(request, profile_charts.shown(here.catalogue, id))
    before = profile_charts.against(request, after)
    if before is None:
        raise Invalid("Say with against= which release is to be compared with.")
    found = tuple(profile_differences.differences(before.guarded, after.guarded))
    labels, names = _labels(request, before, after), _names(request, before, after)
    return profile_differences.file(found, labels, names, here.renderer.translate)


def _ways(request: Request, before: Asked, after: Asked) -> tuple[Download, ...]:
    links, release = state(request).renderer.links, after.release
    query = urlencode({"release": release.id, "against": before.release.id})
    return tuple(
        Download(form.upper(), links.profile(release.record, f"/{profile_differences.NAME}.{form}", query))
        for form in profile_exports.TABLES
    )


def _labels(request: Request, before: Asked, after: Asked) -> tuple[str, str]:
    say = state(request).renderer.translate
    return (
        profile_views.edition_words(before.release, say),
        profile_views.edition_words(after.release, say),
    )


def _names(request: Request, before: Asked, after: Asked) -> Names:
    catalogue = state(request).catalogue
    return {
        **profile_charts.names(catalogue, before.guarded),
        **profile_charts.names(catalogue, after.guarded),
    }


def _chart(request: Request, id: str, name: str) -> Chart:
    """A chart of the release asked for, by its name; raises NotFound, Gone and Invalid."""
    here = state(request)
    releases = profile_charts.shown(here.catalogue, id)
    if concept := profile_concept.concept_in(name):
        found = profile_concept.charts(here, profile_charts.chosen(request, releases), concept)
    else:
        found = profile_charts.every_chart(here, profile_charts.asked(request, releases))
    others = []
    for chart in found:
        if chart.name == name:
            return chart
        others.append(chart.name)
    raise NotFound(f"This profile has no chart “{name:.100}”. It has: {', '.join(others)}.")


def _theme(request: Request) -> int:
    text = request.query_params.get("theme", "")
    if text not in _THEMES:
        raise Invalid(f"There cannot be theme={text:.40}: it must be light or dark.")
    return _THEMES[text]
