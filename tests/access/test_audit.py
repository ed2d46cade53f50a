"""Deeds are written down as they were done, each on one line, and without secrets."""

import pytest

from catalogue.audit import LONGEST
from catalogue.ledger import Ledger
from catalogue.tokens import Tokens
from tests.access.visitor import Visitor
from tests.site.site import Clock


def test_deeds_come_the_newest_first_of_one_subject_or_of_all(ledger: Ledger, clock: Clock) -> None:
    ledger.audit.note("Ada", "add source", "north")
    clock.forward(minutes=1)
    ledger.audit.note("Bob", "pause source", "south", "until May")

    newest = ledger.audit.newest(10)

    assert [(deed.who, deed.action, deed.subject) for deed in newest] == [
        ("Bob", "pause source", "south"),
        ("Ada", "add source", "north"),
    ]
    assert newest[0].at == clock()
    assert [deed.who for deed in ledger.audit.newest(10, "north")] == ["Ada"]
    assert len(ledger.audit.newest(1)) == 1
    assert [deed.who for deed in ledger.audit.newest(10, offset=1)] == ["Ada"]
    assert ledger.audit.newest(10, "north", 1) == ()


@pytest.mark.parametrize(
    "breaking", ["\n", "\r\n", "\x00", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"]
)
def test_no_sign_begins_a_line_or_turns_it(ledger: Ledger, breaking: str) -> None:
    ledger.audit.note(f"A{breaking}B", f"a{breaking}b", f"north{breaking}x", f"1{breaking}2")

    deed = ledger.audit.newest(1)[0]

    parts = (deed.who, deed.action, deed.subject, deed.detail)
    assert all(breaking not in part and part.isprintable() and "�" in part for part in parts)
    assert ledger.audit.newest(1, f"north{breaking}x") == (deed,)


def test_a_part_that_is_too_long_is_cut_and_says_so(ledger: Ledger) -> None:
    ledger.audit.note("a" * 9_999, "a" * 9_999, "a" * 9_999, "a" * 1_000_000)

    deed = ledger.audit.newest(1)[0]

    for name, most in LONGEST.items():
        part = str(getattr(deed, name))
        assert len(part) == most
        assert part.endswith("…")


def test_tokens_and_passwords_are_left_out(ledger: Ledger) -> None:
    token = Tokens(ledger.database, ledger.now).new("Ada")

    ledger.audit.note("Ada", "add source", "north", f"https://ada:pw12@north.example/x {token}")

    assert ledger.audit.newest(1)[0].detail == "https://…@north.example/x fft_…"


def test_a_password_with_an_at_sign_is_left_out_whole(ledger: Ledger) -> None:
    ledger.audit.note("Ada", "add source", "north", "https://ada:p@w12@north.example/x")

    assert ledger.audit.newest(1)[0].detail == "https://…@north.example/x"


def test_what_is_done_with_tokens_is_written_down(operator: Visitor) -> None:
    operator.post("/admin/tokens", {"name": "Bob", "days": "30"})
    id = operator.tokens.all()[0].id
    operator.post(f"/admin/tokens/{id}/revoke")
    operator.post("/admin/sign-out")

    deeds = operator.catalogue.ledger.audit.newest(10)

    assert [(deed.who, deed.action, deed.subject) for deed in deeds] == [
        ("Ada", "sign out", "Ada"),
        ("Ada", "revoke token", "Bob"),
        ("Ada", "make token", "Bob"),
        ("Ada", "sign in", "Ada"),
    ]
