"""The live catalogue: the shipped one with the newest edit of each service laid over it. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from directory.edits import Edit, packed
from directory.services import Catalogue, Problem, Service, ServicesError, catalogue_of

DIRECTORY = "the directory"
"""What the live catalogue is called where something in it is wrong."""


@dataclass(frozen=True)
class Live:
    """The catalogue as it stands, and the edits in force by service id.

    `versions`: the newest version number of each edited service, also where that version had to be left out.
    """

    catalogue: Catalogue
    shipped: Catalogue
    edits: Mapping[str, Edit]
    versions: Mapping[str, int]

    def service(self, service_id: str) -> Service | None:
        """The record as it stands; None where there is none (any more)."""
        return named(self.catalogue, service_id)

    def version(self, service_id: str) -> int:
        """The number of its newest version: 0 as shipped, or where there is no such service yet."""
        return self.versions.get(service_id, 0)

    @cached_property
    def overtaken(self) -> tuple[str, ...]:
        """Edited services whose shipped record a newer release has changed since: the edit holds, but look at it."""
        shipped = {service.id: fingerprint(service) for service in self.shipped.services if service.id in self.edits}
        return tuple(name for name, edit in sorted(self.edits.items()) if edit.shipped != shipped.get(name))


def named(catalogue: Catalogue, service_id: str) -> Service | None:
    """The service with this id."""
    return next((service for service in catalogue.services if service.id == service_id), None)


def document_of(service: Service) -> dict[str, Any]:
    """The record as JSON-safe data; what is as it would be anyway is left out, so that older releases read it too."""
    return service.model_dump(mode="json", exclude_defaults=True)


def fingerprint(service: Service) -> str:
    """SHA-256 of the record, in hexadecimal: the same as long as the record says the same."""
    return hashlib.sha256((packed(document_of(service)) or "").encode()).hexdigest()


def lay_over(shipped: Catalogue, edits: Iterable[Edit]) -> Catalogue:
    """The shipped services, each by its edit where there is one, then new ones by id.

    Raises ServicesError unless the whole that comes of it is sound.
    """
    return _whole(shipped, {edit.service: None if edit.document is None else _record(edit) for edit in edits})


def with_records(live: Live, records: Mapping[str, Any]) -> Catalogue:
    """The directory as it would be with these records by service id, None for one to withdraw. Raises ServicesError."""
    standing = {edit.service: edit.document and _record(edit) for edit in live.edits.values()}
    return _whole(live.shipped, {**standing, **records})


def _whole(shipped: Catalogue, records: Mapping[str, Any]) -> Catalogue:
    services: dict[str, Any] = {service.id: service for service in shipped.services}
    new = sorted(set(records) - set(services))
    services |= {name: records[name] for name in [*(services.keys() & records.keys()), *new]}
    words = {name: getattr(shipped, name) for name in Catalogue.model_fields if name != "services"}
    return catalogue_of({**words, "services": [each for each in services.values() if each is not None]}, DIRECTORY)


def _record(edit: Edit) -> dict[str, Any]:
    try:
        record = json.loads(edit.document or "")
    except ValueError:
        record = None
    if not isinstance(record, dict) or record.get("id") != edit.service:
        problem = Problem(edit.service, "document", "is not a record of this service; undo to an earlier version")
        raise ServicesError(f"{DIRECTORY}, {problem}", [problem])
    return record


def sift(shipped: Catalogue, edits: Sequence[Edit]) -> tuple[Catalogue, list[Edit]]:
    """The catalogue with every edit that fits, and those left out because with them it would not be sound.

    One that needs another (a child its new parent) is tried again after it.
    """
    kept, waiting, catalogue = list(edits), list[Edit](), shipped
    while True:
        try:
            catalogue = lay_over(shipped, kept)
            break
        except ServicesError as error:
            named_wrong = {problem.service for problem in error.problems}
            wrong = [edit for edit in kept if edit.service in named_wrong] or kept
            waiting += wrong
            kept = [edit for edit in kept if edit not in wrong]
    return _taken_in(shipped, catalogue, kept, waiting)


def _taken_in(
    shipped: Catalogue, catalogue: Catalogue, kept: list[Edit], waiting: list[Edit]
) -> tuple[Catalogue, list[Edit]]:
    """Tries those that wait one by one, again and again while another fits."""
    fits = True
    while fits:
        fits = False
        for edit in tuple(waiting):
            try:
                catalogue = lay_over(shipped, [*kept, edit])
            except ServicesError:
                continue
            kept.append(edit)
            waiting.remove(edit)
            fits = True
    return catalogue, waiting
