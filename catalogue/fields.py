"""Every metadata field, declared once: the tables from which search, pages, checks and JSON-LD follow.

Rows are pure data. The level has one letter for each profile, in the order of `Profile`:
M mandatory, R recommended, O optional. Sources: DCAT-AP 3.0.1; HealthDCAT-AP Release 8.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pyoxigraph import NamedNode

from ontologies.namespaces import (
    ADMS,
    CSVW,
    CV,
    DCAT,
    DCATAP,
    DCT,
    DPV,
    DQV,
    FOAF,
    GEODCATAP,
    HEALTHDCATAP,
    LOCN,
    OA,
    ODRL,
    PROV,
    QB,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
    TIME,
    VCARD,
)


class Kind(StrEnum):
    """What the values of a field are; every consumer is one `match` over these."""

    TEXT = "text"  # words in a language
    LITERAL = "literal"  # words or codes in none
    INTEGER = "integer"  # xsd:nonNegativeInteger
    BOOLEAN = "boolean"  # xsd:boolean
    DATE = "date"  # xsd:date, dateTime, gYear or gYearMonth
    LINK = "link"  # the IRI of a page, file, address or resource
    CONCEPT = "concept"  # an IRI of a controlled vocabulary
    NODE = "node"  # a thing with fields of its own


class Profile(StrEnum):
    """The sets of rules a record is checked against; the access right of a record selects one."""

    DCAT_AP = "dcat-ap"
    PUBLIC = "public"
    RESTRICTED = "restricted"
    NON_PUBLIC = "non-public"


@dataclass(frozen=True, slots=True)
class Field:
    """One property of one class.

    `facet` is the place among the facets, 0 for none. `weight` is the boost in full-text search, 0
    where the words are not searched. `vocabulary` names a file of `ontologies/skos`; `closed` says
    that values outside it are a violation and not only a warning, `known_only` that such values
    make no facet. `datatype` is the local name of an XSD type. `node` names the table of the values.
    """

    name: str
    path: NamedNode
    kind: Kind
    label: str
    help: str = ""
    section: str = ""
    many: bool = True
    level: str = "OOOO"
    vocabulary: str = ""
    closed: bool = False
    known_only: bool = False
    datatype: str = ""
    facet: int = 0
    weight: float = 0.0
    node: str = ""

    def required(self, profile: Profile) -> str:
        """The letter of this field's level in a profile: M, R or O."""
        return self.level[list(Profile).index(profile)]


def _text(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.TEXT, label, help, **more)  # type: ignore[arg-type]


def _literal(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.LITERAL, label, help, **more)  # type: ignore[arg-type]


def _integer(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.INTEGER, label, help, many=False, **more)  # type: ignore[arg-type]


def _boolean(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.BOOLEAN, label, help, many=False, **more)  # type: ignore[arg-type]


def _date(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.DATE, label, help, many=False, **more)  # type: ignore[arg-type]


def _link(name: str, path: NamedNode, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.LINK, label, help, **more)  # type: ignore[arg-type]


def _concept(
    name: str, path: NamedNode, vocabulary: str, label: str, help: str = "", **more: object
) -> Field:
    return Field(name, path, Kind.CONCEPT, label, help, vocabulary=vocabulary, **more)  # type: ignore[arg-type]


def _node(name: str, path: NamedNode, node: str, label: str, help: str = "", **more: object) -> Field:
    return Field(name, path, Kind.NODE, label, help, node=node, **more)  # type: ignore[arg-type]


WHAT, WHOM, CONTENT, QUALITY = "What it is", "Whom it covers", "What it holds", "Quality"
ACCESS, PEOPLE, LINKS, HISTORY = (
    "Access and conditions",
    "People",
    "Related",
    "Versions and history",
)

