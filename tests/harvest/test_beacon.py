"""The Beacon protocol with its quirks: its shapes, its paging, and that no individual is asked about."""

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Reached, Record, Rejected
from harvesters.beacon import KIND, harvest
from harvesters.beacon_answers import ABOUT, INDIVIDUAL, LISTED, Answers
from harvesters.beacon_data_use import data_use
from harvesters.beacon_mapping import Beacon, cohort, dataset
from harvesters.http import Client
from tests.harvest.asking import asked, vocabularies
from tests.harvest.feeds import rejected, until_error
from tests.harvest.fhir_server import lacks, record, said, values
from tests.harvest.junk import Spot, junk, spots, with_junk
from tests.harvest.loopback import Asked, Reply, Site
from web.demo.nodes.beacon import NODE, PATH, institute
from web.demo.playing import Heard

ROOT = "/api"
INFO = {"id": "org.example", "name": "Example Beacon", "apiVersion": "v2.0.0", "environment": "prod"}
PERSON = {"id": "p1", "sex": {"label": "female"}, "name": "Vertrouwelijk"}
BEACON = Beacon("https://beacon.example/api", vocabularies(), INFO)


def entry(id: str, **more: object) -> dict[str, object]:
    return {"id": id, "name": id, **more}


def serving(site: Site, kinds: Iterable[str] = ("dataset",), **more: object) -> str:
    site.pages[f"{ROOT}/info"] = said({"meta": {}, "response": {**INFO, **more}})
    types = {kind: {"id": kind} for kind in kinds}
    site.pages[f"{ROOT}/configuration"] = said({"response": {"entryTypes": types}})
    return site.url + ROOT


def path(name: str = "datasets", skip: int = 0, limit: int = 100) -> str:
    return f"{ROOT}/{name}?requestedGranularity=record&skip={skip}&limit={limit}"


def listed(*entries: object, total: int | None = None, exists: bool = True, **meta: object) -> Reply:
    summary = {"exists": exists, **({"numTotalResults": total} if total is not None else {})}
    return said({"meta": meta, "responseSummary": summary, "response": {"collections": list(entries)}})


def ids(items: Iterable[Harvested]) -> list[str]:
    found = [item.subject.value for item in items if isinstance(item, Record) and item.kind == "dataset"]
    return [one.rpartition("/")[2] for one in found]


def answering(
    site: Site, entries: list[dict[str, object]], *, by_page: bool, cap: int = 100, total: bool = True
) -> None:
    """Let the site list these as servers do that count pages, or entries, in `skip`."""

    def page(heard: Asked) -> Reply:
        query = dict(one.split("=") for one in heard.path.partition("?")[2].split("&"))
        limit, skip = min(int(query["limit"]), cap), int(query["skip"])
        start = skip * limit if by_page else skip
        meta = {"receivedRequestSummary": {"pagination": {"limit": limit, "skip": skip}}}
        return listed(*entries[start : start + limit], total=len(entries) if total else None, **meta)

    class Pages(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            return page if path.startswith(f"{ROOT}/datasets") else super().get(path, default)

    site.pages = Pages(site.pages)  # type: ignore[assignment]


@pytest.mark.parametrize("end", ["", "/", "/info", "/datasets", "/map/"])
def test_the_address_may_be_that_of_the_root_or_of_a_document_below_it(
    client: Client, site: Site, end: str
) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("a"))

    items = list(harvest(asked(root + end, client)))

    found = record(items, "/datasets/a")
    assert found.subject.value == found.origin == f"{root}/datasets/a"
    assert [one.value for one in found.member_of] == [root]


@pytest.mark.parametrize("end", sorted(INDIVIDUAL))
def test_an_address_of_individuals_is_refused_before_anything_is_asked(
    client: Client, site: Site, end: str
) -> None:
    with pytest.raises(Invalid, match="address of data about individuals"):
        list(harvest(asked(f"{site.url}/api/{end}", client)))

    assert site.paths == []


