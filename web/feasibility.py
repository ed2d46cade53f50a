"""A feasibility question put to the sources that a search finds, for pages, exports, API and command line."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import orjson

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.feasibility import Answer, Question, Verdict
from catalogue.profiles.survey import survey
from catalogue.search import SearchQuery
from web import text
from web.i18n import LOCALE

_ORDER: Final = (Verdict.SURELY, Verdict.POSSIBLY, Verdict.UNKNOWN, Verdict.NO)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one source has for the question; its title is in our language if it can be."""

    record: str
    title: str
    language: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The answers, the surest and largest first; `without` counts the datasets asked that have no profile.

    `question` has its concept sets named.
    """

    question: Question
    sources: tuple[Asked, ...]
    without: int


def surveyed(catalogue: Catalogue, question: Question, query: SearchQuery) -> Surveyed:
    """Ask the sources that a search finds; its page, size and order do not matter."""
    question = _named(question, catalogue.concepts)
    answers = survey(catalogue.ledger.database, catalogue.concept_counts, question)
    asked, without = [], 0
    for row in catalogue.rows(replace(query, page=1, copies=True)):
        if (answer := answers.get(row.id)) is None:
            without += 1
            continue
        title = text.choose(row.title, LOCALE)
        asked.append(Asked(row.id, title.text or row.iri, title.language, answer))
    return Surveyed(question, tuple(sorted(asked, key=_rank)), without)


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The members of a JSON object as parameters; raises Invalid."""
    try:
        sent: object = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from error
    if not isinstance(sent, Mapping):
        raise Invalid("The body must be a JSON object with the parameters of the question.")
    pairs: list[tuple[str, str]] = []
    for name, value in sent.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool) or not isinstance(one, str | int):
                raise Invalid(f"The member {name:.100} must be a text, a whole number, or a list of these.")
            pairs.append((name, str(one)))
    return pairs


def _named(question: Question, concepts: Concepts) -> Question:
    found = concepts.named(id for one in question.concept_sets for id in one.concepts)
    sets = tuple(
        replace(
            one, name=", ".join(found[id].name if id in found else f"concept {id}" for id in one.concepts)
        )
        for one in question.concept_sets
    )
    return replace(question, concept_sets=sets)


def _rank(asked: Asked) -> tuple[int, int, int, str]:
    bounds = asked.answer.bounds
    high = bounds.high or 0 if bounds else 0
    return _ORDER.index(asked.answer.verdict), -(bounds.low if bounds else 0), -high, asked.title
