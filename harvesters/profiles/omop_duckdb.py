"""Counts the data of an OMOP database in a DuckDB file, by the SQL of Achilles that duckcdm brings.

The database is opened for reading alone. What is counted is not guarded yet: it goes to a folder that
the caller takes away again.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalogue.errors import Invalid, Unavailable
from catalogue.profiles.measured import Dropped, Told
from harvesters.profiles.achilles_ids import LINES
from harvesters.profiles.cells import day, label

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SOURCE: Final = 0
_WORK: Final = "counted"
_TABLES: Final = ("achilles_results", "achilles_results_dist", "achilles_result_concept_count")
_VOCABULARY: Final = ("concept", "concept_ancestor")
_NO_VOCABULARY: Final = """
CREATE SCHEMA vocabulary;
CREATE TABLE vocabulary.concept (concept_id INTEGER);
CREATE TABLE vocabulary.concept_ancestor (ancestor_concept_id INTEGER, descendant_concept_id INTEGER);
"""
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.A)
_ABOUT: Final = (
    "SELECT cdm_source_name, cdm_release_date, cdm_version, vocabulary_version FROM cdm.{}.cdm_source"
)
_NOT_MADE: Final = "The database does not have what they need, or not in the form of OMOP."


@dataclass(frozen=True, slots=True)
class Counted:
    """The files of results, what the database tells of itself, and which analyses could not be made."""

    files: tuple[Path, ...]
    about: Told
    left_out: tuple[Dropped, ...]


def counted(cdm: Path, schema: str, folder: Path, say: Callable[[str], None]) -> Counted:
    """Count what profiles show of a database; `say` is told why an analysis could not be made.

    Raises Unavailable where the packages are missing, Invalid for what is no OMOP database in this schema.
    """
    if not _NAME.fullmatch(schema):
        raise Invalid(f"“{schema[:60]}” is no name of a schema.")
    try:
        achilles, duckdb = import_module("duckcdm.achilles"), import_module("duckdb")
    except ImportError as error:
        raise Unavailable(
            "Counting a database needs the packages duckdb and duckcdm. Install FAIRfinder with its extra "
            "“build”."
        ) from error
    try:
        with closing(duckdb.connect(str(folder / "scratch.duckdb"))) as database:
            _attach(database, cdm)
            if not _has(database, schema, "person"):
                raise Invalid(f"{cdm.name} has no table person in the schema {schema}, so it is not of OMOP.")
            _, failed = achilles.run_achilles(
                database,
                f"cdm.{schema}",
                _WORK,
                vocab_schema=_vocabulary(database, schema),
                source_name="",
                analysis_ids=[_SOURCE, *sorted(LINES)],
                small_cell_count=None,
                log=None,
            )
            for id, reason in failed:
                say(f"Analysis {id} could not be made: {reason}")
            left_out = tuple(Dropped(f"analysis {id}", 0, _NOT_MADE) for id, _ in failed)
            return Counted(tuple(_written(database, folder)), _about(database, schema), left_out)
    except duckdb.Error as error:
        raise Invalid(f"{cdm.name} cannot be counted: {error}") from error


def _attach(database: "DuckDBPyConnection", cdm: Path) -> None:
    """Open the database beside; ATTACH takes no parameters."""
    database.execute("SET autoinstall_known_extensions = false")
    path = str(cdm).replace("'", "''")
    database.execute(f"ATTACH '{path}' AS cdm (READ_ONLY)")


def _vocabulary(database: "DuckDBPyConnection", schema: str) -> str:
    """The schema of concepts and their ancestors; an empty one where the database has none."""
    if all(_has(database, schema, name) for name in _VOCABULARY):
        return f"cdm.{schema}"
    database.execute(_NO_VOCABULARY)
    return "vocabulary"


def _has(database: "DuckDBPyConnection", schema: str, name: str) -> bool:
    query = (
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_catalog = 'cdm' AND table_schema = ? AND table_name = ?"
    )
    return database.execute(query, [schema, name]).fetchone() != (0,)


def _about(database: "DuckDBPyConnection", schema: str) -> Told:
    """What the database says it is."""
    if not _has(database, schema, "cdm_source"):
        return Told("")
    row = database.execute(_ABOUT.format(schema)).fetchone()
    name, released, version, vocabulary = ("" if cell is None else str(cell) for cell in row or [None] * 4)
    return Told("", "", label(name), None, day(released), label(version), label(vocabulary))


def _written(database: "DuckDBPyConnection", folder: Path) -> Iterator[Path]:
    for name in _TABLES:
        file = folder / f"{name}.csv"
        database.table(f"{_WORK}.{name}").write_csv(str(file), header=True)
        yield file
