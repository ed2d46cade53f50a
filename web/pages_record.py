"""The record page as a value: what a researcher decides by, in the order in which it is decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal

from catalogue import mapping
from catalogue.catalogue import StoredRecord
from catalogue.fields import TABLES, Field, Profile
from catalogue.findings import Finding, Problem, Report
from catalogue.mapping import Entity
from catalogue.search import Words
from web import format as form
from web import text
from web.evidence import WHO_MAY_USE, Access
from web.i18n import LOCALE, mark
from web.links import outward
from web.pages_origin import Alternate, Foreign, Provenance, alternates, foreign, provenance
from web.values import ConceptValue, Item, LinkValue, PeriodValue, Reader, Stand, item, short, years

KIND_LABELS: Final = {
    "dataset": mark("Data source"),
    "series": mark("Series of datasets"),
    "service": mark("Data service"),
    "catalogue": mark("Catalogue"),
}
MOST_FOREIGN: Final = 200
PROFILE_LABELS: Final = {
    Profile.DCAT_AP: mark("the rules of DCAT-AP"),
    Profile.PUBLIC: mark("the rules of HealthDCAT-AP for public data"),
    Profile.RESTRICTED: mark("the rules of HealthDCAT-AP for restricted data"),
    Profile.NON_PUBLIC: mark("the rules of HealthDCAT-AP for non-public data"),
}


@dataclass(frozen=True, slots=True)
class Property:
    """What a label means and the property behind it, for those who need to know."""

    label: str
    help: str
    name: str
    iri: str


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that are read together."""

    anchor: str
    label: str
    items: tuple[Item, ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """The five facts of the first screen; "" and () where they are not provided."""

    persons: str
    records: str
    periods: tuple[PeriodValue, ...]
    places: tuple[ConceptValue, ...]
    frequency: str
    modified: str
    access: Access | None


@dataclass(frozen=True, slots=True)
class Door:
    """A way to apply or ask; `label` is for translation, `name` and `address` are data."""

    label: str
    name: str
    address: str
    href: str
    stand: Stand | None = None


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete the description is, by the rules that its access right selects; sentences are ready."""

    rules: str
    provided: str
    expected: str
    share: str
    must: tuple[str, ...]
    should: tuple[str, ...]
    wrong: tuple[str, ...]
    valid: bool


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page of a record shows."""

    id: str
    kind: str
    title: Words
    other_titles: tuple[Words, ...]
    summary: Words
    missing_since: str
    publisher: str
    provider: str
    landing: LinkValue | None
    tiles: Tiles
    sections: tuple[Section, ...]
    completeness: Completeness
    access_definition: str
    doors: tuple[Door, ...]
    provenance: Provenance
    iri: str
    iri_href: str
    alternates: tuple[Alternate, ...]
    foreign: tuple[Foreign, ...]
    foreign_more: int


def view(record: StoredRecord, reader: Reader) -> RecordView:
    """Lay a record out for reading."""
    entity, report = record.entity, record.report
    titles, title = _words(entity, "title"), title_of(record)
    about = text.choose(_words(entity, "description"), LOCALE)
    others = tuple(foreign(record))
    return RecordView(
        id=record.id,
        kind=KIND_LABELS[record.envelope.kind],
        title=title,
        other_titles=tuple(t for t in titles if t != title),
        summary=Words(text.first_sentence(about.text), about.language),
        missing_since=form.day(since) if (since := record.entry.missing_since) else "",
        publisher=_name(reader, entity, "publisher"),
        provider=_name(reader, entity, "custodian") or _name(reader, entity, "publisher"),
        landing=_landing(reader, entity),
        tiles=_tiles(reader, entity),
        sections=tuple(_sections(reader, entity, report)),
        completeness=_completeness(reader, report),
        access_definition=_access_definition(reader, entity),
        doors=tuple(doors(reader, entity)),
        provenance=provenance(record, reader.links),
        iri=record.envelope.subject.value,
        iri_href=outward(record.envelope.subject.value),
        alternates=tuple(alternates(record.id, reader.links)),
        foreign=others[:MOST_FOREIGN],
        foreign_more=max(0, len(others) - MOST_FOREIGN),
    )


def title_of(record: StoredRecord) -> Words:
    """What a record is called in our language if it can be; its IRI where it has no title."""
    titles = _words(record.entity, "title") or (Words(record.envelope.subject.value),)
    return text.choose(titles, LOCALE)


def _words(entity: Entity, name: str) -> tuple[Words, ...]:
    literals = (term for term in entity.terms(name) if isinstance(term, Literal))
    return tuple(Words(term.value, term.language or "") for term in literals)


def _name(reader: Reader, entity: Entity, field: str) -> str:
    for agent in entity.entities(field):
        if names := _words(agent, "name"):
            return text.choose(names, LOCALE).text
    for term in entity.terms(field):
        if isinstance(term, Literal):
            return term.value
        if found := mapping.label(reader.graph, term, LOCALE):
            return found
    return ""


def _landing(reader: Reader, entity: Entity) -> LinkValue | None:
    address = entity.text("landingPage")
    href = outward(address)
    return LinkValue(address, href, reader.stand(address)) if href else None


def _tiles(reader: Reader, entity: Entity) -> Tiles:
    frequency = _shown(reader, entity, "frequency")
    return Tiles(
        persons=_figure(entity, "persons"),
        records=_figure(entity, "records"),
        periods=tuple(years(period) for period in entity.entities("temporal")),
        places=tuple(v for v in _shown(reader, entity, "country") if isinstance(v, ConceptValue)),
        frequency=next((v.label for v in frequency if isinstance(v, ConceptValue)), ""),
        modified=form.lexical_date(entity.text("modified")),
        access=_access(reader, entity),
    )


def _figure(entity: Entity, name: str) -> str:
    counts = (mapping.integer(term) for term in entity.terms(name))
    return next((form.number(count) for count in counts if count is not None), "")


def _shown(reader: Reader, entity: Entity, name: str) -> tuple[object, ...]:
    field = next((f for f in TABLES[entity.table] if f.name == name), None)
    return item(reader, field, entity).values if field else ()


def _access(reader: Reader, entity: Entity) -> Access | None:
    for value in _shown(reader, entity, "accessRights"):
        if isinstance(value, ConceptValue):
            return Access(value.code, WHO_MAY_USE.get(value.code, ""), value.label)
    return None


def _access_definition(reader: Reader, entity: Entity) -> str:
    found = reader.vocabularies.concept("access-right", entity.text("accessRights"))
    return found.definitions.get(LOCALE, "") if found else ""


def _sections(reader: Reader, entity: Entity, report: Report) -> Iterator[Section]:
    by_section: dict[str, list[Field]] = {}
    for field in TABLES[entity.table]:
        by_section.setdefault(field.section, []).append(field)
    for number, (label, fields) in enumerate(by_section.items(), start=1):
        shown = tuple(i for f in fields if (i := _item_or_gap(reader, f, entity, report)))
        if shown:
            names = {i.name for i in shown}
            yield Section(
                f"part-{number}",
                label,
                shown,
                tuple(_property(field) for field in fields if field.name in names),
            )


def _property(field: Field) -> Property:
    return Property(field.label, field.help, short(field.path.value), field.path.value)


def _item_or_gap(reader: Reader, field: Field, entity: Entity, report: Report) -> Item | None:
    if field.name == "title":
        return None
    if entity.all(field.name):
        return item(reader, field, entity)
    level = field.required(report.profile)
    if level == "O":
        return None
    return Item(field.name, field.label, (), gap=True, mandatory=level == "M")


def _completeness(reader: Reader, report: Report) -> Completeness:
    share = 100 * report.provided / report.expected if report.expected else 100.0
    return Completeness(
        rules=PROFILE_LABELS[report.profile],
        provided=form.number(report.provided),
        expected=form.number(report.expected),
        share=f"{share:.0f}%",
        must=_lacks(reader, (f for f in report.findings if f.problem is Problem.MISSING)),
        should=_lacks(reader, (f for f in report.findings if f.problem is Problem.ADVISED)),
        wrong=_lacks(
            reader,
            (f for f in report.findings if f.problem not in (Problem.MISSING, Problem.ADVISED)),
        ),
        valid=report.valid,
    )


def _lacks(reader: Reader, findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.said(reader.translate) for finding in findings))


