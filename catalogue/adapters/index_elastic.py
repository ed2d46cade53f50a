"""The search index on a cluster of Elasticsearch or OpenSearch, shared by many processes."""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, cast

from catalogue.adapters import elastic_answer, elastic_suggest
from catalogue.adapters.elastic_answer import Answer, Found
from catalogue.adapters.elastic_bulk import Line, Sleep, put_line, remove_line, send
from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.elastic_mapping import document, mapping, settings
from catalogue.adapters.elastic_patience import Patience
from catalogue.adapters.elastic_query import Conditions, narrowing, text_query
from catalogue.adapters.elastic_wire import Wire
from catalogue.adapters.suggestions import beginning
from catalogue.adapters.typed import read
from catalogue.errors import CatalogueError, Unavailable
from catalogue.query_url import checked
from catalogue.search import MOST_ROWS, Row, SearchDocument, SearchQuery, SearchResult, Suggestion

log = logging.getLogger(__name__)

_KEPT: Final = "2m"
"""How long the cluster keeps a state between two pages of an export."""

_ROWS_AT_A_TIME: Final = 1_000
_ALL_VALUES: Final = 65_000
_KNOWN_S: Final = 2.0
"""How long a search may take to notice that another process built the index anew."""

_WHOLE: Final = {"allow_partial_search_results": "false"}
_BUILT_ANEW: Final = "A worker builds it anew by itself; `fairfinder reindex` does it at once."


@dataclass(frozen=True, slots=True)
class _Generation:
    """One complete index and the fingerprint of the fields that it was built from."""

    index: str
    fingerprint: str


