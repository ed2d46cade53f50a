"""Files and folders of the operator: all that is usable is read, the rest is named with its reason."""

import gzip
from pathlib import Path

import pytest

from catalogue.rdf import Format
from catalogue.records import Record
from harvesters.files import read
from tests.harvest.feeds import PREFIXES, dataset, names, rejected
from tests.harvest.test_feeds import BILLION, IN_FORMAT, TURTLE, XML, ZURICH


def test_every_format_is_read_by_its_suffix_packed_or_not(tmp_path: Path) -> None:
    for format, content in IN_FORMAT.items():
        plain = tmp_path / f"x.{format.suffix}"
        plain.write_bytes(content)
        packed = tmp_path / f"x.{format.suffix}.gz"
        packed.write_bytes(gzip.compress(content))

        assert sorted(names(read([plain]))) == ["a", "b"]
        assert sorted(names(read([packed]))) == ["a", "b"]


def test_a_folder_is_read_with_its_sub_folders_in_a_stable_order(tmp_path: Path) -> None:
    for name in ("b/2.ttl", "a.ttl", "b/1.ttl", "c.ttl.gz"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        content = (PREFIXES + dataset(name.replace("/", "-"))).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    assert names(read([tmp_path])) == ["a.ttl", "c.ttl.gz", "b-1.ttl", "b-2.ttl"]


def test_other_files_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    for name in ("README.md", "picture.png", "table.ods", ".hidden.ttl", "~$a.xlsx", "noise", "page.html"):
        (tmp_path / name).write_text("not RDF")
    (tmp_path / "a.ttl").write_bytes(TURTLE)

    items = list(read([tmp_path]))

    assert (names(items), rejected(items)) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.ttl", b"", "empty"),
        ("blank.ttl", b" \n", "empty"),
        ("broken.ttl", b"%%% nothing %%%", "not valid Turtle|Cannot tell"),
        ("picture.ttl", b"\x89PNG\r\n\x1a\n\x00", "not valid Turtle|Cannot tell"),
        ("page.rdf", b"<!doctype html><p>Sorry</p>", "web page"),
        ("settings.json", b'{"name": "x", "items": [1]}', "JSON, but not JSON-LD"),
        ("list.json", b"[1, 2]", "JSON, but not JSON-LD"),
        ("cut.json", b'{"@id": ', "not valid JSON"),
        ("table.xml", b"<?xml version='1.0'?><table/>", "XML, but not RDF/XML"),
        ("vocabulary.ttl", b'<http://a/> <http://b/> "c" .', "describes no dataset"),
        ("bomb.rdf", BILLION, "DOCTYPE"),
        ("cut.ttl.gz", gzip.compress(TURTLE)[:-9], "cut off"),
        ("damaged.ttl.gz", b"\x1f\x8b" + b"\xff" * 50, "damaged"),
        ("thrice.ttl.gz", gzip.compress(gzip.compress(gzip.compress(TURTLE))), "more than 2"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_reason_and_the_next_follows(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zz.ttl").write_bytes(TURTLE)

    items = list(read([tmp_path]))

    assert names(items) == ["a", "b"]
    [problem] = rejected(items)
    assert problem.origin == str(tmp_path / name)
    assert any(words in problem.reason for words in reason.split("|")), problem.reason
    assert problem.raw == content or "describes no dataset" in problem.reason


def test_a_file_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(TURTLE)

    items = list(read([tmp_path / "absent.ttl", tmp_path / "a.ttl"]))

    assert names(items) == ["a", "b"]
    assert "No such file" in rejected(items)[0].reason


def test_a_link_to_nowhere_in_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "link.ttl").symlink_to(tmp_path / "absent")

    assert "No such file" in rejected(read([tmp_path]))[0].reason


def test_a_wrong_suffix_does_not_hide_what_the_file_holds(tmp_path: Path) -> None:
    (tmp_path / "really-xml.ttl").write_bytes(IN_FORMAT[Format.RDF_XML])

    assert sorted(names(read([tmp_path]))) == ["a", "b"]


def test_a_file_named_by_hand_needs_no_suffix(tmp_path: Path) -> None:
    (tmp_path / "download").write_bytes(TURTLE)

    assert names(read([tmp_path / "download"])) == ["a", "b"]


def test_the_operator_has_the_last_word_on_the_format(tmp_path: Path) -> None:
    (tmp_path / "x.rdf").write_bytes(b"# a comment\n" + IN_FORMAT[Format.N_TRIPLES])

    assert sorted(names(read([tmp_path / "x.rdf"], format="n-triples"))) == ["a", "b"]


def test_files_in_old_encodings_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes(ZURICH.encode("utf-16"))
    (tmp_path / "b.rdf").write_bytes(
        XML.format(' encoding="windows-1252"').replace("/a", "/b").encode("windows-1252")
    )

    records = [item for item in read([tmp_path]) if isinstance(item, Record)]

    assert all("Zürich – 5 µg" in str(record.triples) for record in records)
    assert len(records) == 2


def test_a_subject_in_several_files_comes_once(tmp_path: Path) -> None:
    (tmp_path / "1.ttl").write_bytes(TURTLE)
    (tmp_path / "2.nt").write_bytes(IN_FORMAT[Format.N_TRIPLES])
    (tmp_path / "3.ttl").write_text(PREFIXES + dataset("a", "Another title"))

    items = list(read([tmp_path]))

    assert names(items) == ["a", "b"]
    assert [(item.origin, item.place) for item in rejected(items)] == [
        (str(tmp_path / "3.ttl"), "https://data.example/a")
    ]


def test_one_bad_record_in_a_file_leaves_the_others(tmp_path: Path) -> None:
    bad = '<https://data.example/bad> a dcat:Dataset ; dct:title "unfinished .\n'
    (tmp_path / "a.ttl").write_text(PREFIXES + dataset("a") + dataset("b") + bad)

    items = list(read([tmp_path]))

    assert names(items) == ["a", "b"]
    assert len(rejected(items)) == 1


def test_a_gzip_bomb_is_refused_and_leaves_no_file_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bomb = tmp_path / "bomb.ttl.gz"
    bomb.write_bytes(gzip.compress(gzip.compress(bytes(40_000_000))))

    items = list(read([bomb], scratch=scratch, max_unpacked=2_000_000))

    assert "larger than the limit of 2 MB" in rejected(items)[0].reason
    assert list(scratch.iterdir()) == []


def test_leaving_a_packed_file_half_read_leaves_no_file_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (tmp_path / "a.ttl.gz").write_bytes(gzip.compress(TURTLE))

    items = read([tmp_path / "a.ttl.gz"], scratch=scratch)
    next(items)
    in_between = list(scratch.iterdir())
    items.close()  # type: ignore[attr-defined]

    assert (len(in_between), list(scratch.iterdir())) == (1, [])


def test_a_large_file_is_streamed_and_its_records_come_as_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "large.nt"
    statement = (
        "<https://data.example/d{0}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/ns/dcat#Dataset> .\n"
        '<https://data.example/d{0}> <http://purl.org/dc/terms/description> "{1}" .\n'
    )
    with path.open("w") as out:
        for number in range(1_700):
            out.write(statement.format(number, "x" * 10_000))

    items = read([path])

    assert path.stat().st_size > 16 << 20
    assert isinstance(next(items), Record)
    assert sum(1 for _ in items) == 1_699
