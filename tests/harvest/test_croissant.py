"""Croissant documents: one, an array, or a list of addresses; files, variables and statements of RAI."""

import json

import pytest

from catalogue.errors import Refused, Unavailable, Unreadable
from catalogue.records import Harvested, Incomplete, Reached, Record
from harvesters.croissant import KIND, harvest
from harvesters.http import Client
from ontologies.namespaces import CSVW, DCAT, DCT, DPV, RDFS, SPDX
from tests.harvest.asking import asked
from tests.harvest.conftest import MakeClient
from tests.harvest.feeds import rejected, until_error
from tests.harvest.loopback import Reply, Site
from tests.harvest.sites import anywhere, crawl, page, paths, said

JSON = {"Content-Type": "application/ld+json"}
CONTEXT = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
    "recordSet": "cr:recordSet",
    "field": "cr:field",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
}


def croissant(id_: str, **more: object) -> dict[str, object]:
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": f"https://x.example/{id_}",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": id_,
        **more,
    }


def served(*documents: object) -> Reply:
    value = documents[0] if len(documents) == 1 else list(documents)
    return Reply(json.dumps(value).encode(), headers=JSON)


def read(site: Site, client: Client, path: str = "/a.json", **more: str) -> list[Harvested]:
    return list(harvest(asked(site.url + path, client, **more)))


def one(site: Site, client: Client, **more: object) -> Record:
    site.pages["/a.json"] = served(croissant("a", **more))
    (record,) = read(site, client)
    assert isinstance(record, Record)
    return record


def test_nothing_is_fetched_before_the_first_item_is_asked_for(client: Client, site: Site) -> None:
    KIND.harvest(asked(site.url, client))

    assert site.asked == []


@pytest.mark.parametrize(
    "version", ["http://mlcommons.org/croissant/1.0", ["https://mlcommons.org/croissant/1.1"]]
)
def test_a_document_is_known_by_what_it_conforms_to(client: Client, site: Site, version: object) -> None:
    assert one(site, client, conformsTo=version).subject.value == "https://x.example/a"


def test_a_document_that_forgot_to_say_so_is_known_by_what_it_holds(client: Client, site: Site) -> None:
    file = {"@type": "cr:FileObject", "contentUrl": "https://x.example/a.csv"}

    assert one(site, client, conformsTo=None, distribution=[file])


@pytest.mark.parametrize(
    ("names", "subject"),
    [
        ({"@id": "https://x.example/id", "url": "https://x.example/page"}, "https://x.example/id"),
        ({"@id": "doi:10.1234/x"}, "https://doi.org/10.1234/x"),
        ({"@id": "#a", "url": "https://x.example/page"}, "https://x.example/page"),
        ({"@id": None}, "{site}/a.json"),
    ],
)
def test_a_dataset_is_called_by_its_id_its_page_or_its_document(
    client: Client, site: Site, names: dict[str, object], subject: str
) -> None:
    record = one(site, client, **names)

    assert record.subject.value == subject.replace("{site}", site.url)
    assert record.origin == f"{site.url}/a.json"


def test_files_are_told_with_size_format_and_checksum(client: Client, site: Site) -> None:
    file = {
        "@type": "cr:FileObject",
        "@id": "a.csv",
        "name": "a.csv",
        "contentUrl": "data/a.csv",
        "contentSize": "4.698 MB",
        "encodingFormat": "text/csv",
        "sha256": "0" * 64,
    }

    record = one(site, client, distribution=[file], license="https://creativecommons.org/licenses/by/4.0/")

    assert anywhere(record, DCAT.downloadURL) == [f"{site.url}/data/a.csv"]
    assert anywhere(record, DCAT.byteSize) == ["4698000"]
    assert anywhere(record, SPDX.algorithm) == ["http://spdx.org/rdf/terms#checksumAlgorithm_sha256"]
    assert len(anywhere(record, DCT.license)) == 1


