"""The servers by name."""

from collections.abc import Mapping, Sequence

from tests.servers.elasticsearch import Elasticsearch
from tests.servers.fuseki import Fuseki
from tests.servers.opensearch import OpenSearch
from tests.servers.oxigraph import Oxigraph
from tests.servers.postgresql import PostgreSQL
from tests.servers.redis import Redis
from tests.servers.server import Server
from tests.servers.virtuoso import Virtuoso

_ALL: Sequence[Server] = (
    OpenSearch("opensearch2", 2, jdks=(11, 21)),
    OpenSearch("opensearch3", 3, jdks=(21, 99)),
    Elasticsearch("elasticsearch", 9, jdks=(21, 99)),
    Elasticsearch("elasticsearch8", 8, jdks=(17, 24)),
    Fuseki("fuseki", 5, jdks=(17, 99)),
    Fuseki("fuseki-auth", 5, jdks=(17, 99), locked=True),
    Fuseki("fuseki6", 6, jdks=(21, 99)),
    Oxigraph(),
    Virtuoso(),
    PostgreSQL(),
    Redis(),
)

SERVERS: Mapping[str, Server] = {server.name: server for server in _ALL}
