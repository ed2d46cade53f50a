"""Paged DCAT feeds: every way of naming the next page, and every way of never ending."""

import itertools

import httpx
import pytest

from harvesters.dcat import harvest
from harvesters.http import Client
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import dataset, faults, names, page, rejected, totals, turtle
from tests.harvest.loopback import Asked, Reply, Site


@pytest.mark.parametrize(
    "link",
    [
        "</feed?page=2>",
        '"/feed?page=2"',
        '"?page=2"',
        "<?page=2>",
        "<{url}/feed?page=2>",
        '"{url}/feed?page=2"',
    ],
)
@pytest.mark.parametrize("word", ["hydra:next", "hydra:nextPage"])
def test_the_next_page_may_be_an_iri_or_a_literal_relative_or_not(
    client: Client, site: Site, link: str, word: str
) -> None:
    view = f"[] a hydra:PagedCollection ; {word} {link.format(url=site.url)} ."
    site.pages["/feed"] = turtle(dataset("a"), view)
    site.pages["/feed?page=2"] = page("b")

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a", "b"]


def test_old_and_present_words_at_once_lead_to_one_next_page(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(
        dataset("a"),
        "<> a hydra:PagedCollection, hydra:PartialCollectionView ;",
        'hydra:nextPage "/feed?page=2" ; hydra:next </feed?page=2> ; hydra:totalItems 2 .',
    )
    site.pages["/feed?page=2"] = page("b")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert (names(items), totals(items)) == (["a", "b"], [2])
    assert site.paths == ["/feed", "/feed?page=2"]


def test_a_link_header_names_the_next_page(client: Client, site: Site) -> None:
    first = turtle(dataset("a"))
    site.pages["/feed"] = Reply(first.body, headers={**first.headers, "Link": '<?p=2>; rel="next"'})
    site.pages["/feed?p=2"] = turtle(dataset("b"))

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a", "b"]


def test_of_several_paginations_that_of_the_page_itself_counts(client: Client, site: Site) -> None:
    site.pages["/feed?page=1"] = turtle(
        dataset("a"),
        "<?page=1> a hydra:PartialCollectionView ; hydra:next <?page=2> .",
        "</other?page=1> a hydra:PartialCollectionView ; hydra:next </other?page=2> .",
    )
    site.pages["/feed?page=2"] = page("b", node="<?page=2>")

    assert names(harvest(asked(f"{site.url}/feed?page=1", client))) == ["a", "b"]
    assert site.paths == ["/feed?page=1", "/feed?page=2"]


def test_a_mention_of_the_page_before_is_no_circle(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", then="</feed?page=2>")
    site.pages["/feed?page=2"] = turtle(
        dataset("b"),
        "</feed> a hydra:PartialCollectionView ; hydra:next </feed?page=2> .",
        "</feed?page=2> a hydra:PartialCollectionView .",
    )

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a", "b"]


def test_collections_without_the_page_itself_are_all_followed(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(
        dataset("a"),
        "[] a hydra:PartialCollectionView ; hydra:next </one> .",
        "[] a hydra:PartialCollectionView ; hydra:next </two> .",
    )
    site.pages["/one"] = turtle(dataset("b"))
    site.pages["/two"] = turtle(dataset("c"))

    assert sorted(names(harvest(asked(f"{site.url}/feed", client)))) == ["a", "b", "c"]


@pytest.mark.parametrize("path", ["/portal/feed", "/feed"])
def test_a_next_link_with_the_inner_host_of_a_proxy_is_followed_on_the_host_that_was_asked(
    client: Client, site: Site, trap: Site, path: str
) -> None:
    for inner in (f"{trap.url}/feed?page=2", "http://ckan:5000/feed?page=2"):
        site.pages[path] = page("a", then=f"<{inner}>")
        site.pages[f"{path}?page=2"] = page("b")

        assert names(harvest(asked(site.url + path, client))) == ["a", "b"]

    assert trap.asked == []


def test_a_next_link_that_forgot_https_stays_on_https(make_client: MakeClient) -> None:
    pages = {"/list/1": page("a", then="<http://feed.example/list/2>"), "/list/2": page("b")}

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.scheme == "https"
        reply = pages[request.url.path]
        assert isinstance(reply.body, bytes)
        return httpx.Response(200, content=reply.body, headers=reply.headers)

    client = make_client(httpx.MockTransport(answer))

    assert names(harvest(asked("https://feed.example/list/1", client))) == ["a", "b"]


def test_a_next_link_elsewhere_is_followed_when_its_host_is_allowed(
    client: Client, site: Site, trap: Site
) -> None:
    site.pages["/feed"] = page("a", then=f"<{trap.url}/archive/2>")
    trap.pages["/archive/2"] = page("b")

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a", "b"]


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:7f00:1]"])
def test_a_next_link_to_a_private_address_is_refused(
    client: Client, site: Site, trap: Site, host: str
) -> None:
    site.pages["/feed"] = page("a", then=f"<http://{host}:{trap.port}/latest/meta-data>")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert "no public address" in faults(items)[0] or "bad address" in faults(items)[0]
    assert trap.asked == []


@pytest.mark.parametrize(
    "link", ["<file:///etc/passwd>", '"http://[bad"', '"http://a:b:c/"', '"http:////5[x"']
)
def test_a_next_link_that_is_no_web_address_makes_the_run_incomplete(
    client: Client, site: Site, link: str
) -> None:
    site.pages["/feed"] = page("a", then=link)

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert len(faults(items)) == 1


def test_a_password_is_kept_for_the_pages_of_its_host_alone(
    make_client: MakeClient, site: Site, trap: Site
) -> None:
    site.pages["/feed"] = page("a", then="</feed?page=2>")
    site.pages["/feed?page=2"] = page("b", then=f"<{trap.url}/list>")
    trap.pages["/list"] = page("c")
    url = site.url.replace("http://", "http://me:s3cret@") + "/feed"

    items = list(harvest(asked(f"{site.url}/feed", make_client(home=url))))

    assert names(items) == ["a", "b", "c"]
    assert all("authorization" in asked.headers for asked in site.asked)
    assert "authorization" not in trap.asked[0].headers
    assert "s3cret" not in str(items)


def test_a_password_in_a_next_link_is_dropped(client: Client, site: Site) -> None:
    host = site.url.removeprefix("http://")
    site.pages["/feed"] = page("a", then=f'"http://me:s3cret@{host}/feed?page=2"')
    site.pages["/feed?page=2"] = page("b")

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a", "b"]
    assert all("authorization" not in asked.headers for asked in site.asked)


def test_pages_that_point_at_each_other_end_and_make_the_run_incomplete(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", then="<?page=2>")
    site.pages["/feed?page=2"] = page("b", then="<?page=3>")
    site.pages["/feed?page=3"] = page("c", then="<?page=2>")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a", "b", "c"]
    assert "runs in a circle" in faults(items)[0]
    assert len(site.asked) == 3


def test_a_page_that_names_itself_as_the_next_makes_the_run_incomplete(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", then="</feed#next>")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert (names(items), len(site.asked)) == (["a"], 1)
    assert "circle" in faults(items)[0]


def test_the_same_content_behind_every_page_number_ends_the_run_as_incomplete(
    client: Client, site: Site
) -> None:
    site.pages["/feed"] = page("a", then="<http://feed.invalid/feed?page=2>")
    site.pages["/feed?page=2"] = page("a", then="<http://feed.invalid/feed?page=2>")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert "the same as an earlier page" in faults(items)[0]


def test_the_same_content_as_any_earlier_page_is_noticed(client: Client, site: Site) -> None:
    site.pages["/1"] = page("a", then="</2>")
    site.pages["/2"] = page("b", then="</3>")
    site.pages["/3"] = page("c", then="</4>")
    site.pages["/4"] = site.pages["/2"]

    items = list(harvest(asked(f"{site.url}/1", client)))

    assert names(items) == ["a", "b", "c"]
    assert "/4 holds the same as an earlier page" in faults(items)[0]


def test_endless_pages_without_anything_new_end(client: Client, site: Site) -> None:
    class Endless(dict[str, object]):
        def get(self, path: object, default: object = None) -> Reply:
            number = int(str(path).rpartition("=")[2])
            return page("a", "b", then=f"<?page={number + 1}>")

    site.pages = Endless()  # type: ignore[assignment]

    items = list(harvest(asked(f"{site.url}/feed?page=1", client)))

    assert names(items) == ["a", "b"]
    assert "brings nothing new" in faults(items)[0]
    assert len(site.asked) == 2


def test_endless_pages_that_tell_the_same_records_differently_end(client: Client, site: Site) -> None:
    for number in range(20):
        following = f"[] hydra:next <?page={number + 1}> ."
        site.pages[f"/feed?page={number}"] = turtle(dataset("a", f"At {number}"), following)

    items = list(harvest(asked(f"{site.url}/feed?page=0", client)))

    assert names(items) == ["a"]
    assert "brings nothing new" in faults(items)[0]
    assert len(site.asked) == 2


def _endless(asked: Asked) -> Reply:
    number = int(asked.path.rpartition("/")[2])
    return page(f"d{number}", then=f"</{number + 1}>")


def test_endless_pages_of_new_records_end_at_the_page_limit(client: Client, site: Site) -> None:
    for number in range(10):
        site.pages[f"/{number}"] = _endless

    items = list(harvest(asked(f"{site.url}/0", client), max_pages=4))

    assert names(items) == ["d0", "d1", "d2", "d3"]
    assert "more than 4 pages" in faults(items)[0]


def test_pages_that_name_many_others_end_at_the_page_limit(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", then=", ".join(f"</{n}>" for n in range(9)))
    site.pages |= {f"/{n}": page(f"d{n}", then=f"</{n}a>, </{n}b>") for n in range(9)}

    items = list(harvest(asked(f"{site.url}/feed", client), max_pages=10))

    assert len(site.asked) == len(names(items)) == 10
    assert len(faults(items)) == 9


def test_a_first_page_without_records_still_leads_on(client: Client, site: Site) -> None:
    site.pages["/feed"] = page(then="<?page=1>")
    site.pages["/feed?page=1"] = page("a")

    assert names(harvest(asked(f"{site.url}/feed", client))) == ["a"]


def test_records_that_slip_to_a_later_page_come_once(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", "b", then="<?page=2>")
    site.pages["/feed?page=2"] = page("b", "c")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a", "b", "c"]
    assert rejected(items) == []


def test_a_second_description_that_differs_is_told_and_the_first_kept(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(dataset("a", "First"), "[] hydra:next <?page=2> .")
    site.pages["/feed?page=2"] = turtle(dataset("a", "Second"), dataset("b"))

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a", "b"]
    assert [item.place for item in rejected(items)] == ["https://data.example/a"]
    assert b"Second" in rejected(items)[0].raw


def test_the_catalogue_that_stands_on_every_page_comes_once(client: Client, site: Site) -> None:
    def listing(number: int, name: str, then: str) -> Reply:
        return turtle(
            "</catalogue> a dcat:Catalog, hydra:Collection ; dct:title 'All' ;",
            f" dcat:dataset <https://data.example/{name}> ; hydra:view <?page={number}> .",
            dataset(name),
            f"<?page={number}> a hydra:PartialCollectionView{then} .",
        )

    site.pages["/feed?page=1"] = listing(1, "a", " ; hydra:next <?page=2>")
    site.pages["/feed?page=2"] = listing(2, "b", "")

    items = list(harvest(asked(f"{site.url}/feed?page=1", client)))

    assert sorted(names(items)) == ["a", "b", "catalogue"]
    assert rejected(items) == []


def test_the_declared_total_is_told_before_the_records(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", total=2, then="<?page=2>")
    site.pages["/feed?page=2"] = page("b", total=2)

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert totals(items[:1]) == totals(items) == [2]


def test_a_total_that_changes_while_paging_is_told_again(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", total=2, then="<?page=2>")
    site.pages["/feed?page=2"] = page("b", "c", total=3)

    assert totals(harvest(asked(f"{site.url}/feed", client))) == [2, 3]


@pytest.mark.parametrize("total", ['"many"', "-1", "1.5", "<urn:x>"])
def test_a_total_that_is_no_count_is_passed_over(client: Client, site: Site, total: str) -> None:
    site.pages["/feed"] = turtle(dataset("a"), f"[] hydra:totalItems {total} .")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert (names(items), totals(items)) == (["a"], [])


def test_rows_that_the_server_holds_back_show_against_the_declared_total(client: Client, site: Site) -> None:
    site.pages["/feed?rows=5000"] = page("a", "b", total=5000)

    items = list(harvest(asked(f"{site.url}/feed?rows=5000", client)))

    assert totals(items) == [5000]
    assert len(names(items)) == 2


@pytest.mark.parametrize("status", [404, 410, 500, 403])
def test_a_later_page_that_fails_leaves_the_good_ones_and_an_incomplete_run(
    client: Client, site: Site, status: int
) -> None:
    site.pages["/feed"] = page("a", then="<?page=2>")
    site.pages["/feed?page=2"] = Reply(status=status)

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert "Page 2 of the feed" in faults(items)[0]
    assert str(status) in faults(items)[0]


def test_a_later_page_that_is_no_rdf_is_kept_for_repair_and_makes_the_run_incomplete(
    client: Client, site: Site
) -> None:
    site.pages["/feed"] = page("a", then="<?page=2>")
    site.pages["/feed?page=2"] = Reply(b"<html>Sorry</html>", headers={"Content-Type": "text/html"})

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert rejected(items)[0].raw == b"<html>Sorry</html>"
    assert len(faults(items)) == 1


def test_a_broken_page_between_others_is_passed_over_where_a_header_leads_on(
    client: Client, site: Site
) -> None:
    def linked(reply: Reply, following: str) -> Reply:
        return Reply(reply.body, headers={**reply.headers, "Link": f"<{following}>; rel=next"})

    site.pages["/1"] = linked(turtle(dataset("a")), "/2")
    site.pages["/2"] = linked(turtle("%%%"), "/3")
    site.pages["/3"] = turtle(dataset("c"))

    items = list(harvest(asked(f"{site.url}/1", client)))

    assert names(items) == ["a", "c"]
    assert len(faults(items)) == 1


def test_one_bad_record_on_a_page_stops_neither_the_page_nor_the_paging(client: Client, site: Site) -> None:
    broken = '<https://data.example/bad> a dcat:Dataset ; dct:title "unfinished .\n'
    site.pages["/feed"] = turtle(dataset("a"), "[] hydra:next <?page=2> .\n", broken)
    site.pages["/feed?page=2"] = page("b")

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a", "b"]
    assert len(rejected(items)) == 1


def test_paging_that_is_lost_in_a_broken_part_makes_the_run_incomplete(client: Client, site: Site) -> None:
    site.pages["/feed"] = turtle(dataset("a"), '[] hydra:next <?page=2> ; dct:title "lost .\n')

    items = list(harvest(asked(f"{site.url}/feed", client)))

    assert names(items) == ["a"]
    assert "could not be read" in faults(items)[0]


def test_a_preview_fetches_no_more_pages_than_it_shows(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", "b", then="<?page=2>")
    site.pages["/feed?page=2"] = page("c")

    feed = harvest(asked(f"{site.url}/feed", client))
    assert names(itertools.islice(feed, 2)) == ["a", "b"]
    feed.close()  # type: ignore[attr-defined]

    assert site.paths == ["/feed"]
