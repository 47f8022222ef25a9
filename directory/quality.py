"""What is wanting in the directory: what to ring, find or commission next. For operators, never the public."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import groupby
from typing import Literal

from directory import showing
from directory.coverage import AGES, Coverage
from directory.services import Catalogue, Service
from directory.showing import Record
from directory.standing import REVIEW_MONTHS, last_seen, months_between, review_due

Kind = Literal["unconfirmed", "no_way_in", "stale", "ending", "no_address", "gap"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`subject`: the service's id, or the need; `field`: what of it; `what` is wanting; `remedy`: what to do."""

    kind: Kind
    subject: str
    field: str
    what: str
    remedy: str

    def document(self) -> dict[str, str]:
        """As JSON-safe data."""
        return asdict(self)


_PEOPLE = {"adult": "adults", "young_person": "young people"}

Check = Callable[[Service, Catalogue, date], Iterator[Finding]]


def findings(catalogue: Catalogue, coverage: Coverage, today: date) -> list[Finding]:
    """Everything wanting, by kind, in the order of the file."""
    found = [each for check in CHECKS for service in catalogue.services for each in check(service, catalogue, today)]
    return [*found, *_gaps(coverage)]


def unconfirmed(service: Service, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """Contact details that are known but may not be shown as they stand."""
    for field, value, known in _contacts(service, today):
        if value is not None and not known:
            yield Finding(
                "unconfirmed", service.id, field, value, f"Ask the service, then confirm {service.id} or correct it"
            )


def _contacts(service: Service, today: date) -> Iterator[tuple[str, str | None, bool]]:
    """Each contact detail: its field, what is known, and whether that may be shown without a warning."""
    web = showing.web(service, today)
    yield "phone", service.phone, showing.number(service, today) is not None
    yield "email", service.email, showing.email(service, today) is not None
    yield "url", service.url, web is not None and web.check_year is None
    for at, site in enumerate(service.sites):
        fresh = showing.is_fresh(site, today)
        for field in ("address", "phone", "opening_hours"):
            yield f"sites.{at}.{field}", getattr(site, field), fresh
    for audience, route in service.how_to_refer.items():
        if route:
            fresh = showing.is_fresh(route, today)
            for field in ("phone", "email", "url"):
                yield f"how_to_refer.{audience}.{field}", getattr(route, field), fresh


def no_way_in(service: Service, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """Audiences that are offered a service and told neither how they refer nor anything to reach it by."""
    reachable = showing.number(service, today) or showing.email(service, today) or showing.web(service, today)
    if not service.referable or reachable:
        return
    missing = [
        audience
        for audience in service.audiences or ()
        if showing.route(service.how_to_refer.get(audience), today) is None
    ]
    if missing:
        yield Finding(
            "no_way_in",
            service.id,
            "how_to_refer",
            f"no way in for {', '.join(missing)}",
            f"Ask the service how they refer, then add it to how_to_refer of {service.id}",
        )


def stale(service: Service, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """A service, site or route that nobody has seen or confirmed for six months."""
    for field, record in _records(service):
        seen = last_seen(record)
        if review_due(record, today):
            what = f"last seen {seen.isoformat()}" if seen else "never dated"
            remedy = f"Check it against its source ({record.source_key}) or with the service, then confirm it"
            yield Finding("stale", service.id, field, what, remedy)


def _records(service: Service) -> Iterator[tuple[str, Record]]:
    """The service, its sites and its routes, each with its field."""
    yield "", service
    yield from ((f"sites.{at}", site) for at, site in enumerate(service.sites))
    yield from ((f"how_to_refer.{audience}", route) for audience, route in service.how_to_refer.items() if route)


def ending(service: Service, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """A service or contract whose known end is past, or less than six months away."""
    ends = {"valid_to": service.valid_to, "contract.end": _day((service.contract or {}).get("end"))}
    for field, end in ends.items():
        if end is not None and months_between(today, end) < REVIEW_MONTHS:
            what = f"{'ended' if end < today else 'ends'} on {showing.in_words(end.isoformat())}"
            yield Finding("ending", service.id, field, what, "Ask the commissioner what follows, and who runs it")


def _day(written: object) -> date | None:
    """A date as a contract writes it; None for anything else."""
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None


def no_address(service: Service, catalogue: Catalogue, today: date) -> Iterator[Finding]:
    """A place without a street or a postcode."""
    for at, site in enumerate(service.sites):
        missing = [field for field in ("address", "postcode") if getattr(site, field) is None]
        if missing:
            what = f"{site.name} ({catalogue.districts[site.district]}) has no {' and no '.join(missing)}"
            yield Finding("no_address", service.id, f"sites.{at}", what, "Ask the service where it is")


CHECKS: Sequence[Check] = (unconfirmed, no_way_in, stale, ending, no_address)


def _gaps(coverage: Coverage) -> Iterator[Finding]:
    """Needs for which an audience is offered nothing, with the areas."""
    for need in coverage.needs:
        for age in AGES:
            by_areas = groupby(sorted(coverage.gaps(age, need), key=lambda gap: gap[1]), key=lambda gap: gap[1])
            for areas, alike in by_areas:
                everywhere = len(areas) == len(coverage.areas)
                where = "any area" if everywhere else ", ".join(coverage.areas[code] for code in areas)
                who = ", ".join(audience for audience, _ in alike)
                what = f"nothing for {_PEOPLE[age]} in {where} when asked by {who}"
                yield Finding("gap", need, age, what, "Find or commission a service, or check whom the known ones take")