def test_nothing_but_what_the_beacon_is_and_lists_is_ever_asked_for(client: Client, site: Site) -> None:
    root = serving(
        site, ["dataset", "cohort", "individual", "biosample", "genomicVariant", "run", "analysis"]
    )
    site.pages[f"{ROOT}/map"] = said(
        {
            "response": {
                "endpointSets": {"dataset": {"rootUrl": f"{root}/individuals", "entryType": "dataset"}}
            }
        }
    )
    site.pages[path()] = listed(
        entry("../individuals"), entry("..", externalUrl=f"{root}/individuals"), entry("a")
    )
    site.pages[path("cohorts")] = listed(entry("c", cohortType="study-defined"))

    list(harvest(asked(root, client)))

    about = {one.removeprefix(f"{ROOT}/").partition("?")[0] for one in site.paths}
    assert about <= {*ABOUT, *LISTED}
    assert not {*ABOUT, *LISTED} & INDIVIDUAL
    assert set(KIND.options) == {"limit"}
    with pytest.raises(CatalogueError):
        Answers(client, root, 10).of("individuals")


def test_an_id_cannot_lead_elsewhere(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("../individuals"), entry(".."), entry("a b"))

    items = list(harvest(asked(root, client)))

    assert ids(items) == ["..%2Findividuals", "a%20b"]
    assert len(rejected(items)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        listed(PERSON, entry("a")),
        said({"response": {"resultSets": [{"id": "d", "results": [PERSON]}]}}),
        listed(entry("v"), returnedSchemas=[{"entityType": "genomicVariant"}]),
    ],
)
def test_a_list_of_individuals_is_dropped_unread_and_told(
    client: Client, site: Site, answer: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    root = serving(site)
    site.pages[path()] = answer

    items = list(harvest(asked(root, client)))

    assert ids(items) == []
    assert "dropped unread" in lacks(items)[0]
    assert "Vertrouwelijk" not in caplog.text + str(items)


def test_a_redirect_to_individuals_is_never_followed(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path()] = Reply(status=302, headers={"Location": f"{ROOT}/individuals"})
    site.pages[f"{ROOT}/individuals"] = listed(entry("a"))

    items = list(harvest(asked(root, client)))

    assert ids(items) == []
    assert "is not to be asked" in lacks(items)[0]
    assert f"{ROOT}/individuals" not in site.paths


def test_a_redirect_to_a_private_address_is_refused(client: Client, site: Site, trap: Site) -> None:
    site.pages[f"{ROOT}/info"] = Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/info"})

    with pytest.raises(Refused):
        list(harvest(asked(site.url + ROOT, client)))

    assert trap.asked == []


@pytest.mark.parametrize(
    "response",
    [
        {"response": {"collections": [entry("a")]}},
        {"response": {"resultSets": [{"id": "x", "setType": "dataset", "results": [entry("a")]}]}},
        {"resultSets": [{"results": [entry("a")]}]},
    ],
)
def test_a_list_may_be_collections_or_result_sets(
    client: Client, site: Site, response: Mapping[str, object]
) -> None:
    root = serving(site)
    site.pages[path()] = said(response)

    items = list(harvest(asked(root, client)))

    assert (ids(items), lacks(items)) == (["a"], [])


@pytest.mark.parametrize("by_page", [True, False])
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("number", [0, 1, 9, 10, 11, 20, 25])
def test_all_pages_come_whatever_skip_counts_and_whether_a_total_is_told(
    client: Client, site: Site, by_page: bool, total: bool, number: int
) -> None:
    root = serving(site)
    entries = [entry(f"d{place}") for place in range(number)]
    answering(site, entries, by_page=by_page, total=total)

    items = list(harvest(asked(root, client, limit="10")))

    assert ids(items) == [one["id"] for one in entries]
    assert len(lacks(items)) == (number == 0 and not total)


@pytest.mark.parametrize("by_page", [True, False])
def test_a_beacon_that_gives_fewer_a_page_than_asked_is_read_whole(
    client: Client, site: Site, by_page: bool
) -> None:
    root = serving(site)
    answering(site, [entry(f"d{place}") for place in range(17)], by_page=by_page, cap=5, total=False)

    items = list(harvest(asked(root, client)))

    assert (len(ids(items)), lacks(items)) == (17, [])


def test_from_each_place_that_was_reached_the_rest_comes_and_nothing_twice(
    client: Client, site: Site
) -> None:
    root = serving(site, ["dataset", "cohort"])
    site.pages[path("cohorts", limit=10)] = listed(entry("c", cohortType="study-defined"), total=1)
    for by_page in (True, False):
        answering(site, [entry(f"d{place}") for place in range(25)], by_page=by_page)
        whole = list(harvest(asked(root, client, limit="10")))
        places = [number for number, item in enumerate(whole) if isinstance(item, Reached)]

        for number in places:
            reached = whole[number]
            assert isinstance(reached, Reached)
            rest = list(harvest(asked(root, client, cursor=reached.cursor, limit="10")))
            assert ids(rest) == ids(whole[number:])
            assert lacks(rest) == []


@pytest.mark.parametrize(
    "cursor", ["{", "[]", '{"name": "individuals"}', '{"name": "datasets", "skip": "x"}']
)
def test_a_place_that_is_not_ours_is_told_or_begins_again(client: Client, site: Site, cursor: str) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("a"))

    items, error = until_error(harvest(asked(root, client, cursor=cursor)))

    assert isinstance(error, Invalid) or ids(items) == ["a"]
    assert not [one for one in site.paths if "individuals" in one]


