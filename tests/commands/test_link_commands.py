"""The addresses in records are listed beside the process that has the catalogue."""

import re
from pathlib import Path

from catalogue.bootstrap import open_catalogue, open_ledger
from catalogue.links import BROKEN, CLOSED, WORKS, Answer
from catalogue.settings import Settings
from tests.commands.conftest import Command


def test_addresses_are_listed_with_how_they_stand(fairfinder: Command, data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    owner = open_catalogue(settings)
    ledger = open_ledger(settings)
    ledger.links.note(
        [
            Answer("https://registry.example/", WORKS, 200),
            Answer("https://registry.example/ask", CLOSED, 403, "The server answered 403."),
            Answer("https://registry.example/old", BROKEN, 404, "The server answered 404."),
        ]
    )
    ledger.close()

    broken = fairfinder("links", "--broken").output.splitlines()
    everything = fairfinder("links").output.splitlines()
    owner.close()

    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"
    line = rf"broken\tsince {moment}\thttps://registry\.example/old\tThe server answered 404\."
    assert re.fullmatch(line, broken[0])
    assert broken[1:] == ["3 addresses: 1 working, 1 broken, 1 asking for permission, 0 unknown."]
    assert [one.split("\t")[0] for one in everything[:-1]] == ["works", "closed", "broken"]
    assert everything[-1] == broken[-1]
