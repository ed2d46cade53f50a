"""What a demonstration node hears and says, and how it is described to the network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as a node hears it; `target` is the path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path alone."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query, and of a form that was posted; the last of each name."""
        form = self.body.decode("utf-8", "replace") if self.is_form else ""
        return dict(parse_qsl(self.target.partition("?")[2], True)) | dict(parse_qsl(form, True))

    @property
    def is_form(self) -> bool:
        """Whether a form was posted."""
        return self.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Served:
    """One document as a node sends it; `path` is what is asked for, with its query."""

    path: str
    content_type: str
    content: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Heard], Served | None]
"""Answers a request; None means that there is nothing at that address."""


@dataclass(frozen=True, slots=True)
class Part:
    """A node that plays a protocol.

    `answering` makes it for the address that it listens at, such as http://127.0.0.1:1234. `start` is
    the path that an operator would give as the URL of the source. A node that is a `folder` on this
    machine has neither.
    """

    name: str
    kind: str
    start: str = "/"
    answering: Callable[[str], Answering] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    folder: Path | None = None
