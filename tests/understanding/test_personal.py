"""Personal data is noticed however it is typed; scores, prices, places and the names of services are left alone."""

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import screening
from screening.errors import ContentError
from screening.understanding.personal import KINDS, Kind, find_personal, load_personal

CONTENT = Path(screening.__file__).parent / "content"
RULES = load_personal(CONTENT / "personal.yaml")
CONTACTS = yaml.safe_load((CONTENT / "contacts.yaml").read_text(encoding="utf-8"))
MESSAGES = [
    (message["text"], frozenset(message["pii"]))
    for message in map(json.loads, (Path(__file__).parent / "personal_dev.jsonl").read_text("utf-8").splitlines())
]
FOUND = [(text, expected, frozenset(find_personal(RULES, text))) for text, expected in MESSAGES]

RECALL, FALSE_ALARMS = 0.97, 0.03
SECONDS_ORDINARY, SECONDS_LONGEST = 0.005, 3.0
"""The issue's limit for a message, and for 100,000 characters what still answers (a shared machine may be slow)."""


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_found_in_the_messages_of_many_people(kind: Kind) -> None:
    meant = [(text, found) for text, expected, found in FOUND if kind in expected]
    missed = [text for text, found in meant if kind not in found]
    assert len(meant) >= 15
    assert len(missed) <= (1 - RECALL) * len(meant), missed


def test_messages_without_personal_data_raise_no_alarm() -> None:
    harmless = [(text, found) for text, expected, found in FOUND if not expected]
    alarms = [(text, found) for text, found in harmless if found]
    assert len(harmless) >= 100
    assert len(alarms) < FALSE_ALARMS * len(harmless), alarms


@pytest.mark.parametrize(
    "text",
    [
        "AUDIT 22, audit-c 9, score was 18/40",
        "3 2 1 0 0 2 1 0 0 4",
        "2-3 times a week, 10 pints, 35 units, £4.50 a can, 40ml",
        "nhs number 943 476 5918",
        "ref 20231145, order #4455667",
        "text 85258 or ring 116 123, 111, 101, 999",
        "im in ME14 near the M2 and the A249",
        "on the m20 2nd time this week",
        "b4 2moz m8",
        "vitamin b12 5mg",
        "2 pints down the road then home",
        "10 minute walk down the high street",
        "i weigh 12 st",
        "10 street valium",
        "i went 2 the park, do u think i smoke 2 much green",
        "my last drink was 12/03/2021",
        "sober since 3 March 2019",
        "i was born and raised in Margate, born in 1980",
        "my birthday is on saturday",
        "my mate Dave drinks more than me",
        "my name is on the letter",
        "my name is none of your business",
        "call me later",
        "I'm English and I work nights",
        "This Is Really Hard For Me Today",
        "miss my kids",
        "Will you tell my GP?",
        "4 cans of John Smiths and a bottle of Jack Daniels",
        "stella artois, captain morgan, jim beam",
        "mary jane, charlie, molly",
        "Forward Trust, Turning Point, Al-Anon, Samaritans or Kenward Trust",
        "is there anything at William Harvey Hospital",
        "I live in Tunbridge Wells, near Victoria Road",
        "is the email info@forwardtrust.org.uk",
        "look at www.talktofrank.com",
        "i had 6 shots @ the pub, drinking @home now",
        "my insta is full of booze, snapchat is ruining my life",
        "one two three four five six seven eight nine ten, breathe",
    ],
)
def test_ordinary_talk_is_not_personal_data(text: str) -> None:
    assert find_personal(RULES, text) == ()


@pytest.mark.parametrize("contact", CONTACTS)
@pytest.mark.parametrize("said", ["{}", "i rang {} yesterday", "they said call me on {}", "phone {}"])
def test_helplines_are_nobodys_own_number(contact: str, said: str) -> None:
    assert find_personal(RULES, said.format(CONTACTS[contact]["number"])) == ()


def test_all_kinds_in_one_message_come_in_their_order_each_once() -> None:
    said = (
        "Client John Hargreaves (my name is Sue Patel) dob 12/03/1985, NHS 943 476 5919, 12 Station Road ME14 1XX, "
        "07700 900123 or 01622 555123, j.h@gmail.com, insta @john_h"
    )
    assert find_personal(RULES, said) == KINDS


@pytest.mark.parametrize(
    "text",
    ["My name is Tracey", "MY NAME IS TRACEY", "my   name is tracey", "my name’s Tracey", "My n\u0301ame is 😀 Tracey"],
)
def test_a_name_is_a_name_in_any_type(text: str) -> None:
    assert find_personal(RULES, text) == ("full_name",)


NINE_DIGITS = st.one_of(st.integers(400_000_000, 499_999_999), st.integers(600_000_000, 799_999_999)).map(str)
"""What NHS numbers begin with in England and Wales."""


def check_digit(nine: str) -> int:
    """Modulus 11 (NHS Data Dictionary, NHS NUMBER); 10 means that there is no such number."""
    return -sum(int(digit) * weight for digit, weight in zip(nine, range(10, 1, -1), strict=True)) % 11


NHS_NUMBERS = NINE_DIGITS.filter(lambda nine: check_digit(nine) < 10).map(lambda nine: f"{nine}{check_digit(nine)}")


