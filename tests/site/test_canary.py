"""A hidden count stands nowhere: all that anybody can see is the same, whatever the count is.

Two catalogues are told the same by every reader, but hidden counts have changed places. Whoever follows
all links must find no difference, nor must tables, graphs, index and logs have one.
"""

import re
from collections import deque
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest

from catalogue.bootstrap import open_catalogue
from catalogue.errors import CatalogueError
from catalogue.profiles.rules import Rules
from catalogue.settings import Settings
from catalogue.sources import Source
from tests.apps import app_of
from tests.asking import FEED, record
from tests.site.canaries import KINDS, MARKS, NAME, PAIR, RULE, Way, white_rabbit
from tests.site.site import BASE, Clock, Site
from tests.site.twins import Told, graphs, logs, public, rows
from web.cli_intake import take_in

DOORS: Final = (
    "/",
    "/feasibility?concept=443454&concept=381316!&from_age=30&to_age=31&sex=female&requires=drug&wants=condition"
    "&chosen={plain}",
    "/datasets?holds=443454&holds_min=70&holds_possibly=1",
    "/compare?ids={plain},{rabbit},{achilles}&concept=443454",
    "/variables?q=ward",
    "/api/v1/docs",
)
"""Where a reader begins: some ask for what is hidden."""

LEFT: Final = ("/static/", "/admin/")
ONE_OF_EACH: Final = ("png", "svg", "ttl", "nt", "rdf", "jsonld")
FOLLOWED: Final = ("plain", "rabbit")
"""The datasets whose own pages are followed; what is stored of the others is held to be the same besides."""

_LINK: Final = re.compile(r"""(?:href|src|action|formaction)=["']([^"']+)["']""")
_ADDRESS: Final = re.compile(rf"{BASE}(/[^\s\"'<>\\),]*)")
_OWN: Final = re.compile(r"/(?:dataset|record)/([a-z2-7]{16})")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Told, Told]]:
    """Catalogues on disk that were told in both ways; what one has drawn the other need not draw again."""
    root = tmp_path_factory.mktemp("canary")
    one, other = (_told(root / name, way) for name, way in (("one", PAIR), ("two", PAIR[::-1])))
    yield one, other
    one.site.catalogue.close()
    other.site.catalogue.close()


def test_whoever_follows_all_links_finds_no_difference(twins: tuple[Told, Told]) -> None:
    one, other = (told.site for told in twins)
    ids = _ids(one)
    others = {id for kind, id in ids.items() if kind not in FOLLOWED}
    waiting = deque(door.format(**ids) for door in DOORS)
    seen, kinds, differing = {*waiting}, set[tuple[str, ...]](), []

    while waiting:
        path = waiting.popleft()
        answer = one.get(path)
        if public(answer) != public(other.get(path)) or answer.status_code >= 500:
            differing.append((answer.status_code, path))
        assert not [mark for mark in MARKS if mark in answer.text], path
        for link in _links(path, answer):
            bare = link.partition("?")[0]
            own = _OWN.match(bare)
            if link in seen or bare.startswith(LEFT) or (own and own[1] in others):
                continue
            if (kind := _kind(bare)) not in kinds:
                seen.add(link)
                kinds.add(kind)
                waiting.append(link)

    assert differing == []
    assert _suffixes(seen) >= {"html", "csv", "json", "ttl", "svg", "png", "jsonld", "nt", "rdf"}


def test_tables_and_graphs_have_no_difference(twins: tuple[Told, Told]) -> None:
    one, other = twins

    assert rows(one) == rows(other)
    assert graphs(one) == graphs(other)
    assert one.reports == other.reports


def test_logs_have_no_difference(twins: tuple[Told, Told]) -> None:
    one, other = twins

    assert one.logged
    assert one.logged == other.logged
    assert not [line for line in one.logged for mark in MARKS if mark in line]


def test_no_file_of_the_data_folder_has_what_is_hidden(twins: tuple[Told, Told]) -> None:
    files = [file for file in twins[0].folder.rglob("*") if file.is_file()]

    held = [(file.name, mark) for file in files for mark in MARKS if mark.encode() in file.read_bytes()]
    assert files
    assert held == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "rabbit"])
