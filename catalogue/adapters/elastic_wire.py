"""The one way to ask a cluster: Elasticsearch or OpenSearch, each through its own client.

Which of the two it is is found out first, because the client of Elasticsearch refuses OpenSearch
only after the request was carried out. What the two call differently stands here, how each is reached in
`elastic_clients`.
"""

import threading
from collections.abc import Mapping, Sequence
from typing import Final, cast

import orjson

from catalogue.adapters.elastic_clients import (
    ELASTICSEARCH,
    Client,
    Cluster,
    Reply,
    Request,
    closed,
    connected,
    silence,
)
from catalogue.errors import Unavailable

Json = Mapping[str, object]

_LINES: Final = "application/x-ndjson"
_WRITING_S: Final = 120.0
"""How long a cluster may take over what nobody waits for at a page."""

_BUSY: Final = frozenset({429, 502, 503, 504})
_REFUSED: Final = frozenset({401, 403})


class Busy(Unavailable):
    """The cluster is there and takes no more for the moment; the same may go through later."""


class Wire:
    """A cluster. Nothing is sent before the first question, so that pages can start without it."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._writing_s = max(_WRITING_S, cluster.timeout_s)
        self._opening = threading.Lock()
        self._client: Client | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
    ) -> Reply:
        """Send a question that a reader may wait for.

        Raises Unavailable for every status above 299 that is not in `allowed`.
        """
        content = b"" if body is None else orjson.dumps(body)
        return self._sent(Request(method, path, self._cluster.timeout_s, params or {}, content), allowed)

    def ask_all(self, index: str, bodies: Sequence[object]) -> list[Reply]:
        """Send several searches in one request; as `ask` with 404 allowed, for each."""
        head = orjson.dumps({"allow_partial_search_results": False})
        lines = b"".join(b"%b\n%b\n" % (head, orjson.dumps(body)) for body in bodies)
        request = Request("POST", f"/{index}/_msearch", self._cluster.timeout_s, {}, lines, _LINES)
        whole = self._sent(request, (404,))
        if whole.status == 404:
            return [whole for _ in bodies]
        told = cast(Sequence[Json], whole.body["responses"])
        return [self._taken(Reply(cast(int, body.get("status", 200)), body), (404,)) for body in told]

    def tell(self, method: str, path: str, body: object = None) -> Reply:
        """Send an order, which may take its time."""
        content = b"" if body is None else orjson.dumps(body)
        return self._sent(Request(method, path, self._writing_s, {}, content))

    def bulk(self, index: str, lines: bytes, *, alias: bool) -> Json:
        """Send lines of actions and documents; raises Busy when the cluster takes none of them.

        With `alias` the index must be one, so that a lost index is never made by chance.
        """
        params = {"require_alias": "true"} if alias else {}
        return self._sent(Request("POST", f"/{index}/_bulk", self._writing_s, params, lines, _LINES)).body

    def hold(self, index: str, keep: str) -> str:
        """Keep the present state of an index for a time such as "2m"; returns the name of that state."""
        if self._opened().flavour == ELASTICSEARCH:
            path, name = f"/{index}/_pit", "id"
        else:
            path, name = f"/{index}/_search/point_in_time", "pit_id"
        return cast(str, self.ask("POST", path, params={"keep_alive": keep}).body[name])

    def let_go(self, state: str) -> None:
        """End the keeping of a state; one that is gone already is passed over."""
        if self._opened().flavour == ELASTICSEARCH:
            self.ask("DELETE", "/_pit", {"id": state}, allowed=(404,))
        else:
            self.ask("DELETE", "/_search/point_in_time", {"pit_id": [state]}, allowed=(404,))

    def close(self) -> None:
        """Let go of all connections."""
        with self._opening:
            if self._client:
                self._client.close()
            self._client = None

    def _sent(self, request: Request, allowed: Sequence[int] = ()) -> Reply:
        return self._taken(self._opened().send(request), allowed)

    def _taken(self, reply: Reply, allowed: Sequence[int]) -> Reply:
        """The answer, where it tells of no error that is not allowed."""
        if reply.status < 300 or reply.status in allowed:
            return reply
        raise self._refusal(reply)

    def _opened(self) -> Client:
        if not self._opening.acquire(timeout=self._cluster.timeout_s):
            raise silence(self._cluster, TimeoutError("another thread waits for its first answer"))
        try:
            if self._client is None:
                self._client = connected(self._cluster)
            return self._client
        finally:
            self._opening.release()

    def _refusal(self, reply: Reply) -> Unavailable:
        """What an answer with an error means for whoever asked."""
        said = f"{reply.status} ({reason(reply.body)})"
        if reply.status in _REFUSED:
            return closed(self._cluster, said)
        told = f"{self._cluster.shown} answered {said}."
        if reply.status in _BUSY:
            return Busy("The search index cannot answer at the moment.", told)
        return Unavailable("The search index refused a request.", told)


def reason(body: object) -> str:
    """Why a request or one of its parts failed, in the words of the cluster, from the innermost cause."""
    error = body.get("error", body) if isinstance(body, Mapping) else body
    if not isinstance(error, Mapping):
        return str(error)[:300] or "no reason given"
    causes = error.get("root_cause") or ()
    inner = error.get("caused_by") or next(iter(causes), None)
    if isinstance(inner, Mapping) and inner.get("reason"):
        return reason(inner)
    return f"{error.get('type', 'error')}: {error.get('reason', 'no reason given')}"[:300]
