"""Lindenfeld, an institute that keeps its list of datasets in a spreadsheet and one description in RDF."""

from pathlib import Path
from typing import Final

from web.demo.playing import Part

NODE: Final = Part(
    "lindenfeld",
    "folder",
    options={"base": "https://lindenfeld.example/dataset/"},
    folder=Path(__file__).parents[1] / "sources" / "folder",
)
