"""The page of one run: its numbers and how they changed, its steps, its problems and its log."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from catalogue.errors import NotFound
from catalogue.runs import FAILED, Quarantined, Run
from catalogue.tables import RUNNING
from web import acting, run_charts, times
from web import format as form
from web.access import ADMIN, Operator
from web.admin_sources import Moment, moment
from web.conditions import RUN_LABELS
from web.i18n import mark
from web.paging import Paging, only, paging, whole
from web.state import State, state

router = APIRouter(include_in_schema=False)

SHOWN_BYTES: Final = 4096
"""How much of the raw bytes of a problem the page shows."""

_RUN: Final = f"{ADMIN}/runs/{{id}}"
_READ: Final = ["GET", "HEAD"]
_PROBLEMS: Final = 10
_LINES: Final = 50
_NEAR: Final = 50
_FAR: Final = 10_000
_EVERY_S: Final = 5
_LEVELS: Final[Mapping[str, tuple[int, str]]] = {
    "": (0, mark("All lines")),
    "warning": (logging.WARNING, mark("Warnings and errors")),
    "error": (logging.ERROR, mark("Errors")),
}
_LEVEL_LABELS: Final = ((logging.ERROR, mark("error")), (logging.WARNING, mark("warning")), (0, mark("info")))
_STEPS: Final[Mapping[str, str]] = {
    "read": mark("waiting for the source and reading"),
    "store": mark("checking and storing"),
    "compare": mark("comparing with what was there"),
    "join": mark("joining the same datasets of other sources"),
}
_NUMBERS: Final = (
    ("new", mark("New"), ""),
    ("changed", mark("Changed"), ""),
    ("unchanged", mark("Unchanged"), ""),
    ("rejected", mark("Rejected: could not be used"), "bad"),
    ("missing", mark("Missing: absent from this run"), "warm"),
    ("gone", mark("Withdrawn"), "warm"),
    ("withheld", mark("Held back until a person looks"), "warm"),
)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a run, and how it changed; `difference` is "" where there is nothing to compare."""

    label: str
    value: str
    before: str
    difference: str
    is_same: bool
    look: str


