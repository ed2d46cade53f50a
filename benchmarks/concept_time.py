"""How long concepts take: 200 sources with 50,000 concepts each, in the embedded ledger.

python benchmarks/concept_time.py [--sources 200] [--concepts 50000] [--requests 200]

The vocabulary and the counts are made up and written straight into the tables, once; they stay in
benchmarks/work. Each question is a new one: nothing that was remembered answers it.
"""

import argparse
import random
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sql

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, measure, peak_mb
from catalogue.database import Database
from catalogue.ledger import PRESENT, Ledger
from catalogue.profiles.concepts import Concepts
from catalogue.profiles.concepts_browse import ConceptBrowser
from catalogue.profiles.concepts_counts import ConceptCounts
from catalogue.profiles.concepts_import import import_vocabulary
from catalogue.profiles.concepts_roll_ups import renew_roll_ups
from catalogue.profiles.concepts_totals import renew_totals

WORK: Final = Path(__file__).parent / "work" / "concepts"
BRANCHES: Final = 8
"""How many concepts are one step below each."""

SYLLABLES: Final = (
    "ka lo mi ter cor pul ren hep gas neu osteo derm hem oph cyst itis oma osis emia algia".split()
)
PERSONS: Final = 1_000_000
SIZES: Final = {"nothing below": (0, 0), "1 to 100 below": (1, 100), "101 to 1,000 below": (101, 1_000)}

