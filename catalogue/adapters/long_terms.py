"""Texts and addresses that are too long for an engine, kept in parts.

Virtuoso refuses a literal of 64 KB and cuts an IRI after 1,879 bytes without a word. A statement whose
object is longer is sent as several, each with some of the object's letters and their place among them.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.exact_literals import NOTE, lines_of, parsed
from catalogue.errors import Invalid

_PART: Final = NOTE + "/part/"
"""No note is called so, because no IRI begins with a slash."""

_PART_LETTERS: Final = 8_000
"""In N-Triples a letter takes six bytes at most."""

_LONG_TAG: Final = re.compile(rb'"@[0-9A-Za-z-]{60}')


@dataclass(frozen=True, slots=True)
class Longest:
    """What an engine holds, in bytes."""

    literal: int
    iri: int
    language: int

    def holds(self, term: object) -> bool:
        match term:
            case NamedNode():
                return len(term.value.encode()) <= self.iri
            case Literal():
                return (
                    len(str(term).encode()) <= self.literal
                    and len(term.datatype.value.encode()) <= self.iri
                    and len(term.language or "") <= self.language
                )
        return True


def parted(lines: list[bytes], longest: Longest) -> list[bytes]:
    """The statements, in parts where their objects are too long; raises Invalid where that does not help."""
    suspect = [line for line in lines if len(line) > longest.iri or _LONG_TAG.search(line)]
    long = [triple for triple in parsed(suspect) if not _fits(triple, longest)]
    if not long:
        return lines
    gone = set(lines_of(long))
    return [line for line in lines if line not in gone] + lines_of(p for t in long for p in _parts(t))


def joined(triples: Iterable[Triple]) -> list[Triple]:
    """The statements as they were before they were parted; raises Invalid when a part is missing."""
    whole: list[Triple] = []
    found: defaultdict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    subjects = {}
    for triple in triples:
        if triple.predicate.value.startswith(_PART) and isinstance(triple.object, Literal):
            key, number, letters = triple.object.value.split(" ", 2)
            subject = str(triple.subject)
            subjects[subject] = triple.subject
            found[subject, triple.predicate.value, key][int(number)] = letters
        else:
            whole.append(triple)
    for (subject, predicate, _), letters_by_number in found.items():
        letters = "".join(letters_by_number[number] for number in sorted(letters_by_number))
        line = f"<urn:a> <{predicate.removeprefix(_PART)}> {letters} .\n".encode()
        whole += [Triple(subjects[subject], said.predicate, said.object) for said in parsed([line])]
    return whole


def _fits(triple: Triple, longest: Longest) -> bool:
    if not (longest.holds(triple.subject) and longest.holds(triple.predicate)):
        raise Invalid(
            f"A statement cannot be stored: an IRI has more than {longest.iri:,} bytes. Nothing was written."
        )
    return longest.holds(triple.object)


def _parts(triple: Triple) -> list[Triple]:
    predicate = NamedNode(_PART + triple.predicate.value)
    letters = str(triple.object)
    key = hashlib.sha256(letters.encode()).hexdigest()[:16]
    starts = range(0, len(letters), _PART_LETTERS)
    return [
        Triple(triple.subject, predicate, Literal(f"{key} {n} {letters[start : start + _PART_LETTERS]}"))
        for n, start in enumerate(starts)
    ]
