"""How the lists of personal.yaml are written: blocks of words, and phrases of which one may stand in a folded text."""

import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator

from screening.understanding.normalise import fold


def _block(value: object) -> object:
    return frozenset(fold(value).split()) if isinstance(value, str) else value


Words = Annotated[frozenset[str], BeforeValidator(_block)]
"""A block of words separated by spaces."""


def one_of(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases as whole words, with any mark between the words ("d.o.b", "d o b")."""
    longest_first = sorted((fold(phrase).split() for phrase in phrases), key=lambda words: (-len(words), words))
    either = "|".join(r"\W{1,3}".join(map(re.escape, words)) for words in longest_first)
    return rf"(?<![^\W_])(?:{either})(?![^\W_])"


def either(words: Words) -> str:
    """A pattern for any of the words, and no longer word."""
    return rf"(?:{'|'.join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))})(?![^\W_])"
