"""The harvest sources as values: where the descriptions come from, how fresh they are, what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.projection import SEARCHED
from catalogue.runs import Run
from catalogue.sources import Source, Standing
from web import format as form
from web.conditions import HELP, LABELS, RUN_LABELS, condition
from web.links import Links, outward

_RUNS_SHOWN: Final = 20
_PROBLEMS_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with its counts; `ended` is "" while it runs."""

    id: int
    state: str
    label: str
    started: str
    ended: str
    new: str
    changed: str
    unchanged: str
    rejected: str
    missing: str
    message: str


@dataclass(frozen=True, slots=True)
class SourceView:
    """A harvest source with its last run and the number of its records that can be found.

    `state` is how it stands, `complete` when its last complete run began, `next` when the next is due.
    """

    name: str
    kind: str
    url: str
    url_href: str
    href: str
    records: str
    records_href: str
    last: RunView | None
    state: str
    label: str
    help: str
    complete: str
    next: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something of the last run that could not be used; what came is shown to operators alone."""

    origin: str
    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source, its runs, newest first, and the first problems of the last."""

    source: SourceView
    runs: tuple[RunView, ...]
    problems: tuple[ProblemView, ...]
    more_problems: int


def overview(catalogue: Catalogue, links: Links) -> tuple[SourceView, ...]:
    """Every harvest source, by name."""
    ledger, now = catalogue.ledger, catalogue.now()
    sizes, standings, last = ledger.sizes(SEARCHED), ledger.sources.standings(), ledger.runs.last()
    return tuple(
        _source(source, standings[source.name], last.get(source.name), sizes.get(source.name, 0), links, now)
        for source in ledger.sources.all()
    )


def page(catalogue: Catalogue, name: str, links: Links) -> SourcePage:
    """One harvest source; raises NotFound."""
    source, standing = catalogue.ledger.sources.named(name), catalogue.ledger.sources.standing(name)
    runs = tuple(catalogue.ledger.runs.newest(name, _RUNS_SHOWN))
    count = catalogue.ledger.count(name, SEARCHED)
    last = runs[0] if runs else None
    rejected = catalogue.ledger.runs.rejected(last.id, _PROBLEMS_SHOWN) if last else ()
    return SourcePage(
        _source(source, standing, last, count, links, catalogue.now()),
        tuple(_run(run) for run in runs),
        tuple(ProblemView(item.origin, item.place, item.reason) for item in rejected),
        max(0, last.rejected - len(rejected)) if last else 0,
    )


def _source(
    source: Source, standing: Standing, last: Run | None, count: int, links: Links, now: datetime
) -> SourceView:
    found = condition(source, standing, last, (), 0, now)
    return SourceView(
        source.name,
        source.kind,
        source.public_address,
        outward(source.public_address),
        links.source(source.name),
        form.number(count),
        links.facet("source", source.name),
        _run(last) if last else None,
        found.state,
        LABELS[found.state],
        HELP[found.state],
        form.moment(standing.last_complete) if standing.last_complete else "",
        form.moment(found.next) if found.next else "",
        bool(found.next and found.next <= now),
    )


def _run(run: Run) -> RunView:
    return RunView(
        run.id,
        run.state,
        RUN_LABELS.get(run.state, run.state),
        form.moment(run.started),
        form.moment(run.ended) if run.ended else "",
        form.number(run.new),
        form.number(run.changed),
        form.number(run.unchanged),
        form.number(run.rejected),
        form.number(run.missing),
        run.message,
    )
