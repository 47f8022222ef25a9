"""The words that work everywhere: menu, back, help, stop, privacy, complaint, forget me, and a few ways in."""

from collections.abc import Callable, Mapping

from screening.asking import SKIP, pose, question
from screening.dates import month_name
from screening.picking import keep_scores
from screening.reminded import stop_reminding
from screening.rescreening import keep_result
from screening.results_code import Kept, mistyped, read
from screening.rewording import reword
from screening.rules import age_group, met, who_for
from screening.script import Ask, Screen, Waiting
from screening.state import Forget
from screening.summary import summary
from screening.talk import Talk
from screening.walking import enter, proceed, settle, to_menu, walk, wish_for

Obey = Callable[[Talk], None]

AFTER_JOURNEY, AFTER_TOPIC, NOT_HEARD = "after_referral", "after_topic", "not_heard"
"""Where somebody who has heard nothing is told what to do, and the answer that leads there."""


def obey(talk: Talk, command: str) -> bool:
    """Do what the word says. False where it means nothing here, so that it may still be an answer."""
    if command == "skip":
        return _skip(talk)
    _COMMANDS[command](talk)
    return True


def heed_code(talk: Talk, text: str) -> bool:
    """Take a results code, to compare the next result with; a mistyped one is said to be one. False: it is neither."""
    kept = read(text)
    if kept is not None and _possible(talk, kept):
        keep_result(talk, kept)
        if isinstance(talk.step, Ask) and talk.step.scores:
            keep_scores(talk, [kept])
        staff = who_for(talk.sitting) == "professional"
        instrument = talk.library.instrument(kept.instrument).name
        values = {
            "instrument": instrument,
            "month": month_name(talk.library.words, kept.month),
            "total": str(kept.total),
        }
        talk.say("common.code_read_client" if staff else "common.code_read", values)
    elif kept is not None or mistyped(text):
        talk.say("common.code_mistyped")
    else:
        return False
    pose(talk)
    return True


def _possible(talk: Talk, kept: Kept) -> bool:
    """A total that the instrument can have, in a month that has begun."""
    return kept.total <= talk.library.instrument(kept.instrument).most and kept.month <= f"{talk.facts.now:%Y-%m}"


def _skip(talk: Talk) -> bool:
    if not any(option.value == SKIP for option in question(talk).options):
        return False
    proceed(talk, None, SKIP)
    return True


def _back(talk: Talk) -> None:
    """To the question before: its answer can be changed, and only what depended on it is dropped."""
    trail = list(talk.state.trail)
    while trail:
        earlier = trail.pop()
        journey = talk.library.latest[earlier.position.journey]
        if isinstance(journey.steps.get(earlier.position.step), Waiting):
            at = earlier.position
            talk.change(
                journey=at.journey, revision=journey.revision, step=at.step, item=at.item,
                stack=earlier.stack, trail=tuple(trail), narrowed=(), picked=(), misses=0,
                asked=talk.state.asked + 1,
            )  # fmt: skip
            talk.say("common.back")
            pose(talk)
            return
    talk.say("common.no_further_back")
    pose(talk)


def _stop(talk: Talk) -> None:
    stop_reminding(talk)
    _end(talk)


def _leave(talk: Talk) -> None:
    """A goodbye is no wish to hear no more: what was promised stays, and it is said how to stop it."""
    if talk.state.reminder is not None:
        talk.say("check_in.still")
    _end(talk)


def _end(talk: Talk) -> None:
    settle(talk)
    talk.change(done=True, hold=None)
    talk.say("common.goodbye")


def _forget(talk: Talk) -> None:
    journeys = talk.library.latest.values()
    checks = {step.prefix for journey in journeys for step in journey.steps.values() if isinstance(step, Screen)}
    missed = tuple(talk.state.missed.values())
    talk.effects.append(Forget(talk.state.references, tuple(sorted(checks)), talk.state.subject, missed))
    talk.say("common.forgotten")
    talk.forgotten = True


def _tell(*keys: str) -> Obey:
    def tell(talk: Talk) -> None:
        for key in keys:
            talk.say(key)
        if talk.state.hold is None and not talk.state.done:
            pose(talk)

    return tell


def _privacy(talk: Talk) -> None:
    telegram = (
        ("check_in.privacy", "survey.privacy", "common.privacy_telegram") if talk.facts.channel == "telegram" else ()
    )
    _tell("common.privacy", *telegram)(talk)


def _keep(talk: Talk) -> None:
    kept = summary(talk.library, talk.state, talk.facts)
    talk.say("common.summary", {"summary": kept}) if kept else talk.say("common.nothing_to_keep")
    pose(talk)


def _wish(*choices: str) -> Obey:
    def wish(talk: Talk) -> None:
        wish_for(talk, choices)

    return wish


def _unheard(talk: Talk) -> None:
    """ "I haven't heard": told at once, where it is known who it is for; else with the menu, like a wish."""
    if met(talk.sitting) != "ready" or who_for(talk.sitting) == "professional" or age_group(talk.sitting) == "child":
        wish_for(talk, ("after", "find", "talk"))
        return
    settle(talk)
    talk.drop(set(talk.library.latest[AFTER_JOURNEY].answers()))
    talk.change(stack=())
    enter(talk, AFTER_JOURNEY)
    talk.answer(AFTER_TOPIC, NOT_HEARD)
    walk(talk)


def _reword(easy: bool) -> Obey:
    def change(talk: Talk) -> None:
        reword(talk, easy)
        if talk.state.hold is None and not talk.state.done:
            pose(talk)

    return change


_COMMANDS: Mapping[str, Obey] = {
    "menu": to_menu,
    "restart": to_menu,
    "back": _back,
    "help": _tell("common.help"),
    "stop": _stop,
    "leave": _leave,
    "privacy": _privacy,
    "complain": _tell("common.complain"),
    "forget": _forget,
    "summary": _keep,
    "check": _wish("check"),
    "find": _wish("find", "talk"),
    "diary": _wish("diary"),
    "unheard": _unheard,
    "easy": _reword(True),
    "usual": _reword(False),
}
