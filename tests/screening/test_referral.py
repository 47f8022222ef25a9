"""A professional refers a client: several answers at once, typed scores, urgent advice, who opens a door, one row."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from kit import ADULT_SERVICE, NOW, Chat, SmallWorld, library, newcomer
from referralkit import at_needs, at_risks, at_scores, in_kent, kent, referring

from screening.errors import ContentError
from screening.library import CONTENT, load_library
from screening.picking import coming_months
from screening.reported import Impossible, read_scores
from screening.results_code import Kept, written
from screening.state import Event

RISKS = ("suicidal", "withdrawal", "pregnancy", "injecting", "abuse", "children", "dual", "homeless", "prison")


def said(chat: Chat) -> str:
    """All that was said in the last turn, on one line."""
    return " ".join(chat.text.split())


# The short way


def test_role_age_and_area_are_enough_for_a_route() -> None:
    chat = newcomer().taps("professional", "gp", "65_plus").says("margate").taps("now")
    assert chat.where == "refer_client.offers"
    assert chat.values == [ADULT_SERVICE, "not_now"]
    assert "Never tell someone who drinks a lot every day to stop suddenly." in said(chat)


def test_every_question_can_be_skipped() -> None:
    chat = referring()
    while chat.where != "refer_client.offers":
        chat.says("skip")
    assert [name for name in ("substances", "scoring", "needs", "risks") if chat.answers[name] is not None] == []


def test_an_unknown_area_shows_only_what_covers_everyone() -> None:
    chat = newcomer(in_kent()).taps("professional", "gp", "30_39", "declined", "now")
    covering = {service.id: service.coverage for service in kent().catalogue.services}
    assert {covering[value] for value in chat.values if value != "not_now"} <= {"national", "any_area"}


def test_outside_kent_there_is_no_route_and_no_row() -> None:
    chat = newcomer(in_kent()).taps("professional", "gp", "30_39").says("London")
    assert "outside Kent and Medway" in said(chat)
    assert (chat.where, chat.referrals) == ("menu.professional", [])


def test_a_child_under_13_goes_to_safeguarding() -> None:
    chat = newcomer().taps("professional", "police", "under_13").taps("find")
    assert "03000 41 11 11" in said(chat)
    assert chat.where == "menu.professional"


# Several answers to one question


def test_ticks_add_up_until_that_is_all() -> None:
    chat = referring().taps("alcohol", "benzos")
    assert "- Alcohol - Benzos or sleeping tablets" in said(chat)
    assert "alcohol" not in chat.values
    assert chat.taps("done").answers["substances"] == "alcohol+benzos"
    assert chat.where == "refer_client.scores"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("alcohol and heroin", ("alcohol", "opiates")),
        ("drinking, crack + weed", ("alcohol", "stimulants", "cannabis")),
        ("Heroin or other opioids", ("opiates",)),
        ("he drinks vodka", ("alcohol",)),
        ("1", ()),
        ("2, 3", ()),
        ("blue moon", ()),
    ],
)
def test_a_line_lists_several(typed: str, kept: tuple[str, ...]) -> None:
    chat = referring().says(typed)
    expected = {"1": ("alcohol",), "2, 3": ("opiates", "stimulants")}.get(typed, kept)
    assert chat.state is not None
    assert chat.state.picked == expected


def test_what_was_not_understood_in_a_line_is_said() -> None:
    chat = referring().says("heroin, blue moon")
    assert "I did not understand all of that" in said(chat)
    assert chat.state is not None and chat.state.picked == ("opiates",)


@pytest.mark.parametrize("ending", ["that's all", "thats all", "that is all", "no", "done", "nothing else"])
def test_the_list_ends_with_a_word(ending: str) -> None:
    assert referring().says("alcohol", ending).answers["substances"] == "alcohol"


@pytest.mark.parametrize("word", ["none", "nothing", "not known", "skip", "no"])
def test_nothing_is_a_way_past_too(word: str) -> None:
    chat = referring().says(word)
    assert chat.answers["substances"] is None
    assert chat.where == "refer_client.scores"


def test_the_list_can_be_started_again_and_gone_back_to() -> None:
    chat = referring().taps("alcohol", "other", "clear")
    assert chat.state is not None and chat.state.picked == ()
    chat.taps("cannabis", "done").says("back")
    assert chat.where == "refer_client.substances"
    assert chat.taps("opiates", "done").answers["substances"] == "opiates"


def test_a_button_of_an_earlier_list_is_not_used() -> None:
    chat = referring()
    early = chat.button("alcohol")
    chat.taps("opiates")
    chat.send(Event(kind="choice", choice=early))
    assert "common.old_button" in chat.keys
    assert chat.state is not None and chat.state.picked == ("opiates",)


def test_none_of_these_is_an_answer_and_skipping_is_not() -> None:
    assert at_risks().taps("none").answers["risks"] == "none"
    assert at_risks().taps("skip").answers["risks"] is None
    assert "none" not in at_risks().taps("dual").values


# Risks


def test_a_risk_typed_as_its_button_is_a_tick_and_no_crisis_of_the_writer() -> None:
    chat = at_risks().says("suicidal thoughts, pregnant")
    assert chat.state is not None
    assert (chat.state.hold, chat.state.picked) == (None, ("suicidal", "pregnancy"))


def test_other_words_of_crisis_still_come_first_and_no_tick_is_lost() -> None:
    chat = at_risks().taps("injecting").says("I want to kill myself")
    assert chat.state is not None and chat.state.hold == "suicide_self_harm"
    assert "116 123" in said(chat)
    assert chat.taps("safe").state.picked == ("injecting",)  # type: ignore[union-attr]


ADVICE = {
    "suicidal": ("call 999 and stay with them", "NHS 111", "option 2", "116 123"),
    "withdrawal": ("do not let them stop drinking suddenly", "A fit, seeing or hearing things", "call 999", "GP today"),
    "pregnancy": ("the safest is not to drink", "must not stop suddenly", "midwife, GP or the alcohol service today"),
    "injecting": ("new needles and naloxone", "opioid overdose", "call 999"),
    "abuse": ("0808 2000 247", "999", "safeguarding lead"),
    "children": ("safeguarding lead today", "03000 41 11 11", "03000 41 91 91", "999"),
    "dual": ("no wrong door", "NHS 111"),
    "homeless": ("council must give free advice",),
    "prison": ("the old amount can kill", "naloxone"),
}
"""What has to be said for each risk (screening facts 4.1 to 4.6, directory facts 2.6)."""


@pytest.mark.parametrize("risk", RISKS)
def test_each_risk_has_its_urgent_advice_before_any_route(risk: str) -> None:
    chat = at_risks().taps(risk, "done")
    if risk == "prison":
        chat.taps("skip")
    keys = chat.keys
    assert keys.index(f"refer_client.advice.{risk}") < keys.index("refer_client.offers.service")
    assert [words for words in ADVICE[risk] if words not in said(chat)] == []
    others = [f"refer_client.advice.{other}" for other in RISKS if other != risk]
    assert [key for key in keys if key in others] == []


def test_the_most_urgent_comes_first_whatever_the_order_of_the_ticks() -> None:
    chat = at_risks().taps("prison", "children", "withdrawal", "suicidal", "done", "skip")
    advice = [key.rpartition(".")[2] for key in chat.keys if ".advice." in key]
    assert advice == ["suicidal", "withdrawal", "children", "prison"]


def test_under_18_withdrawal_means_a_hospital_bed() -> None:
    chat = at_risks(age="16_17").taps("withdrawal", "done")
    assert "under 16 one should be offered" in said(chat)


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("AUDIT 20", True),
        ("AUDIT 19", False),
        ("AUDIT-C 11", True),
        ("AUDIT-C 10", False),
        ("SADQ 16", True),
        ("SADQ 15", False),
        ("DUDIT 30", False),
    ],
)
def test_a_score_of_dependence_brings_the_advice_without_a_tick(typed: str, due: bool) -> None:
    """Screening facts 4.1 and 1.6."""
    chat = at_scores().says(typed).taps("done", "skip", "none")
    assert ("refer_client.advice.withdrawal" in chat.keys) is due


@pytest.mark.parametrize(("typed", "due"), [("AUDIT 7", True), ("AUDIT 6", False)])
def test_at_16_and_17_the_youth_cut_off_does(typed: str, due: bool) -> None:
    """Source E7."""
    chat = at_scores(age="16_17").says(typed).taps("done", "skip", "none")
    assert ("refer_client.advice.withdrawal_young" in chat.keys) is due


def test_the_months_of_a_release_are_months_and_nothing_finer() -> None:
    chat = at_risks().taps("prison", "done")
    assert chat.values == ["2026-11", "2026-12", "2027-01", "2027-02", "later", "out", "skip"]
    assert at_risks().taps("prison", "done").says("January").answers["release"] == "2027-01"
    assert "release" not in at_risks().taps("prison", "done").says("14/01/2027").answers


def test_months_run_over_the_end_of_the_year() -> None:
    assert list(coming_months(datetime(2026, 12, 31, 23, 59, tzinfo=NOW.tzinfo), 3)) == [
        "2026-12",
        "2027-01",
        "2027-02",
    ]


# Scores


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("AUDIT 24", ["audit:24:"]),
        ("audit-c of 9, march 2026", ["audit_c:9:2026-03"]),
        ("AuditC: 9", ["audit_c:9:"]),
        ("her AUDIT score was 16 on 12 March 2026 and DUDIT 8", ["audit:16:2026-03", "dudit:8:"]),
        ("AUDIT 24/40 in 03/2026; FAST 5", ["audit:24:2026-03", "fast:5:"]),
        ("DAST-10 6 2026-02", ["dast_10:6:2026-02"]),
        ("SADQ 35 last December", ["sadq:35:2025-12"]),
        ("AUDIT 24 December 2026", ["audit:24:"]),
        ("AUDIT 24 March 1950", ["audit:24:"]),
        ("AUDIT 24 13/2026", ["audit:24:"]),
        ("SDS for cocaine 4", ["sds_cocaine:4:"]),
        ("auditing 3 rooms", []),
        ("24", []),
    ],
)
def test_scores_are_read_as_they_are_typed(typed: str, read: list[str]) -> None:
    found = read_scores(library(), typed, NOW)
    assert [str(each) for each in found if isinstance(each, Kept)] == read
    assert not any(isinstance(each, Impossible) for each in found)


@pytest.mark.parametrize("typed", ["AUDIT 41", "AUDIT-C 13", "FAST 17", "DUDIT 45", "AUDIT 240"])
def test_a_score_that_cannot_be_is_not_noted(typed: str) -> None:
    chat = at_scores().says(typed)
    assert "can't be more than" in said(chat)
    assert "reported" not in chat.answers


def test_a_results_code_of_the_client_is_a_score_too() -> None:
    chat = at_scores().says(written(Kept("audit", 14, "2026-10")))
    assert "AUDIT: 14 out of 40, increasing risk" in said(chat)
    assert chat.answers["reported"] == "audit:14:2026-10"


def test_a_score_typed_again_replaces_the_first_and_the_list_can_be_cleared() -> None:
    chat = at_scores().says("AUDIT 24", "DUDIT 8", "AUDIT 14 May 2026")
    assert chat.answers["reported"] == "audit:14:2026-05+dudit:8:"
    assert "AUDIT: 14 out of 40, increasing risk" in said(chat)
    assert "reported" not in chat.taps("clear").answers


@pytest.mark.parametrize("age", ["13_15", "skip"])
def test_nothing_is_scored_under_16_or_where_the_age_is_not_known(age: str) -> None:
    assert referring(age=age).taps("skip").where == "refer_client.needs"


def test_at_16_and_17_no_adult_form_is_run_and_no_adult_band_said() -> None:
    chat = at_scores(age="16_17")
    assert chat.values == ["skip"]
    chat.says("AUDIT 12")
    assert "youth cut-off" in said(chat)
    assert "risk" not in said(chat)
    assert chat.says("DUDIT 12").answers["reported"] == "audit:12:+dudit:12:"
    assert "DUDIT: 12 out of 44" in said(chat)
    assert "drug-related problems" not in said(chat)


def test_fast_is_gone_through_in_the_middle_and_the_referral_goes_on() -> None:
    chat = at_scores().taps("fast", "fast", 2, 1, 0, 0, "no")
    assert chat.where == "refer_client.needs"
    assert [tally.screen.band for tally in chat.tallies if tally.by == 1] == ["positive"]


def test_the_audit_after_fast_leads_back_too() -> None:
    chat = at_scores().taps("fast", "fast", 3, "yes", 4, 4, 4, 4, 4, 4, 4, 4, 4)
    assert chat.where == "refer_client.needs"
    chat.taps("skip", "none")
    assert "refer_client.advice.withdrawal" in chat.keys
    assert chat.taps(ADULT_SERVICE).referrals[0].band == "possible_dependence"


@pytest.mark.parametrize(("sex", "band"), [("male", "below the cut-off"), ("female", "probable drug-related problems")])
def test_the_dudit_is_gone_through_with_the_cut_off_for_the_client(sex: str, band: str) -> None:
    """Source O25: 6 for men, 2 for women."""
    chat = at_scores().taps("dudit", sex, 1, 1, 1, *([0] * 8))
    assert f"DUDIT: 3 out of 44. The answers suggest: {band}." in said(chat)
    assert chat.where == "refer_client.needs"


def test_a_dudit_with_a_gap_has_no_total() -> None:
    chat = at_scores().taps("dudit", "skip", "skip", *([0] * 10))
    assert "DUDIT: no total. Not answered: question 1." in said(chat)


def test_after_a_check_the_score_is_not_asked_for_again() -> None:
    chat = newcomer().taps("professional", "gp", "30_39").says("check").taps("fast", 2, 1, 0, 0, "no", "refer")
    chat.says("margate").taps("details", "skip")
    assert chat.where == "refer_client.needs"


# Doors


@pytest.mark.parametrize(
    ("role", "need", "words"),
    [
        ("gp", "detox", "The community service for the area arranges and pays for it"),
        ("any_professional", "rehab", "comes through the community service"),
        ("probation", "atr", "a court makes this order"),
        ("probation", "drr", "a court makes this order"),
        ("probation", "supervision", "HMPPS Refer and Monitor"),
        ("police", "caution", "only the police open this way in"),
        ("oneyou", "ebi", "From an AUDIT of 20 it is not right"),
        ("gp", "family", "The council chooses the families"),
    ],
)
def test_a_route_that_others_open_is_told_as_knowledge(role: str, need: str, words: str) -> None:
    """Directory facts 2.3 to 2.5 and 5.5."""
    assert words in said(at_needs(role=role).taps(need, "done", "none"))


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("gp", {"atr", "drr", "caution"}),
        ("oneyou", {"atr", "drr", "caution"}),
        ("probation", {"caution"}),
        ("police", {"atr", "drr"}),
    ],
)
def test_each_role_is_asked_only_for_what_it_can_open(role: str, closed: set[str]) -> None:
    assert closed & set(at_needs(role=role).values) == set()


def test_what_is_looked_for_are_needs_of_the_directory() -> None:
    found = library().referral
    sought = {need for part in (found.risks, found.needs) for entry in part.values() for need in entry.needs}
    assert sought <= set(kent().catalogue.need_tags)


@pytest.mark.parametrize(("place", "service"), [("margate", "adult_east_kent"), ("Tonbridge", "adult_west_kent"),
                                                ("Rochester", "medway_adult")])  # fmt: skip
@pytest.mark.parametrize("role", ["gp", "probation", "police", "oneyou", "any_professional"])
def test_the_treatment_service_stays_first_whatever_is_ticked(place: str, service: str, role: str) -> None:
    chat = at_needs(in_kent(), place=place, role=role)
    needs = [value for value in chat.values if value != "skip"]
    chat.taps(*needs, "done", *RISKS, "done", "skip")
    assert chat.values[0] == service


# What is counted


def test_one_row_without_anybody_in_it() -> None:
    chat = referring().taps("alcohol", "opiates", "done").says("AUDIT 24 March 2026")
    chat.taps("done", "detox", "housing", "done", "prison", "done", "2026-12", ADULT_SERVICE)
    (row,) = chat.referrals
    assert (row.month, row.area, row.age_band, row.audience) == ("2026-11", "E07000114", "30_39", "gp")
    assert (row.substance, row.need, row.band) == ("alcohol+drugs", "detox+housing", "possible_dependence")
    assert "prison" not in str(row) and "24" not in row.need + row.band


def test_no_row_where_none_was_chosen() -> None:
    chat = referring(details=False).taps("not_now")
    assert chat.referrals == []
    assert "nothing is counted" in said(chat)


def test_many_needs_still_fit_the_ledger() -> None:
    chat = at_needs()
    chat.taps(*[value for value in chat.values if value != "skip"], "done", "skip", ADULT_SERVICE)
    assert chat.referrals[0].need == "several"


def test_the_next_referral_begins_with_nothing_of_the_last() -> None:
    chat = at_scores().says("AUDIT 24").taps("done", "detox", "done", "suicidal", "done", ADULT_SERVICE)
    chat.taps("find")
    assert chat.where == "refer_client.place"
    assert set(chat.answers) == {"audience", "role", "age_band", "menu"}


def test_a_wish_to_refer_is_granted_once() -> None:
    chat = Chat(SmallWorld()).says("find a service").taps("professional", "gp", "30_39")
    chat.says("margate").taps("now", ADULT_SERVICE)
    assert chat.where == "menu.professional"


@pytest.mark.parametrize("step", ["substances", "scores", "needs", "risks"])
def test_nothing_that_says_who_it_is_is_kept(step: str) -> None:
    begin = {"substances": referring, "scores": at_scores, "needs": at_needs, "risks": at_risks}[step]
    chat = begin().says("Zqxj Smith, born 12/03/1980, NHS 943 476 5919, 4 High Street, ME10 1DR, detox, heroin")
    assert "Please leave out names, dates of birth, NHS numbers and addresses." in said(chat)
    assert chat.state is not None
    kept = chat.state.model_dump_json() + chat.text
    assert [word for word in ("Zqxj", "Smith", "1980", "943", "High Street", "ME10") if word in kept] == []


# Mistakes in the content


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("referral.yaml", "  homeless: {", "  homless: {", "risks.homeless: has no entry"),
        ("referral.yaml", "advice: dual,", "advice: duel,", "refer_client.advice.duel: has no words that can be said"),
        ("referral.yaml", "doors: [ebi]", "doors: [ebbi]", "refer_client.door.ebbi: has no words"),
        ("referral.yaml", "{group: drugs, sought: [opiates]}", "{sought: [opiates]}", "substances.opiates.group"),
        ("journeys/refer_client.yaml", "each: doors", "each: windows", "each windows is not known"),
    ],
)
def test_a_mistake_is_named_with_its_place(file: str, old: str, new: str, said: str, tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    text = (content / file).read_text(encoding="utf-8")
    assert old in text
    (content / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as refused:
        load_library(content)
    assert said in str(refused.value)


def test_a_question_with_several_answers_needs_a_way_past(tmp_path: Path) -> None:
    content = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    path = content / "journeys" / "refer_client.yaml"
    journey = yaml.safe_load(path.read_text(encoding="utf-8"))
    del journey["steps"]["risks"]["skip"]
    path.write_text(yaml.safe_dump(journey), encoding="utf-8")
    with pytest.raises(ContentError, match="has several answers and routes, or no way past it"):
        load_library(content)
