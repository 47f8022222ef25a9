"""A crisis phrase interrupts everything: the right help first, then one question, "are you safe right now?".

The waiting question is kept and returns only when the person chooses to carry on (screening facts, section 4).
"""

from screening.asking import pose
from screening.obeying import obey
from screening.rules import TOLD_PREGNANT, TOLD_WITHDRAWAL, goal_unsafe
from screening.safety import Finding
from screening.script import Waiting
from screening.state import Choice, Event, Interrupted
from screening.talk import Talk
from screening.understanding.commands import read_command
from screening.understanding.reading import Chosen, Option, read_choice
from screening.walking import begin, cut_short, frame_here, walk

SAFE_NOW = "safety.safe_now"
PLAN, PLAN_JOURNEY = "plan", "safety_plan"
PLAN_FOR = ("suicide_self_harm",)
"""Where a safety plan to keep is offered beside the numbers (source samaritans_plan)."""
TOLD = {"pregnancy_use": TOLD_PREGNANT, "alcohol_withdrawal": TOLD_WITHDRAWAL}
"""What someone says of themselves in danger is not forgotten when they carry on."""
WORKS_WHILE_HELD = ("forget", "stop", "leave", "privacy", "complain", "help", "easy", "usual")


def interrupt(talk: Talk, finding: Finding) -> None:
    """Say the emergency words of this category and ask whether they are safe; gently where the words are ambiguous."""
    talk.effects.append(Interrupted(finding.label))
    talk.change(hold=finding.label, gentle=finding.gentle, aside=None, done=False, asked=talk.state.asked + 1)
    if finding.label in TOLD and not finding.third_person and not finding.gentle:
        talk.answer(TOLD[finding.label], "yes")
        talk.change(settled=(*talk.state.settled, TOLD[finding.label]))
    talk.say("safety.gentle" if finding.gentle else f"safety.{finding.label}.{finding.card}")
    _ask_safe_now(talk)


def listen_held(talk: Talk, event: Event) -> None:
    """While held: the answer to "are you safe?", or the few words that always work; anything else asks again."""
    command = read_command(talk.library.commands, event.text) if event.kind == "text" else None
    if command in WORKS_WHILE_HELD and command is not None:
        obey(talk, command)
        if talk.state.hold is not None and not talk.state.done and not talk.forgotten:
            _ask_safe_now(talk)
        return
    answer = _held_answer(talk, event)
    if answer == "safe":
        _carry_on(talk)
    elif answer == PLAN:
        _make_plan(talk)
    elif answer == "not_safe":
        talk.say(f"safety.{talk.state.hold}.card" if talk.state.gentle else "safety.not_safe")
        talk.change(gentle=False)
        _ask_safe_now(talk)
    elif answer == "other":
        talk.say(f"safety.{talk.state.hold}.card_other")
        talk.change(gentle=False)
        _ask_safe_now(talk)
    else:
        talk.say("safety.still_here")
        _ask_safe_now(talk)


def _make_plan(talk: Talk) -> None:
    """The plan is a journey of its own; the waiting question returns when it ends."""
    waiting = frame_here(talk)
    talk.change(hold=None, gentle=False)
    begin(talk, PLAN_JOURNEY)
    talk.change(stack=(*talk.state.stack, waiting))
    walk(talk)


def _carry_on(talk: Talk) -> None:
    """The exact question returns; not one about a goal that has become dangerous by what was told."""
    talk.say("safety.carry_on_gentle" if talk.state.gentle else "safety.carry_on")
    talk.change(hold=None, gentle=False)
    if talk.journey.unsafe is not None and goal_unsafe(talk.sitting):
        cut_short(talk, talk.journey.unsafe)
    elif isinstance(talk.step, Waiting):
        pose(talk)
    else:
        walk(talk)


def _held_answer(talk: Talk, event: Event) -> str | None:
    options = _options(talk)
    if event.kind == "choice":
        return next((option.value for option in options if event.choice == _address(talk, option.value)), None)
    reading = read_choice(options, event.text) if event.kind == "text" else None
    return reading.value if isinstance(reading, Chosen) else None


def _options(talk: Talk) -> tuple[Option, ...]:
    entry = talk.library.words.entry(SAFE_NOW)
    return tuple(
        Option(value, label, entry.words.get(value, ()))
        for value, label in entry.choices.items()
        if value != PLAN or (talk.state.hold in PLAN_FOR and not talk.state.gentle)
    )


def _ask_safe_now(talk: Talk) -> None:
    choices = tuple(Choice(_address(talk, option.value), option.label) for option in _options(talk))
    talk.say(SAFE_NOW, {}, choices)


def _address(talk: Talk, value: str) -> str:
    return f"safety/safe_now/{talk.state.asked}/{value}"
