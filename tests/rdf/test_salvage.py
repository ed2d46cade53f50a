"""What is wrong is mended where that is safe, and told where it is not; the rest comes through."""

import json

import pytest
from pyoxigraph import Literal

from catalogue.errors import Unreadable
from catalogue.rdf import Format
from catalogue.records import Record
from tests.rdf.documents import (
    GOOD,
    PREFIXES,
    XML_ROOT,
    digests,
    read,
    rewritten,
    turtle,
    twenty_and,
    values,
)

D = "https://example.org/d"
JSON = (
    '{"@context": {"dct": "http://purl.org/dc/terms/"}, "@id": "%s", '
    '"@type": "http://www.w3.org/ns/dcat#Dataset", %s}'
)


def only(text: str | bytes, format: Format) -> Record:
    """The one record of a document, nothing of which was rejected."""
    [record], rejected = read(text, format)
    assert not rejected
    return record


def in_xml(body: str) -> str:
    return f'{XML_ROOT}<dcat:Dataset rdf:about="{D}">{body}</dcat:Dataset></rdf:RDF>'


# --- mended


def test_a_well_known_prefix_that_was_forgotten_is_declared_in_turtle() -> None:
    record = only(f'<{D}> a dcat:Dataset ; dct:title "x" ; healthdcatap:minTypicalAge 5 .', Format.TURTLE)

    assert values(record, "title") == ["x"]
    assert len(record.triples) == 3


def test_a_prefix_that_the_document_declares_is_never_overruled() -> None:
    text = f'@prefix dct: <https://mine.example/> .\n<{D}> a dcat:Dataset ; dct:title "x" .'

    record = only(text, Format.TURTLE)

    assert "https://mine.example/title" in {t.predicate.value for t in record.triples}


def test_a_well_known_prefix_that_was_forgotten_is_declared_in_rdf_xml() -> None:
    text = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<dcat:Dataset rdf:about="{D}"><dct:title>x</dct:title></dcat:Dataset></rdf:RDF>'
    )

    assert values(only(text, Format.RDF_XML), "title") == ["x"]


def test_a_prefix_that_nobody_knows_is_told_by_its_name() -> None:
    found, [rejected] = turtle(
        'ex:d a dcat:Dataset ; dct:title "x" ; odd:thing 1 .\nex:e a dcat:Dataset ; dct:title "e" .'
    )

    assert [record.subject.value for record in found] == ["https://example.org/e"]
    assert "`odd:` is not declared" in rejected.reason
    assert rejected.place.startswith("https://example.org/d")


def test_a_prefix_declaration_without_its_full_stop_is_read() -> None:
    text = f'@prefix ex: <https://example.org/>\n{PREFIXES}\nex:d a dcat:Dataset ; dct:title "x" .'

    assert values(only(text, Format.TURTLE), "title") == ["x"]


IRIS = [
    ("https://x.example/a b", "https://x.example/a%20b"),
    ("https://x.example/a ", "https://x.example/a"),
    (" https://x.example/a", "https://x.example/a"),
    ("https://x.example/a[1]", "https://x.example/a%5B1%5D"),
    ("https://x.example/{id}", "https://x.example/%7Bid%7D"),
    ("https://x.example/a|b^c`d", "https://x.example/a%7Cb%5Ec%60d"),
    ("https://x.example/100%", "https://x.example/100%25"),
    ("https://x.example/Gesundheit/Übersicht", "https://x.example/Gesundheit/Übersicht"),
    ("https://x.example/日本", "https://x.example/日本"),
    ("https://x.example:port/a", "https://x.example:port/a"),
    ("https://[x.example/a", "https://%5Bx.example/a"),
]


@pytest.mark.parametrize(("written", "kept"), IRIS)
def test_an_iri_that_is_none_is_percent_encoded_or_kept_as_text(written: str, kept: str) -> None:
    documents = [
        only(f"{PREFIXES}<{D}> a dcat:Dataset ; dct:title 'x' ; dct:relation <{written}> .", Format.TURTLE),
        only(in_xml(f'<dct:title>x</dct:title><dct:relation rdf:resource="{written}"/>'), Format.RDF_XML),
        only(JSON % (D, f'"dct:title": "x", "dct:relation": {{"@id": "{written}"}}'), Format.JSON_LD),
    ]

    for record in documents:
        found = values(record, "relation")
        assert found in ([kept], [written.strip()], [kept.replace("%5B", "[")])
        assert digests([rewritten(record, Format.TURTLE)]) == digests([record])


