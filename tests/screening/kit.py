"""A small made-up world and a person who talks to the engine, for tests without directory, database or network.

State is stored as JSON and read again between turns, as the bot does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from screening.engine import advance
from screening.facts import Facts
from screening.library import Library, load_library
from screening.rules import Sitting
from screening.state import Answer, Effect, Event, Forget, Refer, Say, State, Tally, Turn

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Europe/London"))
ADULT_SERVICE, YOUNG_SERVICE, FAMILY_SERVICE = "adult-service", "young-service", "family-service"
YOUNG_BANDS = ("13_15", "16_17", "declined")


@cache
def library() -> Library:
    """The shipped content, loaded once for all tests."""
    return load_library()


@dataclass(frozen=True)
class Place:
    """A district."""

    code: str
    name: str
    locality: str | None = None


@dataclass(frozen=True)
class Found:
    """What a text means as a place."""

    outcome: str
    areas: tuple[Place, ...] = ()
    how: str = "name"


@dataclass(frozen=True)
class Sentence:
    """A line of the directory: a key of the wording and its values."""

    key: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """A service that is offered."""

    service_id: str
    name: str
    provider: str | None = "A provider"
    description: str = "Talks and groups."
    reasons: tuple[Sentence, ...] = (Sentence("directory.reason.alcohol"),)
    contact: tuple[Sentence, ...] = (Sentence("directory.contact.gp"),)
    meets: tuple[str, ...] = ()


UNMET_IN_SWALE = "housing"
THANET, SWALE = Place("E07000114", "Thanet"), Place("E07000113", "Swale")
SEVENOAKS, SWANLEY = Place("E07000111", "Sevenoaks"), Place("E07000111", "Sevenoaks", "Swanley")
PLACES = {
    "margate": Found("one", (THANET,)),
    "ct9 1aa": Found("one", (THANET,), "postcode"),
    "swanley": Found("one", (SWANLEY,)),
    "sittingbourne": Found("one", (SWALE,)),
    "minster": Found("many", (SWALE, THANET)),
    "magate": Found("many", (THANET,), "guess"),
    "london": Found("outside"),
    "me99 9zz": Found("invalid"),
}


@dataclass
class SmallWorld:
    """Facts of a county with three districts and a service for each age. Swale has nothing about drugs or housing."""

    now: datetime = NOW
    channel: str = "web"
    references: Sequence[str] = ()
    role: str | None = None
    _given: count = field(default_factory=lambda: count(1))

    @property
    def reference(self) -> str:
        return f"blue-otter-{next(self._given)}"

    def area(self, text: str) -> Found:
        return PLACES.get(text.strip().lower(), Found("none"))

    def area_name(self, code: str) -> str:
        return {place.code: place.name for place in (THANET, SWALE, SEVENOAKS)}[code.partition("-")[0]]

    def offers(
        self,
        *,
        area: str | None,
        age_band: str,
        audience: str,
        substances: Sequence[str],
        needs: Sequence[str],
        self_help: bool = True,
        gender: str | None = None,
    ) -> list[Service]:
        if age_band == "under_13" or (area == SWALE.code and "drugs" in substances):
            return []
        met = tuple(need for need in needs if need != UNMET_IN_SWALE or area != SWALE.code)
        young = age_band in YOUNG_BANDS
        own = (
            Service(YOUNG_SERVICE, "Young Kent", meets=met) if young else Service(ADULT_SERVICE, "Kent Help", meets=met)
        )
        return [own, Service(FAMILY_SERVICE, "Kent Families")] if audience == "family" else [own]


class Chat:
    """One person's conversation. `turn` is what came of the last event; `effects` of all of them."""

    def __init__(self, facts: Facts | None = None, state: State | None = None, content: Library | None = None) -> None:
        self.library = content or library()
        self.facts = facts or SmallWorld()
        self.state = state
        self.turn = Turn(state, ())
        self.effects: list[Effect] = []

    def send(self, event: Event) -> "Chat":
        """One event happens."""
        self.turn = advance(self.library, self.state, event, self.facts)
        kept = self.turn.state
        self.state = None if kept is None else State.model_validate_json(kept.model_dump_json())
        self.effects.extend(self.turn.effects)
        return self

    def start(self) -> "Chat":
        """They open the chat."""
        return self.send(Event(kind="start"))

    def says(self, *texts: str) -> "Chat":
        """They type these messages, one after the other."""
        for text in texts:
            self.send(Event(kind="text", text=text))
        return self

    def taps(self, *values: str | int) -> "Chat":
        """They press the button with this value under the newest question, then the next."""
        for value in values:
            self.send(Event(kind="choice", choice=self.button(value)))
        return self

    def button(self, value: str | int) -> str:
        """The id of a button of the newest question."""
        found = [choice.id for choice in self.choices if choice.id.rpartition("/")[2] == str(value)]
        assert found, f"no button {value!r} at {self.where}: {[choice.id for choice in self.choices]}"
        return found[0]

    @property
    def said(self) -> list[Say]:
        """What the last turn said."""
        return [effect for effect in self.turn.effects if isinstance(effect, Say)]

    @property
    def keys(self) -> list[str]:
        """The keys of what the last turn said."""
        return [say.key for say in self.said]

    @property
    def text(self) -> str:
        """The words of the last turn."""
        return "\n".join(self.library.words.text(say.key, say.values) for say in self.said)

    @property
    def choices(self) -> tuple:
        """The buttons of the newest message."""
        return self.said[-1].choices if self.said else ()

    @property
    def values(self) -> list[str]:
        """The values of those buttons."""
        return [choice.id.rpartition("/")[2] for choice in self.choices]

    @property
    def where(self) -> str:
        """`journey.step`, with the item where there is one."""
        assert self.state is not None
        return ".".join(part for part in (self.state.journey, self.state.step, self.state.item) if part)

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers in the state."""
        return dict(self.state.answers) if self.state else {}

    @property
    def tallies(self) -> list[Tally]:
        """Every count of a screen so far."""
        return [effect for effect in self.effects if isinstance(effect, Tally)]

    @property
    def referrals(self) -> list[Refer]:
        """Every referral so far."""
        return [effect for effect in self.effects if isinstance(effect, Refer)]

    @property
    def forgotten(self) -> list[Forget]:
        """Every deletion so far."""
        return [effect for effect in self.effects if isinstance(effect, Forget)]


def newcomer(facts: Facts | None = None) -> Chat:
    """Somebody who has just opened the chat."""
    return Chat(facts).start()


def adult(facts: Facts | None = None) -> Chat:
    """An adult here for themselves, at the menu."""
    return newcomer(facts).taps("me", "30_39")


def checking(facts: Facts | None = None, pregnancy: str = "no") -> Chat:
    """An adult at the first AUDIT question."""
    return adult(facts).taps("check", pregnancy)


def sheet(points: str) -> dict[str, int | None]:
    """`"3 1 2 - - - - - 0 ?"` as AUDIT answers by item: `-` was not asked, `?` was asked and declined."""
    marks = {f"q{number}": mark for number, mark in enumerate(points.split(), start=1)}
    return {item: None if mark == "?" else int(mark) for item, mark in marks.items() if mark != "-"}


def sitting(points: str, **said: Answer) -> Sitting:
    """A sitting with this AUDIT sheet and these other answers."""
    return Sitting(library(), {**{f"audit.{item}": value for item, value in sheet(points).items()}, **said})
