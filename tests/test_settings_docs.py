"""Every setting is in the guide for operators, with its default."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from catalogue.settings import Settings

GUIDE = Path(__file__).parents[1] / "docs" / "settings.md"
ROWS = {
    found[1]: found[2]
    for found in re.finditer(r"^\| `FAIRFINDER_(\w+)` \| (.*?) \|", GUIDE.read_text("utf-8"), re.M)
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_described_with_its_default(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = "none" if default in ("", None, frozenset(), SecretStr("")) else f"`{default}`"

    assert ROWS[name.upper()].startswith(shown)


def test_nothing_is_described_that_is_no_setting() -> None:
    assert set(ROWS) == {name.upper() for name in Settings.model_fields}
