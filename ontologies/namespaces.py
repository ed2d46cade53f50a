"""The namespaces that health metadata use, and the prefixes they are written with."""

from collections.abc import Mapping
from typing import Final

from pyoxigraph import NamedNode


class Namespace(str):
    """An IRI prefix; `DCAT.Dataset` makes its terms, `DCT.term("title")` those that `str` itself owns."""

    __slots__ = ()

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        return NamedNode(self + name)

    def term(self, name: str) -> NamedNode:
        """The term called `name`."""
        return NamedNode(self + name)


ADMS: Final = Namespace("http://www.w3.org/ns/adms#")
CSVW: Final = Namespace("http://www.w3.org/ns/csvw#")
CV: Final = Namespace("http://data.europa.eu/m8g/")
DCAT: Final = Namespace("http://www.w3.org/ns/dcat#")
DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCT: Final = Namespace("http://purl.org/dc/terms/")
DPV: Final = Namespace("https://w3id.org/dpv#")
DPVPD: Final = Namespace("https://w3id.org/dpv/dpv-pd#")
DQV: Final = Namespace("http://www.w3.org/ns/dqv#")
ELI: Final = Namespace("http://data.europa.eu/eli/ontology#")
FOAF: Final = Namespace("http://xmlns.com/foaf/0.1/")
GEODCATAP: Final = Namespace("http://data.europa.eu/930/")
HEALTHDCATAP: Final = Namespace("http://healthdataportal.eu/ns/health#")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
LOCN: Final = Namespace("http://www.w3.org/ns/locn#")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ODRL: Final = Namespace("http://www.w3.org/ns/odrl/2/")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
OWL: Final = Namespace("http://www.w3.org/2002/07/owl#")
PROFILE: Final = Namespace("urn:fairfinder:profile:")
"""Our own terms for characterisation profiles."""

PROV: Final = Namespace("http://www.w3.org/ns/prov#")
QB: Final = Namespace("http://purl.org/linked-data/cube#")
RDF: Final = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS: Final = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SCHEMA: Final = Namespace("http://schema.org/")
SDMX_CODE: Final = Namespace("http://purl.org/linked-data/sdmx/2009/code#")
SDMX_DIMENSION: Final = Namespace("http://purl.org/linked-data/sdmx/2009/dimension#")
SH: Final = Namespace("http://www.w3.org/ns/shacl#")
SKOS: Final = Namespace("http://www.w3.org/2004/02/skos/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
TIME: Final = Namespace("http://www.w3.org/2006/time#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
VOID: Final = Namespace("http://rdfs.org/ns/void#")
XSD: Final = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: Final[Mapping[str, str]] = {
    "adms": ADMS,
    "csvw": CSVW,
    "cv": CV,
    "dcat": DCAT,
    "dcatap": DCATAP,
    "dct": DCT,
    "dpv": DPV,
    "dpvpd": DPVPD,
    "dqv": DQV,
    "eli": ELI,
    "foaf": FOAF,
    "geodcatap": GEODCATAP,
    "healthdcatap": HEALTHDCATAP,
    "hydra": HYDRA,
    "locn": LOCN,
    "oa": OA,
    "odrl": ODRL,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "qb": QB,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "spdx": SPDX,
    "time": TIME,
    "vcard": VCARD,
    "void": VOID,
    "xsd": XSD,
}
"""The prefixes of everything we write."""
