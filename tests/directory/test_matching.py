"""The right services for who asks: a table of people, and rules that hold whoever asks for whatever."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from directory import matching
from directory.eligibility import AGE_BANDS, NOT_SAID, Request
from directory.matching import Found, find
from directory.services import SERVICES, Confirmation, load_catalogue
from directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()
RECORDS: dict[str, dict[str, Any]] = {
    record["id"]: record for record in yaml.safe_load(SERVICES.read_text("utf-8"))["services"]
}
VIGNETTES = yaml.safe_load(Path(__file__).with_name("vignettes.yaml").read_text("utf-8"))
ALL = len(RECORDS)
ANYWHERE = ("national", "any_area")
NOT_TREATMENT = {"crisis", "safeguarding", "domestic_abuse", "helpline"}


def request_of(case: dict[str, Any], snapshot: Snapshot) -> Request:
    area = None
    if "area" in case:
        finding = snapshot.area(case["area"])
        assert finding.outcome == "one", case["area"]
        area = finding.areas[0].code
    return Request(
        area=area,
        ages={**AGE_BANDS, "declined": NOT_SAID}[case.get("age_band", "30_39")],
        audience=case.get("audience", "self"),
        substances=tuple(case.get("substances", ())),
        needs=tuple(case.get("needs", ())),
        gender=case.get("gender"),
    )


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case["who"])
def test_who_is_offered_what(case: dict[str, Any], snapshot: Snapshot) -> None:
    found = snapshot.find(request_of(case, snapshot))
    offered = [offer.service_id for offer in found.offers]
    refused = {withheld.service_id: withheld.reason.key for withheld in found.withheld}
    if "first" in case:
        assert offered[:1] == [case["first"]]
    if "only" in case:
        assert offered == case["only"]
    assert set(case.get("offered", ())) <= set(offered), offered
    for service, reason in case.get("refused", {}).items():
        assert refused.get(service) == f"directory.withheld.{reason}", (service, refused.get(service))


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(VIGNETTES) >= 40 and {service for case in VIGNETTES for service in case.get("refused", ())} <= set(
        RECORDS
    )


requests = st.builds(
    Request,
    area=st.sampled_from([*CATALOGUE.districts, None]),
    ages=st.sampled_from([*AGE_BANDS.values(), NOT_SAID]),
    audience=st.sampled_from([*CATALOGUE.audiences, "stranger"]),
    substances=st.lists(st.sampled_from(["alcohol", "drugs", "opiates", "glue"]), max_size=2).map(tuple),
    needs=st.lists(st.sampled_from([*CATALOGUE.need_tags, "no_such_need"]), max_size=4).map(tuple),
    gender=st.sampled_from([None, "male", "female"]),
)


def everything(request: Request) -> Found:
    return find(CATALOGUE, request, TODAY, limit=ALL)


@given(request=requests)
def test_nobody_is_offered_a_service_for_another_age(request: Request) -> None:
    for record in (RECORDS[offer.service_id] for offer in everything(request).offers):
        if record["audiences"] == ["family"]:
            continue  # for the relative who asks
        youngest, oldest = request.ages
        assert record["age_min"] is None or record["age_min"] <= youngest
        assert record["age_max"] is None or record["age_max"] >= oldest
        if youngest < 18:
            assert record["kind"] in NOT_TREATMENT or (record["age_max"] or 0) < 25
            assert record["kind"] in NOT_TREATMENT or "young_person" in record["needs"]
        if youngest < 13:
            assert record["kind"] in NOT_TREATMENT


@given(request=requests)
def test_nobody_is_offered_a_service_of_another_area(request: Request) -> None:
    for record in (RECORDS[offer.service_id] for offer in everything(request).offers):
        assert record["coverage"] in ANYWHERE or request.area in (record["districts"] or ())


@given(request=requests)
def test_nobody_is_offered_a_service_that_does_not_take_them(request: Request) -> None:
    professional = request.audience in {"gp", "probation", "oneyou", "police", "any_professional"}
    for record in (RECORDS[offer.service_id] for offer in everything(request).offers):
        allowed = {request.audience, "any_professional"} if professional else {request.audience}
        assert allowed & set(record["audiences"])
        assert record["gender"] in (None, request.gender) or request.gender is None


@given(request=requests)
def test_panels_prisons_and_gatekept_routes_are_never_offered(request: Request) -> None:
    for offer in everything(request).offers:
        assert RECORDS[offer.service_id]["referable"]
        assert RECORDS[offer.service_id]["kind"] not in {"multi_agency_panel", "prison", "statutory_service"}
        assert offer.service_id not in {"bridge_house", "wk_inpatient_rehab_funding", "fdac_kent"}


@given(request=requests)
def test_every_service_is_offered_or_left_out_with_a_reason_and_every_offer_can_be_reached(request: Request) -> None:
    found = everything(request)
    ids = [*(offer.service_id for offer in found.offers), *(withheld.service_id for withheld in found.withheld)]
    assert sorted(ids) == sorted(RECORDS)
    assert all(offer.reasons and offer.contact and offer.description for offer in found.offers)


@given(request=requests, more=st.sampled_from(CATALOGUE.need_tags))
def test_asking_for_more_never_hides_what_fitted_before(request: Request, more: str) -> None:
    wider = Request(
        request.area, request.ages, request.audience, request.substances, (*request.needs, more), request.gender
    )
    before = {offer.service_id for offer in everything(request).offers}
    assert before <= {offer.service_id for offer in everything(wider).offers}


@given(request=requests)
def test_the_order_is_stable_and_the_list_short(request: Request) -> None:
    found, whole = find(CATALOGUE, request, TODAY), everything(request)
    assert found == find(CATALOGUE, request, TODAY)
    assert found.offers == find(CATALOGUE, request, TODAY, matching.LIMIT).offers
    assert [offer.service_id for offer in found.offers] == [offer.service_id for offer in whole.offers][
        : matching.LIMIT
    ]


@given(request=requests)
def test_a_crisis_always_gets_the_emergency_number_first(request: Request) -> None:
    urgent = Request(request.area, request.ages, "self", request.substances, (*request.needs, "crisis"), request.gender)
    assert find(CATALOGUE, urgent, TODAY).offers[0].service_id == "emergency_999"


def test_a_confirmed_service_is_named_beside_one_whose_number_is_not() -> None:
    by_id = {service.id: service for service in CATALOGUE.services}
    confirmed = by_id["medway_alcohol_line"].model_copy(
        update={"phone": "01234 567890", "confirmed": Confirmation(by="admin", on=date(2026, 11, 1))}
    )
    services = tuple(confirmed if service.id == confirmed.id else service for service in CATALOGUE.services)
    request = Request("E06000035", (30, 39), "self", ("alcohol",), ("alcohol",))
    offers = {
        offer.service_id: [(line.key.rpartition(".")[2], dict(line.values)) for line in offer.contact]
        for offer in find(CATALOGUE.model_copy(update={"services": services}), request, TODAY).offers
    }
    assert offers["medway_alcohol_line"] == [("phone", {"phone": "01234 567890"})]
    assert ("other_service", {"service": "Medway Alcohol Support Line"}) in offers["medway_adult"]
