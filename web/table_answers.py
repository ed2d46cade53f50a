"""Answers with a table as a file, in one of the forms that tables have."""

from collections.abc import Callable

from fastapi import Request, Response

from catalogue.errors import CatalogueError
from web.charts.tables import Tabled
from web.problems import SANDBOXED, problem, problem_of
from web.profile_exports import TABLES, table_file


def table_answer(request: Request, suffix: str, listing: Callable[[], Tabled]) -> Response:
    """The table that `listing` makes, as a file; what it raises is told as a problem."""
    if suffix not in TABLES:
        return problem(request, 404, f"The list has no form “{suffix[:100]}”. It has: {', '.join(TABLES)}.")
    try:
        table = listing()
    except CatalogueError as error:
        return problem_of(request, error)
    body, media_type = table_file(table, suffix)
    named = {**SANDBOXED, "Content-Disposition": f'attachment; filename="{table.name}.{suffix}"'}
    return Response(body, 200, named, media_type)
