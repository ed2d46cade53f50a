"""Programmes as files, and which of their outcomes sources hold by which evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from catalogue.bootstrap import open_programmes
from catalogue.errors import Invalid
from catalogue.profiles.counts import Count
from catalogue.profiles.coverage import coverage, said
from catalogue.profiles.coverage_matrix import (
    Cell,
    Described,
    Grade,
    Matrix,
    Member,
    Passage,
    Sifting,
    with_evidence,
)
from catalogue.search import Row, Words
from catalogue.settings import Settings
from ontologies.outcome_domains import DOMAINS
from ontologies.programmes import Mapped, MappedConcept, Outcome, OutcomeSet, Programme, own, read
from ontologies.sections import Wrong

FILE = """
name = "Lungs"
home = "https://lungs.example/"
description = "Sources on the lungs."
identifiers = ["https://north.example/full"]
[[members]]
text = "asthma"
healthTheme = ["RESPIRATORY_DISEASE"]
[mapping]
author = "The network"
dated = 2026-03-03
[[sets]]
key = "core"
name = "Core"
title = "A core set"
address = "https://doi.org/10.1234/5"
year = 2025
read = "All of it."
[[outcomes]]
key = "breath"
label = "Shortness of breath"
group = "Symptoms"
domain = 22
set = "core"
words = ["dyspnoea"]
concepts = [{ id = 312437, name = "Shortness of breath", descendants = false }]
"""


def written(folder: Path, text: str, name: str = "lungs.toml") -> Path:
    """A folder with one file of a programme."""
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_file_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    found = read(written(tmp_path, FILE))["lungs"]

    (membership,), (outcome,) = found.members, found.outcomes
    assert (found.name, found.identifiers) == ("Lungs", ("https://north.example/full",))
    assert (membership.text, membership.filters) == ("asthma", {"healthTheme": ("RESPIRATORY_DISEASE",)})
    assert outcome.concepts == (MappedConcept(312437, "Shortness of breath", descendants=False),)
    assert found.mapped == Mapped("The network", date(2026, 3, 3), "")
    assert outcome.seen
    assert not found.sets[0].ours


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("domain = 22", "domain = 39", "outcomes 1 “breath”: there is no outcome domain 39, only 1 to 38"),
        ('set = "core"', 'set = "cores"', "outcomes 1 “breath”: there is no set “cores” in the file"),
        ("year = 2025", 'year = "2025"', "sets 1 “core”: “year” must be a whole number from 1900 on"),
        ("dated = 2026-03-03", 'dated = "today"', "mapping: “dated” must be a date such as 2026-11-26"),
        ("id = 312437", "id = 0", "outcomes 1 “breath”, concepts 1: “id” must be a whole number from 1 on"),
        ('words = ["dyspnoea"]', 'word = ["dyspnoea"]', "outcomes 1 “breath”: “word” is not known here"),
        ('words = ["dyspnoea"]', 'words = ["*"]', "outcomes 1 “breath”: one of the words is empty"),
        ('words = ["dyspnoea"]', 'codes = ["X 1"]', "“X 1” is no code such as “LOINC 72106-8”"),
        ('home = "https://', 'home = "ftp://', "at the top: “home” must be an address"),
        ('key = "breath"', 'key = "Breath!"', "“key” may have a-z, 0-9 and single hyphens"),
        ("[mapping]", "[mappings]", "at the top: the table [mapping] is missing"),
        ('name = "Lungs"', "name = Lungs", "cannot be read as TOML: "),
        (
            'text = "asthma"\nhealthTheme = ["RESPIRATORY_DISEASE"]',
            "",
            "members 1: it says neither a text nor",
        ),
    ],
)
def test_a_fault_in_a_file_is_named_with_the_file_and_the_place(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    folder = written(tmp_path, FILE.replace(old, new))

    with pytest.raises(Wrong) as told:
        read(folder)

    assert fault in str(told.value)
    assert str(folder / "lungs.toml") in str(told.value)


def test_a_programme_without_members_and_outcomes_of_one_key_are_faults(tmp_path: Path) -> None:
    lonely = FILE.replace('identifiers = ["https://north.example/full"]', "").replace(
        "[[members]]", "[[sets]]"
    )
    double = FILE + FILE[FILE.index("[[outcomes]]") :]

    with pytest.raises(Wrong, match="sets 1"):
        read(written(tmp_path, lonely))
    with pytest.raises(Wrong, match="two of the outcomes have the key “breath”"):
        read(written(tmp_path, double))


def test_an_operator_adds_programmes_by_a_folder_and_replaces_ours_by_name(tmp_path: Path) -> None:
    written(tmp_path, FILE)
    written(tmp_path, FILE, "ehden.toml")

    found = open_programmes(Settings(programmes=tmp_path))

    assert set(found) == {*own(), "lungs"}
    assert found["ehden"].name == "Lungs"
    assert found["roadmap"].name == "ROADMAP"


@pytest.mark.parametrize(
    ("text", "fault"),
    [(FILE.replace("healthTheme", "helthTheme"), "helthTheme"), (FILE + "[more]", "“more” is not known")],
)
def test_opening_refuses_what_cannot_be_used_and_says_where(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Invalid, match=fault) as told:
        open_programmes(Settings(programmes=written(tmp_path, text)))

    assert "lungs.toml" in str(told.value)


def test_opening_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is no folder"):
        open_programmes(Settings(programmes=tmp_path / "nowhere"))


def test_our_own_programmes_are_the_five_and_cite_where_their_outcomes_come_from() -> None:
    assert set(own()) == {"roadmap", "harmony", "bigdata-heart", "pioneer", "ehden"}
    for programme in own().values():
        assert all(one.read and (one.ours or one.address) for one in programme.sets)
        assert programme.mapped.author == "FAIRfinder"
        assert all(outcome.words for outcome in programme.outcomes)
    assert len(own()["pioneer"].outcomes) == 19


def test_the_taxonomy_of_outcomes_has_38_domains() -> None:
    assert (len(DOMAINS), DOMAINS[1], DOMAINS[38]) == (
        *(38, "Mortality and survival"),
        "Adverse events and effects",
    )


@dataclass(frozen=True, slots=True)
class Held:
    """What a source holds of a concept."""

    persons: Count
    records: Count


@dataclass
class Told:
    """Counts as a test tells them, by concept or record."""

    concepts: dict[int, dict[str, Held]] = field(default_factory=dict)
    measured: dict[int, dict[str, Count]] = field(default_factory=dict)
    dead: dict[str, Count] = field(default_factory=dict)

    def coverage(self, concept: int, *, descendants: bool) -> Mapping[str, Held]:
        """What was told of a concept."""
        return self.concepts.get(concept, {})

    def values(self, concept: int, *, descendants: bool) -> Mapping[str, Count]:
        """What was told of its values."""
        return self.measured.get(concept, {})

    def deaths(self) -> Mapping[str, Count]:
        """What was told of deaths."""
        return self.dead


def outcome(key: str = "one", **more: object) -> Outcome:
    """An outcome of a set."""
    plain = Outcome(key, key.title(), "All", 1, "core", True, (), (), (), False)
    return replace(plain, **more)  # type: ignore[arg-type]


def programme(*outcomes: Outcome) -> Programme:
    """A programme with these outcomes."""
    core = OutcomeSet("core", "Core", "A set", "https://sets.example/", 2025, "All.", ours=False)
    mapped = Mapped("FAIRfinder", date(2026, 3, 3), "")
    home = "https://programme.example/"
    return Programme("programme", "P", "", home, "What.", (), ("x",), (core,), outcomes, mapped, "p.toml")


def source(id: str = "a", text: str = "", *variables: Described, **codes: tuple[str, ...]) -> Member:
    """A member that says this of itself."""
    row = Row(id, f"https://north.example/{id}", "dataset", (Words(f"Source {id}", "en"),), codes=codes)
    return Member(row, (Passage("Description", text),), variables)


def cell(one: Outcome, member: Member, told: Told | None = None) -> Cell:
    """The cell of one source and one outcome."""
    wanted = programme(one)
    return coverage(wanted, [said(wanted, member)], told or Told()).lines[0].cells[0]


SCORE = Described("Visits", "moca", ("MoCA score",), ("http://loinc.org/72172-0",))
CONCEPT = MappedConcept(7, "Score", descendants=True)
SOME = Held(Count.between(10, 20), Count.exact(30))


def test_words_in_the_description_declare_an_outcome_and_are_shown_where_they_stand() -> None:
    found = cell(outcome(words=("vital status",)), source(text="Age, sex and vital  status of all patients."))

    assert found.grade is Grade.DECLARED
    assert found.evidence[0].words == "vital  status"
    assert found.evidence[0].place == "Description"
    assert found.evidence[0].extract == "Age, sex and vital status of all patients."


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("stroke", "Strokes and heartstroke", False),
        ("stroke*", "Strokes", True),
        ("quality of life", "QUALITY-OF-LIFE", True),
        ("pet", "competence", False),
        ("eq-5d", "EQ 5D", True),
        ("décès", "Les décès", True),
        ("a.b", "axb", False),
    ],
)
def test_words_are_whole_words_unless_they_end_in_a_star(word: str, text: str, is_found: bool) -> None:
    found = cell(outcome(words=(word,)), source(text=text))

    assert (found.grade is Grade.DECLARED) == is_found


def test_words_in_what_a_variable_is_called_declare_an_outcome() -> None:
    found = cell(outcome(words=("moca",)), source("a", "", replace(SCORE, links=())))

    assert (found.grade, found.evidence[0].place) == (Grade.DECLARED, "Visits: moca")


@pytest.mark.parametrize("link", ["http://loinc.org/72172-0", "https://www.loinc.org/72172-0/"])
def test_a_variable_that_is_linked_to_a_code_of_the_outcome_is_mapped(link: str) -> None:
    found = cell(outcome(codes=("LOINC 72172-0",)), source("a", "", replace(SCORE, links=(link,))))

    assert found.grade is Grade.MAPPED
    assert (found.evidence[0].place, found.evidence[0].code) == ("Visits: moca", "LOINC 72172-0")


def test_a_variable_that_is_linked_to_a_concept_of_the_set_is_mapped() -> None:
    link = "https://athena.ohdsi.org/search-terms/terms/7"

    found = cell(outcome(concepts=(CONCEPT,)), source("a", "", replace(SCORE, links=(link,))))

    assert (found.grade, found.evidence[0].concept) == (Grade.MAPPED, 7)


def test_persons_with_a_concept_of_the_set_are_counted_with_their_bounds() -> None:
    found = cell(outcome(concepts=(CONCEPT,)), source(), Told({7: {"a": SOME}}))

    assert found.grade is Grade.COUNTED
    assert (found.evidence[0].persons, found.evidence[0].records) == (SOME.persons, SOME.records)
    assert found.evidence[0].descendants


@pytest.mark.parametrize(
    ("persons", "grade"),
    [
        (Count.hidden(5), Grade.COUNTED),
        (Count.hidden(), Grade.COUNTED),
        (Count.exact(0), Grade.UNKNOWN),
        (Count.between(0, 9), Grade.UNKNOWN),
        (Count.absent(), Grade.UNKNOWN),
    ],
)
def test_a_hidden_count_is_at_least_one_and_what_may_be_zero_is_no_evidence(
    persons: Count, grade: Grade
) -> None:
    told = Told({7: {"a": Held(persons, Count.absent())}})

    found = cell(outcome(concepts=(CONCEPT,)), source(), told)

    assert found.grade is grade
    assert len(found.evidence) + len(found.less) == 1


def test_measurements_with_a_value_are_the_highest_grade_and_all_evidence_is_kept_below_it() -> None:
    told = Told({7: {"a": SOME}}, {7: {"a": Count.exact(12)}})
    all_of_it = outcome(words=("moca",), concepts=(CONCEPT,), codes=("LOINC 72172-0",))

    found = cell(all_of_it, source("a", "MoCA each year.", SCORE), told)

    grades = [one.grade for one in found.evidence]
    assert found.grade is Grade.VALUED
    assert grades == [Grade.VALUED, Grade.COUNTED, Grade.MAPPED, Grade.DECLARED, Grade.DECLARED]
    assert found.evidence[0].values == Count.exact(12)


def test_deaths_count_for_an_outcome_that_means_all_who_died() -> None:
    told = Told(dead={"a": Count.between(95, 100)})

    assert cell(outcome(death=True), source(), told).grade is Grade.COUNTED
    assert cell(outcome(), source(), told).grade is Grade.UNKNOWN


def matrix() -> Matrix:
    """Three sources and two outcomes."""
    outcomes = outcome("one", words=("one",), concepts=(CONCEPT,)), outcome("two", words=("two",))
    sources = (
        source("a", "", country=("FRA",)),
        source("b", "one and two", country=("DEU",)),
        source("c", "one", country=("FRA",)),
    )
    wanted = programme(*outcomes)
    return coverage(wanted, [said(wanted, one) for one in sources], Told({7: {"c": SOME}}))


def test_the_source_with_most_evidence_comes_first_and_rows_and_columns_are_summed_up() -> None:
    found = matrix()

    assert [line.row.id for line in found.lines] == ["c", "b", "a"]
    assert with_evidence(found.lines[1].tally()) == 2
    assert found.tally("one") == {Grade.COUNTED: 1, Grade.DECLARED: 1, Grade.UNKNOWN: 1}


@pytest.mark.parametrize(
    ("sifting", "ids"),
    [
        (Sifting(), "cba"),
        (Sifting({"country": ("FRA",)}), "ca"),
        (Sifting(grade=Grade.DECLARED), "cb"),
        (Sifting(grade=Grade.COUNTED), "c"),
        (Sifting(grade=Grade.DECLARED, outcome="two"), "b"),
        (Sifting({"country": ("FRA", "DEU")}, Grade.DECLARED, "one"), "cb"),
    ],
)
def test_sources_are_sifted_by_facets_and_by_the_grade_of_any_or_of_one_outcome(
    sifting: Sifting, ids: str
) -> None:
    assert "".join(line.row.id for line in matrix().sifted(sifting).lines) == ids
