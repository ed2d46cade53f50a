"""Reads the files of the container deployment: compose files with their variables, and the Dockerfile."""

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import typer

from web.cli import app as command_line

ROOT: Final = Path(__file__).parents[2]
CLUSTER: Final = ROOT / "docker-compose.yml"
EMBEDDED: Final = ROOT / "docker-compose.embedded.yml"
EXAMPLE: Final = ROOT / "docker/example.env"
MAKE_ENV: Final = ROOT / "docker/make-env"

VARIABLE: Final = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")

Service = dict[str, object]


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of a Dockerfile, its lines joined."""

    word: str
    rest: str


def composed(file: Path, given: Mapping[str, str] | None = None) -> dict[str, dict[str, Service]]:
    """A compose file as it stands, or with its variables filled in; skips where YAML cannot be read."""
    yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
    text = file.read_text("utf-8")
    read: dict[str, dict[str, Service]] = yaml.safe_load(filled(text, given) if given is not None else text)
    return read


def filled(text: str, given: Mapping[str, str]) -> str:
    """The text with its variables filled in as Compose does; raises LookupError for one that is required."""

    def value(found: re.Match[str]) -> str:
        known = given.get(found["name"], "")
        if not known and found["kind"] == ":?":
            raise LookupError(f"{found['name']}: {found['rest']}")
        return known or found["rest"] or ""

    return VARIABLE.sub(value, text)


def environment(file: Path) -> dict[str, str]:
    """The variables in a file of them."""
    lines = (line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def new_environment(folder: Path) -> dict[str, str]:
    """The variables that docker/make-env makes."""
    made = folder / "made.env"
    subprocess.run([MAKE_ENV, made], check=True, capture_output=True)
    return environment(made)


def strings(service: Service, key: str) -> list[str]:
    """The words of a list in a service; [] where there is none."""
    found = service.get(key, [])
    assert isinstance(found, list)
    return [str(word) for word in found]


def mapping(service: Service, key: str) -> dict[str, object]:
    """A mapping in a service."""
    found = service.get(key, {})
    assert isinstance(found, dict)
    return found


def instructions() -> list[list[Instruction]]:
    """The instructions of the Dockerfile, stage by stage."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.M)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    stages: list[list[Instruction]] = []
    for word, _, rest in (line.partition(" ") for line in lines if line.strip()):
        if word == "FROM":
            stages.append([])
        stages[-1].append(Instruction(word, rest.strip()))
    return stages


def is_our_command(words: list[str]) -> bool:
    """Whether the command line has the command, and the command its options."""
    if words[:1] != ["fairfinder"]:
        return False
    command = typer.main.get_command(command_line)
    rest = words[1:]
    while rest and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return False
        command = command.commands[rest.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    return {word for word in rest if word.startswith("-")} <= known
