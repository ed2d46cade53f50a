"""A count as every page tells it: its words and its look, for `told` of counts.html."""

from dataclasses import dataclass
from typing import Final

from catalogue.profiles.counts import State
from web.charts.amounts import words
from web.charts.chart import Say, Told

_LOOKS: Final = {State.SUPPRESSED: "hidden", State.ABSENT: "absent"}


@dataclass(frozen=True, slots=True)
class Telling:
    """`text` says all; `look` is `hidden`, `absent`, or "" for what is told."""

    text: str
    look: str = ""


def telling(count: Told, say: Say) -> Telling:
    """12,430; 12,400–12,500; hidden (1–5); – not provided."""
    return Telling(words(count, say), _LOOKS.get(count.state, ""))
