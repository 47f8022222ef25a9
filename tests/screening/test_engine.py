"""What a person meets in a conversation: corrections, wrong buttons, interruptions, stopping, counting."""

from dataclasses import replace

import pytest
from kit import ADULT_SERVICE, THANET, YOUNG_SERVICE, Chat, SmallWorld, adult, checking, library, newcomer, sheet

from screening.rules import alcohol_score
from screening.state import Event, Interrupted, State
from screening.summary import summary
from screening.talk import Talk
from screening.walking import MOST_STEPS, EndlessJourney, walk

CRISIS = "I want to kill myself"
BAND_WORDS = ("low risk", "lower-risk", "increasing risk", "higher risk", "possible dependence", "You scored")


def fill_in(chat: Chat, points: str) -> Chat:
    """They answer every AUDIT question they are asked as on this sheet."""
    for item, value in sheet(points).items():
        assert chat.where == f"check_alcohol.audit.{item}"
        chat.taps("skip" if value is None else value)
    return chat


def checked(points: str, *, pregnancy: str = "no", shakes: str = "no", days: str = "3", units: str = "5") -> Chat:
    """Somebody who answered all of the check, the questions about drinking days too where they were asked."""
    chat = fill_in(checking(pregnancy=pregnancy), points)
    return chat.taps(shakes).says(days, units) if chat.where == "check_alcohol.shakes" else chat


def finding(substance: str = "alcohol") -> Chat:
    """An adult who is asked where they live."""
    return adult().taps("find", substance)


def everything_said(chat: Chat) -> str:
    return "\n".join(library().words.text(say.key, say.values) for say in chat.effects if type(say).__name__ == "Say")


# The opening


def test_the_opening_says_what_signpost_is_and_asks_who_it_is_for() -> None:
    chat = newcomer()
    assert chat.keys == ["welcome.hello", "who.audience"]
    assert "robot" in chat.text
    assert "nobody reads this chat" in chat.text
    assert chat.values == ["me", "family", "professional"]


@pytest.mark.parametrize(("channel", "told"), [("telegram", "not end-to-end encrypted"), ("web", "Leave this page")])
def test_the_opening_says_what_its_channel_cannot_keep_private(channel: str, told: str) -> None:
    assert told in newcomer(SmallWorld(channel=channel)).text


@pytest.mark.parametrize(
    "event", [Event(kind="text", text="hi"), Event(kind="start"), Event(kind="other"), Event(kind="stop")]
)
def test_whatever_comes_first_is_met_with_the_opening(event: Event) -> None:
    assert Chat().send(event).keys[0] == "welcome.hello"


def test_a_first_message_of_crisis_gets_help_before_the_opening() -> None:
    chat = Chat().says(CRISIS)
    assert chat.keys == ["safety.suicide_self_harm.card", "safety.safe_now"]
    chat.taps("safe")
    assert chat.keys == ["safety.carry_on", "welcome.hello", "who.audience"]


def test_a_first_message_that_asks_for_help_gets_the_numbers() -> None:
    assert "common.help" in Chat().says("help").keys


def test_a_button_of_a_page_that_showed_the_opening_is_an_answer() -> None:
    page = newcomer()
    chat = Chat().send(Event(kind="choice", choice=page.button("me")))
    assert (chat.where, chat.answers) == ("who.age", {"audience": "me"})


# Answers


@pytest.mark.parametrize("said", ["third one", "2 to 4 times per month", "2 to 4 times a month", "2-4 times a month"])
def test_an_answer_may_be_typed_by_number_or_words(said: str) -> None:
    assert checking().says(said).answers["audit.q1"] == 2


def test_a_bare_number_is_asked_about_where_it_could_be_how_often() -> None:
    chat = checking().says("3")
    assert "audit.q1" not in chat.answers and "2" in chat.values
    assert chat.says("yes").answers["audit.q1"] == 2


def test_a_number_that_could_be_an_amount_or_an_option_is_asked_about() -> None:
    """ "3" units is 3 to 4; the third option is 5 to 6."""
    chat = checking().taps(4).says("3")
    assert chat.keys == ["common.which_did_you_mean"]
    assert [choice.label for choice in chat.choices] == ["3 to 4", "5 to 6"]
    assert "audit.q2" not in chat.answers
    assert chat.taps(1).answers["audit.q2"] == 1
    assert chat.where == "check_alcohol.audit.q3"


