"""What comes of a deed of an operator: it is written down, and the next page says so."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse

from catalogue.tokens import Identity
from web.access import ADMIN
from web.i18n import mark
from web.state import state

DONE: Final = "done"
"""The query word of a page that tells what was just done."""

NOTHING: Final = "nothing"

NOTICES: Final[Mapping[str, str]] = {
    "run": mark("The harvest is queued. It begins as soon as a worker is free."),
    "all": mark("The harvest is queued, and will read everything again, not only what changed."),
    "cancelled": mark("The harvest ends soon. What it has brought so far stays."),
    NOTHING: mark("There was no harvest to cancel."),
    "paused": mark("The source is paused: its schedule passes it over."),
    "resumed": mark("The source is harvested by its schedule again."),
    "added": mark("The source was added. Nothing has been harvested yet."),
    "changed": mark("The changes are kept. They count from the next run on."),
    "deleted": mark("The source is paused, and is deleted as soon as a worker is free."),
    "approved": mark("The records are withdrawn as soon as a worker is free. Nothing else is to be done."),
    "dismissed": mark("The records stay. That is noted as soon as a worker is free."),
}
"""All that can be told; a link can name one of these and nothing else."""


def notice(request: Request) -> str:
    """What was just done, for translation; "" for nothing."""
    return NOTICES.get(request.query_params.get(DONE, ""), "")


def did(
    request: Request, who: Identity, action: str, name: str, done: str, detail: str = ""
) -> RedirectResponse:
    """Write down what was done to a source, and lead to its page."""
    state(request).catalogue.ledger.audit.note(who.name, action, name, detail)
    return to_source(request, name, done)


def to_source(request: Request, name: str, done: str = "") -> RedirectResponse:
    """Lead to the page of a source, or to that of all without a name."""
    query = f"?{DONE}={done}" if done else ""
    return RedirectResponse(source_path(state(request).renderer.links.root, name) + query, 303)


def source_path(root: str, name: str, more: str = "") -> str:
    """The address of the page of a source, or of one below it."""
    path = f"{root}{ADMIN}/sources"
    return f"{path}/{quote(name, safe='')}{more}" if name else path
