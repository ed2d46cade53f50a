import re

from catalogue.profiles.measured import Tally
from catalogue.sources import Source
from tests.interfaces.site import NOW, Site, take, take_profile

DATASET = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://data.example/dementia> a dcat:Dataset ; dct:title "Dementia registry"@en ."""


def test_the_documentation_shows_every_operation_with_calls_and_an_answer(site: Site) -> None:
    document = site.get("/api/v1/openapi.json").json()

    page = site.get("/api/v1/docs", "text/html").text

    open_to_all = 0
    for path, methods in document["paths"].items():
        for told in methods.values():
            open_to_all += "security" not in told
            assert f'id="{told["operationId"]}"' in page
            assert path in page
    for start in ("curl &#34;", "import httpx;", "jsonlite::fromJSON("):
        assert page.count(start) == open_to_all


def test_the_documentation_shows_operators_where_the_token_goes_and_what_is_sent(site: Site) -> None:
    page = site.get("/api/v1/docs", "text/html").text

    call = re.search(r"curl -X POST [^\n]*/api/v1/admin/sources&#34; -d [^\n]*", page)

    assert call is not None
    assert "Authorization: Bearer $TOKEN" in call[0]
    assert "&#34;kind&#34;: &#34;dcat&#34;" in call[0]
    assert page.count("This needs the token of an operator.") == page.count("curl -X ")


def test_every_example_address_answers(small: Site) -> None:
    small.catalogue.ledger.sources.add(Source("registry", "dcat", "https://registry.example/", NOW))
    take(small.catalogue, "registry", DATASET, DATASET.replace("dementia>", "stroke>"))
    take_profile(small.catalogue, small.first(), [Tally("personsByConcept", ("condition", "316139"), 90, 90)])
    page = small.get("/api/v1/docs", "text/html").text

    addresses = set(re.findall(rf'href="{re.escape(small.catalogue.base)}(/[^"]*)"', page))

    assert len(addresses) >= 16
    for address in addresses:
        assert small.get(address.replace("&amp;", "&")).status_code == 200


def test_the_documentation_asks_no_other_host_and_runs_no_inline_script(site: Site) -> None:
    answer = site.get("/api/v1/docs", "text/html")

    sources = re.findall(r'(?:src|<link[^>]*href)="([^"]*)"', answer.text)
    assert all(source.startswith("/") for source in sources)
    assert "<script>" not in answer.text
    assert "style=" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_no_other_documentation_is_served(site: Site) -> None:
    assert site.get("/docs", "text/html").status_code == 404
    assert site.get("/redoc", "text/html").status_code == 404
