"""The Dockerfile: what is built, who runs it, and that everything it copies is there."""

import json
import re
import tomllib
from typing import Final

from tests.deploy.reading import ROOT, Instruction, instructions, is_our_command

_PINNED: Final = re.compile(r"python:\d+\.\d+\.\d+-slim-[a-z]+ AS base")


def test_all_stages_come_from_one_image_of_an_exact_version() -> None:
    first, *others = [stage[0].rest for stage in instructions()]

    assert _PINNED.fullmatch(first)
    assert {name.split()[0] for name in others} == {"base"}


def test_it_runs_as_a_user_without_rights() -> None:
    users = _of("USER")

    assert users == ["10001:10001"]
    assert _last()[-1].word == "CMD"


def test_it_starts_the_pages_without_a_shell_between() -> None:
    words = json.loads(_of("CMD")[-1])

    assert is_our_command(words)


def test_its_health_is_checked_with_what_it_has() -> None:
    check = _of("HEALTHCHECK")[0].partition("CMD ")[2]

    program, option, code = json.loads(check)

    assert (program, option) == ("python", "-c")
    compile(code, "health check", "exec")


def test_no_tool_for_building_is_in_the_last_stage() -> None:
    commands = " ".join(_of("RUN"))

    assert not re.search(r"\b(apt-get|gcc|build-essential|pip|curl|wget)\b", commands)


def test_the_tested_versions_are_installed_with_the_clients_of_all_engines() -> None:
    build = " ".join(one.rest for one in instructions()[1] if one.word == "RUN")

    assert "--no-cache-dir" in build
    assert "-c constraints.txt" in build
    assert '".[cluster]"' in build


def test_all_that_it_copies_is_there_and_not_ignored() -> None:
    kept = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    copied = {name for one in instructions()[1] if one.word == "COPY" for name in one.rest.split()[:-1]}

    assert copied == kept
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_every_package_of_the_project_is_copied() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    copied = [one.rest.split()[0] for one in instructions()[1] if one.word == "COPY"]

    assert set(packages) <= set(copied)


def test_its_labels_tell_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', _of("LABEL")[0]))

    assert labels["version"] == project["version"]
    assert labels["licenses"] == project["license"]
    assert labels["description"] == project["description"]


def _last() -> list[Instruction]:
    return instructions()[-1]


def _of(word: str) -> list[str]:
    """What follows a word in the last stage."""
    return [one.rest for one in _last() if one.word == word]
