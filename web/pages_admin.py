"""The pages for operators: how all sources stand, one source with its runs, and who did what."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.audit import Audit, Deed
from web import (
    admin_source,
    admin_sources,
    pages_admin_forms,
    pages_admin_profiles,
    pages_runs,
    pages_withdrawals,
)
from web.access import ADMIN, Form, Operator
from web.acting import NOTHING, did, notice, to_source
from web.paging import only, paging, whole
from web.state import state

router = APIRouter(include_in_schema=False)
router.include_router(pages_admin_forms.router)
router.include_router(pages_admin_profiles.router)
router.include_router(pages_withdrawals.router)
router.include_router(pages_runs.router)

SOURCES: Final = f"{ADMIN}/sources"

_READ: Final = ["GET", "HEAD"]
_DEEDS: Final = 50


@router.api_route(SOURCES, methods=_READ)
def sources(request: Request, who: Operator) -> Response:
    """How all sources stand, those first that need a person."""
    here = state(request)
    view = admin_sources.view(here, request.query_params)
    return here.renderer.page(request, "admin_sources", view=view, notice=notice(request))


@router.api_route(f"{SOURCES}/{{name}}", methods=_READ)
def source(request: Request, who: Operator, name: str) -> Response:
    """One source: how it stands, what can be done with it, and how its runs went."""
    here = state(request)
    view = admin_source.view(here, name, request.query_params)
    return here.renderer.page(request, "admin_source", view=view, notice=notice(request))


@router.post(f"{SOURCES}/{{name}}/run")
def run(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Have a source harvested; all of it, where that is asked for."""
    all = fields.get("all") == "yes"
    state(request).operations.run(name, all=all)
    return did(request, who, "read source anew" if all else "run source", name, "all" if all else "run")


@router.post(f"{SOURCES}/{{name}}/cancel")
def cancel(request: Request, who: Operator, name: str) -> Response:
    """End the harvest of a source, if there is one."""
    if state(request).operations.cancel(name) is None:
        return to_source(request, name, NOTHING)
    return did(request, who, "cancel harvest", name, "cancelled")


@router.post(f"{SOURCES}/{{name}}/pause")
def pause(request: Request, who: Operator, name: str) -> Response:
    """Let the schedule pass over a source."""
    state(request).operations.pause(name, paused=True)
    return did(request, who, "pause source", name, "paused")


@router.post(f"{SOURCES}/{{name}}/resume")
def resume(request: Request, who: Operator, name: str) -> Response:
    """Let a source be harvested by its schedule again."""
    state(request).operations.pause(name, paused=False)
    return did(request, who, "resume source", name, "resumed")


@router.api_route(f"{ADMIN}/audit", methods=_READ)
def audit(request: Request, who: Operator) -> Response:
    """Who did what to what, newest first."""
    here, asked = state(request), only(request.query_params, "of", "page")
    subject = asked.get("of") or None
    offset, found = _deeds(here.catalogue.ledger.audit, subject, whole(asked.get("page", ""), 1))
    path = f"{here.renderer.links.root}{ADMIN}/audit"
    pages = paging(path, asked, "page", _DEEDS, offset + len(found))
    if pages.following:
        pages = replace(pages, total="")  # nobody has counted what comes behind
    deeds = admin_sources.deeds(here, found[:_DEEDS])
    return here.renderer.page(request, "admin_audit", deeds=deeds, shown=pages, subject=subject or "")


def _deeds(book: Audit, subject: str | None, page: int) -> tuple[int, tuple[Deed, ...]]:
    """The deeds of a page and one more, and how many come before; beyond the end those of the first page."""
    offset = max(0, page - 1) * _DEEDS
    found = book.newest(_DEEDS + 1, subject, offset)
    return (offset, found) if found else (0, book.newest(_DEEDS + 1, subject))
