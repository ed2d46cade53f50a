"""PostgreSQL from Debian's `postgresql`: its own cluster with a password, synced to disk as in earnest."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from tests.servers import debian
from tests.servers.fetching import run
from tests.servers.server import Access, Launch, NotToBeHad, Site

_USER, _PASSWORD = "steward", "right-password"
_SYSTEM_USER = "postgres"  # the package makes it


class PostgreSQL:
    name = "postgresql"
    deadline = 60.0

    def recipe(self) -> str:
        return str(_program())

    def fetch(self, home: Path) -> str:
        told = run([str(debian.installed(_program, "postgresql")), "--version"])
        return told.split()[2]

    def launch(self, site: Site) -> Launch:
        data = site.folder / "data"
        if not (data / "PG_VERSION").exists():
            _make_cluster(data)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(site.port),
            "unix_socket_directories": "",
            **site.settings,
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Launch([*_as_system_user(), str(_tool("postgres")), "-D", str(data), *options])

    def answers(self, site: Site) -> bool:
        command = [str(_tool("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(site.port), "-d", "postgres"]
        return subprocess.run(command, check=False).returncode == 0

    def access(self, site: Site) -> Access:
        url = f"postgresql://{_USER}:{_PASSWORD}@127.0.0.1:{site.port}/postgres"
        return Access({"sql": url}, _USER, _PASSWORD)


def _make_cluster(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted initdb left
    data.mkdir(parents=True, mode=0o700)
    password = data.parent / "password"
    password.write_text(_PASSWORD)
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_SYSTEM_USER)
        os.chown(data, owner.pw_uid, owner.pw_gid)
    options = ["-D", str(data), "-U", _USER, f"--pwfile={password}", "-A", "scram-sha-256"]
    run([*_as_system_user(), str(_tool("initdb")), *options, "-E", "UTF8", "--locale=C.UTF-8"])


def _as_system_user() -> list[str]:
    """PostgreSQL refuses root; its own user may still pass through root's folders on the way to the data."""
    if os.geteuid():
        return []
    if not shutil.which("setpriv"):
        raise NotToBeHad("setpriv is not installed, and PostgreSQL refuses to run as root")
    who = [f"--reuid={_SYSTEM_USER}", f"--regid={_SYSTEM_USER}", "--clear-groups"]
    return ["setpriv", *who, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]


def _tool(name: str) -> Path:
    program = _program()
    return program.with_name(name) if program else Path(name)


def _program() -> Path | None:
    """The newest installed version's server."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(found, key=lambda program: int(program.parts[-3]), default=None)
    return newest or debian.on_path("postgres")
