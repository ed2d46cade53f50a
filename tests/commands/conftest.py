"""The command as a person runs it, on a data folder of its own."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalogue.errors import CatalogueError
from web.cli import app

Command = Callable[..., Result]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def fairfinder(data_dir: Path) -> Command:
    """Runs a command line; errors of ours are raised, as `main` catches them."""

    def run(*words: object, data: Path = data_dir) -> Result:
        environment = {
            "FAIRFINDER_DATA_DIR": str(data),
            "FAIRFINDER_ALLOW_HOSTS": '["127.0.0.1"]',
        }
        result = CliRunner().invoke(app, [str(word) for word in words], env=environment)
        if isinstance(result.exception, CatalogueError):
            raise result.exception
        return result

    return run


@pytest.fixture
def catalogue_file(tmp_path: Path) -> Path:
    """A Turtle file of three datasets."""
    return write_datasets(tmp_path / "three.ttl", "one", "two", "three")


class QuietFiles(SimpleHTTPRequestHandler):
    """Serves the files of a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of a server of the files in tmp_path."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietFiles, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def write_datasets(file: Path, *names: str, note: str = "") -> Path:
    prefixes = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
    datasets = (
        f'<https://example.org/{name}> a dcat:Dataset ; dct:title "Source {name}{note}"@en ;\n'
        f'  dct:description "About {name}."@en ; dct:publisher [ a <http://xmlns.com/foaf/0.1/Agent> ] .\n'
        for name in names
    )
    file.write_text(prefixes + "".join(datasets), "utf-8")
    return file
