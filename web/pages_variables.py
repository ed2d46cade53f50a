"""The pages of variables: those of all sources, some side by side, and those of one dataset."""

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from catalogue.fields import field
from catalogue.variables_asked import MOST_ROWS, SIZE, VariableQuery, names_of, pairs_of, parse, printable
from web import format as form
from web import profile_exports, variable_facets, variable_files
from web.charts.tables import Tabled
from web.paging import Paging, paging, whole
from web.state import State, state
from web.table_answers import table_answer
from web.variable_views import VariableRow, VariableWords, short

router = APIRouter(include_in_schema=False)

_READ: Final = ["GET", "HEAD"]
_FORMS: Final = tuple(profile_exports.TABLES)
_ALIKE: Final = "alike"
_PAGE: Final = 100
"""So many variables of a dataset stand on a page."""

_BRIEF: Final = 20
"""So many of them stand on the page of a record."""


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a dataset with how many variables it has, and the way to these."""

    title: str
    number: str
    href: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """The variables of a dataset as the page of its record shows them: the tables, and the first of all.

    `section` is the label of the section of the page that they belong to, `declared` says whether the record
    describes any itself.
    """

    section: str
    declared: bool
    total: str
    sections: tuple[Section, ...]
    rows: tuple[VariableRow, ...]
    more: bool
    href: str


@router.api_route("/variables", methods=_READ)
def variables(request: Request) -> Response:
    """The variables of all sources that words find, one by one or by what several datasets have alike."""
    here, query = state(request), _asked(request)
    links, say, search = here.renderer.links, here.renderer.translate, here.catalogue.variables
    answer, tell = search.search(query), _words_for(here)
    is_alike = request.query_params.get("view", "") == _ALIKE
    shared = search.alike(query) if is_alike else None
    total = shared.total if shared else answer.total
    kept = [*pairs_of(replace(query, page=1)), *([("view", _ALIKE)] if is_alike else [])]
    titles = _titles(here, [one.value for one in answer.facets["dataset"]])
    return here.renderer.page(
        request,
        "variables",
        query=query,
        total=form.number(answer.total),
        count=answer.total,
        datasets=answer.datasets,
        close=answer.close,
        rows=() if shared else tell.rows(answer.rows),
        alike=tell.alike(shared.rows) if shared else (),
        is_alike=is_alike,
        facets=variable_facets.facets(answer.facets, titles, say),
        chosen=variable_facets.chosen(query, titles, links, say),
        each=links.variables(pairs_of(replace(query, page=1))),
        shared=links.variables([*pairs_of(replace(query, page=1)), ("view", _ALIKE)]),
        clear=links.variables(pairs_of(VariableQuery(query.text))),
        pages=_paged(links.variables(()), kept, query.page, min(total, MOST_ROWS)),
        files=[(one.upper(), links.variables(kept, f".{one}")) for one in _FORMS],
        cut=form.number(MOST_ROWS) if total > MOST_ROWS else "",
    )


@router.api_route("/variables.{suffix}", methods=_READ)
def variables_file(request: Request, suffix: str) -> Response:
    """The variables that words find, or what is alike among them, as a table."""
    here = state(request)

    def listing() -> Tabled:
        query, say = _asked(request), here.renderer.translate
        search = here.catalogue.variables
        if request.query_params.get("view", "") == _ALIKE:
            found = search.alike(replace(query, page=1, size=MOST_ROWS))
            return variable_files.of_alike(found.rows, found.total, say)
        total = search.search(replace(query, page=1, size=1)).total
        return variable_files.of_variables("variables", say("Variables"), search.rows(query), total, say)

    return table_answer(request, suffix, listing)


@router.api_route("/variables/compare", methods=_READ)
def compare(request: Request) -> Response:
    """The same variable of several datasets, side by side."""
    here, names = state(request), names_of(request.query_params.getlist("variable"))
    links, say, search = here.renderer.links, here.renderer.translate, here.catalogue.variables
    found, tell = search.compared(names), _words_for(here)
    others = search.called_so(names)
    return here.renderer.page(
        request,
        "variables_compare",
        names=names,
        rows=tell.rows(found),
        datasets=len({one.record for one in found}),
        differences=variable_facets.differences(found, say),
        others=[(short(one), links.compared_variables([*names, one])) for one in others],
        everything=links.variables(()),
        files=[(one.upper(), links.compared_variables(names, f".{one}")) for one in _FORMS],
    )


@router.api_route("/variables/compare.{suffix}", methods=_READ)
def compare_file(request: Request, suffix: str) -> Response:
    """The same variable of several datasets as a table."""
    here = state(request)

    def listing() -> Tabled:
        found, say = (
            here.catalogue.variables.compared(names_of(request.query_params.getlist("variable"))),
            here.renderer.translate,
        )
        title = say("Variables side by side")
        return variable_files.of_variables("variables-compared", title, found, len(found), say)

    return table_answer(request, suffix, listing)


@router.api_route("/dataset/{id}/variables", methods=_READ)
def of_dataset(request: Request, id: str) -> Response:
    """The variables of a dataset, of one of its tables or of all."""
    here = state(request)
    entry, links = here.catalogue.ledger.present(id), here.renderer.links
    text, table = _words(request)
    search = here.catalogue.variables
    asked = [(name, value) for name, value in (("q", text), ("table", table)) if value is not None and value]
    path = links.record(id, "/variables")
    page = max(1, whole(request.query_params.get("page", ""), 1))
    total, found = search.of_record(id, text, table, page, _PAGE)
    pages = _paged(path, asked, page, total, _PAGE)
    if pages.number != page:
        total, found = search.of_record(id, text, table, pages.number, _PAGE)
    return here.renderer.page(
        request,
        "variables_dataset",
        title=entry.title,
        record=links.record(id),
        text=text,
        table=table,
        here=path,
        sections=_sections(here, id, text, table),
        rows=_words_for(here).rows(found, 50),
        total=form.number(total),
        pages=pages,
        everywhere=links.variables([("q", text)] if text else ()),
        files=[(one.upper(), f"{path}.{one}{'?' if asked else ''}{urlencode(asked)}") for one in _FORMS],
    )


@router.api_route("/dataset/{id}/variables.{suffix}", methods=_READ)
def dataset_file(request: Request, id: str, suffix: str) -> Response:
    """The variables of a dataset as a table."""
    here = state(request)

    def listing() -> Tabled:
        here.catalogue.ledger.present(id)
        text, table = _words(request)
        say = here.renderer.translate
        total, found = here.catalogue.variables.of_record(id, text, table, 1, MOST_ROWS)
        return variable_files.of_variables("variables", say("Variables"), found, total, say)

    return table_answer(request, suffix, listing)


def brief(here: State, id: str) -> Brief | None:
    """The variables of a record for its page; None where it has none."""
    search = here.catalogue.variables
    total, found = search.of_record(id, size=_BRIEF)
    if not total:
        return None
    return Brief(
        field("Dataset", "variables").section,
        any(one.variable.declared for one in found),
        form.number(total),
        _sections(here, id, "", None),
        _words_for(here).rows(found),
        total > len(found),
        here.renderer.links.record(id, "/variables"),
    )


def _sections(here: State, id: str, text: str, table: str | None) -> tuple[Section, ...]:
    path = here.renderer.links.record(id, "/variables")
    words = [("q", text)] if text else []
    return tuple(
        Section(title, form.number(number), f"{path}?{urlencode([*words, ('table', title)])}", title == table)
        for title, number in here.catalogue.variables.sections(id)
        if title
    )


def _words_for(here: State) -> VariableWords:
    return VariableWords(here.renderer.links, here.renderer.translate, here.catalogue.concepts)


def _titles(here: State, records: list[str]) -> dict[str, str]:
    return {id: entry.title for id, entry in here.catalogue.ledger.entries(records).items()}


def _asked(request: Request) -> VariableQuery:
    return replace(parse(request.query_params.multi_items()), size=SIZE)


def _words(request: Request) -> tuple[str, str | None]:
    """The words and the table that a list of one dataset is asked for; raises Invalid."""
    table = printable(request.query_params.get("table", ""))
    return parse([("q", request.query_params.get("q", ""))]).text, table or None


def _paged(path: str, kept: list[tuple[str, str]], page: int, total: int, size: int = SIZE) -> Paging:
    """As `paging`, with other parameters that may be repeated."""
    found, query = paging(path, {"page": str(page)}, "page", size, total), urlencode(kept)
    ways = (_with(found.previous, query), _with(found.following, query))
    return replace(found, previous=ways[0], following=ways[1])


def _with(href: str, query: str) -> str:
    path, _, rest = href.partition("?")
    return "?".join(filter(None, (path, "&".join(filter(None, (query, rest)))))) if href else ""
