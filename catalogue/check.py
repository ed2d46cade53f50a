"""What a record lacks and what is wrong in it, by the profile that its access right selects.

The rules are the rows of the field table; what a row cannot say is a function with a name below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue import findings as say
from catalogue.codelists import Standing, standing
from catalogue.demands import BODIES, Row, demands, profile_of, role_of
from catalogue.fields import Field, Profile, field
from catalogue.findings import Finding, Problem, Report
from catalogue.mapping import Entity, Graph, Node, Term, Value, label
from catalogue.ranges import fault
from ontologies.vocabularies import Vocabularies

__all__ = ["Finding", "Problem", "Report", "check", "missing"]

HEALTH: Final = "http://publications.europa.eu/resource/authority/data-theme/HEAL"

_DESCRIBED: Final = frozenset({"Distribution", "TableGroup", "Column", "ContactPoint", "TemporalEntity"})
"""Nodes that HealthDCAT-AP tests wherever they are named, beside the agents of `BODIES`."""

_USUALLY_DESCRIBED: Final = frozenset({"Distribution", "Kind", "Table", "PeriodOfTime"})


def check(entity: Entity, graph: Graph, vocabularies: Vocabularies, chosen: Profile | None = None) -> Report:
    """Hold a record and all that it describes against its profile."""
    profile, role = profile_of(entity, graph, vocabularies, chosen), role_of(entity, graph)
    visit = _Visit(graph, vocabularies, profile, [])
    visit.node(_Place(entity, role, None))
    wanted = [row for row in demands(entity.table, profile, role).rows if row.required != "O"]
    provided = sum(row.name in entity.values for row in wanted)
    return Report(profile, tuple(visit.findings), provided, len(wanted))


def missing(entity: Entity, graph: Graph, vocabularies: Vocabularies, profile: Profile) -> int:
    """`Report.missing` of a check against this profile, in a tenth of its time: no value is looked at."""
    return _missing(_Place(entity, role_of(entity, graph), None), graph, vocabularies, profile)


@dataclass(frozen=True, slots=True)
class _Place:
    """A node under check, what it is to the node above, and the field there that leads to it."""

    entity: Entity
    role: str
    through: Field | None


def _missing(place: _Place, graph: Graph, vocabularies: Vocabularies, profile: Profile) -> int:
    table, values = place.entity.table, place.entity.values
    asked = demands(table, profile, place.role)
    count = len(asked.mandatory.difference(values))
    for rule in _rules(table, profile):
        found = rule(place, vocabularies)
        count += found is not None and found.problem is Problem.MISSING
    for name in asked.nodes.keys() & values.keys():
        for value in values[name]:
            below = _below(asked.nodes[name], value, graph, profile)
            if below is not None:
                count += _missing(below, graph, vocabularies, profile)
    return count


def _below(row: Row, value: Value, graph: Graph, profile: Profile) -> _Place | None:
    """The node to check that a value leads to: one described in the record, or one that should be."""
    if isinstance(value, Entity):
        return _Place(value, row.name, row.field)
    table = row.field.node
    tested = profile is not Profile.DCAT_AP and (table in _DESCRIBED or row.name in BODIES)
    if tested and not isinstance(value, Literal) and row.right(value) and value not in graph:
        return _Place(Entity(value, table, {}), row.name, row.field)
    return None


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
        for row in demands(table, self.profile, place.role).rows:
            given = values.get(row.name)
            if given:
                self._values(row, given, place)
            elif row.lack is not None:
                self.tell(row.lack, place)
        for rule in _rules(table, self.profile):
            found = rule(place, self.vocabularies)
            if found is not None:
                self.tell(found, place)

    def tell(self, finding: Finding, place: _Place) -> None:
        """Add a finding, with where it stands."""
        if place.through is not None:
            node = place.entity.node
            finding = replace(finding, place=place.through.label, on=_name(self.graph, node), focus=node)
        self.findings.append(finding)

    def _values(self, row: Row, given: tuple[Value, ...], place: _Place) -> None:
        if row.once and len(given) > 1:
            repeated = _finding(Problem.REPEATED, row.table, row.field, say.REPEATED)
            self.tell(replace(repeated, value=str(len(given))), place)
        for value in given:
            below = _below(row, value, self.graph, self.profile)
            if below is not None:
                self.node(below)
            elif not row.right(value):
                wrong = _finding(Problem.RANGE, row.table, row.field, fault(row.field))
                self.tell(replace(wrong, value=_shown(value)), place)
            elif row.codes and not isinstance(value, Entity):
                self._code(row, value, place)
            elif row.field.node in _USUALLY_DESCRIBED and value not in self.graph:
                found = _finding(Problem.RANGE, row.table, row.field, say.UNDESCRIBED, violation=False)
                self.tell(replace(found, value=_shown(value)), place)

    def _code(self, row: Row, value: Term, place: _Place) -> None:
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


def _includes_health(place: _Place, vocabularies: Vocabularies) -> Finding | None:
    """HealthDCAT-AP: one theme of every dataset is Health, whatever else it is about."""
    themes = place.entity.terms("theme")
    codes = (theme.value for theme in themes if isinstance(theme, NamedNode))
    known = (vocabularies.concept("data-theme", code) for code in codes)
    if not themes or HEALTH in {concept.iri for concept in known if concept}:
        return None
    found = _finding(Problem.MISSING, "Dataset", field("Dataset", "theme"), say.NO_HEALTH)
    return replace(found, expected=HEALTH)


def _lists_variables(place: _Place, _: Vocabularies) -> Finding | None:
    """HealthDCAT-AP: structured data come with their data dictionary."""
    structured = place.entity.text("structured") in ("true", "1")
    if not structured or place.entity.all("variables"):
        return None
    return _finding(Problem.MISSING, "Dataset", field("Dataset", "variables"), say.NO_VARIABLES)


def _has_one_note(place: _Place, _: Vocabularies) -> Finding | None:
    """HealthDCAT-AP: a publisher has one note; other agents may have several."""
    notes = place.entity.all("description")
    if place.role != "publisher" or len(notes) < 2:
        return None
    repeated = _finding(Problem.REPEATED, "Agent", field("Agent", "description"), say.REPEATED)
    return replace(repeated, value=str(len(notes)))


def _can_be_reached(place: _Place, _: Vocabularies) -> Finding | None:
    """HealthDCAT-AP: a contact has an e-mail address or a page."""
    table = place.entity.table
    ways = ("hasEmail", "hasURL") if table == "Kind" else ("email", "contactPage")
    if any(place.entity.all(way) for way in ways):
        return None
    return _finding(Problem.MISSING, table, field(table, ways[0]), say.NO_WAY_TO_ASK)


_Rule = Callable[[_Place, Vocabularies], Finding | None]

_RULES: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "Dataset": (_includes_health, _lists_variables),
    "Agent": (_has_one_note,),
    "Kind": (_can_be_reached,),
    "ContactPoint": (_can_be_reached,),
}
"""What the table cannot say; these hold for the three profiles of HealthDCAT-AP."""


def _rules(table: str, profile: Profile) -> tuple[_Rule, ...]:
    return () if profile is Profile.DCAT_AP else _RULES.get(table, ())
