"""The colours of the style sheet keep the contrast that WCAG asks for, in light and in dark."""

import re
from collections.abc import Iterable
from importlib.resources import files
from typing import Final

import pytest

CSS: Final = (files("web") / "static" / "app.css").read_text("utf-8")
TOKENS: Final = {
    name: (light, dark)
    for name, light, dark in re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
}
TEXT: Final = (
    *((ink, ground) for ink in ("ink", "quiet", "accent") for ground in ("paper", "raised", "wash")),
    *((ink, ground) for ink in ("warm", "bad", "good") for ground in ("paper", "raised")),
    ("on-accent", "accent"),
    *((f"on-shade-{step}", f"shade-{step}") for step in (1, 2, 3, 4)),
)
GRAPHICS: Final = (
    *((sign, ground) for sign in ("accent", "edge", "good") for ground in ("paper", "raised")),
    ("accent", "wash"),
)


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak(pairs: Iterable[tuple[str, str]], theme: int, least: float) -> dict[tuple[str, str], float]:
    """The pairs of tokens whose contrast in a theme is less than it must be."""
    found = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in pairs}
    return {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_has_a_contrast_of_at_least_four_and_a_half(theme: int) -> None:
    assert not weak(TEXT, theme, 4.5)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_signs_and_edges_have_a_contrast_of_at_least_three(theme: int) -> None:
    assert not weak(GRAPHICS, theme, 3)


def test_every_colour_of_the_sheet_is_a_token_with_both_themes() -> None:
    body = CSS[CSS.index("}") :]

    assert len(TOKENS) == 20
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", body)


def test_the_style_sheet_and_the_script_stay_small() -> None:
    assert len(CSS.encode()) <= 40_000
    assert len((files("web") / "static" / "app.js").read_bytes()) <= 12_000
