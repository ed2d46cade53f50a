from hypothesis import given
from hypothesis import strategies as some

from web.negotiation import (
    ALL,
    DATA,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    TURTLE,
    chosen,
    has_already,
    suffixed,
)

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
TYPES = some.sampled_from([form.media_type for form in ALL])
QUALITIES = some.integers(0, 1000).map(lambda n: f"{n / 1000:g}")


def test_without_an_accept_header_the_page_is_sent() -> None:
    assert chosen(None, ALL) is HTML
    assert chosen("", ALL) is HTML


def test_who_takes_anything_gets_the_page() -> None:
    assert chosen("*/*", ALL) is HTML


def test_a_browser_gets_the_page() -> None:
    assert chosen(BROWSER, ALL) is HTML


def test_the_form_with_the_highest_quality_wins() -> None:
    assert chosen("text/turtle;q=0.5, application/ld+json;q=0.9, text/html;q=0.1", ALL) is JSON_LD


def test_among_equals_the_page_comes_first_then_turtle() -> None:
    assert chosen("text/turtle, text/html", ALL) is HTML
    assert chosen("application/n-triples, text/turtle", ALL) is TURTLE


def test_a_named_type_overrules_a_wildcard() -> None:
    assert chosen("*/*, text/html;q=0.1", ALL) is TURTLE
    assert chosen("text/*;q=0.9, text/turtle;q=0.1, application/rdf+xml;q=0.5", ALL) is HTML


def test_quality_nought_forbids_a_form() -> None:
    assert chosen("text/html;q=0, */*", ALL) is TURTLE
    assert chosen("text/turtle;q=0", DATA) is None


def test_a_form_that_is_not_offered_is_refused() -> None:
    assert chosen("text/csv", ALL) is None


def test_case_and_spaces_do_not_matter() -> None:
    assert chosen("  Application/RDF+XML ; Q=1 ", ALL) is RDF_XML


def test_profiles_with_commas_and_semicolons_are_passed_over() -> None:
    accept = 'application/ld+json;profile="http://a.example/x,text/html;q=1";q=0.8, text/turtle;q=0.2'

    assert chosen(accept, ALL) is JSON_LD


def test_plain_json_and_xml_ask_for_the_linked_data_in_them() -> None:
    assert chosen("application/json", ALL) is JSON_LD
    assert chosen("application/xml", ALL) is RDF_XML


def test_ranges_that_are_none_are_passed_over() -> None:
    assert chosen("nonsense, ;;, text/, application/n-triples;q=x, application/n-triples", ALL) is N_TRIPLES


@given(some.text(max_size=200))
def test_any_header_gets_an_answer(accept: str) -> None:
    assert chosen(accept, ALL) in (*ALL, None)


@given(some.dictionaries(TYPES, QUALITIES, min_size=1))
def test_named_types_are_served_by_their_quality(wanted: dict[str, str]) -> None:
    accept = ", ".join(f"{name};q={quality}" for name, quality in wanted.items())

    found = chosen(accept, ALL)

    best = max(map(float, wanted.values()))
    if best == 0:
        assert found is None
    else:
        assert found is not None
        assert float(wanted[found.media_type]) == best


@given(some.dictionaries(TYPES, QUALITIES, min_size=1))
def test_the_order_of_the_header_does_not_matter(wanted: dict[str, str]) -> None:
    items = [f"{name};q={quality}" for name, quality in wanted.items()]

    assert chosen(",".join(items), ALL) is chosen(",".join(reversed(items)), ALL)


def test_a_suffix_is_parted_from_the_id() -> None:
    assert suffixed("abc.ttl", ALL) == ("abc", TURTLE)
    assert suffixed("abc", ALL) == ("abc", None)
    assert suffixed("abc.doc", ALL) == ("abc.doc", None)


def test_a_version_is_known_by_any_of_its_tags() -> None:
    assert has_already('"a", W/"b"', 'W/"b"')
    assert has_already('"b"', 'W/"b"')
    assert has_already("*", '"b"')
    assert not has_already('"a"', '"b"')
    assert not has_already(None, '"b"')
