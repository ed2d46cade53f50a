"""Operators add, change, look at and delete sources by forms that keep what was typed, but no secret."""

from pathlib import Path

import pytest

from catalogue.sources import ASK
from tests.access.visitor import Visitor
from tests.site import dom
from tests.site.operating import SECRET, SOURCES, complete, records

NEW = f"{SOURCES}/new"
GOOD = {
    "kind": "oai-pmh",
    "name": "island",
    "url": "https://island.example/oai",
    "option.set": "health",
    "schedule": "30  2 * * *",
    "deletion": "ask",
    "profile": "public",
    "contact": "ada@island.example",
    "full_every": "14",
    "scheme": "basic",
    "credential": "ada",
    "secret": SECRET,
}


def faults(page: dom.Element) -> dict[str, str]:
    """What the summary says is wrong, by the field that it leads to."""
    found = page.one("div", cls="fault").all("a")
    return {a.attributes["href"].removeprefix("#"): a.text for a in found}


def test_the_kinds_are_offered_with_their_help(bench: Visitor) -> None:
    page = bench.page(NEW)

    hrefs = [a.attributes["href"] for a in page.one("ul", cls="kinds").all("a")]
    assert f"{NEW}?kind=oai-pmh" in hrefs
    assert len(hrefs) >= 13
    assert "A repository or archive that speaks OAI-PMH." in page.text


def test_a_kind_that_does_not_exist_is_told(bench: Visitor) -> None:
    assert bench.get(f"{NEW}?kind=%3Cb%3E").status_code == 422
    assert bench.post(NEW, {"kind": "nonsense"}).status_code == 422


def test_the_form_has_the_options_of_its_kind(bench: Visitor) -> None:
    page = bench.page(f"{NEW}?kind=oai-pmh")

    assert page.one("input", id="option-set").attributes["name"] == "option.set"
    assert "setSpec" in page.one("p", id="option-set-help").text


def test_a_source_is_added_with_all_that_was_typed(bench: Visitor) -> None:
    answer = bench.post(NEW, GOOD)

    kept = bench.catalogue.ledger.sources.named("island")
    assert answer.headers["location"] == f"{SOURCES}/island?done=added"
    assert (kept.kind, kept.url, kept.schedule) == ("oai-pmh", GOOD["url"], "30 2 * * *")
    assert (kept.deletion, kept.profile, kept.full_every) == (ASK, "public", 14)
    assert dict(kept.options) == {"set": "health"}
    assert kept.credentials
    assert SECRET not in kept.credentials
    deed = bench.catalogue.ledger.audit.newest(1)[0]
    assert (deed.action, deed.subject) == ("add source", "island")
    assert deed.detail == "oai-pmh https://island.example/oai, with credentials"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Give a name"),
        ("name", "a/b", "Give a name"),
        ("name", "<script>", "Give a name"),
        ("name", "x" * 61, "Give a name"),
        ("name", "new", "that of a page"),
        ("name", "moor", "already"),
        ("url", "", "Give the address"),
        ("url", "ftp://island.example/", "https://"),
        ("url", f"https://ada:{SECRET}@island.example/", "not in the address"),
        ("url", f"ada:{SECRET}@island.example/", "not in the address"),
        ("schedule", "often", "is not a schedule"),
        ("schedule", "61 * * * *", "is not a schedule"),
        ("deletion", "burn", "Choose what becomes"),
        ("profile", "gold", "Choose one of the profiles"),
        ("contact", "nobody", "Give an e-mail address"),
        ("contact", "ada@island.example, bob@island.example", "Give an e-mail address"),
        ("contact", "https://", "Give an e-mail address"),
        ("full_every", "0", "from 1 to 365"),
        ("full_every", "soon", "from 1 to 365"),
        ("scheme", "magic", "Choose one of the ways"),
        ("scheme", "", "Say how the secret"),
        ("secret", "", "Give the secret"),
        ("credential", "", "Give the name of the header"),
        ("credential", "ada:ida", "may hold no colon"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_the_rest_stays(
    bench: Visitor, field: str, value: str, words: str
) -> None:
    answer = bench.post(NEW, {**GOOD, field: value})

    page = dom.parse(answer.text)
    told = faults(page)
    assert answer.status_code == 422
    assert set(told) == {field}
    assert words in told[field]
    assert page.all("", id=field)
    for name in {"name", "contact", "schedule"} - {field}:
        assert page.one("input", id=name).attributes["value"] == GOOD[name]
    assert SECRET not in answer.text
    assert {source.name for source in bench.catalogue.ledger.sources.all()} == {"moor"}


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        (
            {"scheme": "oauth2", "token_url": "https://"},
            "token_url",
            "Give the address that hands out tokens",
        ),
        ({"scheme": "oauth2", "token_url": "https://a.example:99999/"}, "token_url", "from 1 to 65535"),
        ({"scheme": "bearer", "secret": "clé"}, "secret", "only letters of ASCII"),
        ({"scheme": "header", "credential": "X Key"}, "credential", "The name of a header"),
    ],
)
@pytest.mark.parametrize("path", [NEW, f"{NEW}/preview"])
def test_what_is_wrong_with_credentials_is_told_at_the_field_that_it_is_in(
    bench: Visitor, path: str, fields: dict[str, str], field: str, words: str
) -> None:
    told = faults(dom.parse(bench.post(path, {**GOOD, **fields}).text))

    assert set(told) == {field}
    assert words in told[field]


