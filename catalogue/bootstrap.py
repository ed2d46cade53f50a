"""Builds the catalogue from its settings; the only place that chooses engines."""

import logging
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Final

from catalogue.adapters.elastic_clients import Cluster
from catalogue.adapters.index_elastic import ElasticIndex
from catalogue.adapters.index_tantivy import TantivyIndex
from catalogue.adapters.store_oxigraph import OxigraphStore
from catalogue.adapters.store_sparql import Access, Endpoints, SparqlStore
from catalogue.catalogue import Catalogue
from catalogue.clock import utc_now
from catalogue.errors import Conflict, Invalid, Unavailable
from catalogue.fields import TABLES
from catalogue.jobs import Jobs
from catalogue.leases import TTL
from catalogue.ledger import Ledger
from catalogue.migrate import MIGRATING
from catalogue.profiles.coverage_members import queries
from catalogue.queue import open_queue
from catalogue.search import SearchIndex, SearchQuery
from catalogue.secrets import Safe, kept_key
from catalogue.settings import Settings
from catalogue.store import TripleStore
from ontologies import programmes
from ontologies.programmes import Programme
from ontologies.sections import Wrong
from ontologies.vocabularies import load

log = logging.getLogger(__name__)

PACKAGES: Final = ("catalogue", "harvesters", "ontologies", "web")
_TOP: Final = re.compile(rf'^"?({"|".join(PACKAGES)})(?:$|/|\.py,)', re.MULTILINE)
"""One of our names where a distribution lists its files or the names that it is imported by."""

PROJECTION: Final = "2"
"""Raise it when the projection changes without the field table: the index is then rebuilt."""

_SEEN: Final = "fields "
"""Begins the fact of when the fields of a version were first seen."""

ALONE_TTL: Final = timedelta(days=1)
"""How long leases last where one process owns the folder: nobody could take one over from it."""


def open_catalogue(
    settings: Settings,
    *,
    in_memory: bool = False,
    unfinished: bool = False,
    now: Callable[[], datetime] = utc_now,
) -> Catalogue:
    """Open the catalogue, finish what a crash left, rebuild an outdated index that is embedded.

    An engine on a server that does not answer now is asked again by whoever needs it. Raises Conflict
    when another process has the data folder open, when the data belong to another base URL, when they
    are a copy that is not whole and `unfinished` ones are not asked for, or when another installed
    package bears the name of one of ours.
    """
    _refuse_foreign_packages()
    folder = None if in_memory else settings.data_dir
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        store = _store(settings, folder)
        opened.callback(store.close)
        ledger = Ledger(None, now=now, ttl=ALONE_TTL) if in_memory else open_ledger(settings, now=now)
        opened.callback(ledger.close)
        base = settled_base(ledger, settings)
        if not unfinished and ledger.known(MIGRATING):
            raise Conflict(
                "The copying of a catalogue to here has not finished. Run `fairfinder migrate` again with "
                "the same --from and --to; it goes on where it was."
            )
        index = _index(settings, folder)
        opened.pop_all()
    if settings.alone:
        ledger.leases.clear()
    writing = None if settings.alone else nullcontext()
    catalogue = Catalogue(base, store, index, ledger, load(), now, writing)
    try:
        catalogue.recover()
        if settings.alone or not ledger.count():
            renew_index(catalogue)
    except Unavailable as error:
        log.warning("%s", error.whole)
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
    url = settings.jobs_url.get_secret_value()
    if not url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Jobs(ledger, open_queue(url or settings.data_dir / "jobs.sqlite"))


def renew_index(catalogue: Catalogue) -> None:
    """Build an index of other fields anew, or that of a catalogue that is no more.

    Not while another process does just that or a source is written.
    """
    if catalogue.index.fingerprint() == fingerprint() and (
        catalogue.ledger.count() or not catalogue.search(SearchQuery(size=1)).total
    ):
        return
    told = bool(catalogue.ledger.count())
    if told:
        log.warning("the index is missing or of other fields; building it anew")
    try:
        number = catalogue.reindex()
        if told:
            log.warning("the index was built anew: %s records", number)
    except Conflict as error:
        log.warning("the index was not built anew: %s", error)


