"""The extended brief intervention: what follows from what is scored, said and ticked, both sides of each cut-off."""

from datetime import date
from typing import Any

import pytest

from screening.ebi import (
    FIDELITY,
    GOALS,
    PAUSE,
    Session,
    change,
    coverage,
    finding,
    goal_now,
    goals,
    may_cut_down,
    minutes_band,
    missed,
    needs_decision,
    questions,
    record,
)
from screening.ebi_form import fill
from screening.ebi_plan import plan_text
from screening.library import Library, load_library

CALM = {"shakes": "no", "heavy_day": "no", "morning": "no"}
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def session(**fields: Any) -> Session:
    return Session.model_validate({"id": "one", "place": "screen", "seen": 1_000_000, "safety": CALM, **fields})


def sheet(points: str) -> dict[str, int]:
    """Answers to AUDIT items 1 to 10; "-" is not answered."""
    return {f"q{n}": int(mark) for n, mark in enumerate(points, start=1) if mark != "-"}


# Score and dependence (worked examples A1 to A11 of the screening facts, section 2)


@pytest.mark.parametrize(
    ("points", "total", "band", "dependence"),
    [
        ("3120001000", 7, "low", "no"),
        ("3120001100", 8, "increasing", "no"),
        ("4231102200", 15, "increasing", "no"),
        ("4231102102", 16, "higher", "no"),
        ("4332102202", 19, "higher", "no"),
        ("4332112202", 20, "possible_dependence", "yes"),
        ("4444444444", 40, "possible_dependence", "yes"),
        ("200-------", 2, "low", "no"),
    ],
)
def test_answers_give_total_band_and_what_they_say_of_dependence(
    library: Library, points: str, total: int, band: str, dependence: str
) -> None:
    found = finding(library, session(items=sheet(points)))
    assert (found.total, found.band, found.dependence) == (total, band, dependence)


@pytest.mark.parametrize(
    ("total", "audit_c", "band", "dependence"),
    [
        (7, None, "low", "no"),
        (8, None, "increasing", "no"),
        (10, None, "increasing", "no"),
        (11, None, "increasing", "unknown"),
        (15, 10, "increasing", "no"),
        (15, 11, "increasing", "yes"),
        (16, 8, "higher", "no"),
        (19, 10, "higher", "no"),
        (20, None, "possible_dependence", "yes"),
        (40, 12, "possible_dependence", "yes"),
    ],
)
def test_a_total_somebody_took_needs_the_first_three_from_11_on(
    library: Library, total: int, audit_c: int | None, band: str, dependence: str
) -> None:
    found = finding(library, session(total=total, audit_c=audit_c))
    assert (found.total, found.band, found.dependence) == (total, band, dependence)


@pytest.mark.parametrize("name", ["shakes", "heavy_day", "morning"])
@pytest.mark.parametrize(
    ("said", "dependence"), [("yes", "yes"), ("no", "no"), ("not_sure", "unknown"), (None, "unknown")]
)
def test_one_safety_answer_decides_and_not_said_is_never_a_no(
    library: Library, name: str, said: str | None, dependence: str
) -> None:
    answers = {each: given for each, given in {**CALM, name: said}.items() if given}
    assert finding(library, session(total=8, safety=answers)).dependence == dependence


@pytest.mark.parametrize(("morning", "dependence"), [("0", "no"), ("1", "no"), ("2", "yes"), ("4", "yes")])
def test_a_morning_drink_monthly_or_more_counts_whatever_the_total(
    library: Library, morning: str, dependence: str
) -> None:
    assert finding(library, session(items=sheet(f"22200{morning}0000"))).dependence == dependence


def test_what_the_answers_rule_out_need_not_be_asked_again(library: Library) -> None:
    """AUDIT item 2 below "10 or more" rules out 15 units on a typical day; item 6 was asked."""
    assert finding(library, session(items=sheet("3331102202"), safety={"shakes": "no"})).dependence == "no"
    over = finding(library, session(items=sheet("3431102202"), safety={"shakes": "no"}))
    assert (over.dependence, over.unknown) == ("unknown", ("heavy_day",))