def doors(reader: Reader, entity: Entity) -> Iterator[Door]:
    """Whom to apply to first: the access body, then the places to get access, then the contact."""
    for body in entity.entities("hdab"):
        name = text.choose(_words(body, "name"), LOCALE).text
        addresses = [body.text("homepage"), body.text("mbox")]
        for contact in body.entities("agentContact"):
            addresses = [contact.text("contactPage"), contact.text("email"), *addresses]
        yield from _door(reader, mark("Apply to the access body"), name, addresses)
    for place in entity.entities("distribution"):
        name = text.choose(_words(place, "title"), LOCALE).text
        yield from _door(reader, mark("Where to get access"), name, [place.text("accessURL")])
    for contact in entity.entities("contactPoint"):
        names = (*_words(contact, "fn"), *_words(contact, "organizationName"))
        addresses = [contact.text("hasEmail"), contact.text("hasURL")]
        yield from _door(reader, mark("Ask the contact"), text.choose(names, LOCALE).text, addresses)


def _door(reader: Reader, label: str, name: str, addresses: Iterable[str]) -> Iterator[Door]:
    for address in addresses:
        bare = address.removeprefix("mailto:")
        href = outward(address if "@" not in bare or ":" in address else f"mailto:{bare}")
        if href:
            yield Door(label, name, bare, href, reader.stand(address))
            return
    if name:
        yield Door(label, name, "", "")
