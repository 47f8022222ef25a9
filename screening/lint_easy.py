"""What easy words have to be: short sentences, one idea a message, and not one figure other than in the usual words."""

import re
from collections.abc import Iterator

from screening.wording import PLACEHOLDER, Entry

LONGEST_SENTENCE = 12
"""Words; the government's guidance on easy read asks for no more than 10 to 15 (source easy_read)."""
MOST_SENTENCES = 3
"""In a message: one idea. The items of a list, and the line above it, are one list and not counted."""
_SENTENCE = re.compile(r"[.!?:](?:\s|$)|\n")
_END = re.compile(r"[.!?]\"?(?:\s|$)|\n")
_LISTED = re.compile(r"- |\d\. |\{\w+\}$|.*:$")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


def easy_problems(easy: Entry, usual: Entry) -> Iterator[tuple[str, str]]:
    """Problem and remedy, for an entry of the easy words beside the same entry of the usual ones."""
    for text in easy.messages:
        yield from _long(text)
        if _ideas(text) > MOST_SENTENCES:
            yield f"a message has more than {MOST_SENTENCES} sentences", "Make it two messages"
    if _longest(easy) > max(_longest(usual), 1):
        yield "has a longer sentence than the usual words", "Say it shorter"
    for what, found, wanted in (
        ("placeholders", easy.placeholders(), usual.placeholders()),
        ("figures", _figures(easy), _figures(usual)),
    ):
        if found != wanted:
            yield f"has other {what} than the usual words: {_difference(found, wanted)}", "Say the same"


def sentences(text: str) -> list[str]:
    """The sentences of a text; each line is one at least."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


def _ideas(text: str) -> int:
    told = "\n".join(line for line in text.split("\n") if not _LISTED.match(line))
    return sum(bool(part.strip()) for part in _END.split(told))


def _long(text: str) -> Iterator[tuple[str, str]]:
    for sentence in sentences(text):
        if len(sentence.split()) > LONGEST_SENTENCE:
            yield f'the sentence "{sentence[:40]}…" is too long', f"Keep to {LONGEST_SENTENCE} words"


def _longest(entry: Entry) -> int:
    return max((len(part.split()) for text in entry.messages for part in sentences(text)), default=0)


def _figures(entry: Entry) -> set[str]:
    texts = (*entry.messages, *entry.choices.values())
    return {figure for text in texts for figure in _FIGURE.findall(PLACEHOLDER.sub("", text))}


def _difference(found: set[str], wanted: set[str]) -> str:
    return ", ".join([*(f"no {each}" for each in sorted(wanted - found)), *sorted(found - wanted)])
