"""The directory as an Open Referral feed: of the standard's form, nothing unconfirmed for the public, nothing lost."""

import copy
import json
import re
from datetime import date
from typing import Any

import pytest
from hsds import FIELDS, TYPES, page_validator, validator, wrong
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import showing
from directory.open_referral import LOST, LOST_IN_PUBLIC, from_feed, is_public, listed, page_of, services_in, to_feed
from directory.open_referral import taxonomies as taxonomies_of
from directory.open_referral import terms as terms_of
from directory.open_referral.incoming import MOST_SERVICES
from directory.open_referral.terms import ident, join_address, read_hours, split_address
from directory.services import Catalogue, Confirmation, Service, ServicesError, load_catalogue

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()
BY_ID = {service.id: service for service in CATALOGUE.services}
PUBLIC = to_feed(CATALOGUE, TODAY)
EVERYTHING = to_feed(CATALOGUE, TODAY, everything=True)
SERVICE = validator("service")
CALLED = {service["id"]: service["name"] for service in EVERYTHING}


def of(service_id: str, feed: tuple[dict[str, Any], ...] = PUBLIC) -> dict[str, Any]:
    """A service of a feed by our id."""
    return next(service for service in feed if service["id"] == ident("service", service_id))


def with_changes(**changed: dict[str, Any]) -> Catalogue:
    """The catalogue with fields of some services replaced."""
    services = tuple(each.model_copy(update=changed.get(each.id, {})) for each in CATALOGUE.services)
    return CATALOGUE.model_copy(update={"services": services})


def test_the_table_of_fields_names_only_entities_it_describes() -> None:
    used = {
        each for fields in FIELDS.values() for name, each in fields.items() if name != "required" and type(each) is str
    }
    assert {each.removeprefix("many ") for each in used} <= {*FIELDS, *TYPES}
    assert all(set(fields["required"]) <= set(fields) for fields in FIELDS.values())


@pytest.mark.parametrize("service", PUBLIC, ids=lambda service: service["name"])
def test_each_public_service_is_of_the_standards_form(service: dict[str, Any]) -> None:
    assert wrong(SERVICE, service) == []


@pytest.mark.parametrize("service", EVERYTHING, ids=lambda service: service["name"])
def test_each_service_of_the_operators_export_is_of_the_standards_form(service: dict[str, Any]) -> None:
    assert wrong(SERVICE, service) == []


def test_lists_pages_and_terms_are_of_the_standards_form() -> None:
    short = [listed(service) for service in PUBLIC]
    for number in (1, 2, 3, 99):
        assert wrong(page_validator("service"), page_of(short, number, 30)) == []
    assert wrong(page_validator("taxonomy"), page_of(taxonomies_of(), 1, 50)) == []
    assert wrong(page_validator("taxonomy_term"), page_of(terms_of(PUBLIC), 1, 100)) == []
    for service in short:
        assert not any(isinstance(value, list) for value in service.values())


def test_the_validator_would_notice() -> None:
    broken = copy.deepcopy(of("adult_east_kent"))
    broken["status"] = "open"
    broken["phones"] = [{"id": "1"}]
    broken["colour"] = "blue"
    assert len(wrong(SERVICE, broken)) == 4


def test_ids_are_the_same_each_time_and_each_its_own() -> None:
    assert to_feed(CATALOGUE, TODAY) == PUBLIC
    ids = [service["id"] for service in EVERYTHING]
    assert len(set(ids)) == len(CATALOGUE.services) == 98
    assert {service["id"] for service in PUBLIC} < set(ids)
    assert of("frank")["id"] == ident("service", "frank")  # from the id alone, so the same after any edit


