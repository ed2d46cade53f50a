"""Options that are no free text: yes or no, one word of several, and numbers within bounds."""

from catalogue.errors import Invalid
from harvesters.kind import Asked


def yes(asked: Asked, name: str, default: bool = False) -> bool:
    """Whether an option was answered with yes; raises Invalid for what is neither yes nor no."""
    return one_of(asked, name, "yes" if default else "no", "yes", "no") == "yes"


def one_of(asked: Asked, name: str, default: str, *known: str) -> str:
    """One of the words that are known; raises Invalid for any other."""
    given = asked.option(name, default).lower()
    if given not in known:
        raise Invalid(f"The option {name} is “{given[:100]}”. Use {', '.join(known[:-1])} or {known[-1]}.")
    return given


def whole_number(asked: Asked, name: str, default: int, least: int, most: int) -> int:
    """A whole number; raises Invalid for what is none or lies outside of the bounds."""
    given = asked.option(name, str(default))
    if not (given.isascii() and given.isdigit() and len(given) < 10 and least <= int(given) <= most):
        raise Invalid(f"The option {name} is “{given[:100]}”. Use a number from {least} to {most}.")
    return int(given)
