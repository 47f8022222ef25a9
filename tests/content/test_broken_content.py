"""A mistake in the content is found when it is loaded, and said with file, place and remedy."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from screening.errors import ContentError
from screening.library import CONTENT, load_library


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the shipped content, to break."""
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def edited(path: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    """Change the document of a file."""

    def breakage(content: Path) -> None:
        document = yaml.safe_load((content / path).read_text(encoding="utf-8"))
        change(document)
        (content / path).write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")

    return breakage


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    """Change the text of a file."""

    def breakage(content: Path) -> None:
        text = (content / path).read_text(encoding="utf-8")
        assert old in text
        (content / path).write_text(text.replace(old, new, 1), encoding="utf-8")

    return breakage


def put(*keys: str | int, value: Any) -> Callable[[Any], None]:
    """Set what stands at these keys of a document."""

    def change(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        document[keys[-1]] = value

    return change


def drop(*keys: str | int) -> Callable[[Any], None]:
    """Remove what stands at these keys of a document."""

    def change(document: Any) -> None:
        for key in keys[:-1]:
            document = document[key]
        del document[keys[-1]]

    return change


CHECK, BRIEF, WORDS = "journeys/check_alcohol.yaml", "journeys/brief_advice.yaml", "text/en/check_alcohol.yaml"
BROKEN = {
    "a route to a step that is not there": (
        edited(CHECK, put("steps", "never", "next", value="the_end")),
        r"check_alcohol.yaml: step never: goes to the_end, which is not a step. Write that step",
    ),
    "a start that is not there": (
        edited(CHECK, put("start", value="begin")),
        r"check_alcohol.yaml: start: there is no step begin. Name a step",
    ),
    "a step nothing leads to": (
        edited(CHECK, put("steps", "lost", value={"kind": "end"})),
        r"check_alcohol.yaml: step lost: nothing leads to it. Route to it or remove it",
    ),
    "a rule nobody wrote": (
        edited(CHECK, put("steps", "advice", "rule", value="horoscope")),
        r"check_alcohol.yaml: step advice: rule horoscope is not known. Use one of advice, age_group",
    ),
    "an outcome without a route": (
        edited(CHECK, drop("steps", "advice", "routes", "cannot_tell")),
        r"check_alcohol.yaml: step advice: routes do not match the outcomes of advice. Route exactly .*cannot_tell",
    ),
    "a route for an outcome that cannot be": (
        edited(CHECK, put("steps", "advice", "routes", "sunny", value="end")),
        r"check_alcohol.yaml: step advice: routes do not match",
    ),
    "a route for a choice that is not offered": (
        edited(BRIEF, put("steps", "welcome", "routes", "fly", value="end")),
        r"brief_advice.yaml: step welcome: routes fly, which is not one of its choices",
    ),
    "a choice that leads nowhere": (
        edited(BRIEF, drop("steps", "welcome", "routes", "no")),
        r"brief_advice.yaml: step welcome: some choices lead nowhere. Route every choice, or give `next`",
    ),
    "a skip that leads nowhere": (
        edited(BRIEF, put("steps", "welcome", "skip", value=True)),
        r"brief_advice.yaml: step welcome: a skipped question leads nowhere. Give `next`",
    ),
    "choices and a number": (
        edited(CHECK, put("steps", "days", "choices", value=["one"])),
        r"check_alcohol.yaml: step days: has to have either choices or a number",
    ),
    "an area without a way on": (
        edited("journeys/find_help.yaml", drop("steps", "place", "routes", "outside")),
        r"find_help.yaml: step place: routes are not complete. Route exactly declined, one, outside",
    ),
    "an instrument nobody wrote": (
        edited(CHECK, put("steps", "audit", "instrument", value="tarot")),
        r"check_alcohol.yaml: step audit: instrument tarot is not known. Use one of .*audit, audit_c",
    ),
    "a values function nobody wrote": (
        edited(CHECK, put("steps", "result", "values", value="stars")),
        r"check_alcohol.yaml: step result: values stars is not known. Use one of",
    ),
    "a journey nobody wrote": (
        edited(CHECK, put("steps", "brief", "journey", value="moon")),
        r"check_alcohol.yaml: step brief: journey moon is not known. Use one of",
    ),
    "a kind of step there is not": (
        edited(CHECK, put("steps", "never", "kind", value="dance")),
        r"check_alcohol.yaml: steps.never: .*dance",
    ),
    "a field there is not": (
        edited(CHECK, put("steps", "never", "colour", value="blue")),
        r"check_alcohol.yaml: steps.never.say.colour: Extra inputs are not permitted",
    ),
    "a journey under another name": (
        edited(CHECK, put("journey", value="check")),
        r"check_alcohol.yaml: journey: is called check. Give file and journey the same name",
    ),
    "`yes` without quotes": (
        replaced(CHECK, 'choices: ["yes", "no"]', "choices: [yes, no]"),
        r"check_alcohol.yaml: steps.pregnancy.ask.choices.0: Input should be a valid string",
    ),
    "`no` without quotes among the words": (
        replaced(WORDS, '"no": [never]', '"no": [no]'),
        r"check_alcohol.yaml: check_alcohol.shakes: a word is read as true, false or a number. Put it in quotes",
    ),
    "a step without words": (
        edited(WORDS, drop("never")),
        r"text/en/check_alcohol.yaml: check_alcohol.never: has no words. Write check_alcohol.never",
    ),
    "empty words": (
        edited(WORDS, put("never", "text", value="  ")),
        r"check_alcohol.yaml: check_alcohol.never: not words",
    ),
    "a choice without a label": (
        edited(WORDS, drop("shakes", "choices", "not_sure")),
        r"text/en/check_alcohol.yaml: check_alcohol.shakes: labels are for .* Write labels for exactly .*not_sure",
    ),
    "a placeholder nothing fills": (
        edited(WORDS, put("never", "text", value="You drank {bottles}.")),
        r"text/en/check_alcohol.yaml: check_alcohol.never: no value for \['bottles'\]. Use helplines only",
    ),
    "a part of an entry there is not": (
        edited(WORDS, put("never", "colour", value="blue")),
        r"check_alcohol.yaml: check_alcohol.never: not words. Write a text",
    ),
    "a source nobody listed": (
        edited(WORDS, put("never", "sources", value=["X99"])),
        r"text/en/check_alcohol.yaml: check_alcohol.never: source X99 is not in sources.yaml. Add it there",
    ),
    "an instrument with an unlisted source": (
        edited("instruments/audit.yaml", put("sources", value=["X99"])),
        r"instruments/audit.yaml: sources: source X99 is not in sources.yaml",
    ),
    "band edges with a gap": (
        replaced("instruments/audit.yaml", "{id: increasing, least: 8", "{id: increasing, least: 9"),
        r"audit.yaml: the whole file: .*band increasing starts at 9, expected 8",
    ),
    "bands that end too soon": (
        replaced("instruments/audit.yaml", "least: 20, most: 40", "least: 20, most: 36"),
        r"audit.yaml: the whole file: .*the bands end at 36, the highest total is 40",
    ),
    "two options with the same points": (
        replaced("instruments/audit.yaml", "{points: 2, label: 5 to 6}", "{points: 1, label: 5 to 6}"),
        r"audit.yaml: items.1: .*two options score the same points",
    ),
    "items borrowed from nowhere": (
        replaced("instruments/audit_c.yaml", "from: audit,", "from: oracle,"),
        r"audit_c.yaml: items.from: there is no instrument oracle",
    ),
    "an instrument without items": (
        edited("instruments/audit.yaml", drop("items")),
        r"audit.yaml: items: Field required",
    ),
    "an instrument without an id": (
        edited("instruments/audit.yaml", drop("id")),
        r"audit.yaml: id: Field required",
    ),
    "an order of items nobody wrote": (
        edited("instruments/audit.yaml", put("order", value="backwards")),
        r"audit.yaml: order: backwards is not known. Use one of audit_two_stage, ",
    ),
    "a number without a source": (
        edited("contacts.yaml", drop("samaritans", "source")),
        r"contacts.yaml: samaritans: a contact without number, source or date",
    ),
    "a journey that is not YAML": (
        replaced(CHECK, "start: intro", "start: [intro"),
        r"check_alcohol.yaml: line \d+: is not YAML. Mend the indentation, quotes or colon",
    ),
    "words that are not YAML": (
        replaced(WORDS, "never:", "never: a: b:"),
        r"check_alcohol.yaml: line \d+: is not YAML",
    ),
    "safety rules that are not YAML": (
        replaced("safety.yaml", "order:", "order: ["),
        r"safety.yaml: .*",
    ),
    "an empty file": (
        lambda content: (content / WORDS).write_text("", encoding="utf-8"),
        r"check_alcohol.yaml: the file: is empty or a list",
    ),
    "a stage of the EBI guide without a purpose": (
        edited("ebi/stages.yaml", drop("stages", 0, "purpose")),
        r"ebi/stages.yaml: stages.0.purpose: Field required. Compare with another entry",
    ),
    "a stage of the EBI guide with a source nobody listed": (
        edited("ebi/stages.yaml", put("stages", 0, "sources", value=["X99"])),
        r"ebi: ebi_guide.engage.title: source X99 is not in sources.yaml",
    ),
    "an item of the EBI checklist without a source": (
        edited("ebi/stages.yaml", drop("stages", 0, "fidelity", 0, "source")),
        r"ebi/stages.yaml: stages.0.fidelity.0.source: Field required",
    ),
    "an item of the EBI checklist twice": (
        edited("ebi/stages.yaml", put("stages", 0, "fidelity", 0, "id", value="privacy")),
        r"ebi/stages.yaml: fidelity: privacy is there twice",
    ),
    "an EBI guide that asks no score": (
        edited("ebi/stages.yaml", put("stages", 1, "fields", value=["safety"])),
        r"ebi/stages.yaml: fields: no stage asks for score",
    ),
    "a red flag that is missing": (
        edited("ebi/flags.yaml", drop("flags", 3)),
        r"ebi/flags.yaml: flags: suicide is not there. Write what staff do",
    ),
    "a red flag without its emergency words": (
        edited("ebi/flags.yaml", put("flags", 0, "card", value="safety.nothing")),
        r"ebi/flags.yaml: withdrawal: card safety.nothing has no words",
    ),
    "fewer than three clients to practise with": (
        edited("ebi/practice.yaml", lambda document: document.update(clients=document["clients"][:2])),
        r"ebi/practice.yaml: clients: there are fewer than 3",
    ),
    "a client who is silent in a stage": (
        edited("ebi/practice.yaml", drop("clients", 0, "says", "plan")),
        r"ebi/practice.yaml: dee: says does not fit the stages: \['plan'\]",
    ),
    "a client with an answer that the AUDIT does not allow": (
        edited("ebi/practice.yaml", put("clients", 0, "audit", "q9", value=1)),
        r"ebi/practice.yaml: dee: audit has no answer to q9 that it allows",
    ),
    "a pick of the plan without words": (
        edited("text/en/ebi_plan.yaml", drop("tips", "choices", "food")),
        r"text/en/ebi_plan.yaml: ebi_plan.tips: labels are for",
    ),
    "a list where names belong": (
        lambda content: (content / WORDS).write_text("- one\n- two\n", encoding="utf-8"),
        r"check_alcohol.yaml: the file: is empty or a list. Write names, each with its value",
    ),
    "a file that is not UTF-8": (
        lambda content: (content / WORDS).write_bytes(b"never: caf\xe9\n"),
        r"check_alcohol.yaml: byte 10: is not UTF-8",
    ),
}


@pytest.mark.parametrize(("breakage", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_content_is_refused_with_file_place_and_remedy(
    content: Path, breakage: Callable[[Path], Any], message: str
) -> None:
    breakage(content)
    with pytest.raises(ContentError) as refused:
        load_library(content)
    assert re.search(message, str(refused.value), re.DOTALL), str(refused.value)
    assert refused.value.remedy
    assert str(content) not in str(refused.value)


def test_the_copy_is_whole_before_it_is_broken(content: Path) -> None:
    assert load_library(content).latest


def test_a_name_too_long_for_a_button_is_refused(content: Path) -> None:
    """Telegram allows 64 bytes for the data of a button."""
    long = "a_goal_with_a_name_that_goes_on_and_on_for_far_too_long"
    edited("journeys/brief_advice.yaml", lambda d: d["steps"]["goal"]["choices"].append(long))(content)
    edited("text/en/brief_advice.yaml", lambda d: d["goal"]["choices"].update({long: "A goal"}))(content)
    with pytest.raises(ContentError, match="too long for Telegram"):
        load_library(content)
