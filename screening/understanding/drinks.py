"""The words of a sentence about drinks -> helpings: how many, of what measure, of which drink. Amounts are not guessed.

One pass from left to right. A helping grows word by word ("2", "large", "glasses", "of", "red") until a word comes that
cannot belong to it any more; words that are not about drinks end it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from screening.drinks import Drink
from screening.understanding.drink_words import Lexeme, WordKind

STRAY_WORDS = 2
"""Words that are not known between "pint of" and the drink: "a pint of that lovely lager"."""
REFUSAL_REACH = 3
"""Words that a refusal reaches over to the drink that was not had: "don't really like the taste of wine"."""
BY_THE_PINT = ("beer", "cider")
HALF, DOZEN = Decimal("0.5"), 12


@dataclass
class Helping:
    """One mention of drinking, as far as it was said. `alone`: the message holds nothing but drinks.

    `least`: where a range was said, its lower end (`number` is the higher). `refused`: words that "no" still reaches.
    """

    number: Decimal | None = None
    least: Decimal | None = None
    vague: str = ""
    size: str | None = None
    measure: str | None = None
    plural: bool = False
    ml: Decimal | None = None
    abv: Decimal | None = None
    drink: Drink | None = None
    free: bool = False
    units: bool = False
    refused: int = 0
    ended: bool = False
    of: bool = False
    strays: int = 0
    alone: bool = False

    @property
    def complete(self) -> bool:
        """Whether it names a drink or a measure, so that another number begins another helping."""
        return self.drink is not None or self.measure is not None or self.units

    @property
    def of_something(self) -> bool:
        """ "A pint of" something unknown."""
        return self.of and self.drink is None and self.strays > 0

    @property
    def measured(self) -> bool:
        """Whether a measure, size or volume was named."""
        return self.measure is not None or self.size is not None or self.ml is not None


def helpings(said: Sequence[Lexeme]) -> list[Helping]:
    """The helpings that were said, in order, refused ones ("no wine") left out."""
    reader = _Reader(said)
    for at in range(len(said)):
        reader.take(at)
    reader.close()
    alone = not any(lexeme.kind in ("other", "refusal", "frequency") for lexeme in said)
    return [replace(helping, alone=alone) for helping in reader.found]


class _Reader:
    """Builds one helping at a time. A method for each kind of lexeme."""

    def __init__(self, said: Sequence[Lexeme]) -> None:
        self.said = said
        self.found: list[Helping] = []
        self.now = Helping()

    def take(self, at: int) -> None:
        _METHODS[self.said[at].kind](self, at, self.said[at])

    def close(self) -> None:
        """The helping is finished; another begins. One that was refused is dropped, and the refusal reaches further."""
        now = self.now
        if (now.complete or now.ml is not None) and not now.refused:
            self.found.append(now)
        self.now = Helping(refused=0 if now.ended else now.refused)

    def _kind(self, at: int) -> str:
        return self.said[at].kind if 0 <= at < len(self.said) else ""

    def _next(self, at: int) -> int:
        """The place of the next word that is not "a", "of", "x" or a filler."""
        at += 1
        while self._kind(at) in ("a", "of", "times", "filler"):
            at += 1
        return at

    def _names_a_drink(self, at: int) -> bool:
        return self._kind(self._next(at)) in ("measure", "drink", "size")

    def _number(self, at: int, lexeme: Lexeme) -> None:
        now = self.now
        if self._ends_a_range(at):
            now.least, now.number = sorted((now.number or Decimal(1), lexeme.value))
        elif self._counts_backwards(at):
            now.number, now.ended = lexeme.value, False
        elif self._kind(at - 1) == "and" and lexeme.value < 1 and now.number is not None and not now.complete:
            now.number += lexeme.value
        else:
            self._begin_with(at, lexeme)

    def _ends_a_range(self, at: int) -> bool:
        """ "2 or 3", "2-3", "a glass or two"."""
        now, before = self.now, self._kind(at - 1)
        if before == "dash":
            return now.number is not None and not now.complete
        return before == "or" and not now.ended and (now.number is not None or now.complete)

    def _counts_backwards(self, at: int) -> bool:
        """A number after its drink: "stella x 4", "lager - 2 pints", "tennents super, 3 cans"."""
        now, before = self.now, self._kind(at - 1)
        if before == "times" and now.complete and not self._names_a_drink(at):
            return True
        if now.number is not None:
            return False
        return (before in ("dash", "times") and now.complete and not now.of) or self._opens_only_a_measure(at)

    def _opens_only_a_measure(self, at: int) -> bool:
        """After "tennents super," comes "3 cans": a measure, and no drink of its own."""
        now, measure = self.now, self._next(at)
        while self._kind(measure) == "size":
            measure = self._next(measure)
        if now.drink is None or now.measure is not None or now.refused or self._kind(measure) != "measure":
            return False
        served = self.said[measure].name not in ("pint", "half") or now.drink.kind.endswith(BY_THE_PINT)
        after = self._next(measure)
        while self._kind(after) in ("ml", "abv"):
            after = self._next(after)
        return served and self._kind(after) not in ("drink", "soft")

    def _begin_with(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete or (self.now.ml is not None and self.now.number is not None):
            self.close()
        dozens = lexeme.value == DOZEN and self.now.number is not None
        self.now.number = lexeme.value * (self.now.number or 1) if dozens else lexeme.value
        self.now.vague = lexeme.word

    def _a(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete:
            if self._kind(at - 1) == "of" or (self._kind(at - 1) == "measure" and self.now.measure == "half"):
                return
            self.close()
        if self.now.number is None or self._kind(at - 1) == "number":
            self.now.number = Decimal(1)

    def _pack(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete and self._kind(at - 1) != "times":
            self.close()
        self.now.number = (self.now.number or Decimal(1)) * lexeme.value
        if self._kind(self._next(at)) != "measure":
            self.now.measure = self.now.measure or "can"

    def _measure(self, at: int, lexeme: Lexeme) -> None:
        if lexeme.name == "half" and self._half(at, lexeme):
            return
        now = self.now
        if lexeme.name == "can" and not lexeme.plural and not self._is_a_can(at):
            return self._other(at, lexeme)
        if now.complete and (now.ended or now.of or (now.drink is not None and now.measure is not None)):
            self.close()
            now = self.now
        if now.measure is None:
            now.measure, now.plural = lexeme.name, lexeme.plural
        elif lexeme.plural:
            now.plural = True
        return None

    def _is_a_can(self, at: int) -> bool:
        """A tin, not "I can": something before it or after it says so."""
        now = self.now
        said = now.number is not None or now.ml is not None or now.size is not None or now.drink is not None
        return (said and not now.ended) or self._kind(at + 1) == "of"

    def _half(self, at: int, lexeme: Lexeme) -> bool:
        """Half of something ("half a bottle", "2 and half pints"), rather than a half pint."""
        if self._kind(at - 1) == "and" and self.now.number is not None and not self.now.complete:
            self.now.number += HALF
            return True
        if self._kind(self._next(at)) in ("measure", "ml") and not lexeme.plural:
            if self.now.complete:
                self.close()
            self.now.number = (self.now.number or Decimal(1)) * HALF
            return True
        return False

    def _and_half(self, at: int, lexeme: Lexeme) -> None:
        """ "A pint and a half", "two and a half pints"; after a drink, another half pint."""
        if self._kind(at - 1) in ("number", "measure"):
            self.now.number = (self.now.number or Decimal(1)) + HALF
        else:
            self.close()
            self.now.number, self.now.measure = Decimal(1), "half"

    def _size(self, at: int, lexeme: Lexeme) -> None:
        attached = self._kind(at - 1) == "number" and not self.now.ended
        if self.now.complete and (self.now.ended or self.now.drink is not None) and not attached:
            self.close()
        self.now.size = lexeme.name

    def _drink(self, at: int, lexeme: Lexeme) -> None:
        now = self.now
        apart = now.complete and (now.ended or (now.strays > 0 and not now.of))
        if now.drink is not None or apart:
            self.close()
            now = self.now
        now.drink = lexeme.drink
        now.plural = now.plural or (lexeme.plural and now.measure is None)

    def _ml(self, at: int, lexeme: Lexeme) -> None:
        now = self.now
        taken = now.drink is not None and (self._names_a_drink(at) or now.ml is not None)
        if taken or (now.complete and now.ended):
            self.close()
        self.now.ml = lexeme.value

    def _abv(self, at: int, lexeme: Lexeme) -> None:
        if self.now.drink is not None and self._names_a_drink(at):
            self.close()
        self.now.abv = lexeme.value

    def _units(self, at: int, lexeme: Lexeme) -> None:
        if self.now.number is not None and not self.now.complete:
            self.now.units = True

    def _free(self, at: int, lexeme: Lexeme) -> None:
        if self.now.drink is not None and self._names_a_drink(at):
            self.close()
        self.now.free = True

    def _soft(self, at: int, lexeme: Lexeme) -> None:
        """A mixer after a drink; otherwise a drink without alcohol ("a pint of milk"), which is not counted."""
        apart = self.now.ended or self._kind(at - 1) == "and"
        if self.now.drink is None and not apart:
            self.now = Helping(refused=self.now.refused)
        self.now.ended = self.now.complete

    def _and(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete and self._kind(self._next(at)) != "soft":
            self.now.ended = True

    def _of(self, at: int, lexeme: Lexeme) -> None:
        self.now.of = self.now.of or (self.now.measure is not None and self.now.drink is None)

    def _dash(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete and self.now.number is not None:
            self.now.ended = True

    def _break(self, at: int, lexeme: Lexeme) -> None:
        if self.now.complete or self.now.ml is not None:
            self.now.ended = True
        else:
            self.now = Helping(abv=self.now.abv)

    def _refusal(self, at: int, lexeme: Lexeme) -> None:
        self.close()
        self.now.refused = REFUSAL_REACH

    def _nothing(self, at: int, lexeme: Lexeme) -> None:
        """Words that change nothing; what comes next looks back at them."""

    def _other(self, at: int, lexeme: Lexeme) -> None:
        now = self.now
        if not now.complete:
            self.now = Helping(refused=max(now.refused - 1, 0))
        elif now.drink is not None or now.strays >= STRAY_WORDS:
            now.ended = True
        now.strays += 1


_METHODS: Mapping[WordKind, Callable[[_Reader, int, Lexeme], None]] = {
    "number": _Reader._number,
    "range": _Reader._begin_with,
    "pack": _Reader._pack,
    "measure": _Reader._measure,
    "size": _Reader._size,
    "drink": _Reader._drink,
    "ml": _Reader._ml,
    "abv": _Reader._abv,
    "units": _Reader._units,
    "free": _Reader._free,
    "soft": _Reader._soft,
    "a": _Reader._a,
    "and": _Reader._and,
    "and_half": _Reader._and_half,
    "of": _Reader._of,
    "dash": _Reader._dash,
    "refusal": _Reader._refusal,
    "break": _Reader._break,
    "frequency": _Reader._other,
    "shared": _Reader._other,
    "other": _Reader._other,
    "or": _Reader._nothing,
    "times": _Reader._nothing,
    "filler": _Reader._nothing,
}
