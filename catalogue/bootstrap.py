"""Builds the catalogue from its settings; the only place that chooses engines."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import packages_distributions
from typing import Final

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.catalogue import Catalogue
from catalogue.errors import Conflict
from catalogue.fields import TABLES
from catalogue.ledger import Ledger
from catalogue.settings import Settings
from ontologies.vocabularies import load

log = logging.getLogger(__name__)

PACKAGES: Final = ("catalogue", "harvesters", "ontologies", "web")
PROJECTION: Final = "1"
"""Raise it when the projection changes without the field table: the index is then rebuilt."""


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def open_catalogue(
    settings: Settings, *, in_memory: bool = False, now: Callable[[], datetime] = utc_now
) -> Catalogue:
    """Open the catalogue in the data folder, finish what a crash left, rebuild an outdated index.

    Raises Conflict when another process has it open, when the folder belongs to another base URL,
    or when another installed package bears the name of one of ours.
    """
    _refuse_foreign_packages()
    folder = None if in_memory else settings.data_dir
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    store = OxigraphStore(folder / "store" if folder else None)
    ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite'}" if folder else None)
    base = _settled_base(ledger, settings)
    vocabularies = load()
    print_ = fingerprint()
    index = TantivyIndex(folder / "index" if folder else None, print_, settings.index_memory_mb)
    catalogue = Catalogue(base, store, index, ledger, vocabularies, now)
    ledger.close_open_runs(now())
    catalogue.recover()
    if index.fingerprint() != print_:
        if ledger.count():
            log.warning("the index is missing or of other fields; building it anew")
        catalogue.reindex()
    return catalogue


def fingerprint() -> str:
    """A digest of all that the shape of the index follows from."""
    return sha256(f"{PROJECTION} {TABLES!r}".encode()).hexdigest()[:16]


def _settled_base(ledger: Ledger, settings: Settings) -> str:
    """The base URL that the data folder was made for: the IRIs in it start with that."""
    asked = settings.base_url.rstrip("/")
    kept = ledger.fact("base_url", asked)
    if kept != asked and "base_url" in settings.model_fields_set:
        raise Conflict(
            f"The data in {settings.data_dir} were made for the address {kept}, not {asked}. "
            f"Set FAIRFINDER_BASE_URL={kept}, or use another data folder."
        )
    return kept


def _refuse_foreign_packages() -> None:
    owners = packages_distributions()
    for package in PACKAGES:
        others = set(owners.get(package, ())) - {"fairfinder"}
        if others:
            raise Conflict(
                f"The installed package {', '.join(sorted(others))} also calls itself “{package}”. "
                "Install FAIRfinder in a virtual environment of its own."
            )
