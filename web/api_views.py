"""From the values of the catalogue to the answers of the API, with labels in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from pyoxigraph import Literal, NamedNode

from catalogue.catalogue import Catalogue, StoredRecord
from catalogue.clusters import Member
from catalogue.fields import FACETS, TABLES, Field, Kind
from catalogue.findings import Report
from catalogue.link_walk import addresses
from catalogue.links import Links
from catalogue.mapping import Entity, Graph, Node, Value, label
from catalogue.projection import SEARCHED
from catalogue.query_url import FACET_NAMES, at_page, format_query
from catalogue.runs import Run
from catalogue.search import (
    MAX_OFFSET,
    Evidence,
    FacetCount,
    Held,
    Row,
    SearchQuery,
    SearchResult,
    Suggestion,
    Words,
)
from catalogue.sources import Source
from ontologies.namespaces import XSD
from ontologies.vocabularies import Vocabularies
from web import api_models as models
from web.api_profile_models import CountAnswer
from web.negotiation import JSON_LD, N_TRIPLES, RDF_XML, TURTLE

_FACETS: Final = {field.name: field for field in FACETS}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts codes into words of a language, and things into addresses below `base`."""

    base: str
    vocabularies: Vocabularies
    language: str

    def coded(self, facet: str, code: str) -> models.Coded:
        """A value of a facet in words."""
        return models.Coded(code, self.label(facet, code))

    def label(self, facet: str, code: str) -> str:
        """What to call a value of a facet."""
        field = _FACETS.get(facet)
        if field is None or field.kind is not Kind.CONCEPT:
            return code
        return self.vocabularies.label(field.vocabulary, code, self.language)

    def choose(self, words: Iterable[Words]) -> Words:
        """The words in the language, else in English, else those without one, else the first."""
        found = tuple(words)
        for wanted in (self.language, "en", ""):
            for item in found:
                if item.language.partition("-")[0] == wanted:
                    return item
        return found[0] if found else Words("")

    def record(self, id: str, suffix: str = "") -> str:
        """The address of a record."""
        return f"{self.base}/dataset/{quote(id, safe='')}{suffix}"

    def search(self, path: str, query: SearchQuery) -> str:
        """The address of a search under a path; those of the API keep the language."""
        foreign = path.startswith("/api/") and self.language != "en"
        spoken = urlencode({"lang": self.language}) if foreign else ""
        told = "&".join(part for part in (format_query(query), spoken) if part)
        return f"{self.base}{path}" + (f"?{told}" if told else "")


def search(result: SearchResult, speaker: Speaker) -> models.SearchAnswer:
    """The answer to a search."""
    return models.SearchAnswer(
        total=result.total,
        hits=tuple(dataset(hit.row, result.held, speaker) for hit in result.hits),
        facets={name: _values(name, counts, speaker) for name, counts in result.facets.items()},
        silent=dict(result.silent),
        persons=result.persons,
        declaring=result.declaring,
        close=result.close,
        hidden=result.hidden,
        links=_search_links(result, speaker),
    )


def dataset(row: Row, told: Held, speaker: Speaker) -> models.Dataset:
    """A record in a list; `told` is who holds the concepts that were asked for."""
    title = speaker.choose(row.title)
    codes = {name: tuple(speaker.coded(name, code) for code in values) for name, values in row.codes.items()}
    return models.Dataset(
        id=row.id,
        iri=row.iri,
        url=speaker.record(row.id),
        kind=row.kind,
        title=title.text,
        language=title.language,
        description=speaker.choose(row.description).text,
        publisher=row.publisher,
        source=row.source,
        keywords=row.keywords,
        countries=codes.get("country", ()),
        codes=codes,
        persons=row.persons,
        records=row.records,
        age_low=row.age_low,
        age_high=row.age_high,
        year_low=row.year_low,
        year_high=row.year_high,
        modified=row.modified,
        variables=row.variables,
        contact=row.contact,
        quality_label=row.quality_label,
        profile=row.profile,
        missing=row.missing,
        copy_of=row.copy_of or None,
        others=row.others,
        holds=tuple(_held(concept, one[row.id]) for concept, one in told.items() if row.id in one),
    )


