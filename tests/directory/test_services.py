"""A wrong services file is refused whole, and what may be shown of a service follows the table of the interface."""

import copy
import json
import re
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from directory import showing
from directory.contacting import contact_lines
from directory.eligibility import RULES, Request
from directory.reasons import Company, reason_lines
from directory.services import SERVICES, Confirmation, Service, ServicesError, Way, load_catalogue

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()
DOCUMENT = yaml.safe_load(SERVICES.read_text("utf-8"))
BY_ID = {service.id: service for service in CATALOGUE.services}
WORDS = Path(__file__).parents[2] / "screening" / "content" / "text" / "en" / "directory.yaml"
CONTACTS = Path(__file__).parents[2] / "screening" / "content" / "contacts.yaml"


def record(document: dict[str, Any], service_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in document["services"] if entry["id"] == service_id)
    return found


def refusal_of(text: str, folder: Path) -> str:
    """What loading a file of this text says. JSON is YAML too, and quicker to write."""
    path = folder / "services.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ServicesError) as refusal:
        load_catalogue(path)
    return str(refusal.value)


def test_all_services_of_the_survey_are_there() -> None:
    assert len(CATALOGUE.services) == 98
    assert sum(not service.referable for service in CATALOGUE.services) == 19


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "unknown need": ({"needs": ["alcohol", "juggling"]}, "service aa: needs: 'juggling' is unknown; use one of need"),
    "unknown audience": ({"audiences": ["vicar"]}, "service aa: audiences: 'vicar' is unknown"),
    "unknown status": ({"status": "maybe"}, "service aa: status: 'maybe' is unknown"),
    "unknown source": ({"source_key": "pub"}, "service aa: source_key: 'pub' is unknown"),
    "unknown rule": ({"eligibility": ["tall_people"]}, "service aa: eligibility: 'tall_people' is unknown"),
    "unknown district": ({"districts": ["E09000004"]}, "service aa: districts: 'E09000004' is unknown"),
    "not the group it names": ({"coverage": "medway"}, "service aa: districts: differ from the coverage group"),
    "ages reversed": ({"age_min": 30, "age_max": 18}, "service aa: age_min: 30 is above age_max 18; exchange them"),
    "missing parent": ({"parent": "nobody"}, "service aa: parent: 'nobody' is not a service; use the id of one"),
    "its own parent": ({"parent": "aa"}, "service aa: parent: 'aa' leads back to itself"),
    "a word for an age": ({"age_min": "grown-up"}, "service aa: age_min: Input should be a valid integer"),
    "an age of 130": ({"age_max": 130}, "service aa: age_max: Input should be less than or equal to 120"),
    "a month that is none": ({"source_date": "2024-13"}, "service aa: source_date: Value error"),
    "an empty number": ({"phone": ""}, "service aa: phone: String should have at least 1 character"),
    "unknown kind": ({"kind": "pub"}, "service aa: kind: Input should be"),
    "a day that is no date": ({"source_date": "last week"}, "service aa: source_date: String should match"),
    "days reversed": (
        {"valid_from": "2028-04-01", "valid_to": "2028-03-31"},
        "service aa: Value error, valid_from 2028-04-01 is after valid_to 2028-03-31; exchange them",
    ),
    "a last day that is none": ({"valid_to": "2028-02-30"}, "service aa: valid_to: Input should be a valid date"),
    "unknown way": ({"attending": {"fax": {"source_key": "pub", "source_date": None}}}, "service aa: attending.fax"),
    "way without a source": (
        {"attending": {"phone": {"source_key": "pub", "source_date": None}}},
        "service aa: source_key: 'pub' is unknown",
    ),
    "a field nobody reads": ({"opening": "9 to 5"}, "service aa: opening: Extra inputs are not permitted"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_file_is_refused_with_the_service_the_field_and_the_remedy(mistake: str, tmp_path: Path) -> None:
    change, message = MISTAKES[mistake]
    document = copy.deepcopy(DOCUMENT)
    record(document, "aa").update(change)
    refusal = refusal_of(json.dumps(document), tmp_path)
    assert f"services.yaml, {message}" in refusal
    assert len(refusal.splitlines()) <= 2


def test_two_services_of_one_id_are_refused(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["services"].append(record(document, "aa"))
    refusal = refusal_of(json.dumps(document), tmp_path)
    assert "service aa: id: used 2 times; give each service its own id" in refusal


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        ({"E07000999": {"valid_to": "2028-03-31"}}, "district_dates: 'E07000999' is unknown; use a code of districts"),
        (
            {"E07000108": {"valid_from": "2028-04-01", "valid_to": "2028-03-31"}},
            "district_dates: E07000108: Value error, valid_from 2028-04-01 is after valid_to 2028-03-31; exchange them",
        ),
    ],
)
def test_wrong_days_of_a_district_are_refused(dates: dict[str, Any], message: str, tmp_path: Path) -> None:
    assert message in refusal_of(json.dumps({**DOCUMENT, "district_dates": dates}), tmp_path)


