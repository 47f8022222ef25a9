"""What every sheet should come to, worked out from the printed tables with NumPy and nothing of Signpost's own.

Tables: screening fact file, sections 1 and 2. A sheet is a row of points in the order of the form; BLANK is an item
that was skipped. `step` is what decides the next step: the band, or what outranks it (facts 0.9, 1.2, 1.4, 4.1).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLANK = -1
Sheets = NDArray[np.int8]
Names = NDArray[np.object_]
FIVE, EVER, FOUR, YES_NO = (0, 1, 2, 3, 4), (0, 2, 4), (0, 1, 2, 3), (0, 1)


@dataclass(frozen=True)
class Expected:
    """For each sheet: total, band and what decides the next step."""

    totals: NDArray[np.int64]
    bands: Names
    steps: Names


def banded(totals: NDArray[np.int64], *edges: tuple[int, str]) -> Names:
    """The name of the last edge that each total reaches."""
    names = np.full(totals.shape, edges[0][1], dtype=object)
    for least, name in edges[1:]:
        names[totals >= least] = name
    return names


def points(sheets: Sheets) -> NDArray[np.int64]:
    """The points, a skipped item counting nothing."""
    return np.where(sheets == BLANK, 0, sheets).astype(np.int64)


def first_of(otherwise: Names, *rules: tuple[NDArray[np.bool_], str]) -> Names:
    """The name of the first rule that holds for each sheet."""
    named = otherwise.copy()
    for holds, name in reversed(rules):
        named[holds] = name
    return named


def audit(sheets: Sheets) -> Expected:
    """AUDIT: 8, 16, 20. Dependence first; then a morning drink, a high AUDIT-C, "never drinks"; then the band."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "low"), (8, "increasing"), (16, "higher"), (20, "possible_dependence"))
    never = given[:, 0] == 0
    steps = first_of(
        bands,
        (totals >= 20, "possible_dependence"),
        (given[:, 5] >= 2, "morning_drink"),
        (given[:, :3].sum(axis=1) >= 11, "audit_c_11"),
        (never & (given[:, 8:].sum(axis=1) > 0), "never_harm"),
        (never & (given[:, 1:8].sum(axis=1) > 0), "never_but_drinks"),
    )
    return Expected(totals, bands, steps)


def audit_c(sheets: Sheets) -> Expected:
    """AUDIT-C: 5, 8, 11, both sexes."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "low"), (5, "increasing"), (8, "higher"), (11, "possible_dependence"))
    odd = (given[:, 0] == 0) & (totals > 0)
    return Expected(totals, bands, first_of(bands, (odd, "never_but_drinks")))


def audit_c_young(sheets: Sheets) -> Expected:
    """AUDIT-C at 10 to 17: 3."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "negative"), (3, "positive"))
    odd = (given[:, 0] == 0) & (totals > 0)
    return Expected(totals, bands, first_of(bands, (odd, "never_but_drinks")))


def audit_pc(sheets: Sheets) -> Expected:
    """AUDIT-PC (AUDIT items 1, 2, 4, 5, 10): 5."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "negative"), (5, "positive"))
    never = given[:, 0] == 0
    harm, odd = never & (given[:, 4] > 0), never & (given[:, 1:4].sum(axis=1) > 0)
    return Expected(totals, bands, first_of(bands, (harm, "never_harm"), (odd, "never_but_drinks")))


def fast(sheets: Sheets) -> Expected:
    """FAST (AUDIT items 3, 5, 8, 10): 3; after "Never" no advice to cut down before AUDIT item 1 is asked."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "negative"), (3, "positive"))
    return Expected(totals, bands, first_of(bands, ((given[:, 0] == 0) & (totals >= 3), "fast_never")))


def m_sasq(sheets: Sheets) -> Expected:
    """M-SASQ: Monthly (2) or more often is positive."""
    bands = banded(points(sheets)[:, 0], (0, "negative"), (2, "positive"))
    return Expected(points(sheets)[:, 0], bands, bands)


