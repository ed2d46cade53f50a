"""Reads published metadata files and prints what became of them, as the tables of docs/real-input.md.

    python benchmarks/real_input.py FOLDER...

Each sub-folder is a project; one called OWNER__NAME is shown as OWNER/NAME.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.rdf import SUFFIXES, Document, Format
from catalogue.rdf_fault import plain
from catalogue.rdf_guard import guarded
from catalogue.records import Record, Rejected
from harvesters.payload import described, document

NO_RDF = ("but not JSON-LD", "but not RDF/XML")


@dataclass
class Tally:
    """What became of the files of one project; the lists pair a file's name with words about it."""

    files: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)
    repaired: list[tuple[str, str]] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)


def main(folders: Iterable[Path]) -> None:
    """Print the tables."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix[1:].lower() in SUFFIXES:
                part = path.relative_to(folder).parts[0]
                _take(path, tallies[part.replace("__", "/")])
    print("\n".join(_tables(tallies)))


def _take(path: Path, tally: Tally) -> None:
    """Read one file as an import would."""
    tally.files["all"] += 1
    try:
        content = document(path.name, path.read_bytes(), base=path.absolute().as_uri())
        items = list(described(content))
    except CatalogueError as error:
        if any(words in str(error) for words in NO_RDF):
            tally.files["no RDF"] += 1
        else:
            tally.set_aside.append((path.name, str(error)))
        return
    found = [item for item in items if isinstance(item, Record)]
    rejected = [item for item in items if isinstance(item, Rejected)]
    tally.files["DCAT" if found else "no DCAT"] += bool(found or not rejected)
    tally.records.update(record.kind for record in found)
    tally.set_aside += [(path.name, item.reason) for item in rejected]
    if found and (fault := _fault(content)):
        tally.repaired.append((path.name, fault))


def _fault(content: Document) -> str:
    """What a strict parser would not have taken; "" when it takes all."""
    content = guarded(content)
    try:
        strict = sum(1 for _ in content.quads())
    except SyntaxError as error:
        return plain(error, content.format)
    if content.format is Format.JSON_LD:
        lenient = sum(":" in quad.predicate.value for quad in content.quads(lenient=True))
        if lenient > strict:
            return f"{lenient - strict} statements with a wrong IRI or language tag."
    return ""


def _tables(tallies: dict[str, Tally]) -> Iterator[str]:
    yield "| Project | Files | With DCAT | Records | Repaired files | Set aside | Other RDF | No RDF |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, tally in sorted(tallies.items(), key=lambda item: item[0].lower()):
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(tally.records.items()))
        files = tally.files
        yield (
            f"| {name} | {files['all']} | {files['DCAT']} | {kinds or '0'} | {len(tally.repaired)} | "
            f"{len(tally.set_aside)} | {files['no DCAT']} | {files['no RDF']} |"
        )
    for title, lists in (
        ("Repaired", [(name, tally.repaired) for name, tally in tallies.items()]),
        ("Set aside", [(name, tally.set_aside) for name, tally in tallies.items()]),
    ):
        yield from ("", f"## {title}", "", "| Project | File | What is wrong |", "|---|---|---|")
        for name, rows in sorted(lists, key=lambda item: item[0].lower()):
            for (file, words), times in Counter(rows).items():
                often = f" ({times} times)" if times > 1 else ""
                yield f"| {name} | `{file}`{often} | {words.replace('|', '&#124;')} |"


if __name__ == "__main__":
    main(map(Path, sys.argv[1:]))
