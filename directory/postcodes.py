"""Postcodes as people type them: whole ("TN12 9AA"), a sector ("TN12 9") or an outcode ("TN12").

Reading only: what a postcode means is `areas.py`'s business. The format is Royal Mail's: an area of one or two letters,
a district of one or two characters, then a digit and two letters that are never C, I, K, M, O or V.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

KENT_POSTCODE_AREAS = frozenset({"BR", "CT", "DA", "ME", "TN"})
"""No postcode of any other area lies in Kent or Medway (data/README.md, "Coverage")."""

_OTHER_AREAS = """
AB AL B BA BB BD BF BH BL BN BS BT CA CB CF CH CM CO CR CV CW DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY
HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M MK ML N NE NG NN NP NR NW OL OX PA PE PH
PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE
"""

POSTCODE_AREAS = KENT_POSTCODE_AREAS.union(_OTHER_AREAS.split())

_SEPARATORS = re.compile(r"[^A-Z0-9]+")
_WHOLE = re.compile(r"([A-Z]{1,2})(\d[A-Z\d]?)(\d[ABD-HJLNP-UW-Z]{2})")
_SECTOR = re.compile(r"([A-Z]{1,2}) ?(\d[A-Z\d]?) (\d)|([A-Z]{2})(\d\d)(\d)")
_OUTCODE = re.compile(r"([A-Z]{1,2}) ?(\d[A-Z\d]?)")
_LOOKS_LIKE_ONE = re.compile(r"[A-Z]{1,3} ?\d[A-Z\d]?(?: ?\d[A-Z\d ]{0,3}| [A-Z]{1,2})?")
_WHOLE_IN_TEXT = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_KENT_WHOLE_IN_TEXT = re.compile(r"\b(?:BR|CT|DA|ME|TN) ?[\dOILS]{1,2} ?[\dOILS] ?[A-Z15]{2}\b")
_KENT_PART_IN_TEXT = re.compile(r"\b((?:BR|CT|DA|ME|TN)\d{1,2})\b(?: (\d)$)?")

_AS_DIGIT = str.maketrans("OILS", "0115")
_AS_LETTER = str.maketrans("15", "LS")  # 0 is not read as O, nor 1 as I: neither letter can end a postcode


@dataclass(frozen=True, slots=True)
class Postcode:
    """A whole postcode: "CT9" and "1HL"."""

    outcode: str
    inward: str

    @property
    def sector(self) -> "Sector":
        return Sector(self.outcode, self.inward[0])

    def __str__(self) -> str:
        return f"{self.outcode} {self.inward}"


@dataclass(frozen=True, slots=True)
class Sector:
    """A postcode without its last two letters: "TN12" and "9"."""

    outcode: str
    digit: str

    def __str__(self) -> str:
        return f"{self.outcode} {self.digit}"


@dataclass(frozen=True, slots=True)
class Outcode:
    """The first half of a postcode: "TN12"."""

    outcode: str

    def __str__(self) -> str:
        return self.outcode


Part = Postcode | Sector | Outcode


@dataclass(frozen=True, slots=True)
class Reading:
    """The postcodes of a text in order. `wrong`: something there was meant as a postcode but cannot be one."""

    parts: tuple[Part, ...] = ()
    wrong: bool = False


def postcode_area(outcode: str) -> str:
    """The letters an outcode starts with: "CT" for "CT9"."""
    return outcode[:2] if outcode[1:2].isalpha() else outcode[:1]


def read_postcodes(text: str) -> Reading:
    """Every postcode or part of one in `text`, whether it is the whole answer or inside a sentence. Never raises."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    tidy = _SEPARATORS.sub(" ", text.upper()).strip()
    if alone := _read_alone(tidy):
        return Reading((alone,))
    if _LOOKS_LIKE_ONE.fullmatch(tidy):
        return Reading(wrong=True)
    return _read_within(tidy)


def _read_alone(tidy: str) -> Part | None:
    """The text as one postcode and nothing else."""
    compact = tidy.replace(" ", "")
    if not 2 <= len(compact) <= 7 or compact.isalpha():
        return None
    if len(compact) >= 5 and not _oddly_spaced(tidy) and (whole := _whole(compact)):
        return whole
    return _part(tidy) or _part(tidy[:2] + tidy[2:].translate(_AS_DIGIT))


def _whole(compact: str) -> Postcode | None:
    return _as_spelt(compact) or _as_spelt(_mended(compact))


def _as_spelt(compact: str) -> Postcode | None:
    match = _WHOLE.fullmatch(compact)
    if not match or match[1] not in POSTCODE_AREAS:
        return None
    if match[1] in KENT_POSTCODE_AREAS and not match[2].isdigit():  # "W1A" is London's way; here an O must be a 0
        return None
    return Postcode(match[1] + match[2], match[3])


def _mended(compact: str) -> str:
    """The text with O and 0, I or L and 1, S and 5 exchanged where the format leaves only one of them."""
    area = compact[:2] if compact[:2] in POSTCODE_AREAS else compact[:1]
    digits, letters = compact[len(area) : -2], compact[-2:]
    return area + digits.translate(_AS_DIGIT) + letters.translate(_AS_LETTER)


def _oddly_spaced(tidy: str) -> bool:
    """True for "CT11 HL": CT1 1HL with a slip, or CT11 with a digit missing? Not ours to guess."""
    head, _, tail = tidy.rpartition(" ")
    return len(tail) == 2 and head[-2:-1] not in ("", " ")


def _part(tidy: str) -> Part | None:
    if match := _SECTOR.fullmatch(tidy):
        area, district, digit = (group for group in match.groups() if group is not None)
        return Sector(area + district, digit) if area in POSTCODE_AREAS else None
    match = _OUTCODE.fullmatch(tidy)
    return Outcode(match[1] + match[2]) if match and match[1] in POSTCODE_AREAS else None


def _read_within(tidy: str) -> Reading:
    """Postcodes inside a sentence. Parts of one count only in Kent's own areas: "M20" there is the motorway."""
    meant = _WHOLE_IN_TEXT.findall(tidy)
    meant += [found for found in _KENT_WHOLE_IN_TEXT.findall(tidy) if found not in meant and not found.isalpha()]
    read = [_whole(found.replace(" ", "")) for found in meant if any(mark.isdigit() for mark in found)]
    parts: list[Part] = [whole for whole in read if whole]
    if not parts:
        parts = list(_parts_within(tidy))
    return Reading(tuple(dict.fromkeys(parts)), wrong=not parts and bool(read))


def _parts_within(tidy: str) -> Iterator[Part]:
    for match in _KENT_PART_IN_TEXT.finditer(tidy):
        yield Sector(match[1], match[2]) if match[2] else Outcode(match[1])
