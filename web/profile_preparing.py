"""Draws the profiles that are shown before anyone asks for them, in a thread beside the pages."""

import logging
import threading
from typing import Final, Self

from catalogue.errors import CatalogueError
from catalogue.profiles.releases import Release
from web.profile_charts import every_chart
from web.profile_views import Asked
from web.state import State

TICK_S: Final = 5.0
"""How soon it is seen that a profile was published."""

MOST: Final = 200
"""So many profiles are drawn at most, the newest; all drawings of them are kept at the same time."""

_BREATH_S: Final = 0.02
"""Between two charts, so that those who read are served first."""

_PATIENCE_S: Final = 5.0

log = logging.getLogger(__name__)


class Preparing:
    """Works as a context manager does: draws from entering until leaving, one profile after the other.

    What is drawn already is only looked for. A drawing that fails is left to the reader who asks for it.
    """

    def __init__(self, here: State, tick_s: float = TICK_S) -> None:
        self._here = here
        self._tick_s = tick_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._done: set[int] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(_PATIENCE_S)

    def draw(self) -> int:
        """Draw the profiles that were published since the last time; how many there were."""
        found = [one for one in self._here.catalogue.releases.newest(MOST) if one.id not in self._done]
        for release in found:
            if self._stopping.is_set():
                break
            self._done.add(release.id)
            self._draw(release)
        return len(found)

    def _run(self) -> None:
        while not self._stopping.wait(self._tick_s):
            try:
                self.draw()
            except CatalogueError as error:
                log.warning("profiles were not drawn: %s", error)

    def _draw(self, release: Release) -> None:
        releases = self._here.catalogue.releases
        asked = Asked(release, releases.of(release.record), releases.charted(release.id))
        for chart in every_chart(self._here, asked):
            if self._stopping.wait(_BREATH_S):
                return
            self._here.drawings.drawn(chart)