def test_while_asked_which_a_clear_answer_is_taken_though_it_is_another() -> None:
    chat = checking().taps(4).says("3", "10 or more")
    assert chat.answers["audit.q2"] == 4


def test_back_while_asked_which_goes_to_the_question_before() -> None:
    assert checking().taps(4).says("3", "back").where == "check_alcohol.audit.q1"


def test_the_progress_of_the_check_is_shown() -> None:
    chat = checking()
    shown = [chat.said[-1].progress]
    for points in (3, 1):
        shown.append(chat.taps(points).said[-1].progress)
    assert shown == ["1 of 10", "2 of 10", "3 of 10"]
    assert checking().taps(0).said[-1].progress == "2 of 3"


def test_the_taken_answer_is_said_back() -> None:
    assert checking().says("never").said[0].answered == "Never"


@pytest.mark.parametrize("said", ["8", "-1", "100", "99999999999999999999"])
def test_a_number_out_of_range_is_refused_and_the_question_waits(said: str) -> None:
    chat = fill_in(checking(), "3 1 2 0 0 0 1 1 0 0").taps("no").says(said)
    assert chat.keys == ["common.out_of_range", "check_alcohol.days"]
    assert "from 0 to 7" in chat.text
    assert "days" not in chat.answers


def test_not_understood_twice_offers_a_person() -> None:
    chat = checking().says("flurble")
    assert chat.keys[0] == "common.not_understood"
    chat.says("wibble wobble")
    assert chat.keys[0] == "common.not_understood_again"
    assert "0300 123 6600" in chat.text
    assert chat.choices


HOSTILE = {
    "nothing": Event(kind="text", text=""),
    "spaces": Event(kind="text", text="  \n\t "),
    "4,000 characters": Event(kind="text", text="never " * 666),
    "emoji": Event(kind="text", text="🙂🙃🍺"),
    "right to left": Event(kind="text", text="لا أشرب الكحول أبدا"),
    "markup": Event(kind="text", text="<b>x</b> [a](http://b) *c* {total} {nhs_111}"),
    "a photo": Event(kind="other"),
    "an old button": Event(kind="choice", choice="who/age/1/30_39"),
    "a made-up button": Event(kind="choice", choice="check_alcohol/audit.q1/999/0"),
    "a broken button": Event(kind="choice", choice="/" * 70),
}


