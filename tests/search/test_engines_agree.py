"""The same 10,000 records and 500 random searches on the embedded index and on each cluster.

Totals, counts, sums and the records found must be the same; only the order by relevance may differ,
and not even that in the first place for a whole title.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

import pytest

from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.query_url import FACET_NAMES
from catalogue.search import RANGES, SORTS, Range, Row, SearchDocument, SearchQuery, SearchResult, Words
from tests.search.clusters import CLUSTERS, cluster

pytestmark = pytest.mark.servers

RECORDS: Final = 10_000
SEARCHES: Final = 500
TITLES: Final = 100
MOST_COMPARED: Final = 300
"""Of searches that find no more, all that is found is compared; of the others a page."""

WORDS: Final = {
    "en": "registry registries heart hearts failing failure patients hospital universities international "
    "cohort follow-up screened screening diseases COVID-19 2019 organisations ageing memory Alzheimer's lung",
    "de": "Register Krebsfrüherkennung Häuser Haus größere Patienten Herzschwäche Systeme Versorgung Straße",
    "nl": "ziekenhuizen geactualiseerde gegevens tweejaarlijks hartfalen onderzoeken bevolking landelijke",
    "fr": "hôpitaux français française cohorte maladies nationales données de santé l'œuvre vieillissement",
    "sv": "datasetet sjukhusen hjärtsvikt undersökningar befolkningen årlig",
    "fi": "rekisteri sairaalat potilaiden seuranta sydämen vajaatoiminta",
    "es": "corazón enfermedades hospitales niños población seguimiento",
    "pl": "rejestr pacjentów szpitale choroby serca źródło łódź",
    "el": "μητρώο ασθενών νοσοκομεία καρδιά",
    "hu": "betegek kórházak nyilvántartás szívelégtelenség",
    "": "ICD-10 OMOP 12 1999 α-synuclein naïve",
}
Index = TypeVar("Index", TantivyIndex, ElasticIndex)

VALUES: Final = {
    name: [f"{name} {n:03d}" for n in range(2 + 17 * place)] for place, name in enumerate(FACET_NAMES)
}


@dataclass(frozen=True)
class Answered:
    """What the embedded index answers to a search, and the ids of all it finds where these are few."""

    query: SearchQuery
    result: SearchResult
    rows: frozenset[str] | None


@dataclass(frozen=True)
class Embedded:
    """The records on the embedded index, and its answers, which are the same for each cluster."""

    documents: list[SearchDocument]
    answers: list[Answered]
    titles: dict[str, str]
    by_title: list[str]


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    documents = list(made(random.Random(7), RECORDS))
    index = fill(TantivyIndex(None, "agree"), documents)
    answers = [answered(index, query) for query in searches(random.Random(11), documents)]
    titles = {text: index.search(SearchQuery(text)).hits[0].row.id for text in unique_titles(documents)}
    by_title = [row.id for row in index.rows(SearchQuery(sort="title"))]
    index.close()
    return Embedded(documents, answers, titles, by_title)


@pytest.fixture(scope="module", params=CLUSTERS)
def running(request: pytest.FixtureRequest) -> Iterator[ElasticIndex]:
    """An empty index on a cluster; it comes first, as its tests are skipped where it does not run."""
    with cluster(request.param, "agree") as index:
        yield index


@pytest.fixture(scope="module")
def shared(running: ElasticIndex, embedded: Embedded) -> ElasticIndex:
    """The same records on a cluster."""
    return fill(running, embedded.documents)


def fill(index: Index, documents: list[SearchDocument]) -> Index:
    """Fill an index in several goes, with some records put twice and some taken out."""
    index.put(documents[:6_000])
    index.put(documents[5_000:], without=[documents[n].row.id for n in range(0, 300, 3)])
    return index


def answered(index: TantivyIndex, query: SearchQuery) -> Answered:
    result = index.search(query)
    rows = frozenset(row.id for row in index.rows(query)) if result.total <= MOST_COMPARED else None
    return Answered(query, result, rows)


def unique_titles(documents: list[SearchDocument]) -> list[str]:
    titles = Counter(words.text for source in documents for words in source.row.title)
    unique = [text for text, number in titles.items() if number == 1 and len(text.split()) > 3]
    return random.Random(3).sample(unique, TITLES)


def made(chance: random.Random, number: int) -> Iterator[SearchDocument]:
    for place in range(number):
        texts = [sentence(chance, language, 2, 6) for language in chance.sample(sorted(WORDS), 2)]
        about = [sentence(chance, words.language, 5, 40) for words in texts]
        facets = {
            name: tuple(chance.choices(values, weights=range(len(values), 0, -1), k=chance.randint(1, 3)))
            for name, values in VALUES.items()
            if chance.random() < 0.7
        }
        numbers = {
            name: chance.randint(0, 3_000)
            for name in ("modified", *(end for ends in RANGES.values() for end in ends))
            if chance.random() < 0.6
        }
        keywords = tuple(chance.choice(WORDS["en"].split()) for _ in range(3))
        row = Row(
            f"record{place:05d}", f"https://example.org/{place}", "dataset", tuple(texts), tuple(about),
            keywords=keywords, persons=numbers.get("persons"),
            copy_of="record00000" if place and chance.random() < 0.1 else "",
        )  # fmt: skip
        weighed = [(words, 4.0) for words in texts] + [(words, 1.0) for words in about]
        weighed += [(Words(keyword), 2.0) for keyword in keywords]
        yield SearchDocument(row, tuple(weighed), facets, numbers)


def sentence(chance: random.Random, language: str, least: int, most: int) -> Words:
    known = WORDS[language].split()
    return Words(" ".join(chance.choice(known) for _ in range(chance.randint(least, most))), language)


def searches(chance: random.Random, documents: list[SearchDocument]) -> Iterator[SearchQuery]:
    for _ in range(SEARCHES):
        names = chance.sample(FACET_NAMES, chance.choice((0, 0, 1, 1, 2, 3)))
        ranges = {}
        for name in chance.sample(sorted(RANGES), chance.choice((0, 0, 1, 2))):
            low, high = sorted((chance.randint(0, 3_000), chance.randint(0, 3_000)))
            ranges[name] = Range(
                chance.choice((low, None)), chance.choice((high, None)), chance.random() < 0.4
            )
        yield SearchQuery(
            typed(chance, documents),
            {
                name: tuple(chance.sample(VALUES[name], min(len(VALUES[name]), chance.randint(1, 4))))
                for name in names
            },
            ranges,
            chance.choice(SORTS),
            page=chance.choice((1, 1, 2, 7)),
            size=chance.choice((5, 20, 100)),
            copies=chance.random() < 0.3,
            among=frozenset(one.row.id for one in chance.sample(documents, 300))
            if chance.random() < 0.2
            else None,
        )


def typed(chance: random.Random, documents: list[SearchDocument]) -> str:
    """Words as people type them: whole, begun, misspelt, in quotation marks, left out."""
    text = chance.choice(chance.choice(documents).row.description).text.split()
    start = chance.randrange(len(text))
    word, other = chance.choice(text), chance.choice(WORDS[chance.choice(sorted(WORDS))].split())
    return chance.choice(
        (
            "",
            word,
            f"{word} {other}",
            f'"{" ".join(text[start : start + 3])}"',
            f"{word} -{other}",
            f'-"{" ".join(text[start : start + 2])}"',
            word[: max(3, len(word) - 3)],
            f"{other} {word[:4]}",
            misspelt(chance, word),
            f"{misspelt(chance, word)} {misspelt(chance, other)}",
            f"{word} {other} {chance.choice(text)}",
        )
    )


def misspelt(chance: random.Random, word: str) -> str:
    place = chance.randrange(len(word))
    return chance.choice(
        (
            word[:place] + word[place + 1 :],
            word[:place] + "x" + word[place:],
            word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
        )
    )


def test_the_engines_give_the_same_answers(shared: ElasticIndex, embedded: Embedded) -> None:
    for told in embedded.answers:
        query, here = told.query, told.result
        there = shared.search(query)

        assert (there.total, there.persons, there.declaring) == (here.total, here.persons, here.declaring), (
            query
        )
        assert (there.facets, there.silent, there.close) == (here.facets, here.silent, here.close), query
        assert there.hidden == here.hidden, query
        found = [hit.row.id for hit in there.hits], [hit.row.id for hit in here.hits]
        if query.sort in ("title", "newest", "persons"):
            assert found[0] == found[1], query
        if told.rows is not None:
            rows = {row.id for row in shared.rows(query)}
            assert rows == told.rows, query
            assert {*found[0]} <= rows
    assert sum(told.result.close for told in embedded.answers) > 5


def test_a_whole_title_brings_its_record_to_the_first_place_on_both(
    shared: ElasticIndex, embedded: Embedded
) -> None:
    for text, first in embedded.titles.items():
        assert shared.search(SearchQuery(text)).hits[0].row.id == first, text


def test_the_rows_of_everything_are_the_same(shared: ElasticIndex, embedded: Embedded) -> None:
    assert [row.id for row in shared.rows(SearchQuery(sort="title"))] == embedded.by_title
