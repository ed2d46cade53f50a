"""A feasibility question put to the sources that a search finds, for pages, exports, API and command line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

import orjson

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.profiles.adding import Added, Chosen, Gain, Source, ranked, together
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.feasibility import Answer, Question, Verdict
from catalogue.profiles.question_url import format_question, parse_question
from catalogue.query_url import format_query
from catalogue.search import Row, SearchQuery
from web import text
from web.asking import query_of
from web.i18n import LOCALE

MOST_CHOSEN: Final = 50

_ORDER: Final = (Verdict.SURELY, Verdict.POSSIBLY, Verdict.UNKNOWN, Verdict.NO)
_PLAIN: Final = SearchQuery()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question, the search for those who are asked, and the records that the reader has chosen.

    What the others add to the chosen is put in order by `first` before all else.
    """

    question: Question
    query: SearchQuery = _PLAIN
    chosen: tuple[str, ...] = ()
    first: Gain = Gain.OUTCOMES

    @property
    def address(self) -> str:
        """The query string: what is not the default, in the same order for equal inquiries."""
        plain = replace(self.query, page=1, size=_PLAIN.size, sort=_PLAIN.sort)
        own = urlencode([*self.choice()])
        return "&".join(filter(None, (format_question(self.question), format_query(plain), own)))

    def choice(self) -> Iterator[tuple[str, str]]:
        """The parameters of the choice, decoded."""
        yield from (("chosen", record) for record in self.chosen)
        if self.first is not Gain.OUTCOMES:
            yield "by", self.first.value


@dataclass(frozen=True, slots=True)
class Asked:
    """What one source has for the question; its title is in our language if it can be."""

    record: str
    title: str
    language: str
    answer: Answer
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adding:
    """The chosen sources, what they have together, and what each of the others adds, most first."""

    chosen: tuple[Asked, ...]
    together: Chosen
    added: tuple[tuple[Asked, Added], ...]


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The answers, the surest and largest first; `without` counts the datasets asked that have no profile.

    The question of the `inquiry` has its concept sets named. `adding` is None where nothing is chosen.
    """

    inquiry: Inquiry
    sources: tuple[Asked, ...]
    without: int
    adding: Adding | None = None

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.inquiry.question


def inquiry(pairs: Sequence[tuple[str, str]]) -> Inquiry:
    """What decoded parameters ask; raises Invalid for what cannot be."""
    given = [(name, stripped) for name, value in pairs if (stripped := value.strip())]
    chosen = tuple(dict.fromkeys(value for name, value in given if name == "chosen"))
    if len(chosen) > MOST_CHOSEN:
        raise Invalid(f"{len(chosen):,} sources are chosen; the most is {MOST_CHOSEN}.")
    by = [value for name, value in given if name == "by"]
    if by and by[-1] not in {*Gain}:
        raise Invalid(f"There cannot be by={by[-1]:.100}: it must be one of {', '.join(Gain)}.")
    first = Gain(by[-1]) if by else Gain.OUTCOMES
    return Inquiry(parse_question(pairs), query_of(pairs), chosen, first)


def surveyed(catalogue: Catalogue, asked: Inquiry) -> Surveyed:
    """Ask the sources that a search finds; its page, size and order do not matter.

    Raises Invalid where a chosen record has no profile that is shown.
    """
    asked = replace(asked, question=_named(asked.question, catalogue.concepts))
    answers = catalogue.survey.answers(asked.question)
    if strange := [record for record in asked.chosen if record not in answers]:
        raise Invalid(f"There cannot be chosen={strange[0]:.40}: there is no such dataset with a profile.")
    query = replace(asked.query, page=1, size=1, copies=True)
    rows = catalogue.rows(replace(query, among=frozenset(answers)))
    sources = [_asked(row, answers[row.id]) for row in rows]
    without = catalogue.search(query).total - len(sources)
    sources.sort(key=_rank)
    adding = _adding(catalogue, asked, sources, answers) if asked.chosen else None
    return Surveyed(asked, tuple(sources), without, adding)


def _adding(
    catalogue: Catalogue, asked: Inquiry, sources: Iterable[Asked], answers: Mapping[str, Answer]
) -> Adding:
    """What the sources that were asked add to the chosen ones, which the search need not find."""
    found = {one.record: one for one in sources}
    if elsewhere := {*asked.chosen} - found.keys():
        rows = catalogue.rows(SearchQuery(copies=True, among=frozenset(elsewhere)))
        found |= {row.id: _asked(row, answers[row.id]) for row in rows}
    chosen = tuple(found[record] for record in asked.chosen if record in found)
    lengths = catalogue.survey.follow_ups()
    known = together(asked.question, [_source(one, lengths) for one in chosen])
    others = (_source(one, lengths) for one in found.values() if one.record not in asked.chosen)
    added = ranked(asked.question, known, others, asked.first)
    return Adding(chosen, known, tuple((found[one.record], one) for one in added))


def _asked(row: Row, answer: Answer) -> Asked:
    title = text.choose(row.title, LOCALE)
    return Asked(row.id, title.text or row.iri, title.language, answer, row.codes.get("country", ()))


def _source(asked: Asked, lengths: Mapping[str, float]) -> Source:
    return Source(asked.record, asked.answer, frozenset(asked.countries), lengths.get(asked.record))


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
