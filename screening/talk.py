"""One event's work in progress: the state as it changes, and the effects so far."""

from collections.abc import Mapping
from typing import Any

from screening.facts import Facts
from screening.library import Library
from screening.rules import Sitting
from screening.script import REPORTED, Ask, Go, Journey, Offers, Screen, Step
from screening.script import Area as AreaStep
from screening.state import DAYS, Answer, Choice, Effect, Position, Say, State


def sitting_of(library: Library, state: State, facts: Facts) -> Sitting:
    """A state and the world as the rules see them."""
    promised = state.reminder is not None or state.reminded is not None
    return Sitting(library, state.answers, facts.channel, state.diary, DAYS[facts.now.weekday()], promised)


class Talk:
    """What the functions of the engine pass along. Lives for one call of `advance` and no longer."""

    def __init__(self, library: Library, facts: Facts, state: State) -> None:
        self._library, self.facts, self.state = library, facts, state
        self.effects: list[Effect] = []
        self.forgotten = False
        self.comforted = False
        self.noticed = False
        self._echo: str | None = None

    @property
    def library(self) -> Library:
        """Everything a talk is made of, in the language of this one."""
        return self._library.speaking(self.state.language)

    def change(self, **update: Any) -> None:
        """Replace fields of the state."""
        self.state = self.state.model_copy(update=update)

    def echo(self, label: str) -> None:
        """The label of the choice just taken goes out with the next message."""
        self._echo = label

    def say(
        self,
        key: str,
        values: Mapping[str, str] | None = None,
        choices: tuple[Choice, ...] = (),
        progress: str | None = None,
        numbered: bool = True,
    ) -> None:
        """Add a message."""
        self.effects.append(Say(key, values or {}, choices, progress, self._echo, numbered, self.state.language))
        self._echo = None

    @property
    def sitting(self) -> Sitting:
        """The answers as the rules see them."""
        return sitting_of(self.library, self.state, self.facts)

    @property
    def journey(self) -> Journey:
        """The journey the person is in, at the revision they started on."""
        return self.library.journeys[(self.state.journey, self.state.revision)]

    @property
    def step(self) -> Step:
        """The step the person is at."""
        return self.journey.steps[self.state.step]

    @property
    def position(self) -> Position:
        """Where the person is."""
        return Position(journey=self.state.journey, step=self.state.step, item=self.state.item)

    def answer(self, name: str, value: Answer) -> None:
        """Store an answer by name."""
        self.change(answers={**self.state.answers, name: value})

    def drop(self, names: set[str]) -> None:
        """Forget answers by name."""
        self.change(
            answers={name: value for name, value in self.state.answers.items() if name not in names},
            settled=tuple(name for name in self.state.settled if name not in names),
        )

    def names_at(self, position: Position) -> tuple[str, ...]:
        """The names of the answers given at a position."""
        step = self.library.latest[position.journey].steps.get(position.step)
        if isinstance(step, Ask | Offers):
            return (step.answer, REPORTED) if isinstance(step, Ask) and step.scores else (step.answer,)
        if isinstance(step, Screen):
            return (f"{step.prefix}.{position.item}",)
        if isinstance(step, AreaStep):
            return ("area",)
        return tuple(step.sets) if isinstance(step, Go) else ()
