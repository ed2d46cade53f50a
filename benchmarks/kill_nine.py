"""Kills harvests at random moments and checks that afterwards all is as if nothing had happened.

python benchmarks/kill_nine.py [--times 30] [--seed N] [--kinds ckan oai-pmh dcat]

A portal has two generations of its datasets: some faulty, then some changed, new and gone. One catalogue
takes in both undisturbed. In others `fairfinder harvest run` is killed (SIGKILL) again and again, with
its reader or without, and started anew until it ends by itself. What ledger, store and index hold in the
end must be the same. The exit status is 1 when it is not.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sql

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading
from benchmarks.portal import Portal, played
from catalogue import tables, upkeep
from catalogue.bootstrap import open_catalogue, open_ledger
from catalogue.catalogue import Catalogue
from catalogue.envelope import Envelope, opened, record_iri
from catalogue.ledger import Ledger
from catalogue.provenance import run_iri
from catalogue.runs import COMPLETE, FAILED, PARTIAL, Run
from catalogue.search import SearchQuery
from catalogue.settings import Settings
from catalogue.sources import Source

WORK: Final = Path(__file__).parent / "work" / "killed"
SOURCE: Final = "portal"
PAGE: Final = 250
PATIENCE_S: Final = 600.0
"""How long a harvest may take that is left alone."""
ALONE_S: Final = 20.0
"""How long a reader may live on whose catalogue was killed."""
LOOK_S: Final = 0.02
MOST_SHOWN: Final = 5

Facts = Mapping[str, Mapping[object, object]]
"""What a catalogue holds in the end, by parts that are compared one by one."""


@dataclass(slots=True)
class Tally:
    """How the killing went."""

    kills: int = 0
    went_on: int = 0
    begun_again: int = 0
    after_the_end: int = 0
    differences: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", default=["ckan", "oai-pmh", "dcat"])
    parser.add_argument("--count", type=int, default=6_000, help="datasets of the portal")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds before each answer of the portal")
    parser.add_argument("--minutes", type=float, default=15, help="no new round begins after so long")
    given = parser.parse_args()
    print(heading(), flush=True)
    draw, tally = random.Random(given.seed), Tally()
    ending = time.monotonic() + given.minutes * 60
    for number, kind in enumerate(given.kinds, 1):
        with played(given.count, PAGE, given.delay, faulty=True) as portal:
            _killed(kind, portal, draw, tally, given.times * number // len(given.kinds), ending)
    _tell(tally)
    sys.exit(1 if tally.differences or not tally.kills else 0)


def _tell(tally: Tally) -> None:
    print(
        f"{tally.kills} kills: {tally.went_on} runs went on at a checkpoint, {tally.begun_again} began "
        f"again, {tally.after_the_end} had just ended or not yet begun"
    )
    print("\n".join(tally.differences) or "equal to the undisturbed runs", flush=True)


def _killed(kind: str, portal: Portal, draw: random.Random, tally: Tally, until: int, ending: float) -> None:
    """Kill harvests of one kind, catalogue after catalogue, until there were so many kills in all."""
    expected, durations = _undisturbed(kind, portal)
    times = " and ".join(f"{seconds:.1f} s" for seconds in durations)
    print(f"{kind}: undisturbed in {times}; {len(expected['records']):,} records", flush=True)
    while tally.kills < until and time.monotonic() < ending:
        folder = _empty("disturbed", kind, portal)
        runs: list[tuple[Run, ...]] = []
        for generation, seconds in enumerate(durations, 1):
            portal.turn(generation)
            before = {run.id for done in runs for run in done}
            _disturbed(folder, f"{kind} {generation}", before, seconds, draw, tally, until)
            runs.append(tuple(run for run in _runs(folder) if run.id not in before))
        found = _held(folder, runs)
        differences = [f"{kind}: {line}" for line in _differences(expected, found)]
        tally.differences += differences
        print("\n".join(differences) or f"{kind}: equal", flush=True)
        if differences:
            folder.rename(WORK / f"differs-{kind}-{tally.kills}")


def _undisturbed(kind: str, portal: Portal) -> tuple[Facts, list[float]]:
    folder = _empty("undisturbed", kind, portal)
    durations: list[float] = []
    runs: list[tuple[Run, ...]] = []
    for generation in (1, 2):
        portal.turn(generation)
        began = time.monotonic()
        with _harvesting(folder) as process:
            process.wait(PATIENCE_S)
        durations.append(time.monotonic() - began)
        runs.append(_runs(folder)[generation - 1 :])
    return _held(folder, runs), durations


def _empty(name: str, kind: str, portal: Portal) -> Path:
    """An empty catalogue that knows the portal."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    options = {"rows": str(PAGE)} if kind == "ckan" else {}
    with _ledger(folder) as ledger:
        ledger.sources.add(Source(SOURCE, kind, portal.url(kind), ledger.now(), options))
    return folder


