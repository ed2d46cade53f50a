"""What a DCAT feed need not send again: unchanged feeds, changes since a time, pages before a break."""

from collections.abc import Callable, Mapping

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.errors import Invalid, Unavailable
from catalogue.rdf import Format, serialise
from catalogue.records import Changes, Reached
from catalogue.settings import Settings
from harvesters.dcat import harvest
from harvesters.http import Client
from ontologies.namespaces import DCAT
from tests.harvest.asking import asked
from tests.harvest.feeds import cursors, dataset, faults, names, noted, page, totals, turtle
from tests.harvest.loopback import Asked, Reply, Site

TAGS = {"ETag": '"v1"', "Last-Modified": "Tue, 03 Mar 2026 10:00:00 GMT"}


def _tagged(reply: Reply, **more: str) -> Reply:
    return Reply(reply.body, headers={**reply.headers, **TAGS, **more})


def _conditional(reply: Reply, on_304: Mapping[str, str] | None = None) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        same = asked.headers.get("if-none-match") == TAGS["ETag"]
        return Reply(status=304, headers=on_304 or {}) if same else reply

    return answer


def test_a_feed_in_one_document_is_asked_whether_it_changed(client: Client, site: Site) -> None:
    site.pages["/feed"] = _tagged(turtle(dataset("a")))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))

    list(harvest(asked(f"{site.url}/feed", client, remembered=remembered)))

    assert "if-none-match" not in site.asked[0].headers
    assert site.asked[1].headers["if-none-match"] == TAGS["ETag"]
    assert site.asked[1].headers["if-modified-since"] == TAGS["Last-Modified"]


def test_an_unchanged_feed_brings_no_changes_and_its_tags_again(client: Client, site: Site) -> None:
    site.pages["/feed"] = _conditional(_tagged(turtle(dataset("a"))))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))

    items = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered)))

    assert items[0] == Changes()
    assert (names(items), noted(items)) == ([], remembered)


def test_a_changed_feed_comes_whole(client: Client, site: Site) -> None:
    site.pages["/feed"] = _tagged(turtle(dataset("a")))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))
    site.pages["/feed"] = _tagged(turtle(dataset("a"), dataset("b")))

    items = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered)))

    assert (Changes() in items, names(items)) == (False, ["a", "b"])


def test_tags_hold_for_one_address_read_as_one_format(client: Client, site: Site) -> None:
    site.pages["/feed"] = _tagged(turtle(dataset("a")))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))
    site.pages["/other"] = site.pages["/feed"]

    list(harvest(asked(f"{site.url}/other", client, remembered=remembered)))
    list(harvest(asked(f"{site.url}/feed", client, remembered=remembered, format="turtle")))

    assert all("if-none-match" not in one.headers for one in site.asked)


def test_a_paged_feed_never_stops_at_an_unchanged_first_page(client: Client, site: Site) -> None:
    site.pages["/feed"] = _conditional(_tagged(page("a", then="<?page=2>")))
    site.pages["/feed?page=2"] = _tagged(page("b"))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))

    again = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered)))

    assert remembered == {}
    assert names(again) == ["a", "b"]


def test_a_document_that_is_the_same_but_grew_a_next_page_is_read_whole(client: Client, site: Site) -> None:
    site.pages["/feed"] = _tagged(turtle(dataset("a")))
    remembered = noted(harvest(asked(f"{site.url}/feed", client)))
    link = {"Link": '<?p=2>; rel="next"'}
    site.pages["/feed"] = _conditional(_tagged(turtle(dataset("a")), **link), link)
    site.pages["/feed?p=2"] = turtle(dataset("b"))

    items = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered)))

    assert names(items) == ["a", "b"]


def test_a_server_that_says_unchanged_without_being_asked_is_not_believed(client: Client, site: Site) -> None:
    site.pages["/feed"] = Reply(status=304)

    with pytest.raises(Unavailable, match="304"):
        list(harvest(asked(f"{site.url}/feed", client)))


def test_changes_are_asked_for_from_an_hour_before_the_last_complete_run(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", "b", total=2)
    first = list(harvest(asked(f"{site.url}/feed", client, modified_since="yes")))
    since = "/feed?modified_since=2026-03-03T09%3A00%3A00%2B00%3A00"
    site.pages[since] = page("b", total=1)

    remembered = {"began": "2026-03-03T10:00:00+00:00"}
    items = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered, modified_since="yes")))

    assert (names(first), totals(first), [*noted(first)]) == (["a", "b"], [2], ["began"])
    assert items[0] == Changes()
    assert (names(items), totals(items)) == (["b"], [])
    assert noted(items)["began"] > remembered["began"]


def test_no_change_at_all_is_no_empty_feed(client: Client, site: Site) -> None:
    site.pages["/feed?modified_since=2026-03-03T09%3A00%3A00%2B00%3A00"] = page()
    remembered = {"began": "2026-03-03T10:00:00+00:00"}

    items = list(harvest(asked(f"{site.url}/feed", client, remembered=remembered, modified_since="yes")))

    assert (items[0], names(items), faults(items)) == (Changes(), [], [])


def test_a_feed_is_asked_for_changes_only_where_the_operator_says_that_it_knows_them(
    client: Client, site: Site
) -> None:
    site.pages["/feed"] = page("a")

    list(harvest(asked(f"{site.url}/feed", client, remembered={"began": "2026-03-03T10:00:00+00:00"})))
    with pytest.raises(Invalid, match="modified_since is “perhaps”"):
        list(harvest(asked(f"{site.url}/feed", client, modified_since="perhaps")))

    assert site.paths == ["/feed"]


