"""The pages on which operators add a source, change it, look at what it would bring, and delete it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from catalogue.errors import Conflict, Invalid, NotFound, Refused
from catalogue.fields import Profile
from catalogue.sources import DELETIONS, Source
from catalogue.tokens import Identity
from web import acting, source_form, times
from web import format as form
from web.access import ADMIN, Form, Operator
from web.i18n import mark
from web.operations import KindView, Preview
from web.source_form import DELETION_LABELS, Fault, Filled, Made, Plan
from web.state import State, state

router = APIRouter(include_in_schema=False)

LOOKED_AT: Final = 50
"""How many records a preview shows at most."""

_SOURCES: Final = f"{ADMIN}/sources"
_NEW: Final = f"{_SOURCES}/new"
_ONE: Final = f"{_SOURCES}/{{name}}"
_READ: Final = ["GET", "HEAD"]
_NO_SUCH: Final = mark("This is not the name of the source.")
_CHOOSE: Final = mark("Choose what becomes of its records.")
_WITHDRAW: Final = "withdraw"
_LEAVE: Final = "leave"


@dataclass(frozen=True, slots=True)
class Row:
    """A record that a source would bring."""

    title: str
    subject: str
    kind: str
    publisher: str
    missing: int
    profile: str


@dataclass(frozen=True, slots=True)
class PreviewView:
    """What a source would bring, for people."""

    rows: tuple[Row, ...]
    troubles: tuple[tuple[str, str], ...]
    declared: str
    is_all: bool
    failure: str
    log: tuple[str, ...]
    lasted: str


@dataclass(frozen=True, slots=True)
class FormView:
    """The form of a source; `kept` says that it has credentials that are kept."""

    name: str
    filled: Filled
    faults: tuple[Fault, ...]
    kept: bool
    plan: Plan | None
    path: str
    back: str
    preview: PreviewView | None = None

    def fault(self, field: str) -> Fault | None:
        """What is wrong with a field."""
        return next((fault for fault in self.faults if fault.field == field), None)


@dataclass(frozen=True, slots=True)
class DeleteView:
    """The question of what is to become of the records of a source."""

    name: str
    records: str
    back: str
    path: str
    what: str
    typed: str
    what_fault: str
    name_fault: str


@router.api_route(_NEW, methods=_READ)
def new(request: Request, who: Operator) -> Response:
    """Choose a kind; then the form of a source of that kind."""
    here, asked = state(request), request.query_params.get("kind", "")
    if not asked:
        path = f"{here.renderer.links.root}{_NEW}"
        return here.renderer.page(request, "admin_kinds", kinds=here.operations.kinds(), path=path)
    return _form(request, source_form.empty(_kind(here, asked)), None)


@router.post(_NEW)
def add(request: Request, who: Operator, fields: Form) -> Response:
    """Keep a new source."""
    kind = _kind(state(request), fields.get("kind", ""))
    return _keep(request, who, fields, source_form.made(fields, kind, None, state(request).now()), None)


@router.api_route(f"{_NEW}/preview", methods=_READ)
def new_again(request: Request, who: Operator) -> Response:
    """A preview is not kept: the way back to the form."""
    return RedirectResponse(f"{state(request).renderer.links.root}{_NEW}", 303)


@router.post(f"{_NEW}/preview")
def look(request: Request, who: Operator, fields: Form) -> Response:
    """Look at what a new source would bring."""
    kind = _kind(state(request), fields.get("kind", ""))
    return _look(request, who, fields, source_form.made(fields, kind, None, state(request).now()), None)


@router.api_route(f"{_ONE}/edit", methods=_READ)
def edit(request: Request, who: Operator, name: str) -> Response:
    """The form of a source as it is kept."""
    source, kind = _kept(state(request), name)
    return _form(request, source_form.of_source(source, kind), source)


@router.post(f"{_ONE}/edit")
def change(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Keep a source as it is now."""
    source, kind = _kept(state(request), name)
    return _keep(request, who, fields, source_form.made(fields, kind, source, state(request).now()), source)


@router.api_route(f"{_ONE}/preview", methods=_READ)
def edit_again(request: Request, who: Operator, name: str) -> Response:
    """A preview is not kept: the way back to the form."""
    root = state(request).renderer.links.root
    return RedirectResponse(acting.source_path(root, name, "/edit"), 303)


