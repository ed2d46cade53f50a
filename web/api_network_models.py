"""What the API answers of the network."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from web.api_models import KEY, Coded
from web.api_profile_models import CountAnswer

Month = Annotated[str, Field(examples=["2026-03"])]


@dataclass(frozen=True, slots=True)
class NetworkCountry:
    """A country with what there would be if it alone were chosen; persons are those of the profiles."""

    country: Coded
    datasets: Annotated[int, Field(examples=[31])]
    profiles: Annotated[int, Field(examples=[4])]
    persons: CountAnswer


@dataclass(frozen=True, slots=True)
class NetworkType:
    """A category of health data with the number of its datasets."""

    type: Coded
    datasets: Annotated[int, Field(examples=[12])]


@dataclass(frozen=True, slots=True)
class NetworkYear:
    """Persons of all sources observed throughout a year, added up; `sources` is how many tell of it."""

    year: Annotated[int, Field(examples=[2019])]
    persons: CountAnswer
    sources: Annotated[int, Field(examples=[11])]


@dataclass(frozen=True, slots=True)
class NetworkMonth:
    """What came in a month."""

    month: Month
    new: Annotated[int, Field(examples=[7])]


@dataclass(frozen=True, slots=True)
class NetworkDomain:
    """Persons with records of a domain, and these records."""

    domain: Annotated[str, Field(examples=["condition"])]
    persons: CountAnswer
    records: CountAnswer


@dataclass(frozen=True, slots=True)
class NetworkSource:
    """A dataset with a profile, and what its release that is shown tells; what is not listed is absent."""

    dataset: Annotated[str, Field(examples=["kfyvm3xkqzsd2u5a"])]
    url: Annotated[str, Field(examples=["https://example.org/dataset/kfyvm3xkqzsd2u5a"])]
    title: Annotated[str, Field(examples=["Heart registry"])]
    countries: tuple[Coded, ...]
    persons: CountAnswer
    sexes: Annotated[dict[str, CountAnswer], Field(json_schema_extra={KEY: "female"})]
    ages: Annotated[
        dict[str, CountAnswer],
        Field(description="Persons by age at first observation, in years.", json_schema_extra={KEY: "40–64"}),
    ]
    domains: tuple[NetworkDomain, ...]
    release: Annotated[int, Field(description="The number of the release.", examples=[3])]
    data_of: Annotated[date, Field(description="The day that the counts speak of.", examples=["2026-09-30"])]
    producer: Annotated[str, Field(examples=["Achilles"])]
    cdm_version: Annotated[str, Field(examples=["5.4"])]
    vocabulary_version: Annotated[str, Field(examples=["v5.0 29-AUG-25"])]


@dataclass(frozen=True, slots=True)
class NetworkPlace:
    """A place that descriptions are read from, and when it was last read to its end."""

    name: Annotated[str, Field(examples=["registry"])]
    last_complete: Annotated[datetime | None, Field(examples=["2026-10-01T03:00:00Z"])]


@dataclass(frozen=True, slots=True)
class NetworkAnswer:
    """What the datasets that a search finds hold together."""

    query: Annotated[str, Field(description="The search in its URL form.", examples=["country=FRA"])]
    page: Annotated[str, Field(examples=["https://example.org/network?country=FRA"])]
    datasets: Annotated[int, Field(description="All that the search finds.", examples=[128])]
    profiles: Annotated[int, Field(description="How many of them have a profile.", examples=[14])]
    persons: Annotated[
        CountAnswer,
        Field(description="The persons of all profiles added up; who is in several counts in each."),
    ]
    different_persons: Annotated[
        CountAnswer,
        Field(
            description="How many different persons these are: at least the largest source, at most the sum."
        ),
    ]
    declared_persons: Annotated[
        int,
        Field(
            description="The sum of what descriptions declare; overlaps not removed.", examples=[41_300_000]
        ),
    ]
    declaring: Annotated[int, Field(description="How many descriptions declare persons.", examples=[90])]
    countries: Annotated[
        tuple[NetworkCountry, ...],
        Field(description="Those with most datasets first, the chosen ones left aside; 50 at most."),
    ]
    types: Annotated[
        tuple[NetworkType, ...], Field(description="Categories of health data, counted as countries are.")
    ]
    years: tuple[NetworkYear, ...]
    datasets_by_month: Annotated[
        tuple[NetworkMonth, ...] | None,
        Field(
            description="When the datasets were first seen here; null where a narrowed search finds too many."
        ),
    ]
    releases_by_month: Annotated[
        tuple[NetworkMonth, ...], Field(description="When releases of profiles were published.")
    ]
    sources: Annotated[tuple[NetworkSource, ...], Field(description="Those with most persons first.")]
    places: Annotated[tuple[NetworkPlace, ...], Field(description="Where the descriptions come from.")]
