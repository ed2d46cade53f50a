"""The form of a feasibility question as a value: what is asked, and what may be asked as well."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from catalogue.profiles.analyses import DOMAINS, SEXES
from catalogue.profiles.concepts import Concept, Concepts
from catalogue.profiles.feasibility import ConceptSet, Question
from catalogue.profiles.question_url import MOST_CONCEPTS, MOST_SETS, format_question, pairs
from catalogue.query_url import FACET_NAMES, format_query
from catalogue.search import SearchQuery
from web.charts.chart import Say
from web.charts.labels import DOMAIN_LABELS, SEX_LABELS
from web.feasibility_views import Names, set_words
from web.links import Links

VISITS: Final = (9201, 9202, 9203, 262, 42898160, 5083)
"""The types of visit that are offered where they have a name: in hospital, outside, emergency and others."""

MOST_FOUND: Final = 20
LONGEST_WORDS: Final = 200

_NOT_KEPT: Final = ("q", "page", "size", "sort", *FACET_NAMES)


@dataclass(frozen=True, slots=True)
class Way:
    """A link that changes the question."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class SetView:
    """A set of concepts that is asked for; `turned` is the question with those below it the other way."""

    value: str
    words: str
    descendants: bool
    turned: str
    removed: str


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that the words find; `added` makes it a criterion, `joined` an alternative in a set."""

    concept: Concept
    added: str
    joined: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FormView:
    """All that the form shows, besides the facets of the search. `fields` are the numbers as typed."""

    words: str
    sets: tuple[SetView, ...]
    matches: tuple[Match, ...]
    required: tuple[Choice, ...]
    desired: tuple[Choice, ...]
    sexes: tuple[Choice, ...]
    visits: tuple[Choice, ...]
    fields: dict[str, str]
    text: str
    kept: tuple[tuple[str, str], ...]


def view(
    question: Question, query: SearchQuery, words: str, concepts: Concepts, links: Links, say: Say
) -> FormView:
    """The form filled with a question; `words` look for a concept to add."""
    names = visit_names(question, concepts)
    found = concepts.find(words, limit=MOST_FOUND) if words else ()
    given = dict(pairs(question))
    numbers = ("from_age", "to_age", "from_year", "to_year", "follow_up", "at_least")
    return FormView(
        words=words,
        sets=tuple(_sets(question, query, links, say)),
        matches=tuple(_match(one, question, query, links, say) for one in found),
        required=tuple(Choice(d, say(DOMAIN_LABELS[d]), d in question.required) for d in DOMAINS),
        desired=tuple(Choice(d, say(DOMAIN_LABELS[d]), d in question.desired) for d in DOMAINS),
        sexes=tuple(Choice(s, say(SEX_LABELS[s]), s == question.sex) for s in SEXES),
        visits=tuple(
            Choice(str(id), names[id].name if id in names else str(id), id in question.visits)
            for id in dict.fromkeys((*VISITS, *question.visits))
            if id in names or id in question.visits
        ),
        fields={name: given.get(name, "") for name in numbers},
        text=query.text,
        kept=tuple(kept(query)),
    )


def visit_names(question: Question, concepts: Concepts) -> Names:
    """The names of the types of visit that are offered or asked for."""
    return concepts.named((*VISITS, *question.visits))


def address(question: Question, query: SearchQuery) -> str:
    """The query string of a question to the sources that a search finds."""
    plain = replace(query, page=1, size=SearchQuery().size, sort=SearchQuery().sort)
    return "&".join(filter(None, (format_question(question), format_query(plain))))


def kept(query: SearchQuery) -> Iterator[tuple[str, str]]:
    """What narrows the search besides its words and facets, which the form carries along unseen."""
    return ((name, value) for name, value in parse_qsl(format_query(query)) if name not in _NOT_KEPT)


def _sets(question: Question, query: SearchQuery, links: Links, say: Say) -> Iterator[SetView]:
    all = question.concept_sets
    for one, (_, value) in zip(all, pairs(Question(concept_sets=all)), strict=True):
        others = tuple(other for other in all if other is not one)
        turned = tuple(replace(o, descendants=not o.descendants) if o is one else o for o in all)
        yield SetView(
            value,
            set_words(one, say),
            one.descendants,
            _page(replace(question, concept_sets=turned), query, links),
            _page(replace(question, concept_sets=others), query, links),
        )


def _match(found: Concept, question: Question, query: SearchQuery, links: Links, say: Say) -> Match:
    all = question.concept_sets
    added = replace(question, concept_sets=(*all, ConceptSet((found.id,))))
    joined = (
        Way(set_words(one, say), _page(_with(question, one, found.id), query, links))
        for one in all
        if found.id not in one.concepts and len(one.concepts) < MOST_CONCEPTS
    )
    return Match(found, _page(added, query, links) if len(all) < MOST_SETS else "", tuple(joined))


def _with(question: Question, wider: ConceptSet, concept: int) -> Question:
    sets = (
        replace(one, concepts=(*one.concepts, concept)) if one is wider else one
        for one in question.concept_sets
    )
    return replace(question, concept_sets=tuple(sets))


def _page(question: Question, query: SearchQuery, links: Links) -> str:
    return links.feasibility(query=address(question, query))
