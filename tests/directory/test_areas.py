"""A place someone types means one district, several to ask about, or none: never a guess.

Expected districts come from the shipped data read here on its own, from the 70 addresses checked by hand, and from the
tables of ambiguous names in the survey of places.
"""

import csv
import gzip
import re
import statistics
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from directory.areas import DATA, AreaFinding, AreaIndex, load_areas
from directory.postcodes import Postcode

KENT = {
    "E07000105": "Ashford",
    "E07000106": "Canterbury",
    "E07000107": "Dartford",
    "E07000108": "Dover",
    "E07000109": "Gravesham",
    "E07000110": "Maidstone",
    "E07000111": "Sevenoaks",
    "E07000112": "Folkestone and Hythe",
    "E07000113": "Swale",
    "E07000114": "Thanet",
    "E07000115": "Tonbridge and Malling",
    "E07000116": "Tunbridge Wells",
    "E06000035": "Medway",
}


def postcode_rows() -> list[dict[str, str]]:
    with gzip.open(DATA / "kent_postcodes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(finding: AreaFinding) -> list[str]:
    return [area.name for area in finding.areas]


ROWS = postcode_rows()


def test_every_postcode_in_the_file_means_its_own_district(area_index: AreaIndex) -> None:
    wrong = []
    for row in ROWS:
        finding = area_index.find(row["postcode"])
        expected = ("one", [KENT[row["lad"]]]) if row["lad"] in KENT else ("outside", [])
        if (finding.outcome, names(finding)) != expected:
            wrong.append((row["postcode"], row["lad"], finding))
    assert wrong == []


def test_the_file_has_the_live_postcodes_its_readme_counts() -> None:
    live = [row["lad"] for row in ROWS if row["live"] == "1"]
    assert (len(ROWS), sum(code in KENT for code in live), sum(code not in KENT for code in live)) == (
        59_095,
        52_133,
        4_214,
    )


@pytest.mark.parametrize("row", table(Path(__file__).with_name("known_addresses.csv")), ids=lambda row: row["postcode"])
def test_a_known_address_is_in_the_district_it_is_known_to_be_in(row: dict[str, str], area_index: AreaIndex) -> None:
    finding = area_index.find(row["postcode"])
    if row["district"] in KENT.values():
        assert (finding.outcome, names(finding)) == ("one", [row["district"]])
    else:
        assert finding.outcome == "outside"


@pytest.mark.parametrize(
    "typed",
    [
        "CT9 1HL", "ct9 1hl", "Ct91Hl", "ct91hl", "  CT9   1HL  ", "CT 9 1HL", "C T 9 1 H L", "CT9-1HL",
        "CT9 1HL.", "CT9 1HL!", "(ct9 1hl)", "CT9 IHL", "CT9 lHL", "ct9 ihl", "CT9 1H1", "ＣＴ９ １ＨＬ",
        "my postcode is ct9 1hl", "i live in ct9 1hl near the sea", "ct91hl mate",
        "Fort Hill, Margate, Kent, CT9 1HL", "CT9 1HL\n", "postcode: CT9 1HL, thanks", "i live in ct9 ihl",
    ],
)  # fmt: skip
def test_a_postcode_is_read_however_it_is_typed(typed: str, area_index: AreaIndex) -> None:
    finding = area_index.find(typed)
    assert (finding.outcome, names(finding), finding.how) == ("one", ["Thanet"], "postcode")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CT1O 2AA", "CT10 2AA"), ("TN1O 4AA", "TN10 4AA"), ("ct2o 2qy", "CT20 2QY"), ("TN2S SAA", "TN25 5AA"),
        ("MEI 3LU", "ME1 3LU"), ("ME1S 6JQ", "ME15 6JQ"), ("DAl 1DR", "DA1 1DR"), ("TN23 IPL", "TN23 1PL"),
        ("CT5 2HN", "CT5 2HN"), ("cts 2hn", "CT5 2HN"),
    ],
)  # fmt: skip
def test_letters_and_digits_that_look_alike_are_told_apart_by_their_place(
    typed: str, meant: str, area_index: AreaIndex
) -> None:
    assert area_index.find(typed) == area_index.find(meant)
    assert area_index.find(typed).outcome == "one"


