"""A question is answered first, by bounds; gaps are told apart from zero; the answer can be taken away."""

import csv
import io
from collections.abc import Iterator

import pytest

from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Measured, Tally
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.settings import Settings
from tests.apps import app_of
from tests.site.site import BASE, Clock, Site, filled, identity

HEART_FAILURE, STROKE = 316139, 443454
ASKED = f"/feasibility?concept={HEART_FAILURE}&from_age=50&to_age=54&wants=drug&at_least=600"


def told(persons: int, heart: int) -> Iterator[Measured]:
    yield Tally("persons", (), persons, persons)
    yield from (Tally("personsByAge", (str(age),), persons // 10, persons // 10) for age in range(50, 60))
    yield Tally("personsByConcept", ("condition", str(HEART_FAILURE)), heart, heart)


@pytest.fixture(scope="module")
def asking(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A large source, one that tells of nothing but its persons, and two without a profile."""
    folder = tmp_path_factory.mktemp("feasibility")
    catalogue = filled(settings, Clock(), folder)
    publish(catalogue, identity("full"), guard(told(10_000, 8_000), Rule()))
    publish(catalogue, identity("german"), guard([Tally("persons", (), 900, 900)], Rule()))
    yield Site(app_of(catalogue, settings), catalogue)
    catalogue.close()


def test_the_answer_comes_first(asking: Site) -> None:
    lead = asking.page(ASKED).one("p", cls="lead").text

    assert lead == "1 source surely has 600 persons or more, 0 possibly, 0 do not, of 1 it cannot be told."


def test_one_person_is_one_person(asking: Site) -> None:
    page = asking.page("/feasibility?at_least=1&follow_up=1")

    assert "0 sources surely have 1 person or more" in page.one("p", cls="lead").text
    assert "1 month or more" in page.text


def test_each_source_has_bounds_and_what_limits_them(asking: Site) -> None:
    first, second = asking.page(ASKED).all("article")

    assert "Surely enough: 2," in first.text
    assert "Limited by: 50–54 years at first observation" in first.text
    assert first.one("details").all("dt")[0].text == "Heart failure"
    assert "– not provided: " in second.text
    assert second.one("b").text == "Cannot be told"
    hrefs = [a.attributes["href"] for a in first.all("a")]
    assert hrefs == [f"/dataset/{identity('full')}", f"/dataset/{identity('full')}/profile"]


def test_sources_without_a_profile_are_counted(asking: Site) -> None:
    assert "2 sources have no profile" in asking.page(ASKED).one("p", cls="notice").text


def test_the_form_holds_what_the_address_asks(asking: Site) -> None:
    form = asking.page(ASKED).one("form", cls="ask")

    named = {i.attributes.get("name"): i.attributes.get("value") for i in form.all("input", type="number")}
    assert (named["from_age"], named["to_age"], named["at_least"]) == ("50", "54", "600")
    assert [i.attributes["value"] for i in form.all("input", name="concept")] == [str(HEART_FAILURE)]
    [drug] = [i for i in form.all("input", name="wants") if i.attributes["value"] == "drug"]
    assert "checked" in drug.attributes


def test_a_concept_is_looked_up_added_joined_and_removed_by_links(asking: Site) -> None:
    page = asking.page(f"{ASKED}&look=stroke")

    add, join = page.one("ul", cls="matches").all("li")[0].all("a")[:2]
    turn, remove = page.one("div", cls="set").all("a")

    assert f"concept={HEART_FAILURE}&concept=" in add.attributes["href"]
    assert f"concept={HEART_FAILURE}%2C" in join.attributes["href"]
    assert f"concept={HEART_FAILURE}%21&" in turn.attributes["href"]
    assert "concept" not in remove.attributes["href"]
    for link in (add, join, turn, remove):
        assert asking.get(link.attributes["href"]).status_code == 200


def test_words_that_find_no_concept_are_told(asking: Site) -> None:
    assert "No concept found" in asking.page("/feasibility?look=zzzz").text


def test_without_a_question_the_page_tells_the_persons_of_each_source(asking: Site) -> None:
    page = asking.page("/feasibility")

    assert "Say whom you need" in page.one("p", cls="lead").text
    assert len(page.all("article")) == 2


def test_the_search_narrows_who_is_asked(asking: Site) -> None:
    page = asking.page(f"{ASKED}&country=DEU")

    assert [a.one("h3").text for a in page.all("article")] == ["Krebsregister Nord"]


def test_the_table_has_the_bounds_of_each_criterion(asking: Site) -> None:
    answer = asking.get(ASKED.replace("?", ".csv?"))

    first, second = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (first["dataset"], first["verdict"]) == (identity("full"), "surely")
    assert int(first["at_least"]) < int(first["at_most"]) <= 5_020
    assert first["Has: Heart failure (at least)"] == "7996"
    assert second["Has: Heart failure (at least)"] == ""
    assert first["url"] == f"{BASE}/dataset/{identity('full')}"


def test_the_letter_has_the_question_and_the_contacts_of_the_chosen(asking: Site) -> None:
    answer = asking.get(f"{ASKED.replace('?', '.txt?')}&chosen={identity('full')}")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "- Has: Heart failure\n- Age and sex: 50–54 years at first observation\n" in answer.text
    assert "Persons needed: 600 or more." in answer.text
    assert "Northern dementia cohort" in answer.text
    assert "Contact: " in answer.text
    assert "Krebsregister" not in answer.text


def test_a_letter_without_a_choice_is_for_all_that_may_have_enough(asking: Site) -> None:
    letter = asking.get("/feasibility.txt?at_least=1").text

    assert "Northern dementia cohort" in letter
    assert "Krebsregister Nord" in letter
    assert "Contact: not provided" in letter


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (".csv?sex=blue", "There cannot be sex=blue: it must be one of female, male, other."),
        (".txt?chosen=nobody", "There cannot be chosen=nobody: there is no such dataset with a profile."),
        ("/adding.csv", "No source is chosen. Name those that you have with chosen=."),
    ],
)
def test_what_cannot_be_asked_is_told(asking: Site, path: str, said: str) -> None:
    answer = asking.get(f"/feasibility{path}")

    assert answer.status_code == 422
    assert answer.json()["detail"] == said


def test_a_question_that_cannot_be_is_told_on_a_page(asking: Site) -> None:
    answer = asking.get("/feasibility?from_age=9&to_age=3")

    assert answer.status_code == 422
    assert "from_age=9" in answer.text
