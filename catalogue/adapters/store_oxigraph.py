"""The triple store in this process: Oxigraph on disk, or in memory."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, Triple

from catalogue.adapters.exact_literals import noted, restored
from catalogue.errors import Conflict, Invalid, Unavailable


class OxigraphStore:
    """A `TripleStore`; one process owns the folder. `folder` None keeps everything in memory."""

    def __init__(self, folder: Path | None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        try:
            self._store = Store(folder) if folder is not None else Store()
        except OSError as error:
            if "lock" not in str(error).lower():
                raise Unavailable(f"The store in {folder} cannot be opened: {error}.") from error
            raise Conflict(
                f"The catalogue in {folder.parent if folder else ''} is open in another process. "
                "Stop that one first, or use its web interface."
            ) from error

    def graph(self, name: NamedNode) -> list[Triple]:
        return restored(quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def replace(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        """New graphs go in by one bulk load, existing ones are replaced in one update each batch."""
        new: list[str] = []
        added: list[NamedNode] = []
        updates: list[str] = []
        for number, (name, triples) in enumerate(graphs.items()):
            statements = [_statement(triple, number) for triple in noted(triples)]
            if self._store.contains_named_graph(name):
                block = " .\n".join(statements)
                updates.append(f"DROP GRAPH {name};\nINSERT DATA {{ GRAPH {name} {{\n{block}\n}} }}")
            else:
                new.extend(f"{statement} {name} ." for statement in statements)
                added.append(name)
        try:
            if new:
                self._store.bulk_load("\n".join(new).encode(), format=RdfFormat.N_QUADS)
            if updates:
                self._update(updates, added)
            self._store.flush()
        except OSError as error:
            raise Unavailable(f"The store could not be written: {error}.") from error
        except SyntaxError as error:
            raise Invalid(f"A statement cannot be stored: {error.msg}. Nothing was written.") from error

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


def _statement(triple: Triple, scope: int) -> str:
    """A triple as N-Triples without its full stop; blank nodes are kept apart between graphs."""
    subject, predicate, value = triple
    if isinstance(subject, BlankNode):
        subject = BlankNode(f"g{scope}x{subject.value}")
    elif not isinstance(value, BlankNode):
        return str(triple)
    if isinstance(value, BlankNode):
        value = BlankNode(f"g{scope}x{value.value}")
    return str(Triple(subject, predicate, value))
