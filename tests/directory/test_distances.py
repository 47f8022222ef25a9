"""How far it is to a service: from a postcode, part of one or a town. Expected points come from the postcode file."""

import csv
import gzip
from pathlib import Path

import pytest
import yaml

from directory.areas import DATA, AreaIndex
from directory.distances import middle, miles
from directory.postcodes import Postcode
from directory.services import ServicesError
from directory.towns import load_town_centres

KENT = {"Thanet": "E07000114", "Sevenoaks": "E07000111", "Tonbridge and Malling": "E07000115"}
NEAR_THE_TOWN_HALL = 1.5
"""Miles: a council's offices stand in or beside the middle of its town."""


def test_a_degree_of_latitude_is_sixty_nine_miles_and_london_to_paris_two_hundred_and_thirteen() -> None:
    assert miles((51.0, 0.5), (52.0, 0.5)) == pytest.approx(69.1, abs=0.1)
    assert miles((51.5074, -0.1278), (48.8566, 2.3522)) == pytest.approx(213.5, abs=0.5)
    assert miles((51.27, 0.52), (51.27, 0.52)) == 0
    assert miles((51.27, 0.52), (51.39, 1.38)) == miles((51.39, 1.38), (51.27, 0.52))


def test_the_middle_of_nothing_is_nowhere() -> None:
    assert middle([]) is None
    assert middle([(51.0, 1.0), (52.0, 2.0)]) == (51.5, 1.5)


def test_every_postcode_of_the_file_has_its_own_coordinates(area_index: AreaIndex) -> None:
    with gzip.open(DATA / "kent_postcodes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = area_index.coordinates(Postcode(*row["postcode"].split()))
            assert found == pytest.approx((float(row["lat"]), float(row["lon"])), abs=1e-5), row["postcode"]


def test_an_unknown_postcode_has_no_coordinates(area_index: AreaIndex) -> None:
    assert area_index.coordinates(Postcode("ME99", "9ZZ")) is None


@pytest.mark.parametrize(
    ("text", "district", "near"),
    [
        ("CT9 1HL", "Thanet", (51.391, 1.384)),
        ("ct91hl", "Thanet", (51.391, 1.384)),
        ("Margate", "Thanet", (51.387, 1.384)),
        ("we live near margate", "Thanet", (51.387, 1.384)),
        ("TN15", "Sevenoaks", (51.312, 0.241)),
        ("TN15", "Tonbridge and Malling", (51.292, 0.305)),
        ("TN9 1", "Tonbridge and Malling", (51.196, 0.277)),
    ],
)
def test_a_place_lies_where_its_words_say(
    text: str, district: str, near: tuple[float, float], area_index: AreaIndex
) -> None:
    found = area_index.position(text, KENT[district])
    assert found is not None
    assert miles(found, near) < 0.5


@pytest.mark.parametrize(
    ("text", "district"), [("CT9 1HL", "Sevenoaks"), ("Sevenoaks Weald", "Thanet"), ("", "Thanet")]
)
def test_where_only_the_district_is_known_there_is_no_point(text: str, district: str, area_index: AreaIndex) -> None:
    assert area_index.position(text, KENT[district]) is None


def test_each_towns_centre_lies_in_the_district_of_the_town(area_index: AreaIndex) -> None:
    for town in load_town_centres(DATA / "town_centres.yaml"):
        finding = area_index.find(town)
        assert finding.outcome == "one", town
        assert area_index.position(town, finding.areas[0].code) is not None, town


def test_a_towns_centre_is_near_its_council_offices(area_index: AreaIndex) -> None:
    """The addresses checked by hand say where the councils are."""
    checked = 0
    centres = load_town_centres(DATA / "town_centres.yaml")
    with Path(__file__).with_name("known_addresses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            town = row["place"].partition(" Borough Council")[0].casefold()
            if town not in centres:
                continue
            code = area_index.find(town).areas[0].code
            hall, centre = area_index.position(row["postcode"], code), area_index.position(town, code)
            assert hall and centre and miles(hall, centre) < NEAR_THE_TOWN_HALL, town
            checked += 1
    assert checked >= 3


def test_a_wrong_sector_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "town_centres.yaml"
    path.write_text(yaml.safe_dump({"centres": {"Margate": "CT9"}}), "utf-8")
    with pytest.raises(ServicesError, match=r'town_centres.yaml: Margate: "CT9" is no postcode sector; write one'):
        load_town_centres(path)
