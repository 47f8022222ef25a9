"""Small counts are hidden. Expected values: the NHS England rule, as stated for HES and ECDS."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from directory.disclosure import Shown, protect


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        *[(0, 0), (1, "*"), (2, "*"), (6, "*"), (7, "*")],
        *[(8, 10), (9, 10), (10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (22, 20), (23, 25)],
        *[(1_002, 1_000), (1_003, 1_005)],
    ],
)
def test_the_rule_at_its_edges(count: int, shown: int | str) -> None:
    assert protect(count) == shown


@given(st.integers(min_value=8, max_value=10**9))
def test_what_is_shown_is_a_multiple_of_five_within_two_of_the_truth(count: int) -> None:
    shown = protect(count)
    assert isinstance(shown, int)
    assert shown % 5 == 0
    assert abs(shown - count) <= 2


@pytest.mark.parametrize("count", [1, 5, 7, 12, -5, 99])
def test_a_count_that_was_not_protected_cannot_get_into_a_table(count: int) -> None:
    with pytest.raises(ValidationError, match="disclosure control"):
        TypeAdapter(Shown).validate_python(count)


@given(st.integers(min_value=0, max_value=10**9))
def test_whatever_was_protected_can(count: int) -> None:
    assert TypeAdapter(Shown).validate_python(protect(count)) == protect(count)
