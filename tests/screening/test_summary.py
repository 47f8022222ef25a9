"""The copy a person can keep."""

import pytest
from kit import ADULT_SERVICE, Chat, SmallWorld, adult, checking, library, newcomer, sheet

from screening.state import State
from screening.summary import summary


def checked(points: str, *after: str) -> Chat:
    """An adult who answered the check on this sheet, and what was asked after it."""
    chat = checking()
    for value in sheet(points).values():
        chat.taps("skip" if value is None else value)
    for said in after:
        chat.says(said)
    return chat


def kept(chat: Chat) -> str | None:
    assert chat.state is not None
    return summary(library(), chat.state, chat.facts)


@pytest.mark.parametrize("chat", [newcomer(), adult(), checking(), checking().taps(3, 1)])
def test_there_is_nothing_to_keep_before_a_check_is_finished(chat: Chat) -> None:
    assert kept(chat) is None


def test_it_has_the_day_the_total_every_answer_and_what_it_is_not() -> None:
    text = kept(checked("3 1 2 0 0 0 1 1 0 0", "no", "3", "5"))
    assert text is not None
    for shown in (
        "My copy from Signpost, 21 November 2026",
        "AUDIT score: 8 out of 40",
        "These answers suggest: increasing risk",
        "- How often you drink: 2 to 3 times per week. Points: 3",
        "- Someone was concerned: No. Points: 0",
        "AUDIT © World Health Organization 2001.",
        "This is not a diagnosis.",
        "Samaritans on 116 123",
    ):
        assert shown in text
    assert "suddenly" not in text


def test_the_short_check_is_called_by_its_name() -> None:
    text = kept(checked("2 1 1"))
    assert text is not None
    assert "AUDIT-C score: 4 out of 12" in text


def test_with_an_answer_missing_there_is_no_score_on_it() -> None:
    text = kept(checked("3 1 2 0 0 0 1 1 0 ?", "no", "3", "5"))
    assert text is not None
    assert "not all questions were answered, so there is no score" in text
    assert "- Someone was concerned: not answered" in text
    assert "suggest" not in text


@pytest.mark.parametrize(
    ("points", "after"),
    [
        ("4 3 3 2 1 1 2 2 0 2", ()),
        ("3 1 2 0 0 0 1 1 0 0", ("yes", "3", "5")),
        ("3 1 2 0 0 0 1 1 0 0", ("no", "3", "16")),
        ("3 1 2 0 0 0 1 1 0 0", ("not sure", "3", "5")),
        ("4 4 4 4 4 ? 0 0 0 0", ()),
    ],
)
def test_do_not_stop_suddenly_is_on_it_where_it_was_said(points: str, after: tuple[str, ...]) -> None:
    text = kept(checked(points, *after))
    assert text is not None
    assert "Do not stop suddenly." in text


@pytest.mark.parametrize(
    ("points", "after"),
    [
        ("2 1 1", ()),
        ("3 1 2 0 0 0 1 1 0 0", ("no", "3", "5")),
        ("0 - - - - - - - 0 0", ()),
        ("? 0 0", ()),
        ("0 - - - - - - - 2 4", ("no",)),
        ("0 - - - - - - - 2 4", ("yes",)),
    ],
)
def test_and_is_not_on_it_where_it_was_not(points: str, after: tuple[str, ...]) -> None:
    text = kept(checked(points, *after))
    assert text is not None
    assert "suddenly" not in text


def test_the_goal_is_on_it_once_it_is_set() -> None:
    chat = checked("3 1 2 0 0 0 1 1 0 0", "no", "3", "5").taps("yes", "skip", "skip", "skip", "swap")
    before = kept(chat)
    after = kept(chat.taps("tomorrow"))
    assert before is not None and "Start:" not in before
    assert after is not None
    assert "- Goal: Swap every other drink for a soft one\n- Start: Tomorrow" in after


def test_a_referral_is_on_it_with_how_to_reach_the_service() -> None:
    chat = adult(SmallWorld()).taps("find", "alcohol").says("swanley").taps(ADULT_SERVICE)
    text = kept(chat)
    assert text is not None
    for shown in (
        "Service chosen: Kent Help",
        "Reference: blue-otter-1",
        "We have not contacted this service",
        "Ask a GP",
    ):
        assert shown in text


def test_a_chosen_service_that_was_not_recorded_is_not_on_it() -> None:
    assert kept(adult().taps("find", "alcohol").says("margate").taps("not_now")) is None


def test_it_is_written_again_when_an_answer_is_corrected() -> None:
    chat = checked("4 3 3 2 1 0 2 2 0 2", "no", "3", "5").says("back", "back", "back", "back").taps(4)
    text = kept(chat)
    assert text is not None
    assert "score: 21 out of 40" in text
    assert "possible dependence" in text


def test_a_state_without_answers_has_no_summary() -> None:
    assert summary(library(), State(journey="menu", revision=1, step="adult"), SmallWorld()) is None
