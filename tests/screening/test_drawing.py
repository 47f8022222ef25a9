"""Journeys drawn for a clinical lead: everything that can happen is on the picture."""

import re

import pytest
from kit import library

from screening.drawing import drawing
from screening.script import targets


@pytest.mark.parametrize("name", sorted(library().latest))
def test_every_step_and_every_way_is_drawn(name: str) -> None:
    journey = library().latest[name]
    lines = drawing(library(), journey).splitlines()
    assert lines[0] == "flowchart TD"
    boxes = {match.group(1) for line in lines if (match := re.match(r"    s_(\w+)[\[({]", line))}
    arrows = {match.groups() for line in lines if (match := re.match(r"    s_(\w+) -->(?:\|.*\|)? s_(\w+)$", line))}
    assert boxes == set(journey.steps)
    assert arrows == {(step, target) for step, each in journey.steps.items() for target in targets(each)}
    assert len(lines) == 1 + len(boxes) + sum("->" in line for line in lines)


def test_the_ways_out_of_a_question_are_drawn() -> None:
    drawn = drawing(library(), library().latest["brief_advice"])
    assert "    s_goal -.->|enough| s_enough" in drawn and "    s_goal -.->|unsafe| s_not_safe" in drawn


def test_a_way_is_labelled_with_the_answer_or_outcome_that_takes_it() -> None:
    drawn = drawing(library(), library().latest["check_alcohol"])
    assert "    s_advice -->|dependence| s_dependence" in drawn
    assert "    s_offer -->|no| s_no_thanks" in drawn
    assert '    s_advice{{"advice: advice"}}' in drawn
    assert '    s_audit[["audit: audit"]]' in drawn


def test_words_cannot_break_the_picture() -> None:
    for journey in library().latest.values():
        for line in drawing(library(), journey).splitlines()[1:]:
            assert line.count('"') in (0, 2), line
