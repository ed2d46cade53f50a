"""What goes wrong is told in plain words, and every answer is fenced in."""

import logging
from pathlib import Path

import pytest

from catalogue.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    TooLarge,
    TooMany,
    Unauthorised,
    Unavailable,
    Unreadable,
)
from catalogue.records import Harvested
from catalogue.settings import Settings
from tests.apps import app_of
from tests.asking import record
from tests.site import dom
from tests.site.site import SOURCE, TEXTS, Clock, Site, filled, identity
from web.errors import STATUS, status_of
from web.headers import CONTENT_POLICY


@pytest.fixture
def failing(settings: Settings, tmp_path: Path) -> Site:
    """A site with two addresses that fail."""
    catalogue = filled(settings, Clock(), tmp_path)
    app = app_of(catalogue, settings)

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("a secret of ours")

    @app.get("/api/broken")
    def broken_api() -> None:
        raise ZeroDivisionError("a secret of ours")

    @app.get("/away")
    def away() -> None:
        raise Unavailable("The store does not answer.")

    return Site(app, catalogue)


def test_every_kind_of_error_has_one_status() -> None:
    assert status_of(NotFound("")) == 404
    assert status_of(Unreadable("")) == status_of(Invalid("")) == status_of(Refused("")) == 422
    assert status_of(Unavailable("")) == 503
    assert status_of(Conflict("")) == 409
    assert status_of(Unauthorised("")) == 401
    assert status_of(Forbidden("")) == 403
    assert status_of(TooMany("", 60)) == 429
    assert status_of(TooLarge("")) == 413
    assert len(STATUS) == 11


def test_a_page_that_does_not_exist_offers_a_search(site: Site) -> None:
    answer = site.get("/nothing-here")

    page = dom.parse(answer.text)
    assert answer.status_code == 404
    assert page.one("h1").text == "There is no such page"
    assert page.one("main").one("form", role="search")


def test_a_record_that_never_was_is_named(site: Site) -> None:
    answer = site.get("/dataset/aaaaaaaaaaaaaaaa")

    assert answer.status_code == 404
    assert "There is no record aaaaaaaaaaaaaaaa" in answer.text


def test_a_withdrawn_record_leaves_a_tombstone(settings: Settings, tmp_path: Path) -> None:
    clock = Clock()
    catalogue = filled(settings, clock, tmp_path)
    site = Site(app_of(catalogue, settings), catalogue)
    for _ in range(4):
        clock.forward(days=4)
        catalogue.ingest(SOURCE, _all_but("bare"))

    answer = site.get(f"/dataset/{identity('bare')}")

    page = dom.parse(answer.text)
    assert answer.status_code == 410
    assert page.one("h1").text == "This record was withdrawn"
    assert "مجموعة بيانات" in page.one("p", cls="lead").text
    assert f"Withdrawn on 15 March 2026, after its source “{SOURCE}” had stopped listing it." in (page.text)


def _all_but(name: str) -> list[Harvested]:
    return [record(text) for key, text in TEXTS.items() if key != name]


def test_a_record_that_its_source_stopped_listing_says_so(settings: Settings, tmp_path: Path) -> None:
    clock = Clock()
    catalogue = filled(settings, clock, tmp_path)
    site = Site(app_of(catalogue, settings), catalogue)
    clock.forward(days=1)
    catalogue.ingest(SOURCE, _all_but("bare"))

    notice = site.page(f"/dataset/{identity('bare')}").one("p", cls="notice")

    assert notice.text.startswith("Its source has not listed this record since 4 March 2026.")


def test_a_failure_of_ours_gives_a_number_and_no_secret(
    failing: Site, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing.get("/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert f"Number of this request: {answer.headers['x-request-id']}" in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


def test_an_engine_that_does_not_answer_is_a_503_with_its_reason(
    failing: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        answer = failing.get("/away")

    assert answer.status_code == 503
    assert "The store does not answer." in answer.text
    assert answer.headers["x-request-id"] in caplog.text


def test_the_api_answers_errors_as_problems(failing: Site) -> None:
    missing, broken = failing.get("/api/v1/nothing"), failing.get("/api/broken")

    for answer, status in ((missing, 404), (broken, 500)):
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == answer.status_code == status
        assert problem["request_id"] == answer.headers["x-request-id"]
        assert {"type", "title", "detail", "instance"} <= set(problem)
    assert "secret" not in broken.text


@pytest.mark.parametrize("path", ["/", "/datasets", "/nothing-here", "/static/app.css"])
def test_every_answer_is_fenced_in(site: Site, path: str) -> None:
    headers = site.get(path).headers

    assert headers["content-security-policy"] == CONTENT_POLICY
    assert "unsafe" not in CONTENT_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["x-request-id"]


def test_a_request_keeps_the_id_it_came_with_when_that_is_harmless(site: Site) -> None:
    kept = site.get("/about", **{"X-Request-ID": "trace-12345678"})
    replaced = site.get("/about", **{"X-Request-ID": "<b>1</b>"})

    assert kept.headers["x-request-id"] == "trace-12345678"
    assert replaced.headers["x-request-id"] != "<b>1</b>"


def test_the_choice_of_colours_is_kept_and_leads_back(site: Site) -> None:
    answer = site.send("POST", "/theme", data={"theme": "dark", "back": "/datasets?q=a"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/datasets?q=a")
    cookie = answer.headers["set-cookie"].lower()
    assert "theme=dark" in cookie
    assert "samesite=lax" in cookie
    assert "httponly" in cookie


def test_the_choice_of_colours_shows_on_every_page(site: Site) -> None:
    dark = site.page("/about", Cookie="theme=dark")
    odd = site.page("/about", Cookie="theme=<script>")

    assert dark.one("html").attributes["data-theme"] == "dark"
    assert dark.one("button", value="dark").attributes["aria-pressed"] == "true"
    assert odd.one("html").attributes["data-theme"] == "system"


@pytest.mark.parametrize(
    "back",
    [
        *("https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example"),
        *("javascript:alert(1)", "", "\\\\evil.example", "http:evil.example", "/%0d\r\nX: y"),
    ],
)
def test_the_way_back_never_leads_to_another_host(site: Site, back: str) -> None:
    answer = site.send("POST", "/theme", data={"theme": "light", "back": back})

    assert answer.headers["location"] == "/"


def test_a_wrong_or_huge_choice_is_refused(site: Site) -> None:
    assert site.send("POST", "/theme", data={"theme": "pink"}).status_code == 422
    assert site.send("POST", "/theme", data={"theme": "dark" * 5000}).status_code == 422


def test_a_catalogue_below_a_path_links_below_that_path(settings: Settings, tmp_path: Path) -> None:
    below = settings.model_copy(update={"base_url": "http://127.0.0.1:18201/data"})
    catalogue = filled(below, Clock(), tmp_path)
    site = Site(app_of(catalogue, below), catalogue)

    page = dom.parse(site.get("/data/").text)

    hrefs = [e.attributes[n] for e in page.walk() for n in ("href", "src", "action") if n in e.attributes]
    local = [href for href in hrefs if href.startswith("/")]
    assert len(local) > 20
    assert all(href.startswith("/data/") for href in local)
    assert site.get("/data/datasets").status_code == 200
