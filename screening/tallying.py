"""Adding up drinks in the chat, picked from a list or typed. A total is taken only once the person agrees to it."""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from screening.script import Ask
from screening.talk import Talk
from screening.units import DrinksRead, Note, shown

DONE, CLEAR = "done", "clear"
"""Values of "that's all" and "start again" under a list of drinks."""


def read_sizes(talk: Talk, text: str) -> DrinksRead | None:
    """What was drunk, where the text names drinks; None where it names none (a bare number is read as an answer)."""
    read = talk.library.drinks.read(text)
    return read if read.total is not None and any(item.ml is not None for item in read.items) else None


def say_read(talk: Talk, read: DrinksRead) -> None:
    """Say what was understood and what was assumed."""
    words = talk.library.words
    lines = [
        words.text(
            "units.line", {"quantity": f"{item.quantity.normalize():f}", "drink": item.name, "units": shown(item.units)}
        )
        for item in read.items
    ]
    assumed = [_note(talk, note) for note in read.assumed]
    talk.say(
        "units.understood",
        {
            "lines": "\n".join(lines),
            "units": shown(read.total or Decimal(0)),
            "assumed": "\n".join([words.text("units.assumed.lead"), *assumed]) if assumed else "",
        },
    )


def _note(talk: Talk, note: Note) -> str:
    words = talk.library.words
    return words.text("find_help.bullet", {"line": words.text(note.key, note.values)})


def picked_total(talk: Talk, step: Ask) -> Decimal:
    """Units in the drinks picked so far."""
    return sum((talk.library.picks[step.drinks[value]] for value in talk.state.picked), Decimal(0))


def picked_values(talk: Talk, step: Ask) -> Mapping[str, str]:
    """The drinks picked so far, in words, and what they come to."""
    words, key = talk.library.words, f"{talk.state.journey}.{talk.state.step}"
    lines = [
        words.text("units.picked_line", {"quantity": str(times), "drink": words.label(key, value)})
        for value, times in Counter(talk.state.picked).items()
    ]
    return {"lines": "\n".join(lines), "units": shown(picked_total(talk, step))}


def whole_units(total: Decimal) -> int:
    """Units as the printed options count them: the nearest whole unit, half up."""
    return int(total.quantize(Decimal(1), ROUND_HALF_UP))


def stored_units(total: Decimal) -> str:
    """A total as an answer: a plain decimal, JSON-safe."""
    return f"{total:f}"
