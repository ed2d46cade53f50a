"""The safe for what sources are shown: encrypted before it is stored, with a key that is kept elsewhere."""

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from catalogue.errors import Invalid, Unavailable

log = logging.getLogger(__name__)

KEY_FILE: Final = "secret.key"
SETTING: Final = "FAIRFINDER_SECRET_KEY"


class Safe:
    """Encrypts and decrypts texts with one key (Fernet: AES-128 in CBC mode with an HMAC)."""

    def __init__(self, key: str) -> None:
        """Raises Invalid for a text that is no key."""
        try:
            self._fernet = Fernet(key.strip())
        except (ValueError, UnicodeError):
            raise Invalid(f"{SETTING} is not a key. Make one with: fairfinder key") from None

    def __repr__(self) -> str:
        return "Safe(…)"

    def lock(self, text: str) -> str:
        """The text so that only this key opens it; never the same twice."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, text: str) -> str:
        """What was locked; raises Unavailable when the key is another or the text was changed."""
        try:
            return self._fernet.decrypt(text).decode()
        except (InvalidToken, ValueError):
            raise Unavailable(
                "The stored credentials cannot be opened with the key of this catalogue. "
                "Give them again, or bring back the key that they were stored with.",
                f"The key is in {SETTING}, or without that in the file {KEY_FILE} of the data folder.",
            ) from None


def new_key() -> str:
    """A new random key, as text."""
    return Fernet.generate_key().decode("ascii")


def kept_key(folder: Path) -> str:
    """The key in the file of a data folder, made at the first need; raises Unavailable.

    Nobody but the owner can read it. Of several processes that make one at a time, all get the same.
    """
    file = folder / KEY_FILE
    try:
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _write_once(file, new_key())
        if file.stat().st_mode & 0o077:
            log.warning("%s can be read by others than its owner; run: chmod 600 %s", file, file)
        return file.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise Unavailable(
            "The key for credentials can be neither read nor made.", f"{error}. Or set {SETTING}."
        ) from error


def _write_once(file: Path, text: str) -> None:
    """Write a new file in one step, unless it is there by now."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            out.write(f"{text}\n")
            out.flush()
            os.fsync(out.fileno())
        file.hardlink_to(part)
    except FileExistsError:
        return
    finally:
        part.unlink()
