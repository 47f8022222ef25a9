"""How old a reader must be for a text: the Flesch-Kincaid grade as an age, for those who write the words.

The grade is that of schools in the United States, where grade 5 is age 10 to 11. Syllables are counted by rule, not by
a dictionary: over the texts of this project the median difference from the library textstat is a tenth of a grade.
"""

import re
from collections.abc import Iterable

SHORTEST = 8
"""Words; the formula says nothing about less."""
YOUNGEST = 5
AGE_AT_GRADE_0 = 5

WORD = re.compile(r"[A-Za-z][A-Za-z'’]*|\d+")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(
    r"(?<![aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[^aeiouytd])ed$|(?<=[^aeiouysxzcgh])es$"
    r"|(?<=[^aeiouyl])e(?=ly$|ty$|ness$|ful$|less$|ment|thing|one$|where|body)"
)
TWO_SOUNDS = re.compile(r"ia(?!n|l)|io(?!n|us)|ea$|ie(?=nt|t)|uou|iu|creat|being|doing|going|seeing")
"""Where one run of vowels is two syllables."""


def reading_age(texts: Iterable[str]) -> float | None:
    """The age in years at which these texts, taken together, are easy to read; None for fewer than eight words.

    A line of a list counts as a sentence of its own.
    """
    lines = [line.strip().removeprefix("- ") for text in texts for line in text.splitlines() if line.strip()]
    words = [word for line in lines for word in WORD.findall(line)]
    if len(words) < SHORTEST:
        return None
    sentences = sum(max(1, len(SENTENCE_END.findall(line))) for line in lines)
    syllables = sum(map(count_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(YOUNGEST, round(grade + AGE_AT_GRADE_0, 1))


def count_syllables(word: str) -> int:
    """About how many syllables an English word has; a figure counts as one word of one."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    plain = re.sub(r"(?<=[sd])n't$", "net", plain).replace("'", "")
    spoken = SILENT.sub("", plain)
    return max(1, len(VOWELS.findall(spoken)) + len(TWO_SOUNDS.findall(spoken)))
