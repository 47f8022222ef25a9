"""The time of a reminder has come: it is said beside whatever is going on, and moves nobody until they take it up.

The words that are pushed say nothing of drinking, for somebody else may see them. What is not wanted any more is
answered with nothing. The buttons stay good until they are used; typed words only count as the next thing said.
"""

from screening.asking import pose
from screening.reminding import promise, promised, unremind
from screening.rules import who_for
from screening.script import Waiting
from screening.state import Aside, Choice, Event, Reminder
from screening.talk import Talk
from screening.understanding.choices import Option
from screening.understanding.reading import Chosen, read_choice
from screening.walking import begin, walk

HELLO, HELLO_BESIDE, HELLO_ANEW = "check_in.hello", "check_in.hello_beside", "check_in.hello_anew"
"""To somebody who is not in the middle of anything; who is; who is, and about another person."""
GO_ON, TOMORROW, STOP = "go_on", "tomorrow", "stop"
HELLOS = (HELLO, HELLO_BESIDE, HELLO_ANEW)
ANSWERS = (GO_ON, TOMORROW, STOP)
ONE_DAY = 1
RECHECK, CHECK = "recheck", "check_alcohol"


def hear_timer(talk: Talk, reminder: Reminder | None) -> None:
    """Say hello, if this is still wanted. Somebody in danger is left alone with it until the day after."""
    if reminder is None or talk.state.reminder != reminder:
        return
    if talk.state.hold is not None:
        promise(talk, reminder, ONE_DAY)
        return
    if _at_it(talk, reminder):
        unremind(talk)
        return
    key = _hello(talk)
    talk.change(reminder=None, reminded=reminder, aside=Aside(key=key))
    choices = tuple(Choice(_address(reminder, option.value), option.label) for option in _options(talk, key))
    talk.say(key, {}, choices)


def heed_reminded(talk: Talk, event: Event) -> bool:
    """The answer to a reminder that was said. False: it is none."""
    reminded, answer = talk.state.reminded, _answer(talk, event)
    if talk.state.aside is not None and talk.state.aside.key in HELLOS:
        talk.change(aside=None)
    if reminded is None or answer is None:
        return False
    if answer == GO_ON:
        _take_up(talk, reminded)
    elif answer == TOMORROW:
        promise(talk, reminded, ONE_DAY)
        _and_back(talk, "check_in.tomorrow")
    else:
        unremind(talk)
        _and_back(talk, "check_in.stopped")
    return True


def stop_reminding(talk: Talk) -> None:
    """ "Stop" takes a promise back too, and says so."""
    if promised(talk):
        unremind(talk)
        talk.say("check_in.stopped")


def _at_it(talk: Talk, reminder: Reminder) -> bool:
    """In the middle of the very check that the reminder is about; the earlier result is there to compare."""
    open_now = () if talk.state.done else (talk.state.journey, *(frame.journey for frame in talk.state.stack))
    return reminder.journey == RECHECK and CHECK in open_now


def _hello(talk: Talk) -> str:
    if talk.state.done:
        return HELLO
    return HELLO_BESIDE if who_for(talk.sitting) == "me" else HELLO_ANEW


def _answer(talk: Talk, event: Event) -> str | None:
    reminded, aside = talk.state.reminded, talk.state.aside
    if reminded is None:
        return None
    if event.kind == "choice":
        return next((value for value in ANSWERS if event.choice == _address(reminded, value)), None)
    if event.kind != "text" or aside is None or aside.key not in HELLOS:
        return None
    reading = read_choice(_options(talk, aside.key), event.text)
    return reading.value if isinstance(reading, Chosen) else None


def _options(talk: Talk, key: str) -> tuple[Option, ...]:
    entry = talk.library.words.entry(key)
    return tuple(Option(value, entry.choices[value], entry.words.get(value, ())) for value in ANSWERS)


def _address(reminder: Reminder, value: str) -> str:
    return f"reminder/{reminder.journey}/{value}"


def _take_up(talk: Talk, reminder: Reminder) -> None:
    """Leave what is going on, as for the menu: its answers are kept, unless they are about another person."""
    about_me = who_for(talk.sitting) == "me"
    answers = {**reminder.answers, **(talk.state.answers if about_me else {})}
    counted = talk.state.counted if about_me else {}
    talk.change(answers=answers, settled=tuple(answers), counted=counted, trail=(), stack=(), wish=())
    talk.change(reminded=None, reduced=False, done=False)
    begin(talk, reminder.journey)
    walk(talk)


def _and_back(talk: Talk, key: str) -> None:
    """Say this, and put the question again that waits, if one does."""
    talk.say(key)
    if not talk.state.done and isinstance(talk.step, Waiting):
        pose(talk)
