"""The release of a profile that a request asks for, and its charts."""

from collections.abc import Iterator, Sequence
from typing import Final

from fastapi import Request

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid, NotFound
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import Release
from web.charts.chart import Chart, Names
from web.charts.history import Dated, growth, quality_over_releases
from web.charts.profile import profile_charts
from web.profile_views import PARTS, Asked, day_of
from web.state import State, state

_DIGITS: Final = 9
_OVER_TIME: Final = ("persons",)
"""The analyses that history is told by."""
_COMPARING: Final = ("quality", "history")
"""The parts that tell of every release."""
_NAMED: Final = ("personsByVisit", "recordsByVisit", "recordsByType")
"""The analyses of which the last stratum is a concept."""


def asked(request: Request, releases: Sequence[Release]) -> Asked:
    """The release that is asked for with what it tells; raises NotFound and Invalid."""
    found = chosen(request, releases)
    return Asked(found, tuple(releases), state(request).catalogue.releases.charted(found.id))


def chosen(request: Request, releases: Sequence[Release]) -> Release:
    """The release of `release`, else the one that is shown; raises NotFound and Invalid."""
    text = request.query_params.get("release", "").strip()
    return among(releases, text) if text else next((one for one in releases if one.current), releases[0])


def against(request: Request, found: Asked) -> Asked | None:
    """The release of `against` that another is to be compared with, None where there is none."""
    text = request.query_params.get("against", "").strip()
    if not text:
        return None
    other = among(found.releases, text)
    return Asked(other, found.releases, state(request).catalogue.releases.charted(other.id))


def among(releases: Sequence[Release], text: str) -> Release:
    """The one of these releases that has this number; raises NotFound and Invalid."""
    wanted = number(text)
    found = next((one for one in releases if one.id == wanted), None)
    if found is None:
        there = ", ".join(str(one.id) for one in releases)
        raise NotFound(f"This dataset has no release {wanted} of its profile. It has: {there}.")
    return found


def number(text: str) -> int:
    """The number of a release; raises Invalid."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Invalid(f"A release of a profile cannot be called {text:.40}: it has a number.")
    return int(text)


def shown(catalogue: Catalogue, id: str) -> tuple[Release, ...]:
    """The releases of a record, the newest first; raises NotFound where there are none, and Gone."""
    catalogue.ledger.present(id)
    releases = catalogue.releases.of(id)
    if not releases:
        raise NotFound(f"The record {id} has no profile.")
    return releases


def charts(here: State, found: Asked, part: str) -> Iterator[Chart]:
    """The charts of a part of a release, with those that compare it with others."""
    say = here.renderer.translate
    yield from profile_charts(part, found.guarded, names(here.catalogue, found.guarded), say)
    if part in _COMPARING and len(found.releases) > 1:
        read = here.catalogue.releases.charted
        dated = [Dated(day_of(one), read(one.id, _OVER_TIME)) for one in found.releases]
        drawn = quality_over_releases(dated, say) if part == "quality" else growth(dated, say)
        yield from filter(None, (drawn,))


def every_chart(here: State, found: Asked) -> Iterator[Chart]:
    """The charts of all parts."""
    for part in PARTS:
        yield from charts(here, found, part)


def names(catalogue: Catalogue, guarded: Guarded) -> Names:
    """The names of the concepts that a release tells of as a whole."""
    cells = (cell for analysis in _NAMED for cell in guarded.cells.get(analysis, ()))
    ids = {int(cell[-1]) for cell in cells if cell[-1].isdecimal()}
    found = catalogue.concepts.named(ids)
    return {str(id): concept.name for id, concept in found.items()}
