"""The JSON API for operators: how runs went, what they could not use, and what they held back."""

import logging
from typing import Annotated, Final

from fastapi import Path, Request, Response

from catalogue.errors import Invalid
from catalogue.jobs import Job
from catalogue.runs import Run
from web import api_admin_models as models
from web import api_admin_views as views
from web.access import API_ADMIN, Body, Operator
from web.api_admin_bodies import DecisionSent, read
from web.api_admin_routes import Call, admin, admin_router, raw, written
from web.api_parameters import Parameter, single
from web.conditions import is_running
from web.state import State, state

router = admin_router()

PAGE: Final = 100
LARGEST_PAGE: Final = 1_000
LEVELS: Final = ("debug", "info", "warning", "error")

Name = Annotated[str, Path(description="The name of a source.", examples=["registry"])]
JobId = Annotated[str, Path(description="The number of a job.", examples=["41"])]
RunId = Annotated[str, Path(description="The number of a run.", examples=["17"])]
ProblemId = Annotated[str, Path(description="The number of a problem.", examples=["3"])]


def part(default: int = PAGE, most: int = LARGEST_PAGE) -> tuple[Parameter, ...]:
    """The parameters for a part of a list."""
    return (
        single(
            "limit",
            "How many at most.",
            {"type": "integer", "minimum": 1, "maximum": most, "default": default},
        ),
        single("offset", "How many to leave out first.", {"type": "integer", "minimum": 0, "default": 0}),
    )


LEVEL: Final = single("level", "Only lines from this level on.", {"enum": [*LEVELS], "default": "debug"})


@admin(
    router,
    Call("GET", "/sources/{name}/withdrawals", "listWithdrawals", None, part(), problems=(404,)),
    models.WithdrawalsAnswer,
)
def withdrawals(request: Request, name: Name) -> Response:
    """List the withdrawals that wait.

    The records of a source that would have been withdrawn if a person did not have to look first. None
    while a run goes on, for it may find them again.
    """
    here = state(request)
    ledger, limit, offset = here.catalogue.ledger, *asked_part(request)
    ledger.sources.named(name)
    last = next(iter(ledger.runs.newest(name, 1)), None)
    if is_running(last):
        return written(models.WithdrawalsAnswer(name, None, 0, ()))
    shown = ledger.leaving(name, limit, offset)
    return written(views.withdrawals(here.catalogue.base, name, ledger.waiting(name), shown))


@admin(
    router,
    Call(
        "POST",
        "/sources/{name}/withdrawals",
        "decideWithdrawals",
        DecisionSent,
        status=202,
        problems=(404, 409),
    ),
    models.JobAnswer,
)
def decide(request: Request, who: Operator, name: Name, body: Body) -> Response:
    """Decide on the withdrawals that wait.

    approve withdraws the records, dismiss lets them stay; a worker does it. `run` and `number` are what the
    list told: where other records wait by now, or the source is being harvested, nothing is done and the
    answer is 409. Where that happens before the worker begins, the job fails and nothing is done.
    """
    here, sent = state(request), read(DecisionSent, body)
    job = here.operations.decide(name, sent.run, sent.number, withdraw=sent.decision == "approve")
    detail = f"{sent.number:,} records, run {sent.run}"
    here.catalogue.ledger.audit.note(who.name, f"{sent.decision} withdrawal", name, detail)
    return accepted(here, job)


@admin(router, Call("GET", "/jobs/{id}", "getJob", problems=(404,)), models.JobAnswer)
def job(request: Request, id: JobId) -> Response:
    """Get a job.

    How something stands that a worker does or is to do, and what came of it. It is remembered for ninety
    days after its end.
    """
    return written(views.job_of(state(request).operations.job(_number("job", id))))


