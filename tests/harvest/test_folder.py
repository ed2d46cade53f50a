"""A folder as a source: what cannot be read is told and never looks like what was taken away."""

import os
from pathlib import Path

import pytest

from catalogue.errors import Invalid, Unavailable
from catalogue.records import Harvested, Incomplete, Reached, Record
from harvesters.files import files, order, read
from harvesters.folder import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.feeds import PREFIXES, dataset, names, rejected
from tests.harvest.tables import csv_of, incomplete, told, workbook
from web.demo.nodes.folder import NODE

not_as_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def rdf(path: Path, *described: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PREFIXES + "".join(map(dataset, described)))
    return path


def csv_file(path: Path, *identifiers: str) -> Path:
    path.write_text(csv_of("identifier,title", *(f"{name},Title of {name}" for name in identifiers)))
    return path


def from_folder(client: Client, folder: Path, cursor: str = "", **options: str) -> list[Harvested]:
    return list(harvest(asked(str(folder), client, cursor=cursor, **options)))


def reached(items: list[Harvested]) -> list[str]:
    return [item.cursor for item in items if isinstance(item, Reached)]


def test_rdf_and_tables_are_read_side_by_side(client: Client, tmp_path: Path) -> None:
    rdf(tmp_path / "a.ttl", "a")
    csv_file(tmp_path / "b.csv", "https://data.example/b")
    workbook(tmp_path / "c.xlsx", {"One": [("identifier", "title"), ("https://data.example/c", "C")]})
    (tmp_path / "README.md").write_text("not for the catalogue")

    items = from_folder(client, tmp_path)

    assert names(items) == ["a", "b", "c"]
    assert rejected(items) == incomplete(items) == []


def test_the_address_for_identifiers_is_an_option(client: Client, tmp_path: Path) -> None:
    csv_file(tmp_path / "b.csv", "b")

    assert names(from_folder(client, tmp_path, base="https://registry.example/d/")) == ["b"]
    with pytest.raises(Invalid, match="must be an address"):
        from_folder(client, tmp_path, base="registry")


def test_a_single_file_is_a_source_too(client: Client, tmp_path: Path) -> None:
    assert names(from_folder(client, csv_file(tmp_path / "x.csv", "https://data.example/b"))) == ["b"]


def test_a_folder_that_is_not_there_is_unavailable_as_a_share_that_is_not_mounted(
    client: Client, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match="mounted"):
        from_folder(client, tmp_path / "absent")
    with pytest.raises(Invalid, match="empty"):
        list(harvest(asked("  ", client)))


