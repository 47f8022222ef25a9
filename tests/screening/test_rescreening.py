"""Doing a check again: only the same instrument is compared, and only for the same person."""

import pytest
from kit import Chat, adult, newcomer, sitting

from screening.results_code import Kept, written
from screening.rules import RULES

AUDIT_8 = "3 1 2 0 0 0 1 1 0 0"


def code(instrument: str, total: int, month: str = "2026-03") -> str:
    return written(Kept(instrument, total, month))


@pytest.mark.parametrize(
    ("earlier", "points", "outcome"),
    [
        ("audit:9:2026-03", AUDIT_8, "lower"),
        ("audit:8:2026-03", AUDIT_8, "same"),
        ("audit:7:2026-03", AUDIT_8, "higher"),
        ("audit_c:7:2026-03", AUDIT_8, "different"),
        ("audit:14:2026-03", "1 1 1", "different"),
        ("audit_c:2:2026-03", "1 1 1", "higher"),
        ("audit:14:2026-03 audit_c:3:2026-01", "1 1 1", "same"),
        ("dudit:8:2026-03", AUDIT_8, "nothing"),
        ("audit:9:2026-03", "3 1 2 0 0 0 1 1 0 ?", "nothing"),
        ("audit:9:2026-03", "0 - - - - - - - 2 4", "nothing"),
        (None, AUDIT_8, "nothing"),
    ],
)
def test_the_new_total_beside_the_earlier_one(earlier: str | None, points: str, outcome: str) -> None:
    assert RULES["compared"].decide(sitting(points, comparing="audit", earlier=earlier)) == outcome


def test_a_code_is_taken_as_the_very_first_message() -> None:
    chat = Chat().says(code("audit", 14))
    assert chat.answers["earlier"] == "audit:14:2026-03"
    assert "You did the AUDIT in March 2026 and scored 14." in chat.text
    assert chat.where == "who.audience"


def test_a_code_is_taken_by_someone_who_had_stopped() -> None:
    chat = adult().says("stop", code("audit", 14))
    assert chat.answers["earlier"] == "audit:14:2026-03"


@pytest.mark.parametrize("earlier", [code("audit", 41), code("audit_c", 13), code("audit", 14, "2026-12")])
def test_a_code_nobody_can_have_been_given_is_a_slip(earlier: str) -> None:
    """AUDIT goes up to 40, AUDIT-C to 12; and it is November 2026."""
    chat = adult().says(earlier)
    assert "common.code_mistyped" in chat.keys
    assert "earlier" not in chat.answers


def test_the_question_that_waited_is_asked_again_and_answers_stay() -> None:
    chat = adult().taps("check", "no", 3).says(code("audit", 14))
    assert chat.where == "check_alcohol.audit.q2"
    assert chat.answers["audit.q1"] == 3
    assert chat.taps(1, 2).answers["earlier"] == "audit:14:2026-03"


def test_a_code_outlives_the_menu_and_going_back_but_not_the_change_to_another_person() -> None:
    chat = adult().says(code("audit", 14), "menu").taps("check").says("back", "menu")
    assert chat.answers["earlier"] == "audit:14:2026-03"
    assert "earlier" not in chat.taps("change").answers


def test_staff_never_see_one_client_compared_with_the_next() -> None:
    chat = newcomer().taps("professional", "gp", "30_39").says(code("audit_c", 9), "check")
    chat.taps("single", 2, "yes", 1, 1)
    assert "compare.lower" in chat.keys
    chat.taps("menu").says("check").taps("single", 2, "yes", 1, 1)
    assert not [key for key in chat.keys if key.startswith("compare.")]
    assert "earlier" not in chat.answers
