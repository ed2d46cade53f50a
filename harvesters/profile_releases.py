"""Which folders are releases of which dataset, and what the files in one tell; here or on the web alike."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from catalogue.errors import Invalid, Refused
from catalogue.records import Characterisation, Harvested, Incomplete, Noted, Rejected
from harvesters.json_values import many, node, text
from harvesters.kind import Asked
from harvesters.profile_listings import Listing
from harvesters.profiles import read
from harvesters.profiles.digests import digest

OPTIONS: Final = {
    "dataset": "The dataset that the files are of, by the id of its record or its IRI. Where each of several "
    "has a folder of its own, such as the sources of Ares: FOLDER=DATASET for each, with blanks between.",
}

log = logging.getLogger(__name__)

_DAY: Final = re.compile(r"\d{8}|\d{4}-\d\d-\d\d")
_NAMED: Final = re.compile(r"([^=:/\s]+)=(\S+)")
_SHOWN: Final = 10

Files: TypeAlias = Mapping[str, tuple[str, str]]
"""The files of a release with their ETag and Last-Modified, as far as a server tells them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder with one release of a dataset; `path` leads there from the root, with a slash at its end."""

    dataset: str
    path: str
    is_latest: bool = True

    @property
    def mark(self) -> str:
        """Under which name it is remembered."""
        return f"{self.dataset} {self.path}"


def datasets(asked: Asked) -> Mapping[str, str]:
    """The datasets by their folders, "" for the root; raises Invalid."""
    words = asked.option("dataset").split()
    if len(words) == 1 and not _NAMED.fullmatch(words[0]):
        return {"": words[0]}
    named = [match for word in words if (match := _NAMED.fullmatch(word))]
    if not words or len(named) < len(words):
        raise Invalid(
            "The option dataset must say which dataset the files are of: the id of its record or its IRI, or "
            "FOLDER=DATASET for each folder, with blanks between."
        )
    return {match[1]: match[2] for match in named}


def places(listing: Callable[[str], Listing], by_folder: Mapping[str, str]) -> Iterator[Place | Incomplete]:
    """The releases of each dataset, the oldest first; a folder that is not there is told.

    Raises what `listing` raises, and Invalid where it is not said which of several sources is meant.
    """
    root = listing("")
    for folder, dataset in sorted(by_folder.items()):
        if folder and folder not in root.folders:
            yield Incomplete(f"There is no folder {folder} of {dataset}. {_shown(root.folders)}")
        else:
            yield from _of(listing, dataset, f"{folder}/" if folder else "")


def characterisation(
    folder: Path, place: Place, origin: str, known: str, files: Files | None = None
) -> Harvested:
    """What the files in a folder tell; only what is to be remembered where they are as they were.

    `known` is what was remembered, `files` how the server tells their versions.
    """
    found = digest([folder])
    mark = json.dumps({"digest": found, "files": files or {}})
    if found == _digest(known):
        log.info("%s is as it was", origin)
        return Noted(place.mark, mark)
    try:
        told = tuple(read([folder]))
    except (Invalid, Refused) as error:
        return Rejected(origin, place.dataset, f"The profile was not taken in: {error}")
    marks = {place.mark: mark}
    return Characterisation(place.dataset, origin, told, found, is_latest=place.is_latest, marks=marks)


def _of(listing: Callable[[str], Listing], dataset: str, path: str) -> Iterator[Place]:
    """The releases in a folder: those in folders named by days, else the files that lie in it."""
    here = listing(path)
    days = sorted(name for name in here.folders if _DAY.fullmatch(name))
    if days:
        yield from (Place(dataset, f"{path}{day}/", day == days[-1]) for day in days)
    elif here.files:
        yield Place(dataset, path)
    elif len(here.folders) == 1 and not path:
        yield from _of(listing, dataset, f"{here.folders[0]}/")
    else:
        raise Invalid(
            f"No file of a profile of {dataset} lies in {path or 'the folder'}. {_shown(here.folders)}"
        )


def _shown(folders: tuple[str, ...]) -> str:
    """Which folders there are, and what to do."""
    if not folders:
        return "It has no folders either: check the address."
    more = ", ..." if len(folders) > _SHOWN else ""
    return (
        f"It has the folders {', '.join(folders[:_SHOWN])}{more}. Say in the option dataset which "
        "is of which dataset, as FOLDER=DATASET."
    )


def versions(known: str) -> Files:
    """The files that were remembered."""
    try:
        files = node(node(json.loads(known or "{}")).get("files"))
    except ValueError:
        return {}
    pairs = {name: [text(one) for one in many(pair)] for name, pair in files.items()}
    return {name: (pair[0], pair[1]) for name, pair in pairs.items() if len(pair) == 2}


def _digest(known: str) -> str:
    """The digest that was remembered, "" for none."""
    try:
        return text(node(json.loads(known or "{}")).get("digest"))
    except ValueError:
        return ""
