"""Nobody comes in who may not: sign-in, cookies, forms of other sites, guesses, and every admin address."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from tests.access.conftest import Opened
from tests.access.visitor import Visitor
from tests.site import dom
from tests.site.site import BASE, Clock
from web.access import Body, Form, Operator, is_admin

WRONG = "fft_" + "a" * 52


def with_api(visitor: Visitor) -> Visitor:
    """The same with an address of the API for operators, as one would be written."""

    visitor.apart()

    @visitor.app.get("/api/v2/own")
    def own(who: Operator) -> dict[str, str]:
        return {"who": who.name}

    @visitor.app.post("/api/v2/own")
    def change(who: Operator, body: Body) -> dict[str, str]:
        return {"who": who.name, "body": body.decode()}

    return visitor


def with_page(visitor: Visitor) -> Visitor:
    """The same with a page whose handler does not look at its form."""

    visitor.apart()

    @visitor.app.post("/admin/careless")
    def careless(who: Operator) -> dict[str, str]:
        return {"who": who.name}

    @visitor.app.post("/admin/careful")
    def careful(who: Operator, fields: Form) -> dict[str, str]:
        return dict(fields)

    return visitor


def addresses(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path for operators, but those of the sign-in itself."""
    for route in _routes(app.routes):
        path = str(getattr(route, "path", ""))
        if is_admin(path) and path != "/admin/sign-in":
            for method in sorted(getattr(route, "methods", None) or ()):
                yield method, re.sub(r"\{[^}]*\}", "x", path)


def _routes(routes: object) -> Iterator[object]:
    assert isinstance(routes, list)
    for route in routes:
        yield route
        for inner in ("routes", "original_router"):
            found = getattr(route, inner, None)
            yield from _routes(list(getattr(found, "routes", found) or ()))


def test_every_admin_address_refuses_those_whom_nobody_knows(visitor: Visitor) -> None:
    asked = list(addresses(visitor.app))

    assert ("POST", "/admin/tokens/x/revoke") in asked
    assert len(asked) >= 7
    for method, path in asked:
        for cookie in (
            "",
            "fairfinder=ffs_" + "a" * 52,
            f"fairfinder={visitor.tokens.new(f'{method} {path}')}",
        ):
            headers = {"Cookie": cookie, "Origin": BASE, "Content-Type": "application/x-www-form-urlencoded"}
            answer = visitor.send(method, path, headers)

            if path.startswith("/api/"):
                assert answer.status_code == 401, (method, path)
                assert answer.headers["www-authenticate"] == "Bearer"
            else:
                assert answer.status_code == 303, (method, path)
                assert answer.headers["location"].startswith("/admin/sign-in")
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-robots-tag"] == "noindex"


def test_every_change_refuses_a_session_whose_form_is_of_another_site(operator: Visitor) -> None:
    changes = [path for method, path in addresses(operator.app) if method not in ("GET", "HEAD")]

    assert changes
    for path in (path for path in changes if not path.startswith("/api/")):
        assert operator.post(path, origin="https://evil.example").status_code == 403, path
        assert operator.post(path, {"csrf": ""}).status_code == 403, path
    assert operator.get("/admin/tokens").status_code == 200


def test_whoever_signs_in_comes_to_the_page_that_they_wanted(visitor: Visitor) -> None:
    sent_away = visitor.get("/admin/tokens?a=1&b=2")
    wanted = visitor.page(sent_away.headers["location"]).one("input", name="next").attributes["value"]

    answer = visitor.sign_in(visitor.tokens.new("Ada"), wanted)

    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/tokens?a=1&b=2")
    assert visitor.get("/admin/tokens").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "/\t/evil.example",
            "\\\\evil.example",
        ),
        *(
            "javascript:alert(1)",
            "",
            "http:evil.example",
            "/%0d\r\nX: y",
            "admin",
            " /admin",
            "/\x00/evil.example",
        ),
    ],
)
def test_signing_in_never_leads_to_another_host(visitor: Visitor, wanted: str) -> None:
    token = visitor.tokens.new("Ada")

    answer = visitor.sign_in(token, wanted)
    again = visitor.send("GET", "/admin/sign-in", {}, None)

    assert answer.headers["location"] == "/admin/sources"
    assert again.headers["location"] == "/admin/sources"


