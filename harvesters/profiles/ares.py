"""A folder of one release as Achilles exports it for Ares: reports in JSON and tables in CSV.

It holds less than the results of Achilles: many numbers are shares there, which are not taken in.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.measured import Measured, Told
from harvesters.profiles import ares_concepts, ares_reports, ares_tables, dqd
from harvesters.profiles.cells import label
from harvesters.profiles.passed_over import PassedOver

PRODUCER: Final = "Ares"

_QUALITY: Final = "dq-result.json"
_SAME: Final = "It tells again what other files do."
_UNKNOWN: Final = "Files of this kind are not read."
_MARKS: Final = (ares_reports.PERSONS, ares_reports.OBSERVATION, ares_tables.SOURCE)


def recognises(path: Path, head: bytes) -> bool:
    """Whether a folder is of one release."""
    return path.is_dir() and sum((path / name).is_file() for name in _MARKS) > 1


def releases(folder: Path) -> list[Path]:
    """The folders of releases in one that Ares shows of a source, or of all, the oldest first.

    None where there are none. Raises Invalid where they are of several sources, or cannot be read.
    """
    if not folder.is_dir() or recognises(folder, b""):
        return []
    try:
        return sorted(_within(folder), key=_released)
    except OSError as error:
        raise _unread(folder, error) from error


def read(path: Path) -> Iterator[Measured]:
    """What the folder of a release tells; raises Invalid where a file of it cannot be used."""
    try:
        yield from _read(path)
    except OSError as error:
        raise _unread(path, error) from error


def _read(folder: Path) -> Iterator[Measured]:
    yield _told(folder)
    left = PassedOver()
    for path in sorted(folder.iterdir()):
        if path.name in ares_reports.REPORTS:
            yield from ares_reports.read(path, left)
        elif path.name == ares_concepts.FOLDER and path.is_dir():
            yield from ares_concepts.read(path, left)
        elif path.name == _QUALITY:
            yield from dqd.read(path)
        elif path.suffix == ".csv":
            yield from ares_tables.read(path, left)
        elif not path.name.startswith("."):
            left.add(path.name[:60], _SAME if path.name == "dashboard.json" else _UNKNOWN, 0)
    yield from left.told()


def _told(folder: Path) -> Told:
    table, persons = folder / ares_tables.SOURCE, folder / ares_reports.PERSONS
    about = ares_tables.source(table) if table.is_file() else {}
    name = label(about.get("cdm_source_name", ""))
    if not name and persons.is_file():
        name = ares_reports.source_name(persons)
    return Told(
        PRODUCER,
        source_name=name,
        released=ares_tables.released(about, folder),
        cdm_version=label(about.get("cdm_version", "")),
        vocabulary_version=label(about.get("vocabulary_version", "")),
    )


def _within(folder: Path) -> list[Path]:
    """The releases right in a folder, or in its only folder that has some."""
    within = [one for one in sorted(folder.iterdir()) if one.is_dir()]
    own = [one for one in within if recognises(one, b"")]
    sources = [found for one in within if one not in own and (found := _own(one))]
    if len(sources) + bool(own) > 1:
        names = ", ".join(found[0].parent.name for found in sources[:5])
        raise Invalid(
            f"{folder.name} holds releases of several sources ({names}), and a profile is of one dataset. "
            "Give the folder of one source."
        )
    return own or next(iter(sources), [])


def _unread(folder: Path, error: OSError) -> Invalid:
    return Invalid(f"{Path(error.filename or folder).name} cannot be read: {error.strerror}.")


def _own(folder: Path) -> list[Path]:
    return [one for one in sorted(folder.iterdir()) if recognises(one, b"")]


def _released(folder: Path) -> tuple[date, str]:
    """What releases are put in order by."""
    table = folder / ares_tables.SOURCE
    about = ares_tables.source(table) if table.is_file() else {}
    return ares_tables.released(about, folder) or date.min, folder.name
