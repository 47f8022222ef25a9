"""`advance`: one event in, a new state and effects out. Pure: the world comes in as `facts`, nothing goes out.

In order: safety first; then whether a button belongs to the question that waits; then the words that work everywhere;
then the answer; then the walk to the next question.
"""

from screening.amounts import read_amount, read_drinks, take_units, takes_drinks
from screening.asking import (
    DECLINED,
    ENOUGH,
    OTHERS,
    OUTSIDE,
    SKIP,
    Question,
    area_value,
    pose,
    pressed,
    question,
    stored,
    whole_question,
)
from screening.facts import Facts
from screening.interrupting import interrupt, listen_held
from screening.library import FIRST_JOURNEY, Library
from screening.obeying import heed_code, obey
from screening.picking import NOTED, begun, note_scores, pick, read_several, ticks, whole
from screening.reminded import hear_timer, heed_reminded, stop_reminding
from screening.reminding import promised, release, welcome_back
from screening.rewording import reword
from screening.rules import stopping_risk
from screening.safety import check
from screening.script import NONE, Ask
from screening.script import Area as AreaStep
from screening.state import Event, State, Turn
from screening.steps import TALK, count_step
from screening.stopping import plans_to_stop
from screening.talk import Talk
from screening.tallying import CLEAR, DONE
from screening.understanding.commands import read_command
from screening.understanding.normalise import words
from screening.understanding.personal import find_personal
from screening.understanding.reading import Chosen, Unsure, read_choice
from screening.walking import choices_to, cut_short, proceed, to_menu, walk
from screening.wishing import asks_to_stop, heed, heed_aside, heed_first, heed_question, wish_first

LONGEST_TEXT = 1000
"""Characters that can still be an answer to a question; longer texts are only checked for danger."""
MISSES_BEFORE_HELP = 2
CHECK = "check"
"""The value of the menu's check, the next step for whoever means to stop and has not done one."""
NUMBERED = "console"
"""The channel that shows a number before each choice."""


def advance(library: Library, state: State | None, event: Event, facts: Facts) -> Turn:
    """What comes of one event. `state` None: the first contact. Never raises for anything a person can do."""
    talk = Talk(library, facts, state or opening(library))
    if event.kind == "timer":
        hear_timer(talk, event.reminder)
    elif state is None:
        count_step(talk, TALK)
        _first_contact(talk, event)
    elif not _kept(library, state):
        _start_over(talk)
    else:
        _listen(talk, event)
    release(talk)
    return Turn(None if talk.forgotten else talk.state, tuple(talk.effects))


def opening(library: Library) -> State:
    """Where everyone begins."""
    journey = library.latest[FIRST_JOURNEY]
    return State(
        language=library.words.language, journey=journey.journey, revision=journey.revision, step=journey.start
    )


def _first_contact(talk: Talk, event: Event) -> None:
    """Help comes before the opening words; otherwise the opening, and the event if it answers the opening question."""
    finding = check(talk.library.safety, event.text)
    if finding.label != "none":
        interrupt(talk, finding)
        return
    wish_first(talk, event.text)
    if event.begin:
        talk.change(wish=choices_to(talk.library, event.begin))
    _notice_personal(talk, event.text)
    command = read_command(talk.library.commands, event.text) if event.kind == "text" else None
    if command == "easy":
        reword(talk, easy=True)
    walk(talk)
    if event.kind == "choice" and pressed(talk, event.choice) is not None:
        _press(talk, event)
    elif command in ("privacy", "complain", "help"):
        obey(talk, str(command))
    elif event.kind == "text" and command != "easy" and not heed_code(talk, event.text):
        _answer_at_once(talk, event.text)


def _answer_at_once(talk: Talk, text: str) -> None:
    """A first message that already answers the opening question, or asks for something, is not asked for twice."""
    reading = read_choice(question(talk).options, text)
    if isinstance(reading, Chosen):
        _take(talk, reading.value)
    elif not talk.state.wish:
        heed_first(talk, text)


def _kept(library: Library, state: State) -> bool:
    """Whether every journey this person is in still exists at the revision they started on."""
    where = [(state.journey, state.revision, state.step), *((f.journey, f.revision, f.step) for f in state.stack)]
    for name, revision, step in where:
        journey = library.journey(name, revision)
        if journey is None or step not in journey.steps:
            return False
    return True


def _start_over(talk: Talk) -> None:
    """The talk began on a revision that is gone: say so kindly and begin again."""
    talk.say("common.outdated")
    talk.state = opening(talk.library).model_copy(  # in the words they were spoken to before
        update={
            "references": talk.state.references,
            "asked": talk.state.asked,
            "reminder": talk.state.reminder,
            "reminded": talk.state.reminded,
            "subject": talk.state.subject,
            "stepped": talk.state.stepped,
            "diary": talk.state.diary,
        }
    )
    walk(talk)


