"""Made-up datasets as three kinds of portal tell them, the same ones every time, in two generations.

From the first generation to the second some are changed, some new and some gone. Where `faulty` ones are
wanted, some can be told apart from others but not be used.
"""

import random
from dataclasses import dataclass
from typing import Final

import orjson

from benchmarks.datasets import EU, SANTE

MOMENT_1: Final = "2026-01-05T08:00:00"
"""When the records of the first generation were last changed."""

_COUNTRIES: Final = "AUT BEL CZE DEU DNK ESP EST FIN FRA GRC HUN IRL ITA NLD NOR POL PRT SWE".split()
_CATEGORIES: Final = "EHRS DIOH HRAD HGPD PHDR MRMR RMMD RQSH EINS".split()
_RIGHTS: Final = "PUBLIC RESTRICTED NON_PUBLIC".split()
_CODINGS: Final = "ICD-10 SNOMED-CT ATC LOINC MESH".split()
_KINDS: Final = "Registry Cohort Claims Hospital Biobank Genomics Practice Pharmacy Imaging".split()
_DISEASES: Final = (
    "heart failure,prostate cancer,dementia,acute leukaemia,multiple myeloma,diabetes,asthma,stroke,"
    "depression,arthritis,atrial fibrillation,breast cancer,epilepsy,lymphoma,kidney disease,psoriasis"
).split(",")
_WORDS: Final = (
    "patients treatment outcome follow-up linked hospital national quality survival diagnosis laboratory "
    "medication mortality population regional longitudinal clinical imaging consent biomarker screening"
).split()


@dataclass(frozen=True, slots=True)
class Told:
    """What a dataset is about."""

    number: int
    title: str
    notes: str
    disease: str
    tags: tuple[str, ...]
    country: str
    category: str
    rights: str
    coding: str
    persons: int
    start: int
    modified: str
    faulty: bool


def is_there(number: int, generation: int) -> bool:
    """Whether a portal has a dataset: of fifty one comes and of forty one goes with the second generation."""
    return number % 50 != 49 if generation == 1 else number % 40 != 17


def was_there(number: int, generation: int) -> bool:
    """Whether a portal had a dataset before and has it no longer."""
    return generation == 2 and number % 40 == 17 and number % 50 != 49


def is_changed(number: int, generation: int) -> bool:
    """Whether a dataset is new, mended or otherwise in the second generation."""
    return generation == 2 and (number % 5 == 3 or number % 50 == 49 or is_faulty(number))


def is_faulty(number: int) -> bool:
    """Whether a dataset is torn in the first generation of a portal that has such ones."""
    return number % 60 == 11


def told(number: int, generation: int, moment: str, faulty: bool = False) -> Told:
    """A dataset of a generation, of which the second came at a moment."""
    draw = random.Random(number)
    kind, disease = draw.choice(_KINDS), draw.choice(_DISEASES)
    changed = is_changed(number, generation)
    return Told(
        number,
        f"{kind} of {disease} {number}{', revised' if changed else ''}",
        f"A {kind.lower()} source on {disease}: {' '.join(draw.choices(_WORDS, k=40))}.",
        disease,
        (disease, draw.choice(_WORDS), f"study {number % 977}"),
        draw.choice(_COUNTRIES),
        draw.choice(_CATEGORIES),
        draw.choice(_RIGHTS),
        draw.choice(_CODINGS),
        int(10 ** draw.uniform(2, 7)),
        draw.randrange(1970, 2015),
        moment if changed else MOMENT_1,
        faulty and is_faulty(number),
    )


def key(number: int) -> str:
    """The id of a dataset; ids are sorted as numbers are."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def package(one: Told, site: str) -> bytes:
    """A dataset as CKAN tells it with ckanext-dcat; a faulty one has no id."""
    id = key(one.number)
    extras = {
        "identifier": f"DS-{one.number}",
        "issued": "2019-03-15",
        "language": '["ENG"]',
        "frequency": "ANNUAL",
        "access_rights": f"{EU}access-right/{one.rights}",
        "health_category": orjson.dumps([f"{SANTE}healthcategories/{one.category}"]).decode(),
        "health_theme": '["NONCOMMUNICABLE_DISEASES"]',
        "number_of_unique_individuals": str(one.persons),
        "min_typical_age": "18",
        "coding_system": f'["{one.coding}"]',
        "spatial_uri": f"{EU}country/{one.country}",
        "temporal_start": f"{one.start}-01-01",
        "temporal_end": f"{one.start + 10}-12-31",
        "contact_email": f"desk{one.number % 40}@portal.example",
    }
    said = {
        "id": id,
        "name": f"ds-{one.number}",
        "type": "dataset",
        "state": "active",
        "private": False,
        "title": one.title,
        "notes": one.notes,
        "url": f"{site}/about/{one.number}",
        "version": "",
        "metadata_created": "2019-03-15T09:12:44.120000",
        "metadata_modified": f"{one.modified}.654000",
        "license_id": "cc-by",
        "organization": _organisation(one.number % 40),
        "groups": [{"name": "health", "title": "Health", "display_name": "Health"}],
        "tags": [{"name": tag, "display_name": tag, "state": "active"} for tag in one.tags],
        "extras": [{"key": name, "value": value} for name, value in extras.items()],
        "resources": [_resource(one, id, number, site) for number in range(2)],
    }
    if one.faulty:
        del said["id"], said["name"]
    return orjson.dumps(said)


def _organisation(number: int) -> dict[str, object]:
    return {
        "id": f"0000{number:04x}-aaaa-4000-8000-000000000000",
        "name": f"institute-{number}",
        "title": f"Institute {number}",
        "type": "organization",
        "description": "One of the institutes that the portal gathers from.",
        "image_url": "",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def _resource(one: Told, id: str, number: int, site: str) -> dict[str, object]:
    return {
        "id": f"{id}-{number}",
        "package_id": id,
        "name": f"Extract {number + 1}",
        "description": "",
        "url": f"{site}/dataset/{id}/resource/{number}",
        "format": "CSV",
        "mimetype": None,
        "size": None,
        "hash": "",
        "created": "2019-03-15T09:12:44.120000",
        "position": number,
        "state": "active",
    }


def header(number: int, stamp: str, is_deleted: bool = False) -> str:
    """The header of a dataset in OAI-PMH."""
    status = ' status="deleted"' if is_deleted else ""
    return (
        f"<header{status}><identifier>oai:archive.example:{number}</identifier>"
        f"<datestamp>{stamp}Z</datestamp><setSpec>health</setSpec></header>"
    )


def datacite(one: Told) -> str:
    """A dataset as oai_datacite; a faulty one says nothing."""
    start = '<metadata><oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><payload>'
    end = "</payload></oai_datacite></metadata>"
    if one.faulty:
        return f'{start}<resource xmlns="http://datacite.org/schema/kernel-4"/>{end}'
    subjects = "".join(f"<subject>{tag}</subject>" for tag in one.tags)
    return f"""{start}<resource xmlns="http://datacite.org/schema/kernel-4">