_RECORDS: Final = """
INSERT INTO records
    (id, source, subject, kind, title, digest, state, issued, modified, seen, missed, first, written)
VALUES (:id, 'made', :id, 'dataset', :id, '', :state, :now, :now, 1, 0, 1, 1)
"""
_RELEASES: Final = """
INSERT INTO releases (id, record, state, current, graphs, imported, digest, producer, version, source_name,
    cdm_version, vocabulary_version, threshold, rounding)
VALUES (:number, :id, 'published', 1, 'none', :now, '', '', '', '', '', '', 5, 5)
"""
_CELLS: Final = """
INSERT INTO cells (release, analysis, strata1, strata2, state, low, high)
VALUES (:number, 'persons', '', '', 'exact', :persons, :persons)
"""
_COUNTS: Final = """
INSERT INTO concept_counts
SELECT concept, release, domain, state, low, high, state, low, high,
    'absent', NULL, NULL, 'absent', NULL, NULL
FROM (
    SELECT concept, release, domain,
        CASE WHEN high = 5 THEN 'suppressed' ELSE 'interval' END AS state,
        CASE WHEN high = 5 THEN 1 ELSE high - 4 END AS low, high
    FROM (
        SELECT c.id AS concept, r.id AS release, lower(c.domain) AS domain,
            5 + 5 * ((c.id * 7919 + r.id * 104729) % 1000) * ((c.id + r.id) % 17) AS high
        FROM concepts c CROSS JOIN releases r
        WHERE c.edition = 1 AND c.vocabulary = 'MADE' ORDER BY c.id, r.id
    )
)
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--concepts", type=int, default=50_000)
    parser.add_argument("--requests", type=int, default=200)
    asked = parser.parse_args()
    print(heading(), flush=True)
    file = WORK / f"{asked.sources}-{asked.concepts}" / "ledger.sqlite"
    if not file.exists():
        _make(file, asked.sources, asked.concepts)
    ledger = Ledger(f"sqlite:///{file}")
    _ask(ledger.database, asked.concepts, asked.requests)
    print(f"  memory at most {peak_mb():,.0f} MB; the ledger is {file.stat().st_size / 1e9:.1f} GB")
    ledger.close()


def _make(file: Path, sources: int, concepts: int) -> None:
    """Make the ledger in a folder beside, so that one that is there is whole."""
    making = file.parent.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    ledger = Ledger(f"sqlite:///{making / file.name}")
    _write_vocabulary(making, concepts)
    with _told("vocabulary imported"):
        import_vocabulary(ledger.database, ledger.leases, making, making, ledger.now)
    now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
    rows: list[Mapping[str, object]] = [
        {"number": number, "id": f"{number:016}", "now": now, "state": PRESENT, "persons": PERSONS}
        for number in range(1, sources + 1)
    ]
    with _told("counts made up"), ledger.database.writing() as db:
        for statement in (_RECORDS, _RELEASES, _CELLS):
            db.execute(sql.text(statement), rows)
        db.exec_driver_sql(_COUNTS)
    with _told(f"totals of {sources} releases made, one after the other"):
        renew_totals(ledger.database)
    with _told(f"roll-ups of {sources} releases made, one after the other"):
        renew_roll_ups(ledger.database)
    ledger.close()
    making.rename(file.parent)


def _write_vocabulary(folder: Path, size: int) -> None:
    """A tree of concepts, of which one in five has a second parent, and those at the end are left out."""
    draw = random.Random(4)
    words = ["".join(draw.sample(SYLLABLES, draw.randint(2, 4))) for _ in range(3_000)]
    domains = ("Condition", "Drug", "Measurement", "Procedure")
    with (folder / "CONCEPT.csv").open("w") as file:
        names = (
            "concept_id concept_name domain_id vocabulary_id concept_class_id standard_concept concept_code"
        )
        file.write("\t".join(names.split()) + "\n")
        for id in range(1, size + 1):
            name = " ".join(words[int(draw.paretovariate(0.4)) % 3_000] for _ in range(draw.randint(2, 6)))
            file.write(f"{id}\t{name}\t{domains[id % 4]}\tMADE\tDisorder\tS\tM{id}\n")
    above: list[dict[int, int]] = [{}, {}]
    with (folder / "CONCEPT_ANCESTOR.csv").open("w") as file:
        file.write("ancestor_concept_id\tdescendant_concept_id\tmin_levels_of_separation\n")
        for id in range(2, size + 1):
            parents = {(id - 2) // BRANCHES + 1} | ({draw.randint(1, id - 1)} if id % 5 == 0 else set())
            levels: dict[int, int] = {}
            for parent in sorted(parents):
                for one, far in (*above[parent].items(), (parent, 0)):
                    levels[one] = min(levels.get(one, 99), far + 1)
            above.append(levels)
            file.writelines(f"{one}\t{id}\t{far}\n" for one, far in levels.items())


def _ask(database: Database, size: int, requests: int) -> None:
    concepts, counts, browser = Concepts(database), ConceptCounts(database), ConceptBrowser(database)
    draw = random.Random(9)
    every = list(range(1, size + 1))
    draw.shuffle(every)
    below = {id: len(concepts.descendants(id)) for id in every[: 40 * requests]}
    drawn = every[:requests]
    measure("concept page, concepts as they come", drawn, lambda id: _page(concepts, counts, id))
    for name, (least, most) in SIZES.items():
        some = [id for id, number in below.items() if least <= number <= most][requests // 4 : requests]
        measure(f"concept page, {name} ({len(some)} asked)", some, lambda id: _page(concepts, counts, id))
    counts = ConceptCounts(database)
    measure("facet, concepts as they come", drawn, lambda id: counts.holders([id], 1_000))
    for name, (least, most) in SIZES.items():
        some = [id for id, number in below.items() if least <= number <= most][requests // 4 : requests]
        measure(f"facet, {name} ({len(some)} asked)", some, lambda id: counts.holders([id], 1_001))
    measure("facet, all concepts below one (1 asked)", [1], lambda id: counts.holders([id], 1_000))
    measure("facet, remembered", drawn, lambda id: counts.holders([id], 2_000))
    texts = [concept.name for concept in concepts.named(drawn).values()]
    measure("network, no text", range(requests), lambda n: browser.network(page=n % 40 + 1))
    measure("network, first word", texts, lambda text: browser.network(text.split()[0]))
    measure("network, four letters", texts, lambda text: browser.network(text[:4]))
    measure("find, two words", texts, lambda text: concepts.find(" ".join(text.split()[:2]), counted=True))
    record = f"{7:016}"
    measure("dataset, no text", range(requests), lambda n: browser.in_dataset(record, page=n % 40 + 1))
    measure("dataset, first word", texts, lambda text: browser.in_dataset(record, text.split()[0]))


def _page(concepts: Concepts, counts: ConceptCounts, id: int) -> None:
    """All that the page of a concept over the network shows."""
    concepts.named([id])
    concepts.synonyms(id)
    concepts.ancestors(id)
    concepts.children(id)
    counts.coverage(id, descendants=False)
    counts.coverage(id, descendants=True)


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Tells how long the context took."""
    began = time.perf_counter()
    yield
    print(f"  {what} in {time.perf_counter() - began:,.1f} s", flush=True)


if __name__ == "__main__":
    main()
