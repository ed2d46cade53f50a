"""The documentation names only what exists: files, commands, options, settings, addresses, dependencies."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import typer
from fastapi import FastAPI
from starlette.routing import Match

from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from tests.apps import app_of
from web.cli import app as command_line

ROOT: Final = Path(__file__).parents[1]
DOCUMENTS: Final = sorted(
    file for pattern in ("*.md", "docs/**/*.md", "benchmarks/*.md") for file in ROOT.glob(pattern)
)

_FENCE: Final = re.compile(r"^ *```.*?^ *```", re.M | re.S)
_SPAN: Final = re.compile(r"`([^`]+)`")
_LINK: Final = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ +(.+?) *$", re.M)
_COMMAND: Final = re.compile(r"(?:^|[\s;&`])(?:fairfinder|\./run) +(?P<rest>[^`;|&#\n]*)")
_SETTING: Final = re.compile(r"\bFAIRFINDER_([A-Z_]+)\b")
_OWN_FILE: Final = re.compile(r"(?:catalogue|harvesters|ontologies|web|tests|docs|benchmarks|\.ci)/[\w./-]+")
_ADDRESS: Final = re.compile(
    r"(?:(?<=`)|(?<=[\s'\"(]))(?:https?://(?:127\.0\.0\.1|localhost):\d+)?(/[^\s`'\"),<>|]*)"
)
_NOT_OURS: Final = ("TEST_DATA",)

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(ROOT)))


@each_document
def test_every_link_leads_to_a_file_of_the_repository(document: Path) -> None:
    text = _FENCE.sub("", document.read_text("utf-8"))

    broken = [link for link in _LINK.findall(text) if not _leads_somewhere(document, link)]

    assert broken == []


@each_document
def test_every_file_that_is_named_exists(document: Path) -> None:
    spans = _SPAN.findall(_FENCE.sub("", document.read_text("utf-8")))

    missing = [span for span in spans if _OWN_FILE.fullmatch(span) and not (ROOT / span).exists()]

    assert missing == []


@each_document
def test_every_command_exists_with_its_options(document: Path) -> None:
    wrong = [text for text in _commands(document.read_text("utf-8")) if not _is_known(text)]

    assert wrong == []


@pytest.mark.parametrize(
    "document", [*DOCUMENTS, ROOT / "docker-compose.yml", ROOT / "Dockerfile"], ids=lambda file: file.name
)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    named = set(_SETTING.findall(document.read_text("utf-8"))) - {*_NOT_OURS}

    assert {name for name in named if name.lower() not in Settings.model_fields} == set()


def test_every_address_in_the_guide_to_the_api_is_answered(catalogue: Catalogue) -> None:
    served = app_of(catalogue, Settings())
    addresses = {found.split("?")[0] for found in _ADDRESS.findall(_text("docs/api.md"))}

    unknown = {address for address in addresses if not _is_served(served, address)}

    assert len(addresses) > 10
    assert unknown == set()


@pytest.mark.parametrize("document", ["README.md", "docs/custodian.md", "docs/operator.md"])
def test_every_local_address_is_answered(catalogue: Catalogue, document: str) -> None:
    served = app_of(catalogue, Settings())
    addresses = re.findall(r"http://127\.0\.0\.1:8\d\d\d(/[^\s`'\")>?]*)", _text(document))

    assert [address for address in addresses if not _is_served(served, address)] == []


def test_the_decision_on_dependencies_lists_those_of_the_project() -> None:
    table = re.findall(r"^\| ([a-z0-9-]+) \|", _text("docs/decisions/0001-runtime-dependencies.md"), re.M)

    stated = [re.split(r"[<>=\[]", one)[0] for one in _project()["dependencies"]]

    assert sorted(table) == sorted(stated)


def test_the_citation_names_the_version_of_the_project() -> None:
    assert f"\nversion: {_project()['version']}\n" in _text("CITATION.cff")


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _project() -> dict[str, list[str]]:
    project: dict[str, list[str]] = tomllib.loads(_text("pyproject.toml"))["project"]
    return project


def _leads_somewhere(document: Path, link: str) -> bool:
    """Whether a link leads to the web, or to a file of the repository and a heading that is in it."""
    if re.match(r"[a-z]+:", link):
        return link.startswith(("https://", "http://", "mailto:"))
    path, _, heading = link.partition("#")
    target = (document.parent / path).resolve() if path else document
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not heading or heading in {_anchor(h) for h in _HEADING.findall(target.read_text("utf-8"))}


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _commands(text: str) -> Iterator[str]:
    """What follows the name of the program in code, be it a block or a span."""
    for block in (*_FENCE.findall(text), *(f"`{span}`" for span in _SPAN.findall(_FENCE.sub("", text)))):
        for found in _COMMAND.finditer(block):
            yield found["rest"].strip()


def _is_known(text: str) -> bool:
    words = shlex.split(text)
    if not words or words[0] in ("test", "COMMAND"):
        return True
    command = typer.main.get_command(command_line)
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        if words[0] not in command.commands:
            return False
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    return {word.partition("=")[0] for word in words if word.startswith("-")} <= known


def _is_served(served: FastAPI, address: str) -> bool:
    path = re.sub(r"\{[^}]*\}", "x", address)
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is not Match.NONE for route in served.routes)