def _disturbed(
    folder: Path,
    what: str,
    before: set[int],
    seconds: float,
    draw: random.Random,
    tally: Tally,
    until: int,
) -> None:
    """Let the source be harvested, and kill whoever does it, until a run ends that was not there before."""
    while True:
        aimed = draw.random() < 0.4
        moment = draw.uniform(0.5, seconds)
        after = draw.uniform(0.0, 1.5) if aimed else 0.0
        with_reader = draw.random() < 0.7
        with _harvesting(folder) as process:
            if tally.kills >= until:
                process.wait(PATIENCE_S)
                return
            began = time.monotonic()
            waited = _waited(process, folder, moment, after, aimed)
            if not waited:
                return
            os.kill(process.pid, signal.SIGKILL)
            if with_reader:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            lasted = time.monotonic() - began
            if not with_reader and not _ends(process.pid):
                tally.differences.append(f"{what}: the reader lived on alone")
        tally.kills += 1
        whom = "both processes" if with_reader else "the main process"
        when = f"{lasted:5.1f} s {'into a batch' if aimed else ''}"
        print(
            f"  {what}  kill {tally.kills:>3} of {whom} after {when:<20} {_state(folder, tally)}", flush=True
        )
        if any(run.state == COMPLETE for run in _runs(folder) if run.id not in before):
            return  # what was killed had written all down already


def _waited(process: subprocess.Popen[bytes], folder: Path, moment: float, after: float, aimed: bool) -> bool:
    """Wait for the moment to kill a process, or for a batch being written after it; False when it ended."""
    end = time.monotonic() + moment
    with _ledger(folder) as ledger:
        while process.poll() is None:
            if time.monotonic() >= end and (not aimed or ledger.intended()):
                time.sleep(after)
                return process.poll() is None
            time.sleep(LOOK_S)
    return False


def _ends(group: int) -> bool:
    """Whether all processes of a group end by themselves."""
    end = time.monotonic() + ALONE_S
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(LOOK_S)
    return False


def _state(folder: Path, tally: Tally) -> str:
    """What a kill left, in words."""
    with _ledger(folder) as ledger:
        run = next(iter(ledger.runs.newest(SOURCE, 1)), None)
        if run is None or run.state in (COMPLETE, PARTIAL):
            tally.after_the_end += 1
            return "nothing had begun" if run is None else f"a run had just ended {run.state}"
        point = sql.select(tables.checkpoints.c.cursor).where(tables.checkpoints.c.run == run.id)
        with ledger.database.reading() as db:
            cursor = db.scalar(point)
        tally.went_on += cursor is not None
        tally.begun_again += cursor is None
        held = f"{ledger.count():,} records, {len(ledger.intended()):,} half written"
        return f"{held}, {f'checkpoint {cursor[:100]}' if cursor else 'no checkpoint'}"


@contextmanager
def _harvesting(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command that harvests the source, as a process that leads a group of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("FAIRFINDER_")}
    environment = own | {"FAIRFINDER_DATA_DIR": str(folder), "FAIRFINDER_ALLOW_HOSTS": '["127.0.0.1"]'}
    command = [str(Path(sys.executable).with_name("fairfinder")), "harvest", "run", SOURCE]
    with (folder / "said").open("ab") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def _ledger(folder: Path) -> Iterator[Ledger]:
    ledger = open_ledger(_settings(folder))
    try:
        yield ledger
    finally:
        ledger.close()


def _settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, allow_hosts=frozenset({"127.0.0.1"}))


def _runs(folder: Path) -> tuple[Run, ...]:
    """All runs, the oldest first."""
    with _ledger(folder) as ledger:
        return ledger.runs.newest(SOURCE, 1_000)[::-1]


# What is compared


