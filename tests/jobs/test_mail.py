"""What a password is shown to, and what is said of a mail server that cannot be used."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from catalogue.errors import Unavailable
from tests.jobs.mail_server import MailServer, taking_mail
from web.mail import Mailbox, send

NOW = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
SENDER = "desk@catalogue.example"
TO = "steward@north.example"


@pytest.fixture
def away() -> Iterator[MailServer]:
    """A server that is not this machine by its name, and offers no TLS."""
    with taking_mail("127.0.0.2") as server:
        yield server


def test_a_password_is_not_sent_without_tls_to_another_machine(away: MailServer) -> None:
    with pytest.raises(Unavailable, match="offers no TLS, so the password was not sent"):
        send(Mailbox(away.url, SENDER), TO, "Subject", "Text", NOW)

    assert not any("AUTH" in line for line in away.asked)


def test_a_server_that_wants_no_password_gets_none(away: MailServer) -> None:
    send(Mailbox(f"smtp://127.0.0.2:{away.port}", SENDER), TO, "Subject", "Text", NOW)

    assert away.mails[0]["Date"] == "Tue, 03 Mar 2026 14:05:00 +0000"
    assert away.mails[0]["Auto-Submitted"] == "auto-generated"
    assert not any("AUTH" in line for line in away.asked)


def test_a_server_that_breaks_off_tls_is_unavailable(away: MailServer) -> None:
    with pytest.raises(Unavailable, match=r"127\.0\.0\.2 could not be used"):
        send(Mailbox(f"smtps://127.0.0.2:{away.port}", SENDER), TO, "Subject", "Text", NOW)


def test_a_server_that_hangs_up_or_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        hanging_up = threading.Thread(target=lambda: listening.accept()[0].close())
        hanging_up.start()
        with pytest.raises(Unavailable, match="could not be used"):
            send(Mailbox(f"smtp://127.0.0.1:{port}", SENDER), TO, "Subject", "Text", NOW)
        hanging_up.join()

    with pytest.raises(Unavailable, match=r"could not be used \(ConnectionRefusedError\)"):
        send(Mailbox(f"smtp://127.0.0.1:{port}", SENDER), TO, "Subject", "Text", NOW)


def test_the_address_of_the_server_is_not_shown_with_its_password() -> None:
    assert "s3cret" not in repr(Mailbox("smtp://me:s3cret@mail.example", SENDER))
