"""What further sources would add to those that a study has chosen: each gain by name, no score.

Sources are put in order by one kind of gain after the other, the one that matters most first. Only what
is sure puts a source ahead; what may be a gain is told, and so is what cannot be known.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from catalogue.profiles.feasibility import Answer, Bounds, ConceptSet, Question

Outcome = ConceptSet | str
"""A set of concepts or a desired domain of a question."""


class Gain(StrEnum):
    """A kind of gain, in the order in which they count where nothing else is asked."""

    OUTCOMES = "outcomes"
    COUNTRY = "country"
    FOLLOW_UP = "follow-up"
    PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one source; `follow_up` is the median length of first observation in days."""

    record: str
    answer: Answer
    countries: frozenset[str] = frozenset()
    follow_up: float | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the chosen sources have together.

    `lacking` are the outcomes for which none of them has data. `follow_up` is the longest median that
    one of them tells, None where none does. `placeless` do not tell where their data are from.
    """

    records: tuple[str, ...]
    lacking: tuple[Outcome, ...]
    countries: frozenset[str]
    follow_up: float | None
    placeless: int


@dataclass(frozen=True, slots=True)
class Added:
    """What one further source adds.

    `outcomes` it surely has for some person, `possible` ones perhaps, of `untold` ones nothing was
    provided. `longer` is by how many days its median follow-up exceeds that of the chosen, None where one
    of both is not told. `persons` meet all criteria, but may be persons of the chosen sources too.
    """

    record: str
    outcomes: tuple[Outcome, ...]
    possible: tuple[Outcome, ...]
    untold: tuple[Outcome, ...]
    countries: tuple[str, ...]
    is_placed: bool
    follow_up: float | None
    longer: float | None
    persons: Bounds | None

    @property
    def is_empty(self) -> bool:
        """Whether it surely has nobody who meets all criteria, so that it adds nothing to the question."""
        return self.persons is not None and self.persons.high == 0


def together(question: Question, chosen: Sequence[Source]) -> Chosen:
    """What the chosen sources have together."""
    has = {outcome for one in chosen for outcome, found in _outcomes(question, one.answer) if _any(found)}
    wanted: tuple[Outcome, ...] = (*question.concept_sets, *question.desired)
    return Chosen(
        tuple(one.record for one in chosen),
        tuple(outcome for outcome in dict.fromkeys(wanted) if outcome not in has),
        frozenset().union(*(one.countries for one in chosen)),
        max((one.follow_up for one in chosen if one.follow_up is not None), default=None),
        sum(not one.countries for one in chosen),
    )


def ranked(
    question: Question, chosen: Chosen, others: Iterable[Source], first: Gain = Gain.OUTCOMES
) -> tuple[Added, ...]:
    """What the others add, most first by the gain that matters most; those alike stay as they come."""
    order = (first, *(gain for gain in Gain if gain is not first))

    def rank(added: Added) -> tuple[bool, tuple[tuple[float, float], ...]]:
        return added.is_empty, tuple(_size(added, gain) for gain in order)

    return tuple(sorted((_added(question, chosen, one) for one in others), key=rank))


def _added(question: Question, chosen: Chosen, source: Source) -> Added:
    told = {at: bounds for at, bounds in _outcomes(question, source.answer) if at in chosen.lacking}
    found = {at: bounds for at, bounds in told.items() if bounds is not None}
    both = source.follow_up is not None and chosen.follow_up is not None
    return Added(
        record=source.record,
        outcomes=tuple(at for at, bounds in found.items() if bounds.low),
        possible=tuple(at for at, bounds in found.items() if not bounds.low and _any(bounds)),
        untold=tuple(at for at in told if at not in found),
        countries=tuple(sorted(source.countries - chosen.countries)),
        is_placed=bool(source.countries),
        follow_up=source.follow_up,
        longer=(source.follow_up or 0) - (chosen.follow_up or 0) if both else None,
        persons=source.answer.bounds,
    )


def _size(added: Added, gain: Gain) -> tuple[float, float]:
    """How large a gain surely is, and how large it may be; smaller numbers are larger gains."""
    match gain:
        case Gain.OUTCOMES:
            return -len(added.outcomes), -len(added.possible)
        case Gain.COUNTRY:
            return -bool(added.countries), 0
        case Gain.FOLLOW_UP:
            return -max(0, added.longer or 0), 0
        case Gain.PERSONS:
            if added.persons is None:
                return 0, 0
            high = added.persons.high
            return -added.persons.low, float("-inf") if high is None else -high


def _outcomes(question: Question, answer: Answer) -> Iterator[tuple[Outcome, Bounds | None]]:
    """The persons with each outcome; the sets of concepts come first among the factors of an answer."""
    for asked, factor in zip(question.concept_sets, answer.factors, strict=False):
        yield asked, factor.bounds
    yield from answer.desired


def _any(bounds: Bounds | None) -> bool:
    return bounds is not None and bounds.high != 0
