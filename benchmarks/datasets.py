"""Generated datasets for the benchmarks: 29 statements each, the same ones every time."""

import random
from collections.abc import Iterator
from typing import Final

EU: Final = "http://publications.europa.eu/resource/authority/"
SANTE: Final = "https://hdeu-dcat.data.health.europa.eu/resource/authority/"

HEADER: Final = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix health: <http://healthdataportal.eu/ns/health#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

_COUNTRIES = "AUT BEL CZE DEU DNK ESP EST FIN FRA GRC HUN IRL ITA NLD NOR POL PRT SWE".split()
_CATEGORIES = "EHRS DIOH HRAD HGPD PHDR MRMR RMMD RQSH EINS".split()
_THEMES = "CANCER_DISEASE NONCOMMUNICABLE_DISEASES MENTAL_HEALTH RESPIRATORY_DISEASES".split()
_RIGHTS = "PUBLIC RESTRICTED NON_PUBLIC".split()
_FREQUENCIES = "ANNUAL QUARTERLY MONTHLY DAILY CONT".split()
_CODINGS = "ICD-10 SNOMED-CT ATC LOINC MESH".split()
_KINDS = "registry cohort claims hospital biobank genomics primary-care pharmacy imaging".split()
_ARTEN = "Register Kohorte Abrechnung Klinik Biobank Genomik Praxis Apotheke Bildgebung".split()
_DISEASES = (
    "heart failure,prostate cancer,dementia,acute leukaemia,multiple myeloma,diabetes,asthma,stroke,"
    "depression,arthritis,atrial fibrillation,breast cancer,epilepsy,lymphoma,kidney disease,psoriasis"
).split(",")
_WORDS = (
    "patients treatment outcome follow-up linked hospital national quality survival diagnosis laboratory "
    "medication mortality population regional longitudinal clinical imaging consent biomarker screening"
).split()


def documents(count: int, seed: int = 7) -> Iterator[str]:
    """Turtle for each dataset, without the prefixes of `HEADER`."""
    draw = random.Random(seed)
    for number in range(count):
        yield _dataset(number, draw)


def _dataset(number: int, draw: random.Random) -> str:
    kind = draw.randrange(len(_KINDS))
    disease = draw.choice(_DISEASES)
    words = " ".join(draw.choices(_WORDS, k=40))
    start = draw.randrange(1970, 2015)
    iri = f"https://node{number % 20}.example/dataset/{number}"
    return f"""\
<{iri}> a dcat:Dataset ;
  dct:title "{_KINDS[kind].title()} of {disease} {number}"@en , "{_ARTEN[kind]} {number}: {disease}"@de ;
  dct:description "A {_KINDS[kind]} source on {disease}: {words}."@en  ,
    "Daten zu {disease} aus {_ARTEN[kind]}."@de ;
  dct:identifier "DS-{number}" ; dcat:keyword "{disease}"@en , "{draw.choice(_WORDS)}"@en ;
  dcat:theme <{EU}data-theme/HEAL> ; dct:accessRights <{EU}access-right/{draw.choice(_RIGHTS)}> ;
  health:healthCategory <{SANTE}healthcategories/{draw.choice(_CATEGORIES)}> ;
  health:healthTheme <{SANTE}health-theme/{draw.choice(_THEMES)}> ;
  health:hasCodingSystem <{SANTE}coding-system/{draw.choice(_CODINGS)}> ;
  health:numberOfUniqueIndividuals "{int(10 ** draw.uniform(2, 7))}"^^xsd:nonNegativeInteger ;
  health:minTypicalAge "{draw.randrange(0, 40)}"^^xsd:nonNegativeInteger ;
  dct:spatial <{EU}country/{draw.choice(_COUNTRIES)}> ; dct:language <{EU}language/ENG> ;
  dct:accrualPeriodicity <{EU}frequency/{draw.choice(_FREQUENCIES)}> ;
  dct:issued "{draw.randrange(2015, 2020)}-03-01"^^xsd:date ;
  dct:modified "{draw.randrange(2020, 2026)}-0{draw.randrange(1, 9)}-1{draw.randrange(0, 9)}"^^xsd:date ;
  dct:temporal [ dcat:startDate "{start}-01-01"^^xsd:date ; dcat:endDate "{start + 10}-12-31"^^xsd:date ] ;
  dct:publisher [ foaf:name "Node {number % 20}"@en ] ;
  dcat:distribution <{iri}/access> .
<{iri}/access> a dcat:Distribution ; dcat:accessURL <{iri}/apply> ;
  dct:format <{EU}file-type/CSV> .
"""
