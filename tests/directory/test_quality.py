"""What is wanting in the directory is found, and who is offered what where is what the facts say."""

import re
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from directory import showing
from directory.coverage import AGES, Coverage, coverage
from directory.coverage_picture import description, picture
from directory.eligibility import Request
from directory.matching import ANYWHERE, find
from directory.quality import Finding, findings
from directory.services import Catalogue, Confirmation, load_catalogue
from directory.standing import last_seen

TODAY = date(2026, 11, 21)
CATALOGUE = load_catalogue()
BY_ID = {service.id: service for service in CATALOGUE.services}
CODES = {name: code for code, name in CATALOGUE.districts.items()}
LABELS = {need: need.replace("_", " ") for need in CATALOGUE.need_tags}
EAST = ["Ashford", "Canterbury", "Dover", "Folkestone and Hythe", "Swale", "Thanet"]
WEST = ["Dartford", "Gravesham", "Maidstone", "Sevenoaks", "Tonbridge and Malling", "Tunbridge Wells"]
KENT = [*EAST, *WEST]


@pytest.fixture(scope="module")
def covered() -> Coverage:
    return coverage(CATALOGUE, TODAY)


@pytest.fixture(scope="module")
def found(covered: Coverage) -> list[Finding]:
    return findings(CATALOGUE, covered, TODAY)


def kind_of(covered: Coverage, age: str, area: str, need: str, audience: str) -> str:
    cell = covered.cell(age, CODES[area], need, audience)
    return "local" if cell.local else "anywhere" if cell.anywhere else "nothing"


# By hand from the facts (directory.md): what each area must have, and must not, whoever matched it.
EXPECTED = [
    # 2.2: both adult services give out needles and naloxone; Medway through pharmacies and its HOPE project
    ("adult", KENT, "needle_exchange", "self", "local"),
    ("adult", KENT, "naloxone", "self", "local"),
    # S17 table, Clinical a: vaccination is named for West Kent alone
    ("adult", WEST, "hepatitis_vaccination", "self", "local"),
    ("adult", EAST, "hepatitis_vaccination", "self", "nothing"),
    # S17 table: mutual aid on site in West Kent; elsewhere the national fellowships
    ("adult", WEST, "mutual_aid", "self", "local"),
    ("adult", EAST, "mutual_aid", "self", "anywhere"),
    # 2.6: 999 for overdose is for everyone; domestic abuse help for Kent and Medway
    ("adult", [*KENT, "Medway"], "overdose", "self", "anywhere"),
    ("adult", [*KENT, "Medway"], "domestic_abuse", "self", "local"),
    ("adult", [*KENT, "Medway"], "crisis", "self", "local"),
    # 2.3: KYDIS in Kent and DISP in Medway, under 18 only
    ("young_person", [*KENT, "Medway"], "early_intervention", "self", "local"),
    ("adult", [*KENT, "Medway"], "early_intervention", "self", "nothing"),
    # 2.1: the Kent young people's service takes under 25s; no source says that it prescribes
    ("young_person", KENT, "alcohol", "self", "local"),
    ("young_person", [*KENT, "Medway"], "prescribing", "self", "nothing"),
    # 2.6: front doors for children in Kent; "Medway equivalents: not found"
    ("young_person", KENT, "safeguarding", "self", "local"),
    # 2.4: prisons are knowledge, no choice
    ("adult", [*KENT, "Medway"], "prison", "probation", "nothing"),
    # 2.4: HMPPS services for men reach the whole county and Medway, for probation alone
    ("adult", [*KENT, "Medway"], "emotional_wellbeing", "probation", "local"),
    ("adult", [*KENT, "Medway"], "emotional_wellbeing", "self", "nothing"),
    # Groups: nothing named for Medway
    ("adult", KENT, "groups", "self", "local"),
    ("adult", ["Medway"], "groups", "self", "nothing"),
]


@pytest.mark.parametrize(("age", "areas", "need", "audience", "kind"), EXPECTED)
def test_the_matrix_says_what_the_facts_say(
    covered: Coverage, age: str, areas: list[str], need: str, audience: str, kind: str
) -> None:
    assert {area: kind_of(covered, age, area, need, audience) for area in areas} == dict.fromkeys(areas, kind)


