"""The columns of the template for tables of datasets: each heading, and the field that it fills."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Final

from catalogue.fields import Field, Kind, field

IDENTIFIER: Final = "identifier"
TITLE: Final = "title"

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_NOT_IN_A_WORD: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading, in the words of those who fill it in.

    `path` leads by names of the field table from a dataset to the field. `several` values are parted by
    ";" or stand on lines of their own. `coded` names the vocabulary of what comes as a code although its
    field is a thing of its own. `also` are other headings of the same column.
    """

    heading: str
    path: tuple[str, ...]
    example: str = ""
    several: bool = False
    coded: str = ""
    also: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[Field, ...]:
        """The rows of the field table along the path; KeyError where it leaves the table."""
        return _along(self.path)

    @property
    def field(self) -> Field:
        """The field that is filled."""
        return self.fields[-1]


@dataclass(frozen=True, slots=True)
class Headed:
    """A column of a file: which of the template it is, and the language of its words, "" for none."""

    column: Column
    language: str = ""


DATASETS: Final = (
    Column(IDENTIFIER, ("identifier",), "heart-2024", also=("id",)),
    Column(TITLE, ("title",), "Heart failure register of the North"),
    Column("also known as", ("alternative",), "HFN", also=("acronym",)),
    Column("description", ("description",), "Everyone admitted with heart failure since 2008."),
    Column("keyword", ("keyword",), "heart failure; cardiology", True, also=("keywords",)),
    Column("theme", ("theme",), "HEAL", True, also=("themes",)),
    Column("kind of dataset", ("type",), "PERSONAL_DATA", True),
    Column("health category", ("healthCategory",), "MRMR", True, also=("health categories",)),
    Column("health theme", ("healthTheme",), "NONCOMMUNICABLE_DISEASES", True, also=("health themes",)),
    Column("programme", ("programme",), "BIGDATA-HEART", True, also=("programmes", "program")),
    Column("other identifier", ("otherIdentifier", "notation"), "10.5555/heart"),
    Column("landing page", ("landingPage",), "https://north.example/heart", also=("home page", "website")),
    Column("persons", ("persons",), "41200", also=("people", "number of persons")),
    Column("records", ("records",), "310000", also=("number of records",)),
    Column("min age", ("minAge",), "18", also=("minimum age",)),
    Column("max age", ("maxAge",), "104", also=("maximum age",)),
    Column("population", ("populationCoverage",), "Adults in hospital care"),
    Column("country", ("country",), "FIN; EST", True, also=("countries",)),
    Column("from", ("temporal", "startDate"), "2008", also=("start date",)),
    Column("to", ("temporal", "endDate"), "2024-12-31", also=("end date",)),
    Column("structured", ("structured",), "yes"),
    Column("standard", ("standard",), "OMOP", True, also=("standards", "data standard")),
    Column("coding system", ("codingSystem",), "ICD-10; ATC", True, also=("coding systems",)),
    Column("codes", ("codeValues",), "I50; I11.0", True),
    Column("language", ("language",), "FIN", True, also=("languages",)),
    Column("access rights", ("accessRights",), "RESTRICTED"),
    Column("law", ("applicableLegislation",), "http://data.europa.eu/eli/reg/2025/327/oj", True),
    Column("legal basis", ("legalBasis",), "A6-1-e; A9-2-j", True, "legal-basis"),
    Column("purpose", ("purpose", "description"), "Quality of care, and research on its course"),
    Column("personal data", ("personalData",), "Age; Gender", True),
    Column("kept from", ("retentionPeriod", "startDate"), "2008-01-01"),
    Column("kept until", ("retentionPeriod", "endDate"), "2058-12-31"),
    Column("publisher", ("publisher", "name"), "Northern Heart Institute"),
    Column("publisher kind", ("publisher", "type"), "research-institute-org"),
    Column("publisher e-mail", ("publisher", "agentContact", "email"), "info@north.example"),
    Column("publisher contact page", ("publisher", "agentContact", "contactPage")),
    Column("publisher home page", ("publisher", "homepage"), "https://north.example/"),
    Column("data holder", ("custodian", "name"), "Northern Heart Institute", also=("custodian",)),
    Column("data holder e-mail", ("custodian", "agentContact", "email")),
    Column("access body", ("hdab", "name"), "Permit Authority of the North"),
    Column("access body e-mail", ("hdab", "agentContact", "email"), "permits@authority.example"),
    Column("access body contact page", ("hdab", "agentContact", "contactPage")),
    Column("creator", ("creator",), "Northern Heart Institute", True, also=("creators",)),
    Column("contact", ("contactPoint", "fn"), "Register office", also=("contact name",)),
    Column("contact e-mail", ("contactPoint", "hasEmail"), "register@north.example"),
    Column("contact page", ("contactPoint", "hasURL"), "https://north.example/contact"),
    Column("contact telephone", ("contactPoint", "hasTelephone"), also=("contact phone",)),
    Column("origin of the data", ("provenance", "label"), "Entered by the wards at discharge"),
    Column("documentation", ("page",), several=True),
    Column("publications", ("isReferencedBy",), "https://doi.org/10.5555/heart", True),
    Column("related", ("relation",), several=True),
    Column("derived from", ("source",), several=True),
    Column("series", ("inSeries",), several=True),
    Column("access URL", ("distribution", "accessURL"), "https://north.example/apply"),
    Column("download URL", ("distribution", "downloadURL")),
    Column("access title", ("distribution", "title"), "Application for extracts"),
    Column("access description", ("distribution", "description"), "Extracts in a secure room"),
    Column("access law", ("distribution", "applicableLegislation"), several=True),
    Column("format", ("distribution", "format"), "CSV"),
    Column("licence", ("distribution", "license"), "CC_BY_4_0", coded="licence", also=("license",)),
    Column("frequency", ("frequency",), "ANNUAL", also=("updated",)),
    Column("issued", ("issued",), "2019-05-01"),
    Column("modified", ("modified",), "2026-03-03"),
    Column("version", ("version",), "2024.1"),
    Column("version notes", ("versionNotes",), "Adds the year 2024"),
)
"""The columns of a table with one dataset in each row, in the order of the template."""

