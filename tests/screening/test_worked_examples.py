"""The worked examples of the screening fact file, section 2: a table for each instrument, both sides of a cut-off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library

from screening.cutoffs import Person
from screening.forms import FormError, read_form
from screening.questionnaire import Instrument, Sex
from screening.results import Result, group_result, result

WORDS = library().words


def form(name: str, marks: str, age: int | None = None, sex: Sex | None = None) -> Result:
    """The result of a paper form, written as in the fact file: `-` is skipped."""
    instrument = library().instrument(name)
    return result(WORDS, instrument, read_form(instrument, marks.split()), Person(age, sex))


def flags(found: Result) -> set[str]:
    return {flag for flag, _ in found.flags}


AUDIT = [
    ("A1", "0 - - - - - - - 0 0", 0, "low", set()),
    ("A2", "0 - - - - - - - 2 4", 6, "low", {"past_problems", "never_harm"}),
    ("A3", "0 - - - - - - - 4 4", 8, "increasing", {"past_problems", "never_harm", "bands_differ"}),
    ("A4", "2 0 0 - - - - - 0 0", 2, "low", set()),
    ("A5", "3 1 2 0 0 0 1 0 0 0", 7, "low", {"audit_c_positive"}),
    ("A6", "3 1 2 0 0 0 1 1 0 0", 8, "increasing", set()),
    ("A7", "4 2 3 1 1 0 2 2 0 0", 15, "increasing", {"dependence_signs", "bands_differ"}),
    ("A8", "4 2 3 1 1 0 2 1 0 2", 16, "higher", {"dependence_signs", "past_problems"}),
    ("A9", "4 3 3 2 1 0 2 2 0 2", 19, "higher", {"dependence_signs", "past_problems"}),
    ("A10", "4 3 3 2 1 1 2 2 0 2", 20, "possible_dependence", {"dependence_signs", "past_problems", "bands_differ"}),
    ("A11", "4 4 4 4 4 4 4 4 4 4", 40, "possible_dependence",
     {"morning_drink", "dependence_signs", "past_problems", "audit_c_11"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "marks", "total", "band", "flagged"), AUDIT, ids=[row[0] for row in AUDIT])
def test_audit(name: str, marks: str, total: int, band: str, flagged: set[str]) -> None:
    found = form("audit", marks)
    assert (found.total, found.band, found.out_of) == (total, band, 40)
    assert flags(found) == flagged


@pytest.mark.parametrize(
    ("name", "says", "never_says"),
    [
        ("A1", ["going well"], ["cut down", "brief advice"]),
        ("A2", ["Do not advise them to cut down", "stopped", "shakes"], ["brief advice"]),
        ("A3", ["Do not advise them to cut down", "stopped", "shakes"], ["brief advice"]),
        ("A4", ["going well"], ["cut down"]),
        ("A6", ["brief advice"], ["referral"]),
        ("A7", ["brief advice"], ["referral"]),
        ("A8", ["brief advice", "longer talk", "health problem", "referral"], []),
        ("A9", ["brief advice", "longer talk", "health problem", "referral"], []),
        ("A10", ["Do not give brief advice", "referral", "Do not stop suddenly"], []),
        ("A11", ["Do not give brief advice", "referral", "Do not stop suddenly", "today"], []),
    ],
)
def test_what_to_do_after_an_audit(name: str, says: list[str], never_says: list[str]) -> None:
    marks = next(row[1] for row in AUDIT if row[0] == name)
    action = form("audit", marks).action
    assert [words for words in says if words not in action] == []
    assert [words for words in never_says if words in action] == []


def test_the_points_of_the_past_say_nothing_about_drinking_now() -> None:
    assert "past" in form("audit", "0 - - - - - - - 4 4").means


def test_consumption_feedback_is_due_where_only_the_audit_c_is_positive() -> None:
    (found,) = form("audit", "3 1 2 0 0 0 1 0 0 0").flags
    assert found[0] == "audit_c_positive"
    assert "units" in found[1]


@pytest.mark.parametrize(
    ("marks", "says"),
    [
        ("3 1 1 0 0 2 0 0 0 0", "morning"),
        ("4 3 4 0 0 0 0 0 0 0", "11 or more"),
    ],
)
def test_whatever_the_total_nobody_at_risk_is_told_to_cut_down_fast(marks: str, says: str) -> None:
    """A morning drink monthly or more, or AUDIT-C 11 or more (facts 4.1)."""
    found = form("audit", marks)
    assert found.band in ("low", "increasing")
    assert "Do not stop suddenly" in found.action
    assert says in " ".join(text for _, text in found.flags)


def test_a_morning_drink_less_than_monthly_is_a_sign_and_no_more() -> None:
    assert flags(form("audit", "3 1 1 0 0 1 0 0 0 0")) == {"dependence_signs", "audit_c_positive"}


def test_flags_name_the_items_they_are_about() -> None:
    texts = dict(form("audit", "4 2 3 1 1 0 2 2 0 0").flags)
    assert "item 4 and item 5" in texts["dependence_signs"]


@pytest.mark.parametrize(("age", "sex", "hinted"), [
    (None, None, False), (40, "female", True), (40, "male", False), (65, "male", False), (66, "male", True),
])  # fmt: skip
def test_the_lower_threshold_is_a_hint_and_never_a_band(age: int | None, sex: Sex | None, hinted: bool) -> None:
    """7 for women and for men over 65 elsewhere; the UK band starts at 8 for everyone (source C2)."""
    found = form("audit", "2 1 1 0 0 0 3 0 0 0", age, sex)
    assert (found.total, found.band, "lower_threshold" in flags(found)) == (7, "low", hinted)
    assert found.document()["sex_rule"] is None


AUDIT_C = [
    ("0 - -", 0, "low", "negative"),
    ("1 0 1", 2, "low", "negative"),
    ("1 1 1", 3, "low", "positive"),
    ("2 1 1", 4, "low", "positive"),
    ("3 1 1", 5, "increasing", "positive"),
    ("3 2 2", 7, "increasing", "positive"),
    ("4 2 2", 8, "higher", "positive"),
    ("4 3 3", 10, "higher", "positive"),
    ("4 3 4", 11, "possible_dependence", "positive"),
    ("4 4 4", 12, "possible_dependence", "positive"),
]


@pytest.mark.parametrize(("marks", "total", "adult", "young"), AUDIT_C)
def test_audit_c(marks: str, total: int, adult: str, young: str) -> None:
    for age, band, rule in ((None, adult, "adult"), (18, adult, "adult"), (17, young, "youth"), (13, young, "youth")):
        found = form("audit_c", marks, age)
        assert (found.total, found.band, found.score.age_rule) == (total, band, rule), age


def test_under_18_positive_leads_to_a_young_peoples_service_and_never_to_adult_words() -> None:
    for marks in ("1 1 1", "4 4 4"):
        action = form("audit_c", marks, 16).action
        assert "young people's service" in action
        assert "brief advice" not in action


@pytest.mark.parametrize(
    ("marks", "total", "band"),
    [("2 1 1 0 0 0 2 0 0 0", 6, "not_flagged"), ("2 1 1 0 0 0 3 0 0 0", 7, "dependence_flag"),
     ("4 4 4 4 4 4 4 4 4 4", 40, "dependence_flag")],
)  # fmt: skip
def test_audit_under_18(marks: str, total: int, band: str) -> None:
    """7 is the flag at 10 to 17 (source E7); the AUDIT-C inside is at risk from 3."""
    found = form("audit", marks, 16)
    assert (found.total, found.band, found.score.age_rule) == (total, band, "youth")
    assert "audit_c_young" in flags(found)
    assert "E7" in found.sources


def test_a_form_of_13_to_15_says_that_staff_must_have_gone_through_it() -> None:
    assert "age_13_to_15" in flags(form("audit_c", "1 1 1", 15))
    assert "age_13_to_15" not in flags(form("audit_c", "1 1 1", 16))


AUDIT_PC = [("3 1 0 0 0", 4, "negative"), ("3 2 0 0 0", 5, "positive"), ("2 0 1 0 2", 5, "positive"),
            ("4 4 4 4 4", 20, "positive"), ("0 - - - 4", 4, "negative")]  # fmt: skip


@pytest.mark.parametrize(("marks", "total", "band"), AUDIT_PC)
def test_audit_pc(marks: str, total: int, band: str) -> None:
    found = form("audit_pc", marks)
    assert (found.total, found.band, found.out_of) == (total, band, 20)


FAST = [("0 0 0 0", 0, "negative"), ("1 1 0 0", 2, "negative"), ("1 1 1 0", 3, "positive"), ("2 0 0 2", 4, "positive"),
        ("3 - - -", 3, "positive"), ("4 - - -", 4, "positive"), ("0 0 0 4", 4, "positive")]  # fmt: skip


@pytest.mark.parametrize(("marks", "total", "band"), FAST)
def test_fast(marks: str, total: int, band: str) -> None:
    found = form("fast", marks)
    assert (found.total, found.band, found.out_of) == (total, band, 16)
    assert ("fast_never" in flags(found)) == (marks == "0 0 0 4")


def test_fast_never_with_a_positive_total_gets_no_advice_to_cut_down_before_item_1_of_the_audit() -> None:
    action = form("fast", "0 0 0 4").action
    assert "Do not advise them to cut down" in action
    assert "question 1" in action


@pytest.mark.parametrize(("marks", "band"), [("0", "negative"), ("1", "negative"), ("2", "positive"), ("3", "positive"),
                                             ("4", "positive")])  # fmt: skip
def test_m_sasq_is_a_band_and_never_a_score(marks: str, band: str) -> None:
    document = form("m_sasq", marks).document()
    assert (document["band"], document["total"], document["out_of"]) == (band, None, None)


def spread(instrument: Instrument, total: int) -> str:
    """A sheet of this total: each item takes as much as it can, the last first (those are the ones with gaps)."""
    marks: list[int] = []
    for item in reversed(instrument.items):
        marks.insert(0, max(points for points in item.allowed if points <= total))
        total -= marks[0]
    assert total == 0
    return " ".join(map(str, marks))


def by_total(name: str, total: int, age: int | None = None, sex: Sex | None = None) -> Result:
    return form(name, spread(library().instrument(name), total), age, sex)


@pytest.mark.parametrize(("total", "band"), [(0, "mild"), (15, "mild"), (16, "moderate"), (30, "moderate"),
                                             (31, "severe"), (60, "severe")])  # fmt: skip
def test_sadq(total: int, band: str) -> None:
    found = by_total("sadq", total)
    assert (found.total, found.band, found.out_of) == (total, band, 60)
    assert "clinician" in found.action.lower()


@pytest.mark.parametrize(
    ("total", "man", "woman"),
    [
        (0, "below", "below"),
        (1, "below", "below"),
        (2, "below", "probable_problems"),
        (5, "below", "probable_problems"),
        (6, "probable_problems", "probable_problems"),
        (24, "probable_problems", "probable_problems"),
        (25, "dependence_probable", "dependence_probable"),
        (44, "dependence_probable", "dependence_probable"),
    ],
)
def test_dudit(total: int, man: str, woman: str) -> None:
    """Sex not said: the cut-off of women, which misses fewer, and it is said which was used."""
    assert by_total("dudit", total, sex="male").band == man
    assert by_total("dudit", total, sex="female").band == woman
    unsaid = by_total("dudit", total)
    assert (unsaid.band, unsaid.score.sex_rule, flags(unsaid)) == (woman, "sensitive", {"sex_not_given"})
    assert "conversation" in dict(unsaid.flags)["sex_not_given"]


def test_the_dudit_vector() -> None:
    assert form("dudit", "2 1 1 0 0 0 1 0 1 0 2").total == 8


DAST_10 = [
    ("0 0 0 0 0 0 0 0 0 0", 0, "none_reported"),
    ("0 0 1 0 0 0 0 0 0 0", 1, "none_reported"),
    ("1 0 0 0 0 0 0 0 0 0", 1, "low"),
    ("0 0 0 1 0 0 0 0 0 0", 1, "low"),
    ("1 1 0 0 0 0 0 0 0 0", 2, "low"),
    ("1 0 1 0 1 0 0 0 0 0", 3, "moderate"),
    ("1 1 1 1 1 0 0 0 0 0", 5, "moderate"),
    ("1 1 1 1 1 1 0 0 0 0", 6, "substantial"),
    ("1 1 1 1 1 1 1 1 0 0", 8, "substantial"),
    ("1 1 1 1 1 1 1 1 1 0", 9, "severe"),
    ("1 1 1 1 1 1 1 1 1 1", 10, "severe"),
]


@pytest.mark.parametrize(("marks", "total", "band"), DAST_10)
def test_dast_10(marks: str, total: int, band: str) -> None:
    """Answers are points, item 3 already reversed. Item 3 alone is no use of drugs, and that is said."""
    found = form("dast_10", marks)
    assert (found.total, found.band) == (total, band)
    assert ("item_3_trap" in flags(found)) == (marks == "0 0 1 0 0 0 0 0 0 0")


def test_dast_10_item_3_is_printed_reversed() -> None:
    item = library().instrument("dast_10").item("q3")
    assert {option.label: option.points for option in item.options} == {"Yes": 0, "No": 1}


SDS = [
    ("0 0 1 1 0", 2, set()),
    ("0 1 1 1 0", 3, {"cocaine", "heroin", "alcohol"}),
    ("1 1 1 1 0", 4, {"cocaine", "heroin", "alcohol", "cannabis"}),
    ("1 1 1 1 1", 5, {"cocaine", "heroin", "alcohol", "cannabis", "amphetamine"}),
    ("3 3 3 3 3", 15, {"cocaine", "heroin", "alcohol", "cannabis", "amphetamine"}),
]


@pytest.mark.parametrize(("marks", "total", "met"), SDS)
def test_sds(marks: str, total: int, met: set[str]) -> None:
    for drug in ("cocaine", "heroin", "alcohol", "cannabis", "amphetamine"):
        found = form(f"sds_{drug}", marks, 16 if drug == "cannabis" else None)
        assert (found.total, found.band) == (total, "at_cutoff" if drug in met else "below"), drug
    assert (form("sds", marks).total, form("sds", marks).band) == (total, "no_cutoff")


@pytest.mark.parametrize("age", [14, 18])
def test_sds_for_cannabis_is_for_14_to_18_only(age: int) -> None:
    """The cut-off for adults was not verified, so it is not used."""
    assert form("sds_cannabis", "1 1 1 1 0", age).band == "at_cutoff"
    for wrong in (None, 13, 19):
        with pytest.raises(FormError, match="14 to 18"):
            form("sds_cannabis", "1 1 1 1 0", wrong)


@pytest.mark.parametrize(
    ("marks", "total", "band", "riding"),
    [
        ("0 0 0 0 - - - - -", 0, "negative", False),
        ("0 0 0 1 - - - - -", 1, "negative", True),
        ("3 0 0 0 1 0 0 0 0", 1, "negative", False),
        ("3 0 365 0 1 1 0 0 0", 2, "positive", False),
        ("0 1 0 1 1 1 1 1 1", 6, "positive", True),
    ],
)
def test_crafft(marks: str, total: int, band: str, riding: bool) -> None:
    """The days are not points: they only decide which questions follow."""
    found = form("crafft", marks, 16)
    assert (found.total, found.band, found.out_of) == (total, band, 6)
    assert ("riding" in flags(found)) == riding


@pytest.mark.parametrize(("total", "band"), [(0, "below"), (12, "below"), (13, "likely_disorder"),
                                             (32, "likely_disorder")])  # fmt: skip
def test_cudit_r(total: int, band: str) -> None:
    found = by_total("cudit_r", total)
    assert (found.total, found.band, found.out_of) == (total, band, 32)


@pytest.mark.parametrize(
    ("marks", "band"),
    [("0 0 0 - - - -", "no_use"), ("0 1 0 0 0 0 0", "once_or_twice"), ("0 1 2 0 0 0 0", "monthly"),
     ("1 1 1 0 0 0 3", "weekly")],
)  # fmt: skip
def test_s2bi_goes_by_the_most_frequent_use(marks: str, band: str) -> None:
    found = form("s2bi", marks, 15)
    assert (found.band, found.total) == (band, None)


ASSIST_LITE = [
    *(("alcohol", points, band) for points, band in enumerate(["low", "low", "moderate", "high", "high"])),
    *((group, points, band) for group in ("tobacco", "cannabis", "stimulants", "sedatives", "opioids")
      for points, band in enumerate(["low", "moderate", "moderate", "high"])),
    ("other", 0, "not_used"), ("other", 1, "assess"),
]  # fmt: skip


@pytest.mark.parametrize(("group", "points", "band"), ASSIST_LITE)
def test_assist_lite(group: str, points: int, band: str) -> None:
    """By its items (a first question, the others only after Yes) and by points that staff added up."""
    instrument = library().instrument(f"assist_lite_{group}")
    items = len(instrument.items)
    marks = "1 " * points + "0 " * (items - points) if points else "0 " + "- " * (items - 1)
    assert form(instrument.id, marks).band == band
    assert group_result(WORDS, instrument, points).band == band


LARGE = ("dudit", "sadq", "cudit_r", "audit", "fast", "dast_10")


@given(st.data())
def test_a_complete_sheet_is_the_sum_of_its_points_and_has_one_band(data: st.DataObject) -> None:
    instrument = library().instrument(data.draw(st.sampled_from(LARGE)))
    sheet = [data.draw(st.sampled_from(item.allowed)) for item in instrument.items]
    found = form(instrument.id, " ".join(map(str, sheet)))
    assert found.total == sum(sheet)
    assert found.document()["complete"] is True
    assert sum(points or 0 for _, points in found.items) == sum(sheet)


ORDER = {"below": 0, "probable_problems": 1, "dependence_probable": 2, "likely_disorder": 1, "mild": 0, "moderate": 1,
         "severe": 2}  # fmt: skip


@given(st.data())
def test_one_more_point_never_gives_a_milder_band(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["dudit", "sadq", "cudit_r"]))
    sex = data.draw(st.sampled_from([None, "female", "male"]))
    total = data.draw(st.integers(0, library().instrument(name).most - 1))
    lower, upper = (by_total(name, points, sex=sex).band for points in (total, total + 1))
    assert ORDER[lower] <= ORDER[upper]


ADULTS_ONLY = ("audit_pc", "fast", "m_sasq", "dudit", "dast_10", "sds", "cudit_r", "sadq", "assist_lite_alcohol")


@pytest.mark.parametrize("name", ADULTS_ONLY)
def test_no_adult_cutoff_is_used_under_18(name: str) -> None:
    with pytest.raises(FormError, match="no cut-off that was checked for age 17: use AUDIT-C"):
        by_total(name, 0, 17)
    assert by_total(name, 0, 18).band


@pytest.mark.parametrize("name", sorted(library().instruments))
@pytest.mark.parametrize("age", [0, 12])
def test_nothing_is_scored_under_13(name: str, age: int) -> None:
    with pytest.raises(FormError, match="under 13"):
        by_total(name, 0, age)