def test_without_a_score_nothing_is_ruled_out(library: Library) -> None:
    found = finding(library, session())
    assert (found.total, found.dependence, found.unknown) == (None, "unknown", ("score",))
    partly = finding(library, session(items=sheet("333-------")))
    assert (partly.total, partly.dependence) == (None, "unknown")


def test_answers_that_reach_20_though_some_are_missing_are_possible_dependence(library: Library) -> None:
    assert finding(library, session(items=sheet("44444-----"))).dependence == "yes"


def test_the_flag_withdrawal_is_possible_dependence_until_it_was_a_mistake(library: Library) -> None:
    raised = session(total=8, flags={"withdrawal": True})
    assert finding(library, raised).dependence == "yes"
    assert finding(library, raised.with_(flags={})).dependence == "no"


# Goals


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({"total": 19, "audit_c": 9}, {*GOALS, "keep", "help_first", "thinking"}),
        ({"total": 20}, {"help_first", "thinking"}),
        ({"total": 12}, {"help_first", "thinking"}),
        ({"total": 8, "flags": {"pregnancy": False}}, {"stop", "help_first", "thinking"}),
        ({"total": 20, "flags": {"pregnancy": False}}, {"help_first", "thinking"}),
        ({"items": sheet("0-------24")}, {"keep", "thinking"}),
        ({}, {"help_first", "thinking"}),
    ],
)
def test_which_goals_are_offered(library: Library, fields: dict[str, Any], offered: set[str]) -> None:
    held = session(**fields)
    found = finding(library, held)
    assert set(goals(found, held)) == offered
    assert may_cut_down(found, held) == ("units_week" in offered)


def test_a_goal_goes_out_of_plan_and_count_when_something_learnt_later_forbids_it(library: Library) -> None:
    held = session(total=12, audit_c=8, goal="units_week", number=10, picks={"tips": ["free_days"], "coping": ["slip"]})
    assert "No more than 10 units a week" in plan_text(library, held, TODAY)
    later = held.with_(safety={**CALM, "shakes": "yes"})
    found = finding(library, later)
    assert goal_now(found, later) is None
    assert "goal_taken_out" in questions(found, later)
    text = plan_text(library, later, TODAY)
    assert "Do not stop suddenly." in text
    for gone in ("units a week", "days with no drink", "I drink more than I planned"):
        assert gone not in text
    assert record(library, later, "not_said", "from_20")["goal"] == "none"


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("number", ["0", "10", ""])
def test_any_drinking_goal_is_refused_with_the_safety_message_in_possible_dependence(
    library: Library, goal: str, number: str
) -> None:
    held = session(total=23)
    filled = fill(library, held, library.ebi.by_id["plan"], {"goal": goal, "number": number, "start": "tomorrow"})
    assert filled.problems == {"goal": "goal_not_safe"}
    assert filled.session.goal is None
    said = library.words.text("ebi.said.goal_not_safe")
    assert "Do not stop suddenly" in said


@pytest.mark.parametrize(
    ("goal", "number", "taken", "problem"),
    [
        ("units_week", "1", 1, None),
        ("units_week", "200", 200, None),
        ("units_week", "201", None, "units_week_range"),
        ("units_week", "0", None, "units_week_zero"),
        ("units_week", "ten", None, "units_week_range"),
        ("units_week", "-3", None, "units_week_range"),
        ("units_week", "２", None, "units_week_range"),
        ("free_days", "1", 1, None),
        ("free_days", "7", 7, None),
        ("free_days", "8", None, "free_days_range"),
        ("free_days", "0", None, "free_days_zero"),
        ("guideline", "99", None, None),
    ],
)
def test_the_number_of_a_goal(library: Library, goal: str, number: str, taken: int | None, problem: str | None) -> None:
    filled = fill(library, session(total=8), library.ebi.by_id["plan"], {"goal": goal, "number": number})
    assert filled.session.number == taken
    assert list(filled.problems.values()) == ([problem] if problem else [])


