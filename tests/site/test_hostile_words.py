"""Whatever a publisher writes, a page stays ours."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.site import dom
from tests.site.site import Site
from web import text
from web.links import outward
from web.theme import local


def addresses(page: dom.Element) -> list[str]:
    """All that a click or a load could lead to."""
    names = ("href", "src", "action", "formaction")
    return [e.attributes[name] for e in page.walk() for name in names if name in e.attributes]


def test_a_hostile_title_is_shown_as_the_text_it_is(site: Site) -> None:
    page = site.record("hostile")

    assert page.one("h1").text == "<script>alert('title')</script> & <b>bold</b>"
    assert len(page.all("script")) == 1
    assert page.one("script").attributes["src"].startswith("/static/app.js")


def test_a_hostile_title_is_text_in_the_results_too(site: Site) -> None:
    page = site.page("/datasets?q=alert")

    assert len(page.all("script")) == 1
    assert "<script>alert('title')</script>" in page.text


def test_only_web_and_mail_addresses_become_links(site: Site) -> None:
    found = addresses(site.record("hostile"))

    assert all(address.startswith(("/", "#", "https://", "http://", "mailto:")) for address in found), found


def test_a_description_keeps_simple_marks_and_safe_links_alone(site: Site) -> None:
    prose = site.record("hostile").all("div", cls="prose")[0]

    assert {e.tag for e in prose.walk()} <= {"div", "p", "em", "a", "br"}
    hrefs = [a.attributes["href"] for a in prose.all("a") if "href" in a.attributes]
    assert hrefs == ["https://safe.example/"]
    assert not [name for e in prose.walk() for name in e.attributes if name.startswith("on")]


def test_no_page_carries_a_script_or_a_style_of_its_own(site: Site) -> None:
    for path in ("/", "/datasets", "/about", "/sources"):
        page = site.page(path)

        assert all(not e.children for e in page.all("script"))
        assert not page.all("style")
        assert not [e for e in page.walk() if "style" in e.attributes]


@given(st.text())
@settings(max_examples=200)
def test_rendered_descriptions_hold_only_allowed_tags(words: str) -> None:
    allowed = {"document", "p", "br", "ul", "ol", "li", "em", "strong", "a", "code"}

    page = dom.parse(str(text.rich(words)))

    assert {e.tag for e in page.walk()} <= allowed


@given(st.text(alphabet="\ue000\ue001<>&ab "))
def test_marks_of_matches_always_pair(words: str) -> None:
    page = dom.parse(str(text.marked(words)))

    assert {e.tag for e in page.walk()} <= {"document", "mark"}
    assert page.text == " ".join(text.unmarked(words).split())


@given(st.text())
def test_an_address_that_may_be_followed_has_a_known_scheme(address: str) -> None:
    assert outward(address) == "" or outward(address).lower().startswith(("http", "mailto"))


@given(st.text(alphabet="/\\:.@?#a\t\n "))
def test_the_way_back_never_leaves_this_host(path: str) -> None:
    way = local(path)

    assert way == "" or (way.startswith("/") and not way.startswith(("//", "/\\")))
