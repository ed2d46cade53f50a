"""The index as it was after one commit, with the counts already made on it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from tantivy import DocAddress, Index, Query, Schema, Searcher

from catalogue.adapters.rows import row_from_json
from catalogue.adapters.tantivy_schema import COPY, LANGUAGE, ROW, STANDING
from catalogue.search import Row

_MOST_REMEMBERED: Final = 1024


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Never changes but for what it remembers, so that any thread may use it."""

    searcher: Searcher
    schema: Schema
    languages: tuple[str, ...]
    copies: bool = False
    """Whether there are descriptions that another one leads."""
    counted: dict[tuple[Hashable, str], Mapping[str, int]] = field(default_factory=dict)
    """Counts by value, under the key of the conditions and the name of the facet."""

    def count(self, query: Query) -> int:
        """How many records match."""
        return cast(int, self.searcher.search(query, 1).count)  # type: ignore[attr-defined]

    def row(self, address: DocAddress) -> Row:
        """The row of a record."""
        return row_from_json(cast(bytes, self.searcher.doc(address).get_first(ROW)))

    def remember(self, key: Hashable, name: str, counts: Mapping[str, int]) -> None:
        """Keep counts that are not to be changed any more."""
        if len(self.counted) >= _MOST_REMEMBERED:
            self.counted.clear()
        self.counted[key, name] = counts


def take_snapshot(index: Index, schema: Schema) -> Snapshot:
    """The index as of its last reload."""
    searcher = index.searcher()
    languages = tuple(sorted(tag for tag, _ in searcher.terms_with_prefix(LANGUAGE, "")))
    copies = Query.term_query(schema, STANDING, COPY, "basic")
    return Snapshot(searcher, schema, languages, bool(searcher.search(copies, 1).hits))
