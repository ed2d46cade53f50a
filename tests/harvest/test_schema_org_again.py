"""Sites that are read again: from where a run was cut off, and only what changed since the last one."""

from datetime import UTC, datetime

from catalogue.records import Harvested, Noted, Reached, Record, Unchanged
from harvesters.crawl_memory import MOST, Memory
from harvesters.http import Client
from harvesters.kind import Asked
from harvesters.schema_org import harvest
from tests.harvest.asking import vocabularies
from tests.harvest.feeds import rejected
from tests.harvest.loopback import Reply, Site
from tests.harvest.sites import crawl, dataset, listed, never, page, paths, sitemap

ABC = {f"/data/{name}": page(dataset(name)) for name in "abc"}


def test_a_run_goes_on_behind_the_last_page_that_it_reached(client: Client, site: Site) -> None:
    pages = {f"/data/{number}": page(dataset(str(number))) for number in range(60)}
    listed(site, {path: pages[path] for path in list(pages)[:30]})
    site.pages["/one.xml"] = site.pages["/sitemap.xml"]
    listed(site, {path: pages[path] for path in list(pages)[30:]})
    site.pages["/two.xml"] = site.pages["/sitemap.xml"]
    names = [f"{site.url}/{name}.xml" for name in ("one", "two")]
    site.pages["/index.xml"] = sitemap(*names, root="sitemapindex")
    whole = crawl(site, client, "/index.xml")

    for cursor in (item.cursor for item in whole if isinstance(item, Reached)):
        first = paths(site, whole[: whole.index(Reached(cursor))])
        rest = paths(site, crawl(site, client, "/index.xml", cursor=cursor))
        assert first + rest == list(pages)


def test_a_run_whose_last_page_is_not_listed_any_more_reads_its_sitemap_again(
    client: Client, site: Site
) -> None:
    listed(site, ABC)
    reached = [item.cursor for item in crawl(site, client) if isinstance(item, Reached)][-1]
    listed(site, {"/data/d": page(dataset("d")), "/data/e": page(dataset("e"))})

    assert paths(site, crawl(site, client, cursor=reached)) == ["/data/d", "/data/e"]


def test_a_cursor_that_nobody_wrote_begins_anew(client: Client, site: Site) -> None:
    listed(site, ABC)

    for cursor in ("17", "{}", '{"since":1}', "[]"):
        assert len(paths(site, crawl(site, client, cursor=cursor))) == 3


def noted(items: list[Harvested]) -> dict[str, str]:
    return {item.name: item.value for item in items if isinstance(item, Noted)}


def again(site: Site, client: Client, first: list[Harvested]) -> list[Harvested]:
    return crawl(site, client, remembered=noted(first))


OLD = {"/data/a": "2020-01-01", "/data/b": "2020-01-02T10:00:00+02:00", "/data/c": "2020-02"}


def unchanged(site: Site, items: list[Harvested]) -> list[str]:
    found = [subject for item in items if isinstance(item, Unchanged) for subject in item.subjects]
    return [subject.removeprefix(site.url) for subject in found]


def test_pages_that_did_not_change_since_the_last_run_are_not_asked(client: Client, site: Site) -> None:
    listed(site, ABC, OLD)
    first = crawl(site, client)
    listed(site, {**ABC, "/data/d": page(dataset("d"))}, {**OLD, "/data/b": "2999-01-01"})

    second = again(site, client, first)

    assert unchanged(site, second) == ["/data/a", "/data/c"]
    assert paths(site, second) == ["/data/b", "/data/d"]
    assert unchanged(site, again(site, client, second)) == ["/data/a", "/data/c"]


def test_a_sitemap_with_one_date_on_every_page_is_not_believed(client: Client, site: Site) -> None:
    listed(site, ABC, dict.fromkeys(ABC, "2020-01-01"))

    second = again(site, client, crawl(site, client))

    assert (unchanged(site, second), len(paths(site, second))) == ([], 3)