@pytest.mark.parametrize("event", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_else_arrives_is_answered_and_the_question_waits(event: Event) -> None:
    chat = checking()
    before = chat.answers
    chat.send(event)
    assert len(chat.said) >= 2
    assert (chat.where, chat.answers) == ("check_alcohol.audit.q1", before)
    assert chat.values == ["0", "1", "2", "3", "4", "skip"]


def test_a_crisis_at_the_end_of_a_very_long_message_is_heard() -> None:
    chat = checking().says("I don't know what to write here. " * 120 + CRISIS)
    assert chat.keys[0] == "safety.suicide_self_harm.card"


# Buttons


def test_the_same_button_twice_is_one_answer() -> None:
    chat = checking()
    press = Event(kind="choice", choice=chat.button(2))
    chat.send(press).send(press)
    assert chat.keys[0] == "common.old_button"
    assert (chat.where, chat.answers["audit.q1"]) == ("check_alcohol.audit.q2", 2)
    assert "audit.q2" not in chat.answers


def test_a_button_still_works_after_asking_for_help_or_privacy() -> None:
    chat = checking()
    press = Event(kind="choice", choice=chat.button(2))
    chat.says("help", "privacy", "flurble").send(press)
    assert chat.where == "check_alcohol.audit.q2"


def test_a_button_of_every_answer_works_while_two_are_asked_about() -> None:
    chat = checking().taps(4)
    press = Event(kind="choice", choice=chat.button(4))
    assert chat.says("3").send(press).answers["audit.q2"] == 4


# Back and skip


def test_back_corrects_an_answer_and_keeps_the_others() -> None:
    chat = fill_in(checking(), "3 1 2 0 0").says("back")
    assert chat.where == "check_alcohol.audit.q5"
    chat.says("back", "back").taps(4)
    assert chat.where == "check_alcohol.audit.q6"
    assert chat.answers["audit.q3"] == 4
    assert {f"q{number}": chat.answers[f"audit.q{number}"] for number in (1, 2, 4, 5)} == {
        "q1": 3,
        "q2": 1,
        "q4": 0,
        "q5": 0,
    }


def test_back_to_never_drops_the_questions_that_are_no_longer_due() -> None:
    chat = fill_in(checking(), "3 1 2").says("back", "back", "back").taps(0)
    assert chat.where == "check_alcohol.audit.q9"
    assert [name for name in chat.answers if name.startswith("audit.")] == ["audit.q1"]


def test_back_to_never_keeps_the_answers_that_are_still_due() -> None:
    chat = checked("3 1 2 0 0 0 1 1 2 0").says(*["back"] * 13).taps(0)
    assert chat.where == "check_alcohol.recent_stop"
    kept = {name: points for name, points in chat.answers.items() if name.startswith("audit.")}
    assert kept == {"audit.q1": 0, "audit.q9": 2, "audit.q10": 0}
    assert not {"shakes", "days", "units_day"} & set(chat.answers)


def test_a_correction_that_ends_the_check_drops_the_questions_that_are_no_longer_due() -> None:
    """5 becomes 4 at the eighth question: the check is over, and items 4 to 7 do not count for anything."""
    chat = fill_in(checking(), "2 1 2 1 1 1 1").says(*["back"] * 6).taps(0)
    assert "You scored 4 out of 12" in chat.text
    assert chat.where == "menu.adult"
    assert [name for name in chat.answers if name.startswith("audit.")] == ["audit.q1", "audit.q2", "audit.q3"]


def test_after_the_menu_a_correction_still_drops_what_is_no_longer_due() -> None:
    """Left for the menu in the middle, resumed, then: I never drink."""
    chat = fill_in(checking(), "3 1 2 1 1").says("menu").taps("check").says(*["back"] * 5)
    assert chat.where == "check_alcohol.audit.q1"
    chat.taps(0, 2, 2)
    kept = {name: points for name, points in chat.answers.items() if name.startswith("audit.")}
    assert kept == {"audit.q1": 0, "audit.q9": 2, "audit.q10": 2}


def test_a_correction_that_makes_more_questions_due_asks_them() -> None:
    chat = fill_in(checking(), "0").says("back").taps(3)
    assert chat.where == "check_alcohol.audit.q2"


def test_back_from_where_they_live_changes_what_help_is_for() -> None:
    chat = finding().says("back")
    assert chat.where == "find_help.substance"
    chat.taps("drugs").says("margate")
    assert (chat.answers["substance"], chat.answers["area"]) == ("drugs", THANET.code)


def test_back_at_the_very_start_says_there_is_nothing_before() -> None:
    chat = newcomer().says("back")
    assert chat.keys == ["common.no_further_back", "who.audience"]


def test_a_wrong_age_is_corrected() -> None:
    chat = newcomer().taps("me").taps("16_17").says("back")
    assert chat.where == "who.age"
    chat.taps("18_24")
    assert chat.where == "menu.adult"


def test_back_does_not_reach_behind_a_recorded_referral() -> None:
    chat = finding().says("margate").taps(ADULT_SERVICE)
    assert "common.no_further_back" in chat.says("back").keys
    assert len(chat.referrals) == 1


@pytest.mark.parametrize("said", ["skip", "prefer not to say", "I'd rather not say", "pass"])
def test_skip_is_stored_as_not_answered_and_never_as_zero(said: str) -> None:
    chat = checking().taps(3).says(said)
    assert chat.answers["audit.q2"] is None
    assert chat.where == "check_alcohol.audit.q3"


def test_skip_where_nothing_can_be_skipped_is_answered() -> None:
    chat = newcomer().says("skip")
    assert (chat.where, "audience" in chat.answers) == ("who.audience", False)
    assert len(chat.said) == 2


# What they hear at the end of the check


def test_the_result_shows_total_band_and_what_each_answer_added() -> None:
    text = everything_said(checked("3 1 2 0 0 0 1 1 0 0"))
    for shown in (
        "You scored 8 out of 40",
        "increasing risk",
        "How often you drink: 2 to 3 times per week. Points: 3",
        "Units on a typical day: 3 to 4. Points: 1",
        "How often 6 (or 8) units or more: Monthly. Points: 2",
        "Guilt after drinking: Less than monthly. Points: 1",
        "Someone was concerned: No. Points: 0",
    ):
        assert shown in text


ROUTES = [
    ("A1", "0 - - - - - - - 0 0", {}, ["check_alcohol.result", "check_alcohol.never"]),
    ("A2", "0 - - - - - - - 2 4", {}, ["check_alcohol.past_result", "check_alcohol.recent_stop"]),
    ("A3", "0 - - - - - - - 4 4", {}, ["check_alcohol.past_result", "check_alcohol.recent_stop"]),
    ("low", "2 1 1", {}, ["check_alcohol.result", "check_alcohol.low"]),
    ("low, pregnant", "2 1 1", {"pregnancy": "yes"}, ["check_alcohol.result", "check_alcohol.pregnant_low"]),
    ("A5, 15 units", "3 1 2 0 0 0 1 0 0 0", {}, ["check_alcohol.result", "check_alcohol.low_over"]),
    ("A5, 10 units", "3 1 2 0 0 0 1 0 0 0", {"days": "2"}, ["check_alcohol.result", "check_alcohol.low"]),
    ("A6", "3 1 2 0 0 0 1 1 0 0", {}, ["check_alcohol.result", "brief_advice.welcome"]),
    ("A7", "4 2 3 1 1 0 2 2 0 0", {}, ["check_alcohol.result", "brief_advice.welcome"]),
    ("A8", "4 2 3 1 1 0 2 1 0 2", {}, ["check_alcohol.result", "brief_advice.welcome"]),
    ("A9", "4 3 3 2 1 0 2 2 0 2", {}, ["check_alcohol.result", "brief_advice.welcome"]),
    ("A10", "4 3 3 2 1 1 2 2 0 2", {}, ["check_alcohol.dependence", "safety_advice.do_not_stop"]),
    ("A11", "4 4 4 4 4 4 4 4 4 4", {}, ["check_alcohol.dependence", "red_flags.flags"]),
    ("AUDIT-C 11", "4 3 4 0 0 0 0 0 0 0", {}, ["check_alcohol.do_not_stop", "safety_advice.do_not_stop"]),
    ("morning", "3 1 2 0 0 2 1 0 0 0", {}, ["check_alcohol.do_not_stop", "safety_advice.do_not_stop"]),
    ("16 units", "3 1 2 0 0 0 1 1 0 0", {"units": "16"}, ["check_alcohol.do_not_stop", "safety_advice.do_not_stop"]),
    ("shakes", "3 1 1 0 0 0 0 0 0 0", {"shakes": "yes"}, ["check_alcohol.do_not_stop", "safety_advice.do_not_stop"]),
    ("pregnant", "3 1 2 0 0 0 1 1 0 0", {"pregnancy": "yes"}, ["check_alcohol.pregnant"]),
    ("missing", "3 1 2 0 0 0 1 1 0 ?", {}, ["check_alcohol.no_result", "brief_advice.welcome"]),
    ("20 in spite of a gap", "4 4 4 4 4 ? 0 0 0 0", {}, ["check_alcohol.no_result", "check_alcohol.dependence"]),
    ("could be 20", "4 2 3 1 1 0 2 3 0 ?", {}, ["check_alcohol.no_result", "check_alcohol.cannot_tell"]),
]


@pytest.mark.parametrize(("name", "points", "said", "heard"), ROUTES, ids=[route[0] for route in ROUTES])
def test_each_result_leads_to_its_next_step(name: str, points: str, said: dict[str, str], heard: list[str]) -> None:
    chat = checked(points, **said)
    assert [key for key in chat.keys if key in heard] == heard
    assert (alcohol_score(Talk(library(), chat.facts, chat.state).sitting).total is None) == ("?" in points)


@pytest.mark.parametrize(
    ("points", "said"),
    [(points, said) for _, points, said, heard in ROUTES if "brief_advice.welcome" not in heard],
)
def test_no_goal_is_offered_without_brief_advice(points: str, said: dict[str, str]) -> None:
    """They say yes to everything they are then asked, and never meet the goals."""
    chat = checked(points, **said)
    for _ in range(4):
        if chat.values and "yes" in chat.values:
            chat.taps("yes")
    assert "brief_advice" not in {say.key.partition(".")[0] for say in chat.effects if hasattr(say, "key")}


@pytest.mark.parametrize("points", ["? 0 0", "3 1 2 0 0 0 1 1 0 ?", "4 4 4 4 4 ? 0 0 0 0", "0 - - - - - - - ? 0"])
def test_with_an_answer_missing_no_total_and_no_band_is_spoken_of(points: str) -> None:
    text = everything_said(checked(points))
    assert "not a zero" in text
    assert [words for words in BAND_WORDS if words in text] == []


def test_brief_advice_ends_with_the_goal_they_chose() -> None:
    chat = checked("3 1 2 0 0 0 1 1 0 0").taps("yes")
    assert "about 15 units in a usual week" in chat.text
    chat.taps("skip", "skip", "skip", "free_days", "skip", "weekend", "enough")
    assert "- Goal: Have more days with no drink\n- Start: This weekend" in chat.text
    assert chat.where == "check_alcohol.extra"


def test_higher_risk_is_asked_about_health_and_offered_a_service() -> None:
    chat = checked("4 2 3 1 1 0 2 1 0 2").taps("no")
    assert chat.where == "check_alcohol.health"
    chat.taps("yes")
    assert chat.where == "check_alcohol.offer"
    assert chat.taps("yes").where == "find_help.place"


def test_at_16_and_17_the_check_has_no_adult_band_and_no_adult_service() -> None:
    chat = newcomer().taps("me", "16_17").says("check my drinking").taps("no", "3", "1", "2")
    assert chat.where == "check_young.audit.q4"
    chat.taps(*"0000000", "no")
    assert chat.keys[-1] == "check_young.offer"
    chat.taps("yes").says("margate")
    assert chat.values == [YOUNG_SERVICE, "not_now"]
    assert [words for words in BAND_WORDS if words in everything_said(chat)] == []


@pytest.mark.parametrize("age", ["13_15", "skip"])
def test_under_16_or_not_said_meets_no_score_and_no_adult_service(age: str) -> None:
    chat = newcomer().taps("me", age)
    assert chat.keys[-1] == "young_person.help"
    chat.says("check my drinking")
    assert chat.where == "menu.young"
    chat.taps("find", "alcohol").says("margate")
    assert chat.values == [YOUNG_SERVICE, "not_now"]
    assert [words for words in BAND_WORDS if words in everything_said(chat)] == []


def test_under_13_is_handed_to_people_they_can_trust() -> None:
    chat = newcomer().taps("me", "under_13")
    assert "Childline on 0800 1111" in chat.text
    assert chat.where == "menu.child"
    for said in ("check my drinking", "find help"):
        assert chat.says(said).where == "menu.child"


def test_age_is_asked_of_the_person_who_needs_help() -> None:
    assert newcomer().taps("family").keys == ["who.age_other"]
    assert newcomer().taps("professional", "gp").keys == ["who.age_client"]


# Where they live, and a service


@pytest.mark.parametrize(
    ("said", "key", "area"),
    [
        ("margate", "find_help.place.one", "E07000114"),
        ("CT9 1AA", "find_help.place.one", "E07000114"),
        ("Swanley", "find_help.place.one", "E07000111-swanley"),
        ("London", "find_help.outside", "outside"),
    ],
)
def test_a_place_is_said_back(said: str, key: str, area: str) -> None:
    chat = finding().says(said)
    assert key in chat.keys
    assert chat.answers["area"] == area


@pytest.mark.parametrize(
    ("said", "key"), [("ME99 9ZZ", "find_help.place.invalid"), ("atlantis", "find_help.place.none")]
)
def test_an_unknown_place_is_asked_for_again(said: str, key: str) -> None:
    chat = finding().says(said)
    assert chat.keys == [key, "find_help.place.ask"]
    assert "area" not in chat.answers


def test_a_place_in_two_districts_asks_which() -> None:
    chat = finding().says("minster")
    assert [choice.label for choice in chat.choices] == ["Swale", "Thanet", "Somewhere else"]
    assert chat.says("thanet").answers["area"] == THANET.code


def test_a_misspelt_place_is_confirmed_first() -> None:
    chat = finding().says("magate")
    assert "Is that in Thanet?" in chat.text
    assert "area" not in chat.answers
    assert chat.says("yes").answers["area"] == THANET.code


def test_a_place_may_be_typed_again_while_asked_which() -> None:
    assert finding().says("minster", "swanley").answers["area"] == "E07000111-swanley"


def test_not_saying_where_shows_only_what_covers_everyone() -> None:
    chat = finding().taps("declined")
    assert "find_help.declined" in chat.keys
    assert chat.answers["area"] is None


def test_a_chosen_service_is_recorded_once_without_anything_about_the_person() -> None:
    chat = checked("4 4 4 4 4 4 4 4 4 4").taps("yes").says("margate")
    assert "I don't contact anyone" in chat.text
    assert chat.referrals == []
    press = Event(kind="choice", choice=chat.button(ADULT_SERVICE))
    chat.send(press)
    assert "We have not contacted this service; you need to." in chat.text
    assert "Your reference is blue-otter-1." in chat.text
    chat.send(press)
    (row,) = chat.referrals
    assert vars(row) == {
        "reference": "blue-otter-1", "month": "2026-11", "area": "E07000114", "age_band": "30_39", "audience": "me",
        "substance": "alcohol", "need": "alcohol", "band": "possible_dependence", "service": ADULT_SERVICE,
        "subject": 1,
    }  # fmt: skip


def test_looking_again_records_a_second_referral_only_when_they_choose_again() -> None:
    chat = finding().says("margate").taps(ADULT_SERVICE, "find", "drugs").says("swanley")
    assert len(chat.referrals) == 1
    chat.taps(ADULT_SERVICE)
    assert [row.area for row in chat.referrals] == ["E07000114", "E07000111-swanley"]
    assert [row.substance for row in chat.referrals] == ["alcohol", "drugs"]


def test_a_check_finished_after_a_referral_asks_before_it_records_another() -> None:
    """They left the check in the middle, found a service, and came back to the check."""
    chat = fill_in(checking(), "4 4 4 4 4").says("find help").taps("alcohol").says("margate").taps(ADULT_SERVICE)
    chat.taps("check")
    for item in ("q6", "q7", "q8", "q9", "q10"):
        assert chat.where == f"check_alcohol.audit.{item}"
        chat.taps(0)
    chat.taps("yes")
    assert chat.values == [ADULT_SERVICE, "not_now"]
    assert len(chat.referrals) == 1
    assert len(chat.taps(ADULT_SERVICE).referrals) == 2


def test_not_now_records_nothing() -> None:
    chat = finding().says("margate").taps("not_now")
    assert chat.referrals == []
    assert chat.where == "menu.adult"


def test_where_nothing_fits_they_get_another_way_in() -> None:
    chat = adult().taps("find", "drugs").says("minster").taps("E07000113")
    assert "find_help.nothing" in chat.keys
    assert "A GP can still help" in chat.text


# Counting


def test_a_screen_is_counted_once_and_again_when_the_district_is_known() -> None:
    chat = checked("4 4 4 4 4 4 4 4 4 4")
    assert [(tally.by, tally.screen.area) for tally in chat.tallies] == [(1, "unknown")]
    chat.taps("yes").says("margate")
    assert [(tally.by, tally.screen.area) for tally in chat.tallies] == [
        (1, "unknown"), (-1, "unknown"), (1, "E07000114"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("points", "item_10", "bands"),
    [
        ("4 2 3 1 1 0 2 2 0 0", 2, [(1, "increasing"), (-1, "increasing"), (1, "higher")]),
        ("4 3 3 2 1 0 2 2 0 2", 4, [(1, "higher"), (-1, "higher"), (1, "possible_dependence")]),
        ("3 1 2 0 0 0 1 1 0 0", 2, [(1, "increasing")]),
    ],
)
def test_a_corrected_screen_is_still_one_screen(points: str, item_10: int, bands: list[tuple[int, str]]) -> None:
    """Their district is unknown throughout, so only another band moves the count."""
    chat = checked(points).says("back", "back", "back", "back")
    assert chat.where == "check_alcohol.audit.q10"
    chat.taps(item_10)
    assert [(tally.by, tally.screen.band) for tally in chat.tallies] == bands


def test_a_second_check_is_a_second_screen() -> None:
    chat = checked("2 1 1").taps("check", "no")
    fill_in(chat, "1 0 1")
    assert [(tally.by, tally.screen.band) for tally in chat.tallies] == [(1, "low"), (1, "low")]


def test_a_screen_with_a_gap_is_counted_as_incomplete() -> None:
    assert [tally.screen.band for tally in checked("3 1 2 0 0 0 1 1 0 ?").tallies] == ["incomplete"]


# Menu, another person, stopping, forgetting


def test_the_menu_keeps_answers_and_the_check_goes_on_where_it_was_left() -> None:
    chat = fill_in(checking(), "3 1").says("menu")
    assert chat.where == "menu.adult"
    chat.taps("check")
    assert chat.where == "check_alcohol.audit.q3"
    assert (chat.answers["audit.q1"], chat.answers["audit.q2"]) == (3, 1)


@pytest.mark.parametrize("said", ["menu", "find help", "stop", "back", "privacy"])
def test_picked_drinks_do_not_follow_them_to_another_question(said: str) -> None:
    """They were adding up drinks, and left."""
    chat = fill_in(checking(), "3 1 2 0 0 0 1 1 0 0").taps("no").says("3").taps("cider").says(said)
    assert chat.choices or chat.says("hello").choices
    if said != "privacy":
        assert "cider" not in chat.text.lower()


def test_a_finished_check_starts_anew() -> None:
    chat = checked("2 1 1").taps("check")
    assert chat.where == "check_alcohol.pregnancy"
    assert [name for name in chat.answers if name.startswith("audit.")] == []


def test_someone_else_drops_every_answer() -> None:
    chat = checked("2 1 1").taps("change")
    assert (chat.where, chat.answers) == ("who.audience", {})
    chat.taps("family", "40_49")
    assert set(chat.answers) == {"audience", "age_band"}


def test_stop_says_goodbye_and_coming_back_finds_everything() -> None:
    chat = fill_in(checking(), "3 1").says("stop")
    assert chat.keys == ["common.goodbye"]
    assert chat.state is not None
    assert chat.state.done
    chat.says("hello again")
    assert chat.keys == ["common.welcome_back", "menu.adult"]
    assert chat.taps("check").where == "check_alcohol.audit.q3"


def test_start_pressed_again_loses_nothing() -> None:
    chat = fill_in(checking(), "3 1").start()
    assert chat.keys == ["common.welcome_back", "menu.adult"]
    assert chat.answers["audit.q2"] == 1


def test_forget_me_deletes_the_talk_and_its_references_at_any_moment() -> None:
    chat = finding().says("margate").taps(ADULT_SERVICE).says("forget me")
    assert chat.state is None
    assert [forget.references for forget in chat.forgotten] == [("blue-otter-1",)]
    assert chat.keys == ["common.forgotten"]
    assert chat.says("hello").keys[0] == "welcome.hello"


def test_there_is_a_summary_of_what_was_done_and_not_before() -> None:
    assert checking().says("summary").keys[0] == "common.nothing_to_keep"
    chat = checked("3 1 2 0 0 0 1 1 0 0").says("summary")
    assert "AUDIT score: 8 out of 40" in chat.text
    assert chat.where == "brief_advice.welcome"


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("help", ["common.help", "check_alcohol.pregnancy"]),
        ("privacy", ["common.privacy", "check_alcohol.pregnancy"]),
        ("I want to complain", ["common.complain", "check_alcohol.pregnancy"]),
        ("menu", ["menu.adult"]),
        ("find help", ["find_help.substance"]),
    ],
)
def test_the_words_that_work_everywhere(said: str, keys: list[str]) -> None:
    assert adult().taps("check").says(said).keys == keys