def _held(folder: Path, runs: list[tuple[Run, ...]]) -> Facts:
    """What a catalogue holds after the runs of each generation."""
    catalogue = open_catalogue(_settings(folder))
    turns = {run.id: turn for turn, some in enumerate(runs, 1) for run in some}
    try:
        rows = catalogue.rows(SearchQuery(copies=True))
        return {
            "records": _records(catalogue, turns),
            "statements": _statements(catalogue, turns),
            "index": {row.id: [words.text for words in row.title] for row in rows},
            "rejected": _rejected(catalogue, runs),
            "runs": {turn: _counts(some[-1]) for turn, some in enumerate(runs, 1)},
            "counts of runs that were not begun again": {
                turn: (some[-1].new, some[-1].changed, some[-1].unchanged)
                for turn, some in enumerate(runs, 1)
                if all(run.state != FAILED for run in some)
            },
            "activities": _activities(catalogue, runs),
            "source": _standing(catalogue),
            "left over": _left_over(catalogue),
            "examined": {
                one.name: (one.well, one.result) for one in upkeep.examine(catalogue, None) if not one.well
            },
        }
    finally:
        catalogue.close()


def _records(catalogue: Catalogue, turns: Mapping[int, int]) -> Mapping[object, object]:
    with catalogue.ledger.database.reading() as db:
        rows = db.execute(tables.records.select()).all()
    return {
        row.id: (
            *(row.subject, row.kind, row.title, row.state, row.digest, row.missed, row.leaving is None),
            *(turns.get(row.first), turns.get(row.written)),
        )
        for row in rows
    }


def _statements(catalogue: Catalogue, turns: Mapping[int, int]) -> Mapping[object, object]:
    """What the store says of each record; that its own statements have its digest is examined besides."""
    found: dict[object, object] = {}
    for name in catalogue.store.graphs():
        id = name.value.rpartition("/record/")[2]
        if name == record_iri(catalogue.base, id):
            envelope, own = opened(name, catalogue.store.read([name])[name])
            found[id] = (len(own), _said(envelope, turns) if envelope else None)
    return found


def _said(envelope: Envelope, turns: Mapping[int, int]) -> object:
    history = {str(path): turns.get(brought.run) for path, brought in envelope.history.items()}
    members = sorted(node.value for node in envelope.member_of)
    return (envelope.kind, envelope.origin, envelope.digest, members, turns.get(envelope.run), history)


def _rejected(catalogue: Catalogue, runs: list[tuple[Run, ...]]) -> Mapping[object, object]:
    last = {turn: some[-1].id for turn, some in enumerate(runs, 1)}
    return {
        turn: [(item.place, item.origin, item.reason) for item in catalogue.ledger.runs.rejected(id)]
        for turn, id in last.items()
    }


def _counts(run: Run) -> object:
    came = run.new + run.changed + run.unchanged
    return (run.state, run.message, run.whole, came, run.rejected, run.missing, run.gone, run.withheld)


def _activities(catalogue: Catalogue, runs: list[tuple[Run, ...]]) -> Mapping[object, object]:
    """Whether the store tells of the last run of each generation."""
    names = {name.value for name in catalogue.store.graphs()}
    return {turn: run_iri(catalogue.base, some[-1].id).value in names for turn, some in enumerate(runs, 1)}


def _standing(catalogue: Catalogue) -> Mapping[object, object]:
    standing = catalogue.ledger.sources.standing(SOURCE)
    remembered = {
        name: value for name, value in standing.remembered.items() if name not in ("since", "from", "began")
    }
    return {"remembered": remembered, "full due": standing.full_due, "failures": standing.failures}


def _left_over(catalogue: Catalogue) -> Mapping[object, object]:
    with catalogue.ledger.database.reading() as db:
        points = db.scalar(sql.select(sql.func.count()).select_from(tables.checkpoints))
    return {
        "checkpoints": points,
        "intended": catalogue.ledger.intended(),
        "unfinished": catalogue.ledger.unfinished(),
        "not joined": catalogue.ledger.clusters.turned(),
    }


def _differences(expected: Facts, found: Facts) -> Iterator[str]:
    for part, wanted in expected.items():
        had = found[part]
        compared = had.keys() if part.startswith("counts") else wanted.keys() | had.keys()
        odd = sorted((key for key in compared if wanted.get(key) != had.get(key)), key=str)
        for key in odd[:MOST_SHOWN]:
            yield f"{part} differ in {key}: {wanted.get(key)!r:.600} expected, {had.get(key)!r:.600} found"
        if odd[MOST_SHOWN:]:
            yield f"{part} differ in {len(odd) - MOST_SHOWN:,} more"


if __name__ == "__main__":
    main()
