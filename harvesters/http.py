"""The one polite client of all harvesters: bounded in time, size, tries and reach."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final, Self

import httpx

from catalogue.errors import CatalogueError, Refused, Unavailable, Unreadable
from harvesters.addresses import joined, origin, web_address, without_credentials
from harvesters.credentials import Credentials, Pass
from harvesters.link_header import links
from harvesters.network import DEADLINE, Deadline, GuardedTransport
from harvesters.pace import Pace, retry_after
from harvesters.statuses import Absent, Answered, is_problem, problem_of
from harvesters.unpack import gunzipped, too_large

TRIES: Final = 3
LOOK_S: Final = 20.0
"""How long a look at an address may take, redirects and the second try included."""

MAX_REDIRECTS: Final = 5
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504, *range(505, 600)})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HARMLESS: Final = frozenset({"if-none-match", "if-modified-since", "accept-language"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document as it arrived: plain bytes, and the address that it came from after redirects.

    `links` holds the Link header as relation -> absolute URL. The status is 2xx, or 304 where the
    caller sent a condition.
    """

    url: str
    status: int
    content: bytes
    content_type: str
    etag: str
    last_modified: str
    links: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """How an address answers, and the address that it led to after redirects."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    content: bytes


@dataclass(frozen=True, slots=True)
class _Question:
    """What is sent to a server, wherever it leads, how often at most, and whether its answer is read."""

    method: str
    accept: str
    content: bytes = b""
    content_type: str = ""
    tries: int = TRIES
    is_read: bool = True
    follow: Callable[[httpx.URL], bool] | None = None

    def headers(self) -> dict[str, str]:
        own = {"Accept": self.accept}
        return {**own, "Content-Type": self.content_type} if self.content_type else own

    def redirected(self, status: int, here: httpx.URL, there: httpx.URL) -> "_Question":
        """What is sent to where a redirect leads (RFC 9110, 15.4); raises Refused where that is nothing."""
        if self.follow is not None and not self.follow(there):
            raise Refused(f"{here} is redirected to {there}, which is not to be asked. Nothing was taken.")
        if self.method == "GET":
            return self
        if status in (301, 302, 303):
            return _Question("GET", self.accept)
        if origin(there) != origin(here):
            raise Refused(
                f"{here} is redirected to another server, {there}. What was sent to it was not sent on."
            )
        return self


class Client:
    """Fetches documents for all harvesters; safe to share between threads.

    One request at a time goes to a host, the next at the earliest `delay_s` after it began; the
    hosts in `allow_hosts`, which are the operator's own, need no such distance.
    `timeout_s` is for one `get` as a whole: redirects, tries and waits between them. `max_bytes`
    holds for the bytes on the wire and for the unpacked ones. `contact` is told to every server.
    `credentials`, and a user name and password in `home`, are shown to the origin of `home` alone.
    """

    def __init__(
        self,
        allow_hosts: frozenset[str],
        max_bytes: int,
        timeout_s: float,
        contact: str,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        delay_s: float = 0.1,
        home: str = "",
        credentials: Credentials | None = None,
    ) -> None:
        self._own_hosts = frozenset(host.strip("[]").lower() for host in allow_hosts)
        self._transport = transport or GuardedTransport(self._own_hosts)
        self.max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._sleep = sleep
        self._clock = clock
        self._now = now
        self._pace = Pace(self._own_hosts, delay_s, sleep, clock)
        plain = "".join(letter for letter in contact if " " <= letter <= "~")
        about = f" (+{plain})" if plain else ""
        self._own_headers = {
            "User-Agent": f"FAIRfinder/{version('fairfinder')}{about}",
            "Accept-Encoding": "gzip, identity",
        }
        self._pass = Pass(home, credentials, self.post, clock) if home else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that are kept for the next request."""
        self._transport.close()

    def get(
        self,
        url: str,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        follow: Callable[[httpx.URL], bool] | None = None,
    ) -> Fetched:
        """Fetch a document, following redirects, but none to where `follow` says no.

        `headers`, and a user name and password in the URL, go to the host of `url` alone. Raises
        Absent for 404 and 410, Answered for any other status that brings no document, Refused where
        a safety rule or `follow` forbids it, Unreadable for damaged gzip, else Unavailable.
        """
        return self._fetch(_Question("GET", accept, follow=follow), url, headers or {})

    def post(
        self,
        url: str,
        content: bytes,
        content_type: str,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Send something and fetch the answer; raises as `get` does.

        For what may be asked twice: it is sent again when the server does not answer. A redirect that
        would send the content to another origin is refused.
        """
        return self._fetch(_Question("POST", accept, content, content_type), url, headers or {})

    def look(self, url: str, follow: Callable[[httpx.URL], bool] | None = None) -> Looked:
        """See how an address answers, following redirects as `get` does, without reading what it holds.

        Takes `LOOK_S` at most. Every status is told but those of passing trouble, which raise Unavailable
        when they came twice. Raises Refused where a safety rule or `follow` forbids it.
        """
        deadline = Deadline(min(LOOK_S, self._timeout_s), self._clock)
        question = _Question("GET", "*/*", tries=2, is_read=False, follow=follow)
        here, answer = self._followed(question, url, {}, deadline)
        return Looked(str(here), answer.status)

    def _fetch(self, question: "_Question", url: str, headers: Mapping[str, str]) -> Fetched:
        return _fetched(*self._followed(question, url, headers, Deadline(self._timeout_s, self._clock)))

    def _followed(
        self, question: "_Question", url: str, headers: Mapping[str, str], deadline: Deadline
    ) -> tuple[httpx.URL, _Answer]:
        """The answer at the end of all redirects, and where that is."""
        here, own = without_credentials(web_address(url))
        given = {**own, **headers}
        visited = [here]
        while True:
            answer = self._answer(question, here, {**self._shown(here), **given}, deadline)
            if answer.status not in _REDIRECTS:
                return here, answer
            there = _target(here, answer)
            if there in visited or len(visited) > MAX_REDIRECTS:
                raise Unavailable(
                    f"{visited[0]} is redirected in a circle or more than {MAX_REDIRECTS} times, "
                    f"the last time to {there}. Nothing was taken from it."
                )
            if origin(there) != origin(here):
                given = {name: text for name, text in given.items() if name.lower() in _HARMLESS}
            question = question.redirected(answer.status, here, there)
            visited.append(there)
            here = there

    def _shown(self, url: httpx.URL) -> Mapping[str, str]:
        """What lets us in at this address."""
        return self._pass.headers(url) if self._pass else {}

    def _answer(
        self, question: "_Question", url: httpx.URL, headers: Mapping[str, str], deadline: Deadline
    ) -> _Answer:
        """Ask until there is an answer, as often as the question may be asked."""
        wait = 0.0
        cause: Exception | None = None
        status, told = 0, ""
        for attempt in range(1, question.tries + 1):
            if wait:
                self._sleep(wait)
            try:
                answer = self._exchange(question, url, headers, deadline)
            except httpx.TransportError as error:
                problem, asked_wait, cause = _failure(url, error, deadline), 0.0, error
                status, told = 0, ""
            else:
                if answer.status not in _TRY_AGAIN:
                    return answer
                status, told = answer.status, problem_of(answer.headers, answer.content)
                problem = f"{url} answered {_status(status)}"
                asked_wait = retry_after(answer.headers, self._now)
            wait = max(asked_wait, 2 ** (attempt - 1) * random.uniform(0.5, 1.0))
            if attempt < question.tries and wait > deadline.remaining():
                raise _given_up(
                    f"{problem}, and the next try would have to wait {wait:.0f} s, which is longer "
                    f"than what is left of the {deadline.seconds:g} s given to one document. "
                    "Try again later.",
                    status,
                    told,
                ) from cause
        raise _given_up(
            f"{problem}, {question.tries} times in a row. Try again later.", status, told
        ) from cause

    def _exchange(
        self, question: "_Question", url: httpx.URL, headers: Mapping[str, str], deadline: Deadline
    ) -> _Answer:
        with self._pace.turn(url.host, deadline):
            if deadline.remaining() <= 0:
                raise _too_slow(url, deadline)
            timeout = httpx.Timeout(deadline.remaining()).as_dict()
            request = httpx.Request(
                question.method,
                url,
                headers={**headers, **question.headers(), **self._own_headers},
                content=question.content or None,
                extensions={"timeout": timeout, DEADLINE: deadline},
            )
            response = self._transport.handle_request(request)
            assert isinstance(response.stream, httpx.SyncByteStream)
            with closing(response.stream):
                content = b""
                if question.is_read and response.status_code < 300:
                    content = self._body(url, response.headers, response.stream, deadline)
                elif question.is_read and is_problem(response.headers):
                    with suppress(Refused, Unreadable):
                        content = self._body(url, response.headers, response.stream, deadline)
            return _Answer(response.status_code, response.headers, content)

    def _body(
        self,
        url: httpx.URL,
        headers: httpx.Headers,
        stream: httpx.SyncByteStream,
        deadline: Deadline,
    ) -> bytes:
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.max_bytes:
            raise too_large(str(url), self.max_bytes)
        encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
        raw = self._limited(url, stream, deadline)
        if encoding == "identity":
            return b"".join(raw)
        if encoding in ("gzip", "x-gzip"):
            return b"".join(gunzipped(raw, self.max_bytes, str(url)))
        raise Refused(
            f"{url} answered with the content encoding “{encoding}”, although only gzip or none "
            "was asked for. Nothing was taken from it."
        )

    def _limited(self, url: httpx.URL, stream: httpx.SyncByteStream, deadline: Deadline) -> Iterator[bytes]:
        total = 0
        for chunk in stream:
            total += len(chunk)
            if total > self.max_bytes:
                raise too_large(str(url), self.max_bytes)
            if deadline.remaining() <= 0:
                raise _too_slow(url, deadline)
            yield chunk


def _target(here: httpx.URL, answer: _Answer) -> httpx.URL:
    location = answer.headers.get("location", "")
    if not location:
        raise Unavailable(f"{here} is redirected ({answer.status}) without saying where to.")
    try:
        there = str(joined(here, location))
    except httpx.InvalidURL:
        there = location
    try:
        return without_credentials(web_address(there))[0]
    except Refused as error:
        raise Refused(f"{here} is redirected to where it is not followed. {error}") from error


def _fetched(url: httpx.URL, answer: _Answer) -> Fetched:
    if answer.status == 404:
        raise Absent(
            f"{url} does not exist: the server answered {_status(404)}.",
            404,
            problem_of(answer.headers, answer.content),
        )
    if answer.status == 410:
        raise Absent(
            f"{url} was withdrawn: the server answered {_status(410)}.",
            410,
            problem_of(answer.headers, answer.content),
        )
    if answer.status in (401, 403):
        raise Answered(
            f"{url} may not be read without permission: the server answered {_status(answer.status)}.",
            answer.status,
            problem_of(answer.headers, answer.content),
        )
    if answer.status != 304 and not 200 <= answer.status < 300:
        raise Answered(
            f"{url} answered {_status(answer.status)}. Nothing was taken from it.",
            answer.status,
            problem_of(answer.headers, answer.content),
        )
    return Fetched(
        url=str(url),
        status=answer.status,
        content=answer.content,
        content_type=answer.headers.get("content-type", ""),
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
        links=links(answer.headers.get("link", ""), url),
    )


def _failure(url: httpx.URL, error: httpx.TransportError, deadline: Deadline) -> str:
    """What went wrong, for the next try or the last word; raises where another try cannot help."""
    if deadline.remaining() <= 0:
        raise _too_slow(url, deadline) from error
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        raise Unavailable(
            f"{url} shows a certificate that cannot be trusted, so nothing was taken from it. If "
            "it is your own, add its authority to the certificates of this machine."
        ) from error
    return f"{url} could not be reached ({str(error) or type(error).__name__})"


def _given_up(message: str, status: int, told: str) -> CatalogueError:
    return Answered(message, status, told) if status else Unavailable(message)


def _too_slow(url: httpx.URL, deadline: Deadline) -> CatalogueError:
    return Unavailable(
        f"{url} took longer than the {deadline.seconds:g} s given to one document, so it was left. "
        "Nothing was taken from it. An operator can give it more (FAIRFINDER_HARVEST_TIMEOUT_S)."
    )


def _status(status: int) -> str:
    phrase = httpx.codes.get_reason_phrase(status)
    return f"{status} ({phrase})" if phrase else str(status)
