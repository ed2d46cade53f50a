"""Cells that add up in two directions, as flows: hiding as many that none can be worked out.

Each sum is a node, each cell an edge between the two sums that it is in: the count flows from one to the
other, and what flows into a node flows out of it. A hidden cell can be more or less exactly where a round
trip through it leads over edges with room, so two hidden cells of a row do not protect each other unless
the round closes in other rows.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from catalogue.profiles.disclosure_cells import ROOM
from catalogue.profiles.release import Strata

Node = tuple[str, str]

_HUB: Final = 50
"""Nodes of so many edges are gone through last: most rounds are short, and lead past them."""


@dataclass(slots=True)
class Edge:
    """A count that flows, and how far it could be `down` and `up`; `key` is None where it is no cell."""

    source: Node
    target: Node
    down: int
    up: int
    key: tuple[str, Strata] | None = None


@dataclass(slots=True)
class Network:
    """Edges by the nodes that they touch."""

    edges: list[Edge] = field(default_factory=list)
    at: dict[Node, list[Edge]] = field(default_factory=dict)

    def add(self, edge: Edge) -> None:
        """Let a count flow."""
        self.edges.append(edge)
        self.at.setdefault(edge.source, []).append(edge)
        self.at.setdefault(edge.target, []).append(edge)

    def is_safe(self, edge: Edge) -> bool:
        """Whether what flows through the edge could be of enough different sizes."""
        more = self._around(edge, edge.target, edge.source, edge.up)
        return more >= ROOM or more + self._around(edge, edge.source, edge.target, edge.down) >= ROOM

    def _around(self, edge: Edge, start: Node, end: Node, most: int) -> int:
        """How much more can flow from start to end past the edge, up to `most`."""
        used: dict[int, int] = {}
        found = 0
        while found < most and (path := self._path(edge, start, end, used)):
            for step, sign in path:
                used[id(step)] = used.get(id(step), 0) + sign
            found += 1
        return found

    def _path(self, past: Edge, start: Node, end: Node, used: dict[int, int]) -> list[tuple[Edge, int]]:
        came: dict[Node, tuple[Edge, int]] = {}
        near, hubs = deque([start]), deque[Node]()
        while near or hubs:
            node = near.popleft() if near else hubs.popleft()
            for edge in self.at[node]:
                forward = edge.source == node
                other = edge.target if forward else edge.source
                if edge is past or other in came or other == start:
                    continue
                flow = used.get(id(edge), 0) if used else 0
                if (edge.up - flow if forward else edge.down + flow) <= 0:
                    continue
                came[other] = (edge, 1 if forward else -1)
                if other == end:
                    return _back(came, start, end)
                (near if len(self.at[other]) < _HUB else hubs).append(other)
        return []


def protect(network: Network, hidden: Iterable[Edge], next_to_shut: Callable[[Edge], Edge | None]) -> bool:
    """Make all hidden edges safe by shutting others; False where no more can be shut.

    `next_to_shut` shuts an edge for the sake of the given one, and returns it with its new room.
    """
    waiting = list(hidden)
    while waiting:
        edge = waiting.pop()
        while not network.is_safe(edge):
            shut = next_to_shut(edge)
            if shut is None:
                return False
            waiting.append(shut)
    return True


def _back(came: dict[Node, tuple[Edge, int]], start: Node, end: Node) -> list[tuple[Edge, int]]:
    path = []
    node = end
    while node != start:
        edge, sign = came[node]
        path.append((edge, sign))
        node = edge.source if sign > 0 else edge.target
    return path
