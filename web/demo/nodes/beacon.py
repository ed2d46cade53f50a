"""Nimbara: a genetics institute in Portugal with a Beacon (v2) over its genomes; it knows no individual."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from web.demo.playing import Answering, Heard, Part, Served

Json: TypeAlias = Mapping[str, object]

PATH: Final = "/beacon/v2"
PAGE: Final = 2
"""As many entries as a page holds at most, whatever is asked for."""

_SOURCE: Final = Path(__file__).parents[1] / "sources" / "beacon" / "beacon.json"
_SCHEMAS: Final[Mapping[str, str]] = {"datasets": "dataset", "cohorts": "cohort"}


@dataclass(frozen=True, slots=True)
class Institute:
    """The Beacon of the institute; `says` is all that it knows."""

    says: Json

    def answer(self, heard: Heard) -> Served | None:
        """What it says to a request, as a Beacon would."""
        name = heard.path.removeprefix(PATH).strip("/")
        told: Mapping[str, Json] = {
            "info": {"response": self.says["info"]},
            "configuration": {
                "response": {
                    "entryTypes": self.says["entryTypes"],
                    "maturityAttributes": {"productionStatus": "PROD"},
                    "securityAttributes": {
                        "defaultGranularity": "boolean",
                        "securityLevels": self.says["securityLevels"],
                    },
                }
            },
            "entry_types": {"response": {"entryTypes": self.says["entryTypes"]}},
            "filtering_terms": {
                "response": {
                    "filteringTerms": self.says["filteringTerms"],
                    "resources": self.says["resources"],
                }
            },
        }
        if heard.method != "GET" or not heard.path.startswith(PATH):
            return None
        if name in _SCHEMAS:
            return self._list(heard, name)
        return _said(heard, told[name]) if name in told else None

    def _list(self, heard: Heard, name: str) -> Served:
        entries = self.says[name]
        assert isinstance(entries, list)
        limit = min(PAGE, int(heard.query.get("limit", PAGE)))
        skip = int(heard.query.get("skip", "0"))
        return _said(
            heard,
            {
                "meta": {
                    "receivedRequestSummary": {"pagination": {"skip": skip, "limit": limit}},
                    "returnedGranularity": "record",
                    "returnedSchemas": [{"entityType": _SCHEMAS[name], "schema": "beacon-v2"}],
                },
                "responseSummary": {"exists": bool(entries), "numTotalResults": len(entries)},
                "response": {"collections": entries[skip * limit : (skip + 1) * limit]},
            },
        )


def institute() -> Institute:
    """The institute with what it says."""
    return Institute(json.loads(_SOURCE.read_text("utf-8")))


def _answering(url: str) -> Answering:
    return institute().answer


def _said(heard: Heard, answer: Json) -> Served:
    meta = {"apiVersion": "v2.1.0", "beaconId": "example.nimbara.beacon"}
    given = answer.get("meta")
    whole = {**answer, "meta": {**meta, **(given if isinstance(given, dict) else {})}}
    return Served(heard.target, "application/json", json.dumps(whole).encode())


NODE: Final = Part("nimbara", "beacon", PATH, _answering)
