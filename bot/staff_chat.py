"""What `/staff` does in a chat: with a one-time code it signs the chat in, alone it signs it out.

The code goes from the message to its HMAC and nowhere else. Words of danger after the command are the engine's.
"""

import re

from bot.channels.base import Inbound
from directory.staff_chats import Refusal
from directory.store import Talk
from screening.library import Library
from screening.safety import check

CHANNEL = "telegram"
"""Where a chat is one person's own. In a browser there are the pages for staff."""

_COMMAND = re.compile(r"\s*/staff\b(.*)", re.DOTALL | re.IGNORECASE)


def given_code(library: Library, inbound: Inbound) -> str | None:
    """What follows /staff, "" where nothing does; None for any other message."""
    said = _COMMAND.fullmatch(inbound.event.text)
    if inbound.channel != CHANNEL or inbound.event.kind != "text" or said is None:
        return None
    return None if check(library.safety, said[1]).label != "none" else said[1].strip()


async def heed(talk: Talk, code: str) -> str:
    """Signs the chat in or out, and gives the key of what to say."""
    if not code:
        return "staff_chat.signed_out" if await talk.staff_sign_out() else "staff_chat.not_signed_in"
    role = await talk.staff_sign_in(code)
    return "staff_chat.refused" if isinstance(role, Refusal) else f"staff_chat.signed_in.{role}"