def _held(concept: int, told: Evidence) -> models.HeldPersons:
    persons = told.persons
    count = CountAnswer(persons.state.value, persons.low, persons.high)
    return models.HeldPersons(concept, count, told.record)


def facets(result: SearchResult, speaker: Speaker) -> models.FacetsAnswer:
    """The facets of a search, in the order of the page."""
    found = (
        models.Facet(name, facet_label(name), _values(name, result.facets[name], speaker))
        for name in FACET_NAMES
        if name in result.facets
    )
    return models.FacetsAnswer(result.total, tuple(found))


def facet_label(name: str) -> str:
    """What to call a facet."""
    return _FACETS[name].label if name in _FACETS else "Harvested from"


def suggestions(found: tuple[Suggestion, ...], speaker: Speaker) -> models.SuggestAnswer:
    """Completions with where they lead."""
    return models.SuggestAnswer(
        tuple(models.Completion(one.text, one.id or None, _leads_to(one, speaker)) for one in found)
    )


def _leads_to(one: Suggestion, speaker: Speaker) -> str:
    """An address without its host, for the pages, which may be read under another name."""
    whole = speaker.record(one.id) if one.id else speaker.search("/datasets", SearchQuery(text=one.text))
    return urlunsplit(urlsplit(whole)._replace(scheme="", netloc=""))


def record(
    stored: StoredRecord, others: Iterable[Member], links: Links, speaker: Speaker
) -> models.RecordAnswer:
    """One record with labels, check, provenance, other descriptions, addresses and links."""
    title = title_of(stored, speaker)
    envelope = stored.envelope
    return models.RecordAnswer(
        id=stored.id,
        iri=envelope.subject.value,
        kind=envelope.kind,
        title=title.text,
        language=title.language,
        fields=_fields(stored.entity, stored.graph, speaker),
        report=_check(stored.report),
        provenance=models.Provenance(
            envelope.source,
            envelope.origin,
            envelope.issued,
            envelope.modified,
            envelope.digest,
            stored.entry.state,
        ),
        also_described_by=tuple(_also(one, speaker) for one in others),
        addresses=_addresses(stored, links),
        links=models.RecordLinks(
            self=f"{speaker.base}/api/v1/datasets/{quote(stored.id, safe='')}",
            html=speaker.record(stored.id),
            turtle=speaker.record(stored.id, f".{TURTLE.suffix}"),
            json_ld=speaker.record(stored.id, f".{JSON_LD.suffix}"),
            rdf_xml=speaker.record(stored.id, f".{RDF_XML.suffix}"),
            n_triples=speaker.record(stored.id, f".{N_TRIPLES.suffix}"),
            source=f"{speaker.base}/api/v1/sources/{quote(envelope.source, safe='')}",
        ),
    )


def _addresses(stored: StoredRecord, links: Links) -> tuple[models.Address, ...]:
    urls = addresses(stored.graph)
    known = links.known(urls)
    asked = ((url, known.get(url)) for url in sorted(urls))
    return tuple(
        models.Address(url, one.state, one.since, one.checked)
        if one
        else models.Address(url, None, None, None)
        for url, one in asked
    )


def _also(one: Member, speaker: Speaker) -> models.AlsoDescribed:
    scheme, _, value = one.key.partition(":")
    return models.AlsoDescribed(
        one.id, speaker.record(one.id), one.source, one.title, scheme, value, one.direct
    )


def run(found: Run, base: str) -> models.RunAnswer:
    """A run with its address."""
    return models.RunAnswer(
        id=found.id,
        source=found.source,
        state=found.state,
        started=found.started,
        ended=found.ended,
        new=found.new,
        changed=found.changed,
        unchanged=found.unchanged,
        rejected=found.rejected,
        missing=found.missing,
        gone=found.gone,
        message=found.message,
        url=f"{base}/api/v1/runs/{found.id}",
    )


