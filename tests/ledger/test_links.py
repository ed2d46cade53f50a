"""Promises of the book of addresses."""

from datetime import timedelta

from catalogue.ledger import Ledger
from catalogue.links import BROKEN, CLOSED, UNKNOWN, WORKS, Answer, Walk
from tests.core.harvests import Clock

WEEK = timedelta(days=7)


def url(name: str) -> str:
    return f"https://data.example/{name}"


def note(ledger: Ledger, *answers: tuple[str, str]) -> None:
    ledger.links.note(Answer(url(name), state) for name, state in answers)


def due(ledger: Ledger, *names: str) -> list[str]:
    found = ledger.links.due(map(url, names), ledger.now() - WEEK)
    return [one.rpartition("/")[2] for one in found]


def test_what_was_never_asked_is_due_first_then_what_was_asked_longest_ago(
    ledger: Ledger, clock: Clock
) -> None:
    note(ledger, ("b", WORKS))
    clock.move(days=1)
    note(ledger, ("a", BROKEN))
    clock.move(days=1)
    note(ledger, ("c", WORKS))
    clock.move(days=6)

    assert due(ledger, "c", "a", "b", "new", "new") == ["new", "b", "a"]


def test_what_is_not_known_is_due_again_after_a_day(ledger: Ledger, clock: Clock) -> None:
    note(ledger, ("silent", UNKNOWN), ("closed", CLOSED))
    clock.move(hours=23)
    before = due(ledger, "silent", "closed")
    clock.move(hours=1)

    assert before == []
    assert due(ledger, "silent", "closed") == ["silent"]


def test_an_address_keeps_the_time_since_when_it_stands_so(ledger: Ledger, clock: Clock) -> None:
    note(ledger, ("a", WORKS))
    clock.move(days=7)
    broke = clock()
    note(ledger, ("a", BROKEN))
    clock.move(days=7)

    ledger.links.note([Answer(url("a"), BROKEN, 404, "The server answered 404.")])

    known = ledger.links.known([url("a"), url("b")])
    assert list(known) == [url("a")]
    one = known[url("a")]
    assert (one.state, one.status, one.message) == (BROKEN, 404, "The server answered 404.")
    assert (one.since, one.checked) == (broke, clock())


def test_addresses_are_listed_and_counted_by_state(ledger: Ledger) -> None:
    note(ledger, *((f"{number:04}", BROKEN if number % 2 else WORKS) for number in range(1_202)))

    assert ledger.links.counts() == {WORKS: 601, BROKEN: 601, CLOSED: 0, UNKNOWN: 0}
    assert [one.url for one in ledger.links.all(BROKEN)] == [url(f"{n:04}") for n in range(1, 1_202, 2)]
    assert len(list(ledger.links.all())) == 1_202


def test_what_was_not_asked_for_long_is_forgotten(ledger: Ledger, clock: Clock) -> None:
    note(ledger, ("old", WORKS))
    clock.move(days=8)
    note(ledger, ("new", WORKS))

    ledger.links.forget(clock() - WEEK)

    assert [one.url for one in ledger.links.all()] == [url("new")]


def test_a_walk_goes_on_until_it_is_over_and_begins_again_a_day_after_it_began(
    ledger: Ledger, clock: Clock
) -> None:
    links, begun = ledger.links, clock()
    first = links.is_due()
    links.reach(Walk(begun, "k"))
    halfway = links.is_due()
    clock.move(hours=2)
    links.reach(Walk(begun, "z", clock()))
    over = links.is_due()
    clock.move(hours=22)

    assert (first, halfway, over, links.is_due()) == (True, True, False, True)
    assert links.walk() == Walk(begun, "z", begun + timedelta(hours=2))


def test_a_walk_that_failed_rests_for_an_hour(ledger: Ledger, clock: Clock) -> None:
    ledger.links.reach(Walk(clock(), "k", None, clock()))
    clock.move(minutes=59)
    before = ledger.links.is_due()
    clock.move(minutes=1)

    assert (before, ledger.links.is_due()) == (False, True)
