"""Files of vocabularies are read as Athena writes them and as others do, and faults are told by line."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.errors import Invalid
from catalogue.profiles import concepts_files as files
from catalogue.profiles.concepts_files import Pair
from catalogue.profiles.concepts_own import Concept, own_concepts
from catalogue.profiles.concepts_sorting import Sorting
from catalogue.profiles.concepts_words import words

HEADER = (
    "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code"
    "\tvalid_start_date\tvalid_end_date\tinvalid_reason"
)

Put = Callable[[str, str], Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes a file, and says in which folder."""

    def write(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text, "utf-8")
        return tmp_path

    return write


def test_a_file_of_athena_knows_no_quotes(put: Put) -> None:
    row = '77\tInfusion 5" long, "sterile"\tDevice\tSNOMED\tPhysical Object\tS\t007\t19700101\t20991231\t'
    old = "78\tOld name\tDevice\tSNOMED\tPhysical Object\t\t008\t19700101\t20991231\tU"
    folder = put("CONCEPT.csv", f"{HEADER}\r\n{row}\r\n{old}\r\n")

    assert list(files.concepts(folder)) == [
        Concept(77, 'Infusion 5" long, "sterile"', "Device", "SNOMED", "Physical Object", "S", "007"),
        Concept(78, "Old name", "Device", "SNOMED", "Physical Object", "", "008", "U"),
    ]


def test_commas_quotes_other_cases_and_a_first_line_that_is_repeated_are_read(put: Put) -> None:
    header = "CONCEPT_ID,CONCEPT_NAME,DOMAIN_ID,VOCABULARY_ID,CONCEPT_CLASS_ID,STANDARD_CONCEPT,CONCEPT_CODE"
    folder = put(
        "concept.csv", f'{header}\n77.0,"Saline, sterile",Drug,RxNorm,Clinical Drug,NA,9\n{header}\n\n'
    )

    assert list(files.concepts(folder)) == [
        Concept(77, "Saline, sterile", "Drug", "RxNorm", "Clinical Drug", "", "9")
    ]


def test_no_concept_is_above_itself(put: Put) -> None:
    header = "ancestor_concept_id,descendant_concept_id,min_levels_of_separation,max_levels_of_separation"
    folder = put("concept_ancestor.csv", f"{header}\n9201.0,9201,0,0\n9201.0,262.0,1,2\n")

    assert list(files.pairs(folder)) == [Pair(9201, 262, 1)]


def test_without_files_of_synonyms_ancestors_and_versions_there_are_none(tmp_path: Path) -> None:
    assert (list(files.synonyms(tmp_path)), list(files.pairs(tmp_path)), files.versions(tmp_path)) == (
        [],
        [],
        {},
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "concept_id, concept_name, .* should stand in the first line"),
        (f"{HEADER}\n77\tName\n", r"CONCEPT.csv, line 2: 2 columns stand here, and 10 in the first line"),
        (f"{HEADER}\nx\t\t\t\t\t\t\t\t\t\n", "line 2: “x” should be a whole number"),
        (f"{HEADER}\n-1\t\t\t\t\t\t\t\t\t\n", "“-1” should be a whole number"),
        (f"{HEADER}\n4000000000\t\t\t\t\t\t\t\t\t\n", "4000000000 is too high"),
        (
            f"{HEADER}\n1\t{'x' * 40_000}\t\t\t\t\t\t\t\t\n",
            "line 2: The line is longer than 32,768 characters",
        ),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(put: Put, text: str, said: str) -> None:
    folder = put("CONCEPT.csv", text)

    with pytest.raises(Invalid, match=said):
        list(files.concepts(folder))


def test_a_folder_without_concepts_and_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"There is no CONCEPT\.csv in"):
        list(files.concepts(tmp_path))

    (tmp_path / "CONCEPT.csv").write_bytes(HEADER.encode() + b"\n1\t\xff\xfe")
    with pytest.raises(Invalid, match="not written in UTF-8"):
        list(files.concepts(tmp_path))


@pytest.mark.real_data
def test_the_files_of_real_nodes_are_read(shared_data: Path) -> None:
    folder = shared_data / "profiles"
    found = {concept.id: concept for concept in files.concepts(folder)}

    assert found[9201] == Concept(9201, "Inpatient Visit", "Visit", "Visit", "Visit", "S", "IP")
    assert len(found) == 442
    assert {pair.levels for pair in files.pairs(folder)} >= {1, 2}


def test_lines_come_in_order_and_once_however_few_fit_into_memory(tmp_path: Path) -> None:
    with Sorting(tmp_path, at_once=3) as sorting:
        for line in (b"d", b"b", b"a", b"b", b"c", b"a", b"e", b"b"):
            sorting.add(line)

        assert list(sorting.sorted()) == [b"a", b"b", b"c", b"d", b"e"]


def test_words_are_without_case_and_accents() -> None:
    assert words("Ménière's  disease, MÉNIÈRE") == ["meniere", "s", "disease"]


def test_our_own_concepts_have_names() -> None:
    assert own_concepts()[4163261].name == "Prostate cancer"
    assert all(concept.name and concept.domain for concept in own_concepts().values())