def _listen(talk: Talk, event: Event) -> None:
    finding = check(talk.library.safety, event.text)
    ticked = _is_ticked(talk, event)
    if finding.label != "none" and not ticked and not (finding.gentle and _plainly_answers(talk, event.text)):
        interrupt(talk, finding)
        return
    if finding.soft and not ticked:
        talk.say(f"safety.{finding.topic}.soft" if finding.topic else "safety.soft")
        talk.comforted = True
    _notice_personal(talk, event.text)
    if talk.state.hold is not None:
        listen_held(talk, event)
    elif heed_reminded(talk, event):
        return
    elif talk.state.done:
        _welcome_back(talk, event)
    elif not heed_aside(talk, event):
        _HEARD[event.kind](talk, event)


def _is_ticked(talk: Talk, event: Event) -> bool:
    """The buttons of a question with several answers, typed: "suicidal thoughts" about a client is a tick there."""
    step, waiting = talk.step, talk.state.hold is None and not talk.state.done
    asked = event.kind == "text" and isinstance(step, Ask) and step.several and waiting
    return asked and len(event.text) <= LONGEST_TEXT and ticks(question(talk).options, event.text)


def _plainly_answers(talk: Talk, text: str) -> bool:
    """An answer to the waiting question, in as many words: nothing ambiguous is left to ask gently about."""
    if talk.state.hold is not None or talk.state.done or len(text) > LONGEST_TEXT:
        return False
    asked = question(talk)
    return isinstance(read_choice(asked.options, text, asked.quantity), Chosen)


def _notice_personal(talk: Talk, text: str) -> None:
    """Say kindly that it is not needed; a place is, where the question is about place."""
    found = set(find_personal(talk.library.personal, text))
    if isinstance(talk.step, AreaStep) and talk.state.hold is None:
        found -= {"full_postcode", "street_address"}
    if found:
        own = f"{talk.state.journey}.personal"
        talk.say(own if own in talk.library.words else "common.personal")
        talk.noticed = True


def _welcome_back(talk: Talk, event: Event) -> None:
    command = read_command(talk.library.commands, event.text) if event.kind == "text" else None
    if command == "forget" or (command == "stop" and promised(talk)):
        obey(talk, command)
        return
    if promised(talk) and asks_to_stop(talk, event.text):
        stop_reminding(talk)
    if command in ("easy", "usual"):
        obey(talk, command)
    talk.say(welcome_back(talk.state))
    talk.change(done=False, reduced=False)
    wish_first(talk, event.text)
    to_menu(talk)
    heed_code(talk, event.text)


def _start(talk: Talk, event: Event) -> None:
    """Start again pressed in the middle: nothing is lost, the menu is shown."""
    talk.say("common.welcome_back")
    to_menu(talk)


def _press(talk: Talk, event: Event) -> None:
    value = pressed(talk, event.choice)
    if value is None:
        talk.say("common.old_button")
        pose(talk)
        return
    _take(talk, value)


def _hear(talk: Talk, event: Event) -> None:
    if len(event.text) > LONGEST_TEXT:
        talk.say("common.too_long")
        pose(talk)
        return
    if heed_code(talk, event.text):
        return
    asked = question(talk)
    command = read_command(talk.library.commands, event.text)
    if command is not None and not _is_label(asked, event.text) and obey(talk, command):
        return
    if not _warned(talk, asked, event.text):
        _answer(talk, asked, event.text)


def _warned(talk: Talk, asked: Question, text: str) -> bool:
    """A plan to stop at once: say why not to, to whoever may be dependent or whom no check has told yet."""
    risk = stopping_risk(talk.sitting)
    if risk == "no" or not plans_to_stop(talk.library.stopping, text) or _is_label(asked, text):
        return False
    talk.say("safety_advice.sudden" if risk == "yes" else "safety_advice.sudden_unknown")
    if risk == "unknown" and any(option.value == CHECK for option in asked.options):
        _take(talk, CHECK)
    else:
        pose(talk)
    return True


def _is_label(asked: Question, text: str) -> bool:
    """An option in its own words is an answer, even where the words are also a command ("Not now")."""
    labels = [option.label for option in asked.options]
    ended = [phrase for option in asked.options if option.value == DONE for phrase in option.words]
    return words(text) in map(words, (*labels, *ended))


