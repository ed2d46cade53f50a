"""The page on which a person decides whether records that a source no longer has are withdrawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.errors import Invalid
from catalogue.ledger import Entry
from catalogue.sources import ASK, Source
from catalogue.tables import RUNNING
from web import acting, times
from web import format as form
from web.access import ADMIN, Form, Operator
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

    `wants_person` says that this source asks for every withdrawal; otherwise they are too many.
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
    run, number = _shown(fields)
    done = state(request).catalogue.approve(_named(request, name), run, number)
    return acting.did(request, who, "approve withdrawal", name, "approved", f"{done:,} records, run {run}")


@router.post(f"{_PATH}/dismiss")
def dismiss(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Let stay what was shown."""
    run, number = _shown(fields)
    done = state(request).catalogue.dismiss(_named(request, name), run, number)
    return acting.did(request, who, "dismiss withdrawal", name, "dismissed", f"{done:,} records, run {run}")


def _view(here: State, source: Source, asked: Mapping[str, str]) -> WithdrawalsView:
    ledger, root = here.catalogue.ledger, here.renderer.links.root
    last = ledger.runs.newest(source.name, 1)
    going = ledger.leaving(source.name)
    size, run = ledger.count(source.name), max((one.leaving or 0 for one in going), default=0)
    path = acting.source_path(root, source.name, "/withdrawals")
    pages = paging(path, asked, "page", _PAGE, len(going))
    when = next((form.moment(one.started) for one in ledger.runs.newest(source.name) if one.id == run), "")
    return WithdrawalsView(
        source.name,
        acting.source_path(root, source.name),
        path,
        len(going),
        form.number(len(going)),
        form.number(size),
        form.number(round(100 * len(going) / size)) if size else "0",
        run,
        f"{root}{ADMIN}/runs/{run}",
        when,
        source.deletion == ASK,
        bool(last and last[0].state == RUNNING),
        _rows(here, going[pages.offset : pages.offset + _PAGE]),
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


def _named(request: Request, name: str) -> str:
    return state(request).catalogue.ledger.sources.named(name).name


def _shown(fields: Mapping[str, str]) -> tuple[int, int]:
    run, number = whole(fields.get("run", ""), -1), whole(fields.get("number", ""), -1)
    if run < 0 or number < 1:
        raise Invalid("The form does not say which withdrawal is meant. Open the page again.")
    return run, number