def test_a_wrong_token_is_told_and_opens_nothing(visitor: Visitor) -> None:
    visitor.tokens.new("Ada")

    answer = visitor.sign_in(WRONG, "/admin/tokens")

    page = dom.parse(answer.text)
    assert answer.status_code == 403
    assert "does not open the catalogue" in page.one("p", role="alert").text
    assert page.one("input", name="next").attributes["value"] == "/admin/tokens"
    assert "value" not in page.one("input", name="token").attributes
    assert WRONG not in answer.text
    assert visitor.cookies == {}


def test_the_text_of_a_session_does_not_sign_in_and_is_no_bearer(operator: Visitor) -> None:
    session = operator.cookies.pop("fairfinder")

    assert operator.sign_in(session).status_code == 403
    assert with_api(operator).get("/api/v2/own", Authorization=f"Bearer {session}").status_code == 401


def test_the_cookie_is_for_this_host_and_no_script(opened: Opened) -> None:
    visitor = opened("https://catalogue.example")

    answer = visitor.sign_in(visitor.tokens.new("Ada"))

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-fairfinder=ffs_")
    assert {part.strip() for part in cookie.split(";")[1:]} == {
        *("httponly", "secure", "samesite=strict", "path=/", "max-age=43200"),
    }
    assert visitor.get("/admin/tokens").status_code == 200


def test_below_a_path_the_cookie_and_the_links_are_for_that_path(opened: Opened) -> None:
    visitor = opened("https://catalogue.example/data")
    visitor.base = "https://catalogue.example"

    sent_away = visitor.get("/data/admin/tokens").headers["location"]
    answer = visitor.post("/data/admin/sign-in", {"token": visitor.tokens.new("Ada"), "next": "/elsewhere"})

    cookie = answer.headers["set-cookie"].lower()
    assert sent_away == "/data/admin/sign-in?next=%2Fdata%2Fadmin%2Ftokens"
    assert answer.headers["location"] == "/data/admin/sources"
    assert cookie.startswith("__secure-fairfinder=ffs_")
    assert "path=/data;" in f"{cookie};"
    assert visitor.get("/data/admin/tokens").headers["cache-control"] == "no-store"
    assert visitor.post("/data/admin/sign-out").headers["location"] == "/data/"


def test_without_tls_the_cookie_has_a_plain_name(visitor: Visitor) -> None:
    cookie = visitor.sign_in(visitor.tokens.new("Ada")).headers["set-cookie"].lower()

    assert cookie.startswith("fairfinder=ffs_")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


def test_each_sign_in_is_a_new_session_and_ends_the_former(operator: Visitor) -> None:
    former = dict(operator.cookies)

    operator.sign_in(operator.tokens.new("Bob"))

    assert operator.cookies != former
    assert operator.get("/admin/tokens").status_code == 200
    operator.cookies = former
    assert operator.get("/admin/tokens").status_code == 303


def test_a_session_that_somebody_else_chose_is_not_taken_over(visitor: Visitor) -> None:
    visitor.cookies["fairfinder"] = "ffs_" + "b" * 52

    visitor.sign_in(visitor.tokens.new("Ada"))

    assert visitor.cookies["fairfinder"] != "ffs_" + "b" * 52


