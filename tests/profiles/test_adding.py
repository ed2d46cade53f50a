"""What further sources add to chosen ones is told gain by gain, and what is not known is no gain."""

import csv
import io
from collections.abc import Iterator

import pytest

from catalogue.profiles.adding import Gain, Source, ranked, together
from catalogue.profiles.counts import Count
from catalogue.profiles.disclosure import guard
from catalogue.profiles.feasibility import Answer, Bounds, ConceptSet, Factor, Question, Verdict
from catalogue.profiles.measured import Measured, Spread, Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.site import BASE, Clock, Site, filled, identity

HEART, STROKE = ConceptSet((316139,)), ConceptSet((443454,))
ASKED = Question((HEART, STROKE), desired=("drug",))
SOME, NOBODY, MAYBE = Bounds(10, 20), Bounds(0, 0), Bounds(0, 20)


def source(
    record: str,
    heart: Bounds | None = SOME,
    stroke: Bounds | None = SOME,
    drug: Bounds | None = SOME,
    persons: Bounds | None = SOME,
    countries: str = "FRA",
    follow_up: float | None = 300,
) -> Source:
    factors = (Factor("concepts", "heart", heart), Factor("concepts", "stroke", stroke))
    answer = Answer(Count.exact(1_000), persons, Verdict.POSSIBLY, factors, desired=(("drug", drug),))
    return Source(record, answer, frozenset(countries.split()), follow_up)


def order(chosen: list[Source], others: list[Source], first: Gain = Gain.OUTCOMES) -> list[str]:
    return [one.record for one in ranked(ASKED, together(ASKED, chosen), others, first)]


def test_an_outcome_that_no_chosen_source_has_counts_most() -> None:
    chosen = [source("a", stroke=None), source("b", stroke=NOBODY)]
    others = [source("many", stroke=None, persons=Bounds(900, 900), countries="DEU"), source("new")]

    known = together(ASKED, chosen)
    first, second = ranked(ASKED, known, others)

    assert known.lacking == (STROKE,)
    assert (first.record, first.outcomes) == ("new", (STROKE,))
    assert (second.outcomes, second.untold) == ((), (STROKE,))


def test_what_may_be_there_is_told_apart_and_comes_after_what_surely_is() -> None:
    chosen = [source("a", drug=None)]
    others = [source("never", drug=NOBODY), source("maybe", drug=MAYBE), source("sure")]

    sure, maybe, never = ranked(ASKED, together(ASKED, chosen), others)

    assert (sure.outcomes, sure.possible) == (("drug",), ())
    assert (maybe.outcomes, maybe.possible) == ((), ("drug",))
    assert (never.record, never.outcomes, never.possible, never.untold) == ("never", (), (), ())


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (Gain.OUTCOMES, ["country", "longer", "persons"]),
        (Gain.COUNTRY, ["country", "longer", "persons"]),
        (Gain.FOLLOW_UP, ["longer", "country", "persons"]),
        (Gain.PERSONS, ["persons", "country", "longer"]),
    ],
)
def test_the_reader_says_which_gain_counts_most(first: Gain, expected: list[str]) -> None:
    others = [
        source("persons", persons=Bounds(500, 600)),
        source("longer", follow_up=900),
        source("country", countries="FRA DEU"),
    ]

    assert order([source("a")], others, first) == expected


def test_what_was_not_provided_is_no_gain_and_is_said() -> None:
    silent = source("silent", persons=None, countries="", follow_up=None)

    known = together(ASKED, [source("a"), source("b", countries="")])
    last = ranked(ASKED, known, [silent, source("sure")])[-1]

    assert (last.record, last.longer, last.persons, last.is_placed) == ("silent", None, None, False)
    assert known.placeless == 1


def test_a_follow_up_is_not_longer_than_one_that_nobody_told() -> None:
    known = together(ASKED, [source("a", follow_up=None)])

    [added] = ranked(ASKED, known, [source("b", follow_up=900)])

    assert (added.follow_up, added.longer) == (900, None)