def test_a_beacon_that_gives_all_at_once_is_read_once(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path(limit=2)] = listed(*map(entry, "abcde"))

    items = list(harvest(asked(root, client, limit="2")))

    assert (ids(items), lacks(items)) == (list("abcde"), [])


def test_the_same_page_for_ever_is_told(client: Client, site: Site) -> None:
    root = serving(site)
    for skip in range(3):
        site.pages[path(skip=skip, limit=2)] = listed(entry("a"), entry("b"))

    items = list(harvest(asked(root, client, limit="2")))

    assert ids(items) == ["a", "b"]
    assert "repeat themselves" in lacks(items)[0]


def test_fewer_entries_than_the_total_are_told(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("a"), total=50)
    site.pages[path(skip=1)] = listed(total=50)

    assert lacks(harvest(asked(root, client))) == ["The Beacon says that it has 50 datasets, but listed 1."]


def test_there_are_only_so_many_pages(client: Client, site: Site) -> None:
    root = serving(site)
    answering(site, [entry(f"d{place}") for place in range(30)], by_page=True)

    items = list(harvest(asked(root, client, limit="10"), max_pages=2))

    assert len(ids(items)) == 20
    assert "more than 2 pages" in lacks(items)[0]


@pytest.mark.parametrize(
    ("answer", "lacking"),
    [
        (listed(total=0), 0),
        (listed(exists=False), 0),
        (listed(), 1),
        (said({"response": {}}), 1),
        (said({"error": {"errorCode": 403, "errorMessage": "Sign in first"}}), 1),
        (Reply(status=500), 1),
        (Reply(status=403), 1),
        (Reply(status=404), 1),
        (Reply(b"<html></html>"), 1),
    ],
)
def test_a_list_is_empty_only_where_the_beacon_says_so(
    client: Client, site: Site, answer: Reply, lacking: int
) -> None:
    root = serving(site)
    site.pages[path()] = answer

    items = list(harvest(asked(root, client)))

    assert (ids(items), len(lacks(items))) == ([], lacking)
    if b"Sign in" in bytes(answer.body):  # type: ignore[arg-type]
        assert "The Beacon says: Sign in first." in lacks(items)[0]


def test_a_page_that_fails_leaves_what_was_read_and_the_cohorts_come(client: Client, site: Site) -> None:
    root = serving(site, ["dataset", "cohort"])
    site.pages[path(limit=1)] = listed(entry("a"), total=2)
    site.pages[path(skip=1, limit=1)] = Reply(status=500)
    site.pages[path("cohorts", limit=1)] = listed(entry("c", cohortType="study-defined"), total=1)
    site.pages[path("cohorts", skip=1, limit=1)] = listed(total=1)

    items = list(harvest(asked(root, client, limit="1")))

    assert ids(items) == ["a", "c"]
    assert lacks(items)[0].startswith("Page 2 of the datasets could not be had")


def test_a_collection_that_the_beacon_does_not_have_is_not_asked_for(client: Client, site: Site) -> None:
    root = serving(site, ["cohort"])
    site.pages[path("cohorts")] = listed(entry("c", cohortType="study-defined"))

    items = list(harvest(asked(root, client)))

    assert (ids(items), lacks(items)) == (["c"], [])
    assert path() not in site.paths


