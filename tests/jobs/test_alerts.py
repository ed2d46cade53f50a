"""Whoever is to know of it is told of a failing source: once, by mail or by web hook."""

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from email.header import decode_header, make_header
from email.message import Message

import pytest
from pydantic import SecretStr

from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid, Unavailable
from catalogue.runs import FAILED, Run
from catalogue.settings import Settings
from catalogue.sources import ASK, Source
from tests.core.harvests import SOURCE, Clock, in_memory, records, then
from tests.harvest.conftest import site as site
from tests.harvest.loopback import Reply, Site
from tests.jobs.mail_server import MailServer, taking_mail
from web import cli_alerts
from web.alerts import Alert, alert_failing

STEWARD = "steward@north.example"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with taking_mail() as kept:
        yield kept


@dataclass
class Desk:
    """A catalogue with one source, and how those are told who look after it."""

    catalogue: Catalogue
    clock: Clock
    settings: Settings = field(default_factory=Settings)

    def fail(self, source: str = SOURCE, why: str = "The feed did not answer.") -> Run:
        self.clock.move(days=1)
        return self.catalogue.ingest(source, then([], Unavailable(why)))

    def succeed(self, *names: str, source: str = SOURCE) -> Run:
        self.clock.move(days=1)
        return self.catalogue.ingest(source, records(names or ("a", "b")))

    def add(self, name: str, contact: str) -> None:
        self.catalogue.ledger.sources.add(
            Source(name, "dcat", f"https://{name}.example/feed", self.clock(), contact=contact)
        )

    def change(self, **values: object) -> None:
        sources = self.catalogue.ledger.sources
        sources.change(replace(sources.named(SOURCE), **values))  # type: ignore[arg-type]

    def tell(self) -> None:
        """Do the upkeep once."""
        cli_alerts.alert(self.catalogue, self.settings)


@pytest.fixture
def desk(server: MailServer) -> Iterator[Desk]:
    clock = Clock()
    settings = Settings(
        smtp_url=SecretStr(server.url),
        mail_from="fairfinder@catalogue.example",
        allow_hosts=frozenset({"127.0.0.1"}),
    )
    with closing(in_memory(clock)) as catalogue:
        opened = Desk(catalogue, clock, settings)
        opened.add(SOURCE, STEWARD)
        yield opened


def words(mail: Message) -> str:
    payload = mail.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def subjects(server: MailServer) -> list[str]:
    return [str(make_header(decode_header(mail["Subject"]))) for mail in server.mails]


def test_a_failing_source_is_told_of_once_in_the_words_of_a_reader(desk: Desk, server: MailServer) -> None:
    good = desk.succeed()
    run = desk.fail()
    desk.tell()
    desk.fail()
    desk.tell()

    assert subjects(server) == ["FAIRfinder: harvesting “north” fails"]
    mail = server.mails[0]
    assert (mail["To"], mail["From"]) == (STEWARD, "fairfinder@catalogue.example")
    text = words(mail)
    assert "The feed did not answer." in text
    assert "It has failed since 3 March 2026, 12:00 UTC." in text
    assert f"last read to its end on 2 March 2026, {good.started:%H:%M} UTC" in text
    assert f"http://127.0.0.1:8000/admin/runs/{run.id}" in text
    assert desk.catalogue.ledger.sources.standing(SOURCE).alerted is not None


def test_a_source_that_is_well_again_is_told_of_and_then_its_next_failure(
    desk: Desk, server: MailServer
) -> None:
    for happens in (desk.fail, desk.succeed, desk.succeed, desk.fail, desk.fail):
        happens()
        desk.tell()
        desk.tell()

    assert subjects(server) == [
        "FAIRfinder: harvesting “north” fails",
        "FAIRfinder: “north” is well again",
        "FAIRfinder: harvesting “north” fails",
    ]


def test_a_source_that_failed_anew_before_anybody_was_told_is_told_of(desk: Desk, server: MailServer) -> None:
    desk.fail()
    desk.tell()
    desk.succeed()
    desk.fail()
    desk.tell()

    assert subjects(server) == ["FAIRfinder: harvesting “north” fails"] * 2


