"""Promises of the tantivy engine about its folder: crashes, other processes, wrong files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.errors import Conflict
from catalogue.search import SearchQuery
from tests.search.examples import document, ids


def opened(folder: Path, fingerprint: str = "f1") -> TantivyIndex:
    return TantivyIndex(folder, fingerprint, memory_mb=32)


def generations(folder: Path) -> list[Path]:
    return sorted(folder.glob("generation-*"))


def test_what_was_written_is_there_after_opening_again(tmp_path: Path) -> None:
    first = opened(tmp_path / "deep" / "index")
    first.rebuild([document("a", "Hearts")])
    first.put([document("b", "Häuser")])
    first.close()

    again = opened(tmp_path / "deep" / "index", "f2")

    assert ids(again, "heart") == ["a"]
    assert again.search(SearchQuery()).total == 2
    assert again.fingerprint() == "f1"


def test_a_rebuild_leaves_one_generation_behind(tmp_path: Path) -> None:
    index = opened(tmp_path)

    index.rebuild([document("a", "A")])
    index.rebuild([document("b", "B")])

    assert len(generations(tmp_path)) == 1


def test_leftovers_of_a_crashed_rebuild_are_swept_at_open(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.rebuild([document("a", "A")])
    index.close()
    (tmp_path / "generation-empty").mkdir()
    (tmp_path / "generation-partial").mkdir()
    for file in generations(tmp_path)[0].iterdir():
        if file.is_file():
            (tmp_path / "generation-partial" / file.name).write_bytes(file.read_bytes())

    again = opened(tmp_path)

    assert len(generations(tmp_path)) == 1
    assert ids(again, "") == ["a"]


def test_a_process_killed_in_a_rebuild_leaves_the_live_index(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.rebuild([document("a", "A")])
    index.close()
    program = (
        "import os, sys; from pathlib import Path;"
        "from tests.search.test_tantivy_folder import opened, document;"
        "index = opened(Path(sys.argv[1]));"
        "index.rebuild(document(str(n), 'X') if n < 9 else os._exit(7) for n in range(99))"
    )

    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)

    assert ended.returncode == 7
    assert len(generations(tmp_path)) == 2
    again = opened(tmp_path)
    assert ids(again, "") == ["a"]
    assert len(generations(tmp_path)) == 1
    again.put([document("b", "B")])


def test_a_second_writer_is_told_in_plain_words(tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    first.put([document("a", "A")])

    with pytest.raises(Conflict, match="Another process is writing to the search index"):
        second.put([document("b", "B")])
    with pytest.raises(Conflict):
        second.rebuild([])

    assert ids(second, "") == ["a"]
    first.close()
    second.put([document("b", "B")])
    assert first.search(SearchQuery()).total == 2


def test_readers_follow_the_writes_and_rebuilds_of_others_at_once(tmp_path: Path) -> None:
    writer, reader = opened(tmp_path), opened(tmp_path)

    writer.put([document("a", "A")])
    assert ids(reader, "") == ["a"]
    writer.rebuild([document("b", "B")])
    assert ids(reader, "") == ["b"]
    assert reader.fingerprint() == "f1"
    writer.put((), without=["b"])
    assert ids(reader, "") == []


def test_opening_beside_a_rebuild_does_not_disturb_it(tmp_path: Path) -> None:
    index = opened(tmp_path)
    found = []

    def beside() -> object:
        yield document("a", "A")
        found.append(opened(tmp_path).search(SearchQuery()).total)
        yield document("b", "B")

    assert index.rebuild(beside()) == 2  # type: ignore[arg-type]
    assert found == [0]
    assert index.search(SearchQuery()).total == 2


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"generation": "no", "fingerprint": "f1"}', b"null"]
)
def test_a_damaged_pointer_starts_an_empty_index_that_asks_for_a_rebuild(
    tmp_path: Path, content: bytes
) -> None:
    opened(tmp_path).rebuild([document("a", "A")])
    (tmp_path / "current").write_bytes(content)

    again = opened(tmp_path)

    assert again.fingerprint() == ""
    assert again.rebuild([document("b", "B")]) == 1
    assert ids(opened(tmp_path), "") == ["b"]


def test_the_pointer_names_a_generation_inside_the_folder_only(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    opened(outside).rebuild([document("a", "A")])
    inside = tmp_path / "inside"
    opened(inside).rebuild([document("b", "B")])
    name = f"../outside/{generations(outside)[0].name}"
    pointer = {"generation": name, "fingerprint": "f1"}
    (inside / "current").write_text(json.dumps(pointer), encoding="utf-8")

    index = opened(inside)

    assert index.fingerprint() == ""
    assert ids(opened(outside), "") == ["a"]
