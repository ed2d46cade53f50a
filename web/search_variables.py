"""Variables on the search page: which to tick, how many data sources have each, and why one was found."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from catalogue.catalogue import Catalogue
from catalogue.errors import Unavailable
from catalogue.restriction import having
from catalogue.search import SearchQuery
from catalogue.variables import key_of
from catalogue.variables_asked import Alike
from web import format as form
from web.links import Links
from web.pages_search import Option, SearchView

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class VariableLine:
    """Why a source was found: a variable that it has, and the way to it among its others."""

    name: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class VariablesView:
    """The facet: the variables to tick, how many are, and by record why it was found."""

    options: tuple[Option, ...]
    chosen: int
    why: Mapping[str, tuple[VariableLine, ...]]


def variables_view(catalogue: Catalogue, view: SearchView, links: Links) -> VariablesView | None:
    """The facet beside the results of a search; None where nobody describes any, or none can be read."""
    asked = view.query.variables
    try:
        common, is_offered = catalogue.variables.commonest(), catalogue.variables.count() > 0
    except Unavailable as error:
        log.warning("a search goes without variables: %s", error.whole)
        return None
    if not is_offered and not asked:
        return None
    chosen = (Option(name, name, view.total_text, True) for name in asked)
    others = [one for one in common if not any(one.alike in (name, key_of(name)) for name in asked)]
    options = *chosen, *_counted(catalogue, view.query, others)
    return VariablesView(options, len(asked), _why(catalogue, view, links))


def _counted(catalogue: Catalogue, query: SearchQuery, found: Sequence[Alike]) -> list[Option]:
    """The variables with how many results there would be with each besides."""
    owners = {one.alike: having(catalogue, one.alike) for one in found}
    any_owner = frozenset[str]().union(*owners.values())
    rows = catalogue.rows(replace(query, page=1, among=any_owner)) if any_owner else ()
    ids = {row.id for row in rows}
    labels = {one.alike: one.example.label or one.example.name for one in found}
    numbers = {name: len(mine & ids) for name, mine in owners.items()}
    return [Option(name, labels[name], form.number(n), False) for name, n in numbers.items() if n]


def _why(catalogue: Catalogue, view: SearchView, links: Links) -> Mapping[str, tuple[VariableLine, ...]]:
    names = view.query.variables
    told = catalogue.variables.why(names, [row.id for row in view.rows]) if names else {}
    return {
        record: tuple(
            VariableLine(
                one.variable.name,
                one.variable.label,
                f"{links.record(record, '/variables')}?{urlencode({'q': one.variable.name})}",
            )
            for one in found.values()
        )
        for record, found in told.items()
    }
