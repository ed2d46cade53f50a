"""The network in the API, and the same body as a file of its page."""

from collections.abc import Iterator, Mapping
from typing import Final

from fastapi import APIRouter, Request, Response

from catalogue.errors import CatalogueError
from catalogue.profiles.counts import Count
from catalogue.profiles.network_summaries import Summary
from catalogue.query_url import format_query
from web import api_network_models as models
from web.api_parameters import LANGUAGE, NARROWING
from web.api_profile_views import count
from web.api_routes import operation, written
from web.api_views import Speaker
from web.asking import asked, speaker
from web.charts.labels import by_domain
from web.network import Member, Overview, overview, persons_by_year, releases_by_month
from web.network_charts import AGE_LABELS
from web.problems import problem_of
from web.profile_views import day_of
from web.state import state

router = APIRouter()

_ABSENT: Final = Count.absent()


@operation(router, "/api/v1/network", "getNetwork", models.NetworkAnswer, (*NARROWING, LANGUAGE))
def network(request: Request) -> models.NetworkAnswer:
    """Tell what all sources hold together.

    The datasets that a search finds in numbers: by country, type and month, and what their profiles tell
    of persons, years, ages, sexes and domains, source by source. Sums keep their bounds.
    """
    return _answer(overview(state(request).catalogue, asked(request)), speaker(request))


@router.api_route("/network.json", methods=["GET", "HEAD"], include_in_schema=False)
def as_json(request: Request) -> Response:
    """The same body as a file."""
    try:
        answer = _answer(overview(state(request).catalogue, asked(request)), speaker(request))
    except CatalogueError as error:
        return problem_of(request, error)
    response = written(answer)
    response.headers["Content-Disposition"] = 'attachment; filename="network.json"'
    return response


def _answer(found: Overview, voice: Speaker) -> models.NetworkAnswer:
    result, told = found.result, format_query(found.query)
    return models.NetworkAnswer(
        query=told,
        page=f"{voice.base}/network?{told}".rstrip("?"),
        datasets=result.total,
        profiles=len(found.members),
        persons=count(found.persons),
        different_persons=count(found.different),
        declared_persons=result.persons,
        declaring=result.declaring,
        countries=tuple(
            models.NetworkCountry(
                voice.coded("country", one.code), one.datasets, one.profiles, count(one.persons)
            )
            for one in found.places
        ),
        types=tuple(
            models.NetworkType(voice.coded("healthCategory", one.value), one.count)
            for one in result.facets.get("healthCategory", ())
        ),
        years=tuple(
            models.NetworkYear(year, count(persons), sources)
            for year, (persons, sources) in persons_by_year(found.members).items()
        ),
        datasets_by_month=None if found.first_seen is None else (*_months(found.first_seen),),
        releases_by_month=(*_months(releases_by_month(found.releases)),),
        sources=tuple(_source(one, voice) for one in found.members),
        places=tuple(models.NetworkPlace(name, when) for name, when in found.harvested.items()),
    )


def _months(came: Mapping[int, int]) -> Iterator[models.NetworkMonth]:
    for month, number in came.items():
        yield models.NetworkMonth(f"{month // 100}-{month % 100:02}", number)


def _source(member: Member, voice: Speaker) -> models.NetworkSource:
    summary, release = member.summary, member.summary.release
    return models.NetworkSource(
        dataset=member.row.id,
        url=voice.record(member.row.id),
        title=voice.choose(member.row.title).text or member.row.iri,
        countries=tuple(voice.coded("country", code) for code in member.countries),
        persons=count(summary.persons),
        sexes={sex: count(told) for sex, told in summary.sexes.items()},
        ages={AGE_LABELS[start]: count(told) for start, told in summary.ages.items()},
        domains=(*_domains(summary),),
        release=release.id,
        data_of=day_of(release),
        producer=release.told.producer,
        cdm_version=release.told.cdm_version,
        vocabulary_version=release.told.vocabulary_version,
    )


def _domains(summary: Summary) -> Iterator[models.NetworkDomain]:
    for domain in by_domain((*summary.persons_in, *summary.records_in)):
        persons, records = (some.get(domain, _ABSENT) for some in (summary.persons_in, summary.records_in))
        yield models.NetworkDomain(domain, count(persons), count(records))
