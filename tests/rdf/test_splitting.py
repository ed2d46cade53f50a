"""A document becomes its records, each with all that is said only of it, in whatever order that stands."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Triple

from catalogue import split
from catalogue.canonical import canonical
from catalogue.rdf import Document, Format, serialise
from catalogue.rdf_ladder import records
from catalogue.records import Record
from tests.rdf.documents import BASE, CONTEXT, PREFIXES, digests, read, statements, turtle, values

NETWORK = (
    PREFIXES
    + """
ex:cat a dcat:Catalog ; dct:title "All" ; dct:publisher ex:org ; dcat:dataset ex:a, ex:b, ex:series ;
    dcat:service ex:s .
ex:org a foaf:Agent ; foaf:name "Shared agency"@en, "Gemeinsame Stelle"@de .
ex:a a dcat:Dataset ; dct:title "A" ; dct:publisher ex:org ; dcat:distribution ex:file, [
    dct:title "Anonymous" ;
    dct:license [ dct:title "Free" ] ] ; dct:relation ex:b ; dcat:inSeries ex:series ; dct:creator _:both .
ex:file a dcat:Distribution ; dcat:accessURL <https://x.example/file> ; dcat:accessService ex:s .
ex:b a dcat:Dataset ; dct:title "B" ; dct:publisher ex:org ; dct:creator _:both ;
    dct:temporal [ dcat:startDate "2001" ] .
