"""Elasticsearch from its published jars: the project's own node class and its own HTTP transport.

Of the release's modules only `transport-netty4` is published, so everything that the server proper does not
hold is missing: analysis-common (stemmers, pattern tokenizer, ASCII folding), Painless, reindex, security.
`GET /` comes from such a module too; `Root*.java` answers it from the node's own state.
"""

import zipfile
from pathlib import Path

from tests.servers import java, single_node
from tests.servers.fetching import run
from tests.servers.server import Access, Launch, Site

_TRANSPORT = "transport-netty4"


class Elasticsearch:
    deadline = 180.0

    def __init__(self, name: str, major: int, jdks: tuple[int, int]) -> None:
        self.name = name
        self._jdks = jdks
        self._starter, self._root = f"Elasticsearch{major}", f"Root{major}"
        self._pom = java.SOURCES / f"elasticsearch{major}.xml"

    def recipe(self) -> str:
        sources = [java.SOURCES / f"{name}.java" for name in (self._starter, self._root)]
        return java.describe(self._jdks, [Path(__file__), self._pom, *sources])

    def fetch(self, home: Path) -> str:
        jdk = java.jdk(*self._jdks)
        version = java.dependency_version(self._pom, "elasticsearch")
        java.copy_jars(self._pom, home / "lib", jdk)
        java.compile_source(java.SOURCES / f"{self._starter}.java", home / "lib", home / "classes", jdk)
        _make_transport_module(home)
        self._make_root_module(home, version, jdk)
        return version

    def launch(self, site: Site) -> Launch:
        config = single_node.configure(site, "elasticsearch.yml")
        program = [*java.small_heap(java.jdk(*self._jdks)), "-cp", f"{site.home}/classes:{site.home}/lib/*"]
        return Launch([*program, self._starter, str(site.home), str(config)])

    def answers(self, site: Site) -> bool:
        return single_node.answers(site)

    def access(self, site: Site) -> Access:
        return single_node.access(site)

    def _make_root_module(self, home: Path, version: str, jdk: Path) -> None:
        module = home / "modules" / "root"
        classes = home / "root-classes"
        java.compile_source(java.SOURCES / f"{self._root}.java", home / "lib", classes, jdk)
        module.mkdir(parents=True)
        run([str(jdk / "bin/jar"), "cf", str(module / "root.jar"), "-C", str(classes), "."])
        described = {
            "name": "root",
            "description": "answers GET /",
            "version": version,
            "elasticsearch.version": version,
            "java.version": "17",
            "classname": self._root,
        }
        lines = [f"{key}={value}\n" for key, value in described.items()]
        (module / "plugin-descriptor.properties").write_text("".join(lines))


def _make_transport_module(home: Path) -> None:
    """Lay the HTTP transport's jars out as the release does; the server refuses jars that it sees twice."""
    module = home / "modules" / _TRANSPORT
    module.mkdir(parents=True)
    for jar in [*(home / "lib").glob("netty-*.jar"), *(home / "lib").glob(f"{_TRANSPORT}-*.jar")]:
        jar.rename(module / jar.name)
    (own,) = module.glob(f"{_TRANSPORT}-*.jar")
    with zipfile.ZipFile(own) as packed:
        described = packed.read(f"META-INF/es-plugins/{_TRANSPORT}/plugin-descriptor.properties").decode()
    # Without its module's name it is loaded from a class path, as the server is here.
    lines = [line for line in described.splitlines() if line and not line.startswith(("#", "modulename"))]
    (module / "plugin-descriptor.properties").write_text("\n".join(lines) + "\n")
