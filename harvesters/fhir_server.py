"""A FHIR server as it is asked: its statement of capabilities, pages of a type, numbers, organisations."""

import logging
from dataclasses import dataclass, field
from typing import Final

import httpx
import orjson

from catalogue.errors import Invalid, Refused, Unreadable
from harvesters.fhir_bounds import Bounds, base_of, is_harmless
from harvesters.http import Client, Fetched
from harvesters.json_kept import digest
from harvesters.json_values import Node, document, first, node, nodes, text, whole

log = logging.getLogger(__name__)

COUNT_BYTES: Final = 8_192
"""An answer to a request for a number is looked at only when it is no longer than this."""

_NEEDED: Final = "A FHIR server that answers in JSON (application/fhir+json) is needed."
_ACCEPT: Final = "application/fhir+json, application/json;q=0.9"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a type; `following` is the link to the next as it is written.

    `resources` are of the type that was asked for alone: what else a server sends is dropped, and
    `foreign` counts it. `keys` tell the entries apart. `newest` holds, for a page of a history, each id
    with what was done to it last on this page, such as DELETE.
    """

    url: str
    resources: tuple[Node, ...]
    following: str
    total: int | None
    entries: int
    digest: bytes
    newest: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    unusable: int = 0
    foreign: int = 0


@dataclass(frozen=True, slots=True)
class Capability:
    """What a server says of itself: `types` with their search parameters and interactions."""

    statement: Node
    version: str
    types: dict[str, frozenset[str]] = field(default_factory=dict)
    with_history: frozenset[str] = frozenset()

    @property
    def inner(self) -> str:
        """The base by which the server knows itself."""
        return text(node(self.statement.get("implementation")).get("url"))


class Server:
    """The only one to ask a FHIR server anything, within its bounds."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._accept = _ACCEPT
        self.bounds = Bounds(base_of(url))
        self.capability = Capability({}, "")

    def introduce(self) -> Capability:
        """Ask what the server is; raises what a first request raises, and Invalid for another version."""
        asked = self.bounds.metadata()
        fetched = self._client.get(asked, self._accept, follow=is_harmless)
        if fetched.url != asked and fetched.url.partition("?")[0].endswith("/metadata"):
            self.bounds = Bounds(base_of(fetched.url.partition("?")[0]))
        statement = document(fetched, _NEEDED)
        if statement.get("resourceType") not in ("CapabilityStatement", "Conformance"):
            raise Unreadable(f"{fetched.url} is no CapabilityStatement. {_said(statement)}{_NEEDED}")
        self.capability = _capability(fetched.url, statement)
        short = ".".join(self.capability.version.split(".")[:2])
        if short:
            self._accept = f"application/fhir+json; fhirVersion={short}, {_ACCEPT}"
        return self.capability

    def page(self, url: str, type: str, is_history: bool = False) -> Page:
        """One page; raises Refused out of bounds, Unreadable for what is no Bundle, and as `Client.get`."""
        if not self.bounds.is_page(httpx.URL(url), type):
            raise Refused(f"{url[:500]} is no page of {type} on this server, so it was not asked for.")
        fetched = self._fetched(url)
        bundle = document(fetched, _NEEDED)
        if bundle.get("resourceType") != "Bundle":
            raise Unreadable(f"{url} is no Bundle of {type}. {_said(bundle)}".strip())
        return _history(fetched, bundle, type) if is_history else _page(fetched, bundle, type)

    def count(self, type: str, among: str = "") -> int | None:
        """How many there are, where the server tells; nothing else of its answer is looked at.

        `among` is as for `Bounds.count`.

        Raises Refused when it sends more than a number, and what `Client.get` raises.
        """
        for accurate in (False, True):
            url = self.bounds.count(type, accurate, among)
            fetched = self._fetched(url)
            if len(fetched.content) > COUNT_BYTES or b'"entry"' in fetched.content:
                raise Refused(
                    f"{url} asked for a number and got {len(fetched.content):,} bytes, which were "
                    "dropped unread: this server does not understand _summary=count."
                )
            try:
                bundle = node(orjson.loads(fetched.content))
            except orjson.JSONDecodeError:
                return None
            if bundle.get("resourceType") == "Bundle" and (total := whole(bundle.get("total"))) is not None:
                return total
        return None

    def organisation(self, id: str) -> Node:
        """One organisation; raises what `Client.get` raises, and Unreadable for anything else."""
        found = document(self._fetched(self.bounds.organisation(id)), _NEEDED)
        if found.get("resourceType") != "Organization":
            raise Unreadable(f"Organization/{id} is none.")
        return found

    def _fetched(self, url: str) -> Fetched:
        return self._client.get(url, self._accept, follow=lambda there: self.bounds.holds(url, str(there)))


