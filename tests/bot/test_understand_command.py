"""`signpost understand`: one JSON line for each line, with everything that is read out of it."""

import argparse
import io
import json
import sys
from typing import Any

import pytest

from bot.commands import understand


def read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, *words: str) -> list[Any]:
    parser = argparse.ArgumentParser()
    understand.add_parser(parser.add_subparsers())
    args = parser.parse_args(["understand", *words])
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert args.run(args) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_everything_that_was_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [line] = read(monkeypatch, capsys, "find me a service in Margate, my mobile is 07700 900123\n", "--json")
    assert set(line) == {"text", "safety", "safety_soft", "intent", "intents", "area", "pii", "units"}
    assert (line["safety"], line["safety_soft"], line["intent"]) == ("none", False, "find_service")
    assert line["area"] == {"outcome": "one", "areas": ["Thanet"]}
    assert (line["pii"], line["units"]) == (["phone"], None)
    assert line["intents"][0]["intent"] == "find_service" and 0 < line["intents"][0]["score"] <= 1


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("i want to kill myself", "safety", "suicide_self_harm"),
        ("2 pints of 4% beer", "units", 4.5),  # 2 x 568 ml x 4 % = 4.544
        ("great deal on stella in tesco", "area", {"outcome": "none", "areas": []}),
        ("where can i get help in deal", "area", {"outcome": "one", "areas": ["Dover"]}),
        ("", "intent", "out_of_scope"),
        ("\0" * 5, "safety", "none"),
    ],
)
def test_each_part_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, key: str, value: object
) -> None:
    [line] = read(monkeypatch, capsys, f"{text}\n")
    assert line[key] == value


def test_a_line_is_read_as_the_answer_to_an_item(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    never, vague = read(monkeypatch, capsys, "naaah never\nit depends\n", "--question", "audit.q1")
    assert never == {"text": "naaah never", "choice": "Never", "points": 0}
    assert vague == {"text": "it depends", "choice": None, "points": None}


def test_an_item_that_is_not_there_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    understand.add_parser(parser.add_subparsers())
    args = parser.parse_args(["understand", "--question", "audit.q99"])
    assert args.run(args) == 2
    assert "q99" in capsys.readouterr().err
