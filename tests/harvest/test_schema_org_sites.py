"""Sites read by their sitemaps: what is asked and what is not, what fails, where a run goes on."""

import gzip

import pytest

from catalogue.errors import Invalid, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Incomplete, Record
from harvesters.http import Client
from harvesters.schema_org import KIND, harvest
from harvesters.sitemaps import MAX_ENTRIES, moment, read_sitemap
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient, Time
from tests.harvest.feeds import rejected, until_error
from tests.harvest.loopback import Reply, Site
from tests.harvest.sites import crawl, dataset, listed, never, page, paths, sitemap

ABC = {f"/data/{name}": page(dataset(name)) for name in "abc"}


def test_nothing_is_fetched_before_the_first_item_is_asked_for(client: Client, site: Site) -> None:
    KIND.harvest(asked(site.url, client))

    assert site.asked == []


def test_a_site_is_read_by_the_sitemaps_that_its_robots_txt_names(client: Client, site: Site) -> None:
    listed(site, ABC)
    site.pages["/maps/all.xml"] = site.pages.pop("/sitemap.xml")
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}/maps/all.xml".encode())

    items = crawl(site, client, "")

    assert paths(site, items) == ["/data/a", "/data/b", "/data/c"]
    assert site.paths == ["/robots.txt", "/", "/maps/all.xml", "/data/a", "/data/b", "/data/c"]


def test_a_site_whose_robots_txt_names_no_sitemap_is_read_by_the_usual_one(
    client: Client, site: Site
) -> None:
    listed(site, ABC)

    assert paths(site, crawl(site, client, "/")) == ["/data/a", "/data/b", "/data/c"]
    assert site.paths.count("/sitemap.xml") == 1


def test_a_site_without_a_sitemap_is_read_as_one_page(client: Client, site: Site) -> None:
    site.pages["/"] = page(dataset("a"))

    assert paths(site, crawl(site, client, "/")) == ["/"]


def test_one_page_is_a_source_too(client: Client, site: Site) -> None:
    site.pages["/data/a"] = page(dataset("a"))

    assert paths(site, crawl(site, client, "/data/a")) == ["/data/a"]


def test_a_sitemap_index_leads_to_sitemaps_packed_or_in_text(client: Client, site: Site) -> None:
    listed(site, ABC)
    names = [f"{site.url}/{name}" for name in ("one.xml.gz", "two.txt")]
    site.pages["/index.xml"] = sitemap(*names, root="sitemapindex")
    packed = sitemap(f"{site.url}/data/a").body
    assert isinstance(packed, bytes)
    site.pages["/one.xml.gz"] = Reply(gzip.compress(packed), headers={"Content-Type": "application/gzip"})
    site.pages["/two.txt"] = Reply(f"{site.url}/data/b\r\n{site.url}/data/c\n".encode())

    assert paths(site, crawl(site, client, "/index.xml")) == ["/data/a", "/data/b", "/data/c"]


def test_sitemaps_that_name_each_other_are_read_once(client: Client, site: Site) -> None:
    listed(site, ABC)
    site.pages["/one.xml"] = sitemap(f"{site.url}/two.xml", root="sitemapindex")
    site.pages["/two.xml"] = sitemap(f"{site.url}/one.xml", f"{site.url}/sitemap.xml", root="sitemapindex")

    assert len(paths(site, crawl(site, client, "/one.xml"))) == 3
    assert site.paths.count("/one.xml") == site.paths.count("/two.xml") == 1


def test_sitemaps_nested_without_end_make_the_run_incomplete(client: Client, site: Site) -> None:
    for number in range(20):
        inner = f"{site.url}/{number + 1}.xml"
        site.pages[f"/{number}.xml"] = sitemap(inner, root="sitemapindex")
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}/0.xml\nSitemap: {site.url}/sitemap.xml".encode())
    listed(site, ABC)

    items = crawl(site, client, "/")

    assert len(paths(site, items)) == 3
    assert "nested more than 5 deep" in incomplete(items)[0]


def test_an_ampersand_that_was_not_escaped_is_read_as_it_is_meant(client: Client, site: Site) -> None:
    site.pages["/data?id=1&v=2"] = page(dataset("a"))
    site.pages["/sitemap.xml"] = sitemap(f"{site.url}/data?id=1&v=2")

    assert paths(site, crawl(site, client)) == ["/data?id=1&v=2"]


