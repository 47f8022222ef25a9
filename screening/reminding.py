"""A promise to write to somebody later, because they asked for it: made, taken back, and what is kept for it.

When a quiet talk is deleted, only the promise is left of it: `resting` is what such a talk is when somebody comes back.
"""

from collections.abc import Mapping

from screening.library import MENU_JOURNEY, Library
from screening.rescreening import EARLIER, earlier, finished
from screening.results_code import Kept
from screening.rules import no_goal_now
from screening.state import Answer, Remind, Reminder, State, Unremind
from screening.talk import Talk

SURVEY = "survey"
"""The journey that asks how it went: it has nothing to do with a goal, and needs to know no score."""
NEEDED = ("audience", "age_band", "goal", "goal_start")
"""Answers that are kept with a promise, beside the results of the drinking check."""
NUMBERS = ("goal_days", "goal_limit", "limit_again")
"""The number of the goal, kept where one was given."""
CHECK = "audit"


def remind(talk: Talk, journey: str, days: int) -> None:
    """Promise to write again in so many days. There is one promise at a time: the newest."""
    answers = _who(talk) if journey == SURVEY else _needed(talk)
    promise(talk, Reminder(journey=journey, answers=answers, language=talk.state.language), days)


def promise(talk: Talk, reminder: Reminder, days: int) -> None:
    """Promise this, in place of whatever was promised before."""
    talk.change(reminder=reminder, reminded=None)
    talk.effects.append(Remind(days, reminder))


def unremind(talk: Talk) -> None:
    """Take the promise back, if there is one."""
    if promised(talk):
        talk.change(reminder=None, reminded=None)
        talk.effects.append(Unremind())


def promised(talk: Talk) -> bool:
    """Whether a promise waits for its time, or what was said at its time waits for a word."""
    return talk.sitting.promised


def release(talk: Talk) -> None:
    """Take the promise back where, by what is known since, a goal must not be asked after."""
    waits = talk.state.reminder or talk.state.reminded
    if not talk.forgotten and waits and waits.journey != SURVEY and no_goal_now(talk.sitting):
        unremind(talk)


def welcome_back(state: State) -> str:
    """The key of the greeting for somebody who comes back: what is left of their talk, if it was deleted."""
    if not state.reduced:
        return "common.welcome_back"
    waits = state.reminder or state.reminded
    return "survey.welcome_back" if waits and waits.journey == SURVEY else "check_in.welcome_back"


def resting(library: Library, reminder: Reminder) -> State:
    """A talk of which only its reminder was left."""
    menu = library.latest[MENU_JOURNEY]
    return State(
        language=reminder.language,
        journey=menu.journey,
        revision=menu.revision,
        step=menu.start,
        answers=reminder.answers,
        settled=tuple(reminder.answers),
        reminder=reminder,
        reduced=True,
        done=True,
    )


def _who(talk: Talk) -> Mapping[str, Answer]:
    return {name: talk.state.answers[name] for name in ("audience", "age_band") if name in talk.state.answers}


def _needed(talk: Talk) -> Mapping[str, Answer]:
    answers = {name: talk.state.answers[name] for name in NEEDED if name in talk.state.answers}
    answers |= {name: talk.state.answers[name] for name in NUMBERS if talk.state.answers.get(name) is not None}
    results = " ".join(str(kept) for kept in _results(talk))
    return {**answers, EARLIER: results} if results else answers


def _results(talk: Talk) -> list[Kept]:
    """The newest results of the drinking check, one of each form."""
    counted = talk.state.counted.get(CHECK)
    now = finished(talk.sitting, CHECK, counted.month) if counted else None
    results = {**earlier(talk.sitting), **({now.instrument: now} if now else {})}
    return [kept for name, kept in results.items() if name.startswith(CHECK)]
