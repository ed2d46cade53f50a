"""The files of the profiles that nodes of the demonstration publish, made of what its texts say.

Older releases know less of the same population.
"""

from collections.abc import Mapping
from functools import lru_cache

from web.demo.population import Person, populate, until
from web.demo.profile_ares import ares
from web.demo.profile_counts import count
from web.demo.profile_csv import About, achilles, catalogue_export, own
from web.demo.profile_quality import quality
from web.demo.profile_scan import scan
from web.demo.profile_texts import Edition, Profile


def files(profile: Profile, edition: Edition) -> Mapping[str, bytes]:
    """The files of a release by their paths, the same at every call."""
    known = until(_population(profile), edition.until)
    about = About(profile.source, profile.version, edition.released, edition.released, edition.vocabulary)
    counts = count(known, profile.types)
    match profile.format:
        case "csv-scan":
            return own(counts, about) | {"ScanReport.xlsx": scan(known, about)}
        case "catalogue-export":
            return catalogue_export(counts, about)
        case "ares":
            return ares(counts, about, {one.concept.id: one.concept.name for one in profile.shape.shares})
        case "achilles-dqd":
            return achilles(counts, about) | {"dqd_results.json": quality(about)}
    return achilles(counts, about)


@lru_cache(1)
def _population(profile: Profile) -> tuple[Person, ...]:
    return tuple(populate(profile.shape))
