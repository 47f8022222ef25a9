"""A talk begun at any step of a journey, for those who try its words: as a made-up person; nothing is kept of it."""

from collections.abc import Mapping

from screening.engine import advance
from screening.facts import Facts
from screening.library import Library
from screening.state import Answer, Event, State, Turn
from screening.talk import Talk
from screening.walking import walk

PEOPLE: Mapping[str, Mapping[str, Answer]] = {
    "adult": {"audience": "me", "age_band": "30_39"},
    "young": {"audience": "me", "age_band": "16_17"},
    "family": {"audience": "family", "age_band": "40_49"},
    "professional": {"audience": "professional", "role": "gp", "age_band": "30_39"},
}
"""Made-up people, and what they have said of themselves before the step."""


class NotFromHere(Exception):
    """A step cannot be tried like this: it needs answers of steps before it, or suits no such person."""


def begin_at(library: Library, journey: str, step: str, who: str, facts: Facts) -> Turn:
    """What is said from this step on to one of `PEOPLE`. Raises `NotFromHere`."""
    found = library.latest.get(journey)
    if found is None or step not in found.steps or who not in PEOPLE:
        raise NotFromHere
    state = State(journey=journey, revision=found.revision, step=step, answers=PEOPLE[who])
    talk = Talk(library, facts, state)
    try:
        walk(talk)
    except (LookupError, ValueError) as error:
        raise NotFromHere from error
    return Turn(talk.state, tuple(talk.effects))


def go_on(library: Library, state: State, event: Event, facts: Facts) -> Turn:
    """The next turn of such a talk. Raises `NotFromHere` where it needs what only the steps left out would tell."""
    try:
        return advance(library, state, event, facts)
    except (LookupError, ValueError) as error:
        raise NotFromHere from error