def _three_pages(site: Site) -> None:
    site.pages["/feed"] = page("a", then="<?page=2>", total=3)
    site.pages["/feed?page=2"] = page("b", then="<?page=3>", total=3)
    site.pages["/feed?page=3"] = page("c", total=3)


@pytest.mark.parametrize("pages", [1, 2])
def test_a_feed_goes_on_behind_the_page_that_it_reached(client: Client, site: Site, pages: int) -> None:
    _three_pages(site)
    before = []
    for item in harvest(asked(f"{site.url}/feed", client)):
        before.append(item)
        if len(cursors(before)) == pages:
            break
    asked_before = len(site.asked)

    after = list(harvest(asked(f"{site.url}/feed", client, cursor=cursors(before)[-1])))

    assert isinstance(before[-1], Reached)
    assert names(before) + names(after) == ["a", "b", "c"]
    assert (len(site.asked) - asked_before, faults(after)) == (3 - pages, [])


def test_a_feed_that_goes_on_still_notices_its_circle(client: Client, site: Site) -> None:
    site.pages["/feed"] = page("a", then="<?page=2>")
    site.pages["/feed?page=2"] = page("b", then="</feed>")
    cursor = cursors(harvest(asked(f"{site.url}/feed", client)))[0]

    after = list(harvest(asked(f"{site.url}/feed", client, cursor=cursor)))

    assert names(after) == ["b"]
    assert "runs in a circle" in faults(after)[0]


def test_faults_before_a_break_are_not_forgotten_behind_it(client: Client, site: Site) -> None:
    site.pages["/1"] = page("a", then="</2>, </3>, </4>")
    site.pages["/3"] = page("b")
    site.pages["/4"] = page("c")
    cursor = cursors(harvest(asked(f"{site.url}/1", client)))[-1]

    after = list(harvest(asked(f"{site.url}/1", client, cursor=cursor)))

    assert (names(after), len(faults(after))) == (["c"], 1)


def test_a_catalogue_that_stands_on_every_page_comes_once_over_a_break(client: Client, site: Site) -> None:
    catalogue = "</catalogue> a dcat:Catalog ; dct:title 'All' .\n"
    site.pages["/feed"] = turtle(catalogue, dataset("a"), "[] hydra:next <?page=2> .")
    site.pages["/feed?page=2"] = turtle(catalogue, dataset("b"))
    cursor = cursors(harvest(asked(f"{site.url}/feed", client)))[0]

    assert names(harvest(asked(f"{site.url}/feed", client, cursor=cursor))) == ["b"]


def test_changes_stay_changes_over_a_break(client: Client, site: Site) -> None:
    since = "/feed?modified_since=2026-03-03T09%3A00%3A00%2B00%3A00"
    site.pages[since] = page("a", then=f"<{since}&page=2>")
    site.pages[f"{since}&page=2"] = page("b")
    remembered = {"began": "2026-03-03T10:00:00+00:00"}
    ask = asked(f"{site.url}/feed", client, remembered=remembered, modified_since="yes")
    before = list(harvest(ask))

    [cursor] = cursors(before)
    after = list(harvest(asked(f"{site.url}/feed", client, cursor=cursor, modified_since="yes")))

    assert (after[0], names(after)) == (Changes(), ["b"])
    assert noted(after) == noted(before)


@pytest.mark.parametrize("cursor", ["?", "[]", "{}", '{"waiting": 3}', "null"])
def test_a_cursor_that_tells_no_place_means_the_beginning(client: Client, site: Site, cursor: str) -> None:
    _three_pages(site)

    assert names(harvest(asked(f"{site.url}/feed", client, cursor=cursor))) == ["a", "b", "c"]


def test_pages_of_a_linked_data_platform_are_followed_by_their_headers(client: Client, site: Site) -> None:
    kind = {"Content-Type": "text/turtle"}
    resource = '<http://www.w3.org/ns/ldp#Page>; rel="type"'
    site.pages["/list"] = Reply(status=303, headers={"Location": "/list?p=1"})
    for number, name in ((1, "a"), (2, "b")):
        body = turtle("<> a <http://www.w3.org/ns/ldp#Page> .", dataset(name)).body
        links = f'{resource}, </list?p=1>; rel="first", </list?p=2>; rel="last"'
        if number == 1:
            links += ', </list?p=2>; rel="next"'
        site.pages[f"/list?p={number}"] = Reply(body, headers={**kind, "Link": links})

    items = list(harvest(asked(f"{site.url}/list", client)))

    assert (names(items), faults(items)) == (["a", "b"], [])


def test_an_echo_of_our_own_feed_does_not_grow(client: Client, site: Site) -> None:
    ours = open_catalogue(Settings(base_url="https://ours.example"), in_memory=True)
    theirs = open_catalogue(Settings(base_url="https://theirs.example"), in_memory=True)
    site.pages["/feed"] = turtle(
        dataset("a"), "</all> a dcat:Catalog ; dct:title 'All' ; dcat:dataset <https://data.example/a> ."
    )
    sizes = []

    for holder in (ours, theirs) * 3:
        holder.ingest("feed", harvest(asked(f"{site.url}/feed", client)))
        triples = [triple for id in holder.ids(limit=10) for triple in holder.record(id).export()]
        sizes.append(len(triples))
        site.pages["/feed"] = Reply(
            serialise(triples, Format.TURTLE), headers={"Content-Type": "text/turtle"}
        )

    assert sum(str(DCAT.CatalogRecord) in str(triple) for triple in triples) == 2
    assert len(set(sizes)) == 1
    ours.close()
    theirs.close()
