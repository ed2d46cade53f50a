"""Takes the profile of a dataset in: one way for the command line and the API, from files to a release."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path

from catalogue.apart import apart, never
from catalogue.catalogue import Catalogue
from catalogue.errors import Invalid
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Told
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Guarded, Rule
from catalogue.profiles.releases import Release, Standing
from catalogue.profiles.rules import Rules
from harvesters.profiles import ares, read
from harvesters.profiles.digests import digest
from web.cli_parts import is_large
from web.cli_tokens import WHO
from web.operations import TakenIn


def take_in(
    catalogue: Catalogue,
    record: str,
    paths: Sequence[Path],
    *,
    draft: bool = False,
    released: date | None = None,
    who: str = WHO,
) -> TakenIn:
    """Take in all files of one profile, or nothing of them; see `web.operations`."""
    ledger = catalogue.ledger
    rule = Rules(ledger.database).of(ledger.present(record).source)
    found = digest(paths)
    with ledger.leases.held(f"the profile of {record}"):
        before = _same(catalogue, record, found, rule, draft=draft)
        if before and released in (None, before.told.released):
            return _again(catalogue, before)
        guarded = _guarded(paths, rule, released)
        if guarded.rule != rule and (before := _same(catalogue, record, found, guarded.rule, draft=draft)):
            return _again(catalogue, before)
        release = publish(catalogue, record, guarded, digest=found, draft=draft)
    ledger.audit.note(who, "import profile", record, f"release {release.id}, {release.state}")
    return TakenIn(release, guarded.count("persons"), guarded.report, is_new=True)


def take_in_each(
    catalogue: Catalogue,
    record: str,
    paths: Sequence[Path],
    *,
    draft: bool = False,
    released: date | None = None,
) -> Iterator[TakenIn]:
    """Take in the files of one profile, or each release in a folder that Ares shows of a source, in turn.

    Of the latter only those after the newest that is there by the same rule, the oldest first.
    """
    folders = ares.releases(paths[0]) if len(paths) == 1 else []
    if not folders:
        yield take_in(catalogue, record, paths, draft=draft, released=released)
        return
    rule = Rules(catalogue.ledger.database).of(catalogue.ledger.present(record).source)
    there = {one.digest for one in catalogue.releases.every(record) if one.rule == rule}
    known = [place for place, folder in enumerate(folders, 1) if digest([folder]) in there]
    for folder in folders[max(known, default=0) :]:
        yield take_in(catalogue, record, [folder], draft=draft, released=released)


def guarded_of(paths: Sequence[Path], rule: Rule, released: date | None) -> Guarded:
    """What may be told of files by a rule; `released` is for those that do not tell of when their data are.

    Raises Invalid where they tell of another day.
    """
    beside = [Told("", released=released)] if released else []
    guarded = guard(chain(read(paths), beside), rule)
    if released and guarded.told.released != released:
        raise Invalid(
            f"The files tell that their data were released on {guarded.told.released}, and not on "
            f"{released}. Leave out what they tell themselves."
        )
    return guarded


def _guarded(paths: Sequence[Path], rule: Rule, released: date | None) -> Guarded:
    """The same, where the files are large in a process of its own, so that this one goes on answering."""
    if not is_large(paths):
        return guarded_of(paths, rule, released)
    yielded = apart(never, _yielded, paths, rule, released)
    return next(item for item in yielded if isinstance(item, Guarded))


def _yielded(paths: Sequence[Path], rule: Rule, released: date | None) -> Iterator[Guarded]:
    yield guarded_of(paths, rule, released)


def _again(catalogue: Catalogue, before: Release) -> TakenIn:
    """What became of files that had made a release before."""
    told = catalogue.releases.charted(before.id, ["persons"])
    return TakenIn(before, told.count("persons"), told.report, is_new=False)


def _same(catalogue: Catalogue, record: str, found: str, rule: Rule, *, draft: bool) -> Release | None:
    """The release that the same files made by the same rule, where it stands as theirs would."""
    return next(
        (
            one
            for one in catalogue.releases.every(record)
            if one.digest == found
            and one.rule == rule
            and (one.state is Standing.DRAFT if draft else one.current)
        ),
        None,
    )
