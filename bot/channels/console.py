"""The conversation in a terminal: lines in, wrapped text and numbered answers out."""

import textwrap
from collections.abc import AsyncIterator, Callable
from uuid import uuid4

from bot.channels.base import Inbound, Reply
from bot.turn import Turns
from screening.state import Event

CHANNEL = "console"
WIDTH = 78


async def converse(
    turns: Turns, lines: AsyncIterator[str], show: Callable[[str], None], journey: str = ""
) -> list[tuple[str | None, tuple[Reply, ...]]]:
    """Hold one conversation until the lines end. Returns it: what was typed (None at the start) and the replies.

    `journey`: the one to begin with.
    """
    person = str(uuid4())
    held: list[tuple[str | None, tuple[Reply, ...]]] = []

    async def take(event: Event, typed: str | None) -> None:
        replies = await turns.take(Inbound(CHANNEL, str(uuid4()), person, event))
        held.append((typed, replies))
        show("\n".join(shown(reply) for reply in replies))

    await take(Event(kind="start", begin=journey), None)
    async for line in lines:
        await take(Event(kind="text", text=line), line)
    return held


def shown(reply: Reply) -> str:
    """One reply for a terminal: progress in front, long lines wrapped, the choices numbered."""
    lines = [f"Question {reply.progress}"] if reply.progress else []
    for line in reply.text.splitlines():
        hanging = "  " if line.startswith("- ") else ""
        lines.extend(textwrap.wrap(line, WIDTH, subsequent_indent=hanging) or [""])
    if reply.numbered:
        lines.extend(f"  {number}. {choice.label}" for number, choice in enumerate(reply.choices, start=1))
    else:
        lines.extend(f"  - {choice.label}" for choice in reply.choices)
    return "\n".join([*lines, ""])
