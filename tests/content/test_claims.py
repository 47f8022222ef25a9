"""Every health claim, threshold and action in the words of the public says where it comes from."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.errors import ContentError
from screening.library import CONTENT, Library, load_library
from screening.questionnaire import Instrument
from screening.script import Screen
from screening.wording import Entry

AMOUNT = (
    r"(?:\b[1-9][\d.]*|\{(?:guideline|week)\}) ?(?:units?|per ?cent|%|hours?|days?|weeks?|months?|mg|micrograms?)\b"
)
THRESHOLD = r"\b[1-9]\d* or (?:more|above|below)\b|\b(?:below|above|under|over) [1-9]\d* (?:is|can|points?|suggest)\b"
HEALTH = (
    r"\brisks?\b|danger|\bharm(?! reduction)|safest|suddenly|cut(?:ting)? down|\b(?:a|had|have) fits?\b|cancer|liver"
    r"|blood pressure|pregnan|overdose|naloxone|opioid|withdrawal|shak[ey]|sweat|\bdepend(?:ence|s? on)\b|poisoning"
    r"|breath|seizure|signs of|do not stop"
)
CLAIM = re.compile("|".join((AMOUNT, THRESHOLD, HEALTH)), re.IGNORECASE)
SHORTEST = 5
"""Words: less is a name or a heading ("increasing risk", "In danger?"), not a statement."""
NAMES = ("instruments.about.", "instruments.band.")
"""What a form asks about and what a band is called; the sources stand in the instrument's own file."""
MEANING_OR_ACTION = re.compile(r"\.(?:means|action)$|\.(?:meaning|flag)\.")

UNVERIFIED = {
    "brain damage and confusion": (r"wernicke|unstead|eye movements", "Unsteady, with odd eye movements"),
    "stopping drugs": (r"(heroin|opioid|benzo|ghb|gbl)[^.]*stop suddenly", "With heroin, do not stop suddenly"),
    "the driving licence": (r"licen[cs]e (is )?(refused|revoked)|controlled drinking", "Your licence is revoked"),
    "medicines": (r"warfarin|antidepressant|metronidazole", "Antidepressants and alcohol do not mix"),
    "cocaine and alcohol": (r"\b2[14] times", "A heart attack is 21 times as likely"),
    "unconfirmed lines": (r"88247|07860|0808 801 0750|\badfam\b|alcohol change", "Text HOPELINE247 on 88247"),
    "solvents": (r"solvent|lighter gas|aerosol", "Aerosols can kill on first use"),
    "opioids after a mix": (r"gabapentin|pregabalin", "Do not mix heroin with pregabalin"),
}
"""What the screening facts mark UNVERIFIED, or say not to use (sections 3.3 and 4): pattern, and a text it finds."""
CONFIRMED_BY = {
    "brain damage and confusion": {"nhs_over_50s"},  # "unsteady" after a drink, not Wernicke's
    "the driving licence": {"G6"},  # the six months and the year; what is longer for dependence stays unsaid
    "medicines": {"O88"},  # metronidazole and tinidazole, named safe to say in section 4.8
    "unconfirmed lines": {"adfam_families", "bead_2015"},  # the charity's own pages; no phone number of it
    "opioids after a mix": {
        "edas_benzos_2020", "gov_gabapentinoids_2019", "sdf_gabapentinoids_2019", "gov_drug_penalties",
    },  # MHRA and Public Health England alerts, read since
}  # fmt: skip
"""Sources found since that state it: an entry that names one of them may say it."""


PRINTS_TO_CHECK = {"dudit": {"q4", "q5", "q6", "q7", "q8", "q9"}}
"""Asked although the labels of their answers were not read in the print (facts 1.8); the points are known."""


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library()


