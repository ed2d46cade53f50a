"""The clients of Elasticsearch and OpenSearch behind one protocol; the package of each is an extra."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from ssl import create_default_context
from typing import Final, Protocol, cast
from urllib.parse import urlsplit

import httpx

from catalogue.errors import Unavailable

ELASTICSEARCH: Final = "elasticsearch"
OPENSEARCH: Final = "opensearch"

_OLDEST: Final[Mapping[str, int]] = {ELASTICSEARCH: 8, OPENSEARCH: 2}
"""The oldest major version of each for which the requests are made."""

_CONNECTIONS: Final = 16
"""How many requests may be under way to one host; more wait."""


class Silent(Unavailable):
    """No answer came, in time or at all."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster is and how it is entered: with a key, or with a user name and a password."""

    urls: tuple[str, ...] = field(repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca: Path | None = None
    timeout_s: float = 10.0

    @property
    def shown(self) -> str:
        """The addresses as an operator may see them: without what stands before an @."""
        return ", ".join(_shown(url) for url in self.urls)

    @property
    def login(self) -> tuple[str, str] | None:
        """User name and password, None where a key or nothing is given."""
        return (self.user, self.password) if self.user and not self.api_key else None

    @property
    def headers(self) -> dict[str, str]:
        """The key as it is sent."""
        return {"authorization": f"ApiKey {self.api_key}"} if self.api_key else {}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and how long its answer may take."""

    method: str
    path: str
    timeout_s: float
    params: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """The status code of an answer and its body."""

    status: int
    body: Mapping[str, object]


class Client(Protocol):
    """One of the two clients."""

    flavour: str

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status; raises Unavailable when there is none in time."""

    def close(self) -> None:
        """Let go of all connections."""


def connected(cluster: Cluster) -> Client:
    """The client for whatever answers at the addresses; raises Unavailable where nothing of use does."""
    flavour = _flavour(cluster)
    try:
        return _Elasticsearch(cluster) if flavour == ELASTICSEARCH else _OpenSearch(cluster)
    except ModuleNotFoundError as error:
        raise Unavailable(
            "The search index cannot be used: a package is missing.",
            f"At {cluster.shown} is {flavour}, which needs the package {error.name}: install "
            f"fairfinder[{flavour}].",
        ) from error


def silence(cluster: Cluster, error: Exception) -> Silent:
    """What it means that no answer came; the last words of the clients say why."""
    cause = f"{type(error).__name__}: {str(error)[-200:]}".replace("\n", " ")
    return Silent(
        "The search index does not answer.",
        f"{cluster.shown}: {cause}. Start the cluster, or check FAIRFINDER_INDEX_URL.",
    )


def closed(cluster: Cluster, said: str) -> Unavailable:
    """What it means that the cluster knows us not."""
    return Unavailable(
        "The search index does not let the catalogue in.",
        f"{cluster.shown} answered {said}. Check FAIRFINDER_INDEX_USER and FAIRFINDER_INDEX_PASSWORD, or "
        "FAIRFINDER_INDEX_API_KEY.",
    )


class _Elasticsearch:
    flavour = ELASTICSEARCH

    def __init__(self, cluster: Cluster) -> None:
        from elastic_transport import TransportError
        from elastic_transport.client_utils import DEFAULT
        from elasticsearch import ApiError, Elasticsearch

        self._cluster = cluster
        self._no_answer, self._refused = TransportError, ApiError
        self._client = Elasticsearch(
            list(cluster.urls),
            basic_auth=cluster.login,
            api_key=cluster.api_key or None,
            ca_certs=str(cluster.ca) if cluster.ca else DEFAULT,
            connections_per_node=_CONNECTIONS,
            max_retries=len(cluster.urls) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
        )

    def send(self, request: Request) -> Reply:
        client = self._client.options(request_timeout=request.timeout_s)
        try:
            answer = client.perform_request(
                request.method,
                request.path,
                params=request.params,
                headers={"accept": "application/json", "content-type": request.media_type},
                body=request.content or None,
            )
        except self._refused as error:
            return Reply(error.status_code, _mapping(error.body))
        except self._no_answer as error:
            raise silence(self._cluster, error) from error
        return Reply(answer.meta.status, _mapping(answer.body))

    def close(self) -> None:
        self._client.close()


class _OpenSearch:
    flavour = OPENSEARCH

    def __init__(self, cluster: Cluster) -> None:
        from opensearchpy import OpenSearch
        from opensearchpy.exceptions import ConnectionError as NoAnswer
        from opensearchpy.exceptions import TransportError

        logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # what fails is raised, not told twice
        self._cluster = cluster
        self._no_answer, self._refused = NoAnswer, TransportError
        self._client = OpenSearch(
            list(cluster.urls),
            http_auth=cluster.login,
            headers=cluster.headers,
            ca_certs=str(cluster.ca) if cluster.ca else None,
            pool_maxsize=_CONNECTIONS,
            max_retries=len(cluster.urls) - 1,
            retry_on_timeout=False,
            retry_on_status=(),
        )

    def send(self, request: Request) -> Reply:
        try:
            body = self._client.transport.perform_request(
                request.method,
                request.path,
                params=dict(request.params),
                body=request.content or None,
                timeout=request.timeout_s,
                headers={"content-type": request.media_type},
            )
        except self._no_answer as error:
            raise silence(self._cluster, error) from error
        except self._refused as error:
            return Reply(int(error.status_code), _mapping(error.info))
        return Reply(200, _mapping(body))

    def close(self) -> None:
        self._client.close()


def _flavour(cluster: Cluster) -> str:
    """Which of the two answers; asked without a client of theirs, from the first address that speaks."""
    verify = create_default_context(cafile=str(cluster.ca)) if cluster.ca else True
    last: Exception = httpx.ConnectError("no address given")
    with httpx.Client(
        auth=cluster.login, headers=cluster.headers, verify=verify, timeout=cluster.timeout_s, trust_env=False
    ) as client:
        for url in cluster.urls:
            try:
                answer = client.get(url)
                break
            except httpx.HTTPError as error:
                last = error
        else:
            raise silence(cluster, last) from last
    return _told(cluster, answer)


def _told(cluster: Cluster, answer: httpx.Response) -> str:
    """The flavour that a cluster says it is of, where we can use it."""
    if answer.status_code in (401, 403):
        raise closed(cluster, str(answer.status_code))
    try:
        version = answer.json()["version"]
        flavour = str(version.get("distribution", ELASTICSEARCH))
        number = str(version["number"])
        major = int(number.partition(".")[0])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(
            "The search index is neither Elasticsearch nor OpenSearch.",
            f"{cluster.shown} answered {answer.status_code} with something else. Check FAIRFINDER_INDEX_URL.",
        ) from error
    if major < _OLDEST.get(flavour, major + 1):
        raise Unavailable(
            "The search index is on a version that cannot be used.",
            f"At {cluster.shown} is {flavour} {number}; needed is Elasticsearch {_OLDEST[ELASTICSEARCH]} or "
            f"OpenSearch {_OLDEST[OPENSEARCH]}, or newer.",
        )
    return flavour


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _mapping(body: object) -> Mapping[str, object]:
    return cast(Mapping[str, object], body) if isinstance(body, Mapping) else {"error": str(body)}
