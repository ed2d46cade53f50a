"""The compose files: no password is known beforehand, nothing is open that need not be, all has limits."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest

from catalogue.secrets import Safe
from catalogue.settings import Settings
from tests.deploy.reading import (
    CLUSTER,
    EMBEDDED,
    EXAMPLE,
    MAKE_ENV,
    ROOT,
    VARIABLE,
    composed,
    environment,
    filled,
    is_our_command,
    mapping,
    new_environment,
    strings,
)

ENGINES: Final = {"elasticsearch", "oxigraph", "postgresql", "redis"}
OURS: Final = {"web", "worker"}
PASSWORDS: Final = {"ELASTIC_PASSWORD", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
KEY: Final = "FAIRFINDER_SECRET_KEY"
REQUIRED: Final = PASSWORDS | {KEY, "FAIRFINDER_BASE_URL"}
GIVEN: Final = dict.fromkeys(REQUIRED, "x")

_PINNED: Final = re.compile(r"[a-z0-9./-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?")

each_file = pytest.mark.parametrize("file", [CLUSTER, EMBEDDED], ids=lambda file: file.name)


def test_the_deployment_has_pages_workers_and_four_engines() -> None:
    assert set(composed(CLUSTER)["services"]) == OURS | ENGINES


def test_no_password_has_a_default() -> None:
    text = CLUSTER.read_text("utf-8")

    kinds = {(found["name"], found["kind"]) for found in VARIABLE.finditer(text) if "PASS" in found["name"]}

    assert kinds == {(name, ":?") for name in PASSWORDS}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_without_a_secret_or_the_address_it_says_what_to_do(tmp_path: Path, name: str) -> None:
    given = new_environment(tmp_path) | {name: ""}

    with pytest.raises(LookupError, match=rf"{name}: (run docker/make-env|set it in \.env)"):
        filled(CLUSTER.read_text("utf-8"), given)


@each_file
def test_every_service_has_a_health_check_and_limits(file: Path) -> None:
    for name, service in composed(file)["services"].items():
        check = mapping(service, "healthcheck")
        assert {"test", "interval", "timeout", "start_period", "retries"} <= check.keys(), name
        assert {"cpus", "mem_limit", "pids_limit", "restart", "logging"} <= service.keys(), name


@each_file
def test_no_service_can_gain_rights_or_write_where_it_need_not(file: Path) -> None:
    for name, service in composed(file)["services"].items():
        assert strings(service, "cap_drop") == ["ALL"], name
        assert strings(service, "security_opt") == ["no-new-privileges:true"], name
        assert not service.keys() & {"cap_add", "privileged", "pid", "network_mode", "devices"}, name
        assert service["read_only"] is (name != "elasticsearch"), name


@each_file
def test_every_image_has_an_exact_version(file: Path) -> None:
    images = [str(service["image"]) for service in composed(file)["services"].values()]

    assert [image for image in images if not _PINNED.fullmatch(image)] == []


@each_file
def test_our_image_has_the_version_of_the_project(file: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    ours = {str(one["image"]) for one in composed(file)["services"].values() if "build" in one}

    assert ours == {f"fairfinder:{version}"}


@each_file
def test_only_the_pages_are_published_and_only_on_this_machine(file: Path) -> None:
    services = composed(file, GIVEN)["services"]
    published = {name: strings(service, "ports") for name, service in services.items()}

    assert {name for name, ports in published.items() if ports} == {"web"}
    assert all(port.startswith("127.0.0.1:8000") for port in published["web"])


def test_each_web_finds_a_port_of_its_own() -> None:
    services = composed(CLUSTER, GIVEN)["services"]

    assert strings(services["web"], "ports") == ["127.0.0.1:8000-8009:8000"]
    assert not any("container_name" in service for service in services.values())


def test_the_engines_are_on_a_network_without_a_way_out() -> None:
    read = composed(CLUSTER)

    assert read["networks"]["engines"] == {"internal": True}
    assert all(strings(read["services"][name], "networks") == ["engines"] for name in ENGINES)


def test_pages_and_workers_wait_for_healthy_engines() -> None:
    services = composed(CLUSTER)["services"]

    for name in OURS:
        waits = mapping(services[name], "depends_on")
        assert waits == {engine: {"condition": "service_healthy"} for engine in ENGINES}, name


@each_file
def test_pages_and_workers_run_commands_that_exist(file: Path) -> None:
    services = composed(file)["services"]

    commands = [strings(service, "command") for service in services.values() if "build" in service]
    checks = [strings(mapping(service, "healthcheck"), "test")[1:] for service in services.values()]

    assert all(map(is_our_command, commands))
    assert all(is_our_command(check) for check in checks if check[0] == "fairfinder")


def test_no_secret_stands_in_a_command() -> None:
    for name, service in composed(CLUSTER)["services"].items():
        words = [*strings(service, "command"), *strings(mapping(service, "healthcheck"), "test")]
        assert [word for word in words if VARIABLE.search(word)] == [], name


@each_file
def test_every_setting_is_one_that_exists(file: Path) -> None:
    for name, service in composed(file)["services"].items():
        given = {key.removeprefix("FAIRFINDER_").lower() for key in mapping(service, "environment")}
        assert "build" not in service or given <= Settings.model_fields.keys(), name


def test_pages_and_workers_have_the_same_settings_and_share_all_engines(tmp_path: Path) -> None:
    services = composed(CLUSTER, new_environment(tmp_path))["services"]
    given = {key: str(value) for key, value in mapping(services["web"], "environment").items()}
    tell = (
        "from catalogue.settings import Settings; s = Settings(); "
        "print(s.alone, s.index_url, s.store_query_url, s.store_update_url, s.store_graphs_url, "
        "s.ledger_url.get_secret_value(), s.jobs_url.get_secret_value(), bool(s.index_password))"
    )

    told = subprocess.run(
        [sys.executable, "-c", tell], env={**_outside(), **given}, capture_output=True, text=True, check=True
    ).stdout.split()

    assert services["web"]["environment"] == services["worker"]["environment"]
    assert told[0] == "False" and told[-1] == "True"
    assert [urlsplit(url).hostname for url in told[1:-1]] == [
        "elasticsearch",
        *["oxigraph"] * 3,
        "postgresql",
        "redis",
    ]


def test_the_passwords_of_the_clients_are_those_of_the_engines(tmp_path: Path) -> None:
    given = new_environment(tmp_path)
    services = composed(CLUSTER, given)["services"]

    known = {name: mapping(services[name], "environment") for name in [*ENGINES, "web"] if name != "oxigraph"}

    assert known["web"]["FAIRFINDER_INDEX_PASSWORD"] == known["elasticsearch"]["ELASTIC_PASSWORD"]
    ledger = urlsplit(str(known["web"]["FAIRFINDER_LEDGER_URL"]))
    postgresql = known["postgresql"]
    assert (ledger.username, ledger.password, ledger.path) == (
        postgresql["POSTGRES_USER"],
        postgresql["POSTGRES_PASSWORD"],
        f"/{postgresql['POSTGRES_DB']}",
    )
    assert urlsplit(str(known["web"]["FAIRFINDER_JOBS_URL"])).password == known["redis"]["REDIS_PASSWORD"]


@each_file
def test_every_volume_that_is_used_is_named(file: Path) -> None:
    read = composed(file)

    used = {one.split(":")[0] for service in read["services"].values() for one in strings(service, "volumes")}

    assert used == read["volumes"].keys()


def test_the_example_names_what_the_deployment_reads() -> None:
    read = {found["name"] for found in VARIABLE.finditer(CLUSTER.read_text("utf-8"))}

    assert environment(EXAMPLE).keys() == read


def test_the_example_holds_no_password() -> None:
    assert {environment(EXAMPLE)[name] for name in (KEY, *PASSWORDS)} == {""}


def test_a_new_key_opens_what_it_locked(tmp_path: Path) -> None:
    made = [new_environment(_folder(tmp_path / name))[KEY] for name in "ab"]

    assert [Safe(key).open(Safe(key).lock("secret")) for key in made] == ["secret", "secret"]
    assert len(set(made)) == 2


def test_new_passwords_are_long_and_different_and_for_the_owner_alone(tmp_path: Path) -> None:
    made = [new_environment(_folder(tmp_path / name)) for name in "ab"]

    passwords = [one[name] for one in made for name in PASSWORDS]

    assert len(set(passwords)) == 6
    assert all(re.fullmatch("[0-9a-f]{48}", password) for password in passwords)
    assert (tmp_path / "a/made.env").stat().st_mode & 0o777 == 0o600


def test_passwords_that_are_in_use_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("kept")

    done = subprocess.run([MAKE_ENV, tmp_path / ".env"], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (tmp_path / ".env").read_text() == "kept"


def _outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("FAIRFINDER_")}


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
