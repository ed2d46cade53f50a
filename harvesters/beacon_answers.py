"""A Beacon as it is asked: what it is, and its lists of datasets and cohorts. Nothing else is asked for."""

import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import httpx

from catalogue.errors import Invalid, Refused, Unreadable
from harvesters.addresses import web_address
from harvesters.http import Client
from harvesters.json_kept import digest
from harvesters.json_values import Node, document, first, node, nodes, text, whole

log = logging.getLogger(__name__)

ABOUT: Final = ("info", "service-info", "configuration", "entry_types", "map", "filtering_terms")
LISTED: Final = ("datasets", "cohorts")
"""All that is ever asked for is one of these, right below the root; no link of an answer is followed."""

INDIVIDUAL: Final = frozenset(
    "individuals biosamples g_variants genomicVariations runs analyses phenopackets variants".split()
)
"""What is about single people or samples. No option makes any of it be asked for."""

_OF_INDIVIDUALS: Final = frozenset(
    "sex diseases measures phenotypicFeatures karyotypicSex individualId biosampleStatus biosampleId runId "
    "variantInternalId variation pedigrees".split()
)
"""Names that only entries about single people or samples have."""

NEEDED: Final = "A GA4GH Beacon of version 2 is needed."
OF_TYPE: Final = {"datasets": ("dataset", "datasets"), "cohorts": ("cohort", "cohorts")}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a collection.

    `unusable` counts the entries that are no objects. `limit` is as many as a page holds at most.
    """

    entries: tuple[Node, ...]
    unusable: int
    total: int | None
    is_empty: bool
    granularity: str
    digest: bytes
    limit: int


class Answers:
    """The only one to ask a Beacon anything; `size` is as many entries of a list as are asked for."""

    def __init__(self, client: Client, url: str, size: int) -> None:
        self._client = client
        self.root = root_of(url)
        self.size = size

    def of(self, name: str, **parameters: str) -> Node:
        """An answer of the Beacon; only what is named here is ever asked for."""
        if name not in ("", *ABOUT, *LISTED):
            raise Refused(f"{name} is not asked for.")
        query = f"?{urlencode(parameters)}" if parameters else ""
        url = f"{self.root}/{name}{query}" if name else self.root
        return document(self._client.get(url, "application/json", follow=_is_harmless), NEEDED)

    def page(self, name: str, skip: int) -> Page:
        """A part of a list; raises Refused for a list of something else, Unreadable for none."""
        parameters = {"requestedGranularity": "record", "skip": str(skip), "limit": str(self.size)}
        answer = self.of(name, **parameters)
        meta, summary = node(answer.get("meta")), node(answer.get("responseSummary"))
        kinds = [text(one.get("entityType")).lower() for one in nodes(meta.get("returnedSchemas"))]
        if kinds and not {*kinds} & {*OF_TYPE[name]} and "" not in kinds:
            raise Refused(f"{self.root}/{name} answered with {kinds[0]} instead, which was dropped unread.")
        granularity = text(meta.get("returnedGranularity"))
        if granularity not in ("", "record"):
            log.warning("%s are told with less detail than was asked for: %s", name, granularity)
        if answer.get("error"):
            raise Unreadable(f"{self.root}/{name}: {error_of(answer)}")
        given = _listed(answer)
        if given is None:
            detail = f" Its answers are no more than: {granularity}." if granularity else ""
            raise Unreadable(f"{self.root}/{name} holds no list.{detail}")
        entries = tuple(one for one in given if isinstance(one, dict))
        if any(_OF_INDIVIDUALS & one.keys() for one in entries):
            raise Refused(f"{self.root}/{name} answered with individuals or samples, dropped unread.")
        total = whole(summary.get("numTotalResults"))
        return Page(
            entries,
            len(given) - len(entries),
            total,
            total == 0 or summary.get("exists") is False,
            granularity,
            digest(given),
            min(self.size, _limit(meta) or self.size),
        )


def root_of(url: str) -> str:
    """The root of a Beacon from its address or that of one of its documents.

    Raises Refused for what is no address of the web, Invalid for one of what is about individuals.
    """
    given = web_address(url)
    segments = given.path.rstrip("/").split("/")
    if not _is_harmless(given):
        raise Invalid(
            f"{given} is the address of data about individuals or samples. Give the root of the Beacon, "
            "which is what stands before /info."
        )
    if given.query:
        raise Invalid(f"{given} has a query. Give the root of the Beacon, without one.")
    if segments[-1] in (*ABOUT, *LISTED):
        segments.pop()
    return str(given.copy_with(path="/".join(segments) or "/", query=None)).rstrip("/")


def _is_harmless(url: httpx.URL) -> bool:
    """Whether an address has not the look of one of individuals or samples."""
    return not INDIVIDUAL & {*url.path.split("/")}


def _limit(meta: Node) -> int | None:
    pagination = node(node(meta.get("receivedRequestSummary")).get("pagination"))
    return whole(pagination.get("limit"))


def _listed(answer: Node) -> list[object] | None:
    """The entries, as collections or in result sets; None when there is no list at all."""
    response = node(answer.get("response"))
    if isinstance(collections := response.get("collections"), list):
        return collections
    sets = response.get("resultSets", answer.get("resultSets"))
    if not isinstance(sets, list):
        return None
    return [entry for one in nodes(sets) for entry in _results(one)]


def _results(result_set: Node) -> list[object]:
    results = result_set.get("results")
    return results if isinstance(results, list) else []


def error_of(answer: Node) -> str:
    """What the Beacon says is wrong, as a sentence with a blank behind it."""
    error = node(answer.get("error"))
    words = first(error.get("errorMessage"), error.get("errorCode"), answer.get("error"))
    return f"The Beacon says: {words[:300]}. " if words else ""


def escaped(id: str) -> str:
    """An id as one segment of an address; nothing for one that would lead elsewhere."""
    return quote(id, safe="~:") if id.strip(".") else ""