DATASET: Final = (
    _text("title", DCT.term("title"), "Title", "The name of the source in each language.", section=WHAT, level="MMMM", weight=4.0),
    _text("alternative", DCT.alternative, "Also known as", "A short name or acronym.", section=WHAT, weight=4.0),
    _text("description", DCT.description, "Description", "What the source holds, for whom and why, in plain words.", section=WHAT, level="MMMM", weight=1.0),
    _text("keyword", DCAT.keyword, "Keywords", "Words that people would search for.", section=WHAT, level="RRRM", facet=9, weight=2.0),
    _concept("theme", DCAT.theme, "data-theme", "Theme", "The general subject; health data carry Health.", section=WHAT, level="RMMM", closed=True, facet=12),
    _concept("type", DCT.type, "dataset-type", "Kind of dataset", "Statistical, registry, synthetic and so on.", section=WHAT, level="OOOM"),
    _concept("healthCategory", HEALTHDCATAP.healthCategory, "health-category", "Health category", "The category of Article 51 of the European Health Data Space regulation.", section=WHAT, level="OMMM", closed=True, facet=2),
    _concept("healthTheme", HEALTHDCATAP.healthTheme, "health-theme", "Health theme", "The field of medicine or public health.", section=WHAT, level="ORRR", closed=True, facet=3),
    _concept("programme", DCT.isPartOf, "programme", "Programme", "The research programme or network that the source belongs to.", section=WHAT, known_only=True, facet=4),
    _literal("identifier", DCT.identifier, "Identifier", "The identifier that the first publisher gave it.", section=WHAT, level="OMMM", weight=1.0),
    _node("otherIdentifier", ADMS.identifier, "Identifier", "Other identifiers", section=WHAT),
    _link("landingPage", DCAT.landingPage, "Home page", "The page that tells more about the source.", section=WHAT, level="OOOR"),
    _integer("persons", HEALTHDCATAP.numberOfUniqueIndividuals, "People", "How many different people the records are about.", section=WHOM, level="ORRR"),
    _integer("records", HEALTHDCATAP.numberOfRecords, "Records", "How many records the source holds.", section=WHOM, level="ORRR"),
    _integer("minAge", HEALTHDCATAP.minTypicalAge, "Youngest typical age", "In years.", section=WHOM, level="ORRR"),
    _integer("maxAge", HEALTHDCATAP.maxTypicalAge, "Oldest typical age", "In years.", section=WHOM, level="ORRR"),
    _text("populationCoverage", HEALTHDCATAP.populationCoverage, "Population", "Who is in the source, in words.", section=WHOM, level="ORRR", weight=1.0),
    _concept("country", DCT.spatial, "country", "Place", "The countries or regions that the data cover.", section=WHOM, level="ROOO", known_only=True, facet=1),
    _node("temporal", DCT.temporal, "PeriodOfTime", "Years covered", "The time that the data cover.", section=WHOM, level="ROOR"),
    _boolean("structured", HEALTHDCATAP.hasStructuredData, "Structured data", "Whether the data are in tables or another fixed structure.", section=CONTENT, level="OMMM"),
    _concept("standard", DCT.conformsTo, "standard", "Data standard", "The common data model or format standard, such as OMOP.", section=CONTENT, level="OOOR", closed=True, facet=6),
    _concept("codingSystem", HEALTHDCATAP.hasCodingSystem, "coding-system", "Coding systems", "The classifications used in the data.", section=CONTENT, level="ORRR", closed=True, facet=7),
    _literal("codeValues", HEALTHDCATAP.hasCodeValues, "Codes", "Codes of the main conditions or procedures.", section=CONTENT, level="ORRR", weight=1.0),
    _node("variables", HEALTHDCATAP.hasVariables, "TableGroup", "Variables", "The data dictionary: tables and their columns.", section=CONTENT),
    _concept("language", DCT.language, "language", "Language of the data", section=CONTENT, level="OOOR", closed=True, facet=10),
    _node("distribution", DCAT.distribution, "Distribution", "Ways to get it", "Files, services or places where the data can be used.", section=CONTENT, level="RMMM"),
    _node("sample", ADMS.sample, "Distribution", "Samples", "Example or synthetic data.", section=CONTENT, level="ORRR"),
    _node("analytics", HEALTHDCATAP.analytics, "Distribution", "Analytics", "Aggregate reports and profiles about the data.", section=CONTENT, level="ORRR"),
    _literal("temporalResolution", DCAT.temporalResolution, "Shortest time step", section=CONTENT, many=False, level="OOOR", datatype="duration"),
    _literal("spatialResolution", DCAT.spatialResolutionInMeters, "Finest detail in metres", section=CONTENT, many=False, datatype="decimal"),
    _node("qualityAnnotation", DQV.hasQualityAnnotation, "QualityCertificate", "Quality labels", "Certificates and quality statements.", section=QUALITY, level="ORRR"),
    _node("provenance", DCT.provenance, "ProvenanceStatement", "Where the data come from", "How and by whom the data were collected.", section=QUALITY, level="OOOM"),
    _node("generatedBy", PROV.wasGeneratedBy, "Activity", "Produced by", "The activity that produced the data.", section=QUALITY),
    _concept("accessRights", DCT.accessRights, "access-right", "Who may use it", "Whether the data are open, restricted or not public.", section=ACCESS, many=False, level="OMMM", closed=True, facet=5),
    _concept("applicableLegislation", DCATAP.applicableLegislation, "legislation", "Applicable law", "The laws under which the data are made available.", section=ACCESS, level="OMMM"),
    _node("legalBasis", DPV.hasLegalBasis, "LegalBasis", "Legal basis", "The legal basis of the processing.", section=ACCESS, level="ORRR"),
    _node("purpose", DPV.hasPurpose, "Purpose", "Purposes", "What the data were or may be processed for.", section=ACCESS, level="ORRR"),
    _concept("personalData", DPV.hasPersonalData, "personal-data", "Personal data", "The kinds of personal data held.", section=ACCESS, level="ORRR", closed=True),
    _node("retentionPeriod", HEALTHDCATAP.retentionPeriod, "PeriodOfTime", "Kept until", "How long the data are kept.", section=ACCESS, many=False, level="ORRR"),
    _node("contactPoint", DCAT.contactPoint, "Kind", "Contact", "Whom to ask about the source.", section=PEOPLE, level="RRRM"),
    _node("publisher", DCT.publisher, "Agent", "Publisher", "The organisation that makes the source known.", section=PEOPLE, many=False, level="RRRR", facet=8, weight=1.5),
    _node("custodian", GEODCATAP.custodian, "Agent", "Data holder", "The organisation that legally holds the data.", section=PEOPLE, many=False, level="ORRR", weight=1.0),
    _node("hdab", HEALTHDCATAP.hdab, "Agent", "Health data access body", "The body that decides on access.", section=PEOPLE, many=False, level="OMMM", weight=1.0),
    _node("hdabCoordinator", HEALTHDCATAP.hdabCoordinator, "Agent", "Access body coordinator", section=PEOPLE, many=False),
    _node("creator", DCT.creator, "Agent", "Creators", section=PEOPLE, weight=1.0),
    _node("attribution", PROV.qualifiedAttribution, "Attribution", "Other roles", section=PEOPLE),
    _link("page", FOAF.page, "Documentation", section=LINKS, level="OOOR"),
    _link("isReferencedBy", DCT.isReferencedBy, "Publications", "Publications that use or describe the source.", section=LINKS, level="OOOR"),
    _link("relation", DCT.relation, "Related resources", section=LINKS, level="OOOR"),
    _link("source", DCT.source, "Derived from", section=LINKS, level="OOOR"),
    _link("inSeries", DCAT.inSeries, "Part of the series", section=LINKS),
    _link("hasVersion", DCAT.hasVersion, "Versions", section=LINKS),
    _node("qualifiedRelation", DCAT.qualifiedRelation, "Relationship", "Relationships", section=LINKS),
    _concept("frequency", DCT.accrualPeriodicity, "frequency", "Updated", "How often new data are added.", section=HISTORY, many=False, level="OOOR", closed=True, facet=11),
    _date("issued", DCT.issued, "First published", section=HISTORY),
    _date("modified", DCT.modified, "Last changed", section=HISTORY),
    _literal("version", DCAT.version, "Version", section=HISTORY, many=False),
    _text("versionNotes", ADMS.versionNotes, "What changed", section=HISTORY),
)  # fmt: skip

