"""The check and the official SHACL shapes find the same, but for the differences we know."""

import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from pyoxigraph import NamedNode, Triple

from catalogue.check import check, missing
from catalogue.demands import profile_of
from catalogue.fields import Profile
from catalogue.mapping import index, read
from ontologies.vocabularies import Vocabularies
from tests.check.differences import (
    OURS,
    OURS_IN_FILES,
    THEIRS,
    THEIRS_IN_FILES,
    Difference,
    unexplained,
)
from tests.check.mutations import spoilt_copies
from tests.check.official import classes, described, ours, parsed, records, theirs

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.filterwarnings("ignore:Parsing weird boolean:UserWarning"),
]

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "checks.md"
ADDITIONS: Final = Path(__file__).with_name("additions.ttl")
EXAMPLE: Final = "examples/healthdcat-ap-r8/example-healthdcat-dataset.ttl"
PUBLISHED: Final = (
    "examples/**/*.ttl",
    "real/HealthDCAT-AP-de__*/**/*.ttl",
    "real/Health-RI__*/**/Example-Data/*.ttl",
    "real/Health-RI__*/tests/testdata/*.ttl",
)
ACCESS: Final = {
    "NON_PUBLIC": Profile.NON_PUBLIC,
    "RESTRICTED": Profile.RESTRICTED,
    "PUBLIC": Profile.PUBLIC,
    "": Profile.DCAT_AP,
}
SHARED_ADDRESSES: Final = re.compile(
    r"http://publications\.europa\.eu/|https://w3id\.org/|http://www\.iana\.org/|https://hdeu-"
    r"|http://data\.europa\.eu/eli|http://www\.w3\.org/|http://purl\.org/"
)


@pytest.fixture(autouse=True)
def quiet_rdflib() -> Iterator[None]:
    """rdflib logs every ill-formed literal with a traceback; here they are on purpose."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.mark.parametrize("access", ACCESS)
def test_every_spoilt_copy_of_the_official_example_gets_the_same_findings(
    access: str, shared_data: Path, vocabularies: Vocabularies
) -> None:
    copies = spoilt_copies([*parsed(shared_data / EXAMPLE), *parsed(ADDITIONS)], access)
    triples = [triple for copy in copies for triple in copy]

    found, official = (
        ours(triples, vocabularies),
        theirs(triples, ACCESS[access], shared_data),
    )

    kinds = classes(triples)
    assert len(found & official) > 200
    assert unexplained(found - official, OURS, kinds, ACCESS[access]) == []
    assert unexplained(official - found, THEIRS, kinds, ACCESS[access]) == []


@pytest.mark.parametrize("access", ACCESS)
def test_what_is_missing_is_counted_as_often_as_it_is_told(
    access: str, shared_data: Path, vocabularies: Vocabularies
) -> None:
    for copy in spoilt_copies([*parsed(shared_data / EXAMPLE), *parsed(ADDITIONS)], access):
        graph = index(copy)
        for subject, table in records(copy):
            entity = read(graph, subject, table)

            report = check(entity, graph, vocabularies)

            assert missing(entity, graph, vocabularies, report.profile) == report.missing


@pytest.mark.parametrize("profile", Profile)
def test_every_published_record_gets_the_same_findings(
    profile: Profile, shared_data: Path, vocabularies: Vocabularies
) -> None:
    triples = _published(shared_data, vocabularies)[profile]

    found, official = ours(triples, vocabularies), theirs(triples, profile, shared_data)

    kinds = classes(triples)
    assert triples
    assert unexplained(found - official, OURS + OURS_IN_FILES, kinds, profile) == []
    assert unexplained(official - found, THEIRS + THEIRS_IN_FILES, kinds, profile) == []


@pytest.mark.parametrize(
    "difference",
    OURS + THEIRS + OURS_IN_FILES + THEIRS_IN_FILES,
    ids=lambda difference: difference.name,
)
def test_every_known_difference_is_told_in_the_documentation(difference: Difference) -> None:
    assert f"**{difference.name}.**" in DOCUMENT.read_text(encoding="utf-8")


@cache
def _published(shared_data: Path, vocabularies: Vocabularies) -> dict[Profile, list[Triple]]:
    """The records in the official and public files by profile, each under IRIs of its own."""
    found: dict[Profile, list[Triple]] = {profile: [] for profile in Profile}
    files = [file for pattern in PUBLISHED for file in sorted(shared_data.glob(pattern))]
    for number, file in enumerate(files):
        try:
            triples = parsed(file)
        except SyntaxError:
            continue  # broken where it was published
        subjects, whole = dict(records(triples)), index(triples)
        for subject, table in subjects.items():
            suffix = f"?{number}&{subject.value}"
            copy = _set_apart(described(whole, subject, subjects), suffix)
            graph = index(copy)
            entity = read(graph, NamedNode(subject.value + suffix), table)
            found[profile_of(entity, graph, vocabularies)] += copy
    return found


def _set_apart(triples: list[Triple], suffix: str) -> list[Triple]:
    own = {t.subject for t in triples if not SHARED_ADDRESSES.match(t.subject.value)}
    moved = {node: NamedNode(node.value + suffix) for node in own}
    return [
        Triple(moved.get(t.subject, t.subject), t.predicate, moved.get(t.object, t.object)) for t in triples
    ]
