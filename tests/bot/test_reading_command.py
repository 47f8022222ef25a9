"""`signpost check --reading`: how old a reader has to be, and how much there is to read, by journey."""

import json
from importlib import import_module
from types import ModuleType

import pytest

from bot.cli import main
from bot.commands import reading
from bot.commands.reading import ALOUD, SILENT, Row, rows
from screening.library import load_library
from screening.reading import Length, lengths, prose

TARGET = 11.0
"""Years. Reading age 9 to 11 is wanted (screening facts 6, source C5); to be easier than that is no fault."""
EASY_TARGET = 8.0
"""Years, for journeys that have easy words throughout."""
EXEMPT: dict[str, str] = {}
"""Journeys that may be harder, each with its reason. Nothing is exempt; printed items of instruments are not measured,
for they may not be reworded."""


@pytest.fixture(scope="module")
def found() -> dict[str, Row]:
    return {row.name: row for row in rows(load_library())}


def test_every_journey_can_be_read_at_the_age_of_11_by_both_formulas(found: dict[str, Row]) -> None:
    ages = {name: row.ages for name, row in found.items() if name not in EXEMPT}
    assert {name: both for name, both in ages.items() if max(both) > TARGET} == {}
    assert set(found) >= set(load_library().latest)


WHOLLY_EASY = (
    "welcome", "child", "young_person", "worried", "check_alcohol", "check_drugs", "find_help", "safety", "red_flags",
    "safety_plan", "common",
)  # fmt: skip
"""What most people read, which therefore has easy words throughout."""


@pytest.mark.parametrize("name", WHOLLY_EASY)
def test_easy_words_are_easier_by_both_formulas(found: dict[str, Row], name: str) -> None:
    row = found[name]
    assert row.easy_ages[0] < row.ages[0]
    assert row.easy_ages[1] < row.ages[1]
    assert max(row.easy_ages) <= EASY_TARGET


def test_easy_words_are_nowhere_harder(found: dict[str, Row]) -> None:
    """But for a tenth where a journey has a single short line of its own."""
    harder = {
        name: row
        for name, row in found.items()
        if max(e - u for e, u in zip(row.easy_ages, row.ages, strict=True)) > 0.1
    }
    assert harder == {}


def test_a_journey_that_only_speaks_has_one_length(found: dict[str, Row]) -> None:
    """`child` says three messages."""
    library = load_library()
    said = [*library.words.entry("child.hello").messages, *library.words.entry("child.people").messages]
    length = Length(3, sum(len(text.split()) for text in said))
    assert lengths(library, library.latest["child"]).shortest == length
    assert (found["child"].shortest, found["child"].longest) == (length, length)
    assert found["child"].minutes(SILENT) == (round(length.words / 238, 1),) * 2
    assert found["child"].minutes(ALOUD) == (round(length.words / 183, 1),) * 2


def test_the_alcohol_check_is_as_long_as_its_questions(found: dict[str, Row]) -> None:
    """Never drinking asks items 1, 9 and 10; the highest answers ask all ten."""
    row = found["check_alcohol"]
    assert row.shortest is not None
    assert row.longest is not None
    assert row.shortest.messages >= 3 + 2
    assert row.longest.messages >= 10 + 2
    assert row.shortest.words < row.longest.words


def test_names_and_values_do_not_make_a_text_hard() -> None:
    text = prose(load_library().words, "child")
    assert "Childline" not in text
    assert "{" not in text
    assert "You can call Kent on Kent." in text


def test_the_command_prints_a_table_and_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--reading"]) == 0
    printed = capsys.readouterr().out
    assert "check_alcohol" in printed
    assert "238 words a minute, or 183 aloud" in printed
    assert main(["check", "--reading", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)["reading"]
    assert {"name", "ages", "easy_ages", "shortest", "longest", "minutes", "minutes_aloud"} == set(read[0])


def test_without_the_formulas_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> ModuleType:
        if name == "textstat":
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(reading, "import_module", missing)
    assert main(["check", "--reading"]) == 1
    assert "install Signpost with [dev]" in capsys.readouterr().err
