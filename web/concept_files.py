"""Lists of concepts as tables: for their files, and for the chart of who holds a concept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalogue.profiles.concepts import Concept
from catalogue.profiles.concepts_browse import InDataset, InNetwork
from catalogue.profiles.counts import Count
from web import format as form
from web.charts.amounts import most, share, words
from web.charts.chart import Cell, Chart, Column, Key, Say, Table
from web.charts.labels import persons_column, records_column, short, state_keys
from web.charts.rows import SHOWN, Row, bars
from web.concept_views import Holder, label
from web.i18n import mark


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its name, its title, and one sentence that reads it."""

    name: str
    title: str
    reading: str
    table: Table


def of_network(found: Sequence[InNetwork], total: int, say: Say) -> Listing:
    """The concepts of all sources, of which `total` were found."""
    columns = *_named_columns(say), Column("sources", say(mark("Data sources")))
    rows = tuple(
        (*_named(row.concept, say), row.sources, row.sums.persons, row.sums.records) for row in found
    )
    table = Table((*columns, persons_column(say), records_column(say)), rows)
    return Listing("concepts", say(mark("Concepts")), _reading(len(rows), total, say), table)


def of_dataset(found: Sequence[InDataset], total: int, persons: Count, say: Say) -> Listing:
    """The concepts of a dataset of so many `persons`, of which `total` were found."""
    columns = (
        *_named_columns(say),
        Column("domain", say(mark("Domain"))),
        persons_column(say),
        Column("percent", say(mark("Percent of persons"))),
        records_column(say),
        *_below_columns(say),
    )
    rows = tuple(
        (
            *_named(row.concept, say),
            row.domain,
            row.own.persons,
            share(row.own.persons, persons),
            row.own.records,
            row.all.persons,
            row.all.records,
        )
        for row in found
    )
    reading = _reading(len(rows), total, say)
    return Listing("concepts", say(mark("Concepts of the dataset")), reading, Table(columns, rows))


def of_concept(concept: Concept, found: Iterable[Holder], say: Say) -> Listing:
    """Who holds a concept."""
    columns = (
        Column("source", say(mark("Data source"))),
        Column("dataset", say(mark("Number of the record"))),
        persons_column(say),
        records_column(say),
        *_below_columns(say),
    )
    rows = tuple(
        (one.title.text, one.record, one.own.persons, one.own.records, one.all.persons, one.all.records)
        for one in found
    )
    title = say(mark("Who holds {concept}")).format(concept=label(concept, say))
    reading = say(mark("{n} data sources tell of it.")).format(n=form.number(len(rows)))
    return Listing(f"concept-{concept.id}", title, reading, Table(columns, rows))


def chart(concept: Concept, found: Sequence[Holder], say: Say) -> Chart | None:
    """The persons of each source with the concept and all below it; None where nobody tells of any."""
    counts = [one.all.persons for one in found]
    if not most(counts):
        return None
    lines = [Row(short(one.title.text), words(one.all.persons, say), one.all.persons) for one in found]
    listing = of_concept(concept, found, say)
    return Chart(
        listing.name,
        say(mark("Persons by data source")),
        say(mark("Persons with the concept or any below it. {first} comes first: {persons}.")).format(
            first=found[0].title.text, persons=words(counts[0], say)
        ),
        bars(lines, say(mark("persons"))),
        listing.table,
        (*state_keys(counts[:SHOWN], say), *_more(len(lines) - SHOWN, say)),
    )


def _more(left: int, say: Say) -> tuple[Key, ...]:
    words = say(mark("{n} more are in the table"))
    return (Key("note", words.format(n=form.number(left))),) if left > 0 else ()


def _named_columns(say: Say) -> tuple[Column, ...]:
    return (
        Column("name", say(mark("Concept"))),
        Column("concept", say(mark("OMOP number"))),
        Column("vocabulary", say(mark("Vocabulary"))),
        Column("code", say(mark("Code"))),
    )


def _below_columns(say: Say) -> tuple[Column, ...]:
    return (
        Column("persons_with_descendants", say(mark("Persons, with all below"))),
        Column("records_with_descendants", say(mark("Records, with all below"))),
    )


def _named(concept: Concept, say: Say) -> tuple[Cell, ...]:
    return label(concept, say), str(concept.id), concept.vocabulary, concept.code


def _reading(told: int, total: int, say: Say) -> str:
    words = say(mark("{told} of {total} concepts, with the least and the most that each count may be."))
    return words.format(told=form.number(told), total=form.number(total))
