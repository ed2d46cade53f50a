"""The JSON API of feasibility: how many persons suit a study, and which source adds most to chosen ones."""

from typing import Final

from fastapi import APIRouter, Request

from web import api_feasibility_models as models
from web import api_feasibility_views as views
from web.access import OpenBody
from web.api_parameters import LANGUAGE, NARROWING
from web.api_profile_parameters import CHOICE, QUESTION
from web.api_routes import operation, posted
from web.asking import speaker
from web.feasibility import inquiry, pairs_of, surveyed
from web.state import state

router = APIRouter()

ADDRESS: Final = "/api/v1/feasibility"


@operation(
    router,
    ADDRESS,
    "getFeasibility",
    models.FeasibilityAnswer,
    (*QUESTION, *CHOICE, *NARROWING, LANGUAGE),
)
def feasibility(request: Request) -> models.FeasibilityAnswer:
    """Ask how many persons suit a study.

    For each dataset with a profile that the search finds: at least and at most how many persons meet
    all criteria, what limits that, and on what nothing was provided. Where datasets are chosen: what
    each of the others adds to them.
    """
    asked = inquiry(request.query_params.multi_items())
    return views.feasibility(surveyed(state(request).catalogue, asked), speaker(request))


@posted(
    router,
    ADDRESS,
    "askFeasibility",
    models.FeasibilityAnswer,
    {"concept": ["316139"], "from_age": 65, "at_least": 1000},
)
def ask_feasibility(request: Request, body: OpenBody) -> models.FeasibilityAnswer:
    """Ask how many persons suit a study, by a body.

    The members of the body are the parameters of the same question by GET; one that may be repeated is
    a list.
    """
    asked = inquiry(pairs_of(body))
    return views.feasibility(surveyed(state(request).catalogue, asked), speaker(request))
