"""Tokens open what they should for as long as they should, and are kept as digests alone."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from catalogue.errors import Conflict, Invalid, NotFound
from catalogue.ledger import Ledger
from catalogue.tokens import OPERATOR, SESSION
from tests.access.visitor import Visitor
from tests.site.site import Clock


def test_a_token_says_who_shows_it(ledger: Ledger) -> None:
    text = ledger.tokens.new("Ada")

    found = ledger.tokens.identify(text)

    assert found is not None
    assert (found.name, found.role, found.expires) == ("Ada", OPERATOR, None)
    assert text.startswith("fft_")
    assert len(text) == 56


@pytest.mark.parametrize("text", ["", "fft_", "fft_" + "a" * 52, "ü\udc80\x00", "a" * 100_000])
def test_what_is_no_token_of_ours_says_nobody(ledger: Ledger, text: str) -> None:
    ledger.tokens.new("Ada")

    assert ledger.tokens.identify(text) is None


def test_a_token_says_nobody_when_its_time_is_over(ledger: Ledger, clock: Clock) -> None:
    text = ledger.tokens.new("Ada", lasts=timedelta(days=2))

    clock.forward(days=2)

    assert ledger.tokens.identify(text) is None
    assert not ledger.tokens.any_operator()


def test_a_revoked_token_ends_its_sessions_too(ledger: Ledger) -> None:
    ada, bob = ledger.tokens.new("Ada"), ledger.tokens.new("Bob")
    hers = ledger.tokens.new("Ada", use=SESSION, lasts=timedelta(hours=12))
    his = ledger.tokens.new("Bob", use=SESSION, lasts=timedelta(hours=12))

    ledger.tokens.revoke(next(token.id for token in ledger.tokens.all() if token.name == "Ada"))

    assert [ledger.tokens.identify(text) is None for text in (ada, hers, bob, his)] == [
        True,
        True,
        False,
        False,
    ]


def test_a_session_that_is_ended_leaves_the_token_good(ledger: Ledger) -> None:
    token = ledger.tokens.new("Ada")
    session = ledger.tokens.new("Ada", use=SESSION, lasts=timedelta(hours=12))

    ledger.tokens.revoke(ledger.tokens.all(SESSION)[0].id)

    assert ledger.tokens.identify(session) is None
    assert ledger.tokens.identify(token) is not None


def test_a_session_is_no_token_to_sign_in_with(ledger: Ledger) -> None:
    ledger.tokens.new("Ada", use=SESSION, lasts=timedelta(hours=12))

    assert not ledger.tokens.any_operator()
    assert ledger.tokens.all() == ()


def test_a_name_is_taken_for_as_long_as_its_token_is_good(ledger: Ledger) -> None:
    ledger.tokens.new("Ada")

    with pytest.raises(Conflict, match="“Ada”"):
        ledger.tokens.new(" Ada ")
    ledger.tokens.revoke(ledger.tokens.all()[0].id)
    ledger.tokens.new("Ada")

    assert [token.revoked is None for token in ledger.tokens.all()] == [True, False]


@pytest.mark.parametrize("name", ["", " \n ", "a" * 101, "a\x1b[2Jb", "a\u202eb"])
def test_a_name_can_be_read(ledger: Ledger, name: str) -> None:
    with pytest.raises(Invalid):
        ledger.tokens.new(name)


def test_a_token_that_never_was_cannot_be_revoked(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        ledger.tokens.revoke(17)


def test_what_is_over_is_forgotten_sessions_at_once_and_tokens_after_a_year(
    ledger: Ledger, clock: Clock
) -> None:
    ledger.tokens.new("Ada", lasts=timedelta(days=1))
    ledger.tokens.new("Bob")
    ledger.tokens.new("Bob", use=SESSION, lasts=timedelta(hours=12))
    clock.forward(days=2)

    ledger.tokens.forget_expired()
    assert (len(ledger.tokens.all()), len(ledger.tokens.all(SESSION))) == (2, 0)
    clock.forward(days=366)
    ledger.tokens.forget_expired()

    assert [token.name for token in ledger.tokens.all()] == ["Bob"]


def test_no_token_stands_in_the_folder_the_backup_or_the_log(
    on_disk: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    token, wrong = on_disk.tokens.new("Ada"), "fft_" + "a" * 52
    with caplog.at_level(logging.DEBUG):
        on_disk.sign_in(wrong)
        on_disk.sign_in(token)
        on_disk.get("/admin/tokens")
        made = on_disk.post("/admin/tokens", {"name": "Bob", "days": "30"})
        on_disk.catalogue.ledger.snapshot(tmp_path / "copy.sqlite")
        on_disk.get("/admin/nothing", Authorization=f"Bearer {token}")

    secrets = [token, wrong, on_disk.cookies["fairfinder"], made.text.partition("fft_")[2][:52]]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert len(kept) > 10_000
    for secret in secrets:
        assert len(secret) >= 52
        assert secret.removeprefix("fft_").removeprefix("ffs_").encode() not in kept
        assert secret not in caplog.text
