"""Redis from Debian's `redis-server`, with an append-only file written through at every command."""

import re
from pathlib import Path

from tests.servers import debian
from tests.servers.asking import line_answers
from tests.servers.fetching import run
from tests.servers.server import Access, Launch, Site


class Redis:
    name = "redis"
    deadline = 30.0

    def recipe(self) -> str:
        return str(_program())

    def fetch(self, home: Path) -> str:
        told = run([str(debian.installed(_program, "redis-server")), "--version"])
        found = re.search(r"v=(\S+)", told)
        return found[1] if found else "unknown"

    def launch(self, site: Site) -> Launch:
        settings = {
            "bind": "127.0.0.1",
            "port": str(site.port),
            "dir": str(site.folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            **site.settings,
        }
        options = [part for key, value in settings.items() for part in (f"--{key}", value)]
        return Launch([str(_program()), *options])

    def answers(self, site: Site) -> bool:
        return line_answers(site.port, b"PING\r\n", b"+PONG")

    def access(self, site: Site) -> Access:
        return Access({"redis": f"redis://127.0.0.1:{site.port}/0"})


def _program() -> Path | None:
    return debian.on_path("redis-server")