def test_the_matrix_has_every_cell(covered: Coverage) -> None:
    assert len(covered.cells) == 13 * 45 * 7 * 2
    assert (len(covered.areas), len(covered.needs), len(covered.audiences)) == (13, 45, 7)


def test_the_matrix_is_what_the_matching_answers(covered: Coverage) -> None:
    """Asked of the whole catalogue, not only of those services that name the need."""
    places = Random(6).sample(sorted(covered.cells), 300)
    for age, area, need, audience in places:
        request = Request(area, AGES[age], audience, needs=(need,))
        left_out = {each.service_id for each in find(CATALOGUE, request, TODAY).withheld}
        fitting = [service for service in CATALOGUE.services if service.id not in left_out]
        anywhere = sum(service.coverage in ANYWHERE for service in fitting)
        cell = covered.cell(age, area, need, audience)
        assert (cell.local, cell.anywhere) == (len(fitting) - anywhere, anywhere)


def test_the_matrix_is_made_within_a_few_seconds() -> None:
    start = time.process_time()
    coverage(CATALOGUE, TODAY)
    assert time.process_time() - start < 5


def test_each_audience_has_a_letter_of_its_own(covered: Coverage) -> None:
    assert sorted(covered.letters) == sorted(CATALOGUE.audiences)
    assert len(set(covered.letters.values())) == 7


# The picture


def test_the_picture_tells_every_cell_by_shape_and_its_whole_in_words(covered: Coverage) -> None:
    root = ElementTree.fromstring(picture(covered, "21 November 2026", LABELS))  # noqa: S314  drawn by ourselves
    names = {"svg": "http://www.w3.org/2000/svg"}
    title, told = root.find("svg:title", names), root.find("svg:desc", names)
    assert title is not None and told is not None
    assert title.text == "Who is offered a service, for which need, and where: 21 November 2026"
    assert told.text == description(covered)
    assert root.attrib["role"] == "img"
    assert {root.attrib["aria-labelledby"]} == {f"{title.attrib['id']} {told.attrib['id']}"}
    drawn = Counter(path.attrib.get("stroke", path.attrib["fill"]) for path in root.iterfind("svg:path", names))
    assert len(drawn) == 2  # ink and a quiet grey: an open mark is told from a full one by its shape
    marks = sum(path.attrib["d"].count("M") for path in root.iterfind("svg:path", names))
    assert marks == len(covered.cells) + 3  # and the three of the legend
    words = [text.text for text in root.iterfind("svg:text", names)]
    assert {"Ashford", "Medway", "needle exchange", "Adults (30 to 39)", "Young people (16 and 17)"} <= set(words)


def test_the_picture_asks_for_nothing_from_elsewhere(covered: Coverage) -> None:
    drawn = picture(covered, "21 November 2026", LABELS)
    assert not re.search(r"<script|<style| style=|href=|url\(|@import|<image", drawn)


def test_the_description_adds_up(covered: Coverage) -> None:
    told = re.findall(r"\d[\d,]*(?= combin| have| only| none)", description(covered))
    numbers = [int(each.replace(",", "")) for each in told]
    for whole, local, anywhere, none in (numbers[:4], numbers[4:]):
        assert whole == 13 * 45 * 7 == local + anywhere + none


# Findings


def of(found: list[Finding], kind: str) -> dict[tuple[str, str], str]:
    return {(each.subject, each.field): each.what for each in found if each.kind == kind}


def test_each_contact_that_may_not_be_shown_is_listed_to_ring(found: list[Finding]) -> None:
    listed = of(found, "unconfirmed")
    assert listed["kenward_house", "phone"] == "01622 812603"
    assert listed["adult_east_kent", "sites.0.phone"] == "07796 614997"
    assert listed["na", "phone"] == "0300 999 1212"
    assert listed["lower_my_drinking", "url"] == "www.lowermydrinking.com"  # shown, but with "check it first"
    assert ("frank", "phone") not in listed
    assert ("nhs_111_mental_health", "phone") not in listed
    hidden = {service.id for service in CATALOGUE.services if service.phone and not showing.number(service, TODAY)}
    assert {subject for subject, field in listed if field == "phone"} == hidden


def test_audiences_without_a_way_in_are_named(found: list[Finding]) -> None:
    listed = of(found, "no_way_in")
    assert listed["adult_east_kent", "how_to_refer"].startswith("no way in for family, gp, probation, oneyou")
    assert ("frank", "how_to_refer") not in listed  # anyone may ring
    assert ("crs_women", "how_to_refer") not in listed  # probation: Refer and Monitor
    assert ("panel_marac", "how_to_refer") not in listed  # no choice for anybody


