"""Text -> the words of a sentence about drinks: numbers, measures, sizes, drinks, strengths. Nothing is decided."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from rapidfuzz.distance import OSA

from screening.drinks import Drink, Drinks
from screening.understanding.normalise import fold, squeeze
from screening.understanding.numbers import NUMBER_WORDS

LONGEST_NUMBER = 9
"""Digits; anything longer is no amount of drink."""
SHORTEST_TYPO = 5
"""Letters a word must have before one slip in it is read as a drink: the shorter, the likelier another word."""

WordKind = Literal[
    "number",
    "range",
    "pack",
    "measure",
    "size",
    "drink",
    "ml",
    "abv",
    "units",
    "free",
    "soft",
    "a",
    "and",
    "and_half",
    "or",
    "dash",
    "of",
    "times",
    "filler",
    "frequency",
    "shared",
    "refusal",
    "break",
    "other",
]

_Tokens = tuple[str, ...]
_TOKEN = re.compile(r"\d+\s*/\s*\d+(?!\d)|\d+(?:[.,]\d+)?|[^\W\d_]+|[%+&,;:.!?\n()]|[-–—]|[£$€]|[🍺🍷🥂🍾🥃🍸🍹]")
_FRACTIONS = str.maketrans({"½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3"})
_AND_A_FRACTION = re.compile(r"(?<=\d)\s+(?=1\s*/\s*2\b|1\s*/\s*4\b|3\s*/\s*4\b)")
_PARTS = {"1/2": "0.5", "1/4": "0.25", "3/4": "0.75", "1/3": "0.33", "2/3": "0.67"}
_THOUSANDS = re.compile(r"\d{1,3},\d{3}")
_VOLUMES = {"ml": 1, "mls": 1, "cl": 10, "cls": 10, "l": 1000, "ltr": 1000, "ltrs": 1000, "litre": 1000}
_VOLUMES |= {"litres": 1000, "liter": 1000, "liters": 1000, "oz": 28}
_STRENGTHS = frozenset({"%", "percent", "abv", "vol", "proof"})
_MONEY = frozenset("£$€")
_PACKS = frozenset({"pack", "packs", "pk", "packer"})
_PLAIN: Mapping[str, WordKind] = {
    **dict.fromkeys(("and", "&", "+", "n"), "and"),
    **dict.fromkeys(("a", "an"), "a"),
    **dict.fromkeys(("or", "to"), "or"),
    **dict.fromkeys(("-", "–", "—"), "dash"),
    **dict.fromkeys(("unit", "units"), "units"),
    **dict.fromkeys((",", ";", ":", ".", "!", "?", "\n"), "break"),
    **dict.fromkeys(("(", ")"), "filler"),
    "of": "of",
    "x": "times",
}


@dataclass(frozen=True)
class Lexeme:
    """One word or phrase. `value`: its amount; `name`: which measure or size; `word`: a vague amount as said."""

    kind: WordKind
    value: Decimal = Decimal(1)
    name: str = ""
    word: str = ""
    plural: bool = False
    drink: Drink | None = None


class Vocabulary:
    """All the words of drinks.yaml, ready to be looked up."""

    def __init__(self, drinks: Drinks) -> None:
        self._phrases: dict[_Tokens, Lexeme] = {}
        for kind, phrases in self._lists(drinks):
            for phrase in phrases:
                self._phrases[_tokens(phrase)] = Lexeme(kind)
        for amounts, vague in ((drinks.amounts, False), (drinks.vague, True)):
            for phrase, value in amounts.items():
                self._phrases[_tokens(phrase)] = Lexeme("number", value, word=phrase if vague else "")
        for name, phrases in drinks.sizes_said.items():
            self._add(phrases, Lexeme("size", name=name))
        for name, phrases in drinks.measures_said.items():
            self._add(phrases, Lexeme("measure", name=name))
        for drink in drinks.drinks:
            self._add(drink.names, Lexeme("drink", drink=drink))
        self._longest = max(map(len, self._phrases))
        self._words = {word for tokens in self._phrases for word in tokens} | set(drinks.not_misspelt)

    @staticmethod
    def _lists(drinks: Drinks) -> Iterator[tuple[WordKind, Iterable[str]]]:
        yield "filler", drinks.fillers
        yield "soft", drinks.soft
        yield "free", drinks.alcohol_free
        yield "frequency", drinks.frequency
        yield "shared", drinks.shared
        yield "refusal", drinks.refusals
        yield "break", drinks.breaks
        yield "other", drinks.not_drinks
        yield "and_half", ("and a half", "& a half")

    def _add(self, phrases: Iterable[str], lexeme: Lexeme) -> None:
        for phrase in phrases:
            for plural, tokens in _forms(_tokens(phrase)):
                self._phrases.setdefault(
                    tokens, Lexeme(lexeme.kind, name=lexeme.name, drink=lexeme.drink, plural=plural)
                )

    @cached_property
    def _drink_words(self) -> Mapping[str, tuple[str, ...]]:
        """One-word names of drinks that a slip may be put right to, by first letter."""
        found: dict[str, tuple[str, ...]] = {}
        for tokens, lexeme in self._phrases.items():
            if lexeme.kind == "drink" and len(tokens) == 1 and len(tokens[0]) >= SHORTEST_TYPO:
                found[tokens[0][0]] = (*found.get(tokens[0][0], ()), tokens[0])
        return found

    def read(self, text: str) -> list[Lexeme]:
        """The lexemes of `text`, in order."""
        tokens = tuple(self._spelt(token) for token in _tokens(text))
        found: list[Lexeme] = []
        at = 0
        while at < len(tokens):
            lexeme, length = self._phrase(tokens, at) or _amount(tokens, at) or (_plain(tokens[at]), 1)
            found.append(lexeme)
            at += length
        return found

    def _phrase(self, tokens: _Tokens, at: int) -> tuple[Lexeme, int] | None:
        for length in range(min(self._longest, len(tokens) - at), 0, -1):
            lexeme = self._phrases.get(tokens[at : at + length])
            if lexeme is not None:
                return lexeme, length
        return None

    def _spelt(self, token: str) -> str:
        """`token`, or the drink it is one slip away from; another first letter is another word."""
        if len(token) < SHORTEST_TYPO or not token.isalpha() or token in self._words:
            return token
        near = [word for word in self._drink_words.get(token[0], ()) if OSA.distance(token, word, score_cutoff=1) <= 1]
        return near[0] if near else token


def _tokens(text: str) -> _Tokens:
    plain = _AND_A_FRACTION.sub(" and ", fold(text.translate(_FRACTIONS)))
    return tuple(token if token[0].isdigit() else squeeze(token) for token in _TOKEN.findall(plain))


def _forms(tokens: _Tokens) -> Iterator[tuple[bool, _Tokens]]:
    """A name as it is and its plural: "pint", "pints"; "glass", "glasses"; "brandy", "brandies"."""
    yield False, tokens
    last = tokens[-1]
    yield True, (*tokens[:-1], f"{last}{'es' if last[-1] in 'sxzh' else 's'}")
    if last.endswith("y"):
        yield True, (*tokens[:-1], f"{last[:-1]}ies")


def _plain(token: str) -> Lexeme:
    return Lexeme(_PLAIN.get(token, "other"))


def _amount(tokens: _Tokens, at: int) -> tuple[Lexeme, int] | None:
    """A number and what it counts, where that is a volume, a strength or a pack: "70 cl", "7.5%", "6-pack"."""
    if tokens[at] in _MONEY:
        return Lexeme("other"), 2
    value = _number(tokens[at])
    if value is None:
        return _pack_of(tokens, at)
    rest = tokens[at + 1 : at + 4]
    if rest[:1] in (("-",), ("–",)) and rest[1:2]:
        dash, rest = 1, rest[1:]
    else:
        dash = 0
    following = rest[0] if rest else ""
    if following in _VOLUMES and tokens[at][0].isdigit():
        return Lexeme("ml", value * _VOLUMES[following]), 2 + dash
    if following in _STRENGTHS:
        return Lexeme("abv", value), 2 + dash + (len(rest) > 1 and rest[1] in _STRENGTHS)
    if following == "per" and rest[1:2] == ("cent",):
        return Lexeme("abv", value), 3 + dash
    if following in _PACKS:
        return Lexeme("pack", value), 2 + dash
    if tokens[at] == "0.0":
        return Lexeme("free"), 1
    return Lexeme("range" if "/" in tokens[at] and tokens[at] not in _PARTS else "number", value), 1


def _pack_of(tokens: _Tokens, at: int) -> tuple[Lexeme, int] | None:
    if tokens[at] in _PACKS and tokens[at + 1 : at + 2] == ("of",) and at + 2 < len(tokens):
        value = _number(tokens[at + 2])
        return (Lexeme("pack", value), 3) if value is not None else None
    return None


def _number(token: str) -> Decimal | None:
    if token in NUMBER_WORDS:
        return Decimal(NUMBER_WORDS[token])
    if not token[0].isdecimal() or len(token) > LONGEST_NUMBER:
        return None
    bare = "".join(token.split())
    if "/" in bare:
        return Decimal(_PARTS.get(bare, "0")) or max(Decimal(part) for part in bare.split("/"))
    return Decimal(bare.replace(",", "") if _THOUSANDS.fullmatch(bare) else bare.replace(",", "."))
