"""Who asks, and whether the request is theirs: the door before everything that only operators may do.

A page is asked for with the cookie of a session. What it changes must come from a page of ours, as
Origin tells, and carry the token that only the forms of that session have. The API is asked with a
bearer token, which no browser sends by itself, so it needs neither.
"""

import hmac
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalogue.errors import Forbidden, Invalid, Unauthorised
from catalogue.tokens import BEGINNINGS, OPERATOR, TOKEN, Identity, record_of
from web import session
from web.state import state
from web.uploads import MEGABYTE, MULTIPART, Sent, received

LARGEST_BODY: Final = 64 * 1024
MOST_FIELDS: Final = 500
FORM: Final = "application/x-www-form-urlencoded"
FORM_TOKEN: Final = "csrf"
"""The name of the hidden field; `csrf(frame)` in parts.html writes it."""

ADMIN: Final = "/admin"
API: Final = "/api/"
API_ADMIN: Final = "/api/v1/admin"

_SAFE: Final = ("GET", "HEAD")
_BEARER: Final = "This is for operators. Show a good token: Authorization: Bearer fft_…"
_SIGN_IN: Final = "This is for operators. Please sign in."
_PORTS: Final = {"http": 80, "https": 443}
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


async def operator(request: Request) -> Identity:
    """The operator who asks; raises Unauthorised and Forbidden.

    Where something may be changed by way of a cookie, this reads the form too, so that no handler
    can forget to have its token checked.
    """
    if _path(request).startswith(API):
        return await _known(request, _bearer(request), _BEARER)
    kept = session.cookie(state(request).settings.base_url).kept(request)
    identity = await _known(request, kept, _SIGN_IN)
    if request.method not in _SAFE:
        came_from_here(request)
        request.state.fields = fields = await _fields(request)
        _check_token(fields, kept)
    request.state.form_token = session.form_token(kept)
    return identity


Operator = Annotated[Identity, Depends(operator)]


async def bringer(request: Request) -> Identity:
    """Who may bring profiles of the record in the address of the API; raises Unauthorised and Forbidden."""
    identity = await _identified(request, _bearer(request), _BEARER)
    if not identity.may_bring_profiles(request.path_params["id"]):
        raise beyond(identity)
    return identity


Bringer = Annotated[Identity, Depends(bringer)]


def beyond(identity: Identity) -> Forbidden:
    """What is said to somebody who is known and may not do this."""
    record = record_of(identity.role)
    if not record:
        return Forbidden("Only operators may do this.")
    return Forbidden(
        f"This token is for profiles of the dataset {record} alone: it may send, publish and withdraw those. "
        "For all else show the token of an operator."
    )


async def sender(request: Request, folder: Path, fields: Collection[str]) -> tuple[Identity, Sent]:
    """The operator who sends files by a form of ours, and what came: the files are in `folder`.

    Nothing is read of who may not send. Raises as `operator` does, TooLarge and Invalid for what was sent.
    """
    here = state(request)
    kept = session.cookie(here.settings.base_url).kept(request)
    identity = await _known(request, kept, _SIGN_IN)
    came_from_here(request)
    request.state.form_token = session.form_token(kept)
    if _kind(request) != MULTIPART:
        raise Forbidden("Files are sent by the form of a page. Open it again.")
    limit = here.settings.max_profile_mb * MEGABYTE
    sent = await received(request, folder, limit, (FORM_TOKEN, *fields))
    _check_token(sent.fields, kept)
    return identity, sent


async def form(request: Request, who: Operator) -> Mapping[str, str]:
    """The fields of a posted form, the last of each name; raises Invalid for one that is too large."""
    read: Mapping[str, str] | None = getattr(request.state, "fields", None)
    return await _fields(request) if read is None else read


async def form_of_anybody(request: Request) -> Mapping[str, str]:
    """The fields of a form of ours that nobody need be signed in for."""
    came_from_here(request)
    return await _fields(request)


