"""The bundled JSON-LD contexts give compact DCAT-AP documents the meaning they should have."""

import json
from pathlib import Path
from typing import cast

import pytest
from pyld import jsonld
from pyoxigraph import RdfFormat, parse

from ontologies.contexts import bundled

RELEASES = "https://semiceu.github.io/DCAT-AP/releases/"
EXAMPLES = (
    "https://semiceu.github.io/uri.semic.eu-generated/DCAT-AP/releases/3.0.0/html/examples/context.jsonld"
)
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"


def context_of(url: str) -> dict[str, object]:
    found = bundled(url)
    assert found is not None
    return cast(dict[str, object], found["@context"])


def triples(document: dict[str, object]) -> set[str]:
    return {str(quad) for quad in parse(json.dumps(document).encode(), RdfFormat.JSON_LD)}


def predicates(url: str, node: dict[str, object]) -> dict[str, str]:
    document = {"@context": context_of(url), "@id": "https://example.org/1", **node}
    found = parse(json.dumps(document).encode(), RdfFormat.JSON_LD)
    return {quad.predicate.value: str(quad.object) for quad in found}


@pytest.mark.parametrize(
    "url",
    [
        f"{RELEASES}3.0.1/context/dcat-ap.jsonld",
        f"{RELEASES}3.0.0/context/dcat-ap.jsonld",
        "https://raw.githubusercontent.com/SEMICeu/DCAT-AP/master/releases/2.0.1/dcat-ap_2.0.1.jsonld",
        f"{RELEASES}2.1.0/dcat-ap_lang_2.0.1.jsonld",
        f"{RELEASES}2.2.0/context/dcat-ap.jsonld",
        f"{RELEASES}3.0.0-hvd/context/hvd.jsonld",
        EXAMPLES,
    ],
)
def test_the_official_addresses_are_known_and_every_document_is_a_valid_context(url: str) -> None:
    node: dict[str, object] = {"@id": "https://example.org/1", "@type": "https://example.org/T"}
    document = {"@context": context_of(url), **node}

    assert len(triples(document)) == 1
    assert "example.org/T" in str(jsonld.to_rdf(document, {"format": "application/n-quads"}))


@pytest.mark.parametrize(
    "url",
    [
        "https://schema.org/",
        "https://example.org/context.jsonld",
        "https://example.org/context/dcat-ap.ttl",
        "http://[broken",
        "",
    ],
)
def test_an_unknown_address_has_no_context(url: str) -> None:
    assert bundled(url) is None


def test_a_node_of_several_types_keeps_the_terms_of_all_of_them() -> None:
    found = predicates(
        f"{RELEASES}3.0.1/context/dcat-ap.jsonld",
        {
            "@type": ["CataloguedResource", "Dataset", "DatasetSeries"],
            "title": [{"@value": "Bees", "@language": "en"}],
            "keyword": ["bees"],
            "accessRights": "https://example.org/PUBLIC",
        },
    )

    assert found[DCT + "title"] == '"Bees"@en'
    assert found[DCAT + "keyword"] == '"bees"'
    assert found[DCT + "accessRights"] == "<https://example.org/PUBLIC>"


def test_release_two_keeps_its_own_meaning_of_version() -> None:
    new = predicates(f"{RELEASES}3.0.1/context/dcat-ap.jsonld", {"version": "1"})
    old = predicates(f"{RELEASES}2.0.1/dcat-ap_2.0.1.jsonld", {"version": "1", "tag": "bees"})

    assert list(new) == [DCAT + "version"]
    assert set(old) == {"http://www.w3.org/2002/07/owl#versionInfo", DCAT + "keyword"}


@pytest.mark.real_data
@pytest.mark.parametrize("release", ["3.0.0", "3.0.1"])
def test_every_compact_name_of_the_official_context_means_the_same(shared_data: Path, release: str) -> None:
    file = shared_data / f"real/SEMICeu__DCAT-AP/releases/{release}/context/dcat-ap.jsonld"
    official = json.loads(file.read_text(encoding="utf-8"))["@context"]
    ours = _expanded(context_of(f"{RELEASES}{release}/context/dcat-ap.jsonld"))

    differing = {
        (name, meaning, ours.get(name))
        for name, meaning in _meanings(official)
        if ours.get(name) != meaning and not name.startswith("Xsd:")
    }

    assert differing == set()


def _meanings(official: dict[str, object]) -> set[tuple[str, tuple[str, str | None]]]:
    found: set[tuple[str, tuple[str, str | None]]] = set()
    for name, definition in official.items():
        if isinstance(definition, str):
            found.add((name, (definition, None)))
            continue
        entry = cast(dict[str, object], definition)
        scoped = cast(dict[str, dict[str, str]], entry.get("@context", {}))
        plain = name.rpartition(".")[2]
        found.add((plain, (cast(str, entry["@id"]), cast(str | None, entry.get("@type")))))
        found |= {(term, (one["@id"], one.get("@type"))) for term, one in scoped.items()}
    return found


def _expanded(context: dict[str, object]) -> dict[str, tuple[str, str | None]]:
    def full(compact: str) -> str:
        prefix, colon, rest = compact.partition(":")
        namespace = context.get(prefix)
        return f"{namespace}{rest}" if colon and isinstance(namespace, str) else compact

    found: dict[str, tuple[str, str | None]] = {}
    for name, definition in context.items():
        if isinstance(definition, str):
            found[name] = (full(definition), None)
        elif isinstance(definition, dict):
            kind = definition.get("@type")
            found[name] = (full(definition["@id"]), kind and full(kind))
    return found


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name",
    [
        "",
        "-dataset-frequency",
        "-dataset-series",
        "-dataset-series-frequency",
        "-dataset-series-ordered",
        "-dataset-series-spatial-thessaloniki",
        "-dataset-series-spatial-thessaloniki-athens",
        "-dataset-series-life-count",
    ],
)
def test_official_compact_examples_yield_the_triples_of_their_turtle_twins(
    shared_data: Path, name: str
) -> None:
    stem = shared_data / f"examples/dcat-ap-3.0.1/example-bee-population{name}"
    document = json.loads(stem.with_name(stem.name + ".jsonld").read_text(encoding="utf-8"))
    turtle = stem.with_name(stem.name + ".ttl").read_bytes()

    document["@context"] = context_of(document["@context"])

    assert triples(document) == {str(triple) for triple in parse(turtle, RdfFormat.TURTLE)}


@pytest.mark.real_data
def test_every_context_that_the_official_examples_reference_is_bundled(shared_data: Path) -> None:
    referenced = set()
    for file in (shared_data / "examples").rglob("*.jsonld"):
        context = json.loads(file.read_text(encoding="utf-8")).get("@context")
        referenced |= {context} if isinstance(context, str) else set()

    assert referenced
    assert [url for url in referenced if bundled(url) is None] == []
