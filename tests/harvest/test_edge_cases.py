"""The page on edge cases tells the truth about the tests."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "harvest-edge-cases.md").read_text()


def test_every_edge_case_has_its_line() -> None:
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", PAGE, re.M)]

    assert numbers == list(range(1, 78))


def test_every_test_that_the_page_names_exists() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert {name for name in named if f"def {name}(" not in sources} == set()
