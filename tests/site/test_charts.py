"""Charts read by their tables, their sentences and what they would draw."""

import csv
import io
import json
from collections.abc import Iterator

import pytest

from catalogue.errors import Invalid
from catalogue.profiles.counts import Count, State
from tests.site.charting import NAMES, invented, release, say, told, whole
from web.charts.amounts import ratio, share, total, words
from web.charts.chart import Amount, Chart
from web.charts.comparing import Source, compared_by_age, domain_persons
from web.charts.concepts import prevalence
from web.charts.europe import persons_by_country
from web.charts.heat import domain_heat
from web.charts.persons import cumulative_observation, observed_at_least, pyramid, year_of_birth
from web.charts.profile import profile_charts
from web.charts.records import provenance_types, records_by_month, time_strand
from web.charts.tables import csv_of, json_of, sheet
from web.tiles import TILES


def drawn_values(spec: object) -> Iterator[dict[str, object]]:
    """Every row of data that a specification draws."""
    if isinstance(spec, dict):
        if isinstance(spec.get("values"), list):
            yield from (row for row in spec["values"] if isinstance(row, dict))
        for part in spec.values():
            yield from drawn_values(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from drawn_values(part)


def looks(chart: Chart) -> set[str]:
    """The looks that are explained below a drawing."""
    return {key.look for key in chart.keys}


def test_counts_are_written_by_their_states() -> None:
    assert words(Count.exact(12430), say) == "12,430"
    assert words(Count.between(12401, 12500), say) == "12,401–12,500"
    assert words(Count.hidden(5), say) == "hidden (1–5)"
    assert words(Count.hidden(), say) == "hidden"
    assert words(Count.absent(), say) == "– not provided"


def test_what_is_hidden_is_zero_in_no_share() -> None:
    part = share(Count.hidden(5), Count.exact(3_000_000))

    assert part.state == State.SUPPRESSED
    assert part.low and part.low > 0
    assert words(part, say) == "hidden (0.000033–0.00017)"


def test_a_sum_is_between_the_sums_of_its_bounds_and_at_most_the_whole() -> None:
    assert total([Count.exact(10), Count.hidden(5)]) == Count.between(11, 15)
    assert total([Count.exact(10), Count.hidden()], Count.exact(40)) == Count.between(10 + 1, 40)
    assert total([Count.exact(10), Count.hidden()]).state == State.SUPPRESSED
    assert total([Count.hidden(5), Count.hidden(5)]) == Count(State.SUPPRESSED, 2, 10)
    assert total([Count.absent()]) == Count.absent()
    assert total([]) == Count.absent()


def test_a_ratio_is_told_between_the_least_and_the_most() -> None:
    found = ratio(Count.between(6, 10), Count.between(96, 100), 1000)

    assert found == Amount(State.INTERVAL, 60.0, 10 / 96 * 1000)
    assert ratio(Count.exact(5), Count.absent()).state == State.ABSENT
    assert ratio(Count.exact(5), Count.exact(0)).state == State.ABSENT


def test_a_pyramid_has_bands_of_five_years_and_keeps_hidden_ages_apart_from_zero() -> None:
    cells = {("40", "female"): told(30), ("41", "female"): told(2), ("50", "male"): told(3)}

    chart = pyramid(release({"persons": {(): told(35)}, "personsByAgeAndSex": cells}), say)

    assert chart is not None
    assert [row[0] for row in chart.table.rows] == ["40–44", "45–49", "50–54"]
    assert chart.table.rows[0][1] == Count.between(27, 35)
    assert chart.table.rows[2][2] == Count.hidden(5)
    assert chart.table.rows[1][1] == Count.absent()
    assert {"interval", "hidden", "absent"} <= looks(chart)


def test_a_year_without_a_count_is_a_dash_and_a_hidden_one_is_hatched() -> None:
    cells = {("1950",): told(20), ("1952",): told(3), ("1953",): Count.exact(0)}

    chart = year_of_birth(release({"persons": {(): told(23)}, "personsByYearOfBirth": cells}), say)

    assert chart is not None
    layers = chart.spec["layer"]
    assert isinstance(layers, list)
    hatched = next(layer for layer in layers if layer["mark"].get("fill") == "url(#hatch)")
    dashed = next(layer for layer in layers if layer["mark"].get("strokeDash"))
    assert [(row["x"], row["x2"]) for row in hatched["data"]["values"]] == [(1952, 1953)]
    assert hatched["data"]["values"][0]["high"] >= 5
    assert [(row["x"], row["x2"]) for row in dashed["data"]["values"]] == [(1951, 1952)]


def test_a_cell_of_all_years_beyond_one_is_told_but_not_drawn_as_one_year() -> None:
    cells = {("1934-",): told(200), ("1935",): told(20), ("1936",): told(20)}

    chart = year_of_birth(release({"persons": {(): told(240)}, "personsByYearOfBirth": cells}), say)

    assert chart is not None
    assert [row[0] for row in chart.table.rows] == ["1935", "1936", "1934 or earlier"]
    assert "Not drawn: 1934 or earlier, 196–200" in [key.words for key in chart.keys]
    assert not [row for row in drawn_values(chart.spec) if row.get("high") == 200]


def test_the_oldest_ages_are_one_band_of_a_pyramid() -> None:
    cells = {("89", "female"): told(30), ("90+", "female"): told(50)}

    chart = pyramid(release({"persons": {(): told(80)}, "personsByAgeAndSex": cells}), say)

    assert chart is not None
    assert [(row[0], row[1]) for row in chart.table.rows] == [
        ("85–89", Count.between(26, 30)),
        ("90+", Count.between(46, 50)),
    ]


def test_everybody_is_observed_for_no_time_and_bounds_meet_where_all_is_told() -> None:
    counts = {0: Count.exact(2), 1: Count.exact(3), 2: Count.exact(5)}

    shares = observed_at_least(counts, Count.exact(10))

    assert shares == {
        month: Amount(State.EXACT, percent, percent) for month, percent in ((0, 100.0), (1, 80.0), (2, 50.0))
    }


def test_persons_in_lengths_that_are_not_provided_are_neither_lost_nor_invented() -> None:
    shares = observed_at_least({0: Count.exact(2), 3: Count.exact(5)}, Count.exact(10))

    assert shares[1] == Amount(State.EXACT, 80.0, 80.0)
    assert shares[2] == Amount(State.INTERVAL, 50.0, 80.0)
    assert shares[3] == Amount(State.INTERVAL, 50.0, 80.0)


def test_the_length_of_observation_is_read_at_twelve_months() -> None:
    cells = {(str(month),): Count.exact(10) for month in range(20)}

    chart = cumulative_observation(
        release({"persons": {(): Count.exact(200)}, "personsByFollowUp": cells}), say
    )

    assert chart is not None
    assert chart.reading == "Observed for at least twelve months of 30 days: 40 % of the persons."


def test_prevalence_is_told_of_a_thousand_observed_and_hidden_where_persons_are() -> None:
    cells = {
        "personsObservedInMonth": {("202001",): Count.exact(1000), ("202002",): Count.exact(500)},
        "personsByConceptAndMonth": {
            ("432867", "202001"): Count.exact(20),
            ("432867", "202002"): Count.hidden(5),
            ("432867", "202003"): Count.exact(9),
        },
    }

    chart = prevalence(release(cells), "432867", NAMES, say)

    assert chart is not None
    assert [row[1] for row in chart.table.rows] == [
        Amount(State.EXACT, 20.0, 20.0),
        Amount(State.SUPPRESSED, 2.0, 10.0),
        Amount(State.ABSENT),
    ]


def test_a_time_strand_counts_the_months_that_were_not_provided() -> None:
    cells = {("drug", "202001"): told(50), ("drug", "202004"): told(50), ("drug", "2020"): told(9)}

    chart = time_strand(release({"recordsInMonth": cells}), say)

    assert chart is not None
    assert chart.table.rows == (("Drugs", "2020-01", "2020-04", 2),)


def test_rows_beyond_those_drawn_are_in_the_table() -> None:
    cells = {("drug", str(concept)): told(concept * 10) for concept in range(1, 31)}

    chart = provenance_types(release({"recordsByType": cells}), "drug", {"30": "Pharmacy"}, say)

    assert chart is not None
    assert len(chart.table.rows) == 30
    assert chart.table.rows[0][0] == "Pharmacy"
    assert "18 more are in the table" in [key.words for key in chart.keys]


def test_nothing_provided_is_no_chart() -> None:
    empty = release({})

    assert pyramid(empty, say) is None
    assert time_strand(empty, say) is None
    assert cumulative_observation(empty, say) is None
    assert compared_by_age([Source("a", empty), Source("b", empty)], say) is None
    assert domain_heat([Source("a", empty)], say) is None


@pytest.mark.parametrize("count", [1, 9])
def test_a_comparison_is_of_two_to_eight_sources(count: int) -> None:
    with pytest.raises(Invalid, match=f"2 to 8 sources, not of {count}"):
        compared_by_age([Source("a", release({}))] * count, say)


def test_persons_of_a_domain_are_those_that_are_counted_for_it_alone_whatever_else_they_have() -> None:
    cells = {("condition+drug",): Count.exact(60), ("condition",): Count.exact(80), ("",): Count.exact(5)}

    found = domain_persons(release({"persons": {(): Count.exact(100)}, "personsByDomains": cells}))

    assert found == {"condition": Count.exact(80), "drug": Count.between(60, 100)}


def test_a_table_as_csv_tells_state_and_bounds_of_each_count() -> None:
    chart = year_of_birth(invented(1, 300), say)

    assert chart is not None
    rows = list(csv.DictReader(io.StringIO(csv_of(chart))))
    assert list(rows[0]) == ["year", "persons_state", "persons_low", "persons_high"]
    assert {row["persons_state"] for row in rows} <= {"interval", "suppressed", "exact"}
    assert all(row["persons_low"] == "1" for row in rows if row["persons_state"] == "suppressed")


def test_a_table_as_json_has_counts_as_the_api_tells_them() -> None:
    chart = pyramid(release({"personsByAgeAndSex": {("1", "female"): told(3)}}), say)

    assert chart is not None
    body = json.loads(json_of(chart))
    assert body["reading"] == chart.reading
    assert body["rows"][0]["female"] == {"state": "suppressed", "low": 1, "high": 5}
    assert body["rows"][0]["male"] == {"state": "absent", "low": None, "high": None}


def test_text_that_a_spreadsheet_would_take_for_a_formula_is_marked_as_text() -> None:
    cells = {("drug", "7"): told(90)}

    chart = provenance_types(release({"recordsByType": cells}), "drug", {"7": "=cmd()"}, say)

    assert chart is not None
    assert "'=cmd()" in csv_of(chart)


def test_a_sheet_marks_what_is_hidden_and_what_is_absent() -> None:
    chart = pyramid(release({"personsByAgeAndSex": {("1", "female"): told(3)}}), say)

    assert chart is not None
    row = sheet(chart.table, say).rows[0]
    assert [(cell.text, cell.look) for cell in row[1:3]] == [
        ("hidden (1–5)", "hidden"),
        ("– not provided", "absent"),
    ]


def test_a_page_shows_fifty_years_of_months_and_the_files_have_all() -> None:
    cells = {("drug", f"{year}{month:02}"): told(90) for year in range(1950, 2010) for month in range(1, 13)}

    (chart,) = records_by_month(release({"recordsInMonth": cells}), say)

    found = sheet(chart.table, say)
    assert (len(found.rows), found.left) == (600, 120)
    assert csv_of(chart).count("\r\n") == 721


def test_a_profile_has_a_chart_for_each_domain_and_leaves_out_what_is_not_provided() -> None:
    cells = {"recordsInMonth": {(domain, "202001"): told(90) for domain in ("drug", "visit")}}

    found = profile_charts("domains", release(cells), NAMES, say)

    assert [chart.name for chart in found] == [
        "time-strand",
        "records-by-month-visit",
        "records-by-month-drug",
    ]


def test_a_heat_map_shades_by_orders_of_magnitude_and_hatches_what_is_hidden() -> None:
    def of(records: int) -> Source:
        cells = {"persons": {(): Count.exact(100)}, "recordsInMonth": {("drug", "202001"): told(records)}}
        return Source(str(records), release(cells))

    heat = domain_heat([of(100_000), of(200), of(3)], say)

    assert heat is not None
    assert [row.cells[0].look for row in heat.rows] == ["shade-4", "shade-1", "hidden-count"]


def test_the_map_says_what_is_not_provided_and_its_table_has_countries_beyond_it() -> None:
    found = persons_by_country({"FRA": Count.exact(4200), "MLT": Count.hidden(5), "USA": Count.exact(9)}, say)

    told_of = {tile.name: (tile.words, tile.look) for tile in found.tiles}
    assert len(found.tiles) == len(TILES)
    assert told_of["Malta"] == ("hidden (1–5)", "hidden-count")
    assert told_of["Germany"] == ("– not provided", "absent-count")
    assert [row[0] for row in found.table.rows] == ["France", "United States", "Malta"]


def test_a_small_count_is_in_no_chart_and_no_table() -> None:
    """Whatever is 1 to 4 in a drawing or a table is the low bound of what is hidden, or a place."""
    for chart in whole():
        counts = [cell for row in chart.table.rows for cell in row if isinstance(cell, Count)]
        assert not [one for one in counts if one.state != State.SUPPRESSED and one.high in (1, 2, 3, 4, 5)]
        highs = [row["high"] for row in drawn_values(chart.spec) if isinstance(row.get("high"), int)]
        assert not {1, 2, 3, 4} & set(highs), chart.name


def test_every_chart_has_a_name_a_title_and_a_sentence_of_its_own() -> None:
    charts = whole()

    assert len({chart.name for chart in charts}) == len(charts) == 22
    assert all(chart.title and chart.reading.endswith(".") and chart.table.rows for chart in charts)
