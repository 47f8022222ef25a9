"""Answers to an item of an instrument: its options as choices, and which of them a text is."""

from collections.abc import Mapping

from screening.questionnaire import Instrument, Item
from screening.questionnaire import Option as Printed
from screening.understanding.choices import Chosen, Option
from screening.understanding.reading import read_choice


def item_options(item: Item) -> tuple[Option, ...]:
    """The printed options, each under its points."""
    return tuple(Option(str(printed.points), printed.label, printed.words, item.text) for printed in item.options)


def named_item(instruments: Mapping[str, Instrument], name: str) -> Item:
    """The item that a name like "audit.q1" means. Raises KeyError with a sentence if there is none."""
    instrument, _, item = name.partition(".")
    if instrument not in instruments:
        raise KeyError(f"there is no instrument {instrument}; the known ones are {', '.join(sorted(instruments))}")
    return instruments[instrument].item(item)


def read_item(item: Item, text: str) -> Printed | None:
    """The printed option that `text` is, with its label and points; None where Signpost would ask."""
    match read_choice(item_options(item), text, quantity=item.quantity):
        case Chosen(value):
            return item.option(int(value))
        case _:
            return None