class ElasticIndex:
    """A `SearchIndex`; any number of threads and processes may search and write.

    `name` is the alias that is searched and written; behind it stands one generation, an index
    called `<name>-<12 hex digits>`.
    """

    def __init__(
        self,
        cluster: Cluster,
        name: str,
        fingerprint: str,
        *,
        shards: int = 1,
        sleep: Sleep = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the index; the cluster is asked with the first question.

        `fingerprint` is that of the fields from which documents are built from now on.
        """
        self._wire = Wire(cluster)
        self._timeout = f"{int(cluster.timeout_s * 1000)}ms"
        self.name = name
        self._fingerprint = fingerprint
        self._shards = shards
        self._sleep = sleep
        self._clock = clock
        self._patience = Patience(clock, cluster.timeout_s)
        self._seen_well = -_KNOWN_S

    def put(self, documents: Iterable[SearchDocument], without: Iterable[str] = ()) -> None:
        """Add documents and take others out.

        Nothing is sent before all of them are made. Where the cluster fails on the way a part may be
        in; putting the same again is harmless. An index that is not there is never made here, or it
        would answer with the little that was just put: `rebuild` makes it.
        """
        lines = [*map(_line, documents), *map(remove_line, without)]
        self._require_own_fields()
        send(self._wire, self.name, lines, self._sleep)
        self._wire.tell("POST", f"/{self.name}/_refresh")

    def search(self, query: SearchQuery) -> SearchResult:
        """Answer a query in one request; in two where nothing holds the words as written."""
        query = checked(query)
        with self._patience.asking():
            conditions, found, counts = self._found(query)
        return elastic_answer.result(conditions, query, found, counts)

    def rows(self, query: SearchQuery) -> Iterator[Row]:
        """The rows of all pages from a state that the cluster keeps for as long."""
        return self._rows(checked(query))

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Titles whose words begin with what is typed, then keywords."""
        words = beginning(prefix)
        if not words or limit < 1:
            return ()
        with self._patience.asking():
            self._require_readable()
            answer = self._asked(f"/{self.name}/_search", elastic_suggest.request(words, limit))
        return elastic_suggest.result(words, limit, answer)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Write a new generation and let the alias lead to it; the old one is searched until then.

        One process at a time may rebuild, and none may put meanwhile: the callers see to that.
        """
        self._sweep()
        built = f"{self.name}-{uuid.uuid4().hex[:12]}"
        self._create(built)
        try:
            number = self._fill(built, documents)
            self._swap(built)
        except BaseException:
            with suppress(CatalogueError):
                self._delete(built)
            raise
        self._sweep()
        return number

    def fingerprint(self) -> str:
        """The fingerprint of the live generation, "" where there is none."""
        live = self._live()
        return live.fingerprint if live else ""

    def close(self) -> None:
        """Let go of all connections."""
        self._wire.close()

    # --- searching

    def _found(self, query: SearchQuery) -> tuple[Conditions, Answer, Answer]:
        """What is searched for, the page and the counts; with close spellings where nothing is written so."""
        self._require_readable()
        conditions = _as_written(query)
        found, counts = self._page(conditions, query)
        if elastic_answer.matches_as_written(counts) or not conditions.typed.wanted:
            return conditions, found, counts
        near = _nearly(conditions)
        close, close_counts = self._page(near, query)
        if elastic_answer.matches_as_written(close_counts):
            return near, close, close_counts
        return conditions, found, counts

    def _page(self, conditions: Conditions, query: SearchQuery) -> tuple[Answer, Answer]:
        hits, counts = elastic_answer.hits(conditions, query), elastic_answer.counts(conditions, query)
        found, counted = self._both(hits, counts)
        if elastic_answer.is_certain(counted):
            return found, counted
        return self._both(hits, elastic_answer.counts(conditions, query, _ALL_VALUES))

    def _rows(self, query: SearchQuery) -> Iterator[Row]:
        self._require_readable()
        conditions = self._matching(_as_written(query))
        state = self._wire.hold(self.name, _KEPT)
        try:
            left = MOST_ROWS
            after: Mapping[str, object] = {}
            while left and (hits := self._next(conditions, query, state, after, left)):
                yield from map(elastic_answer.row, hits)
                left -= len(hits)
                after = {"search_after": hits[-1]["sort"]}
        finally:
            self._wire.let_go(state)

    def _matching(self, conditions: Conditions) -> Conditions:
        """What is searched for, with close spellings where nothing is written so; nothing is counted."""
        if not conditions.typed.wanted or self._is_found(conditions):
            return conditions
        near = _nearly(conditions)
        return near if self._is_found(near) else conditions

    def _is_found(self, conditions: Conditions) -> bool:
        """Whether the words alone, without filters and ranges, match anything."""
        answer = self._asked(f"/{self.name}/_search", elastic_answer.first(conditions))
        return bool(answer["hits"]["hits"])

    def _next(
        self, conditions: Conditions, query: SearchQuery, state: str, after: Mapping[str, object], left: int
    ) -> list[Found]:
        body = {
            **elastic_answer.page(conditions, query),
            **after,
            "size": min(_ROWS_AT_A_TIME, left),
            "pit": {"id": state, "keep_alive": _KEPT},
        }
        return self._asked("/_search", body)["hits"]["hits"]

    def _asked(self, path: str, body: Mapping[str, object]) -> Answer:
        """The whole answer to a search of one part."""
        timed = {**body, "timeout": self._timeout}
        reply = self._wire.ask("POST", path, timed, params=_WHOLE, allowed=(404,))
        return self._whole(reply.status, reply.body)

    def _both(self, hits: Mapping[str, object], counts: Mapping[str, object]) -> tuple[Answer, Answer]:
        """The whole answer to a search of two parts."""
        bodies = [{**body, "timeout": self._timeout} for body in (hits, counts)]
        found, counted = self._wire.ask_all(self.name, bodies)
        return self._whole(found.status, found.body), self._whole(counted.status, counted.body)

    def _whole(self, status: int, body: Mapping[str, object]) -> Answer:
        """The answer; raises Unavailable for none and for a part of one."""
        if status == 404:
            raise self._lost()
        shards = cast(Mapping[str, int], body["_shards"])
        if body["timed_out"] or shards["failed"]:
            raise Unavailable(
                "The search index answered in part only, so its answer was not used.",
                f"{shards['failed']} of {shards['total']} shards failed, or time ran out.",
            )
        return cast(Answer, body)

    # --- generations

    def _live(self) -> _Generation | None:
        """The generation behind the alias."""
        reply = self._wire.ask("GET", f"/{self.name}/_mapping", allowed=(404,))
        if reply.status == 404:
            return None
        found = {index: _meta(told) for index, told in reply.body.items()}
        if len(found) > 1 or self.name in found:
            raise Unavailable(
                "Something else stands in the place of the search index.",
                f"“{self.name}” should be the alias of one index and stands for {', '.join(found)}. Delete "
                "what is not FAIRfinder's, or choose another FAIRFINDER_INDEX_NAME.",
            )
        ((index, meta),) = found.items()
        return _Generation(index, meta.get("fingerprint", ""))

    def _require_own_fields(self) -> None:
        """Raise Unavailable where there is no live generation, or one of other fields than ours."""
        live = self._live()
        if live is None:
            raise self._lost()
        if live.fingerprint not in ("", self._fingerprint):
            raise Unavailable(
                "The search index is being brought to another version of FAIRfinder.",
                f"“{self.name}” is of the fields {live.fingerprint}, not {self._fingerprint}. {_BUILT_ANEW}",
            )

    def _lost(self) -> Unavailable:
        return Unavailable("The search index is being built.", f"“{self.name}” is not there. {_BUILT_ANEW}")

    def _require_readable(self) -> None:
        """As `_require_own_fields`, asked once in a while."""
        now = self._clock()
        if now - self._seen_well >= _KNOWN_S:
            self._require_own_fields()
            self._seen_well = now

    def _create(self, index: str) -> None:
        """Make an index that is written without being searched, for which it need not be made ready."""
        made = settings(self._shards) | {"refresh_interval": "-1"}
        self._wire.tell("PUT", f"/{index}", {"settings": made, "mappings": mapping(self._fingerprint)})

    def _fill(self, index: str, documents: Iterable[SearchDocument]) -> int:
        """Write all documents into an index that nobody searches yet."""
        number = 0

        def lines() -> Iterator[Line]:
            nonlocal number
            for source in documents:
                number += 1
                yield _line(source)

        send(self._wire, index, lines(), self._sleep, alias=False)
        self._wire.tell("POST", f"/{index}/_refresh")
        self._wire.tell("PUT", f"/{index}/_settings", {"index": {"refresh_interval": None}})
        kept = self._wire.tell("GET", f"/{index}/_count").body["count"]
        if kept != number:
            raise Unavailable(
                "The new search index is not whole, so the old one stays.",
                f"The cluster kept {kept} of {number} documents.",
            )
        return number

    def _swap(self, built: str) -> None:
        live = self._live()
        actions: list[object] = [{"add": {"index": built, "alias": self.name}}]
        if live:
            actions.insert(0, {"remove": {"index": live.index, "alias": self.name}})
        self._wire.tell("POST", "/_aliases", {"actions": actions})

    def _sweep(self) -> None:
        """Delete the generations that the alias does not lead to: the former one, and broken-off ones."""
        live = self._live()
        ours = re.compile(rf"{re.escape(self.name)}-[0-9a-f]{{12}}")
        reply = self._wire.ask("GET", f"/{self.name}-*/_mapping", allowed=(404,))
        for index, told in reply.body.items() if reply.status == 200 else ():
            left = live is None or index != live.index
            if left and ours.fullmatch(index) and _meta(told).get("product") == "fairfinder":
                log.info("deleting %s, which no search uses", index)
                self._delete(index)

    def _delete(self, index: str) -> None:
        self._wire.ask("DELETE", f"/{index}", allowed=(404,))


def _as_written(query: SearchQuery) -> Conditions:
    typed = read(query.text)
    return Conditions(typed, text_query(typed), narrowing(query), query.copies)


def _nearly(conditions: Conditions) -> Conditions:
    """The same with close spellings."""
    return replace(conditions, text=text_query(conditions.typed, close=True), close=True)


def _line(source: SearchDocument) -> Line:
    return put_line(source.row.id, document(source))


def _meta(told: object) -> Mapping[str, str]:
    """What we wrote into the mapping of an index."""
    mappings = cast(Mapping[str, Mapping[str, Mapping[str, str]]], told)["mappings"]
    return mappings.get("_meta", {})