def renew_older_index(catalogue: Catalogue) -> None:
    """As `renew_index`, but leave an index alone that a newer version built: two versions side by side
    would build it in turns for ever. Which is newer is told by which was first seen later.
    """
    live = catalogue.index.fingerprint()
    ours = catalogue.ledger.fact(_SEEN + fingerprint(), catalogue.now().isoformat())
    theirs = catalogue.ledger.known(_SEEN + live)
    if theirs is not None and theirs > ours:
        log.warning(
            "the index is of a newer version; stop this process, or run fairfinder reindex to go back"
        )
        return
    renew_index(catalogue)


@cache
def fingerprint() -> str:
    """A digest of all that the shape of the index follows from: the fields, and what makes stems of words."""
    return sha256(f"{PROJECTION} {TABLES!r} {version('tantivy')}".encode()).hexdigest()[:16]


def _store(settings: Settings, folder: Path | None) -> TripleStore:
    """The store at the addresses of the settings, else the embedded one."""
    if folder is None or not settings.store_query_url:
        return OxigraphStore(folder / "store" if folder else None)
    urls = settings.store_query_url, settings.store_update_url, settings.store_graphs_url
    password, token = settings.store_password.get_secret_value(), settings.store_token.get_secret_value()
    access = Access(settings.store_user, password, token, settings.store_ca)
    return SparqlStore(Endpoints(*urls), access, settings.store_timeout_s)


def _index(settings: Settings, folder: Path | None) -> SearchIndex:
    """The index on the cluster of the settings, else the embedded one."""
    if folder is None or not settings.index_url:
        return TantivyIndex(folder / "index" if folder else None, fingerprint(), settings.index_memory_mb)
    urls = tuple(url.strip() for url in settings.index_url.split(",") if url.strip())
    password, key = settings.index_password.get_secret_value(), settings.index_api_key.get_secret_value()
    cluster = Cluster(urls, settings.index_user, password, key, settings.index_ca, settings.index_timeout_s)
    return ElasticIndex(cluster, settings.index_name, fingerprint(), shards=settings.index_shards)


def settled_base(ledger: Ledger, settings: Settings) -> str:
    """The base URL that the data folder was made for: the IRIs in it start with that."""
    asked = settings.base_url.rstrip("/")
    kept = ledger.fact("base_url", asked)
    if kept != asked and "base_url" in settings.model_fields_set:
        shared = bool(settings.ledger_url.get_secret_value())
        where = "the ledger that FAIRFINDER_LEDGER_URL names" if shared else settings.data_dir
        raise Conflict(
            f"The data in {where} were made for the address {kept}, not {asked}. "
            f"Set FAIRFINDER_BASE_URL={kept}, or use another {'database' if shared else 'data folder'}."
        )
    return kept


def _refuse_foreign_packages() -> None:
    for package, other in _foreign_packages(tuple(sys.path)):
        raise Conflict(
            f"The installed package {other} also calls itself “{package}”. "
            "Install FAIRfinder in a virtual environment of its own."
        )


@cache
def _foreign_packages(path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each of our names that another distribution bears on this path, and that distribution.

    The lists are searched as they stand: to have them parsed takes longer than all else at a start.
    """
    return tuple(
        (package, other.name)
        for other in distributions(path=list(path))
        for listed in ("top_level.txt", "RECORD")
        for package in _TOP.findall(other.read_text(listed) or "")
        if other.name != "fairfinder"
    )


def open_programmes(settings: Settings) -> Mapping[str, Programme]:
    """The programmes that come with FAIRfinder and those of the settings, by key.

    Raises Invalid for a file that cannot be used; its text says which, and where in it.
    """
    try:
        theirs = programmes.read(settings.programmes) if settings.programmes else {}
    except Wrong as error:
        raise Invalid(str(error)) from error
    found = {**programmes.own(), **theirs}
    for one in found.values():
        queries(one)
    return found


def open_safe(settings: Settings) -> Safe:
    """The safe for credentials, when there is need of it: with the key of the settings, else of the file.

    Raises Invalid where several machines share the ledger and have been given no key to share.
    """
    key = settings.secret_key.get_secret_value()
    if not key and settings.ledger_url.get_secret_value():
        raise Invalid(
            "Credentials of sources need FAIRFINDER_SECRET_KEY, the same on every machine. "
            "Make one with: fairfinder key"
        )
    return Safe(key or kept_key(settings.data_dir))
