"""What is read from the formats of repositories: Dublin Core, DataCite in XML and JSON, DDI Codebook."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.drafting import Given, drafted
from catalogue.records import Record
from harvesters import datacite_mapping
from harvesters.code_lists import code_list
from harvesters.http import Client
from harvesters.iris import doi, link
from harvesters.json_values import nodes
from harvesters.oai_answer import read
from harvesters.oai_datacite import datacite
from harvesters.oai_dc import dublin_core
from harvesters.oai_ddi import MAX_VARIABLES, codebook
from harvesters.oai_pmh import harvest
from harvesters.oai_xml import parsed
from harvesters.scholarly import byte_size, conditions, day, is_dataset, linked, period
from tests.harvest.asking import asked, vocabularies
from tests.harvest.feeds import rejected
from tests.harvest.loopback import Reply, Site
from tests.harvest.oai_archive import Archive, incomplete, items, xml

Values = Mapping[str, Given]


def of(mapper: Callable[..., tuple[tuple[str, ...], Values]], text: str) -> Values:
    """The values that are not empty."""
    found = mapper(vocabularies(), parsed(text.encode()))[1]
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def dc(body: str) -> Values:
    return of(dublin_core, f'<oai_dc:dc xmlns:oai_dc="o" xmlns:dc="d" xmlns:dct="t">{body}</oai_dc:dc>')


def ddi(study: str, more: str = "") -> Values:
    return of(codebook, f'<codeBook xmlns="ddi:codebook:2_5"><stdyDscr>{study}</stdyDscr>{more}</codeBook>')


def kernel(body: str) -> Values:
    return of(datacite, f'<resource xmlns="http://datacite.org/schema/kernel-4">{body}</resource>')


def attributes(**told: object) -> Values:
    found = datacite_mapping.values(vocabularies(), told)
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


# Shared words


@pytest.mark.parametrize(
    "text",
    [
        "10.5555/AbC.1",
        "doi:10.5555/abc.1",
        "DOI: 10.5555/ABC.1",
        "info:doi/10.5555/abc.1",
        "http://dx.doi.org/10.5555/abc.1",
        "https://www.doi.org/10.5555/abc.1",
        " https://doi.org/10.5555/abc.1 ",
        "doi:https://doi.org/10.5555/abc.1",
        "https://doi.org/10.5555%2Fabc.1",
    ],
)
def test_a_doi_is_the_same_in_any_spelling(text: str) -> None:
    assert doi(text) in ("https://doi.org/10.5555/abc.1", "")
    assert doi(text) or "%2F" in text


def test_a_doi_with_letters_that_no_iri_may_have_is_written_as_one() -> None:
    assert (
        doi("10.1002/(SICI)1<16::AID>3.0.CO;2-2") == "https://doi.org/10.1002/(sici)1%3C16::aid%3E3.0.co;2-2"
    )
    assert doi("10.1/x") == doi("11.1234/x") == doi("") == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://a.example/x y", "https://a.example/x%20y"),
        ("https://a.example/[1]", "https://a.example/%5B1%5D"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("urn:nbn:de:1-2", "urn:nbn:de:1-2"),
        ("http://[bad", ""),
        ("javascript:alert(1)", ""),
        ("www.a.example", ""),
        ("", ""),
    ],
)
def test_a_link_is_mended_where_that_is_certain(text: str, found: str) -> None:
    assert link(text) == found


@pytest.mark.parametrize(
    ("text", "scheme", "found"),
    [
        ("0000-0001-2345-6789", "ORCID", "https://orcid.org/0000-0001-2345-6789"),
        ("https://orcid.org/0000-0001", "ORCID", "https://orcid.org/0000-0001"),
        ("hdl:20.500/1", "Handle", "https://hdl.handle.net/20.500/1"),
        ("arXiv:2101.00001", "arXiv", "https://arxiv.org/abs/2101.00001"),
        ("12345", "PMID", "https://pubmed.ncbi.nlm.nih.gov/12345"),
        ("12345", "Local", ""),
    ],
)
def test_an_identifier_leads_to_its_page(text: str, scheme: str, found: str) -> None:
    assert linked(text, scheme) == found


@pytest.mark.parametrize("text", ["2015", "2015-07", "2015-07-31", "2015-07-31T10:00:00Z"])
def test_a_date_of_any_length_is_kept(text: str) -> None:
    assert day(text) == text


@pytest.mark.parametrize(
    "text", ["31/12/2015", "0000-00-00", "2015-13-01", "yesterday", "", "info:eu-repo/x"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert day(text) == ""


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2001/2010", "2001", "2010"),
        ("2001-01-01/2010-12-31", "2001-01-01", "2010-12-31"),
        ("2001-2010", "2001", "2010"),
        ("2001 - 2010", "2001", "2010"),
        ("2001–2010", "2001", "2010"),
        ("2001/..", "2001", ""),
        ("/2010", "", "2010"),
        ("2005", "2005", "2005"),
        ("2005-03", "2005-03", "2005-03"),
        ("name=Survey; start=1999; end=2003-06;", "1999", "2003-06"),
    ],
)
def test_a_period_is_read_however_it_is_written(text: str, start: str, end: str) -> None:
    assert period(text) == {"startDate": start, "endDate": end}


def test_words_about_time_are_no_period() -> None:
    assert period("the Middle Ages") is None
    assert period("Sweden") is None


@pytest.mark.parametrize(
    ("words", "address", "code"),
    [
        ("Open Access", "", "PUBLIC"),
        ("", "info:eu-repo/semantics/openAccess", "PUBLIC"),
        ("", "http://purl.org/coar/access_right/c_16ec", "RESTRICTED"),
        ("info:eu-repo/semantics/embargoedAccess", "", "RESTRICTED"),
        ("closed access", "", "NON_PUBLIC"),
        ("metadata only access", "", "NON_PUBLIC"),
        ("http://publications.europa.eu/resource/authority/access-right/PUBLIC", "", "PUBLIC"),
    ],
)
def test_access_rights_are_known_by_the_words_and_codes_of_repositories(
    words: str, address: str, code: str
) -> None:
    assert conditions(vocabularies(), [(words, address)]).access == code


def test_a_licence_is_told_from_a_statement() -> None:
    page = "https://creativecommons.org/licenses/by/4.0/legalcode"
    said = conditions(vocabularies(), [("CC BY", page), ("Ask first.", "")])

    assert said.licence == {"@id": page}
    assert said.rights == {"@id": "", "label": "Ask first."}
    assert conditions(vocabularies(), [(page, "")]).licence == {"@id": page}
    assert conditions(vocabularies(), [("", "https://a.example/terms")]).licence is None


def test_sizes_in_bytes_and_in_people_are_told_apart() -> None:
    found = attributes(
        sizes=["1.5 MB", "5,230 patients", "12 000 records", "15 pages", "3 files"], url="https://a.example/"
    )

    assert (found["persons"], found["records"]) == (5230, 12000)
    assert byte_size(["1.5 MB"]) == 1_500_000
    assert byte_size(["1 MiB"]) == 1 << 20
    assert byte_size(["1 MB", "2 MB"]) is None


def test_what_a_resource_is_follows_from_its_types() -> None:
    assert is_dataset([])
    assert is_dataset(["", "http://purl.org/coar/resource_type/c_ddb1"])
    assert is_dataset(["Dataset"]) and is_dataset(["Collection"])
    assert not is_dataset(["Text"]) and not is_dataset(["DataPaper"]) and not is_dataset(["Software"])


# Dublin Core


def test_dublin_core_is_read() -> None:
    found = dc(
        "<dc:title>Glemsel</dc:title><dc:title>Another name</dc:title>"
        '<dc:title xml:lang="da">Glemsel, kohorte</dc:title>'
        "<dc:description>All about it.</dc:description><dc:subject>dementia</dc:subject>"
        "<dc:creator>Holm, Ida</dc:creator><dc:contributor>Berg, Per</dc:contributor>"
        "<dc:publisher>Fjordarkiv</dc:publisher><dc:date>2024-03-18</dc:date>"
        "<dc:identifier>https://a.example/1</dc:identifier>"
        "<dc:identifier>doi:10.5555/A1</dc:identifier>"
        "<dc:identifier>FA-1</dc:identifier><dc:language>dan</dc:language>"
        "<dc:coverage>Aarhus, Denmark</dc:coverage><dc:coverage>2009/2022</dc:coverage>"
        "<dc:relation>https://doi.org/10.5555/art</dc:relation><dc:format>text/csv</dc:format>"
        "<dc:rights>info:eu-repo/semantics/restrictedAccess</dc:rights>"
        "<dc:rights>Ask the archive.</dc:rights>"
    )

    assert found["title"] == {"": ["Glemsel"], "da": ["Glemsel, kohorte"]}
    assert found["alternative"] == {"": ["Another name"]}
    assert found["keyword"] == {"": ["dementia"]}
    assert found["identifier"] == "https://doi.org/10.5555/a1"
    assert found["otherIdentifier"] == [{"notation": "https://a.example/1"}, {"notation": "FA-1"}]
    assert found["landingPage"] == "https://a.example/1"
    assert found["country"] == ["Denmark"]
    assert found["temporal"] == [{"startDate": "2009", "endDate": "2022"}]
    assert (found["issued"], found["language"], found["accessRights"]) == (
        "2024-03-18",
        ["dan"],
        "RESTRICTED",
    )
    assert found["relation"] == ["https://doi.org/10.5555/art"]
    assert found["publisher"] == {"name": "Fjordarkiv"}
    assert found["creator"] == [{"name": "Holm, Ida"}]
    assert "Ask the archive." in str(found["distribution"])


def test_the_terms_that_some_add_to_dublin_core_are_read() -> None:
    found = dc(
        "<dc:title>T</dc:title><dct:abstract>A</dct:abstract><dct:spatial>Norway</dct:spatial>"
        "<dct:temporal>1990-2000</dct:temporal><dct:modified>2020-01-01</dct:modified>"
        "<dct:extent>300 participants</dct:extent><dct:accessRights>open access</dct:accessRights>"
        "<dct:hasVersion>https://a.example/v3</dct:hasVersion><dct:version>2</dct:version>"
    )

    assert (found["description"], found["country"], found["persons"]) == ({"": ["A"]}, ["Norway"], 300)
    assert (found["modified"], found["accessRights"]) == ("2020-01-01", "PUBLIC")
    assert (found["version"], found["hasVersion"]) == ("2", ["https://a.example/v3"])


# DataCite

KERNEL = """
<identifier identifierType="DOI">10.5555/ABC</identifier>
<creators><creator><creatorName nameType="Personal">Holm, Ida</creatorName>
  <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org/">0000-0001-0002-0003</nameIdentifier>
  <affiliation>Fjord University</affiliation></creator></creators>
