"""Walk a journey until a step waits for an answer. A question whose answer is known is not asked again."""

from collections.abc import Callable, Mapping
from typing import Any

from screening.asking import DECLINED, NOT_NOW, OUTSIDE, area_label, pose
from screening.counting import count_referral, count_screen, count_unmet, move_screens
from screening.diary import ASKED, entered
from screening.library import FIRST_JOURNEY, MENU_JOURNEY, Library
from screening.needs import NOT_MET
from screening.picking import whole
from screening.referral import EACH
from screening.reminding import remind, unremind
from screening.rescreening import carry_results
from screening.rewording import reword_otherwise
from screening.rules import RULES, met
from screening.scoring import items_due, next_item
from screening.script import (
    Area,
    Ask,
    End,
    Go,
    Jot,
    Journey,
    Offers,
    Refer,
    Remind,
    Route,
    Say,
    Screen,
    Survey,
    Unremind,
)
from screening.script import Reword as RewordStep
from screening.staff_door import known_of
from screening.state import Answer, Asked, Frame, Passed
from screening.steps import OFFERED, RECORDED, TALK, at, count_step
from screening.surveying import count_answers
from screening.talk import Talk
from screening.values import VALUES, offer_values, offers

MOST_STEPS = 50
"""Steps in one event without waiting: more is a loop in a journey."""
ASKED_FOR = "asked_for"
"""The answer that holds what was asked for in particular, in the directory's tags, until the menu comes again."""


class EndlessJourney(Exception):
    """A journey went round without ever waiting. Names it; a test walks every journey so that this stays unseen."""


def enter(talk: Talk, journey_name: str) -> None:
    """Go to the first step of a journey."""
    journey = talk.library.latest[journey_name]
    if journey.fresh:
        talk.change(answers=known_of(talk.facts.role), trail=(), settled=(), counted={}, missed={}, diary={})
        talk.change(subject=talk.state.subject + 1, stepped=(TALK,))
    if set(talk.state.wish) & set(choices_to(talk.library, journey_name)):
        talk.change(wish=())
    talk.change(journey=journey.journey, revision=journey.revision, step=journey.start, item=None, narrowed=())
    talk.effects.append(Passed(journey.journey, "started"))
    count_step(talk, f"started:{journey.journey}")


def choices_to(library: Library, journey_name: str) -> tuple[str, ...]:
    """The choices of the menu that lead to a journey: a wish for one of them is granted there."""
    steps = library.latest[MENU_JOURNEY].steps
    return tuple(
        choice
        for step in steps.values()
        if isinstance(step, Ask)
        for choice, target in step.routes.items()
        if isinstance(there := steps[target], Go) and there.journey == journey_name
    )


def begin(talk: Talk, journey_name: str) -> None:
    """Enter a journey from the menu: anew, or where the person left in the middle of its questions."""
    left = _left_at(talk, talk.library.latest[journey_name])
    if left is None:
        _drop_answers_of(talk, journey_name)
    enter(talk, journey_name)
    if left is not None:
        talk.change(step=left)


def frame_here(talk: Talk) -> Frame:
    """Where the person is, for a journey that is to return here."""
    return Frame(journey=talk.state.journey, revision=talk.state.revision, step=talk.state.step)


def _left_at(talk: Talk, journey: Journey) -> str | None:
    """The step whose questions were begun and not finished, if there is one; forms that share answers begin anew."""
    for name, step in journey.steps.items():
        if isinstance(step, Screen) and step.answers is None:
            answers = talk.sitting.items(step.prefix)
            if answers and next_item(talk.library.screened(step), answers) is not None:
                return name
    return None


def _drop_answers_of(talk: Talk, journey_name: str) -> None:
    """Forget what a journey, and those it leads to, asked before."""
    within = {journey_name} if talk.library.latest[journey_name].keeps else _within(talk, journey_name)
    journeys = [talk.library.latest[name] for name in within]
    names = {name for journey in journeys for name in journey.answers()}
    screened = {name.removesuffix(".") for name in names if name.endswith(".")}
    carry_results(talk, screened)
    talk.change(counted={key: counted for key, counted in talk.state.counted.items() if key not in screened})
    prefixes = tuple(name for name in names if name.endswith("."))
    talk.drop({name for name in talk.state.answers if name in names or (prefixes and name.startswith(prefixes))})


def _within(talk: Talk, journey_name: str) -> set[str]:
    """A journey and every journey it can go to."""
    found, ahead = set[str](), [journey_name]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            steps = talk.library.latest[name].steps.values()
            ahead.extend(step.journey for step in steps if isinstance(step, Go))
    return found


def cut_short(talk: Talk, ends_at: str) -> None:
    """Leave the questions of this journey for a step that ends them, and keep what was picked at the waiting one."""
    step = talk.step
    if isinstance(step, Ask) and step.several and talk.state.picked:
        talk.answer(step.answer, whole(talk, step))
        _remember(talk)
    talk.change(narrowed=(), picked=(), misses=0)
    _go(talk, ends_at)
    walk(talk)


