"""A harvest that cannot even begin is a run that failed, which is counted and told like any other."""

from pathlib import Path

from catalogue.bootstrap import open_catalogue
from catalogue.runs import FAILED
from catalogue.settings import Settings
from catalogue.sources import Source
from web.cli_parts import harvest_source


def test_credentials_that_the_key_does_not_fit_end_a_run_as_failed(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    catalogue = open_catalogue(settings)
    catalogue.ledger.sources.add(
        Source("north", "dcat", "https://north.example/c.ttl", catalogue.now(), credentials="of another key")
    )

    run = harvest_source(catalogue, "north", settings)

    assert run.state == FAILED
    assert "cannot be opened with the key" in run.message
    assert catalogue.ledger.sources.standing("north").failures == 1
    catalogue.close()