def test_a_sitemap_that_is_cut_off_makes_the_run_incomplete(client: Client, site: Site) -> None:
    listed(site, ABC)
    whole = site.pages["/sitemap.xml"]
    assert isinstance(whole, Reply) and isinstance(whole.body, bytes)
    site.pages["/sitemap.xml"] = Reply(whole.body[: whole.body.rindex(b"/data/c")])

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a", "/data/b"]
    assert "may hold more than was read" in incomplete(items)[0]


def test_a_sitemap_with_too_many_addresses_is_read_to_the_limit(client: Client, site: Site) -> None:
    urls = [f"{site.url}/skip/{number}" for number in range(MAX_ENTRIES)]
    site.pages["/data/a"] = page(dataset("a"))
    site.pages["/sitemap.xml"] = Reply("\n".join([f"{site.url}/data/a", *urls]).encode())

    items = crawl(site, client.__class__(frozenset({"127.0.0.1"}), 10**8, 30, ""), match="/data/")

    assert paths(site, items) == ["/data/a"]
    assert "more than 50,000 addresses" in incomplete(items)[0]


@pytest.mark.parametrize("entry", ["<url><loc>https://x.example/a</loc></url>", "https://x.example/a\n"])
def test_of_a_sitemap_without_end_no_more_is_held_than_is_read(entry: str) -> None:
    text = entry * (MAX_ENTRIES + 10)
    content = f"<urlset>{text}</urlset>" if entry.startswith("<") else text

    read = read_sitemap(content.encode())

    assert len(read.pages) == MAX_ENTRIES
    assert "more than 50,000 addresses" in read.damaged


def test_one_of_several_sitemaps_that_fails_or_is_empty_makes_the_run_incomplete(
    client: Client, site: Site
) -> None:
    for broken in (Reply(status=500), Reply(b"<html>Sorry</html>"), Reply(status=404), sitemap()):
        listed(site, ABC)
        site.pages["/broken.xml"] = broken
        site.pages["/robots.txt"] = Reply(
            f"Sitemap: {site.url}/broken.xml\nSitemap: {site.url}/sitemap.xml".encode()
        )

        items = crawl(site, client, "/")

        assert len(paths(site, items)) == 3
        assert len(incomplete(items)) == 1


def test_the_only_sitemap_that_cannot_be_had_is_an_error(client: Client, site: Site) -> None:
    site.pages["/sitemap.xml"] = Reply(status=500)

    with pytest.raises(Unavailable, match="500"):
        crawl(site, client)


def test_an_empty_sitemap_is_no_complete_harvest(client: Client, site: Site) -> None:
    site.pages["/sitemap.xml"] = sitemap()

    items, error = until_error(harvest(asked(f"{site.url}/sitemap.xml", client), never))

    assert isinstance(error, Unreadable)
    assert len(incomplete(items)) == 1


def test_a_doctype_in_a_sitemap_is_refused(client: Client, site: Site, trap: Site) -> None:
    bomb = f'<!DOCTYPE urlset [<!ENTITY a SYSTEM "{trap.url}/x">]><urlset><url><loc>&a;</loc></url></urlset>'
    site.pages["/sitemap.xml"] = Reply(bomb.encode())

    with pytest.raises(Refused, match="DOCTYPE"):
        crawl(site, client)
    assert trap.asked == []


