"""Whether a message names a person: after an introduction ("my name is") or a title, or by first and last name.

A first name alone is a name only where it is introduced. What every list of words is for, personal.yaml says.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from screening.understanding.normalise import fold
from screening.understanding.personal_words import Words
from screening.understanding.phrases import BREAK, Compiler, Phrase, PhraseError

_CAPITAL = "\x01"
"""Stands before each capital letter while a text is folded, which makes all letters small."""
_FEW_WORDS, _MOST_CAPITALS = 4, 0.75
"""Longer messages that begin more than this share of their words with a capital say nothing by it."""
_LONG_ENOUGH = 6
"""Letters of a last name that may be known by its ending."""
_UNLIKELY_ENDINGS = ("ing", "ed")
"""Of words after "my name is" that are neither known nor capital ("is being used")."""
_MOST_AFTER_TITLE = 2
"""Full stops and initials between a title and the name."""
_MARKS = frozenset((BREAK, ",", ":"))

_INITIAL = re.compile(rf"(?<![^\W_])(?<!{_CAPITAL})({_CAPITAL}?[^\W\d_])\.(?=[ {_CAPITAL}]*[^\W\d_])")
_TOKEN = re.compile(rf"(?P<word>(?:{_CAPITAL}?[^\W_])+)|(?P<colon>[:=]|\s[-–—]\s)|(?P<stop>[.!?;])|[^\w\s-]|\n")


class NameWords(BaseModel):
    """The part `names` of personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Words
    first_also_words: Words
    first_never_alone: Words
    last: Words
    last_also_things: Words
    last_also_words: Words
    last_endings: Words
    introduced: tuple[str, ...]
    said_after: tuple[str, ...]
    perhaps: tuple[str, ...]
    related: tuple[str, ...]
    lists: dict[str, str]
    titles: Words
    titles_unsure: Words
    greetings: Words
    signing: Words
    not_names: tuple[str, ...]
    measures: Words
    bodies: Words
    not_a_name: Words

    @model_validator(mode="after")
    def _each_name_once(self) -> Self:
        first = self.first, self.first_also_words, self.first_never_alone
        last = self.last, self.last_also_things, self.last_also_words
        for lists in (first, last):
            seen = frozenset[str]()
            for names in lists:
                if twice := seen & names:
                    raise ValueError(f"in two lists of names, keep in one: {', '.join(sorted(twice))}")
                seen |= names
        return self


class _Said:
    """A message as words in small letters and marks, with a break at either end, and where capitals are."""

    def __init__(self, text: str) -> None:
        self.words, self.capital = [BREAK], [False]
        marked = "".join(f"{_CAPITAL}{sign}" if sign.isupper() else sign for sign in text.replace(_CAPITAL, " "))
        for token in _TOKEN.finditer(_INITIAL.sub(r"\1 ", fold(marked))):
            word = token["word"] or ""
            small = word.replace(_CAPITAL, "")
            self.words.append(small or (":" if token["colon"] else BREAK if token["stop"] else ","))
            self.capital.append(word.startswith(_CAPITAL) and (len(small) == 1 or len(word) < 2 * len(small)))
        self.words += [BREAK] * 3
        self.capital += [False] * 3

    @cached_property
    def mixed(self) -> bool:
        """Whether a capital letter tells names from other words here."""
        count = sum(word not in _MARKS for word in self.words)
        return count <= _FEW_WORDS or sum(self.capital) <= _MOST_CAPITALS * count

    @cached_property
    def _text(self) -> str:
        return f" {' '.join(self.words)} "

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def _at(self) -> dict[int, int]:
        """The place of each word, by where it begins in the text."""
        begins, at = {}, 1
        for place, word in enumerate(self.words):
            begins[at] = place
            at += len(word) + 1
        return begins

    def spans(self, phrases: Sequence[Phrase]) -> Iterator[tuple[int, int]]:
        """The places of the first word of each phrase, and of the word after it."""
        for phrase in phrases:
            if phrase.possible(self._present):
                for match in phrase.pattern.finditer(self._text):
                    if match.end() in self._at:
                        yield self._at[match.start()], self._at[match.end()]

    def after(self, phrases: Sequence[Phrase]) -> Iterator[int]:
        """The place of the word that follows each phrase and, perhaps, a comma or colon."""
        for _, at in self.spans(phrases):
            yield at + 1 if self.words[at] in (":", ",") else at


