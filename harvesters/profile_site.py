"""Profiles that a node puts into a folder on the web: the files of one release, or folders of several."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

import httpx

from catalogue.errors import CatalogueError, Invalid, NotFound, Refused, Unreadable
from catalogue.records import Harvested, Incomplete, Noted
from harvesters.addresses import origin, web_address
from harvesters.choices import whole_number
from harvesters.http import Client, Fetched
from harvesters.kind import Asked, Kind
from harvesters.profile_listings import INDEXES, Listing, listed
from harvesters.profile_releases import OPTIONS, Files, Place, characterisation, datasets, places, versions
from harvesters.profiles import ares_concepts
from harvesters.statuses import is_final

log = logging.getLogger(__name__)

MOST_FILES: Final = 200
MOST_CONCEPTS: Final = 1_000
MOST_BYTES: Final = 4 << 30
"""What the files of one release may come to."""

_PATIENCE: Final = 3
"""After so many files of a release that cannot be had, no other is asked for."""


def harvest(asked: Asked) -> Iterator[Harvested]:
    """The releases that are new or changed, the oldest first; raises what hinders the list of them.

    A release of which a file cannot be had makes the run incomplete, and is left as it is.
    """
    by_folder = datasets(asked)
    most = whole_number(asked, "concepts", 0, 0, MOST_CONCEPTS)
    site = _Site(asked.client, asked.url)
    for place in places(site.listing, by_folder):
        if isinstance(place, Incomplete):
            yield place
            continue
        known = asked.remembered.get(place.mark, "")
        if known and not place.is_latest:
            yield Noted(place.mark, known)
        else:
            yield from _release(site, place, known, most)


def _release(site: "_Site", place: Place, known: str, most: int) -> Iterator[Harvested]:
    address = site.address(place.path)
    try:
        here = site.listing(place.path)
        with TemporaryDirectory(prefix="fairfinder-", ignore_cleanup_errors=True) as scratch:
            # its name may tell the day of the release
            folder = Path(scratch, place.path.rstrip("/").rpartition("/")[2] or "profile")
            folder.mkdir()
            found = _taken(site, place, here, versions(known), folder)
            if most and found.files and not found.faults:
                _fetch_concepts(site, place.path, folder, most, found)
            if found.faults:
                yield from found.faults
            elif not found.files:
                log.info("%s is as it was", address)
                yield Noted(place.mark, known)
            else:
                yield characterisation(folder, place, address, known, found.files)
    except CatalogueError as error:
        yield Incomplete(f"The profile at {address} could not be had: {error}")


class _Site:
    """A folder on the web; nothing outside it is ever asked for."""

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._root = _root(url)
        self._known: dict[str, Listing] = {}

    def address(self, path: str) -> str:
        """The address of a folder or file below the root."""
        return str(self._root.join(quote(path))) if path else str(self._root)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Fetched:
        """What lies at a path; raises what `Client.get` raises, and Refused for a way out of the folder."""
        return self._client.get(self.address(path), headers=headers, follow=self._holds)

    def listing(self, path: str) -> Listing:
        """What lies in a folder, by its page or by the index in it; raises what hinders both."""
        if path not in self._known or not self._known[path].is_certain:
            self._known.update(self._asked(path))
        return self._known[path]

    def _asked(self, path: str) -> Mapping[str, Listing]:
        try:
            found = listed(self.get(path))
        except CatalogueError as error:
            if not isinstance(error, Unreadable) and not is_final(error):
                raise
            if path in self._known:
                return {}
            return self._indexed(path, INDEXES, error)
        inside = [name for name in INDEXES if name in found[""].files]
        if inside:
            return self._indexed(
                path, inside, Unreadable(f"{self.address(path)} has an index that is not there.")
            )
        return {path + below: one for below, one in found.items()}

    def _indexed(self, path: str, names: Iterable[str], error: CatalogueError) -> Mapping[str, Listing]:
        """A folder by the first index that it has; raises the error where it has none."""
        for name in names:
            try:
                found = listed(self.get(path + name))
            except CatalogueError as other:
                if not is_final(other):
                    raise
                continue
            return {path + below: one for below, one in found.items()}
        raise error

    def _holds(self, there: httpx.URL) -> bool:
        """Whether an address lies in the folder, a folder without its slash and https for http included."""
        secured = there.scheme == "https" and there.port is None and there.host == self._root.host
        at_home = secured or origin(there) == origin(self._root)
        return at_home and f"{there.path.rstrip('/')}/".startswith(self._root.path)


@dataclass(slots=True)
class _Taken:
    """What came of a release: its files as they were written down, those that are as they were, faults."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    faults: list[Incomplete] = field(default_factory=list)
    size: int = 0


