"""Gzip, unpacked piece by piece under a hard limit: a few bytes of it can stand for gigabytes."""

import itertools
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from catalogue.errors import Refused, Unreadable

MAX_LAYERS: Final = 2
_MAGIC: Final = b"\x1f\x8b"
_PIECE: Final = 1 << 16
_FED: Final = 1 << 14
"""So much is unpacked at a time: the engine copies what is left of it with every piece and member."""

_GZIP_ONLY: Final = 16 + zlib.MAX_WBITS


def gunzipped(chunks: Iterable[bytes], max_bytes: int, name: str) -> Iterator[bytes]:
    """Unpack one gzip layer, which may have several members.

    Raises Refused past the limit and Unreadable when it is damaged.
    """
    total = 0
    engine = zlib.decompressobj(_GZIP_ONLY)
    begun = False
    for waiting in _fed(chunks):
        while waiting:
            if engine.eof:
                if not waiting.strip(b"\0"):
                    break
                engine = zlib.decompressobj(_GZIP_ONLY)
            piece = _decompressed(engine, waiting, name)
            begun = True
            waiting = engine.unused_data if engine.eof else engine.unconsumed_tail
            total += len(piece)
            if total > max_bytes:
                raise too_large(name, max_bytes)
            if piece:
                yield piece
    if begun and not engine.eof:
        raise Unreadable(f"The gzip of {name} is cut off before its end. Nothing was taken from it.")


def unpack(content: bytes, max_bytes: int, name: str) -> bytes:
    """The plain bytes of what may be gzip, once or twice; raises like `gunzipped`."""
    if not content.startswith(_MAGIC):
        return content
    return b"".join(_plain([content], max_bytes, name))


@contextmanager
def unpacked_file(path: Path, max_bytes: int, scratch: Path | None = None) -> Iterator[Path]:
    """The file itself, or a plain copy of a gzip file in `scratch` that is removed at the end."""
    with path.open("rb") as packed:
        if packed.read(2) != _MAGIC:
            yield path
            return
        packed.seek(0)
        with tempfile.NamedTemporaryFile(prefix="fairfinder-", dir=scratch) as plain:
            for piece in _plain(iter(lambda: packed.read(_PIECE), b""), max_bytes, str(path)):
                plain.write(piece)
            plain.flush()
            yield Path(plain.name)


def too_large(name: str, max_bytes: int) -> Refused:
    """The error for a document past the limit, which is in bytes."""
    return Refused(
        f"{name} is larger than the limit of {max_bytes / 1_000_000:g} MB, so reading was stopped "
        "and nothing was taken from it. An operator can raise the limit "
        "(FAIRFINDER_MAX_DOCUMENT_MB)."
    )


def _plain(chunks: Iterable[bytes], max_bytes: int, name: str) -> Iterator[bytes]:
    """Take off gzip layers until there is none; more than two are refused."""
    for _ in range(MAX_LAYERS):
        chunks = gunzipped(chunks, max_bytes, name)
        first, chunks = _peeked(chunks)
        if not first.startswith(_MAGIC):
            return iter(chunks)
    raise Refused(
        f"{name} is packed with gzip more than {MAX_LAYERS} times over, which no feed needs. "
        "Nothing was taken from it."
    )


def _fed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), _FED):
            yield chunk[start : start + _FED]


def _peeked(chunks: Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """The first two bytes or more, and all the chunks again."""
    rest = iter(chunks)
    first = b""
    for chunk in rest:
        first += chunk
        if len(first) >= len(_MAGIC):
            break
    return first, itertools.chain([first], rest)


def _decompressed(engine: "zlib._Decompress", waiting: bytes, name: str) -> bytes:
    try:
        return engine.decompress(waiting, _PIECE)
    except zlib.error as error:
        raise Unreadable(f"The gzip of {name} is damaged. Nothing was taken from it.") from error
