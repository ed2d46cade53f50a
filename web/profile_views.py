"""The profile page as a value: what the data of a dataset really hold, by one of its releases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from catalogue.catalogue import Catalogue
from catalogue.fields import CONTENT, TABLES
from catalogue.mapping import Entity
from catalogue.profiles.counts import Count, State
from catalogue.profiles.proposals import disagreements, months_of, proposals
from catalogue.profiles.release import Guarded, Rule
from catalogue.profiles.releases import Release
from catalogue.search import Words
from web import format as form
from web.charts.amounts import plain
from web.charts.chart import Say
from web.charts.labels import by_domain, domain_label, month_label
from web.i18n import mark
from web.links import Links
from web.telling import Telling, telling

PARTS: Final = {
    "population": mark("Population"),
    "observation": mark("Observation"),
    "domains": mark("Domains"),
    "visits": mark("Visits"),
    "origin": mark("Where records come from"),
    "quality": mark("Quality"),
    "history": mark("History"),
}
"""The parts of the page that have charts, in their order, with their headings."""

ABOUT: Final = "release"
ALL: Final = "all"
TABS: Final = {**PARTS, ABOUT: mark("About this release"), ALL: mark("All on one page")}
"""What `part` may ask for, with the words of its link."""

_YEAR_DAYS: Final = 365.25
_MONTH_DAYS: Final = 30.4375
_NOT_PROVIDED: Final = mark("– not provided")


@dataclass(frozen=True, slots=True)
class Asked:
    """A release with what it tells, among all of its record that are shown, the newest first."""

    release: Release
    releases: tuple[Release, ...]
    guarded: Guarded


@dataclass(frozen=True, slots=True)
class Described:
    """The dataset that a profile is of; `href` leads to its page."""

    id: str
    title: Words
    href: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What the page of a dataset says of its profile; `section` is the label of the part that says it."""

    href: str
    persons: Telling
    day: str
    section: str = CONTENT


@dataclass(frozen=True, slots=True)
class Tile:
    """A number of the first screen with what it is about, and what to know of it."""

    label: str
    told: Telling
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to a part of the page."""

    label: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Charts that are read together; none where the release tells nothing of them."""

    anchor: str
    label: str
    charts: Markup


