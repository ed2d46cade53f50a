"""The forms in which datasets of Health Data Research UK are published, told apart by what they hold.

A Gateway's list, page by page; the list that a custodian publishes for the federation of catalogues,
with an address for each dataset; a file that holds one dataset or many.
https://github.com/HDRUK/gateway-api
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

import httpx

from catalogue.errors import Unreadable
from harvesters.addresses import origin
from harvesters.hdruk_mapping import Dataset, identifier_of
from harvesters.json_values import first, many, node, number, text, web

_WRAPPERS: Final = tuple(
    "metadata latest_metadata latestMetadata latest_version datasetv2 dataset data versions".split()
)
_WITHDRAWN: Final = frozenset({"archived", "archive", "deleted", "withdrawn"})
_UNFINISHED: Final = frozenset({"draft", "pending", "inreview", "rejected"})
_KEYS: Final = ("persistentId", "id", "pid", "identifier")


@dataclass(frozen=True, slots=True)
class Entry:
    """One dataset as a list names it.

    `subject` is its IRI, `address` where it is fetched from, both "" when nothing identifies it.
    `mark` changes with the version of the dataset; it is "" where the list tells no version.
    `dataset` is the description where the list holds it, else None. `raw` is the member of the list.
    """

    subject: str
    address: str
    mark: str
    dataset: Dataset | None
    is_withdrawn: bool
    is_unfinished: bool
    raw: object


@dataclass(frozen=True, slots=True)
class Page:
    """A list or a part of it; `following` is the address of the next part, "" for none."""

    entries: list[Entry]
    total: int | None
    following: str


def page_of(answer: object, url: httpx.URL, item: str) -> Page:
    """What an address answered, in whichever of the forms it is; `item` is an address with {id} in it.

    Raises Unreadable for what is none of them.
    """
    own = node(answer)
    if isinstance(own.get("items"), list):
        return _federation(own, url, item)
    if isinstance(own.get("data"), list):
        return _gateway(own, url, item)
    many_in_one = own.get("datasets") if isinstance(own.get("datasets"), list) else answer
    if isinstance(many_in_one, list):
        return Page([_member(one, url, item) for one in many_in_one], None, "")
    entry = _member(answer, url, item)
    if entry.dataset is None:
        raise Unreadable(f"{url} holds no dataset of Health Data Research UK, nor a list of such.")
    return Page([entry if entry.subject else replace(entry, subject=str(url))], None, "")


def described_in(value: object) -> Dataset | None:
    """The description in an answer, however it is wrapped; None when there is none."""
    waiting = [value]
    for _ in range(50):
        if not waiting:
            return None
        own = node(waiting.pop(0))
        if isinstance(own.get("summary"), dict):
            return own
        legacy = node(own.get("datasetfields")).get("technicaldetails")
        if isinstance(own.get("datasetv2"), dict) and legacy:
            return {"structuralMetadata": legacy, **node(own["datasetv2"])}
        for name in _WRAPPERS:
            waiting += _newest_first(own.get(name))
    return None


def _newest_first(value: object) -> list[object]:
    if not isinstance(value, list):
        return many(value)
    return sorted(value, key=lambda one: _order(node(one)), reverse=True)[:3]


def _order(version: Mapping[str, object]) -> int:
    told = number(version.get("version"))
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else 0


def _member(value: object, url: httpx.URL, item: str) -> Entry:
    """A dataset in a file, or one that a plain list names."""
    found = described_in(value)
    if found is None:
        return _listed(value, url, item)
    named = identifier_of(found)
    file = str(url.copy_with(fragment=None))
    subject = web(named) or (f"{file}#{quote(named, safe='')}" if named else "")
    return replace(_listed(value, url, item), subject=subject, address=file, dataset=found)


def _federation(own: Mapping[str, object], url: httpx.URL, item: str) -> Page:
    """The list of a custodian, which may come in parts that a number of the first asks for."""
    entries = [_listed(one, url, item) for one in many(own["items"])]
    query = node(own.get("query"))
    total, begun = _number(query.get("total")), _number(query.get("offset")) or 0
    more = entries and total is not None and begun + len(entries) < total
    following = str(url.copy_set_param("offset", str(begun + len(entries)))) if more else ""
    return Page(entries, total, following)


def _gateway(own: Mapping[str, object], url: httpx.URL, item: str) -> Page:
    """A page of a Gateway; the next is asked for by its number at the address that the operator gave."""
    entries = [_listed(one, url, item) for one in many(own["data"])]
    page, last = _number(own.get("current_page")), _number(own.get("last_page"))
    more = page is not None and (page < last if last is not None else bool(own.get("next_page_url")))
    following = str(url.copy_set_param("page", str(page + 1))) if more and page is not None else ""
    return Page(entries, _number(own.get("total")), following)


def _listed(value: object, url: httpx.URL, item: str) -> Entry:
    own = node(value)
    dataset = described_in(value)
    key = first(*(own.get(name) for name in _KEYS)) or (identifier_of(dataset) if dataset else "")
    subject, address = _places(key, own, url, item)
    status = (text(own.get("status")) or text(own.get("activeflag"))).lower()
    versions = [text(own.get(name)) for name in ("version", "modified", "updated", "updated_at", "@schema")]
    mark = "|".join(versions) if any(versions) else ""
    return Entry(subject, address, mark, dataset, status in _WITHDRAWN, status in _UNFINISHED, value)


def _places(key: str, own: Mapping[str, object], url: httpx.URL, item: str) -> tuple[str, str]:
    """The IRI of a dataset in a list, and its address.

    A link of its own is followed on the server of the list alone, for examples of other servers stand there.
    """
    if not key:
        return "", ""
    listing = str(url.copy_with(query=None, fragment=None)).rstrip("/")
    subject = web(key) or f"{listing}/{quote(key, safe='')}"
    if item:
        return subject, item.replace("{id}", quote(key, safe=""))
    own_link = web(own.get("self"))
    return subject, own_link if _is_there(own_link, url) else f"{listing}/{quote(key, safe='')}"


def _is_there(link: str, url: httpx.URL) -> bool:
    """Whether a link leads to the server of an address."""
    try:
        return bool(link) and origin(httpx.URL(link)) == origin(url)
    except httpx.InvalidURL:
        return False


def _number(value: object) -> int | None:
    told = number(value)
    return int(told) if re.fullmatch("[0-9]{1,12}", told) else None


def each(entries: list[Entry], after: str) -> Iterator[Entry]:
    """The entries behind the one with this IRI, each IRI once; all where there is no such."""
    subjects = [entry.subject for entry in entries]
    begin = subjects.index(after) + 1 if after and after in subjects else 0
    seen: set[str] = set()
    for entry in entries[begin:]:
        if not entry.subject or entry.subject not in seen:
            seen.add(entry.subject)
            yield entry
