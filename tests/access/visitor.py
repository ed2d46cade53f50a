"""Somebody with a browser at the door: keeps the cookie, and sends forms as the pages have them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Final

import httpx
from fastapi import FastAPI

from catalogue.catalogue import Catalogue
from catalogue.tokens import Tokens
from tests.apps import app_of
from tests.asking import ask
from tests.site import dom
from tests.site.site import BASE

HIDDEN: Final = re.compile(r'name="csrf" value="([0-9a-f]*)"')


@dataclass
class Visitor:
    """Asks the application; `csrf` is what the last page had in its forms."""

    app: FastAPI
    catalogue: Catalogue
    base: str = BASE
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def tokens(self) -> Tokens:
        return self.catalogue.ledger.tokens

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Fetch an address."""
        return self.send("GET", path, headers)

    def page(self, path: str) -> dom.Element:
        """Fetch a page and read it."""
        return dom.parse(self.get(path).text)

    def post(
        self, path: str, fields: Mapping[str, str] | None = None, origin: str | None = None, **headers: str
    ) -> httpx.Response:
        """Send a form as a page of ours would; an empty origin is not told."""
        told = self.base_origin if origin is None else origin
        if told:
            headers["Origin"] = told
        return self.send("POST", path, headers, {"csrf": self.csrf, **(fields or {})})

    def sign_in(self, token: str, wanted: str = "") -> httpx.Response:
        """Show a token on the page for that."""
        return self.post("/admin/sign-in", {"token": token, "next": wanted})

    def enter(self) -> "Visitor":
        """Be signed in with a new token, with the form token of a page."""
        self.sign_in(self.tokens.new("Ada"))
        self.get("/admin/tokens")
        return self

    def apart(self) -> "Visitor":
        """The same at an application of its own, which a test may change."""
        settings = self.app.state.fairfinder.settings
        self.app = app_of(self.catalogue, settings)
        return self

    @property
    def base_origin(self) -> str:
        return "/".join(self.base.split("/")[:3])

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, data: object = None
    ) -> httpx.Response:
        """Send any request with the cookies that were given so far."""
        given = dict(headers or {})
        if self.cookies:
            given.setdefault("Cookie", "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        request = httpx.Request(method, self.base + path, headers=given, data=data)  # type: ignore[arg-type]
        answer = ask(self.app, request)
        self._keep(answer)
        return answer

    def _keep(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        if found := HIDDEN.search(answer.text):
            self.csrf = found[1]
