"""Makes a drawing short: a tenth of a pixel is enough, and shapes that look alike need one element."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from lxml import etree

_LONG: Final = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_CORNER: Final = re.compile(r"([MLZ])(?:(-?[\d.e-]+),(-?[\d.e-]+))?")
_STRAIGHT: Final = re.compile(r"(?:[ML]-?[\d.e-]+,-?[\d.e-]+|Z)+")
_PLACED: Final = re.compile(r"translate\((-?[\d.e-]+),(-?[\d.e-]+)\)")
_LONG_PATH: Final = 200
_SHAPES: Final = ("d", "transform", "x2", "y2")
"""What tells where a line or a path is; all else is how it looks."""


def shorten(root: etree._Element) -> None:
    """Round every place, and put neighbours that look alike into one path."""
    for element in [*root.iter()]:
        for neighbours in _alike(element):
            _join(neighbours)
    for element in root.iter():
        for attribute in _SHAPES:
            if attribute in element.attrib:
                shorter = _short_path if attribute == "d" else _short_numbers
                element.set(attribute, shorter(element.attrib[attribute]))


def _alike(parent: etree._Element) -> Iterator[list[etree._Element]]:
    """Neighbours that differ in nothing but their place; those of a layer do not overlap."""
    for look, some in groupby([*parent], key=_look):
        neighbours = list(some)
        if look and len(neighbours) > 1:
            yield neighbours


def _look(element: etree._Element) -> tuple[str, ...]:
    """How a line, or a path that stands where it says, looks; () for what is not to be joined."""
    tag = etree.QName(element).localname
    is_line = tag == "line" and _PLACED.fullmatch(element.get("transform", ""))
    is_path = tag == "path" and "transform" not in element.attrib and element.get("d")
    if not (is_line or is_path):
        return ()
    return tag, *(f"{name}={value}" for name, value in element.attrib.items() if name not in _SHAPES)


def _join(neighbours: list[etree._Element]) -> None:
    first, *others = neighbours
    shape = "".join(_shape(element) for element in neighbours)
    for name in _SHAPES:
        first.attrib.pop(name, None)
    first.tag = first.tag.replace("}line", "}path") if isinstance(first.tag, str) else first.tag
    first.set("d", shape)
    for element in others:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _shape(element: etree._Element) -> str:
    placed = _PLACED.fullmatch(element.get("transform", ""))
    if placed is None:
        return str(element.get("d", ""))
    return f"M{placed[1]},{placed[2]}l{element.get('x2', '0')},{element.get('y2', '0')}"


def _short_numbers(text: str) -> str:
    return _LONG.sub(lambda found: f"{float(found.group()):.1f}".removesuffix(".0"), text)


def _short_path(path: str) -> str:
    """A path to a tenth of a pixel; long ones of straight lines by steps, a third of the size."""
    if len(path) < _LONG_PATH or not _STRAIGHT.fullmatch(path):
        return _short_numbers(path)
    parts, here = [], (0, 0)
    for command, x, y in _CORNER.findall(path):
        if command == "Z":
            parts.append("Z")
            continue
        there = round(float(x) * 10), round(float(y) * 10)
        right, down = there[0] - here[0], there[1] - here[1]
        if command == "M":
            parts.append(f"M{_tenth(there[0])} {_tenth(there[1])}")
        elif right and down:
            parts.append(f"l{_tenth(right)} {_tenth(down)}")
        elif right or down:
            parts.append(f"h{_tenth(right)}" if right else f"v{_tenth(down)}")
        here = there
    return "".join(parts)


def _tenth(tenths: int) -> str:
    return f"{tenths / 10:g}"
