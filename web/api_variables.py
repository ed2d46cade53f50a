"""The JSON API of variables: found over all datasets, those of one, and the same one in several."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request

from catalogue.variables import Coded, kind_of
from catalogue.variables_asked import FACETS, MOST_SIZE, SIZE, Found, format, names_of, parse
from web import api_variable_models as models
from web.api_examples import Json
from web.api_parameters import Parameter, single
from web.api_profile_views import count
from web.api_routes import operation
from web.api_views import Speaker
from web.asking import number, speaker
from web.state import state

router = APIRouter()

ROOT: Final = "/api/v1"
_SEVERAL: Final[dict[str, Json]] = {"type": "array", "items": {"type": "string"}}
_WORDS: Final = single(
    "q",
    "Words of its name, label, meaning, unit, coded values or linked concept; beginnings of words suffice.",
    {"type": "string", "maxLength": 200},
    "bmi",
)
_TOLD: Final = {
    "dataset": "The id of a record",
    "source": "The name of a source",
    "type": "number, text, date, yes-no, another type as it was told, or none",
    "unit": "A unit as it was told, or none",
    "concept": "The IRI of a linked concept, or none",
}
_NARROWING: Final = tuple(
    single(name, f"{_TOLD[name]}: only variables with this value. Repeat it to let in several.", _SEVERAL)
    for name in FACETS
)


def _whole(name: str, words: str, default: int, most: int | None = None) -> Parameter:
    limit = {} if most is None else {"maximum": most}
    return single(name, words, {"type": "integer", "minimum": 1, "default": default, **limit})


_PAGE: Final = _whole("page", "The page, from 1 on; the first 5,000 variables can be reached.", 1)
_TABLE: Final = single("table", "Only the variables of the table with this title.", {"type": "string"})
_NAMES: Final = single(
    "variable",
    "The name of a variable in any spelling, or the IRI of a linked concept. Repeat it for several.",
    _SEVERAL,
    ["bmi"],
    required=True,
)

RecordId = Annotated[str, Path(description="The id of a record.", examples=["kfyvm3xkqzsd2u5a"])]


@operation(
    router,
    f"{ROOT}/variables",
    "searchVariables",
    models.VariablesAnswer,
    (_WORDS, *_NARROWING, _PAGE, _whole("size", "Variables on a page.", SIZE, MOST_SIZE)),
)
def variables(request: Request) -> models.VariablesAnswer:
    """Search the variables.

    Those of all datasets that the words and all filters match, a page at a time, the nearest names first,
    with the counts of every facet. A facet is counted without its own selection.
    """
    query = parse(request.query_params.multi_items())
    found = state(request).catalogue.variables.search(query)
    voice = speaker(request)
    facets = {
        name: tuple(models.VariableFacetValue(one.value, one.count, one.selected) for one in values)
        for name, values in found.facets.items()
    }
    return models.VariablesAnswer(
        format(query),
        found.total,
        found.datasets,
        query.page,
        query.size,
        found.close,
        tuple(_variable(one, voice) for one in found.rows),
        facets,
    )


@operation(
    router, f"{ROOT}/variables/compare", "compareVariables", models.ComparedVariables, (_NAMES,), (422, 503)
)
def compared(request: Request) -> models.ComparedVariables:
    """Lay a variable of several datasets side by side.

    Variables that are linked with the same concept, or have the same name but for case and signs; at
    most 200.
    """
    names = names_of(request.query_params.getlist("variable"))
    search, voice = state(request).catalogue.variables, speaker(request)
    rows = tuple(_variable(one, voice) for one in search.compared(names))
    return models.ComparedVariables(names, rows, search.called_so(names))


@operation(
    router,
    f"{ROOT}/datasets/{{id}}/variables",
    "listVariablesOfDataset",
    models.DatasetVariables,
    (_WORDS, _TABLE, _PAGE, _whole("size", "Variables on a page.", 100, 1_000)),
    (404, 410, 422, 503),
)
def of_dataset(request: Request, id: RecordId) -> models.DatasetVariables:
    """List the variables of a dataset.

    Those that its record describes and those that a scan of the data found, in their order.
    """
    catalogue, voice = state(request).catalogue, speaker(request)
    catalogue.ledger.present(id)
    page, size = number(request, "page", 1, 10**6), number(request, "size", 100, 1_000)
    words = parse([("q", request.query_params.get("q", ""))]).text
    table = request.query_params.get("table", "").strip() or None
    total, found = catalogue.variables.of_record(id, words, table, page, size)
    return models.DatasetVariables(id, total, page, size, tuple(_variable(one, voice) for one in found))


def _variable(one: Found, voice: Speaker) -> models.VariableAnswer:
    told = one.variable
    return models.VariableAnswer(
        told.name,
        told.label,
        told.description,
        told.table,
        told.datatype,
        kind_of(told.datatype),
        told.unit,
        tuple(map(_coded, told.values)),
        models.LinkedConcept(told.concept, told.concept_label) if told.concept else None,
        told.alike,
        told.empty,
        told.declared,
        told.measured,
        one.record,
        one.title,
        voice.record(one.record),
        one.source,
    )


def _coded(one: Coded) -> models.CodedValue:
    return models.CodedValue(one.code, one.meaning, count(one.count))
