"""Text as people type it -> plain lower-case words, so that spelling habits of keyboards do not matter."""

import re
import unicodedata

_APOSTROPHES = re.compile("['’‘‛`´ʼʹ′＇]")
_INVISIBLE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
# Cyrillic and Greek letters that look like Latin ones.
_LOOKALIKES = str.maketrans("аеорсухіѕјԁкмтвнαοεικντρυχ", "aeopcyxisjdkmtbhaoeikvtpyx")
_RANGE_MARK = re.compile(r"(?<=\d)\s*[-–—−~/]\s*(?=\d)")
LONGEST = 200_000
"""Characters kept: the compatibility form can be eighteen times as long as what was typed."""

_ISH = re.compile(r"(?<=\d)ish\b|(?<=\w)[\s-]ish\b")
_WORD = re.compile(r"[^\W_]+")
_RUN = re.compile(r"(.)\1{2,}")


def fold(text: str) -> str:
    """Lower case without accents, invisible characters, apostrophes or look-alike letters; other marks stay.

    Marks go before the compatibility form is made, because ordering a long run of them takes quadratic time.
    """
    bare = _INVISIBLE.sub("", _APOSTROPHES.sub("", text))
    if not bare.isascii():
        bare = _INVISIBLE.sub("", unicodedata.normalize("NFKD", bare)[:LONGEST])
        bare = _APOSTROPHES.sub("", bare)
    folded = bare.casefold()
    return folded if folded.isascii() else folded.translate(_LOOKALIKES)


def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a short answer; "2-4" reads "2 to 4", "8ish" "8", "naaaah" "nah"."""
    joined = _RANGE_MARK.sub(" to ", _ISH.sub("", fold(text))).replace("+", " or more ")
    return tuple(word if word.isdecimal() else squeeze(word) for word in _WORD.findall(joined))


def squeeze(word: str) -> str:
    """Letters typed three times or more for effect, typed once."""
    return _RUN.sub(r"\1", word)
