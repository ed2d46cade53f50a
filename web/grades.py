"""The grades of evidence in words: what each is called and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.profiles.coverage_matrix import Grade
from web.i18n import mark

GRADES: Final[Mapping[Grade, str]] = {
    Grade.UNKNOWN: mark("unknown"),
    Grade.DECLARED: mark("declared"),
    Grade.MAPPED: mark("mapped"),
    Grade.COUNTED: mark("counted"),
    Grade.VALUED: mark("with value"),
}
"""What each grade is called; the templates translate it."""

MEANINGS: Final[Mapping[Grade, str]] = {
    Grade.VALUED: mark("The profile counts measurements of it that have a value."),
    Grade.COUNTED: mark("The profile counts persons or records with it."),
    Grade.MAPPED: mark("A variable is linked to a code or concept that stands for it."),
    Grade.DECLARED: mark("Its words stand in the description or in the name of a variable."),
    Grade.UNKNOWN: mark("Nothing was found. The source may hold it all the same."),
}
"""What each grade means, the highest first."""


@dataclass(frozen=True, slots=True)
class GradeView:
    """A grade with its name, and what it means or how often it occurs."""

    grade: str
    rank: int
    label: str
    meaning: str = ""
    count: int = 0


def view(grade: Grade, count: int = 0) -> GradeView:
    """A grade as a page shows it."""
    return GradeView(grade, grade.rank, GRADES[grade], MEANINGS[grade], count)


def meanings() -> tuple[GradeView, ...]:
    """All grades, the highest first."""
    return tuple(view(grade) for grade in MEANINGS)