DISTRIBUTION: Final = (
    _text("title", DCT.term("title"), "Title"),
    _text("description", DCT.description, "Description", level="RRRR"),
    _link("accessURL", DCAT.accessURL, "Where to get access", "The page or service through which the data can be reached.", level="MMMM"),
    _link("downloadURL", DCAT.downloadURL, "Download"),
    _concept("applicableLegislation", DCATAP.applicableLegislation, "legislation", "Applicable law", level="OMMM"),
    _concept("format", DCT.term("format"), "file-type", "Format", many=False, level="RRRR", closed=True, facet=14),
    _concept("mediaType", DCAT.mediaType, "media-type", "Media type", many=False),
    _concept("compressFormat", DCAT.compressFormat, "media-type", "Compression", many=False),
    _concept("packageFormat", DCAT.packageFormat, "media-type", "Packaging", many=False),
    _integer("byteSize", DCAT.byteSize, "Size in bytes"),
    _node("license", DCT.license, "LicenseDocument", "Licence", many=False, level="RRRR"),
    _node("rights", DCT.rights, "RightsStatement", "Rights", many=False),
    _link("policy", ODRL.hasPolicy, "Policy", many=False),
    _concept("status", ADMS.status, "distribution-status", "Status", many=False, closed=True),
    _concept("availability", DCATAP.availability, "planned-availability", "Planned availability", many=False, level="RRRR", closed=True),
    _concept("language", DCT.language, "language", "Language", closed=True),
    _link("standard", DCT.conformsTo, "Schema"),
    _link("accessService", DCAT.accessService, "Service"),
    _node("checksum", SPDX.checksum, "Checksum", "Checksum", many=False),
    _literal("temporalResolution", DCAT.temporalResolution, "Shortest time step", many=False, datatype="duration"),
    _literal("spatialResolution", DCAT.spatialResolutionInMeters, "Finest detail in metres", many=False, datatype="decimal"),
    _date("issued", DCT.issued, "First published"),
    _date("modified", DCT.modified, "Last changed"),
    _link("page", FOAF.page, "Documentation"),
)  # fmt: skip

