"""How all sources stand, as values for the page of operators."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from catalogue.audit import Deed
from catalogue.runs import Run
from catalogue.sources import Source, Standing
from catalogue.tables import RUNNING
from web import acting, conditions, run_charts, times
from web import format as form
from web.access import ADMIN
from web.conditions import RUN_LABELS, Condition, condition
from web.i18n import mark
from web.paging import Paging, only, paging
from web.run_charts import Bar
from web.state import State

PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that is to be said of a source: its look, its word, and what that means."""

    look: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its word, such as 12 new; `look` is that of a number that wants attention."""

    number: str
    label: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it is told: how long ago, and exactly."""

    ago: str
    exact: str
    machine: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A state to narrow the list to, and how many sources have it."""

    label: str
    help: str
    look: str
    number: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One source of the list; `result` is what its newest run brought, or has brought so far."""

    name: str
    kind: str
    href: str
    marks: tuple[Mark, ...]
    waiting: int
    waiting_told: str
    waiting_href: str
    failures: str
    last: Moment | None
    next: Moment | None
    is_due: bool
    records: str
    run_href: str
    run_state: str
    run_label: str
    is_running: bool
    result: tuple[Count, ...]
    message: str
    strip: tuple[Bar, ...]
    summary: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class SourcesView:
    """The list, narrowed to a state or not.

    `needy` counts the sources that need a person, `busy` those that are harvested or queued.
    """

    total: int
    needy: int
    urgent: tuple[Choice, ...]
    busy: int
    choices: tuple[Choice, ...]
    chosen: str
    all_href: str
    rows: tuple[Row, ...]
    pages: Paging


@dataclass(frozen=True, slots=True)
class DeedView:
    """Something that somebody did; `href` is the page of what it was done to, while there is one."""

    at: str
    machine: str
    who: str
    action: str
    subject: str
    href: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Standing:
    source: Source
    condition: Condition
    standing: Standing
    last: Run | None


def view(here: State, asked: Mapping[str, str]) -> SourcesView:
    """All sources, or those in the state that the query asks for, the most urgent first."""
    found = sorted(_found(here), key=_urgency)
    wanted = asked.get("state", "")
    wanted = wanted if wanted in conditions.LABELS else ""
    kept = [one for one in found if not wanted or wanted in one.condition.marks]
    path = acting.source_path(here.renderer.links.root, "")
    pages = paging(path, only(asked, "state", "page"), "page", PAGE, len(kept))
    shown = kept[pages.offset : pages.offset + PAGE]
    sizes = here.catalogue.ledger.sizes()
    runs = here.catalogue.ledger.runs.latest((one.source.name for one in shown), run_charts.SHOWN)
    rows = tuple(
        _row(here, one, sizes.get(one.source.name, 0), runs.get(one.source.name, ())) for one in shown
    )
    choices = _choices(found, wanted, path)
    return SourcesView(
        len(found),
        sum(bool(conditions.URGENT.intersection(one.condition.marks)) for one in found),
        tuple(one for one in choices if one.look in conditions.URGENT and one.number != "0"),
        sum(bool(one.condition.going_on) for one in found),
        choices,
        wanted,
        path,
        rows,
        pages,
    )


def marks(found: Condition) -> tuple[Mark, ...]:
    """All that is to be said of a source."""
    return tuple(Mark(name, conditions.LABELS[name], conditions.HELP[name]) for name in found.marks)


def counts(run: Run) -> tuple[Count, ...]:
    """What a run brought, without what it brought none of."""
    told = (
        (run.new, mark("new"), ""),
        (run.changed, mark("changed"), ""),
        (run.missing, mark("missing"), "warm"),
        (run.gone, mark("withdrawn"), "warm"),
        (run.withheld, mark("held back"), "warm"),
        (run.rejected, mark("rejected"), "bad"),
    )
    return tuple(Count(form.number(number), label, look) for number, label, look in told if number)


def moment(value: datetime | None, now: datetime) -> Moment | None:
    """A time as it is told."""
    return Moment(times.ago(value, now), form.moment(value), times.machine(value)) if value else None


def states(runs: Iterable[Run]) -> tuple[Count, ...]:
    """How many of these runs ended in each state."""
    number = Counter(run.state for run in runs)
    return tuple(Count(form.number(number[one]), label) for one, label in RUN_LABELS.items() if number[one])


def deeds(here: State, found: Iterable[Deed]) -> tuple[DeedView, ...]:
    """What was done, each with the page of the source that it was done to."""
    sources = {source.name for source in here.catalogue.ledger.sources.all()}
    return tuple(_deed(here, deed, deed.subject in sources) for deed in found)


def audit_path(here: State, subject: str = "") -> str:
    """The page of all that was done, or was done to one source."""
    path = f"{here.renderer.links.root}{ADMIN}/audit"
    return f"{path}?{urlencode({'of': subject})}" if subject else path


def _found(here: State) -> Iterable[_Standing]:
    ledger, now = here.catalogue.ledger, here.now()
    standings, last = ledger.sources.standings(), ledger.runs.last()
    leaving, jobs = ledger.leaving_counts(), here.operations.jobs()
    for source in ledger.sources.all():
        name = source.name
        standing, run = standings.get(name, Standing()), last.get(name)
        found = condition(source, standing, run, jobs.get(name, ()), leaving.get(name, 0), now)
        yield _Standing(source, found, standing, run)


def _urgency(one: _Standing) -> tuple[int, str]:
    first = one.condition.marks[0]
    return list(conditions.LABELS).index(first), one.source.name


def _choices(found: list[_Standing], wanted: str, path: str) -> tuple[Choice, ...]:
    number = Counter(name for one in found for name in one.condition.marks)
    return tuple(
        Choice(
            label,
            conditions.HELP[name],
            name,
            form.number(number[name]),
            f"{path}?{urlencode({'state': name})}",
            name == wanted,
        )
        for name, label in conditions.LABELS.items()
        if number[name] or name == wanted
    )


def _row(here: State, one: _Standing, size: int, runs: Sequence[Run]) -> Row:
    name, now = one.source.name, here.now()
    root, last, due = here.renderer.links.root, one.last, one.condition.next
    return Row(
        name,
        one.source.kind,
        acting.source_path(root, name),
        marks(one.condition),
        one.condition.waiting,
        form.number(one.condition.waiting),
        acting.source_path(root, name, "/withdrawals"),
        form.number(one.standing.failures) if one.standing.failures > 1 else "",
        moment(one.standing.last_complete, now),
        moment(due, now),
        bool(due and due <= now),
        form.number(size),
        f"{root}{ADMIN}/runs/{last.id}" if last else "",
        last.state if last else "",
        RUN_LABELS.get(last.state, last.state) if last else "",
        bool(last and last.state == RUNNING),
        counts(last) if last else (),
        last.message if last else "",
        run_charts.strip(runs),
        states(runs),
    )


def _deed(here: State, deed: Deed, is_source: bool) -> DeedView:
    href = acting.source_path(here.renderer.links.root, deed.subject) if is_source else ""
    at = form.moment(deed.at)
    return DeedView(at, times.machine(deed.at), deed.who, deed.action, deed.subject, href, deed.detail)
