"""The pages of the door: sign in, sign out, and the tokens that open it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalogue.errors import CatalogueError, Conflict, Invalid, NotFound
from catalogue.ledger import Ledger
from catalogue.tokens import BEGINNINGS, OPERATOR, SESSION, TOKEN, Identity, Token, record_of
from web import format as form
from web import session, theme
from web.access import ADMIN, Form, OpenForm, Operator, beyond, is_signed_in
from web.i18n import mark
from web.session import LASTS, SIGN_IN
from web.state import State, state

log = logging.getLogger(__name__)

router = APIRouter(include_in_schema=False)

HOME: Final = f"{ADMIN}/sources"
"""Where an operator comes to who asked for no page in particular."""

_READ: Final = ["GET", "HEAD"]
_MOST_DAYS: Final = 3650
_STATES: Final = {
    "complete": mark("in use"),
    "": mark("expired"),
    "failed": mark("revoked"),
}


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as the list shows it; `state` is how it looks, `profiles_of` the one record that it is for."""

    id: int
    name: str
    prefix: str
    created: str
    expires: str
    revoked: str
    state: str
    label: str
    may_be_revoked: bool
    is_own: bool
    profiles_of: str


@dataclass(frozen=True, slots=True)
class TokensView:
    """The list, the token that was just made, and a form as it was filled when it could not be used."""

    tokens: tuple[TokenRow, ...]
    made: str
    name: str
    days: str
    error: str


@router.api_route(ADMIN, methods=_READ)
def admin(request: Request, who: Operator) -> Response:
    """The first page for operators."""
    return _see(f"{state(request).renderer.links.root}{HOME}")


@router.api_route(SIGN_IN, methods=_READ)
def sign_in_page(request: Request) -> Response:
    """The form to sign in with; who is signed in already goes on at once."""
    here, wanted = state(request), request.query_params.get("next", "")
    if is_signed_in(request):
        return _see(_onward(wanted, here.renderer.links.root))
    return here.renderer.page(request, "sign_in", next=wanted, is_wrong=False)


@router.post(SIGN_IN)
def sign_in(request: Request, fields: OpenForm) -> Response:
    """Open a new session for whoever shows a token that is good."""
    here, address = state(request), request.client.host if request.client else ""
    tokens, text, wanted = (
        here.catalogue.ledger.tokens,
        fields.get("token", "").strip(),
        fields.get("next", ""),
    )
    here.guesses.admit(address)
    identity = tokens.identify(text)
    if identity is None or not text.startswith(BEGINNINGS[TOKEN]):
        log.warning("a sign-in from %.100s was refused", address)
        return here.renderer.page(request, "sign_in", 403, next=wanted, is_wrong=True)
    here.guesses.forgive(address)
    if identity.role != OPERATOR:
        raise beyond(identity)
    if (former := is_signed_in(request)) is not None:
        tokens.revoke(former.token_id)
    response = _see(_onward(wanted, here.renderer.links.root))
    _open_session(here, identity, response)
    return response


@router.post(f"{ADMIN}/sign-out")
def sign_out(request: Request, who: Operator) -> Response:
    """End the session, here and in the ledger."""
    here = state(request)
    here.catalogue.ledger.tokens.revoke(who.token_id)
    here.catalogue.ledger.audit.note(who.name, "sign out", who.name)
    response = _see(f"{here.renderer.links.root}/")
    session.cookie(here.settings.base_url).drop(response)
    return response


@router.api_route(f"{ADMIN}/tokens", methods=_READ)
def tokens_page(request: Request, who: Operator) -> Response:
    """All tokens, and a form for a new one."""
    return _tokens(request, who)


@router.post(f"{ADMIN}/tokens")
def make_token(request: Request, who: Operator, fields: Form) -> Response:
    """Make a token and show it, this once."""
    ledger = state(request).catalogue.ledger
    try:
        lasts = _lasting(fields.get("days", ""))
        text = ledger.tokens.new(fields.get("name", ""), OPERATOR, TOKEN, lasts)
    except (Invalid, Conflict) as error:
        return _tokens(request, who, fields=fields, error=error)
    made = ledger.tokens.identify(text)
    until = f"lasts {lasts.days} days" if lasts else "lasts until it is revoked"
    ledger.audit.note(who.name, "make token", made.name if made else "", until)
    return _tokens(request, who, made=text)


@router.post(f"{ADMIN}/tokens/{{id}}/revoke")
def revoke_token(request: Request, who: Operator, id: str) -> Response:
    """End a token and the sessions that were opened with it."""
    here = state(request)
    ledger = here.catalogue.ledger
    if not (id.isascii() and id.isdigit() and len(id) <= 9):
        raise NotFound(f"There is no token {id:.100}.")
    if _is_last(ledger, int(id), here.now()):
        raise Conflict(
            "This is the only token that anybody can sign in with. Make another one first, or revoke it "
            "on the command line."
        )
    token = ledger.tokens.revoke(int(id))
    ledger.audit.note(who.name, "revoke token", token.name)
    return _see(f"{here.renderer.links.root}{ADMIN}/tokens")


def _open_session(here: State, identity: Identity, response: Response) -> None:
    """A session never outlasts the token that it was opened with."""
    ledger = here.catalogue.ledger
    lasts = min(LASTS, identity.expires - here.now()) if identity.expires else LASTS
    ledger.tokens.forget_expired()
    text = ledger.tokens.new(identity.name, identity.role, SESSION, lasts)
    ledger.audit.note(identity.name, "sign in", identity.name)
    session.cookie(here.settings.base_url).put(response, text, lasts)


def _tokens(
    request: Request,
    who: Identity,
    *,
    made: str = "",
    fields: Mapping[str, str] | None = None,
    error: CatalogueError | None = None,
) -> Response:
    here = state(request)
    now, found = here.now(), here.catalogue.ledger.tokens.all()
    last = sum(_opens(token, now) for token in found) == 1
    given = fields or {}
    view = TokensView(
        tuple(_row(token, who, now, last) for token in found),
        made,
        given.get("name", ""),
        given.get("days", "365"),
        str(error) if error else "",
    )
    return here.renderer.page(request, "tokens", 422 if error else 200, view=view)


def _row(token: Token, who: Identity, now: datetime, last: bool) -> TokenRow:
    look = "failed" if token.revoked else "complete" if token.is_good(now) else ""
    return TokenRow(
        token.id,
        token.name,
        token.prefix,
        form.day(token.created),
        form.day(token.expires) if token.expires else "",
        form.day(token.revoked) if token.revoked else "",
        look,
        _STATES[look],
        token.is_good(now) and not (last and _opens(token, now)),
        token.is_good(now) and token.name == who.name,
        record_of(token.role),
    )


def _is_last(ledger: Ledger, id: int, now: datetime) -> bool:
    return [token.id for token in ledger.tokens.all() if _opens(token, now)] == [id]


def _opens(token: Token, now: datetime) -> bool:
    """Whether one can sign in with it."""
    return token.role == OPERATOR and token.is_good(now)


def _lasting(days: str) -> timedelta | None:
    if not days:
        return None
    if not (days.isascii() and days.isdigit() and len(days) <= 4 and 1 <= int(days) <= _MOST_DAYS):
        raise Invalid(f"A token lasts from 1 to {_MOST_DAYS:,} days, or until it is revoked.")
    return timedelta(days=int(days))


def _onward(wanted: str, root: str) -> str:
    """Where to go after signing in: a page of this catalogue, whatever was asked for."""
    path = theme.local(wanted)
    return path if path.startswith(f"{root}/") else f"{root}{HOME}"


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303)
