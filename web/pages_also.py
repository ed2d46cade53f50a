"""The other descriptions of the same dataset as values: which they are, and why they are taken for that."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.clusters import Clusters, Member
from catalogue.identities import DOI, ID, IRI, NAME, PAGE
from web.i18n import mark
from web.links import Links, outward

ANCHOR: Final = "also"
REASONS: Final = {
    IRI: mark("same IRI"),
    DOI: mark("same DOI"),
    ID: mark("same identifier"),
    PAGE: mark("same home page"),
    NAME: mark("same title and publisher"),
}
_SEVERED: Final = "…"


@dataclass(frozen=True, slots=True)
class Also:
    """Another description; `reason` is for translation, `value` what both have in common, "" for words."""

    title: str
    href: str
    source: str
    source_href: str
    reason: str
    value: str
    value_href: str
    direct: bool


@dataclass(frozen=True, slots=True)
class Alike:
    """All descriptions of a dataset but the one that is read; `lead` is None where that one leads."""

    number: int
    others: tuple[Also, ...]
    lead: Also | None


def view(clusters: Clusters, id: str, links: Links) -> Alike:
    """What else describes the dataset of a record, the leading description first."""
    members = clusters.others(id)
    shown = tuple(_shown(members, links))
    lead = clusters.leads([id]).get(id) if members else None
    leads = shown[0] if shown and lead and members[0].id == lead.id else None
    return Alike(len(shown) + 1, shown, leads)


def _shown(members: tuple[Member, ...], links: Links) -> Iterator[Also]:
    for one in members:
        scheme, value = reason(one.key)
        yield Also(
            one.title or one.id,
            links.record(one.id),
            one.source,
            links.source(one.source),
            REASONS[scheme],
            value,
            _address(scheme, value),
            one.direct,
        )


def reason(key: str) -> tuple[str, str]:
    """The scheme of a key and what is shown of it; folded titles are not for reading."""
    scheme = key[: key.index(":") + 1]
    value = "" if scheme == NAME else key.removeprefix(scheme)
    start, cut, _ = value.partition(_SEVERED)
    return scheme, start + cut


def _address(scheme: str, value: str) -> str:
    if scheme == DOI:
        return outward(f"https://doi.org/{value}")
    return outward(value) if scheme == IRI and not value.endswith(_SEVERED) else ""
