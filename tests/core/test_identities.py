"""By what a record may be known elsewhere: one key for all spellings, none for what tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue.fields import TABLES
from catalogue.identities import SCHEMES, doi, identifier, identities, page, rank
from catalogue.mapping import Entity, Value, index, read
from tests.asking import record

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def keys(turtle: str) -> tuple[str, ...]:
    """The keys of a dataset with these statements."""
    found = record(f"ex:thing a dcat:Dataset ; {turtle} .")
    graph = index(found.triples)
    return identities(read(graph, found.subject, "Dataset"), graph)


@pytest.mark.parametrize(
    "text",
    [
        "10.1234/AB.7",
        "doi:10.1234/ab.7",
        "DOI: 10.1234/ab.7",
        "https://doi.org/10.1234/ab.7",
        "http://dx.doi.org/10.1234/AB.7",
        "doi.org/10.1234%2Fab.7",
        "info:doi/10.1234/ab.7".replace("doi/", "doi:"),
        " 10.1234/ab.7. ",
    ],
)
def test_a_doi_is_the_same_in_all_its_spellings(text: str) -> None:
    assert doi(text) == "10.1234/ab.7"


@pytest.mark.parametrize("text", ["", "10.1234", "11.1234/x", "see 10.1234/x", "10.1234/x and y", "10.12/x"])
def test_what_is_no_doi_is_none(text: str) -> None:
    assert doi(text) == ""


def test_a_doi_is_found_wherever_it_stands() -> None:
    assert "doi:10.1234/x" in keys('dct:identifier "doi:10.1234/X"')
    assert "doi:10.1234/x" in keys("dcat:landingPage <https://doi.org/10.1234/x>")
    notation = "[ <http://www.w3.org/2004/02/skos/core#notation> '10.1234/x' ]"
    assert "doi:10.1234/x" in keys(f"<http://www.w3.org/ns/adms#identifier> {notation}")


def test_a_subject_that_is_an_address_is_an_identifier_too() -> None:
    own = keys('dct:title "x"')

    assert own == ("iri:https://north.example/thing", "id:north.example/thing")
    assert "id:north.example/thing" in keys('dct:identifier "http://www.north.example/thing/"')


@pytest.mark.parametrize(
    "text", [UUID, UUID.upper(), UUID.replace("-", ""), f"urn:uuid:{UUID}", f"{{{UUID.upper()}}}"]
)
def test_a_uuid_is_the_same_in_any_case_with_and_without_dashes(text: str) -> None:
    assert identifier(text) == UUID.replace("-", "")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "TODO",
            "n/a",
            "A REMPLIR",
            "À compléter",
            "unknown",
            "UNKNOWN ",
            "Not available",
            "to be completed",
        ),
        *(
            "dataset-1",
            "Dataset_00012",
            "test dataset",
            "catalogue",
            "identifier",
            "placeholder",
            "no identifier",
        ),
        *(
            "12345678",
            "2024-01-01",
            "xxxxxxxxxx",
            "--------",
            "a-1",
            "",
            "00000000-0000-0000-0000-000000000000",
        ),
        *("https://portal.example/", "https://portal.example", "http://localhost/dataset/7"),
    ],
)
def test_what_stands_in_the_place_of_an_identifier_tells_nothing(text: str) -> None:
    assert identifier(text) == ""


@pytest.mark.parametrize(
    "address",
    [
        "https://www.portal.example/data/7",
        "http://portal.example/data/7/",
        "https://PORTAL.example:443/data/7#top",
        "https://portal.example/data/7?utm_source=x&fbclid=1",
    ],
)
def test_a_page_is_the_same_in_all_its_spellings(address: str) -> None:
    assert page(address) == "portal.example/data/7"


@given(
    st.from_regex(
        r"https?://(www\.)?[a-z.-]{1,8}(:[0-9]{1,5})?(/\S{0,12}|/en/?|/index\.html)?", fullmatch=True
    )
)
def test_a_plain_address_has_the_form_that_it_would_have_with_capitals_in_it(address: str) -> None:
    assert page(address) == page(address.replace("http", "HTTP", 1))


@pytest.mark.parametrize(
    "address",
    [
        *("https://portal.example", "https://portal.example/", "https://www.portal.example/en/"),
        *("https://portal.example/index.html", "https://portal.example/fr-FR/home?utm_medium=x"),
        *("mailto:a@portal.example", "portal.example/data/7", "https://[", "https://portal.example:x/data"),
    ],
)
def test_the_first_page_of_a_site_tells_nothing(address: str) -> None:
    assert page(address) == ""


def test_a_page_within_an_application_of_scripts_keeps_its_route() -> None:
    assert page("https://portal.example/app#/dataset/7") == "portal.example/app#/dataset/7"
    assert page("https://portal.example/#/dataset/7") != page("https://portal.example/#/dataset/8")


def test_what_is_asked_for_in_an_address_stays_in_one_order() -> None:
    assert page("https://portal.example/view?b=2&a=1") == page("https://portal.example/view?a=1&b=2")
    assert page("https://portal.example/view?id=1") != page("https://portal.example/view?id=2")


def test_a_name_is_each_title_with_the_publisher_without_case_accents_and_signs() -> None:
    publisher = '; dct:publisher [ a foaf:Agent ; foaf:name "Institut  Santé" ]'
    found = keys(f'dct:title "Registre des démences"@fr, "Dementia-Registry, North"@en {publisher}')

    names = {key for key in found if key.startswith("name:")}
    assert names == {
        "name:registre des demences|institut sante",
        "name:dementia registry north|institut sante",
    }


def test_a_short_title_and_one_without_a_publisher_make_no_name() -> None:
    publisher = '; dct:publisher [ a foaf:Agent ; foaf:name "Institute" ]'

    assert not any(key.startswith("name:") for key in keys('dct:title "Dementia registry of the North"'))
    assert not any(key.startswith("name:") for key in keys(f'dct:title "Registry 7" {publisher}'))
    assert not any(key.startswith("name:") for key in keys(f'dct:title "Krebsregisterdaten" {publisher}'))


def test_a_blank_node_is_no_identifier() -> None:
    node = BlankNode("0f8fad5bd9cb469fa16570867728950e")

    assert identities(Entity(node, "Dataset", {"identifier": (node,), "landingPage": (node,)}), {}) == ()


def test_long_keys_are_cut_and_stay_different() -> None:
    long = 'dct:identifier "urn:x:' + "a" * 3_000

    first, second = (next(key for key in keys(f'{long}{end}"') if "urn:x" in key) for end in "bc")
    assert first != second
    assert len(first) < 300


texts = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"(https?://|doi:|urn:uuid:)?[\w./:#?&=%-]{0,30}"),
    st.sampled_from(("https://[", "10.1234/\x00", "http://a.b:99999/", "%", "\U0010ffff" * 9)),
)
terms = st.one_of(
    texts.map(Literal),
    st.integers().map(lambda n: BlankNode(f"b{abs(n)}")),
    st.sampled_from(("https://x.example/1", "urn:uuid:7", "tel:1")).map(NamedNode),
)


@st.composite
def entities(draw: st.DrawFn, depth: int = 1) -> Entity:
    table = "Dataset" if depth else draw(st.sampled_from(("Agent", "Identifier")))
    names = st.sampled_from([field.name for field in TABLES[table]])
    values: st.SearchStrategy[Value] = st.one_of(terms, entities(depth - 1)) if depth else terms
    node = draw(terms.filter(lambda term: not isinstance(term, Literal)))
    return Entity(node, table, draw(st.dictionaries(names, st.lists(values, max_size=3).map(tuple))))  # type: ignore[arg-type]


@given(entities())
def test_any_entity_has_keys_of_known_schemes_the_most_telling_first(entity: Entity) -> None:
    found = identities(entity, {})

    assert len({*found}) == len(found) <= 40
    assert all(key.startswith(SCHEMES) and len(key) < 300 and "\0" not in key for key in found)
    assert [*map(rank, found)] == sorted(map(rank, found))
