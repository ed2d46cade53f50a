"""Readers of what custodians of Health Data Research UK write where a value should stand."""

import re
from collections.abc import Mapping
from typing import Final

from harvesters.json_values import day, doi, many, node, text, webs, word, words

_NOTHING_SAID: Final = frozenset(
    """not applicable|unknown|other|not known|n/a|na|null|none|not available|none/not available
|in progress|tbc|tbd|local|not specified""".replace("\n", "").split("|")
)
_COMMAS: Final = re.compile(r";,;|[;,]")
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'(),;]+[^\s<>\"'(),;.]", re.I)
_BRITISH_DAY: Final = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")


def said(value: object) -> str:
    """Words that say something."""
    told = word(value)
    return "" if told.lower() in _NOTHING_SAID else told


def split(value: object) -> list[str]:
    """The words in a list or in strings with commas, without those that say nothing."""
    parts = words([part for one in words(value) for part in _COMMAS.split(one)])
    return [one for one in parts if one.lower() not in _NOTHING_SAID]


def coded(among: Mapping[str, object], *names: str) -> list[str]:
    """The codes under the first of these names that has any."""
    return next((found for name in names if (found := split(among.get(name)))), [])


def british_day(value: object) -> str:
    """A date; with slashes it is written as the British do, day first."""
    told = day(value)
    if british := _BRITISH_DAY.fullmatch(told):
        return f"{british[3]}-{british[2]:0>2}-{british[1]:0>2}"
    return "" if told.lower() in _NOTHING_SAID or told.lower() == "continuous" else told


def addresses(values: list[object]) -> list[str]:
    """Every address of the web and every DOI in values, be they alone, in words or in objects."""
    found: list[str] = []
    for one in (one for value in values for one in many(value)):
        told = text(node(one).get("url")) if isinstance(one, dict) else text(one)
        for part in told.split(";,;"):
            known = doi(part.strip())
            found += [known] if known else _ADDRESS.findall(part)
    return webs(found)