DATASET: Final = "dataset"
TABLE: Final = "table"
NAME: Final = "name"
_COLUMN: Final = ("variables", "table", "column")

VARIABLES: Final = (
    Column(DATASET, (IDENTIFIER,), "heart-2024", also=("identifier", "dataset identifier")),
    Column(TABLE, ("variables", "table", "title"), "Admissions"),
    Column(NAME, (*_COLUMN, "columnName"), "nt_probnp", also=("variable",)),
    Column("label", (*_COLUMN, "columnTitle"), "NT-proBNP at admission", also=("title",)),
    Column("type", (*_COLUMN, "columnDatatype"), "decimal", also=("datatype",)),
    Column("unit", (*_COLUMN, "unit"), "ng/L"),
    Column("description", (*_COLUMN, "description"), "First value within 24 hours"),
    Column("concept", (*_COLUMN, "propertyUrl"), "http://loinc.org/rdf/33762-6"),
)
"""The columns of a table with one variable of a dataset in each row."""


def headed(heading: str, columns: tuple[Column, ...]) -> Headed | None:
    """The column that a heading names, such as `title@fr` or `Access URL`; None when there is none."""
    name, at, language = heading.partition("@")
    column = _by_name(columns).get(_folded(name))
    if column is None:
        return None
    if not at:
        return Headed(column)
    spoken = language.strip()
    if column.field.kind is not Kind.TEXT or not _LANGUAGE.fullmatch(spoken):
        return None
    return Headed(column, spoken)


def nearest(heading: str, columns: tuple[Column, ...]) -> str:
    """The heading that was most likely meant; "" when none is near."""
    name, at, language = heading.partition("@")
    known = _by_name(columns)
    found = get_close_matches(_folded(name)[:100], known, 1, 0.6)
    if not found:
        return ""
    column = known[found[0]]
    spoken = at and column.field.kind is Kind.TEXT and _LANGUAGE.fullmatch(language.strip())
    return f"{column.heading}@{language.strip()}" if spoken else column.heading


def names(columns: Iterable[Column]) -> list[str]:
    """The headings."""
    return [column.heading for column in columns]


@cache
def _by_name(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    """The columns by their folded names; a heading is stronger than another name of some column."""
    own = {_folded(column.heading): column for column in columns}
    other = {_folded(name): column for column in columns for name in column.also}
    return {**other, **own}


@cache
def _along(path: tuple[str, ...]) -> tuple[Field, ...]:
    found: list[Field] = []
    table = "Dataset"
    for name in path:
        found.append(field(table, name))
        table = found[-1].node
    return tuple(found)


def _folded(name: str) -> str:
    """A heading without case, blanks, hyphens and signs."""
    return _NOT_IN_A_WORD.sub("", name).casefold()
