"""The clinical safety file: what could harm a person, what stands against it, and which tests prove that it does.

In the manner of DCB0129 (source O105), with its words for severity and likelihood. Both are the makers' estimates; a
Clinical Safety Officer judges them and signs each hazard in `content/hazards.yaml`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator

from screening.errors import ContentError
from screening.files import read_yaml
from screening.library import CONTENT
from screening.questionnaire import Frozen

Severity = Literal["minor", "significant", "considerable", "major", "catastrophic"]
Likelihood = Literal["very low", "low", "medium", "high", "very high"]
Status = Literal["open", "controlled"]

FILE = "hazards.yaml"


class Risk(Frozen):
    """How bad, and how likely."""

    severity: Severity
    likelihood: Likelihood

    def exceeds(self, other: Self) -> bool:
        """Whether it is worse or likelier than the other."""
        return _rank(Severity, self.severity) > _rank(Severity, other.severity) or (
            _rank(Likelihood, self.likelihood) > _rank(Likelihood, other.likelihood)
        )

    def __str__(self) -> str:
        return f"{self.severity}, {self.likelihood}"


class Signature(Frozen):
    """Who accepted the risk that is left, by role and registration, and on which day."""

    by: str = Field(min_length=1)
    day: date


class Hazard(Frozen):
    """One way in which a person could come to harm.

    `initial` is the risk without the controls, `residual` with them. `tests` are ids as pytest prints them; without
    brackets all cases of a test. An open hazard says what is `needed`; a controlled one has tests that prove it.
    """

    id: str = Field(pattern=r"^H\d{2,3}$")
    hazard: str = Field(min_length=1)
    cause: str = Field(min_length=1)
    effect: str = Field(min_length=1)
    initial: Risk
    controls: tuple[str, ...]
    tests: tuple[str, ...]
    residual: Risk
    status: Status
    needed: str = ""
    sources: tuple[str, ...] = ()
    signed_by: Signature | None

    @model_validator(mode="after")
    def _claims_no_more_than_it_shows(self) -> Self:
        if self.residual.exceeds(self.initial):
            raise ValueError("the residual risk is above the initial one; controls never add risk")
        if self.status == "controlled" and not (self.controls and self.tests):
            raise ValueError("is called controlled without controls and tests; name them or call it open")
        if (self.status == "open") != bool(self.needed):
            raise ValueError("an open hazard, and no other, says what is needed")
        return self


def load_hazards(content: Path = CONTENT) -> tuple[Hazard, ...]:
    """Every hazard, in the order of the file. Raises ContentError with hazard, field and remedy."""
    document = read_yaml(content / FILE)
    entries = document.get("hazards")
    if set(document) != {"hazards"} or not isinstance(entries, list):
        raise ContentError(FILE, "the whole file", "is not a list of hazards", "Write them under `hazards:`")
    hazards = tuple(_hazard(entry) for entry in entries)
    for where, problem, remedy in _problems(hazards, read_yaml(content / "sources.yaml")):
        raise ContentError(FILE, where, problem, remedy)
    return hazards


def _hazard(entry: Any) -> Hazard:
    try:
        return Hazard.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(entry.get("id", "without an id")) if isinstance(entry, dict) else "that is not a record"
        where = ".".join([f"hazard {name}", *(str(part) for part in first["loc"])])
        raise ContentError(FILE, where, first["msg"], "Compare with another hazard of the file") from error


def _problems(hazards: tuple[Hazard, ...], sources: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    seen = set[str]()
    for hazard in hazards:
        if hazard.id in seen:
            yield f"hazard {hazard.id}", "is there twice", "Give it the next free number"
        seen.add(hazard.id)
        for source in hazard.sources:
            if source not in sources:
                remedy = "Add it there or correct the id"
                yield f"hazard {hazard.id}", f"source {source} is not in sources.yaml", remedy


def _rank(scale: Any, word: str) -> int:
    return get_args(scale).index(word)
