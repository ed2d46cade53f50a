"""Takes the profiles of the demonstration nodes in, as `fairfinder profile import` does."""

from collections.abc import Iterator
from pathlib import Path

from catalogue.catalogue import Catalogue
from catalogue.ledger import GONE
from catalogue.profiles import publishing
from catalogue.profiles.disclosure import guard
from catalogue.profiles.rules import Rules
from catalogue.records import record_id
from harvesters.profiles import read
from harvesters.profiles.digests import digest
from web.demo.profile_folder import laid_down


def take_in(catalogue: Catalogue, folder: Path) -> Iterator[str]:
    """Publish releases that were never taken in, the oldest of a profile first, and yield their datasets.

    Their files are laid down in the folder, and stay there. Datasets that are withdrawn get none.
    """
    for profile, _, place in laid_down(folder):
        record, found = record_id(profile.node, profile.dataset), digest([place])
        entry = catalogue.ledger.entries([record]).get(record)
        known = {release.digest for release in catalogue.releases.every(record)}
        if entry is None or entry.state == GONE or found in known:
            continue
        rule = Rules(catalogue.ledger.database).of(profile.node)
        publishing.publish(catalogue, record, guard(read([place]), rule), digest=found)
        yield profile.dataset
