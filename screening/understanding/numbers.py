"""Whole numbers and ranges in a short answer: "ten or so", "7-9", "more than 10"."""

import re
from dataclasses import dataclass

from screening.understanding.normalise import fold, words

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBER_WORDS = {name: number for number, name in enumerate(_NAMES.split())} | {
    name: 10 * tens for tens, name in enumerate(_TENS.split(), 2)
}
_ORDINAL_NAMES = "first second third fourth fifth sixth seventh eighth ninth tenth"
ORDINALS = {name: place for place, name in enumerate(_ORDINAL_NAMES.split(), 1)} | {
    f"{place}{'th' if place > 3 else ('st', 'nd', 'rd')[place - 1]}": place for place in range(1, 11)
}

LONGEST_NUMBER = 9
"""Digits; anything longer is out of every range."""

_NOT_WHOLE = re.compile(r"\d\s*[.,]\s*\d|[%£$€]|\d\s*⁄")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}\b)")
_NEGATIVE = re.compile(r"(?<!\w)[-–−](?=\d)|\bminus\b")
_PADDING = frozenset(
    words(
        "about around roughly approx approximately maybe probably usually normally like i im id ive say think guess its"
        " it would be is the just only please unit units years old aged age a day typical on drink have er um"
        " time times drinking normal"
    )
)
_OR = "(?:to|or|and|but|sometimes|maybe|possibly|even|occasionally)"
_RANGES = tuple(
    (re.compile(pattern), low, high)
    for pattern, low, high in (
        (r"(?:less than|under|fewer than|below) (\d+)", None, -1),
        (r"(?:up to|at most|no more than|max) (\d+)|(\d+) (?:or (?:less|fewer|under|younger)|at most|max)", None, 0),
        (r"(?:more than|over|above) (\d+)", 1, None),
        (r"at least (\d+)|(\d+) (?:or (?:more|over|older|above)(?: or more)?|plus|up|at least)", 0, None),
        (rf"(?:(?:anything|anywhere) )?(?:(?:between|from) )?(\d+) (?:{_OR} ){{0,3}}(\d+)(?: or so| at most)?", 0, 0),
        (r"(\d+) odd", 0, 9),
        (r"(\d+)(?: or so)?", 0, 0),
    )
)


@dataclass(frozen=True)
class Span:
    """Whole numbers from `least` to `most`, both included; `most` None has no end."""

    least: int
    most: int | None

    def meets(self, other: "Span") -> bool:
        return (other.most is None or self.least <= other.most) and (self.most is None or other.least <= self.most)


@dataclass(frozen=True)
class OutOfRange:
    """A number, but not one that can be the answer."""


def digits(said: tuple[str, ...]) -> tuple[str, ...]:
    """Number words as digits: ("twenty", "five") is ("25",)."""
    found: list[str] = []
    tens = False
    for word in said:
        number = NUMBER_WORDS.get(word)
        if number is not None and tens and 0 < number < 10:
            found[-1] = str(int(found[-1]) + number)
        else:
            found.append(word if number is None else str(number))
        tens = number is not None and number >= 20
    return tuple(found)


def read_span(said: tuple[str, ...]) -> Span | None:
    """The one amount that these words are, beside words that add nothing ("about", "units"); None if there is more."""
    plain = " ".join(word for word in digits(said) if word not in _PADDING)
    if sum(map(str.isdigit, plain)) > 2 * LONGEST_NUMBER:
        return None
    for pattern, low, high in _RANGES:
        if match := pattern.fullmatch(plain):
            numbers = sorted(int(number) for number in match.groups() if number)
            return Span(
                0 if low is None else numbers[0] + low,
                None if high is None else numbers[-1] + high,
            )
    return None


def read_number(text: str, least: int, most: int) -> int | OutOfRange | None:
    """The whole number that `text` is ("10", "ten or so", "10ish"), if it is from `least` to `most`.

    None where there is no number, more than one ("10-12"), a part of one ("2.5"), or other words that may change it.
    """
    plain = _THOUSANDS.sub("", fold(text))
    if _NOT_WHOLE.search(plain):
        return None
    said = words(plain)
    negative = _NEGATIVE.search(plain) is not None
    said = tuple(word for word in said if word != "minus")
    if any(word.isdecimal() and len(word) > LONGEST_NUMBER for word in said):
        return OutOfRange() if len(said) == 1 else None
    span = read_span(said)
    if span is None or span.least != span.most:
        return None
    return span.least if least <= span.least <= most and not negative else OutOfRange()


def is_whole(text: str) -> bool:
    """False where `text` holds a negative number or a part of one, which no choice can be read from."""
    plain = fold(text)
    return not (_NOT_WHOLE.search(plain) or _NEGATIVE.search(plain))
