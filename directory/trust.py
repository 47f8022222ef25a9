"""What the trust page says: `data/trust.yaml`, and how the method fared, `data/protection_comparison.yaml`."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from directory.areas import DATA
from directory.reports.words import read_file

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_File):
    """A heading and its text: paragraphs, and lists of lines that begin with "- "."""

    heading: Text
    text: Text

    @field_validator("text")
    @classmethod
    def _joined(cls, text: str) -> str:
        """Each paragraph and each item as one line, however the file wraps them."""
        return re.sub(r"(?<!\n)\n(?!\n|- )", " ", text)


class Attack(_File):
    """What an attacker does, what came of it, and the test that shows it."""

    attack: Text
    result: Text
    test: Text


class Trust(_File):
    """All the words of the page."""

    title: Text
    lead: Text
    short: tuple[Part, ...]
    detail_heading: Text
    detail: tuple[Part, ...]
    attacks_heading: Text
    attacks_about: Text
    attack_columns: Mapping[str, Text]
    attacks: tuple[Attack, ...]
    comparison_heading: Text
    comparison_about: Text
    comparison_columns: Mapping[str, Text]
    comparison_methods: Mapping[str, Text]
    comparison_measured: Text
    comparison_none: Text
    chain_heading: Text
    chain: Text
    source_heading: Text
    sources: tuple[Text, ...]


@cache
def load_trust(path: Path = DATA / "trust.yaml") -> Trust:
    """The words. Raises ReportFileError with each place that is wrong."""
    return read_file(path, Trust)


class Method(_File):
    """How one method fared. `processor_seconds` for all `figures`; the errors are of those it does not hide.

    `attacked`: counts of 1 to 7 that the attacker looked for; how many it found `exact`, or to three values or fewer;
    and the fewest values that it left to one.
    """

    name: Text
    figures: int
    processor_seconds: float
    hidden_percent: int
    mean_error: float
    largest_error: int
    attacked: int
    exact: int
    three_or_fewer: int
    narrowest: int


class Comparison(_File):
    """How the method fared beside others on the same made-up figures, by this command on that day."""

    measured_on: date
    command: Text
    methods: tuple[Method, ...]


@cache
def load_comparison(path: Path = DATA / "protection_comparison.yaml") -> Comparison | None:
    """The comparison; None where it was not measured. Raises ReportFileError for a file that cannot be used."""
    return read_file(path, Comparison) if path.exists() else None
