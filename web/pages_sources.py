"""The harvest sources as values: where the descriptions come from, how fresh they are, what went wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.projection import SEARCHED
from catalogue.runs import Run
from catalogue.sources import Source
from web import format as form
from web.i18n import mark
from web.links import Links, outward

RUN_STATES: Final = {
    "running": mark("running"),
    "complete": mark("complete"),
    "partial": mark("partial"),
    "failed": mark("failed"),
}
_RUNS_SHOWN: Final = 20
_EXCERPT: Final = 400
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
    """A harvest source with its last run and the number of its records that can be found."""

    name: str
    kind: str
    url: str
    url_href: str
    href: str
    records: str
    records_href: str
    last: RunView | None


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Something of the last run that could not be used."""

    origin: str
    place: str
    reason: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A source, its runs, newest first, and the first problems of the last."""

    source: SourceView
    runs: tuple[RunView, ...]
    problems: tuple[ProblemView, ...]
    more_problems: int


def overview(catalogue: Catalogue, links: Links) -> tuple[SourceView, ...]:
    """Every harvest source, by name."""
    ledger = catalogue.ledger
    sizes = ledger.sizes(SEARCHED)
    return tuple(
        _source(source, ledger.runs.newest(source.name, 1), sizes.get(source.name, 0), links)
        for source in sorted(ledger.sources.all(), key=lambda s: s.name)
    )


def page(catalogue: Catalogue, name: str, links: Links) -> SourcePage:
    """One harvest source; raises NotFound."""
    source = catalogue.ledger.sources.named(name)
    runs = tuple(catalogue.ledger.runs.newest(name, _RUNS_SHOWN))
    count = catalogue.ledger.count(name, SEARCHED)
    rejected = catalogue.ledger.runs.rejected(runs[0].id) if runs else ()
    return SourcePage(
        _source(source, runs, count, links),
        tuple(_run(run) for run in runs),
        tuple(
            ProblemView(
                item.origin,
                item.place,
                item.reason,
                item.raw[:_EXCERPT].decode("utf-8", "replace"),
            )
            for item in rejected[:_PROBLEMS_SHOWN]
        ),
        max(0, len(rejected) - _PROBLEMS_SHOWN),
    )


def _source(source: Source, runs: Iterable[Run], count: int, links: Links) -> SourceView:
    last = next(iter(runs), None)
    return SourceView(
        source.name,
        source.kind,
        source.address,
        outward(source.address),
        links.source(source.name),
        form.number(count),
        links.facet("source", source.name),
        _run(last) if last else None,
    )


def _run(run: Run) -> RunView:
    return RunView(
        run.id,
        run.state,
        RUN_STATES.get(run.state, run.state),
        form.moment(run.started),
        form.moment(run.ended) if run.ended else "",
        form.number(run.new),
        form.number(run.changed),
        form.number(run.unchanged),
        form.number(run.rejected),
        form.number(run.missing),
        run.message,
    )