@pytest.mark.parametrize("sum_", ["https://github.com/mlcommons/croissant/issues/80", "default", "0" * 63, 5])
def test_a_checksum_that_is_none_is_left_out(client: Client, site: Site, sum_: object) -> None:
    file = {"@type": "cr:FileObject", "contentUrl": "https://x.example/a", "sha256": sum_}

    assert anywhere(one(site, client, distribution=[file]), SPDX.checksumValue) == []


def test_a_set_of_files_is_reached_by_its_archive(client: Client, site: Site) -> None:
    archive = {
        "@type": "cr:FileObject",
        "@id": "a.zip",
        "contentUrl": "https://x.example/a.zip",
        "contentSize": "9 GB",
    }
    images = {
        "@type": "cr:FileSet",
        "@id": "images",
        "containedIn": {"@id": "a.zip"},
        "includes": ["*.png", "*.dcm"],
    }
    lost = {"@type": "cr:FileSet", "@id": "lost", "containedIn": {"@id": "nowhere"}}

    record = one(site, client, distribution=[archive, images, lost])

    assert anywhere(record, DCAT.accessURL) == ["https://x.example/a.zip"] * 2
    assert anywhere(record, DCT.description) == ["Files: *.png, *.dcm"]
    assert anywhere(record, DCAT.byteSize) == ["9000000000"]


def field(name: str, **more: object) -> dict[str, object]:
    return {"@type": "cr:Field", "@id": f"visits/{name}", "name": name, **more}


def test_record_sets_are_tables_and_their_fields_are_variables(client: Client, site: Site) -> None:
    fields = [
        field("age", dataType="sc:Integer", description="In years"),
        field(
            "bmi", dataType=["sc:Float", "https://www.wikidata.org/wiki/Q131191"], source={"fileObject": "x"}
        ),
        field("visits/day", dataType="https://schema.org/Date"),
        field("scan", dataType="sc:ImageObject", equivalentProperty="https://x.example/scan"),
        field("", **{"@id": "#visits/weight"}),
    ]
    tables = [{"@type": "cr:RecordSet", "@id": "visits", "name": "visits", "field": fields}]

    record = one(site, client, recordSet=tables)

    assert anywhere(record, CSVW.term("name")) == ["age", "bmi", "day", "scan", "visits/weight"]
    assert anywhere(record, CSVW.datatype) == ["ImageObject", "date", "double", "integer"]
    assert anywhere(record, CSVW.propertyUrl) == [
        "https://www.wikidata.org/wiki/Q131191",
        "https://x.example/scan",
    ]
    assert "In years" in anywhere(record, DCT.description)


def test_fields_within_a_field_are_variables(client: Client, site: Site) -> None:
    inner = [field("systolic", dataType="sc:Integer"), field("diastolic", dataType="sc:Integer")]
    table = {"@type": "cr:RecordSet", "name": "visits", "field": {**field("pressure"), "subField": inner}}

    record = one(site, client, recordSet=table)

    assert anywhere(record, CSVW.term("name")) == ["pressure/diastolic", "pressure/systolic"]


def test_lists_of_codes_are_no_variables(client: Client, site: Site) -> None:
    codes = {
        "@type": "cr:RecordSet",
        "name": "sexes",
        "dataType": "sc:Enumeration",
        "field": [field("label")],
    }

    assert anywhere(one(site, client, recordSet=[codes]), CSVW.term("name")) == []


def test_statements_on_responsible_use_are_kept(client: Client, site: Site) -> None:
    record = one(
        site,
        client,
        **{
            "rai:dataCollection": "By nurses.",
            "rai:dataBiases": ["Few men.", "Few old."],
            "rai:personalSensitiveInformation": ["Age", "Gender", "Postcode area"],
            "rai:dataUseCases": "Training",
            "rai:dataCollectionTimeframe": "2010-01-01/2012-01-01",
        },
    )

    labels = anywhere(record, RDFS.label)
    assert labels == ["By nurses.", "Known biases: Few men.; Few old.", "Personal data: Postcode area"]
    assert [iri.rpartition("#")[2] for iri in said(record, DPV.hasPersonalData)] == ["Age", "Gender"]
    assert anywhere(record, DCT.description) == ["Training"]
    assert anywhere(record, DCAT.startDate) == ["2010-01-01"]


