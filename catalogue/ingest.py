"""The way of a harvest into the catalogue, from its first item to what is noted of its run.

Records are compared and written batch by batch (`catalogue/writing.py`): noted as intended, stored,
indexed, settled. A crash anywhere leaves the intention, which `catalogue.recovery` brings up to what the
store holds, and the checkpoint behind the last stored page, from which the run goes on. All of it
happens under the lease of the source: a run that lost it stops.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from catalogue import provenance, sweep
from catalogue.apart import collecting_seldom
from catalogue.documents import Parts
from catalogue.envelope import record_iri
from catalogue.errors import CatalogueError, Interrupted, Invalid, NotFound, Unavailable
from catalogue.joining import rejoin
from catalogue.leases import Hold
from catalogue.ledger import GONE, Entry
from catalogue.profiles.harvested import take_in
from catalogue.profiles.releases import Release
from catalogue.projector import Candidate
from catalogue.records import (
    Canonical,
    Changes,
    Characterisation,
    Declared,
    Harvested,
    Incomplete,
    Noted,
    Reached,
    Record,
    Rejected,
    Said,
    Unchanged,
    Withdrawn,
    record_id,
)
from catalogue.runs import COMPLETE, FAILED, FRESH, INTERRUPTED, PARTIAL, Checkpoint, Quarantined, Run
from catalogue.sources import Source, is_full_due
from catalogue.writing import Writer

log = logging.getLogger(__name__)

FIRST: Final = 1_000
BATCH: Final = 2_000
"""How many records are written at a time: as many as the run has had before, from the first bound to this.

The store merges its files after each few writings, the whole of some of them: fewer writings are less
work. The first come soon, so that there is something to store while more is read. One record of 56
statements takes some 45 kB of memory while it is written, and two batches are under way: twice as many
at a time are 3 % quicker and take 170 MB more, half as many are 8 % slower.
"""

MANY: Final = 20_000
"""How many numbers of profiles wait at most for the records of their batch."""

RAW_BYTES: Final = 1 << 20
"""The most that is kept of the raw bytes of one thing that could not be used."""

COMPLETENESS: Final = 0.98
"""The share of a declared total that must be seen for a run to count as complete."""

OFTEN: Final = timedelta(seconds=10)
"""How long after the batch before a whole page is written although it makes no full batch."""

MOST_LINES: Final = 5_000
"""How many lines the log of one run has at most."""

Progress = Callable[[Run], None]


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a harvest is to begin with: where a run that was cut off goes on, and what the last one noted."""

    cursor: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)


Begin = Callable[[Beginning], Iterable[Harvested]]


def ingest(
    parts: Parts,
    hold: Hold,
    begin: Begin,
    *,
    whole: bool = True,
    probe: sweep.Probe | None = None,
    progress: Progress = lambda run: None,
) -> Run:
    """Take in what a harvest of the source that is held yields, and return the finished run.

    `begin` is handed where the harvest begins. `whole` says that what it yields is all that the source
    has, so that what is absent may be swept. An error raised by the harvest ends the run as partial,
    or as failed when nothing had come; what was taken in until then stays. Raises Conflict when the
    source is held no longer.
    """
    return _Ingest(parts, hold, progress, probe).run(begin, whole)


