"""The directions in which the packages may import each other, read from the source."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("catalogue", "harvesters", "ontologies", "web")
MAY_IMPORT = {
    "ontologies": {"ontologies"},
    "catalogue": {"catalogue", "ontologies"},
    "harvesters": {"catalogue", "harvesters", "ontologies"},
    "web": {"catalogue", "ontologies", "web"},
}
STARTS_BOTH_SIDES = ("web/cli", "web/demo/")
"""The command line, its parts and the demo network may import harvesters."""

MODULES = [path.relative_to(ROOT) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def imported(module: Path) -> frozenset[str]:
    """The full names of all that a module imports, wherever in it."""
    return frozenset(_imported(module))


def _imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_the_packages_below_its_own(module: Path) -> None:
    ours = {name.partition(".")[0] for name in imported(module)} & {*PACKAGES, "tests", "benchmarks"}
    allowed = MAY_IMPORT[module.parts[0]]
    if module.as_posix().startswith(STARTS_BOTH_SIDES):
        allowed = allowed | {"harvesters"}

    assert ours <= allowed


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_bootstrap_chooses_engines(module: Path) -> None:
    engines = {name for name in imported(module) if name.startswith("catalogue.adapters")}

    inside = module.parts[:2] == ("catalogue", "adapters")
    assert not engines or inside or module.as_posix() == "catalogue/bootstrap.py"


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_the_core_knows_neither_the_web_nor_the_network(module: Path) -> None:
    """Adapters of remote engines speak HTTP; nothing else here does."""
    foreign = {"fastapi", "starlette", "httpx", "jinja2", "typer", "uvicorn"}
    if module.parts[:2] == ("catalogue", "adapters"):
        foreign -= {"httpx"}
    if module.parts[0] in ("catalogue", "ontologies"):
        assert not foreign & {name.partition(".")[0] for name in imported(module)}


def test_there_are_modules_to_look_at() -> None:
    assert len(MODULES) > 40
