"""Fjordarkiv, an archive of health studies: DDI Codebook and Dublin Core by OAI-PMH, two records a page."""

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from web.demo.playing import Answering, Heard, Part, Served

PAGE: Final = 2
_HOST: Final = "fjordarkiv.example"
_STARTED: Final = "2026-01-12T06:00:00Z"
_ENVELOPE: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{moment}</responseDate>'
    "<request verb={verb}>{address}</request>{body}</OAI-PMH>\n"
)
_FORMATS: Final = {
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "oai_ddi25": "ddi:codebook:2_5",
}
_DATES: Final = (date(2025, 6, 2), date(2024, 3, 18), date(2025, 9, 15), date(2025, 1, 9), date(2023, 11, 30))
_TEXT_OF: Final = {
    "title": "titl",
    "creator": "AuthEnty",
    "subject": "keyword",
    "description": "abstract",
    "publisher": "distrbtr",
    "coverage": "nation",
    "identifier": "IDNo",
}
"""The terms of Dublin Core and the elements of DDI that they are made from."""


@dataclass(frozen=True, slots=True)
class _Study:
    """A study as it is kept; one without a codebook was taken away."""

    name: str
    changed: str
    codebook: str = ""

    def header(self) -> str:
        status = "" if self.codebook else ' status="deleted"'
        return (
            f"<header{status}><identifier>oai:{_HOST}:{self.name}</identifier>"
            f"<datestamp>{self.changed}</datestamp><setSpec>studies</setSpec></header>"
        )

    def record(self, prefix: str) -> str:
        if not self.codebook:
            return f"<record>{self.header()}</record>"
        metadata = self.codebook if prefix != "oai_dc" else _dublin_core(self.codebook)
        return f"<record>{self.header()}<metadata>{metadata}</metadata></record>"


def _dublin_core(codebook: str) -> str:
    terms = "".join(
        f"<dc:{term}>{text}</dc:{term}>"
        for term, element in _TEXT_OF.items()
        for text in re.findall(rf"<{element}\b[^>]*>([^<]+)</{element}>", codebook)
    )
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:type>Dataset</dc:type>{terms}</oai_dc:dc>'
    )


def _studies() -> tuple[_Study, ...]:
    folder = files("web.demo") / "sources" / "oai_pmh"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".xml"))
    kept = [
        _Study(name.removesuffix(".xml"), changed.isoformat(), (folder / name).read_text("utf-8"))
        for name, changed in zip(names, _DATES, strict=True)
    ]
    return (*kept, _Study("pilot-2012", "2025-10-01"))


def answering(address: str) -> Answering:
    """The archive, listening at an address."""
    studies = _studies()

    def answer(heard: Heard) -> Served | None:
        if heard.path != "/oai":
            return None
        verb = heard.query.get("verb", "")
        body = _body(studies, verb, heard.query, address)
        text = _ENVELOPE.format(
            moment=_STARTED, verb=quoteattr(verb), address=escape(f"{address}/oai"), body=body
        )
        return Served(heard.target, "text/xml; charset=utf-8", text.encode())

    return answer


def _body(studies: tuple[_Study, ...], verb: str, query: dict[str, str], address: str) -> str:
    match verb:
        case "Identify":
            return _identity(address)
        case "ListMetadataFormats":
            return _formats()
        case "GetRecord":
            return _single(studies, query)
        case "ListRecords" | "ListIdentifiers":
            return _list(studies, verb, query)
    return _error("badVerb", "There is no such verb here.")


def _identity(address: str) -> str:
    return (
        "<Identify><repositoryName>Fjordarkiv, Archive of Health Studies</repositoryName>"
        f"<baseURL>{escape(address)}/oai</baseURL><protocolVersion>2.0</protocolVersion>"
        f"<adminEmail>data@{_HOST}</adminEmail><earliestDatestamp>2023-01-01</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DD</granularity>"
        '<description><eprints xmlns="http://www.openarchives.org/OAI/1.1/eprints"><content>'
        f"<URL>https://{_HOST}/</URL><text>Studies on health and ageing that universities and "
        "hospitals of Europe have given into safe keeping.</text></content></eprints></description>"
        "</Identify>"
    )


def _formats() -> str:
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{space}</schema>"
        f"<metadataNamespace>{space}</metadataNamespace></metadataFormat>"
        for prefix, space in _FORMATS.items()
    )
    return f"<ListMetadataFormats>{listed}</ListMetadataFormats>"


def _single(studies: tuple[_Study, ...], query: dict[str, str]) -> str:
    for study in studies:
        if query.get("identifier") == f"oai:{_HOST}:{study.name}":
            return f"<GetRecord>{study.record(query.get('metadataPrefix', ''))}</GetRecord>"
    return _error("idDoesNotExist", "There is no such study here.")


def _list(studies: tuple[_Study, ...], verb: str, query: dict[str, str]) -> str:
    """A page; the token holds all that the list was asked for with, and where the page begins."""
    token = query.get("resumptionToken", "")
    prefix, since, start = query.get("metadataPrefix", ""), query.get("from", ""), 0
    if token:
        found = re.fullmatch(r"(\w+)\|([\d-]*)\|(\d{1,6})", token)
        if found is None:
            return _error("badResumptionToken", "The token was not given out here.")
        prefix, since, start = found[1], found[2], int(found[3])
    if prefix not in _FORMATS:
        return _error("cannotDisseminateFormat", "There is no such format here.")
    listed = [study for study in studies if study.changed >= since]
    if not listed:
        return _error("noRecordsMatch", "Nothing changed since.")
    page = listed[start : start + PAGE]
    end = start + PAGE
    following = f"{prefix}|{since}|{end}" if end < len(listed) else ""
    shown = [study.header() if verb == "ListIdentifiers" else study.record(prefix) for study in page]
    size = f'completeListSize="{len(listed)}" cursor="{start}"'
    return f"<{verb}>{''.join(shown)}<resumptionToken {size}>{following}</resumptionToken></{verb}>"


def _error(code: str, said: str) -> str:
    return f'<error code="{code}">{said}</error>'


NODE: Final = Part("fjordarkiv", "oai-pmh", "/oai", answering)
