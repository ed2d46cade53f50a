"""The form of a feasibility question as a value: what is asked, and what may be asked as well."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from catalogue.profiles.analyses import DOMAINS, SEXES
from catalogue.profiles.concepts import Concept, Concepts
from catalogue.profiles.feasibility import ConceptSet, Question
from catalogue.profiles.question_url import MOST_CONCEPTS, MOST_SETS, pairs
from catalogue.query_url import FACET_NAMES, format_query
from catalogue.search import SearchQuery
from web.charts.chart import Say
from web.charts.labels import DOMAIN_LABELS, SEX_LABELS
from web.feasibility import Inquiry
from web.feasibility_views import Names, set_words
from web.links import Links

VISITS: Final = (9201, 9202, 9203, 262, 42898160, 5083)
"""The types of visit that are offered where they have a name: in hospital, outside, emergency and others."""

MOST_FOUND: Final = 20
LONGEST_WORDS: Final = 200

Sets = tuple[ConceptSet, ...]

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


def view(asked: Inquiry, words: str, concepts: Concepts, links: Links, say: Say) -> FormView:
    """The form filled with a question; `words` look for a concept to add."""
    question = asked.question
    names = visit_names(question, concepts)
    found = concepts.find(words, limit=MOST_FOUND) if words else ()
    given = dict(pairs(question))
    numbers = ("from_age", "to_age", "from_year", "to_year", "follow_up", "at_least")
    return FormView(
        words=words,
        sets=tuple(_sets(asked, links, say)),
        matches=tuple(_match(one, asked, links, say) for one in found),
        required=tuple(Choice(d, say(DOMAIN_LABELS[d]), d in question.required) for d in DOMAINS),
        desired=tuple(Choice(d, say(DOMAIN_LABELS[d]), d in question.desired) for d in DOMAINS),
        sexes=tuple(Choice(s, say(SEX_LABELS[s]), s == question.sex) for s in SEXES),
        visits=tuple(
            Choice(str(id), names[id].name if id in names else str(id), id in question.visits)
            for id in dict.fromkeys((*VISITS, *question.visits))
            if id in names or id in question.visits
        ),
        fields={name: given.get(name, "") for name in numbers},
        text=asked.query.text,
        kept=(*kept(asked.query), *asked.choice()),
    )


def visit_names(question: Question, concepts: Concepts) -> Names:
    """The names of the types of visit that are offered or asked for."""
    return concepts.named((*VISITS, *question.visits))


def kept(query: SearchQuery) -> Iterator[tuple[str, str]]:
    """What narrows the search besides its words and facets, which the form carries along unseen."""
    return ((name, value) for name, value in parse_qsl(format_query(query)) if name not in _NOT_KEPT)


def _sets(asked: Inquiry, links: Links, say: Say) -> Iterator[SetView]:
    all = asked.question.concept_sets
    for one, (_, value) in zip(all, pairs(Question(concept_sets=all)), strict=True):
        others = tuple(other for other in all if other is not one)
        turned = tuple(replace(o, descendants=not o.descendants) if o is one else o for o in all)
        yield SetView(
            value,
            set_words(one, say),
            one.descendants,
            _page(asked, turned, links),
            _page(asked, others, links),
        )


def _match(found: Concept, asked: Inquiry, links: Links, say: Say) -> Match:
    all = asked.question.concept_sets
    joined = (
        Way(set_words(one, say), _page(asked, _with(all, one, found.id), links))
        for one in all
        if found.id not in one.concepts and len(one.concepts) < MOST_CONCEPTS
    )
    added = _page(asked, (*all, ConceptSet((found.id,))), links) if len(all) < MOST_SETS else ""
    return Match(found, added, tuple(joined))


def _with(sets: Sets, wider: ConceptSet, concept: int) -> Sets:
    return tuple(replace(one, concepts=(*one.concepts, concept)) if one is wider else one for one in sets)


def _page(asked: Inquiry, sets: Sets, links: Links) -> str:
    """The page of the same question with other sets of concepts."""
    other = replace(asked, question=replace(asked.question, concept_sets=sets))
    return links.feasibility(query=other.address)
