"""Results of the Data Quality Dashboard are counted anew, in both spellings of its versions."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.errors import CatalogueError, Invalid
from catalogue.profiles.measured import Dropped, Quality, Told
from harvesters.profiles import dqd, read


def check(category: str, **said: object) -> dict[str, object]:
    return {"category": category, "subcategory": "Relational", "queryText": "SELECT 1", **said}


CHECKS = [
    check("Conformance", failed=0, passed=1),
    check("Conformance", failed=1, passed=0),
    check("Conformance", failed=0, passed=1, isError=1, error="no table"),
    check("Conformance", failed=0, passed=0, notApplicable=1),
    check("Plausibility", failed=[1]),
]
ABOUT: dict[str, object] = {
    "cdmSourceName": ["Registry"],
    "dqdVersion": "2.6.0",
    "cdmReleaseDate": "2026-09-30",
}


def written(folder: Path, document: object) -> Path:
    path = folder / "dq-result.json"
    path.write_text(json.dumps(document))
    return path


def upper(row: dict[str, object]) -> dict[str, object]:
    """The names as version 1 writes them."""
    return {
        "".join(f"_{c}" if c.isupper() else c for c in name).upper(): value for name, value in row.items()
    }


def whole(checks: list[dict[str, object]], about: dict[str, object]) -> dict[str, object]:
    return {"startTimestamp": ["2026-10-01 08:00:00"], "CheckResults": checks, "Metadata": [about]}


@pytest.mark.parametrize("spelt", [dict, upper])
def test_each_check_is_counted_once_and_errors_are_no_passes(
    tmp_path: Path, spelt: type[dict[str, object]]
) -> None:
    path = written(tmp_path, whole([spelt(one) for one in CHECKS], spelt(ABOUT)))

    told, *quality = dqd.read(path)

    assert isinstance(told, Told)
    assert (told.source_name, told.version, str(told.released)) == ("Registry", "2.6.0", "2026-09-30")
    assert str(told.generated) == "2026-10-01"
    assert quality == [
        Quality("Conformance", "Relational", 1, 1, 1, 1),
        Quality("Plausibility", "Relational", 0, 1),
    ]


def test_a_file_is_known_by_how_it_begins(tmp_path: Path) -> None:
    path = written(tmp_path, whole(CHECKS, ABOUT))

    items = [*read([path])]

    assert [item for item in items if isinstance(item, Quality)]
    assert [item.producer for item in items if isinstance(item, Told)] == [dqd.PRODUCER]


def test_what_was_asked_of_the_database_goes_no_further(tmp_path: Path) -> None:
    path = written(tmp_path, whole(CHECKS, ABOUT))

    assert "SELECT" not in repr([*dqd.read(path)])


def test_checks_without_a_category_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, whole([*CHECKS, {"checkName": "odd"}], ABOUT))

    assert Dropped("dq-result.json", 1, "These checks are of no category.") in [*dqd.read(path)]


@pytest.mark.parametrize("document", [{}, {"CheckResults": []}, [], 7, {"CheckResults": "none"}])
def test_a_file_without_results_is_told(tmp_path: Path, document: object) -> None:
    with pytest.raises(Invalid, match="no results of checks"):
        [*dqd.read(written(tmp_path, document))]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


NAMES = st.sampled_from(["category", "CATEGORY", "failed", "isError", "notApplicable", "subcategory"])
DOCUMENTS = st.fixed_dictionaries(
    {"CheckResults": st.lists(st.dictionaries(NAMES, JSON)), "Metadata": JSON, "endTimestamp": JSON}
)


@given(DOCUMENTS)
def test_whatever_stands_in_it_nothing_worse_than_a_refusal_comes(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, object]
) -> None:
    path = written(tmp_path_factory.mktemp("dqd"), document)

    try:
        items = [*dqd.read(path)]
    except CatalogueError:
        return
    assert isinstance(items[0], Told)
