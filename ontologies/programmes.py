"""Research programmes as data: who is in one, the outcomes it agreed on, and what those mean in codes.

Each TOML file is one programme, called as its file. Those that come with FAIRfinder are in
`programmes/`; docs/programmes.md tells how to write one.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from ontologies.outcome_domains import DOMAINS
from ontologies.sections import KEY, Section, Wrong

_CODE: Final = re.compile(r"(LOINC|SNOMED|ATC|ICD-10) [A-Za-z0-9.-]+")
_FIRST_YEAR: Final = 1900


@dataclass(frozen=True, slots=True)
class Membership:
    """A condition that makes a record a member: words, and values of facets that must all hold."""

    text: str
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OutcomeSet:
    """Where outcomes come from. `read` tells what of it was read; `ours` that no one published it."""

    key: str
    name: str
    title: str
    address: str
    year: int
    read: str
    ours: bool


@dataclass(frozen=True, slots=True)
class MappedConcept:
    """A concept of the OMOP vocabulary that an outcome was mapped to, with all below it or alone."""

    id: int
    name: str
    descendants: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome of a set, and what tells that a source has it.

    `words` are whole words, or beginnings where they end in `*`; `codes` are those of variables, such as
    `LOINC 72106-8`. `death` says that all who died count. `seen` is false where its name was not read
    at its source.
    """

    key: str
    label: str
    group: str
    domain: int
    set: str
    seen: bool
    words: tuple[str, ...]
    concepts: tuple[MappedConcept, ...]
    codes: tuple[str, ...]
    death: bool

    @property
    def is_mapped(self) -> bool:
        """Whether anything but words was found for it."""
        return bool(self.concepts or self.codes or self.death)


@dataclass(frozen=True, slots=True)
class Mapped:
    """Who mapped the outcomes to concepts, and when; a mapping is an opinion of its author."""

    author: str
    dated: date
    note: str


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme; `key` is its name in addresses, `file` where it was read from.

    Members are the records that any of `members` fits, and those with one of `identifiers`.
    """

    key: str
    name: str
    full_name: str
    home: str
    description: str
    members: tuple[Membership, ...]
    identifiers: tuple[str, ...]
    sets: tuple[OutcomeSet, ...]
    outcomes: tuple[Outcome, ...]
    mapped: Mapped
    file: str


@cache
def own() -> Mapping[str, Programme]:
    """The programmes that come with FAIRfinder, by key."""
    with as_file(files("ontologies") / "programmes") as folder:
        return read(folder)


def read(folder: Path) -> dict[str, Programme]:
    """The programmes of all TOML files in a folder, by key; raises Wrong."""
    if not folder.is_dir():
        raise Wrong(f"{folder} is no folder: name the one that holds the files of the programmes.")
    return {file.stem: _file(file) for file in sorted(folder.glob("*.toml"))}


def _file(file: Path) -> Programme:
    if not KEY.fullmatch(file.stem):
        raise Wrong(f"{file} cannot be a programme: its name may have a-z, 0-9 and single hyphens.")
    try:
        whole = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Wrong(f"{file} cannot be read as TOML: {error}.") from error
    return _programme(file.stem, Section(str(file), "", whole))


def _programme(key: str, whole: Section) -> Programme:
    sets = tuple(_set(one) for one in whole.tables("sets"))
    outcomes = tuple(_outcome(one, {known.key for known in sets}) for one in whole.tables("outcomes"))
    whole.unlike("sets", [one.key for one in sets])
    whole.unlike("outcomes", [one.key for one in outcomes])
    found = Programme(
        key=key,
        name=whole.text("name"),
        full_name=whole.text("full_name", ""),
        home=whole.address("home"),
        description=whole.text("description"),
        members=tuple(_membership(one) for one in whole.tables("members")),
        identifiers=whole.texts("identifiers"),
        sets=sets,
        outcomes=outcomes,
        mapped=_mapped(whole.table("mapping")),
        file=whole.file,
    )
    whole.ends()
    if not found.members and not found.identifiers:
        raise whole.wrong("it has neither [[members]] nor identifiers, so that no record is in it")
    return found


def _membership(section: Section) -> Membership:
    text = section.text("text", "")
    found = Membership(text, {name: section.texts(name) for name in section.left()})
    if not found.text and not any(found.filters.values()):
        raise section.wrong("it says neither a text nor the values of a facet")
    return found


def _set(section: Section) -> OutcomeSet:
    ours = section.flag("ours", default=False)
    found = OutcomeSet(
        key=section.key("key"),
        name=section.text("name"),
        title=section.text("title"),
        address="" if ours else section.address("address"),
        year=section.number("year", _FIRST_YEAR),
        read=section.text("read"),
        ours=ours,
    )
    section.ends()
    return found


def _outcome(section: Section, sets: set[str]) -> Outcome:
    found = Outcome(
        key=section.key("key"),
        label=section.text("label"),
        group=section.text("group"),
        domain=section.number("domain", 1),
        set=section.text("set"),
        seen=section.flag("seen", default=True),
        words=section.texts("words"),
        concepts=tuple(_concept(one) for one in section.tables("concepts")),
        codes=section.texts("codes"),
        death=section.flag("death", default=False),
    )
    section.ends()
    if found.domain not in DOMAINS:
        raise section.wrong(f"there is no outcome domain {found.domain}, only 1 to {len(DOMAINS)}")
    if found.set not in sets:
        raise section.wrong(f"there is no set “{found.set}” in the file")
    for code in found.codes:
        if not _CODE.fullmatch(code):
            raise section.wrong(f"“{code}” is no code such as “LOINC 72106-8” or “SNOMED 26929004”")
    for word in found.words:
        if not word.removesuffix("*").strip():
            raise section.wrong("one of the words is empty, which every text would have")
    return found


def _concept(section: Section) -> MappedConcept:
    found = MappedConcept(
        section.number("id", 1), section.text("name"), section.flag("descendants", default=True)
    )
    section.ends()
    return found


def _mapped(section: Section) -> Mapped:
    found = Mapped(section.text("author"), section.day("dated"), section.text("note", ""))
    section.ends()
    return found
