"""What a question is answered with: a card for each service that fits, nearest sites first, and what was left out.

Everything to be said is a `Line`; what may be shown is decided in `showing.py`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from directory import showing
from directory.contacting import BASES
from directory.distances import Point, miles
from directory.eligibility import Request
from directory.lines import Line
from directory.matching import Offer, Withheld
from directory.question import ANY_SUBSTANCE, Question
from directory.services import Catalogue, Service, Site
from directory.snapshot import Snapshot

PROVIDER = frozenset({"provider", "provider_unknown"})
TAKES = frozenset(
    {
        "covers", "national", "any_area", "age_from", "age_to", "age_between", "age_not_stated", "male", "female",
        "who_for", "covers_own", "choice",
    }
)  # fmt: skip
COMES = frozenset({"route", "route_check", "prison", "home_area"})
SURE = frozenset({"checked", "seen", "as_of", "undated", "may_have_changed"})
_OF_A_SITE = frozenset({"address", "address_check", "site", "site_undated", "hours"})
_NEVER_SHOWN = frozenset({"third_party_copy", "unverified"})
FOR_PROFESSIONALS = frozenset({"is_a_choice", "not_a_meeting", "not_a_prison", "not_an_office", "family_court_chooses"})
"""Reasons that only professionals have a use for: panels, prisons, steps that others decide on."""


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A base of a service. `miles` from where the person lives; None where either place is not known well enough."""

    name: str
    district: str
    miles: float | None
    point: Point | None
    lines: tuple[Line, ...]
    hours: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """Where an entry is from: its key, title and date as the source gives it. `shown`: the public may be told.

    `confirmed`: the day an operator asked the service.
    """

    key: str
    title: str
    shown: bool
    dated: str | None
    confirmed: date | None


@dataclass(frozen=True, slots=True)
class Card:
    """One service, its lines sorted by what a reader looks for. `offer` holds them as they were given."""

    offer: Offer
    kind: str
    provider: tuple[Line, ...]
    takes: tuple[Line, ...]
    helps: tuple[Line, ...]
    comes: tuple[Line, ...]
    contact: tuple[Line, ...]
    sites: tuple[SiteCard, ...]
    sure: tuple[Line, ...]
    source: Source

    @property
    def miles(self) -> float | None:
        """To the nearest site whose distance is known."""
        return next((site.miles for site in self.sites if site.miles is not None), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """Cards, best first; what was left out, in the order of the file; needs that nothing meets; what to know of it all.

    `instead`: nothing met the needs, so the cards are what helps with drugs and alcohol there.
    """

    cards: tuple[Card, ...]
    withheld: tuple[Withheld, ...]
    unmet: tuple[str, ...]
    pointers: tuple[Line, ...]
    instead: bool


def answer(snapshot: Snapshot, question: Question) -> Answer:
    """Everything that fits and everything that does not. Needs that nothing meets are not left without a way on."""
    request, everything = question.request, len(snapshot.catalogue.services)
    found = snapshot.find(request, limit=everything)
    unmet, instead = found.unmet, not found.offers and not request.substances
    if instead:
        found = snapshot.find(replace(request, substances=ANY_SUBSTANCE), limit=everything)
    services = {service.id: service for service in snapshot.catalogue.services}
    cards = tuple(_card(offer, services[offer.service_id], snapshot, question) for offer in found.offers)
    return Answer(cards, found.withheld, unmet, found.pointers, instead)


def by_reason(withheld: Iterable[Withheld], request: Request) -> Sequence[tuple[Line, Sequence[str]]]:
    """The names of the services left out, by the reason; "for another need" is the least of them and comes last."""
    groups: dict[str, tuple[Line, list[str]]] = {}
    for one in withheld:
        if request.professional or _last(one.reason.key) not in FOR_PROFESSIONALS:
            groups.setdefault(one.reason.key, (one.reason, []))[1].append(one.name)
    return sorted(groups.values(), key=lambda group: _last(group[0].key) in {"meets_need"} | FOR_PROFESSIONALS)


def _card(offer: Offer, service: Service, snapshot: Snapshot, question: Question) -> Card:
    today = snapshot.today
    sites = _sites(service, snapshot, question.point)
    return Card(
        offer=offer,
        kind=service.kind,
        provider=_among(offer.reasons, PROVIDER),
        takes=_among(offer.reasons, TAKES),
        helps=tuple(line for line in offer.reasons if _last(line.key) not in PROVIDER | TAKES | COMES | SURE),
        comes=_among(offer.reasons, COMES),
        contact=tuple(_own_contact(offer, service, today)),
        sites=sites,
        sure=_among(offer.reasons, SURE),
        source=_source(service, snapshot.catalogue),
    )


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def _among(lines: Iterable[Line], names: frozenset[str]) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.key.startswith("directory.reason.") and _last(line.key) in names)


def _own_contact(offer: Offer, service: Service, today: date) -> Iterator[Line]:
    """The ways to reach the service itself; those of a site stand with the site."""
    of_sites = {showing.site_number(site, today) for site in service.sites if _is_shown(site)}
    for line in offer.contact:
        if _last(line.key) not in _OF_A_SITE and line.values.get("phone") not in of_sites - {None}:
            yield line


def _sites(service: Service, snapshot: Snapshot, here: Point | None) -> tuple[SiteCard, ...]:
    """The bases that people go to, nearest first; by name where no distance is known."""
    cards = [_site(site, snapshot, here) for site in service.sites if _is_shown(site)]
    return tuple(sorted(cards, key=lambda card: (card.miles is None, card.miles or 0.0, card.name)))


def _is_shown(site: Site) -> bool:
    return site.kind in BASES and site.confidence not in _NEVER_SHOWN


def _site(site: Site, snapshot: Snapshot, here: Point | None) -> SiteCard:
    point = snapshot.position(site.postcode or site.name, site.district)
    return SiteCard(
        name=site.name,
        district=snapshot.area_name(site.district),
        miles=miles(here, point) if here and point else None,
        point=point,
        lines=tuple(_site_lines(site, snapshot.today)),
        hours=showing.opening_hours(site, snapshot.today),
    )


def _site_lines(site: Site, today: date) -> Iterator[Line]:
    """Its address and number where they may be shown, else since when it has been known to be there."""
    if place := showing.address(site, today):
        values = {"address": place.value}
        yield (
            Line("find_page.site.address", values)
            if not place.check_year
            else Line("find_page.site.address_check", {**values, "year": place.check_year})
        )
    elif site.source_date:
        yield Line("find_page.site.known", {"date": site.source_date})
    else:
        yield Line("find_page.site.undated")
    if (number := showing.site_number(site, today)) is not None:
        yield Line("directory.contact.phone", {"phone": number})


def _source(service: Service, catalogue: Catalogue) -> Source:
    return Source(
        key=service.source_key,
        title=str(catalogue.sources[service.source_key]["title"]),
        shown=service.confidence not in _NEVER_SHOWN,
        dated=service.source_date,
        confirmed=service.confirmed.on if service.confirmed else None,
    )
