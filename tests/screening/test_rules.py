"""The named outcomes that journeys route on, as tables. Sources: screening facts, sections 0, 1.1, 1.2 and 4.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library, sitting

from screening.rules import RULES, Sitting, units_a_week
from screening.state import Answer

CALM = {"pregnancy": "no", "shakes": "no", "days": 3, "units_day": 4}
"""Nothing else to worry about."""


def outcome(rule: str, points: str, **said: Answer) -> str:
    return RULES[rule].decide(sitting(points, **said))


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("0 - - - - - - - 0 0", "never"),
        ("0 - - - - - - - 2 0", "never_harm"),
        ("0 - - - - - - - 0 4", "never_harm"),
        ("0 - - - - - - - ? 0", "never_harm"),
        ("0 - - - - - - - 4 4", "never_harm"),
        ("1 0 1", "low"),
        ("2 1 1", "low"),
        ("? 0 0", "unscored_low"),
        ("3 1 1 0 0 0 0 0 0 0", "positive"),
        ("4 3 3 2 1 0 2 2 0 2", "positive"),
        ("4 3 3 2 1 1 2 2 0 2", "dependence"),
        ("4 4 4 4 4 4 4 4 4 4", "dependence"),
        ("4 4 4 4 4 ? ? ? ? ?", "dependence"),
        ("4 4 4 4 3 ? ? ? ? ?", "positive"),
    ],
)
def test_drinking(points: str, expected: str) -> None:
    """Twenty points already answered are dependence, however much is missing."""
    assert outcome("drinking", points) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("3 1 2 0 0 0 1 0 0 0", "low"),
        ("3 1 2 0 0 0 1 1 0 0", "increasing"),
        ("4 2 3 1 1 0 2 2 0 0", "increasing"),
        ("4 2 3 1 1 0 2 1 0 2", "higher"),
        ("4 3 3 2 1 0 2 2 0 2", "higher"),
        ("4 3 3 2 1 1 2 2 0 2", "dependence"),
        ("4 4 4 4 4 4 4 4 4 4", "dependence"),
        ("3 1 2 0 0 0 1 1 0 ?", "unscored"),
        ("4 2 3 1 1 0 2 2 0 ?", "unscored"),
        ("4 2 3 1 1 0 2 3 0 ?", "cannot_tell"),
        ("3 1 ? 2 2 0 2 1 4 0", "unscored"),
        ("3 1 ? 2 2 0 2 2 4 0", "cannot_tell"),
    ],
)
def test_advice_follows_the_band_where_nothing_else_matters(points: str, expected: str) -> None:
    """16 answered and one item missing could be 20: no goal. 15 and one missing could not."""
    assert outcome("advice", points, **CALM) == expected


@pytest.mark.parametrize(
    ("what", "points", "said", "expected"),
    [
        ("AUDIT-C 10", "4 3 3 0 0 0 0 0 0 0", {}, "increasing"),
        ("AUDIT-C 11", "4 3 4 0 0 0 0 0 0 0", {}, "do_not_stop"),
        ("AUDIT-C 12", "4 4 4 0 0 0 0 0 0 0", {}, "do_not_stop"),
        ("morning drink never", "3 1 2 0 0 0 1 1 0 0", {}, "increasing"),
        ("morning drink less than monthly", "3 1 2 0 0 1 1 0 0 0", {}, "increasing"),
        ("morning drink monthly", "3 1 2 0 0 2 1 0 0 0", {}, "do_not_stop"),
        ("morning drink daily", "3 1 2 0 0 4 0 0 0 0", {}, "do_not_stop"),
        ("15 units a day", "3 1 2 0 0 0 1 1 0 0", {"units_day": 15}, "increasing"),
        ("16 units a day", "3 1 2 0 0 0 1 1 0 0", {"units_day": 16}, "do_not_stop"),
        ("16 units a day, low total", "3 1 2 0 0 0 1 0 0 0", {"units_day": 16}, "do_not_stop"),
        ("shakes", "3 1 2 0 0 0 1 1 0 0", {"shakes": "yes"}, "do_not_stop"),
        ("shakes, low total", "3 1 1 0 0 0 0 0 0 0", {"shakes": "yes"}, "do_not_stop"),
        ("20 comes before shakes", "4 3 3 2 1 1 2 2 0 2", {"shakes": "yes"}, "dependence"),
    ],
)
def test_whatever_the_total(what: str, points: str, said: dict[str, Answer], expected: str) -> None:
    """Both sides of every sign that stopping suddenly could be dangerous (facts 4.1)."""
    assert outcome("advice", points, **{**CALM, **said}) == expected, what


@pytest.mark.parametrize(
    ("what", "points", "said", "expected"),
    [
        ("shakes declined", "3 1 2 0 0 0 1 1 0 0", {"shakes": None}, "cannot_tell"),
        ("not sure of shakes", "3 1 2 0 0 0 1 1 0 0", {"shakes": "not_sure"}, "cannot_tell"),
        ("morning drink declined", "3 1 2 0 0 ? 1 1 0 0", {}, "cannot_tell"),
        ("units declined, 7 to 9 on a day", "3 3 2 0 0 0 0 0 0 0", {"units_day": None}, "increasing"),
        ("units declined, 10 or more on a day", "3 4 2 0 0 0 0 0 0 0", {"units_day": None}, "cannot_tell"),
        ("units declined twice", "3 ? 2 0 0 0 0 0 0 0", {"units_day": None}, "cannot_tell"),
        ("10 or more on a day, 12 of them", "3 4 2 0 0 0 0 0 0 0", {"units_day": 12}, "increasing"),
        ("10 or more on a day, yet 3 of them", "3 4 2 0 0 0 0 0 0 0", {"units_day": 3}, "cannot_tell"),
        ("10 or more on a day, 9.75 added up", "3 4 2 0 0 0 0 0 0 0", {"units_day": "9.75"}, "increasing"),
        ("AUDIT-C 7 answered, could be 11", "4 3 ? 0 0 0 0 0 0 0", {}, "cannot_tell"),
        ("AUDIT-C 6 answered, could be 10", "3 3 ? 0 0 0 0 2 0 0", {}, "unscored"),
    ],
)
def test_where_a_sign_was_not_answered_no_goal_is_offered(
    what: str, points: str, said: dict[str, Answer], expected: str
) -> None:
    assert outcome("advice", points, **{**CALM, **said}) == expected, what


@pytest.mark.parametrize(
    ("pregnancy", "points", "said", "expected"),
    [
        ("yes", "3 1 2 0 0 0 1 1 0 0", {}, "pregnant"),
        ("yes", "4 3 3 2 1 0 2 2 0 2", {}, "pregnant"),
        ("yes", "3 1 2 0 0 0 1 1 0 0", {"shakes": "yes"}, "do_not_stop"),
        ("yes", "4 3 3 2 1 1 2 2 0 2", {}, "dependence"),
        ("no", "3 1 2 0 0 0 1 1 0 0", {}, "increasing"),
        (None, "3 1 2 0 0 0 1 1 0 0", {}, "increasing"),
    ],
)
def test_pregnancy_changes_the_advice_unless_stopping_is_dangerous(
    pregnancy: Answer, points: str, said: dict[str, Answer], expected: str
) -> None:
    assert outcome("advice", points, **{**CALM, **said, "pregnancy": pregnancy}) == expected


items = st.fixed_dictionaries(
    {
        f"audit.{item.id}": st.sampled_from([None, 0, 0, 0, *(option.points for option in item.options)])
        for item in library().instrument("audit").items
    }
)
"""Whole sheets, light answers more often than heavy ones."""
others = st.fixed_dictionaries(
    {
        "pregnancy": st.sampled_from([None, "yes", "no"]),
        "shakes": st.sampled_from([None, "yes", "no", "not_sure"]),
        "units_day": st.one_of(st.none(), st.integers(0, 200)),
    }
)


@given(items, others)
def test_every_rule_gives_one_of_its_outcomes(answers: dict[str, Answer], said: dict[str, Answer]) -> None:
    for name, rule in RULES.items():
        assert rule.decide(Sitting(library(), {**answers, **said})) in rule.outcomes, name


@given(items, others)
def test_advice_to_cut_down_is_never_given_where_it_could_harm(
    answers: dict[str, Answer], said: dict[str, Answer]
) -> None:
    """The reasons against it said again in plain numbers: each unanswered item counts as many points as it could be."""
    most = [
        4 if answers[f"audit.q{number}"] is None else int(str(answers[f"audit.q{number}"])) for number in range(1, 11)
    ]
    harmful = (
        sum(most[:3]) >= 11
        or (most[0] > 0 and sum(most[:3]) >= 5 and (sum(most) >= 20 or most[5] >= 2))
        or said["shakes"] != "no"
        or int(str(said["units_day"] or 0)) > 15
        or said["pregnancy"] == "yes"
    )
    advice = RULES["advice"].decide(Sitting(library(), {**answers, **said}))
    assert not (harmful and advice in ("low", "increasing", "higher", "unscored"))


@pytest.mark.parametrize(
    ("age", "group"),
    [("under_13", "child"), ("13_15", "young"), ("16_17", "young"), ("18_24", "adult"), ("65_plus", "adult"),
     (None, "young")],
)  # fmt: skip
def test_age_groups(age: Answer, group: str) -> None:
    """Declined is treated as under 18 (facts 6)."""
    assert RULES["age_group"].decide(Sitting(library(), {"age_band": age})) == group


def test_an_age_that_was_never_asked_is_treated_as_under_18() -> None:
    assert RULES["age_group"].decide(Sitting(library(), {})) == "young"


@pytest.mark.parametrize(
    ("days", "units_day", "week", "expected"),
    [(2, 7, 14, "within"), (3, 5, 15, "over"), (0, 30, 0, "within"), (7, 2, 14, "within"), (None, 5, None, "unknown"),
     (5, None, None, "unknown")],
)  # fmt: skip
def test_units_in_a_week_against_the_guideline_of_14(
    days: Answer, units_day: Answer, week: Answer, expected: str
) -> None:
    assert units_a_week(days, units_day) == week
    assert RULES["weekly_units"].decide(Sitting(library(), {"days": days, "units_day": units_day})) == expected


@pytest.mark.parametrize(
    ("points", "expected"),
    [("4 2 3 1 1 0 2 2 0 0", "other"), ("4 2 3 1 1 0 2 1 0 2", "higher"), ("4 3 3 2 1 0 2 2 0 2", "higher"),
     ("4 3 3 2 1 1 2 2 0 2", "other"), ("4 2 3 1 1 0 2 1 0 ?", "other")],
)  # fmt: skip
def test_health_problems_are_asked_about_from_16_to_19(points: str, expected: str) -> None:
    assert outcome("higher_band", points) == expected


@pytest.mark.parametrize(("points", "expected"), [("2 1 1", "yes"), ("2 1 ?", "no"), ("0 - - - - - - - 0 ?", "no")])
def test_a_total_is_shown_only_where_nothing_due_is_missing(points: str, expected: str) -> None:
    assert outcome("scored", points) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [({}, "start"), ({"audience": "me"}, "start"), ({"audience": "me", "age_band": "30_39"}, "ready"),
     ({"audience": "family", "age_band": None}, "ready")],
)  # fmt: skip
def test_the_menu_waits_for_who_and_how_old(said: dict[str, Answer], expected: str) -> None:
    assert RULES["met"].decide(Sitting(library(), said)) == expected
