"""The triple store in this process: Oxigraph on disk, or in memory."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from pyoxigraph import NamedNode, RdfFormat, Store, Triple

from catalogue.adapters.exact_literals import in_oxigraph, restored, statements
from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.store import Statements

_END: Final = b" .\n"

_MANY: Final = 200_000
"""From so many bytes on the engine loads in bulk, which makes a file each time: 15 ms for one record."""

_VAST: Final = 10_000_000
"""A graph of so many bytes is loaded in halves side by side, for the engine uses one thread for a load.

Those with blank nodes are not: a blank node is the same only within one load.
"""

_BUFFER: Final = 1_000_000
_BLANK: Final = b"_:"
_LOAD: Final = "load-"


class OxigraphStore:
    """A `TripleStore`; one process owns the folder. `folder` None keeps everything in memory."""

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        try:
            self._store = Store(folder) if folder is not None else Store()
        except OSError as error:
            if "lock" not in str(error).lower():
                raise Unavailable("The store cannot be opened.", f"{folder}: {error}.") from error
            raise Conflict(
                f"The catalogue in {folder.parent if folder else ''} is open in another process. "
                "Stop that one first, or use its web interface."
            ) from error
        for left in folder.glob(f"{_LOAD}*") if folder is not None else ():
            left.unlink()  # of a process that was killed

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        return {name: self._graph(name) for name in names}

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        """New graphs go in by one load, vast ones by two; existing ones are replaced in one update."""
        try:
            with NamedTemporaryFile(dir=self._folder, prefix=_LOAD, buffering=_BUFFER) as new:
                self._replace(graphs, new)
            self._store.flush()
        except OSError as error:
            raise Unavailable("The store cannot be written.", f"{error}.") from error
        except SyntaxError as error:
            raise Invalid(f"A statement cannot be stored: {error.msg}. Nothing was written.") from error

    def _replace(self, graphs: Mapping[NamedNode, Statements], new: IO[bytes]) -> None:
        """Write graphs; new ones go through a file, for the engine would hold what it loads three times."""
        vast: list[tuple[bytes, NamedNode]] = []
        added: list[NamedNode] = []
        updates: list[str] = []
        for number, (name, graph) in enumerate(graphs.items()):
            block = statements(graph, number, in_oxigraph)
            if self._store.contains_named_graph(name):
                text = block.decode()
                updates.append(f"DROP GRAPH {name};\nINSERT DATA {{ GRAPH {name} {{\n{text}}} }}")
                continue
            added.append(name)
            if len(block) >= _VAST and _BLANK not in block:
                vast += ((half, name) for half in _halves(block))
            else:
                new.write(block.replace(_END, f" {name} .\n".encode()))
        size = new.tell()
        if size:
            new.flush()
            load = self._store.bulk_load if size >= _MANY else self._store.load
            load(path=new.name, format=RdfFormat.N_QUADS)
        if vast:
            self._load_vast(vast, added)
        if updates:
            self._update(updates, added)

    def _graph(self, name: NamedNode) -> list[Triple]:
        return restored(quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def _load_vast(self, parts: list[tuple[bytes, NamedNode]], added: list[NamedNode]) -> None:
        """Load parts of graphs side by side; when one fails, what the others brought is taken out."""
        with ThreadPoolExecutor(2) as threads:
            loads = [
                threads.submit(self._store.bulk_load, part, format=RdfFormat.N_TRIPLES, to_graph=name)
                for part, name in parts
            ]
        try:
            for one in loads:
                one.result()
        except (OSError, SyntaxError):
            self.remove(added)
            raise

    def _update(self, updates: list[str], added: list[NamedNode]) -> None:
        """Replace graphs, and take out those just added when that fails."""
        try:
            self._store.update(";\n".join(updates))
        except (OSError, SyntaxError):
            self.remove(added)
            raise

    def remove(self, names: Iterable[NamedNode]) -> None:
        text = ";\n".join(f"DROP SILENT GRAPH {name}" for name in names)
        if text:
            self._store.update(text)
            self._store.flush()

    def graphs(self) -> Iterator[NamedNode]:
        return (name for name in self._store.named_graphs() if isinstance(name, NamedNode))

    def snapshot(self, folder: Path) -> None:
        if folder.exists():
            raise Conflict(f"{folder} exists already; name a folder that does not.")
        self._store.backup(folder)

    def close(self) -> None:
        """Flush, and free the lock: the engine lets go of it with its last reference."""
        self._store.flush()
        del self._store


def _halves(block: bytes) -> tuple[bytes, bytes]:
    middle = block.index(b"\n", len(block) // 2) + 1
    return block[:middle], block[middle:]
