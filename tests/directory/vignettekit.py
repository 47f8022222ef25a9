"""The vignettes: a request for each, what came of it, and how that differs from what the survey says."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from directory.eligibility import AGE_BANDS, NOT_SAID, Request
from directory.matching import Found
from directory.snapshot import Snapshot

VIGNETTES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("vignettes.yaml").read_text("utf-8"))


def request_of(case: dict[str, Any], snapshot: Snapshot) -> Request:
    """The request of a vignette. Its places have to be certain ones."""
    return Request(
        area=_district(case.get("area"), snapshot),
        ages={**AGE_BANDS, "declined": NOT_SAID}[case.get("age_band", "30_39")],
        audience=case.get("audience", "self"),
        substances=tuple(case.get("substances", ())),
        needs=tuple(case.get("needs", ())),
        gender=case.get("gender"),
        self_help=case.get("self_help", True),
        prefers=tuple(case.get("prefers", ())),
        outside=case.get("outside", False),
        prison=case.get("prison"),
        own_area=_district(case.get("own_area"), snapshot),
    )


def _district(place: str | None, snapshot: Snapshot) -> str | None:
    if place is None:
        return None
    finding = snapshot.area(place)
    if finding.outcome != "one":
        raise ValueError(f"{place} is {finding.outcome}, not one district")
    return finding.areas[0].code


def differences(case: dict[str, Any], found: Found) -> Iterator[str]:
    """What is not as the vignette says; nothing where all is."""
    refused = {withheld.service_id: last(withheld.reason.key) for withheld in found.withheld}
    yield from _offered_otherwise(case, found, refused)
    for service, predicate in case.get("refused", {}).items():
        if refused.get(service) != predicate:
            yield f"{service} is refused by {refused.get(service)}, not {predicate}"
    reasons = {offer.service_id: {last(line.key) for line in offer.reasons} for offer in found.offers}
    for service, given in case.get("reasons", {}).items():
        if not set(given) <= reasons.get(service, set()):
            yield f"{service} has the reasons {sorted(reasons.get(service, ()))}, not {given}"
    for what, said in (("unmet", list(found.unmet)), ("pointer", [last(line.key) for line in found.pointers])):
        if what in case and case[what] != said:
            yield f"{what} is {said}, not {case[what]}"


def _offered_otherwise(case: dict[str, Any], found: Found, refused: dict[str, str]) -> Iterator[str]:
    offered = [offer.service_id for offer in found.offers]
    whole = {part.service_id: offer.service_id for offer in found.offers for part in offer.parts}
    if "first" in case and offered[:1] != [case["first"]]:
        yield f"first is {offered[:1]}, not {case['first']}"
    if "only" in case and offered != case["only"]:
        yield f"offered are {offered}, not {case['only']}"
    for service in set(case.get("offered", ())) - set(offered):
        yield f"{service} is not among {offered}: {refused.get(service)}"
    for part, service in case.get("through", {}).items():
        if whole.get(part) != service or part in offered:
            yield f"{part} is offered through {whole.get(part)}, not {service}: {refused.get(part)}"


def last(key: str) -> str:
    """`directory.withheld.covers_area` as `covers_area`."""
    return key.rpartition(".")[2]
