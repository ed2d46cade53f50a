"""One spelling for each DOI, and addresses that can stand as IRIs, whoever wrote them and however."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalogue.drafting import is_iri
from harvesters.iris import address, doi, link, mended

FORMS = [
    "10.5281/Zenodo.1",
    "doi:10.5281/zenodo.1",
    "DOI : 10.5281/zenodo.1",
    "info:doi/10.5281/zenodo.1",
    "https://doi.org/10.5281/zenodo.1",
    "http://dx.doi.org/10.5281/ZENODO.1",
    "https://www.doi.org/10.5281/zenodo.1 ",
    "doi:https://doi.org/10.5281/zenodo.1",
]


@pytest.mark.parametrize("written", FORMS)
def test_a_doi_has_one_spelling(written: str) -> None:
    assert doi(written) == link(written) == "https://doi.org/10.5281/zenodo.1"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://doi.org/10.1/%3Ca%3E", ""),
        ("https://doi.org/10.1002/%3Ca%3E", "https://doi.org/10.1002/%3Ca%3E"),
        ("10.1002/(SICI)1097<1:A>3.0", "https://doi.org/10.1002/(sici)1097%3C1:a%3E3.0"),
        ("10.1002/50%", "https://doi.org/10.1002/50%25"),
        ("11.1002/a", ""),
        ("see 10.1002/a", ""),
        ("10.1002/a and what it says", ""),
    ],
)
def test_letters_that_an_iri_cannot_hold_are_written_with_percent_signs_once(
    written: str, found: str
) -> None:
    assert doi(written) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("https://a.example/[1]", "https://a.example/%5B1%5D"),
        ("http://a/%zz", "http://a/%25zz"),
        ("http://[x", ""),
        ("http://[::1]/", "http://[::1]/"),
        ("HTTPS://a.example", "HTTPS://a.example"),
        ("ftp://a.example", ""),
        ("//a.example", ""),
        ("https://", ""),
    ],
)
def test_an_address_is_mended_behind_its_host_alone(written: str, found: str) -> None:
    assert address(written) == found


@given(
    some.one_of(
        some.text(),
        some.sampled_from(["http://", "10.1234/", "urn:a"]).flatmap(
            lambda start: some.text().map(lambda rest: start + rest)
        ),
    )
)
def test_whatever_is_written_becomes_an_iri_or_nothing(written: str) -> None:
    for found in (doi(written), address(written), link(written), mended(written)):
        assert found == "" or is_iri(found)