def test_a_backslash_in_an_iri_is_encoded() -> None:
    text = f"{PREFIXES}<{D}> a dcat:Dataset ; dct:title 'x' ; dct:relation <https://x.example/a\\b> ."

    assert values(only(text, Format.TURTLE), "relation") == ["https://x.example/a%5Cb"]


def test_a_dataset_whose_own_iri_has_a_space_is_a_record() -> None:
    record = only(f'{PREFIXES}<https://x.example/my data> a dcat:Dataset ; dct:title "x" .', Format.TURTLE)

    assert record.subject.value == "https://x.example/my%20data"


def test_a_name_with_slashes_is_read_as_it_is_meant() -> None:
    found, rejected = turtle(
        'ex:d a dcat:Dataset ; dct:title "see ex:a/b" ; dcat:distribution ex:d/csv/1 .\n'
        'ex:d/csv/1 a dcat:Distribution ; dct:title "File" .'
    )

    assert values(found[0], "distribution") == ["https://example.org/d/csv/1"]
    assert values(found[0], "title") == ["see ex:a/b"]
    assert len(found[0].triples) == 5
    assert not rejected


def test_less_than_signs_in_text_are_not_taken_for_iris() -> None:
    title = "if a < b and c > d, see <https://x.example/a b> or < https://y.example>"
    text = f"{PREFIXES}<{D}> a dcat:Dataset ; dct:title '{title}' ; dct:relation <https://x.example/a b> ."

    assert values(only(text, Format.TURTLE), "title") == [title]


@pytest.mark.parametrize(
    ("tag", "kept"),
    [("français", None), ("en_GB", "en-gb"), ("averyverylongtag", None), ("de-x-", None), ("en", "en")],
)
def test_a_language_tag_that_is_none_is_taken_off_and_the_words_stay(tag: str, kept: str | None) -> None:
    documents = [
        only(f'{PREFIXES}<{D}> a dcat:Dataset ; dct:title "x"@{tag} .', Format.TURTLE),
        only(in_xml(f'<dct:title xml:lang="{tag}">x</dct:title>'), Format.RDF_XML),
        only(JSON % (D, f'"dct:title": {{"@value": "x", "@language": "{tag}"}}'), Format.JSON_LD),
    ]

    for record in documents:
        [title] = [t.object for t in record.triples if t.predicate.value.endswith("title")]
        assert isinstance(title, Literal)
        assert title.value == "x"
        assert (title.language or "").lower() == (kept or "")


@pytest.mark.parametrize(
    ("form", "type"),
    [
        ("2015", "date"),
        ("0000-00-00", "date"),
        ("13/12/2024", "date"),
        ("2015-07", "dateTime"),
        ("soon", "dateTime"),
        ("-5", "nonNegativeInteger"),
        ("9" * 400, "nonNegativeInteger"),
        ("maybe", "boolean"),
    ],
)
def test_wrong_forms_of_a_datatype_are_kept_as_they_are(form: str, type: str) -> None:
    iri = f"http://www.w3.org/2001/XMLSchema#{type}"
    documents = [
        only(f'{PREFIXES}<{D}> a dcat:Dataset ; dct:issued "{form}"^^<{iri}> .', Format.TURTLE),
        only(in_xml(f'<dct:issued rdf:datatype="{iri}">{form}</dct:issued>'), Format.RDF_XML),
        only(JSON % (D, f'"dct:issued": {{"@value": "{form}", "@type": "{iri}"}}'), Format.JSON_LD),
    ]

    for record in documents:
        [value] = [t.object for t in record.triples if t.predicate.value.endswith("issued")]
        assert (value.value, value.datatype.value) == (form, iri)  # type: ignore[union-attr]
        assert digests([record]) == digests(documents[:1])


def test_wrong_forms_survive_the_second_parser_too() -> None:
    date = "http://www.w3.org/2001/XMLSchema#date"
    text = f'<{D}> a dcat:Dataset ; dct:issued "2015"^^<{date}> ; dct:title 1.50 .'

    record = only(text, Format.TURTLE)

    assert values(record, "issued") == ["2015"]
    assert values(record, "title") == ["1.50"]


def test_json_may_end_its_lists_with_a_comma_and_break_lines_in_text() -> None:
    text = JSON % (D, '"dct:title": ["x", "a, ]b",],\n"dct:description": "one\ntwo\t",')

    record = only(text, Format.JSON_LD)

    assert values(record, "title") == ["a, ]b", "x"]
    assert values(record, "description") == ["one two "]


