"""The summary a professional sends on: clinical facts, blank lines for identity, what was and was not told."""

from dataclasses import replace

import pytest
from kit import ADULT_SERVICE, Chat, SmallWorld, adult, library, newcomer
from referralkit import at_needs, at_risks, at_scores, in_kent, referring

from screening.referral_summary import BLANKS, ReferralSummary, as_text, referral_summary
from screening.summary import summary


def made(chat: Chat) -> ReferralSummary:
    assert chat.state is not None
    found = referral_summary(library(), chat.state, chat.facts)
    assert found is not None
    return found


def section(chat: Chat, heading: str) -> tuple[str, ...]:
    return next(each.lines for each in made(chat).sections if each.heading.startswith(heading))


def whole() -> Chat:
    """A referral in which everything was told."""
    chat = referring().taps("alcohol", "opiates", "done").says("AUDIT 24 March 2026", "DUDIT 8")
    chat.taps("fast", "fast", 2, 1, 0, 0, "no", "detox", "housing", "done")
    return chat.taps("withdrawal", "prison", "done", "2026-12", ADULT_SERVICE)


@pytest.mark.parametrize(
    "chat",
    [newcomer(), adult(), referring(), at_risks(), at_risks().taps("none")],
)
def test_there_is_none_before_a_route_was_shown_and_answered(chat: Chat) -> None:
    assert chat.state is not None
    assert referral_summary(library(), chat.state, chat.facts) is None


def test_the_public_gets_their_own_copy_and_never_this() -> None:
    chat = adult().taps("find", "alcohol").says("margate").taps(ADULT_SERVICE)
    assert chat.state is not None
    assert referral_summary(library(), chat.state, chat.facts) is None
    assert "My copy from Signpost" in str(summary(library(), chat.state, chat.facts))


def test_everything_told_stands_under_its_heading() -> None:
    chat = whole()
    assert section(chat, "About the client") == (
        "Age: 30 to 39",
        "Home area: Thanet",
        "Uses: Alcohol; Heroin or other opioids",
        "Referred by: GP or practice staff",
        "Signpost reference: blue-otter-1",
    )
    assert section(chat, "What is needed") == ("Detox; Housing",)
    assert section(chat, "Safety")[:2] == ("Withdrawal signs", "Leaving prison: December 2026")
    assert section(chat, "Where this goes")[0] == "Kent Help"
    assert section(chat, "Where this goes")[-1] == "Signpost has not contacted this service. The referrer does."


def test_each_score_says_its_month_and_whose_word_it_is() -> None:
    typed, dudit, sensitive, here, flagged = section(whole(), "Scores")
    assert typed == (
        "AUDIT: 24 out of 40, possible dependence. Date: March 2026. "
        "Told by the referrer; Signpost has not seen the answers."
    )
    assert "DUDIT: 8 out of 44, probable drug-related problems. Date: not given." in dudit
    assert "lower DUDIT cut-off" in sensitive
    assert here == "FAST: 3 out of 16, positive. Date: November 2026. Gone through with Signpost by the referrer."
    assert flagged.startswith("FAST: Above 0 in item 2.")


def test_a_dudit_that_was_gone_through_is_there() -> None:
    chat = at_scores().taps("dudit", "male", *([1] * 9), 0, 0).taps("skip", "skip", ADULT_SERVICE)
    (line,) = section(chat, "Scores")
    assert line.startswith("DUDIT: 9 out of 44. The answers suggest: probable drug-related problems.")
    assert line.endswith("Date: November 2026. Gone through with Signpost by the referrer.")


def test_what_signpost_does_not_take_is_a_line_to_write_on() -> None:
    person = made(whole()).sections[0]
    assert person.blank
    assert len(person.lines) == len(BLANKS)
    for line in ("Name", "Date of birth", "NHS number", "Address", "Phone", "GP practice"):
        assert line in person.lines
        assert f"\n{line}: __________" in as_text(library(), made(whole()))
    assert sum(each.blank for each in made(whole()).sections) == 1


