"""The pages on which custodians look after profiles: upload, look at, publish and withdraw releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import fastapi
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from catalogue.errors import CatalogueError, Conflict, Invalid, Refused, TooLarge, Unavailable
from catalogue.profiles import publishing
from catalogue.profiles.releases import Release, Standing
from catalogue.search import Words
from catalogue.tokens import Identity
from web import (
    acting,
    admin_deeds,
    admin_profiles,
    admin_release,
    pages_record,
    profile_exports,
    profile_views,
)
from web.access import Form, Operator, sender
from web.admin_profiles import PROFILES
from web.errors import status_of
from web.i18n import mark
from web.operations import TakenIn
from web.paging import whole
from web.state import State, state

router = APIRouter(include_in_schema=False)

NOTICES: Final[Mapping[str, str]] = {
    "draft": mark(
        "The profile is taken in as a draft. Only operators see it. Look at the report, then publish it."
    ),
    "published": mark("The release is published. Visitors see it from now on."),
    "again": mark("These files had made this release before, so nothing was changed."),
    "withdrawn": mark("The release is withdrawn, and its counts are deleted."),
}
"""All that a link can have said was done."""

_ONE: Final = f"{PROFILES}/{{id}}"
_RELEASE: Final = f"{_ONE}/{{release}}"
_READ: Final = ["GET", "HEAD"]
_FIELDS: Final = ("stand", "released")
_LONGEST: Final = 1_000
_COSTS_NOTHING: Final = (Invalid, TooLarge, Refused, Conflict, Unavailable)
"""What may be wrong with files, or stand in their way: it is told on the form, and nothing was kept."""

ReleaseNumber = Annotated[int, fastapi.Path(alias="release", ge=1, le=2**31 - 1)]


@dataclass(frozen=True, slots=True)
class UploadView:
    """The form to send files by; `fault` says why the last ones were refused."""

    dataset: Words
    back: str
    path: str
    rule: str
    megabytes: int
    is_draft: bool
    released: str
    fault: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The question before a release is withdrawn; `fault` says what the last answer lacked."""

    reason: str = ""
    fault: str = ""


@router.api_route(PROFILES, methods=_READ)
def profiles(request: Request, who: Operator) -> Response:
    """How the profiles of all datasets stand, those first with a draft that waits."""
    here = state(request)
    view = admin_profiles.view(here, request.query_params)
    return here.renderer.page(request, "admin_profiles", view=view)


@router.api_route(_ONE, methods=_READ)
def dataset(request: Request, who: Operator, id: str) -> Response:
    """The releases of a dataset, the newest first."""
    here = state(request)
    view = admin_profiles.of_dataset(here, id, request.query_params)
    return here.renderer.page(request, "admin_profiles_dataset", view=view, notice=_notice(request))


@router.api_route(f"{_ONE}/upload", methods=_READ)
def form(request: Request, who: Operator, id: str) -> Response:
    """The form to send files by."""
    return _form(request, id, {})


@router.post(f"{_ONE}/upload")
async def upload(request: Request, id: str) -> Response:
    """Take in the files of a profile; what is refused costs nothing else."""
    with TemporaryDirectory(prefix="fairfinder-") as folder:
        fields: Mapping[str, str] = {}
        try:
            who, sent = await sender(request, Path(folder), _FIELDS)
            fields = sent.fields
            taken = await run_in_threadpool(_take_in, state(request), id, who, sent.files, fields)
        except _COSTS_NOTHING as error:
            return await run_in_threadpool(_form, request, id, fields, error)
    return _to(request, taken.release, taken.release.state.value if taken.is_new else "again")


@router.api_route(_RELEASE, methods=_READ)
def release(request: Request, who: Operator, id: str, number: ReleaseNumber) -> Response:
    """A release with its report, and what can be done with it."""
    here = state(request)
    view = admin_release.view(here, id, number)
    return here.renderer.page(request, "admin_profiles_release", view=view, notice=_notice(request))


@router.api_route(f"{_RELEASE}/preview", methods=_READ)
def preview(request: Request, who: Operator, id: str, number: ReleaseNumber) -> Response:
    """The charts of a release as visitors will see them, a draft too."""
    here = state(request)
    found, view = admin_release.one_of(here, id, number), admin_release.view(here, id, number)
    part = request.query_params.get("part", "") or next(iter(profile_views.PARTS))
    if part not in profile_views.PARTS or view.told is None:
        raise Invalid(f"There is nothing to be seen of “{part[:40]}” of release {number}.")
    figures = admin_release.preview(here, found, part)
    return here.renderer.page(
        request, "admin_profiles_preview", view=view, parts=profile_views.PARTS, part=part, figures=figures
    )


