"""Lindenfeld, where counts of the leukaemia register lie on the machine of the institute, in one table."""

from pathlib import Path
from typing import Final

from web.demo.playing import Part

NODE: Final = Part(
    "lindenfeld-counts",
    "profile-folder",
    options={"dataset": "https://lindenfeld.example/dataset/leukaemia-at"},
    folder=Path(__file__).parents[1] / "sources" / "profile_folder",
)
