"""The words of reports and the events that explain them: `data/report_words.yaml` and `data/annotations.yaml`.

A wrong file is refused whole, with each place and its remedy.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from directory.documents import read_yaml
from directory.reports.model import SYMBOLS, Event
from directory.reports.names import load_names, plain

DATA = Path(__file__).parents[1] / "data"
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Texts = Mapping[str, Text]


class ReportFileError(Exception):
    """A file that reports are made of cannot be used: one line for each thing wrong, with its place and what to do."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Entry):
    """Everything that a report says. `codes`: dimension -> code -> what it is called, in the order of tables."""

    title: Text
    summary: Text
    protection: Text
    narrowed: Text
    labels: Texts
    symbols: Texts
    columns: Texts
    readings: Texts
    question: Text
    whole: Texts
    codes: Mapping[str, Texts]
    unknown: tuple[str, ...]
    cubes: Texts
    dimensions: Texts
    notes: Texts
    refused: Texts

    def label(self, dimension: str, code: str) -> str:
        """What a code is called; in its own words where it has no name."""
        if dimension == "instrument":
            return code.replace("_", "-").upper()
        return self.codes.get(dimension, {}).get(code) or plain(code)

    def order(self, dimension: str, codes: Sequence[str]) -> list[str]:
        """Codes in the order of tables: the listed as they are listed, then others, the unknown last."""
        listed = list(self.codes.get(dimension, {}))
        place = {code: at for at, code in enumerate(listed)}
        return sorted(
            codes, key=lambda code: (code in self.unknown, place.get(code, len(listed)), self.label(dimension, code))
        )


class _Event(_Entry):
    month: Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    what: Text
    source: Text
    areas: tuple[str, ...] = ()


class _Events(_Entry):
    events: tuple[_Event, ...]

    def about(self, months: Sequence[str], areas: Collection[str] | None) -> tuple[Event, ...]:
        """What happened in these months where it matters to one of these areas (None: anywhere), oldest first."""
        return tuple(
            Event(month=each.month, what=each.what, source=each.source)
            for each in sorted(self.events, key=lambda each: each.month)
            if each.month in months and (areas is None or not each.areas or not set(areas).isdisjoint(each.areas))
        )


File = TypeVar("File", bound=BaseModel)


def read_file(path: Path, kind: type[File]) -> File:
    """A file as its model. Raises ReportFileError with each place that is wrong."""
    try:
        return kind.model_validate(read_yaml(path.read_text("utf-8")))
    except ValidationError as error:
        places = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        remedy = "see the comment at the top of the file"
        raise ReportFileError("\n".join(f"{path.name}, {place}; {remedy}" for place in places)) from error
    except (OSError, yaml.YAMLError) as error:
        raise ReportFileError(f"{path.name}: cannot be read ({type(error).__name__}); put it back as it was") from error


def load_words(path: Path = DATA / "report_words.yaml") -> Words:
    """The words, with the names of the districts among those of the areas. Raises ReportFileError."""
    words = read_file(path, Words)
    if missing := set(SYMBOLS) - set(words.symbols):
        raise ReportFileError(f"{path.name}, symbols: {', '.join(sorted(missing))} is missing; say what it means")
    named = {"area": _areas(words.codes["area"]), "service": load_names().services}
    return words.model_copy(update={"codes": {**words.codes, **named}})


@cache
def load_events(path: Path = DATA / "annotations.yaml") -> _Events:
    """The events. Raises ReportFileError."""
    return read_file(path, _Events)


@cache
def report_words() -> Words:
    """The words that are shipped, read once."""
    return load_words()


def _areas(named: Texts) -> Texts:
    """The names of areas: wider ones, then districts by name with the parts of Sevenoaks after it, then the rest."""
    wider = {code: name for code, name in named.items() if code in ("kent", "east_kent", "west_kent", "dgs")}
    parts = {code: name for code, name in named.items() if code.startswith("E07000111")}
    rest: dict[str, Any] = {code: name for code, name in named.items() if code not in wider and code not in parts}
    found: dict[str, str] = dict(wider)
    for code, name in load_names().districts.items():
        found |= parts if code in parts else {code: name}
    return found | rest
