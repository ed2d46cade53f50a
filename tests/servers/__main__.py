"""`python -m tests.servers fetch|start|stop|status [NAME...]`; without names, all of them."""

import argparse
import sys
from collections.abc import Sequence

from tests.servers import fetching, shared
from tests.servers.kinds import SERVERS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("command", choices=["fetch", "start", "stop", "status"])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SERVERS))
    asked = parser.parse_args()
    if unknown := set(asked.names) - SERVERS.keys():
        parser.error(f"no such server: {', '.join(sorted(unknown))}; there are {', '.join(SERVERS)}")
    commands = {"fetch": _fetch, "start": _start, "stop": _stop, "status": _status}
    return commands[asked.command](asked.names or list(SERVERS))


def _fetch(names: Sequence[str]) -> int:
    for result in fetching.fetch([SERVERS[name] for name in names]):
        print(f"{result.name} {result.version}: ok" if result.version else result.why_not)
    return 0


def _start(names: Sequence[str]) -> int:
    outcomes = shared.start(names, _tell)
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def _stop(names: Sequence[str]) -> int:
    for name in names:
        print(f"{name}: {'stopped' if shared.stop(name) else 'was not running'}")
    return 0


def _status(names: Sequence[str]) -> int:
    for name in names:
        found = shared.running(name)
        print(_line(found.name, found.version, found.urls) if found else shared.why_not(name))
    return 0


def _tell(outcome: shared.Outcome) -> None:
    if found := outcome.running:
        print(f"{_line(found.name, found.version, found.urls)} ({outcome.seconds:.1f} s)", flush=True)
    else:
        print(outcome.failed or f"{outcome.name} skipped: {outcome.skipped}", flush=True)


def _line(name: str, version: str, urls: object) -> str:
    return f"{name} {version} {urls}"


if __name__ == "__main__":
    sys.exit(main())
