"""Why a service fits and how sure we are, as lines to say. Facts only: whatever no source states is left out."""

from collections.abc import Iterator, Mapping
from datetime import date

from directory import showing
from directory.eligibility import SUBSTANCE_NEEDS, Request
from directory.lines import Line
from directory.services import Service

_LINES = frozenset({"crisis", "helpline"})
"""Kinds that are one number for everyone: who answers it does not matter to the caller."""
_RUN_BY_MEMBERS = frozenset({"mutual_aid", "peer_group", "peer_organisation", "digital_tool"})
"""Kinds whose provider, where no source names one, nobody needs to wait for."""


def reason_lines(service: Service, request: Request, districts: Mapping[str, str], today: date) -> tuple[Line, ...]:
    """The reasons for one offer: who runs it, where, for whom, for what, how to come, and when that was last known."""
    return (
        *_provider(service),
        *_where(service, request, districts),
        *_for_whom(service),
        *_for_what(service, request),
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
    if service.coverage in ("national", "any_area"):
        yield Line(f"directory.reason.{service.coverage}")
    elif request.area is not None:
        yield Line("directory.reason.covers", {"area": districts[request.area]})


def _for_whom(service: Service) -> Iterator[Line]:
    lowest, highest = service.age_min, service.age_max
    if lowest is not None and highest is not None:
        yield Line("directory.reason.age_between", {"lowest": str(lowest), "highest": str(highest)})
    elif lowest is not None:
        yield Line("directory.reason.age_from", {"age": str(lowest)})
    elif highest is not None:
        yield Line("directory.reason.age_to", {"age": str(highest)})
    elif service.kind == "treatment_service":
        yield Line("directory.reason.age_not_stated")
    if service.gender:
        yield Line(f"directory.reason.{service.gender}")
    if service.who_for:
        yield Line("directory.reason.who_for", {"who": service.who_for})


def _for_what(service: Service, request: Request) -> Iterator[Line]:
    substances = set(service.substances or ())
    asked = set(request.substances) or {"alcohol", "drugs"}
    if "alcohol" in substances & asked:
        yield Line("directory.reason.alcohol")
    if substances - {"alcohol"} and "drugs" in asked:
        yield Line("directory.reason.drugs")
    for need in dict.fromkeys(request.needs):
        if need in service.needs and need not in SUBSTANCE_NEEDS:
            yield Line(f"directory.need.{need}")


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
        yield Line("directory.reason.checked", {"date": showing.in_words(service.confirmed.on.isoformat())})
    elif service.source_date is None:
        if service.kind not in _LINES:
            yield Line("directory.reason.undated")
    elif showing.is_fresh(service, today):
        yield Line("directory.reason.seen", {"date": showing.in_words(service.source_date)})
    else:
        yield Line("directory.reason.as_of", {"date": showing.in_words(service.source_date)})
    if service.status != "active_at_source_date" and not service.confirmed:
        yield Line("directory.reason.may_have_changed")
