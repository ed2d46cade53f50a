"""Every error that FAIRfinder raises on purpose.

CatalogueError
├── NotFound       no such record, source or page
├── Gone           the record was withdrawn; its tombstone tells when and why
├── Invalid        what was given cannot be used; the message says what, where and what to do
│   ├── TooLarge   it is larger than what is taken
│   └── Unreadable the bytes are not the RDF they claim to be
├── Unauthorised   nobody knows who asks; signing in helps
├── Forbidden      who asks may not do this
├── TooMany        it was tried too often; waiting helps
├── Conflict       something else holds what is needed, or the name is taken
└── Unavailable    an engine or a remote server does not answer
    ├── Interrupted it was told to stop and goes on later
    └── Refused    an address, size or format that the safety rules do not allow
"""

from datetime import datetime


class CatalogueError(Exception):
    """The root of the tree; its text is a full sentence that may be shown to a person."""

    @property
    def whole(self) -> str:
        """All that is known, for whoever runs the catalogue: for logs and the command line."""
        return str(self)


class NotFound(CatalogueError):
    """There is no such thing."""


class Gone(CatalogueError):
    """The record existed and was withdrawn; its tombstone keeps the title, the time and the source."""

    def __init__(self, title: str, since: datetime, source: str) -> None:
        super().__init__(f"“{title}” was withdrawn from this catalogue.")
        self.title = title
        self.since = since
        self.source = source


class Invalid(CatalogueError):
    """The input cannot be used as it is."""


class TooLarge(Invalid):
    """The input is larger than what is taken."""


class Unreadable(Invalid):
    """The bytes cannot be parsed; `line` counts from 1 and is None where the parser gives none."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Unauthorised(CatalogueError):
    """Nobody has shown who asks, or what was shown is not good."""


class Forbidden(CatalogueError):
    """Who asks may not do this, or not in this way."""


class TooMany(CatalogueError):
    """It was tried too often; `seconds` tells when to try again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Conflict(CatalogueError):
    """Another process or an existing name stands in the way."""


class Unavailable(CatalogueError):
    """An engine or a remote server does not answer; trying later may help.

    `detail` is for whoever runs it: addresses and causes, told in logs and on the command line and
    never on a page.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail

    @property
    def whole(self) -> str:
        return f"{self} {self.detail}".rstrip()


class Refused(Unavailable):
    """A safety rule forbids it; trying again does not help."""


class Interrupted(Unavailable):
    """It was told to stop; what it had come to is kept, and it can go on from there."""
