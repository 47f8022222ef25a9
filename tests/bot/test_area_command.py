"""`signpost area` answers with a plain sentence, one JSON document, or a line of JSON for each line it is given."""

import argparse
import io
import json
import sys

import pytest

from bot.commands import area

THANET = {"outcome": "one", "areas": [{"code": "E07000114", "name": "Thanet"}], "how": "postcode"}


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    area.add_parser(parser.add_subparsers())
    args = parser.parse_args(["area", *words])
    status: int = args.run(args)
    return status


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("CT9 1HL",), "That is in Thanet."),
        (("CT9", "1HL"), "That is in Thanet."),
        (("Swanley",), "That is in Swanley in Sevenoaks."),
        (("Minster",), "That could be in Swale or Thanet, or somewhere else."),
        (("Brighton",), "That is outside Kent and Medway."),
        (("ME99 9ZZ",), "That looks like a postcode, but there is no such postcode."),
        (("🙂",), "No place in Kent or Medway was recognised."),
    ],
)
def test_the_answer_is_one_plain_sentence(
    words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 0
    assert capsys.readouterr().out == f"{sentence}\n"


def test_json_has_exactly_the_promised_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ct91hl", "--json") == 0
    assert json.loads(capsys.readouterr().out) == THANET


def test_lines_in_lines_out(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("CT9 1HL\n\nM3 14\n"))
    assert run("--lines") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        THANET,
        {"outcome": "none", "areas": [], "how": ""},
        {"outcome": "invalid", "areas": [], "how": ""},
    ]


@pytest.mark.parametrize("words", [(), ("Margate", "--lines")])
def test_nothing_to_look_up_is_said_in_one_sentence(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    printed = capsys.readouterr()
    assert (
        printed.out == "" and printed.err.startswith("area: give a postcode or place") and printed.err.count("\n") == 1
    )
