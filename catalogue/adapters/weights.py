"""How much each way in which a word can match adds to the score of a record, on every engine."""

from collections.abc import Mapping
from typing import Final

STEM: Final[Mapping[str, float]] = {"high": 3.0, "low": 1.0}
PLAIN: Final[Mapping[str, float]] = {"high": 3.3, "low": 1.1}
PREFIX: Final[Mapping[str, float]] = {"high": 0.6, "low": 0.2}
CLOSE: Final[Mapping[str, float]] = {"high": 1.5, "low": 0.5}
EXACT_TITLE: Final = 1000.0
TITLE_START: Final = 100.0
OTHER_FIELDS: Final = 0.1
"""What the fields that match a word less well add to the score of the best."""
