"""A look at an address: what it answers, without what it holds."""

import time
from collections.abc import Iterator

import pytest

from catalogue.errors import Refused, Unavailable
from harvesters.http import Client
from tests.harvest.conftest import MakeClient, Time
from tests.harvest.loopback import Reply, Site


@pytest.mark.parametrize("status", [200, 204, 400, 401, 403, 404, 405, 410])
def test_a_look_tells_the_status_whatever_it_is(client: Client, site: Site, status: int) -> None:
    site.pages["/a"] = Reply(status=status)

    looked = client.look(f"{site.url}/a")

    assert (looked.status, looked.url) == (status, f"{site.url}/a")
    assert [asked.method for asked in site.asked] == ["GET"]


def test_a_look_reads_nothing_of_an_endless_document(client: Client, site: Site) -> None:
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        while len(sent) < 4_000:
            sent.append(1)
            yield b"x" * 100_000

    site.pages["/a"] = Reply(endless())
    began = time.monotonic()

    assert client.look(f"{site.url}/a").status == 200

    assert time.monotonic() - began < 5
    assert len(sent) < 4_000


def test_a_look_does_not_mind_a_document_that_is_too_large_to_be_fetched(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(headers={"Content-Length": "99999999999", "Content-Encoding": "br"})

    assert client.look(f"{site.url}/a").status == 200


def test_a_look_follows_redirects_to_their_end(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=404)

    looked = client.look(f"{site.url}/a")

    assert (looked.status, looked.url) == (404, f"{site.url}/b")


def test_a_look_is_never_led_to_a_private_address(make_client: MakeClient, site: Site, trap: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/"})
    client = make_client()

    with pytest.raises(Refused, match="localhost"):
        client.look(f"{site.url}/a")

    assert trap.asked == []


def test_passing_trouble_is_looked_at_once_more_and_no_more(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=503)

    with pytest.raises(Unavailable, match="503"):
        client.look(f"{site.url}/a")

    assert len(site.asked) == 2


def test_a_look_is_over_after_twenty_seconds(make_client: MakeClient, site: Site, time: Time) -> None:
    site.pages["/a"] = Reply(status=503, headers={"Retry-After": "25"})

    with pytest.raises(Unavailable, match="longer than what is left of the 20 s"):
        make_client(timeout_s=120).look(f"{site.url}/a")

    assert time.waits == []
