"""Where profiles of demonstration nodes lie: below the site of each, and in a folder for the import."""

import hashlib
import shutil
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from web.demo.playing import Served
from web.demo.profile_texts import PROFILES, Edition, Profile, profiles
from web.demo.profiles import files

_HTML: Final = "text/html; charset=utf-8"
_TYPES: Final = {".csv": "text/csv; charset=utf-8", ".json": "application/json"}
_MAKERS: Final = ("population.py", "profile_*.py", "profiles.py")


def answer(node: str, path: str) -> Served | None:
    """What lies at a path of the site of a node: a list of releases or of files, a file, or nothing."""
    for profile in profiles():
        if profile.node == node and path.rstrip("/") == profile.path:
            return _list(profile.path, [edition.name for edition in reversed(profile.editions)])
        for edition in profile.editions if profile.node == node else ():
            place = f"{profile.path}/{edition.name}"
            if path == place or path.startswith(f"{place}/"):
                return _within(profile, edition, place, path.removeprefix(place).strip("/"))
    return None


def laid_down(folder: Path) -> Iterator[tuple[Profile, Edition, Path]]:
    """Each release with the folder of its files, which are made only where they are not there from before.

    What other texts or other code made before is removed.
    """
    mine = folder / _fingerprint()
    for other in folder.iterdir() if folder.exists() else ():
        if other != mine:
            shutil.rmtree(other)
    for profile in profiles():
        for edition in profile.editions:
            place = mine / profile.id / edition.name
            if not place.exists():
                _lay_down(place, _files(profile, edition))
            yield profile, edition, place


def _lay_down(place: Path, content: dict[str, bytes]) -> None:
    """Write all files or none."""
    making = place.with_name(f".{place.name}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    for name, part in content.items():
        (making / name).write_bytes(part)
    making.rename(place)


def _within(profile: Profile, edition: Edition, place: str, name: str) -> Served | None:
    content = _files(profile, edition)
    if not name:
        return _list(place, list(content))
    if name not in content:
        return None
    return Served(f"{place}/{name}", _TYPES[Path(name).suffix], content[name])


def _list(path: str, names: list[str]) -> Served:
    """A page with a link to each; the newest or first stands on top."""
    links = "".join(f'<li><a href="{path}/{escape(name)}">{escape(name)}</a></li>' for name in names)
    page = f"<!doctype html><html lang=en><title>{path}</title><h1>{path}</h1><ul>{links}</ul></html>\n"
    return Served(path, _HTML, page.encode())


@cache
def _files(profile: Profile, edition: Edition) -> dict[str, bytes]:
    return dict(files(profile, edition))


def _fingerprint() -> str:
    """What tells the texts and the code apart that make the files."""
    here = Path(__file__).parent
    makers = [path for pattern in _MAKERS for path in sorted(here.glob(pattern))]
    found = hashlib.sha256()
    for path in (*sorted(PROFILES.glob("*.toml")), *makers):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
