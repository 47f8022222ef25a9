"""A question that takes an amount: drinks from a list or in words, units, a whole number."""

import re
from decimal import Decimal

from screening.asking import SKIP, pose, whole_question
from screening.script import Ask, Screen
from screening.talk import Talk
from screening.tallying import CLEAR, DONE, picked_total, read_sizes, say_read, stored_units, whole_units
from screening.understanding.reading import Chosen, OutOfRange, read_choice, read_number
from screening.units import shown
from screening.walking import proceed

_PART = re.compile(r"\W*(?:(?:about|around|roughly|maybe)\s+)?([0-9]{1,3}\.[0-9]{1,2})\s*(?:units?)?\W*", re.IGNORECASE)


def takes_drinks(talk: Talk) -> bool:
    """Where units are asked: an item of the AUDIT whose options are amounts, or a question with a list of drinks."""
    step = talk.step
    if isinstance(step, Screen):
        return step.prefix == "audit" and talk.library.screened(step).item(str(talk.state.item)).quantity
    return isinstance(step, Ask) and bool(step.drinks)


def take_units(talk: Talk, step: Ask, value: str) -> None:
    """A drink of the list, the list cleared or done, or a typed total that the person has agreed to.

    "Nothing" is a whole answer, so the list is not asked on after it.
    """
    if value in step.drinks and not talk.library.picks[step.drinks[value]]:
        value = stored_units(Decimal(0))
    if value in step.drinks or value == CLEAR:
        picked = () if value == CLEAR else (*talk.state.picked, value)
        talk.change(picked=picked, narrowed=(), asked=talk.state.asked + 1)
        pose(talk)
        return
    total = stored_units(picked_total(talk, step)) if value == DONE else value
    talk.echo(talk.library.words.text("units.short", {"units": shown(Decimal(total))}))
    proceed(talk, total, total)


def read_drinks(talk: Talk, text: str) -> bool:
    """Drinks typed where units are asked: say what they come to and ask whether that is right. False: none named."""
    read = read_sizes(talk, text)
    if read is None or read.total is None:
        return False
    say_read(talk, read)
    talk.change(narrowed=(_as_answer(talk, read.total),))
    pose(talk)
    return True


def _as_answer(talk: Talk, total: Decimal) -> str:
    """A total as the value of the waiting question: the option it falls in, or the units themselves."""
    if not isinstance(talk.step, Screen):
        return stored_units(total)
    units = str(max(1, whole_units(total)))
    fitting = read_choice(whole_question(talk).options, f"{units} units", quantity=True)
    return fitting.value if isinstance(fitting, Chosen) else SKIP


def read_amount(talk: Talk, between: tuple[int, int], text: str) -> bool:
    """Take a number from the least to the most; units may be a part of one. False: there is none in the text."""
    step, part = talk.step, _part_units(text)
    if isinstance(step, Ask) and step.drinks and part is not None and part <= between[1]:
        take_units(talk, step, stored_units(part))
        return True
    amount = read_number(_without_scale(text, between[1]), *between)
    if isinstance(amount, OutOfRange):
        talk.say("common.out_of_range", {"least": str(between[0]), "most": str(between[1])})
        pose(talk)
    elif amount is not None:
        talk.echo(str(amount))
        proceed(talk, amount, str(amount))
    return amount is not None


def _part_units(text: str) -> Decimal | None:
    """ "2.5", "2.5 units": an amount of units that is no whole number."""
    said = _PART.fullmatch(text)
    return Decimal(said.group(1)) if said else None


def _without_scale(text: str, most: int) -> str:
    """ "7 out of 10" and "7/10" as "7", where 10 is the most that can be said."""
    return re.sub(rf"\s*(?:/|out of)\s*{most}\W*$", "", text, flags=re.IGNORECASE)
