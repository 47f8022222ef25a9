"""An answer in a person's own words -> the option they chose. Never a silent guess."""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

from screening.understanding.amounts import of_amount, read_amount
from screening.understanding.answer_words import answer_words
from screening.understanding.choices import Chosen, Option, Reading, Unsure, answers, reading
from screening.understanding.frequency import are_rates, read_often
from screening.understanding.happening import read_happened, roles
from screening.understanding.normalise import words
from screening.understanding.numbers import NUMBER_WORDS, ORDINALS, OutOfRange, Span, is_whole, read_number

__all__ = ["Chosen", "Option", "OutOfRange", "Reading", "Unsure", "read_choice", "read_number"]

LONGEST_ANSWER = 40
"""Words; anything longer is a story, not a choice."""
LONGEST_TEXT = 2000
"""Characters; they are not even counted into words beyond that."""
STRAY_WORDS = 4
"""Words beside an option's own that still leave no doubt about it."""
LETTERS_PER_TYPO = 8
"""A misspelling may have one slip, and one more for each of these many letters."""
SHORTEST_TYPO = 4
THUMBS = {"👍": "yes", "👌": "yes", "✅": "yes", "✔": "yes", "👎": "no", "❌": "no", "🚫": "no"}
"""An answer where there are no words."""

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
_KNOWN = answer_words()
"""Read with this module, so that a mistake in the content is found at start."""
_POINTERS = frozenset(words("option number no num choice answer letter"))
_AROUND_NUMBERS = _POINTERS | frozenset(words("one its i ill pick choose please pls go with for"))
_AROUND_ORDINALS = _AROUND_NUMBERS | frozenset(words("the id im think say probably maybe is it would be"))
_ENDS = {"last": -1, "bottom": -1, "final": -1, "top": 0, "middle": 0}
_LETTERS = "abcdefgh"
_WONDERED = re.compile(r"\?\W*$")


def read_choice(options: Sequence[Option], text: str, quantity: bool = False, numbered: bool = False) -> Reading:
    """What `text` chooses among `options`: by number as shown (from 1), by words, or by what the words come to.

    Options that are rates ("monthly") are chosen by how often something is said to be; those with yes and no by whether
    and when it was. `quantity` says that the options are amounts ("3 to 4" units): a bare number may then be an amount
    or the number of an option, and where the two differ both are returned. `numbered`: the options are shown with
    numbers, so that a bare one can only mean its option.
    """
    if len(text) > LONGEST_TEXT or not options:
        return None
    text = text if words(text) else " ".join({THUMBS[mark] for mark in text if mark in THUMBS})
    said = words(text)
    if not said or len(said) > LONGEST_ANSWER or not is_whole(text):
        return None
    meant = _as_named(options, said) or _by_meaning(options, text, quantity)
    return _by_number(options, said, quantity, numbered) or _doubted(meant, text)


def _doubted(reading: Reading, text: str) -> Reading:
    """ "Weekly?" is not said, it is wondered."""
    return Unsure((reading.value,)) if isinstance(reading, Chosen) and _WONDERED.search(text) else reading


def _by_meaning(options: Sequence[Option], text: str, quantity: bool) -> Reading:
    said, rates, happened = words(text), are_rates(options), bool(options[0].asked and roles(options))
    if (rates or happened or quantity or _has_yes_or_no(options)) and _is_no_answer(options, text):
        return None
    if rates:
        return _by_range(options, said) or read_often(options, text) or _begun(options, said) or _refused(options, said)
    if happened:
        return read_happened(options, text)
    if quantity:
        return read_amount(options, text) or (None if any(map(str.isdecimal, said)) else _by_words(options, said))
    return _by_words(options, said)


def _is_no_answer(options: Sequence[Option], text: str) -> bool:
    """ "No idea", "never mind": not an answer, unless an option is called that."""
    said, phrases = words(text), (phrase for option in options for phrase in _phrases(option))
    named = any(len(phrase) > 1 and _within(phrase, said) for phrase in phrases)
    return not named and bool(_KNOWN.nothing.find(_KNOWN.hear(text)))


def _as_named(options: Sequence[Option], said: _Words) -> Reading:
    """Exactly an option's label or another word for it."""
    return reading(o.value for o in options if said in [words(phrase) for phrase in (o.label, *o.words)])


def _by_number(options: Sequence[Option], said: _Words, quantity: bool, numbered: bool) -> Reading:
    """The option that a number, an ordinal or a letter points at: "2", "option 2", "the second one", "last one".

    A bare number is only a guess where it could also be how often ("3" times a week) and no numbers are shown.
    """
    word, pointing = _pointer(said)
    if word in _ENDS and len(said) > 1:
        return _at_end(options, word)
    if pointing and word and word in _LETTERS[: len(options)]:
        return Unsure((options[_LETTERS.index(word)].value,))
    place = _place(word, len(options))
    if place is None:
        return None
    chosen = options[place - 1].value
    if word in ORDINALS or pointing:
        return Chosen(chosen)
    if quantity:
        return _place_or_amount(options, place)
    return Unsure((chosen,)) if are_rates(options) and not numbered else Chosen(chosen)