def test_files_that_are_refused_are_not_quoted(kind: str, tmp_path: Path) -> None:
    """Given twice over, with the counts both ways: they contradict each other."""
    paths = []
    for name, way in (("one", PAIR), ("two", PAIR[::-1])):
        (tmp_path / name).mkdir()
        paths += KINDS[kind](tmp_path / name, way)

    said = _refused(paths)

    assert not re.search(rf"\b({PAIR[0]}|{PAIR[1]})\b", said)
    assert not [mark for mark in MARKS if mark in said]


def test_a_scan_that_is_refused_is_not_quoted(tmp_path: Path) -> None:
    said = _refused(white_rabbit(tmp_path, PAIR, {"unit": ("Frequency", [(NAME, f"about {PAIR[0]}")])}))

    assert "about ##" in said
    assert not re.search(rf"\b{PAIR[0]}\b", said)
    assert NAME not in said


def _told(root: Path, way: Way) -> Told:
    folder = root / "data"
    root.mkdir()
    settings = Settings(data_dir=folder, base_url=BASE)
    catalogue = open_catalogue(settings, now=Clock())
    drawings = root.parent / "drawings"
    drawings.mkdir(exist_ok=True)
    (folder / "drawings").symlink_to(drawings)
    catalogue.ledger.sources.add(Source("north", "dcat", FEED, catalogue.now()))
    Rules(catalogue.ledger.database).set("north", RULE)
    reports: list[object] = []
    with logs() as logged:
        catalogue.ingest("north", [record(_described(kind)) for kind in KINDS])
        site = Site(app_of(catalogue, settings), catalogue)
        ids = _ids(site)
        for kind, write in KINDS.items():
            (root / kind).mkdir()
            taken = take_in(catalogue, ids[kind], write(root / kind, way))
            reports.append((taken.report, taken.persons))
    return Told(site, folder, logged, reports)


def _refused(paths: list[Path]) -> str:
    """What is said and logged of files of a profile that are refused."""
    catalogue = open_catalogue(Settings(base_url=BASE), in_memory=True, now=Clock())
    catalogue.ingest("north", [record(_described("a"))])
    with logs() as logged, pytest.raises(CatalogueError) as refused:
        take_in(catalogue, catalogue.ids(limit=1)[0], paths)
    catalogue.close()
    return " ".join((*map(str, refused.value.args), *logged))


def _described(kind: str) -> str:
    return (
        f'ex:{kind} a dcat:Dataset ; dct:title "Registry {kind}"@en ; dct:description "Of strokes."@en ;'
        " dct:isPartOf <https://roadmap-alzheimer.org/> ;"
        " dct:spatial <http://publications.europa.eu/resource/authority/country/FRA> ."
    )


def _links(path: str, answer: httpx.Response) -> Iterator[str]:
    """The addresses of this catalogue that an answer leads to."""
    if "text/html" in answer.headers.get("content-type", ""):
        found = [unescape(one) for one in _LINK.findall(answer.text)]
    else:
        found = _ADDRESS.findall(answer.text)
    here = BASE + path
    for one in (*found, answer.headers.get("location", "")):
        target = urldefrag(urljoin(here, one)).url if one else ""
        if target.startswith(f"{BASE}/"):
            parts = urlsplit(target)
            yield f"{parts.path}?{parts.query}" if parts.query else parts.path


def _kind(path: str) -> tuple[str, ...]:
    """Of a path one query is followed, for facets lead to ever more; of what is drawn, or told in RDF, one.

    A drawing has all from the chart of its page, and RDF all from the graphs, which are compared besides.
    """
    stem, _, suffix = path.rpartition(".")
    return (stem.split("/")[1], suffix) if suffix in ONE_OF_EACH else (path,)


def _ids(site: Site) -> dict[str, str]:
    return {one.title.removeprefix("Registry "): one.id for one in site.catalogue.ledger.page(limit=10)}


def _suffixes(paths: set[str]) -> set[str]:
    names = (path.partition("?")[0].rpartition("/")[2] for path in paths)
    return {name.rpartition(".")[2] if "." in name else "html" for name in names}