@router.api_route(f"{_RELEASE}/{admin_release.REPORT}.{{suffix}}", methods=_READ)
def report(request: Request, who: Operator, id: str, number: ReleaseNumber, suffix: str) -> Response:
    """What was hidden and why, as a file."""
    body, media_type = profile_exports.table_file(admin_release.report(state(request), id, number), suffix)
    named = f'attachment; filename="{id}-{number}-report.{suffix}"'
    return Response(body, 200, {"Content-Disposition": named}, media_type)


@router.post(f"{_RELEASE}/publish")
def publish(request: Request, who: Operator, id: str, number: ReleaseNumber) -> Response:
    """Show a draft to visitors."""
    here = state(request)
    done = publishing.publish_draft(here.catalogue, admin_release.one_of(here, id, number).id)
    return _did(request, who, admin_deeds.PUBLISH, done, "published")


@router.api_route(f"{_RELEASE}/withdraw", methods=_READ)
def ask_to_withdraw(request: Request, who: Operator, id: str, number: ReleaseNumber) -> Response:
    """Ask why a release is to be withdrawn, and say what visitors will see then."""
    return _ask(request, id, number, Ask())


@router.post(f"{_RELEASE}/withdraw")
def withdraw(request: Request, who: Operator, id: str, number: ReleaseNumber, fields: Form) -> Response:
    """Withdraw a release for a reason, where visitors will see then what was said."""
    here, reason = state(request), " ".join(fields.get("reason", "").split())
    found = admin_release.one_of(here, id, number)
    if found.state is Standing.WITHDRAWN:
        raise Conflict(f"Release {number} is withdrawn already.")
    if not reason or len(reason) > _LONGEST:
        fault = mark("Say in a sentence why it is withdrawn. Nothing was done yet.")
        return _ask(request, id, number, Ask(reason, fault), 422)
    after = admin_release.next_shown(here, found)
    if whole(fields.get("then", ""), -1) != (after.id if after else 0):
        raise Conflict(
            "By now visitors would see another release than the page had said, so nothing was done. Look "
            "again."
        )
    done = publishing.withdraw(here.catalogue, number)
    return _did(request, who, admin_deeds.WITHDRAW, done, "withdrawn", reason)


def _take_in(
    here: State, id: str, who: Identity, files: tuple[Path, ...], fields: Mapping[str, str]
) -> TakenIn:
    here.catalogue.ledger.present(id)
    is_draft, text = fields.get("stand", "draft") != "published", fields.get("released", "").strip()
    try:
        released = date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"“{text[:40]}” is no day. Write it like 2026-09-30, or leave it out.") from None
    return here.operations.take_in(id, files, draft=is_draft, released=released, who=who.name)


def _form(
    request: Request, id: str, fields: Mapping[str, str], error: CatalogueError | None = None
) -> Response:
    here = state(request)
    record = here.catalogue.record(id)
    view = UploadView(
        pages_record.title_of(record),
        admin_profiles.dataset_path(here, id),
        admin_profiles.dataset_path(here, id, "/upload"),
        admin_profiles.rule_in_force(here, record.entry.source),
        here.settings.max_profile_mb,
        fields.get("stand", "draft") != "published",
        fields.get("released", ""),
        str(error) if error else "",
    )
    return here.renderer.page(request, "admin_profiles_upload", status_of(error) if error else 200, view=view)


def _ask(request: Request, id: str, number: int, ask: Ask, status: int = 200) -> Response:
    here = state(request)
    view = admin_release.view(here, id, number)
    if not view.may_withdraw:
        raise Conflict(f"Release {number} is withdrawn already.")
    return here.renderer.page(
        request, "admin_profiles_withdraw", status, view=view, ask=ask, longest=_LONGEST
    )


def _did(
    request: Request, who: Identity, action: str, done: Release, notice: str, reason: str = ""
) -> Response:
    audit = state(request).catalogue.ledger.audit
    audit.note(who.name, action, done.record, admin_deeds.detail(done, reason))
    return _to(request, done, notice)


def _to(request: Request, found: Release, notice: str) -> Response:
    path = admin_profiles.release_path(state(request), found)
    return RedirectResponse(f"{path}?{acting.DONE}={notice}", 303)


def _notice(request: Request) -> str:
    return NOTICES.get(request.query_params.get(acting.DONE, ""), "")
