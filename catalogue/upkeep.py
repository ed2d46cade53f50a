"""Backup, restore and check-up of a whole installation."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from catalogue.canonical import canonical
from catalogue.catalogue import Catalogue
from catalogue.envelope import opened, record_iri, record_of
from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.projection import SEARCHED
from catalogue.search import SearchQuery

STORE: Final = "store"
LEDGER: Final = "ledger.sqlite"
INDEX: Final = "index"
MANIFEST: Final = "manifest.json"
_JOURNALS: Final = (f"{LEDGER}-wal", f"{LEDGER}-shm")
"""What SQLite may leave beside a ledger, and would take for the end of the restored one."""

SPACE_BYTES: Final = 1 << 30
"""Less free space than this is reported: the store needs it to grow and to compact."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `advice` says what to do when it is not well."""

    name: str
    well: bool
    result: str
    advice: str = ""


def backup(catalogue: Catalogue, folder: Path) -> int:
    """Write store and ledger into a new folder, in one consistent state; says how many records.

    The index is left out: it is built anew from the store. Raises Conflict when the folder exists. What
    goes wrong leaves no folder behind.
    """
    if folder.exists():
        raise Conflict(f"{folder} exists already. Name a folder that does not.")
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise Invalid(f"{folder} cannot be made: {error.strerror}. Name a folder that can.") from error
    with ExitStack() as undoing:
        undoing.callback(shutil.rmtree, folder, ignore_errors=True)
        records = _back_up(catalogue, folder)
        undoing.pop_all()
    return records


def restore(folder: Path, data_dir: Path) -> None:
    """Put a backup in place of nothing: the data folder must hold no catalogue yet.

    The next opening builds the index. Raises Invalid when the folder is no backup, Conflict when
    there is a catalogue already.
    """
    if not (folder / MANIFEST).is_file():
        raise Invalid(f"{folder} is not a backup: it has no {MANIFEST}.")
    taken = [name for name in (STORE, LEDGER, *_JOURNALS, INDEX) if (data_dir / name).exists()]
    if taken:
        raise Conflict(
            f"{data_dir} holds a catalogue already ({', '.join(taken)}). Move it away, or set "
            "FAIRFINDER_DATA_DIR to another folder."
        )
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(folder / STORE, data_dir / STORE)
        shutil.copy2(folder / LEDGER, data_dir / LEDGER)
    except OSError as error:
        shutil.rmtree(data_dir / STORE, ignore_errors=True)
        (data_dir / LEDGER).unlink(missing_ok=True)
        raise Unavailable(f"The backup could not be copied: {error}. Nothing was changed.") from error


def examine(catalogue: Catalogue, data_dir: Path | None) -> Iterator[Check]:
    """Look at everything once: counts agree, digests hold, nothing is half written, space is left.

    An engine that does not answer is told like everything else that is not well.
    """
    looks = {"ledger": _ledger, "work": _work, "store": _store, "index": _index, "digests": _digests}
    for name, look in looks.items():
        try:
            yield look(catalogue)
        except Unavailable as error:
            yield Check(name, False, str(error), error.detail)
    if data_dir is not None:
        free = shutil.disk_usage(data_dir).free
        yield Check(
            "disk space", free >= SPACE_BYTES, f"{free / 1e9:,.1f} GB free",
            "Make room: the store needs it to grow and to tidy up.",
        )  # fmt: skip


def _back_up(catalogue: Catalogue, folder: Path) -> int:
    with catalogue.paused():
        catalogue.store.snapshot(folder / STORE)
        catalogue.ledger.snapshot(folder / LEDGER)
        records = catalogue.ledger.count()
    manifest = {
        "product": "fairfinder",
        "version": version("fairfinder"),
        "base_url": catalogue.base,
        "made": catalogue.now().isoformat(),
        "records": records,
    }
    try:
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise Unavailable(f"The backup could not be written: {error}. Make room, then try again.") from error
    return records


def _ledger(catalogue: Catalogue) -> Check:
    return Check("ledger", True, f"{catalogue.ledger.count():,} records")


def _work(catalogue: Catalogue) -> Check:
    """Whether what is half written is being written by somebody."""
    held = catalogue.ledger.leases.sources()
    left = [name for name in catalogue.ledger.unfinished() if name not in held]
    result = f"half written: {', '.join(left)}" if left else f"nothing half written, {len(held):,} under way"
    return Check("work", not left, result, "A worker finishes it by itself, and so does the next harvest.")


def _store(catalogue: Catalogue) -> Check:
    entries = catalogue.ledger.count()
    graphs = sum(bool(record_of(catalogue.base, name)) for name in catalogue.store.graphs())
    advice = "Harvest all sources again; what is missing will be put back."
    return Check("store", graphs == entries, f"{graphs:,} graphs of {entries:,} records", advice)


def _index(catalogue: Catalogue) -> Check:
    entries = catalogue.ledger.count(kinds=SEARCHED)
    found = catalogue.search(SearchQuery(size=1, copies=True)).total
    advice = "Run `fairfinder reindex`."
    return Check("index", found == entries, f"{found:,} of {entries:,} records are indexed", advice)


def _digests(catalogue: Catalogue) -> Check:
    """Whether each record is, statement by statement, what was harvested."""
    wrong: list[str] = []
    checked, after = 0, ""
    while page := catalogue.ledger.page(after, 1_000):
        digests = {record_iri(catalogue.base, entry.id): entry for entry in page}
        for iri, graph in catalogue.store.read(digests).items():
            _, own = opened(iri, graph)
            if canonical(own)[1] != digests[iri].digest:
                wrong.append(digests[iri].id)
        checked, after = checked + len(page), page[-1].id
    result = f"{checked - len(wrong):,} of {checked:,} are as they were harvested"
    if wrong:
        result += f"; not so: {', '.join(wrong[:10])}"
    return Check("digests", not wrong, result, "Restore a backup, or harvest their sources again.")
