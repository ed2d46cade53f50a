"""Many documents to a cluster in requests of bounded size, repeated only for what it had no room for."""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypedDict, cast

import orjson

from catalogue.adapters.elastic_wire import Busy, Wire, reason
from catalogue.errors import Invalid, Unavailable

Sleep = Callable[[float], None]

REQUEST_BYTES: Final = 4 << 20
"""About how large a request becomes; one document may be larger."""

TRIES: Final = 8
"""So often is a part sent: with the pauses between, for about half a minute."""

_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 10.0
_BUSY: Final = frozenset({429, 503})

Line = bytes
"""An action, and the document behind it where there is one."""


class _Item(TypedDict, total=False):
    _id: str
    status: int
    error: object


def put_line(id: str, document: dict[str, object]) -> Line:
    """Put a document in place of the one with the same id."""
    return b"%b\n%b\n" % (orjson.dumps({"index": {"_id": id}}), orjson.dumps(document))


def remove_line(id: str) -> Line:
    """Take a document out; it need not be there."""
    return orjson.dumps({"delete": {"_id": id}}) + b"\n"


def send(wire: Wire, index: str, lines: Iterable[Line], sleep: Sleep, *, alias: bool = True) -> None:
    """Carry out all lines in their order.

    Raises Invalid for a document that the index cannot hold, and Unavailable when the cluster has no
    room for too long or fails; what was sent until then stays.
    """
    for parcel in _parcels(lines):
        _deliver(wire, index, parcel, sleep, alias)


def _parcels(lines: Iterable[Line]) -> Iterator[list[Line]]:
    parcel: list[Line] = []
    size = 0
    for line in lines:
        if parcel and size + len(line) > REQUEST_BYTES:
            yield parcel
            parcel, size = [], 0
        parcel.append(line)
        size += len(line)
    if parcel:
        yield parcel


def _deliver(wire: Wire, index: str, parcel: list[Line], sleep: Sleep, alias: bool) -> None:
    """Send a parcel, and again what was turned away, with growing pauses."""
    rest = parcel
    for turn in range(TRIES):
        try:
            rest, why = _sent(wire, index, rest, alias)
        except Busy as busy:
            why = busy.detail
        if not rest:
            return
        if turn < TRIES - 1:
            sleep(min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2**turn) * random.uniform(0.5, 1.5))
    raise Unavailable(
        "The search index has no room for changes.",
        f"{len(rest):,} of {len(parcel):,} changes were turned away in {TRIES} tries: {why}. They are put "
        "again by the next run; give the cluster room or rest.",
    )


def _sent(wire: Wire, index: str, parcel: list[Line], alias: bool) -> tuple[list[Line], str]:
    """Send lines once; returns those that the cluster had no room for, and why."""
    body = wire.bulk(index, b"".join(parcel), alias=alias)
    if not body.get("errors"):
        return [], ""
    turned_away: list[Line] = []
    why = ""
    items = cast(list[dict[str, _Item]], body["items"])
    for line, answer in zip(parcel, items, strict=True):
        (item,) = answer.values()
        if item["status"] in _BUSY:
            turned_away.append(line)
            why = reason(item.get("error"))
        elif item["status"] >= 400 and "error" in item:
            _refuse(item)
    return turned_away, why


def _refuse(item: _Item) -> None:
    """Raise what it means that a document was refused for good."""
    why = reason(item.get("error"))
    if item["status"] >= 500 or item["status"] in (401, 403, 404):
        raise Unavailable("The search index failed.", f"{item.get('_id')}: {item['status']} ({why}).")
    raise Invalid(f"The search index cannot hold the record {item.get('_id')}: {why}.")
