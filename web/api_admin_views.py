"""From what the ledger knows to the answers of the API for operators."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal

from catalogue.audit import Deed
from catalogue.drafting import IRI
from catalogue.jobs import Job
from catalogue.ledger import Entry, Waiting
from catalogue.mapping import Entity, Value
from catalogue.records import Said
from catalogue.runs import Quarantined, Run
from catalogue.sources import Source, Standing
from web import api_admin_models as models
from web import api_views
from web.access import API_ADMIN
from web.conditions import condition
from web.operations import KindView, Preview, source_of
from web.state import State

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"


@dataclass(frozen=True, slots=True)
class _Standings:
    """How all sources stand: one question to the ledger for each kind of fact, however many there are."""

    standings: Mapping[str, Standing]
    last: Mapping[str, Run]
    leaving: Mapping[str, int]
    sizes: Mapping[str, int]
    jobs: Mapping[str, tuple[Job, ...]]


def sources(here: State, found: Iterable[Source]) -> tuple[models.OperatedSource, ...]:
    """Sources, and how they stand."""
    ledger = here.catalogue.ledger
    known = _Standings(
        ledger.sources.standings(),
        ledger.runs.last(),
        ledger.leaving_counts(),
        ledger.sizes(),
        here.operations.jobs(),
    )
    return tuple(_source(here, one, known) for one in found)


def source(here: State, name: str) -> models.OperatedSource:
    """One source; raises NotFound."""
    return sources(here, (here.catalogue.ledger.sources.named(name),))[0]


def _source(here: State, source: Source, known: _Standings) -> models.OperatedSource:
    name, base = source.name, here.catalogue.base
    standing, last, jobs = (
        known.standings.get(name, Standing()),
        known.last.get(name),
        known.jobs.get(name, ()),
    )
    found = condition(source, standing, last, jobs, known.leaving.get(name, 0), here.now())
    return models.OperatedSource(
        name=name,
        kind=source.kind,
        url=source.address,
        options=dict(source.options),
        has_credentials=bool(source.credentials),
        schedule=source.schedule,
        profile=source.profile,
        deletion=source.deletion,
        contact=source.contact,
        full_every=source.full_every,
        paused=source.paused,
        created=source.created,
        state=found.state,
        failures=standing.failures,
        last_complete=standing.last_complete,
        last_full=standing.last_full,
        next_run=found.next,
        waiting=found.waiting,
        records=known.sizes.get(name, 0),
        last_run=api_views.run(last, base) if last else None,
        job=job_of(jobs[0]) if jobs else None,
        links=_links(base, name),
    )


def _links(base: str, name: str) -> models.SourceLinks:
    return models.SourceLinks(
        address(base, name),
        address(base, name, "/runs"),
        address(base, name, "/withdrawals"),
        f"{base}/api/v1/sources/{quote(name, safe='')}",
    )


def address(base: str, name: str, more: str = "") -> str:
    """Where a source is found by operators."""
    return f"{base}{API_ADMIN}/sources/{quote(name, safe='')}{more}"


def job_of(job: Job) -> models.JobAnswer:
    """What a worker does or is to do."""
    return models.JobAnswer(
        job.id, job.task, source_of(job), job.state, job.queued, job.started, job.ended, job.message
    )


def preview(found: Preview) -> models.PreviewAnswer:
    """What a source would bring."""
    records = (
        models.PreviewedRecord(one.subject, one.kind, one.title, one.publisher, one.profile, one.missing)
        for one in found.records
    )
    troubles = (models.TroubleAnswer(one.place, one.reason) for one in found.troubles)
    return models.PreviewAnswer(
        tuple(records),
        tuple(troubles),
        found.declared,
        found.is_all,
        found.failure,
        round(found.seconds, 3),
        found.log,
    )


def tested(found: Preview) -> models.Tested:
    """Whether a source works, told by a look at its first record."""
    return models.Tested(
        bool(found.records) or found.is_all,
        found.failure or next((one.reason for one in found.troubles if not found.records), ""),
        found.declared,
        round(found.seconds, 3),
        found.log,
    )


def withdrawals(base: str, source: str, waiting: Waiting, shown: Iterable[Entry]) -> models.WithdrawalsAnswer:
    """What waits, and a part of it in full."""
    records = (
        models.Waiting(
            entry.id,
            entry.subject,
            entry.title,
            entry.leaving or 0,
            entry.missing_since,
            f"{base}/dataset/{quote(entry.id, safe='')}",
        )
        for entry in shown
    )
    newest = waiting.run if waiting.number else None
    return models.WithdrawalsAnswer(source, newest, waiting.number, tuple(records))


def run(found: Run, base: str, lines: Mapping[int, int]) -> models.OperatedRun:
    """A run with all that is kept of it."""
    return models.OperatedRun(
        api_views.run(found, base),
        found.whole,
        found.withheld,
        found.resumed,
        dict(found.steps),
        {level(number): count for number, count in sorted(lines.items())},
    )


def line(said: Said) -> models.LogLine:
    """A line of a log."""
    return models.LogLine(said.at, level(said.level), said.message)


def level(number: int) -> str:
    """What to call a level of a log."""
    return logging.getLevelName(number).lower()


def problem(item: Quarantined, base: str) -> models.RunProblem:
    """Something that a run could not use."""
    where = f"{base}{API_ADMIN}/runs/{item.run}/problems/{item.id}/raw"
    return models.RunProblem(item.id, item.origin, item.place, item.reason, where)


def kind(view: KindView) -> models.KindAnswer:
    """A kind of source."""
    return models.KindAnswer(view.name, view.help, view.address, dict(view.options), view.is_local)


def deed(done: Deed) -> models.DeedAnswer:
    """Something that somebody did."""
    return models.DeedAnswer(done.id, done.at, done.who, done.action, done.subject, done.detail)


def values(entity: Entity) -> dict[str, object]:
    """The values of an entity in the form in which they can be given again."""
    return {name: _plain(found) for name, found in entity.values.items()}


def _plain(found: tuple[Value, ...]) -> Plain:
    """One value or several; words by language, as soon as one of them has a language."""
    words = [value for value in found if isinstance(value, Literal)]
    if len(words) == len(found) and any(word.language for word in words):
        spoken: dict[str, list[Plain]] = {}
        for word in words:
            spoken.setdefault(word.language or "", []).append(word.value)
        return {language: _one_or_all(said) for language, said in spoken.items()}
    return _one_or_all([_thing(value) if isinstance(value, Entity) else value.value for value in found])


def _thing(entity: Entity) -> Plain:
    name: dict[str, Plain] = {} if isinstance(entity.node, BlankNode) else {IRI: entity.node.value}
    return {**name, **{field: _plain(found) for field, found in entity.values.items()}}


def _one_or_all(found: list[Plain]) -> Plain:
    return found[0] if len(found) == 1 else found