def _capability(url: str, statement: Node) -> Capability:
    version = first(statement.get("fhirVersion"))
    if version.startswith(("0.", "1.", "3.")):
        raise Invalid(f"{url} speaks FHIR {version}. R4 (4.0), R4B (4.3) and R5 (5.0) are read.")
    if version and not version.startswith(("4.", "5.")):
        log.warning("%s speaks FHIR %s, which is read like R5", url, version)
    types: dict[str, frozenset[str]] = {}
    with_history = set()
    for rest in nodes(statement.get("rest")):
        if text(rest.get("mode")) == "client":
            continue
        for resource in nodes(rest.get("resource")):
            type = text(resource.get("type"))
            names = {text(one.get("name")) for one in nodes(resource.get("searchParam"))}
            types[type] = types.get(type, frozenset()) | names
            codes = {text(one.get("code")) for one in nodes(resource.get("interaction"))}
            if "history-type" in codes:
                with_history.add(type)
    return Capability(statement, version, types, frozenset(with_history))


def _page(fetched: Fetched, bundle: Node, type: str) -> Page:
    resources: list[Node] = []
    unusable = foreign = 0
    entries = nodes(bundle.get("entry"))
    for entry in entries:
        resource = node(entry.get("resource"))
        found = resource.get("resourceType")
        if found == type:
            resources.append(resource)
        elif found == "OperationOutcome":
            log.warning("%s says: %s", fetched.url, _said(resource))
        elif not resource:
            unusable += 1
        else:
            foreign += 1
    if foreign:
        log.warning("%s: %s entries of another type than %s were dropped unread", fetched.url, foreign, type)
    return Page(
        url=fetched.url,
        resources=tuple(resources),
        following=_next(bundle),
        total=whole(bundle.get("total")),
        entries=len(entries),
        digest=_digest(bundle),
        unusable=unusable,
        foreign=foreign,
        keys=tuple(text(one.get("id")) for one in resources),
    )


def _history(fetched: Fetched, bundle: Node, type: str) -> Page:
    """A page of a history, newest first, of which nothing but the deletions is read."""
    newest: dict[str, str] = {}
    keys: list[str] = []
    entries = nodes(bundle.get("entry"))
    for entry in entries:
        resource, request = node(entry.get("resource")), node(entry.get("request"))
        id = first(resource.get("id")) or _id_in(text(request.get("url")), type)
        newest.setdefault(id, text(request.get("method")).upper())
        version = first(node(resource.get("meta")).get("versionId"), node(entry.get("response")).get("etag"))
        keys.append(f"{id} {text(request.get('method'))} {version}")
    return Page(
        url=fetched.url,
        resources=(),
        following=_next(bundle),
        total=None,
        entries=len(entries),
        digest=_digest(bundle),
        newest=tuple(newest.items()),
        keys=tuple(keys),
    )


def _digest(bundle: Node) -> bytes:
    """The same for pages with the same entries, whatever their links and times are."""
    return digest(bundle.get("entry"))


def _next(bundle: Node) -> str:
    links = nodes(bundle.get("link"))
    return next((text(one.get("url")) for one in links if text(one.get("relation")) == "next"), "")


def _id_in(url: str, type: str) -> str:
    """The id in the address of a deletion, such as Library/12 or .../Library/12/_history/3."""
    parts = httpx.URL(url).path.split("/") if _is_address(url) else []
    return parts[parts.index(type) + 1] if type in parts[:-1] else ""


def _is_address(url: str) -> bool:
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError):
        return False
    return True


def _said(outcome: Node) -> str:
    """What an OperationOutcome says, as a sentence with a blank behind it."""
    if outcome.get("resourceType") != "OperationOutcome":
        return ""
    issues = (
        first(node(one.get("details")).get("text"), one.get("diagnostics"), one.get("code"))
        for one in nodes(outcome.get("issue"))
    )
    words = "; ".join(filter(None, issues))[:500]
    return f"The server says: {words}. " if words else ""
