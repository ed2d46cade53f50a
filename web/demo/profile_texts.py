"""The profiles of the demonstration as the texts in `sources/profiles` describe them.

A text says what the population of a dataset is like, and how its node exports counts of it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from web.demo.build import SOURCES, Section, Toml
from web.demo.population import Concept, Shape, Share

PROFILES: Final = SOURCES / "profiles"
_CONCEPTS: Final = "concepts"
_ALL: Final = "all"
"""The key of the shares that are of all persons, and not of those who have a concept."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One release of a profile: what the data held on a day, and when they were released."""

    until: date
    released: date
    vocabulary: str

    @property
    def name(self) -> str:
        """The part of an address that tells it from others."""
        return f"{self.released:%Y%m%d}"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a node exports of a dataset: `editions` from the oldest to the newest.

    `disagrees` names the fields in which the description of the dataset says on purpose what its data do
    not hold.
    """

    node: str
    id: str
    source: str
    format: str
    version: str
    types: tuple[int, ...]
    shape: Shape
    editions: tuple[Edition, ...]
    disagrees: tuple[str, ...]

    @property
    def dataset(self) -> str:
        """The IRI of the dataset."""
        return f"https://{self.node}.example/dataset/{self.id}"

    @property
    def path(self) -> str:
        """Where it lies on the site of its node."""
        return f"/profiles/{self.id}"


@cache
def profiles(folder: Path = PROFILES) -> tuple[Profile, ...]:
    """All profiles of the network, in the order of the names of their texts."""
    texts = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    concepts = {key: _concept(key, _section(one)) for key, one in _load(texts.pop(_CONCEPTS)).items()}
    return tuple(_profile(name, _load(path), concepts) for name, path in texts.items())


def _load(path: Path) -> Section:
    with path.open("rb") as file:
        return tomllib.load(file)


def _profile(name: str, text: Section, concepts: Mapping[str, Concept]) -> Profile:
    people = _section(text["people"])
    editions = tuple(
        Edition(_day(one["until"]), _day(one["released"]), str(one["vocabulary"]))
        for one in map(_section, _many(text["release"]))
    )
    return Profile(
        str(text["node"]),
        name,
        str(text["source"]),
        str(text["format"]),
        str(text.get("version", "")),
        tuple(_whole(one) for one in _many(text["types"])),
        _shape(name, people, _section(text["shares"]), concepts, editions[-1].until),
        editions,
        tuple(str(one) for one in _many(text.get("disagrees", []))),
    )


def _shape(name: str, people: Section, shares: Section, concepts: Mapping[str, Concept], last: date) -> Shape:
    age, deviation, least, most = (_number(one) for one in _many(people["age"]))
    persons = _whole(people["persons"])
    canary = _many(people.get("canary", []))
    return Shape(
        seed=name,
        sample=_whole(people.get("sample", persons)),
        persons=persons,
        records=_whole(people["records"]) if "records" in people else None,
        women=_number(people["women"]),
        age=(age, deviation),
        ages=(int(least), int(most)),
        first=_day(people["first"]),
        last=last,
        years=_number(people["years"]),
        deaths=_number(people["deaths"]),
        gaps=_number(people.get("gaps", 0)),
        cause=str(people.get("cause", "")),
        shares=tuple(
            _share(concepts[key], share, "" if among == _ALL else among)
            for among, some in shares.items()
            for key, share in _section(some).items()
        ),
        rare=(concepts[str(canary[0])], _whole(canary[1])) if canary else None,
    )


def _share(concept: Concept, given: Toml, among: str) -> Share:
    """A share, or a share with an age."""
    share, age = (_number(one) for one in (given if isinstance(given, list) else [given, concept.age]))
    return Share(concept, share, age, among)


def _concept(key: str, text: Section) -> Concept:
    return Concept(
        key=key,
        id=_whole(text["id"]),
        domain=str(text["domain"]),
        name=str(text["name"]),
        sex=str(text.get("sex", "")),
        age=_number(text.get("age", 0)),
        records=_number(text.get("records", 1)),
        unit=_whole(text.get("unit", 0)),
        median=_number(text.get("median", 0)),
        spread=_number(text.get("spread", 0)),
        step=_number(text.get("step", 0.1)),
        most=_number(text.get("most", 0)),
    )


def _section(given: Toml) -> Section:
    if not isinstance(given, dict):
        raise TypeError(f"a table was expected, not {given!r}")
    return given


def _many(given: Toml) -> list[Toml]:
    return given if isinstance(given, list) else [given]


def _number(given: Toml) -> float:
    if not isinstance(given, int | float):
        raise TypeError(f"a number was expected, not {given!r}")
    return given


def _whole(given: Toml) -> int:
    return int(_number(given))


def _day(given: Toml) -> date:
    if not isinstance(given, date):
        raise TypeError(f"a date was expected, not {given!r}")
    return given
