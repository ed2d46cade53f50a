"""JSON that was read can be kept and compared, however deep it is nested."""

from functools import reduce

import orjson

from harvesters.json_kept import digest, kept


def nested(levels: int, core: object = 1) -> object:
    return reduce(lambda inner, _: {"in": inner}, range(levels), core)


def test_what_is_nested_too_deeply_to_be_written_is_kept_to_a_depth() -> None:
    raw = kept({"name": "deep", "in": nested(900)})

    assert raw.startswith(b"{")
    assert b'"deep"' in raw
    assert orjson.loads(raw)["name"] == "deep"


def test_a_page_is_known_again_whatever_it_holds() -> None:
    page = [{"id": 1}, nested(900)]

    assert digest(page) == digest([{"id": 1}, nested(900)])
    assert digest(page) != digest([{"id": 2}, nested(900)])
