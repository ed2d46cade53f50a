"""On the page of the tokens an operator makes one, sees it once, and revokes it."""

import re
from gettext import NullTranslations

import pytest

from tests.access.visitor import Visitor
from tests.site import dom
from tests.site.test_words import Pseudo, bare


def test_a_new_token_is_shown_once_and_opens(operator: Visitor) -> None:
    made = operator.post("/admin/tokens", {"name": "robot", "days": "30"})

    text = dom.parse(made.text).one("code", cls="token").text
    found = operator.tokens.identify(text)
    assert made.status_code == 200
    assert found is not None
    assert found.name == "robot"
    assert text not in operator.get("/admin/tokens").text


def test_the_list_says_of_each_token_how_it_stands(operator: Visitor) -> None:
    operator.post("/admin/tokens", {"name": "robot", "days": "30"})
    operator.post("/admin/tokens", {"name": "gone", "days": ""})
    operator.post(f"/admin/tokens/{operator.tokens.all()[0].id}/revoke")

    rows = [row.text for row in operator.page("/admin/tokens").all("li", cls="row")]

    assert len(rows) == 3
    assert re.match(r"gone revokedfft_\S{6}…made on 3 March 2026revoked on 3 March 2026$", rows[0])
    assert "in use" in rows[1]
    assert "lasts until 2 April 2026" in rows[1]
    assert rows[2].startswith("Ada yours in use")
    assert "lasts until it is revoked" in rows[2]


def test_a_revoked_token_opens_nothing_any_more(operator: Visitor) -> None:
    text = operator.tokens.new("robot")

    operator.post(f"/admin/tokens/{operator.tokens.all()[0].id}/revoke")

    assert operator.tokens.identify(text) is None


def test_whoever_revokes_the_own_token_is_signed_out(operator: Visitor) -> None:
    operator.tokens.new("robot")

    operator.post(f"/admin/tokens/{operator.tokens.all()[1].id}/revoke")

    assert operator.get("/admin/tokens").status_code == 303


def test_the_only_token_cannot_be_revoked_on_the_page(operator: Visitor) -> None:
    answer = operator.post(f"/admin/tokens/{operator.tokens.all()[0].id}/revoke")

    assert answer.status_code == 409
    assert operator.page("/admin/tokens").all("details", cls="ask") == []
    assert operator.tokens.any_operator()


@pytest.mark.parametrize("id", ["0", "x", "-1", "9" * 30, "99"])
def test_a_token_that_never_was_is_told(operator: Visitor, id: str) -> None:
    assert operator.post(f"/admin/tokens/{id}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", "days": "30"}, "needs a name"),
        ({"name": "Ada", "days": "30"}, "There is a token called “Ada” already."),
        ({"name": "robot", "days": "0"}, "lasts from 1 to 3,650 days"),
        ({"name": "robot", "days": "²"}, "lasts from 1 to 3,650 days"),
        ({"name": "robot", "days": "9999"}, "lasts from 1 to 3,650 days"),
    ],
)
def test_a_token_that_cannot_be_made_is_told_beside_its_form(
    operator: Visitor, fields: dict[str, str], told: str
) -> None:
    answer = operator.post("/admin/tokens", fields)

    page = dom.parse(answer.text)
    assert answer.status_code == 422
    assert told in page.one("p", role="alert").text
    assert page.one("input", id="name").attributes["value"] == fields["name"]
    assert len(operator.tokens.all()) == 1


def test_a_hostile_name_stays_text(operator: Visitor) -> None:
    answer = operator.post("/admin/tokens", {"name": "<script>alert(1)</script>", "days": ""})

    assert "<script>alert" not in answer.text
    assert "<script>alert(1)</script>" in dom.parse(answer.text).one("main").text


def test_every_word_of_these_pages_can_be_translated(operator: Visitor) -> None:
    renderer = operator.apart().app.state.fairfinder.renderer
    spoken: NullTranslations = Pseudo()
    renderer.environment.install_gettext_translations(spoken, newstyle=True)

    made = dom.parse(operator.post("/admin/tokens", {"name": "robot", "days": "30"}).text)
    wrong = dom.parse(operator.sign_in("fft_x").text)
    mains = [page.one("main") for page in (made, operator.page("/admin/tokens"), wrong)]

    data = {"Ada", "robot", "March", "April", "fft"}
    for main in mains:
        codes = {text for code in main.all("code") for text in code.texts()}
        assert not {*bare("\n".join(text for text in main.texts() if text not in codes))} - data
