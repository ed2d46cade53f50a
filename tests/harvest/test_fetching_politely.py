"""The client's manners: who it says it is, how it waits, tries again, follows and keeps secrets."""

import gzip
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Barrier, BrokenBarrierError, Thread

import httpx
import pytest

from catalogue.errors import NotFound, Refused, Unavailable, Unreadable
from harvesters.http import Client
from harvesters.statuses import Answered
from tests.harvest.conftest import MakeClient, Time
from tests.harvest.loopback import Asked, Reply, Site


def test_a_document_comes_with_its_address_and_validators(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(
        b"<a> <b> <c> .",
        headers={
            "Content-Type": "text/turtle;charset=utf-8",
            "ETag": '"1"',
            "Last-Modified": "Sun, 22 Nov 2026 08:00:00 GMT",
            "Link": '<?page=2>; rel="next last", </up>; rel=up',
        },
    )

    fetched = client.get(f"{site.url}/a", accept="text/turtle")

    assert (fetched.status, fetched.url, fetched.content) == (
        200,
        f"{site.url}/a",
        b"<a> <b> <c> .",
    )
    assert fetched.content_type == "text/turtle;charset=utf-8"
    assert (fetched.etag, fetched.last_modified) == ('"1"', "Sun, 22 Nov 2026 08:00:00 GMT")
    assert fetched.links["next"] == fetched.links["last"] == f"{site.url}/a?page=2"
    assert fetched.links["up"] == f"{site.url}/up"


@pytest.mark.parametrize(
    "header",
    [
        '</2>; title="Übersicht"; rel="next"',
        '</2>; title="a=b; c, <d>"; rel=next',
        '</2> ; rel = "next"; rel="prev"',
        "</1,5>; rel=up, </2>;rel=NEXT;type=text/turtle,</3>; rel=last",
        "words, <http://a.example:x>; rel=next, <http:////5[x>; rel=next, </2>; rel=next, </3>; rel=next",
    ],
)
def test_the_links_of_an_answer_are_read_whatever_else_stands_with_them(
    client: Client, site: Site, header: str
) -> None:
    site.pages["/a"] = Reply(b"x", headers={"Link": header})

    assert client.get(f"{site.url}/a").links["next"] == f"{site.url}/2"


@pytest.mark.parametrize("header", ["<" * 50_000, '<a>;b="' * 8_000, "<a>" + ";b" * 20_000])
def test_links_without_end_are_passed_over(client: Client, site: Site, header: str) -> None:
    site.pages["/a"] = Reply(b"x", headers={"Link": header})

    assert client.get(f"{site.url}/a").links == {}


def test_the_client_says_who_asks_and_asks_for_gzip_at_most(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(b"x")

    client.get(f"{site.url}/a", accept="text/turtle")

    headers = site.asked[0].headers
    assert re.fullmatch(r"FAIRfinder/\S+ \(\+desk@fairfinder\.example\)", headers["user-agent"])
    assert headers["accept-encoding"] == "gzip, identity"
    assert headers["accept"] == "text/turtle"
    assert headers["host"] == site.url.removeprefix("http://")


def test_a_contact_that_no_header_can_carry_is_sent_as_far_as_it_can(site: Site) -> None:
    site.pages["/a"] = Reply(b"x")

    with Client(frozenset({"127.0.0.1"}), 1000, 5, "büro\r\nX-Evil: 1") as client:
        client.get(f"{site.url}/a")

    assert site.asked[0].headers["user-agent"].endswith(" (+broX-Evil: 1)")
    assert "x-evil" not in site.asked[0].headers


def test_head_is_never_needed(client: Client, site: Site) -> None:
    site.pages["/only-get"] = Reply(b"x")

    assert client.get(f"{site.url}/only-get").content == b"x"


def test_a_gzip_body_arrives_plain(client: Client, site: Site) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    site.pages["/a"] = Reply(packed, headers={"Content-Encoding": "gzip"})

    assert client.get(f"{site.url}/a").content == b"one two"


@pytest.mark.parametrize("body", [gzip.compress(b"x" * 9999, mtime=0)[:-10], b"no gzip at all"])
def test_damaged_gzip_is_unreadable(client: Client, site: Site, body: bytes) -> None:
    site.pages["/a"] = Reply(body, headers={"Content-Encoding": "gzip"})

    with pytest.raises(Unreadable, match="gzip"):
        client.get(f"{site.url}/a")


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "deflate", "gzip, identity"])
def test_other_and_stacked_encodings_are_refused(client: Client, site: Site, encoding: str) -> None:
    site.pages["/a"] = Reply(gzip.compress(b"x"), headers={"Content-Encoding": encoding})

    with pytest.raises(Refused, match="content encoding"):
        client.get(f"{site.url}/a")


def test_a_missing_document_is_not_found(client: Client, site: Site) -> None:
    with pytest.raises(NotFound, match="404"):
        client.get(f"{site.url}/absent")