class _Ingest:
    def __init__(self, parts: Parts, hold: Hold, progress: Progress, probe: sweep.Probe | None) -> None:
        self.parts = parts
        self.hold = hold
        self.progress = progress
        self.probe = probe
        self.source = _source(parts, hold)
        self.tally, self.point = self._opened()
        self.reached = self.point
        self.noted = dict(self.point.noted)
        self.set_aside, self.seen = self._met_before()
        self.batch: dict[str, Candidate] = {}
        self.rejected: list[Quarantined] = []
        self.unchanged: list[str] = []
        self.withdrawn: list[str] = []
        self.profiles: list[Characterisation] = []
        self.published = 0
        self.lines: list[Said] = []
        self.said = 0
        self.touched: list[str] = []
        self.is_strange = False
        self.flushed = parts.now()
        self.steps: dict[str, float] = dict(self.tally.steps)
        self.writer = Writer(parts, hold, self.tally.id)

    def run(self, begin: Begin, whole: bool) -> Run:
        if not whole:
            self.point = replace(self.point, whole=False)
        with self.writer, collecting_seldom():
            state, message = self._take_all(begin)
            if state == COMPLETE:
                state, message = self._judged()
            message = self._swept(state, message)
            self._rejoined(state)
        whole = self.point.whole
        self.tally = replace(
            self.tally, state=state, message=message, ended=self.parts.now(), whole=whole, steps=self.steps
        )
        self._close()
        log.info("run %s of %s ended %s", self.tally.id, self.source.name, state)
        return self.tally

    # How it begins

    def _opened(self) -> tuple[Run, Checkpoint]:
        """The run that goes on, or a new one."""
        now = self.parts.now()
        runs = self.parts.ledger.runs
        cut_off = runs.going_on(self.source.name)
        if cut_off and now - cut_off.started < FRESH and (again := runs.resume(self.hold, cut_off)):
            log.info("run %s of %s goes on", cut_off.id, self.source.name)
            return again
        runs.give_up(self.hold, now)
        return runs.start(self.source.name, now), Checkpoint(remembered=self._remembered(now))

    def _remembered(self, now: datetime) -> Mapping[str, str]:
        """What the last complete run noted; nothing when everything is to be read again."""
        if not self.source.url:
            return {}
        standing = self.parts.ledger.sources.standing(self.source.name)
        return {} if is_full_due(self.source, standing, now) else standing.remembered

    def _met_before(self) -> tuple[set[str], set[str]]:
        """What a run that goes on has set aside, and all that it has met already."""
        if not self.tally.resumed:
            return set(), set()
        places = self.parts.ledger.runs.places(self.tally.id)
        named = {record_id(self.source.name, s) for place in places if (s := _subject(place))}
        seen = self.parts.ledger.seen(self.source.name, self.tally.id)
        return named - seen, named | seen

    # What comes

    def _take_all(self, begin: Begin) -> tuple[str, str]:
        """Take in everything; the state that the run ends in, and why."""
        state, message = COMPLETE, ""
        try:
            for item in self._timed(begin(Beginning(self.point.cursor, self.point.remembered))):
                self._take(item)
        except Interrupted as error:
            state, message = INTERRUPTED, self._told(error)
        except (Invalid, Unavailable, NotFound) as error:
            state, message = (PARTIAL if self.seen or self.batch else FAILED), self._told(error)
        except CatalogueError as error:
            state, message = FAILED, self._told(error)
        try:
            self._flush()
            self.writer.settled()
        except CatalogueError as error:
            state, message = FAILED, self._told(error)
        return state, message

    def _timed(self, items: Iterable[Harvested]) -> Iterator[Harvested]:
        """The items, the time that they are waited for counted as the step of reading."""
        began = time.perf_counter()
        for item in items:
            self._spent("read", began)
            yield item
            began = time.perf_counter()
        self._spent("read", began)

    def _spent(self, step: str, began: float) -> None:
        self.steps[step] = self.steps.get(step, 0.0) + time.perf_counter() - began

    def _told(self, error: CatalogueError) -> str:
        """What the page of the run says of an error; the rest is for the log."""
        if error.whole != str(error):
            log.warning("run %s of %s: %s", self.tally.id, self.source.name, error.whole)
        self._say(logging.ERROR, str(error))
        return str(error)

    def _say(self, level: int, message: str) -> None:
        self._keep_line(Said(level, message, self.parts.now()))

    def _keep_line(self, line: Said) -> None:
        self.said += 1
        if self.said < MOST_LINES:
            self.lines.append(line)
        elif self.said == MOST_LINES:
            end = "There is more to tell than a log keeps; the rest was left out."
            self.lines.append(Said(logging.WARNING, end, line.at))

    def _take(self, item: Harvested) -> None:
        match item:
            case Record() | Canonical():
                self._candidate(item)
            case Rejected():
                self._reject(item)
            case Unchanged():
                self.unchanged += item.subjects
            case Withdrawn():
                self._withdraw(item)
            case Said():
                self._keep_line(item)
            case Characterisation():
                self.profiles.append(item)
            case _:
                self._learn(item)
        waiting = (self.batch, self.rejected, self.unchanged, self.withdrawn)
        most = min(BATCH, max(FIRST, len(self.seen) - len(self.batch)))
        if any(len(one) >= most for one in waiting) or sum(len(one.told) for one in self.profiles) >= MANY:
            self._flush()

    def _learn(self, item: Declared | Changes | Incomplete | Reached | Noted) -> None:
        """What the source tells of itself."""
        point = self.point
        match item:
            case Declared(total):
                self.point = replace(point, declared=max(point.declared, total))
            case Changes():
                self.point = replace(point, whole=False)
            case Incomplete(reason):
                self.point = replace(point, fault=point.fault or reason)
                self._say(logging.WARNING, reason)
            case Noted(name, value):
                self.noted[name] = value
            case Reached(cursor):
                self.point = replace(point, cursor=cursor)
                self.reached = replace(self.point, rejected=self.tally.rejected, noted=dict(self.noted))
                if self.parts.now() - self.flushed >= OFTEN:
                    self._flush()

    def _reject(self, item: Rejected) -> None:
        """Keep what could not be used; the record it would have been is not absent for that."""
        subject = _subject(item.place)
        if subject:
            self._set_aside(record_id(self.source.name, subject))
        else:
            self.point = replace(self.point, unknown=self.point.unknown + 1)
        self.tally = replace(self.tally, rejected=self.tally.rejected + 1)
        raw = item.raw[:RAW_BYTES]
        self.rejected.append(Quarantined(self.tally.id, item.origin, item.place, item.reason, raw))

    def _set_aside(self, id: str) -> None:
        """Count a record as there although it cannot be used, until it comes in a form that can."""
        if id not in self.seen:
            self.set_aside.add(id)
        self.seen.add(id)

    def _reject_unread(self, item: Rejected) -> None:
        """Keep a record of the batch that could not be used, before all that came behind the last page."""
        self._reject(item)
        self.rejected.insert(0, self.rejected.pop())
        self.reached = replace(self.reached, rejected=self.reached.rejected + 1)

    def _withdraw(self, item: Withdrawn) -> None:
        id = record_id(self.source.name, item.subject)
        self.batch.pop(id, None)
        self.seen.discard(id)
        self.withdrawn.append(id)

    def _candidate(self, item: Record | Canonical) -> None:
        subject = item.subject if isinstance(item.subject, str) else item.subject.value
        id = record_id(self.source.name, subject)
        if id in self.seen and id not in self.set_aside:
            return
        try:
            found = item.canonical() if isinstance(item, Record) else item
            iri = record_iri(self.parts.base, id)
            if iri.value.encode() in found.text:  # nobody but us speaks of our own records
                record = found.record()
                triples = tuple(t for t in record.triples if t.subject != iri)
                found = replace(record, triples=triples).canonical()
        except Invalid as error:
            self._reject(item.rejected(str(error)))
            return
        self.seen.add(id)
        self.set_aside.discard(id)
        self.batch[id] = Candidate(id, found)

    # What is written

    def _flush(self) -> None:
        """Write all that has come; once that fails, no checkpoint is set behind it."""
        try:
            self._write_all()
        except CatalogueError:
            self.reached = Checkpoint()
            raise

    def _write_all(self) -> None:
        began = time.perf_counter()
        ledger, run = self.parts.ledger, self.tally.id
        if self.withdrawn:
            ledger.send_away(self.hold, self.withdrawn, run)
            self.withdrawn = []
        batch, self.batch = self.batch, {}
        known = ledger.entries(batch)
        fresh: list[Candidate] = []
        same: list[str] = self._known_unchanged()
        for candidate in batch.values():
            entry = known.get(candidate.id)
            if entry and entry.digest == candidate.item.digest and entry.state != GONE:
                same.append(candidate.id)
            else:
                fresh.append(candidate)
        if same:
            ledger.touch(self.hold, same, run)
        new, changed = self._write(fresh, known)
        self._publish()
        self._keep_told()
        self.tally = replace(
            self.tally,
            new=self.tally.new + new,
            changed=self.tally.changed + changed,
            unchanged=self.tally.unchanged + len(same),
        )
        ledger.runs.tell(self.hold, self.tally)
        self._check_in()
        self.flushed = self.parts.now()
        self._spent("store", began)
        self.progress(self.tally)

    def _known_unchanged(self) -> list[str]:
        """Those of the records said to be unchanged that are held; others ask for a full pass."""
        subjects, self.unchanged = self.unchanged, []
        ids = [id for s in subjects if (id := record_id(self.source.name, s)) not in self.seen]
        held = {id for id, entry in self.parts.ledger.entries(ids).items() if entry.state != GONE}
        strange = [id for id in ids if id not in held]
        if strange and not self.is_strange and not set(strange) <= self._refused_before():
            self.is_strange = True
            self.parts.ledger.sources.ask_all(self.source.name)
        self.seen.update(ids)
        return [id for id in dict.fromkeys(ids) if id in held]

    def _refused_before(self) -> set[str]:
        """The records that the last run which read everything could not use."""
        runs = self.parts.ledger.runs
        last = next(
            (one for one in runs.newest(self.source.name) if one.whole and one.state == COMPLETE), None
        )
        places = runs.places(last.id) if last else ()
        return {record_id(self.source.name, subject) for place in places if (subject := _subject(place))}

    def _keep_told(self) -> None:
        """Write down what could not be used and what was said."""
        rejected, self.rejected = self.rejected, []
        lines, self.lines = self.lines, []
        self.parts.ledger.runs.reject(self.hold, rejected)
        self.parts.ledger.runs.say(self.hold, self.tally.id, lines)

    def _check_in(self) -> None:
        """Note how far the run has come, once all before that is stored.

        What came behind the last whole page is no part of it, for it comes again.
        """
        if self.reached.cursor:
            point = self.reached
            self.writer.then(lambda: self.parts.ledger.runs.reach(self.hold, self.tally.id, point))

    def _write(self, fresh: list[Candidate], known: Mapping[str, Entry]) -> tuple[int, int]:
        """Have a batch written; says how many records are new and how many changed."""
        entries, rejected = self.writer.put(fresh, known)
        for item in rejected:
            self._reject_unread(item)
        self.touched += [entry.id for entry in entries]
        changed = sum(entry.id in known for entry in entries)
        return len(entries) - changed, changed

    def _publish(self) -> None:
        """Take in the profiles that came, once the records that they are of are put away."""
        profiles, self.profiles = self.profiles, []
        if profiles:
            self.writer.settled()
        for told in (told for item in profiles for told in take_in(self.parts, self.hold, item)):
            if isinstance(told, Release):
                self.published += 1
            else:
                self._take(told)

    # How it ends

    def _judged(self) -> tuple[str, str]:
        """Whether a run to whose end nothing was raised is complete, and why not."""
        if self.point.fault:
            return PARTIAL, self.point.fault
        if self.point.whole and len(self.seen) < COMPLETENESS * self.point.declared:
            told = f"The source declares {self.point.declared:,} records; {len(self.seen):,} came."
            self._say(logging.WARNING, told)
            return PARTIAL, told
        if self.published == 1:
            return COMPLETE, "1 release of a profile is published."
        return COMPLETE, f"{self.published:,} releases of profiles are published." if self.published else ""

    def _swept(self, state: str, message: str) -> str:
        """Mark what is absent, withdraw what is to go; the message of the run."""
        if state in (FAILED, INTERRUPTED):
            return message
        began = time.perf_counter()
        if state == COMPLETE and self.point.whole and not self.point.unknown:
            self.tally = sweep.mark(self.parts, self.hold, self.tally, self.seen, self.probe)
        self.tally, held, gone = sweep.depart(self.parts, self.hold, self.tally, self.source)
        self.touched += gone
        if held:
            self._say(logging.WARNING, held)
        self._spent("compare", began)
        return " ".join(filter(None, (message, held)))

    def _rejoined(self, state: str) -> None:
        """Join what came or went with the descriptions of the same datasets elsewhere.

        What cannot be done now is done by the next run of any source.
        """
        if state in (FAILED, INTERRUPTED):
            return
        began = time.perf_counter()
        try:
            rejoin(self.parts, self.hold, self.touched)
        except Unavailable as error:
            self._told(error)
        self._spent("join", began)

    def _close(self) -> None:
        """Write down how the run went, how its source stands now, and what it brought."""
        if self.tally.new or self.tally.changed or self.tally.gone:
            self._tell_store()
        self.parts.ledger.runs.say(self.hold, self.tally.id, self.lines)
        if self.tally.state == INTERRUPTED:
            self.parts.ledger.runs.pause(self.hold, self.tally)
            return
        sources = self.parts.ledger.sources
        if self.tally.state == COMPLETE:
            whole = self.point.whole
            full = whole and not self.point.remembered and not self.is_strange
            sources.completed(self.hold, self.tally.started, self.noted, whole=whole, full=full)
        else:
            sources.failed(self.hold)
        self.parts.ledger.runs.end(self.hold, self.tally)

    def _tell_store(self) -> None:
        """Keep the run as an activity; a store that does not answer must not leave the run open."""
        iri = provenance.run_iri(self.parts.base, self.tally.id)
        told = provenance.told(self.parts.base, self.tally, self.source.public_address)
        self.hold.confirm()
        try:
            with self.parts.writing:
                self.parts.store.replace({iri: told})
        except Unavailable as error:
            self._told(error)


def _source(parts: Parts, hold: Hold) -> Source:
    """The source that is held; files that are imported need not be kept as one."""
    try:
        return parts.ledger.sources.named(hold.source)
    except NotFound:
        return Source(hold.source, "files", "", parts.now())


def _subject(place: str) -> str:
    """The subject that a place names; "" when it names none."""
    subject = place.partition(" (")[0]
    return subject if ":" in subject else ""
