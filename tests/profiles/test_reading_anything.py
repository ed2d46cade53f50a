"""Whatever a file holds, reading it raises nothing but errors of ours, and what was written is read back."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from catalogue.errors import CatalogueError
from harvesters.profiles import read
from harvesters.profiles.achilles_ids import ACHILLES
from tests.profiles.profile_files import CONCEPTS, DISTRIBUTIONS, RESULTS, counts

PLAIN = ("analysis", "stratum_1", "stratum_2", "count")

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
numbers = some.sampled_from(
    ["0", "1", "12", "12.0", "1e+05", "202401", "-1", "NA", "8507", "0.5", "1e999", "nan"]
)
ids = some.sampled_from([str(id) for id in (0, 5000, *ACHILLES.lines, *ACHILLES.left_out)])
words = some.sampled_from(["persons", "about", "released", "analysis_id", "female", "condition+drug", ".."])
cells = some.one_of(numbers, ids, words, some.text(max_size=12))


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def is_read_or_told(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    try:
        list(read([file]))
    except CatalogueError as error:
        assert str(error).endswith(".")


@quick
@given(content=some.binary(max_size=200))
def test_any_bytes_are_read_or_told(file: Path, content: bytes) -> None:
    is_read_or_told(file, content)


@quick
@given(
    headings=some.sampled_from([RESULTS, DISTRIBUTIONS, CONCEPTS, CONCEPTS[:3], PLAIN]),
    text=some.text(max_size=300),
)
def test_any_text_below_headings_that_are_known_is_read_or_told(
    file: Path, headings: Sequence[str], text: str
) -> None:
    is_read_or_told(file, (",".join(headings) + "\n" + text).encode(errors="replace"))


@quick
@given(
    headings=some.sampled_from([RESULTS, DISTRIBUTIONS, CONCEPTS, CONCEPTS[:3], PLAIN]),
    rows=some.lists(some.lists(cells, min_size=16, max_size=16), max_size=8),
)
def test_any_cells_are_read_or_told(file: Path, headings: Sequence[str], rows: list[list[str]]) -> None:
    fitting = [row[: len(headings)] for row in rows]

    is_read_or_told(file, as_csv([headings, *fitting]).encode(errors="replace"))


months = some.builds("{:04}{:02}".format, some.integers(1900, 2100), some.integers(1, 12))
amounts = some.integers(0, 10**9)


@quick
@given(
    people=amounts,
    by_month=some.dictionaries(months, amounts, max_size=20),
    by_concept=some.dictionaries(some.integers(0, 2**31), amounts, max_size=20),
)
def test_what_was_written_is_read_back(
    file: Path, people: int, by_month: dict[str, int], by_concept: dict[int, int]
) -> None:
    rows: list[tuple[object, ...]] = [(1, "", "", "", "", "", people), (10, 1950, 8507, "", "", "", 6)]
    rows += [(420, month, "", "", "", "", count) for month, count in by_month.items()]
    rows += [(401, concept, "", "", "", "", f"{count}.0") for concept, count in by_concept.items()]
    file.write_text(as_csv([RESULTS, *rows]))

    found = counts(read([file]))

    expected: dict[tuple[str, ...], tuple[int, int]] = {("persons",): (people, people)}
    expected |= {("recordsInMonth", "condition", month): (n, n) for month, n in by_month.items()}
    expected |= {("recordsByConcept", "condition", str(concept)): (n, n) for concept, n in by_concept.items()}
    assert found == expected
