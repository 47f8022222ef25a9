"""One function for each kind of effect: what the engine says happened -> rows of the turn's transaction."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.base import Reply, together
from bot.night import this_evening, when_awake
from directory.erasure import Counted
from directory.store import Talk
from screening.library import Library
from screening.state import (
    Effect,
    Event,
    Forget,
    Interrupted,
    Passed,
    Refer,
    Remind,
    Say,
    Stepped,
    Surveyed,
    Tally,
    Unmet,
    Unremind,
)
from screening.wording import is_easy

log = structlog.get_logger()


@dataclass(frozen=True)
class Carrying:
    """What carrying out an effect needs: the open turn, the words, and where replies are pushed to, if anywhere.

    `now`: aware, in the United Kingdom. `unasked`: the person wrote nothing, so it may reach them only by day.
    """

    talk: Talk
    library: Library
    push_to: str | None
    now: datetime
    unasked: bool = False


async def carry_out(effects: tuple[Effect, ...], carrying: Carrying) -> tuple[Reply, ...]:
    """Make every effect so, in order; returns the replies. What is said after a Forget is its farewell."""
    forget = next((effect for effect in effects if isinstance(effect, Forget)), None)
    if forget is not None:
        return await _forget(forget, effects, carrying)
    said: list[Reply] = []
    for effect in effects:
        if isinstance(effect, Say):
            said.extend(spoken(effect, carrying))
        elif not isinstance(effect, Passed):  # which is only counted, once the turn is committed
            await _HANDLERS[type(effect)](effect, carrying)
    if carrying.push_to is not None and not _in_easy_words(effects):
        said = together(said)
    return tuple([await _post(reply, carrying) for reply in said])


def _in_easy_words(effects: tuple[Effect, ...]) -> bool:
    """Whether this is said in easy words: one idea a message, on every channel."""
    return any(isinstance(effect, Say) and is_easy(effect.language) for effect in effects)


def spoken(say: Say, carrying: Carrying) -> tuple[Reply, ...]:
    """A Say as messages: buttons and progress go with the last, the echo of the answer with the first."""
    return render(carrying.library, say)


def render(library: Library, say: Say) -> tuple[Reply, ...]:
    """The messages of a Say, not yet numbered."""
    texts = library.speaking(say.language).words.messages(say.key, say.values)
    last = len(texts) - 1
    return tuple(
        Reply(
            seq=0,
            text=text,
            choices=say.choices if index == last else (),
            progress=say.progress if index == last else None,
            answered=say.answered if index == 0 else None,
            numbered=say.numbered,
        )
        for index, text in enumerate(texts)
    )


async def _post(reply: Reply, carrying: Carrying) -> Reply:
    document = reply.document()
    if carrying.unasked:
        document["until"] = this_evening(carrying.now).timestamp()
    await carrying.talk.post(document, carrying.push_to)
    return Reply.read(document)


async def _refer(effect: Refer, carrying: Carrying) -> None:
    carrying.talk.figures.refer(asdict(effect), effect.subject)


async def _tally(effect: Tally, carrying: Carrying) -> None:
    carrying.talk.figures.screen(effect.screen.model_dump(), effect.by, effect.check, effect.subject)


async def _unmet(effect: Unmet, carrying: Carrying) -> None:
    carrying.talk.figures.unmet(effect.missed.model_dump(), effect.by)


async def _surveyed(effect: Surveyed, carrying: Carrying) -> None:
    carrying.talk.figures.survey(asdict(effect))


async def _stepped(effect: Stepped, carrying: Carrying) -> None:
    carrying.talk.figures.step(asdict(effect))


async def _remind(effect: Remind, carrying: Carrying) -> None:
    if carrying.push_to is None:
        raise RuntimeError("this channel cannot write first, so nothing may be promised on it")
    event = Event(kind="timer", reminder=effect.reminder).model_dump(mode="json")
    await carrying.talk.remind(event, when_awake(carrying.now + timedelta(days=effect.days)), carrying.push_to)


async def _unremind(effect: Unremind, carrying: Carrying) -> None:
    await carrying.talk.unremind()


async def _interrupted(effect: Interrupted, carrying: Carrying) -> None:
    log.info("safety_interruption", category=effect.category, channel=carrying.talk.channel)


async def _forget(forget: Forget, effects: tuple[Effect, ...], carrying: Carrying) -> tuple[Reply, ...]:
    said = [reply for effect in effects if isinstance(effect, Say) for reply in spoken(effect, carrying)]
    farewell = said[-1].document()
    counted = Counted(forget.checks, forget.subjects, [missed.model_dump() for missed in forget.missed])
    await carrying.talk.forget(forget.references, farewell, carrying.push_to, counted)
    return (Reply.read(farewell),)


_HANDLERS: Mapping[type, Callable[[Any, Carrying], Awaitable[None]]] = {
    Refer: _refer,
    Tally: _tally,
    Unmet: _unmet,
    Surveyed: _surveyed,
    Stepped: _stepped,
    Interrupted: _interrupted,
    Remind: _remind,
    Unremind: _unremind,
}
