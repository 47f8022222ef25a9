"""A feed as service records: the whole feed is refused with every place and remedy, or all of it is read.

A feed is untrusted text. Markup is stripped, lengths are limited, and whatever comes in is unverified and no choice for
anybody until an operator has confirmed it, unless the operator says that the feed is our own export.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from directory.open_referral.form import (
    FeedAttribute,
    FeedLocation,
    FeedPhone,
    FeedPlace,
    FeedService,
)
from directory.open_referral.terms import (
    COUNTY,
    RECORD_JSON,
    RECORD_TEXT,
    Document,
    ident,
    join_address,
    print_hours,
    table,
    word,
)
from directory.services import Catalogue, Route, Service, ServicesError, Site, catalogue_of

MOST_SERVICES = 5_000
"""Services of one feed, at most."""

SOURCE_KEY = "open_referral"
"""The source that imported records name; the catalogue lists it."""

FEED_KIND = "programme"
"""What a service is taken for where the feed does not say: offered only to who asks for that very need."""

_ACTIVE = "active_at_source_date"


@dataclass(frozen=True)
class Imported:
    """`services`: records in our form, JSON-safe, each valid in the catalogue. `notes`: what was not taken."""

    services: tuple[Document, ...]
    notes: tuple[str, ...] = ()


def services_in(document: Any) -> list[Any]:
    """The services of a file: a list, a page of either version of the API, or one service. Raises ServicesError."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in ("contents", "content", "services"):
            if isinstance(document.get(name), list):
                found: list[Any] = document[name]
                return found
        if "id" in document and "name" in document:
            return [document]
    raise ServicesError("The file holds no Open Referral services; give a list of services, or a page with `contents`")


def from_feed(
    documents: Sequence[Any],
    catalogue: Catalogue,
    feed: str = "feed",
    *,
    ours: bool = False,
    district_of: Callable[[str], str | None] = lambda postcode: None,
) -> Imported:
    """Records for the services of a feed, and what could not be taken.

    `feed` names it in messages and as the source. `ours`: it is our operator's export, so that how sure each fact is
    and who confirmed it are believed. `district_of`: postcode -> GSS code, for places whose district is not given.
    Raises ServicesError listing everything that is wrong.
    """
    services = _read(documents, feed, ours)
    reader = _Reader(catalogue, feed, ours, district_of)
    problems = list(_not_json(services, feed))
    problems = problems or [*_twice(services, feed), *_unknown_terms(services, catalogue, feed)]
    if problems:
        raise ServicesError("\n".join(problems))
    records = [reader.record(service) for service in services]
    _check(records, catalogue, feed)
    return Imported(tuple(records), tuple(reader.notes))


def _read(documents: Sequence[Any], feed: str, ours: bool) -> list[FeedService]:
    """The services, or every field of the wrong form."""
    if len(documents) > MOST_SERVICES:
        raise ServicesError(f"{feed}: holds {len(documents)} services, more than {MOST_SERVICES}; divide it")
    services, problems = [], []
    for number, document in enumerate(documents, start=1):
        try:
            services.append(FeedService.model_validate(document, context={"ours": ours}))
        except ValidationError as error:
            name = document.get("name") if isinstance(document, dict) else None
            where = f"{feed}, service {number}" + (f" ({str(name)[:60]})" if name else "")
            for problem in error.errors(include_url=False, include_input=False, include_context=False):
                place = ".".join(str(part) for part in problem["loc"])
                problems.append(": ".join([where, *filter(None, [place]), problem["msg"]]) + "; correct this")
    if problems:
        raise ServicesError("\n".join(problems))
    return services


def _twice(services: Sequence[FeedService], feed: str) -> Iterator[str]:
    for found, times in Counter(service.id for service in services).items():
        if times > 1:
            yield f"{feed}, service {found[:60]}: id: used {times} times; give each service its own id"
    for found, times in Counter(
        slug for service in services if (slug := _records(service.attributes).get("id"))
    ).items():
        if times > 1:
            yield f"{feed}, service {found}: record id: used {times} times; give each service its own"


