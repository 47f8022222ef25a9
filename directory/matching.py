"""Which services fit: pure, from records and a request to ranked offers with reasons, and what was left out and why.

A service fits when every predicate passes; the first that does not is the reason it was left out. Each predicate takes
the service and the request and returns None (passes) or the line that says why not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from directory.contacting import contact_lines, has_contact
from directory.eligibility import ADULT, RULES, SUBSTANCE_NEEDS, YOUNGEST, Request
from directory.lines import Line
from directory.reasons import reason_lines
from directory.services import Catalogue, Service

ANYWHERE = frozenset({"national", "any_area"})
"""Coverages that ask nothing of where a person lives."""

LIMIT = 6
"""Offers in one answer: more is a list to study, not help."""

FOR_EVERY_AGE = frozenset({"crisis", "safeguarding", "domestic_abuse", "helpline"})
"""Kinds that take anyone who rings, so an age that no source states keeps nobody out."""
ONLY_WHEN_ASKED = frozenset({"pathway", "programme", "residential_rehab", "inpatient_detox", "housing", "homelessness"})
"""Kinds for one particular need: offered when that need is asked for, not to everyone who drinks or takes drugs."""
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
    """A service that fits, as `screening.facts.Offer` describes it."""

    service_id: str
    name: str
    provider: str | None
    description: str
    reasons: tuple[Line, ...]
    contact: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A service that was left out, and the predicate's reason."""

    service_id: str
    name: str
    reason: Line


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a request: offers, best first, and what was left out, in the order of the file."""

    offers: tuple[Offer, ...]
    withheld: tuple[Withheld, ...]


def find(catalogue: Catalogue, request: Request, today: date, limit: int = LIMIT) -> Found:
    """Everything that fits, best first, at most `limit`; and everything that does not, with the reason."""
    fitting: list[Service] = []
    withheld: list[Withheld] = []
    for service in catalogue.services:
        reason = why_not(service, request)
        if reason is None:
            fitting.append(service)
        else:
            withheld.append(Withheld(service.id, service.name, reason))
    best = sorted(fitting, key=lambda service: _rank(service, request))[:limit]
    return Found(tuple(_offers(best, catalogue, request, today)), tuple(withheld))


def why_not(service: Service, request: Request) -> Line | None:
    """The reason of the first predicate that fails; None when the service fits."""
    return next((reason for fails in PREDICATES if (reason := fails(service, request))), None)


def is_a_choice(service: Service, request: Request) -> Line | None:
    """Panels, prisons, probation offices and services not yet running are knowledge, not places to refer to."""
    return None if service.referable else _no("is_a_choice")


def not_gatekept(service: Service, request: Request) -> Line | None:
    """Every rule the record names says yes."""
    failed = next((name for name in service.eligibility if not RULES[name](request)), None)
    return _no(failed) if failed else None


def covers_area(service: Service, request: Request) -> Line | None:
    """Where the person who needs help lives. Where that is not known, only what covers everyone fits."""
    if service.coverage in ANYWHERE:
        return None
    if service.districts is None:
        return _no("area_unknown")
    return None if request.area in service.districts else _no("covers_area")


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


def enough_help(service: Service, request: Request) -> Line | None:
    """A tool to use alone is no answer for someone who should not change their drinking alone."""
    return _no("needs_a_person") if service.kind == "digital_tool" and not request.self_help else None


PREDICATES: Sequence[Predicate] = (
    is_a_choice,
    not_gatekept,
    covers_area,
    takes_age,
    takes_gender,
    takes_audience,
    takes_substance,
    meets_need,
    enough_help,
)


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


def _rank(service: Service, request: Request) -> tuple[int, int, bool, bool]:
    """Safety first when asked for; then the main service, its particular offers, peers, tools, lines; local first."""
    met = set(service.needs) & _wanted(request)
    doubtful = service.status != "active_at_source_date"
    if service.kind in FOR_EVERY_AGE and met & SAFETY_NEEDS:
        return 0, 0, False, doubtful
    tier = next((1 + at for at, kinds in enumerate(_RANKS) if service.kind in kinds), 1 + len(_RANKS))
    return tier, -len(met - SUBSTANCE_NEEDS), service.coverage in ANYWHERE, doubtful


def _offers(services: Iterable[Service], catalogue: Catalogue, request: Request, today: date) -> Iterator[Offer]:
    services = list(services)
    reachable = [service for service in services if service.kind in ("treatment_service", "ebi_service")]
    reachable = [service for service in reachable if has_contact(service, request, today)]
    beside = reachable[0].name if reachable else None
    for service in services:
        yield Offer(
            service.id,
            service.name,
            service.provider_shown,
            service.description,
            reason_lines(service, request, catalogue.districts, today),
            contact_lines(service, request, today, beside),
        )
