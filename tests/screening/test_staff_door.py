"""The one-minute door for staff: stop rule, published conflict, what is asked next, what is missing."""

from itertools import product

import pytest
from kit import ADULT_SERVICE, Chat, library, newcomer

from screening.orders import items_due
from screening.rules import RULES, Sitting

NEVER_ONLY, WHOLE = ["q1", "q9", "q10"], [f"q{number}" for number in range(1, 11)]


def staff(*taps: str | int) -> Chat:
    """A GP with a client of 30 to 39, at the choice of the form and on from there."""
    return newcomer().taps("professional", "gp", "30_39").says("check").taps(*taps)


def fast(points: str) -> str:
    """What FAST says: its items are AUDIT 3, 5, 8 and 10; `?` is declined, what is left out was not asked."""
    marks = zip(("q3", "q5", "q8", "q10"), points.split(), strict=False)
    answers = {f"audit.{item}": None if mark == "?" else int(mark) for item, mark in marks}
    return RULES["fast_result"].decide(Sitting(library(), {"quick": "fast", **answers}))


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ("3", "stopped"),
        ("4", "stopped"),
        ("2 0 0 0", "negative"),
        ("2 1 0 0", "positive"),
        ("1 1 0 0", "negative"),
        ("1 0 0 2", "positive"),
        ("0 0 0 2", "negative"),
        ("0 0 0 4", "never"),
        ("0 1 2 0", "never"),
        ("? 0 0 0", "missing"),
        ("2 1 ? 0", "missing"),
    ],
)
def test_fast_on_both_sides_of_its_cut_off(points: str, outcome: str) -> None:
    assert fast(points) == outcome


def test_every_fast_sheet_is_positive_from_3_on() -> None:
    for first, second, third, fourth in product(range(3), range(5), range(5), (0, 2, 4)):
        total = first + second + third + fourth
        expected = "negative" if total < 3 else "positive" if first else "never"
        assert fast(f"{first} {second} {third} {fourth}") == expected


@pytest.mark.parametrize(("points", "outcome"), [(0, "negative"), (1, "negative"), (2, "positive"), (4, "positive")])
def test_the_single_question_is_positive_from_monthly_on(points: int, outcome: str) -> None:
    chat = staff("single", points)
    assert f"quick_check.single_{outcome}" in chat.keys


@pytest.mark.parametrize(
    ("order", "answers", "due"),
    [
        ("audit_after_fast", {"q3": 2, "q5": 1, "q8": 0, "q10": 0}, WHOLE),
        ("audit_after_fast", {"q3": 3}, WHOLE),
        ("audit_after_fast", {"q1": 0, "q3": 0, "q5": 0, "q8": 0, "q10": 4}, ["q1", "q3", "q5", "q8", "q9", "q10"]),
        ("audit_after_fast", {"q1": 0, "q3": 3}, ["q1", "q3", "q9", "q10"]),
        ("audit_after_m_sasq", {"q3": 2}, ["q1", "q2", "q3"]),
        ("audit_after_m_sasq", {"q1": 1, "q2": 1, "q3": 2}, ["q1", "q2", "q3"]),
        ("audit_after_m_sasq", {"q1": 2, "q2": 1, "q3": 2}, WHOLE),
        ("audit_after_m_sasq", {"q1": 0, "q3": 2}, ["q1", "q3", "q9", "q10"]),
        ("audit_after_m_sasq", {"q1": 0, "q2": 3, "q5": 2}, NEVER_ONLY),
    ],
)
def test_what_is_left_of_the_audit(order: str, answers: dict[str, int], due: list[str]) -> None:
    """Nothing that was answered is lost, and after "Never" nothing is asked about drinking now."""
    audit = library().instrument("audit").model_copy(update={"order": order})
    assert list(items_due(audit, answers)) == due


def test_nothing_is_asked_twice() -> None:
    chat = staff("fast", 2, 1, 0, 0, "yes")
    asked = []
    while chat.state and chat.state.item:
        asked.append(chat.state.item)
        chat.taps(1 if chat.state.item not in ("q9",) else 0)
    assert asked == ["q1", "q2", "q4", "q6", "q7", "q9"]


def test_answers_that_do_not_fit_are_pointed_out_before_any_band() -> None:
    """Weekly at FAST, and then "Never" at AUDIT item 1."""
    chat = staff("fast", 3, "yes", 0, 0, 0)
    assert "Item 1 says they never drink, but see item 3." in chat.text
    assert "Go through the form with them again" in chat.text
    assert "low risk" not in chat.text


def test_at_7_staff_are_told_of_the_lower_threshold() -> None:
    """Source C2: elsewhere 7 is "increasing risk" for women and for men over 65; the UK band stays low."""
    chat = staff("fast", 2, 1, 0, 0, "yes", 2, 1, 0, 0, 1, 0)
    assert "AUDIT: 7 out of 40. The answers suggest: low risk." in chat.text
    assert 'start "increasing risk" at 7 for women and for men over 65' in chat.text
    assert "lower" not in staff("fast", 2, 1, 0, 0, "yes", 2, 2, 0, 0, 1, 0).text


def test_a_morning_drink_outranks_a_missing_answer() -> None:
    chat = staff("fast", 2, 1, 0, 0, "yes", 1, 0, 0, 2, "skip", 0)
    assert "Not answered: question 7." in chat.text
    assert "Do not ask them to cut down fast." in chat.text
    assert "another band" not in chat.text


def test_the_screen_is_counted_once() -> None:
    chat = staff("fast", 2, 1, 0, 0, "yes", 2, 1, 0, 0, 1, 0)
    net: dict[str, int] = {}
    for tally in chat.tallies:
        net[tally.screen.instrument] = net.get(tally.screen.instrument, 0) + tally.by
    assert net == {"fast": 0, "audit": 1}


def test_a_second_client_begins_at_the_beginning() -> None:
    """Half an AUDIT of one client is never gone on with for the next."""
    chat = staff("fast", 2, 1, 0, 0, "yes", 2).says("menu", "check")
    assert chat.where == "quick_check.which"
    assert not [name for name in chat.answers if name.startswith("audit.")]


@pytest.mark.parametrize("age", ["under_13", "13_15", "16_17", "skip"])
def test_the_client_has_to_be_an_adult(age: str) -> None:
    chat = newcomer().taps("professional", "probation", age).says("menu").taps("check")
    assert "This check is for adults." in chat.text
    assert chat.where == "menu.professional"


def test_from_the_result_to_a_way_to_refer_for_alcohol() -> None:
    chat = staff("single", 2, "no", "refer")
    assert chat.where == "refer_client.place"
    assert chat.says("margate").taps("now").taps(ADULT_SERVICE).referrals[0].substance == "alcohol"
