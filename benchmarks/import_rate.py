"""How fast datasets come in, end to end, beside what the bare engines take for the same bytes.

python benchmarks/import_rate.py [COUNT] [--pages]   a Turtle file, or Hydra pages over loopback
"""

import argparse
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.datasets import HEADER, documents
from benchmarks.machine import heading, peak_mb

WORK = Path(__file__).parent / "work"
PAGE = 500


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=100_000)
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--part", choices=["import", "floor", "rdflib"])
    arguments = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    file = WORK / f"datasets-{arguments.count}.ttl"
    if arguments.part:
        {"import": _imports, "floor": _floor, "rdflib": _rdflib}[arguments.part](
            arguments.count, file, arguments.pages
        )
        return
    if not file.exists():
        with file.open("w", encoding="utf-8") as out:
            out.write(HEADER)
            out.writelines(documents(arguments.count))
    print(heading(), flush=True)
    print(f"{arguments.count:,} datasets, {file.stat().st_size / 1e6:,.0f} MB of Turtle", flush=True)
    for part in ("import", "floor", "rdflib"):
        command = [sys.executable, __file__, str(arguments.count), "--part", part]
        subprocess.run(command + ["--pages"] * arguments.pages, check=True)


def _imports(count: int, file: Path, pages: bool) -> None:
    """The product: an empty catalogue, then the same bytes again."""
    from catalogue.apart import apart, never
    from catalogue.bootstrap import open_catalogue
    from catalogue.settings import Settings
    from harvesters.files import read
    from harvesters.kinds import Order, harvest
    from web.cli_parts import manners

    folder = WORK / "catalogue"
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(data_dir=folder, allow_hosts=frozenset({"127.0.0.1"}))
    catalogue = open_catalogue(settings)
    server = _Pages(count) if pages else None
    for what in ("first import ", "second import"):
        began = time.perf_counter()
        if server:
            items = apart(never, harvest, Order("dcat", server.address), manners(settings))
        else:
            items = apart(never, read, [file])
        run = catalogue.ingest("benchmark", items, whole=False)
        took = time.perf_counter() - began
        _line(f"{what} ({'Hydra pages' if pages else 'one file'})", count, took)
        print(f"    {run.new:,} new, {run.unchanged:,} unchanged, {run.rejected:,} rejected, {run.state}")
    catalogue.close()


def _floor(count: int, file: Path, pages: bool) -> None:
    """The engines alone: parse, bulk load as one graph, index the same words and facets."""
    import tantivy
    from pyoxigraph import NamedNode, RdfFormat, Store, parse

    began = time.perf_counter()
    triples = sum(1 for _ in parse(path=file, format=RdfFormat.TURTLE))
    _line(f"engine floor: parse {triples:,} statements", count, time.perf_counter() - began)
    folder = WORK / "floor"
    shutil.rmtree(folder, ignore_errors=True)
    began = time.perf_counter()
    folder.mkdir()
    store = Store(folder / "store")
    store.bulk_load(path=file, format=RdfFormat.TURTLE, to_graph=NamedNode("urn:all"))
    store.flush()
    _line("engine floor: parse and bulk load", count, time.perf_counter() - began)
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_text_field("facet", tokenizer_name="raw", fast=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(128_000_000, 1)
    began = time.perf_counter()
    for text in documents(count):
        writer.add_document(tantivy.Document(text=text, facet=["one", "two"]))
    writer.commit()
    _line("engine floor: index the raw Turtle", count, time.perf_counter() - began)


def _rdflib(count: int, file: Path, pages: bool) -> None:
    """What rdflib takes to parse the first tenth of the same bytes, into memory."""
    from rdflib import Graph

    part = count // 10
    text = HEADER + "".join(documents(part))
    began = time.perf_counter()
    Graph().parse(data=text, format="turtle")
    _line(f"rdflib: parse only, the first {part:,}", part, time.perf_counter() - began)


def _line(what: str, count: int, took: float) -> None:
    print(f"  {what:<52} {count / took:>9,.0f}/s  {took:>7.1f} s  peak {peak_mb():>6,.0f} MB", flush=True)


class _Pages:
    """The datasets as a DCAT feed on loopback, `PAGE` to a page."""

    def __init__(self, count: int) -> None:
        batch: list[str] = []
        self.pages: list[bytes] = []
        for number, text in enumerate(documents(count), 1):
            batch.append(text)
            if number % PAGE == 0 or number == count:
                self.pages.append("".join(batch).encode())
                batch.clear()
        pages = self.pages

        class Answer(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                number = int(self.path.rpartition("=")[2] or 1)
                body = b"".join(_page(number, pages, self.headers["Host"], count))
                self.send_response(200)
                self.send_header("Content-Type", "text/turtle")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{server.server_port}/catalog?page=1"


def _page(number: int, pages: list[bytes], host: str, count: int) -> Iterator[bytes]:
    yield HEADER.encode()
    here = f"http://{host}/catalog?page="
    more = f"hydra:next <{here}{number + 1}> ;" if number < len(pages) else ""
    yield f"<{here}{number}> a hydra:PartialCollectionView ; {more} hydra:totalItems {count} .\n".encode()
    yield pages[number - 1]


if __name__ == "__main__":
    main()
