"""A centre that publishes data for learning machines: one Croissant document each, and a list of them."""

from importlib.resources import files
from typing import Final

from web.demo.playing import Answering, Heard, Part, Served

NAMES: Final = ("thorax", "pulse", "vacuna")


def _answering(address: str) -> Answering:
    listed = "# Croissant documents\n" + "".join(f"{address}/{name}/croissant.json\n" for name in NAMES)
    documents = {f"/{name}/croissant.json": ("application/ld+json", _content(name)) for name in NAMES}
    documents["/datasets.txt"] = ("text/plain; charset=utf-8", listed.encode())

    def answer(heard: Heard) -> Served | None:
        found = documents.get(heard.path) if heard.method == "GET" else None
        return Served(heard.target, *found) if found else None

    return answer


def _content(name: str) -> bytes:
    return (files("web.demo") / "sources" / "croissant" / f"{name}.json").read_bytes()


NODE: Final = Part("ardoise", "croissant", "/datasets.txt", _answering)
