"""What the API answers to who brings profiles: the rule that holds, the releases, what was withheld."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from web.api_profile_models import CountAnswer, ReleaseAnswer, Url, WithheldAnswer

_RECORD = Field(description="The id of the record.", examples=["kfyvm3xkqzsd2u5a"])
_STATE = Field(description="draft, published or withdrawn.", examples=["published"])


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """The disclosure rule by which profiles of a source are made from now on."""

    source: Annotated[str, Field(examples=["registry"])]
    threshold: Annotated[int, Field(description="Counts of 1 to this are hidden.", examples=[5])]
    rounding: Annotated[int, Field(description="Others are rounded up to a multiple of this.", examples=[5])]


@dataclass(frozen=True, slots=True)
class StandingRelease:
    """A release and how it stands."""

    state: Annotated[str, _STATE]
    imported: datetime
    release: ReleaseAnswer


@dataclass(frozen=True, slots=True)
class OperatedProfiles:
    """The rule for the next profile of a dataset, and all releases, drafts and withdrawn ones too."""

    dataset: Annotated[str, _RECORD]
    url: Url
    rule: RuleAnswer
    releases: Annotated[tuple[StandingRelease, ...], Field(description="The newest first.")]


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What became of a profile that was sent."""

    dataset: Annotated[str, _RECORD]
    url: Url
    state: Annotated[str, _STATE]
    is_new: Annotated[
        bool,
        Field(description="False where the same files had made this release before: nothing was done then."),
    ]
    release: ReleaseAnswer
    persons: CountAnswer
    withheld: Annotated[
        tuple[WithheldAnswer, ...], Field(description="What was hidden, banded and left out, and why.")
    ]