<identifier identifierType="DOI">10.55555/DS.{one.number}</identifier>
<creators><creator><creatorName nameType="Personal">Doe, {one.tags[1].title()}</creatorName>\
<givenName>{one.tags[1].title()}</givenName><familyName>Doe</familyName>\
<affiliation>Institute {one.number % 40}</affiliation></creator></creators>
<titles><title xml:lang="en">{one.title}</title><title xml:lang="en" titleType="AlternativeTitle">\
DS {one.number}</title></titles>
<publisher xml:lang="en">Institute {one.number % 40}</publisher>
<publicationYear>{one.start + 11}</publicationYear>
<resourceType resourceTypeGeneral="Dataset">Dataset</resourceType>
<subjects>{subjects}</subjects>
<dates><date dateType="Issued">{one.start + 11}-03-15</date>\
<date dateType="Updated">{one.modified[:10]}</date>\
<date dateType="Collected">{one.start}-01-01/{one.start + 10}-12-31</date></dates>
<language>en</language>
<relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsCitedBy">\
10.55555/PAPER.{one.number % 977}</relatedIdentifier></relatedIdentifiers>
<sizes><size>{one.persons} participants</size></sizes><formats><format>text/csv</format></formats>
<version>2025</version>
<rightsList><rights rightsURI="info:eu-repo/semantics/restrictedAccess">Restricted access</rights>\
<rights rightsURI="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</rights></rightsList>
<descriptions><description xml:lang="en" descriptionType="Abstract">{one.notes}</description>\
<description xml:lang="en" descriptionType="Methods">Drawn each January from the shared record.\
</description></descriptions>
<geoLocations><geoLocation><geoLocationPlace>{one.country}</geoLocationPlace></geoLocation></geoLocations>
</resource>{end}"""


def turtle(one: Told, site: str) -> str:
    """A dataset as DCAT, without the prefixes of `benchmarks.datasets.HEADER`; a faulty one is a tangle."""
    iri = f"{site}/dataset/{key(one.number)}"
    ring = [f"_:t{one.number}x{link}" for link in range(14)]
    tangle = "".join(f"{a} dct:relation {b} .\n" for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    tags = ", ".join(f'"{tag}"@en' for tag in one.tags)
    return f"""\
<{iri}> a dcat:Dataset ; dct:title "{one.title}"@en ; dct:description "{one.notes}"@en ;
  dct:identifier "DS-{one.number}" ; dcat:keyword {tags} ; dcat:landingPage <{site}/about/{one.number}> ;
  dcat:theme <{EU}data-theme/HEAL> ; dct:accessRights <{EU}access-right/{one.rights}> ;
  health:healthCategory <{SANTE}healthcategories/{one.category}> ;
  health:hasCodingSystem <{SANTE}coding-system/{one.coding}> ;
  health:numberOfUniqueIndividuals "{one.persons}"^^xsd:nonNegativeInteger ;
  dct:spatial <{EU}country/{one.country}> ; dct:language <{EU}language/ENG> ;
  dct:issued "2019-03-15"^^xsd:date ; dct:modified "{one.modified}Z"^^xsd:dateTime ;
  dct:temporal [ dcat:startDate "{one.start}-01-01"^^xsd:date ;
    dcat:endDate "{one.start + 10}-12-31"^^xsd:date ] ;
  dct:publisher [ foaf:name "Institute {one.number % 40}"@en ] ;
  dcat:distribution <{iri}/file> .
<{iri}/file> a dcat:Distribution ; dcat:accessURL <{iri}/apply> ; dct:format <{EU}file-type/CSV> .
{f"<{iri}> dct:relation {ring[0]} .{chr(10)}{tangle}" if one.faulty else ""}"""
