"""Whether a value is of the sort its field asks for: text, a link, a well-formed number or date."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from catalogue.fields import Field, Kind
from catalogue.mapping import Value
from ontologies.namespaces import XSD

Rule = Callable[[Value], bool]

_ZONE: Final = r"(?:Z|[+-]\d\d:\d\d)?"
_DAY: Final = r"-?(\d{4,})-(\d\d)-(\d\d)"
_TIME: Final = r"T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DATE: Final = re.compile(_DAY + _ZONE, re.ASCII)
_DATE_TIME: Final = re.compile(_DAY + _TIME + _ZONE, re.ASCII)
_DATE_TIME_STAMP: Final = re.compile(_DAY + _TIME + r"(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_MONTH: Final = re.compile(r"-?(\d{4,})-(\d\d)" + _ZONE, re.ASCII)
_YEAR: Final = re.compile(r"-?(\d{4,})" + _ZONE, re.ASCII)
_WHOLE: Final = re.compile(r"\+?\d+|-0+", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_HEXADECIMAL: Final = re.compile(r"(?:[0-9a-fA-F]{2})*")
_DURATION: Final = re.compile(
    r"-?P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?!$)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
    re.ASCII,
)

_TEXT: Final = "“{label}” must be text, not a link. Given: {value}."
_KINDS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: _TEXT,
    Kind.LITERAL: _TEXT,
    Kind.INTEGER: (
        "“{label}” must be a whole number, zero or more, of the type xsd:nonNegativeInteger. Given: {value}."
    ),
    Kind.BOOLEAN: "“{label}” must be true or false, of the type xsd:boolean. Given: {value}.",
    Kind.DATE: (
        "“{label}” must be a date such as 2024-05-31, of the type xsd:date, xsd:dateTime, "
        "xsd:gYearMonth or xsd:gYear. Given: {value}."
    ),
    Kind.LINK: "“{label}” must be a link with an address, not text. Given: {value}.",
    Kind.CONCEPT: "“{label}” must be the link of a code, not text. Given: {value}.",
    Kind.NODE: "“{label}” must have fields of its own and not be text. Given: {value}.",
}
_TYPED: Final[Mapping[str, str]] = {
    "dateTimeStamp": (
        "“{label}” must be a time with its zone such as 2024-05-31T12:00:00Z, of the type "
        "xsd:dateTimeStamp. Given: {value}."
    ),
    "duration": (
        "“{label}” must be a length of time such as P1M for one month, of the type xsd:duration. "
        "Given: {value}."
    ),
    "decimal": "“{label}” must be a number such as 100.0, of the type xsd:decimal. Given: {value}.",
    "hexBinary": (
        "“{label}” must be pairs of hexadecimal digits, of the type xsd:hexBinary. Given: {value}."
    ),
}
TEMPLATES: Final = (*_KINDS.values(), *_TYPED.values())
"""Every sentence of this module, for translators."""


def fault(field: Field) -> str:
    """The sentence for a value that breaks the rule of its field."""
    return _TYPED.get(field.datatype) or _KINDS[field.kind]


def rule_for(field: Field, *, addresses: bool) -> Rule:
    """The rule that every value of the field must pass; `addresses` refuses blank nodes."""
    if field.datatype:
        return _typed(field.datatype)
    match field.kind:
        case Kind.TEXT | Kind.LITERAL:
            return _is_literal
        case Kind.INTEGER:
            return _typed("nonNegativeInteger")
        case Kind.BOOLEAN:
            return _typed("boolean")
        case Kind.DATE:
            return _typed("date", "dateTime", "gYearMonth", "gYear")
        case Kind.LINK | Kind.CONCEPT | Kind.NODE:
            return _is_address if addresses else _is_node


def _typed(*names: str) -> Rule:
    forms = {XSD + name: _FORMS[name] for name in names}

    def fits(value: Value) -> bool:
        if not isinstance(value, Literal):
            return False
        well_formed = forms.get(value.datatype.value)
        return well_formed is not None and well_formed(value.value)

    return fits


def _is_literal(value: Value) -> bool:
    return isinstance(value, Literal)


def _is_node(value: Value) -> bool:
    return isinstance(value, NamedNode | BlankNode)


def _is_address(value: Value) -> bool:
    return isinstance(value, NamedNode)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


def _in_calendar(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def well_formed(text: str) -> bool:
        found = pattern.fullmatch(text)
        if found is None:
            return False
        try:
            year, month, day = (*map(int, found.groups()), 1, 1)[:3]
            date(2000 + year % 400, month, day)  # the calendar repeats every 400 years
        except ValueError:
            return False
        return True

    return well_formed


_FORMS: Final[Mapping[str, Callable[[str], bool]]] = {
    "nonNegativeInteger": _matches(_WHOLE),
    "boolean": frozenset({"true", "false", "1", "0"}).__contains__,
    "date": _in_calendar(_DATE),
    "dateTime": _in_calendar(_DATE_TIME),
    "dateTimeStamp": _in_calendar(_DATE_TIME_STAMP),
    "gYearMonth": _in_calendar(_MONTH),
    "gYear": _in_calendar(_YEAR),
    "duration": _matches(_DURATION),
    "decimal": _matches(_DECIMAL),
    "hexBinary": _matches(_HEXADECIMAL),
}
