"""Key and values -> text: what the files may hold, and that nothing but our own words gets in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library

from screening.errors import ContentError
from screening.translations import check_translations
from screening.wording import Wording, fill, load_wording


def words_of(folder: Path, text: str, **common: str) -> Wording:
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en" / "greeting.yaml").write_text(text, encoding="utf-8")
    return load_wording(folder, common)


def test_an_entry_may_be_a_text_or_several_messages_or_have_choices(tmp_path: Path) -> None:
    words = words_of(
        tmp_path,
        "short: Hello.\n"
        "several: [One., Two.]\n"
        "ask: {text: 'Shall we?', choices: {'yes': 'Yes, please'}, words: {'yes': [yep]}, sources: [N1]}\n"
        "inner: {deep: Below.}\n",
    )
    assert words.text("greeting.short") == "Hello."
    assert words.messages("greeting.several") == ("One.", "Two.")
    assert words.text("greeting.several") == "One.\n\nTwo."
    assert words.label("greeting.ask", "yes") == "Yes, please"
    entry = words.entry("greeting.ask")
    assert (entry.words["yes"], entry.sources) == (("yep",), ("N1",))
    assert words.text("greeting.inner.deep") == "Below."


def test_placeholders_are_filled_from_the_step_and_from_what_every_text_may_use(tmp_path: Path) -> None:
    words = words_of(tmp_path, "call: 'Call {helpline}, {name}.'\n", helpline="111")
    assert words.text("greeting.call", {"name": "you"}) == "Call 111, you."
    assert words.entry("greeting.call").placeholders() == {"helpline", "name"}


def test_a_placeholder_without_a_value_is_an_error_and_never_shown(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="name"):
        words_of(tmp_path, "call: 'Dear {name}'\n").text("greeting.call")


def test_a_value_with_braces_is_not_filled_again() -> None:
    assert fill("{service}", {"service": "{emergency}", "emergency": "999"}) == "{emergency}"


@given(st.text())
def test_a_value_goes_in_exactly_as_it_is(value: str) -> None:
    assert fill("<{value}>", {"value": value}) == f"<{value}>"


@pytest.mark.parametrize(
    "text",
    [
        "hello: 5\n",
        "hello: ''\n",
        "hello: [fine, 7]\n",
        "hello: {text: Hi, colour: blue}\n",
        "hello: {text: Hi, choices: {'yes': 'Yes'}, words: {'yes': [yes]}}\n",
    ],
)
def test_what_is_not_words_is_refused_with_its_key(tmp_path: Path, text: str) -> None:
    with pytest.raises(ContentError, match=r"greeting\.yaml: greeting\.hello"):
        words_of(tmp_path, text)


def test_a_language_that_lacks_a_key_is_refused(tmp_path: Path) -> None:
    words_of(tmp_path, "hello: Hello.\nbye: Bye.\n")
    (tmp_path / "cy").mkdir()
    (tmp_path / "cy" / "greeting.yaml").write_text("hello: Helo.\n", encoding="utf-8")
    words = load_wording(tmp_path, {})
    assert words.speaking("cy").text("greeting.hello") == "Helo."
    with pytest.raises(ContentError, match=r"text/cy/greeting\.yaml: greeting\.bye: has no words"):
        check_translations(words)


def test_easy_words_stand_before_the_usual_ones_and_keep_what_they_do_not_say(tmp_path: Path) -> None:
    usual = (
        "hello: {text: Good afternoon to you., choices: {go: Continue}, words: {go: [onward]}, sources: [s]}\nbye: Bye."
    )
    words_of(tmp_path, usual)
    (tmp_path / "en-easy").mkdir()
    (tmp_path / "en-easy" / "greeting.yaml").write_text("hello: Hello.\n", encoding="utf-8")
    words = load_wording(tmp_path, {})
    easy = words.speaking("en-easy")
    assert words.languages == ("en", "en-easy")
    assert (easy.text("greeting.hello"), easy.text("greeting.bye")) == ("Hello.", "Bye.")
    assert (easy.label("greeting.hello", "go"), easy.entry("greeting.hello").words["go"]) == ("Continue", ("onward",))
    assert easy.entry("greeting.hello").sources == ("s",)
    assert words.text("greeting.hello") == "Good afternoon to you."


@pytest.mark.parametrize(
    ("text", "problem"),
    [("hallo: Hi.", "is not said in en"), ("hello: {text: Hi, choices: {stop: Stop}}", "has other choices"),
     ("hello: Hi {name}.", "has other placeholders")],
)  # fmt: skip
def test_easy_words_say_only_what_the_usual_ones_say(tmp_path: Path, text: str, problem: str) -> None:
    words_of(tmp_path, "hello: {text: Hello., choices: {go: Go on}}\n")
    (tmp_path / "en-easy").mkdir()
    (tmp_path / "en-easy" / "greeting.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=rf"text/en-easy/greeting\.yaml: greeting\.\w+: {problem}"):
        check_translations(load_wording(tmp_path, {}))


def test_a_number_may_have_words_of_the_language_around_it(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    text = (
        "contact: {shout: 'text {number}'}\ndefault: {complain_to: the council}\nask: 'Shout: {shout}. {complain_to}'"
    )
    (tmp_path / "en" / "common.yaml").write_text(text, encoding="utf-8")
    assert load_wording(tmp_path, {"shout": "85258"}).text("common.ask") == "Shout: text 85258. the council"
    given = load_wording(tmp_path, {"shout": "85258", "complain_to": "Ann"})
    assert given.text("common.ask") == "Shout: text 85258. Ann"


def test_every_shipped_text_fills_from_the_helplines_or_names_what_it_needs() -> None:
    words = library().words
    for key, entry in words.entries().items():
        needed = {name: "x" for name in entry.placeholders() - set(words.common)}
        assert "{" not in words.text(key, needed), key
