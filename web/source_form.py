"""The form of a source: what was filled in, what is wrong with it, and the source that it makes.

A secret is read from the form and never written into a page.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalogue.errors import CatalogueError, Conflict, Invalid
from catalogue.fields import Profile
from catalogue.schedule import checked, in_words, next_time
from catalogue.sources import ASK, DELETIONS, KEEP, WITHDRAW, Source
from web import format as form
from web import mail
from web.alerts import is_hook
from web.i18n import mark
from web.links import outward
from web.operations import KindView, Secret
from web.paging import whole
from web.source_names import RESERVED, is_name

OPTION: Final = "option."
"""How the names of the fields begin that hold the options of the kind."""

DELETION_LABELS: Final[Mapping[str, str]] = {
    WITHDRAW: mark("Withdraw what is long absent"),
    ASK: mark("Ask a person first"),
    KEEP: mark("Keep what is absent"),
}
PROFILE_LABELS: Final[Mapping[str, str]] = {
    "": mark("as the access right of each record selects"),
    Profile.DCAT_AP: mark("DCAT-AP, for any dataset"),
    Profile.PUBLIC: mark("HealthDCAT-AP for public data"),
    Profile.RESTRICTED: mark("HealthDCAT-AP for restricted data"),
    Profile.NON_PUBLIC: mark("HealthDCAT-AP for non-public data"),
}
SCHEME_LABELS: Final[Mapping[str, str]] = {
    "": mark("none"),
    "header": mark("a key in a header of its own"),
    "basic": mark("user name and password"),
    "bearer": mark("a bearer token"),
    "oauth2": mark("OAuth 2 client credentials"),
}
EXAMPLES: Final[Mapping[str, str]] = {
    "0 * * * *": mark("every hour"),
    "30 2 * * *": mark("every night"),
    "30 2 * * 0": mark("every Sunday night"),
    "30 2 1 * *": mark("on the first of the month"),
}
TIMES_SHOWN: Final = 3

_WRONG: Final[Mapping[str, str]] = {"bearer": "secret", "oauth2": "token_url"}
"""What of credentials cannot be sent as it is, by their scheme, where that is not the name in them."""

_USER: Final = re.compile(r"^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?[^/?#\s]*@")
_MOST_DAYS: Final = 365
_FIELDS: Final = (
    *("name", "url", "schedule", "deletion", "profile", "contact", "full_every"),
    *("scheme", "credential", "token_url", "scope", "take_away"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with a field: in our words, for translation, or as it was told."""

    field: str
    words: str = ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class OptionField:
    """An option of the kind with its help."""

    name: str
    help: str
    value: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, but the secret; `values` has every field of it."""

    kind: KindView
    values: Mapping[str, str]
    options: tuple[OptionField, ...]

    def __getitem__(self, name: str) -> str:
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Made:
    """The source that a form makes, its credentials if they change, and what is wrong with it."""

    source: Source
    secret: Secret | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule in words, and the next times."""

    words: str
    times: tuple[str, ...]


def of_source(source: Source, kind: KindView) -> Filled:
    """The form of a source as it is kept; the password in its address stays out of it."""
    told = {
        "name": source.name,
        "url": source.address,
        "schedule": source.schedule,
        "deletion": source.deletion,
        "profile": source.profile,
        "contact": source.contact,
        "full_every": str(source.full_every),
    }
    return _filled(kind, told, source.options)


def of_fields(fields: Mapping[str, str], kind: KindView) -> Filled:
    """The form as it was sent, to be shown again; a password in its address stays out of it."""
    told = {name: fields.get(name, "") for name in _FIELDS}
    told["url"] = _without_user(told["url"].strip(), kind)
    return _filled(kind, told, {n.removeprefix(OPTION): v for n, v in fields.items() if n.startswith(OPTION)})


def empty(kind: KindView) -> Filled:
    """The form of a new source."""
    return _filled(kind, {"deletion": WITHDRAW, "full_every": "7"}, {})


def made(fields: Mapping[str, str], kind: KindView, before: Source | None, now: datetime) -> Made:
    """The source of a form that was sent; `before` is the source that it changes."""
    told = {name: fields.get(name, "").strip() for name in _FIELDS}
    url = told["url"]
    if before and url == before.address:
        url = before.url
    options = {name: text for name in kind.options if (text := fields.get(OPTION + name, "").strip())}
    source = Source(
        before.name if before else told["name"],
        kind.name,
        url,
        before.created if before else now,
        options,
        schedule=" ".join(told["schedule"].split()),
        profile=told["profile"],
        deletion=told["deletion"],
        contact=told["contact"],
        full_every=whole(told["full_every"], 0),
        paused=before.paused if before else False,
    )
    secret = _secret(told, fields.get("secret", ""))
    faults = (*_source_faults(source, kind, before), *_secret_faults(told, fields.get("secret", ""), before))
    return Made(source, secret, faults)


