"""How long variables take: 200 dictionaries of 1,000 variables each, in the embedded ledger.

python benchmarks/variable_time.py [--datasets 200] [--variables 1000] [--requests 200]

The dictionaries are made up and written as a harvest writes them. Questions are the names, words and
prefixes that people type, a tenth of them misspelt, a third narrowed by a facet; each is asked once.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading, peak_mb
from catalogue.batches import batches
from catalogue.ledger import PRESENT, Entry, Ledger
from catalogue.search import Row, SearchDocument
from catalogue.variables import Coded, Variable
from catalogue.variables_asked import VariableQuery
from catalogue.variables_search import VariableSearch

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE: Final = "made"
SUBJECTS: Final = (
    "pressure weight height glucose sodium potassium creatinine smoking alcohol diagnosis admission "
    "discharge death medication dose visit memory score stage grade tumour margin biopsy ejection rhythm "
    "cholesterol haemoglobin platelets calcium vitamin income education birth sex ethnicity region"
).split()
PARTS: Final = (
    "systolic diastolic baseline follow first last mean maximum minimum change date time code status type "
    "value unit method source reason left right fasting resting total free serum urine"
).split()
UNITS: Final = ("", "", "mmHg", "kg", "cm", "mmol/L", "mg/dL", "%", "years", "days")
TYPES: Final = ("integer", "decimal", "string", "date", "boolean", "code")


def main() -> None:
    """Write the dictionaries, ask, and print a table for RESULTS.md."""
    options = argparse.ArgumentParser()
    options.add_argument("--datasets", type=int, default=200)
    options.add_argument("--variables", type=int, default=1_000)
    options.add_argument("--requests", type=int, default=200)
    given = options.parse_args()
    random.seed(7)
    with TemporaryDirectory() as folder:
        ledger = Ledger(f"sqlite:///{folder}/ledger.sqlite")
        began = time.perf_counter()
        _write(ledger, given.datasets, given.variables)
        took = time.perf_counter() - began
        number = given.datasets * given.variables
        size = Path(folder, "ledger.sqlite").stat().st_size / 1e6
        print(heading())
        print(f"{number:,} variables written in {took:.1f} s ({number / took:,.0f}/s), {size:.0f} MB\n")
        print("| question | p50 ms | p95 ms | most ms |\n| --- | --- | --- | --- |")
        for name, ask in _questions(VariableSearch(ledger.database), given.datasets):
            _time(name, ask, given.requests)
        ledger.close()
    print(f"\nPeak memory {peak_mb():.0f} MB.")


def _write(ledger: Ledger, datasets: int, variables: int) -> None:
    with ledger.leases.source(SOURCE) as hold:
        for some in batches(range(datasets), 20):
            entries = [
                Entry(_id(at), SOURCE, _id(at), "dataset", _id(at), "", PRESENT, NOW, NOW, 1) for at in some
            ]
            ledger.settle(hold, entries)
            rows = ((Row(_id(at), "", "dataset", (), source=SOURCE), _dictionary(variables)) for at in some)
            ledger.variables.know(hold, [SearchDocument(row, (), {}, {}, (), found) for row, found in rows])


def _id(at: int) -> str:
    return f"record{at:010}"


def _dictionary(number: int) -> tuple[Variable, ...]:
    return tuple(_variable(at) for at in range(number))


def _variable(at: int) -> Variable:
    subject, *parts = random.choice(SUBJECTS), *random.sample(PARTS, 2)
    name = "_".join((*parts, subject))
    coded = random.random() < 0.2
    return Variable(
        f"table {at // 50}",
        f"{name}_{at % 7}",
        f"{parts[0].title()} {subject}",
        f"The {subject} of the person as it was recorded at the visit, {parts[1]}.",
        random.choice(TYPES),
        random.choice(UNITS),
        f"http://loinc.org/rdf/{abs(hash(name)) % 2_000}-1" if random.random() < 0.3 else "",
        values=(Coded("0", "No"), Coded("1", "Yes"), Coded("9", "Unknown")) if coded else (),
    )


def _questions(search: VariableSearch, datasets: int) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "words, as typed", lambda: search.search(_query())
    yield "all variables", lambda: search.search(VariableQuery(page=random.randint(1, 50)))
    yield "all of a type", lambda: search.search(VariableQuery(filters={"type": ("number",)}))
    yield "what is alike", lambda: search.alike(_query())
    yield "one word in a tenth of all", lambda: search.search(VariableQuery("syst"))
    yield "datasets with a variable", lambda: search.datasets(_words())
    yield "variables of a dataset", lambda: search.of_record(_id(random.randrange(datasets)), "pressure")
    yield "side by side", lambda: search.compared([_words().replace(" ", "_") + "_1"])


def _query() -> VariableQuery:
    words = _words()
    if random.random() < 0.1:
        at = random.randrange(2, len(words))
        words = words[: at - 1] + words[at:]
    filters = {"type": ("number",), "unit": (random.choice(UNITS) or "none",)}
    chosen = random.choice(["type", "unit"])
    return VariableQuery(words, {chosen: filters[chosen]} if random.random() < 0.3 else {})


def _words() -> str:
    subject, part = random.choice(SUBJECTS), random.choice(PARTS)
    return random.choice(
        (subject, f"{part} {subject}", subject[:4], f"{part}_{random.choice(PARTS)}_{subject}")
    )


def _time(name: str, ask: Callable[[], object], requests: int) -> None:
    took = []
    for _ in range(requests):
        began = time.perf_counter()
        ask()
        took.append(1_000 * (time.perf_counter() - began))
    took.sort()
    middle, most = took[len(took) // 2], took[int(len(took) * 0.95)]
    print(f"| {name} | {middle:.0f} | {most:.0f} | {took[-1]:.0f} |", flush=True)


if __name__ == "__main__":
    main()
