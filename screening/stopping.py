"""Hears a plan to stop drinking at once: for somebody who may be dependent that is dangerous (source N3)."""

from pathlib import Path

from screening.errors import ContentError
from screening.files import read_yaml
from screening.understanding.normalise import words

Phrases = frozenset[tuple[str, ...]]


def load_stopping(path: Path) -> Phrases:
    """Read stopping.yaml. Raises ContentError where it is no list of phrases."""
    phrases = read_yaml(path).get("phrases")
    if not isinstance(phrases, list) or not all(isinstance(phrase, str) and words(phrase) for phrase in phrases):
        raise ContentError(path.name, "phrases", "is no list of phrases", "Write `phrases:` and a list of words")
    return frozenset(words(phrase) for phrase in phrases)


def plans_to_stop(phrases: Phrases, text: str) -> bool:
    """Whether `text` holds one of the phrases."""
    said = words(text)
    lengths = {len(phrase) for phrase in phrases}
    return any(said[at : at + length] in phrases for length in lengths for at in range(len(said) - length + 1))
