"""Datasets side by side for programs: in the API, and with the same body as the file of the page."""

from collections.abc import Iterable, Iterator
from typing import Final

import orjson
from fastapi import APIRouter, Request, Response

from catalogue.comparing import LEAST, MOST, Presence, Side
from catalogue.errors import CatalogueError
from catalogue.profiles.comparing import Line
from catalogue.profiles.counts import Count
from web import api_compare_models as models
from web import api_models, api_profile_views, api_views, compare, compare_measures, compare_rows
from web.api_parameters import LANGUAGE, single
from web.api_routes import operation
from web.api_views import Speaker
from web.asking import speaker
from web.charts.amounts import share
from web.charts.chart import Amount, Cell, Chart
from web.compare import Compared
from web.compare_measures import Group
from web.concept_views import NOTHING
from web.pages_compare import charts_of, readers
from web.problems import SANDBOXED, problem_of
from web.state import State, state
from web.values import Item, LinkValue

router = APIRouter()

ASKED: Final = (
    single(
        "ids",
        f"The ids of {LEAST} to {MOST} datasets, joined by commas or repeated.",
        {"type": "string"},
        "kfyvm3xkqzsd2u5a,4fzrx2kqhd5u7a3m",
        required=True,
    ),
    single(
        "concept",
        "The OMOP id of a concept; repeat it for several.",
        {"type": "array", "items": {"type": "string"}},
        ["316139"],
    ),
    single("differences", "1 leaves out what is the same for all.", {"enum": ["1"]}),
    LANGUAGE,
)


@operation(router, "/api/v1/compare", "compareDatasets", models.CompareAnswer, ASKED, (404, 422, 503))
def datasets(request: Request) -> models.CompareAnswer:
    """Compare datasets.

    Two to eight datasets side by side: what each says of itself, on which conditions it can be used, what
    was measured of it, shares of its persons, and concept by concept. Datasets that were withdrawn, are not
    known or have no profile are told as such.
    """
    return _answer(request)


@router.api_route("/compare.json", methods=["GET", "HEAD"], include_in_schema=False)
def as_json(request: Request) -> Response:
    """The same as a file."""
    try:
        body = orjson.dumps(_answer(request), option=orjson.OPT_UTC_Z)
    except CatalogueError as error:
        return problem_of(request, error)
    named = {**SANDBOXED, "Content-Disposition": 'attachment; filename="compare.json"'}
    return Response(body, 200, {**named, "Vary": "Accept-Language"}, "application/json")


def _answer(request: Request) -> models.CompareAnswer:
    here, voice = state(request), speaker(request)
    found = compare.compared(here.catalogue, compare.asked(request))
    groups = compare_measures.groups(found.sides, here.renderer.translate)
    return models.CompareAnswer(
        f"{voice.base}/compare?{found.asked.query}",
        tuple(_dataset(side, voice) for side in found.sides),
        tuple(_sections(here, found, voice)),
        tuple(_measures(groups, found)),
        tuple(_shares(chart, found) for chart in charts_of(here, found)),
        tuple(_concept(line, found) for line in compare.lines(here.catalogue, found)),
    )


def _dataset(side: Side, voice: Speaker) -> models.ComparedDataset:
    title = api_views.title_of(side.record, voice) if side.record else None
    gone = side.entry if side.presence is Presence.WITHDRAWN else None
    return models.ComparedDataset(
        side.id,
        voice.record(side.id),
        side.presence.value,
        title.text if title else side.entry.title if side.entry else "",
        title.language if title else "",
        gone.modified if gone else None,
        api_profile_views.release(side.release) if side.release else None,
    )


def _sections(here: State, found: Compared, voice: Speaker) -> Iterator[models.ComparedSection]:
    told = compare_rows.sections(found.sides, readers(here, found.sides), here.catalogue.vocabularies)
    for section in told:
        rows = (row for row in section.rows if not (found.asked.differences and row.is_alike))
        fields = tuple(
            models.ComparedField(row.name, row.label, not row.is_alike, dict(_values(row, found, voice)))
            for row in rows
        )
        if fields:
            yield models.ComparedSection(section.label, fields)


def _values(
    row: compare_rows.Row, found: Compared, voice: Speaker
) -> Iterator[tuple[str, tuple[api_models.Value, ...]]]:
    for side, item in zip(found.sides, row.items, strict=True):
        if side.record is None or item is None:
            continue
        if row.field is None or compare_rows.is_dictionary(row.field):
            yield side.id, tuple(_plain(item))
        else:
            yield side.id, api_views.values(row.field, side.record.entity, side.record.graph, voice)


def _plain(item: Item) -> Iterator[api_models.Value]:
    """What we put together ourselves: the ways to apply, the conditions, how many variables there are."""
    for value in item.values:
        words = compare_rows.words_of(value)
        address = value.href if isinstance(value, LinkValue) else ""
        yield api_models.Value("iri" if address else "text", address or words, words, "", "", {})


def _measures(groups: Iterable[Group], found: Compared) -> Iterator[models.ComparedMeasure]:
    for group in groups:
        for measure in group.measures:
            if found.asked.differences and measure.is_alike:
                continue
            told = dict(zip((side.id for side in found.sides), measure.told, strict=True))
            yield models.ComparedMeasure(
                group.name,
                measure.name,
                measure.label,
                not measure.is_alike,
                {id: _amount(one) for id, one in told.items() if isinstance(one, Count | Amount)},
                {id: one for id, one in told.items() if isinstance(one, str)},
            )


def _shares(chart: Chart, found: Compared) -> models.ComparedShares:
    ids = [side.id for side in found.sides]
    rows = (
        models.ShareRow(str(label), {id: _amount(one) for id, one in zip(ids, shares, strict=True)})
        for label, *shares in chart.table.rows
    )
    return models.ComparedShares(chart.name, chart.title, tuple(rows))


def _concept(line: Line, found: Compared) -> models.ComparedConcept:
    held = {}
    for side in found.sides:
        if side.release is not None:
            whole = side.guarded.count("persons")
            own, all = (some.get(side.release.id, NOTHING).persons for some in (line.own, line.all))
            held[side.id] = models.HeldCompared(
                *(api_profile_views.count(own), _amount(share(own, whole))),
                *(api_profile_views.count(all), _amount(share(all, whole))),
            )
    return models.ComparedConcept(api_profile_views.concept(line.concept), line.is_chosen, held)


def _amount(told: Cell) -> models.AmountAnswer:
    """A count with every digit, what was computed with six."""
    assert isinstance(told, Count | Amount)  # for mypy: shares and counts are nothing else
    if isinstance(told, Count):
        return models.AmountAnswer(told.state.value, told.low, told.high)
    low, high = (None if end is None else float(f"{end:.6g}") for end in (told.low, told.high))
    return models.AmountAnswer(told.state.value, low, high)
