"""Promises of the book of records that describe the same dataset."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from catalogue.clusters import Lead
from catalogue.components import MOST
from catalogue.errors import Conflict
from catalogue.identities import rank
from catalogue.ledger import GONE, Ledger
from catalogue.search import Row, SearchDocument
from tests.core.harvests import Clock
from tests.ledger.entries import TIME, entry

DOI = "doi:10.1234/x"


def put(ledger: Ledger, id: str, source: str, *keys: str, kind: str = "dataset", day: int = 0) -> None:
    """Keep a record with its keys; nobody is joined yet."""
    row = Row(id, f"https://x.example/{id}", kind, (), source=source)
    kept = replace(entry(id, source, f"Title {id}"), kind=kind, issued=TIME + timedelta(days=day))
    with ledger.leases.source(source) as hold:
        ledger.clusters.know(hold, [SearchDocument(row, (), {}, {}, keys)])
        ledger.settle(hold, [kept])


def withdraw(ledger: Ledger, id: str) -> None:
    """Let a record be gone."""
    kept = ledger.entry(id)
    with ledger.leases.source(kept.source) as hold:
        ledger.settle(hold, [replace(kept, state=GONE)])


def renew(ledger: Ledger) -> frozenset[str]:
    """Join whatever turned."""
    return ledger.clusters.renew(ledger.clusters.turned())


def parts(ledger: Ledger, ids: Iterable[str]) -> dict[str, str]:
    """The lead of each record that is in a cluster."""
    return {id: lead.id for id, lead in ledger.clusters.leads(ids).items()}


def test_records_of_two_sources_with_one_key_are_joined(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    put(ledger, "c", "west", "doi:10.1234/y")

    changed = renew(ledger)

    assert changed == {"a", "b"}
    assert ledger.clusters.leads("abc") == {"a": Lead("a", 1), "b": Lead("a", 1)}
    assert ledger.clusters.turned() == ()


def test_renewing_again_changes_nothing(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    renew(ledger)

    put(ledger, "a", "north", DOI)

    assert ledger.clusters.turned() == ()
    assert ledger.clusters.renew("ab") == frozenset()


def test_two_copies_in_one_source_are_not_joined_and_spoil_the_key_for_all(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    renew(ledger)

    put(ledger, "a2", "north", DOI)

    assert renew(ledger) == {"a", "b"}
    assert parts(ledger, ["a", "a2", "b"]) == {}


def test_a_key_tells_again_when_the_second_record_of_a_source_loses_it(ledger: Ledger) -> None:
    for id, source in (("a", "north"), ("a2", "north"), ("b", "south")):
        put(ledger, id, source, DOI)
    renew(ledger)

    put(ledger, "a2", "north", "doi:10.1234/y")

    assert renew(ledger) == {"a", "b"}
    assert parts(ledger, ["a", "a2", "b"]) == {"a": "a", "b": "a"}


def test_a_key_tells_again_when_the_second_record_of_a_source_is_gone(ledger: Ledger) -> None:
    for id, source in (("a", "north"), ("a2", "north"), ("b", "south")):
        put(ledger, id, source, DOI)
    renew(ledger)

    withdraw(ledger, "a2")

    assert ledger.clusters.renew(["a2"]) == {"a", "b"}


def test_a_dataset_and_a_service_with_one_page_are_not_joined(ledger: Ledger) -> None:
    put(ledger, "a", "north", "page:x.example/data")
    put(ledger, "b", "south", "page:x.example/data", kind="service")

    renew(ledger)

    assert parts(ledger, "ab") == {}


def test_records_are_joined_by_way_of_others(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI, "id:registry 7")
    put(ledger, "c", "west", "id:registry 7")

    renew(ledger)

    assert parts(ledger, "abc") == {"a": "a", "b": "a", "c": "a"}
    assert [(m.id, m.key, m.direct) for m in ledger.clusters.others("a")] == [
        ("b", DOI, True),
        ("c", "id:registry 7", False),
    ]


def test_a_source_tells_its_own_records_apart(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "a2", "north", "name:dementia registry|institute")
    put(ledger, "b", "south", DOI, "name:dementia registry|institute")

    renew(ledger)

    assert parts(ledger, ["a", "a2", "b"]) == {"a": "a", "b": "a"}


def test_when_one_of_two_goes_the_other_stands_alone(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    renew(ledger)

    withdraw(ledger, "a")

    assert renew(ledger) >= {"b"}
    assert parts(ledger, "ab") == {}
    assert ledger.clusters.others("b") == ()
    assert ledger.clusters.turned() == ()


def test_a_record_that_a_person_sets_apart_joins_nobody_until_it_is_let(ledger: Ledger) -> None:
    for id, source in (("a", "north"), ("b", "south"), ("c", "west")):
        put(ledger, id, source, DOI)
    renew(ledger)

    ledger.clusters.part("a", TIME)
    parted = renew(ledger)
    apart = parts(ledger, "abc")
    ledger.clusters.join("a")
    joined = renew(ledger)

    assert parted == {"a", "b", "c"}
    assert joined == {"a", "b"}
    assert apart == {"b": "b", "c": "b"}
    assert parts(ledger, "abc") == {"a": "b", "b": "b", "c": "b"}


def test_the_record_that_was_here_first_leads_and_stays_the_lead(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI, day=2)
    put(ledger, "b", "south", DOI, day=1)
    renew(ledger)
    put(ledger, "c", "west", DOI, day=0)
    renew(ledger)

    put(ledger, "b", "south", DOI, "id:another name", day=1)
    renew(ledger)

    assert parts(ledger, "abc") == {"a": "b", "b": "b", "c": "b"}


def test_of_two_clusters_that_become_one_the_older_lead_stays(ledger: Ledger) -> None:
    for id, source, key, day in (
        ("a", "north", DOI, 5),
        ("b", "south", DOI, 6),
        ("c", "west", "id:registry 7", 3),
        ("d", "east", "id:registry 7", 4),
    ):
        put(ledger, id, source, key, day=day)
    renew(ledger)

    put(ledger, "b", "south", DOI, "id:registry 7", day=6)
    renew(ledger)

    assert parts(ledger, "abcd") == dict.fromkeys("abcd", "c")


def test_a_key_that_more_have_than_can_be_one_dataset_joins_nobody(ledger: Ledger) -> None:
    names = [f"r{n:03d}" for n in range(MOST + 1)]
    for name in names[1:]:
        put(ledger, name, f"source-{name}", "page:x.example/data")
    renew(ledger)
    before = parts(ledger, names)

    put(ledger, names[0], f"source-{names[0]}", "page:x.example/data")
    renew(ledger)
    beyond = parts(ledger, names)
    put(ledger, names[0], f"source-{names[0]}")
    renew(ledger)

    assert beyond == {}
    assert before == parts(ledger, names) == dict.fromkeys(names[1:], names[1])


def test_a_chain_that_is_too_long_holds_by_its_firmer_keys_alone(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"r{n:03d}" for n in range(MOST + 2)]
    for n, name in enumerate(names):
        put(ledger, name, f"s{n}", f"doi:10.1234/{n // 2}", f"page:x.example/{(n + 1) // 2}")

    renew(ledger)

    assert parts(ledger, names) == {name: names[n - n % 2] for n, name in enumerate(names)}
    for n, name in enumerate(names):
        put(ledger, name, f"s{n}", f"iri:{n}", f"iri:{n + 1}")
    renew(ledger)
    assert parts(ledger, names) == {}
    assert "too many" in caplog.text


def test_a_long_chain_is_read_whole(ledger: Ledger) -> None:
    for n in range(45):
        put(ledger, f"r{n:03d}", f"s{n}", f"doi:10.1234/{n}", f"doi:10.1234/{n + 1}")
        renew(ledger)

    assert parts(ledger, ["r044"]) == {"r044": "r000"}
    ledger.clusters.part("r000", TIME)
    renew(ledger)
    assert parts(ledger, ["r000", "r044"]) == {"r044": "r001"}


def test_what_the_index_was_told_is_noted_unless_it_stands_otherwise_by_now(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    renew(ledger)
    told = ledger.clusters.leads("ab")

    ledger.clusters.tell({"a": told["a"], "b": None})

    assert ledger.clusters.untold() == ("b",)
    ledger.clusters.tell({"b": told["b"]})
    assert ledger.clusters.untold() == ()


def test_the_reason_is_the_most_telling_key_that_is_distinctive(ledger: Ledger) -> None:
    put(ledger, "a", "north", "id:copied from", "page:x.example/data", "name:registry x|y")
    put(ledger, "a2", "north", "id:copied from")
    put(ledger, "b", "south", "id:copied from", "page:x.example/data", "name:registry x|y")

    renew(ledger)

    (member,) = ledger.clusters.others("b")
    assert (member.id, member.source, member.title) == ("a", "north", "Title a")
    assert member.key == "page:x.example/data"


def test_keys_are_written_under_the_lease_alone(ledger: Ledger, clock: Clock) -> None:
    document = SearchDocument(
        Row("a", "https://x.example/a", "dataset", (), source="north"), (), {}, {}, (DOI,)
    )
    hold = ledger.leases.acquire("source north")
    clock.move(minutes=5)

    with pytest.raises(Conflict):
        ledger.clusters.know(hold, [document])


def test_forgotten_records_join_nobody(ledger: Ledger) -> None:
    put(ledger, "a", "north", DOI)
    put(ledger, "b", "south", DOI)
    renew(ledger)

    with ledger.leases.source("north") as hold:
        ledger.clusters.forget(hold, ["a"])

    assert renew(ledger) == {"a", "b"}


@pytest.mark.parametrize("seed", range(6))
def test_the_clusters_are_those_of_a_naive_reckoning(ledger: Ledger, seed: int) -> None:
    chance = random.Random(seed)
    kept: dict[str, tuple[str, tuple[str, ...]]] = {}
    apart: set[str] = set()

    for _ in range(12):
        for _ in range(chance.randint(1, 6)):
            id = f"r{chance.randrange(40):02d}"
            if id in kept and chance.random() < 0.3:
                withdraw(ledger, id)
                del kept[id]
            elif id in kept and chance.random() < 0.2:
                ledger.clusters.join(id) if id in apart else ledger.clusters.part(id, TIME)
                apart ^= {id}
            else:
                schemes = chance.choices(("iri", "doi", "id", "page", "name"), k=chance.randint(0, 3))
                keys = tuple({f"{scheme}:{chance.randrange(9)}" for scheme in schemes})
                kept[id] = f"s{int(id[1:]) % 5}", keys
                put(ledger, id, *(kept[id][0], *keys))
        renew(ledger)

        found: dict[str, set[str]] = {}
        for id, lead in parts(ledger, [f"r{n:02d}" for n in range(40)]).items():
            found.setdefault(lead, set()).add(id)
        assert {*map(frozenset, found.values())} == naive(kept, apart)
        assert all(lead in members for lead, members in found.items())


def naive(kept: Mapping[str, tuple[str, tuple[str, ...]]], apart: set[str]) -> set[frozenset[str]]:
    """All clusters, from nothing: by each key that is distinctive, over and over until nothing moves."""
    sources = {id: source for id, (source, _) in kept.items()}
    holders: dict[str, set[str]] = {}
    for id, (_, keys) in kept.items():
        for key in keys:
            holders.setdefault(key, set()).add(id)
    useful = {
        key: held - apart
        for key, held in holders.items()
        if max(Counter(sources[id] for id in held).values()) == 1
    }
    return {group for group in _groups(useful, sources) if len(group) > 1}


def _groups(holders: Mapping[str, set[str]], sources: Mapping[str, str]) -> set[frozenset[str]]:
    found: set[frozenset[str]] = set()
    for group in _connected(holders):
        if len({sources[id] for id in group}) == len(group):
            found.add(group)
            continue
        inside = {key: held for key, held in holders.items() if held and held <= group}
        weakest = max(rank(key) for key, held in inside.items() if len(held) > 1)
        found |= _groups({key: held for key, held in inside.items() if rank(key) < weakest}, sources)
    return found


def _connected(holders: Mapping[str, set[str]]) -> set[frozenset[str]]:
    label = {id: id for held in holders.values() for id in held}
    moved = True
    while moved:
        moved = False
        for held in holders.values():
            least = min((label[id] for id in held), default="")
            moved = moved or any(label[id] != least for id in held)
            label |= dict.fromkeys(held, least)
    groups: dict[str, set[str]] = {}
    for id, least in label.items():
        groups.setdefault(least, set()).add(id)
    return {*map(frozenset, groups.values())}
