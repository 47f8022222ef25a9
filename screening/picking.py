"""A question with several answers: ticked one after the other or typed in one line, and done when the person says so.

Also the other questions of a professional that take more than one button: scores that are typed, and coming months.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from screening.reported import Impossible, banded, joined, read_scores, reported
from screening.results_code import Kept
from screening.rules import Sitting
from screening.script import JOIN, NONE, REPORTED, Ask
from screening.tallying import CLEAR
from screening.understanding.choices import Option
from screening.understanding.normalise import words
from screening.understanding.reading import Chosen, read_choice

if TYPE_CHECKING:
    from screening.talk import Talk

PICKED, NOTED = "common.several", "common.several_partly"
_SEPARATOR = re.compile(r"[,;&+\n]|\band\b|\bplus\b|\balso\b", re.IGNORECASE)
_NUMBERS = re.compile(r"[\d\s,;&+]+")
YEAR = 12


def left(step: Ask, picked: tuple[str, ...]) -> tuple[str, ...]:
    """The choices that can still be ticked."""
    if not step.several:
        return step.choices
    return tuple(choice for choice in step.choices if choice not in picked and not (picked and choice == NONE))


def begun(talk: "Talk", step: Ask) -> bool:
    """Whether something was ticked or noted, so that the question ends with "that's all"."""
    return bool(talk.state.picked) if step.several else step.scores and bool(reported(talk.sitting))


def coming_months(now: datetime, count: int) -> Iterator[str]:
    """This month and those after it, as 2026-03."""
    for later in range(count):
        years, month = divmod(now.month - 1 + later, YEAR)
        yield f"{now.year + years}-{month + 1:02}"


def picked_lines(talk: "Talk", step: Ask) -> str:
    """What was ticked or noted so far, a bullet each."""
    words_, key = talk.library.words, f"{talk.state.journey}.{talk.state.step}"
    ticked = [words_.label(key, value) for value in talk.state.picked]
    lines = ticked if step.several else score_lines(talk.sitting)
    return "\n".join(words_.text("find_help.bullet", {"line": line}) for line in lines)


def score_lines(sitting: Sitting) -> list[str]:
    """Each typed score with what it means."""
    return [score_line(sitting, score) for score in reported(sitting).values()]


def score_line(sitting: Sitting, score: Kept) -> str:
    """`AUDIT: 24 out of 40, possible dependence`; without a band where there is none for this age."""
    result, instrument = banded(sitting, score), sitting.library.instrument(score.instrument)
    values = {"name": instrument.name, "total": str(score.total), "out_of": str(instrument.most)}
    if result is None:
        return sitting.library.words.text("common.score_noted", values)
    return sitting.library.words.text("common.score_banded", {**values, "band": result.band_name})


def pick(talk: "Talk", step: Ask, values: tuple[str, ...]) -> None:
    """Tick these, or with CLEAR untick all. The question waits on."""
    cleared = CLEAR in values
    if cleared and step.scores:
        talk.drop({REPORTED})
    picked = () if cleared else tuple(dict.fromkeys((*talk.state.picked, *values)))
    if len(picked) > 1:
        picked = tuple(value for value in picked if value != NONE)
    talk.change(picked=picked, narrowed=(), asked=talk.state.asked + 1)


def whole(talk: "Talk", step: Ask) -> str:
    """What was ticked as one answer, in the order of the list."""
    return JOIN.join(choice for choice in step.choices if choice in talk.state.picked)


def read_several(options: tuple[Option, ...], text: str, numbered: bool) -> tuple[tuple[str, ...], bool]:
    """The options named in a line that lists them, and whether some part of it was none of them.

    Numbers point at options only where there is nothing but numbers: in "born 12/3" they do not.
    """
    parts = [part for part in _SEPARATOR.split(text) if words(part)]
    if len(parts) == 1 or _named(options, text):
        parts = [text]
    plain = [part for part in parts if _NUMBERS.fullmatch(text) or not any(map(str.isdecimal, words(part)))]
    read = [read_choice(options, part, numbered=numbered) for part in plain]
    found = tuple(reading.value for reading in read if isinstance(reading, Chosen))
    return found, len(found) < len(parts)


def ticks(options: tuple[Option, ...], text: str) -> bool:
    """Whether every part of a line is an option in its own words: the same as pressing those buttons."""
    parts = [part for part in _SEPARATOR.split(text) if words(part)]
    return _named(options, text) or (bool(parts) and all(_named(options, part) for part in parts))


def _named(options: tuple[Option, ...], text: str) -> bool:
    return any(words(text) == words(phrase) for option in options for phrase in (option.label, *option.words))


def note_scores(talk: "Talk", text: str) -> bool:
    """Keep the scores that were typed, the newest of each instrument; say which cannot be. False: none was named."""
    read = read_scores(talk.library, text, talk.facts.now)
    for wrong in (each for each in read if isinstance(each, Impossible)):
        instrument = talk.library.instrument(wrong.instrument)
        talk.say("common.score_impossible", {"name": instrument.name, "most": str(instrument.most)})
    if kept := [each for each in read if isinstance(each, Kept)]:
        keep_scores(talk, kept)
    return bool(read)


def keep_scores(talk: "Talk", scores: Iterable[Kept]) -> None:
    """Note these scores, each in place of an earlier one of the same instrument."""
    newest = {**reported(talk.sitting), **{score.instrument: score for score in scores}}
    talk.answer(REPORTED, joined(newest.values()))
    talk.change(asked=talk.state.asked + 1)