# What does not fit together


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"importance": 8, "goal": "thinking"}, ["important_but_no_goal"]),
        ({"importance": 7, "goal": "thinking"}, []),
        ({"importance": 3, "goal": "stop"}, ["goal_not_important"]),
        ({"importance": 4, "goal": "stop"}, []),
        ({"confidence": 3, "goal": "stop"}, ["goal_not_confident"]),
        ({"confidence": 4, "goal": "stop"}, []),
        ({"importance": 2, "importance_after": 6, "goal": "stop"}, []),
    ],
)
def test_contradictions_are_asked_about(library: Library, fields: dict[str, Any], asked: list[str]) -> None:
    held = session(total=8, **fields)
    assert list(questions(finding(library, held), held)) == asked


def test_a_total_and_answers_that_differ_are_neither_averaged_nor_taken(library: Library) -> None:
    points = {item: str(value) for item, value in sheet("3331102202").items()}
    held = session(total=9)
    filled = fill(library, held, library.ebi.by_id["screen"], {"total": "12", **points, **CALM})
    assert filled.problems == {"total": "score_differs"}
    assert (filled.session.total, dict(filled.session.items)) == (9, {})
    same = fill(library, held, library.ebi.by_id["screen"], {"total": "17", **points, **CALM})
    assert same.problems == {}
    assert finding(library, same.session).total == 17


# Decisions


def test_staff_decide_before_the_talk_goes_on_and_only_where_dependence_is_possible(library: Library) -> None:
    held = session(total=20)
    assert needs_decision(finding(library, held), held)
    half = held.with_(offer="declined")
    assert needs_decision(finding(library, half), half)
    decided = half.with_(go_on=True)
    assert not needs_decision(finding(library, decided), decided)
    lower = session(total=19, audit_c=9)
    assert not needs_decision(finding(library, lower), lower)


# Coverage


def test_coverage_counts_only_what_was_due(library: Library) -> None:
    calm, dependent = session(total=8), session(total=20)
    offered = {"treatment_offered", "treatment_again"}
    for held, due in ((calm, False), (dependent, True)):
        seen = coverage(library.ebi, finding(library, held), held)
        assert {item.id for item in seen.left} >= offered if due else not offered & {item.id for item in seen.left}
    assert "goal" in {item.id for item in coverage(library.ebi, finding(library, calm), calm).left}
    assert "goal" not in {item.id for item in coverage(library.ebi, finding(library, dependent), dependent).left}


@pytest.mark.parametrize(("importance", "due"), [(None, True), (7, True), (8, False), (10, False)])
def test_both_sides_may_be_left_out_where_it_matters_most(library: Library, importance: int | None, due: bool) -> None:
    held = session(total=8, importance=importance)
    seen = coverage(library.ebi, finding(library, held), held)
    assert ("both_sides" in {item.id for item in seen.left}) == due


def test_the_bands_of_coverage(library: Library) -> None:
    """All; three quarters or more; half or more; less. Whatever was ticked that was not due does not help."""
    held = session(total=8)
    due = [item.id for item in coverage(library.ebi, finding(library, held), held).left]
    bands = []
    for ticked in range(len(due) + 1):
        some = held.with_(ticks=[*due[:ticked], "treatment_offered"])
        bands.append(coverage(library.ebi, finding(library, some), some).band)
    size = len(due)
    expected = [
        "full" if n == size else "most" if 4 * n >= 3 * size else "half" if 2 * n >= size else "less"
        for n in range(size + 1)
    ]
    assert bands == expected
    assert set(bands) == set(FIDELITY)


def test_every_item_of_the_checklist_names_a_source_of_the_list(library: Library) -> None:
    for stage in library.ebi.stages:
        for item in stage.fidelity:
            assert item.source in library.sources, item.id


# Bands of the record