@admin(
    router,
    Call("GET", "/sources/{name}/runs", "listOperatedRuns", None, part(20, 100)[:1], problems=(404,)),
    models.OperatedRuns,
)
def runs(request: Request, name: Name) -> Response:
    """List the runs of a source.

    The newest first, with the time that each step took.
    """
    here = state(request)
    here.catalogue.ledger.sources.named(name)
    found = here.catalogue.ledger.runs.newest(name, number(request, "limit", 20, 1, 100))
    return written(models.OperatedRuns(tuple(_run(here, one) for one in found)))


@admin(router, Call("GET", "/runs/{id}", "getOperatedRun", problems=(404,)), models.OperatedRun)
def run(request: Request, id: RunId) -> Response:
    """Get one run as operators see it."""
    here = state(request)
    return written(_run(here, _found(here, id)))


@admin(
    router,
    Call("GET", "/runs/{id}/log", "getRunLog", None, (LEVEL, *part()), problems=(404,)),
    models.LogAnswer,
)
def log(request: Request, id: RunId) -> Response:
    """Read the log of a run.

    What the harvester and the catalogue said of it, in the order of time.
    """
    here = state(request)
    runs, found, level = here.catalogue.ledger.runs, _found(here, id), _level(request)
    limit, offset = asked_part(request)
    total = sum(count for one, count in runs.lines(found.id).items() if one >= level)
    lines = map(views.line, runs.said(found.id, level, limit, offset))
    return written(models.LogAnswer(total, tuple(lines)))


@admin(
    router,
    Call("GET", "/runs/{id}/problems", "listRunProblems", None, part(), problems=(404,)),
    models.RunProblems,
)
def problems(request: Request, id: RunId) -> Response:
    """List what a run could not use.

    In the order it came, each with the reason and the address of the bytes as they came.
    """
    here = state(request)
    found, (limit, offset) = _found(here, id), asked_part(request)
    items = here.catalogue.ledger.runs.rejected(found.id, limit, offset)
    told = (views.problem(item, here.catalogue.base) for item in items)
    return written(models.RunProblems(found.rejected, tuple(told)))


@admin(router, Call("GET", "/runs/{id}/problems/{n}/raw", "getRawProblem", problems=(404,)), None)
def raw_problem(request: Request, id: RunId, n: ProblemId) -> Response:
    """Get what a run could not use, byte for byte.

    As plain text to be saved, whatever it is.
    """
    run, id_ = _number("run", id), _number("problem", n)
    item = state(request).catalogue.ledger.runs.problem(run, id_)
    return raw(item.raw, f"run-{run}-problem-{id_}.txt")


def accepted(here: State, job: Job) -> Response:
    """The answer where a worker does what was asked for, with the address that tells what comes of it."""
    return written(views.job_of(job), 202, f"{here.catalogue.base}{API_ADMIN}/jobs/{job.id}")


def number(request: Request, name: str, default: int, least: int, most: int) -> int:
    """A number of the query string; raises Invalid."""
    text = request.query_params.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most):
        raise Invalid(f"There cannot be {name}={text:.100}: it must be a number from {least} to {most}.")
    return int(text)


def asked_part(request: Request) -> tuple[int, int]:
    """How many of a list are asked for at most, and how many to leave out first; raises Invalid."""
    return number(request, "limit", PAGE, 1, LARGEST_PAGE), number(request, "offset", 0, 0, 999_999_999)


def _level(request: Request) -> int:
    text = request.query_params.get("level", "").strip().lower() or LEVELS[0]
    if text not in LEVELS:
        raise Invalid(f"There cannot be level={text:.100}: it must be one of {', '.join(LEVELS)}.")
    return logging.getLevelNamesMapping()[text.upper()]


def _found(here: State, id: str) -> Run:
    return here.catalogue.ledger.runs.run(_number("run", id))


def _number(what: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Invalid(f"A {what} cannot be called {text:.100}: it has a number.")
    return int(text)


def _run(here: State, found: Run) -> models.OperatedRun:
    return views.run(found, here.catalogue.base, here.catalogue.ledger.runs.lines(found.id))
