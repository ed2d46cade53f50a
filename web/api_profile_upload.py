"""The JSON API for who brings profiles of data: nodes that send them, and operators."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import fastapi
from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid, NotFound
from catalogue.profiles import publishing
from catalogue.profiles.releases import Release
from catalogue.profiles.rules import Rules
from web import api_profile_models, uploads
from web import api_upload_models as models
from web.access import Bringer, bringer
from web.api_admin_routes import Call, admin, admin_router, written
from web.api_parameters import single
from web.api_profile_views import count, release
from web.operations import TakenIn
from web.state import State, state

router = admin_router("/api/v1", bringer)

DRAFT: Final = single("draft", "1 shows it to nobody yet.", {"enum": ["0", "1"], "default": "0"})
RELEASED: Final = single(
    "released",
    "The day on which the data were released, for files that do not tell it.",
    {"type": "string", "format": "date"},
    "2026-09-30",
)

RecordId = Annotated[str, fastapi.Path(description="The id of a record.", examples=["kfyvm3xkqzsd2u5a"])]
ReleaseNumber = Annotated[
    int, fastapi.Path(alias="release", ge=1, le=2**31 - 1, description="Its number.", examples=[12])
]


@admin(
    router,
    Call("GET", "/datasets/{id}/profiles", "listReleases", problems=(404, 410)),
    models.OperatedProfiles,
)
def releases(request: Request, id: RecordId) -> Response:
    """List the releases of a profile.

    All of them, drafts and withdrawn ones too, and the disclosure rule by which the next one is made: a
    node that guards its counts before it sends them goes by that.
    """
    here = state(request)
    entry = here.catalogue.ledger.present(id)
    rule = Rules(here.catalogue.ledger.database).of(entry.source)
    found = tuple(map(_standing, here.catalogue.releases.every(id)))
    told = models.RuleAnswer(entry.source, rule.threshold, rule.rounding)
    return written(models.OperatedProfiles(id, _page(here, id), told, found))


@admin(
    router,
    Call(
        "POST",
        "/datasets/{id}/profiles",
        "sendProfile",
        None,
        (DRAFT, RELEASED),
        201,
        (404, 409, 410, 413),
        takes_files=True,
    ),
    models.UploadAnswer,
)
async def upload(request: Request, who: Bringer, id: RecordId) -> Response:
    """Send a profile of a dataset.

    All files of one run of your tool, as a form or as one zip archive, or a single file, gzip or not. They
    are taken in as a whole or not at all, under the disclosure rule of the source; the numbers that it
    hides are kept nowhere. Files that have rows of persons are refused. The same files a second time are
    answered with 200 and the release that they had made. One profile of a dataset is taken in at a time.
    """
    here = state(request)
    draft, released = _draft(request), _released(request)
    await run_in_threadpool(here.catalogue.ledger.present, id)
    with TemporaryDirectory(prefix="fairfinder-") as folder:
        sent = await uploads.received(request, Path(folder), here.settings.max_profile_mb * uploads.MEGABYTE)

        def take_in() -> TakenIn:
            return here.operations.take_in(id, sent.files, draft=draft, released=released, who=who.name)

        taken = await run_in_threadpool(take_in)
    return _answered(here, taken)


@admin(
    router,
    Call("POST", "/datasets/{id}/profiles/{release}/publish", "publishRelease", problems=(404, 409, 410)),
    models.StandingRelease,
)
def publish(request: Request, who: Bringer, id: RecordId, number: ReleaseNumber) -> Response:
    """Publish a draft.

    It is shown in place of the release that is shown now. 409 for a release that is no draft.
    """
    catalogue = state(request).catalogue
    done = publishing.publish_draft(catalogue, _of(catalogue, id, number))
    catalogue.ledger.audit.note(who.name, "publish profile", id, f"release {done.id}")
    return written(_standing(done))


@admin(
    router,
    Call("DELETE", "/datasets/{id}/profiles/{release}", "withdrawRelease", problems=(404, 409, 410)),
    models.StandingRelease,
)
def withdraw(request: Request, who: Bringer, id: RecordId, number: ReleaseNumber) -> Response:
    """Withdraw a release.

    Its counts are deleted for good; the newest of the others is shown then.
    """
    catalogue = state(request).catalogue
    done = publishing.withdraw(catalogue, _of(catalogue, id, number))
    catalogue.ledger.audit.note(who.name, "withdraw profile", id, f"release {done.id}")
    return written(_standing(done))


def _of(catalogue: Catalogue, id: str, number: int) -> int:
    """The number of a release, which must be of this record; raises NotFound and Gone."""
    catalogue.ledger.present(id)
    if catalogue.releases.release(number).record != id:
        raise NotFound(f"Release {number} is of another dataset.")
    return number


def _standing(found: Release) -> models.StandingRelease:
    return models.StandingRelease(found.state.value, found.imported, release(found))


def _answered(here: State, taken: TakenIn) -> Response:
    found = taken.release
    withheld = (api_profile_models.WithheldAnswer(one.what, one.cells, one.reason) for one in taken.report)
    answer = models.UploadAnswer(
        found.record,
        _page(here, found.record),
        found.state.value,
        taken.is_new,
        release(found),
        count(taken.persons),
        tuple(withheld),
    )
    address = f"{here.catalogue.base}/profile/{found.id}"
    return written(answer, 201 if taken.is_new else 200, address)


def _page(here: State, id: str) -> str:
    return f"{here.catalogue.base}/dataset/{id}"


def _draft(request: Request) -> bool:
    text = request.query_params.get("draft", "0")
    if text not in ("0", "1"):
        raise Invalid(f"There cannot be draft={text:.40}: it is 1 for a draft, or 0.")
    return text == "1"


def _released(request: Request) -> date | None:
    text = request.query_params.get("released", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(f"There cannot be released={text:.40}: write a day like 2026-09-30.") from None
