"""Example answers for the documentation, made from the same annotations as the schemas."""

from collections.abc import Mapping
from typing import Final, TypeAlias, cast

from pydantic import TypeAdapter

from web.api_models import KEY

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Schema: TypeAlias = "dict[str, Json]"

_PLAIN: Final[Mapping[str, Json]] = {"string": "", "integer": 0, "number": 0, "boolean": True, "null": None}
_MOMENT: Final = "2026-03-03T14:05:00Z"


def schema_of(model: type) -> Schema:
    """The JSON schema of an answer."""
    return cast(Schema, TypeAdapter(model).json_schema())


def example_of(model: type) -> Json:
    """An answer as it may look."""
    schema = schema_of(model)
    return _example(schema, cast(dict[str, Schema], schema.get("$defs", {})), ())


def _example(schema: Schema, known: dict[str, Schema], inside: tuple[str, ...]) -> Json:
    if "examples" in schema:
        return cast(list[Json], schema["examples"])[0]
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return {} if name in inside else _example(known[name], known, (*inside, name))
    if "anyOf" in schema:
        return _example(cast(list[Schema], schema["anyOf"])[0], known, inside)
    if "properties" in schema:
        fields = cast(dict[str, Schema], schema["properties"])
        return {name: _example(field, known, inside) for name, field in fields.items()}
    if "additionalProperties" in schema:
        value = _example(cast(Schema, schema["additionalProperties"]), known, inside)
        return {str(schema.get(KEY, "name")): value}
    if schema.get("type") == "array":
        return [_example(cast(Schema, schema["items"]), known, inside)]
    return _MOMENT if schema.get("format") == "date-time" else _PLAIN[str(schema.get("type", "null"))]