def test_a_session_ends_after_twelve_hours_or_with_its_token(visitor: Visitor, clock: Clock) -> None:
    visitor.sign_in(visitor.tokens.new("Ada"))
    clock.forward(hours=11.9)
    assert visitor.get("/admin/tokens").status_code == 200
    clock.forward(hours=0.2)
    assert visitor.get("/admin/tokens").status_code == 303

    answer = visitor.sign_in(visitor.tokens.new("Bob", lasts=timedelta(hours=1)))

    assert "max-age=3600" in answer.headers["set-cookie"].lower()
    clock.forward(hours=1)
    assert visitor.get("/admin/tokens").status_code == 303


def test_signing_out_ends_the_session_everywhere(operator: Visitor) -> None:
    kept = dict(operator.cookies)

    answer = operator.post("/admin/sign-out")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert operator.cookies == {}
    operator.cookies = kept
    assert operator.get("/admin/tokens").status_code == 303


@pytest.mark.parametrize(
    "origin",
    [
        *("https://evil.example", "null", "", "http://127.0.0.1:9999", "https://127.0.0.1:18201"),
        *("http://127.0.0.1:18201.evil.example", "http://127.0.0.1", "http://[", "http://127.0.0.1:x"),
    ],
)
def test_a_form_from_elsewhere_changes_nothing(operator: Visitor, origin: str) -> None:
    answer = operator.post("/admin/tokens", {"name": "Eve"}, origin)

    assert answer.status_code == 403
    assert "did not come from a page of this catalogue" in answer.text
    assert [token.name for token in operator.tokens.all()] == ["Ada"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
def test_nobody_is_signed_in_by_another_site(visitor: Visitor, origin: str) -> None:
    answer = visitor.post("/admin/sign-in", {"token": visitor.tokens.new("Eve")}, origin)

    assert answer.status_code == 403
    assert visitor.cookies == {}


def test_without_an_origin_the_referer_tells(operator: Visitor) -> None:
    ours = operator.post("/admin/careful", {"a": "1"}, "", Referer=f"{BASE}/admin/tokens")
    theirs = operator.post("/admin/tokens", {"name": "Eve"}, "", Referer="https://evil.example/")
    both = operator.post("/admin/tokens", {"name": "Eve"}, "null", Referer=f"{BASE}/admin/tokens")

    assert ours.status_code == 404
    assert theirs.status_code == both.status_code == 403


def test_behind_a_proxy_that_changes_the_host_the_public_address_counts(opened: Opened) -> None:
    visitor = opened("https://catalogue.example")
    token = visitor.tokens.new("Ada")
    visitor.base = "http://10.0.0.7:8000"

    public = visitor.post("/admin/sign-in", {"token": token}, "https://catalogue.example")
    own = visitor.post("/admin/sign-in", {"token": token}, "http://10.0.0.7:8000")
    other = visitor.post("/admin/sign-in", {"token": token}, "http://10.0.0.8:8000")

    assert (public.status_code, own.status_code, other.status_code) == (303, 303, 403)


@pytest.mark.parametrize("csrf", ["", "0" * 64, "ü"])
def test_a_form_without_the_token_of_its_session_changes_nothing(operator: Visitor, csrf: str) -> None:
    answer = operator.post("/admin/tokens", {"name": "Eve", "csrf": csrf})

    assert answer.status_code == 403
    assert [token.name for token in operator.tokens.all()] == ["Ada"]


def test_the_form_token_of_one_session_is_none_for_another(operator: Visitor) -> None:
    former = operator.csrf
    operator.sign_in(operator.tokens.new("Bob"))

    assert operator.post("/admin/tokens", {"name": "Eve", "csrf": former}).status_code == 403


def test_a_handler_that_does_not_read_its_form_is_guarded_all_the_same(operator: Visitor) -> None:
    with_page(operator)

    assert operator.post("/admin/careless", {"csrf": ""}).status_code == 403
    assert operator.post("/admin/careless").json() == {"who": "Ada"}


def test_a_form_is_read_with_its_empty_fields_and_within_bounds(operator: Visitor) -> None:
    with_page(operator)

    read = operator.post("/admin/careful", {"schedule": "", "title": "Ü & ×"})
    large = operator.post("/admin/careful", {"title": "x" * 65_536})
    many = operator.post("/admin/careful", {f"f{n}": "" for n in range(600)})
    json = operator.send("POST", "/admin/careful", {"Origin": BASE, "Content-Type": "application/json"})

    assert read.json() == {"csrf": operator.csrf, "schedule": "", "title": "Ü & ×"}
    assert (large.status_code, many.status_code, json.status_code) == (422, 422, 422)


def test_ten_wrong_guesses_a_minute_are_the_most(visitor: Visitor, clock: Clock) -> None:
    token = visitor.tokens.new("Ada")
    assert {visitor.sign_in(WRONG).status_code for _ in range(10)} == {403}
    clock.forward(seconds=20)

    wrong, right = visitor.sign_in(WRONG), visitor.sign_in(token)

    assert wrong.status_code == right.status_code == 429
    assert wrong.headers["retry-after"] == "40"
    assert "Wait a minute" in wrong.text
    clock.forward(seconds=40)
    assert visitor.sign_in(token).status_code == 303


def test_signing_in_rightly_is_no_guess(visitor: Visitor) -> None:
    token = visitor.tokens.new("Ada")

    assert {visitor.sign_in(token).status_code for _ in range(25)} == {303}


def test_the_api_takes_a_bearer_token_and_needs_no_form_token(visitor: Visitor) -> None:
    with_api(visitor)
    bearer = {"Authorization": f"bearer {visitor.tokens.new('robot')}"}

    read = visitor.get("/api/v2/own", **bearer)
    changed = visitor.send("POST", "/api/v2/own", {**bearer, "Origin": "https://any.example"}, {"a": "1"})

    assert read.json() == {"who": "robot"}
    assert read.headers["cache-control"] == "no-store"
    assert changed.json() == {"who": "robot", "body": "a=1"}


@pytest.mark.parametrize("shown", ["", "Bearer", f"Bearer {WRONG}", "Basic YTpi", "Bearer  ", "Bearer ü"])
def test_the_api_answers_a_problem_to_whoever_shows_no_good_token(visitor: Visitor, shown: str) -> None:
    with_api(visitor)
    request = (
        {"Authorization": shown.encode("latin-1").decode("latin-1")} if shown.isascii() and shown else {}
    )

    answer = visitor.get("/api/v2/own", **request)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer fft_" in answer.json()["detail"]


def test_the_api_does_not_go_by_the_cookie_nor_pages_by_the_bearer_token(operator: Visitor) -> None:
    token = with_api(operator).tokens.new("robot")

    assert operator.get("/api/v2/own").status_code == 401
    assert operator.get("/admin/tokens", Cookie="", Authorization=f"Bearer {token}").status_code == 303


def test_what_an_operators_program_sends_is_bounded(visitor: Visitor) -> None:
    bearer = {"Authorization": f"Bearer {with_api(visitor).tokens.new('robot')}"}

    assert visitor.send("POST", "/api/v2/own", bearer, {"a": "x" * 70_000}).status_code == 422


def test_who_is_signed_in_leaves_nothing_in_caches(operator: Visitor) -> None:
    public, theirs = operator.get("/about", Cookie="theme=dark"), operator.get("/about")

    assert "no-store" not in public.headers.get("cache-control", "")
    assert theirs.headers["cache-control"] == "no-store"
    assert "no-store" not in operator.get("/static/app.css").headers.get("cache-control", "")


def test_every_page_leads_to_the_door_and_says_when_it_is_open(visitor: Visitor) -> None:
    before = visitor.page("/about").one("footer")
    after = visitor.enter().page("/about").one("footer")

    assert before.one("a", href="/admin/sign-in").text == "Sign in"
    assert after.one("a", href="/admin").text == "Operator"
    assert visitor.get("/admin").headers["location"] == "/admin/sources"