def test_characters_that_xml_must_not_hold_do_not_stop_it() -> None:
    record = only(in_xml("<dct:title>one\x0btwo&#3;three</dct:title>"), Format.RDF_XML)

    assert digests([rewritten(record, Format.RDF_XML)]) == digests([record])


def test_an_ampersand_on_its_own_is_read_as_one() -> None:
    record = only(in_xml("<dct:title>Health & Care &amp; R&D &nbsp;</dct:title>"), Format.RDF_XML)

    assert values(record, "title") == ["Health & Care & R&D &nbsp;"]


@pytest.mark.parametrize("vocabulary", ["", ', "@vocab": "https://v.example/"'])
def test_an_empty_property_name_breaks_nothing(vocabulary: str) -> None:
    context = f'"@context": {{"dct": "http://purl.org/dc/terms/"{vocabulary}}}'
    text = JSON % (D, '"dct:title": "x", "": "nameless"')

    record = only(text.replace('"@context": {"dct": "http://purl.org/dc/terms/"}', context), Format.JSON_LD)

    assert values(record, "title") == ["x"]
    assert digests([rewritten(record, Format.TURTLE)]) == digests([record])


def test_comments_between_records_are_passed_over() -> None:
    text = XML_ROOT + "".join(
        f'<!-- {n} <rdf:RDF> -->\n<dcat:Dataset rdf:about="{D}{n}">'
        "<!-- in --><dct:title>x</dct:title></dcat:Dataset>"
        for n in range(3)
    )

    found, rejected = read(text + "<!-- end --></rdf:RDF>", Format.RDF_XML)

    assert len(found) == 3
    assert not rejected


@pytest.mark.parametrize("format", [Format.TURTLE, Format.RDF_XML, Format.JSON_LD])
def test_relative_iris_are_read_from_the_address_of_the_document(format: Format) -> None:
    texts = {
        Format.TURTLE: PREFIXES + '<sets/1> a dcat:Dataset ; dct:title "x" .',
        Format.RDF_XML: in_xml("<dct:title>x</dct:title>").replace(D, "sets/1"),
        Format.JSON_LD: JSON % ("sets/1", '"dct:title": "x"'),
    }

    [record], _ = read(texts[format], format, "https://feed.example/dcat/all")

    assert record.subject.value == "https://feed.example/dcat/sets/1"


# --- put aside

BROKEN = {
    Format.TURTLE: 'ex:bad a dcat:Dataset ;\n  dct:title "Bad" ;\n  dct:issued 12 13 ;\n  dct:type ex:t .\n',
    Format.N_TRIPLES: (
        "<https://example.org/bad> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/ns/dcat#Dataset> .\n"
        '<https://example.org/bad> <http://purl.org/dc/terms/title> "Bad .\n'
        '<https://example.org/bad> <http://purl.org/dc/terms/description> "Words" .'
    ),
    Format.RDF_XML: (
        '<dcat:Dataset rdf:about="https://example.org/bad">\n<dct:title>Bad</dct:title>\n'
        '<dct:type rdf:resource="https://x.example/" rdf:nodeID="1 2"/></dcat:Dataset>'
    ),
    Format.JSON_LD: (
        '{"@id": "https://example.org/bad", "@type": "dcat:Dataset",\n "dct:title": {"@value": {"Bad": 1}}}'
    ),
}


@pytest.mark.parametrize("format", list(BROKEN))
def test_one_bad_record_is_put_aside_and_the_other_twenty_come_through(format: Format) -> None:
    text = twenty_and(BROKEN[format], format)

    found, [rejected] = read(text, format)

    assert {r.subject.value for r in found} == {f"https://example.org/d{n}" for n in range(GOOD)}
    assert all(values(record, "title") for record in found)
    assert rejected.place.startswith("https://example.org/bad (line ")
    line = int(rejected.place.rpartition("line ")[2].rstrip(")"))
    first = text[: text.index("example.org/bad" if format is not Format.TURTLE else "ex:bad")].count("\n") + 1
    assert first <= line <= first + 3
    assert b"Bad" in rejected.raw
    assert rejected.reason.endswith(".")


def test_all_that_is_left_of_a_bad_record_is_kept_with_it() -> None:
    _, [rejected] = read(twenty_and(BROKEN[Format.N_TRIPLES], Format.N_TRIPLES), Format.N_TRIPLES)

    assert b'"Words"' in rejected.raw


