"""Counts written by hand or by a script of one's own: a CSV file of four columns for those without OMOP.

What its rows may hold is documented in docs/profiles/formats.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from catalogue.profiles.analyses import ANALYSES, Analysis, Kind
from catalogue.profiles.measured import Dropped, Measured, Tally, Told
from harvesters.profiles.cells import FORMS, OF_WORDS, count, day, label
from harvesters.profiles.tables import Table

HEADINGS: Final = ("analysis", "stratum_1", "stratum_2", "count")
COLUMNS: Final = frozenset(HEADINGS)
ABOUT: Final = "about"
"""In place of an analysis, in rows that tell of the file itself: stratum_1 is a key, stratum_2 its value."""

KEYS: Final = ("source_name", "generated", "released", "version", "cdm_version", "vocabulary_version")
_DATES: Final = ("generated", "released")
_BETWEEN: Final = ".."

EXAMPLE: Final = """\
analysis,stratum_1,stratum_2,count
about,source_name,Registry of bladder cancer,
about,generated,2026-02-01,
about,released,2026-01-15,
persons,,,1840
personsBySex,female,,420
personsBySex,male,,1420
personsByYearOfBirth,1950,,61..70
recordsInMonth,procedure,202511,35
personsByDomains,condition+drug,,1210
"""
"""A file as it may be given; the registry is made up."""

_COUNTS: Final[Mapping[str, Analysis]] = {
    name.lower(): analysis for name, analysis in ANALYSES.items() if analysis.kind is Kind.COUNT
}

_Cells = set[tuple[str, tuple[str, ...]]]


def template() -> str:
    """A file with a row for each analysis, without counts, which are to be filled in.

    Strata are named where their values must stand. Rows whose count is empty are passed over.
    """
    about = [f"{ABOUT},{key},," for key in KEYS]
    rows = [",".join([name, *(*ANALYSES[name].strata, "", "")[:2], ""]) for name in _names()]
    return "\n".join([",".join(HEADINGS), *about, *rows, ""])


def read(tables: Sequence[Table]) -> Iterator[Measured]:
    """What the tables tell, `Told` at the end; several add to each other.

    Raises Invalid at the first row that is wrong: whoever wrote it can mend it.
    """
    about: dict[str, str] = {}
    cells: _Cells = set()
    empty = 0
    for table in tables:
        rows = table.rows()
        for row in rows:
            analysis, first, second, number = (label(row[table.columns.index(name)]) for name in HEADINGS)
            try:
                if analysis.lower() == ABOUT:
                    _note(about, first.lower(), second or number)
                elif analysis.lower() == HEADINGS[0]:
                    continue
                elif number:
                    yield _tally(cells, analysis, (first, second), number)
                else:
                    empty += 1
            except ValueError as error:
                raise rows.invalid(str(error)) from None
    if empty:
        yield Dropped("rows without a count", empty, "An empty count is passed over, and not taken for none.")
    yield _told(about)


def _names() -> list[str]:
    return [analysis.name for analysis in _COUNTS.values()]


def _note(about: dict[str, str], key: str, value: str) -> None:
    if key not in KEYS:
        raise ValueError(f"“{key[:40]}” is nothing to tell about a file: that is {', '.join(KEYS)}.")
    if not value:
        return
    if key in _DATES and day(value) is None:
        raise ValueError(f"“{value[:40]}” is no date: write it like 2026-01-15.")
    if about.setdefault(key, value) != value:
        raise ValueError(f"the {key} is told twice, and differently.")


def _told(about: Mapping[str, str]) -> Told:
    def text(key: str) -> str:
        return about.get(key, "")

    return Told(
        "CSV",
        text("version"),
        text("source_name"),
        day(text("generated")),
        day(text("released")),
        text("cdm_version"),
        text("vocabulary_version"),
    )


def _tally(cells: _Cells, name: str, written: tuple[str, str], number: str) -> Tally:
    analysis = _COUNTS.get(name.lower())
    if analysis is None:
        raise ValueError(f"“{name[:40]}” is no analysis that can be given here: {', '.join(_names())}.")
    strata = _strata(analysis, written)
    low, high = _bounds(number)
    if (analysis.name, strata) in cells:
        raise ValueError("another row counts the same analysis and strata.")
    cells.add((analysis.name, strata))
    return Tally(analysis.name, strata, low, high)


def _strata(analysis: Analysis, written: tuple[str, str]) -> tuple[str, ...]:
    count = len(analysis.strata)
    if any(written[count:]):
        raise ValueError(f"{analysis.name} has {count or 'no'} strata: leave the other columns empty.")
    strata = []
    for name, text in zip(analysis.strata, written, strict=False):
        stratum = OF_WORDS[name](text)
        if stratum is None:
            raise ValueError(f"“{text[:40]}” is no {name}: {FORMS[name]}.")
        strata.append(stratum)
    return tuple(strata)


def _bounds(text: str) -> tuple[int, int]:
    """A number, or two bounds that are parted by two dots."""
    first, between, second = text.partition(_BETWEEN)
    low = count(first)
    high = count(second) if between else low
    if low > high:
        raise ValueError("the bounds of its count are in the wrong order.")
    return low, high
