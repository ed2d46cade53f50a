"""Variables as the catalogue knows them, whoever described or measured them; and what makes two alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from catalogue.profiles.concepts_words import folded, words
from catalogue.profiles.counts import Count

TYPES: Final = ("number", "text", "date", "yes-no")
"""The kinds of type that differ for who compares; other types are as they were told."""

_NUMBERS: Final = (
    "int integer bigint smallint long short byte nonnegativeinteger positiveinteger unsignedint decimal "
    "numeric number float double real continuous numerical quantitative money"
)
_TEXTS: Final = "string str text varchar varchar2 nvarchar char character clob freetext langstring uuid"
_DATES: Final = (
    "date datetime timestamp time datetimestamp gyear gyearmonth year duration datetime2 timestamptz"
)
_YES_NO: Final = "bool boolean bit logical dichotomous binary flag"
_KINDS: Final = {
    word: kind
    for kind, told in zip(TYPES, (_NUMBERS, _TEXTS, _DATES, _YES_NO), strict=True)
    for word in told.split()
}
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS: Final = re.compile(r"[\W_]+")
_LONGEST_KEY: Final = 120
_LONGEST_TYPE: Final = 40


@dataclass(frozen=True, slots=True)
class Coded:
    """A value that a variable may have; `meaning` is "" where it is not told.

    `count` says how often it occurs, where the data were measured.
    """

    code: str
    meaning: str = ""
    count: Count = field(default_factory=Count.absent)


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a dataset; what is not told is "".

    `table` is the title of the table that it stands in, `concept` an IRI. `empty` is the share of its
    fields that are empty, 0 to 1, where that was measured.
    """

    table: str
    name: str
    label: str = ""
    description: str = ""
    datatype: str = ""
    unit: str = ""
    concept: str = ""
    concept_label: str = ""
    values: tuple[Coded, ...] = ()
    empty: float | None = None
    declared: bool = True
    measured: bool = False

    @property
    def alike(self) -> str:
        """What it shares with variables elsewhere that can be compared with it."""
        return self.concept or key_of(self.name or self.label)


def key_of(name: str) -> str:
    """A name without case, accents and signs: `systolicBP`, `systolic_bp` and `Systolic BP` are the same."""
    return _SIGNS.sub("", folded(name))[:_LONGEST_KEY]


def kind_of(datatype: str) -> str:
    """The kind of a type: one of `TYPES`, else the type itself, as `code` for “Code (10)”."""
    bare = datatype.rpartition("#")[2].rpartition(":")[2].partition("(")[0]
    return _KINDS.get(key_of(bare), folded(bare)[:_LONGEST_TYPE])


def spelt(text: str) -> list[str]:
    """The words of a text, each once; signs and underlines part them."""
    return words(text.replace("_", " "))


def words_of(variable: Variable) -> Iterator[tuple[str, bool]]:
    """The words that find a variable, each once, with whether they stand elsewhere than in name and label.

    The key of its name is one, and so is what it is alike by.
    """
    parted = _HUMPS.sub(" ", f"{variable.name} {variable.label}")
    name = dict.fromkeys([key_of(variable.name), *spelt(parted)])
    rest = (
        variable.table,
        variable.description,
        variable.unit,
        variable.concept_label,
        variable.concept.rstrip("/#").replace("#", "/").rpartition("/")[2],
        *(f"{one.code} {one.meaning}" for one in variable.values),
    )
    yield from ((word, False) for word in name if word)
    yield from ((word, True) for word in spelt(" ".join(rest)) if word not in name)
    if variable.concept:
        yield alike_word(variable.concept), True


def alike_word(alike: str) -> str:
    """The word by which what is alike is found: no text has such a word."""
    return f"={alike}"
