"""Danger is noticed in messages that the rules were not written from, and ordinary talk seldom sets off the alarm.

Two independent writers' development sets. What the rules find is measured as it stands; what the hunch adds is measured
on messages that it was not trained on (five-fold).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import screening
from screening.errors import ContentError
from screening.safety import EXAMPLES, LABELS, Finding, SafetyRules, check, learn, load_examples, load_rules

HERE = Path(__file__).parent
CONTENT = Path(screening.__file__).parent / "content"
FOLDS = 5


@dataclass(frozen=True)
class Message:
    text: str
    safety: str
    soft: bool
    hard: bool
    who: str | None = None


def _read(name: str) -> list[Message]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    rows: list[Mapping[str, object]] = [json.loads(line) for line in lines if line.strip()]
    return [
        Message(
            str(row["text"]),
            str(row["safety"]),
            bool(row.get("soft")),
            bool(row.get("hard")),
            str(row["who"]) if row.get("who") else None,
        )
        for row in rows
    ]


SETS = {name: _read(f"{name}.jsonl") for name in ("safety_dev_1", "safety_dev_2")}
ALL = [message for messages in SETS.values() for message in messages]
RULES = load_rules(CONTENT / "safety.yaml")
TAUGHT = load_examples(CONTENT / EXAMPLES)


def wilson(found: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    share, spread = found / total, z * z / total
    centre, half = share + spread / 2, z * sqrt(share * (1 - share) / total + spread / total / 4)
    return (centre - half) / (1 + spread), (centre + half) / (1 + spread)


def shown(name: str, found: int, total: int) -> str:
    low, high = wilson(found, total)
    return f"{name:26} {found:4}/{total:<4} {found / total:6.1%} [{low:.1%}, {high:.1%}]"


@cache
def _whole(text: str) -> Finding:
    return check(_model(sum(map(ord, text)) % FOLDS), text)


@cache
def _model(fold: int) -> SafetyRules:
    """Trained without the messages of `fold`."""
    kept = [(text, label) for text, label in TAUGHT if sum(map(ord, text)) % FOLDS != fold]
    return replace(RULES, hunch=learn(RULES, kept))


def _share(messages: Sequence[Message], right: Callable[[Message], bool], name: str) -> float:
    found = sum(map(right, messages))
    print(shown(name, found, len(messages)))
    return found / len(messages)


def _urgent(messages: Sequence[Message], label: str | None = None) -> list[Message]:
    return [one for one in messages if one.safety != "none" and label in (None, one.safety)]


@pytest.mark.parametrize("name", SETS)
def test_the_sets_are_large_enough_to_mean_something(name: str) -> None:
    assert all(len(_urgent(SETS[name], label)) >= 40 for label in LABELS)
    assert sum(one.safety == "none" for one in SETS[name]) >= 0.4 * len(SETS[name])


@pytest.mark.parametrize("name", SETS)
def test_rules_alone_find_danger_under_its_name(name: str) -> None:
    urgent = _urgent(SETS[name])
    assert _share(urgent, lambda one: check(RULES, one.text).urgent, f"{name} any") >= 0.94
    assert _share(urgent, lambda one: check(RULES, one.text).label == one.safety, f"{name} label") >= 0.90


@pytest.mark.parametrize("label", LABELS)
def test_each_kind_of_danger_is_found(label: str) -> None:
    assert _share(_urgent(ALL, label), lambda one: _whole(one.text).urgent, label) >= 0.93
    assert _share(_urgent(ALL, label), lambda one: _whole(one.text).label == label, f"{label} named") >= 0.86


def test_danger_is_found_in_all() -> None:
    assert _share(_urgent(ALL), lambda one: _whole(one.text).urgent, "any danger") >= 0.98


def test_false_alarms_are_few_and_most_of_them_only_a_gentle_question() -> None:
    """Recall outranks precision: the bar for a question is lower than the bar for advice."""
    calm = [one for one in ALL if one.safety == "none"]
    hard = [one for one in calm if one.hard]
    assert _share(hard, lambda one: check(RULES, one.text).urgent, "hard negatives, rules") < 0.05
    assert _share(hard, lambda one: _whole(one.text).urgent, "hard negatives, all") < 0.12
    raised = [one for one in ALL if _whole(one.text).urgent]
    assert _share(raised, lambda one: one.safety != "none", "precision") >= 0.93


def test_the_advice_is_for_the_right_person() -> None:
    found = [one for one in _urgent(ALL) if one.who and _whole(one.text).urgent]
    assert _share(found, lambda one: (one.who == "other") == _whole(one.text).third_person, "who") >= 0.85


def test_what_rules_find_is_never_gentle_and_what_the_hunch_adds_always_is() -> None:
    for one in ALL:
        whole, certain = _whole(one.text), check(RULES, one.text)
        assert whole == certain or (whole.gentle and not certain.urgent)


FOUND = [one.text for one in ALL if check(RULES, one.text).urgent and len(one.text) < 300]
GENTLE = [one.text for one in ALL if len(one.text) < 300 and _whole(one.text).gentle]
EMOJI = st.sampled_from(["😭", "🍺", "❤️", "👍🏽", "🏳️‍🌈", "🤷‍♀️"])
TYPOS = {
    "going": "goign",
    "because": "becuase",
    "friend": "freind",
    "drinking": "drinkin",
    "don't": "dont",
    "tonight": "tonite",
    "husband": "husbnad",
    "the": "teh",
    "pregnant": "pregnent",
    "breathing": "breathin",
    "tablets": "tablests",
    "daughter": "daugther",
    "really": "realy",
    "please": "plese",
    "suicidal": "sucidal",
    "unconscious": "unconsious",
}


def _label(text: str) -> tuple[str, bool]:
    found = check(_model(0), text)
    return found.label, found.gentle


ANY = st.sampled_from(FOUND + GENTLE)


@given(ANY, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_case_changes_nothing(text: str, change: Callable[[str], str]) -> None:
    assert _label(change(text)) == _label(text)


@given(ANY, st.sampled_from(["  ", "\n", "\t", "\u00a0", " \u200b"]))
def test_spacing_changes_nothing(text: str, space: str) -> None:
    assert _label(f" {text.replace(' ', space)}\n") == _label(text)


@given(ANY, st.sampled_from(["’", "`", "ʼ", "´"]))
def test_the_kind_of_apostrophe_changes_nothing(text: str, mark: str) -> None:
    assert _label(re.sub("['’]", mark, text)) == _label(text.replace("’", "'"))


@given(ANY, EMOJI, st.data())
def test_an_emoji_changes_nothing(text: str, emoji: str, data: st.DataObject) -> None:
    said = text.split(" ")
    place = data.draw(st.integers(0, len(said)))
    assert _label(" ".join([*said[:place], emoji, *said[place:]])) == _label(text)


@given(st.sampled_from(FOUND), st.integers(3, 6), st.data())
def test_a_stretched_word_is_still_danger(text: str, times: int, data: st.DataObject) -> None:
    """The last letter, as people stretch words; a rare word may become another, so the kind is not looked at."""
    ends = [match.end() for match in re.finditer(r"[a-z]{4,}(?=[ .!?]|$)", text)]
    if ends:
        place = data.draw(st.sampled_from(ends))
        assert check(RULES, text[:place] + text[place - 1] * times + text[place:]).urgent


def _with_typos() -> Iterator[tuple[str, str]]:
    for text in FOUND:
        for right, wrong in TYPOS.items():
            if re.search(rf"\b{right}\b", text):
                yield text, re.sub(rf"\b{right}\b", wrong, text)


@pytest.mark.parametrize(("text", "typed"), list(_with_typos()))
def test_common_typing_slips_change_nothing(text: str, typed: str) -> None:
    assert check(RULES, typed).label == check(RULES, text).label


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("suicide_self_harm: [a]", "has no messages"),
        ("sadness: [a]", "sadness"),
        ("- a", "label"),
    ],
)
def test_a_mistake_in_the_examples_is_named(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / EXAMPLES).write_text(content, encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_examples(tmp_path / EXAMPLES)
    assert EXAMPLES in str(error.value) and says in str(error.value)
