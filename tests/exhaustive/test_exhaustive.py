"""The short form of `run.py`: every sheet of the small forms, a part of the AUDIT's, every pattern of blanks."""

import numpy as np
import pytest
from expected import FORMS, audit_skips, complete
from run import blanks_wrong, wrong

SMALL = 10_000
STEP = 151
"""Every 151st AUDIT sheet: a prime, so that every answer of every item comes up."""


def test_the_audit_has_the_sheets_that_its_options_make() -> None:
    """Eight items of five answers, two of three."""
    assert len(complete(FORMS[0].rows)) == 5**8 * 3**2 == 3_515_625


@pytest.mark.parametrize("number", range(1, len(FORMS)), ids=lambda number: FORMS[number].name)
def test_every_sheet_of_a_short_form_scores_as_the_tables_say(number: int) -> None:
    sheets = complete(FORMS[number].rows)
    assert len(sheets) <= SMALL
    assert wrong(number, sheets) == (len(sheets), [])


@pytest.mark.parametrize("sheets", [complete(FORMS[0].rows)[::STEP], audit_skips()[::29]], ids=["complete", "skips"])
def test_audit_sheets_score_as_the_tables_say(sheets: np.ndarray) -> None:
    assert all(len(np.unique(column)) > 1 for column in sheets.T)
    assert wrong(0, sheets) == (len(sheets), [])


def test_every_pattern_of_blanks_is_allowed_or_named() -> None:
    scored, differing = blanks_wrong()
    assert (scored, differing) == (8 * 1024, [])
