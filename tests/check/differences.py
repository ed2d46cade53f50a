"""Where our check and the official shapes differ on purpose; docs/checks.md tells each by its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.fields import Profile
from tests.check.official import ADVISED, MISSING, REPEATED, WRONG, Fault

HEALTH: Final = frozenset({Profile.PUBLIC, Profile.RESTRICTED, Profile.NON_PUBLIC})


@dataclass(frozen=True)
class Difference:
    """A known difference; `places` are pairs of the local names of class and property.

    "*" is any of them. The class of a node that states none is "".
    """

    name: str
    problems: frozenset[str]
    places: frozenset[tuple[str, str]]
    profiles: frozenset[Profile] = frozenset(Profile)

    def explains(self, fault: Fault, kind: str, profile: Profile) -> bool:
        """Whether this is why only one side found the fault on a node of this class."""
        local = fault.path.replace("#", "/").rpartition("/")[2]
        fits = bool({(kind, local), (kind, "*")} & self.places)
        return fits and profile in self.profiles and fault.problem in self.problems


def _places(text: str) -> frozenset[tuple[str, str]]:
    """From "Class: property property; Class: property" to pairs."""
    return frozenset(
        (kind.strip(), name)
        for part in text.split(";")
        for kind, _, names in [part.partition(":")]
        for name in names.split()
    )


OURS: Final = (
    Difference(
        "Structured data without variables", frozenset({MISSING}), _places("Dataset: hasVariables"), HEALTH
    ),
    Difference(
        "Nodes that are named and not described",
        frozenset({MISSING}),
        _places(": name email description"),
        HEALTH,
    ),
    Difference(
        "Dates", frozenset({WRONG}), _places("Dataset: issued modified; PeriodOfTime: startDate endDate")
    ),
    Difference(
        "Small descriptions",
        frozenset({WRONG}),
        _places(
            "Dataset: retentionPeriod hasQualityAnnotation hasLegalBasis; Agent: type;"
            "Activity: label; Identifier: notation; LegalBasis: description source;"
            "LicenseDocument: title page; ProvenanceStatement: label; Purpose: description;"
            "RightsStatement: label; QualityCertificate: hasTarget hasBody motivatedBy;"
            "TableGroup: table; Instant: inXSDDate; PeriodOfTime: hasBeginning hasEnd;"
            "Attribution: hadRole agent; Relationship: hadRole relation"
        ),
    ),
    Difference("Small descriptions", frozenset({REPEATED}), _places("Instant: inXSDDate")),
    Difference(
        "Health fields in other records",
        frozenset({WRONG, REPEATED}),
        _places(
            "Column: *; Table: *; TableGroup: *; Agent: contactPoint description; Activity: type;"
            "Dataset: alternative custodian hdab hdabCoordinator analytics retentionPeriod"
            " hasVariables hasStructuredData hasCodeValues hasCodingSystem healthCategory"
            " healthTheme hasPersonalData hasPurpose populationCoverage numberOfRecords"
            " numberOfUniqueIndividuals minTypicalAge maxTypicalAge"
        ),
        frozenset({Profile.DCAT_AP}),
    ),
    Difference(
        "Advice that the official lists leave out",
        frozenset({ADVISED}),
        _places("Dataset: publisher; Distribution: *; : license availability description format"),
        frozenset({Profile.NON_PUBLIC}),
    ),
    Difference(
        "Advice that the official lists leave out",
        frozenset({ADVISED}),
        _places("Dataset: *; Distribution: *; : license availability description format"),
        frozenset({Profile.PUBLIC, Profile.RESTRICTED}),
    ),
)
"""What only our check finds."""

THEIRS: Final = (
    Difference("Algorithms of checksums", frozenset({WRONG}), _places("Checksum: algorithm")),
    Difference("Types of licences", frozenset({WRONG, ADVISED}), _places("LicenseDocument: type")),
    Difference("Codes described in the record", frozenset({WRONG, MISSING}), _places("Concept: prefLabel")),
    Difference(
        "Advice on nodes below the record",
        frozenset({ADVISED}),
        _places("Agent: type; PeriodOfTime: startDate endDate; Location: bbox centroid; : bbox centroid"),
    ),
)
"""What only the official shapes find."""

OURS_IN_FILES: Final = (
    Difference(
        "Nodes of another class",
        frozenset({MISSING, WRONG}),
        _places("Kind: name; Organization: mbox hasEmail; agent: name"),
    ),
)
"""What only our check finds in files as they are published."""

THEIRS_IN_FILES: Final = (
    Difference("Former names of codes", frozenset({WRONG}), _places("Activity: type; Distribution: status")),
    Difference("Codes described in the record", frozenset({MISSING}), _places("ConceptScheme: title")),
    Difference(
        "Advice on series and services",
        frozenset({ADVISED}),
        _places("DatasetSeries: inSeries; DataService: conformsTo"),
    ),
)
"""What only the official shapes find in files as they are published."""


def unexplained(
    faults: Iterable[Fault],
    differences: Iterable[Difference],
    kinds: Mapping[str, str],
    profile: Profile,
) -> list[str]:
    """The faults that no known difference explains, as lines to read."""
    differences = tuple(differences)
    return [
        f"{fault.problem}: {kinds.get(fault.focus, '')} {fault.path} of {fault.focus}"
        for fault in sorted(faults)
        if not any(d.explains(fault, kinds.get(fault.focus, ""), profile) for d in differences)
    ]
