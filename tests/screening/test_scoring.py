"""AUDIT and AUDIT-C scored as printed. Expected values: the worked examples of the screening fact file, section 2."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library, sheet
from pydantic import ValidationError

from screening.questionnaire import Band, Instrument, Item, Option
from screening.scoring import items_due, next_item, progress, score

AUDIT, AUDIT_C = library().instrument("audit"), library().instrument("audit_c")
ITEMS = [item.id for item in AUDIT.items]

WORKED_AUDIT = [
    ("A1", "0 - - - - - - - 0 0", 0, "low"),
    ("A2", "0 - - - - - - - 2 4", 6, "low"),
    ("A3", "0 - - - - - - - 4 4", 8, "increasing"),
    ("A5", "3 1 2 0 0 0 1 0 0 0", 7, "low"),
    ("A6", "3 1 2 0 0 0 1 1 0 0", 8, "increasing"),
    ("A7", "4 2 3 1 1 0 2 2 0 0", 15, "increasing"),
    ("A8", "4 2 3 1 1 0 2 1 0 2", 16, "higher"),
    ("A9", "4 3 3 2 1 0 2 2 0 2", 19, "higher"),
    ("A10", "4 3 3 2 1 1 2 2 0 2", 20, "possible_dependence"),
    ("A11", "4 4 4 4 4 4 4 4 4 4", 40, "possible_dependence"),
]
WORKED_AUDIT_C = [
    ("1 0 1", 2, "low"),
    ("1 1 1", 3, "low"),
    ("2 1 1", 4, "low"),
    ("3 1 1", 5, "increasing"),
    ("3 2 2", 7, "increasing"),
    ("4 2 2", 8, "higher"),
    ("4 3 3", 10, "higher"),
    ("4 3 4", 11, "possible_dependence"),
    ("4 4 4", 12, "possible_dependence"),
]


@pytest.mark.parametrize(("name", "points", "total", "band"), WORKED_AUDIT)
def test_audit_sheets_score_as_worked_by_hand(name: str, points: str, total: int, band: str) -> None:
    result = score(AUDIT, sheet(points))
    assert (result.total, result.band, result.missing) == (total, band, ()), name
    assert (result.least, result.most, result.out_of) == (total, total, 40)


@pytest.mark.parametrize(("points", "total", "band"), WORKED_AUDIT_C)
def test_audit_c_sheets_score_as_worked_by_hand(points: str, total: int, band: str) -> None:
    result = score(AUDIT_C, sheet(points))
    assert (result.total, result.band, result.out_of) == (total, band, 12)


def test_every_audit_c_sheet() -> None:
    """All 125: the sum of its points, in the UK band of that sum, and seven more questions from 5."""
    bands = ["low"] * 5 + ["increasing"] * 3 + ["higher"] * 3 + ["possible_dependence"] * 2
    for points in product(range(5), repeat=3):
        answers = dict(zip(("q1", "q2", "q3"), points, strict=True))
        result = score(AUDIT_C, answers)
        assert (result.total, result.band) == (sum(points), bands[sum(points)])
        if points[0] > 0:
            assert len(items_due(AUDIT, answers)) == (10 if sum(points) >= 5 else 3), points


def test_every_audit_total_has_the_uk_band() -> None:
    bands = ["low"] * 8 + ["increasing"] * 8 + ["higher"] * 4 + ["possible_dependence"] * 21
    assert [AUDIT.band(total).id for total in range(41)] == bands
    for total in (-1, 41):
        with pytest.raises(ValueError, match="no total"):
            AUDIT.band(total)


complete_sheets = st.fixed_dictionaries(
    {item.id: st.sampled_from([option.points for option in item.options]) for item in AUDIT.items}
)
partial_sheets = st.fixed_dictionaries(
    {item.id: st.sampled_from([None, *(option.points for option in item.options)]) for item in AUDIT.items}
)


@given(complete_sheets)
def test_the_total_is_the_sum_of_the_items_that_were_due(answers: dict[str, int | None]) -> None:
    result = score(AUDIT, answers)
    assert result.total == sum(answers[item] or 0 for item in items_due(AUDIT, answers))
    assert result.band == AUDIT.band(result.total).id


@given(partial_sheets)
def test_a_missing_item_is_never_zero(answers: dict[str, int | None]) -> None:
    """With a due item missing there is no total and no band, only what the total could be."""
    result = score(AUDIT, answers)
    missing = [item for item in items_due(AUDIT, answers) if answers[item] is None]
    assert list(result.missing) == missing
    assert (result.total is None) == (result.band is None) == bool(missing)
    assert result.most - result.least == 4 * len(missing)


@pytest.mark.parametrize(
    ("points", "least", "most"),
    [("? 1 2", 3, 7), ("3 ? ?", 3, 11), ("? ? ?", 0, 12)],
)
def test_what_an_unfinished_audit_c_could_come_to(points: str, least: int, most: int) -> None:
    result = score(AUDIT_C, sheet(points))
    assert (result.total, result.band, result.least, result.most) == (None, None, least, most)


@pytest.mark.parametrize(
    ("points", "due"),
    [
        ("", ["q1", "q2", "q3"]),
        ("0", ["q1", "q9", "q10"]),
        ("?", ["q1", "q2", "q3"]),
        ("2 1 1", ["q1", "q2", "q3"]),
        ("2 0 0", ["q1", "q2", "q3"]),
        ("3 1 1", ITEMS),
        ("2 1 ?", ITEMS),
        ("1 0 ?", ITEMS),
        ("0 - - - - - - - 4 4", ["q1", "q9", "q10"]),
    ],
)
def test_which_items_are_due(points: str, due: list[str]) -> None:
    """Never leads to items 9 and 10. Five or more, or what could be five or more, leads to all ten."""
    assert list(items_due(AUDIT, sheet(points))) == due


def test_one_declined_item_cannot_reach_five_from_zero() -> None:
    assert len(items_due(AUDIT, sheet("? 0 0"))) == 3


@pytest.mark.parametrize(
    ("points", "item"),
    [("", "q1"), ("0", "q9"), ("0 - - - - - - - 2", "q10"), ("0 - - - - - - - 2 0", None), ("1 1 1", None),
     ("3 1 2", "q4"), ("3 ? 2", "q4"), ("3 1 2 0 0 0 1 0 0 0", None)],
)  # fmt: skip
def test_the_next_item(points: str, item: str | None) -> None:
    assert next_item(AUDIT, sheet(points)) == item


@pytest.mark.parametrize(
    ("points", "item", "shown"),
    [
        ("", "q1", (1, 10)),
        ("3", "q2", (2, 10)),
        ("3 1", "q3", (3, 10)),
        ("3 1 2", "q4", (4, 10)),
        ("3 1 2 0 0 0 1 0 0", "q10", (10, 10)),
        ("0", "q9", (2, 3)),
        ("0 - - - - - - - 2", "q10", (3, 3)),
    ],
)
def test_progress_counts_what_there_is_to_answer(points: str, item: str, shown: tuple[int, int]) -> None:
    assert progress(AUDIT, sheet(points), item) == shown


@pytest.mark.parametrize("item", ["q9", "q10"])
@pytest.mark.parametrize("points", [1, 3])
def test_items_9_and_10_have_no_option_for_one_or_three(item: str, points: int) -> None:
    assert [option.points for option in AUDIT.item(item).options] == [0, 2, 4]
    with pytest.raises(KeyError):
        AUDIT.item(item).option(points)


def test_audit_c_is_the_first_three_items_of_the_audit_word_for_word() -> None:
    assert AUDIT_C.items == AUDIT.items[:3]


@pytest.mark.parametrize(
    ("bands", "complaint"),
    [
        ([("low", 0, 0), ("high", 2, 2)], "starts at 2, expected 1"),
        ([("low", 0, 1), ("high", 1, 2)], "starts at 1, expected 2"),
        ([("low", 0, 1)], "end at 1, the highest total is 2"),
        ([("low", 0, 3)], "end at 3, the highest total is 2"),
    ],
)
def test_bands_with_a_gap_or_an_overlap_are_refused(bands: list[tuple[str, int, int]], complaint: str) -> None:
    item = Item(id="q1", text="How often?", options=(Option(label="Never", points=0), Option(label="Daily", points=2)))
    with pytest.raises(ValidationError, match=complaint):
        Instrument(
            id="tiny", name="Tiny", revision=1, edition="first", wording="verbatim", sources=("G1",), rights="free",
            attribution="none", recall="last year", order="every_item", items=(item,),
            bands=tuple(Band(id=name, least=least, most=most) for name, least, most in bands),
        )  # fmt: skip
