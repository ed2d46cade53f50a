"""Variables as pages show them: found over all sources, side by side, and those of one dataset."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.concepts import Concepts
from catalogue.profiles.counts import State
from catalogue.variables import Coded, Variable
from catalogue.variables_asked import Alike, Found
from web import format as form
from web.charts.chart import Say
from web.links import Links, outward
from web.telling import Telling, telling

_CODES: Final = 8
"""So many coded values stand in a row; the page of the dataset and the files have all."""

_OMOP: Final = re.compile(r"https?://athena\.ohdsi\.org/search-terms/terms/(\d{1,18})/?")


@dataclass(frozen=True, slots=True)
class Linked:
    """The concept that a variable is linked with; `own` is its page here, `href` where its address leads."""

    label: str
    iri: str
    href: str
    own: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """A coded value with its meaning, and how often it occurs where that was measured."""

    code: str
    meaning: str
    count: Telling | None


@dataclass(frozen=True, slots=True)
class VariableRow:
    """A variable to read; what is "" was not provided. `compare` leads to what is alike elsewhere."""

    name: str
    label: str
    meaning: str
    table: str
    type: str
    unit: str
    concept: Linked | None
    codes: tuple[Code, ...]
    more_codes: int
    empty: str
    measured: bool
    declared: bool
    compare: str
    dataset: str
    dataset_href: str
    variables_href: str


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """What several datasets have alike."""

    label: str
    name: str
    unit: str
    concept: Linked | None
    datasets: str
    variables: str
    href: str


class VariableWords:
    """Puts variables into words: links, labels of concepts of the vocabulary, numbers."""

    def __init__(self, links: Links, say: Say, concepts: Concepts) -> None:
        self._links = links
        self._say = say
        self._concepts = concepts

    def rows(self, found: Sequence[Found], codes: int = _CODES) -> tuple[VariableRow, ...]:
        """Variables with the datasets that have them."""
        named = self._named(one.variable for one in found)
        return tuple(self._row(one, named, codes) for one in found)

    def alike(self, found: Sequence[Alike]) -> tuple[AlikeRow, ...]:
        """What several datasets have alike."""
        named = self._named(one.example for one in found)
        return tuple(
            AlikeRow(
                one.example.label or one.example.name,
                one.example.name,
                one.example.unit,
                self._linked(one.example, named),
                form.number(one.datasets),
                form.number(one.variables),
                self._links.compared_variables([one.alike]),
            )
            for one in found
        )

    def _row(self, one: Found, named: Mapping[int, str], codes: int) -> VariableRow:
        told, links = one.variable, self._links
        return VariableRow(
            told.name,
            told.label,
            told.description,
            told.table,
            told.datatype,
            told.unit,
            self._linked(told, named),
            tuple(self._code(code) for code in told.values[:codes]),
            max(0, len(told.values) - codes),
            "" if told.empty is None else percent(told.empty),
            told.measured,
            told.declared,
            links.compared_variables([told.alike]) if told.alike else "",
            one.title,
            links.record(one.record),
            links.record(one.record, "/variables"),
        )

    def _code(self, one: Coded) -> Code:
        is_counted = one.count.state is not State.ABSENT
        return Code(one.code, one.meaning, telling(one.count, self._say) if is_counted else None)

    def _named(self, found: Iterable[Variable]) -> Mapping[int, str]:
        """The names of those linked concepts that are of the vocabulary."""
        ids = {id for one in found if (id := omop(one.concept)) is not None}
        return {id: concept.name for id, concept in self._concepts.named(ids).items()} if ids else {}

    def _linked(self, told: Variable, named: Mapping[int, str]) -> Linked | None:
        if not told.concept:
            return None
        id = omop(told.concept)
        label = told.concept_label or named.get(id or 0, "") or short(told.concept)
        own = self._links.concept(id) if id is not None and id in named else ""
        return Linked(label, told.concept, outward(told.concept), own)


def omop(iri: str) -> int | None:
    """The number of a concept of the OMOP vocabularies by its address."""
    found = _OMOP.fullmatch(iri)
    return int(found[1]) if found else None


def short(iri: str) -> str:
    """The readable end of an IRI, with the vocabulary where its address tells it."""
    parts = [part for part in iri.rstrip("/#").replace("#", "/").split("/") if part]
    return parts[-1] if parts else iri


def percent(share: float) -> str:
    """A share as whole percents."""
    return f"{100 * share:.0f}%"
