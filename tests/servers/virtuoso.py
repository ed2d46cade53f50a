"""OpenLink Virtuoso from Debian's `virtuoso-opensource-7-bin`: SPARQL 1.1 with an old dialect's habits.

Anybody may update through /sparql here, which a stock installation allows to its administrator alone. The
limit of 10,000 rows an answer is the stock one.
"""

import re
import subprocess
from pathlib import Path

from tests.servers import debian
from tests.servers.asking import sparql_answers
from tests.servers.places import free_port
from tests.servers.server import Access, Launch, Site

_CONFIGURATION = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DirsAllowed = .
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CheckpointInterval = 60
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 20
[SPARQL]
ResultSetMaxRows = 10000
"""
_OPEN = """\
GRANT SPARQL_UPDATE TO "SPARQL";
GRANT EXECUTE ON DB.DBA.SPARQL_INSERT_DICT_CONTENT TO "SPARQL";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 15);
"""


class Virtuoso:
    name = "virtuoso"
    deadline = 120.0

    def recipe(self) -> str:
        return str(_program())

    def fetch(self, home: Path) -> str:
        program = debian.installed(_program, "virtuoso-opensource-7-bin")
        told = subprocess.run([program, "-?"], capture_output=True, text=True, check=False)
        found = re.search(r"Version (\d[\d.]*\d)", told.stdout + told.stderr)
        return found[1] if found else "unknown"

    def launch(self, site: Site) -> Launch:
        configuration = _configuration(site)
        if not configuration.exists():
            configuration.write_text(_CONFIGURATION.format(port=site.port, sql_port=free_port()))
        return Launch([str(_program()), "+foreground", "+configfile", str(configuration)])

    def answers(self, site: Site) -> bool:
        return sparql_answers(self.access(site)) and _open_to_all(site)

    def access(self, site: Site) -> Access:
        root = f"http://127.0.0.1:{site.port}"
        graphs = f"{root}/sparql-graph-crud"
        return Access({"query": f"{root}/sparql", "update": f"{root}/sparql", "graphs": graphs})


def _open_to_all(site: Site) -> bool:
    """Let anybody write, which can only be said to the running server and is said once."""
    said = site.folder / "open.sql"
    if said.exists():
        return True
    saying = site.folder / "opening.sql"
    saying.write_text(_OPEN)
    ports = re.findall(r"ServerPort = (\S+)", _configuration(site).read_text())
    done = subprocess.run(["isql-vt", ports[0], "dba", "dba", saying], capture_output=True, check=False)
    if done.returncode == 0 and done.stdout.count(b"Done.") == _OPEN.count(";\n"):
        saying.rename(said)
    return said.exists()


def _configuration(site: Site) -> Path:
    return site.folder / "virtuoso.ini"


def _program() -> Path | None:
    return debian.on_path("virtuoso-t")
