"""A catalogue of its own whose clock a test moves, as others see it by its change feed."""

from datetime import UTC, datetime, timedelta
from typing import Final

from catalogue.bootstrap import open_catalogue
from catalogue.catalogue import Catalogue
from catalogue.settings import Settings
from tests.asking import record
from tests.interfaces.site import Site, application

START: Final = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)


class Other:
    """A catalogue whose clock a test moves."""

    def __init__(self, settings: Settings) -> None:
        self.now = START
        self.catalogue: Catalogue = open_catalogue(settings, in_memory=True, now=lambda: self.now)
        self.site = Site(application(self.catalogue, settings), self.catalogue)

    def take(self, source: str, *described: str, after: timedelta = timedelta(minutes=1)) -> None:
        """A complete harvest of a source with these datasets, each given as "name title"."""
        self.now += after
        self.catalogue.ingest(source, [record(_turtle(*one.split())) for one in described])

    def forget(self, source: str, *staying: str) -> None:
        """Harvest a source until what is not there any more is withdrawn."""
        for _ in range(4):
            self.take(source, *staying, after=timedelta(days=3))

    def changes(self, query: str = "") -> dict[str, object]:
        answer = self.site.get(f"/api/v1/changes?{query}")
        assert answer.status_code == 200
        found: dict[str, object] = answer.json()
        return found

    def names(self, query: str = "") -> list[str]:
        return [f"{item['iri'].rpartition('/')[2]} {item['state']}" for item in self.items(query)]

    def items(self, query: str = "") -> list[dict[str, str]]:
        found = self.changes(query)["items"]
        assert isinstance(found, list)
        return found


def _turtle(name: str, title: str = "") -> str:
    return f'ex:{name} a dcat:Dataset ; dct:title "{title or name}"@en .'
