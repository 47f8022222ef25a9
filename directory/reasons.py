"""Why a service fits and how sure we are, as lines to say. Facts only: whatever no source states is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from directory import showing
from directory.eligibility import SUBSTANCE_NEEDS, Request
from directory.lines import Line
from directory.services import Service

THROUGH_THE_SERVICE = frozenset({"inpatient_detox", "residential_rehab"})
"""Needs that a treatment service does not meet itself: it is the way in (directory.md 2.5)."""
_LINES = frozenset({"crisis", "helpline"})
"""Kinds that are one number for everyone: who answers it does not matter to the caller."""
_RUN_BY_MEMBERS = frozenset({"mutual_aid", "peer_group", "peer_organisation", "digital_tool"})
"""Kinds whose provider, where no source names one, nobody needs to wait for."""


@dataclass(frozen=True, slots=True)
class Company:
    """What an offer stands with: its parts that fit, the name of a service it may be chosen over, that of a prison."""

    parts: tuple[Service, ...] = ()
    rival: str | None = None
    prison: str | None = None


ALONE = Company()


def reason_lines(
    service: Service, request: Request, districts: Mapping[str, str], today: date, company: Company = ALONE
) -> tuple[Line, ...]:
    """The reasons for one offer: who runs it, where, for whom, for what, how to come, and when that was last known."""
    return (
        *_provider(service),
        *_where(service, request, districts),
        *_after_prison(service, request, company),
        *_for_whom(service, company),
        *_for_what(service, request, company),
        *_parts(company, today),
        *_preferred(service, request),
        *_how_to_come(service, request, today),
        *_how_sure(service, today),
    )


def _provider(service: Service) -> Iterator[Line]:
    provider = service.provider_shown
    if provider and provider != service.name and service.kind not in _LINES:
        yield Line("directory.reason.provider", {"provider": provider})
    elif not provider and service.kind not in _LINES | _RUN_BY_MEMBERS:
        yield Line("directory.reason.provider_unknown")


def _where(service: Service, request: Request, districts: Mapping[str, str]) -> Iterator[Line]:
    covered = service.districts or ()
    if service.coverage in ("national", "any_area"):
        yield Line(f"directory.reason.{service.coverage}")
    elif request.area is not None and request.area in covered:
        yield Line("directory.reason.covers", {"area": districts[request.area]})
    elif request.own_area is not None and request.own_area in covered:
        yield Line("directory.reason.covers_own", {"area": districts[request.own_area]})


def _after_prison(service: Service, request: Request, company: Company) -> Iterator[Line]:
    """Where the referral begins, and that the home area decides, at the service that takes over."""
    if not request.leaves_prison or service.kind != "treatment_service":
        return
    if company.prison:
        yield Line("directory.reason.prison", {"prison": company.prison})
    yield Line("directory.reason.home_area")


def _for_whom(service: Service, company: Company) -> Iterator[Line]:
    lowest, highest = service.age_min, service.age_max
    if lowest is not None and highest is not None:
        yield Line("directory.reason.age_between", {"lowest": str(lowest), "highest": str(highest)})
    elif lowest is not None:
        yield Line("directory.reason.age_from", {"age": str(lowest)})
    elif highest is not None:
        yield Line("directory.reason.age_to", {"age": str(highest)})
    elif service.kind == "treatment_service":
        yield Line("directory.reason.age_not_stated")
    if company.rival:
        yield Line("directory.reason.choice", {"service": company.rival})
    if service.gender:
        yield Line(f"directory.reason.{service.gender}")
    if service.who_for:
        yield Line("directory.reason.who_for", {"who": service.who_for})


def _for_what(service: Service, request: Request, company: Company) -> Iterator[Line]:
    substances = set(service.substances or ())
    asked = set(request.substances) or {"alcohol", "drugs"}
    if "alcohol" in substances & asked:
        yield Line("directory.reason.alcohol")
    if substances - {"alcohol"} and "drugs" in asked:
        yield Line("directory.reason.drugs")
    met = set(service.needs).union(*(part.needs for part in company.parts)) - SUBSTANCE_NEEDS
    for need in dict.fromkeys(request.needs):
        if need in met and need in THROUGH_THE_SERVICE and service.kind == "treatment_service":
            yield Line(f"directory.reason.{need}")
        elif need in met:
            yield Line(f"directory.need.{need}")


def _parts(company: Company, today: date) -> Iterator[Line]:
    """What the service has besides: in one line all that is known from the same day, then for whom each is."""
    known: dict[str | None, list[str]] = {}
    for part in company.parts:
        old = part.source_date and not showing.is_fresh(part, today)
        known.setdefault(part.source_date if old else None, []).append(part.name)
    for day, names in known.items():
        listed = "; ".join(names)
        if day is None:
            yield Line("directory.reason.parts", {"parts": listed})
        else:
            yield Line("directory.reason.parts_as_of", {"parts": listed, "date": day})
    for part in company.parts:
        if part.who_for:
            yield Line("directory.reason.part_for", {"part": part.name, "who": part.who_for})


def _preferred(service: Service, request: Request) -> Iterator[Line]:
    """The ways that were preferred: stated by a source, or not known; a service is never said not to offer one."""
    for way in dict.fromkeys(request.prefers):
        stated = next((stated for known, stated in service.attending.items() if known == way), None)
        if stated is None:
            yield Line(f"directory.reason.way_{way}_unknown")
        elif stated.source_date:
            yield Line(f"directory.reason.way_{way}_as_of", {"date": stated.source_date})
        else:
            yield Line(f"directory.reason.way_{way}")


def _how_to_come(service: Service, request: Request, today: date) -> Iterator[Line]:
    """How this audience may come, where a source says so; a route that tells the whole way is among the contacts."""
    found = service.how_to_refer.get(request.audience)
    shown = showing.route(found, today)
    if not found or not shown or found.says_how:
        return
    if shown.check_year:
        yield Line("directory.reason.route_check", {"route": shown.value, "year": shown.check_year})
    else:
        yield Line("directory.reason.route", {"route": shown.value})


def _how_sure(service: Service, today: date) -> Iterator[Line]:
    if service.confirmed:
        yield Line("directory.reason.checked", {"date": service.confirmed.on.isoformat()})
    elif service.source_date is None:
        if service.kind not in _LINES:
            yield Line("directory.reason.undated")
    elif showing.is_fresh(service, today):
        yield Line("directory.reason.seen", {"date": service.source_date})
    else:
        yield Line("directory.reason.as_of", {"date": service.source_date})
    if service.status != "active_at_source_date" and not service.confirmed:
        yield Line("directory.reason.may_have_changed")
