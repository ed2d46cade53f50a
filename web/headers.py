"""Headers that every answer carries: a strict content policy, no sniffing, and the request's id."""

import re
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_POLICIES: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_ID: Final = re.compile(r"[A-Za-z0-9_.-]{8,64}")


class SecurityHeaders:
    """ASGI middleware that gives each request an id (its own, when it brings a usable one)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), request_id)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def protect(headers: MutableHeaders, request_id: str) -> None:
    """Add the headers that are not there yet; a page may bring a content policy of its own."""
    for name, value in _POLICIES.items():
        headers.setdefault(name, value)
    headers["X-Request-ID"] = request_id


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        given: str = value.decode("latin-1")
        if name == b"x-request-id" and _ID.fullmatch(given):
            return given
    return secrets.token_hex(8)
