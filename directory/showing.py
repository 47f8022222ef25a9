"""What may be shown of a service today: one small function per kind of fact, after section 7 of the interface.

Each takes the day it is asked on and answers with what may be said, or None. Nothing here knows who is asking.
"""

from dataclasses import dataclass
from datetime import date

from directory.services import Route, Service, Site, SourceDate, earliest

FRESH_MONTHS = 24
"""A source is fresh until it is this old. A date known only to the year counts from 1 January."""

CRISIS_KINDS = frozenset({"crisis", "safeguarding"})
HELPLINE_KINDS = frozenset({"crisis", "helpline", "mutual_aid"})
_VERIFIED = frozenset({"verified_in_dated_source", "verified_in_undated_source"})
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Record = Service | Site | Route


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact that may be shown; `check_year`: say "check before you go" with the year of its source."""

    value: str
    check_year: str | None = None


def in_words(source_date: SourceDate) -> str:
    """The date as exact as it is known: "2024", "December 2024" or "21 October 2024"."""
    year, *rest = source_date.split("-")
    month = [_MONTHS[int(part) - 1] for part in rest[:1]]
    day = [str(int(part)) for part in rest[1:]]
    return " ".join([*day, *month, year])


def is_fresh(record: Record, today: date) -> bool:
    """True where an operator confirmed it, or a dated source under 24 months old says so."""
    if record.confirmed:
        return True
    if record.confidence != "verified_in_dated_source" or record.source_date is None:
        return False
    since = earliest(record.source_date)
    return (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day) < FRESH_MONTHS


def number(service: Service, today: date) -> str | None:
    """The telephone number, or the instruction to text, of a service."""
    may = is_fresh(service, today) or _is_verified_line(service)
    return service.phone if may else None


def _is_verified_line(service: Service) -> bool:
    """Crisis and safeguarding lines and national helplines are shown dated or not, unless their status is in doubt."""
    line = service.kind in CRISIS_KINDS or (service.kind in HELPLINE_KINDS and service.coverage == "national")
    return line and service.confidence in _VERIFIED and service.status == "active_at_source_date"


def email(service: Service, today: date) -> str | None:
    """The e-mail address of a service."""
    return service.email if is_fresh(service, today) else None


def web(service: Service, today: date) -> Shown | None:
    """The web address of a service."""
    return _fresh_or_to_check(service.url, service, today)


def address(site: Site, today: date) -> Shown | None:
    """Street address and postcode of a site; None where no street is known."""
    known = site.address and site.postcode
    return _fresh_or_to_check(f"{site.address}, {site.postcode}" if known else None, site, today)


def site_number(site: Site, today: date) -> str | None:
    """The telephone number of a site."""
    return site.phone if is_fresh(site, today) else None


def opening_hours(site: Site, today: date) -> str | None:
    """The opening hours of a site, as printed."""
    return site.opening_hours if is_fresh(site, today) else None


def route(found: Route | None, today: date) -> Shown | None:
    """How an audience refers, in public words."""
    return _fresh_or_to_check(found.shown or found.text, found, today) if found else None


def _fresh_or_to_check(value: str | None, record: Record, today: date) -> Shown | None:
    if value is None:
        return None
    if is_fresh(record, today):
        return Shown(value)
    if record.confidence == "verified_in_dated_source" and record.source_date:
        return Shown(value, check_year=record.source_date[:4])
    return None
