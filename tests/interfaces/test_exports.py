import csv
import io
import json
from collections.abc import Iterator, Mapping

import httpx
from hypothesis import given
from hypothesis import strategies as some

from catalogue.catalogue import Catalogue
from catalogue.search import MOST_ROWS, Row, SearchDocument, Words
from tests.interfaces.site import Site
from web.export import cell, line


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def many(catalogue: Catalogue, number: int) -> None:
    """Fill the index alone, which is all that an export reads."""

    def documents() -> Iterator[SearchDocument]:
        for place in range(number):
            title = Words(f"Cohort {place}", "en")
            row = Row(f"r{place:05}", f"https://north.example/{place}", "dataset", (title,))
            yield SearchDocument(row, ((title, 4.0),), {}, {})

    catalogue.index.put(documents())


def test_the_exports_hold_what_the_search_finds(site: Site) -> None:
    query = "?q=register&accessRights=RESTRICTED"

    found = site.get(f"/api/v1/search{query}&size=100").json()

    ids = [hit["id"] for hit in found["hits"]]
    assert ids
    assert [hit["id"] for hit in site.get(f"/datasets.json{query}").json()["hits"]] == ids
    assert [row["id"] for row in rows(site.get(f"/datasets.csv{query}"))] == ids


def test_the_exports_hold_all_pages_whichever_was_asked_for(site: Site) -> None:
    total = site.get("/api/v1/search").json()["total"]

    document = site.get("/datasets.json?page=2&size=10").json()

    assert document["total"] == total == len(document["hits"])
    assert document["cut"] is False
    assert site.get("/datasets.csv").headers["x-total-count"] == str(total)


def test_the_records_of_the_export_are_those_of_the_api(site: Site) -> None:
    hits = site.get("/api/v1/search?size=3&sort=title").json()["hits"]

    assert site.get("/datasets.json?sort=title").json()["hits"][:3] == hits


def test_an_export_that_is_cut_says_so(small: Site) -> None:
    many(small.catalogue, MOST_ROWS + 5)

    answer = small.get("/datasets.json")

    document = answer.json()
    assert (document["total"], document["limit"], document["cut"]) == (MOST_ROWS + 5, MOST_ROWS, True)
    assert len({hit["id"] for hit in document["hits"]}) == MOST_ROWS
    assert answer.headers["x-result-limit"] == str(MOST_ROWS)


def test_the_table_is_utf_8_and_says_so_to_spreadsheets(site: Site) -> None:
    answer = site.get("/datasets.csv")

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="datasets.csv"' in answer.headers["content-disposition"]


def test_the_table_has_labels_in_place_of_codes(site: Site) -> None:
    found = rows(site.get("/datasets.csv?country=FRA"))

    assert found
    assert all("France" in row["country"].split("; ") for row in found)


def test_labels_follow_the_language_asked_for(site: Site) -> None:
    found = rows(site.get("/datasets.csv?country=DEU&lang=de"))

    assert found
    assert all("Deutschland" in row["country"].split("; ") for row in found)


def test_a_search_without_results_is_a_table_without_lines(site: Site) -> None:
    assert rows(site.get("/datasets.csv?q=xyzzyqwert&country=MLT")) == []
    assert site.get("/datasets.json?q=xyzzyqwert&country=MLT").json()["hits"] == []


def test_what_cannot_be_asked_is_a_problem(site: Site) -> None:
    answer = site.get("/datasets.csv?sort=colour")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sort=colour" in answer.json()["detail"]


def test_exports_are_sandboxed_and_open_to_every_origin(site: Site) -> None:
    for path in ("/datasets.csv", "/datasets.json"):
        headers: Mapping[str, str] = site.get(path).headers
        assert "sandbox" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["access-control-allow-origin"] == "*"


def test_head_sends_no_records(site: Site) -> None:
    answer = site.send("HEAD", "/datasets.csv")

    assert answer.status_code == 200
    assert answer.content == b""


def test_numbers_are_numbers_and_gaps_are_empty() -> None:
    assert cell(-5) == "-5"
    assert cell(None) == ""
    assert cell(True) == "true"


@given(some.text())
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    found = cell(text)

    assert not found.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert found in (text, f"'{text}")


@given(some.lists(some.text(some.characters(codec="utf-8", exclude_characters="\0")), min_size=2))
def test_every_line_reads_back_as_the_cells_it_was_made_of(texts: list[str]) -> None:
    (found,) = csv.reader(io.StringIO(line(texts), newline=""))

    assert found == [cell(text) for text in texts]


def test_a_formula_in_a_title_is_marked_as_text(small: Site) -> None:
    title = Words('=HYPERLINK("https://evil.example")', "en")
    row = Row("r1", "https://north.example/1", "dataset", (title,))
    small.catalogue.index.put([SearchDocument(row, ((title, 4.0),), {}, {})])

    assert rows(small.get("/datasets.csv"))[0]["title"] == '\'=HYPERLINK("https://evil.example")'


def test_the_json_is_one_document(site: Site) -> None:
    assert isinstance(json.loads(site.get("/datasets.json").content), dict)
