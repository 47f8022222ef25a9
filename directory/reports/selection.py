"""What a report is narrowed to: an area, a source group, a substance, as people write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from directory.protection.cube import CODE, Dimension
from directory.reports.model import Choice
from directory.reports.words import Words

ALL = "all"
SOURCE = "source"
SWANLEY = "E07000111-swanley"
WIDEST_FIRST = ("county", "side", "dgs", "district")
"""Levels of the area; at the widest, an area that is in none of its groups stands apart."""


class ChoiceError(ValueError):
    """A choice that no figures are published for, with the reason and what to choose instead."""


@dataclass(frozen=True)
class Narrowed:
    """One dimension narrowed to one value of a level."""

    dimension: str
    level: str
    value: str


@dataclass(frozen=True)
class Selection:
    """What is shown: everything, but for what is narrowed. Each is None where it is not."""

    area: Narrowed | None = None
    audience: Narrowed | None = None
    substance: Narrowed | None = None

    @property
    def narrowed(self) -> Mapping[str, Narrowed]:
        """Dimension -> what it is narrowed to."""
        return {each.dimension: each for each in (self.area, self.audience, self.substance) if each}

    def choice(self, dimension: str, words: Words) -> Choice:
        """A dimension's choice in words."""
        narrowed = self.narrowed.get(dimension)
        if narrowed is None:
            return Choice(code=ALL, label=words.whole[dimension])
        return Choice(code=narrowed.value, label=words.label(dimension, narrowed.value))


def choices(dimension: Dimension, words: Words) -> Mapping[str, Narrowed]:
    """Everything that a dimension can be narrowed to, by code, in the order in which to offer it."""
    if dimension.name == "area":
        return _areas(dimension, words)
    level = SOURCE if SOURCE in dimension.levels else CODE
    values = dict.fromkeys(dimension.at(level, code) for code in words.codes[dimension.name])
    groups = set(dimension.levels[level].groups.values()) | {"unknown"} if level == SOURCE else set(values)
    return {value: Narrowed(dimension.name, level, value) for value in values if value in groups}


def read_selection(
    dimensions: Mapping[str, Dimension], words: Words, area: str = "", audience: str = "", substance: str = ""
) -> Selection:
    """The choice that these words or codes name; empty or `all`: not narrowed. Raises ChoiceError."""
    return Selection(
        _read(area, dimensions["area"], words),
        _read(audience, dimensions["audience"], words),
        _read(substance, dimensions["substance"], words),
    )


def _areas(dimension: Dimension, words: Words) -> Mapping[str, Narrowed]:
    found = {}
    for code in words.codes["area"]:
        if code in dimension.levels["district"].groups and code == SWANLEY:
            found[code] = Narrowed("area", CODE, code)
        elif not code.endswith("-rest"):
            found[code] = Narrowed("area", _level(dimension, code), code)
    return found


def _level(dimension: Dimension, value: str) -> str:
    """The widest level at which this value is one, be it that it stands apart."""
    for level in WIDEST_FIRST:
        if value in dimension.levels[level].groups.values():
            return level
    if all(value not in dimension.levels[level].groups for level in ("county", "side")):
        return WIDEST_FIRST[0]
    return "district"


def _read(text: str, dimension: Dimension, words: Words) -> Narrowed | None:
    said = " ".join(text.split()).casefold()
    if said in ("", ALL, words.whole[dimension.name].casefold()):
        return None
    offered = choices(dimension, words)
    by_name = {words.label(dimension.name, code).casefold(): code for code in offered}
    by_name |= {code.casefold(): code for code in offered}
    if said in by_name:
        return offered[by_name[said]]
    raise ChoiceError(_why_not(text.strip(), said, dimension, by_name, words))


def _why_not(text: str, said: str, dimension: Dimension, by_name: Mapping[str, str], words: Words) -> str:
    kind = words.dimensions[dimension.name]
    if SOURCE in dimension.levels and said in dimension.levels[SOURCE].groups:
        wider = words.label(dimension.name, dimension.at(SOURCE, said))
        return f"{text} is counted in {wider!r}, and figures are narrowed to whole groups only: ask for that group."
    near = get_close_matches(said, by_name, n=1)
    hint = f"Did you mean {words.label(dimension.name, by_name[near[0]])}? " if near else ""
    names = ", ".join(words.label(dimension.name, code) for code in choices(dimension, words))
    return f"{text} is no {kind} of these figures. {hint}Choose one of: {names}."