# Danger


def test_a_crisis_interrupts_and_only_choosing_releases_it() -> None:
    chat = checking().taps(3).says(CRISIS)
    assert chat.keys == ["safety.suicide_self_harm.card", "safety.safe_now"]
    assert Interrupted("suicide_self_harm") in chat.turn.effects
    assert "999" in chat.text
    for said in ("never", "2", "menu", "find help", "😶", "help"):
        chat.says(said)
        assert chat.keys[-1] == "safety.safe_now", said
        assert chat.state is not None
        assert chat.state.hold == "suicide_self_harm"
        assert "audit.q2" not in chat.answers
    chat.taps("safe")
    assert chat.keys == ["safety.carry_on", "common.item"]
    assert chat.where == "check_alcohol.audit.q2"
    assert chat.taps(1).answers["audit.q2"] == 1


def test_saying_not_safe_gives_help_again_and_keeps_holding() -> None:
    chat = checking().says(CRISIS).taps("not_safe")
    assert chat.keys == ["safety.not_safe", "safety.safe_now"]
    assert "999" in chat.text


def test_a_button_of_the_waiting_question_does_not_get_past_a_crisis() -> None:
    chat = checking()
    press = Event(kind="choice", choice=chat.button(2))
    chat.says(CRISIS).send(press)
    assert chat.keys[-1] == "safety.safe_now"
    assert "audit.q1" not in chat.answers


