"""What an answer of OAI-PMH holds: headers, records, the token that leads on, and errors.

https://www.openarchives.org/OAI/openarchivesprotocol.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.errors import Refused, Unreadable
from harvesters.oai_xml import Element, child, children, local, mended, parsed, plain, raw, whole, words
from harvesters.payload import KEPT_BYTES

BAD_TOKEN: Final = "badResumptionToken"
NO_RECORDS: Final = "noRecordsMatch"

# What stands between < and > holds neither of them, so that no page takes time that grows with its square.
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?OAI-PMH\b[^<>]*>")
_RECORD: Final = re.compile(rb"<((?:[\w.-]+:)?record)\b[^<>]*>.*?</\1\s*>", re.S)
_OPENED: Final = re.compile(rb"<(?:[\w.-]+:)?record\b[^<>]*>\s*(?=<(?:[\w.-]+:)?header\b)")
_TOKEN: Final = re.compile(rb"<(?:[\w.-]+:)?resumptionToken\b[^<]*(?:/>|</[^<>]*>)")
_IDENTIFIER: Final = re.compile(rb"<(?:[\w.-]+:)?identifier\b[^<>]*>([^<]+)</")
_RESPONSE: Final = re.compile(rb"<(?:[\w.-]+:)?responseDate\b[^<>]*>([^<]*)</")
_END: Final = re.compile(rb"</(?:[\w.-]+:)?List(?:Records|Identifiers)\s*>")


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a record."""

    identifier: str
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A record, or its header alone. One that cannot be read has a `fault` and its bytes instead."""

    header: Header
    metadata: Element | None = None
    fault: str = ""
    bytes: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: what it lists, and what leads on.

    `token` is "" on the last page. `torn` says that the end of the page is missing, so that there
    may be a token which was not seen. `error` is the code of an error and `said` what it says.
    """

    url: str
    moment: str = ""
    body: Element | None = None
    entries: tuple[Entry, ...] = ()
    token: str = ""
    size: int | None = None
    torn: bool = False
    error: str = ""
    said: str = ""


def read(url: str, content: bytes, content_type: str) -> Answer:
    """An answer from its bytes; raises Unreadable or Refused when nothing in it can be used."""
    try:
        root = parsed(content, content_type, url)
    except Unreadable as error:
        return _salvaged(url, plain(content, content_type, url), error)
    if local(root) != "OAI-PMH":
        raise Unreadable(f"{url} is XML, but no answer of OAI-PMH: it begins with <{local(root)[:100]}>.")
    moment = words(child(root, "responseDate"))
    for error_element in children(root, "error"):
        return Answer(
            url, moment, error=error_element.get("code", "") or "unknown", said=words(error_element)
        )
    body = next((one for one in children(root) if local(one) not in ("responseDate", "request")), None)
    token = child(body, "resumptionToken")
    return Answer(url, moment, body, tuple(_entries(body)), words(token), _size(token))


def _entries(body: Element | None) -> Iterator[Entry]:
    for one in children(body, "record", "header"):
        yield _entry(one)


def _entry(one: Element) -> Entry:
    if local(one) == "header":
        return Entry(_header(one))
    metadata = next(children(child(one, "metadata")), None)
    header = _header(child(one, "header"))
    if metadata is None and not header.deleted:
        return Entry(header, bytes=raw(one))
    return Entry(header, metadata)


def _header(header: Element | None) -> Header:
    return Header(
        words(child(header, "identifier")),
        words(child(header, "datestamp")),
        tuple(filter(None, map(words, children(header, "setSpec")))),
        header is not None and header.get("status", "").strip().lower() == "deleted",
    )


def _size(token: Element | None) -> int | None:
    told = token.get("completeListSize", "").strip() if token is not None else ""
    return int(told) if re.fullmatch(r"[0-9]{1,12}", told) else None


def _salvaged(url: str, text: bytes, error: Unreadable) -> Answer:
    """What can be read of a page that is not well formed: each record by itself."""
    root = _ROOT.search(text)
    if root is None or not _OPENED.search(text):
        raise error
    entries = tuple(_pieces(text, root[0]))
    tokens = _TOKEN.findall(text)
    token = _alone(tokens[-1], root[0]) if tokens else None
    moment = _RESPONSE.search(text)
    return Answer(
        url,
        moment[1].decode("utf-8", "replace").strip() if moment else "",
        entries=entries,
        token=words(token),
        size=_size(token),
        torn=token is None and not (_END.search(text) and not tokens),
    )


def _pieces(text: bytes, root: bytes) -> Iterator[Entry]:
    starts = [found.start() for found in _OPENED.finditer(text)]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = text[start:end]
        closed = _RECORD.match(piece)
        one = _alone(closed[0], root) if closed else None
        if one is not None:
            yield _entry(one)
        elif closed or end < len(text) or _END.search(piece):
            name = _IDENTIFIER.search(piece)
            header = Header(mended(name[1]).decode("utf-8", "replace").strip() if name else "")
            yield Entry(header, fault="Its XML is not well-formed.", bytes=piece[:KEPT_BYTES])


def _alone(piece: bytes, root: bytes) -> Element | None:
    """An element by itself, within the namespaces of the document."""
    name = re.match(rb"<([^\s>]+)", root)
    assert name is not None
    try:
        return next(children(parsed(root + piece + b"</" + name[1] + b">")), None)
    except (Unreadable, Refused):
        return None


__all__ = ["BAD_TOKEN", "NO_RECORDS", "Answer", "Element", "Entry", "Header", "read", "whole"]
