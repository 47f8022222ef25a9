"""A short reference that can be said aloud and written down: `otter-maple-river-42`.

Three of 256 everyday words and two digits: 1.7 thousand million possibilities. It names nobody, it is kept only as an
HMAC, and it is not a password: it only ever leads to a service and a day.
"""

import secrets
from functools import cache
from importlib.resources import files
from typing import Protocol

WORDS = 3


class Chooser(Protocol):
    """Where the randomness comes from: the `secrets` module, or a seeded one in a test."""

    def randbelow(self, exclusive_upper_bound: int, /) -> int: ...


@cache
def words() -> tuple[str, ...]:
    """The list: easy to spell and to hear, no two that sound alike, nothing to do with drink or drugs."""
    return tuple(files("directory").joinpath("data/reference_words.txt").read_text("utf-8").split())


def new_reference(rng: Chooser = secrets) -> str:
    """A fresh reference."""
    chosen = [words()[rng.randbelow(len(words()))] for _ in range(WORDS)]
    return "-".join([*chosen, f"{rng.randbelow(100):02}"])


def normalise(text: str) -> str:
    """The reference as it was given, however it is written: `Otter maple  River 42` is `otter-maple-river-42`."""
    return "-".join("".join(mark if mark.isalnum() else " " for mark in text.lower()).split())
