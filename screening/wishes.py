"""What each thing a person can ask for leads to: content/wishes.yaml, checked against everything it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, get_args

from pydantic import ValidationError, model_validator

from screening.errors import ContentError
from screening.files import read_yaml
from screening.knowledge import Knowledge
from screening.needs import NOT_MET
from screening.questionnaire import Frozen
from screening.script import Ask, Journey
from screening.understanding.commands import Command
from screening.understanding.intents import Intent
from screening.wording import Wording

INTENTS: tuple[Intent, ...] = get_args(Intent)
OFFER, OFFER_ANEW, TOLD, TOLD_AND = "wishes.offer", "wishes.offer_anew", "wishes.told", "wishes.told_and"
OFFERS: Mapping[str, tuple[str, ...]] = {
    OFFER: ("do", "carry_on"),
    OFFER_ANEW: ("do", "carry_on"),
    TOLD: ("carry_on", "other"),
    TOLD_AND: ("do", "carry_on", "other"),
}
"""Each kind of offer, by the key of its words, and what can be answered to it."""


class Wish(Frozen):
    """What an intent leads to; the parts that are there happen in this order.

    `about`: an article is told, the one that fits the words best, or else this one; "any" where only a fitting one
    will do. `tell`: the words `wishes.<intent>.tell`. Then one of: `menu`, choices of the menu, the best first, with
    `needs`, what is looked for there in the directory's tags, and `audience`, whose talk it has to be before that;
    `command`, one of the words that work everywhere.
    """

    about: str | None = None
    tell: bool = False
    menu: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    audience: Literal["family", "professional"] | None = None
    command: Command | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "Wish":
        if not (self.about or self.tell or self.menu or self.command):
            raise ValueError("leads nowhere: give about, tell, menu or command")
        if self.needs and not self.menu:
            raise ValueError("has needs and no menu: give the choice that looks for them")
        if self.command and (self.menu or self.audience):
            raise ValueError("has a command beside a menu or audience: keep one")
        return self


Wishes = Mapping[str, Wish]


def load_wishes(path: Path, menu: Journey, knowledge: Knowledge, words: Wording) -> Wishes:
    """Read wishes.yaml. Raises ContentError for an intent without a wish, or a wish for something that is not there."""
    documents = read_yaml(path)
    for intent in sorted(set(INTENTS) ^ set(documents)):
        problem = "has no entry" if intent in INTENTS else "is no intent"
        raise ContentError(path.name, intent, problem, "Give each intent of the list one entry")
    wishes: dict[str, Wish] = {intent: _wish(path.name, intent, documents[intent]) for intent in INTENTS}
    for intent, wish in wishes.items():
        for problem, remedy in _problems(intent, wish, menu, knowledge, words):
            raise ContentError(path.name, intent, problem, remedy)
    return wishes


def _wish(file: str, intent: str, document: object) -> Wish:
    try:
        return Wish.model_validate(document)
    except ValidationError as error:
        raise ContentError(file, intent, error.errors()[0]["msg"], "Compare with another entry") from error


def _problems(
    intent: str, wish: Wish, menu: Journey, knowledge: Knowledge, words: Wording
) -> Iterator[tuple[str, str]]:
    offered = {choice for step in menu.steps.values() if isinstance(step, Ask) for choice in step.choices}
    for choice in set(wish.menu) - offered:
        yield f"{choice} is not a choice of the menu", f"Use one of {', '.join(sorted(offered))}"
    for need in set(wish.needs) - set(words.entry(NOT_MET).choices):
        yield f"{need} has no label", f"Write it among the choices of {NOT_MET}, or use one of them"
    if wish.about not in (None, "any", *knowledge.articles):
        yield f"there is no article {wish.about}", "Write it or correct the id"
    wanted = {"tell"} if wish.tell else set[str]()
    if wish.menu or wish.command:
        wanted.add("name")
    for part in sorted(wanted):
        if f"wishes.{intent}.{part}" not in words:
            yield f"wishes.{intent}.{part} has no words", "Write them in text/en/wishes.yaml"
