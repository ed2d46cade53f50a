"""Readers of characterisation profiles: `read` finds out what each file is, and who made it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.errors import Invalid
from catalogue.profiles.measured import Told
from catalogue.profiles.release import Guarded, Incoming
from harvesters.profiles import achilles, concept_counts, guarded_csv, plain_csv
from harvesters.profiles.catalogue_export import CATALOGUE_EXPORT
from harvesters.profiles.detection import OTHERS, Files, sorted_out

_OF_COUNTS: Final = ("Achilles", "CatalogueExport", "Ares", "CSV")
"""Producers of counts, of which a release has one; others may tell of quality and variables beside."""


def read(paths: Sequence[Path]) -> Iterator[Incoming]:
    """What files, and those in folders, tell of one release of a dataset; exactly one `Told`, at the end.

    What a node guarded itself is one item. Several files add to each other. Raises Invalid where one is
    nothing that is known, holds rows of persons, or contradicts another, also after items were yielded:
    nothing of them must be kept then.
    """
    told: list[Told] = []
    with ExitStack() as unpacked:
        files = sorted_out(paths, unpacked)
        yield from files.passed_over
        for item in _items(files):
            if isinstance(item, Told):
                told.append(item)
                _check(told, files)
                continue
            if isinstance(item, Guarded):
                told.append(item.told)
            yield item
    yield _joined(told)


def _items(files: Files) -> Iterator[Incoming]:
    if files.guarded:
        yield guarded_csv.read(files.guarded)
    if files.results:
        yield from achilles.read(files.results)
    if files.concepts:
        if not files.results:
            yield Told("Achilles")
        yield from concept_counts.read(files.concepts)
    if files.plain:
        yield from plain_csv.read(files.plain)
    for name, path in files.others:
        yield from OTHERS[name].read(path)


def _check(told: Sequence[Told], files: Files) -> None:
    producers = [one.producer for one in told if one.producer in _OF_COUNTS]
    if len(producers) > 1:
        raise Invalid(
            f"The files hold counts of two releases, by {producers[0]} and by {producers[1]}, which may "
            "count differently. Give the files of one."
        )
    if producers == [CATALOGUE_EXPORT.name] and files.concepts:
        raise Invalid(
            f"{files.concepts[0].name} was made by Achilles, and the other files by CatalogueExport. Leave "
            "it out: CatalogueExport counts records with descendants itself."
        )


def _joined(told: Sequence[Told]) -> Told:
    """What all files tell of themselves: what counts tell stands before what others tell."""
    if not told:
        raise Invalid(
            "The files have no counts. Give the results of Achilles, and not only what is about them."
        )
    first, *others = sorted(told, key=lambda one: one.producer not in _OF_COUNTS)
    for other in others:
        first = replace(
            first,
            source_name=first.source_name or other.source_name,
            generated=first.generated or other.generated,
            released=first.released or other.released,
            cdm_version=first.cdm_version or other.cdm_version,
            vocabulary_version=first.vocabulary_version or other.vocabulary_version,
        )
    return first
