"""The nodes of the demonstration that speak other protocols than a DCAT feed, one in each module.

Each module has a `NODE`; what it says about its data is its own.
"""

from importlib import import_module
from pkgutil import iter_modules

from web.demo.playing import Part


def parts() -> tuple[Part, ...]:
    """The nodes by the names of their modules; those last that count what others describe."""
    names = sorted(module.name for module in iter_modules(__path__))
    found: list[Part] = [import_module(f"{__name__}.{name}").NODE for name in names]
    return tuple(sorted(found, key=lambda part: "dataset" in part.options))
