"""A fault in RDF: the piece that does not parse, and the parser's complaint in plain words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, NamedNode

from catalogue.rdf import Format


@dataclass(frozen=True, slots=True)
class Broken:
    """A piece that does not parse; `subject` is what it speaks of where that can be read."""

    line: int | None
    reason: str
    raw: bytes
    subject: NamedNode | BlankNode | None = None


def plain(error: SyntaxError | ValueError, format: Format) -> str:
    """A parser's complaint as a sentence for the person who mends the file."""
    text = getattr(error, "msg", None) or str(error)
    text = re.sub(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ", "", text)
    if found := re.search(r"The prefix (\S*?):? has not been declared", text):
        text = f"the prefix `{found[1]}:` is not declared"
    elif "No LoadDocumentCallback" in text:
        text = "it needs a context from elsewhere, and contexts are never fetched"
    line = getattr(error, "lineno", None)
    start = f"Line {line}" if line else "The document"
    return f"{start} is not valid {_NAMES[format]}: {text.rstrip('.')}."


_NAMES: Final[Mapping[Format, str]] = {
    Format.TURTLE: "Turtle",
    Format.RDF_XML: "RDF/XML",
    Format.JSON_LD: "JSON-LD",
    Format.N_TRIPLES: "N-Triples",
    Format.TRIG: "TriG",
    Format.N_QUADS: "N-Quads",
}
