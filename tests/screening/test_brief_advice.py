"""The brief advice: their own answers, reasons, numbers, goal and plan; never a goal where it is dangerous."""

from dataclasses import replace

import pytest
from kit import Chat, adult, checking, library, sitting

from screening.planning import agreed_week, answers_agree, confidence_level, importance_level, limit_fits, may_set_goal
from screening.rules import RULES

A7 = (4, 2, 3, 1, 1, 0, 2, 2, 0, 0)
A8 = (4, 2, 3, 1, 1, 0, 2, 1, 0, 2)
A10 = (4, 3, 3, 2, 1, 1, 2, 2, 0, 2)
GOAL_QUESTION = "brief_advice.goal"


def advised(points: tuple[int, ...] = A7, days: str = "5", units: str = "6") -> Chat:
    """An adult who has said yes to the advice."""
    return checking().taps(*points, "no").says(days, units).taps("yes")


def at_goal() -> Chat:
    """Everything before the goal skipped."""
    return advised().taps("skip", "skip", "skip")


def test_the_answer_that_added_most_is_shown_and_only_that() -> None:
    chat = advised()
    (most,) = [say for say in chat.said if say.key == "brief_advice.most"]
    assert most.values["lines"] == "- How often you drink: 4 or more times per week. Points: 4"


def test_their_week_is_told_in_units_and_in_pints() -> None:
    text = advised().text
    assert "about 30 units in a usual week" in text
    assert "30 units is about 13 pints of 4% beer" in text, "2.3 units each (source O49)"


def test_what_others_do_is_said_only_with_its_study() -> None:
    """1 to 3 units a week, Cochrane's review of digital advice (facts 5.6)."""
    assert "1 to 3 units a week less" in advised().text
    assert library().words.entry("brief_advice.others").sources == ("E2",)


def test_benefits_are_picked_one_after_another_until_thats_all() -> None:
    chat = advised().taps("sleep")
    assert "sleep" not in chat.values and "done" in chat.values and "- Better sleep" in chat.text
    chat.taps("money", "done")
    assert chat.answers["gains"] == "sleep+money"
    assert "what matters to you: better sleep, more money." in chat.text


def test_several_benefits_can_be_typed_in_one_line() -> None:
    assert advised().says("better sleep, more money", "that's all").answers["gains"] == "sleep+money"


@pytest.mark.parametrize(
    ("number", "step"),
    [("0", "none"), ("1", "low"), ("3", "low"), ("4", "middle"), ("7", "middle"), ("8", "high"), ("10", "high")],
)
def test_each_importance_has_its_own_reply(number: str, step: str) -> None:
    """0 to 3, 4 to 7, 8 to 10 (facts 5.2)."""
    assert advised().taps("skip").says(number).where == f"brief_advice.matter_{step}"


@pytest.mark.parametrize(("number", "step"), [("0", "low"), ("3", "low"), ("4", "middle"), ("8", "high")])
def test_each_confidence_has_its_own_reply(number: str, step: str) -> None:
    assert advised().taps("skip", "skip").says(number).where == f"brief_advice.sure_{step}"


def test_what_they_type_to_think_it_over_moves_on_and_is_not_kept() -> None:
    chat = advised().taps("skip").says("6", "hangovers at work, and zqxj costs too much")
    assert chat.where == "brief_advice.confidence"
    assert "zqxj" not in chat.state.model_dump_json()


def test_danger_typed_while_thinking_is_heard() -> None:
    chat = advised().taps("skip").says("6", "I want to kill myself")
    assert chat.state.hold == "suicide_self_harm"


def test_whom_it_matters_little_may_leave_it_there() -> None:
    chat = advised().taps("skip").says("2").taps("thought", "leave")
    assert GOAL_QUESTION not in [say.key for say in chat.effects if hasattr(say, "key")]
    assert "brief_advice.so_far" not in chat.keys, "a number alone is nothing to sum up"
    assert chat.where == "check_alcohol.extra"


def test_a_goal_has_a_number_a_start_and_a_way() -> None:
    chat = at_goal().taps("free_days").says("3").taps("next_week", "meal", "tell", "done", "pub", "leave")
    for line in (
        "- Goal: Have 3 days a week with no drink",
        "- Start: Next week",
        "- What will help: eat before I drink, telling someone",
        "- If I'm out with people who drink, then I will go home early",
    ):
        assert line in chat.text, line


def test_a_limit_that_is_not_less_is_asked_about() -> None:
    chat = at_goal().taps("limit").says("30")
    assert chat.where == "brief_advice.limit_meant"
    chat.taps("another").says("20").taps("today")
    assert "no more than 20 units a week" in chat.taps("enough").text
    assert at_goal().taps("limit").says("29").where == "brief_advice.goal_start"


