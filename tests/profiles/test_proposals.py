"""What a profile proposes for a description, and what it contradicts in one."""

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from catalogue.mapping import Entity, index, read
from catalogue.profiles.counts import Count
from catalogue.profiles.measured import Spread, Told
from catalogue.profiles.proposals import Disagreement, disagreements, proposals
from catalogue.profiles.release import Guarded, Rule, Strata
from ontologies.namespaces import DCAT, DCT, HEALTHDCATAP

SUBJECT = NamedNode("https://north.example/dataset/one")


def _guarded(*spreads: Spread, **cells: dict[Strata, Count]) -> Guarded:
    return Guarded(Told("Achilles"), Rule(), cells, spreads)


def _proposed(guarded: Guarded) -> dict[str, object]:
    return {one.field: one.value for one in proposals(guarded)}


def _dataset(*said: tuple[NamedNode, str]) -> Entity:
    triples = (Triple(SUBJECT, term, Literal(value)) for term, value in said)
    return read(index(triples), SUBJECT, "Dataset")


def test_numbers_are_proposed_as_upper_bounds() -> None:
    guarded = _guarded(
        persons={(): Count.between(1196, 1200)},
        recordsByConcept={
            ("condition", "1"): Count.between(496, 500),
            ("drug", "2"): Count.between(296, 300),
            ("drug", "3"): Count.hidden(5),
        },
    )

    assert _proposed(guarded) == {"persons": 1200, "records": 805}


def test_a_hidden_number_is_not_proposed() -> None:
    guarded = _guarded(persons={(): Count.hidden(5)}, recordsByConcept={("drug", "2"): Count.hidden()})

    assert _proposed(guarded) == {}


def test_bounds_that_are_far_apart_are_not_proposed() -> None:
    assert _proposed(_guarded(recordsByConcept={("drug", "2"): Count.between(1, 100)})) == {}


def test_typical_ages_are_those_of_eight_in_ten_persons() -> None:
    ages: dict[Strata, Count] = {(str(age),): Count.exact(10) for age in range(20, 70)}

    assert _proposed(_guarded(personsByAge={**ages, ("90+",): Count.hidden(5)})) == {
        "minAge": 25,
        "maxAge": 65,
    }


def test_typical_ages_follow_from_quantiles_where_ages_are_not_counted() -> None:
    spread = Spread("ageAtFirstObservation", (), 100, None, 18.2, None, 40.0, None, 71.6, None)

    assert _proposed(_guarded(spread)) == {"minAge": 18, "maxAge": 72}


def test_coverage_is_from_the_first_to_the_last_month_that_is_told() -> None:
    guarded = _guarded(
        personsObservedInMonth={
            ("190001",): Count.hidden(5),
            ("200803",): Count.between(6, 10),
            ("202411",): Count.between(6, 10),
            ("202412",): Count.exact(0),
        }
    )

    assert _proposed(guarded) == {"temporal": {"startDate": "2008-03", "endDate": "2024-11"}}


def test_coding_systems_are_those_of_the_vocabularies_of_the_concepts() -> None:
    (proposal,) = proposals(_guarded(), ["RxNorm", "SNOMED", "Gender"])

    assert (proposal.field, proposal.value) == ("codingSystem", ["RXNORM", "SNOMED-CT"])


def test_what_is_declared_far_from_what_is_measured_is_told_with_both() -> None:
    guarded = _guarded(
        persons={(): Count.between(996, 1000)},
        personsByAge={(str(age),): Count.exact(10) for age in range(20, 70)},
    )
    declared = _dataset((HEALTHDCATAP.numberOfUniqueIndividuals, "2000"), (HEALTHDCATAP.minTypicalAge, "0"))

    assert disagreements(declared, guarded) == (
        Disagreement("persons", "2,000", "996 to 1,000"),
        Disagreement("minAge", "0", "20 to 24"),
    )


def test_a_declared_range_of_all_ages_agrees_with_typical_ages_within_it() -> None:
    counted: dict[Strata, Count] = {(str(age),): Count.exact(10) for age in range(1, 90)}
    guarded = _guarded(personsByAge={**counted, ("90+",): Count.hidden(5)})
    declared = _dataset((HEALTHDCATAP.minTypicalAge, "0"), (HEALTHDCATAP.maxTypicalAge, "110"))
    narrow = _dataset((HEALTHDCATAP.minTypicalAge, "30"), (HEALTHDCATAP.maxTypicalAge, "60"))

    assert disagreements(declared, guarded) == ()
    assert disagreements(narrow, guarded) == (
        Disagreement("minAge", "30", "1 to 9"),
        Disagreement("maxAge", "60", "81 or more"),
    )


def test_round_numbers_and_what_is_not_declared_agree() -> None:
    guarded = _guarded(persons={(): Count.between(996, 1000)}, personsByAge={("40",): Count.exact(50)})

    assert disagreements(_dataset((HEALTHDCATAP.numberOfUniqueIndividuals, "1030")), guarded) == ()


def test_coverage_disagrees_by_years() -> None:
    guarded = _guarded(personsObservedInMonth={("200803",): Count.exact(9), ("202411",): Count.exact(9)})
    period = BlankNode()
    triples = (
        Triple(SUBJECT, DCT.temporal, period),
        Triple(period, DCAT.startDate, Literal("1995-01-01")),
        Triple(period, DCAT.endDate, Literal("2024")),
    )

    found = disagreements(read(index(triples), SUBJECT, "Dataset"), guarded)

    assert found == (Disagreement("temporal", "1995 to 2024", "2008 to 2024"),)