@router.post(f"{_ONE}/preview")
def look_again(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Look at what a source would bring after a change."""
    source, kind = _kept(state(request), name)
    return _look(request, who, fields, source_form.made(fields, kind, source, state(request).now()), source)


@router.api_route(f"{_ONE}/delete", methods=_READ)
def ask_to_delete(request: Request, who: Operator, name: str) -> Response:
    """Ask what is to become of the records of a source."""
    return _delete(request, name, {})


@router.post(f"{_ONE}/delete")
def delete(request: Request, who: Operator, name: str, fields: Form) -> Response:
    """Delete a source whose name was typed."""
    here, what = state(request), fields.get("what", "")
    here.catalogue.ledger.sources.named(name)
    if what not in (_WITHDRAW, _LEAVE) or fields.get("name", "").strip() != name:
        return _delete(request, name, fields, 422)
    here.operations.delete(name, withdraw=what == _WITHDRAW)
    detail = "its records are withdrawn" if what == _WITHDRAW else "its records are left as they are"
    return acting.did(request, who, "delete source", name, "deleted", detail)


def _keep(
    request: Request, who: Identity, fields: Mapping[str, str], made: Made, before: Source | None
) -> Response:
    faults = made.faults
    if not faults:
        try:
            state(request).operations.keep(made.source, made.secret, is_new=before is None)
        except (Invalid, Conflict, Refused) as error:
            if before and isinstance(error, Conflict):
                raise
            faults = (source_form.refused(error, made),)
    if faults:
        kind = _kind(state(request), made.source.kind)
        return _form(request, source_form.of_fields(fields, kind), before, faults)
    action, done = ("change source", "changed") if before else ("add source", "added")
    detail = f"{made.source.kind} {made.source.address}"
    if made.secret:
        detail += ", with credentials" if made.secret.secret else ", without credentials"
    return acting.did(request, who, action, made.source.name, done, detail)


def _look(
    request: Request, who: Identity, fields: Mapping[str, str], made: Made, before: Source | None
) -> Response:
    here = state(request)
    filled = source_form.of_fields(fields, _kind(here, made.source.kind))
    if made.faults:
        return _form(request, filled, before, made.faults)
    try:
        found = here.operations.preview(made.source, made.secret, LOOKED_AT)
    except (Invalid, Conflict, Refused) as error:
        return _form(request, filled, before, (source_form.refused(error, made),))
    detail = f"{made.source.kind} {made.source.address}"
    here.catalogue.ledger.audit.note(who.name, "look at source", made.source.name, detail)
    return _form(request, filled, before, preview=_preview(found))


def _form(
    request: Request,
    filled: Filled,
    before: Source | None,
    faults: tuple[Fault, ...] = (),
    preview: PreviewView | None = None,
) -> Response:
    here, root = state(request), state(request).renderer.links.root
    path = acting.source_path(root, before.name, "/edit") if before else f"{root}{_NEW}"
    back = acting.source_path(root, before.name if before else "")
    name, kept = (before.name, bool(before.credentials)) if before else ("", False)
    planned = source_form.plan(filled["schedule"], here.now())
    view = FormView(name, filled, faults, kept, planned, path, back, preview)
    choices = {
        "deletions": tuple((value, DELETION_LABELS[value], DELETIONS[value]) for value in DELETIONS),
        "profiles": source_form.PROFILE_LABELS.items(),
        "schemes": source_form.SCHEME_LABELS.items(),
        "examples": source_form.EXAMPLES.items(),
    }
    look_at = acting.source_path(root, name, "/preview") if before else f"{root}{_NEW}/preview"
    page = "admin_preview" if preview else "admin_form"
    return here.renderer.page(request, page, 422 if faults else 200, view=view, look_at=look_at, **choices)


def _delete(request: Request, name: str, fields: Mapping[str, str], status: int = 200) -> Response:
    here, root = state(request), state(request).renderer.links.root
    kept = here.catalogue.ledger.sources.named(name)
    what, typed = fields.get("what", ""), fields.get("name", "")
    is_sent = status != 200
    view = DeleteView(
        kept.name,
        form.number(here.catalogue.ledger.count(name)),
        acting.source_path(root, name),
        acting.source_path(root, name, "/delete"),
        what,
        typed,
        _CHOOSE if is_sent and what not in (_WITHDRAW, _LEAVE) else "",
        _NO_SUCH if is_sent and typed.strip() != name else "",
    )
    return here.renderer.page(request, "admin_delete", status, view=view)


def _kind(here: State, name: str) -> KindView:
    found = next((kind for kind in here.operations.kinds() if kind.name == name), None)
    if found is None:
        raise Invalid(f"There is no kind of source called “{name[:100]}”.")
    return found


def _kept(here: State, name: str) -> tuple[Source, KindView]:
    """A source that is harvested, and its kind; raises NotFound for one that is not."""
    source = here.catalogue.ledger.sources.named(name)
    if not source.url:
        raise NotFound(f"“{name}” is not harvested, so there is nothing to change.")
    return source, _kind(here, source.kind)


def _preview(found: Preview) -> PreviewView:
    rows = tuple(
        Row(one.title, one.subject, one.kind, one.publisher, one.missing, _profile(one.profile))
        for one in found.records
    )
    return PreviewView(
        rows,
        tuple((one.place, one.reason) for one in found.troubles),
        "" if found.declared is None else form.number(found.declared),
        found.is_all,
        found.failure,
        found.log,
        times.lasting(found.seconds),
    )


def _profile(name: str) -> str:
    return source_form.PROFILE_LABELS[name] if name in {*Profile} else name
