"""The transport under the client: it connects to checked addresses only and obeys the deadline."""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

import certifi
import httpcore
import httpx

from harvesters.addresses import Resolve, permitted_addresses, system_resolve

DEADLINE: Final = "deadline"
"""The request extension that carries the `Deadline`."""

_IDLE_S: Final = 15.0
_CONNECT_S: Final = 15.0


class Deadline:
    """The end of one exchange; waiting that is not the server's fault may be left out of it."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Seconds left; zero or less when it is over."""
        return self._end - self._clock()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What happens inside does not count."""
        started = self._clock()
        yield
        self._end += self._clock() - started


class GuardedTransport(httpx.BaseTransport):
    """Moves one request and its answer; refuses hosts that lead to addresses which are not public.

    The address that was checked is the one connected to, under the name that was asked (Host header
    and TLS), so a name that changes its address between the two gains nothing. Proxies named in the
    environment are not used.
    """

    def __init__(self, allow_hosts: frozenset[str], resolve: Resolve = system_resolve) -> None:
        self._network = _GuardedNetwork(allow_hosts, resolve)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), keepalive_expiry=_IDLE_S, network_backend=self._network
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._network.obey(request.extensions.get(DEADLINE))
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx(request):
            answer = self._pool.handle_request(asked)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer, request),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response, request: httpx.Request) -> None:
        self._answer = answer
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx(self._request):
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _GuardedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses; the deadline is that of the thread that asks."""

    def __init__(self, allow_hosts: frozenset[str], resolve: Resolve) -> None:
        self._allow_hosts = allow_hosts
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()
        self._asking = threading.local()

    def obey(self, deadline: Deadline | None) -> None:
        """Set the deadline of what this thread does next."""
        self._asking.deadline = deadline

    def within(self, timeout: float | None) -> float | None:
        """The time that one call may take; raises ReadTimeout when none is left."""
        deadline: Deadline | None = getattr(self._asking, "deadline", None)
        if deadline is None:
            return timeout
        remaining = deadline.remaining()
        if remaining <= 0:
            raise httpcore.ReadTimeout("The deadline has passed.")
        return remaining if timeout is None else min(timeout, remaining)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in permitted_addresses(host, port, self._allow_hosts, self._resolve):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, self.within(_CONNECT_S), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _GuardedStream(stream, self)
        raise failure


class _GuardedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, network: _GuardedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._network.within(timeout))
        return _GuardedStream(secured, self._network)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """Failures of the engine below as those of httpx, which every httpx transport raises."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error), request=request) from error
    except httpcore.ConnectError as error:
        raise httpx.ConnectError(str(error), request=request) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.ReadError(str(error), request=request) from error


@cache
def _trust() -> ssl.SSLContext:
    """Certificates are always checked, against the bundled authorities and those of the system."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context
