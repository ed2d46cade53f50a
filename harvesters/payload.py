"""From the bytes of a feed or file to a document: in UTF-8, and of the format that it really has."""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from catalogue.errors import Refused, Unreadable
from catalogue.rdf import Document, Format, detect
from catalogue.rdf_ladder import records
from catalogue.records import Record, Rejected
from harvesters.iris import mended

HEAD_BYTES: Final = 4096
"""As much of a document as is looked at to tell what it is."""

KEPT_BYTES: Final = 1 << 20
"""As much of a document that cannot be used as is kept for the person who mends it."""

FORMAT_HELP: Final = "RDF format of the source, where it does not tell: " + ", ".join(Format) + "."

NO_RECORDS: Final = "It describes no dataset, series, service or catalogue."
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?>.*?-->)\s*+)*+<(?:!doctype\s+html|html)\b", re.I | re.S
)
_XML = re.compile(rb"\s*<(?:\?xml\b|rdf:RDF\b)")
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*["}]')
_LINKED_JSON = re.compile(rb'"@(?:context|graph|id)"')
_RDF_IN_XML = re.compile(rb"22-rdf-syntax-ns#|<rdf:RDF\b")
_PROLOG = re.compile(rb"(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*[\"']([\w.:-]+)[\"']")
_POSSIBLE: Final = {
    Format.RDF_XML: re.compile(rb"\s*<(?![a-z][\w+.-]*://)", re.I),
    Format.JSON_LD: re.compile(rb"\s*[\[{]"),
}
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def document(
    origin: str, content: bytes, content_type: str = "", override: str = "", base: str = ""
) -> Document:
    """Bytes as a document of the format that the override, the content type, the name or they tell.

    Raises Unreadable for a web page, for nothing at all, and for what has no known format.
    """
    text = as_utf8(content, content_type)
    format = format_of(origin, text[:HEAD_BYTES], content_type, override)
    if format is Format.JSON_LD and not _LINKED_JSON.search(text):
        raise Unreadable("It is JSON, but not JSON-LD: it has no @context, @graph or @id.")
    if format is Format.RDF_XML and not _RDF_IN_XML.search(text):
        raise Unreadable("It is XML, but not RDF/XML: it does not speak of RDF anywhere.")
    return Document(origin, text, format, mended(base))


def format_of(name: str, head: bytes, content_type: str = "", override: str = "") -> Format:
    """The format of a document by its first bytes, which overrule a declared one that they cannot be."""
    if not head.strip():
        raise Unreadable("It is empty (0 bytes of content).")
    if _HTML.match(head):
        raise Unreadable(
            "It is a web page (HTML) and no RDF. Check the address, or ask its publisher for the "
            "address of the DCAT feed."
        )
    declared = detect(name, content_type, head, override)
    if override:
        return declared
    if _XML.match(head):
        return Format.RDF_XML
    if _JSON.match(head):
        return Format.JSON_LD
    possible = _POSSIBLE.get(declared)
    return detect(head=head) if possible and not possible.match(head) else declared


def described(document: Document) -> Iterator[Record | Rejected]:
    """The records of a document; raises Refused also for a single value that the parser cannot hold."""
    with long_values_refused("It"):
        yield from records(document)


@contextmanager
def long_values_refused(name: str) -> Iterator[None]:
    """Raises Refused where the parser of RDF runs out of the memory that it gives to one value."""
    try:
        yield
    except MemoryError as error:
        raise Refused(f"{name} holds a single value of more than 16 MB, which is not read.") from error


def as_utf8(content: bytes, content_type: str = "") -> bytes:
    """Text in UTF-8 without a byte order mark, whatever it was encoded in.

    In order: the byte order mark, UTF-8 if it is that, the encodings that the server and the XML
    prolog declare, Windows-1252. UTF-8 with a few broken places stays so, for the parser to tell.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            plain = content[len(mark) :]
            return plain if encoding == "utf-8" else _without_prolog(_recoded(plain, encoding))
    if _is_utf8(content):
        return _without_prolog(content)
    for encoding in (_charset(content_type), _prolog_encoding(content), "windows-1252", "latin-1"):
        try:
            return _without_prolog(content.decode(encoding).encode())
        except (UnicodeError, LookupError):
            continue
    return content


def _is_utf8(content: bytes) -> bool:
    """Whether it is UTF-8, or far more that than anything else."""
    try:
        content.decode()
    except UnicodeDecodeError:
        text = content.decode(errors="surrogateescape")
        foreign = len(text) - len(text.encode("ascii", errors="ignore"))
        broken = len(text) - len(content.decode(errors="ignore"))
        return 2 * broken < foreign
    return True


def _recoded(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except UnicodeError as error:
        raise Unreadable(f"It begins like {encoding.upper()} but is not: {error}.") from error


def _charset(content_type: str) -> str:
    found = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type, re.I)
    return found[1] if found and not found[1].lower().startswith("utf-8") else "ascii"


def _prolog_encoding(content: bytes) -> str:
    found = _PROLOG.match(content[:HEAD_BYTES])
    return found[2].decode("ascii") if found else "ascii"


def _without_prolog(content: bytes) -> bytes:
    """Drop an encoding other than UTF-8 from the XML prolog, where it is no longer true."""
    found = _PROLOG.match(content[:HEAD_BYTES])
    if found is None or found[2].lower() == b"utf-8":
        return content
    return found[1] + content[found.end() :]
