"""The one URL form of a feasibility question: pages, exports, the API and the command line share it.

`concept` (repeated, each a set: OMOP ids joined by commas, with a `!` at the end without what is below
them), `requires` and `wants` (domains, repeated), `sex`, `from_age`, `to_age`, `from_year`, `to_year`,
`follow_up` (months of 30 days), `visit` (OMOP id, repeated) and `at_least` (persons). Which sources are
asked is for the parameters of a search, in the same URL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from catalogue.errors import Invalid
from catalogue.profiles.analyses import DOMAINS, SEXES
from catalogue.profiles.feasibility import ConceptSet, Question

MOST_SETS: Final = 10
MOST_CONCEPTS: Final = 50
OLDEST: Final = 150
YEARS: Final = (1800, 2200)
LONGEST_FOLLOW_UP: Final = 1_800
MOST_PERSONS: Final = 10**12

_SET: Final = re.compile(r"\d{1,18}(?:,\d{1,18})*!?", re.ASCII)
_PLAIN: Final = Question()


def parse_question(pairs: Iterable[tuple[str, str]]) -> Question:
    """The question that the decoded parameters of a URL ask.

    Empty and unknown parameters are passed over and the last of a repeated single one counts; raises
    Invalid for one that cannot be.
    """
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if stripped := value.strip():
            given.setdefault(name, []).append(stripped)
    single = {name: values[-1] for name, values in given.items()}
    sets = [_set(text) for text in dict.fromkeys(given.get("concept", ()))]
    _require(len(sets) <= MOST_SETS, "concept", len(sets), f"given at most {MOST_SETS} times")
    sex = single.get("sex", "")
    _require(not sex or sex in SEXES, "sex", sex, f"one of {', '.join(SEXES)}")
    return Question(
        concept_sets=tuple(sets),
        required=_domains(given, "requires"),
        desired=_domains(given, "wants"),
        ages=_span(single, "from_age", "to_age", (0, OLDEST)),
        sex=sex,
        years=_span(single, "from_year", "to_year", YEARS),
        follow_up=_number(single, "follow_up", (1, LONGEST_FOLLOW_UP)),
        visits=tuple(
            int(text) for text in _sound(given.get("visit", ()), str.isdecimal, "visit", "an OMOP id")
        ),
        minimum=_number(single, "at_least", (1, MOST_PERSONS)) or _PLAIN.minimum,
    )


def format_question(question: Question) -> str:
    """The canonical query string: what is not the default, in the same order for equal questions."""
    return urlencode([*pairs(question)])


def pairs(question: Question) -> Iterator[tuple[str, str]]:
    """The parameters of a question, decoded."""
    for one in question.concept_sets:
        yield "concept", ",".join(map(str, one.concepts)) + ("" if one.descendants else "!")
    yield from (("requires", domain) for domain in question.required)
    yield from (("wants", domain) for domain in question.desired)
    if question.sex:
        yield "sex", question.sex
    for name, (low, high) in (("age", question.ages), ("year", question.years)):
        yield from ((f"{end}_{name}", str(at)) for end, at in (("from", low), ("to", high)) if at is not None)
    if question.follow_up is not None:
        yield "follow_up", str(question.follow_up)
    yield from (("visit", str(visit)) for visit in question.visits)
    if question.minimum != _PLAIN.minimum:
        yield "at_least", str(question.minimum)


def _set(text: str) -> ConceptSet:
    allowed = f"at most {MOST_CONCEPTS} OMOP ids joined by commas"
    _require(bool(_SET.fullmatch(text)), "concept", text, allowed)
    concepts = tuple(dict.fromkeys(int(id) for id in text.removesuffix("!").split(",")))
    _require(len(concepts) <= MOST_CONCEPTS, "concept", text, allowed)
    return ConceptSet(concepts, descendants=not text.endswith("!"))


def _domains(given: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    found = _sound(given.get(name, ()), DOMAINS.__contains__, name, f"one of {', '.join(DOMAINS)}")
    return tuple(domain for domain in DOMAINS if domain in found)


def _sound(
    values: Sequence[str], is_sound: Callable[[str], bool], name: str, allowed: str
) -> tuple[str, ...]:
    for value in values:
        _require(is_sound(value) and value.isascii() and len(value) <= 18, name, value, allowed)
    return tuple(dict.fromkeys(values))


def _span(
    single: Mapping[str, str], first: str, last: str, limits: tuple[int, int]
) -> tuple[int | None, int | None]:
    low, high = _number(single, first, limits), _number(single, last, limits)
    if low is not None and high is not None:
        _require(low <= high, first, low, f"at most {last}, which is {high}")
    return low, high


def _number(single: Mapping[str, str], name: str, limits: tuple[int, int]) -> int | None:
    if (text := single.get(name)) is None:
        return None
    low, high = limits
    sound = text.isascii() and text.isdecimal() and len(text) <= 15 and low <= int(text) <= high
    _require(sound, name, text, f"a whole number from {low} to {high}")
    return int(text)


def _require(sound: bool, name: str, value: object, allowed: str) -> None:
    if not sound:
        raise Invalid(f"There cannot be {name}={value!s:.100}: it must be {allowed}.")