def _unknown_terms(services: Sequence[FeedService], catalogue: Catalogue, feed: str) -> Iterator[str]:
    """Terms that claim to be of our own vocabulary and are not."""
    known = {"need": set(catalogue.need_tags), "audience": set(catalogue.audiences)}
    for service in services:
        for kind, tag in _own_terms(service.attributes):
            if tag not in known.get(kind, {tag}):
                listed = "need_tags" if kind == "need" else "audiences"
                yield (
                    f"{feed}, service {service.name}: attributes: {kind} {tag!r} is unknown; "
                    f"use one of {listed}, or add it there"
                )


def _own_terms(attributes: Sequence[FeedAttribute]) -> Iterator[tuple[str, str]]:
    """Kind and tag of each attribute of our taxonomy; from its names where a reader in between dropped the code."""
    for attribute in attributes:
        found = attribute.taxonomy_term
        if found is None or found.taxonomy != table()["taxonomy"]["code"]:
            continue
        code = found.code or f"{attribute.link_type}:{(found.name or '').replace(' ', '_')}"
        kind, _, tag = code.partition(":")
        if kind in table()["terms"] and kind != "record":
            yield kind, tag


def _tags(attributes: Sequence[FeedAttribute], kind: str) -> list[str]:
    return [tag for of, tag in _own_terms(attributes) if of == kind]


def _records(attributes: Sequence[FeedAttribute]) -> Document:
    """Fields of our record that travel as attributes."""
    fields = _record_fields(attributes)
    return {name: value if kind == RECORD_TEXT else json.loads(value) for name, kind, value in fields}


def _record_fields(attributes: Sequence[FeedAttribute]) -> Iterator[tuple[str, str, str]]:
    """Field, link type and value of each."""
    for attribute in attributes:
        code = (attribute.taxonomy_term.code or "") if attribute.taxonomy_term else ""
        if code.startswith("record:") and attribute.link_type in (RECORD_TEXT, RECORD_JSON):
            yield code.removeprefix("record:"), attribute.link_type, attribute.value or ""


def _not_json(services: Sequence[FeedService], feed: str) -> Iterator[str]:
    for service in services:
        places = [place.location.attributes for place in service.service_at_locations if place.location]
        contacts = [contact.attributes for contact in service.contacts]
        for attributes in (service.attributes, *contacts, *places):
            for name, kind, value in _record_fields(attributes):
                if kind == RECORD_JSON and not _is_json(value):
                    yield f"{feed}, service {service.name}: {name}: its attribute is not JSON; export the feed again"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _check(records: Sequence[Document], catalogue: Catalogue, feed: str) -> None:
    """That the catalogue stays whole with these records in it."""
    whole = catalogue.model_dump(mode="json")
    fresh = {record["id"]: record for record in records}
    whole["services"] = [each for each in whole["services"] if each["id"] not in fresh] + list(records)
    catalogue_of(whole, feed)


