"""The words that charts share: domains, sexes, months, and the lines below a drawing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from babel.dates import format_date

from catalogue.profiles.analyses import DOMAINS
from catalogue.profiles.counts import State
from web.charts.chart import Column, Key, Names, Say, Told
from web.i18n import LOCALE, mark

DOMAIN_LABELS: Final[Mapping[str, str]] = {
    "visit": mark("Visits"),
    "condition": mark("Conditions"),
    "drug": mark("Drugs"),
    "procedure": mark("Procedures"),
    "measurement": mark("Measurements"),
    "observation": mark("Observations"),
    "device": mark("Devices"),
    "death": mark("Deaths"),
    "note": mark("Notes"),
}

SEX_LABELS: Final[Mapping[str, str]] = {
    "female": mark("Women"),
    "male": mark("Men"),
    "other": mark("Other or unknown sex"),
}

PERSONS: Final = mark("persons")
RECORDS: Final = mark("records")

_LONGEST: Final = 46
"""How many signs of a label fit above a bar; the table has all of them."""


def domain_label(domain: str, say: Say) -> str:
    """The name of a domain; one that is not known as it was given."""
    return say(DOMAIN_LABELS[domain]) if domain in DOMAIN_LABELS else domain


def by_domain(domains: Iterable[str]) -> list[str]:
    """Domains in the order in which they are shown, those not known last."""
    order = {domain: place for place, domain in enumerate(DOMAINS)}
    return sorted(set(domains), key=lambda domain: (order.get(domain, len(order)), domain))


def concept_label(concept: str, names: Names, say: Say) -> str:
    """The name of a concept, or its number while the name is not known."""
    if concept == "0":
        return say(mark("No standard concept"))
    return names.get(concept) or say(mark("Concept {id}")).format(id=concept)


def short(label: str, longest: int = _LONGEST) -> str:
    """A label cut to what fits, with an ellipsis."""
    return label if len(label) <= longest else label[: longest - 1].rstrip(" ,;:.") + "…"


def month_label(month: int) -> str:
    """The month of a number yyyymm: March 2015."""
    return format_date(date(month // 100, month % 100, 1), "MMMM y", locale=LOCALE)


def persons_column(say: Say) -> Column:
    """The column that counts persons."""
    return Column("persons", say(mark("Persons")))


def records_column(say: Say) -> Column:
    """The column that counts records."""
    return Column("records", say(mark("Records")))


def state_keys(told: Iterable[Told], say: Say) -> tuple[Key, ...]:
    """A line for each look that occurs and is no exact number."""
    seen = {(one.state, one.high if one.state == State.SUPPRESSED else None) for one in told}
    states = {state for state, _high in seen}
    found = []
    if State.INTERVAL in states:
        found.append(Key("interval", say(mark("Between the least and the most that it may be"))))
    if State.SUPPRESSED in states:
        found.append(Key("hidden", say(mark("Hidden to protect persons; it is not zero"))))
    if State.ABSENT in states:
        found.append(Key("absent", say(mark("Not provided; it may be any number"))))
    return tuple(found)


def line_keys(told: Iterable[Told], say: Say) -> tuple[Key, ...]:
    """The same for lines, which are broken where nothing is told."""
    broken = say(mark("Where a line is broken, nothing was provided"))
    return tuple(
        replace(key, look="note", words=broken) if key.look == "absent" else replace(key, colour="quiet")
        for key in state_keys(told, say)
    )
