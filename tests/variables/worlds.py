"""Dictionaries of a few made-up datasets, as harvests bring them and as scans of the data measure them."""

from collections.abc import Iterable, Iterator
from typing import Final

from catalogue.catalogue import Catalogue
from catalogue.profiles.disclosure import guard
from catalogue.profiles.measured import Told
from catalogue.profiles.measured import Variable as Scanned
from catalogue.profiles.publishing import publish
from catalogue.profiles.release import Rule
from catalogue.profiles.releases import Release
from catalogue.records import Record, record_id
from tests.asking import record

SOURCE: Final = "north"
BMI: Final = "http://loinc.org/rdf/39156-5"

HEART: Final = f"""
ex:heart a dcat:Dataset ; dct:title "Heart registry"@en ; dct:description "Hearts."@en ;
  health:hasVariables [ a csvw:TableGroup ; dct:title "All"@en ; csvw:table
    [ a csvw:Table ; dct:title "Visits"@en ; csvw:column
      [ a csvw:Column ; csvw:name "systolicBP" ; csvw:title "Systolic pressure"@en ; csvw:datatype "decimal" ;
        dct:description "Sitting, after five minutes"@en ; schema:unitText "mmHg" ],
      [ a csvw:Column ; csvw:name "bmi" ; csvw:title "Body mass index"@en ; csvw:datatype "decimal" ;
        schema:unitText "kg/m2" ; csvw:propertyUrl <{BMI}> ] ],
    [ a csvw:Table ; dct:title "Persons"@en ; csvw:column
      [ a csvw:Column ; csvw:name "sex" ; csvw:datatype "code" ; qb:codeList [ a skos:Collection ; skos:member
        [ a skos:Concept ; skos:notation "2" ; skos:prefLabel "female"@en ],
        [ a skos:Concept ; skos:notation "1" ; skos:prefLabel "male"@en ] ] ] ] ] .
<{BMI}> skos:prefLabel "Body mass index"@en .
"""
MEMORY: Final = f"""
ex:memory a dcat:Dataset ; dct:title "Memory clinic"@en ; dct:description "Memories."@en ;
  health:hasVariables [ a csvw:TableGroup ; dct:title "All"@en ; csvw:table
    [ a csvw:Table ; dct:title "Baseline"@en ; csvw:column
      [ a csvw:Column ; csvw:name "BMI_kg" ; csvw:title "Weight for height"@en ; csvw:datatype "xsd:double" ;
        csvw:propertyUrl <{BMI}> ],
      [ a csvw:Column ; csvw:name "systolic_bp" ; csvw:title "Upper pressure"@en ; csvw:datatype "integer" ;
        schema:unitText "kPa" ],
      [ a csvw:Column ; csvw:name "bmi" ; csvw:title "BMI class"@en ; csvw:datatype "string" ],
      [ a csvw:Column ; csvw:name "mmse" ; csvw:title "Mini-mental score"@en ; csvw:datatype "integer" ] ] ] .
"""
PLAIN: Final = 'ex:plain a dcat:Dataset ; dct:title "Without variables"@en ; dct:description "None."@en .'

_PREFIXES: Final = """
@prefix schema: <http://schema.org/> . @prefix qb: <http://purl.org/linked-data/cube#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
EVERY: Final = (HEART, MEMORY, PLAIN)


def identity(name: str) -> str:
    """The id of a dataset."""
    return record_id(SOURCE, f"https://north.example/{name}")


def described(texts: Iterable[str] = EVERY) -> Iterator[Record]:
    """The datasets as their source describes them."""
    return (record(_PREFIXES + text) for text in texts)


def scan(catalogue: Catalogue, name: str, *found: Scanned) -> Release:
    """Publish what a scan of the data of a dataset found."""
    told = guard([Told("White Rabbit", "0.10"), *found], Rule())
    return publish(catalogue, identity(name), told)
