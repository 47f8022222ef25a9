"""Where a person is in a conversation, what can happen to them, and what comes of it.

State is JSON-safe and holds no name, no channel address and no free text. Effects say what happened; the bot makes it
so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from screening.wording import FIRST_LANGUAGE

SCHEMA = 1

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days of the week as the drink diary names them."""

Answer = str | int | None
"""A choice's value, a whole number, or None for "prefer not to say"."""


class Reminder(BaseModel):
    """What somebody asked to be written about later: the journey it opens, the few answers it needs, in which words."""

    model_config = ConfigDict(frozen=True)

    journey: str
    answers: Mapping[str, Answer]
    language: str = FIRST_LANGUAGE


class Event(BaseModel):
    """One thing a person did. `choice`: the id of the button pressed. `other`: a photo, a voice note and the like.

    `timer`: nobody did anything; the time of a `reminder` has come. `begin`: at the start, the journey to go to as soon
    as it is known who it is for.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["start", "text", "choice", "other", "stop", "timer"]
    text: str = ""
    choice: str = ""
    reminder: Reminder | None = None
    begin: str = ""


class Position(BaseModel):
    """A step of a journey, and the item of its instrument where the step runs one."""

    model_config = ConfigDict(frozen=True)

    journey: str
    step: str
    item: str | None = None


class Frame(BaseModel):
    """A journey waiting for the one it called to end."""

    model_config = ConfigDict(frozen=True)

    journey: str
    revision: int
    step: str


class Asked(BaseModel):
    """A question that was answered, and how many journeys were waiting then: what `back` returns to."""

    model_config = ConfigDict(frozen=True)

    position: Position
    stack: tuple[Frame, ...] = ()


class Counted(BaseModel):
    """A screen already in the figures, so that a correction can take it out again."""

    model_config = ConfigDict(frozen=True)

    month: str
    area: str
    age_band: str
    audience: str
    instrument: str
    band: str


class Missed(BaseModel):
    """A need asked for that no service meets, already in the figures, so that a correction can take it out again."""

    model_config = ConfigDict(frozen=True)

    month: str
    area: str
    age_band: str
    audience: str
    need: str


class Aside(BaseModel):
    """Something beside the waiting question, offered and not yet answered.

    `key`: its words. `wish`: what the person seems to want, an intent. `articles`: further ones that may be meant.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    wish: str | None = None
    articles: tuple[str, ...] = ()


class State(BaseModel):
    """A named position plus named answers. Frozen; each event makes a new one.

    `trail`: the questions answered on the way here, which `back` can return to. `settled`: names of answers behind the
    last point of no return (the menu, a recorded referral). `narrowed`: the choices left when an answer fitted several.
    `picked`: drinks added up, or choices picked, so far. `diary`: units by day of the week, as plain decimals.
    `counted`: finished screens in the figures, by whose answers they are. `hold`: the category of a safety
    interruption that waits for "are you safe right now?"; `gentle` where its advice was not given. `aside`: an offer
    beside the waiting question. `wish`: what was asked for and waits for the menu, as its choices, the best first, and
    `wish_needs`, as needs of the directory. `missed`: needs in the figures as not met, by need.
    `subject` numbers the people a talk was about, so that two clients are never taken for one; `stepped`: steps counted
    of the present one.
    `asked` numbers the questions, so that a button of an older one is known. `reminder`: what the person asked for and
    waits for its time; `reminded`: what was said at its time and waits for a word. `reduced`: the talk was deleted and
    only its reminder was left.
    """

    model_config = ConfigDict(frozen=True)

    schema_version: int = SCHEMA
    language: str = FIRST_LANGUAGE
    journey: str
    revision: int
    step: str
    item: str | None = None
    asked: int = 0
    answers: Mapping[str, Answer] = Field(default_factory=dict)
    trail: tuple[Asked, ...] = ()
    settled: tuple[str, ...] = ()
    stack: tuple[Frame, ...] = ()
    narrowed: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    diary: Mapping[str, str] = Field(default_factory=dict)
    misses: int = 0
    hold: str | None = None
    gentle: bool = False
    aside: Aside | None = None
    wish: tuple[str, ...] = ()
    wish_needs: tuple[str, ...] = ()
    missed: Mapping[str, Missed] = Field(default_factory=dict)
    counted: Mapping[str, Counted] = Field(default_factory=dict)
    subject: int = 0
    stepped: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    reminder: Reminder | None = None
    reminded: Reminder | None = None
    reduced: bool = False
    done: bool = False


@dataclass(frozen=True)
class Choice:
    """A button. The id carries the address of its question and fits Telegram's 64 bytes."""

    id: str
    label: str


@dataclass(frozen=True)
class Say:
    """One message to the person: a key of the wording, its values, and the choices that go with it.

    `numbered`: a typed number would choose by its place in the list; not so where a number is an answer of its own.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    progress: str | None = None
    answered: str | None = None
    numbered: bool = True
    language: str = FIRST_LANGUAGE


@dataclass(frozen=True)
class Refer:
    """The person means to use a service: one anonymised row of the ledger.

    `subject`: the number of the person the talk is about, so that nobody is counted twice; no part of the row.
    """

    reference: str
    month: str
    area: str
    age_band: str
    audience: str
    substance: str
    need: str
    band: str
    service: str
    subject: int = 0


@dataclass(frozen=True)
class Tally:
    """A screen to count (`by` 1), or one to take out again because it was corrected (`by` -1).

    `check`: the name its answers are kept under; each person counts once a month for each.
    """

    screen: Counted
    by: int
    check: str
    subject: int


@dataclass(frozen=True)
class Unmet:
    """A need that no service meets (`by` 1), or one to take out again because what was asked changed (`by` -1)."""

    missed: Missed
    by: int


@dataclass(frozen=True)
class Surveyed:
    """An answer to one question of the survey, to be counted by itself."""

    month: str
    question: str
    answer: str


@dataclass(frozen=True)
class Stepped:
    """A step reached for the first time in this talk, to be counted by itself, for the whole county."""

    month: str
    step: str


@dataclass(frozen=True)
class Interrupted:
    """A safety interruption of this category, for the operators' count; nothing of what was said."""

    category: str


@dataclass(frozen=True)
class Passed:
    """A journey was begun (or taken up again), or reached its end: for the operators' count."""

    journey: str
    mark: Literal["started", "finished"]


@dataclass(frozen=True)
class Remind:
    """Let this reminder's time come in so many days; it takes the place of any other of this talk."""

    days: int
    reminder: Reminder


@dataclass(frozen=True)
class Unremind:
    """No reminder of this talk is wanted any more."""


@dataclass(frozen=True)
class Forget:
    """Delete all that is kept of the talk, the references it was given, and what open months count of it.

    `checks`: the names under which screens may be counted; `subjects`: how many people the talk was about.
    """

    references: tuple[str, ...]
    checks: tuple[str, ...]
    subjects: int
    missed: tuple[Missed, ...]


Effect = Say | Refer | Tally | Unmet | Surveyed | Stepped | Interrupted | Passed | Remind | Unremind | Forget


@dataclass(frozen=True)
class Turn:
    """The new state (None: nothing is kept) and what happened, in order."""

    state: State | None
    effects: tuple[Effect, ...]
