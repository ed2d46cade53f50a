"""A repository that speaks OAI-PMH: what it says of itself, which formats it has, and how it is asked."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

import httpx

from catalogue.drafting import Given
from catalogue.errors import CatalogueError, Invalid, Unavailable, Unreadable
from harvesters.addresses import web_address
from harvesters.http import Client
from harvesters.iris import link
from harvesters.oai_answer import Answer, read
from harvesters.oai_xml import Element, child, children, local, words
from harvesters.statuses import is_final

log = logging.getLogger(__name__)

ACCEPT: Final = "text/xml, application/xml;q=0.9, */*;q=0.1"
_ARGUMENTS: Final = frozenset(
    "verb metadataPrefix identifier set from until resumptionToken".split(),
)
_PREFERRED: Final = (
    *("dcat_ap", "oai_dcatap", "oai_dcat_ap", "dcat", "rdf", ".*dcat.*"),
    *("datacite", "oai_datacite", "datacite4", "oai_datacite4", ".*datacite.*"),
    *("ddi", "oai_ddi", "oai_ddi25", "(?!.*(?:ddi_?3|ddi_?l|lifecycle)).*ddi.*"),
    "oai_dc",
)
"""Prefixes of the formats that are read, the richest first, as patterns."""


_FIRST_YEAR: Final = 1970


@dataclass(frozen=True, slots=True)
class Repository:
    """What a repository says of itself. `earliest` and `moment`, its own clock, may be empty."""

    name: str
    emails: tuple[str, ...]
    moment: str
    earliest: str
    deleted: str
    granularity: str
    description: str
    homepage: str

    @property
    def tells_deletions(self) -> bool:
        """Whether its lists hold what was taken away."""
        return self.deleted in ("transient", "persistent")

    def described(self) -> Mapping[str, Given]:
        """The repository as a catalogue."""
        email = next((one for one in self.emails if "@" in one), "").removeprefix("mailto:")
        return {
            "title": self.name,
            "description": self.description,
            "publisher": {"name": self.name, "mbox": email},
            "homepage": self.homepage,
        }

    def before(self, moment: str) -> str:
        """What to ask `from` so that all is had that changed after a moment of its own clock.

        An hour earlier, or a day where it counts in days, but no earlier than its first record; "" for
        what is no moment. A first record that came after the moment is none.
        """
        then = moment_of(moment)
        if then is None:
            return ""
        by_day = "T" not in self.granularity
        since = then - (timedelta(days=1) if by_day else timedelta(hours=1))
        first = moment_of(self.earliest)
        since = max(since, first) if first and first <= then else since
        return since.strftime("%Y-%m-%d" if by_day else "%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime | None:
    """A moment in UTC from a date or time as repositories write it; None for one that cannot be true."""
    try:
        found = datetime.fromisoformat(text.strip())
        moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


class Provider:
    """A repository to be asked; its address is kept as it was given, and answers where it redirects to."""

    def __init__(self, url: str, client: Client) -> None:
        self._client = client
        self._url = self.url = _base(web_address(url))
        self.host = self.url.host
        self._start = f"{self.url}{'&' if self.url.query else '?'}verb="

    def ask(self, verb: str, **arguments: str) -> Answer:
        """One answer; raises what the client raises, and Unreadable for what is no OAI-PMH."""
        asked = self._url
        for name, value in {"verb": verb, **arguments}.items():
            asked = asked.copy_set_param(name, value)
        fetched = self._client.get(str(asked), ACCEPT)
        self._moved(httpx.URL(fetched.url), verb)
        return read(fetched.url, fetched.content, fetched.content_type)

    def _moved(self, there: httpx.URL, verb: str) -> None:
        """Go straight to where a redirect keeps the question."""
        if there.params.get("verb") == verb and _base(there) != self._url:
            log.info("%s is now at %s", self._url, _base(there))
            self._url = _base(there)

    def url_of(self, verb: str) -> str:
        """The address of a question that needs no arguments."""
        return self._start + verb

    def record_url(self, identifier: str, prefix: str) -> str:
        """The address of one record."""
        asked = f"metadataPrefix={quote(prefix, '')}&identifier={quote(identifier, ':/')}"
        return f"{self.url_of('GetRecord')}&{asked}"

    def identify(self) -> Repository:
        """What the repository says of itself; raises when it does not answer as one."""
        answer = self.ask("Identify")
        body = answer.body
        if answer.error or body is None or local(body) != "Identify":
            told = f": {answer.error} {answer.said}".rstrip() if answer.error else ""
            raise Unreadable(
                f"{answer.url} does not identify itself as a repository of OAI-PMH{told}. "
                "Give the base URL of the repository."
            )
        return Repository(
            words(child(body, "repositoryName")) or self.host,
            tuple(map(words, children(body, "adminEmail"))),
            answer.moment,
            words(child(body, "earliestDatestamp")),
            words(child(body, "deletedRecord")).lower(),
            words(child(body, "granularity")),
            *_told(body),
        )

    def prefix(self) -> str:
        """The prefix of the best format that the repository has.

        Raises Invalid when it has none, Unavailable when its formats cannot be had for the time being: in
        another format its records would have other subjects.
        """
        try:
            answer = self.ask("ListMetadataFormats")
        except CatalogueError as error:
            if not is_final(error):
                raise Unavailable(
                    f"The formats of the repository could not be had. {error} Try again later, or name a "
                    "format in the option prefix of the source."
                ) from error
            log.warning("it has no list of its formats, so oai_dc is asked for: %s", error)
            return "oai_dc"
        offered = [words(child(one, "metadataPrefix")) for one in children(answer.body, "metadataFormat")]
        if not offered:
            log.warning("it names no formats (%s), so oai_dc is asked for", answer.error or "none listed")
            return "oai_dc"
        return best(offered)


def best(offered: list[str]) -> str:
    """The prefix of the richest format among those offered; raises Invalid when none is read."""
    plain = {prefix: prefix.lower().replace("-", "_") for prefix in offered}
    for pattern in _PREFERRED:
        for prefix, folded in plain.items():
            if re.fullmatch(pattern, folded):
                return prefix
    raise Invalid(
        f"The repository offers no format that is read here: {', '.join(offered)[:500]}. "
        "Ask it for oai_dc, which every repository must have."
    )


def _base(url: httpx.URL) -> httpx.URL:
    """An address without the arguments of a question."""
    kept = [(name, value) for name, value in url.params.multi_items() if name not in _ARGUMENTS]
    return url.copy_with(query=None, params=kept) if kept else url.copy_with(query=None)


def _told(body: Element) -> tuple[str, str]:
    """The description and the home page in what repositories add about themselves."""
    description, homepage = "", ""
    for container in children(body, "description"):
        for one in container.iter():
            if local(one) in ("text", "description") and one is not container:
                description = description or words(one)
            if local(one) in ("URL", "url", "identifier", "homepage"):
                homepage = homepage or link(words(one))
    return description, homepage