def test_nobody_is_asked_to_stop_but_who_asks_for_it_may_where_no_sign_speaks_against_it() -> None:
    """Facts 5.1: never "stop completely" unless chosen and without a sign of dependence."""
    chat = at_goal().says("0 units from tomorrow")
    assert chat.where == "brief_advice.goal_limit"
    chat.says("0").taps("tomorrow", "enough")
    assert "- Goal: Have no alcohol" in chat.text and "If you get shaky" in chat.text


@pytest.mark.parametrize("said", ["that's enough", "enough", "That's enough for now"])
@pytest.mark.parametrize("before", [(), ("skip",), ("skip", "skip")])
def test_thats_enough_ends_it_kindly_at_any_question(said: str, before: tuple[str, ...]) -> None:
    chat = advised().taps(*before).says(said)
    assert "brief_advice.enough" in chat.keys and chat.where == "check_alcohol.extra"


def test_thats_enough_keeps_what_was_picked() -> None:
    chat = advised().taps("sleep", "enough")
    assert "- Why: better sleep" in chat.text
    assert "- Why: better sleep" in chat.says("summary").text


def test_every_question_of_the_advice_can_be_skipped() -> None:
    chat = advised()
    while chat.where.startswith("brief_advice"):
        chat.taps("skip")
    assert chat.where == "check_alcohol.extra" and "goal_start" not in chat.answers


def test_higher_risk_is_still_asked_about_health_and_offered_a_service() -> None:
    chat = advised(A8).taps("enough")
    assert chat.where == "check_alcohol.health"
    assert chat.taps("yes").where == "check_alcohol.offer"


@pytest.mark.parametrize(
    ("points", "days", "units", "expected"),
    [
        ("3 1 2 0 0 0 1 1 0 0", 3, "4", "agree"),
        ("3 1 2 0 0 0 1 1 0 0", 4, "4", "agree"),
        ("3 1 2 0 0 0 1 1 0 0", 6, "4", "days"),
        ("4 1 3 0 0 0 1 1 0 0", 2, "4", "days"),
        ("1 1 3 0 0 0 2 2 0 0", 0, "4", "agree"),
        ("3 1 2 0 0 0 1 1 0 0", 3, "6", "agree"),
        ("3 1 2 0 0 0 1 1 0 0", 3, "7", "units"),
        ("3 3 2 0 0 0 1 1 0 0", 3, "4", "units"),
        ("3 1 2 0 0 0 1 1 0 0", None, None, "agree"),
    ],
)
def test_answers_that_do_not_match_are_found(points: str, days: int | None, units: str | None, expected: str) -> None:
    """A day either way and the neighbouring option fit; more does not."""
    assert answers_agree(sitting(points, days=days, units_day=units)) == expected


def test_answers_that_do_not_match_are_asked_about_and_not_averaged() -> None:
    chat = advised((3, 1, 2, 0, 0, 0, 1, 1, 0, 0), days="6", units="7")
    assert chat.where == "brief_advice.which_days" and "units in a usual week" not in chat.text
    assert "about 42 units" in chat.taps("second").text
    for answer in ("first", "neither", "skip"):
        said = advised((3, 1, 2, 0, 0, 0, 1, 1, 0, 0), days="6", units="7").taps(answer)
        assert "units in a usual week" not in said.text, answer


def test_a_doubtful_week_is_no_measure_for_a_limit() -> None:
    doubtful = sitting("3 1 2 0 0 0 1 1 0 0", days=6, units_day="7", goal_limit=50)
    assert agreed_week(doubtful) == "unknown" and limit_fits(doubtful) == "less"


@pytest.mark.parametrize("said", ["7", "seven", "7 out of 10", "7/10"])
def test_the_numbers_may_be_said_in_full(said: str) -> None:
    assert advised().taps("skip").says(said).answers["importance"] == 7


def test_levels_where_nothing_was_said() -> None:
    assert importance_level(sitting("3 1 2 0 0 0 1 1 0 0")) == "unknown"
    assert confidence_level(sitting("3 1 2 0 0 0 1 1 0 0", confidence=None)) == "unknown"


SAFE = {"audience": "me", "age_band": "30_39", "shakes": "no", "days": 5, "units_day": "6", "pregnancy": "no"}


