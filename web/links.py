"""The addresses of our own pages, below the path that the catalogue is served under."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from catalogue.query_url import format_query
from catalogue.search import SearchQuery


@dataclass(frozen=True, slots=True)
class Links:
    """Local links; `root` is "" or the path of the base URL, without a slash at its end.

    `results` is the page that searches lead to.
    """

    root: str = ""
    results: str = "/datasets"

    def search(self, query: SearchQuery, suffix: str = "") -> str:
        """The page of a search, or its export with a suffix such as ".csv"."""
        return self._with(f"{self.results}{suffix}", format_query(query))

    def api_search(self, query: SearchQuery) -> str:
        """The same search in the API."""
        return self._with("/api/v1/search", format_query(query))

    def facet(self, name: str, value: str) -> str:
        """The search for all records with one value of a facet."""
        return self._with("/datasets", urlencode({name: value}))

    def record(self, id: str, suffix: str = "") -> str:
        """The page of a record, or one of its formats with a suffix such as ".ttl"."""
        return f"{self.root}/dataset/{quote(id, safe='')}{suffix}"

    def profile(self, id: str, part: str = "", query: str = "") -> str:
        """The profile of a record, or a part of it such as "/concepts" or "/growth.csv"."""
        return self._with(f"/dataset/{quote(id, safe='')}/profile{part}", query)

    def concepts(self, suffix: str = "", query: str = "") -> str:
        """The concepts of all sources, or their list with a suffix such as ".csv"."""
        return self._with(f"/concepts{suffix}", query)

    def concept(self, id: int, suffix: str = "", query: str = "") -> str:
        """The page of a concept, or who holds it with a suffix such as ".csv"."""
        return self._with(f"/concept/{id}{suffix}", query)

    def feasibility(self, suffix: str = "", query: str = "") -> str:
        """The page of a feasibility question, or one of its files with a suffix such as ".csv"."""
        return self._with(f"/feasibility{suffix}", query)

    def network(self, query: SearchQuery, suffix: str = "") -> str:
        """What the sources of a search hold together, or a file of it with a suffix such as ".csv"."""
        return self._with(f"/network{suffix}", format_query(query))

    def compare(self, part: str = "", query: str = "") -> str:
        """Datasets side by side, or a file of that such as ".csv" or "/compare-age.svg"."""
        return self._with(f"/compare{part}", query)

    def variables(self, pairs: Iterable[tuple[str, str]] = (), suffix: str = "") -> str:
        """The variables of all sources that these parameters ask for, or their list with a suffix."""
        return self._with(f"/variables{suffix}", urlencode([*pairs]))

    def compared_variables(self, names: Iterable[str], suffix: str = "") -> str:
        """Variables side by side that are alike by one of these names, or their list with a suffix."""
        return self._with(f"/variables/compare{suffix}", urlencode([("variable", name) for name in names]))

    def source(self, name: str) -> str:
        """The page of a harvest source."""
        return f"{self.root}/sources/{quote(name, safe='')}"

    def programme(self, key: str, record: str = "") -> str:
        """The page of a programme, or of what it knows of one source."""
        page = f"{self.root}/programmes/{quote(key, safe='')}"
        return f"{page}/sources/{quote(record, safe='')}" if record else page

    def _with(self, path: str, query: str) -> str:
        return f"{self.root}{path}?{query}" if query else f"{self.root}{path}"


def root_of(base_url: str) -> str:
    """The path under which the catalogue is reached, "" at the root of its host."""
    return urlsplit(base_url).path.rstrip("/")


def outward(address: str) -> str:
    """The address when a reader may safely follow it (http, https, mailto with a host or box), else ""."""
    address = address.strip()
    if any(ch.isspace() or ord(ch) < 32 or ch in '<>"\\' for ch in address):
        return ""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        return ""
    if known or (parts.scheme == "mailto" and "@" in parts.path):
        return address
    return ""
