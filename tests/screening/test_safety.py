"""Words of danger are noticed however they are typed, and ordinary talk is left alone."""

import re
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import screening
from screening.errors import ContentError
from screening.safety import LABELS, check, load_safety

CONTENT = Path(screening.__file__).parent / "content"
MESSAGES = yaml.safe_load((Path(__file__).parent / "safety_messages.yaml").read_text(encoding="utf-8"))
RULES = load_safety(CONTENT / "safety.yaml")
TEXTS = yaml.safe_load((CONTENT / "text" / "en" / "safety.yaml").read_text(encoding="utf-8"))
CONTACTS = yaml.safe_load((CONTENT / "contacts.yaml").read_text(encoding="utf-8"))
SOURCES = yaml.safe_load((CONTENT / "sources.yaml").read_text(encoding="utf-8"))

URGENT = [
    (label, who == "other", message)
    for label in LABELS
    for who, messages in MESSAGES[label].items()
    for message in messages
]
HARMLESS = [str(message) for message in (*MESSAGES["soft"], *MESSAGES["nothing"])]


@pytest.mark.parametrize(("label", "about_another", "message"), URGENT)
def test_danger_is_named_and_the_advice_is_for_the_right_person(label: str, about_another: bool, message: str) -> None:
    found = check(RULES, message)
    assert (found.label, found.third_person, found.soft) == (label, about_another, False)


@pytest.mark.parametrize("message", MESSAGES["soft"])
def test_history_and_questions_are_met_with_care_not_alarm(message: str) -> None:
    found = check(RULES, message)
    assert (found.label, found.soft) == ("none", True)
    assert found.topic in LABELS and found.card == "soft"


@pytest.mark.parametrize("message", MESSAGES["nothing"])
def test_ordinary_talk_sets_off_nothing(message: object) -> None:
    assert check(RULES, str(message)).label == "none"


def test_the_table_is_large_enough_to_mean_something() -> None:
    per_label = {label: sum(map(len, MESSAGES[label].values())) for label in LABELS}
    assert min(per_label.values()) >= 25
    assert len(HARMLESS) >= 0.45 * len(URGENT)


@pytest.mark.parametrize(
    "first", ["this hangover is killing me", "my nan died of drink", "I used to self harm", "dead tired"]
)
@pytest.mark.parametrize("then", ["i want to kill myself", "ive taken 30 tablets", "he hit me again last night"])
def test_a_second_clause_that_means_it_is_never_swallowed(first: str, then: str) -> None:
    assert check(RULES, f"{first} and {then}").label == check(RULES, then).label != "none"


@pytest.mark.parametrize(
    ("message", "child"),
    [
        ("i'm 15 and i want to die", True),
        ("our 15 year old is self-harming", True),
        ("i want to die", False),
        ("my husband is suicidal", False),
    ],
)
def test_a_child_in_danger_is_noticed(message: str, child: bool) -> None:
    assert check(RULES, message).child is child


KEPT = st.sampled_from([message for _, _, message in URGENT] + HARMLESS)
EMOJI = st.sampled_from(["😭", "🍺", "❤️", "👍🏽", "🏳️‍🌈", "🤷‍♀️"])


@given(KEPT, st.sampled_from([str.upper, str.title, str.swapcase]))
def test_case_does_not_change_the_label(message: str, change: object) -> None:
    assert callable(change)
    assert check(RULES, change(message)).label == check(RULES, message).label


@given(KEPT, st.sampled_from(["  ", "\n", "\t", "\u00a0", " \u200b"]))
def test_spacing_does_not_change_the_label(message: str, space: str) -> None:
    assert check(RULES, f" {message.replace(' ', space)}\n").label == check(RULES, message).label


@given(KEPT, st.sampled_from(["", "’", "`", "ʼ", "´"]))
def test_apostrophes_do_not_change_the_label(message: str, mark: str) -> None:
    """Of any kind; and left out, as in "cant", except where they belong to a name ("mum's")."""
    typed = re.sub(r"(?<=n)'(?=t\b)|(?<=\bI)'(?=m\b)", mark, message) if not mark else message.replace("'", mark)
    assert check(RULES, typed).label == check(RULES, message).label


@given(KEPT, EMOJI, st.data())
def test_emoji_do_not_change_the_label(message: str, emoji: str, data: st.DataObject) -> None:
    said = message.split(" ")
    place = data.draw(st.integers(0, len(said)))
    assert check(RULES, " ".join([*said[:place], emoji, *said[place:]])).label == check(RULES, message).label


