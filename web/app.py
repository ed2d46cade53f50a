"""The application: one catalogue, the pages, the linked data, the API, and the headers around them."""

from collections.abc import Callable
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from catalogue.bootstrap import open_programmes
from catalogue.catalogue import Catalogue
from catalogue.profiles.coverage_counts import ProfileCounts
from catalogue.settings import Settings
from web import (
    api,
    api_changes,
    api_compare,
    api_network,
    api_programmes,
    api_variables,
    errors,
    linked,
    pages,
    pages_access,
    pages_admin,
    pages_compare,
    pages_concepts,
    pages_feasibility,
    pages_network,
    pages_profile,
    pages_profile_concept,
    pages_programmes,
    pages_variables,
    problems,
)
from web.access import Private
from web.charts.drawings import Drawings
from web.charts.painter import Painter
from web.charts.written import Written
from web.guesses import Guesses
from web.headers import SecurityHeaders
from web.operations import Operations
from web.programme_coverage import Programmes
from web.rendering import VERSION, Renderer
from web.session import cookie
from web.state import State

PARTS: Final = (
    pages,
    pages_programmes,
    pages_access,
    pages_admin,
    pages_compare,
    pages_concepts,
    pages_profile,
    pages_profile_concept,
    pages_feasibility,
    pages_network,
    pages_variables,
    linked,
    api_changes,
    api_compare,
    api_programmes,
    api_network,
    api_variables,
    api,
)


def _routes() -> list[BaseRoute]:
    site = APIRouter()
    site.mount("/static", StaticFiles(directory=str(files("web") / "static")), name="static")
    for part in PARTS:
        site.include_router(part.router)
    return site.routes


ROUTES: Final = _routes()
"""What every application of this process serves: prepared once, for preparing them takes a second."""


def create_app(
    catalogue: Catalogue,
    settings: Settings,
    operations: Operations,
    is_broken: Callable[[], bool] = lambda: False,
) -> FastAPI:
    """Serve a catalogue; nothing is read from the environment or made at import.

    `is_broken` tells whether a fault of ours has ended the worker in this process, if there is one.
    """
    renderer = Renderer(settings)
    app = FastAPI(
        title=settings.title,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=ROUTES,
    )
    guesses = Guesses(catalogue.now)
    counts = ProfileCounts(catalogue.ledger.database, catalogue.concepts, catalogue.concept_counts)
    programmes = Programmes(open_programmes(settings), counts)
    drawings = Drawings(settings.data_dir / "drawings", Painter())
    app.state.fairfinder = State(
        catalogue,
        settings,
        renderer,
        catalogue.now,
        guesses,
        operations,
        programmes,
        drawings,
        Written(),
        is_broken,
    )
    app.add_middleware(Private, root=renderer.links.root, cookie=cookie(settings.base_url))
    app.add_middleware(BelowPath, root=renderer.links.root)
    app.add_middleware(SecurityHeaders)
    errors.register(app, problems.problem)
    return app


class BelowPath:
    """ASGI middleware for a catalogue below a path, whether or not the proxy before it cuts the path off."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root and scope["type"] == "http":
            scope["root_path"] = self.root
            if not f"{scope['path']}/".startswith(f"{self.root}/"):
                scope["path"] = self.root + scope["path"]
        await self.app(scope, receive, send)
