"""How far a talk comes, for the county's figures of who goes on and who stops.

A step is counted once for each person a talk is about, and never taken out again: going back is no step forward. What
is counted of steps is tied to nothing else.
"""

from screening.state import Position, Stepped
from screening.talk import Talk

TALK, OFFERED, RECORDED, ADVICE = "talk", "offered", "recorded", "advice"
"""Steps that are not one place in a journey."""
ADVISED = ("reached:brief_advice.gains", "started:safety_advice")
"""The first steps behind which brief advice, or the advice not to stop suddenly, was given."""


def count_step(talk: Talk, name: str) -> None:
    """Count this step, if it is the first time."""
    if name in talk.state.stepped:
        return
    talk.change(stepped=(*talk.state.stepped, name))
    talk.effects.append(Stepped(f"{talk.facts.now:%Y-%m}", name))
    if name in ADVISED:
        count_step(talk, ADVICE)


def at(mark: str, position: Position) -> str:
    """A question reached or answered, as a step: `reached:check_alcohol.audit.q1`."""
    return f"{mark}:{'.'.join(filter(None, (position.journey, position.step, position.item)))}"
