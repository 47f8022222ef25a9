"""The snapshot is what the engine looks things up in: it fits the engine's contract and is quick to build and ask."""

import statistics
import time
from datetime import date
from itertools import product
from pathlib import Path

import mypy.api
import pytest

from directory.areas import AreaIndex
from directory.eligibility import AGE_BANDS, Request
from directory.services import load_catalogue
from directory.snapshot import Snapshot, load_snapshot

CONFORMS = """
from datetime import datetime
from directory.snapshot import Snapshot
from screening.facts import Facts

class World(Snapshot):
    now = datetime.now()
    channel = "web"
    reference = "otter-maple-river-42"
    role: str | None = None

def facts(world: World) -> Facts:
    return world
"""


def test_it_fits_the_engines_contract_but_for_what_the_bot_adds(tmp_path: Path) -> None:
    program = tmp_path / "conforms.py"
    program.write_text(CONFORMS.replace("    now = ", "    now: datetime = "), "utf-8")
    report, errors, status = mypy.api.run(["--strict", "--config-file", "", str(program)])
    assert status == 0, report + errors


def test_what_it_answers_has_everything_the_contract_names(snapshot: Snapshot) -> None:
    finding = snapshot.area("CT9 1HL")
    assert (finding.outcome, finding.how, finding.areas[0].code) == ("one", "postcode", "E07000114")
    assert (finding.areas[0].name, finding.areas[0].locality) == ("Thanet", None)
    offers = snapshot.offers(
        area="E07000114", age_band="30_39", audience="self", substances=("alcohol",), needs=("alcohol",)
    )
    first = offers[0]
    assert (first.service_id, first.name) == ("adult_east_kent", "East Kent Drug and Alcohol Service")
    assert first.provider == "The Forward Trust"
    assert first.description.startswith("Free help for adults in East Kent")
    assert all(line.key.startswith("directory.reason.") for line in first.reasons)
    assert all(line.key.startswith("directory.contact.") for line in first.contact)


@pytest.mark.parametrize(
    ("code", "name"),
    [("E07000114", "Thanet"), ("E06000035", "Medway"), ("E07000111", "Sevenoaks"), ("E07000111-swanley", "Swanley")],
)
def test_an_area_has_the_name_people_know(code: str, name: str, snapshot: Snapshot) -> None:
    assert snapshot.area_name(code) == name


def test_an_area_that_is_not_ours_has_no_name(snapshot: Snapshot) -> None:
    with pytest.raises(KeyError):
        snapshot.area_name("E09000004")


@pytest.mark.parametrize("area", ["E09000004", "", "outside", "E07000111-nowhere"])
def test_a_strange_area_gets_only_what_covers_everyone_or_its_district(area: str, snapshot: Snapshot) -> None:
    offers = snapshot.offers(area=area, age_band="30_39", audience="self", substances=("alcohol",), needs=())
    expected = "adult_west_kent" if area.startswith("E07000111") else "aa"
    assert offers[0].service_id == expected


def test_strange_words_get_no_services_and_no_error(snapshot: Snapshot) -> None:
    assert not snapshot.offers(
        area=None, age_band="ancient", audience="ghost", substances=("tea",), needs=("biscuits",)
    )


def test_the_contacts_are_those_that_may_be_shown(snapshot: Snapshot) -> None:
    assert snapshot.contacts == {
        "emergency_999": "999",
        "nhs_111_mental_health": "111",
        "shout_text_kent": "Text KENT or MEDWAY to 85258",
        "kent_children_front_door": "03000 41 11 11",
        "kent_adult_safeguarding": "03000 41 61 61",
        "kent_social_services_ooh": "03000 41 91 91",
        "roar_kent": "https://www.roarkent.com",
        "aa": "0800 9177 650",
        "families_anonymous": "020 7498 4680",
        "frank": "0300 123 6600",
    }


def test_a_web_address_is_no_longer_shown_plainly_once_its_source_is_two_years_old(area_index: AreaIndex) -> None:
    days = iter([date(2026, 11, 30), date(2026, 12, 1)])
    snapshot = Snapshot(area_index, load_catalogue(), lambda: next(days))
    assert ["roar_kent" in snapshot.contacts, "roar_kent" in snapshot.contacts] == [True, False]


def test_it_is_built_within_a_second() -> None:
    began = time.perf_counter()
    assert load_snapshot().area("Margate").outcome == "one"
    assert time.perf_counter() - began < 1.0


def test_all_but_one_in_a_hundred_matches_take_under_five_milliseconds(snapshot: Snapshot) -> None:
    needs = snapshot.catalogue.need_tags
    requests = [
        Request(area, ages, audience, ("alcohol", "drugs"), needs if number % 7 == 0 else (needs[number % len(needs)],))
        for number, (area, ages, audience) in enumerate(
            product(snapshot.catalogue.districts, AGE_BANDS.values(), snapshot.catalogue.audiences)
        )
    ]
    best = [float("inf")] * len(requests)
    for _ in range(3):  # the best of three, for what else the machine does is not ours
        for at, request in enumerate(requests):
            began = time.perf_counter()
            snapshot.find(request)
            best[at] = min(best[at], time.perf_counter() - began)
    assert statistics.quantiles(best, n=100)[98] < 0.005