@given(st.sampled_from([message for _, _, message in URGENT]), st.integers(2, 6), st.data())
def test_stretched_letters_do_not_change_the_label(message: str, times: int, data: st.DataObject) -> None:
    letters = [place for place, letter in enumerate(message) if letter.isalpha()]
    place = data.draw(st.sampled_from(letters))
    stretched = message[:place] + message[place] * times + message[place:]
    assert check(RULES, stretched).label == check(RULES, message).label


@pytest.mark.parametrize(
    "message",
    [
        "su1cidal",
        "k1ll my$elf",
        "s u i c i d e",
        "i w4nt to d1e",
        "su*cidal",
        "ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "i want to d̷i̷e̷",
        "i wаnt to diе",
    ],
)
def test_disguises_are_seen_through(message: str) -> None:
    assert check(RULES, message).label == "suicide_self_harm"


@given(st.text(max_size=300))
def test_anything_at_all_gets_an_answer(message: str) -> None:
    assert check(RULES, message).label in (*LABELS, "none")


def _endless() -> Iterator[str]:
    yield "i want to " * 10_000
    yield "h" + "\u0301\u0316" * 50_000
    yield "\ufdfa" * 100_000
    yield "\0" * 100_000
    yield "k " * 50_000
    yield "aabbccddee" * 10_000


@pytest.mark.parametrize("message", list(_endless()), ids=lambda message: ascii(message[:6]))
def test_a_hundred_thousand_characters_do_not_hold_it_up(message: str) -> None:
    started = perf_counter()
    check(RULES, message)
    assert perf_counter() - started < 5


def test_a_crisis_in_the_middle_of_a_very_long_message_is_found() -> None:
    story = "I went to the shops and then I watched the football with my brother. " * 700
    assert check(RULES, story).label == "none"
    assert check(RULES, f"{story} i am going to kill myself {story}").label == "suicide_self_harm"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- noose", "- <rope>", ["suicide_self_harm.urgent", "<rope>", "no list <rope>"]),
        ("- noose", '- "(noose"', ["suicide_self_harm.urgent", "not closed"]),
        ("- noose", '- "(noose)?"', ["suicide_self_harm.urgent", "no word that must be there"]),
        ("order: [suicide_self_harm, ", "order: [", ["order", "suicide_self_harm"]),
        ("  under_13:\n    urgent:", "  under_13:\n    urgentt:", ["under_13", "urgentt"]),
    ],
)
def test_a_mistake_in_the_rules_names_the_file_the_place_and_the_cause(
    tmp_path: Path, old: str, new: str, says: list[str]
) -> None:
    good = (CONTENT / "safety.yaml").read_text(encoding="utf-8")
    assert old in good
    (tmp_path / "safety.yaml").write_text(good.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_safety(tmp_path / "safety.yaml")
    assert all(words in str(error.value) for words in ["safety.yaml", *says])


def _messages() -> Iterator[tuple[str, str, list[str]]]:
    for name, entry in TEXTS.items():
        cards = {name: entry} if isinstance(entry, str) or "text" in entry else entry
        for part, card in cards.items():
            text = card if isinstance(card, str) else card["text"]
            sources = [] if isinstance(card, str) else card.get("sources", [])
            for message in [text] if isinstance(text, str) else text:
                yield f"{name}.{part}", message, sources


WORDS = list(_messages())


@pytest.mark.parametrize("label", LABELS)
def test_every_category_has_words_for_the_person_for_a_helper_and_for_care(label: str) -> None:
    for card in ("card", "card_other", "soft"):
        text = TEXTS[label][card]["text"]
        assert text and (isinstance(text, str) or len(text) <= 3)
    assert "{emergency}" in str(TEXTS[label]["card"]) and "{emergency}" in str(TEXTS[label]["card_other"])


@pytest.mark.parametrize(("name", "message", "sources"), WORDS)
def test_emergency_words_are_short_sourced_and_type_no_number(name: str, message: str, sources: list[str]) -> None:
    assert len(message.split()) <= 60
    assert not re.search(r"\d{3}", re.sub(r"{\w+}", "", message))
    assert set(re.findall(r"{(\w+)}", message)) <= CONTACTS.keys()
    assert set(sources) <= SOURCES.keys()


def test_every_number_has_a_source_and_the_day_it_was_checked() -> None:
    for contact in CONTACTS.values():
        assert contact["source"] in SOURCES and contact["checked"] == "2026-11-21"


def test_unconfirmed_numbers_are_not_there() -> None:
    """Al-Anon's and Papyrus's text number are third-party copies (screening facts, section 4.9)."""
    printed = str(CONTACTS)
    assert "0800 0086 811" not in printed and "88247" not in printed and "07860" not in printed