def to_menu(talk: Talk) -> None:
    """Leave what is going on, keep its answers, and show the menu (or the opening, if who it is for is not known)."""
    settle(talk)
    name = MENU_JOURNEY if met(talk.sitting) == "ready" else FIRST_JOURNEY
    talk.drop(set(talk.library.latest[MENU_JOURNEY].answers()))
    talk.change(stack=())
    enter(talk, name)
    walk(talk)


def wish_for(talk: Talk, choices: tuple[str, ...], needs: tuple[str, ...] = ()) -> None:
    """Go where the first of these choices that the menu has leads, as soon as it is known who it is for.

    `needs`: what services are to be looked for there, in the directory's tags.
    """
    talk.change(wish=choices, wish_needs=needs)
    to_menu(talk)


def settle(talk: Talk) -> None:
    """A point of no return: what was answered so far stays, and `back` does not reach behind it."""
    talk.change(settled=tuple(talk.state.answers), trail=())


def proceed(talk: Talk, value: Answer, chosen: str) -> None:
    """Take the answer to the waiting question, and walk on. `chosen` is the option's own value."""
    step = talk.step
    name = talk.names_at(talk.position)[0]
    if isinstance(step, Ask | Offers | Area) and talk.state.answers.get(name) != value:
        _drop_dependents(talk, name)
    talk.answer(name, value)
    count_step(talk, at("answered", talk.position))
    _remember(talk)
    talk.change(narrowed=(), picked=(), misses=0)
    _after(talk, chosen)
    walk(talk)
    _drop_strays(talk)


def _drop_dependents(talk: Talk, changed: str) -> None:
    """Answers that only made sense with the old answer."""
    for journey in talk.library.latest.values():
        for step in journey.steps.values():
            if isinstance(step, Ask | Offers) and changed in step.depends_on:
                talk.drop({step.answer})


def _drop_strays(talk: Talk) -> None:
    """After a correction the path may differ: answers that are no longer on it go."""
    on_path = {name for asked in talk.state.trail for name in talk.names_at(asked.position)}
    kept = on_path | set(talk.state.settled)
    talk.drop({name for name in talk.state.answers if name not in kept})


def _remember(talk: Talk) -> None:
    asked = Asked(position=talk.position, stack=talk.state.stack)
    if all(earlier.position != asked.position for earlier in talk.state.trail):
        talk.change(trail=(*talk.state.trail, asked))


def _go(talk: Talk, step: str) -> None:
    talk.change(step=step, item=None, narrowed=())


def _after(talk: Talk, chosen: str) -> None:
    """Where the answer just stored leads."""
    step = talk.step
    if isinstance(step, Ask):
        _go(talk, str(step.routes.get(chosen) or step.next))
    elif isinstance(step, Area):
        _area_answered(talk, step, chosen)
    elif isinstance(step, Offers):
        _go(talk, step.routes["not_now"] if chosen == NOT_NOW else step.routes["chosen"])


def _area_answered(talk: Talk, step: Area, chosen: str) -> None:
    move_screens(talk)
    if chosen == DECLINED:
        _go(talk, step.routes["declined"])
    elif chosen == OUTSIDE:
        _go(talk, step.routes["outside"])
    else:
        talk.say(f"{talk.state.journey}.{talk.state.step}.one", {"area": area_label(talk, chosen)})
        _go(talk, step.routes["one"])


def walk(talk: Talk) -> None:
    """Go from step to step until one waits. Raises EndlessJourney after fifty."""
    for _ in range(MOST_STEPS):
        if _HANDLERS[type(talk.step)](talk, talk.step):
            return
    raise EndlessJourney(f"{talk.state.journey}.{talk.state.step}: {MOST_STEPS} steps without waiting")


def wait(talk: Talk) -> None:
    """Put a new question: buttons of earlier ones are old from now on."""
    count_step(talk, at("reached", talk.position))
    talk.change(asked=talk.state.asked + 1, misses=0, picked=())
    pose(talk)


def _enter_say(talk: Talk, step: Say) -> bool:
    if step.each:
        for key in EACH[step.each](talk.sitting):
            talk.say(key)
    else:
        values = VALUES[step.values].fill(talk.sitting, talk.facts) if step.values else {}
        talk.say(f"{talk.state.journey}.{talk.state.step}", values)
    _go(talk, step.next)
    return False


def _enter_ask(talk: Talk, step: Ask) -> bool:
    """Not asked where it was answered; an answer that this question does not have (a corrected age) is none."""
    if talk.state.journey == MENU_JOURNEY:
        talk.drop({ASKED_FOR})
        if talk.state.wish:
            return _grant(talk, step)
        talk.change(wish_needs=())
    value = talk.state.answers.get(step.answer)
    chosen = "" if value is None else str(value)
    if step.answer in talk.state.answers and (chosen in step.routes or step.next is not None):
        _remember(talk)
        _after(talk, chosen)
        return False
    wait(talk)
    return True


