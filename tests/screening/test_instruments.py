"""The instruments: what is shown, for whom, under which rules, and what an operator's licence changes."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from kit import library

from screening.cutoffs import Person, WrongAge, cutoffs
from screening.errors import ContentError
from screening.files import read_yaml
from screening.instruments import load_instruments, load_not_built
from screening.library import CONTENT, load_library
from screening.questionnaire import Instrument

SHOWN = {"audit", "audit_c", "audit_pc", "fast", "m_sasq", "dudit", "dast_10"}
GATED = {
    "sds", "sds_cannabis", "sds_cocaine", "sds_heroin", "sds_amphetamine", "sds_alcohol", "cudit_r", "sadq", "crafft",
    "s2bi", "assist_lite_tobacco", "assist_lite_alcohol", "assist_lite_cannabis", "assist_lite_stimulants",
    "assist_lite_sedatives", "assist_lite_opioids", "assist_lite_other",
}  # fmt: skip
EVERY = library().instruments.values()


def test_which_instruments_show_their_items_and_which_wait_for_a_licence() -> None:
    assert {each.id for each in EVERY if each.shown} == SHOWN
    assert {each.id for each in EVERY if not each.shown} == GATED


@pytest.mark.parametrize("name", sorted(GATED))
def test_no_word_of_a_licensed_item_is_anywhere(name: str) -> None:
    for item in library().instrument(name).items:
        assert (item.text, [option.label for option in item.options if option.label]) == ("", [])


RANGES = {
    "audit": 40, "audit_c": 12, "audit_pc": 20, "fast": 16, "dudit": 44, "dast_10": 10, "sds": 15, "cudit_r": 32,
    "sadq": 60, "crafft": 6, "assist_lite_alcohol": 4, "assist_lite_opioids": 3,
}  # fmt: skip
"""Fact file, section 1."""


@pytest.mark.parametrize(("name", "most"), RANGES.items())
def test_the_range_of_each_instrument(name: str, most: int) -> None:
    assert library().instrument(name).most == most


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("audit_c", ["q1", "q2", "q3"]),
        ("audit_pc", ["q1", "q2", "q4", "q5", "q10"]),
        ("fast", ["q3", "q5", "q8", "q10"]),
        ("m_sasq", ["q3"]),
    ],
)
def test_the_short_forms_are_items_of_the_audit_word_for_word(name: str, items: list[str]) -> None:
    audit = library().instrument("audit")
    assert list(library().instrument(name).items) == [audit.item(item) for item in items]


def test_the_dudit_keeps_its_layout() -> None:
    dudit = library().instrument("dudit")
    assert len(dudit.items) == 11
    assert dudit.items[0].text == "How often do you use drugs other than alcohol?"
    assert [len(item.options) for item in dudit.items] == [5] * 9 + [3] * 2
    assert "Karolinska" in dudit.attribution


def test_what_nobody_read_is_listed_for_sign_off() -> None:
    """DUDIT items 4 to 9 are shown, and their labels wait for someone to compare them with the print."""
    listed = [where for where, _ in library().instrument("dudit").claims_to_check()]
    assert listed == ["dudit", *(f"dudit.q{number}" for number in range(4, 10))]
    for each in EVERY:
        assert each.shown or each.unverified, each.id


@pytest.mark.parametrize("instrument", EVERY, ids=lambda each: each.id)
def test_every_band_of_every_instrument_is_explained_with_a_source(instrument: Instrument) -> None:
    words = library().words
    for band in instrument.all_bands():
        for part in ("means", "action"):
            entry = words.entry(f"instruments.{instrument.id}.{band}.{part}")
            assert entry.sources, (instrument.id, band, part)


def test_every_flag_and_step_names_a_source() -> None:
    entries = library().words.entries()
    for key, entry in entries.items():
        if key.startswith(("instruments.flag.", "instruments.step.")):
            assert entry.sources, key


def test_staff_are_never_told_to_say_you_have() -> None:
    for key, entry in library().words.entries().items():
        if key.startswith("instruments.") and key != "instruments.how.not_a_diagnosis":
            assert not re.search(r"\byou have\b|\balcoholic\b|\baddict", " ".join(entry.messages), re.I), key


def test_what_is_not_built_says_why() -> None:
    left_out = load_not_built(CONTENT / "not_built.yaml")
    assert "AUDIT-C" in left_out["cage"].reason
    assert not set(left_out) & set(library().instruments)
    for entry in left_out.values():
        assert set(entry.sources) <= set(library().sources)


@pytest.mark.parametrize(
    ("name", "age", "rule"),
    [("audit", None, "adult"), ("audit", 18, "adult"), ("audit", 17, "youth"), ("audit", 13, "youth"),
     ("audit_c", 99, "adult"), ("crafft", 13, "ages_13_to_21"), ("crafft", 21, "ages_13_to_21"),
     ("s2bi", 17, "ages_13_to_17")],
)  # fmt: skip
def test_age_decides_before_anything_is_scored(name: str, age: int | None, rule: str) -> None:
    assert cutoffs(library().instrument(name), Person(age)).age_rule == rule


@pytest.mark.parametrize(
    ("name", "age"), [("crafft", 22), ("crafft", None), ("s2bi", 18), ("dudit", 17), ("audit", 12)]
)
def test_no_cutoff_no_score(name: str, age: int | None) -> None:
    with pytest.raises(WrongAge):
        cutoffs(library().instrument(name), Person(age))


def test_the_audit_does_not_need_sex() -> None:
    """The UK item carries both thresholds in its own text (facts 1.1)."""
    audit = library().instrument("audit")
    assert cutoffs(audit, Person(sex="male")) == cutoffs(audit, Person(sex="female")) == cutoffs(audit, Person())


@pytest.fixture
def licence(tmp_path: Path) -> dict[str, Any]:
    """An operator's file for the SDS, with made-up words."""
    return {
        "instrument": "sds_cocaine",
        "permission": {"granted_by": "The owners", "reference": "letter 12", "date": "2026-11-21"},
        "items": {
            f"q{number}": {"text": f"Question {number}?", "options": {n: f"Answer {n}" for n in range(4)}}
            for number in range(1, 6)
        },
    }


