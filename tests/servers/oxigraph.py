"""Oxigraph's own server, from the `oxigraph` package: a SPARQL 1.1 store on disk."""

import sys
from pathlib import Path

from tests.servers.asking import sparql_answers
from tests.servers.fetching import run
from tests.servers.server import Access, Launch, Site

_REQUIREMENT = "oxigraph>=0.5.11,<0.6"


class Oxigraph:
    name = "oxigraph"
    deadline = 60.0

    def recipe(self) -> str:
        return f"{_REQUIREMENT} {sys.version}"

    def fetch(self, home: Path) -> str:
        run([sys.executable, "-m", "venv", str(home / "venv")])
        run([str(home / "venv/bin/pip"), "install", "-q", "--disable-pip-version-check", _REQUIREMENT])
        return run([str(home / "venv/bin/oxigraph"), "--version"]).split()[-1]

    def launch(self, site: Site) -> Launch:
        program = str(site.home / "venv/bin/oxigraph")
        bind = f"127.0.0.1:{site.port}"
        return Launch([program, "serve", "--location", str(site.folder / "data"), "--bind", bind])

    def answers(self, site: Site) -> bool:
        return sparql_answers(self.access(site))

    def access(self, site: Site) -> Access:
        root = f"http://127.0.0.1:{site.port}"
        return Access({"query": f"{root}/query", "update": f"{root}/update", "graphs": f"{root}/store"})
