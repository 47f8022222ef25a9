"""Answers in people's own words to the printed questions: the only defensible option, or a question back.

`answers_dev.jsonl` was used while the words were written. `choice`: the points of the only defensible option, null
where there is none. `acceptable`: what may then be offered; empty where nothing can be guessed.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.errors import ContentError
from screening.instruments import load_instruments
from screening.library import CONTENT
from screening.questionnaire import Instrument, Item
from screening.understanding.answer_words import FILE, answer_words
from screening.understanding.choices import Chosen, Option, Reading, Unsure
from screening.understanding.items import item_options, named_item, read_item
from screening.understanding.reading import read_choice

DEV = Path(__file__).parent / "answers_dev.jsonl"
MOST_ASKED_AGAIN = 0.10
LEAST_GUESSED = 0.75
"""Of the answers that may mean several options: how often one of those is among what is offered."""


@cache
def instruments() -> Mapping[str, Instrument]:
    return load_instruments(CONTENT / "instruments")


@cache
def dev() -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(line) for line in DEV.read_text(encoding="utf-8").splitlines())


def read(question: str, text: str) -> Reading:
    item = named_item(instruments(), question)
    return read_choice(item_options(item), text, quantity=item.quantity)


def said(row: Mapping[str, Any]) -> Reading:
    return read(row["question"], row["text"])


def test_no_answer_is_silently_taken_for_another() -> None:
    wrong = [
        (row["question"], row["text"], reading.value)
        for row in dev()
        if isinstance(reading := said(row), Chosen) and reading.value != str(row["choice"])
    ]
    assert wrong == []


def test_a_clear_answer_is_seldom_asked_again() -> None:
    clear = [row for row in dev() if row["choice"] is not None]
    asked = [(row["question"], row["text"]) for row in clear if not isinstance(said(row), Chosen)]
    assert len(asked) <= MOST_ASKED_AGAIN * len(clear), asked


def test_what_is_asked_back_offers_what_may_have_been_meant() -> None:
    unclear = [row for row in dev() if row["choice"] is None and row["acceptable"]]
    guesses = [said(row) for row in unclear]
    good = [
        isinstance(guess, Unsure) and not {str(points) for points in row["acceptable"]}.isdisjoint(guess.values)
        for row, guess in zip(unclear, guesses, strict=True)
    ]
    assert sum(good) >= LEAST_GUESSED * len(unclear)


@pytest.mark.parametrize(
    ("question", "text", "offered"),
    [
        ("audit.q1", "every weekend really", {"2", "3"}),
        ("audit.q1", "every other day", {"3", "4"}),
        ("audit.q1", "now and then", {"1", "2"}),
        ("audit.q1", "once or twice a week", {"2", "3"}),
        ("audit.q1", "last year I drank daily, now monthly", {"1", "4"}),
        ("audit.q1", "monthly... no wait weekly", {"1", "2"}),
        ("audit.q1", "never at home", {"0"}),
        ("audit.q1", "weekly?", {"2"}),
        ("audit.q1", "option c", {"2"}),
        ("audit.q3", "twice a week", {"3", "4"}),
        ("audit.q3", "twice a month", {"2", "3"}),
        ("audit.q2", "6 or 7", {"2", "3"}),
        ("audit.q2", "loads", {"4"}),
        ("audit.q9", "yeah", {"2", "4"}),
        ("audit.q9", "yes last year", {"2", "4"}),
        ("audit.q9", "not this year", {"0", "2"}),
        ("audit.q9", "yes but not recently", {"2", "4"}),
        ("audit.q10", "yes, but not since last month", {"2", "4"}),
    ],
)
def test_an_answer_that_fits_several_options_is_asked_about(question: str, text: str, offered: set[str]) -> None:
    reading = read(question, text)
    assert isinstance(reading, Unsure) and set(reading.values) == offered


@pytest.mark.parametrize(
    ("text", "question", "other"),
    [
        ("i drink every day", "audit.q1", "dudit.q1"),
        ("weed every day", "dudit.q1", "audit.q1"),
        ("i feel guilty every day", "audit.q7", "audit.q1"),
    ],
)
def test_how_often_something_else_is_done_is_no_answer(text: str, question: str, other: str) -> None:
    assert read(question, text) == Chosen("4")
    assert not isinstance(read(other, text), Chosen)


def printed() -> Iterator[tuple[Item, int]]:
    for instrument in instruments().values():
        for item in instrument.items if instrument.shown else ():
            for option in item.options:
                yield item, option.points


@given(st.sampled_from(list(printed())), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]), st.data())
def test_every_printed_option_reads_as_itself(which: tuple[Item, int], change: Any, data: st.DataObject) -> None:
    item, points = which
    label = item.option(points).label
    ending = data.draw(st.sampled_from(["", ".", "!", "…", "  ", " 🙂", "\n"]))
    found = read_item(item, f"{change(label)}{ending}")
    if item.quantity and label.isdecimal():
        assert found is None or found.points == points
    else:
        assert found == item.option(points)


def stretched(text: str, at: int) -> str:
    """One letter typed four times."""
    places = [place for place, letter in enumerate(text) if letter.isalpha() and letter.isascii()]
    if not places:
        return text
    place = places[at % len(places)]
    return text[:place] + text[place] * 4 + text[place + 1 :]


def words_keep_their_letters(text: str) -> bool:
    """Letters that are read one by one ("5x", "u") are other words when they are stretched."""
    return all(len(word) > 2 and word.isalpha() for word in text.split())


def slipped(text: str, at: int, swap: bool) -> str:
    """A slip in a word of six letters or more, never at its beginning."""
    words = text.split()
    long = [place for place, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    if not long:
        return text
    place = long[at % len(long)]
    word = words[place]
    cut = 1 + at % (len(word) - 2)
    words[place] = word[:cut] + (word[cut + 1] + word[cut] + word[cut + 2 :] if swap else word[cut + 1 :])
    return " ".join(words)


CHANGES = {
    "capitals": str.upper,
    "small letters": str.lower,
    "spaces": lambda text: "  " + text.replace(" ", "   ") + "\n",
    "an emoji": lambda text: text + " 😅🍺",
    "a full stop": lambda text: text if text.rstrip().endswith("?") else text + ".",
    "curly apostrophes": lambda text: text.replace("'", "’"),
    "no apostrophes": lambda text: text.replace("'", ""),
    "wide letters": lambda text: "".join(chr(ord(c) + 0xFEE0) if "a" <= c.lower() <= "z" else c for c in text),
}


@pytest.mark.parametrize("change", CHANGES)
def test_how_a_keyboard_types_does_not_change_what_is_read(change: str) -> None:
    changed = [
        (row["question"], row["text"], said(row), reading)
        for row in dev()
        if (reading := read(row["question"], CHANGES[change](row["text"]))) != said(row)
    ]
    assert changed == []


@settings(max_examples=300)
@given(st.sampled_from([row for row in dev() if words_keep_their_letters(row["text"])]), st.integers(0, 60))
def test_a_stretched_letter_never_makes_it_another_answer(row: Mapping[str, Any], at: int) -> None:
    """It may have to be asked about: "nooon" is not surely noon."""
    reading = read(row["question"], stretched(row["text"], at))
    assert reading == said(row) or not isinstance(reading, Chosen)


def test_a_stretched_letter_seldom_has_to_be_asked_about() -> None:
    rows = [row for row in dev() if row["choice"] is not None and words_keep_their_letters(row["text"])]
    same = [read(row["question"], stretched(row["text"], len(row["text"]) // 2)) == said(row) for row in rows]
    assert sum(same) >= 0.98 * len(rows)


@settings(max_examples=300)
@given(st.sampled_from(dev()), st.integers(1, 60), st.booleans())
def test_a_slip_of_the_finger_never_makes_it_another_answer(row: Mapping[str, Any], at: int, swap: bool) -> None:
    """One letter of a longer word missing, or two the wrong way round."""
    reading = read(row["question"], slipped(row["text"], at, swap))
    assert reading == said(row) or not isinstance(reading, Chosen) or reading.value == str(row["choice"])


@settings(max_examples=300)
@given(
    st.sampled_from(["audit.q1", "audit.q2", "audit.q3", "audit.q9", "dudit.q3", "dast_10.q3"]), st.text(max_size=200)
)
def test_anything_typed_is_an_option_a_question_or_nothing(question: str, text: str) -> None:
    values = {option.value for option in item_options(named_item(instruments(), question))}
    match read(question, text):
        case Chosen(value):
            assert value in values
        case Unsure(offered):
            assert offered and set(offered) <= values
        case nothing:
            assert nothing is None


@pytest.mark.parametrize(
    "text", ["n" * 100_000, "never " * 20_000, "\0never\0", "n\u0301\u0316" * 50_000, "\u202enever", "9" * 100_000]
)
def test_no_text_is_too_long_or_too_strange(text: str) -> None:
    for question in ("audit.q1", "audit.q2", "audit.q9"):
        read(question, text)


def test_the_last_one_may_be_the_last_answer_or_prefer_not_to_say() -> None:
    asked = named_item(instruments(), "audit.q1")
    shown = (*item_options(asked), Option("skip", "Prefer not to say", aside=True))
    assert read_choice(shown, "the last one") == Unsure(("4", "skip"))
    assert read_choice(shown, "every day") == Chosen("4")
    assert read_choice(shown, "prefer not to say") == Chosen("skip")
    assert read_choice(item_options(asked), "the last one") == Chosen("4")


def test_an_item_by_its_name_gives_label_and_points() -> None:
    found = read_item(named_item(instruments(), "audit.q1"), "most days")
    assert found is not None
    assert (found.label, found.points) == ("4 or more times per week", 4)
    assert read_item(named_item(instruments(), "audit.q1"), "every weekend") is None


def test_an_item_with_days_or_without_its_licensed_words_is_never_guessed() -> None:
    assert read_item(named_item(instruments(), "crafft.a1"), "every day") is None
    assert read_item(named_item(instruments(), "sds.q1"), "every day") is None


@pytest.mark.parametrize(("name", "sentence"), [("audix.q1", "no instrument audix"), ("audit.q11", "no item q11")])
def test_a_name_that_nothing_has_is_said(name: str, sentence: str) -> None:
    with pytest.raises(KeyError, match=sentence):
        named_item(instruments(), name)


@pytest.mark.parametrize(
    ("where", "value", "sentence"),
    [
        ("remarks", ["to be (honest"], r"remarks: \"to be \(honest\": a bracket is not closed"),
        ("denials", ["<nobody>"], r"denials: .* there is no list <nobody>"),
        ("fillers", None, r"fillers: Input should be a valid string"),
    ],
)
def test_a_mistake_in_the_words_is_said_with_its_place(
    tmp_path: Path, where: str, value: object, sentence: str
) -> None:
    document = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    document[where] = value
    broken = tmp_path / "answers.yaml"
    broken.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ContentError, match=f"answers.yaml: {sentence}"):
        answer_words(broken)
