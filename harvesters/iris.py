"""What people write where an IRI should stand: DOIs in all their spellings, links, and what can be mended."""

import re
from typing import Final
from urllib.parse import quote, unquote

from catalogue.drafting import named
from catalogue.rdf_sound import encoded

_DOI: Final = re.compile(
    r"(?:(https?://(?:dx\.|www\.)?doi\.org/)|info:doi/|doi\s*:\s*(https?://(?:dx\.)?doi\.org/)?)?"
    r"(10\.\d{4,9}(?:\.\d+)*/\S+)",
    re.I,
)
_SAFE_IN_DOI: Final = "/:;()@!$&'*+,=~-._"
_WEB: Final = re.compile(r"(https?://[^/?#\s]+)(.*)", re.I | re.S)
_URN: Final = re.compile(r"urn:[a-z0-9]\S", re.I)


def mended(iri: str) -> str:
    """An IRI, with what may not stand behind its host written with %; "" for what cannot become one."""
    if named(iri):
        return iri
    web = _WEB.fullmatch(iri)
    found = named(web[1] + encoded(web[2]) if web else encoded(iri))
    return found.value if found else ""


def address(text: str) -> str:
    """An address of the web as an IRI, mended where that is needed; "" for all else."""
    plain = text.strip()
    return mended(plain) if _WEB.fullmatch(plain) else ""


def doi(text: str) -> str:
    """A DOI in any spelling as https://doi.org/ in lower case, for it has no other; "" for what is none."""
    found = _DOI.fullmatch(text.strip()) if "10." in text else None
    if not found:
        return ""
    name = unquote(found[3]) if found[1] or found[2] else found[3]
    return mended("https://doi.org/" + quote(name.lower(), _SAFE_IN_DOI, errors="replace"))


def link(text: str) -> str:
    """A DOI, address of the web or URN that can stand as an IRI; else ""."""
    plain = text.strip()
    return doi(plain) or address(plain) or (mended(plain) if _URN.match(plain) else "")
