"""Which lists of values of a scan report may tell of persons, so that they are not taken in.

A name of a field that says identifier, name, date or free text is believed; so is the look of the values.
"""

import re
from dataclasses import dataclass, field
from typing import Final

MOST: Final = 500
"""So many different values are a code list; more are numbers, identifiers or text."""

_LONGEST: Final = 60
_RARE: Final = 0.5
"""The share of different values among all from which on each is of few records."""

_LONG: Final = 100
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_JOINED: Final = re.compile(r"(person|patient|subject|case|visit|encounter|record|provider)(id|nr|no|number)")
_CONCEPT: Final = re.compile(r".*_concept_id", re.I)

_IDENTIFIERS: Final = frozenset(
    "bsn chi cpr guid hash id identifier ids key mrn nhs nino patient person pk pnr ssn subject uuid".split()
)
_NAMES: Final = frozenset(
    (
        "achternaam alias apellido author clinician cognome doctor firstname forename fullname gp "
        "initials lastname middlename naam nachname name names nom nurse operator physician prenom "
        "provider staff surname user vorname"
    ).split()
)
_THINGS: Final = frozenset(
    (
        "concept device diagnosis disease drug field form ingredient item lab medication procedure product "
        "study substance test unit vaccine variable"
    ).split()
)
"""What has a name that is of nobody."""

_NAME: Final = frozenset({"name", "names"})
_ORIGINS: Final = frozenset("caste ethnic ethnicity nationality race religion tribe".split())
_DATES: Final = frozenset(
    (
        "age birth birthdate birthday birthyear born date dates datetime datum day dob geboortedatum "
        "geburtsdatum nacimiento naissance nascita time timestamp yob"
    ).split()
)
_PLACES: Final = frozenset(
    (
        "address adresse city email fax geo ip lat latitude location lon longitude mail mobile phone plz "
        "postal postcode street strasse tel telephone town url village zip zipcode"
    ).split()
)
_TEXTS: Final = frozenset(
    (
        "comment comments description free freetext letter narrative note notes remark remarks report text"
    ).split()
)
_DATE_TYPES: Final = ("date", "time")
_TEXT_TYPES: Final = ("clob", "blob", "xml", "json")

_SHAPES: Final = re.compile(
    r"\S+@\S+\.\S+"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}.*|(19|20)\d{6}"
    r"|[+0(][\d ()/.-]{7,}\d"
    r"|\d{10,}"
    r"|(https?://|www\.).*"
    r"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{1,3}(\.\d{1,3}){3}",
    re.I | re.A,
)
"""E-mail and web addresses, dates, numbers of telephones and persons, and identifiers of computers."""

_BY_NAME: Final = (
    (_IDENTIFIERS, "By its name it identifies persons or records."),
    (_NAMES, "By its name it holds names."),
    (_DATES, "By its name it holds dates or ages of persons."),
    (_PLACES, "By its name it tells where somebody lives or is reached."),
    (_TEXTS, "By its name it holds free text."),
    (_ORIGINS, "Race, ethnicity and the like are not taken in."),
)
_FREE_TEXT: Final = "It is free text."
_OF_DATES: Final = "It holds dates of persons."
_MANY: Final = f"It has more than {MOST} values, or half as many as there are records."
_LONG_VALUES: Final = f"A value has more than {_LONGEST} letters, as free text has."
_TELLING: Final = "A value looks like an address, a date, a number of a telephone or an identifier."


@dataclass(slots=True)
class Listed:
    """The values of a field with how often each occurs; of more than `MOST` the rest is not kept.

    `is_text` says that they are words of free text.
    """

    values: dict[str, int] = field(default_factory=dict)
    is_text: bool = False
    many: bool = False

    def add(self, value: str, times: int) -> None:
        """Add a value. How often a field is empty is told as a share."""
        if not value:
            return
        value = value[:_LONG]
        if value not in self.values and len(self.values) >= MOST:
            self.many = True
        else:
            self.values[value] = self.values.get(value, 0) + times


def why_left_out(name: str, type: str, distinct: int | None, unique: float | None, listed: Listed) -> str:
    """Why the values of a field may tell of a person, "" where they do not."""
    kind = type.casefold()
    if listed.is_text or kind.startswith(_TEXT_TYPES):
        return _FREE_TEXT
    if kind.startswith(_DATE_TYPES):
        return _OF_DATES
    if reason := _by_name(name):
        return reason
    if listed.many or (distinct or 0) > MOST or (unique or 0) >= _RARE:
        return _MANY
    if any(len(value) > _LONGEST for value in listed.values):
        return _LONG_VALUES
    return _TELLING if any(map(_SHAPES.fullmatch, listed.values)) else ""


def _by_name(name: str) -> str:
    """Codes of concepts are no identifiers of persons."""
    if _CONCEPT.fullmatch(name):
        return ""
    if _JOINED.search(name.casefold()):
        return _BY_NAME[0][1]
    parts = {part.casefold() for part in _WORDS.findall(name)}
    if parts & _THINGS:
        parts -= _NAME
    return next((reason for telling, reason in _BY_NAME if parts & telling), "")
