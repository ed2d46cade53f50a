"""What operators do with sources and profiles: one contract behind the command line, the API and the pages.

The commands build it (`web/cli_operations.py`), for only they know the harvesters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from catalogue.jobs import APPROVE, DISMISS, Job
from catalogue.profiles.counts import Count
from catalogue.profiles.release import Withheld
from catalogue.profiles.releases import Release
from catalogue.sources import Source


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of source as it is offered; `options` maps the name of each to its help."""

    name: str
    help: str
    address: str
    options: Mapping[str, str]
    is_local: bool


@dataclass(frozen=True, slots=True)
class Secret:
    """Credentials as they are given; they are never shown again.

    `scheme` is header, basic, bearer or oauth2; `name` is that of the header, the user or the client.
    """

    scheme: str
    secret: str = field(repr=False)
    name: str = ""
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Previewed:
    """A record that a source would bring; `missing` counts the mandatory fields that it lacks."""

    subject: str
    kind: str
    title: str
    publisher: str
    missing: int
    profile: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a source would bring and that could not be used."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What came of looking at a source; nothing was written.

    `declared` is the number of records that the source says it has, None when it says nothing.
    `is_all` says that the source was read to its end. `failure` is why it could not be read, or not
    further. `log` has the lines that the harvester said. `profiles` counts those of datasets.
    """

    records: tuple[Previewed, ...]
    troubles: tuple[Trouble, ...]
    declared: int | None
    is_all: bool
    failure: str
    log: tuple[str, ...]
    seconds: float
    profiles: int = 0


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the files of a profile; not `is_new` where the same files made the release before."""

    release: Release
    persons: Count
    report: tuple[Withheld, ...]
    is_new: bool


class Keeping(Protocol):
    """What is done with sources at once; raises the errors of the catalogue."""

    def kinds(self) -> tuple[KindView, ...]:
        """The kinds of source that can be harvested, by name."""

    def keep(self, source: Source, secret: Secret | None, *, is_new: bool) -> None:
        """Keep a source, new or changed; `secret` None leaves the credentials as they are.

        A secret without a word takes them away. Raises Invalid for what cannot be kept, Conflict for a
        name that is taken, Refused for a path on this machine that may not be read from afar.
        """

    def preview(self, source: Source, secret: Secret | None, limit: int) -> Preview:
        """Look at what a source would bring, `limit` records at most; nothing is written.

        With `secret` None a source that is kept is asked with its own credentials.
        """

    def pause(self, name: str, *, paused: bool) -> None:
        """Let a source be passed over by its schedule, or be harvested again."""


class Queueing(Protocol):
    """What a worker does with sources when it is free; raises Conflict for one that is being deleted."""

    def run(self, name: str, *, all: bool = False) -> Job:
        """Have a source harvested; `all` reads everything again, not only what changed."""

    def cancel(self, name: str) -> Job | None:
        """End the harvest of a source that is queued or going on; None when there is none."""

    def delete(self, name: str, *, withdraw: bool) -> Job:
        """Have a source deleted, and its records withdrawn or left as they are."""

    def decide(self, name: str, run: int, number: int, *, withdraw: bool) -> Job:
        """Have records that runs up to this one held back be withdrawn, or stay.

        Raises Conflict when by now others wait than the number that was shown, or may soon.
        """

    def jobs(self) -> Mapping[str, tuple[Job, ...]]:
        """What is queued or going on for each source, by its name."""

    def job(self, id: int) -> Job:
        """How a job stands; raises NotFound."""


class Importing(Protocol):
    """What is done with profiles that are sent."""

    def take_in(
        self, record: str, paths: Sequence[Path], *, draft: bool, released: date | None, who: str
    ) -> TakenIn:
        """Take in all files of one profile of a record by the rule of its source, or nothing of them.

        `released` is when the data were released, for files that do not tell. Raises NotFound and Gone for
        the record, Invalid for the files, Conflict while another profile of it is taken in.
        """


class Operations(Keeping, Queueing, Importing, Protocol):
    """All that is done with sources and profiles beside looking at them."""


def source_of(job: Job) -> str:
    """The name of the source that a job is about."""
    return job.argument.rsplit(" ", 2)[0] if job.task in (APPROVE, DISMISS) else job.argument
