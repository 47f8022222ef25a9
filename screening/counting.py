"""What a talk adds to the figures: screens and needs not met, each once and corrected; and how far it came.

A step is counted once for each person a talk is about, and never taken out again: going back is no step forward. What
is counted of steps is tied to nothing else.
"""

from screening.needs import NOT_MET
from screening.rules import screen_score
from screening.script import Screen
from screening.state import Counted, Missed, Position, Stepped, Tally, Unmet
from screening.talk import Talk
from screening.values import unmet

UNKNOWN = "unknown"
TALK, OFFERED, RECORDED, ADVICE = "talk", "offered", "recorded", "advice"
"""Steps that are not one place in a journey."""
ADVISED = ("reached:brief_advice.goal", "started:safety_advice")
"""The first steps behind which brief advice, or the advice not to stop suddenly, was given."""


def count_step(talk: Talk, name: str) -> None:
    """Count this step, if it is the first time."""
    if name in talk.state.stepped:
        return
    talk.change(stepped=(*talk.state.stepped, name))
    talk.effects.append(Stepped(this_month(talk), name))
    if name in ADVISED:
        count_step(talk, ADVICE)


def at(mark: str, position: Position) -> str:
    """A question reached or answered, as a step: `reached:check_alcohol.audit.q1`."""
    return f"{mark}:{'.'.join(filter(None, (position.journey, position.step, position.item)))}"


def audience(talk: Talk) -> str:
    """Who the talk is for, as the figures count it: me, family, or the professional's role."""
    said = talk.sitting.said("audience")
    return str(talk.sitting.said("role") or "any_professional") if said == "professional" else str(said or "me")


def count_screen(talk: Talk, step: Screen) -> None:
    """Count this finished screen once: a correction, or the district once it is known, replaces the first count."""
    result = screen_score(talk.sitting, step)
    before = talk.state.counted.get(step.prefix)
    counted = Counted(
        month=before.month if before else this_month(talk),
        area=counted_area(talk),
        age_band=str(talk.sitting.said("age_band") or "declined"),
        audience=audience(talk),
        instrument=result.instrument,
        band=result.band or "incomplete",
    )
    recount(talk, step.prefix, counted)


def recount(talk: Talk, prefix: str, counted: Counted) -> None:
    """Count a screen, in the place of what was counted of it before."""
    before = talk.state.counted.get(prefix)
    if counted == before:
        return
    if before is not None:
        talk.effects.append(Tally(before, -1, prefix, talk.state.subject))
    talk.effects.append(Tally(counted, 1, prefix, talk.state.subject))
    talk.change(counted={**talk.state.counted, prefix: counted})


def count_unmet(talk: Talk) -> None:
    """Count what no service meets: each need once, and only while that is so."""
    month, before = this_month(talk), talk.state.missed
    missed = {
        need: Missed(
            month=before[need].month if need in before else month,
            area=counted_area(talk),
            age_band=str(talk.sitting.said("age_band") or "declined"),
            audience=audience(talk),
            need=need,
        )
        for need in unmet(talk.sitting, talk.facts)
    }
    talk.effects += [Unmet(was, -1) for need, was in before.items() if missed.get(need) != was]
    talk.effects += [Unmet(now, 1) for need, now in missed.items() if before.get(need) != now]
    talk.change(missed=missed)


def say_not_met(talk: Talk) -> None:
    """Say of what was asked for in particular that there is no service for it."""
    labels = talk.library.words.entry(NOT_MET, talk.state.language).choices
    asked = [labels[need] for need in talk.state.missed if need in labels]
    if asked:
        talk.say(NOT_MET, {"needs": ", ".join(asked)})


def counted_area(talk: Talk) -> str:
    """Where the person who needs help lives, as far as that is known."""
    return str(talk.sitting.said("area") or UNKNOWN)


def this_month(talk: Talk) -> str:
    """The month of this event, in the United Kingdom."""
    return talk.facts.now.strftime("%Y-%m")
