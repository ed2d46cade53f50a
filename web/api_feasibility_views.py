"""From the answers to a question of feasibility to what the API says of them."""

from catalogue.profiles.adding import Added
from catalogue.profiles.feasibility import Bounds
from web import adding_views
from web import api_feasibility_models as models
from web.adding_views import outcome_words
from web.api_profile_views import count
from web.api_views import Speaker
from web.feasibility import Asked, Surveyed


def feasibility(found: Surveyed, voice: Speaker) -> models.FeasibilityAnswer:
    """The whole answer."""
    address, adding = found.inquiry.address, found.adding
    return models.FeasibilityAnswer(
        address,
        f"{voice.base}/feasibility?{address}".rstrip("?"),
        tuple(_row(one, voice.record(one.record)) for one in found.sources),
        found.without,
        found.inquiry.chosen,
        tuple(_added(one, added, voice) for one, added in adding.added) if adding else (),
        tuple(adding_views.notes(adding.together, str)) if adding else (),
    )


def _row(asked: Asked, url: str) -> models.FeasibilityRow:
    answer = asked.answer
    factors = tuple(models.FactorAnswer(one.kind, one.label, _bounds(one.bounds)) for one in answer.factors)
    return models.FeasibilityRow(
        asked.record,
        url,
        asked.title,
        answer.verdict.value,
        count(answer.persons),
        _bounds(answer.bounds),
        factors,
        tuple(one.label for one in answer.limiting),
        tuple(one.label or one.kind for one in answer.missing),
        {domain: _bounds(bounds) for domain, bounds in answer.desired},
    )


def _added(asked: Asked, added: Added, voice: Speaker) -> models.AddedRow:
    return models.AddedRow(
        dataset=asked.record,
        url=voice.record(asked.record),
        title=asked.title,
        outcomes=tuple(outcome_words(one, str) for one in added.outcomes),
        possible_outcomes=tuple(outcome_words(one, str) for one in added.possible),
        countries=tuple(voice.coded("country", code) for code in added.countries),
        median_follow_up_months=adding_views.months(added.follow_up),
        longer_by_months=adding_views.months(added.longer),
        persons=_bounds(added.persons),
        why=tuple(adding_views.gains(added, lambda code: voice.label("country", code), str)),
        not_provided=tuple(adding_views.unknown(added, str)),
    )


def _bounds(found: Bounds | None) -> models.BoundsAnswer | None:
    return models.BoundsAnswer(found.low, found.high) if found else None