def test_a_source_in_which_surely_nobody_fits_comes_last() -> None:
    others = [source("nobody", persons=NOBODY, countries="DEU", follow_up=9_000), source("some")]

    assert order([source("a")], others) == ["some", "nobody"]


# The same on page, table and API

STUDY = "concept=316139!&concept=443454!&at_least=100"


def told(persons: int, heart: int, stroke: int, days: int) -> Iterator[Measured]:
    yield Tally("persons", (), persons, persons)
    yield Tally("personsByConcept", ("condition", "316139"), heart, heart)
    if stroke:
        yield Tally("personsByConcept", ("condition", "443454"), stroke, stroke)
    yield Spread(
        "lengthOfObservation", (), persons, 1, days / 4, days / 2, days, days * 2, days * 3, days * 4
    )


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A French source that is chosen, a German one with what it lacks, and one that tells little."""
    settings = Settings(base_url=BASE)
    catalogue = filled(settings, Clock(), tmp_path_factory.mktemp("adding"))
    publish(catalogue, identity("full"), guard(told(10_000, 8_000, 0, 300), Rule()))
    publish(catalogue, identity("german"), guard(told(5_000, 4_000, 3_000, 900), Rule()))
    publish(catalogue, identity("bare"), guard([Tally("persons", (), 900, 900)], Rule()))
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def test_the_api_says_what_each_source_adds_and_why(chosen: Site) -> None:
    answer = chosen.get(f"/api/v1/feasibility?{STUDY}&chosen={identity('full')}").json()

    first, second = answer["adding"]
    assert (first["dataset"], first["outcomes"]) == (
        identity("german"),
        ["Stroke by a blocked vessel (cerebral infarction), without what is below"],
    )
    assert first["countries"] == [{"value": "DEU", "label": "Germany"}]
    assert first["longer_by_months"] == 20
    assert first["persons"] == {"low": 1_992, "high": 3_000}
    assert len(first["why"]) == 4
    assert second["not_provided"][-2:] == ["country", "length of follow-up"]
    assert answer["adding_notes"][0].startswith("None of the chosen sources has data on: Stroke")


def test_the_page_and_the_table_say_the_same_in_the_same_order(chosen: Site) -> None:
    asked = f"{STUDY}&chosen={identity('full')}"
    answer = chosen.get(f"/api/v1/feasibility?{asked}").json()

    section = chosen.page(f"/feasibility?{asked}").one("section", id="adding")
    table = chosen.get(f"/feasibility/adding.csv?{asked}").text.removeprefix("\ufeff")

    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["dataset"] for row in rows] == [one["dataset"] for one in answer["adding"]]
    assert [row["why"].split("; ")[0] for row in rows] == [one["why"][0] for one in answer["adding"]]
    assert [h.text for h in section.all("h3")] == [one["title"] for one in answer["adding"]]
    for one in answer["adding"]:
        assert all(why in section.text for why in one["why"])


def test_a_chosen_source_need_not_be_among_those_that_are_asked(chosen: Site) -> None:
    page = chosen.page(f"/feasibility?{STUDY}&country=DEU&chosen={identity('full')}")

    section = page.one("section", id="adding")
    assert [h.text for h in section.all("h3")] == ["Krebsregister Nord"]
    assert "Northern dementia cohort" in section.one("ul", cls="matches").text


def test_what_leads_from_the_page_keeps_the_choice(chosen: Site) -> None:
    page = chosen.page(f"/feasibility?{STUDY}&by=persons&chosen={identity('full')}")

    kept = [i.attributes["value"] for i in page.one("form", cls="ask").all("input", name="chosen")]
    section = page.one("section", id="adding")
    current = [a for a in section.all("a") if "aria-current" in a.attributes]
    assert kept == [identity("full")]
    assert [a.text for a in current] == ["More persons"]
    for link in section.all("a"):
        assert chosen.get(link.attributes["href"].partition("#")[0]).status_code == 200
