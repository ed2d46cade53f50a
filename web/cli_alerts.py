"""How alerts leave: by the mail server of the settings, or as a POST to a web hook."""

import re
from dataclasses import replace
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.errors import CatalogueError, Unavailable
from catalogue.settings import Settings
from web import mail
from web.alert_words import body, subject, text
from web.alerts import Alert, alert_failing, channel, is_hook
from web.cli_parts import manners

HOOK_S: Final = 20.0
"""How long a web hook may take to answer."""

_ADDRESS: Final = re.compile(r"(https?://)(?:[^/\s@]*@)?([^/\s?#]+)\S*")
"""An address in a message; what comes behind its host may be a secret."""


def alert(catalogue: Catalogue, settings: Settings) -> None:
    """Tell what is to be told of sources now."""

    def send(to: str, alert: Alert) -> None:
        if is_hook(to):
            post(settings, to, alert)
        else:
            write(catalogue, settings, to, alert)

    alert_failing(catalogue.ledger, send, catalogue.base, settings.alert_to.get_secret_value())


def post(settings: Settings, to: str, alert: Alert) -> None:
    """Send to a web hook, with the checks that harvesting has; raises Unavailable, never with its path."""
    client = replace(manners(settings), timeout_s=HOOK_S).client()
    try:
        with client:
            client.post(to, body(alert, settings.title), "application/json", "*/*")
    except CatalogueError as error:
        said = _ADDRESS.sub(r"\1\2/…", str(error))
        raise Unavailable(
            f"The web hook for “{alert.source}” on {channel(to)} was not told: {said}"
        ) from None


def write(catalogue: Catalogue, settings: Settings, to: str, alert: Alert) -> None:
    """Send a mail; raises as `mail.send` does, and Unavailable where there is no mail server."""
    url = settings.smtp_url.get_secret_value()
    if not url:
        raise Unavailable(
            f"The contact of “{alert.source}” could not be told that it is {alert.event}: no mail server is "
            "known. Set FAIRFINDER_SMTP_URL and FAIRFINDER_MAIL_FROM, or give a web hook."
        )
    words = subject(alert, settings.title), text(alert, settings.title)
    mail.send(mail.Mailbox(url, settings.mail_from), to, *words, catalogue.now())