def _taken(site: _Site, place: Place, here: Listing, before: Files, folder: Path) -> _Taken:
    """Write down all files of a release; none where not one of them has changed."""
    if not 0 < len(here.files) <= MOST_FILES:
        raise Invalid(f"It lists {len(here.files):,} files, and a release has 1 to {MOST_FILES}.")
    taken = _Taken()
    _fetch(site, place.path, here, before, folder, taken)
    if not taken.faults and (taken.files or {*taken.same} != {*before}):
        _fetch(site, place.path, Listing(tuple(taken.same)), {}, folder, taken)
    if not taken.files and not taken.same and not taken.faults:
        taken.faults.append(Incomplete(f"No file of a release lies at {site.address(place.path)}."))
    return taken


def _fetch(site: _Site, path: str, here: Listing, before: Files, folder: Path, taken: _Taken) -> None:
    """Write down those files that are not as they were before, until too many cannot be had."""
    for name in here.files:
        try:
            fetched = site.get(path + name, _condition(*before.get(name, ("", ""))))
            if fetched.status == HTTPStatus.NOT_MODIFIED:
                taken.same.append(name)
                continue
            taken.size += len(fetched.content)
            if taken.size > MOST_BYTES:
                raise Refused(f"The release is larger than {MOST_BYTES >> 30} GB. Nothing was taken from it.")
            (folder / name).write_bytes(fetched.content)
            taken.files[name] = fetched.etag, fetched.last_modified
        except NotFound as error:
            if here.is_certain:
                taken.faults.append(Incomplete(str(error)))
        except CatalogueError as error:
            taken.faults.append(Incomplete(str(error)))
        if len(taken.faults) >= _PATIENCE:
            return


def _fetch_concepts(site: _Site, path: str, folder: Path, most: int, taken: _Taken) -> None:
    """Write down the reports of the most frequent concepts of a release of Ares that are there.

    They are made with the other files, so that whether they changed follows from those.
    """
    here = Listing(ares_concepts.named(folder, most), is_certain=False)
    for name in here.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    reports = _Taken(size=taken.size)
    _fetch(site, path, here, {}, folder, reports)
    taken.faults += reports.faults


def _condition(etag: str, modified: str) -> dict[str, str]:
    """The headers by which only what changed is sent (RFC 9110, 13.1)."""
    if etag:
        return {"If-None-Match": etag}
    return {"If-Modified-Since": modified} if modified else {}


def _root(url: str) -> httpx.URL:
    """The folder, from its address or that of an index in it; raises Refused and Invalid."""
    given = web_address(url)
    if given.query:
        raise Invalid(f"{given} has a query. Give the address of the folder without one.")
    folder, _, last = given.path.rpartition("/")
    path = folder if last in INDEXES else given.path.rstrip("/")
    return given.copy_with(path=f"{path}/")


KIND: Final = Kind(
    "profiles",
    "Characterisation profiles that a node puts into a folder on the web, such as the results of Achilles.",
    "The folder, whose page or index.json lists the files, or a folder for each release named by its day.",
    harvest,
    {
        **OPTIONS,
        "concepts": "Of how many of its most frequent concepts the reports of a release of Ares are asked "
        f"for, one request each, from 0 to {MOST_CONCEPTS}; 0 when not given.",
    },
)
