"""Service records: what is known of each service, where, for whom, how to refer, and from which source of which date.

The records are data (`data/kent_services.yaml`). A wrong file is refused whole, with each field and its remedy.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from directory.documents import read_yaml
from directory.eligibility import RULES

SERVICES = Path(__file__).parent / "data" / "kent_services.yaml"

Kind = Literal[
    "treatment_service", "pathway", "programme", "digital_tool", "multi_agency_panel", "peer_group", "housing",
    "wellbeing_service", "criminal_justice_service", "statutory_service", "prison", "inpatient_detox",
    "residential_rehab", "crisis", "homelessness", "safeguarding", "domestic_abuse", "peer_organisation", "mutual_aid",
    "helpline", "family_service", "ebi_service",
]  # fmt: skip
Confidence = Literal[
    "verified_in_dated_source", "verified_in_undated_source", "seed_only", "third_party_copy", "unverified"
]
Substance = Literal[
    "alcohol", "drugs", "opiates", "class_b", "class_c", "stimulants", "sedatives", "prescribed_drugs", "other_drugs"
]
Gender = Literal["male", "female"]
Way = Literal["phone", "video", "in_person", "evening", "text"]
"""A way of being helped that a person may prefer."""


def earliest(source_date: str) -> date:
    """The first day a date may mean: "2024" is 1 January 2024. Raises ValueError for what is no date."""
    return date.fromisoformat(f"{source_date}-01-01"[:10])


def _is_date(source_date: str) -> str:
    earliest(source_date)
    return source_date


SourceDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$"), AfterValidator(_is_date)]
"""A date as exact as its source: "2024", "2024-12" or "2024-10-21"."""

Contact = Annotated[str, StringConstraints(min_length=1)]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a catalogue. `service`: its id, or its place in the file; `field`: a path, dotted.

    `what` says what is wrong and what to do. `number`: the service's place in the list, from 0.
    """

    service: str | None
    field: str
    what: str
    number: int | None = None

    def __str__(self) -> str:
        return ": ".join(filter(None, [self.service and f"service {self.service}", self.field, self.what]))


