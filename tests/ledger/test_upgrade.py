"""A ledger of any earlier version is brought up to date, and one of a later version is left alone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sql
from alembic.autogenerate import compare_metadata
from alembic.command import upgrade as apply
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from catalogue import tables, transfer
from catalogue.database import Database
from catalogue.errors import Conflict
from catalogue.ledger import Ledger
from catalogue.runs import Run
from catalogue.sources import Source
from catalogue.tables import RUNNING
from catalogue.upgrade import HEAD
from tests.ledger import places
from tests.ledger.entries import TIME, entries

OLD = Path(__file__).with_name("first_version.sql")


@pytest.fixture(params=["file", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "postgresql":
        return places.postgresql(with_tables=False)
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


def _migrations(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", "catalogue:migrations")
    config.set_main_option("path_separator", "os")
    return config


def test_the_head_is_that_of_the_scripts() -> None:
    assert ScriptDirectory.from_config(_migrations()).get_heads() == [HEAD]


def test_the_steps_lead_to_the_tables_of_today(url: str) -> None:
    database = Database(url)
    with database.writing() as db:
        apply(_migrations(connection=db), "head")

    with database.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        indexes = {
            table.name: {index["name"] for index in sql.inspect(db).get_indexes(table.name)}
            for table in tables.metadata.sorted_tables
        }
    assert indexes == {
        table.name: {index.name for index in table.indexes} for table in tables.metadata.sorted_tables
    }
    database.close()


def test_every_table_but_the_leases_is_copied() -> None:
    assert {*transfer.PAGES, tables.leases} == set(tables.metadata.sorted_tables)


def _old_ledger(file: Path) -> str:
    """A ledger as the first version made it, in the middle of a run."""
    url = f"sqlite:///{file}"
    engine = sql.create_engine(url)
    with engine.begin() as db:
        for statement in OLD.read_text("utf-8").split(";\n"):
            db.exec_driver_sql(statement)
    engine.dispose()
    return url


def test_a_ledger_of_the_first_version_keeps_every_row(tmp_path: Path) -> None:
    ledger = Ledger(_old_ledger(tmp_path / "ledger.sqlite"))

    assert ledger.fact("base_url", "") == "https://one.example"
    assert ledger.sources.all() == (
        Source("north", "dcat", "https://x.example/", TIME, {"format": "turtle"}),
    )
    assert ledger.runs.newest() == (Run(1, "north", RUNNING, TIME, new=2),)
    assert ledger.page() == tuple(entries("ab"))
    assert [item.raw for item in ledger.runs.rejected(1)] == [b"\x00raw"]
    assert ledger.intended("north") == ("b", "new")
    with ledger.leases.source("north") as hold:
        assert ledger.adopt(hold) == ("b", "new")
    ledger.close()


def test_a_ledger_is_upgraded_once(tmp_path: Path) -> None:
    url = _old_ledger(tmp_path / "ledger.sqlite")

    Ledger(url).close()

    again = Ledger(url)
    assert again.counts()["records"] == 2
    again.close()


def test_a_ledger_of_a_newer_version_is_refused(url: str) -> None:
    ledger = Ledger(url)
    with ledger.database.writing() as db:
        db.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(Conflict, match="newer version of FAIRfinder"):
        Ledger(url)
    ledger.close()


def test_alembic_is_left_alone_when_there_is_nothing_to_do(tmp_path: Path) -> None:
    code = (
        "import sys; from catalogue.ledger import Ledger\n"
        "for _ in range(2): Ledger('sqlite:///' + sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "l.sqlite")], capture_output=True, text=True, check=True
    )

    assert said.stdout == "False\n"


@pytest.mark.parametrize("old", [False, True])
def test_several_processes_may_open_a_ledger_at_once(tmp_path: Path, url: str, old: bool) -> None:
    if old and url.startswith("sqlite"):
        url = _old_ledger(tmp_path / "old.sqlite")
    elif old:
        database = Database(url)
        with database.writing() as db:
            apply(_migrations(connection=db), "0001")
            db.exec_driver_sql("DROP TABLE alembic_version")
        database.close()
    code = "import sys; from catalogue.ledger import Ledger; Ledger(sys.argv[1]).close()"

    def opens(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code, url], capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(opens, range(2)))

    assert [(one.returncode, one.stderr) for one in ended if one.returncode] == []
    ledger = Ledger(url)
    with ledger.database.reading() as db:
        assert db.execute(sql.text("SELECT version_num FROM alembic_version")).all() == [(HEAD,)]
    ledger.close()
