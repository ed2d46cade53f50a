"""Promises of every engine about words, languages, close spellings and marks."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search import MARK_END, MARK_START, SearchIndex, SearchQuery, Words
from tests.search.examples import document, ids

HEART = document(
    "heart",
    "Registry of heart failures",
    Words("Register der Herzinsuffizienz", "de"),
    description=(
        Words("Patients in hospitals with a failing heart, followed for ten years.", "en"),
        Words("Patienten mit Herzschwäche aus großen Häusern.", "de"),
    ),
    keywords=("cardiology",),
)
SCREENING = document(
    "screening",
    Words("Krebsfrüherkennung in Bayern", "de"),
    Words("Cancer screening in Bavaria", "en"),
    description=(Words("Mammography and COVID-19 vaccination of 2019.", "en"),),
)
MEMORY = document("memory", "Alzheimer disease cohort", Words("Cohorte de l'hôpital", "fr"))


@pytest.fixture
def filled(index: SearchIndex) -> SearchIndex:
    index.put([HEART, SCREENING, MEMORY])
    return index


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("failure", ["heart"]),
        ("hospital patient", ["heart"]),
        ("heart screening", []),
        ("HEART Registry", ["heart"]),
        ("Haus", ["heart"]),
        ("krebsfruherkennung", ["screening"]),
        ("KREBSFRÜHERKENNUNG", ["screening"]),
        ("krebsfru\u0308herkennung", ["screening"]),
        ("grosse", ["heart"]),
        ("hopital", ["memory"]),
        ("l'hôpital", ["memory"]),
        ("Alzheimer's", ["memory"]),
        ("Alzheimer’s disease", ["memory"]),
        ("covid-19", ["screening"]),
        ('"heart failures"', ["heart"]),
        ('"failures heart"', []),
        ('"failure"', []),
        ("cardio", ["heart"]),
        ("cardio heart", []),
        ("registry -heart", []),
        ("cohort -heart", ["memory"]),
        ('-"heart failures" in', ["screening"]),
        ("-covid-19 -cohort", ["heart"]),
        ("heart AND registry", []),
        ("title:heart", []),
        ("heart*", ["heart"]),
        ("(heart", ["heart"]),
        ("+heart ~ ^ | && !", ["heart"]),
        ('"heart', ["heart"]),
    ],
)
def test_words_find_what_a_reader_would_expect(filled: SearchIndex, text: str, found: list[str]) -> None:
    result = filled.search(SearchQuery(text))

    assert [hit.row.id for hit in result.hits if not result.close] == found


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("da", "undersøgelserne", "undersøgelse"),
        ("nl", "ziekenhuizen", "ziekenhuis"),
        ("fi", "tutkimuksessa", "tutkimuksen"),
        ("fr", "maladies chroniques", "maladie chronique"),
        ("el", "Καρκίνος", "καρκινου"),
        ("it", "ospedali", "ospedale"),
        ("pt", "doentes", "doente"),
        ("ro", "spitalelor", "spital"),
        ("ru", "больницы", "больница"),
        ("es-ES", "enfermedades", "enfermedad"),
        ("sv", "sjukhusen", "sjukhus"),
        ("nb", "sykehusene", "sykehus"),
        ("pl", "Rejestr nowotworów złośliwych", "zlosliwych nowotworow"),
        ("cs", "Onkologický registr", "onkologicky"),
        ("et", "Vähiregister", "vahiregister"),
        ("", "Ærø biobank", "aero"),
    ],
)
def test_each_language_is_searched_by_its_own_rules_and_without_accents(
    index: SearchIndex, language: str, written: str, typed: str
) -> None:
    index.put([document("a", Words(written, language)), document("b", "Other")])

    result = index.search(SearchQuery(typed))

    assert [hit.row.id for hit in result.hits] == ["a"]
    assert not result.close
    assert MARK_START in result.hits[0].marked_title


def test_an_exact_title_comes_first_then_titles_then_descriptions(index: SearchIndex) -> None:
    index.put(
        [
            document("described", "Something", description=(Words("cancer data " * 9, "en"),)),
            document("longer", "Cancer data cancer data cancer data"),
            document("exact", "Cancer Data"),
        ]
    )

    assert ids(index, "cancer data") == ["exact", "longer", "described"]


@pytest.mark.parametrize("text", ["regsitry", "registrry heart", "hert", "cadriology"])
def test_close_spellings_are_shown_when_nothing_matches_as_written(filled: SearchIndex, text: str) -> None:
    result = filled.search(SearchQuery(text))

    assert result.close
    assert [hit.row.id for hit in result.hits] == ["heart"]


@pytest.mark.parametrize("text", ["2018", "19x9", "hat", "xylophone", '"hert"', "heart zzzzz"])
def test_numbers_short_words_and_phrases_have_no_close_spelling(filled: SearchIndex, text: str) -> None:
    result = filled.search(SearchQuery(text))

    assert (result.total, result.close) == (0, False)


def test_filters_that_leave_nothing_do_not_change_the_words(index: SearchIndex) -> None:
    index.put([document("a", "heart"), document("b", "heard", facets={"country": ("FIN",)})])

    result = index.search(SearchQuery("heart", filters={"country": ("FIN",)}))

    assert (result.total, result.close) == (0, False)


def test_matches_are_marked_in_the_language_in_which_they_were_found(filled: SearchIndex) -> None:
    (german,) = filled.search(SearchQuery("Herzschwäche Patient")).hits
    (english,) = filled.search(SearchQuery("heart")).hits

    assert _readable(german.marked_title) == "Register der Herzinsuffizienz"
    assert _readable(german.marked_extract).startswith("[Patienten] mit [Herzschwäche] aus")
    assert _readable(english.marked_title) == "Registry of [heart] failures"


def test_phrases_and_close_spellings_are_marked(filled: SearchIndex) -> None:
    (phrase,) = filled.search(SearchQuery('"heart failures"')).hits
    (close,) = filled.search(SearchQuery("regsitry")).hits

    assert _readable(phrase.marked_title) == "Registry of [heart failures]"
    assert "[" not in _readable(phrase.marked_extract)
    assert _readable(close.marked_title) == "[Registry] of heart failures"


def test_an_extract_shows_the_first_match_of_a_long_description(index: SearchIndex) -> None:
    text = "filling words " * 60 + "then leukaemia appears " + "more words " * 60
    index.put([document("a", "Title", description=(Words(text, "en"),))])

    (found,) = index.search(SearchQuery("leukaemia")).hits
    (unasked,) = index.search(SearchQuery()).hits

    assert "then [leukaemia] appears" in _readable(found.marked_extract)
    assert found.marked_extract.startswith("… ")
    assert unasked.marked_extract.startswith("filling words filling")
    assert all(200 < len(hit.marked_extract) < 260 for hit in (found, unasked))


def test_english_is_shown_when_no_language_matched(filled: SearchIndex) -> None:
    titles = {hit.row.id: hit.marked_title for hit in filled.search(SearchQuery()).hits}

    assert titles["screening"] == "Cancer screening in Bavaria"


def test_marks_and_markup_in_the_input_are_only_text(index: SearchIndex) -> None:
    index.put([document("a", f"<b>{MARK_START}heart{MARK_END}</b> {MARK_START}")])

    (hit,) = index.search(SearchQuery("heart")).hits

    assert _readable(hit.marked_title) == "<b>[heart]</b>"


def test_no_text_that_can_be_typed_is_an_error(filled: SearchIndex) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.one_of(st.text(), st.text('ab"-*:()[]{}\\/+!^~ \x00\ud800é', max_size=40)))
    def answered(text: str) -> None:
        result = filled.search(SearchQuery(text))
        filled.suggest(text)

        assert 0 <= result.total <= 3

    answered()


@pytest.mark.parametrize(
    "text", ["heart " * 1000, "x" * 100_000, '"' * 999, "(" * 5000, "-" * 999, "a" * 399 + " b"]
)
def test_monstrous_text_is_answered(filled: SearchIndex, text: str) -> None:
    assert filled.search(SearchQuery(text)).total <= 3


def test_text_without_letters_asks_for_nothing(filled: SearchIndex) -> None:
    assert filled.search(SearchQuery(' - "" ? ')).total == 3


def _readable(text: str) -> str:
    return text.replace(MARK_START, "[").replace(MARK_END, "]").strip()


def test_a_match_in_the_keywords_is_shown_there(index: SearchIndex) -> None:
    index.put([document("a", "Northern registry", keywords=("heart failure", "stroke"))])

    hit = index.search(SearchQuery("failure")).hits[0]

    assert [_readable(text) for text in hit.marked_others] == ["heart [failure]"]
    assert not hit.elsewhere


def test_a_match_outside_the_row_is_told_to_be_elsewhere(index: SearchIndex) -> None:
    source = document("a", "Northern registry")
    index.put([replace(source, texts=(*source.texts, (Words("ejection fraction", "en"), 1.0)))])

    hit = index.search(SearchQuery("ejection")).hits[0]

    assert hit.elsewhere
    assert hit.marked_others == ()