@given(NHS_NUMBERS, st.sampled_from([" ", "  ", "-", ".", " - "]), st.lists(st.booleans(), min_size=9, max_size=9))
def test_a_valid_nhs_number_is_found_in_any_spacing(number: str, mark: str, gaps: list[bool]) -> None:
    spaced = number[0] + "".join(mark * gap + digit for gap, digit in zip(gaps, number[1:], strict=True))
    assert "nhs_number" in find_personal(RULES, f"my nhs number is {spaced} thanks")


@given(NHS_NUMBERS, st.sampled_from(["", " ", "-", "."]))
def test_a_valid_nhs_number_in_its_usual_groups_needs_no_words(number: str, mark: str) -> None:
    assert find_personal(RULES, mark.join((number[:3], number[3:6], number[6:]))) == ("nhs_number",)


@given(NINE_DIGITS, st.integers(0, 9))
def test_ten_digits_with_a_wrong_check_digit_are_no_nhs_number(nine: str, last: int) -> None:
    if last != check_digit(nine):
        assert "nhs_number" not in find_personal(RULES, f"nhs number {nine[:3]} {nine[3:6]} {nine[6:]}{last}")


MOBILES = st.tuples(st.sampled_from("12345789"), st.text("0123456789", min_size=8, max_size=8)).map("".join)
"""What follows 07 in a mobile number (Ofcom's National Telephone Numbering Plan); 076 are pagers."""
GROUPS = ((5, 6), (5, 3, 3), (4, 3, 4), (4, 7), (3, 4, 4), (5, 2, 2, 2), (1,) * 11, (11,))


@given(MOBILES, st.sampled_from(GROUPS), st.sampled_from([" ", "-", ".", "  "]), st.sampled_from(["", "ring me "]))
def test_a_mobile_number_is_found_in_any_groups(rest: str, groups: tuple[int, ...], mark: str, before: str) -> None:
    assert "phone" in find_personal(RULES, before + grouped(f"07{rest}", groups, mark))


@given(MOBILES, st.sampled_from(["+44 7{}", "+447{}", "+44 (0)7{}", "00447{}", "447{}", "(07{})"]))
def test_a_mobile_number_is_found_with_the_country_code(rest: str, form: str) -> None:
    assert "phone" in find_personal(RULES, form.format(rest))


def grouped(number: str, groups: tuple[int, ...], mark: str) -> str:
    ends = [sum(groups[: place + 1]) for place in range(len(groups))]
    return mark.join(number[end - size : end] for end, size in zip(ends, groups, strict=True))


PIECES = """my name is client mr dob born @ at dot com flat 12 / - . , : ( + 07 0044 2024 J John Smith ME14 1XX insta
nhs road \x00 \x01 Z\u0338\u031b \ufdfa \u0663 \u00b2 of St the ' _"""


@given(st.one_of(st.text(), st.lists(st.sampled_from([*PIECES.split(), "\n"])).map(" ".join)))
def test_whatever_is_typed_gets_an_answer_of_known_kinds(text: str) -> None:
    found = find_personal(RULES, text)
    assert list(found) == [kind for kind in KINDS if kind in found]


def test_an_ordinary_message_takes_no_noticeable_time() -> None:
    slowest = max(seconds(text) for text, _ in MESSAGES)
    assert slowest < SECONDS_ORDINARY


LONG = "a|1|1 |07 |+9 9 9 9 9 9 9 9 9 9 |@|a@|J.|\x00|1/|1/1/|client |dob |1 high |my name is |me1 |m e 1 |my insta is "
LONGER = "live at |one double |Z\u0338\u031b|\ufdfa|0800 1111 |a dot |Dave |. |born on the |00 |house "


@pytest.mark.parametrize("piece", f"{LONG}|{LONGER}".split("|"))
def test_a_hundred_thousand_characters_are_read_in_time(piece: str) -> None:
    assert seconds((piece * 100_000)[:100_000], tries=1) < SECONDS_LONGEST


def seconds(text: str, tries: int = 5) -> float:
    """The quickest of several tries, so that what else the machine does hardly counts."""
    best = float("inf")
    for _ in range(tries):
        start = perf_counter()
        find_personal(RULES, text)
        best = min(best, perf_counter() - start)
    return best


def _without_streets(document: dict[str, object]) -> None:
    del document["streets"]


def _name_twice(document: dict[str, dict[str, str]]) -> None:
    document["names"]["first_also_words"] += " tracey"


def _broken_phrase(document: dict[str, dict[str, list[str]]]) -> None:
    document["names"]["introduced"].append("my (name is")


def _unknown_list(document: dict[str, object]) -> None:
    document["nicknames"] = "baz"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without_streets, r"personal.yaml: streets: Field required"),
        (_name_twice, r"personal.yaml: names: .*in two lists of names, keep in one: tracey"),
        (_broken_phrase, r'personal.yaml: names: "my \(name is": a bracket is not closed'),
        (_unknown_list, r"personal.yaml: nicknames: Extra inputs"),
    ],
)
def test_a_mistake_in_the_lists_is_said_when_they_are_loaded(
    tmp_path: Path, spoil: Callable[[object], None], said: str
) -> None:
    document = yaml.safe_load((CONTENT / "personal.yaml").read_text(encoding="utf-8"))
    spoil(document)
    (tmp_path / "personal.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    (tmp_path / "contacts.yaml").write_text(yaml.safe_dump(CONTACTS), encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load_personal(tmp_path / "personal.yaml")
