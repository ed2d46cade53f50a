"""The about page as a value: the versions of what is running."""

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from typing import Final

_SHOWN: Final = (
    "fairfinder",
    "pyoxigraph",
    "tantivy",
    "rdflib",
    "pyld",
    "fastapi",
    "jinja2",
    "babel",
    "sqlalchemy",
)


@dataclass(frozen=True, slots=True)
class Version:
    """A part of the running program, its version and licence."""

    name: str
    version: str
    licence: str


def versions() -> tuple[Version, ...]:
    """The program and the libraries that its answers depend on, as installed."""
    found = tuple(version for name in _SHOWN if (version := _version(name)))
    return (*found, Version("Python", platform.python_version(), "PSF-2.0"))


def _version(name: str) -> Version | None:
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    licence = next((found[key] for key in ("License-Expression", "License") if key in found), "")
    return Version(found["Name"], found["Version"], licence.splitlines()[0] if licence else "")
