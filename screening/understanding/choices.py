"""What can be chosen, and what an answer in words may turn out to be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """A choice as shown: its value, its label, and other words that mean the same.

    `asked`: the printed question, where it answers one; what that is about may be repeated. `aside`: no answer to what
    is asked but a way past it ("prefer not to say").
    """

    value: str
    label: str
    words: tuple[str, ...] = ()
    asked: str = ""
    aside: bool = False


@dataclass(frozen=True)
class Chosen:
    """The text means this option and no other."""

    value: str


@dataclass(frozen=True)
class Unsure:
    """The text may mean any of these, the likeliest first (or, if there is one, only perhaps that): ask."""

    values: tuple[str, ...]


Reading = Chosen | Unsure | None
"""None: nothing understood."""


def answers(options: Sequence[Option]) -> list[Option]:
    """The options that answer what is asked."""
    return [option for option in options if not option.aside]


def reading(values: Iterable[str], sure: bool = True) -> Reading:
    """What it comes to that the text may mean these values; `sure` counts where there is only one."""
    meant = tuple(dict.fromkeys(values))
    if not meant:
        return None
    return Chosen(meant[0]) if sure and len(meant) == 1 else Unsure(meant)