VARIANTS: dict[str, Callable[[str, str], str]] = {
    "lower case": lambda out, inward: f"{out} {inward}".lower(),
    "no space": lambda out, inward: out + inward,
    "lower case, no space": lambda out, inward: (out + inward).lower(),
    "two spaces": lambda out, inward: f"  {out}  {inward} ",
    "a dash": lambda out, inward: f"{out}-{inward}",
    "O for 0": lambda out, inward: f"{out} {inward}".replace("0", "O"),
    "o for 0, no space": lambda out, inward: (out + inward).replace("0", "o").lower(),
    "I for 1": lambda out, inward: f"{out} {inward}".replace("1", "I"),
    "l for 1, lower case": lambda out, inward: f"{out} {inward}".lower().replace("1", "l"),
    "S for 5": lambda out, inward: f"{out} {inward}".replace("5", "S"),
    "1 for L at the end": lambda out, inward: f"{out} {inward[0]}{inward[1:].replace('L', '1')}",
    "5 for S at the end": lambda out, inward: f"{out} {inward[0]}{inward[1:].replace('S', '5')}",
    "in a sentence": lambda out, inward: f"my postcode is {out} {inward}, thanks",
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_way_to_type_a_postcode_is_the_same_postcode(variant: str, area_index: AreaIndex) -> None:
    wrong = []
    for row in ROWS[::7]:
        typed = VARIANTS[variant](*row["postcode"].split())
        if not re.search(r"\d", typed):
            continue  # "MEI ODY" for ME1 0DY has no digit left: it may be the word
        if area_index.find(typed) != area_index.find(row["postcode"]):
            wrong.append((row["postcode"], typed))
    assert wrong == []


def test_every_postcode_lies_where_the_file_says(area_index: AreaIndex) -> None:
    for row in ROWS:
        found = area_index.coordinates(Postcode(*row["postcode"].split()))
        assert found is not None
        assert abs(found[0] - float(row["lat"])) < 1e-5 and abs(found[1] - float(row["lon"])) < 1e-5, row


def test_a_postcode_that_is_not_known_lies_nowhere(area_index: AreaIndex) -> None:
    assert area_index.coordinates(Postcode("CT5", "9ZZ")) is None
    assert area_index.coordinates(Postcode("SE1", "7PB")) is None


@pytest.mark.parametrize(
    ("typed", "outcome", "expected", "how"),
    [
        ("CT5 9ZZ", "one", ["Canterbury"], "new_postcode"),
        ("TN12 9", "one", ["Maidstone"], "sector"),
        ("TN129", "one", ["Maidstone"], "sector"),
        ("CT91", "one", ["Thanet"], "sector"),
        ("CT1 1", "one", ["Canterbury"], "sector"),
        ("CT11", "one", ["Thanet"], "outcode"),
        ("ct 11", "one", ["Thanet"], "outcode"),
        ("i'm in CT9", "one", ["Thanet"], "outcode"),
        ("ct9 mate", "one", ["Thanet"], "outcode"),
        ("TN12", "many", ["Tunbridge Wells", "Maidstone", "Tonbridge and Malling"], "outcode"),
        ("CT3", "many", ["Dover", "Canterbury"], "outcode"),
        ("BR6", "many", ["Sevenoaks"], "outcode"),
        ("DA1", "many", ["Dartford"], "outcode"),
        ("BR1", "outside", [], "outcode"),
        ("TN40 1AA", "outside", [], "outcode"),
        ("SE1 7PB", "outside", [], "outside_area"),
        ("W1A 1AA", "outside", [], "outside_area"),
        ("M1 1AE", "outside", [], "outside_area"),
        ("my nan is in SW1A 1AA", "outside", [], "outside_area"),
        ("CT9 1HL and ME12 4DZ", "many", ["Thanet", "Swale"], "postcode"),
    ],
)
def test_part_of_a_postcode_or_a_new_one_is_taken_only_when_it_is_certain(
    typed: str, outcome: str, expected: list[str], how: str, area_index: AreaIndex
) -> None:
    finding = area_index.find(typed)
    assert (finding.outcome, names(finding), finding.how) == (outcome, expected, how)


@pytest.mark.parametrize(
    "typed", ["ME99 9ZZ", "M3 14", "CT99 1AA", "CT9 1H", "CT9 1OV", "ZZ1 1AA", "CT0 1AA", "CT11 HL", "TN50 1AA"]
)
def test_what_cannot_be_a_postcode_is_said_to_be_wrong(typed: str, area_index: AreaIndex) -> None:
    assert area_index.find(typed) == AreaFinding("invalid")


def test_an_outcode_is_certain_only_when_all_of_it_is_in_one_district(area_index: AreaIndex) -> None:
    shares: dict[str, list[tuple[float, str]]] = {}
    for row in table(DATA / "kent_outcodes.csv"):
        shares.setdefault(row["outcode"], []).append((-float(row["share"]), row["lad"]))
    for outcode, districts in shares.items():
        kent = [KENT[code] for _, code in sorted(districts) if code in KENT]
        expected = "outside" if not kent else "one" if len(districts) == 1 else "many"
        finding = area_index.find(outcode)
        assert (finding.outcome, names(finding)) == (expected, kent), outcode


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("Margate", "Thanet"), ("margate mate", "Thanet"), ("MARGATE!!", "Thanet"), ("just outside Deal", "Dover"),
        ("deal", "Dover"), ("near Ashford in Kent", "Ashford"), ("Ashford", "Ashford"), ("Rochester", "Medway"),
        ("Medway", "Medway"), ("West Malling", "Tonbridge and Malling"), ("Minster on Sheppey", "Swale"),
        ("Minster-on-Sea", "Swale"), ("Minster near Ramsgate", "Thanet"), ("Minster ME12", "Swale"),
        ("Ash near Sandwich", "Dover"), ("Paddock Wood TN12", "Tunbridge Wells"),
        ("Saint Margaret's-at-Cliffe", "Dover"), ("st. margarets at cliffe", "Dover"),
        ("Broadstairs & St Peters", "Thanet"), ("Westgate on Sea", "Thanet"),
        ("St Mary's Bay", "Folkestone and Hythe"), ("Swanley Village", "Sevenoaks"),
        ("royal tunbridge wells", "Tunbridge Wells"), ("nr Sittingbourne", "Swale"),
        ("im in folkestone innit", "Folkestone and Hythe"), ("Leeds, Kent", "Maidstone"),
        ("not far from Deal", "Dover"), ("23 London Road, Sittingbourne", "Swale"), ("Isle of Sheppey", "Swale"),
        ("Sutton Valence", "Maidstone"), ("Canterbury area", "Canterbury"), ("Margate or Ramsgate", "Thanet"),
        ("I live in Loose", "Maidstone"), ("Faversham 🙂", "Swale"),
    ],
)  # fmt: skip
def test_a_place_name_means_its_district(typed: str, district: str, area_index: AreaIndex) -> None:
    finding = area_index.find(typed)
    assert (finding.outcome, names(finding)) == ("one", [district])


