"""The words that work everywhere: menu, back, help, stop, forget me. Matched as a whole message, never inside one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from screening.errors import ContentError
from screening.files import read_any
from screening.understanding.normalise import words

Command = Literal[
    "menu",
    "back",
    "help",
    "stop",
    "leave",
    "privacy",
    "complain",
    "forget",
    "restart",
    "find",
    "check",
    "diary",
    "skip",
    "summary",
    "unheard",
    "easy",
    "usual",
]
COMMANDS: tuple[Command, ...] = get_args(Command)

_POLITE = frozenset(words("please pls plz thanks thank you ta ok okay now can could"))


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: tuple[str, ...]


class _File(RootModel[dict[Command, _Entry]]):
    pass


@dataclass(frozen=True)
class Commands:
    """Every message that is a command, as normalised words."""

    phrases: Mapping[tuple[str, ...], Command]


def load_commands(path: Path) -> Commands:
    """Read commands.yaml. Raises ContentError if a command is missing or a phrase means two of them."""
    try:
        file = _File.model_validate(read_any(path))
    except (yaml.YAMLError, ValidationError) as error:
        raise ContentError(path.name, "whole file", str(error), "Give each command a list of phrases") from error
    phrases: dict[tuple[str, ...], Command] = {}
    for command in COMMANDS:
        if command not in file.root:
            raise ContentError(path.name, command, "the command has no entry", "Add it with its phrases")
        for phrase in file.root[command].phrases:
            if phrases.setdefault(_plain(phrase), command) != command:
                raise ContentError(
                    path.name, command, f'"{phrase}" already means {phrases[_plain(phrase)]}', "Keep it in one place"
                )
    return Commands(phrases)


def read_command(commands: Commands, text: str) -> Command | None:
    """The command that the whole of `text` is ("/menu", "Go back!", "delete my data please"), if it is one."""
    said = text.strip()
    if said.startswith("/"):
        said = said[1:].split("@")[0].split(maxsplit=1)[0] if said[1:].strip() else ""
    return commands.phrases.get(_plain(said))


def _plain(text: str) -> tuple[str, ...]:
    said = words(text)
    kept = tuple(word for word in said if word not in _POLITE)
    return kept or said
