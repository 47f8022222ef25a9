"""The directory as Open Referral services: for everyone what may be shown today, for an operator everything.

What the public gets follows `directory/showing.py`. An operator's export carries each record's remaining fields as
attributes of the local taxonomy, so that `from_feed` gives the records back as they were.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory import showing
from directory.contacting import BASES
from directory.open_referral.attributes import attribute, record_attribute, record_attributes
from directory.open_referral.facts import Everything, Public
from directory.open_referral.terms import (
    COUNTY,
    GSS,
    Document,
    ident,
    join_address,
    read_hours,
    split_address,
    table,
    word,
)
from directory.services import Catalogue, Route, Service, Site, earliest
from directory.showing import Record, Shown

LOST = (
    "The vocabulary (need tags, statuses, coverage groups, audiences) and the list of sources: a feed holds services.",
    "The order of services, where another program sorts them.",
    "HSDS fields we keep nothing for are left out: languages, accessibility, funding, programmes, required documents.",
)
"""What an operator's export does not carry."""

LOST_IN_PUBLIC = (
    *LOST,
    "Panels, prisons, probation offices and services not yet running: they are no places to refer to.",
    "Services known only from copies by third parties, until an operator has confirmed them.",
    "Telephone numbers, e-mail addresses, web addresses, opening hours and routes that nobody has confirmed.",
    "Sources, notes, contracts, rules of eligibility and how sure each fact is.",
)
"""What the public feed does not carry."""

NEVER_SHOWN = frozenset({"third_party_copy", "unverified"})

_SERVICE_FIELDS = frozenset(
    {"name", "description", "provider_shown", "districts", "age_min", "age_max", "substances", "audiences", "needs"}
    | {"kind", "phone", "email", "url", "sites", "how_to_refer"}
)
_SITE_FIELDS = frozenset({"name", "kind", "district", "address", "postcode", "phone", "opening_hours"})
_ROUTE_FIELDS = frozenset({"phone", "email"})
"""Fields with a place of their own in the feed; every other one becomes an attribute."""


def to_feed(
    catalogue: Catalogue, today: date, everything: bool = False, instead: str | None = None
) -> tuple[Document, ...]:
    """Each service in full, in the order of the catalogue. `everything`: for an operator, unconfirmed facts too.

    `instead`: the web address given with a service whose own may not be shown; the UK profile asks for one.
    """
    facts = Everything() if everything else Public(today)
    writer = _Writer(catalogue, today, facts, everything, instead)
    return tuple(writer.service(service) for service in catalogue.services if everything or is_public(service, today))


def is_public(service: Service, today: date) -> bool:
    """Somewhere people can be referred to today, named by a source that may be shown, or confirmed."""
    known = service.confirmed is not None or service.confidence not in NEVER_SHOWN
    return known and service.on(today) and service.referable and service.kind != "multi_agency_panel"


def listed(service: Document) -> Document:
    """A service as a list shows it: its own fields and who runs it, nothing nested."""
    return {name: value for name, value in service.items() if not isinstance(value, list)}


