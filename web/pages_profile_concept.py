"""The page of one concept in the data of a dataset."""

from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.errors import NotFound
from web import pages_record, profile_charts, profile_concept, profile_exports, profile_views
from web.state import state

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_DIGITS: Final = 18


@router.api_route("/dataset/{id}/profile/concepts/{concept}", methods=_READ)
def concept(request: Request, id: str, concept: str) -> Response:
    """What the data hold of one concept: how many, in which months, at which age, with which values."""
    here = state(request)
    if not (concept.isascii() and concept.isdecimal() and len(concept) <= _DIGITS):
        raise NotFound(f"There is no concept {concept:.40}: a concept has a number.")
    links, number = here.renderer.links, int(concept)
    record = here.catalogue.record(id)
    release = profile_charts.chosen(request, profile_charts.shown(here.catalogue, id))
    query = "" if release.current else f"release={release.id}"
    return here.renderer.page(
        request,
        "profile_concept",
        dataset=profile_views.Described(id, pages_record.title_of(record), links.record(id)),
        view=profile_concept.view(here, release, number),
        edition=profile_views.edition_words(release, here.renderer.translate),
        profile=links.profile(id, query=query),
        concepts=links.profile(id, "/concepts"),
        files=[
            (form.upper(), links.profile(id, f"/concepts.{form}", f"q={number}"))
            for form in profile_exports.TABLES
            if release.current
        ],
    )
