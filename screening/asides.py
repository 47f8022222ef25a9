"""An offer beside the waiting question: to leave it for what was asked for, or another article. The question stays.

Anything else that is said takes the offer back and is heard as usual.
"""

from screening.state import Aside, Choice, Event
from screening.talk import Talk
from screening.understanding.reading import Chosen, Option, read_choice
from screening.wishes import OFFERS


def offer(talk: Talk, key: str, wish: str | None = None, articles: tuple[str, ...] = ()) -> None:
    """Make an offer: `wish`, an intent that can be granted; `articles` that may be meant instead of the one told."""
    talk.change(aside=Aside(key=key, wish=wish, articles=articles))
    name = talk.library.words.text(f"wishes.{wish}.name") if wish else ""
    choices = tuple(Choice(_address(talk, option.value), option.label) for option in _options(talk, key))
    talk.say(key, {"wish": name}, choices)


def answered(talk: Talk, event: Event) -> str | None:
    """`do`, `carry_on` or `other` where the event answers the offer that waits; else None."""
    if talk.state.aside is None:
        return None
    options = _options(talk, talk.state.aside.key)
    if event.kind == "choice":
        return next((option.value for option in options if event.choice == _address(talk, option.value)), None)
    reading = read_choice(options, event.text) if event.kind == "text" else None
    return reading.value if isinstance(reading, Chosen) else None


def _options(talk: Talk, key: str) -> tuple[Option, ...]:
    entry = talk.library.words.entry(key)
    return tuple(Option(value, entry.choices[value], entry.words.get(value, ())) for value in OFFERS[key])


def _address(talk: Talk, value: str) -> str:
    return f"aside/{talk.state.asked}/{value}"
