import hashlib
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pyld import jsonld
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from catalogue.canonical import canonical
from catalogue.context import (
    CONTEXT_PATH,
    MOST_STATEMENTS,
    compact,
    compact_with_context,
    context,
    context_document,
    own_contexts_only,
)
from catalogue.fields import TABLES
from ontologies.namespaces import DCAT, DCT, PREFIXES, RDF, XSD
from tests.asking import record
from tests.interfaces.site import Site

FROZEN = "b8d092cc0939fb42b52866161745a527b3169b016eb3f7a7c9a41371cc16be9c"
"""SHA-256 of version 1 of the context.

Documents that name /context/v1.jsonld are kept by others and read with what it says then. Where a
change only adds terms, put the new digest here. Where it changes or removes a term, leave version 1
as it was, serve the new words under /context/v2.jsonld and write new documents with that.
"""

URL = f"https://catalogue.example{CONTEXT_PATH}"
SUBJECT = NamedNode("https://north.example/a")


def digest_by_pyoxigraph(document: bytes) -> str:
    return canonical(quad.triple for quad in parse(document, RdfFormat.JSON_LD))[1]


def digest_by_pyld(document: bytes) -> str:
    options = {"format": "application/n-quads", "documentLoader": own_contexts_only}
    lines = jsonld.to_rdf(json.loads(document), options)
    return canonical(quad.triple for quad in parse(lines, RdfFormat.N_QUADS))[1]


def inlined(document: bytes) -> bytes:
    return json.dumps(json.loads(document) | {"@context": context()}).encode()


def test_version_1_of_the_context_does_not_change_unnoticed() -> None:
    assert hashlib.sha256(context_document()).hexdigest() == FROZEN


def test_every_field_of_a_name_has_the_same_term() -> None:
    terms: dict[str, tuple[object, ...]] = {}
    for table in TABLES.values():
        for field in table:
            meaning = (field.path, field.datatype, context()[field.name])
            assert terms.setdefault(field.name, meaning)[0] == field.path
            assert terms[field.name][2] == meaning[2]


def test_no_field_is_called_like_a_prefix() -> None:
    assert not {field.name for table in TABLES.values() for field in table} & set(PREFIXES)