async def body(request: Request, who: Operator) -> bytes:
    """What an operator's program sends; raises Invalid when it is too large."""
    return await _read(request)


async def body_of_anybody(request: Request) -> bytes:
    """What any program sends; raises Invalid when it is too large."""
    return await _read(request)


Form = Annotated[Mapping[str, str], Depends(form)]
OpenForm = Annotated[Mapping[str, str], Depends(form_of_anybody)]
Body = Annotated[bytes, Depends(body)]
OpenBody = Annotated[bytes, Depends(body_of_anybody)]


def came_from_here(request: Request) -> None:
    """Raise Forbidden unless the request was made by a page of this catalogue."""
    told = request.headers.get("origin", request.headers.get("referer", ""))
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    here = state(request)
    ours = {_origin(url) for url in (here.settings.base_url, here.catalogue.base, own)}
    if (found := _origin(told)) is None or found not in ours:
        raise Forbidden("The request did not come from a page of this catalogue, so nothing was done.")


def is_signed_in(request: Request) -> Identity | None:
    """Who the cookie says that it is, None for nobody; nothing else is looked at."""
    here = state(request)
    kept = session.cookie(here.settings.base_url).kept(request)
    return here.catalogue.ledger.tokens.identify(kept) if kept else None


class Private:
    """ASGI middleware: no cache keeps what somebody got who showed who they are, nor any page of /admin."""

    def __init__(self, app: ASGIApp, root: str, cookie: session.Cookie) -> None:
        self.app = app
        self.root = root
        self.cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not (kept_out := self._marks(scope)):
            await self.app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(kept_out)
            await send(message)

        await self.app(scope, receive, send_marked)

    def _marks(self, scope: Scope) -> dict[str, str]:
        path = scope["path"].removeprefix(self.root)
        if is_admin(path):
            return {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        asked = HTTPConnection(scope)
        shown = self.cookie.kept(asked) or "authorization" in asked.headers
        return {"Cache-Control": "no-store"} if shown and not path.startswith("/static/") else {}


def is_admin(path: str) -> bool:
    """Whether a path, without the root, is one that only operators may ask for."""
    return f"{path}/".startswith((f"{ADMIN}/", f"{API_ADMIN}/"))


async def _known(request: Request, text: str, otherwise: str) -> Identity:
    identity = await _identified(request, text, otherwise)
    if identity.role != OPERATOR:
        raise beyond(identity)
    return identity


async def _identified(request: Request, text: str, otherwise: str) -> Identity:
    tokens = state(request).catalogue.ledger.tokens
    identity = await run_in_threadpool(tokens.identify, text)
    if identity is None:
        raise Unauthorised(otherwise)
    return identity


def _bearer(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    text = text.strip()
    return text if scheme.lower() == "bearer" and text.startswith(BEGINNINGS[TOKEN]) else ""


async def _fields(request: Request) -> Mapping[str, str]:
    if _kind(request) != FORM:
        raise Invalid(f"A form is sent as {FORM}.")
    text = (await _read(request)).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise Invalid(f"The form has too many fields; the most is {MOST_FIELDS}.") from error


def _check_token(fields: Mapping[str, str], kept: str) -> None:
    """Raise Forbidden unless a form is of the session."""
    given, right = fields.get(FORM_TOKEN, ""), session.form_token(kept)
    if not hmac.compare_digest(given.encode(), right.encode()):
        raise Forbidden("The form is of another session, so nothing was done. Open its page again.")


def _kind(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def _read(request: Request) -> bytes:
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > LARGEST_BODY:
            raise Invalid(f"What was sent is too large; the most is {LARGEST_BODY // 1024} kB.")
    return bytes(read)


def _path(request: Request) -> str:
    return request.url.path.removeprefix(state(request).renderer.links.root)


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; the names of this machine are one. None for no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, _THIS_MACHINE[0] if host in _THIS_MACHINE else host, port) if host else None
