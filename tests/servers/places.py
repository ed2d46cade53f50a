"""Where programs, running servers and ports are; the one module here that reads the environment."""

import os
import random
import shutil
import socket
from pathlib import Path

# Below the range that the kernel hands to outgoing connections, so that a server which was killed finds
# its port free when it comes back.
_PORTS = range(20_000, 32_000)
_MEMORY = Path("/dev/shm")
_ROOM = 8 << 30


def cache() -> Path:
    return Path(os.environ.get("FAIRFINDER_TEST_SERVERS_CACHE", "~/.cache/fairfinder-servers")).expanduser()


def state() -> Path:
    """The folder of the shared servers' state files, data and logs.

    It is in memory where there is much of that: the servers wait for the disk at each commit.
    """
    if told := os.environ.get("FAIRFINDER_TEST_SERVERS"):
        return Path(told).expanduser()
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).total >= _ROOM:
        return _MEMORY / f"fairfinder-servers-{os.getuid()}"
    return cache() / "running"


def free_port() -> int:
    """A port that nothing listens on now."""
    for port in random.sample(_PORTS, 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port on loopback")