def test_parents_in_a_circle_are_refused(tmp_path: Path) -> None:
    document = copy.deepcopy(DOCUMENT)
    record(document, "aa")["parent"] = "na"
    record(document, "na")["parent"] = "aa"
    assert "service aa: parent: 'aa' leads back to itself" in refusal_of(json.dumps(document), tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("services: [\n", "is not YAML; check the indentation and quotes there"),
        ("services: 5", "services.yaml, format: Field required; correct this"),
        ("just words", "services.yaml: Input should be a valid dictionary"),
        ("services: [7]", "services.yaml, service 0"),
    ],
)
def test_a_file_of_another_kind_is_refused(text: str, message: str, tmp_path: Path) -> None:
    assert message in refusal_of(text, tmp_path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ServicesError, match=r"nowhere\.yaml: cannot be read \(FileNotFoundError\)"):
        load_catalogue(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("service", CATALOGUE.services, ids=lambda service: service.id)
def test_the_public_never_reads_our_notes(service: Service) -> None:
    shown = [service.provider_shown, service.name, service.description, service.who_for]
    routes = (showing.route(route, TODAY) for route in service.how_to_refer.values())
    shown += [route.value for route in routes if route]
    for text in filter(None, shown):
        assert not re.search(r"not found|not named|until|unknown|\bseed\b|source|awarded|to be checked", text, re.I)


@pytest.mark.parametrize(
    ("source_date", "today", "fresh"),
    [
        ("2024-11-22", TODAY, True),
        ("2024-11-21", TODAY, False),
        ("2024-12", TODAY, True),
        ("2024-11", TODAY, False),
        ("2024", TODAY, False),
        ("2025", date(2026, 12, 31), True),
        ("2025", date(2027, 1, 1), False),
        (None, TODAY, False),
    ],
)
def test_a_source_is_fresh_for_twenty_four_months(source_date: str | None, today: date, fresh: bool) -> None:
    service = BY_ID["adult_east_kent"].model_copy(update={"source_date": source_date})
    assert showing.is_fresh(service, today) is fresh


@pytest.mark.parametrize(
    ("source_date", "words"),
    [("2024", "2024"), ("2024-12", "December 2024"), ("2024-10-21", "21 October 2024"), ("2021-07-06", "6 July 2021")],
)
def test_a_date_is_said_as_exactly_as_it_is_known(source_date: str, words: str) -> None:
    assert showing.in_words(source_date) == words


@pytest.mark.parametrize(
    ("service_id", "number"),
    [
        ("emergency_999", "999"),
        ("nhs_111_mental_health", "111"),
        ("shout_text_kent", "Text KENT or MEDWAY to 85258"),
        ("kent_children_front_door", "03000 41 11 11"),
        ("kent_adult_safeguarding", "03000 41 61 61"),
        ("kent_social_services_ooh", "03000 41 91 91"),
        ("frank", "0300 123 6600"),
        ("aa", "0800 9177 650"),
        ("families_anonymous", "020 7498 4680"),
        ("na", None),  # third-party copies only
        ("al_anon", None),  # third-party copies only
        ("release_the_pressure_line", None),  # its own note says check
        ("domestic_abuse_victim_support", None),  # local and undated
        ("porchlight_helpline", None),  # 2016
        ("kenward_house", None),  # 2019
        ("adult_east_kent", None),
        ("medway_young_people", None),
    ],
)
def test_which_numbers_may_be_shown(service_id: str, number: str | None) -> None:
    assert showing.number(BY_ID[service_id], TODAY) == number


def test_nothing_of_a_third_party_copy_is_shown() -> None:
    copies = [service for service in CATALOGUE.services if service.confidence in ("third_party_copy", "unverified")]
    assert {service.id for service in copies} == {"na", "al_anon"}
    for service in copies:
        assert not any(showing_of(service, TODAY) for showing_of in (showing.number, showing.web, showing.email))


@pytest.mark.parametrize(
    ("service_id", "web"),
    [
        ("roar_kent", showing.Shown("https://www.roarkent.com")),
        ("lower_my_drinking", showing.Shown("www.lowermydrinking.com", check_year="2021")),
        ("bridge_house", None),
        ("kent_children_front_door", None),
    ],
)
def test_a_web_address_from_an_old_source_is_to_be_checked(service_id: str, web: showing.Shown | None) -> None:
    assert showing.web(BY_ID[service_id], TODAY) == web


def test_the_address_of_2019_says_check_before_you_go_and_its_number_stays_hidden() -> None:
    hub = next(site for site in BY_ID["adult_east_kent"].sites if site.name == "Sittingbourne hub")
    assert showing.address(hub, TODAY) == showing.Shown("6-8 Park Road, Sittingbourne, Kent, ME10 1DR", "2019")
    assert showing.site_number(hub, TODAY) is None


def test_undated_addresses_and_hours_are_not_shown() -> None:
    hub = BY_ID["gravesend_daytime_hub"].sites[0]
    assert not any(of(hub, TODAY) for of in (showing.address, showing.opening_hours, showing.site_number))


def test_an_operators_word_shows_everything_at_once_and_is_said() -> None:
    word = Confirmation(by="admin", on=date(2026, 11, 3))
    hub = BY_ID["gravesend_daytime_hub"].sites[0].model_copy(update={"confirmed": word, "postcode": "DA12 1AU"})
    assert showing.opening_hours(hub, TODAY) == "Mon, Wed, Fri 10:00 to 12:00"
    assert showing.site_number(hub, TODAY) == "01474 328249"
    house = BY_ID["kenward_house"].model_copy(update={"confirmed": word})
    assert showing.number(house, TODAY) == "01622 812603"
    lines = reason_lines(house, Request("E07000110", (30, 39), "self"), CATALOGUE.districts, TODAY)
    assert [line.values["date"] for line in lines if line.key == "directory.reason.checked"] == ["2026-11-03"]


REQUESTS = [
    Request(area, ages, audience, substances, tuple(CATALOGUE.need_tags), prefers=get_args(Way), own_area="E07000110")
    for area in ("E07000113", "E07000114", "E06000035", None)
    for ages in ((13, 15), (30, 39))
    for audience in CATALOGUE.audiences
    for substances in ((), ("alcohol",), ("drugs",))
]


def test_every_line_has_its_words_and_every_placeholder_its_value() -> None:
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    numbers = set(yaml.safe_load(CONTACTS.read_text("utf-8")))
    company = Company((BY_ID["wk_community_alcohol_detox"], BY_ID["wk_drr"]), "Another", "HMP Elsewhere")
    for request in REQUESTS:
        for service in CATALOGUE.services:
            reasons = reason_lines(service, request, CATALOGUE.districts, TODAY, company)
            for line in (*reasons, *contact_lines(service, request, TODAY, beside="Another")):
                _, group, entry = line.key.split(".")
                text = words[group][entry]
                text = text if isinstance(text, str) else text["text"]
                assert set(re.findall(r"\{(\w+)\}", text)) <= {*line.values, *numbers}, line


def test_every_need_but_the_substances_has_its_words() -> None:
    needs = yaml.safe_load(WORDS.read_text("utf-8"))["need"]
    assert set(needs) == set(CATALOGUE.need_tags) - {
        "alcohol",
        "opiates",
        "other_drugs",
    }


def test_what_a_wish_in_the_chat_looks_for_is_a_need_of_the_services() -> None:
    wishes = yaml.safe_load((WORDS.parents[2] / "wishes.yaml").read_text("utf-8"))
    asked = {need for wish in wishes.values() for need in wish.get("needs", ())}
    asked |= set(yaml.safe_load((WORDS.parents[2] / "needs.yaml").read_text("utf-8")))
    assert asked and asked <= set(CATALOGUE.need_tags)


def test_every_reason_to_leave_a_service_out_has_its_words() -> None:
    withheld = set(yaml.safe_load(WORDS.read_text("utf-8"))["withheld"])
    predicates = {
        "in_force",
        "not_a_meeting",
        "not_a_prison",
        "not_an_office",
        "whole_fits",
        "is_a_choice",
        "covers_area",
        "takes_age",
        "takes_gender",
        "takes_audience",
        "takes_substance",
        "meets_need",
        "needs_a_person",
    }
    assert withheld == predicates | {"area_unknown", "age_unknown", "audience_unknown"} | set(RULES)


def test_every_way_and_pointer_has_its_words() -> None:
    words = yaml.safe_load(WORDS.read_text("utf-8"))
    ways = {f"way_{way}{known}" for way in get_args(Way) for known in ("", "_as_of", "_unknown")}
    assert {key for key in words["reason"] if key.startswith("way_")} == ways
    assert set(words["pointer"]) == {"outside", "no_area", "area_ended", "nothing"}


def test_no_number_is_typed_into_the_words() -> None:
    text = re.sub(r"(?m)^ *#.*|sources: .*|\d+(am|pm)", "", WORDS.read_text("utf-8"))
    assert not re.search(r"\d{3}", text.replace("NHS 111", "").replace("nhs_111", ""))


def test_where_no_contact_is_confirmed_the_person_gets_checked_ways_in() -> None:
    request = Request("E07000114", (30, 39), "self", ("alcohol",), ("alcohol",))
    keys = [line.key.rpartition(".")[2] for line in contact_lines(BY_ID["adult_east_kent"], request, TODAY)]
    assert keys == ["site", "still_confirming", "gp", "nhs_111", "drinkline"]
    young = Request("E07000114", (16, 17), "self", ("alcohol",), ("alcohol",))
    keys = [line.key.rpartition(".")[2] for line in contact_lines(BY_ID["young_people_kent"], young, TODAY)]
    assert keys == ["still_confirming", "gp", "nhs_111", "frank"]


def test_domestic_abuse_gets_the_national_helpline_while_the_local_one_is_not_confirmed() -> None:
    request = Request("E07000114", (30, 39), "self", (), ("domestic_abuse",))
    keys = [
        line.key.rpartition(".")[2] for line in contact_lines(BY_ID["domestic_abuse_victim_support"], request, TODAY)
    ]
    assert keys == ["still_confirming", "domestic_abuse"]


def test_what_is_said_of_a_service_whose_provider_is_not_known() -> None:
    request = Request("E07000114", (18, 24), "self", ("alcohol",), ("alcohol",))
    lines = reason_lines(BY_ID["young_people_kent"], request, CATALOGUE.districts, TODAY)
    assert [(line.key.rpartition(".")[2], dict(line.values)) for line in lines] == [
        ("provider_unknown", {}),
        ("covers", {"area": "Thanet"}),
        ("age_to", {"age": "24"}),
        ("alcohol", {}),
        ("as_of", {"date": "2024"}),
        ("may_have_changed", {}),
    ]


def test_what_is_said_of_the_east_kent_service() -> None:
    request = Request("E07000114", (30, 39), "self", ("alcohol",), ("alcohol",))
    lines = reason_lines(BY_ID["adult_east_kent"], request, CATALOGUE.districts, TODAY)
    assert [(line.key.rpartition(".")[2], dict(line.values)) for line in lines] == [
        ("provider", {"provider": "The Forward Trust"}),
        ("covers", {"area": "Thanet"}),
        ("age_from", {"age": "18"}),
        ("alcohol", {}),
        ("route_check", {"route": "You can refer yourself.", "year": "2019"}),
        ("as_of", {"date": "2024-10-21"}),
    ]