def page_of(services: Sequence[Any], number: int, size: int) -> Document:
    """One page of a list, of whatever stands for a service, in the envelope of the API. `number` counts from 1."""
    contents = list(services[(number - 1) * size : number * size])
    pages = max(1, -(-len(services) // size))
    return {
        "total_items": len(services),
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def taxonomies() -> list[Document]:
    """The one taxonomy of the feed."""
    of = table()["taxonomy"]
    return [{"id": ident("taxonomy", of["code"]), **{name: of[name] for name in ("name", "description", "version")}}]


def terms(services: Iterable[Document]) -> list[Document]:
    """Every term that the services or their places use, once, by code."""
    found: dict[str, Document] = {}
    for service in services:
        places = [link["location"] for link in service.get("service_at_locations", ())]
        for owner in (service, *places, *service.get("contacts", ())):
            found.update({each["taxonomy_term"]["code"]: each["taxonomy_term"] for each in owner.get("attributes", ())})
    return [found[code] for code in sorted(found)]


@dataclass(frozen=True)
class _Writer:
    catalogue: Catalogue
    today: date
    facts: Everything
    everything: bool
    instead: str | None

    def service(self, service: Service) -> Document:
        """A service with all that belongs to it."""
        own = ident("service", service.id)
        web = self.facts.web(service)
        return _known(
            {
                "id": own,
                "name": service.name,
                **self._organization(service),
                "description": self._description(service),
                "url": _with_scheme(web.value) if web else self.instead,
                "email": self.facts.email(service),
                "status": self._status(service),
                "application_process": self._application_process(service),
                "eligibility_description": " ".join(_for_whom(service, self.everything)) or None,
                "minimum_age": service.age_min,
                "maximum_age": service.age_max,
                "assured_date": service.confirmed.on.isoformat() if service.confirmed else None,
                "alert": " ".join(self._alert(service, web)) or None,
                "last_modified": _last_modified(service),
                "phones": _phones(self.facts.number(service), own, "service_id"),
                "service_areas": list(self._areas(service, own)),
                "service_at_locations": [
                    self._place(service, site, own) for site in service.sites if self._is_told(site)
                ],
                "contacts": list(self._contacts(service, own)),
                "cost_options": _free(service, own),
                "attributes": list(self._attributes(service, own)),
                "metadata": self._confirmation(service, own, "service"),
            }
        )

    def _organization(self, service: Service) -> Document:
        provider = service.provider_shown
        if provider is None:
            return {}
        own = ident("organization", provider)
        about = {"id": own, "name": provider, "description": word("organization", provider=provider)}
        return {"organization_id": own, "organization": about}

    def _description(self, service: Service) -> str:
        """UK readers see neither telephone numbers nor whom it is for elsewhere, so the public words end with them."""
        if self.everything:
            return service.description
        ends = [*_for_whom(service, False), *_in_words(self.facts.number(service))]
        return "\n\n".join([service.description, *ends])

    def _status(self, service: Service) -> str:
        if not service.on(self.today):
            return "defunct" if service.valid_to and service.valid_to < self.today else "inactive"
        status: str = table()["statuses"].get(service.status, "inactive")
        return "active" if service.confirmed else status

    def _alert(self, service: Service, web: Shown | None) -> Iterator[str]:
        if web and web.check_year:
            yield word("check_web", year=web.check_year)
        if service.valid_to:
            yield word("until", date=showing.in_words(service.valid_to.isoformat()))
        if service.confirmed:
            return
        if service.source_date is None:
            yield word("undated")
        elif not showing.is_fresh(service, self.today):
            yield word("as_of", date=showing.in_words(service.source_date))
        if service.status != "active_at_source_date":
            yield word("may_have_changed")

    def _application_process(self, service: Service) -> str | None:
        routes = ((audience, route) for audience, route in service.how_to_refer.items() if route)
        lines = [
            word("for_audience", audience=self._audience(audience), route=words)
            for audience, route in routes
            if (words := self._route_words(route))
        ]
        return "\n".join(lines) or None

    def _audience(self, audience: str) -> str:
        words = self.catalogue.audiences[audience]
        return words[0].upper() + words[1:]

    def _route_words(self, route: Route) -> str | None:
        shown = self.facts.route(route)
        if shown and shown.check_year:
            return word("check_route", route=shown.value, year=shown.check_year)
        return shown.value if shown else None

    def _areas(self, service: Service, own: str) -> Iterator[Document]:
        if service.coverage in ("national", "any_area"):
            name = word(service.coverage)
            yield {
                "id": ident(own, "area", name),
                "service_id": own,
                "name": name,
                "extent": name,
                "extent_type": "text",
            }
            return
        for code in service.districts or ():
            name = self.catalogue.districts[code]
            yield {
                "id": ident(own, "area", code),
                "service_id": own,
                "name": name,
                "extent": name,
                "extent_type": "text",
                "uri": GSS + code,
            }

    def _is_told(self, site: Site) -> bool:
        """A place the public may go to, or whose address may be shown."""
        return self.everything or site.kind in BASES or self.facts.has_address(site) is not None

    def _place(self, service: Service, site: Site, service_id: str) -> Document:
        location_id = ident(service_id, "site", site.name, site.district)
        own = ident(location_id, "link")
        address = self.facts.has_address(site)
        check = None if self.everything else self._how_sure(site, address)
        hours = self.facts.hours(site)
        return _known(
            {
                "id": own,
                "service_id": service_id,
                "location_id": location_id,
                "description": check,
                "phones": _phones(self.facts.number(site), own, "service_at_location_id"),
                "schedules": [_schedule(hours, own)] if hours else [],
                "location": _known(
                    {
                        "id": location_id,
                        "location_type": "physical",
                        "name": site.name,
                        "description": check,
                        "addresses": [self._address(site, location_id)] if address else [],
                        "attributes": list(self._site_attributes(site, location_id)),
                        "metadata": self._confirmation(site, location_id, "location"),
                    }
                ),
            }
        )

    def _how_sure(self, site: Site, address: Shown | None) -> str | None:
        """A warning with a place or an address that nobody has seen lately."""
        if address and address.check_year:
            return word("check_address", year=address.check_year)
        if showing.is_fresh(site, self.today):
            return None
        return word("as_of", date=showing.in_words(site.source_date)) if site.source_date else word("undated")

    def _address(self, site: Site, location_id: str) -> Document:
        street, town = split_address(site.address or "", self.catalogue.districts[site.district])
        return {
            "id": ident(location_id, "address"),
            "location_id": location_id,
            "address_1": street,
            "city": town,
            "state_province": COUNTY,
            "postal_code": site.postcode,
            "country": "GB",
            "address_type": "physical",
        }

    def _contacts(self, service: Service, service_id: str) -> Iterator[Document]:
        """One contact for each audience whose way to refer may be told."""
        for audience, route in service.how_to_refer.items():
            if route is None or (words := self._route_words(route)) is None:
                continue
            own = ident(service_id, "contact", audience)
            phone, email = self.facts.route_ways(route)
            attributes = [attribute(own, "contact", "audience", audience, self.catalogue.audiences[audience])]
            if self.everything:
                attributes += record_attributes(own, "contact", route, _ROUTE_FIELDS)
            else:
                attributes.append(record_attribute(own, "contact", "text", words))
            yield _known(
                {
                    "id": own,
                    "service_id": service_id,
                    "title": self._audience(audience),
                    "email": email,
                    "phones": _phones(phone, own, "contact_id"),
                    "attributes": attributes,
                    "metadata": self._confirmation(route, own, "contact"),
                }
            )

    def _attributes(self, service: Service, own: str) -> Iterator[Document]:
        yield attribute(own, "service", "kind", service.kind)
        for need in service.needs:
            yield attribute(own, "service", "need", need)
        for substance in service.substances or ():
            yield attribute(own, "service", "substance", substance)
        for audience in service.audiences or ():
            yield attribute(own, "service", "audience", audience, self.catalogue.audiences[audience])
        for way in service.attending:
            yield attribute(own, "service", "way", way)
        if self.everything:
            yield from record_attributes(own, "service", service, _SERVICE_FIELDS)
            yield from self._not_carried(service, own)
        else:
            for field in ("id", "parent", "coverage"):
                if (value := getattr(service, field)) is not None:
                    yield record_attribute(own, "service", field, value)
            if self.instead and self.facts.web(service) is None:
                yield record_attribute(own, "service", "url", None)
            if self._description(service) != service.description:
                yield record_attribute(own, "service", "description", service.description)

    def _not_carried(self, service: Service, own: str) -> Iterator[Document]:
        """What the feed's own fields would blur: empty lists, national districts, audiences without a known route."""
        for field in ("districts", "substances", "audiences"):
            value = getattr(service, field)
            blurred = field == "districts" and service.coverage in ("national", "any_area")
            if blurred or value == ():
                yield record_attribute(own, "service", field, value and list(value))
        unknown = [audience for audience, route in service.how_to_refer.items() if route is None]
        if unknown:
            yield record_attribute(own, "service", "no_route", unknown)
        if service.url and _with_scheme(service.url) != service.url:
            yield record_attribute(own, "service", "url", service.url)

    def _site_attributes(self, site: Site, own: str) -> Iterator[Document]:
        yield attribute(own, "location", "district", site.district, self.catalogue.districts[site.district])
        yield attribute(own, "location", "site_kind", site.kind)
        if not self.everything:
            return
        yield from record_attributes(own, "location", site, _SITE_FIELDS)
        carried = site.address and site.postcode and join_address(self._address(site, own))
        for field, value in (("address", site.address), ("postcode", site.postcode)):
            if value is not None and (not carried or (field == "address" and value != carried)):
                yield record_attribute(own, "location", field, value)

    def _confirmation(self, record: Record, own: str, kind: str) -> list[Document]:
        """That an operator asked the service itself, for the operator: by role, never by name."""
        if record.confirmed is None or not self.everything:
            return []
        return [
            {
                "id": ident(own, "confirmed"),
                "resource_id": own,
                "resource_type": kind,
                "last_action_date": record.confirmed.on.isoformat(),
                "last_action_type": "confirm",
                "field_name": "confirmed",
                "previous_value": "",
                "replacement_value": record.confirmed.on.isoformat(),
                "updated_by": record.confirmed.by,
            }
        ]


def _known(document: Document) -> Document:
    """Without what is not known: the schema has no null, and an empty list says nothing."""
    return {name: value for name, value in document.items() if value is not None and value != []}


def _for_whom(service: Service, everything: bool) -> Iterator[str]:
    if service.gender:
        yield word(service.gender)
    if service.who_for:
        yield word("who_for", who=service.who_for)
    if everything and service.eligibility_note:
        yield service.eligibility_note


def _in_words(phone: str | None) -> Iterator[str]:
    if phone:
        yield word("telephone" if phone[0].isdigit() else "text_message", number=phone)


def _phones(phone: str | None, own: str, owner: str) -> list[Document]:
    """A number to ring; or, of an instruction such as "Text KENT to 85258", the number to text."""
    if phone is None:
        return []
    texted = re.search(r"\d[\d ]*", phone) if not phone[0].isdigit() else None
    base = {"id": ident(own, "phone"), owner: own}
    if texted:
        return [{**base, "number": texted[0].strip(), "type": "text", "description": phone}]
    return [{**base, "number": phone, "type": "voice"}]


def _schedule(hours: str, own: str) -> Document:
    return {"id": ident(own, "schedule"), "service_at_location_id": own, **read_hours(hours), "description": hours}


def _free(service: Service, own: str) -> list[Document]:
    if service.id not in table()["free"]:
        return []
    return [{"id": ident(own, "free"), "service_id": own, "option": "Free", "currency": "gbp", "amount": 0}]


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"


def _last_modified(service: Service) -> str | None:
    """The newest day of all that is known of it: of a source, or of an operator's confirmation."""
    records: list[Record] = [service, *service.sites, *(route for route in service.how_to_refer.values() if route)]
    days = [earliest(record.source_date) for record in records if record.source_date]
    days += [record.confirmed.on for record in records if record.confirmed]
    return f"{max(days).isoformat()}T00:00:00.000Z" if days else None