def entries(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Every id in a document with the kind of list it stands in."""
    if isinstance(value, list):
        return [each for entry in value for each in entries(entry, name)]
    if not isinstance(value, dict):
        return []
    inner = [each for key, entry in value.items() for each in entries(entry, key)]
    return [*inner, (name, value["id"])] if "id" in value and name not in ("taxonomy_term", "organization") else inner


def test_no_two_things_share_an_id() -> None:
    found = [own for _, own in entries(list(EVERYTHING))]
    assert len(found) == len(set(found))


# What the public gets


def unshown(service: Service) -> set[str]:
    """Every telephone number and e-mail address of a record that may not be shown today."""
    known = {service.phone, service.email}
    known |= {site.phone for site in service.sites}
    for route in filter(None, service.how_to_refer.values()):
        known |= {route.phone, route.email}
    shown = {showing.number(service, TODAY), showing.email(service, TODAY)}
    shown |= {showing.site_number(site, TODAY) for site in service.sites}
    for route in filter(None, service.how_to_refer.values()):
        if showing.is_fresh(route, TODAY):
            shown |= {route.phone, route.email}
    return {each for each in known - shown if each}


HIDDEN = set[str]().union(*(unshown(service) for service in CATALOGUE.services)) - {
    number for service in CATALOGUE.services if (number := showing.number(service, TODAY))
}


def test_there_are_unconfirmed_contacts_to_hide() -> None:
    assert {
        "01622 812603",  # Kenward House, 2019
        "07796 614997",  # the Sittingbourne hub, 2019
        "0300 999 1212",  # Narcotics Anonymous, third-party copies
        "0800 0086 811",  # Al-Anon, third-party copies
        "0808 168 9111",  # Victim Support, undated
        "01474 328249",  # Gravesend Daytime Hub, undated
    } <= HIDDEN


def texts(value: Any, name: str = "") -> list[str]:
    """Every text of a document but identifiers."""
    if isinstance(value, dict):
        return [each for key, entry in value.items() for each in texts(entry, key)]
    if isinstance(value, list):
        return [each for entry in value for each in texts(entry, name)]
    return [value] if isinstance(value, str) and name != "id" and not name.endswith("_id") else []


TOLD = [re.sub(r"[\s().-]", "", text).casefold() for text in texts(list(PUBLIC))]


@pytest.mark.parametrize("secret", sorted(HIDDEN))
def test_no_unconfirmed_contact_is_anywhere_in_the_public_feed(secret: str) -> None:
    """However it is spaced."""
    bare = re.sub(r"[\s().-]", "", secret).casefold()
    assert [text for text in TOLD if bare in text] == []


def test_every_number_of_the_public_feed_is_one_that_may_be_shown() -> None:
    may = {number for service in CATALOGUE.services if (number := showing.number(service, TODAY))}
    told = [phone for service in PUBLIC for phone in service.get("phones", ())]
    assert {phone.get("description", phone["number"]) for phone in told} == may
    assert not any(place.get("phones") for service in PUBLIC for place in service.get("service_at_locations", ()))
    assert not any(contact.get("phones") for service in PUBLIC for contact in service.get("contacts", ()))


def test_which_services_are_public() -> None:
    names = {service["name"] for service in PUBLIC}
    left_out = {service.id for service in CATALOGUE.services if service.name not in names}
    assert left_out == {
        "na", "al_anon",  # third-party copies only
        "kent_mdt", "fdac_kent", "panel_marac", "panel_mappa", "panel_rough_sleepers", "panel_child_protection",
        "panel_carers", "panel_iom_monthly", "panel_drr_atr_weekly", "probation_east_kent_pdu",
        "probation_west_kent_pdu", "hmp_elmley", "hmp_swaleside", "hmp_standford_hill", "hmp_east_sutton_park",
        "hmp_maidstone", "hmp_rochester", "medway_all_age", "medway_lero",
    }  # fmt: skip


def test_undated_hours_and_addresses_stay_hidden_and_old_ones_say_check() -> None:
    text = json.dumps(PUBLIC)
    assert "18:00" not in text  # Safe Havens, undated
    assert "Wilfred Street" not in text  # Gravesend Daytime Hub, undated
    (hub,) = [each for each in of("adult_east_kent")["service_at_locations"] if "addresses" in each["location"]]
    assert hub["location"]["description"] == "Check before you go: this address was known in 2019."
    address = hub["location"]["addresses"][0]
    assert (address["address_1"], address["city"], address["postal_code"]) == (
        "6-8 Park Road",
        "Sittingbourne",
        "ME10 1DR",
    )


def test_our_notes_sources_and_contracts_are_not_public() -> None:
    text = json.dumps(PUBLIC)
    for internal in ("seed", "not found", "SC240067", "43461175", "confidence", "source_key", "unverified"):
        assert internal not in text


def test_a_place_that_is_closed_is_not_told_of() -> None:
    places = [each["location"]["name"] for each in of("adult_east_kent")["service_at_locations"]]
    assert places == ["Sittingbourne hub", "Ashford hub", "Dover hub", "Margate hub"]


def test_what_is_told_of_the_east_kent_service() -> None:
    service = of("adult_east_kent")
    assert (service["name"], service["status"]) == ("East Kent Drug and Alcohol Service", "active")
    assert service["organization"]["name"] == "The Forward Trust"
    assert (service["minimum_age"], "maximum_age" in service) == (18, False)
    assert [area["name"] for area in service["service_areas"]] == [
        "Ashford", "Canterbury", "Dover", "Folkestone and Hythe", "Swale", "Thanet",
    ]  # fmt: skip
    assert service["service_areas"][0]["uri"].endswith("/E07000105")
    assert service["alert"] == "This is as of 21 October 2024."
    assert service["last_modified"] == "2024-10-21T00:00:00.000Z"
    assert "assured_date" not in service  # nobody has asked the service
    assert service["cost_options"][0]["amount"] == 0
    (contact,) = service["contacts"]
    assert contact["title"] == "The person who uses drugs or alcohol"
    assert "You can refer yourself." in service["application_process"]


def test_a_number_to_text_is_a_number_and_an_instruction() -> None:
    (phone,) = of("shout_text_kent")["phones"]
    assert (phone["number"], phone["type"], phone["description"]) == ("85258", "text", "Text KENT or MEDWAY to 85258")
    assert of("frank")["phones"][0]["number"] == "0300 123 6600"
    assert "Telephone: 0300 123 6600." in of("frank")["description"]  # UK readers see no phones


def test_who_it_is_for_stands_in_the_description_too() -> None:
    service = of("crs_dependency_recovery")
    assert service["eligibility_description"].startswith("For men only. For men on probation,")
    assert "\n\nFor men only.\n\nFor men on probation," in service["description"]


@pytest.mark.parametrize(
    ("service_id", "status", "alert"),
    [
        ("frank", "active", "This comes from a source without a date."),
        ("young_people_kent", "active", "This is as of 2024. This may have changed."),
        ("wk_groups", "inactive", "This is as of 2017. This may have changed."),
        ("roar_kent", "active", None),
        ("lower_my_drinking", "inactive", "Check the web address before you use it: it was known in 2021. "
         "This is as of 2021. This may have changed."),
    ],
)  # fmt: skip
def test_how_sure_each_is(service_id: str, status: str, alert: str | None) -> None:
    service = of(service_id)
    assert (service["status"], service.get("alert")) == (status, alert)


def test_only_what_says_that_it_is_free_is_given_as_free() -> None:
    free = {service["name"] for service in PUBLIC if service.get("cost_options")}
    says = {each.name for each in CATALOGUE.services if re.search(r"\bfree\b", each.description, re.I)}
    assert free == says


def test_an_operators_confirmation_opens_the_number_and_dates_it() -> None:
    word = Confirmation(by="admin", on=date(2026, 11, 3))
    changed = with_changes(kenward_house={"confirmed": word}, na={"confirmed": word})
    feed = to_feed(changed, TODAY)
    house = of("kenward_house", feed)
    assert house["phones"][0]["number"] == "01622 812603"
    assert (house["assured_date"], house["last_modified"][:10]) == ("2026-11-03", "2026-11-03")
    assert (house["status"], house.get("alert")) == ("active", None)
    assert of("na", feed)["phones"][0]["number"] == "0300 999 1212"
    assert "admin" not in json.dumps(feed)  # who asked is for the operator alone
    (confirmed,) = of("kenward_house", to_feed(changed, TODAY, everything=True))["metadata"]
    assert (confirmed["updated_by"], confirmed["last_action_date"]) == ("admin", "2026-11-03")


def test_confirmed_hours_become_a_schedule() -> None:
    word = Confirmation(by="admin", on=date(2026, 11, 3))
    hub = BY_ID["gravesend_daytime_hub"].sites[0].model_copy(update={"confirmed": word})
    (place,) = of("gravesend_daytime_hub", to_feed(with_changes(gravesend_daytime_hub={"sites": (hub,)}), TODAY))[
        "service_at_locations"
    ]
    (schedule,) = place["schedules"]
    times = {name: schedule[name] for name in ("freq", "byday", "opens_at", "closes_at", "description")}
    assert times == {
        "freq": "WEEKLY", "byday": "MO,WE,FR", "opens_at": "10:00", "closes_at": "12:00",
        "description": "Mon, Wed, Fri 10:00 to 12:00",
    }  # fmt: skip
    assert place["phones"][0]["number"] == "01474 328249"


def test_hours_that_are_not_plain_are_only_words() -> None:
    assert read_hours("24 hours") == {}
    assert read_hours("Mon, Xyz 10:00 to 12:00") == {}
    assert read_hours("18:00 to 23:00 daily")["byday"] == "MO,TU,WE,TH,FR,SA,SU"


@pytest.mark.parametrize(
    ("printed", "street", "town"),
    [
        ("6-8 Park Road, Sittingbourne, Kent", "6-8 Park Road", "Sittingbourne"),
        ("Templar House, Tannery Lane, Ashford", "Templar House, Tannery Lane", "Ashford"),
        ("The Old Barn", "The Old Barn", "Swale"),
        ("Kent", "Kent", "Swale"),
    ],
)
def test_an_address_is_taken_apart(printed: str, street: str, town: str) -> None:
    assert split_address(printed, "Swale") == (street, town)
    assert join_address({"address_1": "a", "city": "b", "state_province": "Kent"}) == "a, b, Kent"


@pytest.mark.parametrize(
    ("dates", "public", "status"),
    [
        ({"valid_to": date(2026, 11, 21)}, True, "active"),
        ({"valid_to": date(2026, 11, 20)}, False, "defunct"),
        ({"valid_from": date(2026, 11, 22)}, False, "inactive"),
        ({"valid_from": date(2026, 11, 21)}, True, "active"),
    ],
)
def test_a_service_is_told_of_from_its_first_day_to_its_last(dates: dict[str, date], public: bool, status: str) -> None:
    changed = with_changes(adult_east_kent=dates)
    assert any(each["id"] == ident("service", "adult_east_kent") for each in to_feed(changed, TODAY)) is public
    service = of("adult_east_kent", to_feed(changed, TODAY, everything=True))
    assert service["status"] == status
    assert ("It is known to run until" in service["alert"]) is ("valid_to" in dates)
    (record,) = back([service], ours=True)
    assert Service.model_validate(record).valid_to == dates.get("valid_to")


# There and back


def back(services: Any, **how: Any) -> list[dict[str, Any]]:
    return list(from_feed(json.loads(json.dumps(services)), CATALOGUE, "export.json", **how).services)


@pytest.mark.parametrize("service", CATALOGUE.services, ids=lambda service: service.id)
def test_our_own_export_comes_back_as_it_was(service: Service) -> None:
    (record,) = back([of(service.id, EVERYTHING)], ours=True)
    assert Service.model_validate(record) == service


def test_a_page_that_was_exported_holds_the_whole_directory() -> None:
    document = json.loads(json.dumps(page_of(EVERYTHING, 1, len(EVERYTHING))))
    records = from_feed(services_in(document), CATALOGUE, "export.json", ours=True).services
    assert tuple(Service.model_validate(record) for record in records) == CATALOGUE.services


def test_what_a_feed_cannot_carry_is_said() -> None:
    assert len(LOST) == 3
    assert set(LOST) < set(LOST_IN_PUBLIC)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
MAYBE = st.none() | WORDS
EMAIL = st.none() | st.just("help@example.org")
DAYS = st.none() | st.sampled_from(["2017", "2024-12", "2026-05-18"])
CONFIRMED = st.none() | st.builds(Confirmation, by=st.just("admin"), on=st.dates(date(2020, 1, 1), date(2026, 11, 21)))


ATTENDING = st.fixed_dictionaries({"source_key": st.sampled_from(sorted(CATALOGUE.sources)), "source_date": DAYS})


@st.composite
def records(draw: st.DrawFn) -> Service:
    """Any service that the catalogue could hold, not only one like those it does."""
    sourced = {
        "source": WORDS, "source_key": st.sampled_from(sorted(CATALOGUE.sources)), "source_date": DAYS,
        "confidence": st.sampled_from(sorted(CATALOGUE.confidence_levels)), "confirmed": CONFIRMED,
    }  # fmt: skip
    codes = st.sampled_from(sorted(CATALOGUE.districts))
    site = st.fixed_dictionaries(
        {"name": WORDS, "kind": st.sampled_from(["hub", "place_x", "walk_in"]), "district": codes, "address": MAYBE,
         "postcode": st.none() | st.just("CT9 1HL"), "phone": MAYBE, "opening_hours": MAYBE, "note": MAYBE, **sourced}
    )  # fmt: skip
    route = st.none() | st.fixed_dictionaries(
        {"text": WORDS, "shown": MAYBE, "says_how": st.booleans(), "phone": MAYBE, "email": EMAIL, "url": MAYBE,
         **sourced}
    )  # fmt: skip
    low = draw(st.none() | st.integers(0, 120))
    audiences = sorted(CATALOGUE.audiences)
    tags = st.none() | st.lists(st.sampled_from(["alcohol", "drugs", "opiates"]), unique=True)
    coverage = draw(st.sampled_from([None, "site", "national", "any_area"]))
    document = {
        "id": "made_up_for_a_test", "name": draw(WORDS), "provider": draw(MAYBE), "provider_shown": draw(MAYBE),
        "kind": draw(st.sampled_from(["pathway", "helpline", "multi_agency_panel"])),
        "parent": draw(st.none() | st.just("adult_east_kent")), "description": draw(WORDS | st.just("")),
        "status": draw(st.sampled_from(CATALOGUE.status_values)), "referable": draw(st.booleans()),
        "coverage": coverage, "districts": draw(st.none() | st.lists(codes, unique=True)),
        "age_min": low, "age_max": draw(st.none() | st.integers(low or 0, 120)),
        "gender": draw(st.sampled_from([None, "male", "female"])), "substances": draw(tags),
        "eligibility_note": draw(MAYBE), "eligibility": draw(st.sampled_from([[], ["under_eighteen"]])),
        "who_for": draw(MAYBE), "audiences": draw(st.none() | st.lists(st.sampled_from(audiences), unique=True)),
        "needs": draw(st.lists(st.sampled_from(CATALOGUE.need_tags), unique=True)),
        "phone": draw(MAYBE | st.just("Text KENT or MEDWAY to 85258")), "email": draw(EMAIL),
        "url": draw(st.none() | st.sampled_from(["www.example.org", "https://example.org/a"])),
        "sites": draw(st.lists(site, max_size=3, unique_by=lambda each: (each["name"], each["district"]))),
        "how_to_refer": draw(st.dictionaries(st.sampled_from(audiences), route)),
        "contract": draw(st.none() | st.just({"reference": "X1", "value_gbp": 12.5, "previous": ["a"]})),
        "valid_from": draw(st.none() | st.dates(date(2017, 1, 1), date(2026, 1, 1))),
        "valid_to": draw(st.none() | st.dates(date(2026, 1, 2), date(2030, 1, 1))),
        "attending": draw(st.dictionaries(st.sampled_from(["phone", "video"]), ATTENDING)),
        "notes": draw(MAYBE), "also_sources": draw(st.lists(WORDS, max_size=2)),
        **{name: draw(strategy) for name, strategy in sourced.items()},
    }  # fmt: skip
    return Service.model_validate(document)


def alike(service: Service) -> dict[str, Any]:
    """A record, but for the order of its audiences, which says nothing."""
    document = service.model_dump(mode="json")
    document["how_to_refer"] = dict(sorted(document["how_to_refer"].items()))
    return document


SMALL = CATALOGUE.model_copy(update={"services": CATALOGUE.services[:2]})


@settings(deadline=None)
@given(records())
def test_any_record_survives_the_way_there_and_back(service: Service) -> None:
    (exported,) = to_feed(CATALOGUE.model_copy(update={"services": (service,)}), TODAY, everything=True)
    (record,) = from_feed([json.loads(json.dumps(exported))], SMALL, ours=True).services
    assert wrong(SERVICE, exported) == []
    assert alike(Service.model_validate(record)) == alike(service)


@settings(deadline=None)
@given(records())
def test_whatever_a_record_holds_nothing_unconfirmed_is_public(service: Service) -> None:
    numbers = iter(range(100))

    def marked(record: Any, fields: tuple[str, ...]) -> Any:
        secret = {field: f"secret{next(numbers)}" for field in fields if getattr(record, field)}
        return record.model_copy(update={**secret, "confirmed": None, "confidence": "third_party_copy"})

    contacts = ("phone", "email", "url")
    sites = tuple(marked(site, ("phone", "opening_hours", "address")) for site in service.sites)
    routes = {who: route and marked(route, (*contacts, "text", "shown")) for who, route in service.how_to_refer.items()}
    hidden = marked(service, contacts).model_copy(
        update={
            **{"sites": sites, "how_to_refer": routes, "confidence": "seed_only", "referable": True},
            **{"kind": "pathway", "valid_from": None, "valid_to": None},
        }
    )
    (document,) = to_feed(CATALOGUE.model_copy(update={"services": (hidden,)}), TODAY)
    assert "secret" not in json.dumps(document)
    assert not is_public(hidden.model_copy(update={"confidence": "unverified"}), TODAY)


# Somebody else's feed

FOREIGN: dict[str, Any] = {
    "id": "4f1b9c1e-0000-4000-8000-000000000001",
    "name": "Harbour <b>Recovery</b> Café",
    "description": "<script>alert(1)</script>A weekly &amp; friendly group.\x07",
    "status": "active",
    "url": "https://harbour.example.org",
    "email": "hello@harbour.example.org",
    "minimum_age": 18,
    "maximum_age": None,
    "last_modified": "2026-02-03T10:00:00.000Z",
    "assured_date": "2026-03-01",
    "organization": {"id": "x", "name": "Harbour Trust", "description": "A charity"},
    "phones": [{"id": "p", "number": "01843 555000"}],
    "service_areas": [{"id": "a", "name": "Thanet"}, {"id": "b", "uri": "http://example.org/id/E07000108"}],
    "service_at_locations": [
        {
            "id": "l",
            "location": {
                "id": "m",
                "location_type": "physical",
                "name": "Harbour Hall",
                "addresses": [{"id": "n", "address_1": "1 Quay Lane", "city": "Margate", "postal_code": "CT9 1HL"}],
                "accessibility": [{"id": "o", "description": "Step free"}],
            },
            "schedules": [{"id": "q", "byday": "TU,TH", "opens_at": "10:00:00", "closes_at": "12:00:00"}],
        }
    ],
    "contacts": [{"id": "r", "title": "Manager"}],
    "attributes": [
        {"id": "s", "taxonomy_term": {"id": "t", "name": "Drug misuse", "taxonomy": "esdNeed"}},
        {"id": "u", "taxonomy_term": {"id": "v", "name": "Peer support", "taxonomy": "local"}},
        {"id": "w", "taxonomy_term": {"id": "y", "name": "Kayaking", "taxonomy": "local"}},
    ],
    "eligibilitys": "a field of an older version",
}


def test_a_foreign_service_comes_in_unverified_and_is_no_choice_for_anybody() -> None:
    districts = {"CT9 1HL": "E07000114"}
    found = from_feed([FOREIGN], CATALOGUE, "http://harbour.example", district_of=districts.get)
    service = Service.model_validate(found.services[0])
    assert (service.id, service.name) == ("harbour_recovery_cafe", "Harbour Recovery Café")
    assert service.description == "alert(1) A weekly & friendly group."
    assert service.provider_shown == "Harbour Trust"
    assert (service.confidence, service.referable, service.confirmed) == ("unverified", False, None)
    assert (service.source, service.source_key, service.source_date) == (
        "http://harbour.example", "open_referral", "2026-03-01",
    )  # fmt: skip
    assert service.districts == ("E07000114", "E07000108")
    assert (service.age_min, service.age_max) == (18, None)
    assert service.needs == ("other_drugs", "peer_support")
    assert (service.phone, service.email) == ("01843 555000", "hello@harbour.example.org")
    (site,) = service.sites
    assert (site.name, site.district, site.address) == ("Harbour Hall", "E07000114", "1 Quay Lane, Margate")
    assert (site.opening_hours, site.confidence) == ("Tue, Thu 10:00 to 12:00", "unverified")
    assert showing.number(service, TODAY) is None
    assert not is_public(service, TODAY)


def test_names_that_a_version_of_the_uk_profile_gives_are_read() -> None:
    term = {"taxonomy_term": {"id": "t", "term": "Needle exchanges", "taxonomy": "esdNeed"}}
    service = {**FOREIGN, "attributes": [term], "service_areas": [{"service_area": "Swale"}]}
    (record,) = from_feed([service], CATALOGUE).services
    assert (record["needs"], record["districts"]) == (["needle_exchange"], ["E07000113"])


def test_what_of_a_foreign_service_has_no_place_is_noted() -> None:
    notes = "\n".join(from_feed([FOREIGN], CATALOGUE, "harbour.json", district_of=lambda _: "E07000114").notes)
    assert "harbour.json, service Harbour Recovery Café: its term 'Kayaking' is none of our needs" in notes
    assert "its accessibility has no place" in notes
    assert "its contact 'Manager' says no way to refer" in notes
    elsewhere = {**FOREIGN, "service_areas": [{"id": "a", "name": "Leeds"}], "url": "javascript:alert(1)"}
    found = from_feed([elsewhere], CATALOGUE, "leeds.json")
    assert "none of its areas is a district of Kent or Medway" in "\n".join(found.notes)
    assert "Harbour Hall was left out: its district is not known" in "\n".join(found.notes)
    assert found.services[0]["url"] is None


def test_somebody_who_claims_to_be_us_is_not_believed() -> None:
    word = Confirmation(by="admin", on=date(2026, 11, 3))
    feed = to_feed(with_changes(kenward_house={"confirmed": word}), TODAY, everything=True)
    (record,) = from_feed([of("kenward_house", feed)], CATALOGUE, "http://elsewhere.example").services
    service = Service.model_validate(record)
    assert (service.id, service.confidence, service.confirmed) == ("kenward_house", "unverified", None)
    assert service.eligibility == BY_ID["kenward_house"].eligibility
    assert (service.notes, service.contract) == (BY_ID["kenward_house"].notes, BY_ID["kenward_house"].contract)


def test_the_public_feed_comes_back_under_its_own_ids_unverified() -> None:
    found = from_feed(json.loads(json.dumps(PUBLIC)), CATALOGUE, "public.json")
    assert [record["id"] for record in found.services] == [
        each.id for each in CATALOGUE.services if is_public(each, TODAY)
    ]
    assert {record["confidence"] for record in found.services} == {"unverified"}
    for record in found.services:
        mine = BY_ID[record["id"]]
        assert (record["needs"], record["kind"]) == (list(mine.needs), mine.kind)
        assert record["description"] == mine.description
        assert record["districts"] == (list(mine.districts) if mine.districts is not None else None)


def test_a_strict_reader_in_between_that_drops_codes_loses_no_need() -> None:
    service = copy.deepcopy(of("adult_west_kent"))
    for attribute in service["attributes"]:
        del attribute["taxonomy_term"]["code"], attribute["link_entity"]
        attribute.pop("value", None)
    (record,) = back([service])
    assert record["id"] == "adult_west_kent"
    assert record["needs"] == list(BY_ID["adult_west_kent"].needs)


@pytest.mark.parametrize("page", [{"contents": [FOREIGN]}, {"content": [FOREIGN]}, [FOREIGN], FOREIGN])
def test_files_of_either_version_are_understood(page: Any) -> None:
    assert services_in(page) == [FOREIGN]


@pytest.mark.parametrize("page", [{}, {"contents": "none"}, 7, "words", None, {"id": 1}])
def test_a_file_that_holds_no_services_is_refused(page: Any) -> None:
    with pytest.raises(ServicesError, match="holds no Open Referral services; give a list"):
        services_in(page)


# What is refused


def refusal(*documents: Any, **how: Any) -> str:
    with pytest.raises(ServicesError) as refused:
        from_feed(json.loads(json.dumps(documents)), CATALOGUE, "feed.json", **how)
    return str(refused.value)


def altered(service_id: str, **values: Any) -> dict[str, Any]:
    """A service of our export with fields of the record changed where they travel as attributes."""
    document = copy.deepcopy(of(service_id, EVERYTHING))
    for attribute in document["attributes"]:
        name = attribute["taxonomy_term"]["code"].removeprefix("record:")
        if name in values:
            attribute["value"] = values[name]
    return document


def unknown_term(kind: str) -> dict[str, Any]:
    document = copy.deepcopy(of("frank", EVERYTHING))
    attribute = next(each for each in document["attributes"] if each["link_type"] == kind)
    attribute["taxonomy_term"]["code"] = f"{kind}:juggling"
    return document


BAD: dict[str, tuple[list[Any], str]] = {
    "an id twice": ([FOREIGN, FOREIGN], "-000000000001: id: used 2 times; give each service its own id"),
    "no id": ([{"name": "x", "status": "active"}], "feed.json, service 1 (x): id: Field required; correct this"),
    "no name": ([{"id": "1"}], "feed.json, service 1: name: Field required; correct this"),
    "a name of markup only": ([{"id": "1", "name": "<b></b>"}], "feed.json, service 1 (<b></b>): name: "),
    "an age of 130": ([{**FOREIGN, "maximum_age": 130}], "age_max: Input should be less than or equal to 120; correct"),
    "an age below nought": ([{**FOREIGN, "minimum_age": -1}], "age_min: Input should be greater than or equal to 0"),
    "half a year": ([{**FOREIGN, "minimum_age": 17.5}], "age_min: Input should be a valid integer"),
    "a word for an age": ([{**FOREIGN, "minimum_age": "adult"}], "minimum_age: Input should be a valid number"),
    "ages reversed": (
        [{**FOREIGN, "minimum_age": 30, "maximum_age": 18}], "age_min: 30 is above age_max 18; exchange them",
    ),
    "an unknown need": ([unknown_term("need")], "attributes: need 'juggling' is unknown; use one of need_tags"),
    "an unknown audience": ([unknown_term("audience")], "attributes: audience 'juggling' is unknown; use one of aud"),
    "an unknown substance": ([unknown_term("substance")], "substances.0: Input should be"),
    "an unknown kind": ([unknown_term("kind")], "kind: Input should be"),
    "not JSON": ([altered("frank", referable="{")], "referable: its attribute is not JSON; export the feed again"),
    "text too long": ([{**FOREIGN, "description": "x" * 10_001}], "description: String should have at most 10000"),
    "too much nested": ([{**FOREIGN, "phones": [{}] * 501}], "phones: List should have at most 500 items"),
    "not an object": (["words"], "feed.json, service 1: Input should be a valid dictionary"),
    "a list that is none": ([{**FOREIGN, "phones": "01234"}], "phones: Input should be a valid list"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BAD)
def test_a_wrong_feed_is_refused_whole_with_place_and_remedy(mistake: str) -> None:
    documents, message = BAD[mistake]
    refused = refusal({**FOREIGN, "id": "good"}, *documents)
    assert message.replace("service 1", "service 2") in refused
    assert refused.startswith("feed.json, service ")


OURS_BAD: dict[str, tuple[list[Any], str]] = {
    "a circle of parents": (
        [altered("wk_groups", parent="wk_ost"), altered("wk_ost", parent="wk_groups")],
        "service wk_groups: parent: 'wk_groups' leads back to itself; a parent stands above its children",
    ),
    "no such parent": ([altered("wk_groups", parent="nobody")], "parent: 'nobody' is not a service; use the id of one"),
    "no such status": ([altered("frank", status="asleep")], "service frank: status: 'asleep' is unknown"),
    "no such source": ([altered("frank", source_key="pub")], "service frank: source_key: 'pub' is unknown"),
    "no such rule": (
        [altered("kydis", eligibility='["tall_people"]')], "service kydis: eligibility: 'tall_people' is unknown",
    ),
    "one record under two ids": ([of("frank", EVERYTHING), altered("aa", id="frank")], "record id: used 2 times"),
    "no date": ([altered("frank", note=""), altered("aa", source_date="soon")], "source_date: String should"),
    "no id of ours": ([altered("frank", id="Fr ank!")], "id: String should match pattern"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", OURS_BAD)
def test_a_wrong_export_of_ours_is_refused_too(mistake: str) -> None:
    documents, message = OURS_BAD[mistake]
    assert message in refusal(*documents, ours=True)


def test_a_feed_that_is_too_large_is_refused() -> None:
    assert "holds 5001 services, more than 5000; divide it" in refusal(*[0] * (MOST_SERVICES + 1))


def test_services_of_one_name_keep_apart() -> None:
    other = {**FOREIGN, "id": "4f1b9c1e-0000-4000-8000-000000000002", "organization": {"name": "Another"}}
    first, second = (record["id"] for record in from_feed([FOREIGN, other], CATALOGUE).services)
    assert first == "harbour_recovery_cafe"
    assert re.fullmatch(r"harbour_recovery_cafe_[0-9a-f]{8}", second)


@pytest.mark.parametrize(("name", "slug"), [("24/7 Help", "service_24_7_help"), ("ÉÈ", "ee"), ("日本", "service")])
def test_any_name_makes_an_id(name: str, slug: str) -> None:
    assert from_feed([{**FOREIGN, "name": name}], CATALOGUE).services[0]["id"] == slug
