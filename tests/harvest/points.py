"""Small FAIR Data Points for the tests: documents by path, as the reference implementation writes them."""

from tests.harvest.loopback import Reply, Site

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix fdp-o: <https://w3id.org/fdp/fdp-o#> .
@prefix ldp: <http://www.w3.org/ns/ldp#> .
@prefix r3d: <http://www.re3data.org/schema/3-0#> .
@prefix ex: <https://ontology.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ROOT = "fdp-o:FAIRDataPoint, fdp-o:MetadataService, dcat:DataService, dcat:Resource"


def resource(path: str, types: str = "dcat:Dataset", more: str = "", name: str = "") -> str:
    """A resource called `{name}{path}` with a title; `more` are further statements of it."""
    title = path.strip("/") or "root"
    return f'<{name}{path}> a {types} ; dct:title "{title}"{" ; " + more if more else ""} .\n'


def container(of: str, relation: str, *members: str) -> str:
    """A container of `of`; members as paths or IRIs."""
    contained = " ; ldp:contains " + ", ".join(f"<{member}>" for member in members) if members else ""
    return (
        f"<{of.rstrip('/')}/{relation.partition(':')[2]}/> a ldp:DirectContainer ; dct:title 'Members' ; "
        f"ldp:membershipResource <{of}> ; ldp:hasMemberRelation {relation}{contained} .\n"
    )


def turtle(*parts: str, **headers: str) -> Reply:
    body = (PREFIXES + "".join(parts)).encode()
    return Reply(body, headers={"Content-Type": "text/turtle", **headers})


def catalogue(path: str, *members: str, **headers: str) -> Reply:
    """The document of a catalogue of datasets."""
    return turtle(resource(path, "dcat:Catalog"), container(path, "dcat:dataset", *members), **headers)


def small(site: Site) -> str:
    """A point with two catalogues, three datasets and one distribution; its address."""
    site.pages |= {
        "/": turtle(resource("/", ROOT), container("/", "fdp-o:metadataCatalog", "/c1", "/c2")),
        "/c1": catalogue("/c1", "/a", "/b"),
        "/c2": catalogue("/c2", "/c"),
        "/a": turtle(resource("/a"), container("/a", "dcat:distribution", "/a-csv")),
        "/a-csv": turtle(resource("/a-csv", "dcat:Distribution", "dcat:accessURL <https://get.example/>")),
        "/b": turtle(resource("/b")),
        "/c": turtle(resource("/c")),
    }
    return f"{site.url}/"
