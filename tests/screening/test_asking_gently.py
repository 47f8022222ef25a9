"""Where words of danger are ambiguous, one gentle question comes before advice; the plan comes after the numbers."""

import pytest
from kit import Chat

import screening.engine
from screening.safety import Finding, Label

HINT = "something that could be read either way"


@pytest.fixture
def ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    """One message is ambiguous, and nothing else is noticed."""

    def look(_rules: object, text: str) -> Finding:
        label: Label = "alcohol_withdrawal"
        return Finding(label, topic=label, gentle=True) if text == HINT else Finding()

    monkeypatch.setattr(screening.engine, "check", look)


def checking() -> Chat:
    return Chat().start().taps("me", "40_49", "check", "no", 2)


@pytest.mark.usefixtures("ambiguous")
def test_it_is_asked_before_advice_is_given_and_999_is_named_at_once() -> None:
    chat = checking().says(HINT)
    assert chat.keys == ["safety.gentle", "safety.safe_now"]
    assert "999" in chat.text and "116 123" in chat.text


@pytest.mark.usefixtures("ambiguous")
def test_all_is_well_and_the_exact_question_returns() -> None:
    chat = checking().says(HINT).taps("safe")
    assert (chat.where, chat.answers["audit.q1"]) == ("check_alcohol.audit.q2", 2)
    assert "told_withdrawal" not in chat.answers


@pytest.mark.usefixtures("ambiguous")
@pytest.mark.parametrize(("answer", "card"), [("not_safe", "card"), ("other", "card_other")])
def test_not_safe_gives_the_advice_for_this_danger(answer: str, card: str) -> None:
    chat = checking().says(HINT).taps(answer)
    assert chat.keys == [f"safety.alcohol_withdrawal.{card}", "safety.safe_now"]
    assert chat.taps("not_safe").keys[0] == "safety.not_safe"


def test_a_plan_is_offered_to_somebody_who_thinks_of_suicide_and_the_question_waits() -> None:
    chat = checking().says("i want to kill myself")
    assert chat.values == ["safe", "not_safe", "other", "plan"]
    chat.taps("plan", "sleep", "walk", "friend", "pills")
    assert "safety_plan.plan" in chat.keys and "Go for a walk" in chat.text and "116 123" in chat.text
    assert (chat.where, chat.answers["audit.q1"]) == ("check_alcohol.audit.q2", 2)


def test_no_plan_is_offered_where_it_would_not_help() -> None:
    assert "plan" not in checking().says("my mate has collapsed and his lips are blue").values


def test_danger_in_the_middle_of_a_plan_comes_first() -> None:
    chat = checking().says("i want to kill myself").taps("plan").says("ive taken 30 paracetamol")
    assert "999" in chat.text and chat.state is not None and chat.state.hold is not None
