"""The closed list of step kinds a journey may contain. Routes are tables; conditions are names of rules."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from screening.questionnaire import Frozen

REPORTED = "reported"
"""The answer that holds scores that were typed: `audit:24:2026-03+dudit:8:`."""
JOIN = "+"
"""Between the choices of an answer that has several."""
NONE = "none"
"""Of those, the choice that none fits: it stands alone, and the question is done."""


class Say(Frozen):
    """Say the step's words, then go on. `values` names the function that fills the placeholders.

    `each`: the function that lists what to say instead, each entry a message of its own; perhaps none.
    """

    kind: Literal["say"]
    values: str | None = None
    each: str | None = None
    next: str


class Ask(Frozen):
    """Ask one question: `choices`, or a whole `number`. `skip` adds "prefer not to say", stored as None.

    `quantity`: the choices are amounts (ages), so a bare number may mean the amount. `drinks`: with a number of units,
    drinks that can be picked instead, each with the words that say what it is (read by `units.py`). `several`: any
    number of the choices, stored joined by "+". `scores`: totals typed as "AUDIT 24" are noted until there are no more.
    `months`: this many months, from this one on, are choices too, stored as 2026-03. `open`: something to think about;
    whatever is said is the first choice, and none of it is kept.
    """

    kind: Literal["ask"]
    answer: str
    choices: tuple[str, ...] = ()
    number: tuple[int, int] | None = None
    quantity: bool = False
    drinks: Mapping[str, str] = Field(default_factory=dict)
    several: bool = False
    open: bool = False
    scores: bool = False
    months: int = 0
    skip: bool = False
    depends_on: tuple[str, ...] = ()
    routes: Mapping[str, str] = Field(default_factory=dict)
    next: str | None = None


class Screen(Frozen):
    """Run an instrument item by item, count the finished screen, then route on a rule's outcome.

    `answers`: the instrument whose items these are (FAST is made of AUDIT items), so that none is asked twice. `order`:
    another rule of which items are due than the instrument's own (the young go on to the whole AUDIT sooner).
    """

    kind: Literal["screen"]
    instrument: str
    answers: str | None = None
    order: str | None = None
    rule: str
    routes: Mapping[str, str]

    @property
    def prefix(self) -> str:
        """The instrument under whose name the answers are kept."""
        return self.answers or self.instrument


class Route(Frozen):
    """Go where a named rule says."""

    kind: Literal["route"]
    rule: str
    routes: Mapping[str, str]


class Area(Frozen):
    """Ask where the person who needs help lives; ask again until it is one district, outside, or not said."""

    kind: Literal["area"]
    routes: Mapping[Literal["one", "outside", "declined"], str]


class Offers(Frozen):
    """Show the services that fit, best first, each with its reasons, and ask which one the person means to use."""

    kind: Literal["offers"]
    answer: str = "service"
    depends_on: tuple[str, ...] = ("area", "age_band", "audience", "role", "substance")
    routes: Mapping[Literal["chosen", "not_now", "nothing"], str]


class Refer(Frozen):
    """Record that the person means to use the chosen service: one anonymised ledger row and a reference."""

    kind: Literal["refer"]
    next: str


class Go(Frozen):
    """Run another journey and come back. `sets` gives answers that are already known (a substance, say)."""

    kind: Literal["go"]
    journey: str
    sets: Mapping[str, str] = Field(default_factory=dict)
    next: str


class Remind(Frozen):
    """Promise to write again in so many `days`; what is said then leads into `journey`."""

    kind: Literal["remind"]
    journey: str
    days: int = Field(ge=1, le=366)
    next: str


class Unremind(Frozen):
    """Take such a promise back."""

    kind: Literal["unremind"]
    next: str


class Reword(Frozen):
    """Say everything in easy words from here on; where that is so already, in the usual ones."""

    kind: Literal["reword"]
    next: str


class Jot(Frozen):
    """Put the units just given into the drink diary, if they are meant to be, and forget what led there."""

    kind: Literal["jot"]
    next: str


class Survey(Frozen):
    """Count what was answered to these questions of the journey: each by itself, and none that was declined."""

    kind: Literal["survey"]
    answers: tuple[str, ...] = Field(min_length=1)
    next: str


class End(Frozen):
    """The journey is over: back to the one that called it, or to the menu."""

    kind: Literal["end"]


Step = Annotated[
    Say | Ask | Screen | Route | Area | Offers | Refer | Go | Remind | Unremind | Survey | Jot | Reword | End,
    Field(discriminator="kind"),
]
Waiting = Ask | Screen | Area | Offers
"""The kinds of step that wait for an answer."""


class Journey(Frozen):
    """A script: where it starts and its steps by name. A structural change needs a new `revision`.

    `fresh`: entering it means the talk is about another person, so every answer is dropped. `enough`: the step that
    "that's enough" leads to, which every question that can be skipped then offers. `unsafe`: the step to
    leave for, when a goal has become dangerous by what was told in the middle. `keeps`: begun from the menu it drops
    its own answers, but none of the journeys it leads to.
    """

    journey: str
    revision: int = Field(ge=1)
    fresh: bool = False
    enough: str | None = None
    unsafe: str | None = None
    keeps: bool = False
    start: str
    steps: Mapping[str, Step]

    def answers(self) -> Iterator[str]:
        """The names of the answers this journey's own steps collect; an instrument's as `audit.`, a prefix."""
        for step in self.steps.values():
            if isinstance(step, Ask | Offers):
                yield step.answer
                if isinstance(step, Ask) and step.scores:
                    yield REPORTED
            elif isinstance(step, Screen):
                yield f"{step.prefix}."
            elif isinstance(step, Area):
                yield "area"
            elif isinstance(step, Refer):
                yield "reference"


def targets(step: Step) -> Iterator[str]:
    """Every step this one can lead to inside its journey."""
    if isinstance(step, Screen | Route | Area | Offers | Ask):
        yield from step.routes.values()
    if isinstance(step, Say | Refer | Go | Remind | Unremind | Survey | Jot | Reword | Ask) and step.next is not None:
        yield step.next
