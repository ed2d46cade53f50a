"""What a record lacks and what is wrong in it, by the profile that its access right selects.

The rules are the rows of the field table; what a row cannot say is a function with a name below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue import findings as say
from catalogue.codelists import Standing, closed, list_of, standing
from catalogue.fields import TABLES, Field, Profile, field
from catalogue.findings import Finding, Problem, Report
from catalogue.mapping import Entity, Graph, Node, Term, Value, label
from catalogue.ranges import Rule, fault, rule_for
from ontologies.namespaces import DCAT, RDF
from ontologies.vocabularies import Vocabularies

__all__ = ["Finding", "Problem", "Report", "check", "profile_of"]

HEALTH: Final = "http://publications.europa.eu/resource/authority/data-theme/HEAL"

_PROFILES: Final[Mapping[str, Profile]] = {
    "NON_PUBLIC": Profile.NON_PUBLIC,
    "RESTRICTED": Profile.RESTRICTED,
    "PUBLIC": Profile.PUBLIC,
}
"""What each access right asks for, the strictest first."""

_ADVISED_IN: Final = frozenset({"Dataset", "DataService", "Catalog", "Distribution"})
_SERIES_ADVISED: Final = frozenset({"contactPoint", "publisher"})
_HEALTH_TABLES: Final = frozenset({"Kind", "ContactPoint", "TemporalEntity"})
"""Classes that DCAT-AP has no rules for."""

_BODIES: Final = frozenset({"publisher", "custodian", "hdab", "hdabCoordinator"})
"""The agents of which HealthDCAT-AP wants exactly one contact; creators and others are free."""

_DESCRIBED: Final = frozenset({"Distribution", "TableGroup", "Column", "ContactPoint", "TemporalEntity"})
"""Nodes that HealthDCAT-AP tests wherever they are named, beside the agents of `_BODIES`."""

_USUALLY_DESCRIBED: Final = frozenset({"Distribution", "Kind", "Table", "PeriodOfTime"})
_ADDRESSES: Final = frozenset({"Kind", "ContactPoint", "Table", "Column"})
"""Classes whose links must be IRIs; elsewhere a link may be a node without one."""


def check(entity: Entity, graph: Graph, vocabularies: Vocabularies, chosen: Profile | None = None) -> Report:
    """Hold a record and all that it describes against a profile.

    That is the one chosen for its source, which holds for datasets alone, else that which its access
    right selects.
    """
    profile = profile_of(entity, graph, vocabularies)
    if chosen is not None and entity.table == "Dataset" and not _is_series(entity, graph):
        profile = chosen
    role = "series" if _is_series(entity, graph) else ""
    visit = _Visit(graph, vocabularies, profile, [])
    visit.node(_Place(entity, role, None))
    wanted = [row for row in _plan(entity.table, profile, role) if row.required != "O"]
    provided = sum(row.name in entity.values for row in wanted)
    return Report(profile, tuple(visit.findings), provided, len(wanted))


def profile_of(entity: Entity, graph: Graph, vocabularies: Vocabularies) -> Profile:
    """The profile of a record; of several access rights the strictest counts.

    DCAT-AP holds for datasets that state no known access right and for all other kinds of record.
    """
    if entity.table != "Dataset" or _is_series(entity, graph):
        return Profile.DCAT_AP
    found = (vocabularies.concept("access-right", v.value) for v in entity.terms("accessRights"))
    codes = {concept.code for concept in found if concept}
    return next((_PROFILES[code] for code in _PROFILES if code in codes), Profile.DCAT_AP)


def _is_series(entity: Entity, graph: Graph) -> bool:
    return DCAT.DatasetSeries in graph.get(entity.node, {}).get(RDF.type, ())


@dataclass(frozen=True, slots=True)
class _Row:
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
class _Place:
    """A node under check, what it is to the node above, and the field there that leads to it."""

    entity: Entity
    role: str
    through: Field | None


@cache
def _plan(table: str, profile: Profile, role: str) -> tuple[_Row, ...]:
    if profile is Profile.DCAT_AP and table in _HEALTH_TABLES:
        return ()
    return tuple(_row(field, table, profile, role) for field in TABLES[table])


def _row(field: Field, table: str, profile: Profile, role: str) -> _Row:
    required = _required(field, profile, role)
    told = required == "M" or (required == "R" and table in _ADVISED_IN)
    return _Row(
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
    if role == "series" and letter == "R" and field.name not in _SERIES_ADVISED:
        return "O"
    if field.node == "ContactPoint" and role not in _BODIES:
        return "O"
    return letter


def _lack(field: Field, table: str, required: str) -> Finding:
    if required == "M":
        return replace(_finding(Problem.MISSING, table, field, say.MISSING), help=field.help)
    advised = _finding(Problem.ADVISED, table, field, say.ADVISED, violation=False)
    return replace(advised, help=field.help)


def _finding(problem: Problem, table: str, field: Field, template: str, *, violation: bool = True) -> Finding:
    return Finding(problem, table, field.name, field.label, template, violation)


@dataclass(frozen=True, slots=True)
class _Visit:
    """One walk through a record; the findings gather in reading order."""

    graph: Graph
    vocabularies: Vocabularies
    profile: Profile
    findings: list[Finding]

    def node(self, place: _Place) -> None:
        """Check a node and all nodes below it."""
        table, values = place.entity.table, place.entity.values
        for row in _plan(table, self.profile, place.role):
            given = values.get(row.name)
            if given:
                self._values(row, given, place)
            elif row.lack is not None:
                self.tell(row.lack, place)
        if self.profile is not Profile.DCAT_AP:
            for rule in _RULES.get(table, ()):
                rule(self, place)

    def tell(self, finding: Finding, place: _Place) -> None:
        """Add a finding, with where it stands."""
        if place.through is not None:
            node = place.entity.node
            finding = replace(finding, place=place.through.label, on=_name(self.graph, node), focus=node)
        self.findings.append(finding)

    def _values(self, row: _Row, given: tuple[Value, ...], place: _Place) -> None:
        if row.once and len(given) > 1:
            repeated = _finding(Problem.REPEATED, row.table, row.field, say.REPEATED)
            self.tell(replace(repeated, value=str(len(given))), place)
        for value in given:
            if isinstance(value, Entity):
                self.node(_Place(value, row.name, row.field))
            elif not row.right(value):
                wrong = _finding(Problem.RANGE, row.table, row.field, fault(row.field))
                self.tell(replace(wrong, value=_shown(value)), place)
            elif row.codes:
                self._code(row, value, place)
            elif row.field.node and value not in self.graph:
                self._named(row, value, place)

    def _code(self, row: _Row, value: Term, place: _Place) -> None:
        stands = standing(self.vocabularies, row.codes, value)
        if stands is Standing.MEMBER:
            return
        outside = say.UNKNOWN if row.closed else say.UNLISTED
        template = {
            Standing.RENAMED: say.RENAMED,
            Standing.UNCONFIRMED: say.UNCONFIRMED,
            Standing.OUTSIDE: outside,
        }[stands]
        violation = row.closed and stands is Standing.OUTSIDE
        found = _finding(Problem.UNKNOWN, row.table, row.field, template, violation=violation)
        concept = self.vocabularies.concept(row.codes, value.value)
        expected = concept.iri if concept else ""
        self.tell(replace(found, value=_shown(value), expected=expected), place)

    def _named(self, row: _Row, value: Term, place: _Place) -> None:
        """Check a node that the record names and does not describe."""
        if isinstance(value, Literal):
            return
        table = row.field.node
        health = self.profile is not Profile.DCAT_AP
        if health and (table in _DESCRIBED or row.name in _BODIES):
            self.node(_Place(Entity(value, table, {}), row.name, row.field))
        elif table in _USUALLY_DESCRIBED:
            found = _finding(Problem.RANGE, row.table, row.field, say.UNDESCRIBED, violation=False)
            self.tell(replace(found, value=_shown(value)), place)


def _name(graph: Graph, node: Node) -> str:
    return label(graph, node) or ("" if isinstance(node, BlankNode) else node.value)


def _shown(value: Value) -> str:
    """A value as a person reads it: words in quotes, with the type where it is not plain text."""
    if isinstance(value, Entity | BlankNode):
        return "a node without an address"
    if not isinstance(value, Literal):
        return value.value
    datatype = value.datatype.value.rpartition("#")[2]
    plain = datatype in ("string", "langString")
    return f"“{value.value}”" if plain else f"“{value.value}” ({datatype})"


def _includes_health(visit: _Visit, place: _Place) -> None:
    """HealthDCAT-AP: one theme of every dataset is Health, whatever else it is about."""
    themes = place.entity.terms("theme")
    codes = (theme.value for theme in themes if isinstance(theme, NamedNode))
    known = (visit.vocabularies.concept("data-theme", code) for code in codes)
    if themes and HEALTH not in {concept.iri for concept in known if concept}:
        found = _finding(Problem.MISSING, "Dataset", field("Dataset", "theme"), say.NO_HEALTH)
        visit.tell(replace(found, expected=HEALTH), place)


def _lists_variables(visit: _Visit, place: _Place) -> None:
    """HealthDCAT-AP: structured data come with their data dictionary."""
    structured = place.entity.text("structured") in ("true", "1")
    if structured and not place.entity.all("variables"):
        row = field("Dataset", "variables")
        visit.tell(_finding(Problem.MISSING, "Dataset", row, say.NO_VARIABLES), place)


def _has_one_note(visit: _Visit, place: _Place) -> None:
    """HealthDCAT-AP: a publisher has one note; other agents may have several."""
    notes = place.entity.all("description")
    if place.role == "publisher" and len(notes) > 1:
        row = field("Agent", "description")
        repeated = _finding(Problem.REPEATED, "Agent", row, say.REPEATED)
        visit.tell(replace(repeated, value=str(len(notes))), place)


def _can_be_reached(visit: _Visit, place: _Place) -> None:
    """HealthDCAT-AP: a contact has an e-mail address or a page."""
    table = place.entity.table
    ways = ("hasEmail", "hasURL") if table == "Kind" else ("email", "contactPage")
    if not any(place.entity.all(way) for way in ways):
        row = field(table, ways[0])
        visit.tell(_finding(Problem.MISSING, table, row, say.NO_WAY_TO_ASK), place)


_RULES: Final[Mapping[str, tuple[Callable[[_Visit, _Place], None], ...]]] = {
    "Dataset": (_includes_health, _lists_variables),
    "Agent": (_has_one_note,),
    "Kind": (_can_be_reached,),
    "ContactPoint": (_can_be_reached,),
}
"""What the table cannot say; these hold for the three profiles of HealthDCAT-AP."""
