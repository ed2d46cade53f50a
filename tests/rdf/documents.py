"""Small DCAT documents to read, and short ways to read them."""

import json
from collections.abc import Iterator

from pyoxigraph import Triple

from catalogue.canonical import canonical
from catalogue.rdf import Document, Format, serialise
from catalogue.rdf_ladder import records
from catalogue.records import Record, Rejected

BASE = "https://feed.example/catalogue"
PREFIXES = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
    "@prefix dct: <http://purl.org/dc/terms/> .\n"
    "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    "@prefix ex: <https://example.org/> .\n"
)
XML_ROOT = (
    '<?xml version="1.0"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">\n'
)
CONTEXT = {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}
GOOD = 20


def read(text: str | bytes, format: Format, base: str = BASE) -> tuple[list[Record], list[Rejected]]:
    """The records of a document and what was rejected."""
    content = text.encode() if isinstance(text, str) else text
    items = list(records(Document("test", content, format, base)))
    found = [item for item in items if isinstance(item, Record)]
    return found, [item for item in items if isinstance(item, Rejected)]


def turtle(text: str) -> tuple[list[Record], list[Rejected]]:
    """Read Turtle, with the usual prefixes before it."""
    return read(PREFIXES + text, Format.TURTLE)


def values(record: Record, name: str) -> list[str]:
    """The texts and IRIs of a dct: or dcat: property of the record, sorted."""
    names = {f"http://purl.org/dc/terms/{name}", f"http://www.w3.org/ns/dcat#{name}"}
    own = (t for t in record.triples if t.subject == record.subject and t.predicate.value in names)
    return sorted(getattr(t.object, "value", "") for t in own)


def digests(found: list[Record]) -> dict[str, str]:
    """The digest of each record by its IRI."""
    return {record.subject.value: canonical(record.triples)[1] for record in found}


def statements(found: list[Record]) -> Iterator[Triple]:
    """All statements of the records."""
    for record in found:
        yield from record.triples


def rewritten(record: Record, format: Format) -> Record:
    """The record written in a format and read again."""
    [again], rejected = read(serialise(record.triples, format), format)
    assert not rejected
    return again


def twenty_and(broken: str, format: Format) -> str:
    """Twenty good datasets with a broken one in their midst; it is written as the format wants it."""
    match format:
        case Format.TURTLE:
            good = [f'ex:d{n} a dcat:Dataset ;\n  dct:title "Set {n}"@en .\n' for n in range(GOOD)]
            return PREFIXES + "\n".join([*good[:10], broken, *good[10:]])
        case Format.N_TRIPLES:
            good = [
                f"<https://example.org/d{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
                f"<http://www.w3.org/ns/dcat#Dataset> .\n<https://example.org/d{n}> "
                f'<http://purl.org/dc/terms/title> "Set {n}" .'
                for n in range(GOOD)
            ]
            return "\n".join([*good[:10], broken, *good[10:]])
        case Format.RDF_XML:
            good = [
                f'<dcat:Dataset rdf:about="https://example.org/d{n}">'
                f"<dct:title>Set {n}</dct:title></dcat:Dataset>"
                for n in range(GOOD)
            ]
            return XML_ROOT + "\n".join([*good[:10], broken, *good[10:]]) + "\n</rdf:RDF>"
        case _:
            items = [
                json.dumps(
                    {"@id": f"https://example.org/d{n}", "@type": "dcat:Dataset", "dct:title": f"Set {n}"}
                )
                for n in range(GOOD)
            ]
            graph = ",\n".join([*items[:10], broken, *items[10:]])
            return f'{{"@context": {json.dumps(CONTEXT)},\n"@graph": [\n{graph}\n]}}'