def test_all_that_is_wrong_is_told_at_once_and_marked(bench: Visitor) -> None:
    page = dom.parse(bench.post(NEW, {"kind": "dcat", "schedule": "x", "deletion": "keep"}).text)

    assert set(faults(page)) == {"name", "url", "schedule", "full_every"}
    assert page.one("input", id="name").attributes["aria-invalid"] == "true"
    assert "name-fault" in page.one("input", id="name").attributes["aria-describedby"].split()
    assert page.one("p", id="name-fault").text


def test_a_schedule_is_shown_in_words_with_the_next_three_times(bench: Visitor) -> None:
    bench.post(NEW, GOOD)

    text = bench.page(f"{SOURCES}/island/edit").one("form", cls="sheet").text

    assert "At 02:30 every day" in text
    assert "4 March 2026, 02:30 UTC · 5 March 2026, 02:30 UTC · 6 March 2026, 02:30 UTC" in text


def test_a_change_keeps_the_credentials_unless_others_are_given(bench: Visitor) -> None:
    bench.post(NEW, GOOD)
    sources = bench.catalogue.ledger.sources
    before = sources.named("island").credentials
    quiet = {**GOOD, "scheme": "", "credential": "", "secret": ""}

    assert "Credentials are kept" in bench.page(f"{SOURCES}/island/edit").text
    bench.post(f"{SOURCES}/island/edit", {**quiet, "contact": "bob@island.example"})
    assert sources.named("island").credentials == before
    assert sources.named("island").contact == "bob@island.example"

    bench.post(f"{SOURCES}/island/edit", {**GOOD, "secret": "another"})
    assert sources.named("island").credentials not in (before, "")

    bench.post(f"{SOURCES}/island/edit", {**quiet, "take_away": "yes"})
    assert sources.named("island").credentials == ""
    assert "without credentials" in bench.catalogue.ledger.audit.newest(1)[0].detail


def test_a_change_keeps_the_name_the_pause_and_the_password_in_the_address(seen: Visitor) -> None:
    page = seen.page(f"{SOURCES}/north/edit")

    assert page.one("input", id="url").attributes["value"] == "https://north.example/c.ttl"
    assert not page.all("input", id="name")


def test_an_address_that_was_not_touched_keeps_its_password(bench: Visitor) -> None:
    sources = bench.catalogue.ledger.sources
    bench.post(f"{SOURCES}/moor/pause")
    quiet = {"kind": "dcat", "deletion": "keep", "full_every": "7", "name": "other"}
    bench.post(f"{SOURCES}/moor/edit", {**quiet, "url": sources.named("moor").address})

    assert sources.named("moor").paused
    assert sources.named("moor").deletion == "keep"
    assert {source.name for source in sources.all()} == {"moor"}


