"""Drinks, in words -> UK units of alcohol, with everything that was assumed on the way.

Units = millilitres x % ABV / 1000; one unit is 10 ml or 8 g of alcohol (source O49). Decimal arithmetic throughout, so
that 330 ml at 5% is 1.65 and is shown as 1.7.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from screening.drinks import STRONGEST, Drink, Drinks
from screening.rules import WEEKLY_GUIDELINE
from screening.understanding.drink_words import Lexeme, Vocabulary
from screening.understanding.drinks import Helping, helpings
from screening.understanding.normalise import words

LONGEST_TEXT = 2_000
"""Characters. Of a longer text only a part could be counted, and part of a total is not a total: nothing is read."""
MOST_UNITS = Decimal(1000)
"""More is a slip of the keyboard: no total is given."""
SHOWN, KEPT = Decimal("0.1"), Decimal("0.01")
FIXED_MEASURES = frozenset({"pint", "half", "third", "litre"})
"""The same everywhere, so that nothing is assumed."""


@dataclass(frozen=True)
class Note:
    """Something to tell the person: a key of the wording and the values for its placeholders."""

    key: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """One kind of drink that was had: `quantity` times `ml` at `abv` percent. An amount given in units has no size."""

    drink: str
    name: str
    quantity: Decimal
    ml: Decimal | None
    abv: Decimal | None
    units: Decimal
    assumed: tuple[Note, ...]


@dataclass(frozen=True)
class DrinksRead:
    """What a message says was drunk. `total`: units to 2 places; None where no amount can be told.

    A message that says that nothing was drunk has no items and the total 0. `unread`: what was said of drinks and could
    not be counted; `total` is without it. `assumed`: everything that was assumed, each thing once.
    """

    items: tuple[Item, ...]
    total: Decimal | None
    unread: tuple[Note, ...] = ()
    assumed: tuple[Note, ...] = ()


def units(ml: Decimal, abv: Decimal) -> Decimal:
    """UK units, exact, in `ml` millilitres at `abv` percent. Raises ValueError for what no drink can be."""
    if ml < 0 or not 0 <= abv <= 100:
        raise ValueError("millilitres are from 0 up, and strength is from 0 to 100 percent")
    return ml * abv / 1000


def shown(amount: Decimal) -> str:
    """Units as people read them: one decimal place, half up."""
    return str(amount.quantize(SHOWN, ROUND_HALF_UP))


def against_guideline(weekly: Decimal) -> Literal["within", "over"]:
    """Units in a week against the UK Chief Medical Officers' 14 (source O53), before any rounding."""
    return "over" if weekly > WEEKLY_GUIDELINE else "within"


