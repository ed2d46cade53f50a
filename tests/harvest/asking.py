"""A harvest as it is asked for in the tests."""

from collections.abc import Mapping
from functools import cache

from harvesters.http import Client
from harvesters.kind import Asked
from ontologies.vocabularies import load

vocabularies = cache(load)


def asked(
    url: str,
    client: Client,
    *,
    cursor: str = "",
    remembered: Mapping[str, str] | None = None,
    **options: str,
) -> Asked:
    """A harvest of `url`; further names are options of its kind."""
    return Asked(url, client, vocabularies(), options, cursor, remembered or {})