def test_imported_files_have_no_form(seen: Visitor) -> None:
    assert seen.get(f"{SOURCES}/archive/edit").status_code == 404


def test_a_preview_shows_what_would_come_and_writes_nothing(bench: Visitor, shelf: Path) -> None:
    feed = shelf / "feed"
    feed.mkdir()
    (feed / "good.ttl").write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        '<https://north.example/a> a dcat:Dataset ; dct:title "<script>alert(1)</script>"@en .\n'
    )
    (feed / "bad.ttl").write_text("this is no Turtle <script>")
    fields = {"kind": "folder", "name": "shelf", "url": str(feed), "deletion": "keep", "full_every": "7"}

    answer = bench.post(f"{NEW}/preview", {**fields, "schedule": "30 2 * * *"})

    page = dom.parse(answer.text)
    row = page.one("table").one("tbody").one("tr").text
    assert answer.status_code == 200
    assert "<script>alert(1)</script>" in row
    assert "missing" in row
    assert "not provided" in row
    assert len(page.all("script")) == 1
    assert "not valid Turtle" in page.one("ol", cls="problems").text
    assert page.one("input", id="name").attributes["value"] == "shelf"
    assert {source.name for source in bench.catalogue.ledger.sources.all()} == {"moor"}
    assert bench.catalogue.ledger.count() == 0


def test_a_preview_of_what_is_wrong_shows_the_form_again(bench: Visitor) -> None:
    answer = bench.post(f"{NEW}/preview", {**GOOD, "schedule": "often"})

    assert answer.status_code == 422
    assert set(faults(dom.parse(answer.text))) == {"schedule"}
    assert SECRET not in answer.text


def test_a_folder_that_nobody_allowed_is_refused_at_its_field(bench: Visitor) -> None:
    fields = {"kind": "folder", "name": "etc", "url": "/etc", "deletion": "keep", "full_every": "7"}

    for path in (NEW, f"{NEW}/preview"):
        answer = bench.post(path, fields)

        assert answer.status_code == 422
        assert "not within a folder" in faults(dom.parse(answer.text))["url"]


def test_a_page_of_a_preview_that_is_loaded_again_leads_back_to_the_form(bench: Visitor) -> None:
    assert bench.get(f"{NEW}/preview").headers["location"] == NEW
    assert bench.get(f"{SOURCES}/moor/preview").headers["location"] == f"{SOURCES}/moor/edit"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "moor"}, "Choose what becomes of its records."),
        ({"name": "moor", "what": "burn"}, "Choose what becomes of its records."),
        ({"what": "leave"}, "This is not the name of the source."),
        ({"what": "withdraw", "name": "Moor"}, "This is not the name of the source."),
    ],
)
def test_a_source_is_deleted_only_by_its_name_and_with_a_choice(
    bench: Visitor, fields: dict[str, str], words: str
) -> None:
    answer = bench.post(f"{SOURCES}/moor/delete", fields)

    assert answer.status_code == 422
    assert dom.parse(answer.text).one("p", cls="fault").text == words
    assert not bench.catalogue.ledger.sources.named("moor").paused


@pytest.mark.parametrize("what", ["leave", "withdraw"])
def test_a_source_that_is_deleted_is_paused_until_a_worker_has_done_it(bench: Visitor, what: str) -> None:
    complete(bench.catalogue, "moor", *records(3))
    assert "its 3 records" in bench.page(f"{SOURCES}/moor/delete").text

    answer = bench.post(f"{SOURCES}/moor/delete", {"what": what, "name": "moor"})

    page = bench.page(answer.headers["location"])
    deed = bench.catalogue.ledger.audit.newest(1)[0]
    assert "is deleted as soon as a worker is free" in page.one("p", cls="notice").text
    assert bench.catalogue.ledger.sources.named("moor").paused
    assert "being deleted" in page.one("ul", cls="marks").text
    assert not page.one("main").all("div", cls="deeds")
    assert bench.post(f"{SOURCES}/moor/run").status_code == 409
    assert deed.action == "delete source"
    assert ("withdrawn" if what == "withdraw" else "left") in deed.detail
