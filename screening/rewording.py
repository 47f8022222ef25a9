"""Easy words: the same talk in shorter sentences, from when somebody asks for them until they want the usual ones."""

from screening.talk import Talk
from screening.wording import EASY, is_easy, usual

REWORDED = "common.reworded"


def reword(talk: Talk, easy: bool) -> None:
    """Say everything in easy words from here on, or in the usual ones; and say so."""
    language = usual(talk.state.language)
    talk.change(language=f"{language}{EASY}" if easy else language)
    talk.say(REWORDED)


def reword_otherwise(talk: Talk) -> None:
    """The other of the two."""
    reword(talk, not is_easy(talk.state.language))
