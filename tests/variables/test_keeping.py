"""What is kept of variables follows the records and the releases that they show."""

from collections.abc import Iterator

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Variable as Scanned
from catalogue.profiles.publishing import withdraw
from catalogue.settings import Settings
from catalogue.variables import Coded, Variable
from tests.variables.worlds import BMI, EVERY, HEART, SOURCE, described, identity, scan

EMPTY = 0.125


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    opened = open_catalogue(Settings(), in_memory=True)
    opened.ingest(SOURCE, described())
    yield opened
    opened.close()


def _kept(catalogue: Catalogue, name: str = "heart") -> dict[str, Variable]:
    _, found = catalogue.variables.of_record(identity(name))
    return {one.variable.name: one.variable for one in found}


def test_a_dictionary_is_kept_with_units_codes_and_linked_concepts(catalogue: Catalogue) -> None:
    found = _kept(catalogue)

    assert list(found) == ["sex", "bmi", "systolicBP"]
    assert found["bmi"] == Variable(
        "Visits", "bmi", "Body mass index", "", "decimal", "kg/m2", BMI, "Body mass index"
    )
    assert found["sex"].values == (Coded("1", "male"), Coded("2", "female"))
    assert catalogue.variables.sections(identity("heart")) == (("Persons", 1), ("Visits", 2))
    assert catalogue.variables.sections(identity("plain")) == ()


def test_variables_follow_a_record_that_changes_goes_and_comes_back(catalogue: Catalogue) -> None:
    changed = HEART.replace('"bmi"', '"quetelet"')

    catalogue.ingest(SOURCE, described([changed]), whole=False)
    assert "quetelet" in _kept(catalogue)
    catalogue.withdraw(identity("heart"))
    assert not _kept(catalogue)
    catalogue.ingest(SOURCE, described([HEART]), whole=False)
    assert "bmi" in _kept(catalogue)
    bare = HEART.partition(";\n  health")[0] + "."
    catalogue.ingest(SOURCE, described([bare]), whole=False)
    assert not _kept(catalogue)


def test_a_scan_adds_emptiness_and_common_values_and_takes_them_away_again(catalogue: Catalogue) -> None:
    before = _kept(catalogue)

    release = scan(
        catalogue,
        "heart",
        Scanned("persons", "SEX", type="varchar", empty=EMPTY, values={"1": 400, "2": 600, "9": 3}),
        Scanned("persons", "ward", type="varchar"),
    )

    sex, ward = _kept(catalogue)["sex"], _kept(catalogue)["ward"]
    assert (sex.datatype, sex.empty, sex.declared, sex.measured) == ("code", 0.12, True, True)
    assert [(one.code, one.meaning) for one in sex.values] == [("1", "male"), ("2", "female")]
    assert all(one.count == Count.absent() or one.count.low for one in sex.values)
    assert (ward.table, ward.declared, ward.measured) == ("Persons", False, True)
    assert catalogue.variables.sections(identity("heart")) == (("Persons", 2), ("Visits", 2))
    withdraw(catalogue, release.id)
    assert _kept(catalogue) == before


def test_a_scan_stays_with_a_record_that_changes_or_comes_back(catalogue: Catalogue) -> None:
    scan(catalogue, "plain", Scanned("persons", "ward", type="varchar"))

    catalogue.withdraw(identity("plain"))
    assert not _kept(catalogue, "plain")
    catalogue.ingest(SOURCE, described(), whole=False)

    assert [*_kept(catalogue, "plain")] == ["ward"]


def test_all_is_made_anew_from_the_graphs(catalogue: Catalogue) -> None:
    scan(catalogue, "memory", Scanned("baseline", "mmse", empty=EMPTY))
    before = [_kept(catalogue, name) for name in ("heart", "memory", "plain")]
    ledger = catalogue.ledger
    with ledger.leases.source(SOURCE) as hold:
        ledger.variables.forget(hold, map(identity, ("heart", "memory")))

    catalogue.reindex()

    assert [_kept(catalogue, name) for name in ("heart", "memory", "plain")] == before


def test_what_is_as_it_was_is_not_written_again(catalogue: Catalogue) -> None:
    ledger = catalogue.ledger
    with ledger.database.reading() as db:
        before = db.exec_driver_sql("SELECT record, id, digest FROM dictionaries ORDER BY id").all()

    retitled = [text.replace("registry", "register") for text in EVERY]
    catalogue.ingest(SOURCE, described(retitled))

    with ledger.database.reading() as db:
        after = db.exec_driver_sql("SELECT record, id, digest FROM dictionaries ORDER BY id").all()
    assert after == before
