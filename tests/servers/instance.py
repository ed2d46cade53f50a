"""One instance of a server in a folder: launched, awaited, and told as a `Running`."""

import subprocess
from pathlib import Path

from tests.servers import fetching, processes
from tests.servers.server import FailedToStart, NotToBeHad, Running, Server, Site

_TAIL_LINES = 30


def begin(server: Server, site: Site) -> subprocess.Popen[bytes]:
    """Launch without waiting; the log is server.log in the site's folder."""
    site.folder.mkdir(parents=True, exist_ok=True)
    try:
        launch = server.launch(site)
    except NotToBeHad as reason:
        raise FailedToStart(f"{server.name} could not be prepared: {reason}") from reason
    return processes.spawn(launch, site.folder, _log(site))


def await_ready(server: Server, site: Site, process: subprocess.Popen[bytes]) -> Running:
    """Wait until it answers; FailedToStart when it ends first or takes longer than its deadline."""
    processes.until(lambda: process.poll() is not None or server.answers(site), server.deadline)
    if process.poll() is None and server.answers(site):
        return told(server, site, process.pid)
    how = "did not answer in time" if process.poll() is None else f"ended with {process.returncode}"
    processes.kill(process.pid)
    process.wait()
    raise FailedToStart(f"{server.name} {how}\n{_tail(site)}")


def told(server: Server, site: Site, pid: int) -> Running:
    access = server.access(site)
    version = fetching.fetched(server).version
    return Running(server.name, version, access.urls, pid, access.user, access.password)


def _log(site: Site) -> Path:
    return site.folder / "server.log"


def _tail(site: Site) -> str:
    return "\n".join(_log(site).read_text(errors="replace").splitlines()[-_TAIL_LINES:])
