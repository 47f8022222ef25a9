"""A paper form that cannot be scored: which item, what it allows, and never a number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library

from screening.cutoffs import Person
from screening.forms import FormError, finished, read_form, read_groups
from screening.results import group_result, result

AUDIT = library().instrument("audit")


def audit(marks: str) -> dict[str, int]:
    """An AUDIT form, one character for each answer."""
    return read_form(AUDIT, list(marks))


def refused(name: str, marks: str, age: int | None = None) -> str:
    """What is said instead of a score."""
    instrument = library().instrument(name)
    with pytest.raises(FormError) as error:
        finished(instrument, read_form(instrument, marks.split()), Person(age))
    return str(error.value)


BAD = [
    ("audit", "3 1 2 0 0 0 1 1 1 0", "AUDIT: item 9 allows 0, 2 or 4, not '1'"),
    ("audit", "3 1 2 0 0 0 1 1 0 3", "AUDIT: item 10 allows 0, 2 or 4, not '3'"),
    ("audit", "5 1 2 0 0 0 1 1 0 0", "AUDIT: item 1 allows 0, 1, 2, 3 or 4, not '5'"),
    (
        "audit",
        "3 1 2 x 0 0 1 1 0 9",
        "AUDIT: item 4 allows 0, 1, 2, 3 or 4, not 'x'; item 10 allows 0, 2 or 4, not '9'",
    ),
    ("audit", "3 1 2 0 0 0 1 1 0", "AUDIT has 10 items, not 9: give one answer for each, with - for one that is blank"),
    ("audit", "3 1 2 0 0 0 1 1 0 0 0", "AUDIT has 10 items, not 11: "),
    ("audit_c", "-1 0 0", "AUDIT-C: item 1 allows 0, 1, 2, 3 or 4, not '-1'"),
    ("audit_c", "1.0 0 0", "not '1.0'"),
    ("audit_c", "٣ 0 0", "not '٣'"),
    ("audit_c", "00003 0 0", "not '00003'"),
    ("dudit", "0 0 0 0 0 0 0 0 0 1 0", "DUDIT: item 10 allows 0, 2 or 4, not '1'"),
    ("dudit", "0 0 0 0 0 0 0 0 0 0 3", "DUDIT: item 11 allows 0, 2 or 4, not '3'"),
    ("dast_10", "0 0 2 0 0 0 0 0 0 0", "DAST-10: item 3 allows 0 or 1, not '2'"),
    ("fast", "0 0 0 1", "FAST: item 4 (q10) allows 0, 2 or 4, not '1'"),
    ("sds", "0 0 0 4 0", "SDS: item 4 allows 0, 1, 2 or 3, not '4'"),
    ("m_sasq", "5", "M-SASQ: item 1 (q3) allows 0, 1, 2, 3 or 4, not '5'"),
]


@pytest.mark.parametrize(("name", "marks", "said"), BAD)
def test_an_impossible_form_names_the_item_and_what_it_allows(name: str, marks: str, said: str) -> None:
    assert said in refused(name, marks)


INCOMPLETE = [
    ("audit", "3 1 2 - 0 0 1 1 0 0", "has no score: item 4 is missing and allows 0, 1, 2, 3 or 4"),
    ("audit", "2 0 1 - - - - - 0 0", "item 4 is missing"),
    ("audit", "0 - - - - - - - - 0", "item 9 is missing and allows 0, 2 or 4"),
    ("audit", "2 0 0 - - - - - 0 -", "item 10 is missing"),
    ("audit", "- 0 0 0 0 0 0 0 0 0", "item 1 is missing"),
    ("audit", "1 1 1 - - - - - - -", "item 4 is missing"),
    ("audit", "2 - 0 - - - - - 0 0", "item 2 is missing"),
    ("audit_c", "1 - 0", "item 2 is missing"),
    ("audit_pc", "0 - - - -", "item 5 (q10) is missing"),
    ("audit_pc", "1 0 - 0 0", "item 3 (q4) is missing"),
    ("fast", "2 - - -", "item 2 (q5) is missing"),
    ("m_sasq", "-", "item 1 (q3) is missing"),
    ("dudit", "0 0 0 0 0 0 0 0 0 0 -", "item 11 is missing"),
    ("dast_10", "0 - 0 0 0 0 0 0 0 0", "item 2 is missing"),
    ("sadq", " ".join(["3"] * 19 + ["-"]), "item 20 is missing"),
    ("assist_lite_alcohol", "1 1 - 0", "item 3 is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "marks", "said"), INCOMPLETE)
def test_a_blank_is_never_a_zero(name: str, marks: str, said: str) -> None:
    """Only what the form itself says to skip may be blank."""
    assert said in refused(name, marks)


def test_crafft_wants_the_other_questions_after_any_day_of_use() -> None:
    assert "item 5 (c2) is missing" in refused("crafft", "0 1 0 0 - - - - -", 16)
    assert "item 4 (c1) is missing" in refused("crafft", "0 0 0 - - - - - -", 16)
    assert "item 1 (a1) allows 0 to 365" in refused("crafft", "366 0 0 0 - - - - -", 16)


@pytest.mark.parametrize(
    ("marks", "warned"),
    [("4 4 4 4 4 - 0 0 0 0", True), ("4 4 4 4 3 - 0 0 0 0", False), ("- 4 4 4 4 4 4 4 4 4", True)],
)
def test_dependence_is_said_where_the_answers_given_already_reach_it(marks: str, warned: bool) -> None:
    """20 or more without the missing item: still no score, but not a shrug either."""
    said = refused("audit", marks)
    assert ("already 20 or more: treat as possible dependence" in said) == warned
    assert "already" not in refused("audit", marks, age=16)


@given(st.data())
def test_no_form_with_a_missing_answer_is_ever_scored(data: st.DataObject) -> None:
    """Any one answer of a complete form rubbed out, where no skip rule applies: it is named and nothing is scored."""
    instrument = library().instrument(data.draw(st.sampled_from(["audit", "dudit", "dast_10", "cudit_r", "sadq"])))
    marks = [str(data.draw(st.sampled_from(item.allowed[1:]))) for item in instrument.items]
    lost = data.draw(st.integers(0, len(marks) - 1))
    marks[lost] = "-"
    said = refused(instrument.id, " ".join(marks))
    assert f"item {lost + 1} is missing" in said


@given(st.lists(st.text(max_size=6), max_size=12), st.sampled_from(sorted(library().instruments)))
def test_anything_else_written_on_a_form_is_refused_in_words(marks: list[str], name: str) -> None:
    instrument = library().instrument(name)
    try:
        answers = read_form(instrument, marks)
    except FormError as error:
        assert instrument.name in str(error)
    else:
        assert all(points in instrument.item(item).allowed for item, points in answers.items())


def test_an_answer_that_could_have_been_skipped_still_counts() -> None:
    """The paper form prints all ten questions. What is written on it is never thrown away."""
    assert finished(AUDIT, audit("1114444444")).total == 31
    assert finished(AUDIT, audit("20003---00")).total == 5


def test_never_with_other_answers_is_a_form_to_go_through_again() -> None:
    found = result(library().words, AUDIT, audit("0203000000"))
    assert dict(found.flags)["never_but_drinks"].count("item 2 and item 4") == 1
    assert "again" in found.action
    assert "do not fit" in found.means


GROUPS = {
    name.removeprefix("assist_lite_"): each
    for name, each in library().instruments.items()
    if name.startswith("assist_lite_")
}


def test_groups_are_reported_side_by_side() -> None:
    read = read_groups(GROUPS, ["alcohol=2", "cannabis=3"])
    assert [(instrument.id, points) for instrument, points in read] == [
        ("assist_lite_alcohol", 2),
        ("assist_lite_cannabis", 3),
    ]


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ([], "give each group once"),
        (["alcohol=1", "alcohol=2"], "give each group once"),
        (["tea=1"], "tea=1 is not a group and its points: use alcohol, cannabis"),
        (["alcohol"], "alcohol= is not a group"),
        (["alcohol=-1"], "is not a group and its points"),
    ],
)
def test_groups_that_cannot_be_read(marks: list[str], said: str) -> None:
    with pytest.raises(FormError, match=re.escape(said)):
        read_groups(GROUPS, marks)


def test_points_that_a_group_cannot_have() -> None:
    with pytest.raises(FormError, match="ASSIST-Lite, cannabis allows 0 to 3, not 4"):
        group_result(library().words, GROUPS["cannabis"], 4)
