"""OpenSearch from its published jars: the project's own node class, started by a few lines of Java.

The release archive is in no package registry, but the node and its modules are, as jars; put on one class
path they make the same server. What that leaves out is the security plugin and the launcher's checks.
"""

from pathlib import Path

from tests.servers import java, single_node
from tests.servers.server import Access, Launch, Site


class OpenSearch:
    deadline = 180.0

    def __init__(self, name: str, major: int, jdks: tuple[int, int]) -> None:
        self.name = name
        self._jdks = jdks
        self._starter = f"OpenSearch{major}"
        self._pom = java.SOURCES / f"opensearch{major}.xml"
        self._source = java.SOURCES / f"{self._starter}.java"

    def recipe(self) -> str:
        return java.describe(self._jdks, [self._pom, self._source])

    def fetch(self, home: Path) -> str:
        jdk = java.jdk(*self._jdks)
        java.copy_jars(self._pom, home / "lib", jdk)
        java.compile_source(self._source, home / "lib", home / "classes", jdk)
        return java.dependency_version(self._pom, "opensearch")

    def launch(self, site: Site) -> Launch:
        single_node.configure(site, "opensearch.yml")
        program = [*java.small_heap(java.jdk(*self._jdks)), "-cp", f"{site.home}/classes:{site.home}/lib/*"]
        return Launch([*program, self._starter, str(site.folder)])

    def answers(self, site: Site) -> bool:
        return single_node.answers(site)

    def access(self, site: Site) -> Access:
        return single_node.access(site)