def _pointer(said: _Words) -> tuple[str, bool]:
    """The one word that points, and whether it is said to ("option", "number"). Nothing where there is more."""
    pointing = bool(_POINTERS & set(said))
    if said[-1:] == ("one",) and (len(said) == 1 or said[-2] in _POINTERS):
        return "one", pointing
    for kind, around in ((set(ORDINALS) | set(_ENDS), _AROUND_ORDINALS), (set(said), _AROUND_NUMBERS)):
        rest = [word for word in said if word not in around]
        if len(rest) == 1 and rest[0] in kind:
            return rest[0], pointing
    return "", pointing


def _place(word: str, count: int) -> int | None:
    """The place in the list, from 1, that "2", "two" or "second" is."""
    number = int(word) if word.isdecimal() and len(word) <= len(str(count)) else NUMBER_WORDS.get(word, 0)
    place = ORDINALS.get(word, number)
    return place if 1 <= place <= count else None


def _at_end(options: Sequence[Option], end: str) -> Reading:
    """The first, last or middle of the answers; where "prefer not to say" is last, "the last one" may be either."""
    shown = answers(options) or options
    if end == "middle":
        return Chosen(shown[len(shown) // 2].value) if len(shown) % 2 else None
    return reading(dict.fromkeys((shown[_ENDS[end]].value, options[_ENDS[end]].value)))


def _place_or_amount(options: Sequence[Option], place: int) -> Reading:
    values = {options[place - 1].value}
    match of_amount(options, Span(place, place)):
        case Chosen(value):
            values.add(value)
        case _:
            pass
    return reading(option.value for option in options if option.value in values)


def _by_range(options: Sequence[Option], said: _Words) -> Reading:
    """The numbers that an option begins with ("2 to 4", "4 or more"), where it is the only one."""
    plain = _plain(said)
    whole = len(plain) > 2 and plain[0].isdecimal() and (plain[-1].isdecimal() or plain[-1] == "more")
    found = _beginning(options, plain) if whole else []
    return Chosen(found[0]) if len(found) == 1 else None


def _begun(options: Sequence[Option], said: _Words) -> Reading:
    """Perhaps what begins like this."""
    plain = _plain(said)
    return reading(_beginning(options, plain), sure=False) if set(plain) - _JOINING else None


def _beginning(options: Sequence[Option], plain: _Words) -> list[str]:
    return [o.value for o in options if any(_begins(plain, phrase) for phrase in _phrases(o))]


def _phrases(option: Option) -> tuple[_Words, ...]:
    """Its label and other words, without words that carry no meaning."""
    return tuple(_plain(words(phrase)) for phrase in (option.label, *option.words))


def _by_words(options: Sequence[Option], said: _Words) -> Reading:
    plain = _plain(_agreed(said) if _has_yes_or_no(options) else said)
    if not set(plain) - _JOINING:
        return None
    for fits in (_same, _begins, _within):
        fitting = [option.value for option in options if any(fits(plain, phrase) for phrase in _phrases(option))]
        if fitting:
            return reading(fitting, sure=not set(plain) <= _COMPARING | _JOINING)
    return _mentioned(options, plain) or _refused(options, said) or _by_likeness(options, plain)


def _has_yes_or_no(options: Sequence[Option]) -> bool:
    return any(phrase[:1] in (("yes",), ("no",)) for option in options for phrase in _phrases(option))


def _refused(options: Sequence[Option], said: _Words) -> Reading:
    """A bare "no" where the only option of that kind is "never" or "none": probably that, so ask."""
    nothing = [o.value for o in options if {"never", "none"} & {word for p in _phrases(o) for word in p[:1]}]
    return Unsure(tuple(nothing)) if len(nothing) == 1 and set(said) <= _NO else None


def _mentioned(options: Sequence[Option], plain: _Words) -> Reading:
    """Options named within a longer answer; one named only inside the name of another does not count."""
    found = [(phrase, o.value) for o in options for phrase in _phrases(o) if phrase and _within(phrase, plain)]
    longest = [(p, value) for p, value in found if not any(len(q) > len(p) and _within(p, q) for q, _ in found)]
    named = {word for phrase, _ in longest for word in phrase}
    stray = [word for word in plain if word not in named]
    if _NEGATION & set(stray):
        return None
    return reading((value for _, value in longest), sure=len(stray) <= STRAY_WORDS)


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
    labels = (" ".join(phrase) for phrase in _phrases(option))
    return min((OSA.distance(text, label) for label in labels if label[:1] == text[:1]), default=len(text))


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
