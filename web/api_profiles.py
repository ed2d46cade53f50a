"""The JSON API of characterisation profiles: what data really hold, by dataset and concept."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from catalogue.errors import Invalid, NotFound
from catalogue.profiles.analyses import ANALYSES, DOMAINS
from web import api_profile_models as models
from web import api_profile_views as views
from web.api_parameters import LANGUAGE
from web.api_profile_parameters import ANALYSIS, DOMAIN, MOST, PAGE, SIZE, WORDS
from web.api_routes import operation
from web.asking import number, speaker
from web.concept_views import BY_PERSONS, held
from web.state import state

router = APIRouter()

ROOT: Final = "/api/v1"
_CONCEPTS: Final = frozenset(
    {"personsByConcept", "recordsByConcept", "personsWithDescendants", "recordsWithDescendants"}
)
"""The analyses that have a list of their own."""

RecordId = Annotated[str, Path(description="The id of a record.", examples=["kfyvm3xkqzsd2u5a"])]
ConceptId = Annotated[str, Path(description="The OMOP id of a concept.", examples=["316139"])]


@operation(
    router,
    f"{ROOT}/datasets/{{id}}/profile",
    "getProfile",
    models.ProfileAnswer,
    (ANALYSIS,),
    (404, 410, 422, 503),
)
def profile(request: Request, id: RecordId) -> models.ProfileAnswer:
    """Get the profile of a dataset.

    What aggregate counts tell of its data: every analysis with its counts, as bounds where they are
    rounded or hidden, how values are spread, the quality of the data, and what was withheld and why.
    Counts by concept are in a list of their own.
    """
    catalogue = state(request).catalogue
    catalogue.ledger.present(id)
    release = catalogue.releases.current(id)
    if release is None:
        raise NotFound(f"The record {id} has no profile.")
    wanted = request.query_params.getlist("analysis") or [name for name in ANALYSES if name not in _CONCEPTS]
    for name in wanted:
        if name not in ANALYSES or name in _CONCEPTS:
            raise Invalid(f"There cannot be analysis={name:.100}: see the analyses of a profile.")
    guarded = catalogue.releases.guarded(release.id)
    released = tuple(views.release(one) for one in catalogue.releases.of(id))
    return views.profile(release, released, guarded, wanted, speaker(request).record(id))


@operation(
    router,
    f"{ROOT}/datasets/{{id}}/profile/concepts",
    "listConceptsOfProfile",
    models.HeldConcepts,
    (WORDS, DOMAIN, PAGE, SIZE),
    (404, 410, 422, 503),
)
def concepts(request: Request, id: RecordId) -> models.HeldConcepts:
    """List the concepts of a dataset.

    Persons and records with each concept, by itself and with all below it, those with most persons
    first.
    """
    state(request).catalogue.ledger.present(id)
    page, size = number(request, "page", 1, 10**6), number(request, "size", 25, MOST)
    words, domain = (request.query_params.get(name, "").strip() for name in ("q", "domain"))
    if domain and domain not in DOMAINS:
        raise Invalid(f"There cannot be domain={domain:.100}: it must be one of {', '.join(DOMAINS)}.")
    found = state(request).catalogue.concept_browser.in_dataset(id, words, domain, page, size)
    rows = tuple(
        models.HeldConcept(views.concept(row.concept), row.domain, *views.coverages(row.own, row.all))
        for row in found.rows
    )
    return models.HeldConcepts(id, found.total, page, size, rows)


@operation(
    router, f"{ROOT}/concepts/{{id}}", "getConcept", models.ConceptDetail, (LANGUAGE,), (404, 422, 503)
)
def concept(request: Request, id: ConceptId) -> models.ConceptDetail:
    """Get one concept.

    Its names, what is above and below it, and what each dataset holds of it.
    """
    catalogue, voice = state(request).catalogue, speaker(request)
    found, known = held(catalogue, id, BY_PERSONS, voice.choose), catalogue.concepts
    its = found.concept.id
    return models.ConceptDetail(
        views.concept(found.concept),
        known.synonyms(its),
        tuple(map(views.concept, known.ancestors(its))),
        tuple(map(views.concept, known.children(its))),
        tuple(views.holder(one, voice) for one in found.holders),
    )
