"""Builds the catalogue from its settings; the only place that chooses engines."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import packages_distributions
from typing import Final

from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.catalogue import Catalogue
from catalogue.clock import utc_now
from catalogue.errors import Conflict
from catalogue.fields import TABLES
from catalogue.jobs import Jobs
from catalogue.leases import TTL
from catalogue.ledger import Ledger
from catalogue.settings import Settings
from ontologies.vocabularies import load

log = logging.getLogger(__name__)

PACKAGES: Final = ("catalogue", "harvesters", "ontologies", "web")
PROJECTION: Final = "1"
"""Raise it when the projection changes without the field table: the index is then rebuilt."""

ALONE_TTL: Final = timedelta(days=1)
"""How long leases last where one process owns the folder: nobody could take one over from it."""


def open_catalogue(
    settings: Settings, *, in_memory: bool = False, now: Callable[[], datetime] = utc_now
) -> Catalogue:
    """Open the catalogue, finish what a crash left, rebuild an outdated index that is embedded.

    Raises Conflict when another process has the data folder open, when the data belong to another base
    URL, or when another installed package bears the name of one of ours.
    """
    _refuse_foreign_packages()
    folder = None if in_memory else settings.data_dir
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    store = OxigraphStore(folder / "store" if folder else None)
    ledger = Ledger(None, now=now, ttl=ALONE_TTL) if in_memory else open_ledger(settings, now=now)
    base = settled_base(ledger, settings)
    if settings.alone:
        ledger.leases.clear()
    vocabularies = load()
    print_ = fingerprint()
    index = TantivyIndex(folder / "index" if folder else None, print_, settings.index_memory_mb)
    writing = None if settings.alone else nullcontext()
    catalogue = Catalogue(base, store, index, ledger, vocabularies, now, writing)
    catalogue.recover()
    if settings.alone or not ledger.count():
        renew_index(catalogue)
    return catalogue


def open_ledger(
    settings: Settings, *, now: Callable[[], datetime] = utc_now, ttl: timedelta | None = None
) -> Ledger:
    """Open the ledger alone, which works beside a process that has the catalogue open."""
    if ttl is None:
        ttl = ALONE_TTL if settings.alone else TTL
    url = settings.ledger_url.get_secret_value()
    if not url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{settings.data_dir / 'ledger.sqlite'}"
    return Ledger(url, now=now, ttl=ttl)


def open_jobs(settings: Settings, ledger: Ledger) -> Jobs:
    """Open the queue of the jobs that stand in a ledger; works beside other processes."""
    from catalogue.queue import open_queue

    url = settings.jobs_url.get_secret_value()
    if not url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Jobs(ledger, open_queue(url or settings.data_dir / "jobs.sqlite"))


def renew_index(catalogue: Catalogue) -> None:
    """Build an index of other fields anew, unless another process does just that or a source is written."""
    if catalogue.index.fingerprint() == fingerprint():
        return
    if catalogue.ledger.count():
        log.warning("the index is missing or of other fields; building it anew")
    try:
        catalogue.reindex()
    except Conflict as error:
        log.warning("the index was not built anew: %s", error)


def fingerprint() -> str:
    """A digest of all that the shape of the index follows from."""
    return sha256(f"{PROJECTION} {TABLES!r}".encode()).hexdigest()[:16]


def settled_base(ledger: Ledger, settings: Settings) -> str:
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