def test_a_beacon_that_tells_no_types_may_lack_one_list_but_not_both(client: Client, site: Site) -> None:
    root = serving(site, [])
    site.pages[path()] = listed(entry("a"))
    assert lacks(harvest(asked(root, client))) == []

    del site.pages[path()]
    assert lacks(harvest(asked(root, client))) == ["This Beacon lists neither datasets nor cohorts."]


def test_what_a_beacon_has_may_be_told_by_its_entry_types_or_its_map(client: Client, site: Site) -> None:
    root = serving(site, [])
    site.pages[path("cohorts")] = listed(entry("c", cohortType="study-defined"))
    for document, response in (
        ("entry_types", {"entryTypes": {"cohort": {"id": "cohort"}}}),
        ("map", {"endpointSets": {"cohort": {"entryType": "cohort"}}}),
    ):
        site.pages[f"{ROOT}/{document}"] = said({"response": response})
        site.asked.clear()

        assert ids(harvest(asked(root, client))) == ["c"]
        assert path() not in site.paths
        del site.pages[f"{ROOT}/{document}"]


def test_a_configuration_that_fails_for_now_makes_the_run_partial(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[f"{ROOT}/configuration"] = Reply(status=503)
    site.pages[path()] = listed(entry("a"))

    items = list(harvest(asked(root, client)))

    assert ids(items) == ["a"]
    assert "could not be learnt" in lacks(items)[0]


def test_less_detail_than_asked_is_told_in_the_log_and_the_description(
    client: Client, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("a"), returnedGranularity="count")

    items = list(harvest(asked(root, client)))

    assert "less detail than was asked for: count" in caplog.text
    assert (
        "of less detail than was asked for: count" in values(record(items, "/service-info"), "description")[0]
    )


def test_a_beacon_of_version_1_is_told(client: Client, site: Site) -> None:
    site.pages[f"{ROOT}/info"] = said({"id": "old", "apiVersion": "v1.1.0", "datasets": []})

    with pytest.raises(Invalid, match=r"Beacon of version v1\.1\.0"):
        list(harvest(asked(site.url + ROOT, client)))


def test_a_beacon_may_tell_what_it_is_at_its_root(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[ROOT] = site.pages.pop(f"{ROOT}/info")
    site.pages[path()] = listed(entry("a"))

    assert ids(harvest(asked(root, client))) == ["a"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(status=404), NotFound),
        (Reply(status=503), Unavailable),
        (Reply(b"<html></html>"), Unreadable),
        (Reply(b"[]"), Unreadable),
        (said({"hello": "world"}), Unreadable),
    ],
)
def test_what_is_no_beacon_raises_at_once(
    client: Client, site: Site, answer: Reply, error: type[Exception]
) -> None:
    site.pages[f"{ROOT}/info"] = answer

    with pytest.raises(error):
        list(harvest(asked(site.url + ROOT, client)))


@pytest.mark.parametrize("limit", ["0", "x", "1001"])
def test_an_option_that_is_no_choice_is_told(client: Client, limit: str) -> None:
    with pytest.raises(Invalid, match="The option limit"):
        list(harvest(asked("http://127.0.0.1:1", client, limit=limit)))


def test_one_bad_entry_is_rejected_and_the_rest_comes(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path()] = listed({"name": "no id"}, "words", None, entry("a"), entry("a"))

    items = list(harvest(asked(root, client)))

    assert ids(items) == ["a"]
    assert [item.reason for item in rejected(items)] == [
        "It has no id that could stand in an address.",
        "An entry of the list is no object.",
        "An entry of the list is no object.",
    ]
    assert json.loads(rejected(items)[0].raw) == {"name": "no id"}


def test_the_terms_of_questions_become_keywords_and_coding_systems(client: Client, site: Site) -> None:
    root = serving(site)
    site.pages[path()] = listed(entry("a"))
    site.pages[f"{ROOT}/filtering_terms?skip=0&limit=50"] = said(
        {
            "response": {
                "filteringTerms": [
                    {"id": f"HP:{number}", "label": f"term {number}"} for number in range(500)
                ],
                "resources": [{"namespacePrefix": "HP", "name": "Human Phenotype Ontology"}, {"id": "icd10"}],
            }
        }
    )

    items = list(harvest(asked(root, client)))

    service = record(items, "/service-info")
    assert len(values(service, "keyword")) == 50
    assert "Human Phenotype Ontology" in values(service, "description")[0]
    systems = [one.rpartition("/")[2] for one in values(record(items, "/a"), "hasCodingSystem")]
    assert systems == ["HPO", "ICD-10"]