@pytest.mark.parametrize(
    ("points", "changed"),
    [
        ("4 3 3 2 1 1 2 2 0 2", {}),
        ("4 3 4 0 0 0 0 0 0 0", {}),
        ("4 2 3 1 0 2 0 0 0 0", {}),
        ("4 2 3 1 1 0 2 2 0 0", {"shakes": "yes"}),
        ("4 2 3 1 1 0 2 2 0 0", {"shakes": "not_sure"}),
        ("4 2 3 1 1 0 2 2 0 0", {"units_day": "16"}),
        ("4 2 3 1 1 0 2 2 0 0", {"pregnancy": "yes"}),
        ("4 2 3 1 1 0 2 2 0 0", {"told_pregnant": 1}),
        ("4 2 3 1 1 0 2 2 0 0", {"told_withdrawal": 1}),
        ("4 2 3 1 1 0 2 2 0 0", {"age_band": "16_17"}),
        ("4 2 3 1 1 0 2 2 0 0", {"audience": "family"}),
    ],
)
def test_no_goal_where_it_could_be_dangerous(points: str, changed: dict) -> None:  # type: ignore[type-arg]
    assert may_set_goal(sitting("4 2 3 1 1 0 2 2 0 0", **SAFE)) == "yes"
    assert may_set_goal(sitting(points, **{**SAFE, **changed})) == "no"


def test_shakes_told_in_the_middle_of_the_advice_end_the_goal() -> None:
    chat = at_goal().taps("free_days").says("I get the shakes when I don't drink")
    assert chat.state.hold == "alcohol_withdrawal"
    chat.taps("safe")
    assert "brief_advice.not_safe" in chat.keys and "safety_advice.do_not_stop" in chat.keys
    assert not chat.where.startswith("brief_advice")
    assert "Goal:" not in chat.says("summary").text


@pytest.mark.parametrize("said", ["I will stop completely tomorrow", "0 units from tomorrow", "going cold turkey"])
def test_a_plan_to_stop_at_once_gets_the_safety_message(said: str) -> None:
    chat = checking().taps(*A10)
    before = chat.where
    assert chat.says(said).keys[0] == "safety_advice.sudden" and chat.where == before
    assert chat.says("menu", said).keys[0] == "safety_advice.sudden", "at the menu too"


@pytest.mark.parametrize("said", ["0 units from tomorrow", "stop drinking completely tomorrow"])
def test_whom_no_check_has_told_is_warned_too(said: str) -> None:
    """Nobody knows yet whether they depend on it (source N3)."""
    chat = adult().says(said)
    assert chat.keys[0] == "safety_advice.sudden_unknown" and chat.where == "check_alcohol.pregnancy"
    assert checking().taps(4, 2).says(said).keys[0] == "safety_advice.sudden_unknown"


def test_a_diary_of_heavy_days_speaks_against_a_goal() -> None:
    """More than 15 units on most days (source N4)."""
    week = dict.fromkeys(("mon", "tue", "wed"), "16")
    answers = sitting("4 2 3 1 1 0 2 2 0 0", **SAFE)
    assert may_set_goal(replace(answers, diary=week)) == "yes"
    assert may_set_goal(replace(answers, diary={**week, "thu": "15.1"})) == "no"


@pytest.mark.parametrize(
    ("days", "goal"),
    [("1", "Have one day a week with no drink"), ("3", "Have 3 days a week"), ("7", "Have no alcohol")],
)
def test_the_goal_reads_well_with_any_number(days: str, goal: str) -> None:
    assert f"- Goal: {goal}" in at_goal().taps("free_days").says(days).taps("today", "enough").text


def test_an_answer_of_the_list_is_no_plan_to_stop() -> None:
    assert "safety_advice.sudden" not in checking().taps(*A10).says("No, not now").keys


def test_possible_dependence_gets_no_advice_but_ideas_for_the_wait() -> None:
    chat = checking().taps(*A10, "no")
    assert chat.where == "waiting.ask"
    text = chat.taps("yes").text
    for words in (
        "Keep your drinking steady",
        "eat something every day",
        "vitamin B1",
        "someone you trust",
        "have a fit",
    ):
        assert words in text, words
    assert not any(say.key.startswith("brief_advice") for say in chat.effects if hasattr(say, "key"))


def test_the_ideas_come_after_the_service_too() -> None:
    chat = checking().taps(*A10, "yes").says("margate")
    chat.taps("adult-service") if "adult-service" in chat.values else chat.taps("not_now")
    assert chat.where == "waiting.ask"


def test_who_may_cut_down_safely_meets_no_ideas_for_the_wait() -> None:
    assert RULES["waiting_due"].decide(sitting("4 2 3 1 1 0 2 2 0 0", **SAFE)) == "no"


def test_nowhere_is_a_call_back_offered_as_no_route_is_confirmed() -> None:
    """Nobody in Kent has confirmed that they ring people who ask it of Signpost."""
    labels = [f"{key}: {label}" for key, entry in library().words.entries().items() for label in entry.choices.values()]
    assert [label for label in labels if "ring me" in label.lower() or "call me" in label.lower()] == []


def test_adults_at_the_menu_only_meet_the_diary() -> None:
    assert "diary" in adult().values