def test_a_withdrawn_document_is_not_found_either(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=410)

    with pytest.raises(NotFound, match=r"withdrawn.*410"):
        client.get(f"{site.url}/a")


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_door_is_told_as_missing_permission(client: Client, site: Site, status: int) -> None:
    site.pages["/a"] = Reply(status=status)

    with pytest.raises(Unavailable, match="without permission"):
        client.get(f"{site.url}/a")

    assert len(site.asked) == 1


def test_an_unchanged_document_answers_a_condition(client: Client, site: Site) -> None:
    site.pages["/a"] = lambda asked: Reply(status=304 if asked.headers.get("if-none-match") == '"1"' else 200)

    assert client.get(f"{site.url}/a", headers={"If-None-Match": '"1"'}).status == 304


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_a_passing_trouble_is_tried_again(client: Client, site: Site, time: Time, status: int) -> None:
    answers = [Reply(status=status), Reply(status=status), Reply(b"at last")]
    site.pages["/a"] = lambda asked: answers.pop(0)

    assert client.get(f"{site.url}/a").content == b"at last"

    backoff = [wait for wait in time.waits if wait > 0.1]
    assert 0.5 <= backoff[0] <= 1 <= backoff[1] <= 2


def test_three_failures_are_enough(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=503)

    with pytest.raises(Unavailable, match=r"503 \(Service Unavailable\), 3 times in a row"):
        client.get(f"{site.url}/a")

    assert len(site.asked) == 3


def test_a_wrong_request_is_not_repeated(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=400)

    with pytest.raises(Unavailable, match="400"):
        client.get(f"{site.url}/a")

    assert len(site.asked) == 1


def test_retry_after_in_seconds_is_obeyed(client: Client, site: Site, time: Time) -> None:
    answers = [Reply(status=429, headers={"Retry-After": "7"}), Reply(b"ok")]
    site.pages["/a"] = lambda asked: answers.pop(0)

    client.get(f"{site.url}/a")

    assert 7 in time.waits


def test_retry_after_as_a_date_is_obeyed(site: Site, time: Time) -> None:
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=9), usegmt=True)
    answers = [Reply(status=503, headers={"Retry-After": date}), Reply(b"ok")]
    site.pages["/a"] = lambda asked: answers.pop(0)

    with Client(
        frozenset({"127.0.0.1"}), 1000, 30, "", None, time.sleep, time.clock, now=lambda: now
    ) as client:
        client.get(f"{site.url}/a")

    assert 9 in time.waits


@pytest.mark.parametrize("text", ["3600", "Sun, 22 Nov 2099 09:00:00 GMT"])
def test_a_wait_beyond_the_deadline_is_not_waited(client: Client, site: Site, time: Time, text: str) -> None:
    site.pages["/a"] = Reply(status=429, headers={"Retry-After": text})

    with pytest.raises(Unavailable, match="longer than what is left of the 30 s"):
        client.get(f"{site.url}/a")

    assert sum(time.waits) < 30


@pytest.mark.parametrize(
    "text",
    [
        "soon", "-5", "²", "1e9", "Sun, 99 Foo",
        "Mon, 01 Jan 99999999999 00:00:00 GMT", "Mon, 01 Jan 2026 00:00:00 +999999999999999",
    ],
)  # fmt: skip
def test_a_senseless_retry_after_is_passed_over(client: Client, site: Site, text: str) -> None:
    encoded = text.encode("utf-8").decode("latin-1")
    answers = [Reply(status=503, headers={"Retry-After": encoded}), Reply(b"ok")]
    site.pages["/a"] = lambda asked: answers.pop(0)

    assert client.get(f"{site.url}/a").content == b"ok"


def test_a_broken_connection_is_tried_again(make_client: MakeClient) -> None:
    tries: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        if len(tries) < 3:
            raise httpx.ReadError("connection reset")
        return httpx.Response(200, content=b"ok")

    client = make_client(httpx.MockTransport(answer))

    assert client.get("http://feed.example/").content == b"ok"


def test_a_host_that_does_not_listen_is_unavailable(client: Client) -> None:
    with pytest.raises(Unavailable, match="could not be reached"):
        client.get("http://127.0.0.1:9/")


def test_requests_to_one_host_keep_their_distance(make_client: MakeClient, time: Time) -> None:
    client = make_client(httpx.MockTransport(lambda request: httpx.Response(200)))

    for host in ("a", "a", "b", "a"):
        client.get(f"http://{host}.example/")

    assert time.waits == pytest.approx([0.1, 0.1])


def test_the_hosts_of_the_operator_need_no_distance(client: Client, site: Site, time: Time) -> None:
    site.pages["/a"] = Reply(b"x")

    for _ in range(3):
        client.get(f"{site.url}/a")

    assert time.waits == []


