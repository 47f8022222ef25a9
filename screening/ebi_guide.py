"""The guide for an extended brief intervention (EBI): its stages, what interrupts it, and clients to practise with.

Data of content/ebi/, checked when loaded. Who may be given an EBI, and for how long: screening facts 5.2 (source N5).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import Field, TypeAdapter, ValidationError

from screening.errors import ContentError
from screening.files import read_yaml
from screening.questionnaire import Frozen, Instrument
from screening.wording import Entry, Wording

FieldGroup = Literal[
    "score", "safety", "feedback", "rulers", "reasons", "tips", "goal", "support", "coping", "rulers_after", "next"
]
"""What a stage asks for: see `ebi_form.py`. The whole guide asks for each of them once."""
When = Literal["always", "dependence", "goals", "balance"]
"""When an item of the checklist counts: see `ebi.is_due`."""
FlagId = Literal["withdrawal", "pregnancy", "safeguarding", "suicide"]
Need = Literal["treatment", "withdrawal", "pregnancy", "safeguarding", "suicide"]
SafetyId = Literal["shakes", "heavy_day", "morning"]
SafetyAnswer = Literal["yes", "no", "not_sure"]
PICKS: Mapping[str, tuple[str, ...]] = {
    "reasons": ("sleep", "mood", "weight", "money", "people", "health", "cancer", "injury"),
    "tips": ("free_days", "smaller", "limit", "food", "swap", "activities", "rounds", "home", "low_alcohol"),
    "goal": ("units_week", "free_days", "guideline", "stop", "keep", "help_first", "thinking"),
    "start": ("today", "tomorrow", "weekend", "next_week"),
    "support": ("partner", "family", "friend", "work", "staff", "gp", "group"),
    "coping": ("rounds", "asked", "stress", "bored", "home", "craving", "slip"),
}
"""What a plan is picked from. Their words are choices of `ebi_plan.<name>`."""
FILE = "ebi_guide"
"""The file that the guide's words have in the wording."""
FEWEST_CLIENTS = 3

Model = TypeVar("Model", bound=Frozen)


class Covered(Frozen):
    """Something that staff tick as covered, and where it comes from."""

    id: str
    item: str
    source: str
    when: When = "always"


class Stage(Frozen):
    """One page of the guide. `minutes` are a suggestion."""

    id: str = Field(pattern=r"^[a-z_]+$")
    title: str
    minutes: int = Field(ge=1, le=15)
    purpose: str
    say: tuple[str, ...] = Field(min_length=1)
    ask: tuple[str, ...] = Field(min_length=1)
    listen: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    fields: tuple[FieldGroup, ...] = ()
    fidelity: tuple[Covered, ...] = Field(min_length=1)


class Flag(Frozen):
    """What interrupts a session: the key of its fixed emergency words, what staff do besides, and words to use."""

    id: FlagId
    title: str
    card: str
    do: tuple[str, ...] = Field(min_length=1)
    say: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)


class Client(Frozen):
    """A made-up client: AUDIT answers in points, what they say in each stage, and what staff should notice."""

    id: str = Field(pattern=r"^[a-z]+$")
    name: str
    about: str
    audit: Mapping[str, int]
    safety: Mapping[SafetyId, SafetyAnswer]
    needs: tuple[Need, ...]
    says: Mapping[str, tuple[str, ...]]
    debrief: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Guide:
    """The whole guide, in order."""

    stages: tuple[Stage, ...]
    flags: tuple[Flag, ...]
    clients: tuple[Client, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Stage]:
        """The stages by id."""
        return {stage.id: stage for stage in self.stages}

    def flag(self, flag_id: str) -> Flag | None:
        """The flag of this id; None if there is none."""
        return next((flag for flag in self.flags if flag.id == flag_id), None)

    def client(self, client_id: str | None) -> Client | None:
        """The made-up client of this id; None if there is none."""
        return next((client for client in self.clients if client.id == client_id), None)

    def entries(self) -> Mapping[str, Entry]:
        """All its words under keys of their own, so that they are linted like all others."""
        return {f"{FILE}.{key}": Entry(tuple(said), {}, {}, sources) for key, said, sources in self._said()}

    def _said(self) -> Iterator[tuple[str, Sequence[str], tuple[str, ...]]]:
        for stage in self.stages:
            yield f"{stage.id}.title", (stage.title,), stage.sources
            for part in ("say", "ask", "listen"):
                yield f"{stage.id}.{part}", getattr(stage, part), stage.sources
            yield f"{stage.id}.purpose", (stage.purpose,), stage.sources
            for each in stage.fidelity:
                yield f"{stage.id}.{each.id}", (each.item,), (each.source,)
        for flag in self.flags:
            yield f"flag.{flag.id}", (flag.title, *flag.do, *flag.say), flag.sources
        for client in self.clients:
            yield f"client.{client.id}", (client.about, client.debrief), client.sources