def test_withdrawals_that_wait_are_told_of_once_however_many_runs_come(
    desk: Desk, server: MailServer
) -> None:
    desk.change(deletion=ASK)
    desk.succeed("a", "b", "c")
    for _ in range(11):
        desk.succeed("a", "b")
        desk.tell()
        desk.tell()

    runs = [run for run in desk.catalogue.ledger.runs.newest() if run.withheld]
    assert len(runs) > 2
    assert subjects(server) == ["FAIRfinder: “north” has records that wait to be withdrawn"]
    assert "1 record waits to be withdrawn" in words(server.mails[0])
    assert "/admin/sources/north/withdrawals" in words(server.mails[0])


def test_withdrawals_are_told_of_again_when_more_wait(desk: Desk, server: MailServer) -> None:
    desk.change(deletion=ASK)
    desk.succeed("a", "b", "c")
    for names in ("ab", "a"):
        while desk.succeed(*names).withheld != 3 - len(names):
            desk.tell()
        desk.tell()

    assert len(server.mails) == 2
    assert "2 records wait to be withdrawn" in words(server.mails[1])


def test_withdrawals_are_told_of_again_when_others_wait_after_a_decision(
    desk: Desk, server: MailServer
) -> None:
    desk.change(deletion=ASK)
    desk.succeed("a", "b", "c")
    for names in ("ab", "a"):
        run = desk.succeed(*names)
        while not run.withheld:
            run = desk.succeed(*names)
        desk.tell()
        desk.catalogue.approve(SOURCE, run.id, 1)
        desk.tell()

    assert ["1 record waits to be withdrawn" in words(mail) for mail in server.mails] == [True, True]


def test_a_source_that_took_the_name_of_a_failing_one_is_not_well_again(
    desk: Desk, server: MailServer
) -> None:
    desk.fail()
    desk.tell()
    desk.catalogue.forget_source(SOURCE, withdraw=True)
    desk.tell()

    desk.add(SOURCE, STEWARD)
    desk.succeed()
    desk.tell()

    assert subjects(server) == ["FAIRfinder: harvesting “north” fails"]


def test_a_failure_behind_waiting_withdrawals_is_told_of_too(desk: Desk, server: MailServer) -> None:
    desk.change(deletion=ASK)
    desk.succeed("a", "b")
    while not desk.succeed("a").withheld:
        pass
    desk.tell()
    desk.fail()
    desk.tell()
    desk.tell()

    assert subjects(server)[1:] == ["FAIRfinder: harvesting “north” fails"]


def test_a_web_hook_is_told_what_a_mail_would_say(desk: Desk, server: MailServer, site: Site) -> None:
    site.pages["/hook?key=s3cret"] = Reply(b"thanks")
    desk.change(contact=f"{site.url}/hook?key=s3cret")
    run = desk.fail()
    desk.tell()
    desk.tell()

    assert server.mails == []
    assert [(asked.method, asked.headers["content-type"]) for asked in site.asked] == [
        ("POST", "application/json")
    ]
    told = json.loads(site.asked[0].body)
    assert (told["event"], told["source"]["name"], told["failures"]) == ("failing", "north", 1)
    assert told["run"] == {
        "id": run.id,
        "state": FAILED,
        "started": "2026-03-02T12:00:00+00:00",
        "ended": "2026-03-02T12:00:00+00:00",
        "message": "The feed did not answer.",
    }
    assert told["link"] == f"http://127.0.0.1:8000/admin/runs/{run.id}"
    assert "harvesting “north” fails" in told["text"]


def test_a_source_without_a_contact_is_told_of_where_the_settings_say(desk: Desk, server: MailServer) -> None:
    desk.change(contact="")
    desk.fail()
    desk.tell()
    nobody = list(server.boxes)

    desk.settings = desk.settings.model_copy(update={"alert_to": SecretStr("desk@catalogue.example")})
    desk.tell()

    assert nobody == []
    assert server.boxes == ["desk@catalogue.example"]


