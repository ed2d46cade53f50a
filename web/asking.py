"""What a request asks of the index, and in which language it wants its answer."""

import re
from collections.abc import Sequence
from typing import Final

from fastapi import Request

from catalogue.errors import Invalid
from catalogue.query_url import parse_query
from catalogue.search import SearchQuery
from web.api_views import Speaker
from web.state import state

LONGEST_TEXT: Final = 500
MOST_PARAMETERS: Final = 200
ENGLISH: Final = "en"

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_QUALITY: Final = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def asked(request: Request) -> SearchQuery:
    """The search of a URL; raises Invalid for one that cannot be or is too long."""
    return query_of(request.query_params.multi_items())


def query_of(pairs: Sequence[tuple[str, str]]) -> SearchQuery:
    """The search that parameters ask for; raises Invalid for one that cannot be or is too long."""
    if len(pairs) > MOST_PARAMETERS:
        raise Invalid(f"The search has {len(pairs):,} parameters; the most is {MOST_PARAMETERS}.")
    query = parse_query(pairs)
    if len(query.text) > LONGEST_TEXT:
        length = f"{len(query.text):,}"
        raise Invalid(f"The words of the search have {length} letters; the most is {LONGEST_TEXT}.")
    return query


def speaker(request: Request) -> Speaker:
    """Speaks the language of `lang`, else the first of Accept-Language, else English."""
    catalogue = state(request).catalogue
    given = request.query_params.get("lang", "").strip()
    if given and not _LANGUAGE.fullmatch(given):
        raise Invalid(f"The answer cannot have lang={given:.100}: it must be a language such as en or fr.")
    wanted = given or _preferred(request.headers.get("accept-language", ""))
    return Speaker(catalogue.base, catalogue.vocabularies, wanted.partition("-")[0].lower())


def number(request: Request, name: str, default: int, most: int) -> int:
    """A parameter that is a number from 1 on; raises Invalid."""
    text = request.query_params.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Invalid(f"There cannot be {name}={text:.100}: it must be a number from 1 to {most}.")
    return int(text)


def _preferred(header: str) -> str:
    best, language = 0.0, ENGLISH
    for item in header.split(",")[:50]:
        tag, _, parameters = item.strip().partition(";")
        told = _QUALITY.fullmatch(parameters.replace(" ", ""))
        quality = float(told[1]) if told else float(not parameters)
        if quality > best and _LANGUAGE.fullmatch(tag.strip()):
            best, language = quality, tag.strip()
    return language
