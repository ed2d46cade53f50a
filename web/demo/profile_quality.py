"""Results of the Data Quality Dashboard on made-up data: which checks of which fields failed."""

import json
from collections.abc import Iterator
from random import Random
from typing import Final

from web.demo.profile_csv import About

_VERSION: Final = "2.6.3"
_CHECKS: Final = (
    ("measurePersonCompleteness", "Completeness", "", 0.06),
    ("measureValueCompleteness", "Completeness", "", 0.08),
    ("sourceValueCompleteness", "Completeness", "", 0.1),
    ("cdmField", "Conformance", "Relational", 0),
    ("isRequired", "Conformance", "Relational", 0.01),
    ("isStandardValidConcept", "Conformance", "Value", 0.03),
    ("fkDomain", "Conformance", "Value", 0.02),
    ("plausibleAfterBirth", "Plausibility", "Temporal", 0.07),
    ("plausibleStartBeforeEnd", "Plausibility", "Temporal", 0.05),
    ("plausibleValueLow", "Plausibility", "Atemporal", 0.05),
)
_TABLES: Final = (
    "PERSON",
    "VISIT_OCCURRENCE",
    "CONDITION_OCCURRENCE",
    "DRUG_EXPOSURE",
    "MEASUREMENT",
    "DEATH",
)
_FIELDS: Final = ("CONCEPT_ID", "DATE", "TYPE_CONCEPT_ID", "SOURCE_VALUE")
_FIELD_LEVEL: Final = "FIELD"
_NOT_APPLICABLE: Final = 0.04
_THRESHOLD: Final = 5


def quality(about: About) -> bytes:
    """The file of results, with the numbers of each check as they follow from the name of the source."""
    random = Random(about.source)
    checks = list(_checks(random))
    source = {"cdmSourceName": about.source, "cdmReleaseDate": str(about.released), "cdmVersion": "5.4"}
    document = {
        "startTimestamp": [f"{about.generated} 02:00:00"],
        "endTimestamp": [f"{about.generated} 02:41:07"],
        "executionTime": ["41 mins"],
        "CheckResults": checks,
        "Metadata": [source | {"dqdVersion": _VERSION, "vocabularyVersion": about.vocabulary}],
        "Overview": {"countTotal": [len(checks)]},
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _checks(random: Random) -> Iterator[dict[str, object]]:
    for name, category, subcategory, chance in _CHECKS:
        for table in _TABLES:
            for field in _FIELDS:
                yield _check(random, (name, category, subcategory), chance, (table, f"{table}_{field}"))


def _check(
    random: Random, kind: tuple[str, str, str], chance: float, place: tuple[str, str]
) -> dict[str, object]:
    name, category, subcategory = kind
    table, field = place
    applies = random.random() >= _NOT_APPLICABLE
    failed = applies and random.random() < chance
    share = random.uniform(0.06, 0.4) if failed else random.uniform(0, 0.04)
    rows = random.randint(2_000, 90_000)
    return {
        "checkName": name,
        "checkLevel": _FIELD_LEVEL,
        "checkId": f"field_{name}_{table}_{field}".lower(),
        "category": category,
        "subcategory": subcategory,
        "context": "Verification",
        "cdmTableName": table,
        "cdmFieldName": field,
        "numViolatedRows": round(rows * share) if applies else 0,
        "pctViolatedRows": round(share, 4) if applies else 0,
        "numDenominatorRows": rows if applies else 0,
        "failed": int(failed),
        "passed": int(applies and not failed),
        "isError": 0,
        "notApplicable": int(not applies),
        "thresholdValue": _THRESHOLD,
    }