@pytest.mark.parametrize(
    ("cited", "found"),
    [
        ("@article{x, doi={10.1234/x}, url={https://doi.org/10.1234/x}}", "https://doi.org/10.1234/x"),
        ("https://doi.org/10.1234/x", "https://doi.org/10.1234/x"),
        ("Example A. 1999.", "Example A. 1999."),
    ],
)
def test_the_citation_is_an_address_where_it_can_be(
    client: Client, site: Site, cited: str, found: str
) -> None:
    assert said(one(site, client, **{"cr:citeAs": cited}), DCT.isReferencedBy) == [found]


def test_a_live_dataset_is_updated_continuously(client: Client, site: Site) -> None:
    assert said(one(site, client, **{"cr:isLiveDataset": True}), DCT.accrualPeriodicity)[0].endswith(
        "UPDATE_CONT"
    )
    assert said(one(site, client, **{"cr:isLiveDataset": False}), DCT.accrualPeriodicity) == []


def test_names_in_several_languages_are_kept(client: Client, site: Site) -> None:
    record = one(site, client, name={"es": "Uno", "en": "One"})

    assert said(record, DCT.term("title")) == ["One", "Uno"]


def test_a_comma_too_many_is_mended(client: Client, site: Site) -> None:
    text = json.dumps(croissant("a", distribution=[{"@type": "cr:FileObject"}])).replace("}]", "},]")
    site.pages["/a.json"] = Reply(text.encode())

    assert paths(site, read(site, client)) == ["https://x.example/a"]


def test_no_context_is_ever_fetched(client: Client, site: Site, trap: Site) -> None:
    contexts = [f"{trap.url}/context.jsonld", CONTEXT]
    site.pages["/a.json"] = served(croissant("a", **{"@context": contexts}))

    assert paths(site, read(site, client)) == ["https://x.example/a"]
    assert trap.asked == []


@pytest.mark.parametrize(
    "list_", ["{}\n{}\n# no address\n\n{}", "# list\r\n{}\r\n{}\r\n{}\r\n", '["{}", "{}", "{}", 7]']
)
def test_a_list_leads_to_its_documents(client: Client, site: Site, list_: str) -> None:
    for name in "abc":
        site.pages[f"/{name}.json"] = served(croissant(name))
    urls = [f"{site.url}/{name}.json" for name in "abc"]
    site.pages["/list"] = Reply(list_.replace("{}", "%s").__mod__(tuple(urls)).encode())

    assert paths(site, read(site, client, "/list")) == [f"https://x.example/{name}" for name in "abc"]


def test_an_array_of_documents_is_read_as_it_is(client: Client, site: Site) -> None:
    site.pages["/a.json"] = served(croissant("a"), croissant("b"), croissant("c", **{"@id": "#c"}))

    items = read(site, client)

    assert paths(site, items) == ["https://x.example/a", "https://x.example/b"]
    assert [item.place for item in rejected(items)] == [""]


def test_a_list_goes_on_behind_the_document_that_was_reached(client: Client, site: Site) -> None:
    names = [f"d{number}" for number in range(60)]
    for name in names:
        site.pages[f"/{name}.json"] = served(croissant(name))
    site.pages["/list"] = Reply("\n".join(f"{site.url}/{name}.json" for name in names).encode())
    whole = read(site, client, "/list")

    for cursor in [item.cursor for item in whole if isinstance(item, Reached)]:
        first = paths(site, whole[: whole.index(Reached(cursor))])
        assert first + paths(site, read(site, client, "/list", cursor=cursor)) == paths(site, whole)


