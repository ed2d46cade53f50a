"""Apache Jena Fuseki from its one-jar package: the dataset /ds in TDB2, with update and graph store.

Both 5 and 6 are here because stores of both are in use and they differ where it hurts: TDB2 of 5.6.0 keeps
a decimal such as 1.50 when its graph is cleared or replaced.
"""

from pathlib import Path

from tests.servers import java
from tests.servers.asking import sparql_answers
from tests.servers.server import Access, Launch, Site

_MAIN = "org.apache.jena.fuseki.main.cmds.FusekiServerCmd"
_USER, _PASSWORD = "steward", "right-password"

_ENTRY_HEADER = 28
"""Bytes of an entry of TDB2's journal before its data; the first four say how long these are, -1 for none."""


class Fuseki:
    """`locked` asks every request for a user and password by HTTP basic authentication."""

    deadline = 120.0

    def __init__(self, name: str, major: int, jdks: tuple[int, int], locked: bool = False) -> None:
        self.name = name
        self._pom = java.SOURCES / f"fuseki{major}.xml"
        self._jdks = jdks
        self._locked = locked

    def recipe(self) -> str:
        return java.describe(self._jdks, [self._pom])

    def fetch(self, home: Path) -> str:
        java.copy_jars(self._pom, home / "lib", java.jdk(*self._jdks))
        return java.dependency_version(self._pom, "jena-fuseki-server")

    def launch(self, site: Site) -> Launch:
        data = site.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        for journal in data.glob("Data-*/journal.jrnl"):
            if _is_cut(journal.read_bytes()):
                journal.write_bytes(b"")
        program = [*java.small_heap(java.jdk(*self._jdks)), "-cp", f"{site.home}/lib/*", _MAIN]
        options = ["--port", str(site.port), "--localhost", "--tdb2", f"--loc={data}", "--update"]
        return Launch(
            [*program, *options, *self._lock(site), "/ds"], {"FUSEKI_BASE": str(site.folder / "base")}
        )

    def answers(self, site: Site) -> bool:
        return sparql_answers(self.access(site))

    def access(self, site: Site) -> Access:
        root = f"http://127.0.0.1:{site.port}/ds"
        urls = {"query": f"{root}/query", "update": f"{root}/update", "graphs": f"{root}/data"}
        return Access(urls, _USER, _PASSWORD) if self._locked else Access(urls)

    def _lock(self, site: Site) -> list[str]:
        if not self._locked:
            return []
        passwords = site.folder / "passwords"
        passwords.write_text(f"{_USER}: {_PASSWORD}\n")
        return [f"--passwd={passwords}", "--auth=basic"]


def _is_cut(journal: bytes) -> bool:
    """Whether its last entry is not whole, as a kill may leave it; TDB2 then refuses to start.

    A journal holds one transaction at a time and its commit last: nothing in a cut one was committed.
    """
    end = 0
    while end < len(journal):
        data = int.from_bytes(journal[end : end + 4], "big", signed=True)
        end += _ENTRY_HEADER + max(data, 0)
    return end > len(journal)
