"""A feasibility question put to the sources that a search finds, for pages, exports, API and command line."""

from dataclasses import dataclass, replace
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.concepts_counts import ConceptCounts
from catalogue.profiles.feasibility import Answer, Question, Verdict
from catalogue.profiles.survey import survey
from catalogue.search import SearchQuery

_ORDER: Final = (Verdict.SURELY, Verdict.POSSIBLY, Verdict.UNKNOWN, Verdict.NO)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one source has for the question."""

    record: str
    title: str
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
    database = catalogue.ledger.database
    question = _named(question, Concepts(database))
    rows = {row.id for row in catalogue.rows(replace(query, page=1, copies=True))}
    answers = survey(database, ConceptCounts(database), question)
    entries = catalogue.ledger.entries(answers)
    asked = [Asked(id, entries[id].title, answer) for id, answer in answers.items() if id in rows]
    return Surveyed(question, tuple(sorted(asked, key=_rank)), len(rows) - len(asked))


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
