"""Options that are no free text: yes or no, and numbers within bounds."""

from catalogue.errors import Invalid
from harvesters.kind import Asked


def yes(asked: Asked, name: str, default: bool = False) -> bool:
    """Whether an option was answered with yes; raises Invalid for what is neither yes nor no."""
    given = asked.option(name, "yes" if default else "no").lower()
    if given not in ("yes", "no"):
        raise Invalid(f"The option {name} is “{given[:100]}”. Use yes or no.")
    return given == "yes"


def number(asked: Asked, name: str, default: int, least: int, most: int) -> int:
    """A whole number; raises Invalid for what is none or lies outside of the bounds."""
    given = asked.option(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most):
        raise Invalid(f"The option {name} is “{given[:100]}”. Use a number from {least:,} to {most:,}.")
    return int(given)