def test_what_nobody_has_seen_for_six_months_is_listed(found: list[Finding]) -> None:
    listed = of(found, "stale")
    assert listed["adult_east_kent", ""] == "last seen 2024-10-21"
    assert listed["frank", ""] == "never dated"
    assert listed["adult_east_kent", "how_to_refer.self"] == "last seen 2019-06-20"
    assert ("hmp_elmley", "") not in listed  # August 2026


@pytest.mark.parametrize(
    ("today", "stale"), [(date(2026, 11, 17), False), (date(2026, 11, 18), True), (date(2027, 5, 18), True)]
)
def test_six_months_are_counted_by_the_day(covered: Coverage, today: date, stale: bool) -> None:
    """The probation offices were last seen on 18 May 2026."""
    listed = of(findings(CATALOGUE, covered, today), "stale")
    assert (("probation_east_kent_pdu", "sites.0") in listed) is stale


def test_a_confirmation_ends_a_finding_until_it_is_old_itself(covered: Coverage) -> None:
    word = Confirmation(by="admin", on=date(2026, 11, 3))
    house = BY_ID["kenward_house"]
    sites = tuple(site.model_copy(update={"confirmed": word}) for site in house.sites)
    changed = house.model_copy(update={"confirmed": word, "sites": sites})
    catalogue = CATALOGUE.model_copy(update={"services": (changed,)})
    assert last_seen(changed) == date(2026, 11, 3)
    for today, expected in ((TODAY, set()), (date(2027, 6, 1), {"stale"})):
        wanting = [each for each in findings(catalogue, covered, today) if each.subject == "kenward_house"]
        assert {each.kind for each in wanting} == expected


def test_contracts_that_ended_or_soon_will_are_listed(covered: Coverage, found: list[Finding]) -> None:
    """Facts 2.1: the young people's contract until January 2025, both of Medway's until March 2026."""
    assert of(found, "ending") == {
        ("young_people_kent", "contract.end"): "ended on 31 January 2025",
        ("medway_adult", "contract.end"): "ended on 31 March 2026",
        ("medway_young_people", "contract.end"): "ended on 31 March 2026",
    }
    later = of(findings(CATALOGUE, covered, date(2027, 10, 1)), "ending")
    assert later["kent_recovery_housing", "contract.end"] == "ends on 31 March 2028"
    before = of(findings(CATALOGUE, covered, date(2027, 9, 30)), "ending")
    assert ("kent_recovery_housing", "contract.end") not in before


def test_places_without_an_address_are_listed(found: list[Finding]) -> None:
    listed = of(found, "no_address")
    assert listed["adult_east_kent", "sites.1"] == "Ashford hub (Ashford) has no address and no postcode"
    assert listed["bridge_house", "sites.0"].endswith("has no postcode")
    assert ("adult_east_kent", "sites.0") not in listed


def test_gaps_name_the_need_the_areas_and_who_asks(found: list[Finding]) -> None:
    gaps = [each for each in found if each.kind == "gap"]
    (prison,) = [each.what for each in gaps if each.subject == "prison" and each.field == "adult"]
    assert prison == (
        "nothing for adults in any area when asked by self, family, gp, probation, oneyou, police, any_professional"
    )
    east = [each.what for each in gaps if (each.subject, each.field) == ("hepatitis_vaccination", "adult")]
    assert any(all(area in what for area in EAST) and "Maidstone" not in what for what in east)


def test_every_finding_says_what_to_do(found: list[Finding]) -> None:
    assert {each.kind for each in found} == {"unconfirmed", "no_way_in", "stale", "ending", "no_address", "gap"}
    for each in found:
        assert all(each.document()[name] for name in ("kind", "subject", "what", "remedy"))


def gaps_of(catalogue: Catalogue) -> list[Any]:
    covered = coverage(catalogue, TODAY)
    return [each.what for each in findings(catalogue, covered, TODAY) if each.kind == "gap"]


def test_an_empty_directory_is_one_gap_for_each_need_and_age() -> None:
    assert len(gaps_of(CATALOGUE.model_copy(update={"services": ()}))) == 45 * 2
