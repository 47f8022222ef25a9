"""Scores that a professional already has and types, as "AUDIT 24, March 2026": read, kept with their month, banded.

Only whose total it is and the month are kept; the answers behind it were never seen here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from screening.forms import FormError
from screening.questionnaire import Instrument
from screening.results import Result, group_result
from screening.results_code import Kept, stored
from screening.rules import Sitting, age_group, sixteen_or_seventeen
from screening.script import JOIN, REPORTED

if TYPE_CHECKING:
    from screening.library import Library

DEPENDENCE = {
    "audit": ("possible_dependence", "dependence_flag"),
    "audit_c": ("possible_dependence",),
    "sadq": ("moderate", "severe"),
}
"""Bands at which stopping suddenly could be dangerous: AUDIT 20 (under 18: 7), AUDIT-C 11, SADQ 16 (facts 0, 1.6)."""
OLDEST_YEARS = 20
"""A month further back is a slip of the keys."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(
    rf"\b(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?,?\s*(?P<year>(?:19|20)\d\d)?\b"
    r"|\b(?P<month>\d{1,2})/(?P<slash>(?:19|20)\d\d)\b|\b(?P<dash>(?:19|20)\d\d)-(?P<number>\d\d)\b"
)
_BETWEEN = r"\W*(?:(?:total|score|scored|scores|of|was|is|at)\W+){0,3}"


@dataclass(frozen=True)
class Impossible:
    """A total that the instrument cannot have."""

    instrument: str


def read_scores(library: "Library", text: str, now: datetime) -> list[Kept | Impossible]:
    """Every score named in `text`, in its order, with the month that follows it before the next; else none."""
    known = _names(library)
    pattern = rf"\b({'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})\b{_BETWEEN}(\d{{1,3}})\b"
    plain = _plain(text)
    found = list(re.finditer(pattern, plain))
    ends = [*(each.start() for each in found[1:]), len(plain)]
    return [
        _read(known[each[1]], int(each[2]), _month(plain[each.end() : end], now))
        for each, end in zip(found, ends, strict=False)
    ]


def _names(library: "Library") -> Mapping[str, Instrument]:
    """The instruments that have a total, by each way to write their names."""
    summed = [each for each in library.instruments.values() if each.combine == "sum"]
    written = {_plain(name): each for each in summed for name in (each.name, each.id)}
    return {**written, **{name.replace(" ", ""): each for name, each in written.items()}}


def _plain(text: str) -> str:
    """Small letters; hyphens and underlines in names as spaces, but not in 2026-03."""
    return re.sub(r"(?<!\d)[-_]|[-_](?!\d\d\b)", " ", text.casefold())


def _read(instrument: Instrument, total: int, month: str) -> Kept | Impossible:
    return Kept(instrument.id, total, month) if total <= instrument.most else Impossible(instrument.id)


def _month(text: str, now: datetime) -> str:
    """The first month named, as 2026-03; without a year the last one there was. Empty: none, or one that cannot be."""
    found = _MONTH.search(text)
    if found is None:
        return ""
    month = _MONTHS.index(found["name"]) + 1 if found["name"] else int(found["month"] or found["number"])
    year = int(found["year"] or found["slash"] or found["dash"] or now.year - (month > now.month))
    possible = 1 <= month <= 12 and now.year - OLDEST_YEARS <= year and (year, month) <= (now.year, now.month)
    return f"{year}-{month:02}" if possible else ""


def joined(scores: Iterable[Kept]) -> str:
    """Scores as one answer: `audit:24:2026-03+dudit:8:`, the month empty where none was given."""
    return JOIN.join(map(str, scores))


def reported(sitting: Sitting) -> Mapping[str, Kept]:
    """The scores that were typed, by instrument."""
    said = sitting.said(REPORTED)
    return {each.instrument: each for each in map(stored, str(said).split(JOIN))} if said else {}


def banded(sitting: Sitting, score: Kept) -> Result | None:
    """What a typed total means at this age; None where it has no cut-off that was checked, or nothing is scored."""
    if age_group(sitting) != "adult" and sixteen_or_seventeen(sitting) != "yes":
        return None
    library = sitting.library
    try:
        return group_result(library.words, library.instrument(score.instrument), score.total, sitting.person)
    except FormError:
        return None


def bands(sitting: Sitting) -> Iterator[tuple[str, str]]:
    """Instrument and band of each typed score that has one."""
    for score in reported(sitting).values():
        result = banded(sitting, score)
        if result is not None:
            yield score.instrument, result.band


def dependence_reported(sitting: Sitting) -> bool:
    """Whether a typed score says that stopping suddenly could be dangerous."""
    return any(band in DEPENDENCE.get(instrument, ()) for instrument, band in bands(sitting))