def _answer(talk: Talk, asked: Question, text: str) -> None:
    """Read free text as an answer: one option, several (ask which), a number, a place, or not understood."""
    asks = not _is_label(asked, text) and heed_question(talk, text)  # "What to bring" may be a label
    if asks or (takes_drinks(talk) and read_drinks(talk, text)) or _read_list(talk, asked, text):
        return
    open_answer = asked.number is not None or (asked.place and text.strip().isdecimal() and not talk.state.narrowed)
    numbered = talk.facts.channel == NUMBERED
    reading = _way_on(asked, text) if open_answer else read_choice(asked.options, text, asked.quantity, numbered)
    if isinstance(reading, Chosen):
        _take(talk, reading.value)
    elif isinstance(talk.step, Ask) and talk.step.open:
        _take(talk, talk.step.choices[0])
    elif asked.place:
        _read_place(talk, text)
    elif asked.number is not None:
        if not read_amount(talk, asked.number, text):
            _not_understood(talk, text)
    elif isinstance(reading, Unsure):
        talk.change(narrowed=reading.values)
        pose(talk)
    elif talk.state.narrowed:
        talk.change(narrowed=())
        _answer(talk, question(talk), text)
    else:
        _not_understood(talk, text)


def _way_on(asked: Question, text: str) -> Chosen | None:
    """Where a number is asked: a way not to give one ("that's enough", "nothing"), in as many words."""
    said = words(text)
    named = (option for option in asked.options if option.aside or option.words)
    found = next((option for option in named if said in [words(each) for each in (option.label, *option.words)]), None)
    return Chosen(found.value) if found else None


def _read_list(talk: Talk, asked: Question, text: str) -> bool:
    """Scores that were typed, or several answers in one line. False: the question takes neither, or none was named."""
    step = talk.step
    if not isinstance(step, Ask):
        return False
    if step.scores and note_scores(talk, text):
        pose(talk)
        return True
    if not step.several or talk.state.narrowed:
        return False
    found, more = read_several(asked.options, text, talk.facts.channel == NUMBERED)
    if not found:
        return False
    if more:
        talk.say(NOTED)
    _tick(talk, step, found)
    return True


def _tick(talk: Talk, step: Ask, values: tuple[str, ...]) -> None:
    """Choices of a question with several answers; the last of them may end it, or untick them all."""
    labels = {option.value: option.label for option in whole_question(talk).options}
    talk.echo(", ".join(labels[value] for value in values))
    ticked = tuple(value for value in values if value not in (DONE, SKIP, ENOUGH))
    pick(talk, step, ticked)
    if ENOUGH in values:
        cut_short(talk, str(talk.journey.enough))
    elif DONE not in values and SKIP not in values and talk.state.picked != (NONE,):
        pose(talk)
    elif talk.state.picked:
        chosen = whole(talk, step)
        proceed(talk, chosen, chosen)
    else:
        proceed(talk, None, SKIP)


def _read_place(talk: Talk, text: str) -> None:
    """One district is taken and said back; several are asked about; a mistyped postcode is said to be one."""
    found, key = talk.facts.area(text), f"{talk.state.journey}.{talk.state.step}"
    values = tuple(area_value(area) for area in found.areas)
    if found.outcome == "one":
        proceed(talk, values[0], values[0])
    elif found.outcome == "many":
        talk.change(narrowed=values, asked=talk.state.asked + 1)
        pose(talk)
    elif found.outcome == "outside":
        proceed(talk, OUTSIDE, OUTSIDE)
    elif found.outcome == "invalid" or not heed(talk, text):
        talk.say(f"{key}.{found.outcome}")
        talk.change(narrowed=())
        pose(talk)


def _take(talk: Talk, value: str) -> None:
    """An option of the waiting question was chosen."""
    step = talk.step
    if value == OTHERS:
        talk.change(narrowed=())
        pose(talk)
        return
    if value == ENOUGH:
        _echo(talk, value)
        cut_short(talk, str(talk.journey.enough))
        return
    if isinstance(step, Ask) and step.drinks and value != SKIP:
        take_units(talk, step, value)
        return
    if isinstance(step, Ask) and (step.several or (begun(talk, step) and value in (DONE, CLEAR))):
        _tick(talk, step, (value,))
        return
    _echo(talk, value)
    if question(talk).place and value == DECLINED:
        proceed(talk, None, DECLINED)
    else:
        proceed(talk, stored(talk, value), value)


def _echo(talk: Talk, value: str) -> None:
    talk.echo(next(option.label for option in whole_question(talk).options if option.value == value))


def _not_understood(talk: Talk, text: str) -> None:
    """Perhaps they want something else; if not, ask again, gently. After a kind word the question alone is enough."""
    if heed(talk, text):
        return
    if talk.comforted or talk.noticed:
        pose(talk)
        return
    misses = talk.state.misses + 1
    talk.change(misses=misses)
    talk.say("common.not_understood" if misses < MISSES_BEFORE_HELP else "common.not_understood_again")
    pose(talk)


def _other(talk: Talk, event: Event) -> None:
    talk.say("common.other_kind")
    pose(talk)


def _stop(talk: Talk, event: Event) -> None:
    obey(talk, "stop")


_HEARD = {"start": _start, "text": _hear, "choice": _press, "other": _other, "stop": _stop}
