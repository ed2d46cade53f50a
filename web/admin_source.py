"""One source as values for the page of operators: what it is, how it stands, and how its runs went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.projection import SEARCHED
from catalogue.runs import FAILED, PARTIAL, Run
from catalogue.schedule import in_words
from catalogue.sources import Standing
from catalogue.tables import RUNNING
from web import acting, admin_sources, run_charts, times
from web import format as form
from web.access import ADMIN
from web.admin_sources import Mark, Moment, moment
from web.conditions import RUN_LABELS, condition, held_back
from web.links import outward
from web.paging import Paging, only, paging
from web.run_charts import Chart
from web.source_form import DELETION_LABELS, PROFILE_LABELS
from web.state import State

_CHARTED: Final = 40
_RUNS: Final = 20
_MOST_RUNS: Final = 2_000
"""How many runs can be paged through; a run of an hourly source is found for three months."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of the table."""

    id: int
    href: str
    state: str
    label: str
    started: str
    machine: str
    lasted: str
    new: str
    changed: str
    unchanged: str
    missing: str
    gone: str
    rejected: str
    whole: bool
    message: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with all that an operator wants to know of it."""

    name: str
    kind: str
    address: str
    address_href: str
    is_harvested: bool
    options: tuple[tuple[str, str], ...]
    has_credentials: bool
    schedule: str
    schedule_words: str
    profile: str
    deletion: str
    contact: str
    full_every: int
    created: str
    marks: tuple[Mark, ...]
    paused: bool
    going_on: str
    now: RunRow | None
    failures: int
    failing_since: Moment | None
    waiting: str
    last: Moment | None
    last_full: Moment | None
    next: Moment | None
    is_due: bool
    records: str
    searched: str
    records_href: str
    message: str
    chart: Chart | None
    runs: tuple[RunRow, ...]
    pages: Paging
    base: str
    public_href: str
    audit_href: str


def view(here: State, name: str, asked: Mapping[str, str]) -> SourceView:
    """One source; raises NotFound."""
    ledger, now, root = here.catalogue.ledger, here.now(), here.renderer.links.root
    source, standing = ledger.sources.named(name), ledger.sources.standing(name)
    runs = ledger.runs.newest(name, _MOST_RUNS)
    last = runs[0] if runs else None
    leaving = held_back(last, ledger.leaving_counts().get(name, 0))
    found = condition(source, standing, last, here.operations.jobs().get(name), leaving, now)
    base = acting.source_path(root, name)
    pages = paging(base, only(asked, "page"), "page", _RUNS, len(runs), "runs")
    rows = tuple(_run(run, root) for run in runs[pages.offset : pages.offset + _RUNS])
    return SourceView(
        name=name,
        kind=source.kind,
        address=source.address,
        address_href=outward(source.address),
        is_harvested=bool(source.url),
        options=tuple(source.options.items()),
        has_credentials=bool(source.credentials),
        schedule=source.schedule,
        schedule_words=in_words(source.schedule),
        profile=PROFILE_LABELS.get(source.profile, source.profile),
        deletion=DELETION_LABELS[source.deletion],
        contact=source.contact,
        full_every=source.full_every,
        created=form.day(source.created),
        marks=admin_sources.marks(found),
        paused=source.paused,
        going_on=found.going_on,
        now=_run(last, root) if last and last.state == RUNNING else None,
        failures=standing.failures,
        failing_since=moment(_failing_since(standing, runs), now),
        waiting=form.number(leaving) if leaving else "",
        last=moment(standing.last_complete, now),
        last_full=moment(standing.last_full, now),
        next=moment(found.next, now),
        is_due=bool(found.next and found.next <= now),
        records=form.number(ledger.count(name)),
        searched=form.number(ledger.count(name, SEARCHED)),
        records_href=here.renderer.links.facet("source", name),
        message=last.message if last else "",
        chart=run_charts.chart(runs[:_CHARTED]),
        runs=rows,
        pages=pages,
        base=base,
        public_href=here.renderer.links.source(name),
        audit_href=admin_sources.audit_path(here, name),
    )


def _failing_since(standing: Standing, runs: Iterable[Run]) -> datetime | None:
    """When the first run began that was not complete after the last one that was."""
    since = standing.last_complete
    failed = [run for run in runs if run.state in (PARTIAL, FAILED) and (not since or run.started > since)]
    return failed[-1].started if failed else None


def _run(run: Run, root: str) -> RunRow:
    return RunRow(
        run.id,
        f"{root}{ADMIN}/runs/{run.id}",
        run.state,
        RUN_LABELS.get(run.state, run.state),
        form.moment(run.started),
        times.machine(run.started),
        times.lasting(run_charts.seconds(run)) if run.ended else "",
        form.number(run.new),
        form.number(run.changed),
        form.number(run.unchanged),
        form.number(run.missing),
        form.number(run.gone),
        form.number(run.rejected),
        run.whole,
        run.message,
    )
