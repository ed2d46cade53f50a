"""The JSON API for operators: what they do with sources, as on their pages and on the command line."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import Path, Request, Response

from catalogue.errors import Invalid, NotFound
from catalogue.sources import Source
from catalogue.tokens import Identity
from web import api_admin_bodies as bodies
from web import api_admin_models as models
from web import api_admin_views as views
from web.access import Body, Operator
from web.api_admin_bodies import read
from web.api_admin_routes import Call, admin, admin_router, written
from web.api_admin_runs import accepted
from web.api_parameters import single
from web.operations import Secret
from web.state import state

router = admin_router()

RECORDS: Final = single(
    "records",
    "What becomes of the records of the source.",
    {"enum": ["withdraw", "keep"]},
    required=True,
)
_UNNAMED: Final = "preview"
"""What a source is called for a moment that is only looked at."""

Name = Annotated[str, Path(description="The name of a source.", examples=["registry"])]


@admin(router, Call("GET", "/sources", "listOperatedSources"), models.OperatedSources)
def sources(request: Request) -> Response:
    """List the sources as operators see them.

    All sources by name: what each is, how it stands, when it is harvested next, and who is waited for.
    """
    here = state(request)
    return written(models.OperatedSources(views.sources(here, here.catalogue.ledger.sources.all())))


@admin(
    router,
    Call("POST", "/sources", "addSource", bodies.SourceSent, status=201, problems=(409,)),
    models.OperatedSource,
)
def add(request: Request, who: Operator, body: Body) -> Response:
    """Add a source.

    Nothing is fetched yet. Credentials are stored encrypted and never told again.
    """
    here, sent = state(request), read(bodies.SourceSent, body)
    source = Source(
        sent.name.strip(),
        sent.kind,
        sent.url.strip(),
        here.now(),
        sent.options,
        schedule=sent.schedule,
        profile=sent.profile,
        deletion=sent.deletion,
        contact=sent.contact,
        full_every=sent.full_every,
        paused=sent.paused,
    )
    here.operations.keep(_checked(source), _secret(sent.credentials), is_new=True)
    more = ", with credentials" if sent.credentials else ""
    _note(request, who, "add source", source.name, f"{source.kind} {source.address}{more}")
    return written(views.source(here, source.name), 201, views.address(here.catalogue.base, source.name))


@admin(router, Call("GET", "/sources/{name}", "getOperatedSource", problems=(404,)), models.OperatedSource)
def source(request: Request, name: Name) -> Response:
    """Get one source as operators see it."""
    return written(views.source(state(request), name))


@admin(
    router,
    Call("PATCH", "/sources/{name}", "changeSource", bodies.SourceChanged, problems=(404, 409)),
    models.OperatedSource,
)
def change(request: Request, who: Operator, name: Name, body: Body) -> Response:
    """Change a source.

    Only what is sent is changed. At another address, or with other options, the next run reads everything
    again. Credentials stay as they are unless they are sent; null takes them away. To another server they
    do not go along: they have to be sent again.
    """
    here, sent = state(request), read(bodies.SourceChanged, body)
    given = sent.given()
    before = here.catalogue.ledger.sources.named(name)
    if sent.url == before.address:
        given["url"] = before.url
    changed = replace(before, **given)  # type: ignore[arg-type]  # the model has the types of the fields
    if changed.url != before.url:
        _checked(changed)
    secret = _secret(sent.credentials)
    if "credentials" in sent.model_fields_set and secret is None:
        secret = bodies.NONE
    here.operations.keep(changed, secret, is_new=False)
    _note(request, who, "change source", name, ", ".join(sorted(sent.model_fields_set)))
    return written(views.source(here, name))


@admin(
    router,
    Call("DELETE", "/sources/{name}", "deleteSource", None, (RECORDS,), 202, (404, 409)),
    models.JobAnswer,
)
def delete(request: Request, who: Operator, name: Name) -> Response:
    """Delete a source.

    It is paused at once and deleted by a worker, and its records are withdrawn or stay as they are. In the
    latter case its name stays, without an address, and a new source of that name takes them over.
    """
    here, records = state(request), request.query_params.get("records", "")
    if records not in ("withdraw", "keep"):
        raise Invalid("Say what becomes of its records: records=withdraw or records=keep.")
    job = here.operations.delete(name, withdraw=records == "withdraw")
    become = "withdrawn" if records == "withdraw" else "left as they are"
    _note(request, who, "delete source", name, f"its records are {become}")
    return accepted(state(request), job)


@admin(
    router,
    Call("POST", "/sources/{name}/test", "testSource", problems=(404,)),
    models.Tested,
)
def test(request: Request, name: Name) -> Response:
    """Test a source.

    Asks for its first record, with its own credentials. Nothing is written. It may take a minute.
    """
    here = state(request)
    return written(views.tested(here.operations.preview(here.catalogue.ledger.sources.named(name), None, 1)))


@admin(
    router,
    Call(
        "POST",
        "/sources/{name}/preview",
        "previewSource",
        bodies.LimitSent,
        problems=(404,),
        is_body_needed=False,
    ),
    models.PreviewAnswer,
)
def preview(request: Request, name: Name, body: Body) -> Response:
    """See what a source would bring.

    Its first records, each checked, with its own credentials. Nothing is written. It may take a minute.
    """
    here, sent = state(request), read(bodies.LimitSent, body)
    found = here.operations.preview(here.catalogue.ledger.sources.named(name), None, sent.limit)
    return written(views.preview(found))


@admin(router, Call("POST", "/preview", "previewNewSource", bodies.PreviewSent), models.PreviewAnswer)
def preview_new(request: Request, body: Body) -> Response:
    """See what a source would bring that is not kept.

    Neither the source nor its credentials are kept.
    """
    here, sent = state(request), read(bodies.PreviewSent, body)
    source = Source(_UNNAMED, sent.kind, sent.url.strip(), here.now(), sent.options, profile=sent.profile)
    found = here.operations.preview(_checked(source), _secret(sent.credentials), sent.limit)
    return written(views.preview(found))


@admin(
    router,
    Call(
        "POST",
        "/sources/{name}/run",
        "runSource",
        bodies.RunSent,
        status=202,
        problems=(404, 409),
        is_body_needed=False,
    ),
    models.JobAnswer,
)
def run(request: Request, who: Operator, name: Name, body: Body) -> Response:
    """Have a source harvested.

    A worker does it. A harvest that is queued or goes on already is answered in place of a second one.
    """
    here, sent = state(request), read(bodies.RunSent, body)
    job = here.operations.run(name, all=sent.all)
    _note(request, who, "read source anew" if sent.all else "run source", name)
    return accepted(state(request), job)


@admin(
    router,
    Call("POST", "/sources/{name}/cancel", "cancelHarvest", status=202, problems=(404,)),
    models.JobAnswer,
)
def cancel(request: Request, who: Operator, name: Name) -> Response:
    """Cancel a harvest.

    One that is queued is not begun; one that goes on ends soon, and what it has brought stays. 404 where
    there is none.
    """
    job = state(request).operations.cancel(name)
    if job is None:
        raise NotFound(f"No harvest of “{name}” is queued or going on.")
    _note(request, who, "cancel harvest", name)
    return accepted(state(request), job)


@admin(
    router, Call("POST", "/sources/{name}/pause", "pauseSource", problems=(404, 409)), models.OperatedSource
)
def pause(request: Request, who: Operator, name: Name) -> Response:
    """Pause a source.

    Its schedule passes it over until it is resumed.
    """
    return _paused(request, who, name, paused=True)


@admin(
    router, Call("POST", "/sources/{name}/resume", "resumeSource", problems=(404, 409)), models.OperatedSource
)
def resume(request: Request, who: Operator, name: Name) -> Response:
    """Resume a source.

    It is harvested by its schedule again.
    """
    return _paused(request, who, name, paused=False)


@admin(router, Call("GET", "/kinds", "listKinds"), models.KindsAnswer)
def kinds(request: Request) -> Response:
    """List the kinds of source.

    What can be harvested, with the options of each.
    """
    return written(models.KindsAnswer(tuple(map(views.kind, state(request).operations.kinds()))))


def _paused(request: Request, who: Identity, name: str, *, paused: bool) -> Response:
    here = state(request)
    here.operations.pause(name, paused=paused)
    _note(request, who, "pause source" if paused else "resume source", name)
    return written(views.source(here, name))


def _note(request: Request, who: Identity, action: str, name: str, detail: str = "") -> None:
    state(request).catalogue.ledger.audit.note(who.name, action, name, detail)


def _secret(sent: bodies.CredentialsSent | None) -> Secret | None:
    return sent.as_secret() if sent else None


def _checked(source: Source) -> Source:
    """The source; raises Invalid where its address holds a password, which would be kept in clear."""
    if source.address != source.url:
        raise Invalid("Send the user name and the password as credentials, not in the address.")
    return source