@pytest.mark.parametrize(
    ("before", "after", "band"),
    [
        (5, 8, "up_3"), (0, 10, "up_3"), (5, 7, "up_1"), (5, 6, "up_1"), (5, 5, "same"), (5, 4, "down"),
        (10, 0, "down"), (None, 5, "not_asked"), (5, None, "not_asked"), (0, 0, "same"),
    ],
)  # fmt: skip
def test_how_a_ruler_moved(before: int | None, after: int | None, band: str) -> None:
    assert change(before, after) == band


@pytest.mark.parametrize(
    ("minutes", "band"),
    [
        (0, "under_10"),
        (9, "under_10"),
        (10, "from_10"),
        (19, "from_10"),
        (20, "from_20"),
        (30, "from_20"),
        (31, "over_30"),
    ],
)
def test_how_long_it_took(minutes: int, band: str) -> None:
    assert minutes_band(minutes * 60) == band
    assert minutes_band(minutes * 60 + 59) == band


def test_the_clock_leaves_out_breaks_and_never_runs_backwards() -> None:
    held = session()
    assert held.at(1_000_000 + 300).seconds == 300
    assert held.at(1_000_000 + PAUSE).seconds == PAUSE
    assert held.at(1_000_000 + PAUSE + 1).seconds == 0, "a break"
    assert held.at(1_000_000 - 60).seconds == 0, "the clock was put back"
    assert held.at(1_000_300).at(1_010_000).at(1_010_060).seconds == 360


def test_the_record_holds_bands_and_nothing_else(library: Library) -> None:
    held = session(total=12, audit_c=8, importance=3, importance_after=6, goal="stop", next_step="follow_up")
    row = record(library, held, "E07000114", "from_20")
    assert row == {
        "area": "E07000114",
        "minutes": "from_20",
        "importance": "up_3",
        "confidence": "not_asked",
        "goal": "stop",
        "next_step": "follow_up",
        "fidelity": "less",
    }


@pytest.mark.parametrize(
    ("offer", "said", "next_step"),
    [
        ("accepted", None, "treatment"),
        ("declined", None, "treatment_declined"),
        ("not_now", None, "not_said"),
        (None, None, "not_said"),
        ("declined", "treatment", "treatment"),
    ],
)
def test_a_talk_that_ends_early_takes_its_next_step_from_the_offer(
    library: Library, offer: str | None, said: str | None, next_step: str
) -> None:
    held = session(total=20, offer=offer, next_step=said)
    assert record(library, held, "not_said", "under_10")["next_step"] == next_step


# Practice


@pytest.mark.parametrize("number", range(4))
def test_what_a_made_up_client_needs_fits_the_answers_they_give(library: Library, number: int) -> None:
    client = library.ebi.clients[number]
    held = session(practice=client.id, items=client.audit, safety=client.safety)
    found = finding(library, held)
    assert ("treatment" in client.needs) == (found.dependence == "yes")
    assert set(missed(library.ebi, found, held)) == set(client.needs)
    noticed = held.with_(flags={need: True for need in client.needs if need != "treatment"}, offer="accepted")
    assert missed(library.ebi, found, noticed) == ()


# The plan


def test_the_plan_holds_what_was_picked_the_day_and_the_helplines(library: Library) -> None:
    held = session(
        total=8,
        goal="free_days",
        number=3,
        start="tomorrow",
        follow_up="weeks_2",
        picks={"reasons": ["sleep"], "tips": ["smaller"], "coping": ["slip"], "support": ["gp"]},
    )
    text = plan_text(library, held, TODAY)
    for line in (
        "Made on 22 November 2026", "- Sleep better and have more energy", "- 3 days a week with no drink",
        "- Tomorrow",
        "- Have smaller or weaker drinks", "- My GP", "We meet or talk again: 6 December 2026",
        "If you get shaky, sweaty or sick when you drink less, stop cutting down", "116 123", "999",
    ):  # fmt: skip
        assert line in text


def test_the_plan_in_pregnancy_says_what_is_safest(library: Library) -> None:
    held = session(total=8, flags={"pregnancy": True}, picks={"tips": ["smaller"]})
    text = plan_text(library, held, TODAY)
    assert "it is safest not to drink" in text
    assert "smaller or weaker" not in text
