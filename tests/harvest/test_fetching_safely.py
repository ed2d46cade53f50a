"""What the client never does: ask a private address, or take or wait more than it may."""

import gzip
import ssl
import tracemalloc
from collections.abc import Iterator

import httpx
import pytest

from catalogue.errors import Refused, Unavailable
from harvesters.addresses import is_public, permitted_addresses
from harvesters.http import Client
from harvesters.network import GuardedTransport
from tests.harvest.conftest import MakeClient, Time
from tests.harvest.loopback import Reply, Site

SPELLINGS = [
    "127.0.0.1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "127。0。0。1",
]
PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "2001:0:1::1",
    "2001:db8::1",
    "2002:808:808::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", [*PRIVATE, "not an address", ""])
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.0.6.139", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_this_machine_is_asked(make_client: MakeClient, trap: Site, spelling: str) -> None:
    client = make_client(allow_hosts=frozenset())

    with pytest.raises(Unavailable):
        client.get(f"http://{spelling}:{trap.port}/latest/meta-data")

    assert trap.asked == []


@pytest.mark.parametrize("spelling", [name for name in SPELLINGS if not name.startswith("127")])
def test_no_redirect_leads_to_this_machine(client: Client, site: Site, trap: Site, spelling: str) -> None:
    target = f"http://{spelling}:{trap.port}/latest/meta-data"
    encoded = target.encode().decode("latin-1")
    site.pages["/a"] = Reply(status=302, headers={"Location": encoded})

    with pytest.raises(Unavailable):
        client.get(f"{site.url}/a")

    assert trap.asked == []


def test_a_redirect_that_the_caller_does_not_want_is_not_followed(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/private"})

    with pytest.raises(Refused, match="/private, which is not to be asked"):
        client.get(f"{site.url}/a", follow=lambda there: there.path != "/private")

    assert site.paths == ["/a", "/b"]


def test_the_refusal_says_what_an_operator_can_do(make_client: MakeClient, trap: Site) -> None:
    client = make_client(allow_hosts=frozenset())

    with pytest.raises(Refused, match=r"127\.0\.0\.1, which is no public address.*ALLOW_HOSTS"):
        client.get(trap.url)


def test_a_host_is_allowed_as_it_is_written_and_no_other_way(make_client: MakeClient, site: Site) -> None:
    site.pages["/"] = Reply(b"ok")
    client = make_client(allow_hosts=frozenset({"localhost"}))

    assert client.get(f"http://localhost:{site.port}/").content == b"ok"
    with pytest.raises(Refused):
        client.get(f"{site.url}/")


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("8.8.8.8", "10.0.0.1")

    with pytest.raises(Refused, match=r"10\.0\.0\.1"):
        permitted_addresses("feed.example", 80, frozenset(), resolve)


def test_a_name_without_address_is_unavailable(client: Client) -> None:
    with pytest.raises(Unavailable, match="leads to no address"):
        client.get("http://nowhere.invalid/")


def test_a_name_is_looked_up_once_for_check_and_connection(time: Time, site: Site) -> None:
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        looked_up.append(host)
        return ("127.0.0.1",) if len(looked_up) == 1 else ("169.254.169.254",)

    site.pages["/a"] = Reply(b"ok")
    transport = GuardedTransport(frozenset({"feed.example"}), rebinding)
    with Client(frozenset(), 1000, 5, "", transport, time.sleep, time.clock) as client:
        fetched = client.get(f"http://feed.example:{site.port}/a")

    assert fetched.content == b"ok"
    assert looked_up == ["feed.example"]
    assert site.asked[0].headers["host"] == f"feed.example:{site.port}"


def test_the_next_address_of_a_name_is_tried_when_the_first_does_not_listen(time: Time, site: Site) -> None:
    def resolve(host: str, port: int) -> tuple[str, ...]:
        return ("127.0.0.2", "127.0.0.1")

    site.pages["/a"] = Reply(b"ok")
    transport = GuardedTransport(frozenset({"feed.example"}), resolve)
    with Client(frozenset(), 1000, 5, "", transport, time.sleep, time.clock) as client:
        assert client.get(f"http://feed.example:{site.port}/a").content == b"ok"


def test_proxies_named_in_the_environment_are_not_used(
    client: Client, site: Site, trap: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, trap.url)
    monkeypatch.delenv("no_proxy", raising=False)
    site.pages["/a"] = Reply(b"ok")

    assert client.get(f"{site.url}/a").content == b"ok"
    assert trap.asked == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(make_client: MakeClient, time: Time) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        cause = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")
        raise httpx.ConnectError(str(cause)) from cause

    client = make_client(httpx.MockTransport(answer))

    with pytest.raises(Unavailable, match="add its authority to the certificates"):
        client.get("https://feed.example/")
    assert time.waits == []


def _zeros(total: int, sent: list[int], piece: int = 65_536) -> Iterator[bytes]:
    for _ in range(total // piece):
        sent.append(piece)
        yield bytes(piece)


def test_a_body_of_200_megabytes_is_left_at_the_limit(client: Client, site: Site) -> None:
    sent: list[int] = []
    site.pages["/a"] = Reply(_zeros(200_000_000, sent))

    with pytest.raises(Refused, match="larger than the limit of 1 MB"):
        client.get(f"{site.url}/a")

    assert sum(sent) < 20_000_000


def test_a_declared_length_beyond_the_limit_is_not_read(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(b"x", headers={"Content-Length": "200000000"})

    with pytest.raises(Refused, match="larger than the limit"):
        client.get(f"{site.url}/a")


def test_a_gzip_body_is_unpacked_to_the_limit_and_no_further(client: Client, site: Site) -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    site.pages["/a"] = Reply(bomb[:900_000], headers={"Content-Encoding": "gzip"})

    tracemalloc.start()
    with pytest.raises(Refused, match="larger than the limit"):
        client.get(f"{site.url}/a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 6_000_000


def _drip() -> Iterator[bytes]:
    while True:
        yield b"."


def test_a_dripping_body_is_left_at_the_deadline(make_client: MakeClient, site: Site, time: Time) -> None:
    time.tick = 0.5
    site.pages["/a"] = Reply(_drip())

    with pytest.raises(Unavailable, match="longer than the 30 s"):
        make_client(max_bytes=10**9).get(f"{site.url}/a")

    assert len(site.asked) == 1


def test_dripping_headers_are_left_at_the_deadline(make_client: MakeClient, site: Site, time: Time) -> None:
    time.tick = 0.5
    site.pages["/a"] = Reply(headers={f"X-{n}": "drip" * 2000 for n in range(60)})

    with pytest.raises(Unavailable, match="longer than the 3 s"):
        make_client(timeout_s=3).get(f"{site.url}/a")


def test_every_wait_on_the_network_has_an_end(make_client: MakeClient) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    make_client(httpx.MockTransport(answer), timeout_s=7).get("http://feed.example/")

    timeouts = asked[0].extensions["timeout"]
    assert all(0 < timeouts[name] <= 7 for name in ("connect", "read", "write", "pool"))


def test_a_document_of_exactly_the_limit_is_taken(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(b"x" * 1_000_000)

    assert len(client.get(f"{site.url}/a").content) == 1_000_000
