"""The files of all profiles of the demonstration, laid down in a folder once for the import."""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from web.demo.profile_texts import PROFILES, Edition, Profile, profiles
from web.demo.profiles import files

_MAKERS: Final = ("population.py", "profile_*.py", "profiles.py")


def laid_down(folder: Path) -> Iterator[tuple[Profile, Edition, Path]]:
    """Each release with the folder of its files, which are made only where they are not there from before.

    They are made ahead, in a process of its own that takes the second core. What other texts or other code
    made before is removed.
    """
    mine = folder / _fingerprint()
    for other in folder.iterdir() if folder.exists() else ():
        if other != mine:
            shutil.rmtree(other)
    lacking = [
        one for one in profiles() if not all(_place(mine, one, part).exists() for part in one.editions)
    ]
    with _made(mine, lacking) as made:
        for profile in profiles():
            if profile.id in made:
                made[profile.id].result()
            for edition in profile.editions:
                yield profile, edition, _place(mine, profile, edition)


@contextmanager
def _made(folder: Path, lacking: Iterable[Profile]) -> Iterator[dict[str, Future[None]]]:
    """Make the files of profiles; what is not made yet when they are no longer wanted is left."""
    ids = [profile.id for profile in lacking]
    if not ids:
        yield {}
        return
    pool = ProcessPoolExecutor(1, get_context("spawn"))
    try:
        yield {id: pool.submit(_make, folder, id) for id in ids}
    finally:
        pool.shutdown(cancel_futures=True)


def _make(folder: Path, id: str) -> None:
    profile = next(one for one in profiles() if one.id == id)
    for edition in profile.editions:
        _lay_down(_place(folder, profile, edition), profile, edition)


def _lay_down(place: Path, profile: Profile, edition: Edition) -> None:
    """Write all files or none."""
    making = place.with_name(f".{place.name}")
    for old in (making, place):
        shutil.rmtree(old, ignore_errors=True)
    making.mkdir(parents=True)
    for name, content in files(profile, edition).items():
        (making / name).parent.mkdir(parents=True, exist_ok=True)
        (making / name).write_bytes(content)
    making.rename(place)


def _place(folder: Path, profile: Profile, edition: Edition) -> Path:
    return folder / profile.id / edition.name


def _fingerprint() -> str:
    """What tells the texts and the code apart that make the files."""
    here = Path(__file__).parent
    makers = [path for pattern in _MAKERS for path in sorted(here.glob(pattern))]
    found = hashlib.sha256()
    for path in (*sorted(PROFILES.glob("*.toml")), *makers):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
