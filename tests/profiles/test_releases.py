"""Releases come, are shown, and go; what is shown is whole at every moment, in tables and graphs alike."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sql
from pydantic import SecretStr
from pyoxigraph import NamedNode, Triple

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Gone, Invalid, NotFound, Unavailable
from catalogue.profile_tables import OF_A_RELEASE, releases
from catalogue.profiles.counts import Count
from catalogue.profiles.cubes import concepts_iri, release_iri
from catalogue.profiles.publishing import pointer_iri, publish, publish_draft, settle, withdraw
from catalogue.profiles.release import Rule
from catalogue.profiles.releases import ConceptCounts, Standing
from catalogue.profiles.rules import Rules
from catalogue.settings import Settings
from catalogue.store import Statements
from ontologies.namespaces import HEALTHDCATAP
from tests.ledger import places
from tests.profiles.examples import NORTH, RECORD, SUBJECT, described, of_persons

ABSENT = Count.absent()


@pytest.fixture
def north(catalogue: Catalogue) -> Catalogue:
    """A catalogue with the record that the releases are about."""
    described(catalogue)
    return catalogue


def _graphs(catalogue: Catalogue) -> set[str]:
    """The graphs of profiles, without the address of the catalogue."""
    names = (name.value.removeprefix(catalogue.base) for name in catalogue.store.graphs())
    return {name for name in names if name.startswith(("/profile/", "/analytics/"))}


def _graphs_of(*ids: int) -> set[str]:
    """The graphs that there are when these releases are shown."""
    named = {f"/profile/{id}{rest}" for id in ids for rest in ("", "/concepts")}
    return named | ({f"/analytics/{RECORD}"} if ids else set())


def _rows(catalogue: Catalogue) -> dict[str, list[tuple[object, ...]]]:
    with catalogue.ledger.database.reading() as db:
        return {
            table.name: sorted((tuple(row) for row in db.execute(table.select())), key=repr)
            for table in (releases, *OF_A_RELEASE)
        }


def test_a_release_is_shown_as_the_guard_made_it(north: Catalogue) -> None:
    release = publish(north, RECORD, NORTH, digest="abc")

    assert north.releases.current(RECORD) == release
    assert (release.state, release.rule, release.told) == (Standing.PUBLISHED, NORTH.rule, NORTH.told)
    assert north.releases.guarded(release.id) == NORTH


def test_cells_and_spreads_are_read_by_analysis(north: Catalogue) -> None:
    id = publish(north, RECORD, NORTH).id

    assert north.releases.cells(id, "personsBySex") == NORTH.cells["personsBySex"]
    assert north.releases.cells(id, "personsByPeriods") == {}
    assert north.releases.spreads(id, "measurementValues") == NORTH.spreads[1:]


def test_concepts_are_read_page_by_page(north: Catalogue) -> None:
    id = publish(north, RECORD, NORTH).id
    first = north.releases.concepts(id, limit=2)

    rest = north.releases.concepts(id, after=(first[-1].domain, first[-1].concept))

    found = [(one.domain, one.concept) for one in (*first, *rest)]
    assert found == [("", 201820), ("condition", 0), ("condition", 201826), ("observation", 201826)]
    assert north.releases.concepts(id, "condition")[1] == ConceptCounts(
        201826,
        "condition",
        Count.between(96, 100),
        Count.between(396, 400),
        Count.between(101, 105),
        Count.between(496, 500),
    )
    assert rest[-1].records == ABSENT


def test_a_newer_release_takes_the_place_of_the_one_before_which_is_kept(north: Catalogue) -> None:
    old = publish(north, RECORD, of_persons(100, released=date(2025, 1, 1)))

    new = publish(north, RECORD, of_persons(200))

    assert north.releases.current(RECORD) == new
    assert north.releases.of(RECORD) == (new, replace(old, current=False))
    assert north.releases.cells(old.id, "persons") == {(): Count.exact(100)}
    assert _graphs(north) == _graphs_of(old.id, new.id)


def test_the_record_leads_to_its_release(north: Catalogue) -> None:
    publish(north, RECORD, of_persons(100))
    release = publish(north, RECORD, of_persons(200))

    link = Triple(SUBJECT, HEALTHDCATAP.analytics, release_iri(north.base, release.id))

    assert [t for t in north.record(RECORD).export() if t.predicate == HEALTHDCATAP.analytics] == [link]
    assert link in set(north.export([RECORD]))
    assert link not in north.record(RECORD).triples


def test_a_draft_is_seen_by_nobody_but_operators(north: Catalogue) -> None:
    draft = publish(north, RECORD, NORTH, draft=True)

    assert north.releases.current(RECORD) is None
    assert north.releases.of(RECORD) == ()
    assert north.releases.every(RECORD) == (draft,)
    assert _graphs(north) == set()


def test_a_draft_is_published_as_it_was_taken_in(north: Catalogue) -> None:
    draft = publish(north, RECORD, NORTH, draft=True)

    release = publish_draft(north, draft.id)

    assert north.releases.current(RECORD) == release
    assert north.releases.guarded(draft.id) == NORTH
    assert _graphs(north) == _graphs_of(draft.id)


def test_only_a_draft_can_be_published(north: Catalogue) -> None:
    release = publish(north, RECORD, NORTH)

    with pytest.raises(Conflict, match="is published"):
        publish_draft(north, release.id)


def test_a_withdrawn_release_leaves_only_that_there_was_one(north: Catalogue) -> None:
    release = publish(north, RECORD, NORTH)

    gone = withdraw(north, release.id)

    assert gone.state is Standing.WITHDRAWN
    assert north.releases.current(RECORD) is None
    assert _graphs(north) == set()
    assert [name for name, rows in _rows(north).items() if rows] == ["releases"]


def test_behind_a_withdrawn_release_the_one_before_is_shown_again(north: Catalogue) -> None:
    old = publish(north, RECORD, of_persons(100, released=date(2025, 1, 1)))
    new = publish(north, RECORD, of_persons(200))

    withdraw(north, new.id)

    assert north.releases.current(RECORD) == old
    assert _graphs(north) == _graphs_of(old.id)
    (link,) = (t for t in north.record(RECORD).analytics if t.predicate == HEALTHDCATAP.analytics)
    assert link.object == release_iri(north.base, old.id)


def test_a_draft_can_be_withdrawn_too(north: Catalogue) -> None:
    shown = publish(north, RECORD, of_persons(100))
    draft = publish(north, RECORD, NORTH, draft=True)

    withdraw(north, draft.id)

    assert north.releases.current(RECORD) == shown
    assert {row[0] for row in _rows(north)["cells"]} == {shown.id}


@pytest.mark.parametrize("digest", ["", "abc"])
def test_another_rule_withdraws_what_an_earlier_one_told_of_the_same_data(
    north: Catalogue, digest: str
) -> None:
    told = {"released": None} if digest else {}
    loose = publish(north, RECORD, of_persons(104, **told), digest=digest)

    strict = publish(north, RECORD, replace(of_persons(110, **told), rule=Rule(10, 10)), digest=digest)

    assert north.releases.release(loose.id).state is Standing.WITHDRAWN
    assert north.releases.of(RECORD) == (strict,)
    assert _graphs(north) == _graphs_of(strict.id)


def test_another_choice_of_files_withdraws_what_an_earlier_one_told_of_the_same_data(
    north: Catalogue,
) -> None:
    first = publish(north, RECORD, NORTH, digest="abc")

    second = publish(north, RECORD, of_persons(100), digest="def")

    assert north.releases.release(first.id).state is Standing.WITHDRAWN
    assert north.releases.of(RECORD) == (second,)


def test_checks_of_quality_withdraw_no_counts_of_the_same_data(north: Catalogue) -> None:
    publish(north, RECORD, NORTH, digest="abc")

    publish(north, RECORD, replace(NORTH, cells={}, spreads=()), digest="def")

    assert len(north.releases.of(RECORD)) == 2


def test_other_data_keep_the_release_of_an_earlier_rule(north: Catalogue) -> None:
    publish(north, RECORD, of_persons(104, released=date(2025, 1, 1)))

    publish(north, RECORD, replace(of_persons(110), rule=Rule(10, 10)))

    assert len(north.releases.of(RECORD)) == 2


def test_a_withdrawn_record_shows_no_profile_and_shows_it_again_when_it_comes_back(
    north: Catalogue,
) -> None:
    release = publish(north, RECORD, NORTH)

    north.withdraw(RECORD)
    hidden, graphs = north.releases.current(RECORD), _graphs(north)
    described(north, title="One again")

    assert (hidden, graphs) == (None, set())
    assert north.releases.current(RECORD) == release
    assert _graphs(north) == _graphs_of(release.id)


def test_no_profile_is_taken_in_for_a_record_that_is_not_there(north: Catalogue) -> None:
    with pytest.raises(NotFound):
        publish(north, "nosuchrecord", NORTH)

    north.withdraw(RECORD)
    with pytest.raises(Gone):
        publish(north, RECORD, NORTH)


def test_nothing_is_kept_of_a_release_that_cannot_be(north: Catalogue) -> None:
    odd = replace(NORTH, cells={**NORTH.cells, "personsByConcept": {("drug", "aspirin"): Count.exact(10)}})

    with pytest.raises(Invalid, match="aspirin"):
        publish(north, RECORD, odd)

    assert [name for name, rows in _rows(north).items() if rows] == []


def test_no_release_is_taken_in_while_the_source_is_written(north: Catalogue) -> None:
    with north.ledger.leases.source("north"), pytest.raises(Conflict):
        publish(north, RECORD, NORTH)


def test_the_rows_follow_from_the_graphs_alone(north: Catalogue) -> None:
    publish(north, RECORD, of_persons(100, released=date(2025, 1, 1)))
    publish(north, RECORD, NORTH)
    before = _rows(north)
    with north.ledger.database.writing() as db:
        for table in (releases, *OF_A_RELEASE):
            db.execute(table.delete())

    north.reindex()

    assert _rows(north) == before


def test_the_digest_of_files_is_kept_and_stands_in_no_graph(north: Catalogue) -> None:
    release = publish(north, RECORD, NORTH, digest="abc")

    north.reindex()

    assert north.releases.release(release.id) == release
    graphs = north.store.read(north.store.graphs()).values()
    assert not any('"abc"' in str(triple.object) for graph in graphs for triple in graph)


def test_drafts_outlive_that_rows_are_made_anew(north: Catalogue) -> None:
    draft = publish(north, RECORD, NORTH, draft=True)
    gone = withdraw(north, publish(north, RECORD, of_persons(100)).id)

    north.reindex()

    assert north.releases.every(RECORD) == (gone, draft)
    assert north.releases.guarded(draft.id) == NORTH


class _Cut(OxigraphStore):
    """A store that stops with the writing of a graph, as a crash does, before or behind it."""

    def __init__(self, at: int, *, behind: bool) -> None:
        super().__init__(None)
        self._left, self._behind = at, behind

    def replace(self, graphs: Mapping[NamedNode, Statements]) -> None:
        mine = any("/profile/" in name.value or "/analytics/" in name.value for name in graphs)
        self._left -= mine
        if mine and self._left == 0:
            if self._behind:
                super().replace(graphs)
            raise Unavailable("The store was cut off.")
        super().replace(graphs)


def _cut_off(catalogue: Catalogue, at: int, *, behind: bool) -> Iterator[int]:
    """Publish one release, have the next one cut off at a write of its graphs; yields the first."""
    with catalogue.writing:
        catalogue.store.close()
        catalogue.store = _Cut(2 + at, behind=behind)
    described(catalogue)
    yield publish(catalogue, RECORD, of_persons(100, released=date(2025, 1, 1))).id
    with pytest.raises(Unavailable):
        publish(catalogue, RECORD, of_persons(200))


@pytest.mark.parametrize("behind", [False, True])
def test_a_crash_before_the_pointer_moves_leaves_the_old_release(catalogue: Catalogue, behind: bool) -> None:
    (old,) = _cut_off(catalogue, 1, behind=behind)
    shown = catalogue.releases.current(RECORD)

    catalogue.recover()

    assert shown is not None
    assert shown.id == old
    assert [release.id for release in catalogue.releases.every(RECORD)] == [old]
    assert _graphs(catalogue) == _graphs_of(old)
    assert all(row[0] == old for row in _rows(catalogue)["cells"])


@pytest.mark.parametrize("behind", [False, True])
def test_a_crash_after_the_pointer_moved_is_made_whole(catalogue: Catalogue, behind: bool) -> None:
    (old,) = _cut_off(catalogue, 2, behind=behind)

    catalogue.recover()

    new = catalogue.releases.current(RECORD)
    assert new is not None
    assert _graphs(catalogue) == _graphs_of(old, new.id)
    pointer = catalogue.store.read([pointer_iri(catalogue.base, RECORD)]).popitem()[1]
    assert release_iri(catalogue.base, new.id) in {triple.object for triple in pointer}


def test_graphs_that_are_lost_are_put_again(north: Catalogue) -> None:
    release = publish(north, RECORD, NORTH)
    names = release_iri(north.base, release.id), concepts_iri(north.base, release.id)
    before = {name: {*graph} for name, graph in north.store.read(names).items()}
    north.store.remove(names)
    with north.ledger.database.writing() as db:
        db.execute(sql.update(releases).values(graphs="none"))

    with north.ledger.leases.source("north") as hold:
        settle(north, hold)

    assert {name: {*graph} for name, graph in north.store.read(names).items()} == before


def test_a_source_has_the_default_rule_until_it_is_given_one(north: Catalogue) -> None:
    rules = Rules(north.ledger.database)

    before = rules.of("north")
    rules.set("north", Rule(10, 1))

    assert (before, rules.of("north")) == (Rule(5, 5), Rule(10, 1))
    with pytest.raises(Invalid, match="threshold"):
        rules.set("north", Rule(2, 1))


@pytest.mark.servers
def test_releases_are_kept_on_postgresql_as_they_are_on_sqlite(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, ledger_url=SecretStr(places.postgresql()))
    catalogue = open_catalogue(settings)
    described(catalogue)
    old = publish(catalogue, RECORD, of_persons(100, released=date(2025, 1, 1)))
    publish(catalogue, RECORD, NORTH, digest="abc")
    before = _rows(catalogue)

    catalogue.reindex()
    after = _rows(catalogue)
    withdraw(catalogue, old.id)
    left = catalogue.releases.of(RECORD)
    catalogue.close()
    places.drop()

    assert after == before
    assert [release.current for release in left] == [True]