def refused(error: CatalogueError, made: Made) -> Fault:
    """What is wrong with a source that could not be kept: its name is taken, its credentials cannot be
    sent, or its address is no good.
    """
    if isinstance(error, Conflict):
        return Fault("name", told=str(error))
    is_address_good = isinstance(error, Invalid) and outward(made.source.url)
    field = _WRONG.get(made.secret.scheme, "credential") if is_address_good and made.secret else "url"
    return Fault(field, told=str(error))


def plan(schedule: str, now: datetime) -> Plan | None:
    """A schedule in words and times; None for none, and for what is none."""
    try:
        found: list[str] = []
        text, after = checked(schedule), now
        while text and len(found) < TIMES_SHOWN and (coming := next_time(text, after)):
            found.append(form.moment(coming))
            after = coming
        return Plan(in_words(text), tuple(found)) if found else None
    except Invalid:
        return None


def _filled(kind: KindView, told: Mapping[str, str], options: Mapping[str, str]) -> Filled:
    values = {name: told.get(name, "") for name in _FIELDS}
    fields = tuple(OptionField(name, help, options.get(name, "")) for name, help in kind.options.items())
    return Filled(kind, values, fields)


def _source_faults(source: Source, kind: KindView, before: Source | None) -> Iterator[Fault]:
    if not before and not is_name(source.name):
        words = mark("Give a name of at most 60 letters, digits, dots, dashes and underscores.")
        yield Fault("name", words)
    elif not before and source.name in RESERVED:
        yield Fault("name", mark("This name is that of a page. Choose another."))
    if not source.url:
        yield Fault("url", mark("Give the address of the source."))
    elif _without_user(source.url, kind) != source.url and not (before and source.url == before.url):
        words = mark("Give the user name and the password below, not in the address.")
        yield Fault("url", words)
    yield from _told("schedule", lambda: checked(source.schedule))
    if source.deletion not in DELETIONS:
        yield Fault("deletion", mark("Choose what becomes of records that the source no longer has."))
    if source.profile not in PROFILE_LABELS:
        yield Fault("profile", mark("Choose one of the profiles."))
    if source.contact and not _is_reachable(source.contact):
        yield Fault("contact", mark("Give an e-mail address, or the address of a web hook."))
    if not 1 <= source.full_every <= _MOST_DAYS:
        yield Fault("full_every", mark("Give a number of days from 1 to 365."))


def _secret_faults(told: Mapping[str, str], secret: str, before: Source | None) -> Iterator[Fault]:
    scheme = told["scheme"]
    if told["take_away"]:
        return
    if scheme not in SCHEME_LABELS:
        yield Fault("scheme", mark("Choose one of the ways."))
    elif secret and not scheme:
        yield Fault("scheme", mark("Say how the secret is shown to the source."))
    elif scheme and not secret:
        yield Fault("secret", mark("Give the secret: the password, key or token."))
    if scheme in ("header", "basic", "oauth2") and not told["credential"]:
        yield Fault("credential", mark("Give the name of the header, the user or the client."))
    if scheme == "oauth2" and not outward(told["token_url"]).startswith(("https://", "http://")):
        yield Fault("token_url", mark("Give the address that hands out tokens."))


def _secret(told: Mapping[str, str], secret: str) -> Secret | None:
    """The credentials to be kept; None for leaving them as they are, one without a word for none."""
    if told["take_away"]:
        return Secret("bearer", "")
    if not (told["scheme"] and secret):
        return None
    return Secret(told["scheme"], secret, told["credential"], told["token_url"], told["scope"])


def _told(field: str, check: Callable[[], object]) -> Iterator[Fault]:
    try:
        check()
    except Invalid as error:
        yield Fault(field, told=str(error))


def _is_reachable(contact: str) -> bool:
    if is_hook(contact):
        return bool(outward(contact))
    try:
        return bool(mail.checked(contact))
    except Invalid:
        return False


def _without_user(url: str, kind: KindView) -> str:
    """The address without a user name and a password; a path on this machine has none."""
    return url if kind.is_local else _USER.sub(r"\1", url)