def test_what_robots_txt_forbids_is_not_asked_and_told(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(
        b"User-agent: *\nDisallow: /\n\nUser-agent: FAIRfinder\nDisallow: /data/b\n"
    )

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a", "/data/c"]
    assert "/data/b" not in site.paths
    assert "/data/b is not asked: the robots.txt" in caplog.text


def test_a_site_that_forbids_everything_is_not_asked(client: Client, site: Site) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /data/\n")

    with pytest.raises(Refused, match="forbids FAIRfinder all 3 pages"):
        crawl(site, client)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_robots_txt_that_is_not_there_forbids_nothing(client: Client, site: Site, status: int) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(status=status)

    assert len(paths(site, crawl(site, client))) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_while_robots_txt_cannot_be_had_nothing_is_asked(client: Client, site: Site, status: int) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(status=status)

    with pytest.raises(Unavailable, match=r"robots\.txt cannot be had"):
        crawl(site, client)
    assert set(site.paths) == {"/robots.txt"}


def test_the_distance_that_a_site_asks_for_is_kept(client: Client, site: Site) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 2.5\n")
    waits: list[float] = []

    list(harvest(asked(f"{site.url}/sitemap.xml", client), waits.append))

    assert waits == [2.5, 2.5, 2.5]


def test_a_distance_of_hours_is_not_waited(client: Client, site: Site) -> None:
    listed(site, ABC)
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 86400\n")

    with pytest.raises(Refused, match="asks for 86400 s"):
        crawl(site, client)


def test_pages_and_sitemaps_on_other_sites_are_never_asked(client: Client, site: Site, trap: Site) -> None:
    listed(site, ABC)
    links = ("file:///etc/passwd", f"{trap.url}/data/a", "http://[bad", "http://169.254.169.254/", "")
    site.pages["/sitemap.xml"] = sitemap(f"{site.url}/data/a", *links)
    site.pages["/index.xml"] = sitemap(
        f"{trap.url}/sitemap.xml", f"{site.url}/sitemap.xml", root="sitemapindex"
    )

    assert paths(site, crawl(site, client, "/index.xml")) == ["/data/a"]
    assert trap.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "[::ffff:7f00:1]"])
def test_a_sitemap_on_a_private_address_is_refused(client: Client, site: Site, trap: Site, host: str) -> None:
    site.pages["/robots.txt"] = Reply(f"Sitemap: http://{host}:{trap.port}/sitemap.xml".encode())
    trap.pages["/sitemap.xml"] = sitemap(f"{trap.url}/data/a")

    items, error = until_error(harvest(asked(site.url, client), never))

    assert isinstance(error, Unavailable)
    assert paths(site, items) == []
    assert trap.asked == []


def test_a_source_on_a_private_address_is_refused(make_client: MakeClient, trap: Site) -> None:
    with pytest.raises(Refused):
        crawl(trap, make_client(allow_hosts=frozenset()))
    assert trap.asked == []


