"""A token for the profiles of one dataset opens those, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from catalogue.tokens import for_profiles
from tests.access.test_door import addresses
from tests.access.visitor import Visitor
from tests.asking import record
from web.cli import app

DATASET = "https://north.example/a"


@pytest.fixture
def node(visitor: Visitor) -> Iterator[tuple[Visitor, str, str]]:
    """Somebody with a token for one of two datasets: who, that one, the other."""
    visitor.catalogue.ingest(
        "north", [record(f'ex:{one} a dcat:Dataset ; dct:title "{one}"@en .') for one in "ab"]
    )
    own, other = sorted(visitor.catalogue.ids(limit=2))
    yield visitor, own, other


def test_it_opens_the_profiles_of_its_dataset_alone(node: tuple[Visitor, str, str]) -> None:
    visitor, own, other = node
    shown = {"Authorization": f"Bearer {visitor.tokens.new('node', for_profiles(own))}"}

    def statuses(id: str) -> list[int]:
        address = f"/api/v1/datasets/{id}/profiles"
        asked = (("GET", ""), ("POST", "?draft=2"), ("POST", "/1/publish"), ("DELETE", "/1"))
        return [visitor.send(method, address + rest, shown).status_code for method, rest in asked]

    assert statuses(own) == [200, 422, 404, 404]
    assert statuses(other) == [403] * 4


def test_all_else_for_operators_is_closed_to_it(node: tuple[Visitor, str, str]) -> None:
    visitor, own, _ = node
    token = visitor.tokens.new("node", for_profiles(own))
    shown = {"Authorization": f"Bearer {token}"}
    api = [(method, path) for method, path in addresses(visitor.app) if path.startswith("/api/")]

    answers = [visitor.send(method, path, shown) for method, path in api]
    signed = visitor.sign_in(token)

    assert len(api) > 20
    assert {answer.status_code for answer in answers} == {403}
    assert all(
        own in answer.text for answer, (method, _) in zip(answers, api, strict=True) if method == "GET"
    )
    assert (signed.status_code, visitor.cookies) == (403, {})
    assert not visitor.tokens.any_operator()


def test_it_is_made_and_listed_by_the_command(tmp_path: Path) -> None:
    def fairfinder(*words: object) -> Result:
        return CliRunner().invoke(
            app, list(map(str, words)), env={"FAIRFINDER_DATA_DIR": str(tmp_path / "data")}
        )

    turtle = f'<{DATASET}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "A"@en .'
    (tmp_path / "a.ttl").write_text(turtle, "utf-8")
    fairfinder("import", tmp_path / "a.ttl", "--name", "north")

    made = fairfinder("token", "new", "node", "--profiles", DATASET)
    unknown = fairfinder("token", "new", "other", "--profiles", "https://nobody.example/a")

    assert made.stdout.startswith("fft_")
    assert unknown.exit_code == 1
    assert "profiles of " in fairfinder("token", "list").output