def dast_10(sheets: Sheets) -> Expected:
    """DAST-10, answers already points: 1, 3, 6, 9. Nothing but item 3: none reported."""
    given = points(sheets)
    totals = given.sum(axis=1)
    bands = banded(totals, (0, "none_reported"), (1, "low"), (3, "moderate"), (6, "substantial"), (9, "severe"))
    bands[np.delete(given, 2, axis=1).sum(axis=1) == 0] = "none_reported"
    return Expected(totals, bands, bands)


def sds(cutoff: int | None) -> Callable[[Sheets], Expected]:
    """SDS with the cut-off of one drug; without one it has no bands."""

    def expected(sheets: Sheets) -> Expected:
        totals = points(sheets).sum(axis=1)
        bands = (
            banded(totals, (0, "no_cutoff")) if cutoff is None else banded(totals, (0, "below"), (cutoff, "at_cutoff"))
        )
        return Expected(totals, bands, bands)

    return expected


AUDIT_ROWS = (FIVE,) * 8 + (EVER,) * 2


@dataclass(frozen=True)
class Form:
    """An instrument, what each of its items allows, what its sheets come to, and the age on the form."""

    instrument: str
    rows: tuple[tuple[int, ...], ...]
    expected: Callable[[Sheets], Expected]
    age: int | None = None

    @property
    def name(self) -> str:
        """The instrument, with the age where the form has one."""
        return self.instrument if self.age is None else f"{self.instrument} at {self.age}"


FORMS = (
    Form("audit", AUDIT_ROWS, audit),
    Form("audit_c", (FIVE,) * 3, audit_c),
    Form("audit_c", (FIVE,) * 3, audit_c_young, age=16),
    Form("audit_pc", (FIVE,) * 4 + (EVER,), audit_pc),
    Form("fast", (FIVE,) * 3 + (EVER,), fast),
    Form("m_sasq", (FIVE,), m_sasq),
    Form("dast_10", (YES_NO,) * 10, dast_10),
    Form("sds", (FOUR,) * 5, sds(None)),
    Form("sds_cannabis", (FOUR,) * 5, sds(4), age=16),
    Form("sds_cocaine", (FOUR,) * 5, sds(3)),
    Form("sds_heroin", (FOUR,) * 5, sds(3)),
    Form("sds_amphetamine", (FOUR,) * 5, sds(5)),
    Form("sds_alcohol", (FOUR,) * 5, sds(3)),
)


def complete(rows: tuple[tuple[int, ...], ...]) -> Sheets:
    """Every complete sheet."""
    return np.stack(np.meshgrid(*rows, indexing="ij"), axis=-1).reshape(-1, len(rows)).astype(np.int8)


def audit_may_be_blank(sheets: Sheets) -> NDArray[np.bool_]:
    """Which items each AUDIT sheet may leave blank: 2 to 8 after Never, 4 to 8 where items 2 and 3 come to 0."""
    allowed = np.zeros(sheets.shape, dtype=bool)
    allowed[sheets[:, 0] == 0, 1:8] = True
    allowed[(sheets[:, 1] == 0) & (sheets[:, 2] == 0), 3:8] = True
    return allowed


def audit_skips() -> Sheets:
    """Every AUDIT sheet with a blank that the rules allow: any of the skipped items blank, the others with points."""
    blankable = tuple((BLANK, *row) for row in AUDIT_ROWS)
    after_never = complete(((0,), *blankable[1:3], *((BLANK, 0),) * 5, EVER, EVER))
    after_little = complete((FIVE, (0,), (0,), *blankable[3:8], EVER, EVER))
    both = np.unique(np.concatenate([after_never, after_little]), axis=0)
    return both[(both == BLANK).any(axis=1)]


def audit_blank_patterns() -> Sheets:
    """Sheets with each of the 1,024 patterns of blanks, over answers on both sides of the skip rules."""
    answers = complete(((0, 1), (0, 1), (0, 1), *((0,),) * 5, (0,), (0,)))
    patterns = complete((YES_NO,) * 10).astype(bool)
    every = np.where(patterns[:, None, :], BLANK, answers[None, :, :])
    return every.reshape(-1, 10).astype(np.int8)