<titles><title xml:lang="en">Leukora</title><title titleType="AlternativeTitle">LK</title></titles>
<publisher>Havsund</publisher><publicationYear>2025</publicationYear>
<subjects><subject xml:lang="en">leukaemia</subject>
  <subject subjectScheme="MeSH" valueURI="http://id.nlm.nih.gov/mesh/D007938">Leukemia</subject></subjects>
<contributors>
  <contributor contributorType="ContactPerson"><contributorName>Desk</contributorName></contributor>
  <contributor contributorType="HostingInstitution"><contributorName>Hospital</contributorName></contributor>
  <contributor contributorType="DataCollector"><contributorName>Nurse</contributorName></contributor>
</contributors>
<dates><date dateType="Collected">2012/2023</date><date dateType="Updated">2025-10-03</date></dates>
<language>en</language><resourceType resourceTypeGeneral="Dataset">Cohort</resourceType>
<alternateIdentifiers>
  <alternateIdentifier alternateIdentifierType="Local">L-1</alternateIdentifier></alternateIdentifiers>
<relatedIdentifiers>
  <relatedIdentifier relatedIdentifierType="URL" relationType="IsDocumentedBy">https://a.example/book
  </relatedIdentifier>
  <relatedIdentifier relatedIdentifierType="DOI" relationType="IsReferencedBy">10.5555/art</relatedIdentifier>
  <relatedIdentifier relatedIdentifierType="DOI" relationType="HasVersion">10.5555/abc.v2</relatedIdentifier>
  <relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5555/all</relatedIdentifier>
  <relatedIdentifier relatedIdentifierType="DOI" relationType="IsDerivedFrom">10.5555/raw</relatedIdentifier>