def test_a_mail_server_that_is_away_is_tried_again_after_ten_minutes(desk: Desk, server: MailServer) -> None:
    server.fault = "451 not now"
    desk.fail()
    with pytest.raises(Unavailable, match="answered 451"):
        desk.tell()
    desk.clock.move(minutes=9)
    desk.tell()
    tries = server.asked.count("data")

    server.fault = ""
    desk.clock.move(minutes=1)
    desk.tell()
    desk.tell()

    assert tries == 1
    assert subjects(server) == ["FAIRfinder: harvesting “north” fails"]


def test_an_address_that_is_refused_does_not_keep_the_others_from_being_told(
    desk: Desk, server: MailServer
) -> None:
    server.refuses = frozenset({STEWARD})
    desk.add("south", "south@south.example")
    desk.fail()
    desk.fail("south")

    with pytest.raises(Invalid, match="does not take mail for steward"):
        desk.tell()
    desk.tell()
    desk.tell()

    assert subjects(server) == ["FAIRfinder: harvesting “south” fails"]
    assert server.boxes == [STEWARD, "south@south.example"]


def test_a_source_that_is_called_as_a_channel_stops_no_channel(desk: Desk, server: MailServer) -> None:
    server.refuses = frozenset({"nobody@mail.example"})
    desk.add("mail", "nobody@mail.example")
    desk.fail("mail")
    desk.fail()

    with pytest.raises(Invalid, match="does not take mail"):
        desk.tell()
    desk.tell()

    assert subjects(server) == ["FAIRfinder: harvesting “north” fails"]


@pytest.mark.parametrize(
    "contact",
    [
        "a@north.example\nBcc: everybody@north.example",
        "a@north.example\r\nSubject: x",
        "a@north.example, b@north.example",
        "A <a@north.example>",
        "büro@north.example",
        "nobody",
    ],
)
def test_a_contact_that_is_no_single_address_gets_no_mail(
    desk: Desk, server: MailServer, contact: str
) -> None:
    desk.change(contact=contact)
    desk.fail()

    with pytest.raises(Invalid, match="is not an e-mail address"):
        desk.tell()

    assert server.asked == []


def test_what_a_server_or_a_name_says_makes_no_headers(desk: Desk, server: MailServer) -> None:
    name = "evil\r\nBcc: everybody@north.example"
    desk.add(name, STEWARD)
    desk.fail(name, "It said:\r\n.\r\nMAIL FROM:<x@y.example>\x00\x1b[31m")
    desk.tell()

    assert server.boxes == [STEWARD]
    assert server.mails[0]["Bcc"] is None
    assert "Bcc: everybody" in subjects(server)[0]
    assert "MAIL FROM:<x@y.example>" in words(server.mails[0])
    assert not {"\x00", "\x1b"} & {*words(server.mails[0])}


def test_no_secret_gets_into_an_error_or_the_log(
    desk: Desk, server: MailServer, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fault = "554 s3cret!"
    desk.fail()
    with pytest.raises(Unavailable) as by_mail:
        desk.tell()
    desk.change(contact=site.url.replace("http://", "http://me:s3cret@") + "/services/s3cret?s3cret")
    with pytest.raises(Unavailable) as by_hook:
        desk.tell()

    told = f"{by_mail.value.whole} {by_hook.value.whole} {caplog.text} {desk.settings!r}"
    assert "s3cret" not in told
    assert "404" in str(by_hook.value)
    assert any("AUTH" in line for line in server.asked)


def test_a_web_hook_on_a_private_address_is_refused(desk: Desk, site: Site) -> None:
    desk.settings = desk.settings.model_copy(update={"allow_hosts": frozenset()})
    desk.change(contact=f"{site.url}/hook")
    desk.fail()

    with pytest.raises(Unavailable, match="no public address"):
        desk.tell()

    assert site.asked == []


def test_without_a_mail_server_it_is_said_what_to_set(desk: Desk) -> None:
    desk.settings = Settings()
    desk.fail()

    with pytest.raises(Unavailable, match="FAIRFINDER_SMTP_URL"):
        desk.tell()


def test_two_processes_tell_it_once(desk: Desk) -> None:
    told: list[str] = []
    ledger = desk.catalogue.ledger
    desk.fail()

    def send(to: str, alert: Alert) -> None:
        told.append(to)
        alert_failing(ledger, send, "https://c.example", "")

    alert_failing(ledger, send, "https://c.example", "")

    assert told == [STEWARD]