def test_waiting_for_its_turn_does_not_count_as_the_time_of_the_server(
    make_client: MakeClient, time: Time
) -> None:
    client = make_client(httpx.MockTransport(lambda request: httpx.Response(200)), timeout_s=0.05)

    for _ in range(3):
        client.get("http://feed.example/")

    assert sum(time.waits) > 0.05


def test_one_request_at_a_time_goes_to_a_host(make_client: MakeClient) -> None:
    together = Barrier(2)
    met: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        with suppress(BrokenBarrierError):
            met.append(together.wait(timeout=0.05))
        return httpx.Response(200)

    client = make_client(httpx.MockTransport(answer))
    threads = [Thread(target=client.get, args=("http://feed.example/",)) for _ in range(2)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert met == []


def test_redirects_are_followed_and_the_last_address_told(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=301, headers={"Location": "/b?x=1#part"})
    site.pages["/b?x=1"] = Reply(status=307, headers={"Location": f"{site.url}/c"})
    site.pages["/c"] = Reply(b"here")

    fetched = client.get(f"{site.url}/a")

    assert (fetched.url, fetched.content) == (f"{site.url}/c", b"here")


def test_a_redirect_loop_ends(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": "/a"})

    with pytest.raises(Unavailable, match="in a circle"):
        client.get(f"{site.url}/a")

    assert site.paths == ["/a", "/b"]


def test_an_endless_row_of_redirects_ends_after_five(client: Client, site: Site) -> None:
    for n in range(20):
        site.pages[f"/{n}"] = Reply(status=302, headers={"Location": f"/{n + 1}"})

    with pytest.raises(Unavailable, match="more than 5 times"):
        client.get(f"{site.url}/0")

    assert len(site.asked) == 6


def test_a_redirect_to_nowhere_is_told(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(status=302)

    with pytest.raises(Unavailable, match="without saying where"):
        client.get(f"{site.url}/a")


def _two_hosts(site: Site, trap: Site) -> list[Asked]:
    site.pages["/a"] = Reply(status=302, headers={"Location": "/b"})
    site.pages["/b"] = Reply(status=302, headers={"Location": f"{trap.url}/c"})
    trap.pages["/c"] = Reply(b"x")
    return site.asked


def test_credentials_stay_with_the_host_they_were_given_for(client: Client, site: Site, trap: Site) -> None:
    asked = _two_hosts(site, trap)
    secrets = {"Authorization": "Bearer s3cret", "X-Api-Key": "s3cret", "Cookie": "s3cret"}

    client.get(f"{site.url}/a", headers=secrets)

    assert [request.headers["x-api-key"] for request in asked] == ["s3cret", "s3cret"]
    assert "s3cret" not in str(trap.asked)


def test_a_password_in_the_url_is_sent_to_its_host_and_shown_nowhere(
    client: Client, site: Site, trap: Site
) -> None:
    asked = _two_hosts(site, trap)
    site.pages["/closed"] = Reply(status=403)
    with_password = site.url.replace("http://", "http://me:s3cret@")

    fetched = client.get(f"{with_password}/a")
    with pytest.raises(Unavailable) as caught:
        client.get(f"{with_password}/closed")

    assert asked[0].headers["authorization"] == "Basic bWU6czNjcmV0"
    assert "authorization" not in trap.asked[0].headers
    assert "s3cret" not in fetched.url + str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://a.example/", "//a/b", "http:///x", "x", "http://a.example:0/",
        "http://127.0.0.1:65536/", f"http://127.0.0.1:{9**99}/",
    ],
)  # fmt: skip
def test_only_web_addresses_are_fetched(client: Client, url: str) -> None:
    with pytest.raises(Refused):
        client.get(url)


@pytest.mark.parametrize(
    "url", ["ftp://me:s3cret@a.example/", "http://me:s3cret@[bad", "//me:s3cret@a.example"]
)
def test_what_is_no_web_address_is_told_without_its_password(client: Client, url: str) -> None:
    with pytest.raises(Refused) as caught:
        client.get(url)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://a.example/", "http://[bad", "http:////5[x", "data:,x"]
)
def test_a_redirect_leaves_the_web_never(client: Client, site: Site, target: str) -> None:
    site.pages["/a"] = Reply(status=302, headers={"Location": target})

    with pytest.raises(Refused, match="redirected to where it is not followed"):
        client.get(f"{site.url}/a")


def test_what_a_server_says_is_wrong_comes_with_the_failure(client: Client, site: Site) -> None:
    site.pages["/a"] = Reply(
        b'{"title": "Conflict", "detail": "Somebody else\\nwrites."}',
        status=409,
        headers={"Content-Type": "application/problem+json"},
    )
    site.pages["/b"] = Reply(b"<p>Not now</p>", status=409, headers={"Content-Type": "text/html"})

    with pytest.raises(Answered) as told:
        client.post(f"{site.url}/a", b"x", "text/plain")
    with pytest.raises(Answered) as silent:
        client.post(f"{site.url}/b", b"x", "text/plain")

    assert (told.value.told, silent.value.told) == ("Somebody else writes.", "")
