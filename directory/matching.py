"""Which services fit: pure, from records and a request to ranked offers with reasons, and what was left out and why.

A service fits when every predicate passes; the first that does not is the reason it was left out. Each predicate takes
the service and the request and returns None (passes) or the line that says why not. A part of another service (a
pathway) is offered through it: never beside it, and never without it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from directory.contacting import contact_lines, has_contact
from directory.eligibility import ADULT, RULES, SUBSTANCE_NEEDS, YOUNGEST, Request
from directory.lines import Line
from directory.reasons import Company, reason_lines
from directory.services import Catalogue, Service

ANYWHERE = frozenset({"national", "any_area"})
"""Coverages that ask nothing of where a person lives."""

LIMIT = 6
"""Offers in one answer: more is a list to study, not help."""

FOR_EVERY_AGE = frozenset({"crisis", "safeguarding", "domestic_abuse", "helpline"})
"""Kinds that take anyone who rings, so an age that no source states keeps nobody out."""
ONLY_WHEN_ASKED = frozenset({"pathway", "programme", "residential_rehab", "inpatient_detox", "housing", "homelessness"})
"""Kinds for one particular need: offered when that need is asked for, not to everyone who drinks or takes drugs."""
FAMILY_SUPPORT = frozenset({"family_service", "programme", "peer_group", "peer_organisation", "mutual_aid"})
"""Kinds that support family and friends themselves, where they take them and meet the need `family`."""
SAFETY_NEEDS = frozenset({"crisis", "safeguarding", "overdose", "domestic_abuse", "mental_health"})
NEEDS_OF_SUBSTANCE = {"alcohol": {"alcohol"}, "drugs": {"opiates", "other_drugs"}, "opiates": {"opiates"}}
_RANKS = (
    {"treatment_service"},
    {"pathway", "programme", "ebi_service", "criminal_justice_service", "housing", "homelessness", "residential_rehab",
     "wellbeing_service", "family_service"},
    {"peer_group", "peer_organisation", "mutual_aid"},
    {"digital_tool"},
)  # fmt: skip

Predicate = Callable[[Service, Request], Line | None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that fits, as `screening.facts.Offer` describes it. `parts`: what of it fits in particular.

    `meets`: those of the needs asked for that it or a part of it meets.
    """

    service_id: str
    name: str
    provider: str | None
    description: str
    reasons: tuple[Line, ...]
    contact: tuple[Line, ...]
    meets: tuple[str, ...] = ()
    parts: tuple["Offer", ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A service that was left out, and the predicate's reason."""

    service_id: str
    name: str
    reason: Line


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request: offers, best first, and what was left out, in the order of the file.

    `more`: ids of what fits too, beyond the limit, best first. `unmet`: needs asked for that nothing that fits meets.
    `pointers`: what to do where the answer cannot be the whole one, as outside Kent.
    """

    offers: tuple[Offer, ...]
    withheld: tuple[Withheld, ...]
    more: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()
    pointers: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fit:
    """A service that fits, its parts that do, and the needs that it meets with them."""

    service: Service
    parts: tuple[Service, ...]
    needs: frozenset[str]


def _fit(service: Service, parts: Sequence[Service] = ()) -> _Fit:
    return _Fit(service, tuple(parts), frozenset(service.needs).union(*(part.needs for part in parts)))


def find(catalogue: Catalogue, request: Request, today: date, limit: int = LIMIT) -> Found:
    """Everything that fits, best first, at most `limit`; and everything that does not, with the reason."""
    ended = not _in_force_area(catalogue, request.area, today)
    request = replace(request, area=None) if ended else request
    verdicts = _verdicts(catalogue, request, today)
    ranked = sorted(_fits(catalogue, verdicts), key=lambda fit: _rank(fit, request))
    met = set[str]().union(*(fit.needs for fit in ranked))
    offers = tuple(_offers(ranked, limit, catalogue, request, today))
    return Found(
        offers,
        tuple(
            Withheld(service.id, service.name, reason)
            for service in catalogue.services
            if (reason := verdicts[service.id])
        ),
        more=tuple(service.id for fit in ranked[limit:] for service in (fit.service, *fit.parts)),
        unmet=tuple(need for need in dict.fromkeys(request.needs) if need not in met),
        pointers=tuple(_pointers(request, ended, offers)),
    )


def why_not(service: Service, request: Request) -> Line | None:
    """The reason of the first predicate that fails; None when the service fits."""
    return next((reason for fails in PREDICATES if (reason := fails(service, request))), None)


def _verdicts(catalogue: Catalogue, request: Request, today: date) -> dict[str, Line | None]:
    """Why each service is left out, by id; None where it fits, parts with what they are part of."""
    verdicts = {service.id: in_force(service, today) or why_not(service, request) for service in catalogue.services}
    parents = {service.id: service.parent for service in catalogue.services if service.parent}
    does_what_its_parts_do = {
        service.id
        for service in catalogue.services
        if service.kind == "treatment_service" and verdicts[service.id] == _no("meets_need")
    }
    deepest_first = sorted(parents, key=lambda part: -len(list(_above(part, parents))))
    for part in deepest_first:
        if verdicts[part] is None and parents[part] in does_what_its_parts_do:
            verdicts[parents[part]] = None
    names = {service.id: service.name for service in catalogue.services}
    for part in reversed(deepest_first):
        if verdicts[part] is None and verdicts[parents[part]] is not None:
            verdicts[part] = Line("directory.withheld.whole_fits", {"service": names[parents[part]]})
    return verdicts


def _above(part: str, parents: Mapping[str, str]) -> Iterator[str]:
    """What a service is part of, the nearest first."""
    while part in parents:
        part = parents[part]
        yield part


def _fits(catalogue: Catalogue, verdicts: Mapping[str, Line | None]) -> Iterator[_Fit]:
    """Everything that fits and stands on its own, with its parts that fit, in the order of the file."""
    parents = {service.id: service.parent for service in catalogue.services if service.parent}
    parts: dict[str, list[Service]] = {}
    for service in catalogue.services:
        if service.id in parents and verdicts[service.id] is None:
            *_, whole = _above(service.id, parents)
            parts.setdefault(whole, []).append(service)
    for service in catalogue.services:
        if service.id not in parents and verdicts[service.id] is None:
            yield _fit(service, parts.get(service.id, ()))


def _in_force_area(catalogue: Catalogue, area: str | None, today: date) -> bool:
    dates = catalogue.district_dates.get(area or "")
    return dates is None or dates.on(today)


def in_force(service: Service, today: date) -> Line | None:
    """A service runs from its first day to its last, where those are known."""
    return None if service.on(today) else _no("in_force")


def not_gatekept(service: Service, request: Request) -> Line | None:
    """Every rule the record names says yes."""
    failed = next((name for name in service.eligibility if not RULES[name](request)), None)
    return _no(failed) if failed else None


def not_a_meeting(service: Service, request: Request) -> Line | None:
    """MARAC, MAPPA and the like are knowledge for professionals: services talk there, nobody is referred to them."""
    return _no("not_a_meeting") if service.kind == "multi_agency_panel" else None


def not_a_prison(service: Service, request: Request) -> Line | None:
    """A prison is where a referral begins."""
    return _no("not_a_prison") if service.kind == "prison" else None


def not_an_office(service: Service, request: Request) -> Line | None:
    """Probation offices refer people; nobody is referred to them from here."""
    return _no("not_an_office") if service.kind == "statutory_service" else None


def is_a_choice(service: Service, request: Request) -> Line | None:
    """Whatever else is not referable: services not yet running."""
    return None if service.referable else _no("is_a_choice")


def covers_area(service: Service, request: Request) -> Line | None:
    """Where the person who needs help lives. Where that is not known, only what covers everyone fits.

    Support for family and friends also covers those who live there themselves, wherever the other person lives.
    """
    if service.coverage in ANYWHERE:
        return None
    if service.districts is None:
        return _no("area_unknown")
    homes = {request.area, request.own_area if supports_family(service, request) else None}
    return None if homes & set(service.districts) else _no("covers_area")


def supports_family(service: Service, request: Request) -> bool:
    """Help for the relative or friend who asks, not for the person they worry about."""
    takes = "family" in (service.audiences or ()) and "family" in service.needs
    return request.audience == "family" and takes and service.kind in FAMILY_SUPPORT


def takes_age(service: Service, request: Request) -> Line | None:
    """Every age the person may have is taken; where no lower age is stated, only adults are sure to be."""
    if service.audiences == ("family",):
        return None  # for the relative who asks; these ages are those of the person they worry about
    if service.age_min is None and request.youngest < ADULT and not _for_every_age(service):
        return _no("age_unknown")
    too_young = service.age_min is not None and request.youngest < service.age_min
    too_old = service.age_max is not None and request.oldest > service.age_max
    return _no("takes_age") if too_young or too_old else None


def takes_gender(service: Service, request: Request) -> Line | None:
    """A service for men or for women only; not decided where it was not asked."""
    return _no("takes_gender") if service.gender and request.gender not in (None, service.gender) else None


def takes_audience(service: Service, request: Request) -> Line | None:
    """Who may refer. A named profession is also one of "any professional"."""
    if service.audiences is None:
        return _no("audience_unknown")
    allowed = request.audience in service.audiences or (
        request.professional and "any_professional" in service.audiences
    )
    return None if allowed else _no("takes_audience")


def takes_substance(service: Service, request: Request) -> Line | None:
    """One of the substances asked about; a record that names none takes all."""
    if not request.substances or service.substances is None:
        return None
    taken: set[str] = set(service.substances)
    if taken - {"alcohol"}:
        taken.add("drugs")
    if "drugs" in service.substances:
        taken.update(set(request.substances) - {"alcohol"})
    return None if taken.intersection(request.substances) else _no("takes_substance")


def enough_help(service: Service, request: Request) -> Line | None:
    """A tool to use alone is no answer for someone who should not change their drinking alone."""
    return _no("needs_a_person") if service.kind == "digital_tool" and not request.self_help else None


def meets_need(service: Service, request: Request) -> Line | None:
    """One of the needs asked for; a service for one particular need only when that need is."""
    met = set(service.needs) & _wanted(request)
    if service.parent or service.kind in ONLY_WHEN_ASKED:
        met -= SUBSTANCE_NEEDS
    if service.kind in ("crisis", "safeguarding"):
        met &= SAFETY_NEEDS | {"dual_diagnosis"}
    if service.kind == "crisis":
        met &= set(request.needs)  # 999 is told, not picked from a list, unless a crisis line is what was asked for
    if service.kind == "domestic_abuse":
        met &= {"domestic_abuse"}
    return None if met else _no("meets_need")


PREDICATES: Sequence[Predicate] = (
    not_gatekept,
    not_a_meeting,
    not_a_prison,
    not_an_office,
    is_a_choice,
    covers_area,
    takes_age,
    takes_gender,
    takes_audience,
    takes_substance,
    enough_help,
    meets_need,
)
"""In the order they are asked. `meets_need` is the last: a treatment service that fails there may meet it by a part."""


def _no(reason: str) -> Line:
    return Line(f"directory.withheld.{reason}")


def _for_every_age(service: Service) -> bool:
    return service.kind in FOR_EVERY_AGE or "thirteen_and_over" in service.eligibility


def _wanted(request: Request) -> set[str]:
    """The needs asked for, those that come with the substances, and for a child under 13 someone to keep them safe."""
    wanted = set(request.needs)
    for substance in request.substances:
        wanted |= NEEDS_OF_SUBSTANCE.get(substance, {"other_drugs"})
    return wanted | ({"safeguarding"} if request.oldest < YOUNGEST else set())


def _rank(fit: _Fit, request: Request) -> tuple[int, int, int, bool, bool, bool, str]:
    """Safety first when asked for, 999 before all; then the main service, its particular offers, peers, tools, lines.

    Among those: what meets more of the needs, then what is used in more of the preferred ways, local before national,
    the certain before the doubtful, what names its substances before what names none, and at last by id, so that the
    order is always the same.
    """
    service, met = fit.service, fit.needs & _wanted(request)
    preferred = -len(set(request.prefers) & set(service.attending))
    doubtful, vague = service.status != "active_at_source_date", service.substances is None
    if service.kind in FOR_EVERY_AGE and met & SAFETY_NEEDS:
        emergency = service.kind == "crisis" and service.coverage == "national"
        return 0, 0 if emergency else 1, preferred, service.kind != "crisis", doubtful, vague, service.id
    tier = next((1 + at for at, kinds in enumerate(_RANKS) if service.kind in kinds), 1 + len(_RANKS))
    return tier, -len(met - SUBSTANCE_NEEDS), preferred, service.coverage in ANYWHERE, doubtful, vague, service.id


def _offers(ranked: Sequence[_Fit], limit: int, catalogue: Catalogue, request: Request, today: date) -> Iterator[Offer]:
    best = ranked[:limit]
    reachable = [fit.service for fit in best if fit.service.kind in ("treatment_service", "ebi_service")]
    reachable = [service for service in reachable if has_contact(service, request, today)]
    beside = reachable[0].name if reachable else None
    prison = next((service.name for service in catalogue.services if service.id == request.prison), None)

    def offer(fit: _Fit, other: str | None, company: Company) -> Offer:
        service = fit.service
        return Offer(
            service.id,
            service.name,
            service.provider_shown,
            service.description,
            reason_lines(service, request, catalogue.districts, today, company),
            contact_lines(service, request, today, other),
            tuple(need for need in dict.fromkeys(request.needs) if need in fit.needs),
            tuple(offer(_fit(part), service.name, Company()) for part in fit.parts),
        )

    for fit in best:
        company = Company(fit.parts, _rival(fit.service, ranked), prison)
        yield offer(fit, beside, company)


def _rival(service: Service, ranked: Sequence[_Fit]) -> str | None:
    """The other treatment service that fits a person between two age groups, who may choose (18 to 24)."""
    if service.kind != "treatment_service":
        return None
    others = (fit.service for fit in ranked if fit.service.kind == "treatment_service")
    return next((other.name for other in others if other.id != service.id), None)


def _pointers(request: Request, ended: bool, offers: Sequence[Offer]) -> Iterator[Line]:
    if ended:
        yield Line("directory.pointer.area_ended")
    elif request.outside:
        yield Line("directory.pointer.outside")
    elif request.area is None:
        yield Line("directory.pointer.no_area")
    if not offers:
        yield Line("directory.pointer.nothing")
