"""A store and an index that several processes share: a file for each graph, and one for each document."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from catalogue.search import SearchDocument
from catalogue.store import Statements

Gate = Callable[[str], None]


class FolderStore:
    """Graphs as N-Triples; `gate` is passed before and after each write."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self._folder = folder
        self._gate = gate
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, names: Iterable[NamedNode]) -> dict[NamedNode, list[Triple]]:
        return {name: self._graph(name) for name in names}

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        self._gate("before")
        for name, told in graphs.items():
            text = told if isinstance(told, bytes) else serialize(told, format=RdfFormat.N_TRIPLES) or b""
            _write(self._file(name), text)
        self._gate("after")

    def remove(self, names: Iterable[NamedNode]) -> None:
        for name in names:
            self._file(name).unlink(missing_ok=True)

    def close(self) -> None:
        return

    def _graph(self, name: NamedNode) -> list[Triple]:
        file = self._file(name)
        if not file.exists():
            return []
        return [quad.triple for quad in parse(file.read_bytes(), format=RdfFormat.N_TRIPLES)]

    def _file(self, name: NamedNode) -> Path:
        return self._folder / f"{hashlib.sha256(name.value.encode()).hexdigest()}.nt"


class FolderIndex:
    """The title of each document."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, documents: Iterable[SearchDocument], without: Iterable[str] = ()) -> None:
        for document in documents:
            titles = [words.text for words in document.row.title]
            _write(self._folder / document.row.id, json.dumps(titles).encode())
        for id in without:
            (self._folder / id).unlink(missing_ok=True)

    def titles(self) -> dict[str, str]:
        """The title of each document by its id."""
        return {file.name: json.loads(file.read_text())[0] for file in self._folder.iterdir()}

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        new = list(documents)
        for file in self._folder.iterdir():
            file.unlink()
        self.put(new)
        return len(new)

    def close(self) -> None:
        return


def _write(file: Path, content: bytes) -> None:
    new = file.with_name(f".{file.name}.{os.getpid()}")
    new.write_bytes(content)
    new.replace(file)


def lines(file: Path) -> Iterator[tuple[str, str]]:
    """The names and titles that a source has."""
    for line in file.read_text().splitlines():
        name, _, title = line.partition(" ")
        yield name, title
