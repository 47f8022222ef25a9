"""Keeping small figures from pointing at people: the last thing a table passes through.

The rule is NHS England's for hospital statistics below national level (HES and ECDS, from September 2018). 0 stays 0, 1
to 7 is shown as `*`, all else is rounded to the nearest 5. Totals are made from the true figures and then treated the
same, so tables do not add up. No percentages are given.

This is an interim rule. Cell by cell it cannot protect many small tables read side by side, nor one release compared
with the next, so reports made with it are drafts and not for publication. It stays until whole months are protected at
once (controlled rounding).
"""

from typing import Annotated, Literal

from pydantic import AfterValidator

FEWEST_SHOWN = 8
BASE = 5


def protect(count: int) -> "Shown":
    """What may be shown of a true count."""
    if 0 < count < FEWEST_SHOWN:
        return "*"
    return BASE * ((count + BASE // 2) // BASE)


def _is_protected(shown: int | Literal["*"]) -> int | Literal["*"]:
    if isinstance(shown, int) and (shown < 0 or shown % BASE or 0 < shown < FEWEST_SHOWN):
        raise ValueError("a count must pass disclosure control before it is put in a table")
    return shown


Shown = Annotated[int | Literal["*"], AfterValidator(_is_protected)]
"""A count that has passed `protect`. A model refuses one that has not."""
