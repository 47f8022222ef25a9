"""The linter's rules for what is read aloud, and for easy words beside the usual ones."""

from dataclasses import replace

import pytest
from kit import library

from screening.library import Library
from screening.lint import lint
from screening.lint_aloud import aloud_problems
from screening.lint_easy import easy_problems
from screening.wording import Entry, Wording


def entry(*messages: str, **choices: str) -> Entry:
    return Entry(messages=messages, choices=choices, words={}, sources=())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Try soft drinks, e.g. cola.", 'a short form that cannot be read aloud: "e.g."'),
        ("Cola, water etc.", 'a short form that cannot be read aloud: "etc."'),
        ("First this → then that.", 'a symbol that cannot be read aloud: "→"'),
        ("Drink & drugs + tablets", 'a symbol that cannot be read aloud: "+"'),
        ("Cut down and/or stop.", 'a symbol that cannot be read aloud: "d/o"'),
        ("The % on the label", 'a symbol that cannot be read aloud: "%"'),
        ("For people aged 18-24.", 'a range that cannot be read aloud: "8-2"'),
        ("That is 8g of alcohol.", 'a unit that cannot be read aloud: "8g"'),
        ("Ask the ICO.", 'says "ICO" without its long form'),
    ],
)
def test_what_is_only_for_the_eye_is_found(text: str, problem: str) -> None:
    found = [said for said, _ in aloud_problems("welcome.hello", entry(text))]
    assert [said for said in found if problem in said], found


@pytest.mark.parametrize(
    "text",
    [
        "Tell the Information Commissioner's Office (the ICO). The ICO is free.",
        "A 25ml measure of 4% beer, from 9am to 11pm, or {number}.",
        "- One\n- Two-year-old self-help",
        "Call NHS 111, your GP or A&E.",
    ],
)
def test_what_can_be_read_aloud_is_let_through(text: str) -> None:
    assert list(aloud_problems("welcome.hello", entry(text))) == []


def test_workers_know_their_short_forms() -> None:
    assert list(aloud_problems("refer_client.any", entry("See the RAG + DRR."))) == []


USUAL = entry(
    "Have no more than 14 units in a week, and call {frank} if you would like to talk to somebody.", go="Go on"
)


@pytest.mark.parametrize(
    ("easy", "problem"),
    [
        (
            entry("Have at most 12 units a week. Call {frank}.", go="Go on"),
            "other figures than the usual words: no 14, 12",
        ),
        (entry("Have at most 14 units a week.", go="Go on"), "other placeholders than the usual words: no frank"),
        (
            entry("Have no more than 14 units in a week and then call {frank} to talk it over.", go="Go on"),
            "is too long",
        ),
        (entry("Stop at 14 units. That is a week. Talk. Call {frank}.", go="Go on"), "more than 3 sentences"),
    ],
)
def test_easy_words_are_short_and_say_the_same_figures(easy: Entry, problem: str) -> None:
    assert [said for said, _ in easy_problems(easy, USUAL) if problem in said]


def test_a_good_easy_text_is_let_through() -> None:
    easy = entry("14 units a week is the most.", "To talk:\n- one\n- two\n- three\n- FRANK: {frank}", go="Go on")
    assert list(easy_problems(easy, USUAL)) == []


def test_easy_words_may_not_have_longer_sentences_than_the_usual_ones() -> None:
    found = [said for said, _ in easy_problems(entry("You can come back at any time."), entry("Come back any time."))]
    assert found == ["has a longer sentence than the usual words"]


def reworded(key: str, easy: Entry) -> Library:
    words = library().words
    languages = {name: dict(words.written(name)) for name in ("en", "en-easy")}
    languages["en-easy"][key] = easy
    return replace(library(), words=Wording(languages, words.common))


def test_the_finding_names_the_file_of_the_easy_words() -> None:
    found = lint(reworded("welcome.hello", entry("Hello, addict.")))
    assert {finding.file for finding in found} == {"text/en-easy/welcome.yaml"}
    assert any('says "addict"' in finding.problem for finding in found)


def test_a_question_in_easy_words_is_one_question() -> None:
    found = lint(reworded("who.age", entry("How old are you? Is that right?")))
    assert "asks more than one question" in {finding.problem for finding in found}


def test_no_easy_word_stands_in_for_a_printed_item() -> None:
    """A validated questionnaire is never reworded: its items are not among the words at all."""
    printed = {item.text for form in library().instruments.values() for item in form.items}
    for entry_ in library().words.written("en-easy").values():
        assert not printed & set(entry_.messages)
    easy = library().speaking("en-easy")
    assert easy.instruments is library().instruments
