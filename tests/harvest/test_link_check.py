"""What an address answers, and how politely many of them are asked."""

import threading
import time
from collections.abc import Callable, Iterable

import httpx
import pytest

from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS, Answer
from harvesters.http import Client
from harvesters.link_check import GIVE_UP, THREADS, answers
from tests.harvest.loopback import Site

NONE: frozenset[str] = frozenset()
Page = Callable[[httpx.Request], httpx.Response]


def ask(
    page: Page, urls: Iterable[str], own: frozenset[str] = NONE, delay_s: float = 0.0
) -> dict[str, Answer]:
    """What comes of asking a made-up web in which nobody waits."""
    transport = httpx.MockTransport(page)
    client = Client(NONE, 1_000, 5, "", transport, sleep=lambda _: None, delay_s=delay_s)
    found = list(answers(client, urls, own, lambda: False, 30))
    assert len(found) == len({answer.url for answer in found})
    return {answer.url: answer for answer in found}


def without_robots(status: int) -> Page:
    return lambda request: httpx.Response(404 if request.url.path == "/robots.txt" else status)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *((200, WORKS), (204, WORKS), (206, WORKS)),
        *((404, BROKEN), (410, BROKEN)),
        *((401, CLOSED), (403, CLOSED), (451, CLOSED)),
        *((429, UNKNOWN), (500, UNKNOWN), (503, UNKNOWN), (418, UNKNOWN)),
        *((400, WORKS), (405, WORKS), (422, WORKS)),
    ],
)
def test_a_status_says_how_an_address_stands(status: int, state: str) -> None:
    url = "https://data.example/a"

    answer = ask(without_robots(status), [url])[url]

    assert (answer.state, answer.status) == (state, status)


def test_what_cannot_be_reached_is_unknown_and_says_why(site: Site) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    answer = ask(broken, ["https://data.example/a"], frozenset({"data.example"}))["https://data.example/a"]

    assert (answer.state, answer.status) == (UNKNOWN, None)
    assert answer.message == "https://data.example/a could not be reached (refused), 2 times in a row."


def test_a_private_address_is_unknown_and_never_asked(site: Site) -> None:
    client = Client(NONE, 1_000, 5, "")

    found = list(answers(client, [f"{site.url}/a"], NONE, lambda: False, 30))

    assert [answer.state for answer in found] == [UNKNOWN]
    assert "no public address" in found[0].message
    assert site.asked == []


@pytest.mark.parametrize("url", ["http://[bad/", "https://ex ample/", "ftp://data.example/"])
def test_an_address_that_is_none_is_unknown_and_stops_nothing(url: str) -> None:
    good = "https://data.example/a"

    found = ask(without_robots(200), [url, good])

    assert (found[url].state, found[good].state) == (UNKNOWN, WORKS)


def test_what_robots_txt_forbids_is_not_asked_but_on_the_hosts_of_sources() -> None:
    asked: list[str] = []

    def page(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, text="User-agent: *\nDisallow: /closed")

    urls = [f"https://{host}.example/closed/a" for host in ("own", "other")]
    found = ask(page, urls, frozenset({"own.example"}))

    assert [found[url].state for url in urls] == [WORKS, UNKNOWN]
    assert "robots.txt" in found[urls[1]].message
    assert sorted(asked) == ["https://other.example/robots.txt", urls[0]]


def test_a_redirect_to_what_robots_txt_forbids_is_not_followed() -> None:
    asked: list[str] = []

    def page(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.host == "doi.example":
            path = request.url.path
            there = {"Location": f"https://other.example{path}"}
            return httpx.Response(404) if path == "/robots.txt" else httpx.Response(302, headers=there)
        return httpx.Response(200, text="User-agent: *\nDisallow: /closed")

    urls = [f"https://doi.example/{name}" for name in ("closed", "open")]
    found = ask(page, urls)

    assert [found[url].state for url in urls] == [UNKNOWN, WORKS]
    assert "which is not to be asked" in found[urls[0]].message
    assert asked.count("/closed") == 1


def test_an_address_that_only_some_can_read_is_asked() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="User-agent: *\nDisallow: /closed")

    url = "https://me[@other.example/a"

    assert ask(page, [url])[url].state == WORKS