def load_guide(folder: Path, sources: Mapping[str, Any], audit: Instrument, words: Wording) -> Guide:
    """Read and check the guide. Raises ContentError with file, place and remedy."""
    guide = Guide(
        _read(folder / "stages.yaml", "stages", Stage),
        _read(folder / "flags.yaml", "flags", Flag),
        _read(folder / "practice.yaml", "clients", Client),
    )
    for file, problems in (
        ("ebi/stages.yaml", _stage_problems(guide)),
        ("ebi/flags.yaml", _flag_problems(guide, words)),
        ("ebi/practice.yaml", _client_problems(guide, audit)),
        ("text/en/ebi_plan.yaml", _plan_problems(words)),
        ("ebi", _source_problems(guide, sources)),
    ):
        for where, problem, remedy in problems:
            raise ContentError(file, where, problem, remedy)
    return guide


Problems = Iterator[tuple[str, str, str]]


def _read(path: Path, name: str, model: type[Model]) -> tuple[Model, ...]:
    try:
        return TypeAdapter(tuple[model, ...]).validate_python(read_yaml(path).get(name, ()))  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (name, *first["loc"])))
        raise ContentError(f"ebi/{path.name}", where, first["msg"], "Compare with another entry") from error


def _stage_problems(guide: Guide) -> Problems:
    yield from _doubles("stages", [stage.id for stage in guide.stages])
    yield from _doubles("fidelity", [each.id for stage in guide.stages for each in stage.fidelity])
    asked = [group for stage in guide.stages for group in stage.fields]
    yield from _doubles("fields", asked)
    for group in sorted(set(get_args(FieldGroup)) - set(asked)):
        yield "fields", f"no stage asks for {group}", "Put it under `fields` of one stage"


def _doubles(where: str, ids: Sequence[str]) -> Problems:
    for each in sorted({each for each in ids if ids.count(each) > 1}):
        yield where, f"{each} is there twice", "Give each its own id, and name each field once"


def _flag_problems(guide: Guide, words: Wording) -> Problems:
    yield from _doubles("flags", [flag.id for flag in guide.flags])
    for missing in sorted(set(get_args(FlagId)) - {flag.id for flag in guide.flags}):
        yield "flags", f"{missing} is not there", "Write what staff do when it comes up"
    for flag in guide.flags:
        if flag.card not in words:
            yield flag.id, f"card {flag.card} has no words", "Name an entry of text/en/safety.yaml"


def _client_problems(guide: Guide, audit: Instrument) -> Problems:
    yield from _doubles("clients", [client.id for client in guide.clients])
    if len(guide.clients) < FEWEST_CLIENTS:
        yield "clients", f"there are fewer than {FEWEST_CLIENTS}", "Write another client"
    for client in guide.clients:
        if set(client.says) != set(guide.by_id):
            missing = sorted(set(client.says) ^ set(guide.by_id))
            yield client.id, f"says does not fit the stages: {missing}", "Give words for every stage and no other"
        for item in audit.items:
            if client.audit.get(item.id) not in item.allowed:
                yield client.id, f"audit has no answer to {item.id} that it allows", f"Give one of {item.allowed}"


def _plan_problems(words: Wording) -> Problems:
    for name, ids in PICKS.items():
        key = f"ebi_plan.{name}"
        written = set(words.entry(key).choices) if key in words else set[str]()
        if written != set(ids):
            yield key, f"labels are for {sorted(written)}", f"Write labels for exactly {sorted(ids)}"


def _source_problems(guide: Guide, sources: Mapping[str, Any]) -> Problems:
    for key, entry in guide.entries().items():
        for source in entry.sources:
            if source not in sources:
                yield key, f"source {source} is not in sources.yaml", "Add it there or correct the id"
