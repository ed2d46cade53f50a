"""How long search pages take over HTTP, from a server of its own, on each index in one run.

python benchmarks/search_time.py [--requests 200] [--index opensearch2 elasticsearch ...]

The data are those of import_rate.py, in clusters those that index_rate.py put there.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.machine import heading
from tests.servers import running

WORK = Path(__file__).parent / "work"
PORT = 18_999
BASE = f"http://127.0.0.1:{PORT}"
WORDS = "heart cancer leukaemia dementia stroke patients treatment survival hospital regional".split()
COUNTRIES = "AUT BEL CZE DEU DNK ESP EST FIN FRA".split()
RIGHTS = "PUBLIC RESTRICTED NON_PUBLIC".split()
CATEGORIES = "EHRS DIOH HRAD HGPD PHDR".split()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument(
        "--index", nargs="*", default=[], help="clusters to measure beside the embedded index"
    )
    asked = parser.parse_args()
    print(heading(), flush=True)
    engines = {"embedded tantivy": {}, **{name: _cluster(name) for name in asked.index}}
    for name, addresses in engines.items():
        print(name, flush=True)
        environment = {**os.environ, "FAIRFINDER_DATA_DIR": str(WORK / "catalogue"), **addresses}
        _pages(environment, asked.requests)


def _cluster(name: str) -> Mapping[str, str]:
    """The settings for a cluster that runs."""
    server = running(name)
    if server is None:
        raise SystemExit(f"{name} does not run: python -m tests.servers start {name}")
    return {"FAIRFINDER_INDEX_URL": server.urls["http"], "FAIRFINDER_INDEX_NAME": "benchmark"}


def _pages(environment: Mapping[str, str], requests: int) -> None:
    command = [sys.executable, "-m", "web.cli", "serve", "--port", str(PORT)]
    began = time.perf_counter()
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=BASE, timeout=30) as client:
            total = _first(client)
            print(f"  {total:,} records; start to first answered page {time.perf_counter() - began:.2f} s")
            time.sleep(2)
            print(f"  memory when idle {_resident_mb(server.pid):,.0f} MB", flush=True)
            for name, queries in _queries(requests).items():
                _measure(client, "JSON", name, "/api/v1/search", queries)
                _measure(client, "page", name, "/datasets", queries)
            print(f"  memory after {_resident_mb(server.pid):,.0f} MB")
    finally:
        server.terminate()
        server.wait()


def _first(client: httpx.Client) -> int:
    while True:
        try:
            client.get("/datasets").raise_for_status()
            return int(client.get("/api/v1/search", params={"size": 1}).json()["total"])
        except httpx.ConnectError:
            time.sleep(0.02)


def _queries(count: int) -> dict[str, list[list[tuple[str, str]]]]:
    draw = random.Random(3)
    filters = lambda: [  # noqa: E731
        ("country", draw.choice(COUNTRIES)),
        ("accessRights", draw.choice(RIGHTS)),
        ("healthCategory", draw.choice(CATEGORIES)),
    ]
    return {
        "no text": [[("page", str(n % 50 + 1))] for n in range(count)],
        "one word": [[("q", draw.choice(WORDS)), ("page", str(n % 5 + 1))] for n in range(count)],
        "three words": [[("q", " ".join(draw.sample(WORDS, 3)))] for n in range(count)],
        "three active filters": [filters() for n in range(count)],
        "one word, three filters": [[("q", draw.choice(WORDS)), *filters()] for n in range(count)],
    }


def _measure(
    client: httpx.Client, form: str, name: str, path: str, queries: list[list[tuple[str, str]]]
) -> None:
    times = sorted(_times(client, path, queries))
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"  {form}  {name:<26} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms", flush=True)


def _times(client: httpx.Client, path: str, queries: list[list[tuple[str, str]]]) -> Iterator[float]:
    for query in queries:
        began = time.perf_counter()
        client.get(path, params=query).raise_for_status()
        yield (time.perf_counter() - began) * 1_000


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1_000


if __name__ == "__main__":
    main()