def test_the_advice_that_was_given_is_told_to_the_reader() -> None:
    text = " ".join(as_text(library(), made(whole())).split())
    for said in ("do not let them stop drinking suddenly", "the old amount can kill", "a bed in a unit"):
        assert said in text
    assert "Ask the client before you send this" in text


def test_a_risk_that_was_not_ticked_is_not_ruled_out() -> None:
    ticked = at_risks().taps("injecting", "done", ADULT_SERVICE)
    last = section(ticked, "Safety")[-1]
    assert last.startswith("Asked about and not ticked: Suicidal thoughts, Withdrawal signs, Pregnant, Domestic abuse")
    assert "Injects drugs" not in last
    assert last.endswith("That does not rule them out.")


def test_none_ticked_and_not_asked_are_told_apart() -> None:
    none = section(at_risks().taps("none", ADULT_SERVICE), "Safety")
    skipped = section(at_risks().taps("skip", ADULT_SERVICE), "Safety")
    assert len(none) == 1 and none[0].startswith("Asked about and not ticked: Suicidal thoughts")
    assert skipped == ("This was not asked about, or the question was skipped. It rules nothing out.",)
    assert section(referring(details=False).taps(ADULT_SERVICE), "Safety") == skipped


def test_where_no_service_was_chosen_it_says_so_and_has_no_reference() -> None:
    chat = at_risks().taps("none", "not_now")
    assert section(chat, "Where this goes") == ("No service was chosen.",)
    assert section(chat, "About the client")[-1] == "Signpost reference: none, as no service was chosen"


@pytest.mark.parametrize(
    ("role", "need", "label"),
    [
        ("probation", "atr", "Alcohol order (ATR)"),
        ("police", "caution", "Caution or test in custody"),
        ("oneyou", "ebi", "Extended brief intervention (EBI)"),
    ],
)
def test_needs_of_a_role_are_called_by_their_names(role: str, need: str, label: str) -> None:
    chat = at_needs(role=role).taps(need, "done", "skip", ADULT_SERVICE)
    assert section(chat, "What is needed") == (label,)


def test_swanley_is_told_apart_within_sevenoaks() -> None:
    chat = referring(in_kent(), place="BR8 7TL", age="16_17", details=False).taps("young_people_kent")
    assert "Home area: Swanley (Sevenoaks)" in section(chat, "About the client")


def test_under_18_there_is_no_adult_band_on_it() -> None:
    chat = at_scores(age="16_17").says("AUDIT 24").taps("done", "skip", "skip", "young-service")
    (line,) = section(chat, "Scores")
    assert "youth cut-off" in line
    assert "possible dependence." not in line


def test_nothing_typed_in_free_text_can_be_on_it() -> None:
    chat = referring().says("Zqxj Smith takes heroin").taps("done").says("AUDIT 24 zqxj").taps("done")
    chat.says("zqxj detox").taps("done").says("zqxj, injecting").taps("done", ADULT_SERVICE)
    text = as_text(library(), made(chat))
    assert "zqxj" not in text.casefold() and "smith" not in text.casefold()
    assert "Heroin or other opioids" in text and "Injects drugs" in text


@pytest.mark.parametrize("word", ["copy", "summary", "referral summary", "/copy"])
def test_it_is_what_a_copy_is_for_a_professional(word: str) -> None:
    said = whole().says(word).text
    assert "Referral summary, 21 November 2026" in said
    assert "My copy from Signpost" not in said


def test_the_way_to_get_it_fits_the_channel() -> None:
    assert "PDF" in referring(details=False).taps(ADULT_SERVICE).text
    telegram = replace(SmallWorld(), channel="telegram")
    assert 'type "copy"' in referring(telegram, details=False).taps(ADULT_SERVICE).text


def test_the_next_client_brings_a_new_one() -> None:
    chat = whole().taps("find").says("margate").taps("now", ADULT_SERVICE)
    text = as_text(library(), made(chat))
    assert "AUDIT" not in text and "Withdrawal signs" not in text
    assert "Signpost reference: blue-otter-" in text
