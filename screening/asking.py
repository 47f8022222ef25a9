"""The question that waits: what it offers, how it is put, and how an answer to it is read."""

from dataclasses import dataclass, replace

from screening.dates import month_name
from screening.facts import Area
from screening.picking import PICKED, begun, coming_months, left, picked_lines
from screening.scoring import progress
from screening.script import NONE, Ask, Offers, Screen
from screening.script import Area as AreaStep
from screening.state import Answer, Choice
from screening.talk import Talk
from screening.tallying import CLEAR, DONE, picked_values
from screening.understanding.choices import Option
from screening.understanding.items import item_options
from screening.values import offers, place_name

SKIP = "skip"
"""The value of "prefer not to say"; the answer stored is None."""
DECLINED = "declined"
OUTSIDE = "outside"
"""Not in Kent or Medway: the value of "somewhere else", stored as the area."""
ENOUGH = "enough"
"""The value of "that's enough for now"."""
NOT_NOW = "not_now"
YES = "yes"
OTHERS = "others"
"""Not the one guess that was offered: show every choice again."""


@dataclass(frozen=True)
class Question:
    """What may be answered: options in the order shown, a whole number in a range, or a place."""

    key: str
    options: tuple[Option, ...]
    number: tuple[int, int] | None = None
    quantity: bool = False
    place: bool = False


def question(talk: Talk) -> Question:
    """The question at the person's position, narrowed where their last answer fitted several options."""
    whole = whole_question(talk)
    narrowed = tuple(option for option in whole.options if option.value in talk.state.narrowed)
    if isinstance(talk.step, Ask) and talk.step.drinks and talk.state.narrowed:
        return _guess(talk, Option(talk.state.narrowed[0], talk.library.words.label("common.guess", YES)))
    if whole.place or not narrowed:
        return whole
    if len(narrowed) == 1:
        return _guess(talk, narrowed[0])
    return Question("common.which_did_you_mean", narrowed, quantity=whole.quantity)


def _guess(talk: Talk, option: Option) -> Question:
    """The one thing an answer may have meant: yes, or show everything again."""
    yes, no = _labelled(talk, "common.guess", (YES, OTHERS))
    return Question("common.guess", (Option(option.value, option.label, (*option.words, yes.label, *yes.words)), no))


def whole_question(talk: Talk) -> Question:
    """The question with every option it has."""
    step, key = talk.step, f"{talk.state.journey}.{talk.state.step}"
    if isinstance(step, Ask):
        return _ask_question(talk, step, key)
    if isinstance(step, Screen):
        return _item_question(talk, step, key)
    if isinstance(step, AreaStep):
        return _area_question(talk, key)
    if not isinstance(step, Offers):
        raise TypeError(f"{key} asks nothing")
    services = tuple(Option(offer.service_id, offer.name, ()) for offer in offers(talk.sitting, talk.facts))
    return Question(f"{key}.ask", services + _labelled(talk, f"{key}.ask", (NOT_NOW,)))


def _ask_question(talk: Talk, step: Ask, key: str) -> Question:
    """ "That's all" comes first where something was ticked: the list below it is long."""
    months = tuple(
        Option(month, month_name(talk.library.words, month)) for month in coming_months(talk.facts.now, step.months)
    )
    choices = months + _labelled(talk, key, (*left(step, talk.state.picked), *step.drinks))
    if begun(talk, step):
        done, clear = _labelled(talk, f"{PICKED}_choices", (DONE, CLEAR))
        return Question(key, (done, *choices, clear, *_ways_on(talk, step, (ENOUGH,))))
    ends = _labelled(talk, "units.picked_choices", (DONE, CLEAR)) if talk.state.picked else ()
    skip = _ways_on(talk, step, (SKIP, ENOUGH)) or _skip(talk, step.skip)
    if NONE in step.choices:
        skip = tuple(replace(option, words=()) for option in skip)
    return Question(key, choices + ends + skip, step.number, step.quantity)


def _ways_on(talk: Talk, step: Ask, ways: tuple[str, ...]) -> tuple[Option, ...]:
    """Where a journey can be cut short: not to answer this, and "that's enough"."""
    if not step.skip or talk.journey.enough is None:
        return ()
    return tuple(replace(option, aside=True) for option in _labelled(talk, "common.ways_on", ways))


