"""A small readable language for phrases, compiled to patterns over normalised text.

    kill myself            these words, one after the other
    (kill|hurt) myself     one of these, each of which may be several words
    really?  (so much)?    may be missing
    <people>               one of a named list
    ..3                    up to three words between, within one sentence
    ...9                   up to nine words between, across sentences
    $                      the end of a sentence
    <number> <big> <year>  any number; one of two or three digits; a year

Phrases are written as people write ("can't", "I am"): they are normalised like the text they are compared with.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

BREAK = "."
"""The word that stands between sentences in normalised text."""

Normalise = Callable[[str], Iterable[str]]

_NUMBERS = {"number": r"\d+ ", "big": r"\d{2,3} ", "year": r"(?:19|20)\d\d "}
_TOKEN = re.compile(r"\.{2,3}\d+|\$|<\w+>\??|\(|\)\??|\||[^\s()|<>$]+")
_GAP = re.compile(r"(\.{2,3})(\d+)")
_SYNTAX = re.compile(r"\.{2,3}\d+|\$|<\w+>\??|[()|]")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says why."""


@dataclass(frozen=True)
class Phrase:
    """A phrase that was read. `needs`: sets of words of each of which the text must hold one (a quick first look)."""

    source: str
    regex: str
    needs: tuple[frozenset[str], ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regex, compiled when a text first comes near it: most phrases wait for long."""
        return re.compile(self.regex)

    def possible(self, present: frozenset[str]) -> bool:
        return not any(present.isdisjoint(need) for need in self.needs)

    def search(self, text: str, present: frozenset[str]) -> re.Match[str] | None:
        """Where the phrase stands in `text` (words joined by spaces, one at each end), whose words are `present`."""
        return self.pattern.search(text) if self.possible(present) else None

    def blank(self, text: str, present: frozenset[str]) -> str:
        """`text` with every place of the phrase replaced by a word that nothing matches."""
        return self.pattern.sub("_ ", text) if self.possible(present) else text

    def follow(self, text: str, present: frozenset[str], word: str) -> str:
        """`text` with `word` after every place of the phrase."""
        return self.pattern.sub(rf"\g<0>{word} ", text) if self.possible(present) else text


@dataclass(frozen=True)
class _Part:
    regex: str
    needs: tuple[frozenset[str], ...] = ()


def literal_words(phrases: Iterable[str]) -> frozenset[str]:
    """The words that `phrases` are made of, without their syntax, as written."""
    return frozenset(word.rstrip("?") for phrase in phrases for word in _SYNTAX.sub(" ", phrase).split())


class Compiler:
    """Compiles phrases that may name `lists`; `normalise` is what the text will be normalised with."""

    def __init__(self, lists: Mapping[str, str], normalise: Normalise) -> None:
        self._lists, self._normalise = lists, normalise
        self._parts: dict[str, _Part] = {}
        self._open: list[str] = []

    def compile(self, phrase: str) -> Phrase:
        """Raises PhraseError for unknown lists, unbalanced brackets, and phrases that match anything."""
        part = self._read(phrase)
        if not part.needs:
            raise PhraseError("it has no word that must be there")
        return Phrase(phrase, f"(?<= ){part.regex}", part.needs)

    def _read(self, phrase: str) -> _Part:
        tokens = _TOKEN.findall(phrase)
        part, end = self._branches(tokens, 0)
        if end < len(tokens):
            raise PhraseError("a bracket is closed that was not opened")
        return part

    def _branches(self, tokens: Sequence[str], at: int) -> tuple[_Part, int]:
        branches = []
        while True:
            branch, at = self._sequence(tokens, at)
            branches.append(branch)
            if at == len(tokens) or tokens[at] != "|":
                return _either(branches), at
            at += 1

    def _sequence(self, tokens: Sequence[str], at: int) -> tuple[_Part, int]:
        parts: list[_Part] = []
        while at < len(tokens) and tokens[at] != "|" and not tokens[at].startswith(")"):
            if tokens[at] == "(":
                part, at = self._branches(tokens, at + 1)
                if at == len(tokens):
                    raise PhraseError("a bracket is not closed")
                parts.append(_optional(part) if tokens[at].endswith("?") else part)
                at += 1
            elif self._is_plain(tokens[at]):
                run = at
                while at < len(tokens) and self._is_plain(tokens[at]):
                    at += 1
                parts.extend(_word(word) for word in self._normalise(" ".join(tokens[run:at])))
            else:
                parts.append(self._single(tokens[at]))
                at += 1
        return _after(parts), at

    @staticmethod
    def _is_plain(token: str) -> bool:
        return token[0] not in "<()|$" and not token.endswith("?") and not _GAP.fullmatch(token)

    def _single(self, token: str) -> _Part:
        if gap := _GAP.fullmatch(token):
            word = r"\S+ " if gap[1] == "..." else rf"[^ {BREAK}]+ "
            return _Part(f"(?:{word}){{0,{gap[2]}}}?")
        if token == "$":  # noqa: S105 (a mark of the phrase language, not a secret)
            return _Part(re.escape(BREAK) + " ")
        part = self._named(token.rstrip("?")[1:-1]) if token[0] == "<" else self._read(token.rstrip("?"))
        return _optional(part) if token.endswith("?") else part

    def _named(self, name: str) -> _Part:
        if name in _NUMBERS:
            return _Part(_NUMBERS[name])
        if name not in self._lists:
            raise PhraseError(f"there is no list <{name}>")
        if name in self._open:
            raise PhraseError(f"the list <{name}> contains itself")
        if name not in self._parts:
            self._open.append(name)
            self._parts[name] = self._read(self._lists[name])
            self._open.pop()
        return self._parts[name]


def _word(word: str) -> _Part:
    return _Part(re.escape(word) + " ", (frozenset((word,)),))


def _after(parts: Sequence[_Part]) -> _Part:
    return _Part("".join(part.regex for part in parts), tuple(need for part in parts for need in part.needs))


def _optional(part: _Part) -> _Part:
    return _Part(f"(?:{part.regex})?")


def _either(branches: Sequence[_Part]) -> _Part:
    """Any of the branches, longest text first; what they need together is one word from each."""
    if len(branches) == 1:
        return branches[0]
    regexes = sorted({branch.regex for branch in branches}, key=len, reverse=True)
    needs = (frozenset().union(*(branch.needs[0] for branch in branches)),) if all(b.needs for b in branches) else ()
    return _Part(f"(?:{'|'.join(regexes)})", needs)