@pytest.mark.parametrize(
    "id",
    [
        "DUO:0000042",
        "DUO_0000042",
        "http://purl.obolibrary.org/obo/DUO_0000042",
        "GRU",
        "duo:0000042",
        "DUO:00000042",
    ],
)
def test_a_condition_is_known_in_every_spelling(id: str) -> None:
    use = data_use({"duoDataUse": [{"id": id}]}, vocabularies())

    assert use.words == ("General research use (DUO:0000042)",)
    assert use.permitted == ("http://purl.obolibrary.org/obo/DUO_0000042",)


def test_the_typo_of_the_ontology_is_known() -> None:
    assert data_use({"duoDataUse": [{"id": "DUO_00000044"}]}, vocabularies()).words == (
        "No population origins or ancestry research (DUO:0000044)",
    )


def test_modifiers_keep_their_values_and_unknown_conditions_their_words() -> None:
    use = data_use(
        {
            "duoDataUse": [
                {
                    "id": "DUO:0000007",
                    "modifiers": [
                        {"id": "EFO:0001645", "label": "coronary artery disease"},
                        {"id": "HP:0001631"},
                    ],
                },
                {"id": "DUO:0000025", "modifiers": [{"id": "months", "value": 12}]},
                {"id": "OWN:1", "label": "Ask first"},
                {},
            ]
        },
        vocabularies(),
    )

    assert use.words == (
        "Disease-specific research (DUO:0000007): coronary artery disease (EFO:0001645), HP:0001631",
        "Time limit on use (DUO:0000025): months: 12",
        "Ask first (OWN:1)",
    )
    assert use.purposes == use.words[:1]
    assert use.is_limited


@pytest.mark.parametrize(
    ("conditions", "access"),
    [([{"id": "DUO:0000004"}], ""), ([{"id": "DUO:0000042"}], "RESTRICTED"), ([], "")],
)
def test_a_condition_of_use_makes_access_restricted(conditions: list[object], access: str) -> None:
    found = dataset(
        {"id": "a", "dataUseConditions": {"duoDataUse": conditions}}, BEACON, "https://x.example/a"
    )

    assert found["accessRights"] == access


@pytest.mark.parametrize(
    ("size", "persons"), [(20000, 20000), (10, 10), (9, None), (0, None), (-1, None), ("9", None)]
)
def test_fewer_than_ten_people_are_no_number(size: object, persons: int | None) -> None:
    event = {"eventSize": 5, "eventGenders": {"distribution": {"genders": {"female": 3}}}}

    found = cohort(
        {"id": "c", "cohortSize": size, "collectionEvents": [event]}, BEACON, "https://x.example/c"
    )

    assert found is not None
    assert found["persons"] == persons
    assert "3" not in str(found["description"])


@pytest.mark.parametrize(
    ("duration", "years"),
    [
        ("P18Y", 18),
        ("P6M", 0),
        ("P2Y6M", 2),
        ("P40Y3M2DT1H", 40),
        ("18", None),
        ("P", None),
        ("P999Y", None),
        (4, None),
    ],
)
def test_ages_are_whole_years(duration: object, years: int | None) -> None:
    ages = {"start": {"iso8601duration": duration}}

    found = cohort({"id": "c", "inclusionCriteria": {"ageRange": ages}}, BEACON, "https://x.example/c")

    assert found is not None
    assert found.get("minAge") == years


def test_a_contact_without_end_is_none() -> None:
    info = {**INFO, "organization": {"name": "O", "contactUrl": "a@" + "." * 1_000_000 + "/"}}

    assert Beacon(BEACON.root, vocabularies(), info).contact() == []


def test_a_cohort_that_a_question_made_is_none() -> None:
    assert cohort({"id": "c", "cohortType": "user-defined"}, BEACON, "https://x.example/c") is None


class Demo(dict[str, object]):
    """The demonstration node in place of the pages of a site."""

    def get(self, path: str, default: object = None) -> object:
        found = institute().answer(Heard("GET", path, {}))
        return Reply(found.content, headers={"Content-Type": found.content_type}) if found else default


