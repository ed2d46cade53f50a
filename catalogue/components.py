"""Which records describe the same dataset, by the keys that they share. Pure functions."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.identities import rank

log = logging.getLogger(__name__)

MOST: Final = 50
"""Records that describe one dataset, at most; beyond that a key was taken for more than it tells."""


@dataclass(frozen=True, slots=True)
class Component:
    """Records that describe one dataset, and the most telling key by which each is joined to the others."""

    keys: Mapping[str, str]

    def __contains__(self, record: str) -> bool:
        return record in self.keys

    def __len__(self) -> int:
        return len(self.keys)


def components(holders: Mapping[str, Iterable[str]], sources: Mapping[str, str]) -> Iterator[Component]:
    """The records that are joined by keys, directly or by way of others; single ones are left out.

    `holders` has for each key the records that it joins, `sources` the source of each record. A source
    tells its own records apart: where keys would join two of one source, or more than `MOST` records,
    the least telling scheme of keys among those is left out of account, and so on.
    """
    open_ones = [{key: (*held,) for key, held in holders.items()}]
    while open_ones:
        for keys in _parted(open_ones.pop()):
            found = Component(_joined(keys))
            if len(found) <= MOST and len({sources[record] for record in found.keys}) == len(found):
                yield found
            elif firmer := _firmer(keys):
                open_ones.append(firmer)
            else:
                log.warning("%s records with %s are too many to be one dataset", len(found), min(keys))


def _parted(holders: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, tuple[str, ...]]]:
    """The keys of each connected component of two records at least."""
    leads: dict[str, str] = {}
    for held in holders.values():
        first = _lead(leads, held[0])
        for record in held[1:]:
            leads[_lead(leads, record)] = first
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for key, held in holders.items():
        if len(held) > 1:
            found[_lead(leads, held[0])][key] = held
    yield from found.values()


def _lead(leads: dict[str, str], record: str) -> str:
    """The record that stands for all that are joined to this one so far; the way there is made short."""
    while (lead := leads.setdefault(record, record)) != record:
        leads[record] = leads.setdefault(lead, lead)
        record = leads[record]
    return record


def _joined(holders: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The most telling key of each record."""
    found: dict[str, str] = {}
    for key in sorted(holders, key=lambda key: (rank(key), key)):
        for record in holders[key]:
            found.setdefault(record, key)
    return found


def _firmer(holders: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The keys without those of the least telling scheme among them."""
    weakest = max(map(rank, holders))
    return {key: held for key, held in holders.items() if rank(key) < weakest}