@dataclass(frozen=True, slots=True)
class Flag:
    """A fact of which the description says one thing and the data another."""

    label: str
    declared: str
    measured: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What the profile proposes for the description."""

    label: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edition:
    """A release to choose; `label` says of when it is and what made it."""

    id: int
    label: str
    is_newest: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """A line of what was withheld, and why."""

    what: str
    cells: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that the files say of themselves; `words` is "" where they do not."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """All of the page but its charts."""

    number: int
    is_newest: bool
    tiles: tuple[Tile, ...]
    flags: tuple[Flag, ...]
    offers: tuple[Offer, ...]
    facts: tuple[Fact, ...]
    editions: tuple[Edition, ...]
    rule: str
    hidden: tuple[Hidden, ...]


def brief(catalogue: Catalogue, links: Links, id: str, say: Say) -> Brief | None:
    """The profile that a record shows; None where it has none."""
    release = catalogue.releases.current(id)
    if release is None:
        return None
    persons = catalogue.releases.cells(release.id, "persons").get((), Count.absent())
    return Brief(links.profile(id), telling(persons, say), form.day(day_of(release)))


def view(entity: Entity, asked: Asked, records: Count, vocabularies: Iterable[str], say: Say) -> ProfileView:
    """Lay a release out for reading; `records` and `vocabularies` are those of all its concepts."""
    release, guarded = asked.release, asked.guarded
    found = disagreements(entity, guarded, records)
    offered = proposals(guarded, vocabularies, records)
    rule = rule_words(release.rule, say)
    return ProfileView(
        release.id,
        release.current,
        tuple(_tiles(entity, release, guarded, rule, say)),
        tuple(Flag(_label(entity, one.field, say), one.declared, one.measured) for one in found),
        tuple(Offer(_label(entity, one.field, say), one.words, one.reason) for one in offered),
        tuple(_facts(release, say)),
        tuple(Edition(one.id, edition_words(one, say), one.current) for one in asked.releases),
        " ".join(rule),
        tuple(Hidden(one.what, form.number(one.cells), one.reason) for one in guarded.report),
    )


def day_of(release: Release) -> date:
    """The day that a release speaks of: when the data were released or counted, else when it was shown."""
    told = release.told
    return told.released or told.generated or (release.published or release.imported).date()


def edition_words(release: Release, say: Say) -> str:
    """Release 3, 4 May 2025 (Achilles)."""
    words = say(mark("Release {n}, {day}")).format(n=release.id, day=form.day(day_of(release)))
    return f"{words} ({release.told.producer})" if release.told.producer else words


def rule_words(rule: Rule, say: Say) -> tuple[str, str]:
    """A disclosure rule in plain words: what is hidden, and what becomes of other counts."""
    hidden = say(mark("Counts of 1 to {n} are hidden.")).format(n=rule.threshold)
    if rule.rounding == 1:
        return hidden, say(mark("All others are told as they are."))
    rounded = say(mark("All others are rounded up to the next {n}, and told as what they may be."))
    return hidden, rounded.format(n=rule.rounding)


def _tiles(
    entity: Entity, release: Release, guarded: Guarded, rule: tuple[str, str], say: Say
) -> Iterator[Tile]:
    yield Tile(
        say(mark("Persons measured")), telling(guarded.count("persons"), say), (_declared(entity, say),)
    )
    yield _years(guarded, say)
    yield _follow_up(guarded, say)
    yield _domains(guarded, say)
    made_by = " ".join(filter(None, (release.told.producer, release.told.version)))
    yield Tile(_dated(release, say), Telling(form.day(day_of(release))), (made_by,) if made_by else ())
    yield Tile(
        say(mark("Protection of persons")),
        Telling(say(mark("1 to {n} hidden")).format(n=release.rule.threshold)),
        rule[1:],
    )


def _dated(release: Release, say: Say) -> str:
    """What `day_of` is the day of."""
    if release.told.released:
        return say(mark("Data released"))
    if release.told.generated:
        return say(mark("Counted"))
    return say(mark("Shown here since")) if release.published else say(mark("Taken in"))


def _declared(entity: Entity, say: Say) -> str:
    text = entity.text("persons")
    if text.isascii() and text.isdecimal():
        return say(mark("declared {n}")).format(n=form.number(int(text)))
    return say(mark("declared: not provided"))


def _years(guarded: Guarded, say: Say) -> Tile:
    label = say(mark("Years observed"))
    found = months_of(guarded)
    if found is None:
        return Tile(label, _unknown(say))
    first, last = (int(month.replace("-", "")) for month in found)
    years = str(first // 100) if first // 100 == last // 100 else f"{first // 100}–{last // 100}"
    return Tile(label, Telling(years), (f"{month_label(first)} – {month_label(last)}",))


def _follow_up(guarded: Guarded, say: Say) -> Tile:
    label = say(mark("Median follow-up"))
    days = next((one.median for one in guarded.spreads if one.analysis == "lengthOfObservation"), None)
    if days is None:
        return Tile(label, _unknown(say))
    years = days >= _YEAR_DAYS
    amount = round(days / (_YEAR_DAYS if years else _MONTH_DAYS), 1)
    one, many = (mark("{n} year"), mark("{n} years")) if years else (mark("{n} month"), mark("{n} months"))
    words = say(one if amount == 1 else many)
    return Tile(label, Telling(words.format(n=plain(amount))), (say(mark("of the first observation")),))


def _domains(guarded: Guarded, say: Say) -> Tile:
    label = say(mark("Domains"))
    cells = (*guarded.cells.get("recordsInMonth", {}), *guarded.cells.get("recordsByType", {}))
    spread = [one.strata for one in guarded.spreads if one.analysis == "conceptsPerPerson"]
    domains = by_domain(strata[0] for strata in (*cells, *spread))
    if not domains:
        return Tile(label, _unknown(say))
    names = ", ".join(domain_label(domain, say) for domain in domains)
    return Tile(label, Telling(form.number(len(domains))), (names,))


def _facts(release: Release, say: Say) -> Iterator[Fact]:
    told = release.told
    yield Fact(say(mark("Made by")), " ".join(filter(None, (told.producer, told.version))))
    yield Fact(say(mark("Name of the source")), told.source_name)
    yield Fact(say(mark("Data released")), form.day(told.released) if told.released else "")
    yield Fact(say(mark("Counted")), form.day(told.generated) if told.generated else "")
    yield Fact(say(mark("Version of the data model")), told.cdm_version)
    yield Fact(say(mark("Version of the vocabularies")), told.vocabulary_version)
    yield Fact(say(mark("Shown here since")), form.day(release.published) if release.published else "")


def _unknown(say: Say) -> Telling:
    return Telling(say(_NOT_PROVIDED), State.ABSENT)


def _label(entity: Entity, name: str, say: Say) -> str:
    label = next((field.label for field in TABLES[entity.table] if field.name == name), "")
    return say(label) if label else name
