"""Whole talks in a language that nobody speaks: no word that is shown comes from anywhere but the folder of words.

What is not ours to translate stays as it is: the printed words of instruments, names (of services, places, drinks), and
what the directory's records say of a service in words of their own.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from pseudo import not_words_of_ours, plain_words, pseudo_library
from test_transcripts import (
    FILES,
    INPUTS,
    NOW,
    REFERENCE,
    Conversation,
    Document,
    ending,
    library,
    read,
    snapshot,
)

from bot.world import World
from directory.services import Service
from screening.state import State
from screening.summary import summary
from screening.understanding.normalise import fold

CODE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
"""A results code, to come back with."""


def of_a_record(service: Service) -> Iterator[str | None]:
    yield from (service.name, service.provider_shown, service.description, service.who_for)
    yield from (str(contact) for contact in (service.phone, service.email, service.url))
    yield from (text for site in service.sites for text in (site.name, site.address, site.postcode))
    yield from (text for way in service.how_to_refer.values() if way for text in (way.shown, way.text))


@cache
def kept_as_it_is() -> re.Pattern[str]:
    records = [text for service in snapshot().catalogue.services for text in of_a_record(service) if text]
    areas = [*snapshot().reporting_areas.values(), "Swanley"]
    return not_words_of_ours(library(), [*records, *areas, REFERENCE.rpartition("-")[0]])


def ours(text: str) -> str:
    """The text without what is not ours to translate."""
    return kept_as_it_is().sub("", CODE.sub("", text))


class Elsewhere(Conversation):
    """The same talk, held in the language that nobody speaks: buttons are found by what they mean in English."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel, pseudo_library())

    def take(self, turn: Mapping[str, object]) -> Document:
        shown = [label for buttons in reversed(self._shown) for label in buttons]
        wanted = {name: fold(str(turn[name])) for name in ("press", "press_old") if name in turn}
        found = {name: next(label for label in shown if fold(label) == said) for name, said in wanted.items()}
        return super().take({**turn, **found})


def shown(document: Document) -> Iterator[str]:
    """Everything a reply shows."""
    yield from document.get("signpost", ())
    yield from document.get("buttons", ())
    yield from (document[name] for name in ("understood", "progress") if name in document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_of_a_talk_stands_outside_the_folder_of_words(path: Path) -> None:
    document = read(path)
    talk = Elsewhere(document.get("channel", "web"))
    for turn in document["talk"]:
        now = talk.take({name: value for name, value in turn.items() if name in INPUTS})
        assert now.get("records", []) == turn.get("records", []), "another language leads elsewhere"
        assert len(now.get("signpost", ())) == len(turn.get("signpost", ()))
        assert [text for text in map(ours, shown(now)) if plain_words(text)] == []
        assert plain_words(ours(kept(talk.state))) == []


def kept(state: State | None) -> str:
    """The copy that could be kept now."""
    facts = World(snapshot(), NOW, "web", REFERENCE)
    return (state and summary(pseudo_library(), state, facts)) or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_easy_words_lead_where_the_usual_ones_do(path: Path) -> None:
    """Everything typed or pressed is understood as it is in the usual words, and what is counted is the same."""
    document = read(path)
    talk = Conversation(document.get("channel", "web"), library().speaking("en-easy"))
    for turn in document["talk"]:
        now = talk.take({name: value for name, value in turn.items() if name in INPUTS})
        assert (now.get("records"), now.get("understood")) == (turn.get("records"), turn.get("understood"))
    end = ending(talk.state)
    assert {name: end.get(name) for name in document["ends"]} == document["ends"]
