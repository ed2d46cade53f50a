"""JSON-LD contexts known by address, so that a harvested document never makes us fetch one.

The documents in `contexts/` are ours. They give the compact names of the DCAT-AP contexts the same
meaning, but without type-scoped contexts: no name means two things there, and pyoxigraph forgets
all but one of the scoped contexts of a node that has several types.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, cast
from urllib.parse import urlsplit

# The end of the address -> our documents, later ones override earlier ones. Copies are kept on
# many hosts, so the host does not count; the path must name DCAT-AP.
_KNOWN: Final = tuple(
    (re.compile(pattern), names)
    for pattern, names in (
        (r"/html/examples/context\.jsonld$", ("dcat-ap-examples",)),
        (r"/context/hvd\.jsonld$", ("dcat-ap", "dcat-ap-hvd")),
        (r"/dcat-ap(_lang)?_[12](\.\d+)+\.jsonld$", ("dcat-ap", "dcat-ap-2")),
        (r"/2\.\d\.\d/context/dcat-ap\.jsonld$", ("dcat-ap", "dcat-ap-2")),
        (r"/context/dcat-ap\.jsonld$", ("dcat-ap",)),
    )
)


def bundled(url: str) -> Mapping[str, object] | None:
    """The context document (an object with `@context`) for this address, None if we have none."""
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        return None
    if "dcat-ap" not in path:
        return None
    for pattern, names in _KNOWN:
        if pattern.search(path):
            return _merged(names)
    return None


@cache
def _merged(names: tuple[str, ...]) -> Mapping[str, object]:
    context: dict[str, object] = {}
    for name in names:
        text = (files("ontologies") / "contexts" / f"{name}.jsonld").read_text(encoding="utf-8")
        context |= cast(dict[str, dict[str, object]], json.loads(text))["@context"]
    return {"@context": context}
