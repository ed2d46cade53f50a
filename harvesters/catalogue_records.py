"""What the change feed of a FAIRfinder says: its pages read from any JSON, and its records as they are."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeAlias

import orjson
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from catalogue.drafting import named
from catalogue.envelope import opened
from catalogue.errors import Refused, Unreadable
from catalogue.records import KINDS, Record, Rejected
from harvesters.json_kept import kept
from harvesters.payload import long_values_refused
from ontologies.namespaces import DCAT, FOAF, PROV, RDF

GONE: Final = "gone"
_STATES: Final = frozenset({"present", "missing", GONE})
_KINDS: Final = frozenset(KINDS.values())
_ID: Final = re.compile(r"[a-z2-7]{16}")
_KEPT: Final = 1 << 16

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Item:
    """The last change of a record. `record` is the IRI of its catalogue record there."""

    id: str
    iri: str
    is_gone: bool
    still_held: bool
    modified: datetime
    record: str

    @property
    def place(self) -> tuple[datetime, str]:
        """What the feed is ordered by."""
        return self.modified, self.id


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the feed; `unread` are the items that are none, `catalogue` what it says of itself."""

    next: str
    complete: bool
    total: int
    at: datetime | None
    items: tuple[Item, ...]
    unread: tuple[bytes, ...]
    catalogue: Mapping[str, str]


def page(content: bytes, url: str) -> Page:
    """Read a page; raises Unreadable for what is no change feed."""
    body = _loaded(content, url)
    items = body.get("items")
    following, complete, total = body.get("next"), body.get("complete"), body.get("total")
    if not (isinstance(items, list) and isinstance(following, str) and isinstance(complete, bool)):
        raise _foreign(url)
    if isinstance(total, bool) or not isinstance(total, int):
        raise _foreign(url)
    read = [(_item(one), one) for one in items]
    about = body.get("catalogue")
    return Page(
        following,
        complete,
        max(0, total),
        moment(body.get("at")),
        tuple(item for item, _ in read if item),
        tuple(kept(one) for item, one in read if not item),
        {name: _text(value) for name, value in about.items()} if isinstance(about, dict) else {},
    )


def texts(content: bytes, url: str) -> dict[str, str]:
    """The statements of records by id; raises Unreadable."""
    found = _loaded(content, url).get("records")
    if not isinstance(found, dict):
        raise _foreign(url)
    return {id: text for id, text in found.items() if isinstance(text, str)}


def record(item: Item, text: str, origin: str, catalogue: Sequence[NamedNode]) -> Record | Rejected:
    """A record as the other catalogue holds it, with what that one says of where it had it from.

    The statement that a catalogue lists it becomes a membership. What belongs to a record is what can be
    reached from it, so a link leads to the catalogue record of the other catalogue, and whoever
    harvests the record from here by whatever protocol has the same.
    """
    try:
        triples = _parsed(text)
        envelope, own = opened(NamedNode(item.record), triples)
    except (SyntaxError, KeyError, ValueError, Refused) as error:
        reason = f"Its statements cannot be read: {str(error).rstrip('.')}."
        return Rejected(origin, item.iri, reason, text.encode()[:_KEPT])
    if envelope is None or envelope.subject.value != item.iri or envelope.kind not in _KINDS:
        reason = "Its statements do not say that they are of this record."
        return Rejected(origin, item.iri, reason, text.encode()[:_KEPT])
    told = [triple for triple in triples if triple.subject == envelope.record]
    link = Triple(envelope.subject, FOAF.isPrimaryTopicOf, envelope.record)
    members = tuple(dict.fromkeys([*envelope.member_of, *catalogue]))
    return Record(envelope.subject, envelope.kind, (*own, link, *told), origin, members)


def came_from(base: str, record: Record) -> bool:
    """Whether a record was born in the catalogue at `base`, or passed through it on its way."""
    if _is_below(base, record.subject.value):
        return True
    types = (t for t in record.triples if t.predicate == RDF.type and t.object == DCAT.CatalogRecord)
    passed = {triple.subject for triple in types}
    origins = (t.object for t in record.triples if t.predicate == PROV.wasDerivedFrom and t.subject in passed)
    return any(_is_below(base, getattr(node, "value", "")) for node in (*passed, *origins))


def _is_below(base: str, address: str) -> bool:
    return address == base or address.startswith(f"{base}/")


def moment(given: Json) -> datetime | None:
    """A moment with its zone; None for what is none."""
    try:
        found = datetime.fromisoformat(_text(given))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _item(given: Json) -> Item | None:
    if not isinstance(given, dict):
        return None
    id, iri, state = _text(given.get("id")), _text(given.get("iri")), _text(given.get("state"))
    modified, record = moment(given.get("modified")), _text(given.get("record"))
    if not (_ID.fullmatch(id) and named(iri) and named(record) and state in _STATES and modified):
        return None
    return Item(id, iri, state == GONE, given.get("still_held") is True, modified, record)


def _parsed(text: str) -> list[Triple]:
    """The statements; those with an IRI that is none as the other catalogue kept them."""
    content = text.encode()
    with long_values_refused("it"):
        try:
            return [quad.triple for quad in parse(content, RdfFormat.N_TRIPLES)]
        except SyntaxError:
            return [quad.triple for quad in parse(content, RdfFormat.N_TRIPLES, lenient=True)]


def _loaded(content: bytes, url: str) -> dict[str, Json]:
    try:
        body: Json = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _foreign(url) from error
    if not isinstance(body, dict):
        raise _foreign(url)
    return body


def _text(given: Json) -> str:
    return given.strip() if isinstance(given, str) else ""


def _foreign(url: str) -> Unreadable:
    return Unreadable(
        f"{url} did not answer as the change feed of a FAIRfinder does. Check the address: it must be that "
        "of the start page of the other catalogue."
    )
