"""One source as values for the page of operators: what it is, how it stands, and how its runs went."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.projection import SEARCHED
from catalogue.runs import Run
from catalogue.schedule import in_words
from catalogue.sources import Source, Standing
from web import acting, admin_sources, run_charts, times
from web import format as form
from web.access import ADMIN
from web.admin_sources import Mark, Moment, moment
from web.conditions import DELETING, RUN_LABELS, Condition, condition, is_running
from web.links import outward
from web.paging import Paging, only, paging
from web.run_charts import Chart
from web.source_form import DELETION_LABELS, PROFILE_LABELS
from web.state import State

_CHARTED: Final = 40
_RUNS: Final = 20


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run of the table; `only_changes` says that it asked for nothing else, unlike an import."""

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
    only_changes: bool
    message: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a source is, as it was filled in; without a contact `has_fallback` says that somebody is told."""

    kind: str
    address: str
    address_href: str
    options: tuple[tuple[str, str], ...]
    has_credentials: bool
    schedule: str
    schedule_words: str
    profile: str
    deletion: str
    contact: str
    has_fallback: bool
    full_every: int
    created: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """How many records a source has, and when it was and will be read; None for never."""

    records: str
    searched: str
    records_href: str
    last: Moment | None
    last_full: Moment | None
    next: Moment | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """What somebody should know who looks after a source: its failures, and what waits to be withdrawn."""

    failures: int
    failing_since: Moment | None
    message: str
    waiting: int
    waiting_told: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with all that an operator wants to know of it; `now` is its run that goes on."""

    name: str
    marks: tuple[Mark, ...]
    is_harvested: bool
    is_deleted: bool
    paused: bool
    going_on: str
    now: RunRow | None
    attention: Attention
    tiles: Tiles
    facts: Facts
    chart: Chart | None
    runs: tuple[RunRow, ...]
    pages: Paging
    base: str
    public_href: str
    audit_href: str


def view(here: State, name: str, asked: Mapping[str, str]) -> SourceView:
    """One source; raises NotFound."""
    ledger, root = here.catalogue.ledger, here.renderer.links.root
    source, standing = ledger.sources.named(name), ledger.sources.standing(name)
    runs = ledger.runs.newest(name, _CHARTED)
    last = runs[0] if runs else None
    jobs, leaving = here.operations.jobs().get(name, ()), ledger.leaving_counts().get(name, 0)
    found = condition(source, standing, last, jobs, leaving, here.now())
    base = acting.source_path(root, name)
    pages = paging(base, only(asked, "page"), "page", _RUNS, ledger.runs.count(name), "runs")
    return SourceView(
        name=name,
        marks=admin_sources.marks(found),
        is_harvested=bool(source.url),
        is_deleted=found.state == DELETING,
        paused=source.paused,
        going_on=found.going_on,
        now=_run(last, source, root) if last and is_running(last) else None,
        attention=_attention(here, name, standing, found, last),
        tiles=_tiles(here, name, standing, found),
        facts=_facts(here, source),
        chart=run_charts.chart(runs),
        runs=tuple(_run(run, source, root) for run in ledger.runs.newest(name, _RUNS, pages.offset)),
        pages=pages,
        base=base,
        public_href=here.renderer.links.source(name),
        audit_href=admin_sources.audit_path(here, name),
    )


def _attention(here: State, name: str, standing: Standing, found: Condition, last: Run | None) -> Attention:
    since = here.catalogue.ledger.runs.failing_since(name, standing.last_complete)
    return Attention(
        standing.failures,
        moment(since, here.now()),
        last.message if last else "",
        found.waiting,
        form.number(found.waiting),
    )


def _tiles(here: State, name: str, standing: Standing, found: Condition) -> Tiles:
    ledger, now = here.catalogue.ledger, here.now()
    return Tiles(
        form.number(ledger.count(name)),
        form.number(ledger.count(name, SEARCHED)),
        here.renderer.links.facet("source", name),
        moment(standing.last_complete, now),
        moment(standing.last_full, now),
        moment(found.next, now),
        bool(found.next and found.next <= now),
    )


def _facts(here: State, source: Source) -> Facts:
    return Facts(
        source.kind,
        source.address,
        outward(source.address),
        tuple(source.options.items()),
        bool(source.credentials),
        source.schedule,
        in_words(source.schedule),
        PROFILE_LABELS.get(source.profile, source.profile),
        DELETION_LABELS[source.deletion],
        source.contact,
        bool(here.settings.alert_to.get_secret_value()),
        source.full_every,
        form.day(source.created),
    )


def _run(run: Run, source: Source, root: str) -> RunRow:
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
        bool(source.url) and not run.whole,
        run.message,
    )
