"""What a FAIR Data Point adds by itself never becomes a statement of a publisher."""

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.canonical import canonical
from catalogue.records import Record
from harvesters.fdp import harvest
from harvesters.http import Client
from ontologies.namespaces import DCT
from tests.harvest.asking import asked
from tests.harvest.loopback import Site
from tests.harvest.points import ROOT, catalogue, container, resource, turtle

PROFILE = "</profile/2f08228e-1789-40f8-84cd-28e3288c3604>"
LICENCE = "<http://rdflicense.appspot.com/rdflicense/cc-by-nc-nd3.0>"
ENGLISH = "<http://id.loc.gov/vocabulary/iso639-1/en>"
OTHER = "<https://licence.example/own>"
STAMP = '"2026-05-04T09:31:07.482Z"^^xsd:dateTime'
DAY = '"2020-05-04"^^xsd:date'
METRIC = "</metrics/445c0a70d1e214e545b261559e2842f4>"


def _point(site: Site, more: str, apart: str = "", root: str = f"dct:license {LICENCE}") -> str:
    root += f" ; dct:language {ENGLISH}"
    site.pages["/"] = turtle(resource("/", ROOT, root), container("/", "fdp-o:metadataCatalog", "/c"))
    site.pages["/c"] = catalogue("/c", "/a")
    site.pages["/a"] = turtle(resource("/a", more=more), apart)
    return f"{site.url}/"


def _said(client: Client, url: str, strip_defaults: str = "") -> tuple[Triple, ...]:
    items = harvest(asked(url, client, strip_defaults=strip_defaults))
    return next(i.triples for i in items if isinstance(i, Record) and i.subject.value == f"{url}a")


def _plain(triples: tuple[Triple, ...]) -> set[NamedNode]:
    return {triple.predicate for triple in triples}


ADDED = [
    ("dct:accessRights </a#accessRights>", "</a#accessRights> dct:description 'No restriction' ."),
    (f"dct:conformsTo {PROFILE}", f"{PROFILE} <http://www.w3.org/2000/01/rdf-schema#label> 'Dataset' ."),
    (f"dct:license {LICENCE}", ""),
    (f"dct:language {ENGLISH}", ""),
    (f"<http://semanticscience.org/resource/SIO_000628> {METRIC}", f"{METRIC} a ex:Metric ; ex:of </a> ."),
    ("fdp-o:metadataIdentifier </a#identifier>", "</a#identifier> dct:identifier 'x' ."),
    (f"fdp-o:metadataIssued {STAMP} ; fdp-o:metadataModified {STAMP}", ""),
    (f"dct:issued {STAMP} ; dct:modified {STAMP}", ""),
    (f"fdp-o:metadataIssued {DAY} ; dct:issued {DAY}", ""),
]


@pytest.mark.parametrize(("more", "apart"), ADDED)
def test_what_the_software_adds_is_taken_out_with_all_that_belongs_to_it(
    client: Client, site: Site, more: str, apart: str
) -> None:
    triples = _said(client, _point(site, more, apart))

    assert len(triples) == 2


@pytest.mark.parametrize(("more", "apart"), ADDED)
def test_it_stays_where_the_operator_wants_it(client: Client, site: Site, more: str, apart: str) -> None:
    assert len(_said(client, _point(site, more, apart), strip_defaults="no")) > 2


@pytest.mark.parametrize(
    "more",
    [
        "dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED>",
        "dct:accessRights <https://policy.example/a#accessRights>",
        "dct:conformsTo <https://ohdsi.example/omop>",
        f"dct:license {OTHER}",
        "dct:language <http://publications.europa.eu/resource/authority/language/NLD>",
        f"dct:issued {DAY}",
        'dct:issued "2020-05-04T10:00:00Z"^^xsd:dateTime',
        f"fdp-o:metadataIssued {STAMP} ; dct:issued {DAY}",
    ],
)
def test_what_a_publisher_says_stays(client: Client, site: Site, more: str) -> None:
    assert len(_said(client, _point(site, more))) == 3


def test_a_licence_that_the_point_and_its_dataset_chose_stays(client: Client, site: Site) -> None:
    triples = _said(client, _point(site, f"dct:license {OTHER}", root=f"dct:license {OTHER}"))

    assert DCT.license in _plain(triples)


def test_a_shipped_licence_stays_where_the_point_bears_another(client: Client, site: Site) -> None:
    triples = _said(client, _point(site, f"dct:license {LICENCE}", root=f"dct:license {OTHER}"))

    assert DCT.license in _plain(triples)


def test_a_new_time_stamp_alone_is_no_change(client: Client, site: Site) -> None:
    before = _said(client, _point(site, f"fdp-o:metadataModified {STAMP} ; dct:modified {STAMP}"))
    later = STAMP.replace("2026-05", "2026-06")

    after = _said(client, _point(site, f"fdp-o:metadataModified {later} ; dct:modified {later}"))

    assert canonical(before)[1] == canonical(after)[1]


def test_an_identifier_of_the_entry_that_is_the_record_itself_takes_nothing_else_away(
    client: Client, site: Site
) -> None:
    triples = _said(client, _point(site, "fdp-o:metadataIdentifier </a>"))

    assert Literal("a") in {triple.object for triple in triples}
