"""What a server is to these scripts: how it is fetched, launched, asked, and told to a test."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


class NotToBeHad(Exception):
    """The server cannot be fetched here; the text says why."""


class FailedToStart(Exception):
    """A fetched server did not come up; the text ends with the last lines of its log."""


@dataclass(frozen=True)
class Running:
    """A server that answers: `urls` by kind of access, `pid` of its first process."""

    name: str
    version: str
    urls: Mapping[str, str]
    pid: int
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Where one instance lives: its fetched program, its own folder, its own port and settings."""

    home: Path
    folder: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Launch:
    """One command; `environment` is added to the caller's."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """How clients reach a site."""

    urls: Mapping[str, str]
    user: str = ""
    password: str = ""


class Server(Protocol):
    """One kind of server. A site's folder may hold data of an earlier launch, which is then kept."""

    @property
    def name(self) -> str: ...

    @property
    def deadline(self) -> float:
        """Seconds that a start may take on a busy machine."""

    def recipe(self) -> str:
        """All that decides what `fetch` brings; when it changes, the server is fetched again."""

    def fetch(self, home: Path) -> str:
        """Put the program into `home` and return its version; NotToBeHad says why it cannot."""

    def launch(self, site: Site) -> Launch:
        """Prepare the folder and say what to run."""

    def answers(self, site: Site) -> bool:
        """Whether it serves requests now; never raises."""

    def access(self, site: Site) -> Access: ...


Say = Callable[[str], None]
