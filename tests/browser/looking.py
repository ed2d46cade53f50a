"""Looks at a page as everybody must be able to: what axe finds on it, and whether it is cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""The rules that see the theme; a second look at all others would find the same."""
RUN: Final = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"
UNFOLD: Final = "document.querySelectorAll('details').forEach(d => d.open = true)"


def look(page: Page, axe: str, widths: Sequence[int]) -> None:
    """Axe and the measure, in each width, light and dark."""
    page.evaluate(axe)
    page.evaluate(UNFOLD)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="light")
        found = page.evaluate(RUN, TAGS)["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate(RUN, COLOURS)["violations"]

        assert not [(f["id"], n["target"], n["failureSummary"]) for f in found for n in f["nodes"]]
        assert page.evaluate("document.documentElement.scrollWidth") == width
