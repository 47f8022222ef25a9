"""A results code gives back what went in, and a slip in it is always noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kit import library

from screening.results_code import ALPHABET, INSTRUMENTS, Kept, mistyped, read, stored, written
from screening.understanding.normalise import words

MONTH = st.builds("{}-{:02}".format, st.integers(2026, 2110), st.integers(1, 12))
KEPT = st.builds(Kept, st.sampled_from(INSTRUMENTS), st.integers(0, 63), MONTH)
PLACE = st.integers(0, 7)


@given(KEPT)
def test_what_went_in_comes_out(kept: Kept) -> None:
    assert read(written(kept)) == kept
    assert stored(str(kept)) == kept


def test_a_code_that_somebody_kept_means_the_same_for_ever() -> None:
    """People have it on paper: this line is never to change."""
    assert read("29PS-EQ3W") == Kept("audit", 14, "2026-03")
    assert str(read("29PS-EQ3W")) == "audit:14:2026-03"


@pytest.mark.parametrize("typed", ["29PS-EQ3W", "29ps eq3w", " 29pseq3w ", "29PS–EQ3W", "29ps-eq3w."])
def test_it_is_read_however_it_is_typed(typed: str) -> None:
    assert read(typed) == Kept("audit", 14, "2026-03")


@given(KEPT)
def test_it_is_eight_characters_that_are_not_mistaken_and_starts_with_digits(kept: Kept) -> None:
    code = written(kept).replace("-", "")
    assert len(code) == 8
    assert not set(code) & set("01OIL")
    assert code[:2].isdigit()


@given(KEPT, PLACE)
def test_any_wrong_character_is_noticed(kept: Kept, place: int) -> None:
    code = written(kept).replace("-", "")
    for character in {*ALPHABET, *"01OIL"} - {code[place]}:
        slip = code[:place] + character + code[place + 1 :]
        assert read(slip) is None
        assert mistyped(slip)


@given(KEPT)
def test_any_two_neighbours_that_changed_places_are_noticed(kept: Kept) -> None:
    code = written(kept).replace("-", "")
    for place in range(7):
        slip = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if slip != code:
            assert read(slip) is None
            assert mistyped(slip)


@given(KEPT, PLACE, PLACE, st.sampled_from(ALPHABET), st.sampled_from(ALPHABET))
def test_two_wrong_characters_are_never_another_result(kept: Kept, one: int, two: int, first: str, second: str) -> None:
    code = list(written(kept).replace("-", ""))
    code[one], code[two] = first, second
    assert read("".join(code)) in (None, kept)


@pytest.mark.parametrize(
    "text",
    ["", "menu", "everyday", "2bottles", "2glasses", "100units", "half-pint", "part time", "CT9 1AA", "ME10 2AB",
     "ME102AB", "21112026", "21 11 2026", "07700 900123", "2-4 times", "x" * 5000, "٣٣٣٣٣٣٣٣", "29PS-EQ3W please",
     "29PS-EQ3"],
)  # fmt: skip
def test_other_messages_are_no_code_and_no_slip(text: str) -> None:
    assert read(text) is None
    assert not mistyped(text)


def test_no_answer_and_no_command_is_taken_for_a_code() -> None:
    content = library()
    labels = [option.label for each in content.instruments.values() for item in each.items for option in item.options]
    labels += [label for entry in content.words.entries().values() for label in entry.choices.values()]
    said = [*labels, *(" ".join(phrase) for phrase in content.commands.phrases)]
    assert len(said) > 300
    taken = [text for text in (*said, *("".join(words(text)) for text in said)) if read(text) or mistyped(text)]
    assert taken == []


@pytest.mark.parametrize(
    "kept",
    [
        Kept("audit", 14, "2025-12"),
        Kept("audit", 14, "2111-01"),
        Kept("fast", 3, "2026-03"),
        Kept("audit", 64, "2026-03"),
    ],
)
def test_what_no_code_can_hold_is_refused(kept: Kept) -> None:
    with pytest.raises(ValueError, match="no code holds"):
        written(kept)


def test_every_total_of_every_instrument_has_a_code() -> None:
    for name in INSTRUMENTS:
        assert written(Kept(name, library().instrument(name).most, "2026-01"))
