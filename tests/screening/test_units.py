"""Drinks in words become UK units: the sums of the fact file, what people type, and what was assumed said aloud."""

import io
import json
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from screening.drinks import FILE, Drink, load_drinks
from screening.errors import ContentError
from screening.library import CONTENT
from screening.units import DrinksReader, against_guideline, shown, units
from screening.wording import load_wording

DRINKS = load_drinks()
READER = DrinksReader(DRINKS)
SAID = yaml.safe_load((Path(__file__).parent / "drinks_said.yaml").read_text("utf-8"))

FACTS = """
25 40 1.0; 35 40 1.4; 50 40 2.0; 125 12 1.5; 175 12 2.1; 175 13 2.3; 250 12 3.0; 250 13 3.3; 750 12 9.0; 750 13.5 10.1;
125 11 1.4; 284 3.6 1.0; 568 3.6 2.0; 568 4 2.3; 568 5.2 3.0; 568 4.5 2.6; 440 4 1.8; 440 5.5 2.4; 440 9 4.0; 330 5 1.7;
275 4 1.1; 275 5.5 1.5; 500 7.5 3.8; 3000 7.5 22.5; 700 37.5 26.3; 1000 40 40.0; 440 0.5 0.2
"""
"""Millilitres, % ABV, units as printed: every row of the table in fact 3.1 (source O49)."""


@pytest.mark.parametrize("row", [row.split() for row in FACTS.split(";")], ids=" ".join)
def test_units_are_those_of_the_fact_file(row: list[str]) -> None:
    ml, abv, printed = row
    assert shown(units(Decimal(ml), Decimal(abv))) == printed


def test_a_half_is_rounded_up_as_in_decimal_arithmetic() -> None:
    assert units(Decimal(330), Decimal(5)) == Decimal("1.65")
    assert shown(Decimal("1.65")) == "1.7"


@pytest.mark.parametrize(("ml", "abv"), [(-1, 5), (500, -1), (500, 101)])
def test_what_no_drink_can_be_is_refused(ml: int, abv: int) -> None:
    with pytest.raises(ValueError, match="0 to 100 percent"):
        units(Decimal(ml), Decimal(abv))


@pytest.mark.parametrize(("week", "side"), [("0", "within"), ("14", "within"), ("14.01", "over"), ("50", "over")])
def test_a_week_against_the_guideline_of_14(week: str, side: str) -> None:
    assert against_guideline(Decimal(week)) == side


def meant(expected: Any) -> Fraction | None:
    """The units that a row of drinks_said.yaml stands for, worked out here with fractions."""
    if expected is None:
        return None
    if isinstance(expected, int):
        return Fraction(expected)
    parts = (Fraction(drink.split()[0]) * Fraction(drink.split()[2]) * Fraction(drink.split()[4]) for drink in expected)
    return sum(parts, Fraction(0)) / 1000


@pytest.mark.parametrize(("said", "expected"), [*SAID["tuned"], *SAID["held_out"]])
def test_what_people_type_is_read(said: str, expected: Any) -> None:
    total, wanted = READER.read(said).total, meant(expected)
    if wanted is None:
        assert total is None
    else:
        assert total is not None
        assert abs(Fraction(total) - wanted) <= Fraction(1, 200)


def test_the_phrases_are_many_and_a_third_was_held_out() -> None:
    assert len(SAID["tuned"]) >= 100
    assert len(SAID["held_out"]) >= 50


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("a pint of 4% lager", []),
        ("330ml bottle of 5% lager", []),
        ("10 units", []),
        ("a pint of lager", ["strength"]),
        ("a can of 5% lager", ["size"]),
        ("a large wine", ["size", "strength"]),
        ("a few pints of 4% lager", ["vague"]),
        ("2 or 3 pints of 4% lager", ["range"]),
        ("4 cans", ["drink", "size", "strength"]),
        ("vodka", ["one", "size", "strength"]),
        ("a pint of snakebite", ["strength_unsourced"]),
        ("2 pints of alcohol free lager", ["alcohol_free"]),
        ("2 pints of 4% lager every night", ["frequency"]),
        ("a 750ml bottle of 13% wine between us", ["shared"]),
    ],
)
def test_everything_assumed_is_said_and_nothing_else(said: str, keys: list[str]) -> None:
    assert [note.key.removeprefix("units.assumed.") for note in READER.read(said).assumed] == keys


@pytest.mark.parametrize(
    ("said", "key", "total"),
    [
        ("2 pints of 4% lager and loads of wine", "quantity", "4.54"),
        ("3 bottles and a pint of 4% lager", "drink", "2.27"),
        ("a pint of 98% lager", "strength", None),
        ("999999999 pints", "too_many", None),
        ("a pint " * 400, "too_long", None),
    ],
)
def test_what_cannot_be_counted_is_said(said: str, key: str, total: str | None) -> None:
    read = READER.read(said)
    assert [note.key for note in read.unread] == [f"units.unread.{key}"]
    assert read.total == (None if total is None else Decimal(total))


def test_nothing_drunk_is_nought_and_no_drinks_named_is_no_number() -> None:
    nothing = READER.read("I don't drink")
    assert (nothing.total, nothing.items) == (Decimal(0), ())
    assert READER.read("I need to talk to someone").total is None


def test_units_said_beside_drinks_are_not_counted_twice() -> None:
    assert READER.read("3 pints of 4% lager, about 7 units").total == Decimal("6.82")


