"""What each profile asks of a class: the rows of the field table as that profile reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from catalogue import findings as say
from catalogue.codelists import closed, list_of
from catalogue.fields import TABLES, Field, Kind, Profile
from catalogue.findings import Finding, Problem
from catalogue.mapping import Entity, Graph
from catalogue.ranges import Rule, rule_for
from ontologies.namespaces import DCAT, RDF
from ontologies.vocabularies import Vocabularies

SERIES: Final = "series"
"""The role of a record that is a series of datasets."""

BODIES: Final = frozenset({"publisher", "custodian", "hdab", "hdabCoordinator"})
"""The agents of which HealthDCAT-AP wants exactly one contact; creators and others are free."""

_PROFILES: Final[Mapping[str, Profile]] = {
    "NON_PUBLIC": Profile.NON_PUBLIC,
    "RESTRICTED": Profile.RESTRICTED,
    "PUBLIC": Profile.PUBLIC,
}
"""What each access right asks for, the strictest first."""

_TYPE: Final = RDF.type
_SERIES_CLASS: Final = DCAT.DatasetSeries

_ADVISED_IN: Final = frozenset({"Dataset", "DataService", "Catalog", "Distribution"})
_SERIES_ADVISED: Final = frozenset({"contactPoint", "publisher"})
_HEALTH_TABLES: Final = frozenset({"Kind", "ContactPoint", "TemporalEntity"})
"""Classes that DCAT-AP has no rules for."""

_ADDRESSES: Final = frozenset({"Kind", "ContactPoint", "Table", "Column"})
"""Classes whose links must be IRIs; elsewhere a link may be a node without one."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the field table as one profile reads it; `codes` names the list, "" for none."""

    table: str
    field: Field
    name: str
    required: str
    once: bool
    right: Rule
    codes: str
    closed: bool
    lack: Finding | None
    """The finding where the record itself has no value."""


@dataclass(frozen=True, slots=True)
class Demands:
    """The rows of a class in the order of the field table, and by name which of them are what."""

    rows: tuple[Row, ...]
    mandatory: frozenset[str]
    nodes: Mapping[str, Row]
    """The rows whose values have fields of their own."""


def profile_of(
    entity: Entity, graph: Graph, vocabularies: Vocabularies, chosen: Profile | None = None
) -> Profile:
    """The profile of a record: that chosen for its source, else what its access rights ask for.

    Of several access rights the strictest counts. DCAT-AP holds for datasets that state no known one,
    and for all other kinds of record whatever is chosen.
    """
    if entity.table != "Dataset" or role_of(entity, graph):
        return Profile.DCAT_AP
    if chosen is not None:
        return chosen
    found = (vocabularies.concept("access-right", v.value) for v in entity.terms("accessRights"))
    codes = {concept.code for concept in found if concept}
    return next((_PROFILES[code] for code in _PROFILES if code in codes), Profile.DCAT_AP)


def role_of(entity: Entity, graph: Graph) -> str:
    """The role of a record itself, "" for none; the nodes below have that of the field above them."""
    return SERIES if _SERIES_CLASS in graph.get(entity.node, {}).get(_TYPE, ()) else ""


@cache
def demands(table: str, profile: Profile, role: str) -> Demands:
    """What the profile asks of a node of this class in this role."""
    if profile is Profile.DCAT_AP and table in _HEALTH_TABLES:
        return Demands((), frozenset(), {})
    rows = tuple(_row(field, table, profile, role) for field in TABLES[table])
    return Demands(
        rows,
        frozenset(row.name for row in rows if row.required == "M"),
        {row.name: row for row in rows if row.field.kind is Kind.NODE},
    )


def _row(field: Field, table: str, profile: Profile, role: str) -> Row:
    required = _required(field, profile, role)
    told = required == "M" or (required == "R" and table in _ADVISED_IN)
    return Row(
        table=table,
        field=field,
        name=field.name,
        required=required,
        once=not field.many,
        right=rule_for(field, addresses=table in _ADDRESSES or field.vocabulary == "legislation"),
        codes=list_of(field, profile),
        closed=closed(field, profile) and (table != "Agent" or role == "publisher"),
        lack=_lack(field, table, required) if told else None,
    )


def _required(field: Field, profile: Profile, role: str) -> str:
    letter = field.required(profile)
    if role == SERIES and letter == "R" and field.name not in _SERIES_ADVISED:
        return "O"
    if field.node == "ContactPoint" and role not in BODIES:
        return "O"
    return letter


def _lack(field: Field, table: str, required: str) -> Finding:
    if required == "M":
        lack = Finding(Problem.MISSING, table, field.name, field.label, say.MISSING, True)
    else:
        lack = Finding(Problem.ADVISED, table, field.name, field.label, say.ADVISED, False)
    return replace(lack, help=field.help)
