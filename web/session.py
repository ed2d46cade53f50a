"""The session of somebody who signed in: its cookie, and the token that its forms carry."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from catalogue.tokens import BEGINNINGS, SESSION
from web.links import root_of

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

LASTS: Final = timedelta(hours=12)
SIGN_IN: Final = "/admin/sign-in"

_PURPOSE: Final = b"fairfinder form"


@dataclass(frozen=True, slots=True)
class Cookie:
    """The cookie of one catalogue: no script reads it, and no other site has it sent."""

    name: str
    path: str
    is_secure: bool

    def kept(self, request: "HTTPConnection") -> str:
        """The text of the session that a request brings, "" for none."""
        text = request.cookies.get(self.name, "")
        return text if text.startswith(BEGINNINGS[SESSION]) else ""

    def put(self, response: "Response", text: str, lasts: timedelta) -> None:
        """Let the browser keep a session for a while."""
        response.set_cookie(
            self.name,
            text,
            max_age=int(lasts.total_seconds()),
            path=self.path,
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )

    def drop(self, response: "Response") -> None:
        """Let the browser forget the session."""
        response.delete_cookie(
            self.name, path=self.path, secure=self.is_secure, httponly=True, samesite="strict"
        )


def cookie(base_url: str) -> Cookie:
    """The cookie for an address; browsers take names with these beginnings over TLS alone.

    One that begins with __Host- belongs to the whole host, so a catalogue below a path has another.
    """
    root, is_secure = root_of(base_url), base_url.startswith("https:")
    beginning = "" if not is_secure else "__Secure-" if root else "__Host-"
    return Cookie(f"{beginning}fairfinder", root or "/", is_secure)


def sign_in_link(root: str, wanted: str = "") -> str:
    """The page to sign in on, and then go on to the wanted one."""
    return f"{root}{SIGN_IN}" + (f"?{urlencode({'next': wanted})}" if wanted else "")


def form_token(session: str) -> str:
    """What the forms of a session carry: nobody can make it, or the session from it."""
    return hmac.new(session.encode(), _PURPOSE, "sha256").hexdigest()
