"""The page of the fields says what the field table says."""

import runpy
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "fields.md"


def test_the_page_of_the_fields_is_written_from_the_table() -> None:
    script = runpy.run_path(str(PAGE.with_name("make_fields.py")))

    assert PAGE.read_text("utf-8") == script["page"](), "run: python docs/make_fields.py"
