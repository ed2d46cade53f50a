"""What the handlers find in the application: typed, and in one place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from web.charts.drawings import Drawings
from web.charts.written import Written
from web.guesses import Guesses
from web.operations import Operations
from web.programme_coverage import Programmes
from web.rendering import Renderer


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a request may need."""

    catalogue: Catalogue
    settings: Settings
    renderer: Renderer
    now: Callable[[], datetime]
    guesses: Guesses
    operations: Operations
    programmes: Programmes
    drawings: Drawings
    written: Written
    is_broken: Callable[[], bool]
    """Whether a fault of ours has ended the worker in this process; it never has where there is none."""


def state(request: Request) -> State:
    """The state that `create_app` put into the application."""
    found: State = request.app.state.fairfinder
    return found
