"""Where each country of Europe stands on the tile map: alpha-3 code -> (sign, column, row).

Our own arrangement: equal cells, neighbours kept where possible, islands set apart. The sign is the
two-letter code that European statistics use; columns and rows count from 1.
"""

from collections.abc import Mapping
from typing import Final

COLUMNS: Final = 11
ROWS: Final = 10

TILES: Final[Mapping[str, tuple[str, int, int]]] = {
    "ISL": ("IS", 1, 1),
    "NOR": ("NO", 6, 1),
    "SWE": ("SE", 7, 1),
    "FIN": ("FI", 8, 1),
    "EST": ("EE", 9, 2),
    "IRL": ("IE", 2, 3),
    "GBR": ("UK", 3, 3),
    "DNK": ("DK", 6, 3),
    "LVA": ("LV", 9, 3),
    "NLD": ("NL", 5, 4),
    "DEU": ("DE", 6, 4),
    "POL": ("PL", 8, 4),
    "LTU": ("LT", 9, 4),
    "BEL": ("BE", 4, 5),
    "LUX": ("LU", 5, 5),
    "LIE": ("LI", 6, 5),
    "CZE": ("CZ", 7, 5),
    "SVK": ("SK", 8, 5),
    "UKR": ("UA", 9, 5),
    "FRA": ("FR", 4, 6),
    "CHE": ("CH", 5, 6),
    "AUT": ("AT", 6, 6),
    "SVN": ("SI", 7, 6),
    "HUN": ("HU", 8, 6),
    "ROU": ("RO", 9, 6),
    "MDA": ("MD", 10, 6),
    "PRT": ("PT", 2, 7),
    "ESP": ("ES", 3, 7),
    "ITA": ("IT", 5, 7),
    "HRV": ("HR", 7, 7),
    "SRB": ("RS", 8, 7),
    "BGR": ("BG", 9, 7),
    "BIH": ("BA", 7, 8),
    "MNE": ("ME", 8, 8),
    "MKD": ("MK", 9, 8),
    "TUR": ("TR", 10, 8),
    "MLT": ("MT", 5, 9),
    "ALB": ("AL", 8, 9),
    "GRC": ("EL", 9, 9),
    "CYP": ("CY", 11, 10),
}

_STEPS: Final = (1, 3, 6, 10)
"""From how many datasets on a country takes the next deeper shade."""


def shade(count: int) -> int:
    """How deep a country with so many datasets is coloured, from 0 for none to 4."""
    return sum(count >= step for step in _STEPS)
