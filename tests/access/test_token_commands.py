"""Tokens from the command line, and the first one at the first start."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from catalogue.catalogue import Catalogue
from catalogue.secrets import Safe
from catalogue.settings import Settings
from tests.access.visitor import Visitor
from web.cli import app
from web.cli_tokens import welcome

TEXT = re.compile(r"fft_[a-z2-7]{52}")


def fairfinder(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"FAIRFINDER_DATA_DIR": str(folder)})


def test_a_token_is_printed_once_alone_on_standard_output(tmp_path: Path) -> None:
    made = fairfinder(tmp_path, "token", "new", "robot", "--days", "30")
    listed = fairfinder(tmp_path, "token", "list")

    assert TEXT.fullmatch(made.stdout.strip())
    assert "not shown again" in made.stderr
    assert made.stdout.strip() not in listed.output
    assert re.match(r"1\trobot\tfft_\S{6}…\tmade .* UTC\tuntil .* UTC", listed.output)


def test_a_token_is_revoked_by_its_number(tmp_path: Path) -> None:
    fairfinder(tmp_path, "token", "new", "robot")

    answer = fairfinder(tmp_path, "token", "revoke", "1")

    assert answer.output == "The token “robot” is revoked.\n"
    assert "\trevoked " in fairfinder(tmp_path, "token", "list").output


@pytest.mark.parametrize(
    "words", [("new",), ("new", "a", "--days", "0"), ("revoke", "9" * 30), ("revoke", "x")]
)
def test_what_cannot_be_meant_is_a_mistake_of_use(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert fairfinder(tmp_path, "token", *words).exit_code == 2


def test_a_new_key_is_one_that_the_safe_takes(tmp_path: Path) -> None:
    printed = fairfinder(tmp_path, "key").stdout

    assert Safe(printed).open(Safe(printed.strip()).lock("a")) == "a"
    assert list(tmp_path.iterdir()) == []


def test_the_first_start_prints_a_token_that_signs_in_and_the_next_prints_none(
    visitor: Visitor, capsys: pytest.CaptureFixture[str]
) -> None:
    welcome(visitor.catalogue, Settings(base_url=visitor.base), "http://127.0.0.1:8123")
    first = capsys.readouterr().out
    welcome(visitor.catalogue, Settings(base_url=visitor.base), "http://127.0.0.1:8123")
    second = capsys.readouterr().out

    text = TEXT.search(first)
    assert text is not None
    assert f"Sign in at {visitor.base}/admin/sign-in" in first
    assert visitor.sign_in(text[0]).status_code == 303
    assert second == ""


def test_without_an_address_of_its_own_the_first_start_leads_to_where_it_listens(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    welcome(catalogue, Settings(), "http://127.0.0.1:8123")

    assert "Sign in at http://127.0.0.1:8123/admin/sign-in" in capsys.readouterr().out


def test_a_start_among_several_machines_prints_no_token(
    catalogue: Catalogue, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(ledger_url=SecretStr("postgresql://one@host/two"))
    welcome(catalogue, settings, "http://127.0.0.1:8123")

    told = capsys.readouterr().out
    assert "fairfinder token new" in told
    assert not TEXT.search(told)
    assert not catalogue.ledger.tokens.any_operator()