@pytest.mark.parametrize(
    ("typed", "districts"),
    [
        ("Minster", {"Swale", "Thanet"}),
        ("Newington", {"Swale", "Folkestone and Hythe", "Thanet"}),
        ("Ash", {"Dover", "Sevenoaks"}),
        ("Shepway", {"Folkestone and Hythe", "Maidstone"}),
        ("Parkwood", {"Maidstone", "Medway"}),
        ("Walderslade", {"Medway", "Tonbridge and Malling", "Maidstone"}),
        ("Stone", {"Dartford", "Ashford", "Swale"}),
        ("Kingsdown", {"Dover", "Swale", "Sevenoaks"}),
        ("Boughton", {"Swale", "Maidstone", "Ashford"}),
        ("Capel", {"Tunbridge Wells", "Dover"}),
        ("Preston", {"Dover", "Swale"}),
        ("the island", {"Swale", "Thanet"}),
        ("Weald of Kent", {"Ashford", "Maidstone", "Sevenoaks", "Tunbridge Wells"}),
        ("Deal and Margate", {"Dover", "Thanet"}),
        ("Leeds", {"Maidstone"}),
        ("Luton", {"Medway"}),
        ("moved from London to Margate", {"Thanet"}),
    ],
)
def test_a_name_that_could_be_several_places_is_asked_about(
    typed: str, districts: set[str], area_index: AreaIndex
) -> None:
    finding = area_index.find(typed)
    assert (finding.outcome, set(names(finding))) == ("many", districts)


@pytest.mark.parametrize(
    "typed",
    [
        "London", "Brighton", "Hastings", "Croydon", "Manchester", "Bexley", "Bromley", "Orpington",
        "Ashford Middlesex", "outside Kent", "not in Kent", "Isle of Wight", "Stoke-on-Trent",
        "Kingston upon Thames", "i live in tunbridge road, Southend", "Rye",
    ],
)  # fmt: skip
def test_a_place_outside_kent_is_said_to_be_outside(typed: str, area_index: AreaIndex) -> None:
    assert area_index.find(typed).outcome == "outside"


@pytest.mark.parametrize(
    ("typed", "guess"),
    [
        ("margat", "Thanet"), ("Tunbrige Wels", "Tunbridge Wells"), ("sittingborne", "Swale"),
        ("folkstone", "Folkestone and Hythe"), ("im in Gravsend", "Gravesham"), ("Canterbry", "Canterbury"),
        ("Whitstabel", "Canterbury"), ("Sheppy", "Swale"), ("medwy", "Medway"),
    ],
)  # fmt: skip
def test_a_slip_of_spelling_is_a_guess_to_be_confirmed(typed: str, guess: str, area_index: AreaIndex) -> None:
    finding = area_index.find(typed)
    assert (finding.outcome, names(finding), finding.how) == ("many", [guess], "spelling")


