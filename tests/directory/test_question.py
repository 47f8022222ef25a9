"""What somebody types into the form becomes a request, or a sentence about the one field that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.question import OUTSIDE, Asked, read, read_ages
from directory.snapshot import Snapshot

SWANLEY_17 = Asked(place="Swanley", age="17", audience="gp")


@pytest.mark.parametrize(
    ("typed", "ages"),
    [
        ("17", (17, 17)), (" 17 ", (17, 17)), ("aged 17", (17, 17)), ("17 years old", (17, 17)), ("17yo", (17, 17)),
        ("0", (0, 0)), ("120", (120, 120)),
        ("16-17", (16, 17)), ("16 to 17", (16, 17)), ("16 or 17", (16, 17)), ("25–29", (25, 29)), ("18_24", (18, 24)),
        ("65+", (65, 120)), ("65 or over", (65, 120)), ("65_plus", (65, 120)), ("over 65", (66, 120)),
        ("under 13", (0, 12)), ("under_13", (0, 12)),
        ("", (13, 17)), ("   ", (13, 17)),
    ],
)  # fmt: skip
def test_an_age_is_read_as_people_write_it(typed: str, ages: tuple[int, int]) -> None:
    assert read_ages(typed) == ages


@pytest.mark.parametrize(
    "typed", ["130", "121", "-5", "17.5", "old", "seventeen-ish", "30-20", "16-130", "under 0", "1e2"]
)
def test_what_is_no_age_is_not_guessed_at(typed: str) -> None:
    assert read_ages(typed) is None


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_ages(typed: str) -> None:
    ages = read_ages(typed)
    assert ages is None or 0 <= ages[0] <= ages[1] <= 120


def problems(snapshot: Snapshot, asked: Asked, place_needed: bool = True) -> list[tuple[str, str]]:
    question, found = read(asked, snapshot, place_needed)
    assert (question is None) == bool(found)
    return [(problem.field, problem.line.key.removeprefix("find_page.error.")) for problem in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(place="", age="30", audience="gp"), [("place", "place_missing")]),
        (Asked(place="Atlantis", age="30", audience="gp"), [("place", "place_none")]),
        (Asked(place="Kent", age="30", audience="gp"), [("place", "place_county")]),
        (Asked(place="ME99 9ZZ", age="30", audience="gp"), [("place", "place_invalid")]),
        (Asked(place="TN15", age="30", audience="gp"), [("district", "place_many")]),
        (Asked(place="Deal and Margate", age="30", audience="gp"), [("district", "place_many")]),
        (Asked(place="TN15", district="E07000114", age="30", audience="gp"), [("district", "place_many")]),
        (Asked(place="Swanley", age="130", audience="gp"), [("age", "age")]),
        (Asked(place="Swanley", age="17", audience="king"), [("audience", "audience")]),
        (Asked(place="", age="x"), [("place", "place_missing"), ("age", "age"), ("audience", "audience")]),
    ],
)
def test_each_problem_stands_at_its_field_and_all_are_told_at_once(
    asked: Asked, expected: list[tuple[str, str]], snapshot: Snapshot
) -> None:
    assert problems(snapshot, asked) == expected


def test_the_command_may_leave_the_place_out(snapshot: Snapshot) -> None:
    assert problems(snapshot, Asked(age="30", audience="gp"), place_needed=False) == []


def test_a_gps_patient_of_17_in_swanley(snapshot: Snapshot) -> None:
    question, _ = read(SWANLEY_17, snapshot)
    assert question is not None
    assert question.area is not None and (question.area.name, question.area.locality) == ("Sevenoaks", "Swanley")
    assert (question.request.ages, question.request.audience) == ((17, 17), "gp")
    assert set(question.request.substances) == {"alcohol", "drugs"}  # nothing was named, so help with any
    assert question.point is not None


def test_a_place_in_two_districts_is_settled_by_the_choice(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="TN15", district="E07000111", age="30", audience="self"), snapshot)
    assert question is not None and question.request.area == "E07000111"


def test_somewhere_else_than_the_districts_offered_is_outside(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="TN16", district=OUTSIDE, age="30", audience="self"), snapshot)
    assert question is not None and question.request.area is None


def test_a_choice_left_over_from_another_place_is_not_used(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="Margate", district="E07000111", age="30", audience="self"), snapshot)
    assert question is not None and question.request.area == "E07000114"


def test_a_relative_who_names_no_need_is_shown_family_support(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="Deal", age="30", audience="family"), snapshot)
    assert question is not None and question.request.needs == ("family",)


def test_a_need_alone_brings_no_substance_with_it(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="Deal", age="30", audience="gp", needs=("housing",)), snapshot)
    assert question is not None and (question.request.substances, question.request.needs) == ((), ("housing",))


def test_how_somebody_would_like_to_be_seen_is_passed_on(snapshot: Snapshot) -> None:
    question, _ = read(Asked(place="Deal", age="30", audience="gp", prefers=("phone", "evening")), snapshot)
    assert question is not None and question.request.prefers == ("phone", "evening")
