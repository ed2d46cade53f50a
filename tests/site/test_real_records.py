"""Records that others have published can all be read on a page, and none leads astray."""

from pathlib import Path

import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.settings import Settings
from catalogue.sources import Source
from harvesters.files import read
from tests.apps import app_of
from tests.site.site import Clock, Site


@pytest.mark.real_data
def test_every_published_example_has_a_sound_page(shared_data: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    catalogue = open_catalogue(settings, now=Clock())
    catalogue.ledger.sources.add(Source("files", "files", "examples", catalogue.now()))
    catalogue.ingest("files", read([shared_data / "examples"]))
    site = Site(app_of(catalogue, settings), catalogue)

    pages = [site.page(f"/dataset/{id}", Accept="text/html") for id in catalogue.ids(limit=1000)]

    assert len(pages) > 50
    assert all(len(page.all("h1")) == 1 for page in pages)
    hrefs = {a.attributes["href"] for page in pages for a in page.all("a")}
    assert all(href.startswith(("/", "#", "http://", "https://", "mailto:")) for href in hrefs)
    catalogue.close()