def test_a_site_that_wants_a_great_distance_is_not_asked() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="User-agent: *\nCrawl-delay: 60")

    answer = ask(page, ["https://slow.example/a"])["https://slow.example/a"]

    assert (answer.state, answer.message) == (
        UNKNOWN,
        "The site wants 60 s between two questions, so it was not asked.",
    )


def test_a_host_that_tells_nothing_is_left_alone_after_some_tries() -> None:
    asked: list[str] = []

    def page(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        raise httpx.ConnectError("refused")

    urls = [f"https://gone.example/{n}" for n in range(20)]
    found = ask(page, urls, frozenset({"gone.example"}))

    assert len(set(asked)) == GIVE_UP
    assert {answer.state for answer in found.values()} == {UNKNOWN}
    assert len(found) == 20


def test_a_host_whose_robots_txt_forbids_some_addresses_is_asked_for_the_others() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="User-agent: *\nDisallow: /closed")

    urls = [f"https://data.example/{'closed' if n < 9 else 'open'}/{n}" for n in range(10)]
    found = ask(page, urls)

    assert [found[url].state for url in urls] == [UNKNOWN] * 9 + [WORKS]


@pytest.mark.parametrize("fault", ["down", "503", "no robots.txt", "closed"])
def test_a_host_that_leads_on_to_silent_ones_is_not_silent(fault: str) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        host, path = request.url.host, request.url.path
        if host == "doi.example" and path != "/robots.txt":
            there = f"https://{'good' if path == '/9' else f'bad{path[1:]}'}.example/closed"
            return httpx.Response(302, headers={"Location": there})
        if host in ("doi.example", "good.example"):
            return httpx.Response(404 if path == "/robots.txt" else 200)
        if fault == "down":
            raise httpx.ConnectError("refused")
        if path == "/robots.txt" and fault != "no robots.txt":
            return httpx.Response(200, text="User-agent: *\nDisallow: /closed" if fault == "closed" else "")
        return httpx.Response(503)

    urls = [f"https://doi.example/{n}" for n in range(10)]
    found = ask(page, urls)

    assert [found[url].state for url in urls] == [UNKNOWN] * 9 + [WORKS]


def test_hosts_are_asked_in_turn_and_each_one_question_at_a_time() -> None:
    lock, busy, most, asked = threading.Lock(), set[str](), [0], list[str]()

    def page(request: httpx.Request) -> httpx.Response:
        host = request.url.host
        with lock:
            assert host not in busy
            busy.add(host)
            asked.append(host)
            most[0] = max(most[0], len(busy))
        time.sleep(0.005)
        with lock:
            busy.remove(host)
        return httpx.Response(200)

    hosts = [f"h{n}.example" for n in range(8)]
    urls = [f"https://{host}/{n}" for host in hosts for n in range(5)]
    found = ask(page, urls, frozenset(hosts))

    assert {answer.state for answer in found.values()} == {WORKS}
    assert len(found) == 40
    assert 1 < most[0] <= THREADS
    assert set(asked[:12]) == set(hosts)


def test_asking_ends_at_once_when_told_to_though_a_server_is_silent() -> None:
    silent = threading.Event()
    begun = threading.Event()

    def page(request: httpx.Request) -> httpx.Response:
        begun.set()
        silent.wait(20)
        return httpx.Response(200)

    client = Client(NONE, 1_000, 5, "", httpx.MockTransport(page))
    started = time.monotonic()
    found = list(answers(client, ["https://data.example/a"], frozenset({"data.example"}), begun.is_set, 30))
    took = time.monotonic() - started
    silent.set()

    assert found == []
    assert took < 5


def test_asking_ends_when_its_time_is_over() -> None:
    urls = [f"https://data.example/{n}" for n in range(1_000)]
    client = Client(NONE, 1_000, 5, "", httpx.MockTransport(lambda _: httpx.Response(200)), delay_s=0.05)

    found = list(answers(client, urls, frozenset({"data.example"}), lambda: False, 0.5))

    assert 0 < len(found) < 100