class ServicesError(Exception):
    """The services cannot be used. One line per problem: file, service, field, what is wrong, what to do."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Confirmation(_Record):
    """An operator asked the service itself. `by` says who, by role, never by name."""

    by: str
    on: date


class InForce(_Record):
    """The days on which something holds, both included; None: no end is known on that side."""

    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "InForce":
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"valid_from {self.valid_from} is after valid_to {self.valid_to}; exchange them")
        return self

    def on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Attending(_Record):
    """That a service can be used in some way: who says so, and when."""

    source_key: str
    source_date: SourceDate | None


class _Sourced(_Record):
    """Something a source says. `confirmed` overrides the source."""

    source: str
    source_key: str
    source_date: SourceDate | None
    confidence: Confidence
    confirmed: Confirmation | None = None


class Route(_Sourced):
    """How one audience refers. `shown` says it for the public; `says_how`: the text alone is enough to do it."""

    text: str
    shown: str | None = None
    says_how: bool = False
    phone: Contact | None
    email: Contact | None
    url: Contact | None


class Site(_Sourced):
    """A place of a service. `district` is a GSS code; `opening_hours` are as printed."""

    name: str
    kind: str
    district: str
    address: str | None
    postcode: str | None
    phone: Contact | None
    opening_hours: str | None
    note: str | None


class Service(_Sourced, InForce):
    """One entry. Ages in whole years, both ends included; None is "not stated", never "no limit".

    `provider` is everything the sources say; `provider_shown` what the public reads, None where that is not known.
    `districts` None: the source does not say where. `audiences` None: the source does not say who may refer.
    `attending`: the ways it can be used that a source states; the others are not known, never ruled out.
    """

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    name: str
    provider: str | None
    provider_shown: str | None
    kind: Kind
    parent: str | None
    description: str
    status: str
    referable: bool
    coverage: str | None
    districts: tuple[str, ...] | None
    age_min: Annotated[int, Field(ge=0, le=120)] | None
    age_max: Annotated[int, Field(ge=0, le=120)] | None
    gender: Gender | None
    substances: tuple[Substance, ...] | None
    eligibility_note: str | None
    eligibility: tuple[str, ...] = ()
    who_for: str | None = None
    attending: Mapping[Way, Attending] = {}
    audiences: tuple[str, ...] | None
    needs: tuple[str, ...]
    phone: Contact | None
    email: Contact | None
    url: Contact | None
    sites: tuple[Site, ...]
    how_to_refer: Mapping[str, Route | None]
    contract: Mapping[str, Any] | None
    notes: str | None
    also_sources: tuple[str, ...]

    @model_validator(mode="before")
    @classmethod
    def _provider_shown(cls, record: Any) -> Any:
        """The public reads the provider as the sources name it, unless the record says otherwise."""
        if isinstance(record, dict) and "provider" in record:
            return {"provider_shown": record["provider"], **record}
        return record


class Catalogue(_Record):
    """The whole file: the vocabulary the services may use, their sources, and the services in order.

    `district_dates`: when a district begins or ends, for those where that is known.
    """

    format: str
    about: str
    newest_source: SourceDate
    confidence_levels: Mapping[str, str]
    status_values: tuple[str, ...]
    coverage_groups: Mapping[str, tuple[str, ...]]
    districts: Mapping[str, str]
    district_dates: Mapping[str, InForce] = {}
    audiences: Mapping[str, str]
    need_tags: tuple[str, ...]
    sources: Mapping[str, Mapping[str, str | None]]
    services: tuple[Service, ...]


def load_catalogue(path: Path = SERVICES) -> Catalogue:
    """The services of a file. Raises ServicesError listing everything that is wrong with it."""
    return catalogue_of(read_document(path), path.name)


def read_document(path: Path) -> Any:
    """Whatever a YAML file holds. Raises ServicesError."""
    try:
        return read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ServicesError(f"{path.name}: cannot be read ({type(error).__name__}); check the file") from error
    except yaml.YAMLError as error:
        line = f", line {mark.line + 1}" if (mark := getattr(error, "problem_mark", None)) else ""
        raise ServicesError(f"{path.name}{line}: is not YAML; check the indentation and quotes there") from error


def catalogue_of(document: Any, file: str) -> Catalogue:
    """The catalogue that a document says, checked in itself and as a whole. Records in it may be ready-made.

    Raises ServicesError listing everything that is wrong; `file` is what the document is called there.
    """
    try:
        catalogue = Catalogue.model_validate(document)
    except ValidationError as error:
        problems = list(_misfits(document, error))
        raise _refusal(file, problems) from error
    if problems := list(_problems(catalogue)):
        raise _refusal(file, problems)
    return catalogue


def _refusal(file: str, problems: Sequence[Problem]) -> ServicesError:
    lines = [f"{file}{', ' if problem.service or problem.field else ': '}{problem}" for problem in problems]
    return ServicesError("\n".join(lines), problems)


_REMEDY = "; correct this"


def _misfits(document: Any, error: ValidationError) -> Iterator[Problem]:
    """Each field of the wrong form, by the id of its service."""
    for problem in error.errors(include_url=False, include_input=False):
        where, what = [str(part) for part in problem["loc"]], problem["msg"] + _REMEDY
        if re.fullmatch(r"services\.\d+(\..+)?", ".".join(where)):
            number = int(where[1])
            record = document["services"][number]
            named = str(record.get("id", f"number {number + 1}")) if isinstance(record, dict) else where[1]
            yield Problem(named, ".".join(where[2:]), what, number)
        else:
            yield Problem(None, ": ".join(where), what)


def _problems(catalogue: Catalogue) -> Iterator[Problem]:
    """What fits the form but not the rest of the file."""
    for name, times in Counter(service.id for service in catalogue.services).items():
        if times > 1:
            yield Problem(name, "id", f"used {times} times; give each service its own id")
    for code in set(catalogue.district_dates) - set(catalogue.districts):
        yield Problem(None, "district_dates", f"{code!r} is unknown; use a code of districts")
    by_id = {service.id: service for service in catalogue.services}
    for number, service in enumerate(catalogue.services):
        checks = (_unknown_words(service, catalogue), _misplaced(service, catalogue), _family(service, by_id))
        for field, problem in (found for check in checks for found in check):
            yield Problem(service.id, field, problem, number)


def _unknown_words(service: Service, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    routes = filter(None, service.how_to_refer.values())
    sourced: tuple[_Sourced | Attending, ...] = (service, *service.sites, *routes, *service.attending.values())
    used: tuple[tuple[str, Iterable[str], Iterable[str], str], ...] = (
        ("needs", service.needs, catalogue.need_tags, "need_tags"),
        ("audiences", service.audiences or (), catalogue.audiences, "audiences"),
        ("how_to_refer", service.how_to_refer, catalogue.audiences, "audiences"),
        ("status", (service.status,), catalogue.status_values, "status_values"),
        ("source_key", (record.source_key for record in sourced), catalogue.sources, "sources"),
        ("eligibility", service.eligibility, RULES, "the rules in directory/eligibility.py"),
    )
    for field, words, known, listed in used:
        for word in words:
            if word not in known:
                yield field, f"{word!r} is unknown; use one of {listed}, or add it there"


def _misplaced(service: Service, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for code in {*(service.districts or ()), *(site.district for site in service.sites)} - set(catalogue.districts):
        yield "districts", f"{code!r} is unknown; use a code of districts"
    group = catalogue.coverage_groups.get(service.coverage or "")
    if group is not None and set(group) != set(service.districts or ()):
        yield "districts", f"differ from the coverage group {service.coverage!r}; make them equal or name another"
    if service.age_min is not None and service.age_max is not None and service.age_min > service.age_max:
        yield "age_min", f"{service.age_min} is above age_max {service.age_max}; exchange them"


def _family(service: Service, by_id: Mapping[str, Service]) -> Iterator[tuple[str, str]]:
    seen, parent = {service.id}, service.parent
    while parent is not None:
        if parent not in by_id:
            yield "parent", f"{parent!r} is not a service; use the id of one"
            return
        if parent in seen:
            yield "parent", f"{parent!r} leads back to itself; a parent stands above its children"
            return
        seen.add(parent)
        parent = by_id[parent].parent
