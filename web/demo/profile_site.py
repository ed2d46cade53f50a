"""Where the profiles of a demonstration node lie: below its own site."""

from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from web.demo.playing import Served
from web.demo.profile_texts import Edition, Profile, profiles
from web.demo.profiles import files

_HTML: Final = "text/html; charset=utf-8"
_TYPES: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def answer(node: str, path: str) -> Served | None:
    """What lies at a path of the site of a node: a list of releases or of files, a file, or nothing."""
    for profile in profiles():
        if profile.node == node and path.rstrip("/") == profile.path:
            return _list(profile.path, (edition.name for edition in reversed(profile.editions)))
        for edition in profile.editions if profile.node == node else ():
            place = f"{profile.path}/{edition.name}"
            if path == place or path.startswith(f"{place}/"):
                return _within(profile, edition, place, path.removeprefix(place).strip("/"))
    return None


def _within(profile: Profile, edition: Edition, place: str, name: str) -> Served | None:
    content = _files(profile, edition)
    if not name:
        return _list(place, content)
    if name not in content:
        return None
    return Served(f"{place}/{name}", _TYPES[Path(name).suffix], content[name])


def _list(path: str, names: Iterable[str]) -> Served:
    """A page with a link to each, of releases the newest first."""
    links = "".join(f'<li><a href="{path}/{escape(name)}">{escape(name)}</a></li>' for name in names)
    page = f"<!doctype html><html lang=en><title>{path}</title><h1>{path}</h1><ul>{links}</ul></html>\n"
    return Served(path, _HTML, page.encode())


@cache
def _files(profile: Profile, edition: Edition) -> Mapping[str, bytes]:
    return files(profile, edition)