def test_torn_xml_gives_the_records_that_are_whole() -> None:
    torn = '<dcat:Dataset rdf:about="https://example.org/bad"><dct:title>Bad</dct:titel></dcat:Dataset>'

    found, [rejected] = read(twenty_and(torn, Format.RDF_XML), Format.RDF_XML)

    assert len(found) == GOOD
    assert rejected.place == f"https://example.org/bad (line {10 + 3})"
    assert rejected.raw == torn.encode()


def test_a_bad_record_inside_a_catalogue_does_not_take_the_others_along() -> None:
    items = [
        json.dumps({"@id": f"https://example.org/d{n}", "@type": "dcat:Dataset", "dct:title": "x"})
        for n in range(5)
    ]
    bad = '{"@id": "https://example.org/bad", "@type": "dcat:Dataset", "dct:title": {"@value": []}}'
    text = (
        '{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}, '
        '"@id": "https://example.org/c", "@type": "dcat:Catalog", "dct:title": "All", '
        f'"dcat:dataset": [{", ".join([*items, bad])}]}}'
    )

    found, [rejected] = read(text, Format.JSON_LD)

    assert sorted(record.kind for record in found) == ["catalogue", *["dataset"] * 5]
    assert rejected.place.startswith("https://example.org/bad")
    assert all(record.member_of for record in found if record.kind == "dataset")


def test_a_record_is_not_stored_by_halves_when_one_of_its_parts_is_unreadable() -> None:
    found, [rejected] = turtle(
        'ex:d a dcat:Dataset ; dct:title "x" ; dcat:distribution ex:file .\n'
        'ex:file a dcat:Distribution ; dct:title "File" ; dct:issued 1 2 .\n'
        'ex:e a dcat:Dataset ; dct:title "e" .'
    )

    assert [record.subject.value for record in found] == ["https://example.org/e"]
    assert rejected.place.startswith("https://example.org/d")
    assert "incomplete because https://example.org/file could not be read" in rejected.reason
    assert b'"x"' in rejected.raw
    assert b'"File"' in rejected.raw


def test_a_record_that_only_mentions_a_bad_one_is_whole() -> None:
    found, [rejected] = turtle(
        'ex:d a dcat:Dataset ; dct:title "x" ; dct:relation ex:bad .\n'
        'ex:bad a dcat:Dataset ; dct:title "Bad" ; dct:issued 1 2 .'
    )

    assert [record.subject.value for record in found] == ["https://example.org/d"]
    assert rejected.place.startswith("https://example.org/bad")


def test_a_blank_record_with_a_fault_is_put_aside_as_well() -> None:
    text = (
        "_:d <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"
        '_:d <http://purl.org/dc/terms/title> "Named" .\n'
        '_:d <http://purl.org/dc/terms/description> "torn .\n'
    )

    found, [rejected] = read(text, Format.N_TRIPLES)

    assert not found
    assert b'"Named"' in rejected.raw


def test_several_faults_in_one_record_are_one_rejection() -> None:
    torn = '<https://example.org/bad> <http://purl.org/dc/terms/description> "torn .'
    bad = "\n".join([BROKEN[Format.N_TRIPLES], torn, torn])

    _, [rejected] = read(twenty_and(bad, Format.N_TRIPLES), Format.N_TRIPLES)

    assert "There are 2 more faults in it." in rejected.reason
    assert rejected.raw.count(b"torn") == 2


def test_a_text_in_the_place_of_a_subject_costs_its_own_record_only() -> None:
    found, rejected = turtle('ex:d a dcat:Dataset ; dct:title "x" .\n"words" dct:title "y" .')

    assert [values(record, "title") for record in found] == [["x"]]
    assert len(rejected) == 1


def test_a_document_of_which_nothing_can_be_used_is_unreadable_with_its_line() -> None:
    with pytest.raises(Unreadable, match=r"^Line \d+ is not valid Turtle: .*\.$"):
        read("This is a letter, and no Turtle at all", Format.TURTLE)


def test_json_that_is_beyond_mending_is_unreadable_with_its_line() -> None:
    with pytest.raises(Unreadable, match=r"^Line 3 is not valid JSON: .*\.$") as caught:
        read('{"@id": "x",\n"a": 1,\n"b": oops}', Format.JSON_LD)

    assert caught.value.line == 3


def test_trig_with_a_fault_is_unreadable_as_a_whole() -> None:
    with pytest.raises(Unreadable, match="TriG"):
        read(PREFIXES + 'ex:g { ex:d a dcat:Dataset ; dct:title "x" 5 . }', Format.TRIG)
