"""What the API promises to operators, and to everybody else: nothing without a token."""

import logging
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpx
import pytest
from sqlalchemy import event

from catalogue.bootstrap import open_ledger
from catalogue.jobs import APPROVE, DELETE, HARVEST, LEAVE
from catalogue.ledger import GONE, PRESENT
from catalogue.records import Rejected, Said
from catalogue.settings import Settings
from tests.apps import work
from tests.asking import ask
from tests.commands.conftest import web, write_datasets  # noqa: F401  (a server of files)
from tests.core.harvests import records
from tests.counting import asked_of
from tests.interfaces.office import BASIC, NORTH, NOW, SECRET, Office, office, record_id
from tests.interfaces.test_api import conforms
from web import api_admin_models as models

COLUMNS: Final = ("number", "run", "decision")


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Office]:
    """An operator's program at an empty catalogue on disk."""
    opened = office(tmp_path / "data")
    yield opened
    opened.catalogue.close()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One at a catalogue that no test changes."""
    opened = office(tmp_path_factory.mktemp("data"))
    opened.add()
    opened.catalogue.ingest(
        "north", [*records("ab"), Rejected("https://feed.example/", "line 3", "Bad.", b"<x>")]
    )
    yield opened
    opened.catalogue.close()


def operations(app: Office) -> list[tuple[str, str]]:
    """Every operation for operators, as the documentation has it."""
    paths = app.app.openapi()["paths"]
    return [
        (method.upper(), path.removeprefix("/api/v1/admin"))
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1/admin")
    ]


def filled(path: str) -> str:
    names = {"name": "north", "id": "1", "n": "1"}
    return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)


def test_nothing_is_done_or_told_without_a_token(reader: Office) -> None:
    found = operations(reader)

    answers = {one: reader.send(one[0], filled(one[1]), token="") for one in found}
    wrong = {one: reader.send(one[0], filled(one[1]), token="fft_" + "a" * 52) for one in found}

    assert len(found) > 20
    assert {answer.status_code for answer in (*answers.values(), *wrong.values())} == {401}
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers.values())
    assert all("north" not in answer.json()["detail"] for answer in answers.values())


def test_a_session_or_a_token_in_the_address_is_no_way_in(reader: Office) -> None:
    session = reader.catalogue.ledger.tokens.new("Ada", use="session")

    for address in ("/sources", f"/sources?token={reader.token}"):
        request = httpx.Request(
            "GET",
            f"{reader.catalogue.base}/api/v1/admin{address}",
            headers={"Cookie": f"fairfinder={session}"},
        )
        assert ask(reader.app, request).status_code == 401


def test_a_token_that_was_revoked_opens_nothing(program: Office) -> None:
    identity = program.catalogue.ledger.tokens.identify(program.token)
    assert identity is not None
    program.catalogue.ledger.tokens.revoke(identity.token_id)

    assert program.send("GET", "/sources").status_code == 401


def test_answers_are_kept_by_no_cache_and_open_to_no_other_page(reader: Office) -> None:
    answer = reader.send("GET", "/sources")

    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_source_is_added_with_all_that_can_be_told_of_it(program: Office) -> None:
    answer = program.add(
        options={"format": "turtle"},
        schedule="30  2 * * *",
        profile="restricted",
        deletion="ask",
        contact="steward@feed.example",
        full_every=30,
    )

    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == told["links"]["self"] == program.send("GET", "/sources/north").url
    assert told == program.get("/sources/north")
    assert told["options"] == {"format": "turtle"}
    assert told["schedule"] == "30 2 * * *"
    assert told["next_run"] == "2026-03-04T02:30:00Z"
    assert (told["profile"], told["deletion"], told["full_every"]) == ("restricted", "ask", 30)
    assert (told["state"], told["records"], told["last_run"], told["job"]) == ("never", 0, None, None)
    assert [one["name"] for one in program.get("/sources")["sources"]] == ["north"]


def test_a_name_that_is_taken_is_a_conflict(program: Office) -> None:
    program.add()

    assert program.add().status_code == 409


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"nmae": "x"}, "nmae: Extra inputs are not permitted"),
        ({"kind": "telepathy"}, "no kind of source called “telepathy”"),
        ({"options": {"colour": "red"}}, "has no option “colour”"),
        ({"options": {"format": 7}}, "options.format: Input should be a valid string"),
        ({"schedule": "every night"}, "is not a schedule"),
        ({"deletion": "shred"}, "withdraw, ask, keep"),
        ({"profile": "posh"}, "The profile is one of"),
        ({"full_every": 0}, "1 to 365 days"),
        ({"name": "a b"}, "cannot be the name of a source"),
        ({"name": "a\0b"}, "the character NUL"),
        ({"url": "ftp://feed.example/"}, "must begin with http:// or https://"),
        ({"url": "https://me:word@feed.example/"}, "as credentials, not in the address"),
        ({"credentials": {"scheme": "magic", "secret": "x"}}, "credentials.scheme"),
        ({"credentials": {"scheme": "bearer", "secret": ""}}, "credentials.secret"),
        ({"credentials": {"scheme": "basic", "secret": "x"}}, "need a name"),
        ({"credentials": {"scheme": "bearer", "secret": "x", "colour": "red"}}, "credentials.colour"),
    ],
)
def test_what_cannot_be_kept_is_told_with_the_reason(
    reader: Office, fields: dict[str, object], told: str
) -> None:
    answer = reader.add(**{"name": "south", **fields})

    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert len(reader.get("/sources")["sources"]) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"name": "a"}', b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_source_is_told(reader: Office, body: bytes) -> None:
    answer = reader.send("POST", "/sources", body)

    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("What was sent")


def test_a_body_that_is_too_large_is_refused(reader: Office) -> None:
    answer = reader.add(contact="x" * 70_000)

    assert answer.status_code == 422
    assert "too large" in answer.json()["detail"]


def test_a_folder_of_this_machine_is_read_only_where_the_settings_name_it(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    program = office(tmp_path / "data", folders=frozenset({tmp_path / "shared"}))

    outside = program.add(kind="folder", url="/etc")
    upwards = program.add(kind="folder", url=str(tmp_path / "shared" / ".." / "data"))
    inside = program.add(kind="folder", url=str(tmp_path / "shared"))

    assert (outside.status_code, upwards.status_code, inside.status_code) == (422, 422, 201)
    assert "FAIRFINDER_FOLDERS" in outside.json()["detail"]
    program.catalogue.close()


def test_only_what_is_sent_is_changed(program: Office) -> None:
    program.add(schedule="30 2 * * *", contact="steward@feed.example", options={"format": "turtle"})

    answer = program.send("PATCH", "/sources/north", {"schedule": "", "deletion": "keep"})

    told = answer.json()
    assert answer.status_code == 200
    assert (told["schedule"], told["deletion"], told["next_run"]) == ("", "keep", None)
    assert (told["contact"], told["options"]) == ("steward@feed.example", {"format": "turtle"})


def test_neither_the_name_nor_what_nobody_knows_can_be_changed(program: Office) -> None:
    program.add()

    for change in ({"name": "south"}, {"colour": "red"}, {"schedule": None}, {"url": ""}):
        assert program.send("PATCH", "/sources/north", change).status_code == 422
    assert program.send("PATCH", "/sources/nobody", {}).status_code == 404


def test_credentials_stay_until_they_are_sent_anew_or_taken_away(program: Office) -> None:
    program.add(credentials=BASIC)
    kept = program.catalogue.ledger.sources.named("north").credentials

    program.send("PATCH", "/sources/north", {"contact": "a@feed.example"})
    left = program.catalogue.ledger.sources.named("north").credentials
    program.send("PATCH", "/sources/north", {"credentials": {"scheme": "bearer", "secret": "other"}})
    anew = program.catalogue.ledger.sources.named("north").credentials
    taken = program.send("PATCH", "/sources/north", {"credentials": None}).json()

    assert kept == left != anew
    assert program.catalogue.ledger.sources.named("north").credentials == ""
    assert taken["has_credentials"] is False


def test_another_server_is_never_shown_the_credentials_of_the_former_one(program: Office) -> None:
    program.add(credentials=BASIC)

    moved = program.send("PATCH", "/sources/north", {"url": "https://thief.example/"})
    within = program.send("PATCH", "/sources/north", {"url": "https://feed.example/other.ttl"})
    anew = program.send("PATCH", "/sources/north", {"url": "https://new.example/", "credentials": BASIC})

    assert (moved.status_code, within.status_code, anew.status_code) == (422, 200, 200)
    assert "Give the credentials again" in moved.json()["detail"]


def test_a_secret_goes_in_and_is_found_nowhere(program: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bad = {"scheme": "basic", "secret": SECRET}
    moved = {"url": "https://thief.example/"}
    nowhere = {"kind": "dcat", "url": "http://127.0.0.1:1/", "credentials": BASIC}
    answers = [
        program.add(credentials=BASIC),
        program.add(credentials=BASIC),
        program.add(name="other", credentials=bad),
        program.add(name="other", credentials={**BASIC, "scheme": SECRET}),
        program.add(name="other", credentials={**BASIC, "more": SECRET}),
        program.add(name="other", credentials=SECRET),
        program.add(name="other", credentials=[SECRET]),
        program.add(name="other", url=f"https://me:{SECRET}@feed.example/"),
        program.send("POST", "/sources", f'{{"credentials": "{SECRET}'.encode()),
        program.send("PATCH", "/sources/north", {"credentials": {**BASIC, "scheme": "bearer"}}),
        program.send("PATCH", "/sources/north", moved),
        program.send("POST", "/preview", nowhere),
        program.send("POST", "/sources/north/run"),
        *(program.send("GET", path) for path in ("/sources", "/sources/north", "/audit")),
    ]

    told = "".join(f"{answer.headers}{answer.text}" for answer in answers)
    files = {file: file.read_bytes() for file in program.folder.rglob("*") if file.is_file()}
    assert answers[0].json()["has_credentials"] is True
    assert len(files) > 5
    assert SECRET not in told + repr(program.deeds()) + caplog.text
    assert [file for file, content in files.items() if SECRET.encode() in content] == []
    assert '"scheme"' not in told
    assert "harvester" not in told


def test_a_harvest_is_queued_once_and_can_be_cancelled(program: Office) -> None:
    program.add()

    first, again = (program.send("POST", "/sources/north/run") for _ in range(2))
    shown = program.get("/sources/north")
    cancelled = program.send("POST", "/sources/north/cancel")
    none = program.send("POST", "/sources/north/cancel")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"] == shown["job"]["id"]
    assert (first.json()["task"], first.json()["state"]) == (HARVEST, "queued")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert none.status_code == 404


def test_a_harvest_can_be_asked_to_read_everything(program: Office) -> None:
    program.add()

    program.send("POST", "/sources/north/run", {"all": True})

    assert program.catalogue.ledger.sources.standing("north").full_due
    assert program.send("POST", "/sources/north/run", {"everything": True}).status_code == 422


def test_a_source_is_paused_and_resumed(program: Office) -> None:
    program.add(schedule="30 2 * * *")

    paused = program.send("POST", "/sources/north/pause").json()
    resumed = program.send("POST", "/sources/north/resume").json()

    assert (paused["paused"], paused["state"], paused["next_run"]) == (True, "paused", None)
    assert (resumed["paused"], resumed["next_run"]) == (False, "2026-03-04T02:30:00Z")


@pytest.mark.parametrize(
    "deed", [("POST", "/sources/north/pause"), ("DELETE", "/sources/north?records=keep")]
)
def test_a_pause_undoes_nothing_that_is_changed_at_the_same_time(
    program: Office, deed: tuple[str, str]
) -> None:
    program.add()
    ledger = program.catalogue.ledger
    changed = replace(ledger.sources.named("north"), contact="steward@feed.example")
    others = [open_ledger(Settings(data_dir=program.folder))]

    def change_before(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE sources") and others:
            with closing(others.pop()) as other:
                other.sources.change(changed)

    event.listen(ledger.database.engine, "before_cursor_execute", change_before)

    assert program.send(*deed).is_success
    assert ledger.sources.named("north") == replace(changed, paused=True)


@pytest.mark.parametrize(("records", "task"), [("withdraw", DELETE), ("keep", LEAVE)])
def test_a_source_is_paused_and_its_deletion_queued(program: Office, records: str, task: str) -> None:
    program.add()

    answer = program.send("DELETE", f"/sources/north?records={records}")

    assert (answer.status_code, answer.json()["task"]) == (202, task)
    assert program.get("/sources/north")["paused"] is True


@pytest.mark.parametrize("query", ["", "?records=", "?records=burn"])
def test_nothing_is_deleted_before_it_is_said_what_becomes_of_the_records(reader: Office, query: str) -> None:
    assert reader.send("DELETE", f"/sources/north{query}").status_code == 422
    assert reader.get("/sources/north")["paused"] is False


def test_a_source_is_tested_and_previewed_without_anything_being_written(
    tmp_path: Path,
    web: str,  # noqa: F811  (the fixture)
) -> None:
    write_datasets(tmp_path / "three.ttl", "one", "two", "three")
    program = office(tmp_path / "data", allow_hosts=frozenset({"127.0.0.1"}))
    program.add(url=f"{web}/three.ttl")

    tested = program.send("POST", "/sources/north/test").json()
    seen = program.send("POST", "/sources/north/preview", {"limit": 2}).json()
    new = program.send("POST", "/preview", {"kind": "dcat", "url": f"{web}/three.ttl"}).json()
    broken = program.send("POST", "/preview", {"kind": "dcat", "url": f"{web}/none.ttl"}).json()

    assert (tested["works"], tested["failure"]) == (True, "")
    assert [one["title"] for one in seen["records"]] == ["Source one", "Source two"]
    assert (seen["is_all"], new["is_all"], len(new["records"])) == (False, True, 3)
    assert new["records"][0]["missing"] > 0
    assert (broken["records"], broken["is_all"]) == ([], False)
    assert "404" in broken["failure"] or "no such" in broken["failure"].lower()
    assert program.catalogue.ledger.count() == 0
    assert program.send("POST", "/sources/north/preview", {"limit": 201}).status_code == 422
    program.catalogue.close()


def test_withdrawals_wait_for_a_person_who_approves_what_was_shown(program: Office) -> None:
    program.add()
    run = program.hold_back(20)

    shown = program.get("/sources/north/withdrawals?limit=5&offset=17")
    changed = program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 19))
    approved = program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 20))
    again = program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 20))
    decided = program.get("/sources/north")
    work(program.catalogue)

    assert (shown["run"], shown["number"], len(shown["records"])) == (run, 20, 3)
    assert shown["records"][0]["title"].startswith("Register ")
    assert (changed.status_code, approved.status_code) == (409, 202)
    job = approved.json()
    assert (job["task"], job["source"], job["state"]) == (APPROVE, "north", "queued")
    assert again.json() == job == decided["job"]
    assert (decided["records"], decided["waiting"]) == (30, 0)
    assert program.get("/sources/north")["records"] == 10
    assert program.get("/sources/north/withdrawals")["run"] is None
    path = approved.headers["location"].partition("/api/v1/admin")[2]
    assert program.get(path)["message"] == "20 records of north are withdrawn."


def test_no_more_withdrawals_are_read_than_are_told_or_decided_on(program: Office) -> None:
    program.add()
    run = program.hold_back(60)

    with asked_of(program.catalogue.ledger) as asked:
        program.get("/sources/north/withdrawals?limit=5")
        program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 60))

    assert asked.rows < 60


def test_what_was_decided_is_not_decided_otherwise_before_it_is_done(program: Office) -> None:
    program.add()
    run = program.hold_back(20)
    program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 20))

    other = program.send("POST", "/sources/north/withdrawals", _decision("dismiss", run, 20))

    assert other.status_code == 409
    assert "opposite" in other.json()["detail"]


def test_nothing_else_is_done_with_a_source_that_is_being_deleted(program: Office) -> None:
    program.add()
    run = program.hold_back(20)
    program.send("DELETE", "/sources/north?records=keep")

    answers = [
        program.send("DELETE", "/sources/north?records=withdraw"),
        program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 20)),
        program.send("PATCH", "/sources/north", {"contact": "a@feed.example"}),
        *(program.send("POST", f"/sources/north/{deed}") for deed in ("run", "pause", "resume")),
    ]
    again = program.send("DELETE", "/sources/north?records=keep")

    assert {answer.status_code for answer in answers} == {409}
    assert "is being deleted" in answers[0].json()["detail"]
    assert again.status_code == 202
    assert program.get("/sources/north")["state"] == "deleting"
    assert work(program.catalogue) == ["north is deleted; its records are left as they are."]
    assert program.get("/sources/north")["state"] == "kept"


def test_withdrawals_can_be_dismissed(program: Office) -> None:
    program.add()
    run = program.hold_back(20)

    program.send("POST", "/sources/north/withdrawals", _decision("dismiss", run, 20))
    work(program.catalogue)

    told = program.get("/sources/north")
    assert (told["records"], told["waiting"]) == (30, 0)


def test_nothing_is_decided_while_the_source_is_harvested(program: Office) -> None:
    program.add()
    run = program.hold_back(20)

    with program.catalogue.ledger.leases.source("north"):
        answer = program.send("POST", "/sources/north/withdrawals", _decision("approve", run, 20))

    assert answer.status_code == 409
    assert program.get("/sources/north/withdrawals")["number"] == 20


@pytest.mark.parametrize("name", COLUMNS)
def test_a_decision_names_what_was_shown(reader: Office, name: str) -> None:
    whole = _decision("approve", 1, 1)

    lacking = {key: value for key, value in whole.items() if key != name}

    assert reader.send("POST", "/sources/north/withdrawals", lacking).status_code == 422
    assert reader.send("POST", "/sources/north/withdrawals", {**whole, name: "x"}).status_code == 422


def test_a_run_is_told_with_its_log_and_its_problems(program: Office) -> None:
    program.add()
    said = (Said(logging.DEBUG, "asked", NOW), Said(logging.WARNING, "slow", NOW))
    bad = Rejected("https://feed.example/", "line 3", "It is bad.", b"\xff<script>alert(1)</script>")
    run = program.catalogue.ingest("north", [*said, *records("ab"), bad]).id

    runs = program.get("/sources/north/runs")["runs"]
    told = program.get(f"/runs/{run}")
    lines = program.get(f"/runs/{run}/log")
    warnings = program.get(f"/runs/{run}/log?level=warning")
    problems = program.get(f"/runs/{run}/problems")

    assert runs == [told]
    assert (told["run"]["new"], told["whole"], told["lines"]["warning"]) == (2, True, 1)
    assert lines["total"] == len(lines["lines"]) >= 2
    assert [(one["level"], one["message"]) for one in warnings["lines"]] == [("warning", "slow")]
    assert warnings["total"] == 1
    assert (problems["total"], problems["problems"][0]["reason"]) == (1, "It is bad.")
    raw = problems["problems"][0]["raw"].partition("/api/v1/admin")[2]
    answer = program.send("GET", raw)
    assert answer.content == bad.raw
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runs/99", 404),
        ("/runs/x", 422),
        ("/runs/99999999999999999999", 422),
        ("/runs/1/log?level=loud", 422),
        ("/runs/1/log?limit=0", 422),
        ("/runs/1/problems?offset=-1", 422),
        ("/runs/1/problems/99/raw", 404),
        ("/runs/99/problems/1/raw", 404),
        ("/jobs/99", 404),
        ("/jobs/x", 422),
        ("/sources/nobody", 404),
        ("/sources/nobody/runs", 404),
        ("/sources/nobody/withdrawals", 404),
        ("/records/nothing/curation", 404),
        ("/audit?limit=9999", 422),
        ("/elsewhere", 404),
    ],
)
def test_what_is_not_there_or_cannot_be_asked_is_a_problem(reader: Office, path: str, status: int) -> None:
    answer = reader.send("GET", path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("what", ["test", "preview", "run", "cancel", "pause", "resume"])
def test_nothing_can_be_done_with_a_source_that_is_not_there(reader: Office, what: str) -> None:
    assert reader.send("POST", f"/sources/nobody/{what}").status_code == 404


def test_answers_are_as_they_are_documented(program: Office) -> None:
    program.add(schedule="30 2 * * *")
    run = program.hold_back(20)
    job = program.send("POST", "/sources/north/run").json()["id"]
    for path, model in (
        (f"/jobs/{job}", models.JobAnswer),
        ("/sources", models.OperatedSources),
        ("/sources/north", models.OperatedSource),
        ("/sources/north/withdrawals", models.WithdrawalsAnswer),
        ("/sources/north/runs", models.OperatedRuns),
        (f"/runs/{run}", models.OperatedRun),
        (f"/runs/{run}/log", models.LogAnswer),
        (f"/runs/{run}/problems", models.RunProblems),
        ("/kinds", models.KindsAnswer),
        (f"/records/{record_id(25)}/curation", models.CurationAnswer),
        ("/audit", models.AuditAnswer),
    ):
        conforms(model, program.send("GET", path).content)


def test_the_kinds_are_told_with_their_options(reader: Office) -> None:
    kinds = {one["name"]: one for one in reader.get("/kinds")["kinds"]}

    assert "format" in kinds["dcat"]["options"]
    assert kinds["folder"]["is_local"] is True


def test_local_values_are_sent_as_they_are_told_and_taken_back(program: Office) -> None:
    program.add()
    program.catalogue.ingest("north", records("a"))
    path = f"/records/{record_id('a')}/curation"
    values = {
        "title": {"en": "Our title", "de": "Unser Titel"},
        "keyword": {"en": ["heart", "lung"], "": "plain"},
        "accessRights": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED",
        "publisher": {"@id": "https://north.example/", "name": {"en": "North"}},
        "contactPoint": {"fn": "Data office", "hasEmail": "mailto:data@north.example"},
        "issued": "2020-05-04",
    }

    put = program.send("PUT", path, values)
    again = program.send("PUT", path, program.get(path)["values"]).json()
    found = program.catalogue.record(record_id("a")).entity.text("title")
    empty = program.send("PUT", path, {}).json()

    assert put.status_code == 200, put.text
    assert put.json() == again
    assert again["values"] == values
    assert found in ("Our title", "Unser Titel")
    assert empty["values"] == {}
    assert program.catalogue.record(record_id("a")).entity.text("title") == "Register a"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b'"x"', b'{"colour": "red"}', b'{"publisher": {"colour": "red"}}', b'{"title": "\\u0000"}']
    + [b'{"publisher":' * depth + b"1" + b"}" * depth for depth in (20, 1000, 4000)],
)
def test_values_that_no_record_has_are_refused_and_change_nothing(reader: Office, body: bytes) -> None:
    path = f"/records/{record_id('a')}/curation"
    reader.send("PUT", path, {"title": "Ours"})

    assert reader.send("PUT", path, body).status_code == 422
    assert reader.get(path)["values"] == {"title": "Ours"}


def test_a_record_is_withdrawn_by_hand(program: Office) -> None:
    program.add()
    program.catalogue.ingest("north", records("ab"))
    path = f"/records/{record_id('a')}"

    answer = program.send("DELETE", path)

    assert answer.json() == {"id": record_id("a"), "state": "gone"}
    assert program.catalogue.ledger.entry(record_id("a")).state == GONE
    assert program.catalogue.ledger.entry(record_id("b")).state == PRESENT
    assert program.send("DELETE", path).status_code == 410
    assert program.send("GET", f"{path}/curation").status_code == 410
    assert program.send("PUT", f"{path}/curation", {}).status_code == 410


def test_every_change_is_written_down_with_who_did_it(program: Office) -> None:
    program.add(credentials=BASIC)
    run = program.hold_back(20)
    left = record_id(25)
    for method, path, body in (
        ("PATCH", "/sources/north", {"contact": "a@feed.example", "credentials": None}),
        ("POST", "/sources/north/run", None),
        ("POST", "/sources/north/run", {"all": True}),
        ("POST", "/sources/north/cancel", None),
        ("POST", "/sources/north/pause", None),
        ("POST", "/sources/north/resume", None),
        ("POST", "/sources/north/withdrawals", _decision("approve", run, 20)),
        ("PUT", f"/records/{left}/curation", {"title": "Ours"}),
        ("DELETE", f"/records/{left}", None),
        ("DELETE", "/sources/north?records=keep", None),
    ):
        assert program.send(method, path, body).is_success
        if "withdrawals" in path:
            work(program.catalogue)

    assert list(reversed(program.deeds())) == [
        ("nightly", "add source", "north", f"dcat {NORTH['url']}, with credentials"),
        ("nightly", "change source", "north", "contact, credentials"),
        ("nightly", "run source", "north", ""),
        ("nightly", "read source anew", "north", ""),
        ("nightly", "cancel harvest", "north", ""),
        ("nightly", "pause source", "north", ""),
        ("nightly", "resume source", "north", ""),
        ("nightly", "approve withdrawal", "north", f"20 records, run {run}"),
        ("nightly", "curate record", left, "title"),
        ("nightly", "withdraw record", left, "Register 25"),
        ("nightly", "delete source", "north", "its records are left as they are"),
    ]
    assert [one["action"] for one in program.get(f"/audit?subject={left}")["deeds"]] == [
        "withdraw record",
        "curate record",
    ]


def test_what_was_done_is_told_a_part_at_a_time(program: Office) -> None:
    for number in range(5):
        program.catalogue.ledger.audit.note("Ada", "run source", "north", f"time {number}")
    program.catalogue.ledger.audit.note("Ada", "run source", "south")

    told = program.get("/audit?subject=north&limit=2&offset=1")["deeds"]

    assert [one["detail"] for one in told] == ["time 3", "time 2"]


def test_what_failed_is_not_written_down_as_done(program: Office) -> None:
    program.add(kind="telepathy")
    program.send("DELETE", "/sources/north?records=keep")
    program.send("POST", "/sources/north/run")

    assert program.deeds() == []


def test_the_documentation_says_which_operations_need_a_token(reader: Office) -> None:
    document = reader.app.openapi()

    secured = {
        path
        for path, methods in document["paths"].items()
        if any("security" in told for told in methods.values())
    }

    assert document["components"]["securitySchemes"]["operatorToken"]["scheme"] == "bearer"
    of_sources = {path for path in document["paths"] if path.startswith("/api/v1/admin")}
    of_profiles = {path for path in document["paths"] if path.startswith("/api/v1/datasets/{id}/profiles")}
    assert secured == of_sources | of_profiles
    assert "$defs" not in str(document["paths"])


def _decision(decision: str, run: int, number: int) -> dict[str, object]:
    return {"decision": decision, "run": run, "number": number}
