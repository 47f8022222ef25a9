"""How to reach a service, as lines to say: what may be shown of it, else a confirmed way in. Never blank or a guess."""

from collections.abc import Iterator
from datetime import date

from directory import showing
from directory.eligibility import ADULT, Request
from directory.lines import Line
from directory.services import Service, Site

BASES = frozenset({"hub", "outreach_clinic", "walk_in", "drop_in"})
"""Kinds of site that people go to. The others are offices, or where somebody lives."""
_POINTED_TO = frozenset(
    {
        "treatment_service",
        "pathway",
        "programme",
        "ebi_service",
        "residential_rehab",
        "wellbeing_service",
        "housing",
        "homelessness",
        "family_service",
    }
)
"""Kinds a GP or NHS 111 can point to; for the others a helpline is the better way in."""


def has_contact(service: Service, request: Request, today: date) -> bool:
    """True where the service can be reached with what may be shown: a number, e-mail, a web address, a full route."""
    web = showing.web(service, today)
    return bool(
        showing.number(service, today)
        or showing.email(service, today)
        or (web and not web.check_year)
        or any(showing.site_number(site, today) for site in _near(service, request))
        or _full_route(service, request.audience, today)
    )


def contact_lines(service: Service, request: Request, today: date, beside: str | None = None) -> tuple[Line, ...]:
    """The lines for one offer. `beside`: the name of another service offered here that can be reached."""
    lines = [*_own(service, request, today)]
    if not has_contact(service, request, today):
        lines += [Line(f"directory.contact.{_missing(service, today)}"), *_ways_in(service, request)]
        lines += [Line("directory.contact.other_service", {"service": beside})] if beside else []
    return tuple(lines)


def _missing(service: Service, today: date) -> str:
    if service.kind != "digital_tool":
        return "still_confirming"
    return "if_that_fails" if showing.web(service, today) else "still_confirming_web"


def shown_contact(service: Service, today: date) -> str | None:
    """The one number or web address that may be shown for a service."""
    web = showing.web(service, today)
    return showing.number(service, today) or (web.value if web and not web.check_year else None)


def _own(service: Service, request: Request, today: date) -> Iterator[Line]:
    if (number := showing.number(service, today)) is not None:
        yield _call(number)
    if (email := showing.email(service, today)) is not None:
        yield Line("directory.contact.email", {"email": email})
    yield from _shown("web", showing.web(service, today))
    if (full := _full_route(service, request.audience, today)) is not None:
        yield from _shown("route", full)
    for site in _near(service, request):
        yield from _at(site, today)


def _near(service: Service, request: Request) -> list[Site]:
    return [site for site in service.sites if site.district == request.area and site.kind in BASES]


def _at(site: Site, today: date) -> Iterator[Line]:
    """A base in the person's own district: its address, or only that it exists."""
    place = showing.address(site, today)
    if place:
        yield from _shown("address", place)
    elif site.source_date:
        yield Line("directory.contact.site", {"site": site.name, "date": site.source_date})
    else:
        yield Line("directory.contact.site_undated", {"site": site.name})
    if (number := showing.site_number(site, today)) is not None:
        yield _call(number)
    if (hours := showing.opening_hours(site, today)) is not None:
        yield Line("directory.contact.hours", {"hours": hours})


def _call(number: str) -> Line:
    """A number to ring; or, where it begins with a word ("Text KENT to ..."), the instruction as it stands."""
    if number[0].isdigit():
        return Line("directory.contact.phone", {"phone": number})
    return Line("directory.contact.instruction", {"instruction": number})


def _shown(what: str, fact: showing.Shown | None) -> Iterator[Line]:
    if fact and fact.check_year:
        yield Line(f"directory.contact.{what}_check", {what: fact.value, "year": fact.check_year})
    elif fact:
        yield Line(f"directory.contact.{what}", {what: fact.value})


def _full_route(service: Service, audience: str, today: date) -> showing.Shown | None:
    """The audience's route where its words alone say how to refer."""
    found = service.how_to_refer.get(audience)
    return showing.route(found, today) if found and found.says_how else None


def _ways_in(service: Service, request: Request) -> Iterator[Line]:
    """Ways that are confirmed (interface.md section 7): GP, NHS 111, and the national helplines of `contacts.yaml`."""
    if service.kind in ("domestic_abuse", "crisis"):
        yield Line(f"directory.contact.{service.kind}")
        return
    if request.professional:
        yield Line("directory.contact.professional")
    elif service.kind in _POINTED_TO:
        yield Line("directory.contact.gp")
        yield Line("directory.contact.nhs_111")
    yield from _helplines(service, request)


def _helplines(service: Service, request: Request) -> Iterator[Line]:
    """Drinkline for adults' alcohol; FRANK for the young and for drugs, and where it is the only way left."""
    about = set(request.substances or service.substances or ())
    young = request.youngest < ADULT
    if "alcohol" in about and not young:
        yield Line("directory.contact.drinkline")
    only_way = not about and not request.professional and service.kind not in _POINTED_TO
    if young or about - {"alcohol"} or only_way:
        yield Line("directory.contact.frank")
