"""Custodians upload, look at, publish and withdraw profiles in a browser, and are told what each does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.profiles.releases import Release, Standing
from catalogue.settings import Settings
from tests.access.visitor import Visitor
from tests.asking import ask
from tests.asking import record as turtle
from tests.core.harvests import id_of, record, records
from tests.site import dom
from tests.site.operating import desk
from tests.site.site import BASE, FULL, Clock

PROFILES: Final = "/admin/profiles"
ABOUT: Final = "analysis,stratum_1,stratum_2,count\nabout,source_name,Registry,\n"
HIDDEN: Final = 4
"""A count that is too small to be told."""


def counts(persons: int) -> bytes:
    """A profile of so many persons, few of them of another sex."""
    sexes = {"female": 1321, "male": persons - 1321 - HIDDEN, "other": HIDDEN}
    rows = [f"personsBySex,{sex},,{number}" for sex, number in sexes.items()]
    return (ABOUT + "\n".join([f"persons,,,{persons}", *rows]) + "\n").encode()


@pytest.fixture(scope="module")
def custodian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """An operator at a catalogue of a dataset for each letter, one of them with hostile words."""
    folder: Path = tmp_path_factory.mktemp("custodian")
    settings = Settings(base_url=BASE, data_dir=folder, max_profile_mb=1)
    catalogue = open_catalogue(settings, in_memory=True, now=Clock())
    catalogue.ingest("north", [*records("abcdefg"), record("x", "<i>Register</i> 100%"), turtle(FULL)])
    yield desk(catalogue, settings)
    catalogue.close()


def upload(visitor: Visitor, name: str, *files: bytes, origin: str = BASE, **fields: str) -> httpx.Response:
    """Send files by the form as a browser does, with a part without a name where none was chosen."""
    address = f"{PROFILES}/{id_of(name)}/upload"
    visitor.get(address)
    sent = [("files", (f"{place}.csv", content)) for place, content in enumerate(files)]
    body = httpx.Request(
        "POST", BASE, data={"csrf": visitor.csrf, **fields}, files=sent or {"files": ("NONE", b"")}
    )
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        "Origin": origin,
        "Content-Type": body.headers["content-type"],
    }
    content = body.read().replace(b'filename="NONE"', b'filename=""')
    return ask(visitor.app, httpx.Request("POST", BASE + address, headers=headers, content=content))


def releases(visitor: Visitor, name: str) -> tuple[Release, ...]:
    return visitor.catalogue.releases.every(id_of(name))


def rows(page: dom.Element) -> list[list[str]]:
    """The cells of all tables, row by row."""
    return [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in page.all("tr")]


def path(release: Release) -> str:
    return f"{PROFILES}/{release.record}/{release.id}"


def test_files_become_a_draft_with_a_report_that_tells_no_hidden_count(custodian: Visitor) -> None:
    answer = upload(
        custodian, "a", counts(2694), b"analysis,stratum_1,stratum_2,count\npersonsByVisit,9201,,812\n"
    )

    draft = releases(custodian, "a")[0]
    page = custodian.page(answer.headers["location"])
    assert (answer.status_code, draft.state) == (303, Standing.DRAFT)
    assert custodian.catalogue.releases.current(id_of("a")) is None
    assert "taken in as a draft" in page.one("p", role="status").text
    assert ["Persons by sex", "Counts of 1 to 5 are hidden.", "1"] in rows(page)
    assert ["Persons by type of visit", "0", "1", "0"] in rows(page)
    assert "They see no profile of this dataset now." in page.text
    report = custodian.get(f"{path(draft)}/report.csv")
    assert "Persons by sex,1,Counts of 1 to 5 are hidden." in report.text
    assert custodian.get(f"{path(draft)}/report.json").json()["rows"][0]["cells"] == 1
    assert custodian.get(f"{path(draft)}/report.exe").status_code == 404
    assert custodian.catalogue.ledger.audit.newest(1)[0].action == "import profile"


def test_a_draft_is_seen_by_operators_published_and_then_shown(custodian: Visitor) -> None:
    upload(custodian, "b", counts(2694))
    draft = releases(custodian, "b")[0]
    public = f"/dataset/{id_of('b')}/profile"
    before = custodian.get(public).status_code

    charts = custodian.page(f"{path(draft)}/preview?part=population")
    answer = custodian.post(f"{path(draft)}/publish")
    again = custodian.post(f"{path(draft)}/publish")

    assert "hidden" in charts.one("main").text
    assert (before, custodian.get(public).status_code) == (404, 200)
    assert answer.headers["location"] == f"{path(draft)}?done=published"
    assert again.status_code == 409
    deed = custodian.catalogue.ledger.audit.newest(1)[0]
    assert (deed.action, deed.subject, deed.detail) == ("publish profile", id_of("b"), f"release {draft.id}")


def test_a_draft_tells_which_release_goes_for_good_when_it_is_published(custodian: Visitor) -> None:
    upload(custodian, "g", counts(2694), stand="published", released="2026-09-30")
    for persons, day in ((2700, "2026-09-30"), (2710, "2026-10-31")):
        upload(custodian, "g", counts(persons), released=day)
    other, same, first = releases(custodian, "g")

    of_same = custodian.page(path(same)).one("main").text
    of_other = custodian.page(path(other)).one("main").text
    custodian.post(f"{path(same)}/publish")

    assert f"can give away what each hides: Release {first.id}" in of_same
    assert "That one stays" not in of_same
    assert "That one stays" in of_other
    assert "Withdrawn for good then" not in of_other
    assert custodian.catalogue.releases.release(first.id).state is Standing.WITHDRAWN


def test_the_question_before_a_withdrawal_says_what_visitors_will_see(custodian: Visitor) -> None:
    for persons in (2694, 2794):
        upload(custodian, "c", counts(persons), stand="published")
    newer, older = releases(custodian, "c")

    first = custodian.page(f"{path(newer)}/withdraw")
    nothing = custodian.post(f"{path(newer)}/withdraw", {"then": str(older.id), "reason": " "})
    stale = custodian.post(f"{path(newer)}/withdraw", {"then": "0", "reason": "Wrong year."})
    done = custodian.post(f"{path(newer)}/withdraw", {"then": str(older.id), "reason": "Wrong\nyear."})
    last = custodian.page(f"{path(older)}/withdraw")

    assert f"Release {older.id}" in first.one("p", cls="notice").text
    assert "no profile of this dataset" in last.one("p", cls="notice").text
    assert (nothing.status_code, stale.status_code, done.status_code) == (422, 409, 303)
    assert custodian.catalogue.releases.current(id_of("c")) == releases(custodian, "c")[1]
    gone = custodian.page(path(newer)).one("main").text
    assert "by Ada: Wrong year." in gone
    assert "deleted for good" in gone
    assert custodian.get(f"{path(newer)}/report.csv").status_code == 404
    assert custodian.post(f"{path(newer)}/withdraw", {"then": "0", "reason": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("status", "files", "words"),
    [
        (422, [counts(2694), b"patient_id,x\n1,2\n"], "1.csv has the column patient_id"),
        (422, [b"\0"], "UTF-8"),
        (422, [], "Choose the files"),
        (413, [b"0" * 1_000_001], "1 MB"),
    ],
)
def test_what_is_refused_is_told_on_the_form_and_costs_nothing_else(
    custodian: Visitor, status: int, files: list[bytes], words: str
) -> None:
    upload(custodian, "d", counts(2694), stand="published")
    shown = custodian.catalogue.releases.current(id_of("d"))

    answer = upload(custodian, "d", *files, released="2026-09-30")

    fault = dom.parse(answer.text).one("div", cls="fault").text
    assert answer.status_code == status
    assert words in fault
    assert "what the dataset had before is as it was" in fault
    assert releases(custodian, "d") == (shown,)


def test_the_same_files_and_a_day_that_cannot_be_are_told(custodian: Visitor) -> None:
    upload(custodian, "e", counts(2694))

    again = upload(custodian, "e", counts(2694))
    wrong = upload(custodian, "e", counts(2694), released="yesterday")

    assert again.headers["location"].endswith("?done=again")
    assert "“yesterday” is no day." in wrong.text
    assert len(releases(custodian, "e")) == 1


def test_files_are_taken_of_the_form_of_the_session_alone(custodian: Visitor) -> None:
    foreign = upload(custodian, "f", counts(2694), origin="https://evil.example")
    forged = upload(custodian, "f", counts(2694), csrf="0" * 64)
    extra = upload(custodian, "f", counts(2694), who="Eve")

    assert (foreign.status_code, forged.status_code, extra.status_code) == (403, 403, 422)
    assert releases(custodian, "f") == ()


def test_a_release_is_changed_below_its_own_dataset_alone(custodian: Visitor) -> None:
    upload(custodian, "a", counts(2694))
    other = f"{PROFILES}/{id_of('f')}/{releases(custodian, 'a')[0].id}"

    assert custodian.get(other).status_code == 404
    assert custodian.post(f"{other}/publish").status_code == 404
    assert custodian.get(f"{PROFILES}/nothing").status_code == 404


def test_the_list_has_drafts_first_and_finds_datasets_without_a_profile(custodian: Visitor) -> None:
    upload(custodian, "d", counts(2694), stand="published")
    upload(custodian, "a", counts(2694))

    told = [" ".join(row) for row in rows(custodian.page(PROFILES))[1:]]
    found = custodian.page(f"{PROFILES}?q=%3Ci%3E").one("tbody").all("tr")
    wild = custodian.page(f"{PROFILES}?q=%25")
    waits = ["draft" in row for row in told]

    assert waits == sorted(waits, reverse=True) and any(waits) and not all(waits)
    assert any("2,691–2,695" in row and "Counts of 1 to 5 are hidden." in row for row in told)
    assert [row.one("th").text for row in found] == ["<i>Register</i> 100%north"]
    assert len(wild.one("tbody").all("tr")) == 1
    assert "none yet" in found[0].text
    for title in ("NORTHERN dementia", "demenzkohorte"):
        page = custodian.page(f"{PROFILES}?q={title.replace(' ', '+')}")
        assert page.one("tbody").one("th").text == "Northern dementia cohortnorth"
    assert "No title" in custodian.page(f"{PROFILES}?q=zzz").one("main").text


def test_the_page_of_a_dataset_tells_who_did_what_and_how_much_is_hidden(custodian: Visitor) -> None:
    upload(custodian, "d", counts(2694), stand="published")

    row = rows(custodian.page(f"{PROFILES}/{id_of('d')}"))[-1]

    assert row[1].startswith("shownAs visitors see it")
    assert row[2:5] == ["Taken in 3 March 2026, 14:05 UTC, Ada", "3", "1"]
    assert custodian.page(f"/dataset/{id_of('d')}").one("a", href=f"{PROFILES}/{id_of('d')}")
