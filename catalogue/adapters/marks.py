"""Which words of a row matched: its title and an extract with those words marked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.adapters.analysis import WORD, plain, stem, stemmed_language
from catalogue.adapters.keys import in_reading_order
from catalogue.adapters.typed import SHORTEST_PREFIX, Term, Typed, distance
from catalogue.search import MARK_END, MARK_START, Hit, Row, Words

EXTRACT: Final = 240
"""About how many characters of a description are shown."""

_BEFORE: Final = 60
_LONGEST_WORD: Final = 24
_MOST_READ: Final = 6000
_NO_MARKS: Final = str.maketrans("", "", MARK_START + MARK_END)
_NO_WORDS: Final = Words("")


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a text where the term number `term` was found."""

    start: int
    end: int
    term: int


class Marker:
    """Marks the rows of one answer; `close` says that close spellings count as found."""

    def __init__(self, typed: Typed, close: bool = False) -> None:
        self._terms = typed.wanted
        self._close = close
        numbered = [(n, term) for n, term in enumerate(typed.wanted) if len(term.words) == 1]
        self._singles = [(n, term, term.plain[0]) for n, term in numbered]
        self._whole = {word: n for n, _, word in reversed(self._singles)}
        self._stems: dict[str, dict[str, int]] = {}
        self._known: dict[tuple[str, str], int] = {}

    def hit(self, row: Row) -> Hit:
        """The row with its texts in the language in which most of the typed words were found."""
        titles, descriptions = _cleaned(row.title), _cleaned(row.description)
        found = {words: self.matches(words) for words in (*titles, *descriptions)}
        language = _best_language(found)
        title, extract = _in_language(titles, language), _in_language(descriptions, language)
        others = tuple(self._others(row))
        return Hit(
            row,
            marked_title=_with_marks(title.text, found.get(title, ())),
            marked_extract=_extract(extract.text, found.get(extract, ())),
            marked_others=others,
            elsewhere=bool(self._terms) and not (found.get(title) or found.get(extract) or others),
        )

    def _others(self, row: Row) -> Iterator[str]:
        """The keywords and the publisher in which a wanted term stands, marked."""
        for words in _cleaned(tuple(Words(text) for text in (*row.keywords, row.publisher))):
            if matches := self.matches(words):
                yield _with_marks(words.text, matches)

    def matches(self, words: Words) -> list[Match]:
        """The places of the wanted terms in their order, none within another."""
        if not self._terms:
            return []
        language = stemmed_language(words.language)
        tokens = [(m.start(), m.end(), m.group()) for m in WORD.finditer(words.text)]
        found = [
            Match(start, end, number)
            for start, end, token in tokens
            if (number := self._term(language, token)) >= 0
        ]
        for number, term in enumerate(self._terms):
            if len(term.words) > 1:
                found += _phrases(tokens, term.plain, number)
        return _apart(found)

    def _term(self, language: str, token: str) -> int:
        """The number of the term that this word of a text was found by, -1 for none."""
        key = language, token
        if (known := self._known.get(key)) is None:
            known = self._known[key] = self._read(language, token)
        return known

    def _read(self, language: str, token: str) -> int:
        word = plain(token)
        if word in self._whole:
            return self._whole[word]
        if language:
            if language not in self._stems:
                self._stems[language] = {
                    stem(language, term.words[0]): n
                    for n, term, _ in reversed(self._singles)
                    if not term.phrase
                }
            number = self._stems[language].get(stem(language, token), -1)
            if number >= 0:
                return number
        return next((n for n, term, wanted in self._singles if self._like(term, wanted, word)), -1)

    def _like(self, term: Term, wanted: str, word: str) -> bool:
        """Whether a word goes on where the typed one ends, or is a close spelling of it."""
        if term.open and len(wanted) >= SHORTEST_PREFIX and word.startswith(wanted):
            return True
        return self._close and _differ_little(wanted, word, distance(term))


def _best_language(found: Mapping[Words, Sequence[Match]]) -> str | None:
    """The language with most of the terms, the first of equals; None when nothing is found."""
    terms: dict[str, set[int]] = {}
    for words, matches in found.items():
        terms.setdefault(words.language, set()).update(match.term for match in matches)
    best = max(terms, key=lambda language: len(terms[language]), default="")
    return best if terms.get(best) else None


def _in_language(texts: Sequence[Words], language: str | None) -> Words:
    first = next((words for words in texts if words.language == language), None)
    return first or next(iter(texts), _NO_WORDS)


def _cleaned(texts: tuple[Words, ...]) -> list[Words]:
    """The texts in reading order on one line, without marks of their own."""
    return [
        Words(" ".join(words.text[:_MOST_READ].translate(_NO_MARKS).split()), words.language)
        for words in in_reading_order(texts)
    ]


def _phrases(tokens: Sequence[tuple[int, int, str]], phrase: tuple[str, ...], term: int) -> list[Match]:
    folded = [plain(token) for _, _, token in tokens]
    return [
        Match(tokens[n][0], tokens[n + len(phrase) - 1][1], term)
        for n, word in enumerate(folded)
        if word == phrase[0] and tuple(folded[n : n + len(phrase)]) == phrase
    ]


def _apart(matches: Iterable[Match]) -> list[Match]:
    """The matches in their order, the longer one where two overlap."""
    apart: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.start, -m.end)):
        if not apart or match.start >= apart[-1].end:
            apart.append(match)
    return apart


def _extract(text: str, matches: Sequence[Match]) -> str:
    """The part of the text around the first match, else its beginning, cut between words."""
    first = matches[0].start if matches else 0
    start = 0 if first <= _BEFORE or len(text) <= EXTRACT else _word_start(text, first - _BEFORE)
    end = min(len(text), start + EXTRACT)
    if end < len(text):
        end = _word_end(text, end)
    inside = [
        Match(match.start - start, match.end - start, match.term)
        for match in matches
        if match.start >= start and match.end <= end
    ]
    body = _with_marks(text[start:end], inside)
    return f"{'… ' if start else ''}{body}{' …' if end < len(text) else ''}"


def _word_start(text: str, place: int) -> int:
    gap = text.find(" ", place, place + _LONGEST_WORD)
    return place if gap < 0 else gap + 1


def _word_end(text: str, place: int) -> int:
    gap = text.rfind(" ", place - _LONGEST_WORD, place + 1)
    return place if gap < 0 else gap


def _with_marks(text: str, matches: Sequence[Match]) -> str:
    parts, done = [], 0
    for match in matches:
        parts += [text[done : match.start], MARK_START, text[match.start : match.end], MARK_END]
        done = match.end
    return "".join([*parts, text[done:]])


def _differ_little(wanted: str, word: str, allowed: int) -> bool:
    """Whether so few letters are added, left out, changed or swapped between the two words."""
    if not allowed or abs(len(wanted) - len(word)) > allowed:
        return False
    before: list[int] = []
    last = list(range(len(word) + 1))
    for n, letter in enumerate(wanted, 1):
        row = [n]
        for m, other in enumerate(word, 1):
            cost = min(last[m] + 1, row[m - 1] + 1, last[m - 1] + (letter != other))
            if n > 1 and m > 1 and letter == word[m - 2] and other == wanted[n - 2]:
                cost = min(cost, before[m - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1] <= allowed