_:both a foaf:Agent ; foaf:name "Both" .
ex:series a dcat:Dataset, dcat:DatasetSeries ; dct:title "Series" .
ex:s a dcat:DataService ; dct:title "Service" ; dcat:servesDataset ex:a .
ex:mentioned a dcat:Dataset .
ex:alone dct:title "Said of nothing" .
"""
)


def test_each_resource_becomes_a_record_of_its_kind() -> None:
    found, rejected = read(NETWORK, Format.TURTLE)

    kinds = {record.subject.value.rpartition("/")[2]: record.kind for record in found}
    assert kinds == {"cat": "catalogue", "a": "dataset", "b": "dataset", "series": "series", "s": "service"}
    assert not rejected


def test_a_record_has_all_that_leads_from_it_up_to_the_next_record() -> None:
    found, _ = read(NETWORK, Format.TURTLE)

    [a] = [record for record in found if record.subject.value.endswith("/a")]
    said = {getattr(triple.object, "value", "") for triple in a.triples}
    assert {"A", "Anonymous", "Free", "Shared agency", "Both", "https://x.example/file"} <= said
    assert not {"B", "Series", "Service", "All"} & said


def test_what_several_records_share_is_in_each_of_them() -> None:
    found, _ = read(NETWORK, Format.TURTLE)

    with_agency = [r for r in found if "Shared agency" in {getattr(t.object, "value", "") for t in r.triples}]
    assert {record.subject.value.rpartition("/")[2] for record in with_agency} == {"cat", "a", "b"}


def test_records_know_the_catalogue_that_lists_them_and_the_catalogue_does_not_repeat_its_list() -> None:
    found, _ = read(NETWORK, Format.TURTLE)

    listed = {r.subject.value.rpartition("/")[2] for r in found if r.member_of}
    [catalogue] = [record for record in found if record.kind == "catalogue"]
    assert listed == {"a", "b", "series", "s"}
    assert values(catalogue, "dataset") == []


def test_a_mention_without_a_description_is_no_record() -> None:
    found, _ = read(NETWORK, Format.TURTLE)

    assert not [record for record in found if record.subject.value.endswith("/mentioned")]


def test_properties_that_nobody_knows_are_kept() -> None:
    [record], _ = turtle(
        'ex:d a dcat:Dataset ; dct:title "x" ; <https://foreign.example/p> [ <https://f.example/q> 1 ] .'
    )

    assert {t.predicate.value for t in record.triples} >= {"https://foreign.example/p", "https://f.example/q"}


def test_a_vocabulary_inside_the_document_is_not_swallowed_whole() -> None:
    concepts = "".join(
        f"ex:c{n} skos:inScheme ex:scheme ; skos:prefLabel 'C{n}' ; skos:broader ex:c{n + 1} .\n"
        for n in range(50)
    )
    [record], _ = turtle(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f"{concepts} ex:scheme skos:hasTopConcept ex:c1 . ex:d a dcat:Dataset ; dct:title 'x' ;"
        " dcat:theme ex:c0 ."
    )

    assert len(record.triples) == 6


@pytest.mark.parametrize("format", [Format.TRIG, Format.N_QUADS])
def test_named_graphs_are_read_as_one(format: Format) -> None:
    texts = {
        Format.TRIG: (
            PREFIXES + "ex:g { ex:d a dcat:Dataset ; dct:publisher ex:o }\n"
            'ex:d dct:title "x" . ex:h { ex:o foaf:name "O" }'
        ),
        Format.N_QUADS: (
            "<https://example.org/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
            "<http://www.w3.org/ns/dcat#Dataset> <https://example.org/g> .\n"
            '<https://example.org/d> <http://purl.org/dc/terms/title> "x" .\n'
            "<https://example.org/d> <http://purl.org/dc/terms/publisher> <https://example.org/o> "
            "<https://example.org/g> .\n"
            '<https://example.org/o> <http://xmlns.com/foaf/0.1/name> "O" <https://example.org/h> .\n'
        ),
    }

    [record], _ = read(texts[format], format)

    assert len(record.triples) == 4


PUBLISHER: dict[str, object] = {"@id": "https://example.org/o", "foaf:name": "Agency"}
LINKED: dict[str, object] = {
    "@id": "https://example.org/d",
    "@type": "dcat:Dataset",
    "dct:publisher": {"@id": PUBLISHER["@id"]},
}
MEMBER_LINK: dict[str, object] = {"@id": "https://example.org/c", "dcat:dataset": {"@id": LINKED["@id"]}}
SHAPES: dict[str, list[dict[str, object]]] = {
    "flat": [LINKED, PUBLISHER, MEMBER_LINK],
    "graph": [{"@graph": [LINKED, PUBLISHER, MEMBER_LINK]}],
    "nested": [{**MEMBER_LINK, "dcat:dataset": {**LINKED, "dct:publisher": PUBLISHER}}],
    "from below": [
        {**LINKED, "dct:publisher": PUBLISHER, "@reverse": {"dcat:dataset": {"@id": MEMBER_LINK["@id"]}}}
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_json_ld_means_the_same_in_every_shape(shape: str) -> None:
    context = {**CONTEXT, "foaf": "http://xmlns.com/foaf/0.1/"}
    nodes = [{"@context": context, **node} for node in SHAPES[shape]]
    text = json.dumps(nodes if len(nodes) > 1 else nodes[0])
    [expected], _ = turtle('ex:d a dcat:Dataset ; dct:publisher ex:o . ex:o foaf:name "Agency" .')

    [record], _ = read(text, Format.JSON_LD)

    assert digests([record]) == digests([expected])
    assert [node.value for node in record.member_of] == ["https://example.org/c"]


# --- records without an IRI

BLANK = '[] a dcat:Dataset ; dct:title "Register"@en, "Registre"@fr ; dct:description "{}" .\n'


def test_a_dataset_without_an_iri_gets_one_that_stays() -> None:
    [first], _ = turtle(BLANK.format("one"))
    [again], _ = turtle("\n\n" + BLANK.format("said in other words"))

    assert first.subject == again.subject
    assert first.subject.value.startswith(f"{BASE}#record-")


def test_the_iri_does_not_depend_on_the_order_of_titles() -> None:
    [first], _ = turtle('[] a dcat:Dataset ; dct:title "Register"@en, "Registre"@fr .')
    [again], _ = turtle('[] dct:title "Registre"@fr, "Register"@en ; a dcat:Dataset .')

    assert first.subject == again.subject


def test_datasets_without_an_iri_that_bear_the_same_name_stay_apart() -> None:
    found, _ = turtle(BLANK.format("one") + BLANK.format("two") + "[] a dcat:Dataset ; dcat:theme ex:t .")

    assert len({record.subject for record in found}) == 3


def test_statements_about_a_dataset_without_an_iri_follow_its_new_name() -> None:
    [record], _ = turtle('_:d a dcat:Dataset ; dct:title "x" ; dcat:distribution [ dct:isPartOf _:d ] .')

    assert sum(triple.object == record.subject for triple in record.triples) == 1
    assert canonical(record.triples)


# --- order and memory


@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_statements_makes_no_difference(shuffler: random.Random) -> None:
    found, _ = read(NETWORK, Format.TURTLE)
    lines = serialise(_all_triples(), Format.N_TRIPLES).decode().splitlines()
    shuffler.shuffle(lines)

    again, rejected = read("\n".join(lines), Format.N_TRIPLES)

    assert digests(again) == digests(found)
    assert {r.subject: sorted(map(str, r.member_of)) for r in again} == {
        r.subject: sorted(map(str, r.member_of)) for r in found
    }
    assert not rejected


def _all_triples() -> list[Triple]:
    return [quad.triple for quad in Document("x", NETWORK.encode(), Format.TURTLE, BASE).quads()]


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_reading_as_a_stream_gives_the_same_records(shuffler: random.Random) -> None:
    lines = serialise(_all_triples(), Format.N_TRIPLES).decode().splitlines()
    shuffler.shuffle(lines)
    document = Document("x", "\n".join(lines).encode(), Format.N_TRIPLES, BASE)
    held = [item for item in records(document) if isinstance(item, Record)]

    numbered = split._numbered
    outline = split._Outline(numbered(document.quads()))
    splitter = split._Splitter(document, outline)
    streamed = [item for item in splitter.records(numbered(document.quads())) if isinstance(item, Record)]

    assert digests(streamed) == digests(held)


def _feed(path: Path, sets: int, words: str) -> Path:
    with path.open("w") as file:
        file.write(PREFIXES)
        for n in range(sets):
            file.write(
                f'ex:d{n} a dcat:Dataset ; dct:title "Set {n}" ; dct:description "{words}" ;\n'
                f"  dcat:distribution [ dcat:accessURL <https://x.example/{n}> ] ;\n"
                f"  dct:publisher ex:o{n // 10} .\n"
            )
            if n % 10 == 9:
                file.write(f'ex:o{n // 10} a foaf:Agent ; foaf:name "Agency {n // 10}" .\n')
    return path


def test_a_large_file_gives_its_records_before_its_end_and_holds_few_nodes(tmp_path: Path) -> None:
    path = _feed(tmp_path / "feed.ttl", 7_500, "x" * 4_000)
    document = Document("feed", path, Format.TURTLE, BASE)
    splitter = split._Splitter(document, split._Outline(split._numbered(document.quads())))
    read_so_far = 0

    def counted(triples: list[Triple] | object) -> object:
        nonlocal read_so_far
        for triple in split._numbered(document.quads()):
            read_so_far += 1
            yield triple

    most, first, total = 0, 0, 0
    for item in splitter.records(counted(())):  # type: ignore[arg-type]
        assert isinstance(item, Record)
        first = first or read_so_far
        total += 1
        most = max(most, len(splitter.nodes))

    assert path.stat().st_size > 30_000_000
    assert total == 7_500
    assert first < 100
    assert most < 50


def test_a_large_file_is_read_the_same_from_disk_as_from_memory(tmp_path: Path) -> None:
    path = _feed(tmp_path / "feed.ttl", 30, "words")

    from_disk = [i for i in records(Document("f", path, Format.TURTLE, BASE)) if isinstance(i, Record)]

    assert digests(from_disk) == digests(read(path.read_bytes(), Format.TURTLE)[0])


def test_the_same_statement_twice_is_one() -> None:
    [record], _ = turtle(
        'ex:d a dcat:Dataset ; dct:title "x", "x" . ex:d dct:title "x" ;\n'
        'dct:creator ex:o, ex:o . ex:o foaf:name "O" .'
    )

    triples, _ = canonical(record.triples)

    assert len(triples) == 4


def test_circles_between_nodes_end() -> None:
    found, _ = turtle(
        'ex:d a dcat:Dataset ; dct:title "x" ; dct:relation _:a, ex:d .\n'
        "_:a dct:relation _:b . _:b dct:relation _:a, ex:d ."
    )

    assert len(found) == 1
    assert len(found[0].triples) == 7


def test_no_blank_node_of_one_document_is_taken_for_one_of_another() -> None:
    text = 'ex:{} a dcat:Dataset ; dct:title "x" ; dct:creator [ foaf:name "{}" ] .'
    [first], _ = turtle(text.format("a", "A"))
    [second], _ = turtle(text.format("b", "B"))

    def blanks(record: Record) -> set[BlankNode]:
        return {t.object for t in record.triples if isinstance(t.object, BlankNode)}

    assert not blanks(first) & blanks(second)
    assert len(list(statements([first, second]))) == 8


# --- contexts that depend on the class


OFFICIAL_STYLE = {
    "@context": {
        "Dataset": {
            "@id": "http://www.w3.org/ns/dcat#Dataset",
            "@context": {"title": "http://purl.org/dc/terms/title", "label": "http://a.example/of-dataset"},
        },
        "Resource": {
            "@id": "http://www.w3.org/2000/01/rdf-schema#Resource",
            "@context": {"note": "http://purl.org/dc/terms/description"},
        },
        "Agent": {
            "@id": "http://xmlns.com/foaf/0.1/Agent",
            "@context": {"title": "http://xmlns.com/foaf/0.1/name"},
        },
        "publisher": {"@id": "http://purl.org/dc/terms/publisher", "@type": "@id"},
        "Xsd:date": "http://www.w3.org/2001/XMLSchema#date",
    },
    "@id": "https://example.org/d",
    "@type": ["Dataset", "Resource"],
    "title": "Named",
    "note": "Noted",
    "publisher": {"@id": "https://example.org/o", "@type": "Agent", "title": "Agency"},
}


def test_contexts_that_depend_on_the_class_lose_nothing_for_nodes_of_several_classes() -> None:
    [record], rejected = read(json.dumps(OFFICIAL_STYLE), Format.JSON_LD)

    assert values(record, "title") == ["Named"]
    assert values(record, "description") == ["Noted"]
    assert "Agency" in {getattr(t.object, "value", "") for t in record.triples}
    assert not rejected


def test_words_of_a_plain_json_document_mean_nothing_and_break_nothing() -> None:
    assert read('{"title": "x", "items": [{"name": "y"}], "@id": "z"}', Format.JSON_LD) == ([], [])


def test_a_record_that_is_too_long_is_named_by_its_plain_iri() -> None:
    keywords = " , ".join(f'"{number}"' for number in range(split.MAX_TRIPLES))

    found, rejected = read(f"{PREFIXES} ex:a a dcat:Dataset ; dcat:keyword {keywords} .", Format.TURTLE)

    assert not found
    assert [one.place for one in rejected] == ["https://example.org/a"]
