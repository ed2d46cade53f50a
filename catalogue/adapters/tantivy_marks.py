"""Which words of a row matched: its title and an extract with those words marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from catalogue.adapters.tantivy_query import SHORTEST_PREFIX, distance
from catalogue.adapters.tantivy_schema import in_reading_order
from catalogue.adapters.tantivy_text import WORD, plain, stem, stemmed_language
from catalogue.adapters.tantivy_words import Term, Typed
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


@dataclass(frozen=True, slots=True)
class Marker:
    """Marks the rows of one answer; `close` says that close spellings count as found."""

    typed: Typed
    close: bool = False
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def hit(self, row: Row) -> Hit:
        """The row with its texts in the language in which most of the typed words were found."""
        titles, descriptions = in_reading_order(row.title), in_reading_order(row.description)
        language = self._best_language((*titles, *descriptions))
        title, extract = _in_language(titles, language), _in_language(descriptions, language)
        return Hit(
            row,
            marked_title=_with_marks(title.text, self.matches(title)),
            marked_extract=_extract(extract.text, self.matches(extract)),
        )

    def matches(self, words: Words) -> list[Match]:
        """The places of the wanted terms in their order, none within another."""
        if not self.typed.wanted:
            return []
        language = stemmed_language(words.language)
        tokens = [(m.start(), m.end(), m.group()) for m in WORD.finditer(words.text)]
        found = [
            Match(start, end, number)
            for start, end, token in tokens
            if (number := self._term(language, token)) >= 0
        ]
        for number, term in enumerate(self.typed.wanted):
            if len(term.words) > 1:
                found += _phrases(tokens, term.plain, number)
        return _apart(found)

    def _best_language(self, texts: Sequence[Words]) -> str | None:
        """The language with most of the terms, the first of equals; None when nothing is found."""
        languages = list(dict.fromkeys(words.language for words in texts))
        if len(languages) < 2 or not self.typed.wanted:
            return None
        found: dict[str, set[int]] = {language: set() for language in languages}
        for words in texts:
            found[words.language].update(match.term for match in self.matches(_cleaned(words)))
        best = max(languages, key=lambda language: len(found[language]))
        return best if found[best] else None

    def _term(self, language: str, token: str) -> int:
        """The number of the term that this word of a text was found by, -1 for none."""
        key = language, token
        if (known := self._known.get(key)) is None:
            numbered = enumerate(self.typed.wanted)
            known = next((n for n, term in numbered if self._accepts(term, language, token)), -1)
            self._known[key] = known
        return known

    def _accepts(self, term: Term, language: str, token: str) -> bool:
        if len(term.words) > 1:
            return False
        wanted, word = term.plain[0], plain(token)
        if wanted == word:
            return True
        if term.phrase:
            return False
        if language and stem(language, term.words[0]) == stem(language, token):
            return True
        if term.open and len(wanted) >= SHORTEST_PREFIX and word.startswith(wanted):
            return True
        return self.close and _differ_little(wanted, word, distance(term))


def _in_language(texts: Sequence[Words], language: str | None) -> Words:
    first = next((words for words in texts if words.language == language), None)
    return _cleaned(first or next(iter(texts), _NO_WORDS))


def _cleaned(words: Words) -> Words:
    text = " ".join(words.text[:_MOST_READ].translate(_NO_MARKS).split())
    return Words(text, words.language)


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
