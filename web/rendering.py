"""From a view model to a page: the template engine, and the frame that all pages share."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.routing import NoMatchFound

from catalogue.settings import Settings
from web import session, theme
from web.i18n import LOCALE, translations
from web.links import Links, outward, root_of

VERSION: Final = version("fairfinder")
API_PAGE: Final = "api_docs"
"""The name of the route that explains the API."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout needs besides the page's own values."""

    site: str
    publisher: str
    contact: str
    api: str
    root: str
    here: str
    section: str
    theme: str
    locale: str
    version: str
    assets: str
    request_id: str
    is_signed_in: bool
    form_token: str


class Renderer:
    """Renders the templates in one language; made once, at start-up."""

    def __init__(self, settings: Settings, locale: str = LOCALE) -> None:
        spoken = translations(locale)
        self.translate = spoken.gettext
        self.links = Links(root_of(settings.base_url))
        self.environment = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self.environment.policies["ext.i18n.trimmed"] = True
        self.environment.install_gettext_translations(  # type: ignore[attr-defined]
            spoken, newstyle=True
        )
        self._settings = settings
        self._locale = locale
        self._assets = _assets()

    def page(self, request: Request, name: str, status: int = 200, **values: object) -> HTMLResponse:
        """The page of a template; it may differ by the theme cookie."""
        frame = self._frame(request, name)
        body = self.environment.get_template(f"{name}.html").render(frame=frame, **values)
        return HTMLResponse(body, status, {"Vary": "Cookie", "Content-Language": self._locale})

    def part(self, name: str, macro: str, *values: object) -> Markup:
        """What a macro of a template writes, to stand in several pages."""
        return Markup(getattr(self.environment.get_template(f"{name}.html").module, macro)(*values))

    def _frame(self, request: Request, section: str) -> Frame:
        query = request.url.query
        return Frame(
            site=self._settings.title,
            publisher=self._settings.publisher,
            contact=_contact(self._settings.contact),
            api=_api(request, self.links.root),
            root=self.links.root,
            here=request.url.path + (f"?{query}" if query else ""),
            section=section,
            theme=theme.chosen(request),
            locale=self._locale,
            version=VERSION,
            assets=self._assets,
            request_id=getattr(request.state, "request_id", ""),
            is_signed_in=bool(session.cookie(self._settings.base_url).kept(request)),
            form_token=getattr(request.state, "form_token", ""),
        )


def _api(request: Request, root: str) -> str:
    """The page that explains the API, "" while the application has none."""
    try:
        return f"{root}{request.app.url_path_for(API_PAGE)}"
    except NoMatchFound:
        return ""


def _contact(contact: str) -> str:
    """The address to link to: e-mail boxes may be given bare."""
    return outward(contact) or (outward(f"mailto:{contact}") if contact else "")


def _assets() -> str:
    """A short digest of the static files, so that browsers fetch them again when they change."""
    digest = hashlib.sha256()
    for file in sorted((files("web") / "static").iterdir(), key=lambda f: f.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:10]
