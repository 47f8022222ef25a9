"""Every sheet of every short form through the scorer that ships: `python tests/exhaustive/run.py`, under two minutes.

AUDIT: all 3,515,625 complete sheets, the sheets with official skips, and every pattern of blanks. AUDIT-C, AUDIT-PC,
FAST, M-SASQ, DAST-10 and SDS: all sheets. Totals, bands and next steps must be those of `expected.py`.
"""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from expected import (  # noqa: E402 - found through the line above
    BLANK,
    FORMS,
    Form,
    Sheets,
    audit_blank_patterns,
    audit_may_be_blank,
    audit_skips,
    complete,
)

from screening.cutoffs import Person  # noqa: E402
from screening.flags import next_step, raised  # noqa: E402
from screening.library import Library, load_library  # noqa: E402
from screening.scoring import score_form  # noqa: E402

CHUNK = 100_000


@cache
def library() -> Library:
    """The shipped content, once for each process."""
    return load_library()


def differences(form: Form, sheets: Sheets) -> Iterator[str]:
    """One line for each sheet that the scorer sees otherwise than the tables."""
    expected = form.expected(sheets)
    instrument, person = library().instrument(form.instrument), Person(form.age)
    items = list(instrument.by_id)
    wanted = zip(sheets.tolist(), expected.totals.tolist(), expected.bands, expected.steps, strict=True)
    for sheet, total, band, step in wanted:
        answers = {item: given for item, given in zip(items, sheet, strict=True) if given != BLANK}
        score = score_form(instrument, answers, person)
        flags = raised(instrument.flags, answers, score, person)
        found = (score.total, score.band, score.band and next_step(score.band, flags), score.missing)
        if found != (total, band, step, ()):
            yield f"{form.name} {sheet}: {found}, expected {(total, band, step)}"


def wrong(form: int, sheets: Sheets) -> tuple[int, list[str]]:
    """How many sheets of this form (by number) were scored, and the first few that differ."""
    found = list(differences(FORMS[form], sheets))
    return len(sheets), found[:5]


def blanks_wrong() -> tuple[int, list[str]]:
    """Every pattern of AUDIT blanks: missing is exactly what the skip rules do not allow, and then there is no band."""
    sheets = audit_blank_patterns()
    instrument = library().instrument("audit")
    found = []
    for sheet, allowed in zip(sheets.tolist(), audit_may_be_blank(sheets).tolist(), strict=True):
        answers = {f"q{number}": given for number, given in enumerate(sheet, start=1) if given != BLANK}
        missing = tuple(
            f"q{number}"
            for number, (given, may) in enumerate(zip(sheet, allowed, strict=True), start=1)
            if given == BLANK and not may
        )
        score = score_form(instrument, answers)
        if score.missing != missing or (score.total is None) != bool(missing) or (score.band is None) != bool(missing):
            found.append(f"audit {sheet}: missing {score.missing}, expected {missing}")
    return len(sheets), found[:5]


def parts() -> Iterator[tuple[int, Sheets]]:
    """All the work, in pieces: every complete sheet of every form, then the AUDIT sheets with skips."""
    for number, form in enumerate(FORMS):
        sheets = complete(form.rows)
        yield from ((number, piece) for piece in np.array_split(sheets, max(1, len(sheets) // CHUNK)))
    yield 0, audit_skips()


def main() -> int:
    """Score everything on two processors. Prints the counts and the time; returns 1 if anything differs."""
    began = time.perf_counter()
    counts: dict[str, int] = {}
    problems: list[str] = []
    with ProcessPoolExecutor(max_workers=2) as pool:
        work = [(FORMS[form].name, pool.submit(wrong, form, sheets)) for form, sheets in parts()]
        work.append(("audit, patterns of blanks", pool.submit(blanks_wrong)))
        for name, done in work:
            scored, found = done.result()
            counts[name] = counts.get(name, 0) + scored
            problems += found
    for name, scored in counts.items():
        print(f"{scored:>9,} {name}")
    print(f"{sum(counts.values()):>9,} sheets in {time.perf_counter() - began:.0f} s, {len(problems)} differ")
    print("\n".join(problems[:20]), file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
