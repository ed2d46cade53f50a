"""What no aggregate can be: more persons of a kind than there are persons, cells that are no cells."""

from collections.abc import Mapping

from catalogue.errors import Invalid
from catalogue.profiles.analyses import ANALYSES, Analysis, Kind
from catalogue.profiles.disclosure_cells import Cells, Numbers, place
from catalogue.profiles.release import Strata


def check(numbers: Numbers) -> None:
    """Raises Invalid where cells cannot be counts of the persons that the release is of."""
    for name, cells in sorted(numbers.by_analysis.items()):
        analysis = ANALYSES.get(name)
        if analysis is None or analysis.kind != Kind.COUNT:
            raise Invalid(f"{name} is not the name of an analysis that counts. Give one that is.")
        _check_strata(analysis, cells)
    for name, cells in sorted(numbers.by_analysis.items()):
        analysis = ANALYSES[name]
        if analysis.whole:
            _check_parts(analysis, cells, numbers.by_analysis.get(analysis.whole, Cells(numbers.rule)))


def _check_strata(analysis: Analysis, cells: Cells) -> None:
    for cell in cells.low:
        if len(cell) != len(analysis.strata):
            names = ", ".join(analysis.strata) or "none"
            raise Invalid(
                f"{place(analysis.name, cell)} has {len(cell)} strata. It must have these: {names}."
            )


def _check_parts(analysis: Analysis, cells: Cells, wholes: Cells) -> None:
    sums: dict[Strata, int] = {}
    strata = ANALYSES[analysis.whole].strata
    for cell, number in cells.low.items():
        key = _without(cell, analysis.margin) if strata else ()
        sums[key] = sums.get(key, 0) + number
        if key in wholes.low and number > wholes.top(key):
            raise Invalid(
                f"{place(analysis.name, cell)} has more persons than {_named(analysis.whole, key)}. "
                "Check that all files are of one run of the analyses."
            )
    if analysis.disjoint:
        _check_sums(analysis, sums, wholes)


def _check_sums(analysis: Analysis, sums: Mapping[Strata, int], wholes: Cells) -> None:
    for key, number in sums.items():
        if key in wholes.low and number > wholes.top(key):
            raise Invalid(
                f"The cells of {analysis.name} come to more persons than {_named(analysis.whole, key)}. "
                "These are no counts of persons: check that each person is counted once, and that all files "
                "are of one run of the analyses."
            )


def _named(analysis: str, cell: Strata) -> str:
    """A cell inside a sentence; how many it has is not told, for messages are kept where counts are not."""
    return f"t{place(analysis, cell)[1:]}"


def _without(cell: Strata, margin: int) -> Strata:
    return cell[:margin] + cell[margin + 1 :]