def _grant(talk: Talk, step: Ask) -> bool:
    """The menu, with a wish already made: granted where it is one of the choices this person has."""
    granted = next((choice for choice in talk.state.wish if choice in step.choices), None)
    needs = talk.state.wish_needs
    talk.change(wish=(), wish_needs=())
    if granted is not None and needs:
        talk.answer(ASKED_FOR, " ".join(needs))
        talk.change(settled=(*talk.state.settled, ASKED_FOR))
    if granted is not None:
        _go(talk, step.routes[granted])
        return False
    talk.say("wishes.not_here")
    wait(talk)
    return True


def _enter_screen(talk: Talk, step: Screen) -> bool:
    instrument = talk.library.screened(step)
    answers = talk.sitting.items(step.prefix)
    due = items_due(instrument, answers)
    for item in due:
        talk.change(item=item)
        if item in answers:
            _remember(talk)
    waiting = next_item(instrument, answers)
    if waiting is not None:
        talk.change(item=waiting)
        wait(talk)
        return True
    talk.drop({f"{step.prefix}.{item}" for item in answers if item in instrument.by_id and item not in due})
    count_screen(talk, step)
    _go(talk, step.routes[RULES[step.rule].decide(talk.sitting)])
    return False


def _enter_route(talk: Talk, step: Route) -> bool:
    _go(talk, step.routes[RULES[step.rule].decide(talk.sitting)])
    return False


def _enter_area(talk: Talk, step: Area) -> bool:
    if "area" in talk.state.answers:
        value = talk.state.answers["area"]
        _remember(talk)
        _area_answered(talk, step, DECLINED if value is None else str(value))
        return False
    wait(talk)
    return True


def _enter_offers(talk: Talk, step: Offers) -> bool:
    """Always asked, whatever was chosen before: each referral is a choice of its own."""
    found = offers(talk.sitting, talk.facts)
    count_unmet(talk)
    _say_not_met(talk)
    if not found:
        _go(talk, step.routes["nothing"])
        return False
    talk.drop({step.answer, "reference"})
    for offer in found:
        talk.say(f"{talk.state.journey}.{talk.state.step}.service", offer_values(talk.sitting, offer))
    count_step(talk, OFFERED)
    wait(talk)
    return True


def _enter_refer(talk: Talk, step: Refer) -> bool:
    reference = talk.facts.reference
    count_referral(talk, reference)
    count_step(talk, RECORDED)
    talk.answer("reference", reference)
    talk.change(references=(*talk.state.references, reference))
    settle(talk)
    talk.say(f"{talk.state.journey}.{talk.state.step}", VALUES["referral"].fill(talk.sitting, talk.facts))
    _go(talk, step.next)
    return False


def _enter_go(talk: Talk, step: Go) -> bool:
    if step.sets:
        _remember(talk)
    stack = (*talk.state.stack, frame_here(talk).model_copy(update={"step": step.next}))
    (begin if talk.state.journey == MENU_JOURNEY else enter)(talk, step.journey)
    talk.change(stack=stack, answers={**talk.state.answers, **step.sets})
    return False


def _enter_remind(talk: Talk, step: Remind) -> bool:
    remind(talk, step.journey, step.days)
    _go(talk, step.next)
    return False


def _enter_unremind(talk: Talk, step: Unremind) -> bool:
    unremind(talk)
    _go(talk, step.next)
    return False


def _enter_jot(talk: Talk, step: Jot) -> bool:
    """Enter the units in the diary; its questions are asked anew the next time, and `back` does not reach behind."""
    talk.change(diary=entered(talk.sitting))
    talk.drop(set(ASKED))
    settle(talk)
    _go(talk, step.next)
    return False


def _enter_survey(talk: Talk, step: Survey) -> bool:
    """Counted once: there is no way back behind it."""
    count_answers(talk, step.answers)
    settle(talk)
    _go(talk, step.next)
    return False


def _enter_reword(talk: Talk, step: RewordStep) -> bool:
    reword_otherwise(talk)
    _go(talk, step.next)
    return False


def _enter_end(talk: Talk, step: End) -> bool:
    talk.effects.append(Passed(talk.state.journey, "finished"))
    count_step(talk, f"finished:{talk.state.journey}")
    if talk.state.stack:
        frame = talk.state.stack[-1]
        talk.change(
            journey=frame.journey, revision=frame.revision, step=frame.step, item=None, stack=talk.state.stack[:-1]
        )
        return False
    _drop_strays(talk)
    to_menu(talk)
    return True


_HANDLERS: Mapping[type, Callable[[Talk, Any], bool]] = {
    Say: _enter_say,
    Ask: _enter_ask,
    Screen: _enter_screen,
    Route: _enter_route,
    Area: _enter_area,
    Offers: _enter_offers,
    Refer: _enter_refer,
    Go: _enter_go,
    Remind: _enter_remind,
    Unremind: _enter_unremind,
    Survey: _enter_survey,
    Jot: _enter_jot,
    RewordStep: _enter_reword,
    End: _enter_end,
}


def _say_not_met(talk: Talk) -> None:
    """Say of what was asked for in particular that there is no service for it."""
    labels = talk.library.words.entry(NOT_MET).choices
    asked = [labels[need] for need in talk.state.missed if need in labels]
    if asked:
        talk.say(NOT_MET, {"needs": ", ".join(asked)})
