"""A small archive that speaks OAI-PMH, with records in Dublin Core, for the tests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from catalogue.records import Harvested, Incomplete, Noted, Reached, Record, Unchanged, Withdrawn
from tests.harvest.loopback import Asked, Reply, Site

SPACE = "http://www.openarchives.org/OAI/2.0/"
BASE = "oai:archive.example:"
MOMENT = "2026-03-01T12:00:00Z"


def dublin_core(title: str, more: str = "<dc:type>Dataset</dc:type>") -> str:
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>{more}</oai_dc:dc>'
    )


@dataclass
class Item:
    name: str
    changed: str = "2026-01-01T00:00:00Z"
    metadata: str = ""
    sets: Sequence[str] = ()
    deleted: bool = False
    raw: str = ""

    def header(self) -> str:
        status = ' status="deleted"' if self.deleted else ""
        sets = "".join(f"<setSpec>{one}</setSpec>" for one in self.sets)
        identifier = self.name if ":" in self.name else BASE + self.name
        return (
            f"<header{status}><identifier>{escape(identifier)}</identifier>"
            f"<datestamp>{self.changed}</datestamp>{sets}</header>"
        )

    def record(self) -> str:
        if self.raw:
            return self.raw
        if self.deleted:
            return f"<record>{self.header()}</record>"
        return (
            f"<record>{self.header()}<metadata>{self.metadata or dublin_core(self.name)}</metadata></record>"
        )


Answer = Callable[[Mapping[str, str]], Reply | str | None]


@dataclass
class Archive:
    """Answers like a repository, unless `instead` answers a question itself; `page` records at once."""

    items: list[Item] = field(default_factory=list)
    page: int = 2
    deleted: str = "persistent"
    granularity: str = "YYYY-MM-DDThh:mm:ssZ"
    formats: Sequence[str] = ("oai_dc",)
    sized: bool = True
    moment: str = MOMENT
    earliest: str = "2020-01-01"
    instead: Answer = lambda _: None
    asked: list[dict[str, str]] = field(default_factory=list)

    def serve(self, site: Site) -> str:
        """Answer at the site, whatever is asked; the base URL."""

        class Pages(dict[str, Reply | Callable[[Asked], Reply]]):
            def get(pages, path: str, default: object = None) -> object:  # type: ignore[override]
                return self.reply

        site.pages = Pages()
        return f"{site.url}/oai"

    def reply(self, asked: Asked) -> Reply:
        query = dict(parse_qsl(asked.path.partition("?")[2], True))
        self.asked.append(query)
        body = self.instead(query)
        if body is None:
            body = self.body(query)
        return body if isinstance(body, Reply) else xml(body, self.moment)

    def body(self, query: Mapping[str, str]) -> str:
        match query["verb"]:
            case "Identify":
                return (
                    "<Identify><repositoryName>Archive of Tests</repositoryName><baseURL>x</baseURL>"
                    "<adminEmail>desk@archive.example</adminEmail>"
                    f"<earliestDatestamp>{self.earliest}</earliestDatestamp><deletedRecord>{self.deleted}"
                    f"</deletedRecord><granularity>{self.granularity}</granularity></Identify>"
                )
            case "ListMetadataFormats":
                listed = "".join(
                    f"<metadataFormat><metadataPrefix>{one}</metadataPrefix></metadataFormat>"
                    for one in self.formats
                )
                return f"<ListMetadataFormats>{listed}</ListMetadataFormats>"
            case "GetRecord":
                found = [one for one in self.items if BASE + one.name == query["identifier"]]
                if not found:
                    return error("idDoesNotExist")
                return f"<GetRecord>{found[0].record()}</GetRecord>"
        return self.listed(query)

    def listed(self, query: Mapping[str, str]) -> str:
        token = query.get("resumptionToken", "")
        assert not token or set(query) == {"verb", "resumptionToken"}
        since, name, start = query.get("from", ""), query.get("set", ""), 0
        if token:
            since, name, at = token.split("|")
            start = int(at)
        found = [
            one
            for one in self.items
            if one.changed >= since
            and (not name or any(spec == name or spec.startswith(name + ":") for spec in one.sets))
        ]
        if not found:
            return error("noRecordsMatch")
        end = start + self.page
        following = f"{since}|{name}|{end}" if end < len(found) else ""
        return self.listing(query["verb"], found[start:end], following, len(found) if self.sized else None)

    def listing(self, verb: str, items: Sequence[Item], token: str, size: int | None) -> str:
        shown = [one.header() if verb == "ListIdentifiers" else one.record() for one in items]
        told = f' completeListSize="{size}"' if size is not None else ""
        return f"<{verb}>{''.join(shown)}<resumptionToken{told}>{escape(token)}</resumptionToken></{verb}>"

    def count(self, verb: str) -> int:
        return sum(query["verb"] == verb for query in self.asked)


def xml(body: str, moment: str = MOMENT) -> Reply:
    text = (
        f'<OAI-PMH xmlns="{SPACE}"><responseDate>{moment}</responseDate><request>x</request>{body}</OAI-PMH>'
    )
    return Reply(text.encode(), headers={"Content-Type": "text/xml"})


def error(code: str) -> str:
    return f'<error code="{code}">said</error>'


def items(*names: str) -> list[Item]:
    return [Item(name) for name in names]


def found(harvested: Sequence[Harvested]) -> list[str]:
    """The last part of the subject of each data set, in order."""
    return [
        one.subject.value.rpartition(":")[2]
        for one in harvested
        if isinstance(one, Record) and one.kind != "catalogue"
    ]


def withdrawn(harvested: Sequence[Harvested]) -> list[str]:
    return [one.subject.rpartition(":")[2] for one in harvested if isinstance(one, Withdrawn)]


def unchanged(harvested: Sequence[Harvested]) -> list[str]:
    return [
        subject.rpartition(":")[2]
        for one in harvested
        if isinstance(one, Unchanged)
        for subject in one.subjects
    ]


def incomplete(harvested: Sequence[Harvested]) -> list[str]:
    return [one.reason for one in harvested if isinstance(one, Incomplete)]


def noted(harvested: Sequence[Harvested]) -> dict[str, str]:
    return {one.name: one.value for one in harvested if isinstance(one, Noted)}


def cursors(harvested: Sequence[Harvested]) -> list[str]:
    return [one.cursor for one in harvested if isinstance(one, Reached)]
