"""The profiles of the demonstration are such as nodes export, and tell nothing that must not be told."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, NamedNode

from catalogue.catalogue import Catalogue
from catalogue.mapping import Entity, index, read
from catalogue.profiles.counts import Count, State
from catalogue.profiles.cubes import concepts_iri, release_iri
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Dropped, Measured, Tally, Told
from catalogue.profiles.proposals import disagreements
from catalogue.profiles.release import Guarded, Rule
from catalogue.records import Record, record_id
from harvesters.profiles import read as read_profile
from ontologies.vocabularies import Vocabularies
from web.demo.build import Described, Publication
from web.demo.network import Network
from web.demo.population import Person, populate, until
from web.demo.profile_folder import laid_down
from web.demo.profile_import import take_in
from web.demo.profile_site import answer
from web.demo.profile_texts import Edition, Profile, profiles
from web.demo.profiles import files

CANARY = ("fra-armor-memory", "37017192")
"""The text of this profile gives this concept to three persons on purpose."""

SMALL = ("fra-armor-memory", "isl-cardiomyopathy-families")
PARTS = ("personsBySex", "personsByYearOfBirth", "personsByAge", "personsByFollowUp", "personsByPeriods")
WHOLLY_COUNTED = ("Achilles", "CSV")
"""Producers that neither round nor leave small counts out."""

NEVER_TAKEN_IN = ("PREVALENCE_BY_MONTH of", "values of")
"""Parts of Ares folders that are shares, and values in scans that may be of one person."""

Cells = Mapping[str, dict[tuple[str, ...], tuple[int, int]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nodes")


@pytest.fixture(scope="module")
def releases(folder: Path) -> list[tuple[Profile, Edition, Path]]:
    return list(laid_down(folder))


@pytest.fixture(scope="module")
def measured(releases: list[tuple[Profile, Edition, Path]]) -> dict[tuple[str, str], list[Measured]]:
    return {(profile.id, edition.name): list(read_profile([place])) for profile, edition, place in releases}


@pytest.fixture(scope="module")
def guarded(measured: dict[tuple[str, str], list[Measured]]) -> dict[str, Guarded]:
    """The newest release of each profile, as it may be told."""
    return {id: guard(items, Rule()) for (id, _), items in measured.items()}


def _cells(items: list[Measured]) -> Cells:
    cells: defaultdict[str, dict[tuple[str, ...], tuple[int, int]]] = defaultdict(dict)
    for item in items:
        if isinstance(item, Tally):
            cells[item.analysis][item.strata] = (item.low, item.high)
    return cells


def _told(items: list[Measured]) -> Told:
    return next(item for item in items if isinstance(item, Told))


def _profile(id: str) -> Profile:
    return next(one for one in profiles() if one.id == id)


def _described(datasets: list[Described], profile: Profile) -> Entity:
    home = f"https://{profile.node}.example/"
    (found,) = {
        one.entity.node: read(index(one.triples()), one.entity.node, "Dataset")
        for one in datasets
        if one.entity.node.value == profile.dataset and one.entity.node.value.startswith(home)
        if any(home in term.value for term in one.entity.terms("landingPage"))
    }.values()
    return found


def test_the_same_seed_makes_the_same_population() -> None:
    shape = _profile("isl-cardiomyopathy-families").shape

    first, second = populate(shape), populate(shape)

    assert [_seen(person) for person in first] == [_seen(person) for person in second]


def _seen(person: Person) -> tuple[object, ...]:
    held = [(concept.key, found) for concept, found in person.held.items()]
    return person.weight, person.sex, person.born, person.periods, person.died, held


def test_weights_come_to_the_persons_that_the_data_hold(
    measured: dict[tuple[str, str], list[Measured]],
) -> None:
    for profile in profiles():
        low, high = _cells(measured[profile.id, profile.editions[-1].name])["persons"][()]

        assert low == high == profile.shape.persons, profile.id


def test_an_older_release_knows_less_of_the_same_persons() -> None:
    profile = _profile("esp-cantabrian-hospital")
    whole = populate(profile.shape)

    known = until(whole, profile.editions[0].until)

    assert 0 < len(known) < len(whole)
    last = profile.editions[0].until.toordinal()
    assert all(day <= last for person in known for held in person.held.values() for day in held.days)
    assert all(end <= last for person in known for _, end in person.periods)


def test_releases_are_laid_down_once_and_kept(
    folder: Path, releases: list[tuple[Profile, Edition, Path]]
) -> None:
    first = {path: path.stat().st_mtime_ns for _, _, path in releases}
    (folder / "of-other-texts").mkdir()

    second = {path: path.stat().st_mtime_ns for _, _, path in laid_down(folder)}

    assert first == second
    assert len(list(folder.iterdir())) == 1


def test_files_are_the_same_whichever_process_makes_them(
    releases: list[tuple[Profile, Edition, Path]],
) -> None:
    profile, edition, place = next(one for one in releases if one[0].id == SMALL[1])

    found = {path.name: path.read_bytes() for path in place.iterdir()}

    assert found == dict(files(profile, edition))


def test_every_profile_is_of_a_dataset_that_its_node_publishes(datasets: list[Described]) -> None:
    for profile in profiles():
        assert _described(datasets, profile).text("title"), profile.id


def test_one_profile_tells_of_the_quality_of_its_data(guarded: dict[str, Guarded]) -> None:
    categories = {one.category for one in guarded["svk-tatra-heart"].quality}

    assert categories == {"Completeness", "Conformance", "Plausibility"}
    assert any(one.failed for one in guarded["svk-tatra-heart"].quality)


def test_the_network_has_about_twelve_profiles_in_several_formats_and_some_with_several_releases() -> None:
    made = profiles()

    assert 12 <= len(made) <= 15
    assert {"achilles", "ares", "catalogue-export", "csv-scan"} <= {one.format for one in made}
    assert sum(len(one.editions) > 1 for one in made) >= 2
    assert max(len(one.editions) for one in made) == 3


def test_readers_take_all_rows_in_but_what_they_never_do(
    measured: dict[tuple[str, str], list[Measured]],
) -> None:
    for (id, edition), items in measured.items():
        parts = NEVER_TAKEN_IN if _profile(id).format in ("ares", "csv-scan") else ()
        left_out = [item.what for item in items if isinstance(item, Dropped)]
        assert [what for what in left_out if not what.startswith(parts)] == [], (id, edition)
        assert _told(items).generated, (id, edition)


def test_a_register_tells_which_fields_its_tables_have(guarded: dict[str, Guarded]) -> None:
    fields = {(one.table, one.name): one for one in guarded["nld-prostate-proms"].variables}

    assert {"patient", "diagnosis", "treatment", "laboratory"} <= {table for table, _ in fields}
    assert set(fields["laboratory", "unit"].values) == {"ng/mL"}
    assert fields["patient", "patient_id"].values == {}


def test_cells_of_persons_add_up_and_no_concept_has_more_than_there_are(
    measured: dict[tuple[str, str], list[Measured]],
) -> None:
    for key, items in measured.items():
        cells = _cells(items)
        persons, most = cells["persons"][()]

        for analysis in PARTS if _told(items).producer in WHOLLY_COUNTED else ():
            if cells[analysis]:
                assert sum(low for low, _ in cells[analysis].values()) == persons, (key, analysis)
        for analysis in ("personsByConcept", "personsByVisit", "personsObservedInMonth"):
            assert all(low <= most for low, _ in cells[analysis].values()), (key, analysis)
        for concept, (low, _) in cells["personsByConcept"].items():
            assert low <= cells["recordsByConcept"][concept][1], (key, concept)


def test_records_by_month_type_and_concept_are_the_same_records(
    measured: dict[tuple[str, str], list[Measured]],
) -> None:
    for key, items in measured.items():
        if _told(items).producer != "Achilles":
            continue
        by_domain = {
            analysis: _by_domain(_cells(items)[analysis])
            for analysis in ("recordsByConcept", "recordsInMonth", "recordsByType")
        }
        by_domain["recordsInMonth"].pop("visit")

        assert by_domain["recordsByConcept"] == by_domain["recordsInMonth"] == by_domain["recordsByType"], key


def _by_domain(cells: Mapping[tuple[str, ...], tuple[int, int]]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for (domain, _), (low, _) in cells.items():
        sums[domain] += low
    return dict(sorted(sums.items()))


def test_older_releases_of_a_profile_are_smaller(measured: dict[tuple[str, str], list[Measured]]) -> None:
    for profile in profiles():
        persons = [_cells(measured[profile.id, one.name])["persons"][()] for one in profile.editions]

        assert persons == sorted(set(persons)), profile.id


def test_persons_and_records_disagree_with_the_description_only_where_they_are_meant_to(
    datasets: list[Described], guarded: dict[str, Guarded]
) -> None:
    found = {}
    for profile in profiles():
        entity = _described(datasets, profile)
        fields = {one.field for one in disagreements(entity, guarded[profile.id])}
        found[profile.id] = fields & {"persons", "records", "temporal"}

    assert found == {profile.id: set(profile.disagrees) for profile in profiles()}
    assert 2 <= sum(map(bool, found.values())) <= 4


def test_the_guard_hides_counts_of_small_sources_and_of_no_others(guarded: dict[str, Guarded]) -> None:
    hidden = {id for id, one in guarded.items() if any(map(_is_hidden, _counts(one)))}

    assert hidden == set(SMALL)


def _counts(guarded: Guarded) -> list[Count]:
    return [count for cells in guarded.cells.values() for count in cells.values()]


def _is_hidden(count: Count) -> bool:
    return count.state is State.SUPPRESSED


def test_no_count_of_one_to_five_is_told_in_any_profile(guarded: dict[str, Guarded]) -> None:
    told = [count for one in guarded.values() for count in _counts(one) if not _is_hidden(count)]

    assert not [count for count in told if count.high is not None and 0 < count.high <= Rule().threshold]


def test_the_canary_is_in_the_files_and_never_told(
    measured: dict[tuple[str, str], list[Measured]], guarded: dict[str, Guarded]
) -> None:
    id, concept = CANARY
    (edition,) = _profile(id).editions

    raw = _cells(measured[id, edition.name])["personsByConcept"]["condition", concept]
    told = {
        (analysis, strata): count
        for analysis, cells in guarded[id].cells.items()
        for strata, count in cells.items()
        if concept in strata
    }

    assert raw == (3, 3)
    assert told
    assert all(_is_hidden(count) for count in told.values()), told
    assert not [spread for spread in guarded[id].spreads if concept in spread.strata]


def test_every_programme_finds_outcomes_counted(guarded: dict[str, Guarded]) -> None:
    wanted = {
        "ROADMAP": ("378419", "4182210"),
        "HARMONY": ("3000963", "36303287", "4173614"),
        "BIGDATA-HEART": ("316139", "313217", "4329847", "443454", "192671", "439847"),
        "PIONEER": ("4163261", "3002131", "36769180", "4096783", "45768763", "4128388", "4223659"),
        "EHDEN": ("440417", "318775", "255573"),
    }
    counted: Counter[str] = Counter()
    for one in guarded.values():
        counted.update({strata[-1] for strata in one.cells["personsByConcept"]})

    assert all(counted[concept] >= 2 for concepts in wanted.values() for concept in concepts), counted


def test_links_to_profiles_in_descriptions_lead_to_their_releases(
    published: tuple[Publication, ...],
) -> None:
    found = []
    for node in published:
        for link in _links(node):
            page = answer(node.name, link.path)
            assert page and b"<li>" in page.content, link
            found.append(link.path)

    assert "/profiles/esp-cantabrian-hospital" in found


def _links(node: Publication) -> list[httpx.URL]:
    """Where descriptions say that profiles lie on the site of the node."""
    distributions = (link for one in node.resources for link in one.entity.entities("analytics"))
    urls = (httpx.URL(one.text("accessURL")) for one in distributions)
    return [url for url in urls if url.host == f"{node.name}.example" and url.path.startswith("/profiles/")]


def test_a_node_publishes_the_files_of_its_profiles_below_its_own_site(vocabularies: Vocabularies) -> None:
    profile = _profile("isl-cardiomyopathy-families")
    (edition,) = profile.editions
    place = f"{profile.path}/{edition.name}"
    with Network(vocabularies) as network:
        home = httpx.URL(next(node.url for node in network.nodes() if node.name == profile.node))

        release = httpx.get(home.join(place))
        file = httpx.get(home.join(f"{place}/achilles_results.csv"))
        nothing = httpx.get(home.join(f"{place}/others.csv"))

    assert f"{place}/achilles_results.csv" in release.text
    assert file.headers["content-type"].startswith("text/csv")
    assert file.content == files(profile, edition)["achilles_results.csv"]
    assert nothing.status_code == 404


def _kept(catalogue: Catalogue, datasets: list[Described], *ids: str) -> list[str]:
    """The records of the datasets of these profiles, which the catalogue holds then."""
    for profile in map(_profile, ids):
        triples = next(one.triples() for one in datasets if one.entity.node.value == profile.dataset)
        catalogue.ingest(profile.node, [Record(NamedNode(profile.dataset), "dataset", triples, "file:one")])
    return [record_id(_profile(id).node, _profile(id).dataset) for id in ids]


def test_profiles_of_datasets_that_are_there_are_taken_in_once(
    catalogue: Catalogue, datasets: list[Described], folder: Path
) -> None:
    stroke, hearts = _kept(catalogue, datasets, "hrv-adriatic-stroke", "svk-tatra-heart")

    first = list(take_in(catalogue, folder))
    second = list(take_in(catalogue, folder))

    assert len(first) == 4
    assert second == []
    shown = catalogue.releases.current(stroke)
    assert shown and shown.told.generated == _profile("hrv-adriatic-stroke").editions[-1].released
    assert len(catalogue.releases.of(stroke)) == 3
    assert len(catalogue.releases.of(hearts)) == 1


def test_a_dataset_that_is_withdrawn_gets_no_profile(
    catalogue: Catalogue, datasets: list[Described], folder: Path
) -> None:
    (record,) = _kept(catalogue, datasets, "svk-tatra-heart")
    catalogue.withdraw(record)

    taken_in = list(take_in(catalogue, folder))

    assert taken_in == []


def test_the_canary_is_in_no_table_and_in_no_graph(
    catalogue: Catalogue, datasets: list[Described], folder: Path
) -> None:
    id, concept = CANARY
    (record,) = _kept(catalogue, datasets, id)

    list(take_in(catalogue, folder))

    shown = catalogue.releases.current(record)
    assert shown
    rows = [one for one in catalogue.releases.concepts(shown.id, limit=1000) if one.concept == int(concept)]
    assert [(one.persons.state, one.persons.high) for one in rows] == [(State.SUPPRESSED, 5)]
    assert all(one.records.state is State.SUPPRESSED for one in rows)
    release, concepts = release_iri(catalogue.base, shown.id), concepts_iri(catalogue.base, shown.id)
    graphs = catalogue.store.read([release, concepts])
    about = {t.subject for graph in graphs.values() for t in graph if concept in str(t.object)}
    told = [t.object for graph in graphs.values() for t in graph if t.subject in about]
    assert told
    assert not [one for one in told if isinstance(one, Literal) and one.value == "3"]
