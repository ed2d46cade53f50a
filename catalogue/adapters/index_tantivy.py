"""The search index on tantivy, embedded: in memory or in a folder that several processes share."""

import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tantivy import Index, IndexWriter

from catalogue.adapters.analysis import register
from catalogue.adapters.tantivy_folder import Folder, Generation, is_locked
from catalogue.adapters.tantivy_schema import ID, build_document, build_schema
from catalogue.adapters.tantivy_search import answer, rows
from catalogue.adapters.tantivy_snapshot import Snapshot, take_snapshot
from catalogue.adapters.tantivy_suggest import completions
from catalogue.errors import Conflict, Unavailable
from catalogue.query_url import checked
from catalogue.search import Row, SearchDocument, SearchQuery, SearchResult, Suggestion

log = logging.getLogger(__name__)

_REBUILD_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class _Live:
    """The index that is searched; `stamp` is that of the files of which it is a snapshot."""

    index: Index
    snapshot: Snapshot
    fingerprint: str = ""
    generation: Generation | None = None
    stamp: tuple[int, ...] = ()


class TantivyIndex:
    """A `SearchIndex`; any number of threads may search while one writes."""

    def __init__(self, folder: Path | None, fingerprint: str, memory_mb: int = 128) -> None:
        """Open the index in a folder, made when it is not there; None keeps it in memory.

        `fingerprint` is that of the fields from which documents are built from now on.
        """
        self._schema = build_schema()
        self._folder = Folder(folder) if folder else None
        self._fingerprint = fingerprint
        self._memory = memory_mb * 1_000_000
        self._writing = threading.RLock()
        self._swapping = threading.RLock()
        self._writer: IndexWriter | None = None
        self._written: Index | None = None
        if self._folder:
            self._folder.sweep()
        self._live = self._open()

    def put(self, documents: Iterable[SearchDocument], without: Iterable[str] = ()) -> None:
        """Add documents and take others out, all of them or none."""
        with self._writing:
            self._write(self._own_writer(), documents, without)
            self._refresh()

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a query from one snapshot of the index."""
        return answer(self._followed().snapshot, checked(query))

    def rows(self, query: SearchQuery) -> Iterator[Row]:
        """The rows of all pages from one snapshot of the index."""
        return rows(self._followed().snapshot, checked(query))

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Titles whose words begin with what is typed, then keywords."""
        return completions(self._followed().snapshot, prefix, limit)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Write a new generation and make it the live one; the old one is searched until then.

        Other writes of this process wait and go into the new generation.
        """
        with self._writing:
            self._own_writer()
            built = self._new(self._fingerprint)
            try:
                writer = self._writer_of(built.index, _REBUILD_THREADS)
                number = self._write(writer, documents)
                writer.wait_merging_threads()
                replaced = self._publish(built)
            except BaseException:
                self._discard(built)
                raise
            self._release_writer()
            self._discard(replaced)
        return number

    def fingerprint(self) -> str:
        """The fingerprint of the live generation."""
        return self._followed().fingerprint

    def close(self) -> None:
        """Let other processes write; searches still work."""
        with self._writing:
            self._release_writer()

    def _open(self) -> _Live:
        """The live generation, a new and empty one where there is none that can be used."""
        generation = self._folder.live() if self._folder else None
        if generation:
            try:
                return self._loaded(generation.fingerprint, generation)
            except ValueError as error:
                log.warning("the search index is unusable and starts empty: %s", error)
        new = self._new("")
        if self._folder and new.generation:
            self._folder.make_live(new.generation)
        return self._current(new)

    def _new(self, fingerprint: str) -> _Live:
        """An empty index that nobody searches yet."""
        generation = self._folder.new(fingerprint) if self._folder else None
        return self._loaded(fingerprint, generation)

    def _loaded(self, fingerprint: str, generation: Generation | None) -> _Live:
        index = Index(self._schema, str(generation.path) if generation else None)
        register(index)
        index.config_reader("manual")
        stamp = self._stamp(generation)
        return _Live(index, take_snapshot(index, self._schema), fingerprint, generation, stamp)

    def _stamp(self, generation: Generation | None) -> tuple[int, ...]:
        return self._folder.stamp(generation) if self._folder else ()

    def _current(self, live: _Live) -> _Live:
        """The same index as of its last commit; the stamp is taken first, lest a commit be missed."""
        stamp = self._stamp(live.generation)
        live.index.reload()
        return replace(live, snapshot=take_snapshot(live.index, self._schema), stamp=stamp)

    def _refresh(self) -> None:
        with self._swapping:
            self._live = self._current(self._live)

    def _publish(self, built: _Live) -> _Live:
        """Make an index the live one; returns the one it replaces."""
        with self._swapping:
            replaced = self._live
            if self._folder and built.generation:
                self._folder.make_live(built.generation)
            self._live = self._current(built)
            return replaced

    def _discard(self, live: _Live) -> None:
        if self._folder and live.generation:
            self._folder.discard(live.generation)

    def _followed(self) -> _Live:
        """The live index, with what other processes have committed or swapped since."""
        if self._stamp(self._live.generation) != self._live.stamp:
            with self._swapping:
                live = self._folder.live() if self._folder else None
                same = live == self._live.generation
                self._live = self._current(self._live) if same else self._open()
        return self._live

    def _own_writer(self) -> IndexWriter:
        """The one writer, made when it is first needed; raises Conflict when it is elsewhere."""
        live = self._followed()
        if self._writer is None or self._written is not live.index:
            self._release_writer()
            self._writer, self._written = self._writer_of(live.index, 1), live.index
        return self._writer

    def _writer_of(self, index: Index, threads: int) -> IndexWriter:
        try:
            return index.writer(self._memory, threads)
        except ValueError as error:
            if is_locked(error):
                raise Conflict(
                    "Another process is writing to the search index. Stop it, or try again when"
                    " it has finished."
                ) from error
            raise Unavailable(f"The search index cannot be written: {error}") from error

    def _release_writer(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = self._written = None

    def _write(
        self, writer: IndexWriter, documents: Iterable[SearchDocument], without: Iterable[str] = ()
    ) -> int:
        """Add and take out documents and commit, or leave the index as it was."""
        number = 0
        try:
            for document in documents:
                number += 1
                writer.delete_documents_by_term(ID, document.row.id)
                writer.add_document(build_document(document))
            for record in without:
                writer.delete_documents_by_term(ID, record)
        except BaseException:
            writer.rollback()
            raise
        _commit(writer)
        return number


def _commit(writer: IndexWriter) -> None:
    try:
        writer.commit()
    except (ValueError, OSError) as error:
        raise Unavailable(f"The search index cannot be written: {error}") from error
