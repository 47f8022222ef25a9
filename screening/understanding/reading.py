"""An answer in a person's own words -> the option they chose. Never a silent guess."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from screening.understanding.normalise import words
from screening.understanding.numbers import NUMBER_WORDS, ORDINALS, OutOfRange, Span, is_whole, read_number, read_span

__all__ = ["Chosen", "Option", "OutOfRange", "Reading", "Unsure", "read_choice", "read_number"]

LONGEST_ANSWER = 40
"""Words; anything longer is a story, not a choice."""
STRAY_WORDS = 4
"""Words beside an option's own that still leave no doubt about it."""
LETTERS_PER_TYPO = 8
"""A misspelling may have one slip, and one more for each of these many letters."""
SHORTEST_TYPO = 4

_Words = tuple[str, ...]

_EMPTY = frozenset(
    words(
        "the a an in per of time times is it its my i id im ive say think guess would maybe about around roughly really"
        " just only so um er erm well hmm please pls thanks and but during honest honestly tbh lol x xx"
    )
)
_JOINING = frozenset(words("or to than not"))
_COMPARING = frozenset(words("more less over under fewer older younger last"))
_NEGATION = frozenset(
    words("not isnt wasnt arent dont doesnt didnt havent cant wont wouldnt neither nor hardly without except unsure")
)
_YES = frozenset(words("yes yeah yep yup yea ye yh y aye"))
_NO = frozenset(words("no nope nah naw n"))
_POINTERS = frozenset(words("option number no num choice answer the its i pick choose one please pls go with for"))
_NEVER_MIND = (("never", "mind"), ("nevermind",))


@dataclass(frozen=True)
class Option:
    """A choice as shown: its value, its label, and other words that mean the same."""

    value: str
    label: str
    words: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[_Words, ...]:
        """Its label and other words, without words that carry no meaning."""
        return tuple(_plain(words(phrase)) for phrase in (self.label, *self.words))


@dataclass(frozen=True)
class Chosen:
    """The text means this option and no other."""

    value: str


@dataclass(frozen=True)
class Unsure:
    """The text may mean any of these (or, if there is one, only perhaps that): ask."""

    values: tuple[str, ...]


Reading = Chosen | Unsure | None
"""None: nothing understood."""


def read_choice(options: Sequence[Option], text: str, quantity: bool = False) -> Reading:
    """What `text` chooses among `options`: by number as shown (from 1), by words, or by amount.

    `quantity` says that the options are amounts ("3 to 4" units): a bare number may then be an amount or the number of
    an option, and where the two differ both are returned.
    """
    said = words(text)
    if not said or len(said) > LONGEST_ANSWER or not is_whole(text):
        return None
    if any(_within(phrase, said) for phrase in _NEVER_MIND):
        return None
    return _by_number(options, said, quantity) or _by_words(options, said) or _by_amount(options, read_span(said))


def _by_number(options: Sequence[Option], said: _Words, quantity: bool) -> Reading:
    place = _place(said, len(options))
    if place is None:
        return None
    chosen = Chosen(options[place - 1].value)
    if not quantity or len(said) > 1 or said[0] in ORDINALS:
        return chosen
    match _by_amount(options, Span(place, place)):
        case Chosen(value) if value != chosen.value:
            return Unsure(tuple(option.value for option in options if option.value in (value, chosen.value)))
        case _:
            return chosen


def _place(said: _Words, count: int) -> int | None:
    """The place in the list, from 1, that "2", "option 2", "number two", "the second one" or "last one" point at."""
    rest = tuple(word for word in said if word not in _POINTERS) or said[-1:]
    if len(rest) != 1 or (len(said) > 1 and not set(said) & _POINTERS):
        return None
    if rest == ("last",):
        return count
    word = rest[0]
    number = int(word) if word.isdecimal() and len(word) <= len(str(count)) else NUMBER_WORDS.get(word, 0)
    place = ORDINALS.get(word, number)
    return place if 1 <= place <= count else None


def _by_amount(options: Sequence[Option], amount: Span | None) -> Reading:
    spans = ((option.value, read_span(words(option.label))) for option in options)
    return _of([value for value, span in spans if amount and span and span.meets(amount)])


def _by_words(options: Sequence[Option], said: _Words) -> Reading:
    yes_or_no = any(phrase[:1] in (("yes",), ("no",)) for option in options for phrase in option.phrases)
    plain = _plain(_agreed(said) if yes_or_no else said)
    if not set(plain) - _JOINING:
        return None
    for fits in (_same, _begins, _within):
        fitting = [option.value for option in options if any(fits(plain, phrase) for phrase in option.phrases)]
        if fitting:
            return Unsure(tuple(fitting)) if set(plain) <= _COMPARING | _JOINING else _of(fitting)
    return _mentioned(options, plain) or _refused(options, said) or _by_likeness(options, plain)


def _refused(options: Sequence[Option], said: _Words) -> Reading:
    """A bare "no" where the only option of that kind is "never" or "none": probably that, so ask."""
    nothing = [o.value for o in options if {"never", "none"} & {word for phrase in o.phrases for word in phrase[:1]}]
    return Unsure(tuple(nothing)) if len(nothing) == 1 and set(said) <= _NO else None


def _mentioned(options: Sequence[Option], plain: _Words) -> Reading:
    """Options named within a longer answer; one named only inside the name of another does not count."""
    found = [(phrase, o.value) for o in options for phrase in o.phrases if phrase and _within(phrase, plain)]
    longest = [(p, value) for p, value in found if not any(len(q) > len(p) and _within(p, q) for q, _ in found)]
    named = {word for phrase, _ in longest for word in phrase}
    stray = [word for word in plain if word not in named]
    if not longest or _NEGATION & set(stray):
        return None
    values = tuple(dict.fromkeys(value for _, value in longest))
    return Chosen(values[0]) if len(values) == 1 and len(stray) <= STRAY_WORDS else Unsure(values)


def _by_likeness(options: Sequence[Option], plain: _Words) -> Reading:
    """The one option that `plain` is a light misspelling of."""
    text = " ".join(plain)
    if len(text) < SHORTEST_TYPO or _NEGATION & set(plain):
        return None
    slips = sorted((_slips(text, option), place) for place, option in enumerate(options))
    best, place = slips[0]
    alone = len(slips) == 1 or slips[1][0] > best + 1
    return Chosen(options[place].value) if alone and best <= 1 + len(text) // LETTERS_PER_TYPO else None


def _slips(text: str, option: Option) -> int:
    """Typing slips between `text` and the option; another first letter is another word ("ever" is not "never")."""
    labels = (" ".join(phrase) for phrase in option.phrases)
    return min((OSA.distance(text, label) for label in labels if label[:1] == text[:1]), default=len(text))


def _of(values: Sequence[str]) -> Reading:
    if not values:
        return None
    return Chosen(values[0]) if len(values) == 1 else Unsure(tuple(values))


def _agreed(said: _Words) -> _Words:
    return tuple("yes" if word in _YES else "no" if word in _NO else word for word in said)


def _plain(said: _Words) -> _Words:
    return tuple(word for word in said if word not in _EMPTY)


def _same(plain: _Words, phrase: _Words) -> bool:
    return plain == phrase


def _begins(plain: _Words, phrase: _Words) -> bool:
    return phrase[: len(plain)] == plain


def _within(part: _Words, whole: _Words) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))
