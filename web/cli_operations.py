"""What operators do with sources and profiles, with the harvesters behind it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from catalogue.apart import apart
from catalogue.bootstrap import open_safe
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict, Invalid, NotFound, Refused
from catalogue.fields import Profile
from catalogue.jobs import APPROVE, DELETE, DISMISS, HARVEST, LEAVE, Job, Jobs
from catalogue.ledger import Ledger
from catalogue.profiles.rules import Rules
from catalogue.schedule import checked as checked_schedule
from catalogue.settings import Settings
from catalogue.sources import DELETIONS, Source
from harvesters import kinds
from harvesters.addresses import origin, web_address
from harvesters.credentials import Credentials, Scheme
from harvesters.kinds import Order, harvest
from ontologies.vocabularies import Vocabularies
from web import cli_intake, mail, source_names
from web.cli_parts import credentials_of, manners
from web.cli_seen import PREVIEW_S, Seen
from web.operations import KindView, Preview, Secret, TakenIn, source_of

MOST_PREVIEWED: Final = 200
_TASKS: Final = (HARVEST, DELETE, LEAVE, APPROVE, DISMISS)


class SourceOperations:
    """The operations on a ledger; `is_afar` says that they come over the network."""

    def __init__(
        self,
        ledger: Ledger,
        jobs: Jobs,
        vocabularies: Vocabularies,
        settings: Settings,
        *,
        is_afar: bool = True,
    ) -> None:
        self._ledger = ledger
        self._jobs = jobs
        self._vocabularies = vocabularies
        self._settings = settings
        self._is_afar = is_afar

    def kinds(self) -> tuple[KindView, ...]:
        """The kinds of source that can be harvested, by name."""
        return tuple(
            KindView(one.name, one.help, one.address, dict(one.options), one.is_local)
            for one in kinds.kinds()
        )

    def keep(self, source: Source, secret: Secret | None, *, is_new: bool) -> None:
        """Keep a source, new or changed; see `web.operations`."""
        if not is_new:
            self._refuse_deleted(source.name)
        checked = self._checked(source)
        kept = replace(checked, credentials=self._credentials(checked, secret, is_new))
        if is_new:
            self._ledger.sources.add(kept)
        else:
            self._ledger.sources.change(kept)

    def preview(self, source: Source, secret: Secret | None, limit: int) -> Preview:
        """Look at what a source would bring; see `web.operations`."""
        checked = self._checked(source)
        credentials = _credentials(secret) if secret else self._kept_credentials(source)
        base = self._ledger.fact("base_url", self._settings.base_url.rstrip("/"))
        smallest = Rules(self._ledger.database).of(checked.name).threshold + 1
        order = Order(
            checked.kind, checked.url, dict(checked.options), credentials, base=base, smallest=smallest
        )
        began = time.monotonic()

        def is_late() -> bool:
            return time.monotonic() - began > PREVIEW_S

        items = apart(is_late, harvest, order, manners(self._settings))
        try:
            seen = Seen(self._vocabularies, source.profile, min(limit, MOST_PREVIEWED))
            seen.look(items)
        finally:
            items.close()  # type: ignore[attr-defined]  # it is a generator: its process ends with it
        return seen.preview(time.monotonic() - began)

    def run(self, name: str, *, all: bool = False) -> Job:
        """Have a source harvested; see `web.operations`."""
        self._refuse_deleted(name)
        if not self._ledger.sources.named(name).url:
            raise Invalid(f"“{name}” has no address, so it cannot be harvested.")
        if all:
            self._ledger.sources.ask_all(name)
        return self._jobs.enqueue(HARVEST, name)

    def cancel(self, name: str) -> Job | None:
        """End the harvest of a source; see `web.operations`."""
        return self._jobs.cancel(HARVEST, self._ledger.sources.named(name).name)

    def pause(self, name: str, *, paused: bool) -> None:
        """Let a source be passed over by its schedule, or be harvested again."""
        self._refuse_deleted(name)
        self._ledger.sources.pause(name, paused=paused)

    def delete(self, name: str, *, withdraw: bool) -> Job:
        """Have a source deleted; see `web.operations`."""
        self.set_aside(name, withdraw=withdraw)
        return self._jobs.enqueue(DELETE if withdraw else LEAVE, name)

    def set_aside(self, name: str, *, withdraw: bool) -> None:
        """Let nothing more be harvested of a source that is to be deleted.

        Raises Conflict when something else is to become of its records by a deletion that is queued.
        """
        self._ledger.sources.named(name)
        self._refuse_deleted(name, LEAVE if withdraw else DELETE)
        self._ledger.sources.pause(name, paused=True)
        self._jobs.cancel(HARVEST, name)

    def decide(self, name: str, run: int, number: int, *, withdraw: bool) -> Job:
        """Have records that wait be withdrawn or stay; see `web.operations`."""
        self._refuse_deleted(name)
        self._ledger.sources.named(name)
        if name in self._ledger.leases.sources():
            raise Conflict(f"“{name}” is being harvested or changed, so what waits may change. Look again.")
        if self._ledger.waiting(name, run).number != number:
            raise Conflict(
                f"By now others wait of “{name}” than the {number:,} records that were shown: the source was "
                "harvested meanwhile. Look again."
            )
        task, other = (APPROVE, DISMISS) if withdraw else (DISMISS, APPROVE)
        if any(job.task == other for job in self.jobs().get(name, ())):
            raise Conflict(f"The opposite is queued already for what waits of “{name}”.")
        return self._jobs.enqueue(task, decision(name, run, number))

    def jobs(self) -> Mapping[str, tuple[Job, ...]]:
        """What is queued or going on for each source, by its name."""
        found: dict[str, tuple[Job, ...]] = {}
        for task in _TASKS:
            for job in self._jobs.open(task).values():
                name = source_of(job)
                found[name] = (*found.get(name, ()), job)
        return found

    def job(self, id: int) -> Job:
        """How a job stands; raises NotFound."""
        return self._jobs.job(id)

    def _refuse_deleted(self, name: str, *tasks: str) -> None:
        """Raise Conflict when a source is to be deleted, by one of these tasks or by any."""
        if any(name in self._jobs.open(task) for task in tasks or (DELETE, LEAVE)):
            raise Conflict(f"“{name}” is being deleted, so nothing else can be done with it.")

    def _checked(self, source: Source) -> Source:
        """The source, put straight; raises Invalid with what is wrong with it."""
        name, contact = source_names.checked(source.name), source.contact.strip()
        kind = kinds.checked(source.kind, source.options)
        if source.deletion not in DELETIONS:
            raise Invalid(f"What may become of absent records is one of: {', '.join(DELETIONS)}.")
        if source.profile and source.profile not in {*Profile}:
            raise Invalid(f"The profile is one of: {', '.join(Profile)}; or none.")
        if not 1 <= source.full_every <= 365:
            raise Invalid("Everything is read again after 1 to 365 days.")
        if contact and contact.startswith(("https://", "http://")):
            web_address(contact)
        elif contact:
            mail.checked(contact)
        url = self._path(source.url) if kind.is_local else str(web_address(source.url))
        options = {name: text.strip() for name, text in source.options.items() if text.strip()}
        schedule = checked_schedule(source.schedule)
        return replace(source, name=name, url=url, options=options, schedule=schedule, contact=contact)

    def _path(self, text: str) -> str:
        """A path on this machine; from afar only one within the folders that the settings name."""
        path = Path(text.strip()).expanduser().resolve()
        folders = [folder.resolve() for folder in self._settings.folders]
        if self._is_afar and not any(path.is_relative_to(folder) for folder in folders):
            raise Refused(
                f"{text.strip()[:500]} is not within a folder that sources may be in. The person who runs "
                "this machine can name folders (FAIRFINDER_FOLDERS), or add the source on the command line."
            )
        return str(path)

    def _credentials(self, source: Source, secret: Secret | None, is_new: bool) -> str:
        """What is kept of credentials; those of one server are not for another, whoever names it."""
        if secret is not None:
            return self._locked(secret)
        if is_new:
            return ""
        before = self._ledger.sources.named(source.name)
        if before.credentials and _server(before) != _server(source):
            raise Invalid(
                "The source is at another server now, which is not shown the credentials of the former one. "
                "Give the credentials again, or take them away."
            )
        return before.credentials

    def _locked(self, secret: Secret) -> str:
        if not secret.secret:
            return ""
        return open_safe(self._settings).lock(_credentials(secret).to_text())

    def _kept_credentials(self, source: Source) -> Credentials | None:
        """Those of the source as it is kept, if that is still at the same address."""
        try:
            kept = self._ledger.sources.named(source.name)
        except NotFound:
            return None
        return credentials_of(kept, self._settings) if kept.url == source.url else None


class CatalogueOperations(SourceOperations):
    """The operations on a catalogue that is open: profiles can be taken in too."""

    def __init__(self, catalogue: Catalogue, jobs: Jobs, settings: Settings) -> None:
        super().__init__(catalogue.ledger, jobs, catalogue.vocabularies, settings)
        self._catalogue = catalogue

    def take_in(
        self, record: str, paths: Sequence[Path], *, draft: bool, released: date | None, who: str
    ) -> TakenIn:
        """Take in the files of a profile; see `web.operations`."""
        return cli_intake.take_in(self._catalogue, record, paths, draft=draft, released=released, who=who)


def operations(catalogue: Catalogue, jobs: Jobs, settings: Settings) -> CatalogueOperations:
    """The operations of a catalogue that is open, for its pages and its API."""
    return CatalogueOperations(catalogue, jobs, settings)


def decision(name: str, run: int, number: int) -> str:
    """The argument of a job that decides on what was shown; `source_of` tells the name again."""
    return f"{name} {run} {number}"


def _server(source: Source) -> object:
    """The server that a source is at; a path is on this machine."""
    return origin(web_address(source.url)) if "://" in source.url else None


def _credentials(secret: Secret) -> Credentials:
    try:
        scheme = Scheme(secret.scheme)
    except ValueError as error:
        raise Invalid(f"The scheme of credentials is one of: {', '.join(Scheme)}.") from error
    try:
        return Credentials(scheme, secret.secret, secret.name, secret.token_url, secret.scope)
    except Refused as error:
        raise Invalid(f"The address that hands out tokens cannot be used. {error}") from error
