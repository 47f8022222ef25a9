"""The right services for who asks: a table of people, and rules that hold whoever asks for whatever."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from vignettekit import VIGNETTES, differences, last, request_of

from directory import matching
from directory.eligibility import AGE_BANDS, NOT_SAID, RULES, Request
from directory.matching import FAMILY_SUPPORT, PREDICATES, Found, Offer, find
from directory.services import SERVICES, Catalogue, Confirmation, InForce, Way, load_catalogue
from directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()
BY_ID = {service.id: service for service in CATALOGUE.services}
RECORDS: dict[str, dict[str, Any]] = {
    record["id"]: record for record in yaml.safe_load(SERVICES.read_text("utf-8"))["services"]
}
ALL = len(RECORDS)
ANYWHERE = ("national", "any_area")
NOT_TREATMENT = {"crisis", "safeguarding", "domestic_abuse", "helpline"}
DOVER, MEDWAY = "E07000108", "E06000035"


@pytest.mark.parametrize("case", VIGNETTES, ids=lambda case: case["who"])
def test_who_is_offered_what(case: dict[str, Any], snapshot: Snapshot) -> None:
    assert list(differences(case, snapshot.find(request_of(case, snapshot)))) == []


def test_the_table_is_long_enough_to_mean_something() -> None:
    named = {
        service for case in VIGNETTES for part in ("refused", "reasons", "through") for service in case.get(part, ())
    }
    named |= {service for case in VIGNETTES for part in ("offered", "only") for service in case.get(part, ())}
    assert len(VIGNETTES) >= 80 and named <= set(RECORDS)
    assert len({case["who"] for case in VIGNETTES}) == len(VIGNETTES)


def test_a_vignette_that_is_not_so_is_told(snapshot: Snapshot) -> None:
    found = snapshot.find(Request(DOVER, (30, 39), "self", ("alcohol",)))
    wrong: dict[str, Any] = {"first": "aa", "only": [], "offered": ["na"], "through": {"wk_drr": "aa"}}
    wrong |= {"refused": {"aa": "meets_need"}, "reasons": {"aa": ["male"]}, "unmet": ["bbv"], "pointer": ["outside"]}
    assert len(list(differences(wrong, found))) == 8


requests = st.builds(
    Request,
    area=st.sampled_from([*CATALOGUE.districts, None]),
    ages=st.sampled_from([*AGE_BANDS.values(), NOT_SAID]),
    audience=st.sampled_from([*CATALOGUE.audiences, "stranger"]),
    substances=st.lists(st.sampled_from(["alcohol", "drugs", "opiates", "glue"]), max_size=2).map(tuple),
    needs=st.lists(st.sampled_from([*CATALOGUE.need_tags, "no_such_need"]), max_size=4).map(tuple),
    gender=st.sampled_from([None, "male", "female"]),
    self_help=st.booleans(),
    prefers=st.lists(st.sampled_from(get_args(Way)), max_size=3).map(tuple),
    prison=st.sampled_from([None, "hmp_elmley", "no_such_prison"]),
    own_area=st.sampled_from([*CATALOGUE.districts, None]),
)


def everything(request: Request) -> Found:
    return find(CATALOGUE, request, TODAY, limit=ALL)


def offered(found: Found) -> Iterator[Offer]:
    """Every offer, and the parts that are offered through it."""
    for offer in found.offers:
        yield from (offer, *offer.parts)


def ids(found: Found) -> set[str]:
    return {offer.service_id for offer in offered(found)}


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_nobody_is_offered_a_service_for_another_age(request: Request) -> None:
    for record in (RECORDS[offer.service_id] for offer in offered(everything(request))):
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


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_nobody_is_offered_a_service_of_another_area(request: Request) -> None:
    for record in (RECORDS[offer.service_id] for offer in offered(everything(request))):
        if record["coverage"] in ANYWHERE or request.area in record["districts"]:
            continue
        assert request.audience == "family" and request.own_area in record["districts"]
        assert record["kind"] in FAMILY_SUPPORT and {"family"} <= {*record["audiences"]} & {*record["needs"]}


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_nobody_is_offered_a_service_that_does_not_take_them(request: Request) -> None:
    professional = request.audience in {"gp", "probation", "oneyou", "police", "any_professional"}
    for record in (RECORDS[offer.service_id] for offer in offered(everything(request))):
        allowed = {request.audience, "any_professional"} if professional else {request.audience}
        assert allowed & set(record["audiences"])
        assert record["gender"] in (None, request.gender) or request.gender is None


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_panels_prisons_and_gatekept_routes_are_never_offered(request: Request) -> None:
    for offer in offered(everything(request)):
        assert RECORDS[offer.service_id]["referable"]
        assert RECORDS[offer.service_id]["kind"] not in {"multi_agency_panel", "prison", "statutory_service"}
        assert offer.service_id not in {"bridge_house", "wk_inpatient_rehab_funding", "fdac_kent"}


@settings(deadline=None)  # a busy machine is slow
@given(request=requests, limit=st.integers(0, ALL))
def test_every_service_is_offered_or_left_out_with_a_reason_and_every_offer_can_be_reached(
    request: Request, limit: int
) -> None:
    found = find(CATALOGUE, request, TODAY, limit)
    left = [withheld.service_id for withheld in found.withheld]
    assert sorted([*(offer.service_id for offer in offered(found)), *found.more, *left]) == sorted(RECORDS)
    assert len(found.offers) <= limit
    assert all(offer.reasons and offer.contact and offer.description for offer in offered(found))


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_the_reason_shown_is_the_predicate_that_decided(request: Request) -> None:
    for withheld in everything(request).withheld:
        service = BY_ID[withheld.service_id]
        if (decided := last(withheld.reason.key)) == "whole_fits":
            assert service.parent not in ids(everything(request))
            continue
        failed = next(fails for fails in PREDICATES if fails(service, request))
        assert failed(service, request) == withheld.reason
        assert decided in {failed.__name__, *REASONS_OF.get(failed.__name__, ())}


REASONS_OF = {
    "not_gatekept": tuple(RULES),
    "covers_area": ("area_unknown",),
    "takes_age": ("age_unknown",),
    "takes_audience": ("audience_unknown",),
    "enough_help": ("needs_a_person",),
}
"""Predicates that tell apart what is known not to fit and what no source states."""


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_a_part_is_offered_through_what_it_is_part_of_and_never_beside_it(request: Request) -> None:
    found = everything(request)
    assert all(RECORDS[offer.service_id]["parent"] is None for offer in found.offers)
    for offer in found.offers:
        assert {RECORDS[part.service_id]["parent"] for part in offer.parts} <= {offer.service_id}
        lines = [line.values["parts"] for line in offer.reasons if last(line.key) in ("parts", "parts_as_of")]
        told = [part for line in lines for part in line.split("; ")]
        assert told == [part.name for part in offer.parts]


@settings(deadline=None)  # a busy machine is slow
@given(request=requests, need=st.sampled_from(CATALOGUE.need_tags), way=st.sampled_from(get_args(Way)))
def test_asking_for_more_never_hides_what_fitted_before(request: Request, need: str, way: str) -> None:
    before = ids(everything(request))
    assert before <= ids(everything(replace(request, needs=(*request.needs, need))))
    assert before == ids(everything(replace(request, prefers=(*request.prefers, way))))


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_one_more_thing_known_never_hides_what_asks_nothing_of_it(request: Request) -> None:
    before = ids(everything(request))
    anywhere = {service for service in before if RECORDS[service]["coverage"] in ANYWHERE}
    assert anywhere <= ids(everything(replace(request, area=None, own_area=None)))
    for_all = {service for service in before if RECORDS[service]["gender"] is None}
    assert for_all == {s for s in ids(everything(replace(request, gender=None))) if RECORDS[s]["gender"] is None}
    assert before <= ids(everything(replace(request, self_help=True)))


@settings(deadline=None)  # a busy machine is slow
@given(request=requests, seed=st.integers(0, 5))
def test_the_order_is_total_and_the_list_short(request: Request, seed: int) -> None:
    found, whole = find(CATALOGUE, request, TODAY), everything(request)
    shuffled = list(CATALOGUE.services)
    random.Random(seed).shuffle(shuffled)
    again = find(CATALOGUE.model_copy(update={"services": tuple(shuffled)}), request, TODAY)
    order = [offer.service_id for offer in found.offers]
    assert found == find(CATALOGUE, request, TODAY)
    assert order == [offer.service_id for offer in again.offers]
    assert order == [offer.service_id for offer in whole.offers][: matching.LIMIT]
    assert {*found.more} == ids(whole) - ids(found)


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_a_need_is_unmet_where_nothing_that_fits_meets_it(request: Request) -> None:
    found = everything(request)
    met = {need for service in ids(found) for need in RECORDS[service]["needs"]}
    assert set(found.unmet) == set(request.needs) - met
    assert found.unmet == find(CATALOGUE, request, TODAY, limit=1).unmet


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_a_preference_gets_an_answer_and_never_a_refusal(request: Request) -> None:
    for offer in everything(request).offers:
        known = RECORDS[offer.service_id].get("attending", {})
        said = [last(line.key) for line in offer.reasons if last(line.key).startswith("way_")]
        for way, key in zip(dict.fromkeys(request.prefers), said, strict=True):
            assert key.startswith(f"way_{way}") and key.endswith("_unknown") == (way not in known)


@settings(deadline=None)  # a busy machine is slow
@given(request=requests)
def test_a_crisis_always_gets_the_emergency_number_first(request: Request) -> None:
    urgent = replace(request, audience="self", needs=(*request.needs, "crisis"))
    assert find(CATALOGUE, urgent, TODAY).offers[0].service_id == "emergency_999"


def with_service(service_id: str, **update: Any) -> Catalogue:
    services = (s.model_copy(update=update) if s.id == service_id else s for s in CATALOGUE.services)
    return CATALOGUE.model_copy(update={"services": tuple(services)})


DRINKER_IN_DOVER = Request(DOVER, (30, 39), "self", ("alcohol",))


@pytest.mark.parametrize(
    ("dates", "runs"),
    [
        ({}, True),
        ({"valid_from": TODAY}, True),
        ({"valid_to": TODAY}, True),
        ({"valid_from": date(2026, 11, 22)}, False),
        ({"valid_to": date(2026, 11, 20)}, False),
        ({"valid_from": date(2026, 1, 1), "valid_to": date(2026, 12, 31)}, True),
    ],
)
def test_a_service_is_offered_from_its_first_day_to_its_last(dates: dict[str, date], runs: bool) -> None:
    found = find(with_service("adult_east_kent", **dates), DRINKER_IN_DOVER, TODAY)
    assert (found.offers[0].service_id == "adult_east_kent") is runs
    left_out = {withheld.service_id: last(withheld.reason.key) for withheld in found.withheld}
    assert left_out.get("adult_east_kent") == (None if runs else "in_force")


def test_a_service_that_has_ended_takes_its_parts_with_it() -> None:
    ended = with_service("adult_west_kent", valid_to=date(2026, 3, 31))
    asked = Request("E07000110", (30, 39), "probation", ("drugs",), ("criminal_justice_DRR",))
    left_out = {withheld.service_id: withheld.reason for withheld in find(ended, asked, TODAY).withheld}
    assert left_out["wk_drr"].key == "directory.withheld.whole_fits"
    assert left_out["wk_drr"].values == {"service": "West Kent Drug and Alcohol Service"}


@pytest.mark.parametrize(("today", "local"), [(date(2028, 3, 31), True), (date(2028, 4, 1), False)])
def test_a_council_area_that_has_ended_is_said_to_have_and_never_guessed_at(today: date, local: bool) -> None:
    dates = {DOVER: InForce(valid_to=date(2028, 3, 31))}
    found = find(CATALOGUE.model_copy(update={"district_dates": dates}), DRINKER_IN_DOVER, today)
    assert ("adult_east_kent" in ids(found)) is local
    assert [last(line.key) for line in found.pointers] == ([] if local else ["area_ended"])


def predicate(of: str) -> matching.Predicate:
    return next(fails for fails in PREDICATES if fails.__name__ == of)


@pytest.mark.parametrize(
    ("decides", "service", "asked", "reason"),
    [
        ("not_gatekept", "bridge_house", {"audience": "gp"}, "community_provider_refers"),
        ("not_gatekept", "fdac_kent", {"audience": "any_professional"}, "family_court_chooses"),
        ("not_gatekept", "young_people_kent", {"ages": (0, 12)}, "thirteen_and_over"),
        ("not_gatekept", "medway_young_people", {"ages": (18, 24)}, "under_eighteen"),
        ("not_gatekept", "kenward_recovery_plus", {}, "after_treatment"),
        ("not_gatekept", "adult_east_kent", {}, None),
        ("not_a_meeting", "panel_marac", {}, "not_a_meeting"),
        ("not_a_prison", "hmp_elmley", {}, "not_a_prison"),
        ("not_an_office", "probation_east_kent_pdu", {}, "not_an_office"),
        ("is_a_choice", "medway_all_age", {}, "is_a_choice"),
        ("is_a_choice", "aa", {}, None),
        ("covers_area", "adult_east_kent", {"area": DOVER}, None),
        ("covers_area", "adult_east_kent", {"area": MEDWAY}, "covers_area"),
        ("covers_area", "adult_east_kent", {"area": None}, "covers_area"),
        ("covers_area", "ek_kaizala", {"area": DOVER}, "area_unknown"),
        ("covers_area", "aa", {"area": None}, None),
        ("covers_area", "kent_mpact", {"area": None, "own_area": DOVER, "audience": "family"}, None),
        ("covers_area", "kent_mpact", {"area": None, "own_area": DOVER, "audience": "gp"}, "covers_area"),
        ("covers_area", "adult_east_kent", {"area": None, "own_area": DOVER, "audience": "family"}, "covers_area"),
        ("takes_age", "adult_east_kent", {"ages": (16, 17)}, "takes_age"),
        ("takes_age", "young_people_kent", {"ages": (18, 24)}, None),
        ("takes_age", "young_people_kent", {"ages": (25, 29)}, "takes_age"),
        ("takes_age", "aa", {"ages": (16, 17)}, "age_unknown"),
        ("takes_age", "al_anon", {"ages": (13, 15), "audience": "family"}, None),
        ("takes_gender", "crs_women", {"gender": "male"}, "takes_gender"),
        ("takes_gender", "crs_women", {"gender": "female"}, None),
        ("takes_gender", "crs_women", {"gender": None}, None),
        ("takes_audience", "wk_custody_support", {"audience": "police"}, None),
        ("takes_audience", "wk_custody_support", {"audience": "probation"}, "takes_audience"),
        ("takes_audience", "wk_drr", {"audience": "police"}, "takes_audience"),
        ("takes_audience", "wk_iom", {"audience": "police"}, None),
        ("takes_audience", "frank", {"audience": "police"}, None),
        ("takes_audience", "cyp_therapeutic_support", {"audience": "gp"}, "audience_unknown"),
        ("takes_substance", "aa", {"substances": ("drugs",)}, "takes_substance"),
        ("takes_substance", "na", {"substances": ("drugs", "alcohol")}, None),
        ("takes_substance", "kydis", {"substances": ("alcohol",)}, "takes_substance"),
        ("enough_help", "know_your_score", {"self_help": False}, "needs_a_person"),
        ("enough_help", "adult_east_kent", {"self_help": False}, None),
        ("meets_need", "kent_naloxone", {"needs": ("naloxone",)}, None),
        ("meets_need", "kent_naloxone", {"needs": ("opiates",)}, "meets_need"),
        ("meets_need", "emergency_999", {"ages": (0, 12)}, "meets_need"),
        ("meets_need", "kent_children_front_door", {"ages": (0, 12)}, None),
        ("meets_need", "domestic_abuse_victim_support", {"needs": ("safeguarding",)}, "meets_need"),
    ],
)  # fmt: skip
def test_each_predicate_decides_for_its_own_reason(
    decides: str, service: str, asked: dict[str, Any], reason: str | None
) -> None:
    request = Request(**{"area": DOVER, "ages": (30, 39), "audience": "self"} | asked)
    line = predicate(decides)(BY_ID[service], request)
    assert (None if line is None else line.key) == (None if reason is None else f"directory.withheld.{reason}")


def test_a_prison_that_is_not_one_of_ours_is_not_named() -> None:
    asked = Request(DOVER, (30, 39), "probation", ("drugs",), prison="hmp_nowhere")
    reasons = [last(line.key) for line in find(CATALOGUE, asked, TODAY).offers[0].reasons]
    assert "home_area" in reasons and "prison" not in reasons


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