def test_a_page_that_is_redirected_to_a_private_address_is_set_aside(
    client: Client, site: Site, trap: Site
) -> None:
    listed(
        site, {**ABC, "/data/x": Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/"})}
    )

    items = crawl(site, client)

    assert len(paths(site, items)) == 3
    assert [item.place for item in rejected(items)] == [f"{site.url}/data/x"]
    assert trap.asked == []


def test_links_on_a_page_to_other_sites_are_never_asked(client: Client, site: Site, trap: Site) -> None:
    head = f'<base href="{trap.url}/"><link rel="describedby" type="text/turtle" href="/a.ttl">'
    reply = page(dataset("a", **{"@context": f"{trap.url}/context.jsonld"}), dataset("a"), head=head)
    header = f'<{trap.url}/b.ttl>; rel="describedby"; type="text/turtle"'
    site.pages["/data/a"] = Reply(reply.body, headers={**reply.headers, "Link": header})

    assert paths(site, crawl(site, client, "/data/a")) == ["/data/a"]
    assert trap.asked == []


def test_a_page_that_is_listed_but_not_there_leaves_the_run_complete(client: Client, site: Site) -> None:
    listed(site, {**ABC, "/data/x": Reply(status=404), "/data/y": Reply(status=410)})

    items = crawl(site, client)

    assert len(paths(site, items)) == 3
    assert incomplete(items) == []
    assert rejected(items) == []


def test_a_page_that_cannot_be_had_makes_the_run_incomplete(client: Client, site: Site) -> None:
    listed(site, {**ABC, "/data/b": Reply(status=500)})

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a", "/data/c"]
    assert f"{site.url}/data/b could not be had" in incomplete(items)[0]


def test_a_site_that_answers_no_more_is_left(client: Client, site: Site) -> None:
    broken = {f"/data/{number}": Reply(status=500) for number in range(30)}
    listed(site, {"/data/a": page(dataset("a")), **broken})

    items = crawl(site, client)

    assert paths(site, items) == ["/data/a"]
    assert "20 pages in a row" in incomplete(items)[-1]
    assert "/data/25" not in site.paths


def test_a_site_without_any_dataset_is_an_error(client: Client, site: Site) -> None:
    listed(
        site,
        {"/one": page(), "/two": page({"@context": "https://schema.org", "@type": "Person", "name": "A"})},
    )

    with pytest.raises(Unreadable, match=r"2 pages\. No page describes a dataset.*script"):
        crawl(site, client)


def test_pages_without_dataset_are_counted_only(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    listed(site, {"/about": page(), **ABC, "/login": page(body="x")})

    items = crawl(site, client)

    assert rejected(items) == []
    assert "2 pages describe no dataset" in caplog.text


def test_only_pages_that_match_are_asked_and_each_is_to_have_a_dataset(client: Client, site: Site) -> None:
    listed(site, {"/about": page(), **ABC, "/data/made-by-script": page(body='<div id="app"></div>')})

    items = crawl(site, client, match="/data/")

    assert "/about" not in site.paths
    assert [item.place for item in rejected(items)] == [f"{site.url}/data/made-by-script"]
    assert "script" in rejected(items)[0].reason


def test_a_page_that_holds_the_same_as_an_earlier_one_is_passed_over(client: Client, site: Site) -> None:
    listed(
        site, {"/data/a": page(dataset("a")), "/data/a/": page(dataset("a")), "/data/b": page(dataset("b"))}
    )

    assert paths(site, crawl(site, client)) == ["/data/a", "/data/b"]


def test_pages_that_are_all_the_same_and_empty_are_each_told(client: Client, site: Site) -> None:
    listed(site, {**ABC, "/data/x": page(body="Down"), "/data/y": page(body="Down")})

    items = crawl(site, client, match="/data/")

    assert [item.place.removeprefix(site.url) for item in rejected(items)] == ["/data/x", "/data/y"]


def test_only_failures_in_a_row_make_a_site_be_left(client: Client, site: Site) -> None:
    broken = {f"/data/{n}": Reply(status=404 if n % 5 == 0 else 500) for n in range(30)}
    listed(site, {**broken, "/data/a": page(dataset("a"))})

    assert paths(site, crawl(site, client)) == ["/data/a"]


@pytest.mark.parametrize("written", ["2020-00", "2020-13", "soon", "9999", ""])
def test_a_date_that_is_none_says_nothing(written: str) -> None:
    assert moment(written) is None


def test_an_endless_site_is_read_to_the_limit(client: Client, site: Site) -> None:
    listed(site, {f"/data/{number}": page(dataset(str(number))) for number in range(9)})

    items = list(harvest(asked(f"{site.url}/sitemap.xml", client), never, max_pages=4))

    assert len(paths(site, items)) == 4
    assert "More than 4 pages" in incomplete(items)[0]


def test_the_front_page_tells_of_the_catalogue_of_the_site(client: Client, site: Site) -> None:
    front = {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": "All",
        "url": "https://x.example/",
    }
    listed(site, {"/": page(front), **ABC})
    site.pages["/robots.txt"] = Reply(f"Sitemap: {site.url}/sitemap.xml".encode())

    items = crawl(site, client, "")

    records = [item for item in items if isinstance(item, Record)]
    assert [item.kind for item in records] == ["catalogue", "dataset", "dataset", "dataset"]
    assert {item.member_of[0].value for item in records[1:]} == {f"{site.url}/"}
    assert site.paths.count("/") == 1


def test_the_number_of_waits_does_not_grow_without_a_crawl_delay(
    client: Client, site: Site, time: Time
) -> None:
    listed(site, ABC)

    crawl(site, client)

    assert time.waits == []


def test_an_address_that_is_none_is_told(client: Client) -> None:
    with pytest.raises((Refused, Invalid)):
        list(harvest(asked("ftp://x.example/", client), never))


def test_a_set_aside_page_counts_as_seen(client: Client, site: Site) -> None:
    listed(site, {**ABC, "/data/broken": page('{"@type": "Dataset", "name": ,}')})

    items = crawl(site, client)

    assert [item.place for item in rejected(items)] == [f"{site.url}/data/broken (line 1 of the block)"]


def incomplete(items: list[Harvested]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Incomplete)]
