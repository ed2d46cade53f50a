"""Profiles that come by harvest: guarded at once, and published where they tell anything new.

What comes of it is told as a harvest tells: lines for the log of its run, what could not be used, what is
to be remembered.
"""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace

from catalogue.documents import Parts
from catalogue.errors import CatalogueError, Gone, Invalid, NotFound
from catalogue.leases import Hold
from catalogue.ledger import GONE, Entry
from catalogue.naming import named
from catalogue.profiles import publishing
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Told
from catalogue.profiles.release import Guarded, Rule
from catalogue.profiles.releases import Release, Releases, Standing
from catalogue.profiles.rules import Rules
from catalogue.records import Characterisation, Harvested, Incomplete, Noted, Rejected, Said, record_id


def take_in(parts: Parts, hold: Hold, item: Characterisation) -> Iterator[Release | Harvested]:
    """Publish what is new of a profile, for the run of the source that is held; raises nothing of ours.

    The release comes, and what the run is to say of it. What is not taken in is told, and changes
    nothing. A dataset that was withdrawn has no profile.
    """
    try:
        entry = _described(parts, hold, item.dataset)
        if entry.state == GONE:
            return
        guarded = guard(item.told, _rule(parts, entry, item))
        item = replace(item, digest=item.digest or _digest(guarded))
        if _is_news(Releases(parts.ledger.database), entry, guarded, item):
            release = _published(parts, hold, entry, guarded, item.digest)
            yield release
            said = list(_of_release(release, entry, guarded, item.origin))
        else:
            said = [f"The profile of “{entry.title}” from {item.origin} tells nothing new."]
        yield from (Said(logging.INFO, words, parts.now()) for words in said)
        yield from (Noted(name, value) for name, value in item.marks.items())
    except (Invalid, NotFound, Gone) as error:
        yield Rejected(item.origin, item.dataset, f"The profile was not taken in: {error}")
    except CatalogueError as error:
        yield Incomplete(f"The profile of {item.dataset} was not taken in: {error}")


def _described(parts: Parts, hold: Hold, dataset: str) -> Entry:
    """The record of the dataset: that of the source itself where it has one, else any."""
    own = record_id(hold.source, dataset)
    found = parts.ledger.entries([own]).get(own)
    return found or parts.ledger.present(named(parts.ledger, parts.base, dataset))


def _rule(parts: Parts, entry: Entry, item: Characterisation) -> Rule:
    """The rule of the dataset's source, stricter where the numbers need it."""
    rule = Rules(parts.ledger.database).of(entry.source)
    return replace(rule, threshold=max(rule.threshold, item.threshold))


def _digest(guarded: Guarded) -> str:
    """What tells numbers of no files from others: only what may be told of them, which hides the rest."""
    cells = {name: sorted(cells.items()) for name, cells in sorted(guarded.cells.items())}
    return hashlib.sha256(repr((cells, guarded.spreads)).encode()).hexdigest()


def _published(parts: Parts, hold: Hold, entry: Entry, guarded: Guarded, digest: str) -> Release:
    if entry.source == hold.source:
        return publishing.publish_held(parts, hold, entry.id, guarded, digest=digest)
    return publishing.publish(parts, entry.id, guarded, digest=digest)


def _is_news(releases: Releases, entry: Entry, guarded: Guarded, item: Characterisation) -> bool:
    """Whether these numbers are to be shown: not where they are, were withdrawn, or newer data are shown."""
    every = releases.every(entry.id)
    same = next((one for one in every if one.digest == item.digest), None)
    if same is None or same.rule != guarded.rule or same.state is Standing.DRAFT:
        return item.is_latest or not _is_older(guarded.told, every)
    return same.state is Standing.PUBLISHED and not same.current and item.is_latest


def _is_older(told: Told, every: tuple[Release, ...]) -> bool:
    """Whether the data that are shown were released after these, which were found late."""
    shown = next((one for one in every if one.current), None)
    return shown is not None and "" < _day(told) < _day(shown.told)


def _day(told: Told) -> str:
    """When the data were released, else when they were analysed; "" where neither is told."""
    return str(told.released or told.generated or "")


def _of_release(release: Release, entry: Entry, guarded: Guarded, origin: str) -> Iterator[str]:
    """What a run says of a release, and of what the guard withheld."""
    number = sum(map(len, guarded.cells.values()))
    rule = guarded.rule
    yield (
        f"Release {release.id} of the profile of “{entry.title}” ({entry.id}) is published, from {origin}: "
        f"{number:,} counts, where 1 to {rule.threshold} are hidden and others rounded to {rule.rounding}."
    )
    for line in guarded.report:
        yield f"Withheld: {line.what} ({line.cells:,}). {line.reason}"