</relatedIdentifiers>
<sizes><size>2,140 patients</size></sizes><formats><format>text/csv</format></formats><version>2.0</version>
<rightsList><rights rightsURI="info:eu-repo/semantics/restrictedAccess">Restricted Access</rights>
  <rights rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</rights></rightsList>
<descriptions><description descriptionType="Abstract" xml:lang="en">About.</description>
  <description descriptionType="Methods">By nurses.</description></descriptions>
<geoLocations><geoLocation><geoLocationPlace>Umeå, Sweden</geoLocationPlace></geoLocation></geoLocations>
<fundingReferences><fundingReference><funderName>Fund</funderName>
  <funderIdentifier funderIdentifierType="ROR">https://ror.org/0x</funderIdentifier>
  <awardNumber awardURI="https://fund.example/1">1</awardNumber><awardTitle>Project L</awardTitle>
</fundingReference></fundingReferences>
"""


@pytest.mark.parametrize(
    "envelope",
    [
        '<resource xmlns="http://datacite.org/schema/kernel-4">{}</resource>',
        '<resource xmlns="http://datacite.org/schema/kernel-3">{}</resource>',
        '<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>'
        '<resource xmlns="http://datacite.org/schema/kernel-4">{}</resource></payload></oai_datacite>',
        "<resource>{}</resource>",
    ],
)
def test_datacite_is_read_from_xml(envelope: str) -> None:
    found = of(datacite, envelope.format(KERNEL))

    assert found["identifier"] == found["landingPage"] == "https://doi.org/10.5555/abc"
    assert (found["title"], found["alternative"]) == ({"en": ["Leukora"]}, {"": ["LK"]})
    assert (found["description"], found["provenance"]) == (
        {"en": ["About."]},
        [{"label": {"": "By nurses."}}],
    )
    assert found["keyword"] == {"en": ["leukaemia"], "": ["Leukemia"]}
    assert found["codeValues"] == ["http://id.nlm.nih.gov/mesh/D007938"]
    assert found["creator"] == [{"@id": "https://orcid.org/0000-0001-0002-0003", "name": "Holm, Ida"}]
    assert found["publisher"] == {"@id": "", "name": "Havsund"}
    assert found["custodian"] == [{"@id": "", "name": "Hospital"}]
    assert found["contactPoint"] == [{"fn": "Desk", "organizationName": [], "hasURL": ""}]
    assert "Nurse" in str(found["attribution"]) and "originator" in str(found["attribution"])
    assert "https://ror.org/0x" in str(found["attribution"])
    assert found["generatedBy"] == [{"@id": "https://fund.example/1", "label": "Project L"}]
    assert found["temporal"] == [{"startDate": "2012", "endDate": "2023"}]
    assert (found["issued"], found["modified"], found["version"]) == ("2025", "2025-10-03", "2.0")
    assert (found["country"], found["language"], found["persons"]) == (["Sweden"], ["en"], 2140)
    assert found["otherIdentifier"] == [{"notation": "L-1", "schemaAgency": "Local"}]
    assert found["page"] == ["https://a.example/book"]
    assert found["isReferencedBy"] == ["https://doi.org/10.5555/art"]
    assert found["hasVersion"] == ["https://doi.org/10.5555/abc.v2"]
    assert found["relation"] == ["https://doi.org/10.5555/all"]
    assert found["source"] == ["https://doi.org/10.5555/raw"]
    assert found["accessRights"] == "RESTRICTED"
    assert "creativecommons" in str(found["distribution"]) and "text/csv" in str(found["distribution"])


def test_the_type_of_a_resource_decides_whether_it_is_data() -> None:
    text = '<resource><resourceType resourceTypeGeneral="Software">Code</resourceType></resource>'

    assert datacite(vocabularies(), parsed(text.encode()))[0] == ("Software",)


def test_a_publisher_may_be_a_name_or_an_object() -> None:
    assert attributes(publisher="P")["publisher"] == {"@id": "", "name": "P"}
    told = {"name": "P", "publisherIdentifier": "https://ror.org/1"}
    assert attributes(publisher=told)["publisher"] == {"@id": "https://ror.org/1", "name": "P"}


def test_a_resource_that_has_no_doi_keeps_its_other_identifiers_and_its_page() -> None:
    xml = (
        '<identifier identifierType="Handle">https://hdl.handle.net/2/41</identifier><alternateIdentifiers>'
        '<alternateIdentifier alternateIdentifierType="Local">L-1</alternateIdentifier>'
        '<alternateIdentifier alternateIdentifierType="Handle">https://hdl.handle.net/2/41'
        "</alternateIdentifier></alternateIdentifiers><formats><format>CSV</format></formats>"
    )

    found = of(datacite, f"<resource>{xml}</resource>")

    assert found["identifier"] == found["landingPage"] == "https://hdl.handle.net/2/41"
    assert found["otherIdentifier"] == [{"notation": "L-1", "schemaAgency": "Local"}]
    assert [one["accessURL"] for one in nodes(found["distribution"])] == ["https://hdl.handle.net/2/41"]


def test_a_resource_without_an_identifier_keeps_its_others() -> None:
    others = [{"alternateIdentifier": "L-1", "alternateIdentifierType": "Local"}]

    found = attributes(alternateIdentifiers=others)

    assert found["otherIdentifier"] == [{"notation": "L-1", "schemaAgency": "Local"}]


def test_files_are_ways_to_get_the_data() -> None:
    found = attributes(
        contentUrl=["https://a.example/1.csv", "ftp://x"], url="https://a.example/", formats=["CSV"]
    )

    assert [one["downloadURL"] for one in nodes(found["distribution"])] == ["https://a.example/1.csv"]


def test_translated_titles_are_titles_in_their_languages() -> None:
    told = [
        {"title": "Herz", "titleType": "TranslatedTitle", "lang": "de"},
        {"title": "Heart", "lang": "en"},
        {"title": "A subtitle", "titleType": "Subtitle", "lang": "en"},
    ]

    found = attributes(titles=told)

    assert found["title"] == {"de": ["Herz"], "en": ["Heart"]}
    assert found["alternative"] == {"en": ["A subtitle"]}


# DDI Codebook


def test_a_codebook_is_read() -> None:
    found = ddi(
        '<citation><titlStmt><titl xml:lang="en">Kompas</titl><parTitl xml:lang="nl">Kompas NL</parTitl>'
        '<altTitl>KP</altTitl><IDNo agency="DOI">10.5555/K1</IDNo><IDNo agency="Own">K-1</IDNo></titlStmt>'
        "<rspStmt><AuthEnty>Institute</AuthEnty></rspStmt>"
        "<prodStmt><producer>Maker</producer><fundAg>Fund</fundAg></prodStmt>"
        '<distStmt><distrbtr URI="https://arch.example/">Archive</distrbtr>'
        '<contact email="d@arch.example" affiliation="Archive">Desk</contact>'
        '<distDate date="2025-01-09"/></distStmt>'
        '<verStmt><version>1.2</version></verStmt><holdings URI="https://arch.example/k1"/></citation>'
        '<stdyInfo><subject><keyword xml:lang="en">prostate cancer</keyword><topcClas>Oncology</topcClas>'
        "</subject>"
        '<abstract xml:lang="en">Words.</abstract><sumDscr><timePrd event="start" date="2014"/>'
        '<timePrd event="end" date="2023"/><collDate date="2020"/><nation abbr="NL">Holland</nation>'
        "<geogCover>North Sea</geogCover><universe>Men.</universe><dataKind>Survey data</dataKind>"
        "</sumDscr></stdyInfo>"
        "<method><dataColl><timeMeth>Panel</timeMeth><sampProc>All.</sampProc><frequenc>annual</frequenc>"
        "</dataColl></method>"
        '<dataAccs><setAvail><accsPlac URI="https://arch.example/apply"/><avlStatus>Restricted access'
        "</avlStatus></setAvail>"
        "<useStmt><restrctn>Ethics first.</restrctn><conditions>Cite us.</conditions></useStmt></dataAccs>"
        '<othrStdyMat><relPubl><citation><holdings URI="https://doi.org/10.5555/pub"/>'
        "</citation></relPubl></othrStdyMat>",
        "<fileDscr><fileTxt><dimensns><caseQnty>23 110</caseQnty></dimensns></fileTxt></fileDscr>"
        "<fileDscr><fileTxt><dimensns><caseQnty>90</caseQnty></dimensns></fileTxt></fileDscr>",
    )

    assert found["title"] == {"en": ["Kompas"], "nl": ["Kompas NL"]}
    assert (found["alternative"], found["description"]) == ({"": ["KP"]}, {"en": ["Words."]})
    assert found["keyword"] == {"en": ["prostate cancer"], "": ["Oncology", "Survey data"]}
    assert found["populationCoverage"] == {"": ["Men.", "All."]}
    assert found["provenance"] == [{"label": {"": "Panel"}}]
    assert found["identifier"] == "https://doi.org/10.5555/k1"
    assert found["otherIdentifier"] == [{"notation": "K-1", "schemaAgency": "Own"}]
    assert found["landingPage"] == "https://arch.example/k1"
    assert found["publisher"] == {"name": {"": "Archive"}, "homepage": "https://arch.example/"}
    assert "Institute" in str(found["creator"])
    assert "Maker" in str(found["attribution"]) and "Fund" in str(found["attribution"])
    assert found["contactPoint"] == [
        {"fn": "Desk", "organizationName": "Archive", "hasEmail": "d@arch.example", "hasURL": ""}
    ]
    assert found["temporal"] == [{"startDate": "2014", "endDate": "2023"}]
    assert found["country"] == ["NL", "North Sea"]
    assert (found["issued"], found["version"], found["frequency"]) == ("2025-01-09", "1.2", ["annual"])
    assert (found["accessRights"], found["records"]) == ("RESTRICTED", 23200)
    assert "Ethics first." in str(found["distribution"]) and "https://arch.example/apply" in str(
        found["distribution"]
    )
    assert found["isReferencedBy"] == ["https://doi.org/10.5555/pub"]


def test_an_address_of_mail_that_is_made_to_take_long_is_none() -> None:
    mail = "a@" + "b." * 200_000

    found = of(codebook, f'<codeBook><stdyDscr><contact email="{mail} ">Desk</contact></stdyDscr></codeBook>')

    assert [one.get("hasEmail", "") for one in nodes(found["contactPoint"])] == [""]


def test_the_variables_of_a_codebook_are_columns_by_file() -> None:
    found = ddi(
        "<citation/>",
        '<fileDscr ID="F1"><fileTxt><fileName>visits</fileName></fileTxt></fileDscr><dataDscr>'
        '<var ID="V1" name="mmse" files="F1" measUnit="points"><labl xml:lang="en">MMSE</labl>'
        '<qstn><qstnLit>How many?</qstnLit></qstn><varFormat type="numeric"/>'
        '<catgry><catValu>30</catValu><labl>best</labl><catStat type="freq">3</catStat></catgry></var>'
        '<var ID="V2"/></dataDscr>',
    )

    assert found["variables"] == [
        {
            "title": "Variables",
            "table": [
                {
                    "title": "visits",
                    "column": [
                        {
                            "columnName": "mmse",
                            "columnTitle": {"en": "MMSE"},
                            "columnDatatype": "numeric",
                            "description": ["How many?"],
                            "unit": "points",
                            "codeList": code_list([("30", "best")]),
                        }
                    ],
                },
                {
                    "title": "visits",
                    "column": [
                        {
                            "columnName": "V2",
                            "columnTitle": None,
                            "columnDatatype": "",
                            "description": [],
                            "unit": "",
                            "codeList": None,
                        }
                    ],
                },
            ],
        }
    ]


def test_very_many_variables_are_cut() -> None:
    variables = '<var name="v"/>' * (MAX_VARIABLES + 7)

    found = ddi("<citation/>", f"<dataDscr>{variables}</dataDscr>")

    assert str(found["variables"]).count("columnName") == MAX_VARIABLES


# Anything

NAMES = (
    "dc resource codeBook stdyDscr citation titlStmt titl IDNo holdings nation timePrd collDate contact "
    "distrbtr var dataDscr fileDscr caseQnty labl creators creator nameIdentifier titles title date dates "
    "identifier rights rightsList geoLocations geoLocation geoLocationPlace type coverage language format"
).split()
WORDS = st.sampled_from(
    [
        "",
        "http://[bad",
        "https://a.example/%zz",
        "urn:x:[",
        "10.1234/<a>",
        "0000-00-00",
        "2020/x",
        "DE",
        "1 GB",
    ]
)


@st.composite
def _element(draw: st.DrawFn, inner: str = "") -> str:
    name, told, key = draw(st.sampled_from(NAMES)), draw(WORDS), draw(st.sampled_from(KEYS))
    text, value = (draw(WORDS).replace("&", "&amp;").replace("<", "&lt;"), told.replace("<", "&lt;"))
    return f'<{name} {key}="{value}">{text}{inner}</{name}>'


@st.composite
def _elements(draw: st.DrawFn) -> str:
    """A few elements, each in the one before."""
    inner = ""
    for _ in range(draw(st.integers(0, 4))):
        inner = draw(_element(inner)) + draw(st.sampled_from(["", inner]))
    return inner


KEYS = "URI date event rightsURI abbr dateType resourceTypeGeneral relatedIdentifierType email".split()


@settings(max_examples=100, deadline=None)
@given(body=st.lists(_elements(), max_size=3).map("".join))
def test_any_elements_in_any_order_make_values_that_can_be_drafted(body: str) -> None:
    for name, mapper in (("dc", dublin_core), ("resource", datacite), ("codeBook", codebook)):
        found = mapper(vocabularies(), parsed(f"<{name}>{body}</{name}>".encode()))[1]

        assert drafted(vocabularies(), "dataset", "oai:a:1", found)


# Real answers


@pytest.mark.real_data
@pytest.mark.parametrize(("file", "prefix"), [("datacite", "datacite"), ("oai_dc", "oai_dc")])
def test_real_answers_are_read(client: Client, site: Site, shared_data: Path, file: str, prefix: str) -> None:
    folder = shared_data / "real/geopython__pycsw/tests/functionaltests/suites/oaipmh/expected"
    if not folder.is_dir():
        pytest.skip("the answers of a real repository are not here")
    first = Reply((folder / f"get_ListRecords_{file}.xml").read_bytes())
    answers = {
        "Identify": Reply((folder / "get_Identify.xml").read_bytes()),
        "ListMetadataFormats": Reply((folder / "get_ListMetadataFormats.xml").read_bytes()),
    }
    last = xml("<ListRecords>" + "".join(one.record() for one in items("x", "y")) + "</ListRecords>")
    archive = Archive(instead=lambda q: last if "resumptionToken" in q else answers.get(q["verb"], first))

    harvested = list(harvest(asked(archive.serve(site), client, prefix=prefix, all_types="yes")))

    assert len([one for one in harvested if isinstance(one, Record)]) + len(rejected(harvested)) == 13
    assert incomplete(harvested) == []


@pytest.mark.real_data
def test_real_errors_are_told_by_their_codes(shared_data: Path) -> None:
    folder = shared_data / "real/geopython__pycsw/tests/functionaltests/suites/oaipmh/expected"
    if not folder.is_dir():
        pytest.skip("the answers of a real repository are not here")

    for file in folder.glob("get_*bad*.xml"):
        assert read("x", file.read_bytes(), "").error
