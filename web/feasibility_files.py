"""An answer to take away: a table for spreadsheets, and a letter to the custodians of chosen sources."""

from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal

from catalogue.catalogue import Catalogue
from catalogue.profiles.counts import Count
from catalogue.profiles.feasibility import Bounds, Verdict
from catalogue.search import Words
from web import text
from web.charts.chart import Say
from web.export import line
from web.feasibility import Asked, Surveyed
from web.feasibility_views import Criterion, Names, bounds_words, criteria
from web.i18n import LOCALE, mark
from web.links import outward

_BYTE_ORDER_MARK: Final = "\ufeff"
_ENOUGH: Final = (Verdict.SURELY, Verdict.POSSIBLY)


def csv_of(found: Surveyed, names: Names, base: str, say: Say) -> Iterator[str]:
    """One line a source: least and most persons in all, in the whole source, and by criterion."""
    told = [f"{one.label}: {one.words}" for one in criteria(found.question, names, say)]
    desired = [f"desired: {domain}" for domain in found.question.desired]
    head = ("dataset", "title", "url", "verdict", "at_least", "at_most", "persons_low", "persons_high")
    pairs = (f"{name} ({end})" for name in (*told, *desired) for end in ("at least", "at most"))
    yield _BYTE_ORDER_MARK + line((*head, "limiting", "missing", *pairs))
    for one in found.sources:
        answer = one.answer
        limits = (words for words, f in zip(told, answer.factors, strict=True) if f in answer.limiting)
        lacks = (words for words, f in zip(told, answer.factors, strict=True) if f.bounds is None)
        parts = [*(f.bounds for f in answer.factors), *(bounds for _, bounds in answer.desired)]
        yield line(
            (
                *(one.record, one.title, f"{base}/dataset/{one.record}", answer.verdict.value),
                *(*_ends(answer.bounds), *_ends(answer.persons), "; ".join(limits), "; ".join(lacks)),
                *(end for bounds in parts for end in _ends(bounds)),
            )
        )


def letter(catalogue: Catalogue, found: Surveyed, names: Names, say: Say) -> str:
    """The question in words, and for each chosen source whom to write to and what its counts say.

    Where none is chosen, it is for all that surely or possibly have enough.
    """
    enough = (one for one in found.sources if one.answer.verdict in _ENOUGH)
    chosen: Iterable[Asked] = found.adding.chosen if found.adding else enough
    lines = [say(mark("We are looking for data on persons with all of this:")), ""]
    lines += [f"- {_plain(one)}" for one in criteria(found.question, names, say)] or [
        say(mark("- any person of the source"))
    ]
    least = say(mark("Persons needed: {minimum} or more.")).format(minimum=f"{found.question.minimum:,}")
    told = say(mark("Published counts leave open how many there are. Can you tell us, and how to apply?"))
    lines += ["", least, told]
    for one in chosen:
        lines += ["", "-" * 60, *_addressee(catalogue, one, say)]
    return "\n".join(lines) + "\n"


def _addressee(catalogue: Catalogue, one: Asked, say: Say) -> Iterator[str]:
    yield " ".join(one.title.split())
    yield f"{catalogue.base}/dataset/{one.record}"
    yield say(mark("Persons by its counts: {persons}")).format(persons=bounds_words(one.answer.bounds, say))
    contacts = tuple(_contacts(catalogue, one.record))
    for contact in contacts:
        yield say(mark("Contact: {contact}")).format(contact=contact)
    if not contacts:
        yield say(mark("Contact: not provided; its page tells who publishes it"))


def _contacts(catalogue: Catalogue, id: str) -> Iterator[str]:
    """Each contact point of a record, its name and a safe address."""
    for contact in catalogue.record(id).entity.entities("contactPoint"):
        given = (term for name in ("fn", "organizationName") for term in contact.terms(name))
        names = [Words(t.value, t.language or "") for t in given if isinstance(t, Literal)]
        name = " ".join(text.choose(names, LOCALE).text.split()) if names else ""
        addresses = (contact.text("hasEmail"), contact.text("hasURL"))
        bare = (address.removeprefix("mailto:") for address in addresses if address)
        safe = [one for one in bare if outward(one) or outward(f"mailto:{one}")]
        if told := " ".join(filter(None, (name, *(f"<{one}>" for one in safe)))):
            yield told


def _plain(one: Criterion) -> str:
    return f"{one.label}: {one.words}"


def _ends(told: Bounds | Count | None) -> tuple[int | None, int | None]:
    return (told.low, told.high) if told else (None, None)
