"""Files that are sent, written to disk as they come: those of a form, or one as the whole body."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from catalogue.errors import Invalid, TooLarge
from web.upload_archives import unpacked

MOST_PARTS: Final = 100
"""How many files are taken one by one; more come in an archive."""

MULTIPART: Final = "multipart/form-data"

MEGABYTE: Final = 1_000_000
"""What settings count sizes in."""

_ALONE: Final = "upload"
"""What a file is called that is the whole body."""

_LONGEST: Final = 100
_LARGEST_FIELD: Final = 4_096
_STRANGE: Final = re.compile(r"[^\w. ()+-]")


@dataclass(frozen=True, slots=True)
class Sent:
    """The files of a request, archives unpacked, and the fields that came with them."""

    files: tuple[Path, ...]
    fields: Mapping[str, str]


async def received(request: Request, folder: Path, limit: int, fields: Collection[str] = ()) -> Sent:
    """The files of a request in `folder`, which is there and empty; `fields` may come with them.

    Raises TooLarge past `limit` bytes or `MOST_PARTS`, Invalid for what is no form of files.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    is_form = kind.decode("latin-1") == MULTIPART
    into = _Form(folder, options, fields) if is_form else _Alone(folder)
    try:
        left = limit
        async for chunk in request.stream():
            left -= len(chunk)
            if left < 0:
                raise _too_large(limit)
            into.write(chunk)
        files = into.ended()
    except ClientDisconnect as error:
        raise Invalid("What was sent was cut off before its end, so nothing was taken in.") from error
    finally:
        into.close()
    plain = [await run_in_threadpool(unpacked, file, file.with_name("unpacked")) for file in files]
    return Sent(tuple(plain), into.fields())


class _Alone:
    """A body that is one file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _ALONE
        self._stream = self._file.open("xb")

    def write(self, chunk: bytes) -> None:
        self._stream.write(chunk)

    def ended(self) -> list[Path]:
        """The file, complete; raises Invalid where there is nothing in it."""
        self._stream.close()
        if not self._file.stat().st_size:
            raise Invalid("Nothing was sent. Send the files of one profile as a form, or one as the body.")
        return [self._file]

    def fields(self) -> Mapping[str, str]:
        """None: a file has no fields."""
        return {}

    def close(self) -> None:
        self._stream.close()


class _Form:
    """A body that is a form of files (RFC 7578), each written to a folder of its own.

    A browser sends a part without a name of a file where none was chosen: it is passed over.
    """

    def __init__(self, folder: Path, options: Mapping[bytes, bytes], fields: Collection[str]) -> None:
        if not options.get(b"boundary"):
            raise Invalid("The form has no boundary in its Content-Type, so its files cannot be told apart.")
        self._folder = folder
        self._allowed = fields
        self._files: list[Path] = []
        self._texts: dict[str, bytes] = {}
        self._stream: BinaryIO | None = None
        self._told: dict[bytes, bytes] = {}
        self._field = self._value = b""
        self._is_whole = False
        self._parser = MultipartParser(
            options[b"boundary"],
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._open,
                "on_part_data": self._data,
                "on_part_end": self.close,
                "on_end": self._end,
            },
        )

    def write(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Invalid(f"The form cannot be read: {error}.") from error

    def ended(self) -> list[Path]:
        """The files, complete; raises Invalid where the form is cut off or has none."""
        if not self._is_whole:
            raise Invalid("The form ends before its last boundary, so nothing of it was taken in.")
        if not self._files:
            raise Invalid(
                "The form has no file. Choose the files of the profile; a program sends each as a field with "
                "a file name."
            )
        return self._files

    def fields(self) -> Mapping[str, str]:
        """The fields that are no files, the last of each name."""
        return {name: text.decode("utf-8", "replace") for name, text in self._texts.items()}

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _begin(self) -> None:
        self._told, self._field, self._value = {}, b"", b""

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._told = parse_options_header(self._value)[1]
        self._field = self._value = b""

    def _open(self) -> None:
        if not (named := self._told.get(b"filename", b"")):
            self._open_field()
            return
        if len(self._files) >= MOST_PARTS:
            raise TooLarge(f"The form has more than {MOST_PARTS} files. Send them as one zip archive.")
        place = self._folder / str(len(self._files))
        place.mkdir()
        self._files.append(place / _named(named))
        self._stream = self._files[-1].open("xb")

    def _open_field(self) -> None:
        if (name := self._name_of_field()) is None:
            return
        if name not in self._allowed:
            raise Invalid(
                "The form has a field that is no file. Send files alone: draft and released stand in the "
                "address."
            )
        self._texts[name] = b""

    def _name_of_field(self) -> str | None:
        """The name of the field that is being read; None where it is a file, or none was chosen."""
        is_file = self._stream is not None or b"filename" in self._told
        return None if is_file else self._told.get(b"name", b"").decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._stream is not None:
            self._stream.write(data[start:end])
        elif (name := self._name_of_field()) is not None:
            self._texts[name] += data[start:end]
            if len(self._texts[name]) > _LARGEST_FIELD:
                raise TooLarge(f"A field of the form has more than {_LARGEST_FIELD:,} bytes.")

    def _end(self) -> None:
        self._is_whole = True


def _named(name: bytes) -> str:
    """A name that is safe for a file, close to the one that was sent."""
    last = re.split(r"[/\\]", name.decode("utf-8", "replace"))[-1]
    return _STRANGE.sub("_", last)[-_LONGEST:].lstrip(".") or _ALONE


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"What was sent is larger than {limit // MEGABYTE:,} MB, so nothing of it was taken in. Send it "
        "packed as zip or gzip, or ask the operator for more (FAIRFINDER_MAX_PROFILE_MB)."
    )
