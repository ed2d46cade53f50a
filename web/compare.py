"""What a comparison is asked for, the datasets it is of, and the names that they go by."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from catalogue.catalogue import Catalogue
from catalogue.comparing import LEAST, MOST, Side, sides
from catalogue.comparing import MEASURED as ANALYSES
from catalogue.errors import Invalid, NotFound
from catalogue.profiles.comparing import Line, Source, concepts_of
from catalogue.search import Words
from web import pages_record
from web.i18n import mark

MOST_CONCEPTS: Final = 20
LONGEST_WORDS: Final = 200

DESCRIPTION: Final = "description"
MEASURED: Final = "measured"
CONCEPTS: Final = "concepts"
ALL: Final = "all"
PARTS: Final = {
    DESCRIPTION: mark("Description and access"),
    MEASURED: mark("What was measured"),
    CONCEPTS: mark("Concept by concept"),
    ALL: mark("All on one page"),
}
"""What `part` may ask for, with the words of its link."""

_DIGITS: Final = 18
_LONGEST_ID: Final = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison as its address has it: datasets and concepts in their order, each once."""

    ids: tuple[str, ...]
    concepts: tuple[int, ...] = ()
    differences: bool = False
    part: str = DESCRIPTION
    words: str = ""
    """What a concept is looked for by."""

    @property
    def query(self) -> str:
        """The same as the query of an address, without the words."""
        pairs = [("ids", ",".join(self.ids)), *(("concept", str(one)) for one in self.concepts)]
        pairs += [("differences", "1")] if self.differences else []
        pairs += [("part", self.part)] if self.part != DESCRIPTION else []
        return urlencode(pairs, safe=",")

    def without(self, id: str) -> "Asked":
        """The same without one of the datasets."""
        return replace(self, ids=tuple(one for one in self.ids if one != id))

    def with_concept(self, id: int) -> "Asked":
        """The same with one more concept."""
        return replace(self, concepts=tuple(dict.fromkeys((*self.concepts, id))))

    def without_concept(self, id: int) -> "Asked":
        """The same without one of the concepts."""
        return replace(self, concepts=tuple(one for one in self.concepts if one != id))

    def checked(self) -> "Asked":
        """The comparison itself; raises Invalid where it is of too few datasets or too many."""
        if not LEAST <= len(self.ids) <= MOST:
            raise Invalid(
                f"A comparison is of {LEAST} to {MOST} datasets, not of {len(self.ids)}. "
                "Name them as ids=, joined by commas."
            )
        return self


@dataclass(frozen=True, slots=True)
class Compared:
    """The datasets of a comparison, and what each is called."""

    asked: Asked
    sides: tuple[Side, ...]
    names: tuple[Words, ...]

    @property
    def profiled(self) -> int:
        """How many of them have a profile."""
        return sum(one.release is not None for one in self.sides)


def asked(request: Request) -> Asked:
    """What an address asks for; raises Invalid."""
    given = request.query_params
    part = given.get("part", "").strip() or DESCRIPTION
    if part not in PARTS:
        raise Invalid(f"There cannot be part={part:.40}: it must be one of {', '.join(PARTS)}.")
    ids = _each(given.getlist("ids"))
    if long := next((one for one in ids if len(one) > _LONGEST_ID), None):
        raise Invalid(f"There cannot be ids={long:.40}…: the id of a dataset has 16 characters.")
    concepts = tuple(_concept(one) for one in _each(given.getlist("concept")))
    if len(concepts) > MOST_CONCEPTS:
        raise Invalid(f"The comparison has {len(concepts)} concepts; the most is {MOST_CONCEPTS}.")
    words = given.get("find", "").strip()
    if len(words) > LONGEST_WORDS:
        raise Invalid(f"The words for a concept have {len(words):,} letters; the most is {LONGEST_WORDS}.")
    return Asked(ids, concepts, given.get("differences", "").strip() == "1", part, words)


def compared(catalogue: Catalogue, asked: Asked, analyses: Collection[str] = ANALYSES) -> Compared:
    """The datasets of a comparison, with what some analyses or all that are compared tell of them.

    Raises Invalid, and NotFound where none of them was ever here.
    """
    found = sides(catalogue, asked.checked().ids, analyses)
    if not any(one.entry for one in found):
        raise NotFound(f"None of these datasets is in the catalogue: {', '.join(asked.ids)}.")
    return Compared(asked, found, tuple(map(name_of, found)))


def lines(catalogue: Catalogue, found: Compared) -> tuple[Line, ...]:
    """The concepts that were asked for, then those that differ most."""
    sources = [
        Source(one.release.id, one.guarded.count("persons")) for one in found.sides if one.release is not None
    ]
    return concepts_of(catalogue.ledger.database, catalogue.concepts, sources, found.asked.concepts)


def name_of(side: Side) -> Words:
    """The title of a dataset, also of one that was withdrawn; its id where it was never here."""
    if side.record:
        return pages_record.title_of(side.record)
    return Words(side.entry.title if side.entry and side.entry.title else side.id)


def _each(given: Iterable[str]) -> tuple[str, ...]:
    parts = (part.strip() for text in given for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _concept(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise Invalid(f"There cannot be concept={text:.100}: a concept is given by its OMOP number.")
    return int(text)
