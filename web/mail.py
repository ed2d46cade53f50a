"""Sends one plain mail by the server of the operator."""

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

import certifi

from catalogue.errors import Invalid, Unavailable

TIMEOUT_S: Final = 20.0
"""How long each step of sending may take."""

_BOX: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+", re.ASCII)
_PORTS: Final = {"smtp": 25, "smtps": 465}
_THIS_MACHINE: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The server that takes mail, and the address that it comes from.

    The URL is smtp://user:password@host:port, or smtps:// for TLS from the start. With smtp:// TLS is
    begun where the server offers it; without it a password is sent to this machine alone.
    """

    url: str = field(repr=False)
    sender: str


def checked(address: str) -> str:
    """The address of a mailbox; raises Invalid for anything else, such as what holds a line break."""
    if not address.isascii() or not _BOX.fullmatch(address) or len(address) > 254:
        raise Invalid(f"“{' '.join(address.split())[:100]}” is not an e-mail address.")
    return address


def send(box: Mailbox, to: str, subject: str, text: str, now: datetime) -> None:
    """Send a mail; raises Invalid when its address is not taken, Unavailable when the server is away."""
    message = _message(box, checked(to), subject, text, now)
    parts = urlsplit(box.url)
    host, own_name = parts.hostname or "", box.sender.rpartition("@")[2]
    try:
        with _connected(parts.scheme, host, parts.port or _PORTS[parts.scheme], own_name) as server:
            if parts.username:
                _sign_in(server, host, unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise Invalid(f"The mail server {host} does not take mail for {to}. Correct the contact.") from error
    except smtplib.SMTPResponseException as error:
        raise Unavailable(
            f"The mail server {host} did not take the mail: it answered {error.smtp_code}."
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        raise Unavailable(f"The mail server {host} could not be used ({type(error).__name__}).") from None


def _message(box: Mailbox, to: str, subject: str, text: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = box.sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=box.sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _connected(scheme: str, host: str, port: int, own_name: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, own_name, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(host, port, own_name, timeout=TIMEOUT_S)
    try:
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, host: str, user: str, password: str) -> None:
    if not isinstance(server.sock, ssl.SSLSocket) and host not in _THIS_MACHINE:
        raise Unavailable(f"The mail server {host} offers no TLS, so the password was not sent to it.")
    server.login(user, password)
