"""Real search, SPARQL, SQL and queue servers for tests, fetched as packages and run on loopback.

`python -m tests.servers start` starts the shared ones; a test asks `running(name)` for one of them
and skips with `why_not(name)`. A fault test takes an `Own` server that it may kill, pause and start again.
"""

from tests.servers.own import Own
from tests.servers.server import FailedToStart, NotToBeHad, Running
from tests.servers.shared import running, why_not

__all__ = ["FailedToStart", "NotToBeHad", "Own", "Running", "running", "why_not"]
