"""Just enough of a document tree to ask a page what it shows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = {"meta", "link", "input", "br", "img", "hr", "wbr"}


@dataclass(eq=False)
class Element:
    """An element; strings among the children are text."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)
    parent: "Element | None" = None

    def walk(self) -> Iterator["Element"]:
        """This element and all below it, in the order of the document."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str = "", **wanted: str) -> list["Element"]:
        """The elements of a tag whose attributes have these values; `cls` means one of the classes."""
        return [element for element in self.walk() if element.is_(tag, **wanted)]

    def one(self, tag: str = "", **wanted: str) -> "Element":
        """The only element of that kind."""
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} elements {tag} {wanted}"
        return found[0]

    def is_(self, tag: str = "", **wanted: str) -> bool:
        """Whether the element has this tag and these attributes."""
        classes = self.attributes.get("class", "").split()
        return (not tag or self.tag == tag) and all(
            value in classes if name == "cls" else self.attributes.get(name) == value
            for name, value in wanted.items()
        )

    def texts(self) -> Iterator[str]:
        """The text nodes below, without scripts and styles."""
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "style"):
                yield from child.texts()

    @property
    def text(self) -> str:
        """All text below on one line."""
        return " ".join("".join(self.texts()).split())

    def language(self) -> str:
        """The language in force here."""
        element: Element | None = self
        while element:
            if "lang" in element.attributes:
                return element.attributes["lang"]
            element = element.parent
        return ""


def parse(html: str) -> Element:
    """The document as a tree; unbalanced tags are an error."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.open.tag == "document", f"<{builder.open.tag}> is not closed"
    return builder.open


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = Element("document", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.open.children.append(Element(tag, attributes, parent=self.open))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.tag == tag, f"</{tag}> closes <{self.open.tag}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)
