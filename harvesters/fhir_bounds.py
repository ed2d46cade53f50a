"""What a FHIR server may be asked for: study-level types alone, and of patients' data no more than a number.

Every address that the harvester asks for is made or passed here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode

import httpx

from catalogue.errors import Invalid, Refused
from harvesters.addresses import origin, web_address

LISTED: Final = (
    "EvidenceVariable",
    "Library",
    "ResearchStudy",
    "Citation",
    "Group",
    "Endpoint",
    "Measure",
    "MeasureReport",
)
"""The types that are listed."""

READ: Final = (*LISTED, "Organization")
"""The types of which anything is read; an organisation only by its id."""

# The Patient compartments of R4, R4B and R5 (http://hl7.org/fhir/compartmentdefinition-patient.html)
# without Group and MeasureReport, of which only those are asked for that are about no single
# patient; and further types that hold or lead to what is about one.
PATIENT_LEVEL: Final = frozenset(
    """
    Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
    BiologicallyDerivedProduct BiologicallyDerivedProductDispense BodyStructure Bundle CarePlan CareTeam
    ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition
    Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse
    DetectedIssue Device DeviceAssociation DeviceDispense DeviceMetric DeviceRequest DeviceUsage
    DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter EncounterHistory
    EnrollmentRequest EnrollmentResponse EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag
    GenomicStudy Goal GuidanceResponse ImagingSelection ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation Invoice Linkage List Media
    MedicationAdministration MedicationDispense MedicationRequest MedicationStatement MessageHeader
    MolecularSequence NutritionIntake NutritionOrder Observation Parameters Patient PaymentNotice
    PaymentReconciliation Person Practitioner PractitionerRole Procedure Provenance
    QuestionnaireResponse RelatedPerson RequestGroup RequestOrchestration ResearchSubject
    RiskAssessment Schedule ServiceRequest Slot Specimen Subscription SupplyDelivery SupplyRequest
    Task Transport VerificationResult VisionPrescription
    """.split()
)
"""The types that are never asked for, listed, read or followed to. No option lifts it."""

COUNTED: Final = tuple(
    """
    Patient AdverseEvent AllergyIntolerance CarePlan Claim ClinicalImpression Composition Condition
    Coverage DiagnosticReport DocumentReference Encounter EpisodeOfCare ExplanationOfBenefit
    FamilyMemberHistory GenomicStudy Goal ImagingStudy Immunization MedicationAdministration
    MedicationDispense MedicationRequest MedicationStatement MolecularSequence NutritionIntake
    Observation Procedure QuestionnaireResponse ResearchSubject RiskAssessment ServiceRequest Specimen
    """.split()
)
"""Those of them whose number is asked for, with `_summary=count` and nothing else; people first."""

AMONG: Final = re.compile(r"gender=(fe)?male|birthdate=\d{4}")
"""By what patients are counted: their sex, or the year that they were born in. Nothing is combined."""

RESTRICTED: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Group": (("actual", "false"), ("membership", "definitional,conceptual")),
    "MeasureReport": (("type", "summary"), ("patient:missing", "true"), ("subject:missing", "true")),
}
"""Types that are asked for with one of these parameters only, the first that the server declares."""

_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TOKEN: Final = re.compile(r"[\w.~-]+")
_WIDER: Final = ("_include", "_revinclude", "_has", "_contained", "_type", "_filter", "_query", "_list")
_OF_A_PAGE: Final = ("_getpages", "_count", "_format", "_pretty", "_bundletype", "_elements")


def is_id(value: str) -> bool:
    """Whether it can be the id of a resource."""
    return bool(_ID.fullmatch(value)) and set(value) != {"."}


def leads_to_patients(url: str, base: str = "") -> bool:
    """Whether an address has the look of one of patients' data, or of an operation.

    Below `base` every type of such data counts, elsewhere, where the word can mean much else, only
    that of patients.
    """
    segments = unquote(url.partition("?")[0].partition("#")[0]).split("/")
    held = PATIENT_LEVEL if base and url.startswith(base) else {"Patient"}
    return any(one in held or one.startswith("$") for one in segments)


def is_harmless(url: httpx.URL) -> bool:
    """Whether a server may be looked for at an address: it has not the look of one of patients' data."""
    return not leads_to_patients(str(url), str(url))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The addresses below one base that may be asked for."""

    base: httpx.URL

    @property
    def root(self) -> str:
        """The base without a slash at its end."""
        return str(self.base).rstrip("/")

    def metadata(self) -> str:
        """Where the server tells what it is."""
        return f"{self.root}/metadata"

    def listing(self, type: str, parameters: Mapping[str, str]) -> str:
        """Where a type is listed; raises Refused for what may not be."""
        restriction = {name for name, _ in RESTRICTED.get(type, ())}
        if type not in LISTED or (restriction and not restriction & set(parameters)):
            raise Refused(f"{type} is not asked for: it can be about single patients.")
        return f"{self.root}/{type}?{urlencode(parameters, safe=':,')}"

    def history(self, type: str, parameters: Mapping[str, str]) -> str:
        """Where the changes of a type are listed; raises Refused for what may not be."""
        if type not in LISTED or type in RESTRICTED:
            raise Refused(f"The history of {type} is not asked for: it can be about single patients.")
        return f"{self.root}/{type}/_history?{urlencode(parameters, safe=':,')}"

    def count(self, type: str, accurate: bool = False, among: str = "") -> str:
        """Where a number is told and nothing else; `among` is one of the `AMONG` patients, "" for all."""
        if type not in COUNTED and type not in LISTED:
            raise Refused(f"{type} is not counted.")
        if among and (type != "Patient" or not AMONG.fullmatch(among)):
            raise Refused(f"{type} is not counted by {among[:100]}.")
        narrowed = f"{among}&" if among else ""
        return f"{self.root}/{type}?{narrowed}_summary=count{'&_total=accurate' if accurate else ''}"

    def organisation(self, id: str) -> str:
        """Where an organisation is described."""
        if not is_id(id):
            raise Refused(f"“{id[:100]}” is not the id of an organisation.")
        return f"{self.root}/Organization/{id}"

    def following(self, link: str, here: str, type: str, inner: str = "") -> str:
        """The address of a next page of a type; raises Refused for any other.

        `inner` is the base by which a server behind a proxy knows itself. The page is asked for at
        the base that the operator gave.
        """
        try:
            target = httpx.URL(here).join(link.strip()).copy_with(fragment=None, userinfo=b"")
        except (httpx.InvalidURL, UnicodeError) as error:
            raise Refused(f"{here} names “{link[:500]}” as its next page, which is no address.") from error
        target = self._rehomed(target, inner)
        if not self.is_page(target, type):
            raise Refused(
                f"{here} names {str(target)[:500]} as its next page, which is no page of {type} on "
                "this server, so it was not asked for."
            )
        return str(target)

    def holds(self, asked: str, answered: str) -> bool:
        """Whether an answer came from where it was asked for, redirects to the same path included."""
        there, here = httpx.URL(answered), httpx.URL(asked)
        return there.raw_path.rstrip(b"/") == here.raw_path.rstrip(b"/") and there.host == here.host

    def _rehomed(self, target: httpx.URL, inner: str) -> httpx.URL:
        """The target below the base, where it lies below another address of the same server."""
        rest = _below(target, self.base)
        if rest is None and inner:
            try:
                rest = _below(target, web_address(inner), any_origin=True)
            except Refused:
                rest = None
        if rest is None:
            rest = _below(target, self.base, any_origin=True)
        if rest is None:
            return target
        query = target.query.decode("ascii")
        return httpx.URL(f"{self.root}{rest}{'?' if query else ''}{query}")

    def is_page(self, target: httpx.URL, type: str) -> bool:
        """Whether an address is that of a page of a type and of nothing that can be about patients."""
        rest = _below(target, self.base)
        if rest is None:
            return False
        names = [name for name, _ in parse_qsl(target.query.decode("ascii"), keep_blank_values=True)]
        if rest in ("", "/"):
            return "_getpages" in names and all(name.startswith(_OF_A_PAGE) for name in names)
        if any(name.startswith(_WIDER) for name in names):
            return False
        head, _, tail = rest.removeprefix("/").partition("/")
        if head != type:
            return False
        page = tail.removeprefix("__page")
        if page != tail:
            return page == "" or (page[0] == "/" and bool(_TOKEN.fullmatch(page[1:])))
        if tail == "_history":
            return type not in RESTRICTED
        return tail in ("", "_search") and self._is_restricted(target, type)

    def _is_restricted(self, target: httpx.URL, type: str) -> bool:
        """Whether a page of a type that can be about patients still asks for those about none."""
        wanted = RESTRICTED.get(type)
        given = parse_qsl(target.query.decode("ascii"), keep_blank_values=True)
        return wanted is None or any(one in wanted for one in given)


def base_of(url: str) -> httpx.URL:
    """The base of a server from the address of it or of its metadata.

    Raises Refused for what is no address of the web, Invalid for one of patients' data.
    """
    given = web_address(url)
    path = given.path.rstrip("/").removesuffix("/metadata")
    if not is_harmless(given):
        raise Invalid(
            f"{given} is the address of data about single patients or of an operation. Give the "
            "address of the server itself, which ends before the first type of resource."
        )
    if given.query:
        raise Invalid(f"{given} has a query. Give the address of the FHIR server itself, without one.")
    return given.copy_with(path=path or "/", query=None)


def _below(target: httpx.URL, base: httpx.URL, any_origin: bool = False) -> str | None:
    """The raw path of a target after that of a base; None when it does not lie below it."""
    if not any_origin and origin(target) != origin(base):
        return None
    path, root = (url.raw_path.partition(b"?")[0].decode("ascii") for url in (target, base))
    root = root.rstrip("/")
    rest = path.removeprefix(root)
    return rest if path.startswith(root) and rest[:1] in ("", "/") else None
