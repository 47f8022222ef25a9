"""How many, in words, among options that are amounts."""

from collections.abc import Sequence

from screening.understanding.answer_words import answer_words
from screening.understanding.choices import Option, Reading, answers, reading
from screening.understanding.normalise import words
from screening.understanding.numbers import Span, read_span
from screening.understanding.spotting import replaced, without

BIRTH_YEARS = range(1900, 2100)
"""No amount of anything that is asked about."""
COUNTS = {"once": "1", "twice": "2"}


def of_amount(options: Sequence[Option], amount: Span, sure: bool = True) -> Reading:
    """Which options' own amounts this amount meets."""
    spans = ((option.value, read_span(words(option.label))) for option in answers(options))
    return reading((value for value, span in spans if span and span.meets(amount)), sure)


def read_amount(options: Sequence[Option], text: str) -> Reading:
    """ "About ten", "6 or 7", "double figures", "loads". Nothing where other words may change it ("3 pints")."""
    known = answer_words()
    plain = without(known.hear(text), known.remarks)
    spots = known.amounts.find(plain)
    rest = tuple(
        COUNTS.get(word, word)
        for word in replaced(plain, ((spot, "") for spot in spots)).split()
        if word not in known.fillers | known.small_words | known.hedges
    )
    if not spots:
        span = read_span(rest)
        if span is not None and span.least in BIRTH_YEARS:
            return None
        return of_amount(options, span, known.exact(text)) if span is not None else None
    said = spots[0].meaning
    return of_amount(options, Span(said.least, said.most), said.sure) if len(spots) == 1 and not rest else None
