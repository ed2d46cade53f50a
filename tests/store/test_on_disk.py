"""The store on disk: one owner, copies beside a writer, and no half graph after a sudden death."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.errors import Invalid

NAMES = [NamedNode(f"https://catalogue.example/record/{n}") for n in range(40)]
SIZE = 30
WRITER = """
import sys
from pathlib import Path
from tests.store.test_on_disk import NAMES, OxigraphStore, generation

store = OxigraphStore(Path(sys.argv[1]))
print("open", flush=True)
for number in range(int(sys.argv[2]), 10_000):
    store.replace({name: generation(number) for name in NAMES})
    print(number, flush=True)
"""


def generation(number: int) -> list[Triple]:
    """A graph whose statements all tell which writing they are of."""
    subject = NamedNode("https://example.org/s")
    return [
        Triple(subject, NamedNode(f"https://example.org/p{n}"), Literal(f"generation {number}"))
        for n in range(SIZE)
    ]


def written(store: OxigraphStore) -> set[int]:
    """The generations that the graphs are of; each must be whole."""
    found = set()
    for name in NAMES:
        graph = store.read([name])[name]
        [value] = {t.object.value for t in graph if isinstance(t.object, Literal)} or {"generation -1"}
        assert len(graph) in (0, SIZE)
        found.add(int(value.split()[1]))
    return found


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    store.replace({name: generation(1) for name in NAMES})
    store.close()

    again = OxigraphStore(tmp_path / "store")

    assert written(again) == {1}
    again.close()


def test_a_second_owner_is_told_in_plain_words(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    code = (
        "import sys; from pathlib import Path; from catalogue.adapters.store_oxigraph import OxigraphStore\n"
        "from catalogue.errors import Conflict\n"
        "try: OxigraphStore(Path(sys.argv[1]))\n"
        "except Conflict as error: print(error)"
    )

    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "store")], capture_output=True, text=True, check=True
    )

    assert "is open in another process" in process.stdout
    assert str(tmp_path) in process.stdout
    store.close()


def test_the_folder_is_free_once_the_store_is_closed(tmp_path: Path) -> None:
    OxigraphStore(tmp_path / "store").close()

    OxigraphStore(tmp_path / "store").close()


def test_a_snapshot_is_a_store_of_its_own_beside_a_writer(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    store.replace({name: generation(1) for name in NAMES})

    store.snapshot(tmp_path / "copy")
    store.replace({name: generation(2) for name in NAMES})
    copy = OxigraphStore(tmp_path / "copy")

    assert written(copy) == {1}
    assert written(store) == {2}
    copy.close()
    store.close()


def test_a_killed_writer_leaves_each_graph_old_or_new(tmp_path: Path) -> None:
    folder, next_generation = tmp_path / "store", 0
    for lines in (1, 2, 3, 4, 6):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(next_generation)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        last = [process.stdout.readline().strip() for _ in range(lines)][-1]
        os.kill(process.pid, signal.SIGKILL)
        told = [last, *process.stdout.read().split()]
        process.stdout.close()
        process.wait()
        done = max((int(word) for word in told if word.isdigit()), default=next_generation - 1)

        store = OxigraphStore(folder)
        generations = written(store)
        store.close()

        assert generations <= {done, done + 1}
        next_generation = done + 2


def test_a_vast_graph_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    store = OxigraphStore(tmp_path / "store")
    vast, other = NAMES[:2]
    line = b'<https://example.org/s> <https://example.org/p> "%d ' + b"long " * 20_000 + b'" .\n'
    lines = [line % number for number in range(120)]
    bad = b'<https://example.org/s> <not an IRI> "x" .\n'

    with pytest.raises(Invalid, match="Nothing was written"):
        store.replace({vast: b"".join([*lines, bad]), other: generation(1)})
    left = list(store.graphs())
    store.replace({vast: b"".join(lines), other: generation(1)})

    assert left == []
    assert len(set(store.read([vast])[vast])) == len(lines)
    assert len(store.read([other])[other]) == SIZE
    store.close()


def test_what_a_killed_process_was_about_to_load_is_taken_away(tmp_path: Path) -> None:
    left = tmp_path / "store" / "load-x"
    left.parent.mkdir()
    left.write_bytes(b"half a statement")

    OxigraphStore(tmp_path / "store").close()

    assert not left.exists()