def test_what_is_neither_file_nor_folder_is_not_opened(client: Client, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttl")

    with pytest.raises(Unavailable):
        from_folder(client, tmp_path / "pipe.ttl")
    assert len(incomplete(from_folder(client, tmp_path))) == 1


@pytest.mark.parametrize("content", [None, "README.md", "empty.csv"])
def test_a_folder_without_records_is_incomplete_and_never_an_empty_catalogue(
    client: Client, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / content).write_text("identifier,title\n")

    items = from_folder(client, tmp_path)

    assert "delete the source" in incomplete(items)[0]
    assert rejected(items) == []


def test_a_file_that_cannot_be_used_makes_the_run_incomplete_and_the_next_follows(
    client: Client, tmp_path: Path
) -> None:
    (tmp_path / "a.ttl").write_text("%%%")
    (tmp_path / "b.csv").write_text("no headings")
    (tmp_path / "c.xlsx").write_text("no workbook")
    rdf(tmp_path / "d.ttl", "d")

    items = from_folder(client, tmp_path)

    assert names(items) == ["d"]
    assert len(rejected(items)) == len(incomplete(items)) == 3


@not_as_root
def test_a_file_without_permission_makes_the_run_incomplete(client: Client, tmp_path: Path) -> None:
    rdf(tmp_path / "a.ttl", "a").chmod(0)
    rdf(tmp_path / "b.ttl", "b")

    items = from_folder(client, tmp_path)

    assert names(items) == ["b"]
    assert len(incomplete(items)) == 1


def test_a_file_that_vanishes_while_others_are_read_makes_the_run_incomplete(
    client: Client, tmp_path: Path
) -> None:
    rdf(tmp_path / "a.ttl", "a")
    later = [rdf(tmp_path / "b.ttl", "b"), csv_file(tmp_path / "c.csv", "c"), tmp_path / "d.xlsx"]
    workbook(later[2], {"One": [("identifier", "title")]})
    items: list[Harvested] = []

    for item in harvest(asked(str(tmp_path), client)):
        items.append(item)
        for file in later:
            file.unlink(missing_ok=True)

    assert names(items) == ["a"]
    assert len(rejected(items)) == len(incomplete(items)) == 3
    assert all("No such file" in item.reason for item in rejected(items))


def test_links_that_lead_out_of_the_folder_are_not_followed(client: Client, tmp_path: Path) -> None:
    rdf(tmp_path / "outside" / "secret.ttl", "secret")
    home = tmp_path / "home"
    rdf(home / "a.ttl", "a")
    (home / "inside.ttl").symlink_to(home / "a.ttl")
    (home / "link.ttl").symlink_to(tmp_path / "outside" / "secret.ttl")
    (home / "sub").symlink_to(tmp_path / "outside")
    (home / "circle").symlink_to(home)
    (home / "itself.ttl").symlink_to(home / "itself.ttl")

    items = from_folder(client, home)

    assert names(items) == ["a"]
    assert [item.origin for item in rejected(items)] == [
        f"{home.name}/{name}" for name in ("itself.ttl", "link.ttl")
    ]
    assert all("out of the folder" in item.reason for item in rejected(items))
    assert names(read([home])) == ["a"]


def test_the_name_of_a_file_with_bytes_that_stand_for_no_letter_is_told_as_text(
    client: Client, tmp_path: Path
) -> None:
    rdf(tmp_path / os.fsdecode(b"caf\xe9.ttl"), "a")
    (tmp_path / os.fsdecode(b"th\xe9.ttl")).write_text("no RDF")

    items = from_folder(client, tmp_path)

    assert names(items) == ["a"]
    assert [item.origin for item in items if isinstance(item, Record)] == [f"{tmp_path.name}/caf?.ttl"]
    assert rejected(items)[0].origin == f"{tmp_path.name}/th?.ttl"
    assert "th?.ttl" in incomplete(items)[0]


def test_a_folder_that_is_itself_a_link_is_read(client: Client, tmp_path: Path) -> None:
    rdf(tmp_path / "real" / "a.ttl", "a")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert names(from_folder(client, tmp_path / "link")) == ["a"]


def test_a_later_run_goes_on_behind_the_last_file_that_was_reached(client: Client, tmp_path: Path) -> None:
    for name in ("b/1.ttl", "a.ttl", "z.ttl", "b/c/2.ttl", "c/3.ttl"):
        rdf(tmp_path / name, name.replace("/", "-"))
    whole = from_folder(client, tmp_path)

    for cursor in reached(whole):
        place = whole.index(Reached(cursor))
        assert from_folder(client, tmp_path, cursor) == whole[place + 1 :]

    assert names(whole) == ["a.ttl", "z.ttl", "b-1.ttl", "b-c-2.ttl", "c-3.ttl"]


def test_the_file_that_was_reached_may_be_gone(client: Client, tmp_path: Path) -> None:
    for name in ("a.ttl", "c.ttl"):
        rdf(tmp_path / name, name)

    assert names(from_folder(client, tmp_path, str(tmp_path / "b.ttl"))) == ["c.ttl"]
    assert names(from_folder(client, tmp_path, "/elsewhere/b.ttl")) == ["a.ttl", "c.ttl"]


def test_nothing_is_reached_behind_a_file_that_could_not_be_read(client: Client, tmp_path: Path) -> None:
    rdf(tmp_path / "a.ttl", "a")
    (tmp_path / "b.ttl").write_text("%%%")
    rdf(tmp_path / "c.ttl", "c")

    assert reached(from_folder(client, tmp_path)) == [str(tmp_path / "a.ttl")]


def test_files_are_listed_in_the_order_that_resuming_relies_on(tmp_path: Path) -> None:
    for name in ("b/1.ttl", "a.ttl", "b.ttl", "b/c/2.ttl", "b-/3.ttl", "c/3.ttl"):
        rdf(tmp_path / name, "x")

    listed = [file for file in files(tmp_path) if isinstance(file, Path)]

    assert len(listed) == 6
    assert listed == sorted(listed, key=lambda file: order(file, tmp_path))


def test_one_identifier_in_two_tables_names_two_datasets(client: Client, tmp_path: Path) -> None:
    csv_file(tmp_path / "north.csv", "1")
    csv_file(tmp_path / "south.csv", "1")

    items = from_folder(client, tmp_path)

    assert names(items) == ["urn:x-fairfinder:north:1", "urn:x-fairfinder:south:1"]
    assert rejected(items) == []


def test_a_dataset_that_two_files_describe_differently_is_told(client: Client, tmp_path: Path) -> None:
    csv_file(tmp_path / "a.csv", "https://data.example/b")
    rdf(tmp_path / "b.ttl", "b")

    items = from_folder(client, tmp_path)

    assert names(items) == ["b"]
    assert rejected(items)[0].origin == f"{tmp_path.name}/b.ttl"


def test_an_import_reads_tables_too(tmp_path: Path) -> None:
    csv_file(tmp_path / "a.csv", "https://data.example/b")
    (tmp_path / "broken.csv").write_text("x")

    items = list(read([tmp_path]))

    assert names(items) == ["b"]
    assert len(rejected(items)) == 1
    assert not any(isinstance(item, Incomplete) for item in items)


def test_the_demonstration_folder_is_harvested_whole(client: Client) -> None:
    assert NODE.folder is not None

    items = from_folder(client, NODE.folder, **NODE.options)

    records = [item for item in items if isinstance(item, Record)]
    assert sorted(names(items)) == ["heart-failure-at", "leukaemia-at", "lung-imaging", "primary-care-it"]
    assert rejected(items) == incomplete(items) == []
    assert told(records[0], "persons") == ["8340"]
    leukaemia = next(one for one in records if one.subject.value.endswith("leukaemia-at"))
    assert told(leukaemia, "persons") == ["14820"]
    assert len(told(leukaemia, "variables", "table", "column", "columnName")) == 4


def test_nothing_that_comes_tells_where_on_the_machine_the_folder_lies(
    client: Client, tmp_path: Path
) -> None:
    rdf(tmp_path / "a.ttl", "a")
    (tmp_path / "torn.ttl").write_text("<https://data.example/b> a")
    (tmp_path / "itself.ttl").symlink_to(tmp_path / "itself.ttl")

    items = from_folder(client, tmp_path)

    said = [
        getattr(item, "origin", "") + getattr(item, "reason", "")
        for item in items
        if not isinstance(item, Reached)
    ]
    assert names(items) == ["a"]
    assert not [words for words in said if str(tmp_path.parent) in words]