def kept(amount: Decimal) -> Decimal:
    """Units as sums are kept: two decimal places, half up."""
    return amount.quantize(KEPT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """A number without needless zeros: 2, 2.5, 568."""
    return f"{number.normalize():f}"


class DrinksReader:
    """Reads drinks in words. Made once from drinks.yaml; keeps nothing of what it reads."""

    def __init__(self, drinks: Drinks) -> None:
        self._drinks = drinks
        self._vocabulary = Vocabulary(drinks)
        self._nothing = frozenset(words(phrase) for phrase in drinks.nothing)

    def read(self, text: str) -> DrinksRead:
        """What `text` says was drunk. Never raises; where in doubt, nothing is counted and `unread` says so."""
        if len(text) > LONGEST_TEXT:
            return DrinksRead((), None, (Note("units.unread.too_long", {}),))
        if words(text) in self._nothing:
            return DrinksRead((), Decimal(0))
        said = self._vocabulary.read(text)
        return self._totalled([self._reckon(helping) for helping in self._counted(said)], said)

    def _counted(self, said: list[Lexeme]) -> list[Helping]:
        """Amounts given in units count only where no drink is named: "3 pints, so 7 units" is said twice."""
        found = helpings(said)
        return [helping for helping in found if not helping.units] or found

    @staticmethod
    def _totalled(reckoned: list[Item | Note | None], said: list[Lexeme]) -> DrinksRead:
        items = tuple(each for each in reckoned if isinstance(each, Item))
        unread = tuple(each for each in reckoned if isinstance(each, Note))
        total = sum((item.units for item in items), Decimal(0))
        if total > MOST_UNITS:
            return DrinksRead((), None, (Note("units.unread.too_many", {"most": str(MOST_UNITS)}),))
        if not items:
            return DrinksRead((), None, unread)
        heard = {lexeme.kind for lexeme in said}
        assumed = [note for item in items for note in item.assumed]
        assumed += [Note(f"units.assumed.{kind}", {}) for kind in ("frequency", "shared") if kind in heard]
        once = tuple(note for place, note in enumerate(assumed) if note not in assumed[:place])
        return DrinksRead(items, kept(total), unread, once)

    def _reckon(self, helping: Helping) -> Item | Note | None:
        """The helping as an item; a note where it names a drink but no amount; None where it is not about drinks."""
        if helping.units:
            return _in_units(helping)
        drink = helping.drink or self._unnamed(helping)
        if drink is None or isinstance(drink, Note):
            return drink
        if drink.only_measured and not helping.measured:
            return None
        if helping.number is None and (helping.plural or not (helping.measured or helping.alone)):
            return Note("units.unread.quantity", {"drink": drink.name})
        return self._item(helping, drink)

    def _unnamed(self, helping: Helping) -> Drink | Note | None:
        """What a measure alone is of: "4 cans" are of lager, "3 bottles" may be of anything."""
        measure = helping.measure
        if measure is None or (helping.of_something and measure != "pint"):
            return None
        many = helping.plural and helping.number is not None
        if not (many or helping.alone or (measure == "pint" and not helping.plural)):
            return None
        if measure in self._drinks.alone:
            return self._drinks.drink(self._drinks.alone[measure])
        return Note("units.unread.drink", {"measure": measure})

    def _item(self, helping: Helping, drink: Drink) -> Item | Note:
        serve = self._drinks.serve(drink, helping.size, helping.measure)
        abv, source = (drink.abv, drink.source) if serve.abv is None else (serve.abv, serve.source)
        if helping.abv is not None or helping.free:
            abv = helping.abv or Decimal(0)
        if abv > STRONGEST:
            return Note("units.unread.strength", {"drink": drink.name})
        ml = helping.ml or serve.ml
        quantity = Decimal(1) if helping.number is None else helping.number
        assumed = (*_assumed_amount(helping, drink, ml), *_assumed_strength(helping, drink, abv, source))
        return Item(drink.id, drink.name, quantity, ml, abv, units(quantity * ml, abv), assumed)


def _in_units(helping: Helping) -> Item:
    amount = helping.number or Decimal(0)
    return Item("units", "units", amount, None, None, amount, tuple(_assumed_number(helping, "unit")))


def _assumed_number(helping: Helping, drink: str) -> Iterator[Note]:
    if helping.number is None and not helping.measured:
        yield Note("units.assumed.one", {"drink": drink})
    elif helping.least is not None and helping.number is not None:
        yield Note("units.assumed.range", {"least": plain(helping.least), "most": plain(helping.number)})
    elif helping.vague and helping.number is not None:
        yield Note("units.assumed.vague", {"words": helping.vague, "number": plain(helping.number)})


def _assumed_amount(helping: Helping, drink: Drink, ml: Decimal) -> Iterator[Note]:
    yield from _assumed_number(helping, drink.name)
    if helping.drink is None and helping.measure is not None:
        yield Note("units.assumed.drink", {"measure": helping.measure, "drink": drink.name})
    if helping.ml is None and helping.measure not in FIXED_MEASURES:
        yield Note("units.assumed.size", {"drink": drink.name, "ml": plain(ml)})


def _assumed_strength(helping: Helping, drink: Drink, abv: Decimal, source: str | None) -> Iterator[Note]:
    if helping.abv is not None:
        return
    if abv == 0:
        yield Note("units.assumed.alcohol_free", {"drink": drink.name})
    else:
        key = "strength" if source else "strength_unsourced"
        yield Note(f"units.assumed.{key}", {"drink": drink.name, "abv": plain(abv)})