def _item_question(talk: Talk, step: Screen, key: str) -> Question:
    item = talk.library.screened(step).item(str(talk.state.item))
    return Question(key, item_options(item) + _skip(talk, True), quantity=item.quantity)


def _area_question(talk: Talk, key: str) -> Question:
    codes = talk.state.narrowed
    if not codes:
        return Question(f"{key}.ask", _labelled(talk, f"{key}.ask", (DECLINED,)), place=True)
    confirming = talk.library.words.entry("common.guess").words[YES] if len(codes) == 1 else ()
    areas = tuple(Option(code, area_label(talk, code), confirming) for code in codes)
    other = Option(OUTSIDE, talk.library.words.text(f"{key}.elsewhere"), ())
    return Question(f"{key}.confirm" if len(codes) == 1 else f"{key}.which", (*areas, other), place=True)


def area_value(area: Area) -> str:
    """How an area is stored and reported: its GSS code, with the reporting area inside it where there is one."""
    return f"{area.code}-{area.locality.lower()}" if area.locality else area.code


def area_label(talk: Talk, value: str) -> str:
    """The name of a stored area, its reporting area in front."""
    return place_name(talk.facts, value)


def _labelled(talk: Talk, key: str, values: tuple[str, ...]) -> tuple[Option, ...]:
    if not values:
        return ()
    words, entry = talk.library.words, talk.library.words.entry(key)
    return tuple(Option(value, words.label(key, value), entry.words.get(value, ())) for value in values)


def _skip(talk: Talk, allowed: bool) -> tuple[Option, ...]:
    """The way past a question, in the journey's own words where it has them; a printed item keeps the common ones."""
    own = f"{talk.state.journey}.skip"
    key = own if own in talk.library.words and isinstance(talk.step, Ask) else "common.skip"
    labelled = _labelled(talk, key, (SKIP,)) if allowed else ()
    return tuple(replace(option, aside=True) for option in labelled)


def pose(talk: Talk) -> None:
    """Put the waiting question (again): its words, its buttons, how far along it is."""
    asked = question(talk)
    choices = tuple(Choice(address(talk, option.value), option.label) for option in asked.options)
    if isinstance(talk.step, Screen):
        _pose_item(talk, talk.step, asked.key, choices)
    elif isinstance(talk.step, Ask) and begun(talk, talk.step) and not talk.state.narrowed:
        talk.say(PICKED, {"picked": picked_lines(talk, talk.step)}, choices)
    elif isinstance(talk.step, Ask) and talk.state.picked and not talk.state.narrowed:
        talk.say("units.picked", picked_values(talk, talk.step), choices, numbered=False)
    elif talk.state.narrowed and isinstance(talk.step, AreaStep):
        talk.say(asked.key, {"area": area_label(talk, talk.state.narrowed[0])}, choices)
    else:
        talk.say(asked.key, {}, choices, numbered=not (asked.number or asked.place or asked.quantity))


def _pose_item(talk: Talk, step: Screen, key: str, choices: tuple[Choice, ...]) -> None:
    instrument = talk.library.screened(step)
    item = str(talk.state.item)
    number, of = progress(instrument, talk.sitting.items(step.prefix), item)
    shown = talk.library.words.text("common.progress", {"number": str(number), "of": str(of)})
    if talk.state.narrowed:
        talk.say(key, {}, choices, shown)
        return
    lead = f"{talk.state.journey}.lead.{item}"
    lead_text = talk.library.words.text(lead) + "\n\n" if lead in talk.library.words else ""
    talk.say("common.item", {"lead": lead_text, "text": instrument.item(item).text}, choices, shown)


def address(talk: Talk, value: str) -> str:
    """A button's id: the address of its question, the number it was asked under, and the value."""
    item = f".{talk.state.item}" if talk.state.item else ""
    return f"{talk.state.journey}/{talk.state.step}{item}/{talk.state.asked}/{value}"


def pressed(talk: Talk, choice: str) -> str | None:
    """The value of a button, if it belongs to the question that waits now; else None."""
    for option in (*question(talk).options, *whole_question(talk).options):
        if choice == address(talk, option.value):
            return option.value
    return None


def stored(talk: Talk, value: str) -> Answer:
    """A button's value as the answer to store: points as a number, "prefer not to say" as None."""
    if value == SKIP:
        return None
    return int(value) if isinstance(talk.step, Screen) else value
