"""Credentials are encrypted with a key that is made once, for its owner alone, and kept apart."""

import logging
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr

from catalogue import upkeep
from catalogue.bootstrap import open_catalogue, open_safe
from catalogue.errors import Invalid, Unavailable
from catalogue.secrets import KEY_FILE, Safe, kept_key, new_key
from catalogue.settings import Settings
from harvesters.credentials import Credentials, Scheme

OURS = Credentials(Scheme.OAUTH2, "sésame", "reader", "https://north.example/token", "read")


def test_credentials_come_back_as_they_were_stored() -> None:
    safe = Safe(new_key())

    stored = safe.lock(OURS.to_text())

    assert Credentials.from_text(safe.open(stored)) == OURS
    assert "reader" not in stored
    assert stored != safe.lock(OURS.to_text())


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "nothing", '{"scheme": "magic", "secret": "x"}', '{"scheme": "bearer"}']
)
def test_a_text_without_credentials_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Invalid, match=r"The text holds no credentials\."):
        Credentials.from_text(text)


def test_another_key_opens_nothing_and_says_what_to_do() -> None:
    stored = Safe(new_key()).lock("secret")

    with pytest.raises(Unavailable, match="Give them again") as told:
        Safe(new_key()).open(stored)

    assert "FAIRFINDER_SECRET_KEY" in told.value.whole


@pytest.mark.parametrize("stored", ["", "plain", "gAAAAA", "ü"])
def test_what_was_never_locked_is_not_opened(stored: str) -> None:
    with pytest.raises(Unavailable):
        Safe(new_key()).open(stored)


@pytest.mark.parametrize("key", ["", "short", "ü" * 44])
def test_a_text_that_is_no_key_is_refused_with_the_way_to_one(key: str) -> None:
    with pytest.raises(Invalid, match="fairfinder key"):
        Safe(key)


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    stored = open_safe(settings).lock("secret")

    again = open_safe(settings)

    file = tmp_path / "data" / KEY_FILE
    assert again.open(stored) == "secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == [KEY_FILE]


def test_no_key_is_made_before_there_is_need_of_it(tmp_path: Path) -> None:
    open_catalogue(Settings(data_dir=tmp_path)).close()

    assert not (tmp_path / KEY_FILE).exists()


def test_all_who_make_the_key_at_a_time_get_the_same(tmp_path: Path) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(kept_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_key_file_that_others_can_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    key = kept_key(tmp_path)
    (tmp_path / KEY_FILE).chmod(0o644)

    with caplog.at_level(logging.WARNING):
        assert kept_key(tmp_path) == key

    assert "chmod 600" in caplog.text
    assert key not in caplog.text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Unavailable, match="neither read nor made"):
        kept_key(tmp_path / "file")


def test_the_key_of_the_settings_goes_first(tmp_path: Path) -> None:
    key = new_key()

    safe = open_safe(Settings(data_dir=tmp_path, secret_key=SecretStr(key)))

    assert Safe(key).open(safe.lock("secret")) == "secret"
    assert not (tmp_path / KEY_FILE).exists()


def test_several_machines_must_be_given_a_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, ledger_url=SecretStr("postgresql://one@host/two"))

    with pytest.raises(Invalid, match="the same on every machine"):
        open_safe(settings)


def test_a_backup_does_not_hold_the_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    open_safe(settings)
    catalogue = open_catalogue(settings)

    upkeep.backup(catalogue, tmp_path / "backup")

    catalogue.close()
    key = kept_key(settings.data_dir).encode()
    assert all(key not in file.read_bytes() for file in (tmp_path / "backup").rglob("*") if file.is_file())


def test_neither_the_settings_nor_the_safe_show_the_key() -> None:
    key = new_key()

    assert key not in repr(Settings(secret_key=SecretStr(key)))
    assert key not in repr(Safe(key))
