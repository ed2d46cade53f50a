"""A double of every kind of source: the node of the demonstration that plays it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from tests.harvest.asking import vocabularies
from web.demo.build import publications
from web.demo.feeds import documents
from web.demo.nodes import parts
from web.demo.playing import Answering, Heard, Part, Served

PAGED = "mitteldaten"


@dataclass(frozen=True)
class Double:
    """What plays a kind at an address, where it starts, and the options of its source."""

    answering: Callable[[str], Answering]
    start: str = "/"
    options: Mapping[str, str] = field(default_factory=dict)


SAME_EVERYWHERE = frozenset({"catalogue"})
"""Doubles that take long to make and answer alike at every address: one is made for all tests."""


@cache
def doubles() -> Mapping[str, Double]:
    """The doubles by kind; kinds that read files of this machine have none."""
    played = {part.kind: Double(_made(part), part.start, part.options) for part in parts() if part.answering}
    return {"dcat": _feed(), **played}


def _made(part: Part) -> Callable[[str], Answering]:
    answering = part.answering
    assert answering is not None
    if part.kind not in SAME_EVERYWHERE:
        return answering
    once = cache(lambda: answering(""))
    return lambda address: once()


def _feed() -> Double:
    """A paged DCAT feed."""
    publication = next(one for one in publications(vocabularies()) if one.name == PAGED)

    def answering(address: str) -> Answering:
        by_target = {one.path: one for one in documents(publication, address)}
        return lambda heard: by_target.get(heard.target)

    return Double(answering, documents(publication, "http://feed.example")[0].path)


def heard_by(answering: Answering, change: Callable[[int, Heard, Served], Served]) -> Answering:
    """The same, with each answer changed; the first request has the number 0."""
    number = -1

    def answer(heard: Heard) -> Served | None:
        nonlocal number
        number += 1
        found = answering(heard)
        return change(number, heard, found) if found else None

    return answer