def claims(entry: Entry) -> Iterator[str]:
    """The sentences of an entry that state something; a question states nothing."""
    for message in entry.messages:
        for sentence in re.split(r"(?<=[.!?:])\s|\n", message):
            if CLAIM.search(sentence) and not sentence.endswith("?") and len(sentence.split()) >= SHORTEST:
                yield sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The advice for adults is no more than 14 units a week.",
        "Cutting down fast can be very bad for you.",
        "At your level the risks go up over time.",
        "8 or more points to a problem.",
        "Signs often start 8 to 24 hours after the last drink.",
    ],
)
def test_a_claim_is_known_when_it_is_read(sentence: str) -> None:
    assert list(claims(Entry((sentence,), {}, {}, ()))) == [sentence]


@pytest.mark.parametrize(
    "sentence", ["Are you pregnant or trying for a baby?", "increasing risk", "Type a whole number from 0 to 7."]
)
def test_a_question_a_name_and_an_instruction_are_no_claims(sentence: str) -> None:
    assert list(claims(Entry((sentence,), {}, {}, ()))) == []


def test_every_health_claim_names_a_source(library: Library) -> None:
    unsourced = {
        key: sentence
        for key, entry in library.words.entries().items()
        if not key.startswith(NAMES) and not set(entry.sources) & set(library.sources)
        for sentence in claims(entry)
    }
    assert unsourced == {}


def test_every_meaning_of_a_band_and_every_action_names_a_source(library: Library) -> None:
    entries = library.words.entries().items()
    found = {key: bool(entry.sources) for key, entry in entries if MEANING_OR_ACTION.search(key)}
    assert len(found) >= 4, "the four bands of the AUDIT at least"
    assert [key for key, sourced in found.items() if not sourced] == []


@pytest.mark.parametrize(
    ("name", "pattern", "example"), [(name, *found) for name, found in UNVERIFIED.items()], ids=UNVERIFIED.keys()
)
def test_what_nobody_verified_is_not_said(library: Library, name: str, pattern: str, example: str) -> None:
    unverified = re.compile(pattern, re.IGNORECASE)
    assert unverified.search(example)
    entries = library.words.entries().items()
    said = [
        key
        for key, entry in entries
        if unverified.search(" ".join((*entry.messages, *entry.choices.values())))
        and not CONFIRMED_BY.get(name, set()) & set(entry.sources)
    ]
    assert said == []


def test_no_other_item_that_nobody_verified_is_asked_in_a_journey(library: Library) -> None:
    """Those that are known stand on the list of `signpost check --launch` until their print was read."""
    asked = {
        step.instrument
        for journey in library.latest.values()
        for step in journey.steps.values()
        if isinstance(step, Screen)
    }
    assert asked
    unverified = {name: {item.id for item in library.instrument(name).items if item.unverified} for name in asked}
    assert {name: items for name, items in unverified.items() if items - PRINTS_TO_CHECK.get(name, set())} == {}


def licensed_words(instrument: Instrument) -> dict[str, Any]:
    """What an operator supplies for an instrument, with made-up words."""
    labels = {option.points: f"answer {option.points}" for option in instrument.items[0].options}
    return {
        "instrument": instrument.id,
        "permission": {"granted_by": "The authors", "reference": "a letter", "date": "2026-12-01"},
        "items": {item.id: {"text": f"Question {item.id}", "options": labels} for item in instrument.items},
    }


@pytest.mark.parametrize(
    ("name", "permitted", "said"),
    [("sds", False, "the words of sds need a permission"), ("sadq", True, "sadq is for a clinician to go through")],
)
def test_a_journey_cannot_ask_a_form_without_permission_or_one_for_clinicians(
    library: Library, name: str, permitted: bool, said: str, tmp_path: Path
) -> None:
    """Screening facts 0 (rule 7) and 1.6."""
    content = shutil.copytree(CONTENT, tmp_path / "content")
    journey = content / "journeys" / "check_alcohol.yaml"
    changed = journey.read_text(encoding="utf-8").replace("instrument: audit\n", f"instrument: {name}\n", 1)
    assert f"instrument: {name}\n" in changed
    journey.write_text(changed, encoding="utf-8")
    (tmp_path / "licensed").mkdir()
    if permitted:
        words = yaml.safe_dump(licensed_words(library.instrument(name)))
        (tmp_path / "licensed" / f"{name}.yaml").write_text(words, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load_library(content, licensed=tmp_path / "licensed")
