"""What a source is shown so that it lets us in; it goes to the host of the source alone."""

import json
import re
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import httpx

from catalogue.errors import Invalid, Unavailable
from harvesters.addresses import origin, web_address, without_credentials

if TYPE_CHECKING:
    from harvesters.http import Fetched

_FORM: Final = "application/x-www-form-urlencoded"
_SPARE_S: Final = 30.0
"""How long before its end a token is changed for a new one."""

_LASTS_S: Final = 300.0
"""How long a token is used of which the server does not say how long it lasts."""

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110, 5.6.2)."""

_VALUE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""What a header can carry as it is, letters of other scripts left out (RFC 9110, 5.5)."""


class Scheme(StrEnum):
    """How credentials are shown."""

    HEADER = "header"  # a header of any name, such as X-API-Key
    BASIC = "basic"  # a user name and a password
    BEARER = "bearer"  # a token
    OAUTH2 = "oauth2"  # client credentials that are changed for a token (RFC 6749, 4.4)


@dataclass(frozen=True, slots=True)
class Credentials:
    """`name` is the header's name, the user or the client id; `secret` is never shown again.

    `token_url` and `scope` are for OAuth 2 alone. Raises Invalid for what cannot be sent.
    """

    scheme: Scheme
    secret: str
    name: str = ""
    token_url: str = ""
    scope: str = ""

    def __post_init__(self) -> None:
        if not self.secret:
            raise Invalid("Credentials need a secret: a password, a key or a token.")
        if self.scheme is not Scheme.BEARER and not self.name:
            raise Invalid(
                f"Credentials of the scheme {self.scheme} need a name: of the user, client or header."
            )
        self._check_form()
        if self.scheme is Scheme.OAUTH2:
            web_address(self.token_url)

    def _check_form(self) -> None:
        """Refuse what no header can carry; an engine that is handed it would show it in its error."""
        if self.scheme is Scheme.HEADER and not _NAME.fullmatch(self.name):
            raise Invalid("The name of a header is made of letters, digits and hyphens, such as X-API-Key.")
        if self.scheme in (Scheme.HEADER, Scheme.BEARER) and not _VALUE.fullmatch(self.secret):
            raise Invalid(
                "A key or token is sent as it is, so it may hold only letters of ASCII, digits and signs, "
                "and neither begin nor end with a blank."
            )
        if self.scheme is Scheme.BASIC and ":" in self.name:
            raise Invalid("The name of a user may hold no colon, which parts it from the password.")

    def __repr__(self) -> str:
        return f"Credentials({self.scheme}, …)"

    def to_text(self) -> str:
        """The credentials as JSON, secret and all: for the safe alone."""
        return json.dumps({one.name: getattr(self, one.name) for one in fields(self)})

    @classmethod
    def from_text(cls, text: str) -> "Credentials":
        """The credentials of such a text; raises Invalid for any other."""
        try:
            told = {str(name): str(value) for name, value in json.loads(text).items()}
            return cls(Scheme(told.pop("scheme")), **told)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Invalid("The text holds no credentials.") from None


class Pass:
    """Credentials in use: the headers that one origin is shown, and none for every other."""

    def __init__(
        self,
        home: str,
        credentials: Credentials | None,
        post: Callable[..., "Fetched"],
        clock: Callable[[], float],
    ) -> None:
        url, self._basic = without_credentials(web_address(home))
        self._home = origin(url)
        self._credentials = credentials
        self._post = post
        self._clock = clock
        self._lock = threading.RLock()
        self._is_asking = False
        self._token, self._until = "", float("-inf")

    def headers(self, url: httpx.URL) -> Mapping[str, str]:
        """What an address is shown; asks the token server first where there is need of a token."""
        if origin(url) != self._home:
            return {}
        match self._credentials:
            case None:
                return self._basic
            case Credentials(scheme=Scheme.HEADER, name=name, secret=secret):
                return {name: secret}
            case Credentials(scheme=Scheme.BASIC, name=name, secret=secret):
                return {"Authorization": _basic(name, secret)}
            case Credentials(scheme=Scheme.BEARER, secret=secret):
                return {"Authorization": f"Bearer {secret}"}
            case Credentials() as own:
                token = self._fresh(own)
                return {"Authorization": f"Bearer {token}"} if token else {}

    def _fresh(self, own: Credentials) -> str:
        """A token that still lasts; "" for the thread that is on its way to get one."""
        with self._lock:
            if self._is_asking:
                return ""
            if self._clock() >= self._until:
                self._is_asking = True
                try:
                    self._token, lasts = self._fetched(own)
                finally:
                    self._is_asking = False
                self._until = self._clock() + max(lasts - _SPARE_S, 1.0)
            return self._token

    def _fetched(self, own: Credentials) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", **({"scope": own.scope} if own.scope else {})}
        answer = self._post(
            own.token_url,
            urlencode(form).encode(),
            _FORM,
            "application/json",
            {"Authorization": _basic(own.name, own.secret)},
        )
        try:
            said = json.loads(answer.content)
            token, lasts = said["access_token"], float(said.get("expires_in") or _LASTS_S)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unavailable(f"{own.token_url} gave no token: its answer has no access_token.") from error
        if not (isinstance(token, str) and _VALUE.fullmatch(token)):
            raise Unavailable(f"{own.token_url} gave a token that cannot be sent.")
        return token, lasts


def _basic(name: str, secret: str) -> str:
    return "Basic " + b64encode(f"{name}:{secret}".encode()).decode("ascii")
