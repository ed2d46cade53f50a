"""What a figure was measured with, and its line in RESULTS.md."""

import os
import platform
import resource
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

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
