"""A node sends its profile over HTTP: all of it is taken in, or nothing, and only from who may."""

import gzip
import io
import struct
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from catalogue.errors import TooLarge
from catalogue.profiles.releases import Standing
from tests.asking import ask
from tests.core.harvests import id_of, records
from tests.interfaces.office import Office, office
from tests.interfaces.test_api import conforms
from web import api_upload_models as models
from web.cli_parts import APART_BYTES
from web.upload_archives import unpacked
from web.uploads import MOST_PARTS

COUNTS: Final = b"""analysis,stratum_1,stratum_2,count
about,source_name,Registry,
persons,,,2694
personsBySex,female,,1321
personsBySex,male,,1369
personsBySex,other,,4
"""
MORE: Final = b"analysis,stratum_1,stratum_2,count\npersonsByVisit,9201,,812\n"
MEGABYTE: Final = 1_000_000


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A program of a node at a catalogue of a dataset for each letter, z of them withdrawn."""
    opened = office(tmp_path_factory.mktemp("data"), max_profile_mb=1)
    opened.catalogue.ingest("north", records("abcdefghijklmnz"))
    opened.catalogue.withdraw(id_of("z"))
    yield opened
    opened.catalogue.close()


def send(
    node: Office, name: str, query: str = "", token: str | None = None, **body: object
) -> httpx.Response:
    """Send a body for a dataset, as httpx takes it."""
    url = f"{node.catalogue.base}/api/v1/datasets/{id_of(name)}/profiles{query}"
    shown = {"Authorization": f"Bearer {node.token if token is None else token}"}
    headers = {**shown, **body.pop("headers", {})}  # type: ignore[dict-item]
    return ask(node.app, httpx.Request("POST", url, headers=headers, **body))  # type: ignore[arg-type]


def kept(node: Office, name: str) -> list[Standing]:
    return [one.state for one in node.catalogue.releases.every(id_of(name))]


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return content.getvalue()


def test_a_profile_that_is_sent_is_shown_with_its_report(node: Office) -> None:
    answer = send(node, "a", files=[("files", ("a.csv", COUNTS)), ("files", ("a.csv", MORE))])

    told = answer.json()
    assert answer.status_code == 201
    conforms(models.UploadAnswer, answer.content)
    assert told["persons"] == {"state": "interval", "low": 2691, "high": 2695}
    assert told["state"] == "published" and told["release"]["current"]
    assert {"what": "Persons by sex", "cells": 1, "reason": "Counts of 1 to 5 are hidden."} in told[
        "withheld"
    ]
    assert answer.headers["location"] == f"{node.catalogue.base}/profile/{told['release']['id']}"
    profile = ask(
        node.app, httpx.Request("GET", f"{node.catalogue.base}/api/v1/datasets/{id_of('a')}/profile")
    )
    assert profile.json()["persons"] == told["persons"]
    assert "personsByVisit" in {one["name"] for one in profile.json()["analyses"]}
    assert node.deeds()[0][:3] == ("nightly", "import profile", id_of("a"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("b", COUNTS),
        ("c", gzip.compress(COUNTS)),
        ("d", packed(("run/counts.csv", COUNTS), ("run/more.csv", MORE), ("__MACOSX/run/x", b"?"))),
    ],
)
def test_a_body_may_be_one_file_packed_or_not(node: Office, name: str, content: bytes) -> None:
    answer = send(node, name, content=content)

    assert answer.status_code == 201, answer.text
    assert answer.json()["persons"]["high"] == 2695


def test_a_large_profile_is_taken_in_all_the_same(node: Office) -> None:
    padded = COUNTS + b"about,version,%b,\n" % (b"1" * 60_000) * 150

    answer = send(node, "n", content=packed(("counts.csv", padded)))

    assert len(padded) > APART_BYTES
    assert answer.status_code == 201, answer.text
    assert answer.json()["persons"]["high"] == 2695


def test_the_same_files_make_one_release(node: Office) -> None:
    first = send(node, "e", content=COUNTS)

    again = send(node, "e", files={"files": ("named otherwise.csv", COUNTS)})

    assert again.status_code == 200
    assert again.json() == {**first.json(), "is_new": False}
    assert kept(node, "e") == [Standing.PUBLISHED]


def test_a_draft_is_shown_to_nobody_and_the_day_of_the_data_may_be_told(node: Office) -> None:
    answer = send(node, "f", "?draft=1&released=2026-01-31", content=COUNTS)

    assert answer.json()["state"] == "draft"
    assert answer.json()["release"]["released"] == "2026-01-31"
    assert node.catalogue.releases.current(id_of("f")) is None


def test_releases_and_the_rule_are_told_to_who_brings_profiles(node: Office) -> None:
    send(node, "g", "?draft=1", content=COUNTS)
    url = f"{node.catalogue.base}/api/v1/datasets/{id_of('g')}/profiles"
    shown = {"Authorization": f"Bearer {node.token}"}

    answer = ask(node.app, httpx.Request("GET", url, headers=shown))

    conforms(models.OperatedProfiles, answer.content)
    assert answer.json()["rule"] == {"source": "north", "threshold": 5, "rounding": 5}
    assert [one["state"] for one in answer.json()["releases"]] == ["draft"]
    assert ask(node.app, httpx.Request("GET", url)).status_code == 401


def _linked() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("counts.csv")
    member.external_attr = 0o120777 << 16
    return member


async def _in_pieces() -> AsyncIterator[bytes]:
    """A body that does not tell its length."""
    for piece in (b"0" * MEGABYTE, b"0"):
        yield piece


MANY: Final = packed(("a.csv", COUNTS))[:-22] + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, 1 << 30, 0, 0)


@pytest.mark.parametrize(
    ("status", "body", "word"),
    [
        (413, {"content": b"0" * (MEGABYTE + 1)}, "1 MB"),
        (413, {"content": _in_pieces()}, "1 MB"),
        (413, {"files": [("files", (f"{n}.csv", COUNTS)) for n in range(MOST_PARTS + 1)]}, "100 files"),
        (413, {"content": MANY}, "20,000"),
        (422, {"content": packed(("../escaped.csv", COUNTS))}, "leads out"),
        (422, {"content": packed(("/tmp/escaped.csv", COUNTS))}, "leads out"),
        (422, {"content": packed((_linked(), b"/etc/passwd"))}, "leads out"),
        (422, {"content": packed(("a.csv", COUNTS))[:-30]}, "zip"),
        (422, {"content": packed(("x" * 300, COUNTS))}, "too long"),
        (422, {"content": b"person_id,year_of_birth\n1,1950\n"}, "person_id"),
        (422, {"content": b""}, "Nothing was sent"),
        (422, {"data": {"draft": "1"}, "files": {"files": ("a.csv", COUNTS)}}, "no file"),
        (
            422,
            {"content": b"--x\r\nnonsense", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            "form",
        ),
        (422, {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
    ],
)
def test_what_is_too_much_or_leads_elsewhere_is_refused_as_a_whole(
    node: Office, status: int, body: dict[str, object], word: str
) -> None:
    answer = send(node, "h", **body)

    assert answer.status_code == status, answer.text
    assert word in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept(node, "h") == []


def test_an_archive_that_unpacks_without_end_is_left(tmp_path: Path) -> None:
    (tmp_path / "bomb").write_bytes(packed(*((f"{number}.csv", b"0" * MEGABYTE) for number in range(4))))

    with pytest.raises(TooLarge):
        unpacked(tmp_path / "bomb", tmp_path / "out", 3 * MEGABYTE)


def test_a_file_among_good_ones_that_holds_persons_costs_the_others(node: Office) -> None:
    answer = send(
        node, "i", files=[("files", ("a.csv", COUNTS)), ("files", ("p.csv", b"patient_id,x\n1,2\n"))]
    )

    assert answer.status_code == 422
    assert "p.csv has the column patient_id" in answer.json()["detail"]
    assert kept(node, "i") == []


@pytest.mark.parametrize("query", ["?draft=yes", "?released=yesterday", "?released=2026-13-01"])
def test_a_parameter_that_cannot_be_is_named(node: Office, query: str) -> None:
    answer = send(node, "j", query, content=COUNTS)

    assert answer.status_code == 422
    assert query[1:].partition("=")[0] in answer.json()["detail"]


def test_nothing_is_taken_from_who_may_not_or_for_what_is_not_there(node: Office) -> None:
    assert send(node, "j", token="fft_" + "a" * 52, content=COUNTS).status_code == 401
    assert send(node, "nothing", content=COUNTS).status_code == 404
    assert send(node, "z", content=COUNTS).status_code == 410
    assert kept(node, "j") == []


def test_one_profile_of_a_dataset_is_taken_in_at_a_time(node: Office) -> None:
    with node.catalogue.ledger.leases.held(f"the profile of {id_of('k')}"):
        answer = send(node, "k", content=COUNTS)

    assert answer.status_code == 409
    assert kept(node, "k") == []


def test_a_draft_is_published_and_a_release_withdrawn_while_the_catalogue_is_served(node: Office) -> None:
    draft = send(node, "l", "?draft=1", content=COUNTS).json()["release"]["id"]
    url = f"{node.catalogue.base}/api/v1/datasets/{id_of('l')}/profiles/{draft}"
    shown = {"Authorization": f"Bearer {node.token}"}
    other = url.replace(id_of("l"), id_of("m"))

    published = ask(node.app, httpx.Request("POST", f"{url}/publish", headers=shown))
    again = ask(node.app, httpx.Request("POST", f"{url}/publish", headers=shown))
    elsewhere = ask(node.app, httpx.Request("DELETE", other, headers=shown))
    withdrawn = ask(node.app, httpx.Request("DELETE", url, headers=shown))

    conforms(models.StandingRelease, published.content)
    assert published.json()["state"] == "published"
    assert (again.status_code, elsewhere.status_code) == (409, 404)
    assert withdrawn.json()["state"] == "withdrawn"
    assert [deed[1] for deed in node.deeds()[:2]] == ["withdraw profile", "publish profile"]
    assert kept(node, "l") == [Standing.WITHDRAWN]
