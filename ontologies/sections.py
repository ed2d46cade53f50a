"""The tables of a TOML file that a person wrote: values of the kind that is asked for, or a clear fault."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

KEY: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""What things are called in addresses."""


class Wrong(ValueError):
    """A file cannot be used; the text says which, where in it, and what was expected."""


class Section:
    """A table of a file: gives out its values by name, each of the kind that is asked for."""

    def __init__(self, file: str, place: str, values: Mapping[str, object]) -> None:
        self.file = file
        self._place = place
        self._values = dict(values)

    def text(self, name: str, default: str | None = None) -> str:
        found = self._values.pop(name, default)
        if not isinstance(found, str) or (default is None and not found.strip()):
            raise self.wrong(f"“{name}” must be words")
        return " ".join(found.split())

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._values.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
            raise self.wrong(f'“{name}” must be a list of words, such as ["one", "two"]')
        return tuple(found)

    def key(self, name: str) -> str:
        found = self.text(name)
        if not KEY.fullmatch(found):
            raise self.wrong(f"“{name}” may have a-z, 0-9 and single hyphens, not “{found}”")
        return found

    def address(self, name: str) -> str:
        found = self.text(name)
        if not found.startswith(("https://", "http://")) or " " in found:
            raise self.wrong(f"“{name}” must be an address that begins with https://, not “{found}”")
        return found

    def number(self, name: str, least: int) -> int:
        found = self._values.pop(name, None)
        if not isinstance(found, int) or isinstance(found, bool) or found < least:
            raise self.wrong(f"“{name}” must be a whole number from {least} on")
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        found = self._values.pop(name, default)
        if not isinstance(found, bool):
            raise self.wrong(f"“{name}” must be true or false")
        return found

    def day(self, name: str) -> date:
        found = self._values.pop(name, None)
        if type(found) is not date:
            raise self.wrong(f"“{name}” must be a date such as 2026-11-26, without quotation marks")
        return found

    def table(self, name: str) -> "Section":
        found = self._values.pop(name, None)
        if not isinstance(found, dict):
            raise self.wrong(f"the table [{name}] is missing")
        return Section(self.file, self._below(name), found)

    def tables(self, name: str) -> Iterator["Section"]:
        found = self._values.pop(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise self.wrong(f"“{name}” must be tables, each under [[{name}]]")
        for number, one in enumerate(found, start=1):
            named = f" “{one['key']}”" if isinstance(one.get("key"), str) else ""
            yield Section(self.file, self._below(f"{name} {number}{named}"), one)

    def left(self) -> tuple[str, ...]:
        """The names of the values that nobody asked for yet."""
        return tuple(self._values)

    def ends(self) -> None:
        """Raise Wrong when there is something that nobody asked for."""
        if self._values:
            raise self.wrong(f"“{next(iter(self._values))}” is not known here")

    def unlike(self, name: str, keys: list[str]) -> None:
        """Raise Wrong when two of the keys are the same."""
        if twice := next((one for one in keys if keys.count(one) > 1), ""):
            raise self.wrong(f"two of the {name} have the key “{twice}”")

    def wrong(self, what: str) -> Wrong:
        return Wrong(f"{self.file}, {self._place or 'at the top'}: {what}.")

    def _below(self, name: str) -> str:
        return f"{self._place}, {name}" if self._place else name