class Names:
    """Finds names by `words`; `places` are none. Raises PhraseError where a phrase cannot be read."""

    def __init__(self, words: NameWords, places: Words) -> None:
        compiler = Compiler(words.lists, lambda phrase: _Said(phrase).words[1:-3])
        self._words = words
        self._introduced, self._said_after, self._perhaps, self._related, self._not_names = (
            tuple(_compiled(compiler, phrase) for phrase in phrases)
            for phrases in (words.introduced, words.said_after, words.perhaps, words.related, words.not_names)
        )
        self._any_first = words.first | words.first_also_words | words.first_never_alone
        self._only_last = words.last - self._any_first
        self._last_after_first = words.last_also_things | (words.last & self._any_first)
        self._any_last = words.last | words.last_also_things | words.last_also_words
        self._never_last = words.not_a_name | words.bodies | words.titles | words.titles_unsure | places

    def found(self, text: str) -> bool:
        """Whether `text` names a person. Takes time in proportion to its length."""
        said = _Said(text)
        other = self._other(said)
        return (
            any(self._is_introduced(said, at) for at in said.after(self._introduced))
            or any(self._is_introduced(said, start - 1) for start, _ in said.spans(self._said_after))
            or any(at not in other and self._is_known(said, at) for at in said.after(self._perhaps))
            or any(
                at not in other and self._is_pair(said, at, introduced=True)
                for at in said.after(self._perhaps + self._related)
            )
            or any(at not in other and self._is_named(said, at) for at in range(1, len(said.words) - 3))
        )

    def _other(self, said: _Said) -> frozenset[int]:
        """The places of words that look like names and are drinks, services and the like."""
        other = {place for start, end in said.spans(self._not_names) for place in range(start, end)}
        for at, word in enumerate(said.words):
            if word in self._words.measures and said.words[at + 1] == "of":
                other |= {at + 2, at + 3}
        return frozenset(other)

    def _is_introduced(self, said: _Said, at: int) -> bool:
        word = said.words[at]
        if word in self._any_first:
            return True
        unlikely = word.endswith(_UNLIKELY_ENDINGS) and not said.capital[at]
        return word.isalpha() and len(word) > 1 and word not in self._words.not_a_name and not unlikely

    def _is_known(self, said: _Said, at: int) -> bool:
        """Whether a first name stands here that is hardly anything else."""
        word = said.words[at]
        return word in self._words.first or (word in self._words.first_also_words and said.capital[at])

    def _is_named(self, said: _Said, at: int) -> bool:
        word = said.words[at]
        if word in _MARKS:
            return False
        if word in self._words.titles or word in self._words.titles_unsure:
            return self._is_titled(said, at)
        if word in self._words.signing:
            begins = said.words[at - 2] in _MARKS or said.words[at - 2] in self._words.greetings
            return begins and self._is_known(said, at - 1)
        if len(word) == 1:
            return self._is_initial(said, at)
        return self._is_pair(said, at) or self._is_reversed(said, at)

    def _is_titled(self, said: _Said, title: int) -> bool:
        """ "mr patel", "Ms. L. Forsyth" """
        at = title + 1
        while said.words[at] == BREAK or (len(said.words[at]) == 1 and said.words[at].isalpha()):
            at += 1
            if at > title + _MOST_AFTER_TITLE:
                return False
        if said.words[title] in self._words.titles:
            return said.words[at].isalpha() and said.words[at] not in self._words.not_a_name
        return self._is_listed_last(said, at) or (
            said.capital[title] and self._is_capital_last(said, at) and said.words[at] not in self._any_first
        )

    def _is_initial(self, said: _Said, at: int) -> bool:
        capitals = said.capital[at] and said.capital[at + 1]
        is_letter = said.words[at].isalpha() and (capitals or said.words[at] not in self._words.not_a_name)
        return is_letter and self._is_listed_last(said, at + 1)

    def _is_reversed(self, said: _Said, at: int) -> bool:
        """ "SMITH, John" """
        word, first = said.words[at], at + 2
        return (
            said.words[at + 1] == ","
            and word in self._words.last
            and word not in self._any_first
            and said.capital[first]
            and said.words[first] in self._any_first
        )

    def _is_pair(self, said: _Said, at: int, introduced: bool = False) -> bool:
        """Whether a first and a last name stand here, perhaps with another first name or an initial between."""
        middle = said.words[at + 1]
        if len(middle) == 1 and middle.isalpha() and self._is_first_and_last(said, at, at + 2, introduced):
            return True
        return self._is_first_and_last(said, at, at + 1, introduced)

    def _is_first_and_last(self, said: _Said, at: int, after: int, introduced: bool) -> bool:
        words, first, last = self._words, said.words[at], said.words[after]
        if not (first.isalpha() and last.isalpha()) or said.words[after + 1] in words.bodies:
            return False
        capitals = said.mixed and said.capital[at] and said.capital[after]
        if last in self._only_last:
            return first in self._any_first or (capitals and first not in self._never_last)
        if last in self._any_last:
            told = introduced or (said.mixed and said.capital[after])
            return first in (self._any_first if told else words.first) and (told or last in self._last_after_first)
        if first in words.first and introduced and self._ends_like_a_name(last):
            return True
        likely = self._is_known(said, at) or (introduced and said.capital[at] and first not in self._never_last)
        return likely and self._is_capital_last(said, after)

    def _is_listed_last(self, said: _Said, at: int) -> bool:
        word = said.words[at]
        return word in self._only_last or (word in self._any_last and said.mixed and said.capital[at])

    def _is_capital_last(self, said: _Said, at: int) -> bool:
        word = said.words[at]
        return said.mixed and said.capital[at] and word.isalpha() and len(word) > 1 and word not in self._never_last

    def _ends_like_a_name(self, word: str) -> bool:
        return len(word) >= _LONG_ENOUGH and word.endswith(tuple(self._words.last_endings))


def _compiled(compiler: Compiler, phrase: str) -> Phrase:
    try:
        return compiler.compile(phrase)
    except PhraseError as error:
        raise PhraseError(f'"{phrase}": {error}') from error
