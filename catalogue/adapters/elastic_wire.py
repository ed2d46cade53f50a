"""The one way to ask a cluster: Elasticsearch or OpenSearch, each through its own client.

Which of the two it is is found out first, because the client of Elasticsearch refuses OpenSearch
only after the request was carried out. Everything that the two do differently stands here.
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
    closed,
    connected,
    silence,
)
from catalogue.errors import Unavailable

Json = Mapping[str, object]

_JSON: Final = "application/json"
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
        return self._asked(method, path, body, params or {}, allowed, self._cluster.timeout_s)

    def ask_all(self, index: str, bodies: Sequence[object]) -> list[Reply]:
        """Send several searches in one request; as `ask` with 404 allowed, for each."""
        head = orjson.dumps({"allow_partial_search_results": False})
        lines = b"".join(b"%b\n%b\n" % (head, orjson.dumps(body)) for body in bodies)
        wait = self._cluster.timeout_s
        whole = self._opened().send("POST", f"/{index}/_msearch", {}, lines, _LINES, wait)
        if whole.status == 404:
            return [whole for _ in bodies]
        if whole.status >= 300:
            raise self._refusal(whole)
        told = cast(Sequence[Json], whole.body["responses"])
        replies = [Reply(cast(int, body.get("status", 200)), body) for body in told]
        for reply in replies:
            if reply.status >= 300 and reply.status != 404:
                raise self._refusal(reply)
        return replies

    def tell(self, method: str, path: str, body: object = None) -> Reply:
        """Send an order, which may take its time."""
        return self._asked(method, path, body, {}, (), max(_WRITING_S, self._cluster.timeout_s))

    def bulk(self, index: str, lines: bytes, *, alias: bool) -> Json:
        """Send lines of actions and documents; raises Busy when the cluster takes none of them.

        With `alias` the index must be one, so that a lost index is never made by chance.
        """
        params = {"require_alias": "true"} if alias else {}
        timeout_s = max(_WRITING_S, self._cluster.timeout_s)
        reply = self._opened().send("POST", f"/{index}/_bulk", params, lines, _LINES, timeout_s)
        if reply.status < 300:
            return reply.body
        raise self._refusal(reply)

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

    def _asked(
        self,
        method: str,
        path: str,
        body: object,
        params: Mapping[str, str],
        allowed: Sequence[int],
        timeout_s: float,
    ) -> Reply:
        content = b"" if body is None else orjson.dumps(body)
        reply = self._opened().send(method, path, params, content, _JSON, timeout_s)
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
