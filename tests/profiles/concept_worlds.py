"""What the tests of concepts share: a vocabulary of our own in files, and releases straight in the tables."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from catalogue.database import Database
from catalogue.ledger import Ledger
from catalogue.profile_tables import cells, concept_counts, releases
from catalogue.profiles.concepts_import import Imported, import_vocabulary
from catalogue.profiles.counts import Count
from tests.ledger import places
from tests.ledger.entries import TIME, entry

ENGINES = ["memory", "postgresql"]
HEADER = (
    "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code"
    "\tinvalid_reason"
)
ABSENT = Count.absent()
CONCEPTS = (
    (1, "Disorder of the spleen", "Condition", "OURS", "Disorder", "S", "H00"),
    (2, "Failing spleen", "Condition", "OURS", "Disorder", "S", "H01"),
    (3, "Failing spleen after a spleen attack", "Condition", "OURS", "Disorder", "S", "H01.1"),
    (4, "Disorder", "Condition", "OURS", "Disorder", "C", "X"),
    (5, "Spleen tonic", "Drug", "OURS", "Ingredient", "S", "H02"),
    (6, "Left out of use, spleen", "Condition", "OTHER", "Disorder", "", "H03"),
)
PAIRS = ((4, 1, 1), (4, 2, 2), (4, 3, 3), (1, 2, 1), (1, 3, 2), (2, 3, 1))


def opened(engine: str) -> Ledger:
    """An empty ledger."""
    return Ledger(places.postgresql() if engine == "postgresql" else None)


def write(
    folder: Path,
    concepts: Iterable[tuple[int, str, str, str, str, str, str]] = CONCEPTS,
    pairs: Iterable[tuple[int, int, int]] = PAIRS,
    synonyms: Iterable[tuple[int, str]] = ((2, "Décompensation splénique"),),
) -> Path:
    """The files of a vocabulary in a new folder."""
    folder.mkdir(exist_ok=True)
    rows = "".join("\t".join([*map(str, one), ""]) + "\n" for one in concepts)
    (folder / "CONCEPT.csv").write_text(f"{HEADER}\n{rows}", "utf-8")
    rows = "".join(f"{above}\t{below}\t{levels}\n" for above, below, levels in pairs)
    names = "ancestor_concept_id\tdescendant_concept_id\tmin_levels_of_separation"
    (folder / "CONCEPT_ANCESTOR.csv").write_text(f"{names}\n{rows}", "utf-8")
    rows = "".join(f"{id}\t{name}\t4180186\n" for id, name in synonyms)
    names = "concept_id\tconcept_synonym_name\tlanguage_concept_id"
    (folder / "CONCEPT_SYNONYM.csv").write_text(f"{names}\n{rows}", "utf-8")
    return folder


def imported(ledger: Ledger, folder: Path) -> Imported:
    """Import the files of a folder."""
    return import_vocabulary(ledger.database, ledger.leases, folder, folder, ledger.now)


def keep(
    ledger: Ledger,
    record: str,
    counts: Mapping[tuple[int, str], tuple[Count, Count]],
    *,
    release: int = 0,
    persons: Count = ABSENT,
    told: Mapping[int, tuple[Count, Count]] | None = None,
    state: str = "published",
    current: bool = True,
) -> int:
    """A release of a record, with persons and records by concept and domain; says its number."""
    release = release or sum(map(ord, record))
    with ledger.leases.source("north") as hold:
        ledger.settle(hold, [entry(record)])
    texts = ("graphs", "digest", "producer", "version", "source_name", "cdm_version", "vocabulary_version")
    row = {"id": release, "record": record, "state": state, "current": current, "imported": TIME}
    row |= {"published": TIME, "generated": None, "released": None, "threshold": 5, "rounding": 5}
    whole = {"release": release, "analysis": "persons", "strata1": "", "strata2": "", **_bounds("", persons)}
    rows = [
        {"concept": concept, "release": release, "domain": domain}
        | _bounds("persons_", its[0])
        | _bounds("records_", its[1])
        | _bounds("all_persons_", (told or {}).get(concept, (ABSENT, ABSENT))[0])
        | _bounds("all_records_", (told or {}).get(concept, (ABSENT, ABSENT))[1])
        for (concept, domain), its in counts.items()
    ]
    with ledger.database.writing() as db:
        db.execute(releases.insert().values(**row, **dict.fromkeys(texts, "")))
        db.execute(cells.insert().values(**whole))
        ledger.database.put(db, concept_counts, rows)
    return release


def change(database: Database, release: int, **values: object) -> None:
    """Let a release stand otherwise."""
    with database.writing() as db:
        db.execute(releases.update().where(releases.c.id == release).values(**values))


def _bounds(name: str, count: Count) -> dict[str, object]:
    return {f"{name}state": count.state.value, f"{name}low": count.low, f"{name}high": count.high}
