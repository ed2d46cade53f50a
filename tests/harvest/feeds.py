"""Small DCAT feeds for the tests, written in Turtle as real servers write them."""

from collections.abc import Iterable

from catalogue.records import Declared, Harvested, Incomplete, Noted, Reached, Record, Rejected
from tests.harvest.loopback import Reply

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


def dataset(name: str, title: str = "") -> str:
    return f'<https://data.example/{name}> a dcat:Dataset ; dct:title "{title or name}"@en .\n'


def turtle(*parts: str) -> Reply:
    body = PREFIXES + "".join(parts)
    return Reply(body.encode(), headers={"Content-Type": "text/turtle"})


def page(*names: str, then: str = "", total: int | None = None, node: str = "[]") -> Reply:
    """A page of a collection in the present words of Hydra; `then` is the next link as Turtle."""
    view = "[] a hydra:Collection ; hydra:view _:view . _:view a hydra:PartialCollectionView"
    if node != "[]":
        view = view.replace("_:view", node)
    view += f" ; hydra:next {then} .\n" if then else " .\n"
    count = f"[] hydra:totalItems {total} .\n" if total is not None else ""
    return turtle(*map(dataset, names), view, count)


def names(items: Iterable[Harvested]) -> list[str]:
    """The last part of each record's IRI, in order."""
    return [item.subject.value.rpartition("/")[2] for item in items if isinstance(item, Record)]


def totals(items: Iterable[Harvested]) -> list[int]:
    return [item.total for item in items if isinstance(item, Declared)]


def rejected(items: Iterable[Harvested]) -> list[Rejected]:
    return [item for item in items if isinstance(item, Rejected)]


def faults(items: Iterable[Harvested]) -> list[str]:
    """Why a run is not complete, in order."""
    return [item.reason for item in items if isinstance(item, Incomplete)]


def cursors(items: Iterable[Harvested]) -> list[str]:
    return [item.cursor for item in items if isinstance(item, Reached)]


def noted(items: Iterable[Harvested]) -> dict[str, str]:
    """What the next run is to be handed."""
    return {item.name: item.value for item in items if isinstance(item, Noted)}


def until_error(items: Iterable[Harvested]) -> tuple[list[Harvested], Exception | None]:
    """All that is yielded, and the error at the end if there is one."""
    taken: list[Harvested] = []
    try:
        for item in items:
            taken.append(item)
    except Exception as error:  # noqa: BLE001 - the tests look at what it is
        return taken, error
    return taken, None
