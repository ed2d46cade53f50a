"""The book of tokens: who may write, with what they show. A token is random; only its SHA-256 is kept."""

import secrets
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import sqlalchemy as sql

from catalogue import tables
from catalogue.database import Database
from catalogue.errors import Conflict, Invalid, NotFound

OPERATOR: Final = "operator"
"""May do everything."""

_PROFILES: Final = "profiles "

TOKEN: Final = "token"
SESSION: Final = "session"
BEGINNINGS: Final[Mapping[str, str]] = {TOKEN: "fft_", SESSION: "ffs_"}
"""How the text of each use begins, so that a lost one is known for what it is."""

LONGEST_NAME: Final = 100
KEPT: Final = timedelta(days=365)
"""How long a token that is over is remembered."""

_RANDOM_BYTES: Final = 32
_SHOWN: Final = 10

_tokens: Final = tables.tokens


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks; `expires` is when what was shown is over, None when it never is."""

    name: str
    role: str
    token_id: int
    expires: datetime | None = None

    def may_bring_profiles(self, record: str) -> bool:
        """Whether they may send, publish and withdraw profiles of a record."""
        return self.role in (OPERATOR, for_profiles(record))


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token: how it begins, never the whole."""

    id: int
    name: str
    role: str
    use: str
    prefix: str
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked is None and (self.expires is None or self.expires > now)


def for_profiles(record: str) -> str:
    """The role that may send, publish and withdraw profiles of this record, and nothing else."""
    return f"{_PROFILES}{record}"


def record_of(role: str) -> str:
    """The record that the role is for alone; "" for an operator."""
    return role.removeprefix(_PROFILES) if role.startswith(_PROFILES) else ""


class Tokens:
    """The tokens of one ledger, and the sessions of those who signed in with one."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def new(self, name: str, role: str = OPERATOR, use: str = TOKEN, lasts: timedelta | None = None) -> str:
        """Make a token and give its text, which nothing can tell again; `lasts` None is for ever.

        The name says who writes. Raises Invalid for one that is empty or too long, and Conflict when a
        good token has it already; a session bears the name of the token that it was opened with.
        """
        name, now = _named(name), self._now()
        text = BEGINNINGS[use] + b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().rstrip("=").lower()
        values = {
            "name": name, "role": role, "use": use, "prefix": text[:_SHOWN], "digest": _digest(text),
            "created": now, "expires": now + lasts if lasts is not None else None,
        }  # fmt: skip
        with self._database.writing() as db:
            same = _good(now) & (_tokens.c.name == name) & (_tokens.c.use == TOKEN)
            if use == TOKEN and db.execute(sql.select(_tokens.c.id).where(same)).first():
                raise Conflict(f"There is a token called “{name}” already. Revoke it or choose another name.")
            db.execute(_tokens.insert().values(values))
        return text

    def identify(self, text: str) -> Identity | None:
        """Who shows this text; None when it is unknown, expired or revoked.

        It is looked up by its digest, so how long that takes tells nothing of any token.
        """
        query = sql.select(_tokens.c.name, _tokens.c.role, _tokens.c.id, _tokens.c.expires)
        shown = _tokens.c.digest == _digest(text)
        with self._database.reading() as db:
            row = db.execute(query.where(shown, _good(self._now()))).first()
        return Identity(*row) if row else None

    def revoke(self, id: int) -> Token:
        """End a token now, and the sessions that were opened with it; raises NotFound."""
        now = self._now()
        token = self._token(id)
        ended = _tokens.c.id == id
        if token.use == TOKEN:
            ended |= (_tokens.c.name == token.name) & (_tokens.c.use == SESSION)
        with self._database.writing() as db:
            db.execute(_tokens.update().where(ended, _tokens.c.revoked.is_(None)).values(revoked=now))
        return token

    def all(self, use: str = TOKEN) -> tuple[Token, ...]:
        """All tokens, or all sessions, the newest first; those that are over too."""
        query = sql.select(*_columns()).where(_tokens.c.use == use).order_by(_tokens.c.id.desc())
        with self._database.reading() as db:
            return tuple(Token(**row._mapping) for row in db.execute(query).all())

    def any_operator(self) -> bool:
        """Whether anybody has a good token to sign in with."""
        operator = _good(self._now()) & (_tokens.c.role == OPERATOR) & (_tokens.c.use == TOKEN)
        with self._database.reading() as db:
            return db.execute(sql.select(_tokens.c.id).where(operator).limit(1)).first() is not None

    def forget_expired(self) -> None:
        """Forget the sessions that are over, and the tokens that have been for a year."""
        now = self._now()
        over = (_tokens.c.use == SESSION) & ~_good(now)
        long_over = (_tokens.c.expires < now - KEPT) | (_tokens.c.revoked < now - KEPT)
        with self._database.writing() as db:
            db.execute(_tokens.delete().where(over | long_over))

    def _token(self, id: int) -> Token:
        with self._database.reading() as db:
            row = db.execute(sql.select(*_columns()).where(_tokens.c.id == id)).first()
        if row is None:
            raise NotFound(f"There is no token {id}.")
        return Token(**row._mapping)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A token needs a name of 1 to {LONGEST_NAME} letters that says who or what uses it.")
    return name


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()


def _good(now: datetime) -> sql.ColumnElement[bool]:
    lasting = _tokens.c.expires.is_(None) | (_tokens.c.expires > now)
    return _tokens.c.revoked.is_(None) & lasting


def _columns() -> list[sql.Column[object]]:
    return [_tokens.c[one.name] for one in fields(Token)]
