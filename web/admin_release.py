"""One release of a profile for operators: what was read and hidden, and what withdrawing it does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.errors import NotFound
from catalogue.profiles import publishing
from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.custody import Custody, Tally
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import Release, Standing
from catalogue.search import Words
from web import admin_profiles, pages_record, profile_charts, profile_views
from web import format as form
from web.admin_deeds import Step, steps
from web.admin_sources import Mark
from web.charts.chart import Column, Table
from web.charts.figures import Download, Figure, figure
from web.i18n import mark
from web.profile_exports import TABLES
from web.profile_views import Asked, ProfileView, edition_words
from web.state import State

REPORT: Final = "report"
"""How the files of a report are called."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An analysis that was read, and how many of its counts are told exactly, as bounds, and hidden."""

    label: str
    exact: str
    bounds: str
    hidden: str


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """All of the page of a release; `told` is None where its counts are deleted.

    `others` counts the spreads, checks of quality and variables that were read besides. `ousted` are the
    releases that go for good when this draft is published, in words. `then` is the
    number of the release that is shown when this one is withdrawn, 0 for none; `after` says it in words.
    """

    number: int
    dataset: Words
    back: str
    path: str
    mark: Mark
    edition: str
    public_href: str
    steps: tuple[Step, ...]
    may_publish: bool
    may_withdraw: bool
    is_shown: bool
    shown_now: str
    shown_stays: bool
    ousted: tuple[str, ...]
    then: int
    after: str
    told: ProfileView | None
    counted: tuple[Counted, ...]
    sums: tuple[str, str]
    others: tuple[tuple[str, str], ...]
    files: tuple[Download, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What was withheld of a release, as a file has it."""

    name: str
    title: str
    reading: str
    table: Table


def view(here: State, id: str, number: int) -> ReleaseView:
    """A release of a dataset; raises NotFound and Gone."""
    release, say = one_of(here, id, number), here.renderer.translate
    record, path = here.catalogue.record(id), admin_profiles.release_path(here, release)
    is_kept = release.state is not Standing.WITHDRAWN
    guarded = here.catalogue.releases.charted(release.id) if is_kept else None
    tallies = Custody(here.catalogue.ledger.database).tallies([release.id])[release.id]
    shown, then = here.catalogue.releases.current(id), next_shown(here, release)
    is_draft = release.state is Standing.DRAFT
    going = publishing.withdrawn_by(here.catalogue, release.id) if is_draft else frozenset()
    told = None
    if guarded is not None:
        records = here.catalogue.releases.records(release)
        vocabularies = here.catalogue.concepts.vocabularies(release.id)
        asked = Asked(release, (release,), guarded)
        told = profile_views.view(record.entity, asked, records, vocabularies, say)
    return ReleaseView(
        release.id,
        pages_record.title_of(record),
        admin_profiles.dataset_path(here, id),
        path,
        admin_profiles.mark_of(release),
        edition_words(release, say),
        admin_profiles.public_path(here, release),
        steps(here, id, [release])[release.id],
        is_draft,
        is_kept,
        release.current,
        edition_words(shown, say) if shown else "",
        shown is not None and shown.id not in going,
        tuple(edition_words(one, say) for one in here.catalogue.releases.of(id) if one.id in going),
        then.id if then else 0,
        edition_words(then, say) if then else "",
        told,
        tuple(_counted(here, tallies)),
        admin_profiles.sums(tallies.values()),
        tuple(_others(here, guarded)) if guarded else (),
        tuple(Download(suffix.upper(), f"{path}/{REPORT}.{suffix}") for suffix in TABLES) if told else (),
    )


def one_of(here: State, id: str, number: int) -> Release:
    """A release of a record, however it stands; raises NotFound, and Gone for the record."""
    here.catalogue.ledger.present(id)
    release = here.catalogue.releases.release(number)
    if release.record != id:
        raise NotFound(f"Release {number} is of another dataset.")
    return release


def next_shown(here: State, release: Release) -> Release | None:
    """The release that visitors see once this one is withdrawn."""
    published = here.catalogue.releases.of(release.record)
    left = [one for one in published if one.id != release.id]
    if not release.current:
        return next((one for one in left if one.current), None)
    return max(left, key=lambda one: (one.published or one.imported, one.id), default=None)


def report(here: State, id: str, number: int) -> Report:
    """What was hidden, banded and left out of a release; raises NotFound where it is withdrawn, and Gone."""
    release = one_of(here, id, number)
    if release.state is Standing.WITHDRAWN:
        raise NotFound(f"Release {number} is withdrawn: its report is deleted with its counts.")
    say = here.renderer.translate
    lines = here.catalogue.releases.charted(release.id, ["persons"]).report
    columns = (
        Column("what", say(mark("What"))),
        Column("cells", say(mark("How many"))),
        Column("reason", say(mark("Why"))),
    )
    rows = tuple((line.what, line.cells, line.reason) for line in lines)
    rule = " ".join(profile_views.rule_words(release.rule, say))
    return Report(REPORT, edition_words(release, say), rule, Table(columns, rows))


def preview(here: State, release: Release, part: str) -> tuple[Figure, ...]:
    """The charts of a part of a release as visitors will see them."""
    read = here.catalogue.releases
    asked = Asked(release, read.of(release.record) or (release,), read.charted(release.id))
    charts = profile_charts.charts(here, asked, part)
    return tuple(figure(chart, here.drawings, here.renderer.translate) for chart in charts)


def _counted(here: State, tallies: Mapping[str, Tally]) -> Iterator[Counted]:
    for name, analysis in ANALYSES.items():
        if tally := tallies.get(name):
            numbers = map(form.number, (tally.exact, tally.bounds, tally.hidden))
            yield Counted(here.renderer.translate(analysis.label), *numbers)


def _others(here: State, guarded: Guarded) -> Iterator[tuple[str, str]]:
    found: Sequence[tuple[str, int]] = (
        (mark("Spreads of values"), len(guarded.spreads)),
        (mark("Checks of data quality"), sum(one.passed + one.failed for one in guarded.quality)),
        (mark("Variables"), len(guarded.variables)),
    )
    for label, number in found:
        if number:
            yield here.renderer.translate(label), form.number(number)
