"""The page on which a person decides whether records that a source no longer has are withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.errors import Invalid, NotFound
from catalogue.jobs import APPROVE, DISMISS
from catalogue.ledger import Entry
from catalogue.sources import ASK, Source
from catalogue.tokens import Identity
from web import acting, times
from web import format as form
from web.access import ADMIN, Form, Operator
from web.conditions import is_running
from web.paging import Paging, only, paging, whole
from web.state import State, state

router = APIRouter(include_in_schema=False)

_PATH: Final = f"{ADMIN}/sources/{{name}}/withdrawals"
_READ: Final = ["GET", "HEAD"]
_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Leaving:
    """A record that waits to be withdrawn."""

    title: str
    href: str
    subject: str
    kind: str
    missed: int
    since: str


@dataclass(frozen=True, slots=True)
class WithdrawalsView:
    """What waits, and the numbers by which the source is known not to have changed meanwhile.

    `wants_person` says that this source asks for every withdrawal; otherwise they are too many. `run` is
    the newest that held something back, `run_when` "" where it is forgotten by now. `is_decided` says
    that a worker is to do what somebody decided.
    """

    name: str
    back: str
    path: str
    number: int
    told: str
    of: str
    share: str
    run: int
    run_href: str
    run_when: str
    wants_person: bool
    is_running: bool
    is_decided: bool
    rows: tuple[Leaving, ...]
    pages: Paging


@router.api_route(_PATH, methods=_READ)
def withdrawals(request: Request, who: Operator, name: str) -> Response:
    """What waits to be withdrawn, why, and how much of the source it is."""
    here = state(request)
    view = _view(here, here.catalogue.ledger.sources.named(name), only(request.query_params, "page"))
    return here.renderer.page(request, "admin_withdrawals", view=view)


@router.post(f"{_PATH}/approve")
def approve(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Withdraw what was shown."""
    return _decide(request, who, name, fields, withdraw=True)


@router.post(f"{_PATH}/dismiss")
def dismiss(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Let stay what was shown."""
    return _decide(request, who, name, fields, withdraw=False)


def _decide(
    request: Request, who: Identity, name: str, fields: Mapping[str, str], *, withdraw: bool
) -> Response:
    run, number = _shown(fields)
    state(request).operations.decide(name, run, number, withdraw=withdraw)
    action, done = ("approve", "approved") if withdraw else ("dismiss", "dismissed")
    detail = f"{number:,} records, run {run}"
    return acting.did(request, who, f"{action} withdrawal", name, done, detail)


def _view(here: State, source: Source, asked: Mapping[str, str]) -> WithdrawalsView:
    ledger, root = here.catalogue.ledger, here.renderer.links.root
    last = next(iter(ledger.runs.newest(source.name, 1)), None)
    waiting, size = ledger.waiting(source.name), ledger.count(source.name)
    path = acting.source_path(root, source.name, "/withdrawals")
    pages = paging(path, asked, "page", _PAGE, waiting.number)
    open_ = {job.task for job in here.operations.jobs().get(source.name, ())}
    return WithdrawalsView(
        source.name,
        acting.source_path(root, source.name),
        path,
        waiting.number,
        form.number(waiting.number),
        form.number(size),
        form.number(round(100 * waiting.number / size)) if size else "0",
        waiting.run,
        f"{root}{ADMIN}/runs/{waiting.run}",
        _when(here, waiting.run),
        source.deletion == ASK,
        is_running(last),
        bool(open_ & {APPROVE, DISMISS}),
        _rows(here, ledger.leaving(source.name, _PAGE, pages.offset)),
        pages,
    )


def _rows(here: State, entries: Sequence[Entry]) -> tuple[Leaving, ...]:
    return tuple(
        Leaving(
            entry.title or entry.subject,
            here.renderer.links.record(entry.id),
            entry.subject,
            entry.kind,
            entry.missed,
            times.brief(entry.missing_since) if entry.missing_since else "",
        )
        for entry in entries
    )


def _when(here: State, run: int) -> str:
    """When a run began, "" when nobody knows by now."""
    try:
        return form.moment(here.catalogue.ledger.runs.run(run).started)
    except NotFound:
        return ""


def _shown(fields: Mapping[str, str]) -> tuple[int, int]:
    run, number = whole(fields.get("run", ""), -1), whole(fields.get("number", ""), -1)
    if run < 0 or number < 1:
        raise Invalid("The form does not say which withdrawal is meant. Open the page again.")
    return run, number