def test_a_document_of_a_list_that_fails_makes_the_run_incomplete(client: Client, site: Site) -> None:
    site.pages |= {"/a.json": served(croissant("a")), "/b.json": Reply(status=500), "/c.json": Reply(b"{")}
    site.pages["/list"] = Reply("\n".join(f"{site.url}/{name}.json" for name in "abcd").encode())

    items = read(site, client, "/list")

    assert paths(site, items) == ["https://x.example/a"]
    assert next(item.reason for item in items if isinstance(item, Incomplete)).startswith(
        f"{site.url}/b.json"
    )
    assert [(item.origin, item.place) for item in rejected(items)] == [(f"{site.url}/c.json", "")]


@pytest.mark.parametrize(
    "list_", ['["{}", "htps://x.example/b", 7]', "{}\n# no address\nhtps://x.example/b\n7\n"]
)
def test_an_entry_of_a_list_that_is_no_address_is_told(client: Client, site: Site, list_: str) -> None:
    site.pages["/a.json"] = served(croissant("a"))
    site.pages["/list"] = Reply(list_.replace("{}", f"{site.url}/a.json").encode())

    items = read(site, client, "/list")

    assert paths(site, items) == ["https://x.example/a"]
    assert rejected(items)[0].reason.startswith(
        "2 entries of the list are no address, the first of them “htps:"
    )


def test_a_list_without_any_croissant_is_an_error(client: Client, site: Site) -> None:
    site.pages["/a.json"] = served({"@context": "https://schema.org", "@type": "Dataset", "name": "a"})
    site.pages["/list"] = Reply(f"{site.url}/a.json\n{site.url}/b.json".encode())

    items, error = until_error(harvest(asked(f"{site.url}/list", client)))

    assert isinstance(error, Unreadable)
    assert len(rejected(items)) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"<html></html>", b"null", b'{"@type": "Dataset", "name": "a"}', b"\xff\xfe"]
)
def test_what_is_no_croissant_is_told(client: Client, site: Site, body: bytes) -> None:
    site.pages["/a.json"] = Reply(body)

    with pytest.raises(Unreadable):
        read(site, client)


def test_a_document_that_is_not_there_is_an_error(client: Client, site: Site) -> None:
    site.pages["/a.json"] = Reply(status=503)

    with pytest.raises(Unavailable):
        read(site, client)


def test_no_document_on_a_private_address_is_asked(client: Client, site: Site, trap: Site) -> None:
    site.pages["/a.json"] = served(croissant("a"))
    site.pages["/r.json"] = Reply(status=302, headers={"Location": f"http://localhost:{trap.port}/a"})
    urls = [
        f"{site.url}/a.json",
        f"http://localhost:{trap.port}/a",
        f"{site.url}/r.json",
        "file:///etc/passwd",
    ]
    site.pages["/list"] = Reply("\n".join(urls).encode())

    assert paths(site, read(site, client, "/list")) == ["https://x.example/a"]
    assert trap.asked == []


def test_a_source_on_a_private_address_is_refused(make_client: MakeClient, trap: Site) -> None:
    with pytest.raises(Refused):
        read(trap, make_client(allow_hosts=frozenset()))
    assert trap.asked == []


def test_a_page_that_holds_croissant_is_read_as_croissant(client: Client, site: Site) -> None:
    table = {"@type": "cr:RecordSet", "name": "visits", "field": [field("age", dataType="sc:Integer")]}
    site.pages["/a"] = page(croissant("a", recordSet=[table]))

    items = crawl(site, client, "/a")

    assert paths(site, items) == ["/a"]
    assert anywhere(items[0], CSVW.datatype) == ["integer"]


def test_a_catalogue_that_is_named_with_an_address_is_a_record(client: Client, site: Site) -> None:
    within = {"@type": "sc:DataCatalog", "@id": "https://x.example/all", "name": "All"}
    site.pages["/a.json"] = served(croissant("a", includedInDataCatalog=within))

    items = read(site, client)

    assert paths(site, items) == ["https://x.example/all", "https://x.example/a"]
    assert isinstance(items[1], Record) and items[1].member_of[0].value == "https://x.example/all"
