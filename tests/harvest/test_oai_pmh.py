"""Harvesting by OAI-PMH: lists, tokens, changes, deletions, and what goes wrong on the way."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from itertools import takewhile

import pytest

from catalogue.errors import Invalid, Refused, Unavailable, Unreadable
from catalogue.records import Changes, Harvested, Reached, Record
from harvesters.http import Client
from harvesters.kinds import kind
from harvesters.oai_pmh import harvest
from harvesters.oai_provider import best
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import rejected, totals
from tests.harvest.loopback import Reply, Site
from tests.harvest.oai_archive import (
    BASE,
    MOMENT,
    Archive,
    Item,
    cursors,
    dublin_core,
    error,
    found,
    incomplete,
    items,
    noted,
    unchanged,
    withdrawn,
    xml,
)
from tests.harvest.played import play
from web.demo.nodes.oai_pmh import NODE


def run(archive: Archive, site: Site, client: Client, **options: str) -> list[Harvested]:
    return list(harvest(asked(archive.serve(site), client, **options)))


def again(
    archive: Archive, site: Site, client: Client, before: list[Harvested], **options: str
) -> list[Harvested]:
    """The next harvest, which remembers what the one before noted."""
    archive.asked.clear()
    return list(harvest(asked(archive.serve(site), client, remembered=noted(before), **options)))


# Lists and their pages


def test_all_pages_are_read_with_the_token_alone(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b", "c", "d", "e"))

    harvested = run(archive, site, client)

    assert found(harvested) == ["a", "b", "c", "d", "e"]
    assert (incomplete(harvested), totals(harvested)) == ([], [5])
    assert archive.count("ListRecords") == 3


def test_nothing_is_fetched_before_the_first_item_is_asked_for(client: Client, site: Site) -> None:
    archive = Archive(items("a"))

    harvest(asked(archive.serve(site), client))

    assert archive.asked == []


def test_the_repository_itself_is_a_catalogue_that_its_records_belong_to(client: Client, site: Site) -> None:
    first, *_ = records = [one for one in run(Archive(items("a")), site, client) if isinstance(one, Record)]

    assert (first.kind, first.subject.value) == ("catalogue", f"{site.url}/oai")
    assert "Archive of Tests" in str(first.triples)
    assert records[1].member_of == (first.subject,)


def test_a_record_is_called_by_its_identifier_and_comes_from_its_own_address(
    client: Client, site: Site
) -> None:
    harvested = run(Archive(items("a")), site, client)

    record = next(one for one in harvested if isinstance(one, Record) and one.kind == "dataset")
    assert record.subject.value == f"{BASE}a"
    assert record.origin == f"{site.url}/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={BASE}a"


@pytest.mark.parametrize(
    ("identifier", "subject"),
    [
        ("hdl:1234/5", "hdl:1234/5"),
        ("urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f", "urn:uuid:19887a8a-f6b0-4a63-ae56-7fba0e17801f"),
        ("oai:a.example:with blank", "oai:a.example:with%20blank"),
        ("12345", "oai:127.0.0.1:12345"),
        ("a|b c", "oai:127.0.0.1:a%7Cb%20c"),
    ],
)
def test_an_identifier_that_is_no_iri_is_made_one(
    client: Client, site: Site, identifier: str, subject: str
) -> None:
    raw = Item("x").record().replace(f"{BASE}x", identifier)

    harvested = run(Archive([Item("x", raw=raw)]), site, client)

    assert [one.subject.value for one in harvested if isinstance(one, Record)][1:] == [subject]


def test_a_missing_token_ends_the_list_as_an_empty_one_does(client: Client, site: Site) -> None:
    def instead(query: Mapping[str, str]) -> str | None:
        return f"<ListRecords>{Item('a').record()}</ListRecords>" if query["verb"] == "ListRecords" else None

    harvested = run(Archive(instead=instead), site, client)

    assert (found(harvested), incomplete(harvested)) == (["a"], [])


def test_a_cursor_or_a_size_that_is_wrong_does_not_end_the_list(client: Client, site: Site) -> None:
    pages = {
        "": (["a"], '<resumptionToken cursor="0" completeListSize="about 3">1</resumptionToken>'),
        "1": (["b"], '<resumptionToken cursor="0">2</resumptionToken>'),
        "2": (["c"], '<resumptionToken cursor="7"/>'),
    }

    def instead(query: Mapping[str, str]) -> str | None:
        if query["verb"] != "ListRecords":
            return None
        names, token = pages[query.get("resumptionToken", "")]
        return f"<ListRecords>{''.join(Item(one).record() for one in names)}{token}</ListRecords>"

    harvested = run(Archive(instead=instead), site, client)

    assert (found(harvested), incomplete(harvested), totals(harvested)) == (["a", "b", "c"], [], [])


def test_a_list_that_ends_far_below_its_declared_size_is_incomplete(client: Client, site: Site) -> None:
    archive = Archive()
    archive.instead = lambda query: (
        archive.listing("ListRecords", items("a"), "", 50) if query["verb"] == "ListRecords" else None
    )

    harvested = run(archive, site, client)

    assert found(harvested) == ["a"]
    assert "declares 50" in incomplete(harvested)[0]


def looping(
    archive: Archive, tokens: Mapping[str, tuple[list[str], str]], size: int | None = None
) -> Archive:
    """Pages by token: what is on them and which token they name."""

    def instead(query: Mapping[str, str]) -> str | None:
        if query["verb"] != "ListRecords":
            return None
        names, following = tokens[query.get("resumptionToken", "")]
        return archive.listing("ListRecords", items(*names), following, size)

    archive.instead = instead
    return archive


def test_a_token_that_the_last_page_repeats_ends_the_list_when_all_have_come(
    client: Client, site: Site
) -> None:
    archive = looping(Archive(), {"": (["a", "b"], "t"), "t": (["c"], "t")}, size=3)

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c"], [])


def test_a_token_that_a_shorter_last_page_repeats_ends_the_list(client: Client, site: Site) -> None:
    archive = looping(Archive(), {"": (["a", "b"], "t"), "t": (["c"], "t")})

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c"], [])


def test_the_same_page_for_ever_is_incomplete(client: Client, site: Site) -> None:
    archive = looping(Archive(), {"": (["a", "b"], "t"), "t": (["a", "b"], "t")})

    harvested = run(archive, site, client)

    assert found(harvested) == ["a", "b"]
    assert "circle" in incomplete(harvested)[0]
    assert noted(harvested) == {}
    assert archive.count("ListRecords") == 2


def test_tokens_that_lead_back_are_noticed(client: Client, site: Site) -> None:
    archive = looping(
        Archive(), {"": (["a"], "1"), "1": (["b"], "2"), "2": (["c"], "3"), "3": (["b"], "2")}, size=9
    )

    harvested = run(archive, site, client)

    assert found(harvested) == ["a", "b", "c"]
    assert "circle" in incomplete(harvested)[0]


def test_one_token_for_all_pages_is_followed_while_it_brings_news(client: Client, site: Site) -> None:
    left = ["b", "c", "d"]
    archive = Archive(page=1)

    def instead(query: Mapping[str, str]) -> str | None:
        if query["verb"] != "ListRecords":
            return None
        name = left.pop(0) if "resumptionToken" in query else "a"
        return archive.listing("ListRecords", items(name), "session" if left else "", None)

    archive.instead = instead

    assert found(run(archive, site, client)) == ["a", "b", "c", "d"]


def test_pages_without_records_lead_on_but_not_for_ever(client: Client, site: Site) -> None:
    some = looping(Archive(), {"": (["a"], "1"), "1": ([], "2"), "2": (["b"], "")})
    assert found(run(some, site, client)) == ["a", "b"]

    endless = Archive()
    endless.instead = lambda query: (
        endless.listing("ListRecords", [], query.get("resumptionToken", "0") + "0", None)
        if query["verb"] == "ListRecords"
        else None
    )
    assert "brings nothing new" in incomplete(run(endless, site, client))[0]


def test_endless_new_records_end_at_the_page_limit(client: Client, site: Site) -> None:
    archive = Archive(items(*map(str, range(20))), page=1)

    harvested = list(harvest(asked(archive.serve(site), client), max_pages=4))

    assert found(harvested) == ["0", "1", "2", "3"]
    assert "more than 4 pages" in incomplete(harvested)[0]


def test_a_record_that_slips_to_a_later_page_comes_once(client: Client, site: Site) -> None:
    archive = looping(Archive(), {"": (["a", "b"], "t"), "t": (["b", "c"], "")})

    assert found(run(archive, site, client)) == ["a", "b", "c"]


def test_the_formats_are_preferred_from_the_richest_to_the_poorest() -> None:
    assert best(["oai_dc", "oai_ddi25", "oai_datacite", "dcat_ap"]) == "dcat_ap"
    assert best(["oai_dc", "rdf", "marcxml"]) == "rdf"
    assert best(["oai_dc", "oai_datacite3", "oai_ddi"]) == "oai_datacite3"
    assert best(["oai_dc", "Datacite", "oai_datacite"]) == "Datacite"
    assert best(["oai_ddi32", "oai_ddi25", "oai_dc"]) == "oai_ddi25"
    assert best(["ddi32", "oai_dc"]) == "oai_dc"
    with pytest.raises(Invalid, match="marc21"):
        best(["marc21"])


def test_without_a_list_of_formats_dublin_core_is_asked_for(client: Client, site: Site) -> None:
    archive = Archive(items("a"), instead=lambda q: error("badVerb") if "Formats" in q["verb"] else None)

    assert found(run(archive, site, client)) == ["a"]


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(b"<html>Sorry</html>")])
def test_another_format_is_not_taken_because_the_list_of_formats_fails_for_once(
    client: Client, site: Site, reply: Reply
) -> None:
    """Else all records came under other subjects, and those that were there went missing."""
    archive = Archive(items("a"), formats=("dcat_ap", "oai_dc"))
    archive.instead = lambda query: reply if "Formats" in query["verb"] else None

    with pytest.raises((Unavailable, Unreadable), match="option prefix"):
        run(archive, site, client)

    assert archive.count("ListRecords") == 0


def test_the_prefix_of_the_source_is_asked_for(client: Client, site: Site) -> None:
    archive = Archive(items("a"))

    run(archive, site, client, prefix="dim")

    assert archive.count("ListMetadataFormats") == 0
    assert next(q for q in archive.asked if q["verb"] == "ListRecords")["metadataPrefix"] == "dim"


def test_a_format_that_the_repository_does_not_have_is_told_to_the_operator(
    client: Client, site: Site
) -> None:
    archive = Archive(
        items("a"), instead=lambda q: error("cannotDisseminateFormat") if "List" in q["verb"] else None
    )

    with pytest.raises(Invalid, match="cannotDisseminateFormat"):
        run(archive, site, client, prefix="dim")


def test_a_base_url_with_arguments_of_its_own_keeps_them_and_loses_those_of_a_question(
    client: Client, site: Site
) -> None:
    archive = Archive(items("a", "b", "c"))
    url = archive.serve(site) + "?mode=oaipmh&verb=Identify"
    archive.instead = lambda query: archive.body({k: v for k, v in query.items() if k != "mode"})

    harvested = list(harvest(asked(url, client)))

    assert found(harvested) == ["a", "b", "c"]
    assert all(query["mode"] == "oaipmh" for query in archive.asked)


def test_a_redirected_repository_is_followed_and_then_asked_directly(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b", "c"))
    url = archive.serve(site)
    pages = site.pages

    class Moved(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            if path.startswith("/oai"):
                return Reply(status=301, headers={"Location": path.replace("/oai", "/new", 1)})
            return pages.get(path)

    site.pages = Moved()  # type: ignore[assignment]

    assert found(list(harvest(asked(url, client)))) == ["a", "b", "c"]
    assert [path[:4] for path in site.paths].count("/oai") == 1


def test_a_server_that_asks_to_wait_is_asked_again(client: Client, site: Site) -> None:
    waits = [Reply(status=503, headers={"Retry-After": "7"})]
    archive = Archive(
        items("a", "b", "c"), instead=lambda q: waits.pop() if "resumptionToken" in q and waits else None
    )

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c"], [])


# What is no data set, and what cannot be used


def typed(name: str, *types: str) -> Item:
    more = "".join(f"<dc:type>{one}</dc:type>" for one in types)
    return Item(name, metadata=dublin_core(name, more))


MIXED = [
    typed("dataset", "info:eu-repo/semantics/other", "Dataset"),
    typed("dcmi", "http://purl.org/dc/dcmitype/Collection"),
    typed("untyped"),
    typed("survey", "survey data"),
    typed("article", "info:eu-repo/semantics/article"),
    typed("image", "http://purl.org/dc/dcmitype/Image"),
    typed("paper", "DataPaper"),
    typed("plan", "Data Management Plan"),
]


def test_only_data_sets_and_what_has_no_type_are_taken(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    harvested = run(Archive(MIXED), site, client)

    assert found(harvested) == ["dataset", "dcmi", "untyped", "survey"]
    assert (rejected(harvested), incomplete(harvested)) == ([], [])
    assert totals(harvested)[-1] == 4
    assert "4 records were no data sets" in caplog.text


def test_everything_is_taken_when_the_operator_says_so(client: Client, site: Site) -> None:
    assert len(found(run(Archive(MIXED), site, client, all_types="yes"))) == len(MIXED)


@pytest.mark.parametrize(
    "raw",
    [
        "<record><header><identifier>oai:archive.example:bad</identifier></header></record>",
        "<record><header><identifier>oai:archive.example:bad</identifier></header><metadata/></record>",
        "<record><header><identifier>oai:archive.example:bad</identifier></header><metadata><marc/></metadata></record>",
        "<record><header><identifier>oai:archive.example:bad</identifier></header>"
        "<metadata><dc><b>never closed</dc></metadata></record>",
        "<record><header><identifier>oai:archive.example:bad</identifier></header>"
        f"<metadata>{dublin_core('', '')}</metadata></record>",
    ],
)
def test_one_bad_record_is_told_and_the_others_are_taken(client: Client, site: Site, raw: str) -> None:
    archive = Archive([Item("a"), Item("bad", raw=raw), *items("c", "d")], page=3)

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "c", "d"], [])
    assert [one.place for one in rejected(harvested)] == [f"{BASE}bad"]
    assert rejected(harvested)[0].raw


def test_a_record_without_an_identifier_is_told(client: Client, site: Site) -> None:
    raw = f"<record><header/><metadata>{dublin_core('a')}</metadata></record>"

    harvested = run(Archive([Item("x", raw=raw), *items("b")]), site, client)

    assert found(harvested) == ["b"]
    assert "no identifier" in rejected(harvested)[0].reason


@pytest.mark.parametrize(
    "title",
    ["a\x0bb", "a&#x1;b", "a&#11;b", "a\x00b", "salt & pepper", "caf&eacute;", "&unknown;", "a\ufffeb"],
)
def test_characters_that_xml_forbids_do_not_cost_a_record(client: Client, site: Site, title: str) -> None:
    archive = Archive([Item("a", metadata=dublin_core(title)), *items("b", "c")])

    harvested = run(archive, site, client)

    assert (found(harvested), rejected(harvested)) == (["a", "b", "c"], [])


def test_comments_and_instructions_between_records_are_no_records(client: Client, site: Site) -> None:
    raw = f"<!-- {Item('hidden').record()} --><?page break?>{Item('a').record()}<!-- end -->"

    assert found(run(Archive([Item("a", raw=raw), *items("b")]), site, client)) == ["a", "b"]


def test_answers_in_another_encoding_are_read(client: Client, site: Site) -> None:
    def instead(query: Mapping[str, str]) -> Reply | None:
        if query["verb"] != "ListRecords":
            return None
        body = xml(f"<ListRecords>{Item('a', metadata=dublin_core('Café')).record()}</ListRecords>").body
        assert isinstance(body, bytes)
        text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + body.decode()
        return Reply(text.encode("latin-1"), headers={"Content-Type": "text/xml"})

    record = run(Archive(instead=instead), site, client)[-5]

    assert "Café" in str(record)


def test_prefixed_and_missing_namespaces_are_read_alike(client: Client, site: Site) -> None:
    def instead(query: Mapping[str, str]) -> Reply | None:
        if query["verb"] != "ListRecords":
            return None
        record = (
            "<oai:record><oai:header><oai:identifier>oai:archive.example:a</oai:identifier></oai:header>"
            f"<oai:metadata>{dublin_core('a')}</oai:metadata></oai:record>"
        )
        text = f'<oai:OAI-PMH xmlns:oai="urn:wrong"><oai:ListRecords>{record}</oai:ListRecords></oai:OAI-PMH>'
        return Reply(text.encode())

    assert found(run(Archive(instead=instead), site, client)) == ["a"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE html><html>hello</html>",
        b"",
        b"{}",
        b"<rss/>",
        b"<OAI-PMH><error code='badVerb'/></OAI-PMH>",
        b"<OAI-PMH/>",
    ],
)
def test_what_does_not_identify_itself_is_no_repository(client: Client, site: Site, body: bytes) -> None:
    with pytest.raises(Unreadable):
        run(Archive(instead=lambda _: Reply(body)), site, client)


def test_a_doctype_is_refused(client: Client, site: Site) -> None:
    bomb = b'<!DOCTYPE OAI-PMH [<!ENTITY a "aaaa">]><OAI-PMH>&a;</OAI-PMH>'

    with pytest.raises(Refused, match="DOCTYPE"):
        run(Archive(instead=lambda _: Reply(bomb)), site, client)


def test_a_repository_that_does_not_answer_raises(client: Client, site: Site) -> None:
    with pytest.raises(Unavailable):
        run(Archive(instead=lambda _: Reply(status=500)), site, client)


# Pages that cannot be had


def test_a_page_that_fails_is_made_good_by_single_records(client: Client, site: Site) -> None:
    archive = Archive(
        items("a", "b", "c", "d", "e"),
        instead=lambda q: (
            Reply(status=500) if q["verb"] == "ListRecords" and "resumptionToken" in q else None
        ),
    )

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c", "d", "e"], [])
    assert archive.count("GetRecord") == 3
    assert noted(harvested)["from"] == MOMENT


@pytest.mark.parametrize(
    "noise",
    [
        "<identifier>a" + " " * 300_000 + "b<",
        "<record " * 60_000,
        "<resumptionToken</" * 60_000,
        "&#x" + "0" * 300_000,
    ],
    ids=["blanks", "records", "tokens", "noughts"],
)
def test_a_page_that_is_made_to_take_long_takes_no_longer(client: Client, site: Site, noise: str) -> None:
    bad = f"<record><header>{noise}<identifier>{BASE}bad</identifier></header></record>"
    archive = Archive([Item("a"), Item("bad", raw=bad)])

    assert found(run(archive, site, client)) == ["a"]


@pytest.mark.parametrize("body", ["<html>Sorry</html>", "", '<OAI-PMH xmlns="u"><ListRecords><record><hea'])
def test_a_page_that_is_no_xml_is_made_good_by_single_records(client: Client, site: Site, body: str) -> None:
    archive = Archive(
        items("a", "b", "c"),
        instead=lambda q: Reply(body.encode()) if q["verb"] == "ListRecords" else None,
    )

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c"], [])


def test_a_page_that_breaks_off_gives_its_whole_records_and_the_rest_singly(
    client: Client, site: Site
) -> None:
    def instead(query: Mapping[str, str]) -> Reply | None:
        if query["verb"] != "ListRecords":
            return None
        body = xml(archive.listing("ListRecords", archive.items[:3], "t", 4)).body
        assert isinstance(body, bytes)
        return Reply(body[: body.index(b"<dc:title>c") + 8])

    archive = Archive(items("a", "b", "c", "d"), instead=instead)

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c", "d"], [])
    assert archive.count("GetRecord") == 2


def test_single_records_are_asked_for_up_to_a_bound(client: Client, site: Site) -> None:
    archive = Archive(
        items("a", "b", "c", "d"),
        instead=lambda q: Reply(status=500) if q["verb"] == "ListRecords" else None,
    )

    harvested = list(harvest(asked(archive.serve(site), client), max_single=3))

    assert found(harvested) == ["a", "b", "c"]
    assert "could not be used" in incomplete(harvested)[0]
    assert cursors(harvested) == []


def test_a_record_that_fails_singly_is_told_and_counts_as_there(client: Client, site: Site) -> None:
    archive = Archive(
        items("a", "b", "c"),
        instead=lambda q: (
            Reply(status=500) if q["verb"] == "ListRecords" or q.get("identifier") == f"{BASE}b" else None
        ),
    )

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "c"], [])
    assert [one.place for one in rejected(harvested)] == [f"{BASE}b"]


def test_a_repository_that_fails_altogether_is_left_alone(client: Client, site: Site) -> None:
    archive = Archive(
        items(*map(str, range(20))),
        page=20,
        instead=lambda q: Reply(status=404) if q["verb"] in ("ListRecords", "GetRecord") else None,
    )

    harvested = run(archive, site, client)

    assert found(harvested) == []
    assert incomplete(harvested)
    assert archive.count("GetRecord") == 5


def test_a_page_and_its_headers_that_fail_leave_an_incomplete_run(client: Client, site: Site) -> None:
    archive = Archive(
        items("a", "b", "c"), instead=lambda q: Reply(status=500) if "resumptionToken" in q else None
    )

    harvested = run(archive, site, client)

    assert found(harvested) == ["a", "b"]
    assert "500" in incomplete(harvested)[0]
    assert noted(harvested) == {}


def test_a_token_that_expired_begins_the_list_again(client: Client, site: Site) -> None:
    faults = [error("badResumptionToken")]
    archive = Archive(
        items("a", "b", "c", "d", "e"),
        instead=lambda q: faults.pop() if q.get("resumptionToken", "").endswith("4") and faults else None,
    )

    harvested = run(archive, site, client)

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c", "d", "e"], [])
    assert totals(harvested) == [5]
    assert archive.count("ListRecords") == 6


def test_tokens_that_never_hold_are_not_tried_for_ever(client: Client, site: Site) -> None:
    archive = Archive(
        items("a", "b", "c"),
        instead=lambda q: error("badResumptionToken") if "resumptionToken" in q else None,
    )

    harvested = run(archive, site, client)

    assert found(harvested) == ["a", "b"]
    assert "badResumptionToken" in incomplete(harvested)[0]


@pytest.mark.parametrize(
    "body",
    [
        error("noRecordsMatch"),
        "<ListRecords></ListRecords>",
        "<ListRecords><resumptionToken/></ListRecords>",
        "",
    ],
)
def test_an_empty_list_of_everything_is_incomplete(client: Client, site: Site, body: str) -> None:
    archive = Archive(instead=lambda q: body if q["verb"] == "ListRecords" else None)

    harvested = run(archive, site, client)

    assert "lists no records" in incomplete(harvested)[0]
    assert noted(harvested) == {}


# Sets

IN_SETS = [
    Item("a", sets=["health"]),
    Item("b", sets=["health:cohort"]),
    Item("c", sets=["healthy"]),
    Item("d", sets=["law", "health"]),
]


def test_a_set_is_read_with_those_below_it(client: Client, site: Site) -> None:
    harvested = run(Archive(IN_SETS), site, client, set="health")

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "d"], [])


def test_several_sets_are_read_and_what_is_in_both_comes_once(client: Client, site: Site) -> None:
    harvested = run(Archive(IN_SETS), site, client, set="health, law")

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "d"], [])
    assert totals(harvested) == [3]


def test_a_server_that_forgets_the_set_while_paging_is_noticed(client: Client, site: Site) -> None:
    archive = Archive(IN_SETS, page=2)
    pages = {"": (IN_SETS[:2], "t"), "t": (IN_SETS[2:], "u"), "u": ([Item("e", sets=["law"])], "")}

    def instead(query: Mapping[str, str]) -> str | None:
        if query["verb"] != "ListRecords":
            return None
        shown, following = pages[query.get("resumptionToken", "")]
        return archive.listing("ListRecords", shown, following, None)

    archive.instead = instead

    harvested = run(archive, site, client, set="health")

    assert found(harvested) == ["a", "b", "d"]
    assert "forgot the set health" in incomplete(harvested)[0]


def test_a_server_that_does_not_tell_sets_is_believed(client: Client, site: Site) -> None:
    archive = looping(Archive(), {"": (["a", "b"], "t"), "t": (["c"], "")})

    harvested = run(archive, site, client, set="health")

    assert (found(harvested), incomplete(harvested)) == (["a", "b", "c"], [])


# Changes and deletions


def test_the_next_harvest_asks_for_changes_since_an_hour_before_the_last_began(
    client: Client, site: Site
) -> None:
    archive = Archive(items("a", "b"))
    first = run(archive, site, client)
    archive.items += [Item("c", changed="2026-03-01T11:30:00Z")]

    second = again(archive, site, client, first)

    assert isinstance(second[0], Changes)
    assert (found(second), withdrawn(second), incomplete(second), totals(second)) == (["c"], [], [], [])
    assert archive.asked[-1]["from"] == "2026-03-01T11:00:00Z"
    assert noted(second) == noted(first)


def test_a_repository_that_counts_in_days_is_asked_from_the_day_before(client: Client, site: Site) -> None:
    archive = Archive(items("a"), granularity="YYYY-MM-DD")
    first = run(archive, site, client)

    second = again(archive, site, client, first)

    assert archive.asked[-1]["from"] == "2026-02-28"
    assert (found(second), incomplete(second)) == ([], [])


def test_no_records_that_match_means_no_change(client: Client, site: Site) -> None:
    archive = Archive(items("a"))
    first = run(archive, site, client)

    second = again(archive, site, client, first)

    assert (found(second), incomplete(second)) == ([], [])
    assert noted(second)["from"] == MOMENT


def test_a_deleted_header_withdraws_its_record(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b"))
    first = run(archive, site, client)
    archive.items[0] = Item("a", "2026-03-01T11:59:00Z", deleted=True)

    assert withdrawn(again(archive, site, client, first)) == ["a"]


def test_deleted_headers_in_a_full_list_withdraw_and_count_as_no_records(client: Client, site: Site) -> None:
    archive = Archive([Item("a"), Item("gone", deleted=True), Item("c")])

    harvested = run(archive, site, client)

    assert (found(harvested), withdrawn(harvested)) == (["a", "c"], ["gone"])
    assert totals(harvested)[-1] == 2


def test_deleted_headers_of_a_repository_that_does_not_keep_them_are_ignored(
    client: Client, site: Site
) -> None:
    archive = Archive([Item("a"), Item("gone", deleted=True)], deleted="no")

    harvested = run(archive, site, client)

    assert (found(harvested), withdrawn(harvested), rejected(harvested)) == (["a"], [], [])


def test_where_deletions_are_not_told_a_list_of_headers_says_what_is_still_there(
    client: Client, site: Site
) -> None:
    archive = Archive(items("a", "b", "c", "d"), deleted="no")
    first = run(archive, site, client)
    archive.items = [Item("a"), Item("b"), Item("d", changed="2026-03-01T11:40:00Z")]

    second = again(archive, site, client, first)

    assert not any(isinstance(one, Changes) for one in second)
    assert (found(second), unchanged(second)) == (["d"], ["a", "b"])
    assert (incomplete(second), totals(second)) == ([], [])


def test_what_comes_between_the_two_lists_is_read_and_not_called_unchanged(
    client: Client, site: Site
) -> None:
    archive = Archive(items("a", "b"), deleted="no")
    first = run(archive, site, client)

    def instead(query: Mapping[str, str]) -> None:
        if query["verb"] == "ListIdentifiers" and len(archive.items) == 2:
            archive.items += [Item("new", changed="2026-03-02T00:00:00Z")]

    archive.instead = instead

    second = again(archive, site, client, first)

    assert (found(second), unchanged(second)) == (["new"], ["a", "b"])


def test_where_headers_cannot_tell_data_sets_only_changes_are_read(client: Client, site: Site) -> None:
    archive = Archive([*MIXED, Item("new", changed="2026-03-02T00:00:00Z")], deleted="no")
    first = run(archive, site, client)

    second = again(archive, site, client, first)

    assert isinstance(second[0], Changes)
    assert (found(second), unchanged(second)) == (["new"], [])
    assert archive.count("ListIdentifiers") == 0
    assert noted(second) == noted(first)


def test_what_turned_into_something_else_is_not_called_unchanged(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b"), deleted="no")
    first = run(archive, site, client)
    archive.items[0] = replace(typed("a", "Text"), changed="2026-03-01T11:40:00Z")

    second = again(archive, site, client, first)

    assert (found(second), unchanged(second)) == ([], ["b"])


@pytest.mark.parametrize(
    "body", [error("noRecordsMatch"), "<ListIdentifiers></ListIdentifiers>", Reply(status=500)]
)
def test_a_list_of_headers_that_fails_never_looks_like_an_empty_one(
    client: Client, site: Site, body: str | Reply
) -> None:
    archive = Archive(items("a"), deleted="no")
    first = run(archive, site, client)
    archive.instead = lambda q: body if q["verb"] == "ListIdentifiers" else None

    second = again(archive, site, client, first)

    assert incomplete(second)
    assert noted(second) == {}


@pytest.mark.parametrize("options", [{"set": "law"}, {"all_types": "yes"}, {"prefix": "dim"}])
def test_a_source_that_is_asked_otherwise_is_read_in_full(
    client: Client, site: Site, options: dict[str, str]
) -> None:
    archive = Archive([Item("a", sets=["law"])])
    first = run(archive, site, client)

    second = again(archive, site, client, first, **options)

    assert found(second) == ["a"]
    assert not any(isinstance(one, Changes) for one in second)


def test_a_server_without_a_usable_clock_is_asked_by_ours(client: Client, site: Site) -> None:
    archive = Archive(items("a"), moment="TIMESTAMP")

    assert noted(run(archive, site, client))["from"].startswith("20")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+10:00", "9999-99-99"])
def test_a_clock_that_went_mad_is_no_clock(client: Client, site: Site, moment: str) -> None:
    archive = Archive(items("a"), moment=moment)

    assert noted(run(archive, site, client))["from"].startswith("20")


def test_an_earliest_date_that_lies_behind_the_last_harvest_is_not_believed(
    client: Client, site: Site
) -> None:
    """Some repositories tell the present moment as that of their first record."""
    archive = Archive(items("a"), earliest="2026-03-05T00:00:00Z")
    first = run(archive, site, client)

    again(archive, site, client, first)

    assert archive.asked[-1]["from"] == "2026-03-01T11:00:00Z"


def test_a_repository_that_just_began_is_not_asked_for_what_was_before(client: Client, site: Site) -> None:
    archive = Archive(items("a"), earliest="2026-03-01T11:30:00Z")
    first = run(archive, site, client)

    again(archive, site, client, first)

    assert archive.asked[-1]["from"] == "2026-03-01T11:30:00Z"


def test_a_refused_from_is_incomplete_and_not_an_error_of_the_operator(client: Client, site: Site) -> None:
    archive = Archive(items("a"))
    first = run(archive, site, client)
    archive.instead = lambda q: error("badArgument") if "from" in q else None

    assert "badArgument" in incomplete(again(archive, site, client, first))[0]


# RDF

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">{}</rdf:RDF>'
)


def described(iri: str, more: str = "") -> str:
    return f'<dcat:Dataset rdf:about="{iri}"><dct:title>T</dct:title>{more}</dcat:Dataset>'


def rdf(name: str, *iris: str, changed: str = "2026-01-01T00:00:00Z") -> Item:
    return Item(name, changed, metadata=RDF.format("".join(map(described, iris))))


def subjects(harvested: list[Harvested]) -> list[str]:
    return [one.subject.value for one in harvested if isinstance(one, Record) and one.kind == "dataset"]


def test_rdf_passes_through_with_its_own_subject(client: Client, site: Site) -> None:
    more = '<x:unknown xmlns:x="http://x.example/">kept</x:unknown>'
    metadata = RDF.format(described("https://a.example/d/1", more))
    archive = Archive([Item("1", metadata=metadata)], formats=("oai_dc", "dcat_ap"))

    harvested = run(archive, site, client)

    assert subjects(harvested) == ["https://a.example/d/1"]
    record = next(one for one in harvested if isinstance(one, Record) and one.kind == "dataset")
    assert "http://x.example/unknown" in str(record.triples)
    assert [one.value for one in record.member_of] == [f"{site.url}/oai"]


def test_several_data_sets_in_one_record_all_come(client: Client, site: Site) -> None:
    archive = Archive([rdf("1", "https://a.example/1", "https://a.example/2")])

    harvested = run(archive, site, client)

    assert subjects(harvested) == ["https://a.example/1", "https://a.example/2"]
    assert "subjects" not in noted(harvested)


def test_a_rule_that_all_subjects_follow_lets_headers_speak_for_them(client: Client, site: Site) -> None:
    archive = Archive([rdf(name, f"https://a.example/d/{name}#it") for name in ("x1", "x2", "x3")])
    first = run(archive, site, client)
    archive.items[1] = Item("x2", "2026-03-01T11:59:00Z", deleted=True)

    second = again(archive, site, client, first)

    assert [one for one in second if isinstance(one, Changes)]
    assert [str(one) for one in second if "x2" in str(one)] == [
        "Withdrawn(subject='https://a.example/d/x2#it')"
    ]


def test_without_such_a_rule_the_next_harvest_reads_everything(client: Client, site: Site) -> None:
    archive = Archive([rdf("1", "https://a.example/d/1"), rdf("2", "https://b.example/two")])
    first = run(archive, site, client)

    second = again(archive, site, client, first)

    assert noted(first) == {}
    assert len(subjects(second)) == 2
    assert not any(isinstance(one, Changes) for one in second)


def test_rdf_that_breaks_the_rule_later_is_taken_and_ends_the_rule(client: Client, site: Site) -> None:
    archive = Archive([rdf("1", "https://a.example/d/1")])
    first = run(archive, site, client)
    archive.items.append(rdf("2", "https://b.example/two", changed="2026-03-01T11:59:00Z"))

    second = again(archive, site, client, first)

    assert subjects(second) == ["https://b.example/two"]
    assert noted(second) == {}


def test_rdf_without_a_data_set_or_with_a_fault_is_told(client: Client, site: Site) -> None:
    archive = Archive([Item("1", metadata=RDF.format("")), rdf("2", "https://a.example/2")])

    harvested = run(archive, site, client)

    assert subjects(harvested) == ["https://a.example/2"]
    assert [one.place for one in rejected(harvested)] == [""]


def test_a_record_that_cannot_be_read_has_the_subject_that_all_others_lead_to(
    client: Client, site: Site
) -> None:
    bad = "<record><header><identifier>oai:archive.example:{}</identifier></header></record>"
    good = [rdf(f"x{number}", f"https://a.example/d/x{number}") for number in range(12)]
    listed = [Item("early", raw=bad.format("early")), *good, Item("late", raw=bad.format("late"))]

    harvested = run(Archive(listed, formats=("dcat_ap",)), site, client)

    assert [one.place for one in rejected(harvested)] == ["", "https://a.example/d/late"]


# Going on after an interruption


@pytest.mark.parametrize("deleted", ["persistent", "no"])
@pytest.mark.parametrize("options", [{}, {"set": "s, t"}])
def test_an_interrupted_harvest_goes_on_exactly_behind_its_cursor(
    client: Client, site: Site, deleted: str, options: dict[str, str]
) -> None:
    kept = [Item(name, sets=["s" if name < "d" else "t"]) for name in "abcdefg"]
    archive = Archive([*kept, typed("text", "Text")], deleted=deleted)
    archive.items[-1].sets = ["t"]
    whole = run(archive, site, client, **options)

    for cursor in cursors(whole):
        before = list(takewhile(lambda one: one != Reached(cursor), whole))  # noqa: B023
        after = list(harvest(asked(archive.serve(site), client, cursor=cursor, **options)))

        assert found(before) + found(after) == found(whole)
        assert noted(after) == noted(whole)
        assert totals(after)[-1:] in ([], totals(whole)[-1:])
        assert not [one for one in after if isinstance(one, Record) and one.kind == "catalogue"]


def test_interrupted_changes_go_on_as_changes(client: Client, site: Site) -> None:
    archive = Archive(items("a"))
    first = run(archive, site, client)
    archive.items += [Item(name, changed="2026-03-01T11:30:00Z") for name in "bcdef"]
    second = again(archive, site, client, first)

    third = list(harvest(asked(archive.serve(site), client, cursor=cursors(second)[0])))

    assert isinstance(third[0], Changes)
    assert found(third) == ["d", "e", "f"]


def test_an_interrupted_list_of_headers_goes_on(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b", "c"), deleted="no")
    first = run(archive, site, client)
    second = again(archive, site, client, first)

    third = list(harvest(asked(archive.serve(site), client, cursor=cursors(second)[1])))

    assert unchanged(second) == ["a", "b", "c"]
    assert unchanged(third) == ["c"]


def test_a_cursor_whose_token_expired_reads_the_list_again(client: Client, site: Site) -> None:
    archive = Archive(items("a", "b", "c"))
    first = run(archive, site, client)
    faults = [error("badResumptionToken")]
    archive.instead = lambda q: faults.pop() if "resumptionToken" in q and faults else None

    after = list(harvest(asked(archive.serve(site), client, cursor=cursors(first)[0])))

    assert (found(after), incomplete(after)) == (["a", "b", "c"], [])


@pytest.mark.parametrize("cursor", ["x", "{}", "[]", '{"started":1,"nonsense":2}', "null"])
def test_a_cursor_that_is_none_begins_at_the_beginning(client: Client, site: Site, cursor: str) -> None:
    archive = Archive(items("a", "b"))

    assert found(list(harvest(asked(archive.serve(site), client, cursor=cursor)))) == ["a", "b"]


# Safety


def test_a_repository_that_redirects_to_a_private_address_is_refused(
    make_client: MakeClient, client: Client, site: Site, trap: Site
) -> None:
    target = trap.url.replace("127.0.0.1", "localhost")
    for verb in ("Identify", "ListRecords"):
        archive = Archive(
            items("a"),
            instead=lambda q, verb=verb: (  # type: ignore[misc]
                Reply(status=302, headers={"Location": f"{target}/oai"}) if q["verb"] == verb else None
            ),
        )
        try:
            harvested = run(archive, site, client)
        except Refused:
            assert verb == "Identify"
        else:
            assert found(harvested) == ["a"]

    assert trap.asked == []


def test_addresses_inside_answers_are_never_asked(client: Client, site: Site, trap: Site) -> None:
    hostile = f"{trap.url}/x"
    metadata = dublin_core("a", f"<dc:identifier>{hostile}</dc:identifier><dc:type>Dataset</dc:type>")
    token = f"{hostile}&verb=Identify"
    archive = looping(Archive(), {"": (["a"], token), token: (["b"], "")})
    run(archive, site, client)
    run(Archive([Item("a", metadata=metadata)], instead=lambda _: None), site, client)

    assert trap.asked == []


def test_the_kind_tells_its_options(client: Client, site: Site) -> None:
    assert set(kind("oai-pmh").options) == {"prefix", "set", "all_types"}


def test_the_archive_of_the_demonstration_is_harvested_whole(client: Client, site: Site) -> None:
    answering = NODE.answering
    assert answering is not None
    play(site, answering(site.url))

    for options in (NODE.options, {"prefix": "oai_dc"}):
        harvested = list(harvest(asked(site.url + NODE.start, client, **options)))

        assert len(found(harvested)) == 5
        assert withdrawn(harvested) == ["pilot-2012"]
        assert (rejected(harvested), incomplete(harvested), totals(harvested)) == ([], [], [5])
        assert len(cursors(harvested)) == 3