AGENT: Final = (
    _text("name", FOAF.name, "Name", level="MMMM", weight=1.0),
    _concept("type", DCT.type, "publisher-type", "Kind of organisation", many=False, level="RRRR", closed=True),
    _text("description", DCT.description, "Note"),
    _node("agentContact", CV.contactPoint, "ContactPoint", "Contact", many=False, level="OMMM"),
    _link("homepage", FOAF.homepage, "Home page"),
    _link("mbox", FOAF.mbox, "E-mail"),
)  # fmt: skip

CONTACT_POINT: Final = (
    _literal("email", CV.email, "E-mail"),
    _link("contactPage", CV.contactPage, "Contact page"),
    _literal("telephone", CV.telephone, "Telephone"),
    _node("openingHours", CV.openingHours, "TemporalEntity", "Opening hours"),
    _node("specialHours", CV.specialOpeningHoursSpecification, "TemporalEntity", "Special hours"),
)
TEMPORAL_ENTITY: Final = (
    _text("description", DCT.description, "Hours", level="OMMM"),
    _concept("hoursFrequency", CV.frequency, "frequency", "How often", closed=True),
)
KIND: Final = (
    _text("fn", VCARD.fn, "Name"),
    _text("organizationName", VCARD.term("organization-name"), "Organisation"),
    _link("hasEmail", VCARD.hasEmail, "E-mail", many=False),
    _link("hasURL", VCARD.hasURL, "Contact page", many=False),
    _link("hasTelephone", VCARD.hasTelephone, "Telephone"),
)
PERIOD: Final = (
    _date("startDate", DCAT.startDate, "From", level="RRRR"),
    _date("endDate", DCAT.endDate, "To", level="RRRR"),
    _node("beginning", TIME.hasBeginning, "Instant", "From", many=False),
    _node("end", TIME.hasEnd, "Instant", "To", many=False),
)
INSTANT: Final = (
    _date("inXSDDate", TIME.inXSDDate, "Date"),
    _date("inXSDDateTime", TIME.inXSDDateTimeStamp, "Time", datatype="dateTimeStamp"),
)
TABLE_GROUP: Final = (
    _text("title", DCT.term("title"), "Title", level="OMMM", weight=1.0),
    _node("table", CSVW.table, "Table", "Tables", level="OMMM"),
)
TABLE: Final = (
    _text("title", DCT.term("title"), "Title", level="OMMM", weight=1.0),
    _text("keyword", DCAT.keyword, "Keywords"),
    _link("csvUrl", CSVW.url, "File", many=False),
    _node("column", CSVW.column, "Column", "Columns", level="OMMM"),
)
COLUMN: Final = (
    _literal("columnName", CSVW.term("name"), "Name", many=False, level="OMMM", weight=1.0),
    _text("columnTitle", CSVW.term("title"), "Title", level="OMMM", weight=1.0),
    _literal("columnDatatype", CSVW.datatype, "Type", many=False, level="OMMM"),
    _text("description", DCT.description, "Meaning", level="OMMM", weight=0.5),
    _link("propertyUrl", CSVW.propertyUrl, "Concept", many=False),
    _literal("unit", SCHEMA.unitText, "Unit", "The unit of the values, best as UCUM writes it.", many=False),
    _node("codeList", QB.codeList, "CodeList", "Coded values", "The values that there may be, and what they mean.", many=False),
)  # fmt: skip
CODE_LIST: Final = (_node("code", SKOS.member, "Code", "Codes"),)
CODE: Final = (
    _literal("notation", SKOS.notation, "Code", many=False),
    _text("prefLabel", SKOS.prefLabel, "Meaning"),
)
PROVENANCE: Final = (_text("label", RDFS.label, "Statement"),)
LEGAL_BASIS: Final = (
    _text("description", DCT.description, "Description"),
    _link("source", DCT.source, "Legal text"),
)
PURPOSE: Final = (_text("description", DCT.description, "Description"),)
QUALITY_CERTIFICATE: Final = (
    _link("oaTarget", OA.hasTarget, "About", level="ORRR"),
    _link("oaBody", OA.hasBody, "Certificate", level="ORRR"),
    _link("motivatedBy", OA.motivatedBy, "Made for", level="ORRR"),
)
ACTIVITY: Final = (
    _text("label", RDFS.label, "Activity"),
    _concept("type", DCT.type, "health-activity", "Kind of activity", closed=True),
)
IDENTIFIER: Final = (
    _literal("notation", SKOS.notation, "Identifier", many=False),
    _literal("schemaAgency", ADMS.schemaAgency, "Issued by"),
)
LICENSE: Final = (
    _text("title", DCT.term("title"), "Title"),
    _text("label", RDFS.label, "Name"),
    _link("page", FOAF.page, "Text"),
)
RIGHTS: Final = (
    _text("label", RDFS.label, "Statement"),
    _text("description", DCT.description, "Description"),
)
CHECKSUM: Final = (
    _link("algorithm", SPDX.algorithm, "Algorithm", many=False, level="MMMM"),
    _literal("checksumValue", SPDX.checksumValue, "Value", many=False, level="MMMM", datatype="hexBinary"),
)  # fmt: skip
ATTRIBUTION: Final = (
    _node("agent", PROV.agent, "Agent", "Who"),
    _link("hadRole", DCAT.hadRole, "Role"),
)
RELATIONSHIP: Final = (
    _link("relation", DCT.relation, "Resource", level="MMMM"),
    _link("hadRole", DCAT.hadRole, "Role", level="MMMM"),
)
LOCATION: Final = (
    _text("prefLabel", SKOS.prefLabel, "Name"),
    _text("label", RDFS.label, "Name"),
    _literal("bbox", DCAT.bbox, "Bounding box", many=False, level="RRRR"),
    _literal("centroid", DCAT.centroid, "Centre", many=False, level="RRRR"),
    _literal("geometry", LOCN.geometry, "Geometry", many=False),
)
SERVICE: Final = (
    *(replace(f, level="OOOO") if f.name == "description" else f for f in DATASET if f.name in {
        "title", "description", "keyword", "theme", "identifier", "landingPage", "accessRights",
        "applicableLegislation", "contactPoint", "publisher", "language", "page", "issued", "modified",
    }),
    _link("endpointURL", DCAT.endpointURL, "Address of the service", section=CONTENT, level="MMMM"),
    _link("endpointDescription", DCAT.endpointDescription, "Description of the service", section=CONTENT, level="RRRR"),
    _link("servesDataset", DCAT.servesDataset, "Serves", section=CONTENT, level="RRRR"),
)  # fmt: skip
_CATALOGUE_LEVELS: Final = {
    "publisher": "MMMM", "language": "RRRR", "issued": "RRRR", "modified": "RRRR",
    "keyword": "OOOO", "country": "RRRR",
}  # fmt: skip
CATALOGUE: Final = (
    *(replace(f, level=_CATALOGUE_LEVELS.get(f.name, f.level), many=f.many and f.name != "creator") for f in DATASET if f.name in {
        "title", "description", "keyword", "identifier", "applicableLegislation", "publisher", "creator",
        "language", "country", "issued", "modified",
    }),
    _link("homepage", FOAF.homepage, "Home page", section=WHAT, many=False, level="RRRR"),
    _node("license", DCT.license, "LicenseDocument", "Licence", section=ACCESS, many=False, level="RRRR"),
    _link("themeTaxonomy", DCAT.themeTaxonomy, "Themes from", section=CONTENT, level="RRRR"),
)  # fmt: skip

