"""Publishers' words made safe and readable: marked matches, Markdown or HTML descriptions, plain extracts."""

import html
import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from catalogue.search import MARK_END, MARK_START, Words

_TAGS: Final = {"p", "br", "ul", "ol", "li", "em", "strong", "a", "code"}
_SCHEMES: Final = {"http", "https", "mailto"}
_LONGEST_RICH: Final = 20_000
_SENTENCE: Final = re.compile(r"(.{40,}?[.?!])(?:\s+(?=[^a-z0-9])|$)", re.DOTALL)
_MARKUP: Final = re.compile(r"^\s{0,3}(?:#{1,6}|[-*+>])\s+|[*_`]{2,}|\[([^\]]*)\]\([^)]*\)", re.M)


def rich(text: str) -> Markup:
    """A description as HTML: Markdown and HTML are read, everything but simple marks is taken out."""
    if len(text) > _LONGEST_RICH:
        return Markup("<p>{}</p>").format(text)
    rendered = _markdown().render(text)
    return Markup(
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes=_SCHEMES,
            link_rel="noopener noreferrer",
        )
    )


@cache
def _markdown() -> MarkdownIt:
    """The reader of Markdown, which takes longer to make than most texts to read."""
    return MarkdownIt("js-default", {"html": True, "breaks": True})


def plain(text: str) -> str:
    """A description on one line, without its Markdown and HTML."""
    bare = html.unescape(nh3.clean(text, tags=set())) if "<" in text or "&" in text else text
    return " ".join(_MARKUP.sub(r"\1", bare).split())


def first_sentence(text: str, longest: int = 280) -> str:
    """The first sentence of a description, cut between words when it is very long."""
    bare = plain(text)
    found = _SENTENCE.match(bare)
    return shorten(found.group(1) if found else bare, longest)


def shorten(text: str, longest: int) -> str:
    """The text, cut between words with an ellipsis when it is longer."""
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def marked(text: str) -> Markup:
    """Escaped text with the matches in <mark>; marks that do not pair are dropped."""
    safe = str(escape(text))
    if not re.fullmatch(
        f"[^{MARK_START}{MARK_END}]*(?:{MARK_START}[^{MARK_START}{MARK_END}]*{MARK_END}"
        f"[^{MARK_START}{MARK_END}]*)*",
        safe,
    ):
        return Markup(unmarked(safe))
    return Markup(safe.replace(MARK_START, "<mark>").replace(MARK_END, "</mark>"))


def unmarked(text: str) -> str:
    """The text without the signs that enclose matches."""
    return text.replace(MARK_START, "").replace(MARK_END, "")


def choose(words: Iterable[Words], language: str) -> Words:
    """The words in the reader's language, else untagged ones, else the first; empty when there are none."""
    found = tuple(words)
    for wanted in (language, ""):
        for item in found:
            if item.language.partition("-")[0] == wanted:
                return item
    return found[0] if found else Words("")


def language_of(fragment: str, words: Iterable[Words]) -> str:
    """The language of the text that a fragment was taken from; "" when it is in none of them."""
    bare = unmarked(fragment).strip(" …")
    return next((item.language for item in words if bare in item.text), "")
