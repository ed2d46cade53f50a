"""The JSON API for operators: single records by hand, and the book of what was done."""

from typing import Annotated, Final

from fastapi import Path, Request, Response

from catalogue.fields import TABLE_OF_KIND
from catalogue.ledger import GONE
from catalogue.mapping import index as indexed
from catalogue.mapping import read
from web import api_admin_models as models
from web import api_admin_views as views
from web.access import Body, Operator
from web.api_admin_bodies import ValuesSent, read_values
from web.api_admin_routes import Call, admin, admin_router, written
from web.api_admin_runs import asked_part, part
from web.api_parameters import single
from web.state import State, state

router = admin_router()

SUBJECT: Final = single("subject", "Only what was done to this source, record or token.", {"type": "string"})

RecordId = Annotated[str, Path(description="The id of a record.", examples=["kfyvm3xkqzsd2u5a"])]


@admin(
    router,
    Call("GET", "/records/{id}/curation", "getCuration", problems=(404, 410)),
    models.CurationAnswer,
)
def curation(request: Request, id: RecordId) -> Response:
    """Get the local values of a record.

    Those that operators gave it, in the form in which they can be sent again.
    """
    return written(_curation(state(request), id))


@admin(
    router,
    Call("PUT", "/records/{id}/curation", "curateRecord", ValuesSent, problems=(404, 409, 410)),
    models.CurationAnswer,
)
def curate(request: Request, who: Operator, id: RecordId, body: Body) -> Response:
    """Give a record local values.

    The record has these and no other ones: `{}` takes all back. A field with local values is shown,
    searched and checked with them alone, and no harvest overwrites them; what the publisher says is kept
    beside. Codes, labels and IRIs of vocabularies are understood.
    """
    here, values = state(request), read_values(body)
    here.catalogue.ledger.present(id)
    here.catalogue.curate(id, values)
    here.catalogue.ledger.audit.note(who.name, "curate record", id, ", ".join(sorted(values)) or "none")
    return written(_curation(here, id))


@admin(router, Call("DELETE", "/records/{id}", "withdrawRecord", problems=(404, 409, 410)), models.Withdrawn)
def withdraw(request: Request, who: Operator, id: RecordId) -> Response:
    """Withdraw a record by hand.

    Its address then tells that it was withdrawn. It comes back when its source brings it in a changed
    version.
    """
    here = state(request)
    title = here.catalogue.ledger.present(id).title
    here.catalogue.withdraw(id)
    here.catalogue.ledger.audit.note(who.name, "withdraw record", id, title)
    return written(models.Withdrawn(id, GONE))


@admin(router, Call("GET", "/audit", "listDeeds", None, (SUBJECT, *part())), models.AuditAnswer)
def audit(request: Request) -> Response:
    """List what was done.

    Who changed what, on the pages, by this API or on the command line, the newest first.
    """
    subject = request.query_params.get("subject", "").strip() or None
    limit, offset = asked_part(request)
    found = state(request).catalogue.ledger.audit.newest(limit, subject, offset)
    return written(models.AuditAnswer(tuple(map(views.deed, found))))


def _curation(here: State, id: str) -> models.CurationAnswer:
    stored = here.catalogue.record(id)
    envelope = stored.envelope
    local = read(indexed(stored.local), envelope.subject, TABLE_OF_KIND[envelope.kind])
    return models.CurationAnswer(
        id, stored.entry.source, envelope.kind, views.values(local), f"{here.catalogue.base}/dataset/{id}"
    )
