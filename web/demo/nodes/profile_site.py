"""Bokamem, a memory centre that puts counts of its cohort on the web each spring, for others to link."""

from collections.abc import Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import Final

from web.demo.playing import Answering, Heard, Part, Served

PATH: Final = "/counts/"
DATASET: Final = "https://tejolis.example/dataset/early-dementia"

_RELEASES: Final = Path(__file__).parents[1] / "sources" / "profile_site"


def _answering(url: str) -> Answering:
    return partial(_answer, url)


def _answer(url: str, heard: Heard) -> Served | None:
    """The list of releases, that of the files of one, or a file."""
    releases = {one.name: one for one in _RELEASES.iterdir()}
    release, _, name = heard.path.removeprefix(PATH).partition("/")
    if heard.method != "GET" or not heard.path.startswith(PATH) or release not in (*releases, ""):
        return None
    if not release:
        return _page(url, heard, (f"{one}/" for one in releases))
    files = {one.name: one for one in releases[release].iterdir()}
    if not name:
        return _page(url, heard, files)
    return Served(heard.target, "text/csv", files[name].read_bytes()) if name in files else None


def _page(url: str, heard: Heard, names: Iterable[str]) -> Served:
    """A page of links, as servers write it for a folder."""
    links = "".join(
        f'<li><a href="{url}{heard.path}{escape(one)}">{escape(one)}</a></li>' for one in sorted(names)
    )
    page = f"<!doctype html><html lang=en><title>{heard.path}</title><ul>{links}</ul></html>\n"
    return Served(heard.target, "text/html; charset=utf-8", page.encode())


NODE: Final = Part("bokamem", "profiles", PATH, _answering, {"dataset": DATASET})