TABLES: Final[Mapping[str, tuple[Field, ...]]] = {
    "Dataset": DATASET,
    "DataService": SERVICE,
    "Catalog": CATALOGUE,
    "Distribution": DISTRIBUTION,
    "Agent": AGENT,
    "ContactPoint": CONTACT_POINT,
    "TemporalEntity": TEMPORAL_ENTITY,
    "Kind": KIND,
    "PeriodOfTime": PERIOD,
    "Instant": INSTANT,
    "TableGroup": TABLE_GROUP,
    "Table": TABLE,
    "Column": COLUMN,
    "CodeList": CODE_LIST,
    "Code": CODE,
    "ProvenanceStatement": PROVENANCE,
    "LegalBasis": LEGAL_BASIS,
    "Purpose": PURPOSE,
    "QualityCertificate": QUALITY_CERTIFICATE,
    "Activity": ACTIVITY,
    "Identifier": IDENTIFIER,
    "LicenseDocument": LICENSE,
    "RightsStatement": RIGHTS,
    "Checksum": CHECKSUM,
    "Attribution": ATTRIBUTION,
    "Relationship": RELATIONSHIP,
    "Location": LOCATION,
}
"""The fields of each class, in the order in which a person should read them."""

CLASSES: Final[Mapping[str, NamedNode]] = {
    "Dataset": DCAT.Dataset,
    "DataService": DCAT.DataService,
    "Catalog": DCAT.Catalog,
    "Distribution": DCAT.Distribution,
    "Agent": FOAF.Agent,
    "ContactPoint": CV.ContactPoint,
    "TemporalEntity": TIME.TemporalEntity,
    "Kind": VCARD.Kind,
    "PeriodOfTime": DCT.PeriodOfTime,
    "Instant": TIME.Instant,
    "TableGroup": CSVW.TableGroup,
    "Table": CSVW.Table,
    "Column": CSVW.Column,
    "CodeList": SKOS.Collection,
    "Code": SKOS.Concept,
    "ProvenanceStatement": DCT.ProvenanceStatement,
    "LegalBasis": DPV.LegalBasis,
    "Purpose": DPV.Purpose,
    "QualityCertificate": DQV.QualityCertificate,
    "Activity": PROV.Activity,
    "Identifier": ADMS.Identifier,
    "LicenseDocument": DCT.LicenseDocument,
    "RightsStatement": DCT.RightsStatement,
    "Checksum": SPDX.Checksum,
    "Attribution": PROV.Attribution,
    "Relationship": DCAT.Relationship,
    "Location": DCT.Location,
}
"""The RDF class of the nodes of each table."""

TABLE_OF_KIND: Final[Mapping[str, str]] = {
    "dataset": "Dataset",
    "series": "Dataset",
    "service": "DataService",
    "catalogue": "Catalog",
}
"""The table that describes each kind of record."""

FACETS: Final = (*sorted((f for f in (*DATASET, *DISTRIBUTION) if f.facet), key=lambda f: f.facet),)
"""The fields that results can be narrowed by, in the order of the page; `source` joins them there."""


def field(table: str, name: str) -> Field:
    """The row called `name`; KeyError when the table has none."""
    return next((f for f in TABLES[table] if f.name == name), None) or _missing(table, name)


def _missing(table: str, name: str) -> Field:
    raise KeyError(f"{table} has no field {name}")
