"""Unpacking and recoding, for any bytes that may come."""

import gzip
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from catalogue.errors import CatalogueError, Refused, Unreadable
from harvesters.payload import as_utf8, format_of
from harvesters.unpack import gunzipped, unpack


@given(some.binary(max_size=5_000), some.integers(0, 2))
def test_what_was_packed_comes_back(content: bytes, layers: int) -> None:
    packed = b"x" + content
    for _ in range(layers):
        packed = gzip.compress(packed)

    assert unpack(packed, 10_000, "x") == b"x" + content


@given(some.binary(max_size=3_000), some.lists(some.integers(1, 400), max_size=12))
def test_the_cuts_of_the_network_do_not_matter(content: bytes, cuts: list[int]) -> None:
    packed = gzip.compress(content[:1_000]) + gzip.compress(content[1_000:])
    chunks, start = [], 0
    for cut in cuts:
        chunks.append(packed[start : start + cut])
        start += cut
    chunks.append(packed[start:])

    assert b"".join(gunzipped(chunks, 10_000, "x")) == content


@given(some.binary(max_size=300))
def test_damaged_gzip_gives_an_error_of_ours_or_nothing_worse(tail: bytes) -> None:
    try:
        unpack(b"\x1f\x8b\x08" + tail, 10_000, "x")
    except CatalogueError as error:
        assert str(error).startswith(("The gzip of x", "x "))


@pytest.mark.parametrize(("size", "fits"), [(10_000, True), (10_001, False)])
def test_the_limit_is_exact(size: int, fits: bool) -> None:
    packed = gzip.compress(bytes(size))

    if fits:
        assert len(unpack(packed, 10_000, "x")) == size
    else:
        with pytest.raises(Refused):
            unpack(packed, 10_000, "x")


def test_gzip_of_very_many_members_is_unpacked_in_little_time() -> None:
    assert unpack(gzip.compress(b"") * 200_000 + gzip.compress(b"x"), 10_000, "x") == b"x"


def test_a_row_of_comments_is_looked_at_once() -> None:
    with pytest.raises(Unreadable, match="is not"):
        format_of("x", b"<!---->" * 500 + b"x", override="none")


@given(some.text(min_size=1).filter(lambda text: not text.startswith("\ufeff")))
@settings(max_examples=50)
def test_utf_8_stays_as_it_is(text: str) -> None:
    content = ("x" + text).encode()

    assert as_utf8(content) == content


@given(some.text(some.characters(codec="windows-1252"), min_size=1))
@settings(max_examples=50)
def test_marked_utf_16_becomes_utf_8(text: str) -> None:
    assert as_utf8(("x" + text).encode("utf-16")) == ("x" + text).encode()


def test_a_broken_letter_in_a_long_text_takes_little_memory() -> None:
    content = "ж".encode() * 500_000 + b"\xff"

    tracemalloc.start()
    as_utf8(content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 8 * len(content)


@given(some.binary(max_size=500), some.text(max_size=20))
def test_any_bytes_with_any_content_type_are_taken_or_told(content: bytes, declared: str) -> None:
    try:
        as_utf8(content, f"text/turtle; charset={declared}")
    except CatalogueError as error:
        assert "It begins like" in str(error)
