"""Lindewold: a hospital group in the Netherlands whose FHIR server (R5) describes its studies and data.

It holds no patient: the numbers that it tells are written here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urlencode

from web.demo.playing import Answering, Heard, Part, Served

Resource: TypeAlias = Mapping[str, object]

PAGE: Final = 2
"""As many resources as a page holds, whatever is asked for."""

PATH: Final = "/fhir"
NUMBERS: Final[Mapping[str, int]] = {
    "Patient": 412_386,
    "Condition": 3_911_204,
    "Encounter": 6_027_518,
    "ImagingStudy": 188_430,
    "Immunization": 902_117,
    "MedicationRequest": 5_214_660,
    "Observation": 48_730_291,
    "Specimen": 71_902,
}
"""How many resources about patients there are."""

BY_SEX: Final[Mapping[str, int]] = {"female": 211_940, "male": 200_281}
"""How many of the patients are of each sex; of the others it is neither, or not told."""

_RESOURCES: Final = Path(__file__).parents[1] / "sources" / "fhir" / "resources.json"
_SEARCHED: Final[Mapping[str, tuple[str, ...]]] = {
    "Group": ("membership", "type"),
    "MeasureReport": ("type", "measure", "period"),
    "Patient": ("gender",),
}


@dataclass(frozen=True, slots=True)
class Hospital:
    """The server at an address; `resources` are all that it describes."""

    url: str
    resources: tuple[Resource, ...]

    def answer(self, heard: Heard) -> Served | None:
        """What it says to a request, as a FHIR server would."""
        if heard.method != "GET" or not heard.path.startswith(PATH):
            return None
        parts = heard.path.removeprefix(PATH).strip("/").split("/")
        match parts:
            case [""] if "_getpages" in heard.query:
                return self._page(heard, *heard.query["_getpages"].split("-"))
            case ["metadata"]:
                return _said(heard, self._statement())
            case [type] if heard.query.get("_summary") == "count":
                sex = heard.query.get("gender", "")
                number = BY_SEX.get(sex, 0) if sex else self._number(type)
                return _said(heard, {"resourceType": "Bundle", "total": number})
            case [type] if type not in NUMBERS:
                return self._page(heard, type, "0")
            case [type, id]:
                found = [one for one in self.resources if (one["resourceType"], one["id"]) == (type, id)]
                return _said(heard, found[0]) if found else None
        return None

    def _number(self, type: str) -> int:
        return NUMBERS.get(type) or sum(one["resourceType"] == type for one in self.resources)

    def _page(self, heard: Heard, type: str, start: str) -> Served:
        since = heard.query.get("_lastUpdated", "").removeprefix("gt")
        found = [one for one in self.resources if one["resourceType"] == type and _updated(one) >= since]
        here = int(start)
        links = [{"relation": "self", "url": f"{self.url}{heard.target}"}]
        if here + PAGE < len(found):
            token = urlencode({"_getpages": f"{type}-{here + PAGE}"})
            links.append({"relation": "next", "url": f"{self.url}{PATH}?{token}"})
        entries = [
            {"fullUrl": f"{self.url}{PATH}/{type}/{one['id']}", "resource": one}
            for one in found[here : here + PAGE]
        ]
        bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links}
        return _said(heard, {**bundle, "entry": entries})

    def _statement(self) -> Resource:
        types = sorted({str(one["resourceType"]) for one in self.resources} | set(NUMBERS))
        return {
            "resourceType": "CapabilityStatement",
            "language": "en",
            "status": "active",
            "date": "2025-03-01",
            "publisher": "Lindewold University Hospitals",
            "kind": "instance",
            "fhirVersion": "5.0.0",
            "format": ["application/fhir+json"],
            "description": "Care records of three teaching hospitals since 2006, kept for research.",
            "contact": [{"telecom": [{"system": "email", "value": "research.data@lindewold.example"}]}],
            "jurisdiction": [{"coding": [{"system": "urn:iso:std:iso:3166", "code": "NL"}]}],
            "software": {"name": "Demonstration FHIR server", "version": "1"},
            "implementation": {"description": "Lindewold research platform", "url": f"{self.url}{PATH}"},
            "rest": [
                {
                    "mode": "server",
                    "security": {"service": [{"coding": [{"code": "SMART-on-FHIR"}]}]},
                    "resource": [
                        {
                            "type": type,
                            "interaction": [{"code": "read"}, {"code": "search-type"}],
                            "searchParam": [{"name": name} for name in _SEARCHED.get(type, ("_id",))],
                        }
                        for type in types
                    ],
                }
            ],
        }


def resources() -> tuple[Resource, ...]:
    """What the hospital group describes."""
    return tuple(json.loads(_RESOURCES.read_text("utf-8")))


def _answering(url: str) -> Answering:
    return Hospital(url, resources()).answer


def _updated(resource: Resource) -> str:
    meta = resource.get("meta")
    return str(meta.get("lastUpdated", "2025-01-01")) if isinstance(meta, dict) else "2025-01-01"


def _said(heard: Heard, resource: Resource) -> Served:
    return Served(heard.target, "application/fhir+json", json.dumps(resource).encode())


NODE: Final = Part("lindewold", "fhir", PATH, _answering)
