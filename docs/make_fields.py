"""Write docs/fields.md, the documentation of the field table: python docs/make_fields.py"""

from collections.abc import Iterator
from pathlib import Path

from catalogue.fields import CLASSES, TABLES, Field, Profile
from ontologies.namespaces import PREFIXES

PAGE = Path(__file__).with_name("fields.md")

_LEVELS = {"M": "must", "R": "should", "O": "may"}

_INTRODUCTION = """\
# The fields

Every field that FAIRfinder knows, by class, as `catalogue/fields.py` declares it. This page is
written by `python docs/make_fields.py`. “Must”, “should” and “may” stand for mandatory, recommended
and optional, for DCAT-AP 3.0.1 and the three levels of HealthDCAT-AP Release 8. All other
properties of a description are kept and shown too.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(line for table in TABLES for line in _section(table))])


def _section(table: str) -> Iterator[str]:
    yield f"## {table} (`{_short(CLASSES[table].value)}`)\n"
    heads = ["Field", "Property", "Label", "Kind", "Values", *Profile, "Facet"]
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for field in TABLES[table]:
        yield "| " + " | ".join(_cells(field)) + " |"
    yield ""


def _cells(field: Field) -> list[str]:
    values = field.vocabulary or field.node or (f"xsd:{field.datatype}" if field.datatype else "")
    return [
        f"`{field.name}`",
        f"`{_short(field.path.value)}`",
        field.label,
        field.kind,
        f"{values}{'' if field.many else ', one'}".removeprefix(", "),
        *(_LEVELS[field.required(profile)] for profile in Profile),
        "yes" if field.facet else "",
    ]


def _short(iri: str) -> str:
    best = max((ns for ns in PREFIXES.values() if iri.startswith(ns)), key=len)
    return next(f"{prefix}:{iri[len(best) :]}" for prefix, ns in PREFIXES.items() if ns == best)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
