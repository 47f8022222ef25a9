"""A code to keep and say aloud: which check was done, its score and the month. Nothing else is in it.

Eight characters out of 31 that are not mistaken for one another. Five hold the fields, and the first two of them are
always digits, so that no word is ever a code. Three check the rest: a Reed-Solomon code over the prime 31 (Reed and
Solomon 1960), in which up to three wrong characters are always found, and so are two that changed places.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = "23456789"
ALPHABET = DIGITS + "ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O."""
PRIME = len(ALPHABET)
RADICES = (len(DIGITS), len(DIGITS), PRIME, PRIME, PRIME)
"""How many values each of the first five characters can have."""
GENERATOR = (23, 10, 15)
"""(x - 3)(x - 9)(x - 27) = x³ + 23x² + 10x + 15, modulo 31."""
INSTRUMENTS = ("audit", "audit_c", "dudit")
"""By place. Codes that people keep depend on it: add at the end, never move or remove one."""
MOST_INSTRUMENTS, MOST_TOTALS = 16, 64
FIRST_YEAR, YEARS = 2026, 85
MONTHS = 12 * YEARS
_SHAPE = re.compile(r"([A-Z0-9]{4})[ \-\u2010-\u2014]?([A-Z0-9]{4})\.?", re.ASCII)


@dataclass(frozen=True)
class Kept:
    """A finished result: the instrument's id, the total, and the month as 2026-03."""

    instrument: str
    total: int
    month: str

    def __str__(self) -> str:
        """As it is stored: `audit:14:2026-03`."""
        return f"{self.instrument}:{self.total}:{self.month}"


def stored(text: str) -> Kept:
    """The result that was stored as this text."""
    instrument, total, month = text.split(":")
    return Kept(instrument, int(total), month)


def written(kept: Kept) -> str:
    """The code of a result: four signs, a hyphen, four signs. Raises ValueError for what no code can hold."""
    year, month = (int(part) for part in kept.month.split("-"))
    months = (year - FIRST_YEAR) * 12 + month - 1
    if not (0 <= months < MONTHS and 0 <= kept.total < MOST_TOTALS and kept.instrument in INSTRUMENTS):
        raise ValueError(f"no code holds {kept}")
    number = (kept.total * MOST_INSTRUMENTS + INSTRUMENTS.index(kept.instrument)) * MONTHS + months
    fields = _fields(number)
    code = "".join(ALPHABET[symbol] for symbol in (*fields, *_checks(fields)))
    return f"{code[:4]}-{code[4:]}"


def read(text: str) -> Kept | None:
    """The result that the whole of `text` is a code of, in small or capital letters. None where it is no code."""
    characters = _characters(text)
    if not set(characters) <= set(ALPHABET):
        return None
    symbols = [ALPHABET.index(character) for character in characters]
    fields, checks = symbols[: len(RADICES)], symbols[len(RADICES) :]
    if not fields or checks != _checks(fields) or any(s >= r for s, r in zip(fields, RADICES, strict=True)):
        return None
    number, months = divmod(_number(fields), MONTHS)
    total, instrument = divmod(number, MOST_INSTRUMENTS)
    if instrument >= len(INSTRUMENTS) or total >= MOST_TOTALS:
        return None
    return Kept(INSTRUMENTS[instrument], total, f"{FIRST_YEAR + months // 12}-{months % 12 + 1:02}")


def mistyped(text: str) -> bool:
    """Whether the whole of `text` is one slip away from a code: a wrong character, or two neighbours swapped."""
    characters = _characters(text)
    return any(character.isdigit() for character in characters[:2]) and any(map(read, _mended(characters)))


def _mended(characters: str) -> Iterator[str]:
    """Every text from which this one comes by one slip."""
    for place in range(len(characters)):
        before, after = characters[:place], characters[place + 1 :]
        yield from (before + character + after for character in ALPHABET)
        yield before + after[:1] + characters[place] + after[1:]


def _characters(text: str) -> str:
    """The eight characters of a text in the shape of a code; nothing for any other."""
    found = _SHAPE.fullmatch(text.strip().upper())
    return "".join(found.groups()) if found else ""


def _fields(number: int) -> list[int]:
    symbols = []
    for radix in reversed(RADICES):
        number, symbol = divmod(number, radix)
        symbols.append(symbol)
    return symbols[::-1]


def _number(fields: list[int]) -> int:
    number = 0
    for symbol, radix in zip(fields, RADICES, strict=True):
        number = number * radix + symbol
    return number


def _checks(fields: list[int]) -> list[int]:
    """Three symbols that make fields and checks together a multiple of the generator."""
    rest = [0, 0, 0]
    for symbol in fields:
        lead = symbol + rest[0]
        shifted = (rest[1], rest[2], 0)
        rest = [(each - lead * factor) % PRIME for each, factor in zip(shifted, GENERATOR, strict=True)]
    return [-symbol % PRIME for symbol in rest]
