"""The time as it is handed in where nobody says another, and how it is written."""

from datetime import UTC, datetime

from pyoxigraph import Literal

from ontologies.namespaces import XSD


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> Literal:
    """A time in the canonical form of xsd:dateTime, which every engine gives back letter by letter."""
    text = moment.astimezone(UTC).isoformat().removesuffix("+00:00")
    return Literal(f"{text.rstrip('0') if moment.microsecond else text}Z", datatype=XSD.dateTime)