@pytest.mark.parametrize("typed", ["Swanley", "BR8", "BR8 7RE", "swanley in kent", "BR8 8AA"])
def test_swanley_is_told_apart_within_sevenoaks(typed: str, area_index: AreaIndex) -> None:
    assert [area.locality for area in area_index.find(typed).areas if area.name == "Sevenoaks"] == ["Swanley"]


@pytest.mark.parametrize(
    "typed", ["Hextable", "Hextable, Swanley", "Swanley Village", "Sevenoaks", "TN13 1HG", "Edenbridge"]
)
def test_the_rest_of_sevenoaks_is_not_swanley(typed: str, area_index: AreaIndex) -> None:
    assert [(area.name, area.locality) for area in area_index.find(typed).areas] == [("Sevenoaks", None)]


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "\n", "?", "🙂🙂🙂", "مرحبا كيف حالك", "\u202eegatam", "<script>alert(1)</script>",
        "'; DROP TABLE places; --", "x" * 4000, "margate " * 500, "\x00\x00", "{area}", "../../etc/passwd",
        "I deal drugs", "on the loose", "at a loose end", "dover" * 60, "i don't know", "prefer not to say",
        "I don't live in Margate", "12 High Street", "just me 2 kids", "hello", "homeless", "lover", "1234",
        "a" * 299,
    ],
)  # fmt: skip
def test_what_names_no_place_is_none_and_quickly(typed: str, area_index: AreaIndex) -> None:
    began = time.perf_counter()
    finding = area_index.find(typed)
    assert (finding.outcome, finding.areas) == ("none", ())
    assert time.perf_counter() - began < 0.25


@pytest.mark.parametrize("typed", ["Kent", "kent", "East Kent", "in kent somewhere"])
def test_the_county_alone_is_not_enough(typed: str, area_index: AreaIndex) -> None:
    assert area_index.find(typed) == AreaFinding("none", how="county")


def test_every_town_of_the_file_leads_to_its_district(area_index: AreaIndex) -> None:
    for row in table(DATA / "kent_towns.csv"):
        finding = area_index.find(row["place"])
        if row["certainty"] == "outside Kent":
            assert finding.outcome == "outside", row
        else:
            assert row["lad"] in {area.code for area in finding.areas}, row
        if row["certainty"] == "ambiguous":
            assert finding.outcome == "many", row


def test_every_alias_leads_to_its_district(area_index: AreaIndex) -> None:
    aliases = yaml.safe_load((DATA / "place_aliases.yaml").read_text("utf-8"))["districts"]
    assert sum(len(group) for groups in aliases.values() for group in groups.values()) == 616
    for code, groups in aliases.items():
        for name in (name for group in groups.values() for name in group):
            assert code in {area.code for area in area_index.find(name).areas}, name


@given(text=st.text(max_size=400))
def test_whatever_is_typed_gets_an_answer(text: str, area_index: AreaIndex) -> None:
    finding = area_index.find(text)
    assert {area.code: area.name for area in finding.areas}.items() <= KENT.items()
    assert {"one": len(finding.areas) == 1, "many": len(finding.areas) >= 1}.get(finding.outcome, not finding.areas)


@given(
    row=st.sampled_from(ROWS),
    case=st.sampled_from([str.lower, str.upper, str.title, str.swapcase]),
    gap=st.sampled_from(["", " ", "   ", "-", ".", " - "]),
    before=st.sampled_from(["", " ", "I live at ", "it's "]),
    after=st.sampled_from(["", " ", ".", "!", ", thanks"]),
)
def test_case_spaces_and_punctuation_never_change_a_postcode(
    row: dict[str, str], case: Callable[[str], str], gap: str, before: str, after: str, area_index: AreaIndex
) -> None:
    typed = case(gap.join(row["postcode"].split()))
    assert area_index.find(f"{before}{typed}{after}") == area_index.find(row["postcode"])


def best_of(times: int, action: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - began)
    return best


def test_looking_up_a_postcode_takes_microseconds(area_index: AreaIndex) -> None:
    times = [best_of(20, partial(area_index.find, row["postcode"])) for row in ROWS[::100]]
    assert statistics.quantiles(times, n=100)[98] < 20e-6


def test_loading_is_quick_and_small() -> None:
    assert best_of(3, load_areas) < 1.0
    tracemalloc.start()
    kept = load_areas()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.names and size < 4_000_000
