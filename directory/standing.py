"""What an operator has still to do about a service: what waits for confirmation, and what nobody checked lately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from directory import showing
from directory.contacting import shown_contact
from directory.services import Service, SourceDate, earliest
from directory.showing import Record

REVIEW_MONTHS = 6
"""Months after which whatever was last seen or confirmed should be looked at again."""


@dataclass(frozen=True)
class Standing:
    """`unreachable`: offered, but with nothing to reach it by. `waiting`: fields not shown until confirmed.

    `since`: the day it was confirmed, or the date of its source, as exact as that is; None for a source without one.
    """

    unreachable: bool
    waiting: tuple[str, ...]
    since: SourceDate | None
    confirmed: bool
    review_due: bool

    @property
    def is_open(self) -> bool:
        """Whether there is anything to do."""
        return self.unreachable or bool(self.waiting) or self.review_due


def standing(service: Service, today: date) -> Standing:
    """How a service stands on this day."""
    since = service.confirmed.on.isoformat() if service.confirmed else service.source_date
    waiting, due = tuple(_waiting(service, today)), review_due(service, today)
    return Standing(is_unreachable(service, today), waiting, since, bool(service.confirmed), due)


def review_due(record: Record, today: date) -> bool:
    """Whether nobody has seen or confirmed this for six months, or no day is known on which somebody did."""
    seen = last_seen(record)
    return seen is None or months_between(seen, today) >= REVIEW_MONTHS


def last_seen(record: Record) -> date | None:
    """When somebody last vouched for it: an operator, or a dated source. None where no day is known."""
    days = [earliest(record.source_date)] if record.source_date else []
    days += [record.confirmed.on] if record.confirmed else []
    return max(days, default=None)


def months_between(since: date, until: date) -> int:
    """Whole months by the calendar; below nothing where `until` comes first."""
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)


def is_unreachable(service: Service, today: date) -> bool:
    """Offered although no number, e-mail or web address of it may be shown."""
    return service.referable and not (shown_contact(service, today) or showing.email(service, today))


def _waiting(service: Service, today: date) -> Iterator[str]:
    """The fields that are known but may not be shown."""
    known = (
        ("phone", service.phone, showing.number(service, today)),
        ("email", service.email, showing.email(service, today)),
        ("url", service.url, showing.web(service, today)),
    )
    yield from (field for field, value, shown in known if value and not shown)
    for number, site in enumerate(service.sites):
        facts = (
            ("address", site.address and site.postcode, showing.address(site, today)),
            ("phone", site.phone, showing.site_number(site, today)),
            ("opening_hours", site.opening_hours, showing.opening_hours(site, today)),
        )
        yield from (f"sites.{number}.{field}" for field, value, shown in facts if value and not shown)
    for audience, route in service.how_to_refer.items():
        if route and not showing.route(route, today):
            yield f"how_to_refer.{audience}"