def test_the_demonstration_node_is_read_whole(client: Client, site: Site) -> None:
    site.pages = Demo()  # type: ignore[assignment]

    items = list(harvest(asked(site.url + PATH, client)))

    assert NODE.kind == KIND.name
    assert (len(ids(items)), lacks(items), rejected(items)) == (5, [], [])
    assert sum(isinstance(item, Reached) for item in items) >= 1


@pytest.mark.real_data
def test_the_real_examples_of_the_standard_are_read(client: Client, site: Site, shared_data: Path) -> None:
    folder = shared_data / "real" / "ga4gh-beacon__beacon-v2"
    answers = folder / "framework" / "json" / "responses" / "examples-fullDocuments"
    models = folder / "models" / "json" / "beacon-v2-default-model"
    for name, file in (
        ("info", "beaconInfo-MAX-example.json"),
        ("filtering_terms?skip=0&limit=50", "beaconFilteringTermsResponse-example.json"),
        ("map", "beaconMapResponse-example.json"),
    ):
        site.pages[f"{ROOT}/{name}"] = Reply((answers / file).read_bytes())
    collections = json.loads((answers / "beaconCollectionsResponse-MID-example.json").read_bytes())
    largest = json.loads((models / "datasets" / "examples" / "dataset-Max-example.json").read_bytes())
    collections["response"]["collections"].append(largest)
    site.pages[path()] = said(collections)
    cohorts = sorted((models / "cohorts" / "examples").glob("*.json"))
    found = [json.loads(file.read_bytes()) for file in cohorts]
    site.pages[path("cohorts")] = listed(*({**one, "id": str(place)} for place, one in enumerate(found)))
    site.pages[f"{ROOT}/entry_types"] = said({"response": {"entryTypes": {"dataset": {}, "cohort": {}}}})

    items = list(harvest(asked(site.url + ROOT, client)))

    assert ids(items) == ["Dataset1", "Dataset2", "ds01010101", "0", "1", "2"]
    assert lacks(items) == []
    assert "coronary artery disease (EFO:0001645)" in values(record(items, "/ds01010101"), "label")[0]
    assert values(record(items, "/cohorts/0"), "numberOfUniqueIndividuals") == ["20000"]
    assert values(record(items, "/cohorts/0"), "minTypicalAge") == ["18"]


@pytest.mark.real_data
def test_every_term_of_the_real_ontology_is_known(shared_data: Path) -> None:
    lines = (shared_data / "real" / "EBISPOT__DUO" / "duo.csv").read_text("utf-8").splitlines()[1:]
    codes = [line.partition(",")[0] for line in lines if line.startswith("DUO:")]

    known = [data_use({"duoDataUse": [{"id": code}]}, vocabularies()).words[0] for code in codes]

    assert len(codes) >= 25
    assert [
        code
        for code, words in zip(codes, known, strict=True)
        if not words.endswith(f"({code[:4]}{code[4:].zfill(7)[-7:]})")
    ] == []


JUNK = junk("id", "label", "value", "name", "start", "x")

DEMO = {
    path: json.loads(found.content)
    for path in (
        f"{PATH}/info",
        f"{PATH}/configuration",
        f"{PATH}/filtering_terms",
        f"{PATH}/datasets",
        f"{PATH}/cohorts",
    )
    if (found := institute().answer(Heard("GET", path, {})))
}
SPOTS = [(path, spot) for path, answer in DEMO.items() for spot in spots(answer)]


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(where=st.sampled_from(SPOTS), odd=JUNK)
def test_any_value_anywhere_in_an_answer_makes_items_or_a_catalogue_error(
    client: Client, site: Site, where: tuple[str, Spot], odd: object
) -> None:
    changed = with_junk(DEMO[where[0]], where[1], odd)

    class Answering(dict[str, object]):
        def get(self, path: str, default: object = None) -> object:
            name = path.partition("?")[0]
            return said(changed if name == where[0] else DEMO[name]) if name in DEMO else default

    site.pages = Answering()  # type: ignore[assignment]

    try:
        for item in harvest(asked(site.url + PATH, client), max_pages=3):
            assert isinstance(item, get_args(Harvested))
            assert not isinstance(item, Rejected) or item.reason
    except CatalogueError:
        pass
