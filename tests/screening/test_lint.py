"""The linter finds each kind of problem, and names file, key and remedy."""

from dataclasses import replace

import pytest
from kit import library

from screening.library import Library
from screening.lint import Finding, lint
from screening.script import Say
from screening.wording import Entry, Wording


def with_entry(key: str, *messages: str, sources: tuple[str, ...] = (), **choices: str) -> Library:
    """The shipped content with one entry written anew."""
    entry = Entry(messages=messages, choices=choices, words={}, sources=sources)
    words = Wording({"en": {**library().words.entries(), key: entry}}, library().words.common)
    return replace(library(), words=words)


def found(content: Library, key: str) -> list[Finding]:
    return [finding for finding in lint(content) if finding.key == key]


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        ('says "addict"', "Are you an addict?"),
        ('says "alcoholics"', "We help alcoholics."),
        ('says "abuse"', "Drug abuse is common."),
        ('says "clean"', "Are you clean now?"),
        ('says "users"', "For drug users."),
        ('says "Habit"', "Habit or not."),
        ("has a phone number typed into it", "Call 0300 123 6600."),
        ("has a phone number typed into it", "Call 116 123."),
        ("has a phone number typed into it", "Call 01622 123456 today."),
        ("a message is longer than 420 characters", "Short words. " * 40),
        ("is too long", "one two " * 13),
    ],
)
def test_a_bad_text_is_found(problem: str, text: str) -> None:
    (finding,) = found(with_entry("menu.extra", text), "menu.extra")
    assert finding.file == "text/en/menu.yaml"
    assert problem in finding.problem
    assert finding.remedy


@pytest.mark.parametrize(
    "text",
    [
        "Domestic abuse is never your fault.",
        "Alcoholics Anonymous meets in most towns.",
        "It takes 10 to 15 minutes, 7 days a week.",
        "Keep to 14 units a week. Spread them over 3 days.",
        "We used to meet on Mondays.",
    ],
)
def test_a_good_text_is_let_through(text: str) -> None:
    assert found(with_entry("menu.extra", text), "menu.extra") == []


def test_labels_are_read_too() -> None:
    assert found(with_entry("menu.extra", "Who is it for?", other="A junkie"), "menu.extra")


def test_a_helpline_needs_a_source() -> None:
    assert found(with_entry("menu.extra", "Call {samaritans}."), "menu.extra")
    assert found(with_entry("menu.extra", "Call {samaritans}.", sources=("O89",)), "menu.extra") == []


def test_two_questions_at_once_are_found() -> None:
    content = with_entry(
        "menu.adult", "How are you? What would you like?", **library().words.entry("menu.adult").choices
    )
    assert [finding.problem for finding in found(content, "menu.adult")] == ["asks more than one question"]


def test_a_circle_of_messages_is_found() -> None:
    journey = library().latest["child"]
    circle = journey.model_copy(update={"steps": {**journey.steps, "people": Say(kind="say", next="hello")}})
    content = replace(library(), journeys={**library().journeys, ("child", 1): circle})
    problems = [finding for finding in lint(content) if finding.file == "journeys/child.yaml"]
    assert {finding.problem for finding in problems} == {"leads round in a circle"}


def test_a_finding_is_json_safe() -> None:
    (finding,) = found(with_entry("menu.extra", "Are you clean?"), "menu.extra")
    assert set(finding.document()) == {"file", "key", "problem", "remedy"}
