"""What lets us in is shown to the host of the source, in every scheme, and to nobody else."""

import json
from base64 import b64encode

import pytest

from catalogue.errors import Invalid, Refused, Unavailable
from harvesters.credentials import Credentials, Scheme
from tests.harvest.conftest import MakeClient, Time
from tests.harvest.loopback import Asked, Reply, Site

SECRET = "correct-horse"


@pytest.mark.parametrize(
    ("credentials", "name", "text"),
    [
        (Credentials(Scheme.HEADER, SECRET, "X-Api-Key"), "x-api-key", SECRET),
        (Credentials(Scheme.BEARER, SECRET), "authorization", f"Bearer {SECRET}"),
        (
            Credentials(Scheme.BASIC, SECRET, "me"),
            "authorization",
            "Basic " + b64encode(f"me:{SECRET}".encode()).decode(),
        ),
    ],
    ids=lambda value: str(getattr(value, "scheme", "")),
)
def test_credentials_are_shown_to_the_home_of_the_source_alone(
    make_client: MakeClient, site: Site, trap: Site, credentials: Credentials, name: str, text: str
) -> None:
    site.pages["/here"] = Reply(status=302, headers={"Location": f"{trap.url}/there"})
    trap.pages["/there"] = Reply(b"content")
    client = make_client(home=site.url, credentials=credentials)

    client.get(f"{site.url}/here")

    assert site.asked[0].headers[name] == text
    assert name not in trap.asked[0].headers
    assert SECRET not in repr(credentials)


def test_client_credentials_are_changed_for_a_token_that_is_used_until_it_ends(
    make_client: MakeClient, site: Site, trap: Site, time: Time
) -> None:
    tokens = iter(["first", "second"])
    answer = lambda _: Reply(json.dumps({"access_token": next(tokens), "expires_in": 120}).encode())  # noqa: E731
    trap.pages["/token"] = answer
    site.pages["/feed"] = Reply(b"content")
    own = Credentials(Scheme.OAUTH2, SECRET, "client", f"{trap.url}/token", "read")
    client = make_client(home=site.url, credentials=own)

    client.get(f"{site.url}/feed")
    client.get(f"{site.url}/feed")
    time.seconds += 100
    client.get(f"{site.url}/feed")

    assert [asked.headers["authorization"] for asked in site.asked] == [
        *["Bearer first"] * 2,
        "Bearer second",
    ]
    assert trap.asked[0].body == b"grant_type=client_credentials&scope=read"
    assert trap.asked[0].method == "POST"


def test_a_token_server_without_a_token_is_told(make_client: MakeClient, site: Site) -> None:
    site.pages["/token"] = Reply(b"<html>")
    own = Credentials(Scheme.OAUTH2, SECRET, "client", f"{site.url}/token")

    with pytest.raises(Unavailable, match="no access_token"):
        make_client(home=site.url, credentials=own).get(f"{site.url}/feed")


@pytest.mark.parametrize("token", ["a\nb", "blank ", "schlüssel", "", 7])
def test_a_token_that_no_header_can_carry_is_told_and_not_shown(
    make_client: MakeClient, site: Site, token: object
) -> None:
    site.pages["/token"] = Reply(json.dumps({"access_token": token}).encode())
    own = Credentials(Scheme.OAUTH2, SECRET, "client", f"{site.url}/token")

    with pytest.raises(Unavailable, match=r"gave a token that cannot be sent\.$"):
        make_client(home=site.url, credentials=own).get(f"{site.url}/feed")


@pytest.mark.parametrize("status", [303, 307])
def test_a_token_server_on_the_site_itself_may_redirect(
    make_client: MakeClient, site: Site, status: int
) -> None:
    site.pages["/token"] = Reply(status=status, headers={"Location": "/token/"})
    site.pages["/token/"] = Reply(b'{"access_token": "first"}')
    site.pages["/feed"] = Reply(b"content")
    own = Credentials(Scheme.OAUTH2, SECRET, "client", f"{site.url}/token")

    make_client(home=site.url, credentials=own).get(f"{site.url}/feed")

    assert site.asked[-1].headers["authorization"] == "Bearer first"


@pytest.mark.parametrize(
    "wrong",
    [
        {"scheme": Scheme.BEARER, "secret": ""},
        {"scheme": Scheme.BASIC, "secret": SECRET},
        {"scheme": Scheme.HEADER, "secret": SECRET, "name": "X\r\nEvil: 1"},
        {"scheme": Scheme.BEARER, "secret": "a\nb"},
        {"scheme": Scheme.BEARER, "secret": f"{SECRET} "},
        {"scheme": Scheme.HEADER, "secret": f" {SECRET}", "name": "X-Key"},
        {"scheme": Scheme.HEADER, "secret": "schlüssel", "name": "X-Key"},
        {"scheme": Scheme.HEADER, "secret": SECRET, "name": "X Key"},
        {"scheme": Scheme.HEADER, "secret": SECRET, "name": "X-Schlüssel"},
        {"scheme": Scheme.BASIC, "secret": SECRET, "name": "me:you"},
        {"scheme": Scheme.OAUTH2, "secret": SECRET, "name": "me", "token_url": "file:///etc/passwd"},
    ],
)
def test_credentials_that_cannot_be_sent_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises((Invalid, Refused)) as told:
        Credentials(**wrong)  # type: ignore[arg-type]

    assert SECRET not in str(told.value)


def test_what_is_posted_arrives_and_is_not_sent_on_to_another_server(
    make_client: MakeClient, site: Site, trap: Site
) -> None:
    heard: list[Asked] = []
    site.pages["/q"] = lambda asked: heard.append(asked) or Reply(b"answer")
    site.pages["/away"] = Reply(status=307, headers={"Location": f"{trap.url}/q"})
    site.pages["/see"] = Reply(status=303, headers={"Location": "/q"})
    client = make_client()

    assert client.post(f"{site.url}/q", b"words", "text/plain").content == b"answer"
    assert client.post(f"{site.url}/see", b"words", "text/plain").content == b"answer"
    with pytest.raises(Refused, match="not sent on"):
        client.post(f"{site.url}/away", b"words", "text/plain")

    assert [(asked.method, asked.body) for asked in heard] == [("POST", b"words"), ("GET", b"")]
    assert trap.asked == []