def test_forget_me_and_stop_work_in_a_crisis() -> None:
    assert checking().says(CRISIS, "forget me").state is None
    stopped = checking().says(CRISIS, "stop")
    assert stopped.keys == ["common.goodbye"]
    assert "999" in stopped.text


def test_a_crisis_after_stopping_is_answered() -> None:
    assert adult().says("stop", CRISIS).keys[0] == "safety.suicide_self_harm.card"


# Content that changed, and content that is wrong


@pytest.mark.parametrize("change", [{"revision": 99}, {"step": "gone"}, {"journey": "gone"}])
def test_a_talk_on_a_revision_that_is_gone_ends_kindly_and_begins_again(change: dict[str, object]) -> None:
    state = checking().state
    assert state is not None
    chat = Chat(state=State.model_validate({**state.model_dump(), "references": ["blue-otter-1"], **change}))
    chat.says("never")
    assert chat.keys == ["common.outdated", "welcome.hello", "who.audience"]
    assert chat.state is not None
    assert (chat.state.answers, chat.state.references) == ({}, ("blue-otter-1",))


def test_a_journey_that_never_waits_is_stopped_and_named() -> None:
    """At most fifty steps in one event."""
    journey = library().latest["menu"]
    route = journey.steps["who"].model_copy(update={"routes": dict.fromkeys(("me", "family", "professional"), "who")})
    round_and_round = journey.model_copy(update={"steps": {**journey.steps, "who": route}})
    content = replace(library(), journeys={("menu", 1): round_and_round})
    talk = Talk(content, SmallWorld(), State(journey="menu", revision=1, step="who"))
    assert MOST_STEPS == 50
    with pytest.raises(EndlessJourney, match="menu"):
        walk(talk)


def test_the_summary_of_a_referral_says_who_has_to_get_in_touch() -> None:
    chat = finding().says("margate").taps(ADULT_SERVICE)
    assert chat.state is not None
    kept = summary(library(), chat.state, chat.facts)
    assert kept is not None
    assert "We have not contacted this service; you need to." in kept
    assert "Reference: blue-otter-1" in kept


def test_a_drink_tapped_while_a_typed_total_waits_for_a_yes_is_added_up_instead() -> None:
    chat = fill_in(checking(pregnancy="no"), "3 1 2 0 0 0 1 1 0 0").taps("no").says("3", "2 pints of lager")
    assert chat.keys[-1] == "common.guess"
    pint = f"check_alcohol/units_day/{chat.state.asked}/pint"
    chat.send(Event(kind="choice", choice=pint))
    assert "So far, about 2.3 units" in chat.text
    chat.taps("done")
    assert "about 6.8 units in a usual week" in chat.taps("yes").text
