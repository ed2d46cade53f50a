"""Servers that Debian packages: installed when this process may, never started as system services."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from tests.servers.fetching import run
from tests.servers.server import NotToBeHad

_ONE_AT_A_TIME = threading.Lock()
_ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",
    "RUNLEVEL": "1",  # maintainer scripts start no service in single-user mode
}


def installed(program: Callable[[], Path | None], package: str) -> Path:
    """Where the program is, after installing the package if it was nowhere."""
    if found := program():
        return found
    with _ONE_AT_A_TIME:
        _install(package)
    if found := program():
        return found
    raise NotToBeHad(f"the package {package} brought no such program")


def on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _install(package: str) -> None:
    if not shutil.which("apt-get"):
        raise NotToBeHad(f"{package} is not installed and there is no apt-get")
    if os.geteuid():
        raise NotToBeHad(f"{package} is not installed and only root may install it")
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
    try:
        run(install, environment=_ENVIRONMENT)
    except NotToBeHad:  # the list of packages may be missing or old
        run(["apt-get", "update", "-q"], environment=_ENVIRONMENT)
        run(install, environment=_ENVIRONMENT)
