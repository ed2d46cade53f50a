"""From profiles and concepts to what the API says of them."""

from collections.abc import Iterable
from dataclasses import fields

from catalogue.profiles.analyses import ANALYSES
from catalogue.profiles.concepts import Concept
from catalogue.profiles.concepts_browse import InDataset
from catalogue.profiles.concepts_counts import Coverage
from catalogue.profiles.counts import Count
from catalogue.profiles.release import Guarded
from catalogue.profiles.releases import Release
from web import api_profile_models as models
from web.api_views import Speaker
from web.concept_views import Holder


def count(told: Count) -> models.CountAnswer:
    """A count as the API tells it."""
    return models.CountAnswer(told.state.value, told.low, told.high)


def profile(
    found: Release,
    releases: tuple[models.ReleaseAnswer, ...],
    guarded: Guarded,
    wanted: Iterable[str],
    url: str,
) -> models.ProfileAnswer:
    analyses = tuple(
        models.AnalysisAnswer(
            name,
            ANALYSES[name].label,
            ANALYSES[name].unit,
            ANALYSES[name].strata,
            tuple(models.CellAnswer(strata, count(told)) for strata, told in sorted(cells.items())),
        )
        for name in dict.fromkeys(wanted)
        if (cells := guarded.cells.get(name))
    )
    names = {*wanted}
    spreads = tuple(
        models.SpreadAnswer(*(getattr(one, field.name) for field in fields(models.SpreadAnswer)))
        for one in guarded.spreads
        if one.analysis in names
    )
    return models.ProfileAnswer(
        dataset=found.record,
        url=url,
        release=release(found),
        releases=releases,
        persons=count(guarded.count("persons")),
        analyses=analyses,
        spreads=spreads,
        quality=tuple(
            models.QualityAnswer(
                one.category, one.subcategory, one.passed, one.failed, one.not_applicable, one.errors
            )
            for one in guarded.quality
        ),
        withheld=tuple(models.WithheldAnswer(one.what, one.cells, one.reason) for one in guarded.report),
    )


def release(found: Release) -> models.ReleaseAnswer:
    told, rule = found.told, found.rule
    return models.ReleaseAnswer(
        found.id,
        found.current,
        told.producer,
        told.version,
        told.source_name,
        told.generated,
        told.released,
        told.cdm_version,
        told.vocabulary_version,
        found.published,
        rule.threshold,
        rule.rounding,
    )


def concept(found: Concept) -> models.ConceptAnswer:
    return models.ConceptAnswer(found.id, found.name, found.domain, found.vocabulary, found.code)


def held(row: InDataset) -> models.HeldConcept:
    """A concept of a dataset."""
    return models.HeldConcept(concept(row.concept), row.domain, *coverages(row.own, row.all))


def holder(one: Holder, speaker: Speaker) -> models.ConceptHolder:
    url, title = speaker.record(one.record), one.title
    return models.ConceptHolder(one.record, url, title.text, title.language, *coverages(one.own, one.all))


def coverages(
    own: Coverage, all: Coverage
) -> tuple[models.CountAnswer, models.CountAnswer, models.CountAnswer, models.CountAnswer]:
    return count(own.persons), count(own.records), count(all.persons), count(all.records)
