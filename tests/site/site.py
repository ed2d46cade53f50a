"""A small catalogue behind the application, and a reader who asks it for pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from fastapi import FastAPI

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.records import Harvested, Rejected, record_id
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.asking import FEED, ask, record
from tests.site import dom

BASE: Final = "http://127.0.0.1:18201"
START: Final = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
SOURCE: Final = "north"
FULL: Final = """
ex:full a dcat:Dataset ;
  dct:title "Northern dementia cohort"@en, "Nordische Demenzkohorte"@de ;
  dct:description "Adults with memory complaints, seen every year. Blood and *imaging* are kept."@en,
    "Erwachsene mit Gedächtnisbeschwerden."@de ;
  dcat:keyword "dementia"@en, "Demenz"@de ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/HEAL> ;
  dct:isPartOf <https://roadmap-alzheimer.org/> ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/FRA> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;
  health:numberOfUniqueIndividuals "12430"^^xsd:nonNegativeInteger ;
  health:numberOfRecords "1250000"^^xsd:nonNegativeInteger ;
  health:minTypicalAge "40"^^xsd:nonNegativeInteger ; health:maxTypicalAge "95"^^xsd:nonNegativeInteger ;
  dct:temporal [ a dct:PeriodOfTime ;
    dcat:startDate "2005-03-01"^^xsd:date ; dcat:endDate "2021-12-31"^^xsd:date ] ;
  health:hasVariables [ a csvw:TableGroup ; dct:title "Variables"@en ; csvw:table [ a csvw:Table ;
    dct:title "Visits"@en ; csvw:column [ a csvw:Column ; csvw:name "mmse" ; csvw:title "Score"@en ;
    csvw:datatype "integer" ; dct:description "Mini-mental score"@en ] ] ] ;
  dcat:landingPage <https://north.example/about> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Data office" ; vcard:hasEmail <mailto:data@north.example> ] ;
  dct:publisher [ a foaf:Agent ; foaf:name "Northern Institute" ] ;
  geo:custodian [ a foaf:Agent ; foaf:name "University Hospital North" ] ;
  dcat:distribution [ a dcat:Distribution ; dct:title "Enclave" ;
    dcat:accessURL <https://north.example/apply> ;
    dcat:byteSize "1500000"^^xsd:nonNegativeInteger ] ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
  dct:issued "2020-05-04"^^xsd:date ; dct:modified "2026-01-31"^^xsd:date ;
  ex:ourOwnProperty "kept as it is" ; ex:another <https://north.example/x>, <https://north.example/y> .
"""

HOSTILE: Final = r"""
ex:hostile a dcat:Dataset ;
  dct:title "<script>alert('title')</script> & <b>bold</b>"@en ;
  dct:description '''Good <em>words</em> <script>alert(1)</script><img src=x onerror=alert(2)>
[run](javascript:alert(3)) <a href='javascript:alert(4)' onclick='x()'>here</a>
and [safe](https://safe.example/)'''@en ;
  dcat:keyword "\"><script>alert(5)</script>"@en ;
  dct:conformsTo <https://north.example/a-very-long-word-of-an-address/LONG> ;
  dcat:landingPage <javascript:alert(6)> ;
  foaf:page <data:text/html,alert(7)> ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "<i>who</i>" ; vcard:hasURL <javascript:alert(8)> ] ;
  dct:publisher [ a foaf:Agent ; foaf:name "<u>Publisher</u>" ; foaf:homepage <vbscript:x> ] ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <javascript:alert(9)> ] .
"""

BARE: Final = """
ex:bare a dcat:Dataset ; dct:title "مجموعة بيانات"@ar ; dct:description "وصف قصير"@ar ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> .
"""

GERMAN: Final = """
ex:german a dcat:Dataset ; dct:title "Krebsregister Nord"@de ; dct:description "Alle Tumoren seit 1998."@de ;
  dct:spatial <http://publications.europa.eu/resource/authority/country/DEU> ;
  health:numberOfUniqueIndividuals "410000"^^xsd:nonNegativeInteger ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
  dct:publisher [ a foaf:Agent ; foaf:name "Register Nord" ] .
"""

HOSTILE_AND_LONG: Final = HOSTILE.replace("LONG", "a" * 120)
TEXTS: Final[Mapping[str, str]] = {
    "full": FULL,
    "hostile": HOSTILE_AND_LONG,
    "bare": BARE,
    "german": GERMAN,
}


def identity(name: str) -> str:
    """The id of a record of the test source."""
    return record_id(SOURCE, f"https://north.example/{name}")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **amount: float) -> None:
        """Let time pass."""
        self.time += timedelta(**amount)


def filled(settings: Settings, clock: Clock, folder: Path) -> Catalogue:
    """A catalogue in a new folder with the records above and one thing that could not be used."""
    catalogue = open_catalogue(settings.model_copy(update={"data_dir": folder}), now=clock)
    catalogue.ledger.sources.add(Source(SOURCE, "dcat", FEED, clock()))
    broken = Rejected(FEED, "line 41", "The prefix x: is not declared.")
    items: list[Harvested] = [*map(record, TEXTS.values()), broken]
    catalogue.ingest(SOURCE, items)
    return catalogue


@dataclass(frozen=True, slots=True)
class Site:
    """Asks the application as a browser would; errors come back as answers."""

    app: FastAPI
    catalogue: Catalogue

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Fetch an address."""
        return self.send("GET", path, headers=headers)

    def page(self, path: str, **headers: str) -> dom.Element:
        """Fetch a page and read it."""
        return dom.parse(self.get(path, **headers).text)

    def record(self, name: str) -> dom.Element:
        """The page of a record of the test source."""
        return self.page(f"/dataset/{identity(name)}")

    def send(self, method: str, path: str, **how: object) -> httpx.Response:
        """Send any request."""
        return ask(self.app, httpx.Request(method, BASE + path, **how))  # type: ignore[arg-type]
