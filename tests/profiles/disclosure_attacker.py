"""Who knows all that is told, and how counts hang together, and works the rest out by linear programming."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

import numpy
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.counts import State
from catalogue.profiles.release import Guarded, Strata
from tests.profiles.disclosure_population import CONCEPTS, MONTHS, Numbers, above

Key = tuple[str, Strata]
Row = tuple[Mapping[Key, float], str]
"""Terms that come to zero ("="), or to no more than zero ("<")."""

CONCEPT_MONTHS: Final = "personsByConceptAndMonth"
DESCENDANTS: Final = ("personsWithDescendants", "recordsWithDescendants")


class Attacker:
    """Knows of each cell what is told, and that cells that nobody tells of are zero.

    Where the guard left cells out, nobody but the node knows which there are; then any could be. Of
    `unseen` cells, which the node itself left out, the attacker knows that they are there.
    """

    def __init__(self, release: Guarded, everything: Numbers, unseen: Collection[Key] = ()) -> None:
        self._release = release
        left_out = _left_out(release, everything) - set(unseen)
        left_out |= {key for key in unseen if _group(key) in set(map(_group, left_out))}
        counted = told(everything, left_out)
        self._keys = [(name, cell) for name, cells in sorted(counted.items()) for cell in sorted(cells)]
        self._rows = list(relations(counted, left_out))
        named = {key for terms, _ in self._rows for key in terms}
        self._keys += sorted(named - set(self._keys))
        self._place = {key: place for place, key in enumerate(self._keys)}
        self._bounds = [self._told(*key) for key in self._keys]
        self._equal = self._matrix(sign for sign in ("=",))
        self._less = self._matrix(sign for sign in ("<",))

    @property
    def hidden(self) -> list[Key]:
        """The cells that are hidden."""
        return [
            (name, cell)
            for name, cells in sorted(self._release.cells.items())
            for cell, count in sorted(cells.items())
            if count.state == State.SUPPRESSED
        ]

    def bounds(self, key: Key) -> tuple[float, float]:
        """The least and the most that a cell can be."""
        least, most = (self._extreme(key, sign) for sign in (1, -1))
        return least, most

    def _extreme(self, key: Key, sign: int) -> float:
        goal = numpy.zeros(len(self._keys))
        goal[self._place[key]] = sign
        equal, less = self._equal, self._less
        found = linprog(
            goal, less, numpy.zeros(less.shape[0]), equal, numpy.zeros(equal.shape[0]), self._bounds
        )
        if found.status == 3:
            return float("inf")
        assert found.status == 0, found.message
        return float(sign * found.fun)

    def _told(self, name: str, cell: Strata) -> tuple[float, float | None]:
        if name not in ANALYSES:
            return 0, None
        count = self._release.count(name, *cell)
        if count.state == State.SUPPRESSED and count.high is None and name not in DESCENDANTS:
            return self._release.rule.threshold + 1, None
        return count.low or 0, count.high

    def _matrix(self, signs: Iterable[str]) -> csr_matrix:
        wanted = set(signs)
        rows = [terms for terms, sign in self._rows if sign in wanted]
        places = [
            (row, self._place[key], value) for row, terms in enumerate(rows) for key, value in terms.items()
        ]
        shape = (len(rows), len(self._keys))
        if not places:
            return csr_matrix(shape)
        row, column, value = zip(*places, strict=True)
        return csr_matrix((value, (row, column)), shape=shape)


def told(everything: Numbers, left_out: Collection[Key]) -> dict[str, dict[Strata, int]]:
    """What was counted, but for all that is left out."""
    kept = {
        name: {cell: number for cell, number in cells.items() if (name, cell) not in left_out}
        for name, cells in everything.items()
    }
    return {name: cells for name, cells in kept.items() if cells}


def _group(key: Key) -> Key:
    """What is left out together: an analysis, or in it what is of one domain or concept."""
    name, cell = key
    return name, cell[:1] if name.startswith("records") or name == CONCEPT_MONTHS else ()


def _left_out(release: Guarded, everything: Numbers) -> set[Key]:
    cells = {(name, cell) for name, cells in everything.items() for cell in cells}
    return {key for key in cells if release.count(key[0], *key[1]).state == State.ABSENT}


def relations(counted: Numbers, left_out: Collection[Key] = ()) -> Iterator[Row]:
    """How the counts of any population hang together."""
    yield from _of_persons(counted)
    yield from _of_months(counted)
    yield from _of_records(counted)
    yield from _of_concepts(counted, {key[1][0] for key in left_out if key[0] == CONCEPT_MONTHS})
    yield from _of_descendants(counted, left_out)
    yield from _of_domains(counted, any(key[0] == "personsByDomains" for key in left_out))


def _cells(counted: Numbers, name: str) -> list[Strata]:
    return sorted(counted.get(name, {}))


def _sum(counted: Numbers, name: str, value: float = 1, /, **where: str) -> dict[Key, float]:
    strata = ANALYSES[name].strata
    wanted = {strata.index(stratum): word for stratum, word in where.items()}
    return {
        (name, cell): value
        for cell in _cells(counted, name)
        if all(cell[place] == word for place, word in wanted.items())
    }


def _at_most(part: Key, whole: Key) -> Row:
    return {part: 1, whole: -1}, "<"


def _of_persons(counted: Numbers) -> Iterator[Row]:
    for name, analysis in ANALYSES.items():
        if analysis.whole == "persons" and name in counted:
            if analysis.disjoint:
                yield {**_sum(counted, name), ("persons", ()): -1}, "="
            for cell in _cells(counted, name):
                yield _at_most((name, cell), ("persons", ()))
    both = "personsByAgeAndSex"
    for place, (stratum, margin) in enumerate((("age", "personsByAge"), ("sex", "personsBySex"))):
        if both in counted and margin in counted:
            for name in sorted({cell[place] for cell in _cells(counted, both)}):
                yield {**_sum(counted, both, **{stratum: name}), (margin, (name,)): -1}, "="


def _of_months(counted: Numbers) -> Iterator[Row]:
    observed, starts, ends = "personsObservedInMonth", "personsByStart", "personsByEnd"
    periods = {(name, cell): -float(cell[0]) for name, cell in _sum(counted, "personsByPeriods")}
    for name in (starts, ends):
        if name in counted:
            yield {("persons", ()): 1, **_sum(counted, name, -1)}, "<"
            if periods:
                yield {**_sum(counted, name), **periods}, "="
        if observed in counted:
            for cell in _cells(counted, name):
                yield _at_most((name, cell), (observed, cell))
    if starts in counted and ends in counted and observed in counted:
        for before, after in zip(("", *MONTHS), (*MONTHS, ""), strict=True):
            terms = {
                (observed, (after,)): 1,
                (starts, (after,)): -1,
                (observed, (before,)): -1,
                (ends, (before,)): 1,
            }
            yield {key: value for key, value in terms.items() if _is_in(counted, key)}, "="
    for year in _cells(counted, "personsObservedInYear"):
        for month in _cells(counted, observed):
            yield _at_most(("personsObservedInYear", year), (observed, month))


def _of_records(counted: Numbers) -> Iterator[Row]:
    for domain in sorted(set(CONCEPTS.values())):
        total: Key = (f"total {domain}", ())
        for name in ("recordsInMonth", "recordsByType", "recordsByConcept"):
            if terms := _sum(counted, name, domain=domain):
                yield {**terms, total: -1}, "="
        if domain == "visit" and "recordsByVisit" in counted:
            yield {**_sum(counted, "recordsByVisit"), total: -1}, "="


def _own(measure: str, concept: str) -> Key:
    if CONCEPTS[concept] == "visit":
        return f"{measure}ByVisit", (concept,)
    return f"{measure}ByConcept", (CONCEPTS[concept], concept)


def _is_in(counted: Numbers, key: Key) -> bool:
    return key[1] in counted.get(key[0], {})


def _of_concepts(counted: Numbers, lacking: Collection[str]) -> Iterator[Row]:
    months = CONCEPT_MONTHS
    for concept in CONCEPTS:
        persons, records = _own("persons", concept), _own("records", concept)
        if _is_in(counted, persons) and _is_in(counted, records):
            yield _at_most(persons, records)
        if _is_in(counted, records):
            yield {**_sum(counted, "recordsWithValue", concept=concept), records: -1}, "<"
        if not (parts := _sum(counted, months, concept=concept)):
            continue
        if _is_in(counted, records):
            yield {**parts, records: -1}, "<"
        if _is_in(counted, persons):
            if concept not in lacking:
                yield {persons: 1, **dict.fromkeys(parts, -1.0)}, "<"
            yield from (_at_most(part, persons) for part in parts)
        for part in parts:
            if _is_in(counted, ("personsObservedInMonth", part[1][1:])):
                yield _at_most(part, ("personsObservedInMonth", part[1][1:]))
    for domain, month in _cells(counted, "recordsInMonth"):
        of_month = _sum(counted, months, month=month)
        terms = {key: 1.0 for key in of_month if CONCEPTS[key[1][0]] == domain}
        yield {**terms, ("recordsInMonth", (domain, month)): -1}, "<"


def _of_descendants(counted: Numbers, left_out: Collection[Key]) -> Iterator[Row]:
    below: dict[str, list[str]] = {}
    for concept in CONCEPTS:
        for other in above(concept):
            below.setdefault(other, []).append(concept)
    for measure in ("persons", "records"):
        name = f"{measure}WithDescendants"
        for (concept,) in _cells(counted, name):
            whole: Key = (name, (concept,))
            own = [_own(measure, other) for other in below[concept]]
            if any(key[0] not in counted and key not in left_out for key in own):
                continue
            lacks = any(key in left_out for key in own)
            own = [key for key in own if _is_in(counted, key)]
            if measure == "records":
                yield {**dict.fromkeys(own, 1.0), whole: -1}, "<" if lacks else "="
                continue
            if not lacks:
                yield {whole: 1, **dict.fromkeys(own, -1.0)}, "<"
            yield from (_at_most(key, whole) for key in own)
            for other in below[concept]:
                if other != concept and _is_in(counted, (name, (other,))):
                    yield _at_most((name, (other,)), whole)


def _of_domains(counted: Numbers, lacks: bool) -> Iterator[Row]:
    name = "personsByDomains"
    cells = {frozenset(cell[0].split("+")): cell for cell in _cells(counted, name)}
    domains = sorted(set(CONCEPTS.values()))
    every = [frozenset(found) for size in range(1, 6) for found in combinations(domains, size)]
    exactly = {found: (f"exactly {'+'.join(sorted(found))}", ()) for found in (every if lacks else cells)}
    for found, cell in cells.items():
        yield {**{key: 1.0 for other, key in exactly.items() if found <= other}, (name, cell): -1}, "="
    if cells:
        yield {**dict.fromkeys(exactly.values(), 1.0), ("persons", ()): -1}, "<"
    for domain in sorted(set(CONCEPTS.values())):
        whole: Key = (name, (domain,))
        if not _is_in(counted, whole):
            continue
        by_concept = (
            _sum(counted, "personsByVisit")
            if domain == "visit"
            else _sum(counted, "personsByConcept", domain=domain)
        )
        yield from (_at_most(part, whole) for part in by_concept)
        if by_concept:
            yield {whole: 1, **dict.fromkeys(by_concept, -1.0)}, "<"
        yield {whole: 1, (f"total {domain}", ()): -1}, "<"
