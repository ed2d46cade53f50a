"""A demonstration node, or anything that answers like one, on the site of the tests."""

from tests.harvest.loopback import Asked, Reply, Site
from web.demo.playing import Answering, Heard


class Played(dict[str, object]):
    """Pages of a site that are all answered by one function."""

    def __init__(self, answering: Answering) -> None:
        super().__init__()
        self._answering = answering

    def get(self, path: object, default: object = None) -> object:
        return self._reply

    def _reply(self, asked: Asked) -> Reply:
        found = self._answering(Heard(asked.method, asked.path, asked.headers, asked.body))
        if found is None:
            return Reply(b"nothing here", 404)
        headers = {"Content-Type": found.content_type, **found.headers}
        return Reply(found.content, found.status, headers)


def play(site: Site, answering: Answering) -> None:
    """Let a site answer as this does."""
    site.pages = Played(answering)  # type: ignore[assignment]