@pytest.mark.parametrize("drink", DRINKS.drinks, ids=lambda drink: drink.id)
def test_every_name_of_every_drink_is_understood(drink: Drink) -> None:
    for name in drink.names:
        measured = "large " if drink.only_measured else ""
        items = READER.read(f"1 {measured}{name}").items
        assert [item.drink for item in items] == [drink.id], name


def test_every_strength_has_a_source_that_can_be_looked_up() -> None:
    known = yaml.safe_load((CONTENT / "sources.yaml").read_text("utf-8"))
    assert DRINKS.cited() <= set(known) | set(DRINKS.sources)
    assert set(DRINKS.sources) <= DRINKS.cited()
    assert len(DRINKS.drinks) >= 60


def test_a_strength_without_a_source_is_called_an_estimate() -> None:
    for drink in DRINKS.drinks:
        if drink.source is None:
            keys = [note.key for note in READER.read(f"a bottle of {drink.names[0]}").assumed]
            assert "units.assumed.strength_unsourced" in keys


@pytest.mark.parametrize(
    "said", ["2 pints of 4% lager and coke", "4% lager, 2 pints, coke", "a coke, 2 pints of 4% lager"]
)
def test_what_has_no_alcohol_changes_nothing(said: str) -> None:
    assert READER.read(said).total == Decimal("4.54")


def test_a_misspelt_drink_is_read_and_an_ordinary_word_is_not() -> None:
    assert READER.read("2 pints of carlsburg").items[0].drink == "carlsberg"
    for word in ("better", "larger", "later", "foster", "calling", "battle", "points"):
        assert READER.read(f"2 {word}").items == ()


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    read = READER.read(text)
    assert read.total is None or 0 <= read.total <= 1000


AMOUNTS = ["2", "half", "a", "few", "six", "or", "no", "x", "-", "7.5%", "500ml", "0.0", "units", "pack"]
THINGS = ["and", "of", ",", "pint", "pints", "can", "bottle", "large", "double", "vodka", "wine", "coke"]


@given(st.lists(st.sampled_from(AMOUNTS + THINGS), max_size=25))
def test_no_order_of_drink_words_is_too_strange(said: list[str]) -> None:
    read = READER.read(" ".join(said))
    assert (read.total is None) == (not read.items) or read.total == 0
    if read.total is not None:
        assert abs(read.total - sum(item.units for item in read.items)) <= Decimal("0.005")
        assert all(item.quantity >= 0 and item.units >= 0 for item in read.items)


@given(st.integers(1, 400), st.sampled_from([drink.id for drink in DRINKS.drinks if not drink.only_measured]))
def test_twice_the_drinks_are_twice_the_units(number: int, drink_id: str) -> None:
    name = DRINKS.drink(drink_id).names[0]
    once, twice = READER.read(f"{number} {name}"), READER.read(f"{2 * number} {name}")
    if twice.total is not None:
        assert twice.items[0].units == 2 * once.items[0].units


def test_a_very_long_message_takes_no_time() -> None:
    started = time.perf_counter()
    for text in ("\u0301" * 100_000, "2 pints " * 12_500, "vodkaa beeer " * 150):
        READER.read(text)
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("find", "write", "said"),
    [
        ("kind: cocktail,", "kind: coctail,", "of kind coctail, which is not in kinds"),
        ("names: [guinness,", "names: [stella,", "the name stella stands for two drinks"),
        ('abv: "4.6"', 'abv: "146"', "less than or equal to 96"),
        ("    default: pint", "    default: tankard", "served as tankard, which has no size"),
        ("sources:", "sources: [", "is not YAML"),
    ],
)
def test_a_broken_file_is_refused_with_the_place_and_the_remedy(
    tmp_path: Path, find: str, write: str, said: str
) -> None:
    broken = tmp_path / "drinks.yaml"
    broken.write_text(FILE.read_text("utf-8").replace(find, write, 1), "utf-8")
    with pytest.raises(ContentError, match=said):
        load_drinks(broken)


def test_every_note_has_words() -> None:
    words = load_wording(CONTENT / "text", {})
    for said in (
        "a few",
        "4 cans every night between us",
        "2-3 shandies",
        "vodka",
        "2 alcohol free beers",
        "3 bottles",
        "no",
    ):
        read = READER.read(said)
        assert all(words.text(note.key, note.values) for note in (*read.assumed, *read.unread))


def test_the_command_tells_the_total_what_was_assumed_and_the_guideline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "2 pints of stella, a large white wine and a couple of shots"]) == 0
    told = capsys.readouterr().out
    assert "about 10.5 units" in told
    assert "Strength of Stella Artois: 4.6%" in told
    assert "Size of each white wine: 250ml" in told
    assert "14 units a week" in told
    assert main(["units", "10 pints"]) == 0
    assert "This is more than that" in capsys.readouterr().out


def test_the_command_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["units", "330ml", "bottle", "of", "5%", "lager", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "text": "330ml bottle of 5% lager",
        "units": 1.7,
        "drinks": [{"name": "lager", "quantity": 1.0, "ml": 330.0, "abv": 5.0, "units": 1.65}],
        "assumed": [],
        "unread": [],
    }


def test_the_command_line_by_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2 pints of 4% lager\nhello\n\nnothing\n"))
    assert main(["units", "--lines"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["units"] for each in told] == [4.5, None, None, 0.0]


@pytest.mark.parametrize("words", [["units"], ["units", "a pint", "--lines"]])
def test_the_command_needs_something_to_read_once(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "give drinks in words, or --lines" in capsys.readouterr().err
