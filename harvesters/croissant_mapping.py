"""Croissant 1.0 and 1.1 as values of the field table: schema.org, and files, variables and RAI besides.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from catalogue.drafting import Given
from harvesters.linked_json import Json, Thing
from harvesters.schema_org_coverage import periods
from harvesters.schema_org_files import distribution, flag, reached
from harvesters.schema_org_mapping import dataset_values
from harvesters.schema_org_words import (
    address,
    link,
    many,
    mentioned,
    nodes,
    sound,
    spoken,
    text,
    texts,
    types,
    without_empty,
)
from ontologies.vocabularies import Vocabularies

_DATATYPES: Final[Mapping[str, str]] = {
    "Text": "string", "Integer": "integer", "Int64": "integer", "Int32": "integer", "Int16": "integer",
    "Int8": "integer", "UInt8": "integer", "Float": "double", "Float64": "double", "Float32": "float",
    "Float16": "float", "Number": "decimal", "Boolean": "boolean", "Date": "date", "DateTime": "dateTime",
    "Time": "time", "URL": "anyURI",
}  # fmt: skip
_FILES: Final = frozenset({"FileObject", "FileSet"})
_PROVENANCE: Final = {
    "dataCollection": "",
    "dataCollectionType": "Way of collection",
    "dataCollectionRawData": "Raw data",
    "dataCollectionMissingData": "Missing data",
    "dataPreprocessingProtocol": "Preparation",
    "dataImputationProtocol": "Imputation",
    "dataManipulationProtocol": "Changes made",
    "dataAnnotationProtocol": "Annotation",
    "dataLimitations": "Known limits",
    "dataBiases": "Known biases",
    "personalSensitiveInformation": "Personal data",
}
"""Properties of Croissant RAI that are kept as provenance, each with the words that come before its own."""


def is_croissant(thing: Thing) -> bool:
    """Whether a dataset is described in Croissant, by what it conforms to or what it holds."""
    if any("mlcommons.org/croissant" in words for words in texts(thing.get("conformsTo"))):
        return True
    files = (types(one) for one in nodes(thing.get("distribution")))
    return bool(nodes(thing.get("recordSet"))) or any(names & _FILES for names in files)


def croissant_values(dataset: Thing, page: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """What a Dataset in Croissant says; `page` is the address of its document."""
    values = dataset_values(dataset, page, vocabularies)
    if not link(dataset.get("url")):
        values.pop("landingPage", None)
    files = [one for file in nodes(dataset.get("distribution")) if (one := _file(file, page, vocabularies))]
    conditions = _shared(values)
    tables = [table for one in nodes(dataset.get("recordSet")) if (table := _table(one))]
    personal, told = _personal(dataset, vocabularies)
    return without_empty(
        {
            **values,
            "distribution": [{**conditions, **file} for file in files] or values.get("distribution"),
            "variables": [{"title": values.get("title"), "table": tables}]
            if tables
            else values.get("variables"),
            "provenance": [{"label": words} for words in (*_provenance(dataset), *told)],
            "personalData": personal,
            "purpose": [{"description": words} for words in texts(dataset.get("dataUseCases"))],
            "temporal": values.get("temporal") or periods(dataset.get("dataCollectionTimeframe")),
            "isReferencedBy": _cited(dataset, values.get("isReferencedBy")),
            "frequency": "UPDATE_CONT" if flag(dataset.get("isLiveDataset")) == "true" else "",
        }
    )


def _shared(values: Mapping[str, Given]) -> dict[str, Given]:
    """The conditions that `dataset_values` gave to every distribution."""
    found = values.get("distribution")
    first = found[0] if isinstance(found, list) and found else {}
    return (
        {key: first[key] for key in ("license", "rights") if key in first} if isinstance(first, dict) else {}
    )


def _file(file: Thing, page: str, vocabularies: Vocabularies) -> dict[str, Given]:
    """A file, or a set of files with the address of the archive that they lie in; {} without any."""
    values = distribution(file, page, vocabularies)
    if not values:
        archives = (reached(one.get("contentUrl"), page) for one in nodes(file.get("containedIn")))
        archive = next(filter(None, archives), "")
        values = distribution({**file, "url": archive}, page, vocabularies) if archive else {}
        values.pop("byteSize", None)
    if values and "FileSet" in types(file) and (pattern := ", ".join(texts(file.get("includes")))):
        said = spoken(file.get("description"))
        values["description"] = said or f"Files: {pattern}"
    return values


def _table(record_set: Thing) -> dict[str, Given]:
    """A record set with its fields; {} for a list of codes and for one without fields."""
    kinds = set(texts(record_set.get("dataType")))
    if "Enumeration" in {kind.rpartition(":")[2].rpartition("/")[2] for kind in kinds}:
        return {}
    if flag(record_set.get("isEnumeration")) == "true":
        return {}
    name = text(record_set.get("name")) or text(record_set.get("@id"))
    columns = [column for field in nodes(record_set.get("field")) for column in _columns(field, name)]
    return {"title": name, "column": columns} if columns else {}


def _columns(field: Thing, table: str) -> Iterator[dict[str, Given]]:
    """A field, or in its place the fields that it is made of."""
    name = _field_name(field, table)
    inner = nodes(field.get("subField"))
    for one in inner or [field]:
        own = _field_name(one, table)
        column = f"{name}/{own.removeprefix(f'{name}/')}" if inner else own
        if own:
            yield without_empty(
                {
                    "columnName": column,
                    "columnTitle": spoken(one.get("name")) if text(one.get("name")) == column else column,
                    "columnDatatype": _datatype(one.get("dataType")),
                    "description": spoken(one.get("description")),
                    "propertyUrl": _meaning(one),
                }
            )


def _field_name(field: Thing, table: str) -> str:
    name = text(field.get("name")) or text(field.get("@id"))
    return name.removeprefix(f"{table}/").lstrip("#")


def _datatype(value: Json) -> str:
    for words in texts(value):
        if not re.match(r"https?://(?!(?:www\.)?(?:schema\.org|mlcommons\.org))|wd:", words):
            name = re.split(r"[:/#]", words)[-1]
            return _DATATYPES.get(name, name)
    return ""


def _meaning(field: Thing) -> str:
    """The concept that a field stands for: told as equivalent, or as a further data type."""
    if told := link(field.get("equivalentProperty")):
        return told
    found = [one for words in texts(field.get("dataType")) if (one := address(words))]
    return next((one for one in found if "schema.org" not in one and "mlcommons.org" not in one), "")


def _provenance(dataset: Thing) -> Iterator[str]:
    for name, before in _PROVENANCE.items():
        words = "; ".join(texts(dataset.get(name)))
        if words and name != "personalSensitiveInformation":
            yield f"{before}: {words}" if before else words


def _personal(dataset: Thing, vocabularies: Vocabularies) -> tuple[list[Given], list[str]]:
    """The kinds of personal data that the vocabulary knows, and the other words on them."""
    told = list(texts(dataset.get("personalSensitiveInformation")))
    words = [part.strip() for one in told for part in (one.split(",") if len(one) < 80 else [one])]
    known = {word: vocabularies.concept("personal-data", word) for word in words}
    others = [word for word, concept in known.items() if concept is None and word]
    concepts: list[Given] = [concept.iri for concept in known.values() if concept]
    return concepts, [f"{_PROVENANCE['personalSensitiveInformation']}: {', '.join(others)}"] if others else []


def _cited(dataset: Thing, others: Given) -> list[Given]:
    """The publication that is to be cited, and the other ones."""
    found = [link(one) or mentioned(text(one)) or sound(text(one)) for one in many(dataset.get("citeAs"))]
    known = list(others) if isinstance(others, list) else []
    return list(dict.fromkeys([*filter(None, found), *(str(one) for one in known)]))
