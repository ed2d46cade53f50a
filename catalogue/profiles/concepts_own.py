"""The concepts that we name ourselves, so that common ones are called something without a vocabulary."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from catalogue.profiles.concepts_words import code_word, words

OWN: Final = "FAIRfinder"
"""The vocabulary of a concept whose own is not known to us."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a vocabulary. `standard` is S or C (classification), `invalid` D or U, "" for neither."""

    id: int
    name: str
    domain: str = ""
    vocabulary: str = ""
    kind: str = ""
    standard: str = ""
    code: str = ""
    invalid: str = ""


@cache
def own_concepts() -> Mapping[int, Concept]:
    """Our own concepts by id, read once by each process."""
    text = (files("ontologies") / "concepts" / "names.toml").read_text("utf-8")
    return {
        int(id): Concept(
            int(id),
            one["name"],
            domain,
            one.get("vocabulary", OWN),
            standard="S",
            code=one.get("code", ""),
        )
        for domain, named in tomllib.loads(text).items()
        for id, one in named.items()
    }


def words_of(concept: Concept) -> set[str]:
    """The words that a concept is found by, of its name and its code."""
    return {*words(concept.name), code_word(concept.code)} - {""}