@dataclass
class _Reader:
    catalogue: Catalogue
    feed: str
    ours: bool
    district_of: Callable[[str], str | None]
    notes: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)

    def record(self, service: FeedService) -> Document:
        """The record of one service, in our form."""
        told = _records(service.attributes)
        known = self._known(service, told)
        facts = self._facts(service, told)
        if self.ours or known is None:
            record = _blank(Service) | facts
        else:
            kept = known.model_dump(mode="json")
            record = kept | {name: value for name, value in facts.items() if value not in (None, [])}
        record["id"] = known.id if known else self._new_id(service, told)
        self._taken.add(record["id"])
        record["sites"] = self._sites(service, record["id"])
        record["how_to_refer"] = self._routes(service, told, record["id"])
        if self.ours:
            return record | {name: value for name, value in told.items() if name in Service.model_fields}
        return record | self._unverified(service) | {"referable": False}  # until an operator has confirmed it

    def _facts(self, service: FeedService, told: Document) -> Document:
        """What the feed's own fields say."""
        substances, audiences = _tags(service.attributes, "substance"), _tags(service.attributes, "audience")
        provider = service.organization.name if service.organization else None
        description = told.get("description", service.description)
        return {
            "name": service.name,
            "provider": provider,
            "provider_shown": provider,
            "kind": next(iter(_tags(service.attributes, "kind")), FEED_KIND),
            "parent": told.get("parent"),
            "description": service.name if description is None else description,
            "status": _ACTIVE if service.status == "active" else "unknown",
            "referable": True,
            **self._where(service, told),
            "age_min": _years(service.minimum_age),
            "age_max": _years(service.maximum_age),
            "substances": substances or None,
            "audiences": audiences or None,
            "needs": self._needs(service),
            "phone": _number(service.phones),
            "email": service.email,
            "url": self._web(service) if "url" not in told else told["url"],
            "also_sources": [],
        }

    def _web(self, service: FeedService) -> str | None:
        """A web address, and no other kind."""
        if service.url is None or re.match(r"(https?://|www\.)", service.url, re.IGNORECASE):
            return service.url
        self._note(service, f"{service.url[:80]!r} is no web address")
        return None

    def _known(self, service: FeedService, told: Document) -> Service | None:
        """The record this service already has: by its id, else by its name and provider."""
        provider = service.organization.name if service.organization else None
        for each in self.catalogue.services:
            if told.get("id", each.id if service.id == ident("service", each.id) else None) == each.id:
                return each
        if "id" in told:
            return None
        alike = (service.name.casefold(), (provider or "").casefold())
        for each in self.catalogue.services:
            if alike == (each.name.casefold(), (each.provider_shown or "").casefold()):
                return each
        return None

    def _new_id(self, service: FeedService, told: Document) -> str:
        """The id it had here, else one made from its name."""
        wanted = str(told["id"]) if "id" in told else _slug(service.name)
        taken = self._taken | {each.id for each in self.catalogue.services}
        if "id" in told or wanted not in taken:
            return wanted
        return f"{wanted[:32]}_{ident('feed', service.id)[:8]}"

    def _where(self, service: FeedService, told: Document) -> Document:
        """Districts by their codes, else by their names; None where the feed names none of ours."""
        names = {name.casefold(): code for code, name in self.catalogue.districts.items()}
        found: list[str] = []
        for area in service.service_areas:
            code = (area.uri or "").rpartition("/")[2]
            code = code if code in self.catalogue.districts else names.get((area.name or "").casefold(), "")
            if code and code not in found:
                found.append(code)
        if any(area.name == word("national") for area in service.service_areas):
            return {"coverage": "national", "districts": list(self.catalogue.districts)}
        if not found and service.service_areas and told.get("coverage") is None:
            self._note(service, "none of its areas is a district of Kent or Medway")
        coverage = told.get("coverage")
        fits = set(self.catalogue.coverage_groups.get(coverage or "", found)) == set(found)
        return {"coverage": coverage if fits else None, "districts": found or None}

    def _needs(self, service: FeedService) -> list[str]:
        """Our own tags, and terms of other lists whose name we know; the others are noted."""
        needs = _tags(service.attributes, "need")
        for attribute in service.attributes:
            found = attribute.taxonomy_term
            if found is None or not found.name or found.taxonomy == table()["taxonomy"]["code"]:
                continue
            name = found.name.casefold()
            tag = table()["need_names"].get(name, name.replace(" ", "_").replace("-", "_"))
            if tag in self.catalogue.need_tags:
                needs.append(tag)
            else:
                self._note(service, f"its term {found.name[:80]!r} is none of our needs")
        return list(dict.fromkeys(needs))

    def _sites(self, service: FeedService, service_id: str) -> list[Document]:
        """Its places. One whose district cannot be told is noted and left out."""
        sites = []
        for place in service.service_at_locations:
            if place.location is None:
                continue
            told = _records(place.location.attributes)
            if (district := self._district(place.location)) is None:
                self._note(service, f"{place.location.name or 'a place'} was left out: its district is not known")
                continue
            sites.append(self._site(service, place, place.location, told, district))
        return sites

    def _site(
        self, service: FeedService, place: FeedPlace, location: FeedLocation, told: Document, district: str
    ) -> Document:
        address = location.addresses[0] if location.addresses else None
        schedules = [*place.schedules, *location.schedules]
        hours = [printed for each in schedules if (printed := print_hours(each.model_dump()))]
        if location.accessibility:
            self._note(service, f"{location.name or 'a place'}: its accessibility has no place in our records")
        site = _blank(Site) | {
            "name": location.name or service.name,
            "kind": next(iter(_tags(location.attributes, "site_kind")), "place"),
            "district": district,
            "address": join_address(address.model_dump()) or None if address else None,
            "postcode": address.postal_code if address else None,
            "phone": _number([*place.phones, *location.phones]),
            "opening_hours": "; ".join(hours) or None,
        }
        if self.ours:
            return site | {name: value for name, value in told.items() if name in Site.model_fields}
        return site | self._unverified(service)

    def _district(self, location: FeedLocation) -> str | None:
        """As our own feed gives it, else by the postcode, else by the name in the address."""
        for code in _tags(location.attributes, "district"):
            if code in self.catalogue.districts:
                return code
        names = {name.casefold(): code for code, name in self.catalogue.districts.items()}
        for address in location.addresses:
            if address.postal_code and (found := self.district_of(address.postal_code)):
                return found
            for part in (address.city, address.region, address.state_province):
                if part != COUNTY and (named := names.get((part or "").casefold())):
                    return named
        return None

    def _routes(self, service: FeedService, told: Document, service_id: str) -> dict[str, Document | None]:
        """The ways to refer, by audience. What is written for nobody in particular is noted."""
        routes: dict[str, Document | None] = {}
        titles = {words.casefold(): audience for audience, words in self.catalogue.audiences.items()}
        for contact in service.contacts:
            fields = _records(contact.attributes)
            audience = next(iter(_tags(contact.attributes, "audience")), titles.get((contact.title or "").casefold()))
            if audience is None or "text" not in fields:
                self._note(service, f"its contact {contact.title or 'without a title'!r} says no way to refer we know")
                continue
            route = _blank(Route) | {"text": fields["text"]}
            route |= {"phone": _number(contact.phones), "email": contact.email}
            unverified = {} if self.ours else self._unverified(service)
            kept = {name: value for name, value in fields.items() if self.ours and name in Route.model_fields}
            routes[audience] = route | kept | unverified
        if service.application_process and not service.contacts:
            self._note(service, f"how to refer: {service.application_process[:200]}")
        unknown = told.get("no_route", []) if self.ours else []
        order = list(self.catalogue.audiences)
        return dict(sorted((dict.fromkeys(unknown) | routes).items(), key=lambda pair: order.index(pair[0])))

    def _unverified(self, service: FeedService) -> Document:
        """Where a fact of somebody else's feed comes from: unverified, whatever the feed claims."""
        said = [_day(each) for each in (service.assured_date, service.last_modified)]
        days = [day for day in said if day]
        return {
            "source": self.feed,
            "source_key": SOURCE_KEY,
            "source_date": max(days) if days else None,
            "confidence": "unverified",
            "confirmed": None,
        }

    def _note(self, service: FeedService, sentence: str) -> None:
        self.notes.append(f"{self.feed}, service {service.name}: {sentence}")


def _blank(kind: type[Service] | type[Site] | type[Route]) -> Document:
    """Every field that must be there, with nothing in it."""
    return {name: None for name, about in kind.model_fields.items() if about.is_required()}


def _number(phones: Sequence[FeedPhone]) -> str | None:
    """The first number; of one to text, the instruction."""
    for phone in phones:
        if phone.number:
            return phone.description if phone.type == "text" and phone.description else phone.number
    return None


def _years(age: float | None) -> int | float | None:
    """Whole years as a whole number; anything else is refused with the record."""
    return int(age) if age is not None and age == int(age) else age


def _day(text: str | None) -> str | None:
    """The day of a date or a moment; None for what is neither."""
    try:
        return date.fromisoformat((text or "")[:10]).isoformat()
    except ValueError:
        return None


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return (slug if slug[:1].isalpha() and len(slug) > 1 else f"service_{slug}".rstrip("_"))[:41]
