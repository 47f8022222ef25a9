"""What a feed tells of a record: for an operator all of it, for everyone what may be shown today."""

from dataclasses import dataclass
from datetime import date

from directory import showing
from directory.services import Route, Service, Site
from directory.showing import Shown


class Everything:
    """What an operator sees of a record: all of it."""

    def number(self, record: Service | Site) -> str | None:
        return record.phone

    def email(self, service: Service) -> str | None:
        return service.email

    def web(self, service: Service) -> Shown | None:
        return Shown(service.url) if service.url else None

    def has_address(self, site: Site) -> Shown | None:
        return Shown("") if site.address and site.postcode else None

    def hours(self, site: Site) -> str | None:
        return site.opening_hours

    def route(self, route: Route) -> Shown | None:
        return Shown(route.shown or route.text)

    def route_ways(self, route: Route) -> tuple[str | None, str | None]:
        return route.phone, route.email


@dataclass(frozen=True)
class Public(Everything):
    """What everyone may be shown of a record today."""

    today: date

    def number(self, record: Service | Site) -> str | None:
        of = showing.number if isinstance(record, Service) else showing.site_number
        return of(record, self.today)  # type: ignore[arg-type]  # each for its own kind of record

    def email(self, service: Service) -> str | None:
        return showing.email(service, self.today)

    def web(self, service: Service) -> Shown | None:
        return showing.web(service, self.today)

    def has_address(self, site: Site) -> Shown | None:
        return showing.address(site, self.today)

    def hours(self, site: Site) -> str | None:
        return showing.opening_hours(site, self.today)

    def route(self, route: Route) -> Shown | None:
        return showing.route(route, self.today)

    def route_ways(self, route: Route) -> tuple[str | None, str | None]:
        return (route.phone, route.email) if showing.is_fresh(route, self.today) else (None, None)
