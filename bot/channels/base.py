"""What every channel speaks: one message in, replies out. Channels differ only in how they parse and render."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from screening.state import Choice, Event

TOGETHER = 600
"""Characters that several short messages of one turn may have together, to come as one: some 15 lines of a phone."""


@dataclass(frozen=True)
class Inbound:
    """One message. `person` is the channel's address of the person; `push_to` the address to send replies to, if any.

    `opened`: the person has been shown the opening words already, by a page that stores nothing until they answer.
    """

    channel: str
    event_id: str
    person: str
    event: Event
    push_to: str | None = None
    opened: bool = False


@dataclass(frozen=True)
class Reply:
    """One message to show. `seq` counts a conversation's replies from 1; `answered` echoes the choice just taken.

    `numbered`: a typed number chooses by place in the list, so a channel without buttons may number the choices.
    """

    seq: int
    text: str
    choices: tuple[Choice, ...] = field(default=())
    progress: str | None = None
    answered: str | None = None
    numbered: bool = True

    def document(self) -> dict[str, Any]:
        """The reply as JSON-safe data, in the form `/api/chat/messages` shows."""
        return {
            "seq": self.seq,
            "text": self.text,
            "choices": [{"id": choice.id, "label": choice.label} for choice in self.choices],
            "progress": self.progress,
            "answered": self.answered,
            "numbered": self.numbered,
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Reply":
        """The reverse of `document`."""
        return cls(
            seq=document["seq"],
            text=document["text"],
            choices=tuple(Choice(id=choice["id"], label=choice["label"]) for choice in document["choices"]),
            progress=document["progress"],
            answered=document["answered"],
            numbered=document["numbered"],
        )


def together(replies: Iterable[Reply]) -> list[Reply]:
    """Short messages that follow one another as one, a blank line between them: a phone buzzes once, not four times.

    None but the last of a turn has buttons; nothing is put after buttons.
    """
    joined: list[Reply] = []
    for reply in replies:
        before = joined[-1] if joined else None
        if before is None or before.choices or len(before.text) + 2 + len(reply.text) > TOGETHER:
            joined.append(reply)
        else:
            joined[-1] = replace(reply, text=f"{before.text}\n\n{reply.text}", answered=before.answered)
    return joined
