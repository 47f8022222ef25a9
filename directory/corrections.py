"""Changing single fields of a service record, by dotted path: `phone`, `sites.0.opening_hours`, `how_to_refer.gp.url`.

What an operator confirms may be shown to the public (`showing.py`); what is only typed waits until it is confirmed.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from directory.edits import Document
from directory.services import Route, Service, Site

Record = dict[str, Any]

_FIXED = frozenset({"id", "confirmed", "sites"})
"""Fields that are not typed over: the id stays, and the others have parts of their own."""
FACTS = {
    Service: ("phone", "email", "url"),
    Site: ("address", "postcode", "phone", "opening_hours"),
    Route: ("text", "shown", "says_how", "phone", "email", "url"),
}
"""What is shown to the public only while a source or an operator vouches for it."""
_SOURCE = ("source", "source_key", "source_date")
_VOUCHING = (*_SOURCE, "confidence", "confirmed")


class EditError(Exception):
    """A change that cannot be made. One sentence with what to do; nothing was saved."""


@dataclass(frozen=True)
class Correction:
    """A field and what it is now, as typed (empty: nothing); or, without a value, a site or route that is right.

    Without a field either, the service's own record is right.
    """

    field: str
    value: str | None

    def __str__(self) -> str:
        return (self.field or "its own details") if self.value is None else f"{self.field}={self.value}"


def read_correction(text: str) -> Correction:
    """Reads `FIELD=VALUE`, or `sites.0` and the like for what is right as it stands."""
    field, equals, value = text.partition("=")
    return Correction(field.strip(), value.strip() if equals else None)


def corrected(document: Document, corrections: Sequence[Correction], confirmed: Mapping[str, str]) -> Record:
    """The document with the corrections in it, each record they name marked as confirmed; the service, if none is.

    Raises EditError for a field that is not there.
    """
    record = deepcopy(dict(document))
    named = [_correct(record, correction) for correction in corrections] or [record]
    for each in named:
        each["confirmed"] = dict(confirmed)
    return record


def put(document: Record, field: str, value: str) -> None:
    """Puts a typed value into a field; a list is typed with commas, nothing is empty. Raises EditError."""
    model, record, rest = _find(document, field)
    known = {name: found.annotation for name, found in model.model_fields.items() if _is_single(name, found.annotation)}
    if len(rest) != 1 or rest[0] not in known:
        raise EditError(f"{field}: there is no such field to change; use one of {', '.join(known)}.")
    record[rest[0]] = _typed(value, known[rest[0]])


def unproven(before: Document | None, document: Document) -> Record:
    """The document as typed: a new fact for which nobody vouches anew is unverified until somebody confirms it.

    Somebody does where the source or the confirmation of that record is another than before.
    """
    record = deepcopy(dict(document))
    for each in _unvouched(before, record):
        each.pop("confirmed", None)
        each["confidence"] = "unverified"
    return record


def vouched(before: Document | None, document: Document, confirmed: Mapping[str, str]) -> Record:
    """The document as typed: each record with a new fact in it is confirmed."""
    record = deepcopy(dict(document))
    for each in _unvouched(before, record):
        each["confirmed"] = dict(confirmed)
    return record


def _unvouched(before: Document | None, record: Record) -> Iterator[Record]:
    """The records with a new fact, but with the old source and confirmation."""
    olds = {key: old for path, _, old in records(before or {}) for key in (path, _site_name(path, old))}
    for path, model, new in records(record):
        old = olds.get(_site_name(path, new)) or olds.get(path)
        if old is None and (before is None or new["confidence"] != "unverified"):
            continue  # taken over as a whole, with its own source
        is_new = any(new.get(name) and new.get(name) != (old or {}).get(name) for name in FACTS[model])
        if is_new and (old is None or all(new.get(name) == old.get(name) for name in _VOUCHING)):
            yield new


def _site_name(path: str, record: Record) -> str:
    """What a site is known by, also where others before it are gone."""
    return f"{path.partition('.')[0]} {record.get('name')}" if path.startswith("sites.") else path


def records(document: Mapping[str, Any]) -> Iterator[tuple[str, type[Service | Site | Route], Record]]:
    """The service itself, its sites and its routes: path, form and record."""
    if not document:
        return
    yield "", Service, document  # type: ignore[misc]  # the caller's own
    for number, site in enumerate(document.get("sites") or ()):
        yield f"sites.{number}", Site, site
    for audience, route in (document.get("how_to_refer") or {}).items():
        if route:
            yield f"how_to_refer.{audience}", Route, route


def _correct(document: Record, correction: Correction) -> Record:
    _, record, rest = _find(document, correction.field)
    if correction.value is not None:
        put(document, correction.field, correction.value)
    elif rest:
        raise EditError(f"{correction.field}: give {correction.field}=VALUE, or a site or route without a field.")
    return record


def _find(document: Record, field: str) -> tuple[type[Service | Site | Route], Record, list[str]]:
    """The record a field belongs to, made if it is the next site or a route not known yet; and what follows."""
    parts = field.split(".") if field else []
    if parts[:1] == ["sites"] and len(parts) > 1:
        return Site, _site(document, parts[1]), parts[2:]
    if parts[:1] == ["how_to_refer"] and len(parts) > 1:
        return Route, _route(document, parts[1]), parts[2:]
    return Service, document, parts


def _site(document: Record, number: str) -> Record:
    sites: list[Record] = document["sites"]
    if not number.isdecimal() or int(number) > len(sites):
        raise EditError(f"sites.{number}: there is no such site; it has {len(sites)}, the first is sites.0.")
    if int(number) == len(sites):
        sites.append(_blank(Site, document))
    return sites[int(number)]


def _route(document: Record, audience: str) -> Record:
    routes: dict[str, Record | None] = document["how_to_refer"]
    route = routes.get(audience) or _blank(Route, document)
    routes[audience] = route
    return route


def _blank(model: type[Site | Route], document: Record) -> Record:
    """A new record: nothing in it but where the service is known from."""
    fields = model.model_fields.items()
    empty: Record = {name: None for name, field in fields if field.is_required() and type(None) in _kinds(field)}
    return {**empty, **{name: document.get(name) for name in _SOURCE}, "confidence": "unverified"}


def _kinds(field: Any) -> tuple[Any, ...]:
    return get_args(field.annotation)


def _typed(value: str, annotation: Any) -> str | list[str] | None:
    if not value:
        return None
    if _is_list(annotation):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _is_single(name: str, annotation: Any) -> bool:
    """Whether a field holds one value, or a list of words, that can be typed."""
    return name not in _FIXED and not any(get_origin(each) is Mapping for each in (annotation, *get_args(annotation)))


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(_is_list(each) for each in get_args(annotation))
