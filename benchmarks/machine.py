"""What a figure was measured with, and its line in RESULTS.md."""

import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

Asked = TypeVar("Asked")

_MEASURED = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
_ENGINES = ("pyoxigraph", "tantivy", "rdflib", "fastapi", "uvicorn", "sqlalchemy")


def described() -> str:
    """The processor, the memory and the versions that matter, in one line."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    engines = ", ".join(f"{name} {version(name)}" for name in _ENGINES)
    model = models[0] if models else platform.machine()
    return f"{os.cpu_count()} × {model}, {memory:.0f} GiB, Python {platform.python_version()}, {engines}"


def peak_mb() -> float:
    """The most memory that this process and its largest child have held, in megabytes."""
    return sum(resource.getrusage(who).ru_maxrss for who in _MEASURED) / 1_000


def heading() -> str:
    """Date, command and machine, to stand above the figures in RESULTS.md."""
    command = "python " + " ".join(["benchmarks/" + Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"{datetime.now(UTC):%Y-%m-%d} · `{command}` · {described()}"


def measure(name: str, asked: Iterable[Asked], ask: Callable[[Asked], object]) -> None:
    """Ask one thing after the other, and print the median of the times and the 95th percentile."""
    times = sorted(_times(asked, ask))
    if times:
        p50, p95 = times[len(times) // 2], times[min(int(len(times) * 0.95), len(times) - 1)]
        print(f"  {name:<62} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms", flush=True)


def _times(asked: Iterable[Asked], ask: Callable[[Asked], object]) -> Iterator[float]:
    for one in asked:
        began = time.perf_counter()
        ask(one)
        yield (time.perf_counter() - began) * 1_000
