"""Answers in a person's own words become the option they mean, a question back, or nothing: never a silent guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.understanding.reading import Chosen, Option, OutOfRange, Reading, Unsure, read_choice, read_number


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(label, label) for label in labels)


FREQUENCY = options("Never", "Less than monthly", "Monthly", "Weekly", "Daily or almost daily")
HOW_OFTEN = options(
    "Never", "Monthly or less", "2 to 4 times per month", "2 to 3 times per week", "4 or more times per week"
)
UNITS = options("1 to 2", "3 to 4", "5 to 6", "7 to 9", "10 or more")
EVER = options("No", "Yes, but not in the last year", "Yes, during the last year")
AGES = options(
    "Under 13", "13 to 15", "16 to 17", "18 to 24", "25 to 29", "30 to 39", "40 to 49", "50 to 64", "65 or over"
)
WHO = (Option("self", "Me", ("myself", "for me")), Option("other", "Someone I'm worried about", ("my son", "a friend")))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("option 2", "Less than monthly"),
        ("number two", "Less than monthly"),
        ("no. 2", "Less than monthly"),
        ("the second one", "Less than monthly"),
        ("3rd", "Monthly"),
        ("third one please", "Monthly"),
        ("the last one", "Daily or almost daily"),
        ("daily", "Daily or almost daily"),
        ("almost daily", "Daily or almost daily"),
        ("DAILY OR ALMOST DAILY!!", "Daily or almost daily"),
        ("weekly", "Weekly"),
        ("weeeekly", "Weekly"),
        ("probably weekly tbh", "Weekly"),
        ("wekly", "Weekly"),
        ("weekyl", "Weekly"),
        ("monthly", "Monthly"),
        ("less than monthly", "Less than monthly"),
        ("never", "Never"),
        ("nope never", "Never"),
        ("naaah never", "Never"),
        ("nevr", "Never"),
    ],
)
def test_a_frequency_in_words_or_by_number(text: str, label: str) -> None:
    assert read_choice(FREQUENCY, text) == Chosen(label)


@pytest.mark.parametrize("text", ["2", "2.", "two"])
def test_a_bare_number_is_an_option_only_where_numbers_are_shown(text: str) -> None:
    """Twice a week, or the second answer? Asked, unless the answers carry numbers."""
    assert read_choice(FREQUENCY, text) == Unsure(("Less than monthly",))
    assert read_choice(FREQUENCY, text, numbered=True) == Chosen("Less than monthly")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2-4 times a month", "2 to 4 times per month"),
        ("2 – 3 times a week", "2 to 3 times per week"),
        ("4+ times a week", "4 or more times per week"),
        ("monthly or less", "Monthly or less"),
        ("4 or more", "4 or more times per week"),
    ],
)
def test_a_label_with_numbers_in_it(text: str, label: str) -> None:
    assert read_choice(HOW_OFTEN, text) == Chosen(label)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("1", Chosen("1 to 2")),
        ("2", Unsure(("1 to 2", "3 to 4"))),
        ("3", Unsure(("3 to 4", "5 to 6"))),
        ("three", Unsure(("3 to 4", "5 to 6"))),
        ("4", Unsure(("3 to 4", "7 to 9"))),
        ("5", Unsure(("5 to 6", "10 or more"))),
        ("6", Chosen("5 to 6")),
        ("9", Chosen("7 to 9")),
        ("10+", Chosen("10 or more")),
        ("25", Chosen("10 or more")),
        ("3 units", Chosen("3 to 4")),
        ("about 8 units", Chosen("7 to 9")),
        ("8ish", Chosen("7 to 9")),
        ("7-9", Chosen("7 to 9")),
        ("more than 10", Chosen("10 or more")),
        ("6 to 7", Unsure(("5 to 6", "7 to 9"))),
        ("option 3", Chosen("5 to 6")),
        ("third one", Chosen("5 to 6")),
        ("0", None),
        ("2.5", None),
        ("3 pints", None),
        ("3 large glasses of wine", None),
    ],
)
def test_an_amount_and_the_number_of_an_option_are_told_apart(text: str, reading: Reading) -> None:
    assert read_choice(UNITS, text, quantity=True) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("no", Chosen("No")),
        ("nah", Chosen("No")),
        ("n", Chosen("No")),
        ("yes", Unsure(("Yes, but not in the last year", "Yes, during the last year"))),
        ("yeah", Unsure(("Yes, but not in the last year", "Yes, during the last year"))),
        ("Yes, but not in the last year", Chosen("Yes, but not in the last year")),
        ("yes not last year", Chosen("Yes, but not in the last year")),
        ("yeah during last year", Chosen("Yes, during the last year")),
        ("dunno", None),
    ],
)
def test_yes_and_no_with_and_without_a_time(text: str, reading: Reading) -> None:
    assert read_choice(EVER, text) == reading


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("12", "Under 13"),
        ("i'm 34", "30 to 39"),
        ("22", "18 to 24"),
        ("70", "65 or over"),
        ("65+", "65 or over"),
        ("18-24", "18 to 24"),
    ],
)
def test_an_age_finds_its_band(text: str, label: str) -> None:
    assert read_choice(AGES, text, quantity=True) == Chosen(label)


@pytest.mark.parametrize(
    ("text", "value"), [("me", "self"), ("for me", "self"), ("it's about my son", "other"), ("a friend", "other")]
)
def test_other_words_of_an_option_mean_it_too(text: str, value: str) -> None:
    assert read_choice(WHO, text) == Chosen(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "not daily",
        "not never",
        "i dont drink weekly",
        "never mind",
        "ever",
        "7",
        "-1",
        "2.5",
        "dunno",
        "the one",
        "pick one",
        "or",
        "maybe",
        "%",
        "I used to drink every day when I was younger but then I met my wife and everything slowly got better " * 3,
    ],
)
def test_what_cannot_be_an_answer_is_not_made_one(text: str) -> None:
    assert read_choice(FREQUENCY, text) is None


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("weekly or monthly", ("Monthly", "Weekly")),
        ("no", ("Never",)),
        ("less", ("Less than monthly",)),
    ],
)
def test_what_could_be_an_answer_is_asked_about(text: str, values: tuple[str, ...]) -> None:
    assert read_choice(FREQUENCY, text) == Unsure(values)


@pytest.mark.parametrize(
    ("text", "monthly_to_daily", "how_often"),
    [
        ("most nights", "Daily or almost daily", "4 or more times per week"),
        ("5 nights out of 7", "Daily or almost daily", "4 or more times per week"),
        ("monday to friday", "Daily or almost daily", "4 or more times per week"),
        ("fridays", "Weekly", "2 to 4 times per month"),
        ("every month", "Monthly", "Monthly or less"),
        ("every couple of months", "Less than monthly", "Monthly or less"),
        ("once in a blue moon", "Less than monthly", "Monthly or less"),
        ("only at christmas", "Less than monthly", "Monthly or less"),
        ("not once", "Never", "Never"),
    ],
)
def test_a_rate_in_ordinary_words_fits_by_the_labels_own_rates(
    text: str, monthly_to_daily: str, how_often: str
) -> None:
    assert read_choice(FREQUENCY, text) == Chosen(monthly_to_daily)
    assert read_choice(HOW_OFTEN, text) == Chosen(how_often)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("every weekend", ("2 to 3 times per week", "2 to 4 times per month")),
        ("once or twice a week", ("2 to 3 times per week", "2 to 4 times per month")),
        ("every other day", ("4 or more times per week", "2 to 3 times per week")),
        ("3 or 4 times a week", ("4 or more times per week", "2 to 3 times per week")),
        ("once in the week and once at the weekend", ("2 to 4 times per month", "2 to 3 times per week")),
        ("daily, well more like weekly", ("2 to 4 times per month", "4 or more times per week")),
    ],
)
def test_a_rate_between_options_or_in_two_of_them_is_asked_about(text: str, labels: tuple[str, ...]) -> None:
    reading = read_choice(HOW_OFTEN, text)
    assert isinstance(reading, Unsure) and set(reading.values) == set(labels)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("just the one", Chosen("1 to 2")),
        ("2 please", Unsure(("1 to 2", "3 to 4"))),
        ("bottom one", Chosen("10 or more")),
        ("the middle one", Chosen("5 to 6")),
        ("option b", Unsure(("3 to 4",))),
        ("10 a year", None),
        ("1990", None),
        ("double figures", Chosen("10 or more")),
        ("lost count", Unsure(("10 or more",))),
        ("half a dozen", Chosen("5 to 6")),
        ("twenty five", Chosen("10 or more")),
        ("8 but sometimes 12", Unsure(("7 to 9", "10 or more"))),
        ("not 10, more like 3", None),
    ],
)
def test_amounts_and_pointing_in_words(text: str, reading: Reading) -> None:
    assert read_choice(UNITS, text, quantity=True) == reading


@pytest.mark.parametrize(("text", "label"), [("👍", "Yes"), ("👎🏽", "No"), ("yep 👍", "Yes"), ("no thanks", "No")])
def test_a_thumb_answers_yes_or_no_where_there_are_no_words(text: str, label: str) -> None:
    assert read_choice(options("Yes", "No"), text) == Chosen(label)


@pytest.mark.parametrize("text", ["no idea", "no problem", "never mind", "👍👎"])
def test_what_only_looks_like_yes_or_no_is_neither(text: str) -> None:
    assert not isinstance(read_choice(options("Yes", "No"), text), Chosen)


@given(st.sampled_from([FREQUENCY, HOW_OFTEN, UNITS, EVER, AGES]), st.data())
def test_every_label_typed_as_shown_is_chosen(shown: tuple[Option, ...], data: st.DataObject) -> None:
    option = data.draw(st.sampled_from(shown))
    change = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    ending = data.draw(st.sampled_from(["", ".", "!!", " 🙂", "  "]))
    quantity = shown in (UNITS, AGES)
    assert read_choice(shown, change(option.label) + ending, quantity) == Chosen(option.value)


@given(st.sampled_from([FREQUENCY, HOW_OFTEN, UNITS, EVER]), st.text(max_size=80), st.booleans())
def test_anything_typed_gives_an_option_a_question_or_nothing(
    shown: tuple[Option, ...], text: str, quantity: bool
) -> None:
    values = {option.value for option in shown}
    match read_choice(shown, text, quantity):
        case Chosen(value):
            assert value in values
        case Unsure(candidates):
            assert candidates and set(candidates) <= values
        case nothing:
            assert nothing is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", 10),
        ("ten", 10),
        ("about 10", 10),
        ("10ish", 10),
        ("ten or so", 10),
        ("10 units", 10),
        ("I'm 34", 34),
        ("zero", 0),
        ("٣", 3),
        ("10-12", None),
        ("10 or 12", None),
        ("2.5", None),
        ("1/2", None),
        ("5%", None),
        ("£5", None),
        ("5 pints", None),
        ("no idea", None),
        ("", None),
        ("more than 10", None),
        ("-3", OutOfRange()),
        ("minus 3", OutOfRange()),
        ("51", OutOfRange()),
        ("1,000", OutOfRange()),
        ("9" * 5000, OutOfRange()),
    ],
)
def test_a_whole_number_is_read_or_not_at_all(text: str, number: int | OutOfRange | None) -> None:
    assert read_number(text, 0, 50) == number


@given(st.integers(0, 10_000))
def test_every_whole_number_in_range_is_read_as_typed(number: int) -> None:
    assert read_number(str(number), 0, 10_000) == number
