"""What is known of times without asking the engine is what the engine does with them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store

from catalogue.adapters.exact_literals import Fate, in_oxigraph
from catalogue.clock import stamp
from ontologies.namespaces import XSD

A = NamedNode("urn:a")

zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
moments = st.datetimes(datetime(1000, 1, 1, 12), datetime(2999, 12, 30), timezones=zones)


def given_back(value: Literal) -> object:
    store = Store()
    store.add(Quad(A, A, value))
    (quad,) = store
    return quad.object


@given(moments)
def test_a_stamp_comes_back_from_the_engine_and_means_the_same_moment(moment: datetime) -> None:
    value = stamp(moment)

    assert (in_oxigraph(value), given_back(value)) == (Fate.KEPT, value)
    assert datetime.fromisoformat(value.value) == moment


@given(moments, st.sampled_from(["", "Z", "+00:00", "+02:00", ".5", ".50", ".0", ".25Z", ".1234567"]))
def test_other_spellings_are_judged_as_the_engine_writes_them(moment: datetime, rest: str) -> None:
    value = Literal(f"{moment:%Y-%m-%dT%H:%M:%S}{rest}", datatype=XSD.dateTime)

    assert (in_oxigraph(value) is Fate.KEPT) == (given_back(value) == value)
