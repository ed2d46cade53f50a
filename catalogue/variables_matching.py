"""Which variables words find: those with words that begin so, else those with words in close spellings."""

from array import array
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import sqlalchemy as sql

from catalogue.profiles.concepts_words import MOST
from catalogue.variable_tables import variable_words
from catalogue.variables import alike_word, key_of, spelt

_BEHIND: Final = "\U0010ffff"
"""Comes behind every character that a word may have."""

_SHORTEST_CLOSE: Final = 4
_LONGER: Final = 8
_MOST_CLOSE: Final = 20
_words: Final = variable_words.c

Matches: TypeAlias = Mapping[int, Mapping[int, int]]
"""By dictionary the places of variables, each with how many of the words stand elsewhere than in its name."""

Condition: TypeAlias = sql.ColumnElement[bool]


def matching(db: sql.Connection, text: str, dictionary: int | None = None) -> Matches | None:
    """The variables, of one dictionary or of all, that a text finds; None for a text without words.

    All its words must begin words of the variable, or the text as a whole its name, in any spelling.
    """
    asked = spelt(text)[:MOST]
    if not asked:
        return None
    within = () if dictionary is None else (_words.dictionary == dictionary,)
    found = _all(_found(db, sql.and_(_beginning(one), *within)) for one in asked)
    if len(asked) == 1:
        return found
    named = _found(db, sql.and_(_beginning(key_of(text)), *within))
    return _either(found, named) if named else found


def close_to(db: sql.Connection, text: str) -> Matches | None:
    """The same with close spellings of those words that nothing begins with; None where there are none."""
    conditions: list[Condition] = []
    for one in spelt(text)[:MOST]:
        condition = _beginning(one)
        if db.scalar(sql.select(_words.dictionary).where(condition).limit(1)) is None:
            near = _near(db, one)
            if not near:
                return None
            condition = _words.word.in_(near)
        conditions.append(condition)
    return _all(_found(db, one) for one in conditions) or None


def alike(db: sql.Connection, name: str) -> Matches:
    """The variables that may be alike by a concept, or by a name in any spelling, and perhaps others."""
    return _found(db, _words.word.in_([alike_word(name), key_of(name)]))


def _found(db: sql.Connection, condition: Condition) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for dictionary, places in db.execute(sql.select(_words.dictionary, _words.places).where(condition)):
        mine = found.setdefault(dictionary, {})
        for place in array("I", places):
            at, elsewhere = place >> 1, place & 1
            if not elsewhere or at not in mine:
                mine[at] = elsewhere
    return found


def _all(each: Iterator[dict[int, dict[int, int]]]) -> dict[int, dict[int, int]]:
    """The variables that each has, with their words elsewhere added up."""
    found = next(each)
    for more in each:
        found = {id: _both(mine, more[id]) for id, mine in found.items() if id in more}
    return {id: mine for id, mine in found.items() if mine}


def _both(mine: Mapping[int, int], its: Mapping[int, int]) -> dict[int, int]:
    return {at: mine[at] + its[at] for at in mine.keys() & its.keys()}


def _either(one: Matches, other: Matches) -> Matches:
    return {id: {**one.get(id, {}), **other.get(id, {})} for id in {*one, *other}}


def _beginning(word: str) -> Condition:
    """Whether a word begins so; a single character is a whole word."""
    if len(word) == 1:
        return _words.word == word
    return sql.and_(_words.word >= word, _words.word < word + _BEHIND)


def _near(db: sql.Connection, word: str) -> list[str]:
    """The words that are one letter away, of long ones two; the first letter must be right."""
    most = 0 if len(word) < _SHORTEST_CLOSE else 1 if len(word) < _LONGER else 2
    if not most:
        return []
    query = sql.select(_words.word).distinct().where(_words.word >= word[0], _words.word < word[0] + _BEHIND)
    length = sql.func.length(_words.word)
    found = db.scalars(query.where(length.between(len(word) - most, len(word) + most)))
    near = sorted((distance(word, one, most), one) for one in found)
    return [one for far, one in near if far <= most][:_MOST_CLOSE]


def distance(one: str, other: str, most: int) -> int:
    """How many letters must be changed, added, left out or swapped; `most` + 1 where it is more than that."""
    older: list[int] = []
    before: list[int] = []
    line: list[int] = [*range(len(other) + 1)]
    for at, letter in enumerate(one, 1):
        older, before, line = before, line, [at]
        for place, sign in enumerate(other, 1):
            cost = min(before[place] + 1, line[-1] + 1, before[place - 1] + (letter != sign))
            if older and place > 1 and letter == other[place - 2] and one[at - 2] == sign:
                cost = min(cost, older[place - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
    return line[-1]
