"""The way to choose which datasets are compared: those chosen, and those that words find."""

from dataclasses import dataclass, replace
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.comparing import LEAST, MOST
from catalogue.search import Row, SearchQuery
from web import text
from web.charts.chart import Say
from web.compare import Asked
from web.i18n import LOCALE, mark
from web.links import Links

_OFFERED: Final = 20
"""So many datasets are offered to be added."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A dataset that was chosen; `href` is "" for one that is not here, `without` leads on without it."""

    id: str
    title: str
    href: str
    without: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A dataset to add; `href` leads on with it alone, "" where nothing is chosen yet."""

    id: str
    title: str
    language: str
    publisher: str
    href: str


@dataclass(frozen=True, slots=True)
class ChoosingView:
    """All of the page; `advice` says what to do, `back` leads to the comparison where there can be one."""

    here: str
    advice: str
    look: str
    chosen: tuple[Chosen, ...]
    offered: tuple[Offered, ...]
    back: str
    search: str
    kept: tuple[tuple[str, str], ...]


def view(catalogue: Catalogue, asked: Asked, look: str, links: Links, say: Say) -> ChoosingView:
    """What is chosen, and what can be; nothing can where too much is chosen already."""
    entries = catalogue.ledger.entries(asked.ids)
    room = MOST - len(asked.ids)
    sort = "relevance" if look else "persons"
    query = SearchQuery(text=look, sort=sort, size=_OFFERED + len(asked.ids))
    rows = [hit.row for hit in catalogue.search(query).hits] if room > 0 else []
    return ChoosingView(
        here=links.compare(),
        advice=_advice(len(asked.ids), say),
        look=look,
        chosen=tuple(
            Chosen(
                id,
                entries[id].title if id in entries else id,
                links.record(id) if id in entries else "",
                links.compare(query=f"{asked.without(id).query}&look=")
                if len(asked.ids) <= MOST
                else links.compare(query=asked.without(id).query),
            )
            for id in asked.ids
        ),
        offered=tuple(_offered(row, asked, links) for row in rows if row.id not in asked.ids)[:_OFFERED],
        back=links.compare(query=asked.query) if LEAST <= len(asked.ids) <= MOST else "",
        search=links.search(replace(SearchQuery(), text=look)),
        kept=_kept(asked),
    )


def _advice(number: int, say: Say) -> str:
    if number > MOST:
        words = mark("{number} datasets are chosen; at most {most} fit beside each other. Leave some out.")
    elif number >= LEAST:
        words = mark("{number} datasets are chosen. Choose up to {room} more.")
    elif number:
        words = mark("One dataset is chosen. Choose at least one more, and {room} at most.")
    else:
        words = mark("Choose {least} to {most} datasets to see them side by side.")
    return say(words).format(number=number, least=LEAST, most=MOST, room=MOST - number)


def _offered(row: Row, asked: Asked, links: Links) -> Offered:
    title = text.choose(row.title, LOCALE)
    more = replace(asked, ids=(*asked.ids, row.id))
    href = links.compare(query=more.query) if asked.ids else ""
    return Offered(row.id, title.text or row.iri, title.language, row.publisher, href)


def _kept(asked: Asked) -> tuple[tuple[str, str], ...]:
    """What the form carries along besides the datasets."""
    pairs = [("concept", str(one)) for one in asked.concepts]
    pairs += [("part", asked.part)] if asked.part != Asked(()).part else []
    return tuple(pairs)