@dataclass(frozen=True, slots=True)
class Step:
    """What the time went into; `start` and `width` place it on a bar."""

    name: str
    label: str
    lasted: str
    share: str
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be used, with the beginning of what came."""

    id: int
    reason: str
    place: str
    origin: str
    raw: str
    size: str
    is_cut: bool
    href: str


@dataclass(frozen=True, slots=True)
class Level:
    """A way to narrow the log, with the number of lines that stay."""

    label: str
    number: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    at: str
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class Problems:
    """One page of what a run could not use."""

    shown: tuple[Problem, ...]
    pages: Paging


@dataclass(frozen=True, slots=True)
class Log:
    """One page of the log of a run, and the ways to narrow it."""

    levels: tuple[Level, ...]
    lines: tuple[Line, ...]
    pages: Paging


@dataclass(frozen=True, slots=True)
class RunView:
    """A run with all that is known of it; `before` is the last run like it that is over.

    One that is not `whole` asked only for changes, unless it `is_import`.
    """

    id: int
    source: str
    source_href: str
    has_source: bool
    state: str
    label: str
    is_running: bool
    follows: bool
    follow_href: str
    path: str
    started: str
    since: Moment | None
    ended: str
    lasted: str
    whole: bool
    is_import: bool
    resumed: int
    message: str
    came: str
    numbers: tuple[Number, ...]
    before_href: str
    before_when: str
    steps: tuple[Step, ...]
    rejected: str
    problems: Problems
    log: Log


@router.api_route(_RUN, methods=_READ)
def run(request: Request, who: Operator, id: str) -> Response:
    """One run; with `follow` its page is loaded again by itself while the run goes on."""
    here = state(request)
    asked = only(request.query_params, "problems", "log", "level", "follow")
    view = _view(here, here.catalogue.ledger.runs.run(_number(id)), asked)
    response = here.renderer.page(request, "admin_run", view=view)
    if view.follows:
        response.headers["Refresh"] = str(_EVERY_S)
    return response


@router.api_route(f"{_RUN}/problems/{{problem}}", methods=_READ)
def raw(request: Request, who: Operator, id: str, problem: str) -> Response:
    """What could not be used, as it came: a text to be kept, never a page of ours."""
    found = state(request).catalogue.ledger.runs.problem(_number(id), _number(problem))
    headers = {
        "Content-Disposition": f'attachment; filename="run-{found.run}-problem-{found.id}.txt"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.raw, media_type="text/plain; charset=utf-8", headers=headers)


def _view(here: State, run: Run, asked: Mapping[str, str]) -> RunView:
    now, root = here.now(), here.renderer.links.root
    path = f"{root}{ADMIN}/runs/{run.id}"
    source = next((one for one in here.catalogue.ledger.sources.all() if one.name == run.source), None)
    before = _before(here, run)
    is_running = run.state == RUNNING
    return RunView(
        id=run.id,
        source=run.source,
        source_href=acting.source_path(root, run.source),
        has_source=source is not None,
        state=run.state,
        label=RUN_LABELS.get(run.state, run.state),
        is_running=is_running,
        follows=is_running and "follow" in asked,
        follow_href=f"{path}?follow=yes",
        path=path,
        started=form.moment(run.started),
        since=moment(run.started, now),
        ended=form.moment(run.ended) if run.ended else "",
        lasted=times.lasting(run_charts.seconds(run) if run.ended else (now - run.started).total_seconds()),
        whole=run.whole,
        is_import=not run.whole and source is not None and not source.url,
        resumed=run.resumed,
        message=run.message,
        came=form.number(run_charts.came(run)),
        numbers=_numbers(run, before),
        before_href=f"{root}{ADMIN}/runs/{before.id}" if before else "",
        before_when=form.moment(before.started) if before else "",
        steps=_steps(run.steps),
        rejected=form.number(run.rejected),
        problems=_problems(here, run, path, asked),
        log=_log(here, run, path, asked),
    )


def _problems(here: State, run: Run, path: str, asked: Mapping[str, str]) -> Problems:
    pages = paging(path, asked, "problems", _PROBLEMS, run.rejected, "problems")
    found = here.catalogue.ledger.runs.rejected(run.id, _PROBLEMS, pages.offset)
    return Problems(tuple(_problem(item, path) for item in found), pages)


def _log(here: State, run: Run, path: str, asked: Mapping[str, str]) -> Log:
    runs, wanted = here.catalogue.ledger.runs, asked.get("level", "")
    level, told = wanted if wanted in _LEVELS else "", runs.lines(run.id)
    pages = paging(path, asked, "log", _LINES, _lines_from(told, level), "log")
    lines = tuple(
        Line(f"{line.at:%H:%M:%S}", _level(line.level), line.message)
        for line in runs.said(run.id, _LEVELS[level][0], _LINES, pages.offset)
    )
    return Log(_levels(told, level, path, only(asked, "problems")), lines, pages)


def _before(here: State, run: Run) -> Run | None:
    """The last run of the source before this one that read as much and did not fail."""
    runs = here.catalogue.ledger.runs
    for limit in (_NEAR, _FAR):
        found = runs.newest(run.source, limit)
        like = (
            one
            for one in found
            if one.id < run.id and one.ended and one.whole == run.whole and one.state != FAILED
        )
        if (before := next(like, None)) or len(found) < limit:
            return before
    return None


def _numbers(run: Run, before: Run | None) -> tuple[Number, ...]:
    return tuple(_compared(run, before, *one) for one in _NUMBERS)


def _compared(run: Run, before: Run | None, name: str, label: str, look: str) -> Number:
    value = int(getattr(run, name))
    shown = look if value else ""
    if before is None or run.state == RUNNING:
        return Number(label, form.number(value), "", "", False, shown)
    former = int(getattr(before, name))
    return Number(
        label, form.number(value), form.number(former), _difference(value - former), value == former, shown
    )


def _difference(value: int) -> str:
    sign = "+" if value > 0 else "−" if value else "±"
    return f"{sign}{form.number(abs(value))}"


def _steps(taken: Mapping[str, float]) -> tuple[Step, ...]:
    total, start, steps = sum(taken.values()), 0.0, []
    if total <= 0:
        return ()
    known = {name: taken[name] for name in (*_STEPS, *taken) if name in taken}
    for name, amount in known.items():
        share = 100 * amount / total
        label = _STEPS.get(name, name)
        lasted, told = times.lasting(amount), form.number(round(share))
        steps.append(Step(name, label, lasted, told, f"{start:.2f}%", f"{share:.2f}%"))
        start += share
    return tuple(steps)


def _problem(item: Quarantined, path: str) -> Problem:
    return Problem(
        item.id,
        item.reason,
        item.place,
        item.origin,
        item.raw[:SHOWN_BYTES].decode("utf-8", "replace"),
        form.size(len(item.raw)),
        len(item.raw) > SHOWN_BYTES,
        f"{path}/problems/{item.id}",
    )


def _lines_from(told: Mapping[int, int], level: str) -> int:
    least = _LEVELS[level][0]
    return sum(number for one, number in told.items() if one >= least)


def _levels(told: Mapping[int, int], chosen: str, path: str, asked: Mapping[str, str]) -> tuple[Level, ...]:
    found = []
    for name, (_, label) in _LEVELS.items():
        query = {**asked, **({"level": name} if name else {})}
        href = path + (f"?{urlencode(query)}" if query else "") + "#log"
        found.append(Level(label, form.number(_lines_from(told, name)), href, name == chosen))
    return tuple(found)


def _level(number: int) -> str:
    """The word for a level of the log, which is its look too."""
    return next(label for least, label in _LEVEL_LABELS if number >= least)


def _number(text: str) -> int:
    number = whole(text, -1)
    if number < 0:
        raise NotFound(f"There is no run or problem {text[:40]}.")
    return number
