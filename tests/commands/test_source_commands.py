"""What the command line promises to those who keep sources: the same as the pages and the API."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalogue.audit import Deed
from catalogue.bootstrap import open_catalogue, open_jobs, open_ledger
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Gone, Invalid, NotFound
from catalogue.jobs import APPROVE, DELETE, Job
from catalogue.ledger import GONE
from catalogue.records import Changes, Said, Withdrawn
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.commands.conftest import Command, write_datasets
from tests.core.harvests import id_of, records
from web.cli import app
from web.cli_doing import deeds

SECRET = "canary-71bc-do-not-tell"
FEED = "https://feed.example/a.ttl"


@pytest.fixture
def held(data_dir: Path) -> int:
    """A run of a northern source that held back the withdrawal of twenty records of thirty."""
    catalogue = open_catalogue(Settings(data_dir=data_dir))
    catalogue.ledger.sources.add(Source("north", "dcat", FEED, catalogue.now()))
    catalogue.ingest("north", records(range(30)))
    gone = [Withdrawn(f"https://publisher.example/{one}") for one in range(20)]
    run = catalogue.harvest("north", lambda _: [Changes(), *gone]).id
    catalogue.close()
    return run


@pytest.fixture
def elsewhere(data_dir: Path) -> Iterator[Catalogue]:
    """The catalogue, open in what stands for another process."""
    opened = open_catalogue(Settings(data_dir=data_dir))
    yield opened
    opened.close()


def kept(data_dir: Path, name: str = "north") -> Source:
    ledger = open_ledger(Settings(data_dir=data_dir))
    source = ledger.sources.named(name)
    ledger.close()
    return source


def audit(data_dir: Path) -> list[Deed]:
    ledger = open_ledger(Settings(data_dir=data_dir))
    found = list(reversed(ledger.audit.newest()))
    ledger.close()
    return found


def jobs_of(data_dir: Path) -> list[Job]:
    settings = Settings(data_dir=data_dir)
    ledger = open_ledger(settings)
    jobs = open_jobs(settings, ledger)
    found = list(jobs.newest())
    jobs.close()
    ledger.close()
    return found


def answer(data_dir: Path, said: str, *words: object) -> Result:
    """Run a command that asks something."""
    environment = {"FAIRFINDER_DATA_DIR": str(data_dir)}
    return CliRunner().invoke(app, [str(word) for word in words], env=environment, input=said)


def test_a_source_is_kept_with_all_that_can_be_said_of_it(fairfinder: Command, data_dir: Path) -> None:
    options = (
        "--format",
        "turtle",
        "--schedule",
        "30  2 * * *",
        "--deletion",
        "ask",
        "--profile",
        "restricted",
    )
    more = ("--contact", "steward@feed.example", "--full-every", 30)

    fairfinder("harvest", "add", "dcat", FEED, "--name", "north", *options, *more)

    source = kept(data_dir)
    assert dict(source.options) == {"format": "turtle"}
    assert (source.schedule, source.deletion, source.profile) == ("30 2 * * *", "ask", "restricted")
    assert (source.contact, source.full_every) == ("steward@feed.example", 30)
    shown = fairfinder("harvest", "show", "north").output
    for words in (
        "options\tformat=turtle",
        "schedule\t30 2 * * * (At 02:30",
        "credentials\tnone",
        "every 30 days",
    ):
        assert words in shown


def test_options_of_a_kind_are_given_by_name(fairfinder: Command, data_dir: Path) -> None:
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north", "--option", "format=turtle")

    assert dict(kept(data_dir).options) == {"format": "turtle"}
    with pytest.raises(Invalid, match="no option “colour”"):
        fairfinder("harvest", "add", "dcat", FEED, "--name", "south", "--option", "colour=red")
    assert fairfinder("harvest", "change", "north", "--option", "format").exit_code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--schedule", "nightly"), "is not a schedule"),
        (("--deletion", "shred"), "withdraw, ask, keep"),
        (("--profile", "posh"), "The profile is one of"),
        (("--name", "a b"), "cannot be the name of a source"),
        (("--full-every", "0"), "1 to 365 days"),
    ],
)
def test_what_cannot_be_kept_is_told(fairfinder: Command, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        fairfinder("harvest", "add", "dcat", FEED, "--name", "north", *words)


def test_a_folder_anywhere_on_this_machine_may_be_a_source(
    fairfinder: Command, data_dir: Path, tmp_path: Path
) -> None:
    fairfinder("harvest", "add", "folder", tmp_path, "--name", "north")

    assert kept(data_dir).url == str(tmp_path.resolve())


@pytest.mark.parametrize("source", ["prompt", "file", "standard input"])
def test_a_secret_is_asked_for_or_read_and_stands_nowhere(
    data_dir: Path, tmp_path: Path, source: str
) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", "utf-8")
    ways = {"prompt": (), "file": ("--secret-file", file), "standard input": ("--secret-file", "-")}
    command = ("harvest", "add", "dcat", FEED, "--name", "north", "--credentials", "basic:me", *ways[source])

    added = answer(data_dir, f"{SECRET}\n", *command)
    shown = answer(data_dir, "", "harvest", "show", "north")

    assert added.exit_code == 0, added.output
    assert "credentials\tkept, and never shown" in shown.output
    assert SECRET not in added.output + shown.output + repr(audit(data_dir))
    assert kept(data_dir).credentials
    files = [one for one in data_dir.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert files == []


def test_a_source_is_changed_in_what_is_said_alone(data_dir: Path, fairfinder: Command) -> None:
    add = (
        "harvest",
        "add",
        "dcat",
        FEED,
        "--name",
        "north",
        "--schedule",
        "30 2 * * *",
        "--format",
        "turtle",
    )
    answer(data_dir, f"{SECRET}\n", *add, "--credentials", "bearer")

    fairfinder("harvest", "change", "north", "--contact", "a@feed.example", "--option", "format=")
    changed = kept(data_dir)
    fairfinder("harvest", "change", "north", "--schedule", "", "--no-credentials")
    bare = kept(data_dir)

    assert (changed.contact, changed.schedule, dict(changed.options)) == ("a@feed.example", "30 2 * * *", {})
    assert changed.credentials
    assert (bare.schedule, bare.credentials, bare.contact) == ("", "", "a@feed.example")
    assert [(deed.action, deed.detail) for deed in audit(data_dir)] == [
        ("add source", f"dcat {FEED}, with credentials"),
        ("change source", "contact, options"),
        ("change source", "credentials, schedule"),
    ]


def test_credentials_are_not_given_and_taken_away_at_once(fairfinder: Command, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, "utf-8")
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north")

    both = ("--credentials", "bearer", "--secret-file", secret, "--no-credentials")

    assert fairfinder("harvest", "change", "north", *both).exit_code == 2
    assert "credentials\tnone" in fairfinder("harvest", "show", "north").output


def test_credentials_do_not_go_along_to_another_server(data_dir: Path, fairfinder: Command) -> None:
    add = ("harvest", "add", "dcat", FEED, "--name", "north", "--credentials", "bearer")
    answer(data_dir, f"{SECRET}\n", *add)

    with pytest.raises(Invalid, match="Give the credentials again"):
        fairfinder("harvest", "change", "north", "--url", "https://thief.example/")


def test_a_list_tells_what_is_paused_and_what_comes_next(fairfinder: Command) -> None:
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north", "--schedule", "30 2 * * *")
    before = fairfinder("harvest", "list").output
    fairfinder("harvest", "pause", "north")
    paused = fairfinder("harvest", "list").output
    fairfinder("harvest", "resume", "north")

    assert re.search(
        r"^north\tdcat\t0 records\tnever run\t.*; next \d{4}-\d\d-\d\d 02:30 UTC\thttps:", before
    )
    assert "\tpaused\t" in paused
    assert fairfinder("harvest", "list").output == before


def test_a_list_tells_what_fails_and_who_is_waited_for(fairfinder: Command, web: str, held: int) -> None:
    fairfinder("harvest", "add", "dcat", f"{web}/nowhere.ttl", "--name", "south")
    fairfinder("harvest", "run", "south")

    listed = fairfinder("harvest", "list").output

    assert re.search(r"^north\t.*waiting for a person.*; 20 records to look at\t", listed, re.M)
    assert re.search(r"^south\t.*\tfailing\t", listed, re.M)


def test_a_source_is_tested_and_previewed_by_its_name_or_its_address(
    fairfinder: Command, tmp_path: Path, web: str
) -> None:
    write_datasets(tmp_path / "three.ttl", "one", "two", "three")
    fairfinder("harvest", "add", "dcat", f"{web}/three.ttl", "--name", "north")

    tested = fairfinder("harvest", "test", "north")
    named = fairfinder("harvest", "preview", "north", "--limit", 2)
    broken = fairfinder("harvest", "test", "dcat", f"{web}/nowhere.ttl")

    assert (tested.exit_code, broken.exit_code) == (0, 1)
    assert "It works: a record came" in tested.output
    assert "The first 2 records are shown; nothing was written." in named.output
    assert "404" in broken.output
    assert "0 records\tnever run" in fairfinder("harvest", "list").output


def test_everything_is_read_again_when_that_is_asked_for(fairfinder: Command, data_dir: Path) -> None:
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north")

    fairfinder("harvest", "queue", "north", "--full")

    ledger = open_ledger(Settings(data_dir=data_dir))
    assert ledger.sources.standing("north").full_due
    ledger.close()
    assert [deed.action for deed in audit(data_dir)] == ["add source", "read source anew"]


def test_a_queued_harvest_is_cancelled(fairfinder: Command, data_dir: Path) -> None:
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north")
    fairfinder("harvest", "queue", "north")

    cancelled = fairfinder("harvest", "cancel", "north")

    assert cancelled.output == "north: job 1 is cancelled.\n"
    with pytest.raises(NotFound, match="no harvest of it is queued"):
        fairfinder("harvest", "cancel", "north")


def test_who_cannot_harvest_beside_the_pages_is_told_how_to(
    fairfinder: Command, elsewhere: Catalogue
) -> None:
    fairfinder("harvest", "add", "dcat", FEED, "--name", "north")

    with pytest.raises(Conflict, match="fairfinder harvest queue north"):
        fairfinder("harvest", "run", "north")


def test_what_waits_is_shown_and_withdrawn_when_a_person_says_so(
    fairfinder: Command, data_dir: Path, held: int
) -> None:
    shown = fairfinder("harvest", "withdrawals", "north").stdout
    asked = answer(data_dir, "n\n", "harvest", "approve", "north")
    still = fairfinder("harvest", "withdrawals", "north").stdout
    approved = answer(data_dir, "y\n", "harvest", "approve", "north")

    assert shown.count("\n") == 20
    assert re.search(rf"^\w{{16}}\trun {held}\tits source took it away\tRegister \d+$", shown, re.M)
    assert asked.exit_code == 1
    assert "Withdraw 20 records of north?" in asked.output
    assert still == shown
    assert "20 records of north are withdrawn." in approved.output
    assert "10 records" in fairfinder("harvest", "list").output
    assert "No records of north wait." in fairfinder("harvest", "approve", "north").output
    assert [(deed.action, deed.detail) for deed in audit(data_dir)] == [(APPROVE, f"20 records, run {held}")]


def test_what_waits_is_dismissed(fairfinder: Command, held: int) -> None:
    dismissed = fairfinder("harvest", "dismiss", "north", "--yes")

    assert "20 records of north are left as they are." in dismissed.output
    assert "30 records" in fairfinder("harvest", "list").output
    assert fairfinder("harvest", "withdrawals", "north").output == ""


def test_beside_the_pages_a_decision_is_left_to_the_process_that_serves_them(
    fairfinder: Command, data_dir: Path, held: int, elsewhere: Catalogue
) -> None:
    said = fairfinder("harvest", "approve", "north", "--yes")

    (job,) = jobs_of(data_dir)
    assert said.exit_code == 0
    assert f"job {job.id} is queued" in said.output
    assert (job.task, job.argument) == (APPROVE, f"north {held} 20")
    outcome = deeds(elsewhere)[job.task](job.argument, lambda: False)
    assert (outcome.is_well, elsewhere.ledger.count("north")) == (True, 10)


def test_a_decision_on_what_has_changed_meanwhile_does_nothing_and_is_not_tried_again(
    held: int, elsewhere: Catalogue
) -> None:
    outcome = deeds(elsewhere)[APPROVE](f"north {held} 19", lambda: False)

    assert not outcome.is_well
    assert "by now others wait of north than the 19 records that were shown" in outcome.message
    assert elsewhere.ledger.count("north") == 30


def test_a_source_is_deleted_with_its_records_or_without(
    fairfinder: Command, data_dir: Path, held: int
) -> None:
    wrong = answer(data_dir, "burn\n", "harvest", "delete", "north")
    kept_ = answer(data_dir, "keep\n", "harvest", "delete", "north")
    listed = fairfinder("harvest", "list").output
    gone = fairfinder("harvest", "delete", "north", "--records", "withdraw")

    assert wrong.exit_code == 2
    assert "30 records: withdraw or keep?" in kept_.output
    assert "left as they are" in kept_.output
    assert re.search(r"^north\tfiles\t30 records\t.*not harvested", listed)
    assert "withdrawn" in gone.output
    assert fairfinder("harvest", "list").output == ""


def test_beside_the_pages_a_deletion_is_left_to_the_process_that_serves_them(
    fairfinder: Command, data_dir: Path, held: int, elsewhere: Catalogue
) -> None:
    fairfinder("harvest", "queue", "north")

    said = fairfinder("harvest", "delete", "north", "--records", "withdraw")

    newest, harvest = jobs_of(data_dir)
    assert "Another process has the catalogue open" in said.output
    assert (newest.task, newest.state, harvest.state) == (DELETE, "queued", "cancelled")
    assert elsewhere.ledger.sources.named("north").paused


def test_a_run_that_asked_only_for_changes_says_nothing_of_what_is_unchanged(
    fairfinder: Command, held: int
) -> None:
    incremental, whole = fairfinder("harvest", "runs", "north").output.splitlines()

    assert "0 new, 0 changed, unchanged not asked for, 0 rejected" in incremental
    assert "30 new, 0 changed, 0 unchanged, 0 rejected" in whole


def test_an_import_has_looked_at_all_that_it_was_given(fairfinder: Command, tmp_path: Path) -> None:
    fairfinder("import", write_datasets(tmp_path / "one.ttl", "one"))

    assert "1 new, 0 changed, 0 unchanged, 0 rejected" in fairfinder("harvest", "runs", "files").output


def test_the_log_of_a_run_is_read_from_a_level_on(fairfinder: Command, data_dir: Path) -> None:
    catalogue = open_catalogue(Settings(data_dir=data_dir))
    catalogue.ledger.sources.add(Source("north", "dcat", FEED, catalogue.now()))
    now = catalogue.now()
    said = (Said(10, "asked", now), Said(20, "read", now), Said(30, "\x1b[31mslow", now))
    run = catalogue.ingest("north", [*said, *records("a")]).id
    catalogue.close()

    usual = fairfinder("harvest", "log", run).output
    warnings = fairfinder("harvest", "log", run, "--level", "warning").output

    assert "INFO\tread" in usual
    assert "asked" not in usual
    assert "asked" in fairfinder("harvest", "log", run, "--level", "debug").output
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARNING\t\ufffd\[31mslow\n", warnings)
    with pytest.raises(NotFound):
        fairfinder("harvest", "log", 99)


@pytest.mark.parametrize("name", ["mine.csv", "mine.xlsx"])
def test_a_template_is_written_once(fairfinder: Command, tmp_path: Path, name: str) -> None:
    fairfinder("harvest", "template", tmp_path / name)

    assert (tmp_path / name).stat().st_size > 100
    with pytest.raises(Conflict):
        fairfinder("harvest", "template", tmp_path / name)


def test_a_record_is_shown_curated_and_withdrawn(fairfinder: Command, data_dir: Path, held: int) -> None:
    id = id_of("25")

    shown = fairfinder("record", "show", id).output
    fairfinder(
        "record", "curate", id, "title@en=Our title", "title@de=Unser Titel", "keyword=a", "keyword=b=c"
    )
    curated = _entity(data_dir, id)
    fairfinder("record", "curate", id, "--take-back")
    bare = _entity(data_dir, id)
    withdrawn = fairfinder("record", "withdraw", id, "--yes")

    assert "title\tRegister 25" in shown
    assert "source\tnorth" in shown
    assert curated == ({"Our title", "Unser Titel"}, {"a", "b=c"})
    assert bare == ({"Register 25"}, set())
    assert "is withdrawn" in withdrawn.output
    assert f"state\t{GONE}" in fairfinder("record", "show", id).output
    with pytest.raises(Gone):
        fairfinder("record", "withdraw", id, "--yes")
    assert [deed.action for deed in audit(data_dir)] == ["curate record", "curate record", "withdraw record"]


@pytest.mark.parametrize("words", [(), ("title",), ("=x",), ("title=x", "--take-back")])
def test_local_values_are_given_by_field_or_taken_back(
    fairfinder: Command, held: int, words: tuple[str, ...]
) -> None:
    assert fairfinder("record", "curate", id_of("25"), *words).exit_code == 2


def test_beside_the_pages_a_record_is_withdrawn_by_the_api(
    fairfinder: Command, held: int, elsewhere: Catalogue
) -> None:
    with pytest.raises(Conflict, match="DELETE /api/v1/admin/records/"):
        fairfinder("record", "withdraw", id_of("25"), "--yes")


def _entity(data_dir: Path, id: str) -> tuple[set[str], set[str]]:
    """The titles and keywords that are shown of a record."""
    catalogue = open_catalogue(Settings(data_dir=data_dir))
    entity = catalogue.record(id).entity
    catalogue.close()
    return {term.value for term in entity.terms("title")}, {term.value for term in entity.terms("keyword")}
