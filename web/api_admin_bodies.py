"""What operators send to the API: read into types that know every field, or refused with what is wrong."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, RootModel, SecretStr, ValidationError

from catalogue.drafting import Given
from catalogue.errors import Invalid
from web.operations import Secret

MOST_PREVIEWED: Final = 200
NONE: Final = Secret("bearer", "")
"""Credentials that take away those that are kept."""

_DEEPEST: Final = 12
_MOST_TOLD: Final = 5

Text: TypeAlias = Annotated[str, Field(max_length=20_000)]


class Sent(BaseModel):
    """A JSON object without fields that nobody reads; what was sent is never told back."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class CredentialsSent(Sent):
    """What the source wants to be shown. It is stored encrypted and never comes out again."""

    scheme: Annotated[
        Literal["header", "basic", "bearer", "oauth2"],
        Field(
            description="A header of any name, user name and password, a bearer token, or OAuth 2 client "
            "credentials.",
            examples=["basic"],
        ),
    ]
    secret: Annotated[
        SecretStr,
        Field(min_length=1, description="The key, password, token or client secret.", examples=["…"]),
    ]
    name: Annotated[Text, Field(description="Of the header, user or client.", examples=["harvester"])] = ""
    token_url: Annotated[Text, Field(description="For oauth2: what hands out tokens.")] = ""
    scope: Annotated[Text, Field(description="For oauth2.")] = ""

    def as_secret(self) -> Secret:
        """The credentials as the operations take them."""
        return Secret(self.scheme, self.secret.get_secret_value(), self.name, self.token_url, self.scope)


class PreviewSent(Sent):
    """A source to look at that need not be kept."""

    kind: Annotated[Text, Field(examples=["dcat"])]
    url: Annotated[Text, Field(examples=["https://registry.example/catalog.ttl"])]
    options: Annotated[dict[str, Text], Field(examples=[{"format": "turtle"}])] = {}
    profile: Annotated[Text, Field(examples=["restricted"])] = ""
    credentials: CredentialsSent | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_PREVIEWED, description="How many records at most.")] = 20


class SourceSent(Sent):
    """A new source."""

    name: Annotated[
        Text, Field(description="Letters, digits, dots, dashes and underscores.", examples=["registry"])
    ]
    kind: Annotated[Text, Field(description="One of /kinds.", examples=["dcat"])]
    url: Annotated[Text, Field(examples=["https://registry.example/catalog.ttl"])]
    options: Annotated[
        dict[str, Text], Field(description="Those of the kind.", examples=[{"format": "turtle"}])
    ] = {}
    schedule: Annotated[
        Text, Field(description="A cron expression in UTC, empty for none.", examples=["30 2 * * *"])
    ] = ""
    profile: Annotated[
        Text, Field(description="The rules to check by, empty for what the access right selects.")
    ] = ""
    deletion: Annotated[Text, Field(description="withdraw, ask or keep.", examples=["withdraw"])] = "withdraw"
    contact: Annotated[
        Text, Field(description="Who is told of failures: an e-mail address or a web hook.")
    ] = ""
    full_every: Annotated[int, Field(description="Days after which everything is read again.")] = 7
    paused: Annotated[bool, Field(examples=[False])] = False
    credentials: CredentialsSent | None = None


class SourceChanged(Sent):
    """What is to be changed of a source; what is left out stays as it is."""

    kind: Annotated[Text, Field(examples=["dcat"])] = ""
    url: Annotated[Text, Field(examples=["https://registry.example/catalog.ttl"])] = ""
    options: Annotated[
        dict[str, Text], Field(description="In place of all that it has.", examples=[{"format": "turtle"}])
    ] = {}
    schedule: Annotated[Text, Field(description="Empty for none.", examples=["30 2 * * *"])] = ""
    profile: Text = ""
    deletion: Annotated[Text, Field(description="withdraw, ask or keep.", examples=["ask"])] = ""
    contact: Text = ""
    full_every: Annotated[int, Field(examples=[7])] = 7
    paused: Annotated[bool, Field(examples=[False])] = False
    credentials: Annotated[
        CredentialsSent | None, Field(description="null takes away those that are kept.")
    ] = None

    def given(self) -> dict[str, object]:
        """The fields that were sent, without the credentials."""
        return {name: getattr(self, name) for name in self.model_fields_set if name != "credentials"}


class LimitSent(Sent):
    """How much to look at."""

    limit: Annotated[int, Field(ge=1, le=MOST_PREVIEWED, description="How many records at most.")] = 20


class RunSent(Sent):
    """How to harvest."""

    all: Annotated[bool, Field(description="Read everything again, not only what changed.")] = False


class DecisionSent(Sent):
    """What becomes of the records that were held back, as they were shown."""

    decision: Annotated[Literal["approve", "dismiss"], Field(examples=["approve"])]
    run: Annotated[int, Field(description="As /withdrawals told it.", examples=[17])]
    number: Annotated[int, Field(description="As /withdrawals told it.", examples=[40])]


class ValuesSent(RootModel[dict[str, object]]):
    """Local values by field name: one value or several, text by language, a thing by its own fields."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": {"en": "Dementia registry"}, "keyword": ["dementia"]}]}
    )


S = TypeVar("S", bound=Sent)


def read(model: type[S], body: bytes) -> S:
    """What was sent, an empty body for an object without fields; raises Invalid."""
    try:
        return model.model_validate_json(_clean(body) or b"{}")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        told = [f"{'.'.join(map(str, one['loc']))[:200]}: {one['msg']}" for one in faults[:_MOST_TOLD]]
        raise Invalid(f"What was sent cannot be used. {'; '.join(told)}.") from None  # it holds what was sent


def read_values(body: bytes) -> Mapping[str, Given]:
    """Local values by field name; raises Invalid."""
    try:
        values = orjson.loads(_clean(body))
    except orjson.JSONDecodeError as error:
        raise Invalid(f"What was sent is not JSON: {error}.") from error
    if not isinstance(values, dict):
        raise Invalid("Send a JSON object: the values by field name. An empty one takes all back.")
    if _depth(values) > _DEEPEST:
        raise Invalid(f"The values are nested too deeply; the most is {_DEEPEST} levels.")
    return cast(Mapping[str, Given], values)


def _clean(body: bytes) -> bytes:
    if b"\\u0000" in body:
        raise Invalid("What was sent holds the character NUL, which no database takes.")
    return body.strip()


def _depth(value: object) -> int:
    """How deeply a value is nested; looked at level by level, for it may be very deep."""
    depth, level = 0, [value]
    while level := [
        inner
        for outer in level
        if isinstance(outer, dict | list)
        for inner in (outer.values() if isinstance(outer, dict) else outer)
    ]:
        depth += 1
    return depth