def test_a_page_that_changed_within_a_day_of_the_last_run_is_read(client: Client, site: Site) -> None:
    listed(site, ABC, {**OLD, "/data/a": "2026-05-01", "/data/b": "2026-04-29"})
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    options = {"options": {}, "vocabularies": vocabularies()}
    first = list(harvest(Asked(f"{site.url}/sitemap.xml", client, now=lambda: now, **options), never))  # type: ignore[arg-type]

    second = again(site, client, first)

    assert unchanged(site, second) == ["/data/b", "/data/c"]
    assert paths(site, second) == ["/data/a"]


def test_what_was_remembered_of_another_choice_of_pages_does_not_count(client: Client, site: Site) -> None:
    listed(site, ABC, OLD)
    first = crawl(site, client, match="/data/a")

    second = crawl(site, client, remembered=noted(first), match="/data/")

    assert (unchanged(site, second), len(paths(site, second))) == ([], 3)


def test_pages_that_were_no_simple_dataset_are_read_every_time(client: Client, site: Site) -> None:
    pages = {
        **ABC,
        "/two": page(dataset("x", url="https://x.example/1"), dataset("y", url="https://x.example/2")),
        "/broken": page('{"@type": "Dataset", "name": ,}'),
        "/empty": page(),
        "/gone": Reply(status=404),
    }
    dates = {
        **OLD,
        "/two": "2020-03-01",
        "/broken": "2020-04-01",
        "/empty": "2020-05-01",
        "/gone": "2020-06-01",
    }
    listed(site, pages, dates)
    first = crawl(site, client)
    site.asked.clear()

    second = again(site, client, first)

    assert unchanged(site, second) == ["/data/a", "/data/b", "/data/c"]
    assert {"/two", "/broken", "/empty", "/gone"} <= set(site.paths)
    assert len(rejected(second)) == 1


def test_catalogues_that_unchanged_pages_told_of_are_unchanged_too(client: Client, site: Site) -> None:
    within = {
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": "https://x.example/all", "name": "All"}
    }
    listed(site, {path: page(dataset(path, **within)) for path in ABC}, OLD)
    first = crawl(site, client)

    second = again(site, client, first)

    assert next(item for item in first if isinstance(item, Record)).kind == "catalogue"
    assert "https://x.example/all" in unchanged(site, second)
    assert "https://x.example/all" in unchanged(site, again(site, client, second))


def test_two_addresses_of_one_page_stay_one_record(client: Client, site: Site) -> None:
    pages = {**ABC, "/data/a/": ABC["/data/a"]}
    listed(site, pages, {**OLD, "/data/a/": "2020-05-01"})
    first = crawl(site, client)

    second = again(site, client, first)

    assert unchanged(site, second) == ["/data/b", "/data/c"]
    assert paths(site, second) == ["/data/a"]


def test_no_more_catalogues_are_remembered_than_a_later_run_can_use() -> None:
    memory = Memory("2026-05-01T00:00:00+00:00")

    memory.add_catalogues(map(str, range(10 * MOST)))

    assert len(memory.catalogues) == MOST + 1
    assert not memory.is_short


def test_with_too_many_other_pages_the_next_run_reads_everything() -> None:
    memory = Memory("2026-05-01T00:00:00+00:00")

    for number in range(MOST):
        memory.set_apart(str(number))
    was_short = memory.is_short
    memory.set_apart("one more")

    assert was_short
    assert not memory.is_short
    assert len(memory.at("https://data.example/sitemap.xml", "https://data.example/a")) < 6_000


def test_a_run_that_was_interrupted_remembers_what_came_before(client: Client, site: Site) -> None:
    empty = {"/empty": page()}
    more = {f"/data/{number}": page(dataset(str(number))) for number in range(30)}
    listed(site, {**empty, **more}, {"/empty": "2020-01-01", "/data/1": "2021-01-01"})
    reached = next(item for item in crawl(site, client) if isinstance(item, Reached))

    rest = crawl(site, client, cursor=reached.cursor)

    second = again(site, client, rest)
    assert unchanged(site, second) == ["/data/1"]
