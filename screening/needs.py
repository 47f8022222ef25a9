"""What somebody asks for in particular, read from their words: content/needs.yaml, checked against its labels."""

from collections.abc import Mapping
from pathlib import Path

from screening.errors import ContentError
from screening.files import read_yaml
from screening.understanding.normalise import words
from screening.understanding.phrases import Compiler, Phrase, PhraseError
from screening.wording import Wording

NOT_MET = "find_help.not_met"
"""The words for a need that no service meets; its choices are the labels of the needs that can be asked for."""

NeedWords = Mapping[str, tuple[Phrase, ...]]


def load_needs(path: Path, labels: Wording) -> NeedWords:
    """Read needs.yaml. Raises ContentError for a phrase that cannot be read, or a need without a label."""
    compiler = Compiler({}, words)
    found: dict[str, tuple[Phrase, ...]] = {}
    for need, phrases in read_yaml(path).items():
        if need not in labels.entry(NOT_MET).choices:
            raise ContentError(path.name, need, "has no label", f"Write it among the choices of {NOT_MET}")
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) for phrase in phrases):
            raise ContentError(path.name, need, "is not a list of phrases", "Write one or more phrases in quotes")
        try:
            found[need] = tuple(map(compiler.compile, phrases))
        except PhraseError as error:
            raise ContentError(path.name, need, str(error), "Mend the phrase") from error
    return found


def read_needs(needs: NeedWords, text: str) -> tuple[str, ...]:
    """The needs that a message names, in the order of the file."""
    said = words(text)
    present, spaced = frozenset(said), f" {' '.join(said)} "
    return tuple(need for need, phrases in needs.items() if any(phrase.search(spaced, present) for phrase in phrases))