def supplied(tmp_path: Path, document: Any) -> Path:
    """A folder with this file in it."""
    folder = tmp_path / "licensed"
    folder.mkdir(exist_ok=True)
    (folder / "sds_cocaine.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return folder


def test_words_with_a_permission_are_shown_and_score_as_before(tmp_path: Path, licence: dict[str, Any]) -> None:
    loaded = load_library(licensed=supplied(tmp_path, licence))
    instrument, before = loaded.instrument("sds_cocaine"), library().instrument("sds_cocaine")
    assert instrument.shown
    assert instrument.item("q2").text == "Question 2?"
    assert instrument.permission is not None
    assert instrument.permission.reference == "letter 12"
    assert (instrument.bands, instrument.most) == (before.bands, before.most)
    assert not loaded.instrument("sds_heroin").shown


def change(*keys: Any, value: Any = None) -> Callable[[dict[str, Any]], None]:
    """Set what stands at these keys, or remove it."""

    def apply(document: dict[str, Any]) -> None:
        for key in keys[:-1]:
            document = document[key]
        if value is None:
            del document[keys[-1]]
        else:
            document[keys[-1]] = value

    return apply


BAD_LICENCES = {
    "no permission": (change("permission"), r"the whole file: has .*Give instrument, permission, items"),
    "nobody who granted it": (change("permission", "granted_by", value=""), r"permission: .*Say who granted it"),
    "no date": (change("permission", "date"), r"permission: Field required"),
    "a date that is none": (change("permission", "date", value="last May"), r"permission: .*date as 2026-11-21"),
    "an item short": (change("items", "q5"), r"items: are not those of the instrument. Give q1, q2, q3, q4, q5"),
    "an item too many": (change("items", "q6", value={}), r"items: are not those of the instrument"),
    "an option short": (change("items", "q1", "options", 3), r"items.q1: is not whole. Give text, .*0, 1, 2, 3"),
    "an item without text": (change("items", "q1", "text", value=""), r"items.q1: is not whole"),
    "an instrument that is free": (
        change("instrument", value="audit"),
        r"instrument: audit is not an instrument that ",
    ),
    "an instrument there is not": (
        change("instrument", value="tarot"),
        r"instrument: tarot is not .*Use one of .*sadq",
    ),
}


@pytest.mark.parametrize(("breakage", "message"), BAD_LICENCES.values(), ids=BAD_LICENCES.keys())
def test_a_broken_licence_file_stops_the_start(
    tmp_path: Path, licence: dict[str, Any], breakage: Callable[[dict[str, Any]], None], message: str
) -> None:
    breakage(licence)
    with pytest.raises(ContentError) as refused:
        load_library(licensed=supplied(tmp_path, licence))
    assert re.search(rf"sds_cocaine\.yaml: {message}", str(refused.value)), str(refused.value)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to change."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def edit(content: Path, path: str, breakage: Callable[[dict[str, Any]], None]) -> None:
    document = read_yaml(content / path)
    breakage(document)
    (content / path).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


@pytest.mark.parametrize(("name", "problem"), [("sds", "need a permission"), ("sadq", "is for a clinician")])
def test_a_journey_asks_nothing_that_it_may_not(content: Path, name: str, problem: str) -> None:
    edit(content, "journeys/check_alcohol.yaml", change("steps", "audit", "instrument", value=name))
    with pytest.raises(ContentError, match=f"step audit: .*{problem}"):
        load_library(content)


BAD_INSTRUMENTS = {
    "a variant with a gap": (
        "audit", change("variants", 0, "bands", 1, "least", value=8),
        r"audit.yaml: the whole file: .*variant youth: band dependence_flag starts at 8, expected 7",
    ),
    "a variant for nobody": (
        "audit", change("variants", 0, "ages"), r"audit.yaml: variants.0: .*variant youth: give either ages or sex",
    ),
    "a variant without a source": ("audit", change("variants", 0, "sources", value=[]), "variants.0.sources"),
    "flags nobody wrote": ("fast", change("flags", value="stars"), "fast.yaml: flags: stars is not known"),
    "blanks nobody wrote": ("audit", change("blanks", value="all"), "blanks: all is not known. Use one of"),
    "a band rule nobody wrote": ("dast_10", change("band_rule", value="x"), r"dast_10.yaml: band_rule: x is not known"),
    "verbatim without words": (
        "dudit", change("items", 0, "text"), r"dudit.yaml: the whole file: .*a verbatim instrument prints every item",
    ),
    "one option": (
        "sds", change("items", 0, "options", value=[{"points": 0}]), r"sds.yaml: items.0: .*give two or more options",
    ),
    "like nothing there is": ("sds_heroin", change("like", value="oracle"), "like: there is no instrument oracle"),
    "another name than its file": ("cudit_r", change("id", value="cudit"), "cudit_r.yaml: id: is cudit. Give file"),
    "a band without words": (
        "cudit_r", change("bands", 1, "id", value="oops"), r"instruments.yaml: instruments.band.oops: has no words",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "breakage", "message"), BAD_INSTRUMENTS.values(), ids=BAD_INSTRUMENTS.keys())
def test_a_broken_instrument_stops_the_start(
    content: Path, name: str, breakage: Callable[[dict[str, Any]], None], message: str
) -> None:
    edit(content, f"instruments/{name}.yaml", breakage)
    with pytest.raises(ContentError) as refused:
        load_library(content)
    assert re.search(message, str(refused.value), re.DOTALL), str(refused.value)


def test_an_instrument_takes_what_it_does_not_say_from_another() -> None:
    loaded = load_instruments(CONTENT / "instruments")
    assert loaded["sds_cocaine"].items == loaded["sds"].items
    assert loaded["sds_cocaine"].bands != loaded["sds"].bands
    assert loaded["assist_lite_alcohol"].rights == loaded["assist_lite_tobacco"].rights
