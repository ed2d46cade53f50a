"""Profiles that lie in a folder on this machine: the files of one release, or folders of several."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from catalogue.errors import Unavailable
from catalogue.records import Harvested, Incomplete, Noted
from harvesters.folder import home_of
from harvesters.kind import Asked, Kind
from harvesters.profile_listings import Listing, listing
from harvesters.profile_releases import OPTIONS, Place, characterisation, datasets, places


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The releases that are new or changed, the oldest first.

    Raises Invalid, and Unavailable for a folder that does not exist or cannot be read.
    """
    by_folder = datasets(asked)
    home = home_of(asked.url)
    for place in places(lambda path: _listing(home, path), by_folder):
        if isinstance(place, Incomplete):
            yield place
            continue
        known = asked.remembered.get(place.mark, "")
        if known and not place.is_latest:
            yield Noted(place.mark, known)
        else:
            yield _release(home, place, known)


def _release(home: Path, place: Place, known: str) -> Harvested:
    origin = f"{home.name}/{place.path}"
    try:
        return characterisation(home / place.path, place, origin, known)
    except OSError as error:
        return Incomplete(f"{origin} cannot be read: {error.strerror}. Nothing was taken from it.")


def _listing(home: Path, path: str) -> Listing:
    """What lies in a folder; raises Unavailable where it cannot be read."""
    try:
        return listing(f"{one.name}/" if one.is_dir() else one.name for one in (home / path).iterdir())
    except OSError as error:
        raise Unavailable(
            f"{home.name}/{path} cannot be read: {error.strerror}. Nothing was read."
        ) from error


KIND: Final = Kind(
    "profile-folder",
    "Characterisation profiles in a folder on this machine, such as the results of Achilles.",
    "The path of the folder with the files, or with a folder for each release named by its day.",
    harvest,
    OPTIONS,
    is_local=True,
)
