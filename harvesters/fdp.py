"""A FAIR Data Point, or all that a FAIR Data Point Index knows."""

import json
import logging
from collections.abc import Iterator
from typing import Final

from catalogue.errors import CatalogueError
from catalogue.records import Harvested, Incomplete, Noted, Reached
from harvesters.choices import yes
from harvesters.fdp_index import is_index, nodes
from harvesters.fdp_place import Memory, Told, memory, place_at
from harvesters.fdp_resources import fault
from harvesters.fdp_walk import EVERY, Rules, Walk
from harvesters.kind import Asked, Kind

log = logging.getLogger(__name__)


def harvest(asked: Asked, every: int = EVERY) -> Iterator[Harvested]:
    """The records of a FAIR Data Point, or of every active one of an index.

    The place is told after so many members of containers.
    """
    hosts = tuple(asked.option("hosts").replace(",", " ").split())
    rules = Rules(hosts, yes(asked, "strip_defaults", True), every)
    remembers = memory(asked.remembered)
    if yes(asked, "index") or is_index(asked.url):
        yield from _every_node(asked, rules, remembers)
    else:
        yield from Walk(asked.client, asked.url, rules, remembers, asked.cursor).items()
    yield Noted(*remembers.noted())


def _every_node(asked: Asked, rules: Rules, remembers: Memory) -> Iterator[Harvested]:
    """One node after the other; one that cannot be harvested is named."""
    at, cursor, faults = _place(asked.cursor)
    if faults:
        yield Incomplete(f"{faults:,} faults were found before this run went on.")
    reached = place_at(cursor)
    remembers.now.update(reached.filled)
    for url in nodes(asked.client, asked.url):
        if url < at or (url == at and not reached.path):
            continue
        log.info("the FAIR Data Point %s", url)
        try:
            walk = Walk(asked.client, url, rules, remembers, cursor if url == at else "")
            for item in walk.items():
                faults += isinstance(item, Incomplete)
                yield Reached(_cursor(url, item.cursor, faults)) if isinstance(item, Reached) else item
        except CatalogueError as error:
            faults += 1
            yield fault(f"The FAIR Data Point {url} could not be harvested: {error}")
        yield Reached(_cursor(url, Told(filled=tuple(sorted(remembers.now))).cursor(), faults))


def _cursor(url: str, cursor: str, faults: int) -> str:
    return json.dumps({"node": url, "cursor": cursor, "faults": faults})


def _place(cursor: str) -> tuple[str, str, int]:
    """The node, the place in it (none when it was read to its end), and the number of faults so far."""
    try:
        told = json.loads(cursor)
        return str(told["node"]), str(told["cursor"]), int(told["faults"])
    except (ValueError, TypeError, LookupError):
        return "", "", 0


KIND: Final = Kind(
    "fdp",
    "A FAIR Data Point, or an index of them.",
    "The root of the FAIR Data Point, or the entries of an index (…/index/entries/all).",
    harvest,
    {
        "index": "yes: the address is that of an index, and every active node that it lists is harvested.",
        "hosts": "Further hosts that may be asked, where the records do not lie on the host of the address.",
        "strip_defaults": "no: keep what the software fills in by itself, such as access rights.",
    },
    own_pages=True,
)