def sources(catalogue: Catalogue, found: tuple[Source, ...]) -> tuple[models.SourceAnswer, ...]:
    """Sources with their last run and the number of their records."""
    sizes = catalogue.ledger.sizes(SEARCHED)
    last = catalogue.ledger.runs.latest((one.name for one in found), 1)
    return tuple(
        _source(catalogue, one, sizes.get(one.name, 0), next(iter(last.get(one.name, ())), None))
        for one in found
    )


def _source(catalogue: Catalogue, source: Source, records: int, last: Run | None) -> models.SourceAnswer:
    return models.SourceAnswer(
        name=source.name,
        kind=source.kind,
        address=source.public_address,
        created=source.created,
        records=records,
        last_run=run(last, catalogue.base) if last else None,
        url=f"{catalogue.base}/api/v1/sources/{quote(source.name, safe='')}",
    )


def _values(facet: str, counts: tuple[FacetCount, ...], speaker: Speaker) -> tuple[models.FacetValue, ...]:
    return tuple(
        models.FacetValue(one.value, speaker.label(facet, one.value), one.count, one.selected)
        for one in counts
    )


def _search_links(result: SearchResult, speaker: Speaker) -> models.SearchLinks:
    query = result.query
    last = min(-(-result.total // query.size), MAX_OFFSET // query.size) or 1
    address = "/api/v1/search"

    def page(number: int) -> str | None:
        return speaker.search(address, at_page(query, number)) if 1 <= number <= last else None

    bare = at_page(query, 1)
    return models.SearchLinks(
        self=speaker.search(address, query),
        first=speaker.search(address, bare),
        prev=page(query.page - 1),
        next=page(query.page + 1),
        last=speaker.search(address, at_page(query, last)),
        html=speaker.search("/datasets", query),
        json=speaker.search("/datasets.json", bare),
        csv=speaker.search("/datasets.csv", bare),
    )


def title_of(stored: StoredRecord, speaker: Speaker) -> Words:
    """What a record is called; its IRI where it has no title."""
    terms = (term for term in stored.entity.terms("title") if isinstance(term, Literal))
    found = speaker.choose(Words(term.value, term.language or "") for term in terms)
    return found if found.text else Words(stored.envelope.subject.value)


def _fields(entity: Entity, graph: Graph, speaker: Speaker) -> dict[str, models.FieldValues]:
    return {
        field.name: models.FieldValues(field.label, field.path.value, values(field, entity, graph, speaker))
        for field in TABLES[entity.table]
        if entity.all(field.name)
    }


def values(field: Field, entity: Entity, graph: Graph, speaker: Speaker) -> tuple[models.Value, ...]:
    """The values of a field with their labels; () where it is not provided."""
    return tuple(_value(field, value, graph, speaker) for value in entity.all(field.name))


def _value(field: Field, value: Value, graph: Graph, speaker: Speaker) -> models.Value:
    if isinstance(value, Entity):
        name = label(graph, value.node, speaker.language)
        return models.Value(_type(value.node), value.node.value, name, "", "", _fields(value, graph, speaker))
    known = _concept_label(field, value.value, speaker)
    if isinstance(value, Literal):
        datatype = "" if value.language or value.datatype == XSD.string else value.datatype.value
        return models.Value("text", value.value, known or value.value, value.language or "", datatype, {})
    name = known or label(graph, value, speaker.language) or value.value
    return models.Value(_type(value), value.value, name, "", "", {})


def _type(node: Node) -> str:
    return "iri" if isinstance(node, NamedNode) else "node"


def _concept_label(field: Field, value: str, speaker: Speaker) -> str:
    if field.kind is not Kind.CONCEPT or field.vocabulary not in speaker.vocabularies.names():
        return ""
    return speaker.vocabularies.label(field.vocabulary, value, speaker.language)


def _check(report: Report) -> models.Check:
    return models.Check(
        profile=report.profile,
        valid=report.valid,
        provided=report.provided,
        expected=report.expected,
        missing=report.missing,
        findings=tuple(
            models.Finding(f.problem, f.field, f.label, f.violation, f.message, f.value)
            for f in report.findings
        ),
    )
