"""The form of one service: which fields people change, how each is shown, and what was typed into it. Pure.

A field's name in the form is its dotted path, as in `directory/corrections.py`.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from directory.corrections import EditError, Record, put
from directory.edits import Document
from directory.services import Catalogue, Route, Service, Site

Kind = Literal["line", "text", "number", "date", "yes_no", "choice"]

SERVICE = (
    "name", "provider_shown", "description", "who_for", "status", "referable", "age_min", "age_max", "gender",
    "phone", "email", "url", "valid_from", "valid_to", "notes",
)  # fmt: skip
SITE = ("name", "kind", "district", "address", "postcode", "phone", "opening_hours", "note")
ROUTE = ("text", "shown", "says_how", "phone", "email", "url")
LONG = frozenset({"description", "who_for", "notes", "note", "text", "shown", "opening_hours"})
_SITE_FACTS = ("address", "postcode", "phone", "opening_hours")
_ROUTE_FACTS = ("shown", "text", "phone", "email", "url")
REMOVE = "remove."
LONGEST = 2000
"""Characters of one field."""


@dataclass(frozen=True)
class Field:
    """One field: its path, its name, how it is typed, what it says, what may be chosen, and what is wrong with it."""

    path: str
    name: str
    kind: Kind
    value: str
    options: Sequence[str] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Group:
    """A record's fields. `title`: a site's name or an audience; "" for the service itself. `known`: it exists."""

    path: str
    title: str
    fields: Sequence[Field]
    known: bool = True


@dataclass(frozen=True)
class Typed:
    """What a person typed: values by path, and the paths of sites and routes to remove."""

    values: Mapping[str, str]
    removed: frozenset[str] = frozenset()


def groups(
    document: Document, catalogue: Catalogue, typed: Mapping[str, str], problems: Mapping[str, str]
) -> list[Group]:
    """The whole form: the service, its sites and an empty one, and a route for each audience."""

    def group(path: str, title: str, model: Any, names: Sequence[str], record: Mapping[str, Any] | None) -> Group:
        fields = []
        for name in names:
            if name in model.model_fields:
                where, form = f"{path}.{name}" if path else name, model.model_fields[name]
                kind, options = kind_of(name, form.annotation, catalogue)
                usual = None if form.is_required() else form.default
                value = typed.get(where, plain((record or {}).get(name, usual)))
                fields.append(Field(where, name, kind, value, options, problems.get(where)))
        return Group(path, title, fields, record is not None)

    sites: list[Record] = list(document["sites"])
    routes: Mapping[str, Any] = document["how_to_refer"]
    return [
        group("", "", Service, SERVICE, document),
        *(group(f"sites.{number}", site["name"], Site, SITE, site) for number, site in enumerate(sites)),
        group(f"sites.{len(sites)}", "", Site, SITE, None),
        *(group(f"how_to_refer.{each}", each, Route, ROUTE, routes.get(each)) for each in catalogue.audiences),
    ]


def kind_of(name: str, annotation: Any, catalogue: Catalogue) -> tuple[Kind, Sequence[str]]:
    """How a field is typed, and what may be chosen."""
    inner = {annotation, *get_args(annotation)}
    if name == "status":
        return "choice", catalogue.status_values
    if name == "district":
        return "choice", tuple(catalogue.districts)
    if bool in inner:
        return "yes_no", ("yes", "no")
    if date in inner:
        return "date", ()
    if any(int in (each, *get_args(each)) for each in inner):
        return "number", ()
    chosen = [option for each in inner for option in get_args(each) if isinstance(option, str)]
    if chosen:
        return "choice", ("", *chosen) if type(None) in inner else chosen
    return ("text" if name in LONG else "line"), ()


def plain(value: Any) -> str:
    """A value as it stands in a form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else " ".join(str(value).split())


def read_typed(form: Mapping[str, str], base: Document, catalogue: Catalogue) -> Typed:
    """What in a posted form differs from the record it was made on. Raises EditError for what is far too long."""
    values = {}
    for group in groups(base, catalogue, {}, {}):
        for field in group.fields:
            text = plain(form.get(field.path, field.value))
            if len(text) > LONGEST:
                raise EditError(f"{field.path} is longer than {LONGEST} characters; make it shorter.")
            if text != field.value:
                values[field.path] = text
    return Typed(values, frozenset(name.removeprefix(REMOVE) for name in form if name.startswith(REMOVE)))


def rebased(typed: Typed, base: Document, live: Document) -> Typed:
    """What was typed on an older record, by the paths of the one that stands. A site is found again by its name."""
    moved = {path: _moved(path, base, live) for path in (*typed.values, *typed.removed)}
    values = {where: value for path, value in typed.values.items() if (where := moved[path]) is not None}
    return Typed(values, frozenset(where for path in typed.removed if (where := moved[path]) is not None))


def applied(typed: Typed, live: Document) -> Record:
    """The record that stands, with what was typed. Raises EditError."""
    record = deepcopy(dict(live))
    for path, value in typed.values.items():
        put(record, path, value)
    for path in sorted(typed.removed, reverse=True):
        _remove(record, path)
    return record


def _moved(path: str, base: Document, live: Document) -> str | None:
    """Where a path of the older record is now; None for a site that is gone."""
    kind, _, rest = path.partition(".")
    number, _, field = rest.partition(".")
    if kind != "sites" or not number.isdecimal():
        return path
    old, new = ([site["name"] for site in record["sites"]] for record in (base, live))
    place = int(number)
    if place >= len(old):
        place = len(new)
    elif new[place : place + 1] != old[place : place + 1]:
        if old[place] not in new:
            return None
        place = new.index(old[place])
    return ".".join(filter(None, ("sites", str(place), field)))


def _remove(record: Record, path: str) -> None:
    kind, _, which = path.partition(".")
    if kind == "sites" and which.isdecimal() and int(which) < len(record["sites"]):
        del record["sites"][int(which)]
    elif kind == "how_to_refer" and which in record["how_to_refer"]:
        record["how_to_refer"][which] = None


@dataclass(frozen=True)
class Vouched:
    """What can be confirmed together: path, a site's name or an audience, its facts by field, and since when it is."""

    path: str
    title: str
    facts: Sequence[tuple[str, str]]
    confirmed_on: str | None


def to_confirm(document: Document) -> list[Vouched]:
    """The records of a service that say anything which needs somebody's word."""

    def vouched(path: str, title: str, record: Mapping[str, Any], names: Sequence[str]) -> Vouched:
        facts = [(name, plain(record[name])) for name in names if record.get(name)]
        return Vouched(path, title, facts, (record.get("confirmed") or {}).get("on"))

    sites: list[Record] = document["sites"]
    known = {audience: route for audience, route in document["how_to_refer"].items() if route}
    found = [
        vouched("", "", document, ("phone", "email", "url")),
        *(vouched(f"sites.{number}", site["name"], site, _SITE_FACTS) for number, site in enumerate(sites)),
        *(vouched(f"how_to_refer.{each}", each, route, _ROUTE_FACTS) for each, route in known.items()),
    ]
    return [each for each in found if each.facts]
