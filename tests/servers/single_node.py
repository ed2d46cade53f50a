"""What OpenSearch and Elasticsearch have in common as one-node clusters."""

import json
import shutil
from pathlib import Path

from tests.servers import java
from tests.servers.asking import http_answers
from tests.servers.server import Access, Site

_LOGGING = java.SOURCES / "log4j2.properties"


def configure(site: Site, name: str) -> Path:
    """Write the configuration and return its folder."""
    folder = site.folder / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(_settings(site), indent=1))  # JSON is YAML too
    shutil.copy(_LOGGING, folder)
    return folder


def answers(site: Site) -> bool:
    """Whether all indexes that it holds can be searched again."""
    root = access(site).urls["http"]
    return http_answers(f"{root}/_cluster/health?wait_for_status=yellow&timeout=1s")


def access(site: Site) -> Access:
    return Access({"http": f"http://127.0.0.1:{site.port}"})


def _settings(site: Site) -> dict[str, str]:
    """The watermarks are low lest a nearly full disk of the test machine stop it; a test may set others."""
    return {
        "cluster.name": f"test-{site.port}",
        "node.name": "test-node",
        "network.host": "127.0.0.1",
        "http.port": str(site.port),
        "transport.port": "0",
        "discovery.type": "single-node",
        "path.data": str(site.folder / "data"),
        "path.logs": str(site.folder / "logs"),
        "cluster.info.update.interval": "10s",
        "cluster.routing.allocation.disk.watermark.low": "150mb",
        "cluster.routing.allocation.disk.watermark.high": "100mb",
        "cluster.routing.allocation.disk.watermark.flood_stage": "50mb",
        **site.settings,
    }