def test_the_context_is_served_for_long_and_with_a_tag(site: Site) -> None:
    answer = site.get(CONTEXT_PATH)

    assert answer.content == context_document()
    assert answer.headers["content-type"] == "application/ld+json"
    assert "max-age=2592000" in answer.headers["cache-control"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert site.get(CONTEXT_PATH, if_none_match=answer.headers["etag"]).status_code == 304


def test_no_context_but_ours_is_ever_loaded() -> None:
    with pytest.raises(jsonld.JsonLdError):
        own_contexts_only("https://elsewhere.example/context.jsonld")


def test_every_record_reads_the_same_by_two_readers(site: Site) -> None:
    for id in site.catalogue.ids(limit=20):
        stored = site.catalogue.record(id)
        told = stored.export()

        document = compact(told, [stored.envelope.subject], URL)

        assert digest_by_pyoxigraph(inlined(document)) == canonical(told)[1]
        assert digest_by_pyld(document) == canonical(told)[1]


def test_a_record_is_readable_json(site: Site) -> None:
    stored = site.catalogue.record(site.first())

    document = json.loads(site.get(f"/dataset/{site.first()}.jsonld").content)

    assert document["@context"] == site.catalogue.base + CONTEXT_PATH
    assert document["@id"] == stored.envelope.subject.value
    assert document["@type"] == "dcat:Dataset"
    assert "en" in document["title"]
    assert isinstance(document["persons"], int)
    assert document["publisher"]["@type"] == "foaf:Agent"
    assert document["catalogueRecord"]["@id"].endswith(f"/record/{site.first()}")
    assert "@graph" not in document


def test_a_value_of_an_unexpected_type_keeps_it() -> None:
    described = record(
        "ex:a a dcat:Dataset ; dct:title 'plain', 'English'@en ; dct:publisher 'a name' ; "
        "health:numberOfUniqueIndividuals '012'^^xsd:nonNegativeInteger, 5, 'many', ex:b ; "
        "dcat:theme 'health', ex:theme ; dct:modified '2020', '2020-01-01'^^xsd:date ; "
        "health:hasStructuredData '1'^^xsd:boolean, true ; dct:issued '2020'^^xsd:gYear ."
    )

    document = compact_with_context(described.triples, [SUBJECT])

    assert digest_by_pyoxigraph(document) == canonical(described.triples)[1]


def test_an_iri_that_begins_like_a_prefix_is_kept() -> None:
    told = [Triple(SUBJECT, DCT.relation, NamedNode("time:12")), Triple(SUBJECT, RDF.type, DCAT.Dataset)]

    assert digest_by_pyoxigraph(inlined_or_plain(compact(told, [SUBJECT], URL))) == canonical(told)[1]


def inlined_or_plain(document: bytes) -> bytes:
    return inlined(document) if b"@context" in document else document


def test_a_document_too_large_to_be_made_readable_is_whole() -> None:
    told = [Triple(SUBJECT, DCT.relation, NamedNode(f"urn:x:{n}")) for n in range(MOST_STATEMENTS + 1)]

    assert sum(1 for _ in parse(compact(told, [SUBJECT], URL), RdfFormat.JSON_LD)) == len(told)


def test_words_that_run_from_right_to_left_keep_saying_so() -> None:
    told = [Triple(SUBJECT, DCT.relation, Literal("x", language="ar", direction=BaseDirection.RTL))]

    assert [q.triple for q in parse(compact(told, [SUBJECT], URL), RdfFormat.JSON_LD)] == told


def test_a_long_chain_of_things_is_not_nested_without_end() -> None:
    chain = [Triple(SUBJECT, DCT.relation, BlankNode("n0"))]
    chain += [Triple(BlankNode(f"n{n}"), DCT.relation, BlankNode(f"n{n + 1}")) for n in range(2_000)]

    document = compact_with_context(chain, [SUBJECT])

    assert len(list(parse(document, RdfFormat.JSON_LD))) == len(chain)


NODES = some.one_of(
    some.sampled_from([SUBJECT, NamedNode("https://north.example/b"), NamedNode("urn:c")]),
    some.sampled_from([BlankNode("x"), BlankNode("y"), BlankNode("z")]),
)
PREDICATES = some.sampled_from(
    [*{field.path for table in TABLES.values() for field in table}, NamedNode("https://other.example/p")]
)
LITERALS: some.SearchStrategy[Literal] = some.one_of(
    some.text(some.characters(exclude_categories=("Cs", "Cc")), max_size=8).map(Literal),
    some.builds(
        lambda text, language: Literal(text, language=language),
        some.text(some.characters(exclude_categories=("Cs", "Cc")), max_size=8),
        some.sampled_from(["en", "de", "en-gb", "zh-hant"]),
    ),
    some.builds(
        lambda text, datatype: Literal(text, datatype=datatype),
        some.sampled_from(["1", "01", "-1", "true", "0", "1.0", "2020-01-01", "P1Y", "1e3", ""]),
        # Not xsd:double, of which pyld reads the value alone.
        some.sampled_from([XSD.nonNegativeInteger, XSD.integer, XSD.boolean, XSD.date, XSD.decimal]),
    ),
)
TRIPLES = some.builds(Triple, NODES, PREDICATES, some.one_of(NODES, LITERALS))


@given(some.lists(TRIPLES, min_size=1, max_size=12))
def test_whatever_is_said_reads_back_the_same(told: list[Triple]) -> None:
    told = list(dict.fromkeys(told))

    document = compact(told, [SUBJECT], URL)

    assert digest_by_pyoxigraph(inlined(document)) == canonical(told)[1]
    assert digest_by_pyld(document) == canonical(told)[1]


def test_shared_things_are_told_once_and_named_elsewhere() -> None:
    described = record(
        "ex:a a dcat:Dataset ; dct:publisher ex:o ; dct:creator ex:o . ex:o a foaf:Agent ; foaf:name 'O'@en ."
    )

    document: Mapping[str, object] = json.loads(compact(described.triples, [SUBJECT], URL))

    assert [document["publisher"], document["creator"]].count("https://north.example/o") == 1
