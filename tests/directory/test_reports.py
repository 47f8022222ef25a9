"""A report says what was counted in closed months, as far as the published tables allow, and how exact it is."""

from datetime import date
from pathlib import Path

import pytest
from closingkit import close, many_referrals
from pydantic import ValidationError
from reportkit import TODAY, months, released, report_of, two_years
from storekit import opened

from directory.database import migrate
from directory.protection import kept
from directory.protection.cube import Cell
from directory.protection.cubes import CUBES, load_cubes
from directory.protection.release import Release
from directory.reports.external import External
from directory.reports.model import (
    CONFIDENTIAL,
    LOW,
    UNAVAILABLE,
    Column,
    Row,
    Table,
    as_shown,
    change,
    percent,
    percent_change,
    written,
)
from directory.reports.periods import PeriodError
from directory.reports.report import Asked, build, needed_months
from directory.reports.selection import ChoiceError

Releases = dict[str, list[Release]]
RELEASES = two_years()


def cell(cube: str, **said: str) -> Cell:
    """A cell with one value each, but for what is said."""
    usual = {
        "area": "E07000114", "age_band": "30_39", "audience": "me", "substance": "alcohol", "need": "treatment",
        "band": "increasing", "service_type": "treatment_service", "channel": "web", "contact_preference": "not_asked",
        "outcome": "signposted", "instrument": "audit", "wait": "same_month", "minutes": "from_20",
        "importance": "same", "confidence": "same", "goal": "stop", "next_step": "follow_up", "fidelity": "full",
        "step": "talk", "question": "survey_touch", "answer": "yes",
    }  # fmt: skip
    return tuple({**usual, **said}[name] for name in load_cubes()[cube].names)


def closed(first: str, last: str, **cells: dict[str, dict[Cell, int]]) -> Releases:
    """Releases of every cube; `cells`: of a cube, by month. A month without is empty."""
    found: Releases = {cube: [] for cube in load_cubes()}
    for cube, releases in found.items():
        for month in months(first, last):
            previous = releases[-1].digest if releases else ""
            releases.append(released(cube, month, cells.get(cube, {}).get(month, {}), previous))
    return found


def figures(table: Table, column: str = "count") -> dict[str, object]:
    return dict(table.column(column))


# --- what is counted ---


def test_march_and_april_are_in_different_years() -> None:
    counts = {"2026-03": 10, "2026-04": 20, "2027-03": 30, "2027-04": 40}
    found = closed(
        "2025-04", "2027-06", referrals={month: {cell("referrals"): 5 * count} for month, count in counts.items()}
    )
    year = report_of("2026-27", found, date(2027, 7, 2)).table("headline")
    assert figures(year)["referrals"] == 250
    assert figures(year, "year_before")["referrals"] == 50
    assert figures(report_of("2026-27-Q1", found, date(2027, 7, 2)).table("headline"))["referrals"] == 100
    assert figures(report_of("2026-03..2026-04", found, date(2027, 7, 2)).table("headline"))["referrals"] == 150


def test_every_month_of_a_line_has_a_row_in_order_and_counts_only_its_own() -> None:
    shown = report_of("2026-27-Q3", RELEASES).table("months")
    assert [row.code for row in shown.rows] == list(months("2025-12", "2026-12"))
    of_june = report_of("2026-06", RELEASES).table("headline")
    assert figures(shown, "referrals")["2026-06"] == figures(of_june)["referrals"]


def test_a_month_too_small_to_be_shown_stands_in_its_quarter_only() -> None:
    counts = {month: {cell("referrals"): 20 if month == "2026-05" else 60} for month in months("2026-04", "2026-06")}
    found = closed("2026-04", "2026-06", referrals=counts)
    quarter = report_of("2026-27-Q1", found)
    assert figures(quarter.table("headline"))["referrals"] == 140
    assert figures(quarter.table("months"), "referrals") == {"2026-04": 60, "2026-05": CONFIDENTIAL, "2026-06": 60}
    with pytest.raises(ChoiceError, match=r"2026-05 has fewer than 30 .* ask for 2026-04 to 2026-06"):
        report_of("2026-05", found)


def test_kent_is_its_districts_and_medway_stands_apart() -> None:
    table = report_of("2026-27", RELEASES).table("areas")
    shown = figures(table, "referrals")
    east = [row.code for row in table.rows if row.within == "east_kent"]
    assert len(east) == 6
    assert sum(shown[code] for code in east) == shown["east_kent"]  # type: ignore[misc]
    assert shown["east_kent"] + shown["west_kent"] == shown["kent"]  # type: ignore[operator]
    assert shown["E07000111-rest"] + shown["E07000111-swanley"] == shown["E07000111"]  # type: ignore[operator]
    apart = [row.code for row in table.rows if row.within is None and row.code != "total"]
    assert apart == ["kent", "E06000035", "outside", "unknown"]
    assert sum(shown[code] for code in apart) == shown["total"]  # type: ignore[misc]
    names = {row.code: row.label for row in table.rows}
    assert (names["E06000035"], names["E07000111-swanley"]) == ("Medway", "Swanley")
    assert names["E07000111-rest"] == "Sevenoaks outside Swanley"


@pytest.mark.parametrize(
    ("area", "rows"),
    [
        ("Kent", ["East Kent", "West Kent"]),
        ("East Kent", ["Ashford", "Canterbury", "Dover", "Folkestone and Hythe", "Swale", "Thanet"]),
        ("Sevenoaks", ["Sevenoaks outside Swanley", "Swanley"]),
        ("Dartford, Gravesham and Swanley", ["Dartford", "Gravesham", "Swanley"]),
    ],
)
def test_of_one_area_only_its_parts_are_named(area: str, rows: list[str]) -> None:
    """A row "Kent" with the figure of East Kent alone would be a wrong figure of Kent."""
    table = report_of("2026-27", RELEASES, area=area).table("areas")
    assert [row.label for row in table.rows if row.within is None] == [*rows, "All"]
    headline = report_of("2026-27", RELEASES, area=area).table("headline")
    assert figures(table, "referrals")["total"] == figures(headline)["referrals"]
    assert (table.chart is None) == (area.startswith("Dartford,") or area == "Sevenoaks")


def test_every_district_has_a_row_where_nothing_was_counted_too() -> None:
    found = closed("2026-04", "2026-06", referrals={"2026-04": {cell("referrals"): 60}})
    assert len(report_of("2026-04", found).table("areas").rows) == 3 + 12 + 2 + 1 + 2 + 1


def test_a_code_of_a_new_district_in_mid_year_is_shown_by_itself() -> None:
    """New councils may begin in April 2028: what is counted under a new code is not lost."""
    counts = {"2026-05": {cell("referrals"): 50, cell("referrals", area="E06000099"): 45}}
    table = report_of("2026-27-Q1", closed("2026-04", "2026-06", referrals=counts)).table("areas")
    assert figures(table, "referrals")["E06000099"] == 45
    assert figures(table, "referrals")["total"] == 95


def test_bands_of_different_questionnaires_are_never_added_together() -> None:
    counts = {
        cell("screens", instrument="audit", band="low"): 30,
        cell("screens", instrument="audit_c", band="low"): 50,
    }
    table = report_of("2026-04", closed("2026-04", "2026-04", screens={"2026-04": counts})).table(
        "screens_by_instrument"
    )
    assert {row.label: row.cells[0] for row in table.rows} == {"AUDIT: Low": 30, "AUDIT-C: Low": 50, "All": 80}


def test_the_unknown_is_a_category_that_is_never_left_out_of_a_total() -> None:
    counts = {cell("referrals"): 60, cell("referrals", age_band="declined", area="unknown"): 20}
    made = report_of("2026-04", closed("2026-04", "2026-04", referrals={"2026-04": counts}))
    ages = made.table("referrals_by_age")
    assert [(row.label, row.cells[0]) for row in ages.rows[-2:]] == [("Age not given", 20), ("All", 80)]
    found = made.table("completeness")
    assert {row.code: row.cells for row in found.rows}["age_band"] == (60, 20, 75)
    assert {row.code: row.cells for row in found.rows}["substance"] == (80, 0, 100)


def test_source_groups_have_the_names_of_national_statistics_and_their_parts() -> None:
    """Labels: reporting_privacy.md 1.4, as published in the tables of 2017-18."""
    table = report_of("2026-27", RELEASES).table("referrals_by_source")
    assert [row.label for row in table.rows if row.within is None and row.code != "total"] == [
        "Self, family and friends", "Health services and social care", "Criminal justice", "Other",
    ]  # fmt: skip
    assert {row.code: row.within for row in table.rows}["probation"] == "criminal_justice"


def test_the_funnel_tells_of_what_each_share_is() -> None:
    made = report_of("2026-27", RELEASES).table("funnel")
    rows = {row.code: row for row in made.rows}
    assert list(rows) == ["started", "screened", "at_risk", "advice", "offered", "recorded", "contacted", "attended"]
    assert rows["started"].cells[1:] == ("[z]", "[z]", "[z]")
    count, of, share, of_first = rows["screened"].cells
    started = rows["started"].cells[0]
    assert (of, share, of_first) == ("Talks started", percent(count, started), percent(count, started))


def test_of_one_area_the_funnel_has_the_stages_that_are_counted_by_area() -> None:
    rows = {row.code: row.cells for row in report_of("2026-27", RELEASES, area="Thanet").table("funnel").rows}
    assert list(rows) == ["screened", "at_risk", "recorded", "contacted", "attended"]
    assert rows["recorded"][1:] == ("[z]", "[z]", "[z]"), "nothing that it is a share of is counted here"


def test_for_each_question_it_is_told_how_many_left_there() -> None:
    rows = {row.code: row for row in report_of("2026-27-Q3", RELEASES).table("questions").rows}
    asked = rows["check_alcohol.audit.q3"]
    came, answered, left, share = asked.cells
    assert asked.label == "AUDIT, question 3"
    assert asked.within == "check_alcohol"
    assert (left, share) == (came - answered, percent(answered, came))  # type: ignore[operator]
    places = list(rows)
    assert places.index("check_alcohol.audit.q2") + 1 == places.index("check_alcohol.audit.q3")
    assert places.index("check_alcohol.audit.q9") + 1 == places.index("check_alcohol.audit.q10")


def test_waits_are_of_those_who_were_contacted_or_attended() -> None:
    counts = {
        cell("outcomes", outcome="attended"): 40,
        cell("outcomes", outcome="contacted", wait="later"): 10,
        cell("outcomes", outcome="declined"): 60,
    }
    made = report_of("2026-04", closed("2026-04", "2026-04", outcomes={"2026-04": counts}))
    assert figures(made.table("wait")) == {"same_month": 40, "next_month": 0, "later": 10, "total": 50}
    assert figures(made.table("headline"))["contacted"] == 50
    assert made.table("wait").bound == 12, "two published figures are added up, each within 6"


async def test_what_was_counted_and_closed_is_reported_within_the_bound(database: str) -> None:
    """From the rows of the ledger through a real close: 260 referrals, a third of them in each of three districts."""
    await migrate(database)
    await many_referrals(database, 260, "2026-10")
    await close(database, "2026-10", "2026-11-02 01:00")
    async with opened(database) as engine:
        found = {cube: await kept.releases(engine, cube, ["2026-10"]) for cube in load_cubes()}
    made = report_of("2026-10", found, date(2026, 11, 2))
    table = made.table("areas")
    (bound,) = {column.bound for column in table.columns}
    assert bound == found["referrals"][0].bound
    shown = figures(table, "referrals")
    true = {"kent": 260, "E07000114": 87, "E07000106": 87, "E07000107": 86, "east_kent": 174, "E06000035": 0}
    assert {code: abs(int(str(shown[code])) - count) <= bound for code, count in true.items()} == dict.fromkeys(
        true, True
    )
    assert made.table("referrals_by_service_type").column("count")["treatment_service"] == shown["total"]


def test_single_services_are_shown_only_where_the_providers_agreed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not {"referrals_by_service", "outcomes_by_service"} & {
        table.id for table in report_of("2026-27", RELEASES).tables
    }
    agreed = tmp_path / "cubes.yaml"
    agreed.write_text(CUBES.read_text("utf-8").replace("by_service: false", "by_service: true"), "utf-8")
    cubes = load_cubes(agreed)
    monkeypatch.setattr("reportkit.load_cubes", lambda: cubes)
    monkeypatch.setattr("directory.reports.report.load_cubes", lambda: cubes)
    found = closed(
        "2026-04", "2026-04",
        referrals={"2026-04": {(*cell("referrals"), "adult_east_kent"): 40, (*cell("referrals"), "aa"): 20}},
        outcomes={"2026-04": {(*cell("outcomes", outcome="attended"), "aa"): 35}},
    )  # fmt: skip
    made = report_of("2026-04", found)
    services = {row.label: row.cells[0] for row in made.table("referrals_by_service").rows}
    assert services == {"Alcoholics Anonymous": 20, "East Kent Drug and Alcohol Service": 40, "All": 60}
    assert made.table("outcomes_by_service").column("attended")["aa"] == 35


# --- change on the year before ---


def test_a_change_that_the_protection_alone_could_make_is_not_called_one() -> None:
    found = closed(
        "2025-04", "2026-04",
        referrals={"2025-04": {cell("referrals"): 100}, "2026-04": {cell("referrals"): 110}},
        screens={"2025-04": {cell("screens"): 100}, "2026-04": {cell("screens"): 115}},
    )  # fmt: skip
    shown = {row.code: row.cells for row in report_of("2026-04", found).table("headline").rows}
    assert shown["referrals"] == (110, 6, 100, 10, 12, 10, "no clear change")
    assert shown["screens"] == (115, 6, 100, 15, 12, 15, "more")


def test_without_a_year_before_there_is_nothing_to_compare_with() -> None:
    made = report_of("2025-26", RELEASES)
    assert made.table("headline").column("year_before")["referrals"] == UNAVAILABLE
    assert made.table("headline").column("reading")["referrals"] == "nothing to compare with"
    assert [column.id for column in made.table("referrals_by_age").columns] == ["count", "share"]


# --- how exact it is ---


@pytest.mark.parametrize(
    ("period", "bound"),
    [("2026-05", 6), ("2026-10", 9), ("2026-27-Q1", 6), ("2026-27-Q2", 18), ("2026-27", 9), ("2026-01..2026-06", 24)],
)
def test_the_bound_is_printed_with_every_table(period: str, bound: int) -> None:
    """One month E; from April on E; a run within a year 2 E; across April both years' (facts 2.6)."""
    made = report_of(period, RELEASES)
    assert made.table("referrals_by_age").bound == bound
    assert figures(made.table("headline"), "within")["referrals"] == bound
    of_ours = [table for table in made.tables if any(column.unit == "count" for column in table.columns)]
    assert all(table.bound for table in of_ours if table.id != "headline")


# --- narrowed ---


@pytest.mark.parametrize(
    ("said", "code", "label"),
    [
        ("Thanet", "E07000114", "Thanet"),
        ("  thanet ", "E07000114", "Thanet"),
        ("E07000114", "E07000114", "Thanet"),
        ("kent", "kent", "Kent"),
        ("East Kent", "east_kent", "East Kent"),
        ("medway", "E06000035", "Medway"),
        ("dgs", "dgs", "Dartford, Gravesham and Swanley"),
        ("Swanley", "E07000111-swanley", "Swanley"),
        ("all", "all", "All areas"),
    ],
)
def test_an_area_is_chosen_by_name_or_code(said: str, code: str, label: str) -> None:
    made = report_of("2026-27", RELEASES, area=said)
    assert (made.area.code, made.area.label) == (code, label)
    whole = figures(report_of("2026-27", RELEASES).table("areas"), "referrals")
    if code in whole:
        assert figures(made.table("headline"))["referrals"] == whole[code]


def test_a_locality_is_the_sum_of_its_parts_across_districts() -> None:
    """Swanley is in Sevenoaks, and the NHS reported it with Dartford and Gravesham (facts, section 6)."""
    whole = figures(report_of("2026-27", RELEASES).table("areas"), "referrals")
    parts = ("E07000107", "E07000109", "E07000111-swanley")
    local = report_of("2026-27", RELEASES, area="Dartford, Gravesham and Swanley")
    assert figures(local.table("headline"))["referrals"] == sum(whole[code] for code in parts)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ({"area": "Thannet"}, "Thannet is no area .* Did you mean Thanet"),
        ({"area": "Lewisham"}, "Lewisham is no area .* Choose one of: Kent, East Kent"),
        ({"audience": "gp"}, "counted in 'Health services and social care'"),
        ({"audience": "nobody"}, "is no source group"),
        ({"substance": "heroin"}, "heroin is no substance"),
    ],
)
def test_an_unknown_choice_is_refused_with_those_there_are(choice: dict[str, str], why: str) -> None:
    with pytest.raises(ChoiceError, match=why):
        report_of("2026-27", RELEASES, **choice)


def test_tables_outside_the_published_ones_are_left_out_with_the_reason() -> None:
    made = report_of("2026-27", RELEASES, area="Thanet")
    reasons = {each.title: each.reason for each in made.left_out}
    assert "not published by area and need together" in reasons["Referrals by need"]
    assert "EBI sessions are not published by area and goal" in reasons["EBI sessions by goal"]
    ids = [table.id for table in made.tables]
    assert {"referrals_by_source", "referrals_by_age", "referrals_by_substance", "referrals_by_band"} <= set(ids)
    assert "areas" not in ids, "one area needs no table of areas"


def test_where_two_choices_are_not_published_together_the_figure_is_not_there() -> None:
    with pytest.raises(ChoiceError, match="not published by area, source group and substance together"):
        report_of("2026-27", RELEASES, area="Thanet", audience="criminal_justice", substance="alcohol")
    made = report_of("2026-27", RELEASES, audience="criminal justice", substance="alcohol")
    shown = figures(made.table("headline"))
    assert isinstance(shown["referrals"], int)
    assert shown["screens"] == shown["ebi"] == UNAVAILABLE


# --- what a report is ---


def test_a_count_that_was_not_protected_cannot_get_into_a_report() -> None:
    for wrong in (1, 12, -5, 2.5, "many"):
        with pytest.raises(ValidationError, match=r"protected|below nothing|no figure"):
            one_cell(wrong)
    assert one_cell(15).rows[0].cells == (15,)


def one_cell(count: int | float | str) -> Table:
    columns = (Column(id="count", title="Number"),)
    rows = (Row(code="a", label="A", cells=(count,)),)
    return Table(id="t", sheet="T", title="T", about="T", heading="T", columns=columns, rows=rows)


def test_every_count_of_a_report_is_a_multiple_of_5() -> None:
    made = report_of("2026-27", RELEASES)
    counts = [
        cell
        for table in made.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if column.unit in ("count", "change") and isinstance(cell, int)
    ]
    assert len(counts) > 500
    assert all(count % 5 == 0 for count in counts)


def test_only_the_months_it_needs_are_read() -> None:
    needed = needed_months(Asked("2026-27-Q3"), list(months("2024-04", "2027-03")), TODAY)
    assert needed == (*months("2025-10", "2026-12"),)
    with pytest.raises(PeriodError):
        needed_months(Asked("2027-04"), list(months("2024-04", "2027-03")), TODAY)


def test_a_report_names_the_releases_it_is_made_of() -> None:
    made = report_of("2026-27-Q3", RELEASES)
    assert {(each.cube, each.month) for each in made.releases} == {
        (cube, month) for cube in RELEASES for month in ("2026-10", "2026-11", "2026-12")
    }
    assert made.closed_on == date(2027, 1, 2)


def test_the_nhs_display_hides_what_may_stand_for_1_to_9_and_all_that_is_made_of_it() -> None:
    counts = {cell("referrals"): 60, cell("referrals", age_band="65_plus"): 5}
    made = report_of("2026-04", closed("2026-04", "2026-04", referrals={"2026-04": counts}), display="nhs")
    rows = {row.code: row.cells for row in made.table("referrals_by_age").rows}
    assert rows["65_plus"] == (CONFIDENTIAL, CONFIDENTIAL)
    assert rows["30_39"] == (60, 92)
    assert any(note.id == "nhs" for note in made.notes)
    assert all(5 not in row.cells for table in made.tables for row in table.rows if table.id != "headline")


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(25, 50, 50), (25, 45, LOW), (0, 50, 0), (1, 200, 1), (55, 50, 110), (CONFIDENTIAL, 500, CONFIDENTIAL)],
)
def test_a_share_is_a_whole_percentage_of_50_or_more(part: int | str, whole: int, shown: int | str) -> None:
    assert percent(part, whole) == shown


def test_changes_keep_symbols_and_signs() -> None:
    assert change(20, 35) == -15
    assert change(20, UNAVAILABLE) == UNAVAILABLE
    assert percent_change(40, 50) == -20
    assert percent_change(40, 45) == LOW
    assert as_shown(5, "nhs") == CONFIDENTIAL
    assert [written("change", -1500), written("change", 5), written("percent", 40), written("count", 1235)] == [
        "−1,500", "+5", "40%", "1,235",
    ]  # fmt: skip


class Given:
    """A figure of others, as an import keeps it."""

    series, period, area, is_percent = "numbers_in_treatment", "2025-26", "kent", False
    source, definition, published_on = "OHID", "Adults with an open structured intervention", date(2026, 12, 4)

    def __init__(self, number: int | float) -> None:
        self.number = number


def test_figures_of_others_are_labelled_external_with_their_source() -> None:
    given: list[External] = [Given(4944)]
    dates = [release.month for release in RELEASES["referrals"]]
    table = build(Asked("2026-27"), RELEASES, dates, TODAY, given).table("external")
    assert table.external
    assert table.rows[0].label == "Numbers in treatment"
    assert table.rows[0].cells == (
        "2025-26", "Kent", 4944, "Number", "OHID", "Adults with an open structured intervention", "2026-12-04",
    )  # fmt: skip
    assert "are not Signpost's" in build(Asked("2026-27"), RELEASES, dates, TODAY, given).notes[-1].text


@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("", ["July 2025", "March 2026"]),
        ("Medway", ["July 2025", "March 2026"]),
        ("Kent", []),
        ("Thanet", []),
    ],
)
def test_events_are_told_where_they_matter(area: str, told: list[str]) -> None:
    """Both events of these months are of Medway; a commissioner of Thanet is not told of them."""
    tables = report_of("2026-27-Q1", RELEASES, area=area).tables
    assert [row.cells[0] for table in tables if table.id == "events" for row in table.rows] == told


@pytest.mark.parametrize(("area", "told"), [("Thanet", True), ("Kent", True), ("East Kent", True), ("Dartford", False)])
def test_an_event_of_a_wider_or_a_smaller_area_matters_too(area: str, told: bool) -> None:
    """The contract of the East Kent service began in February 2025."""
    found = closed("2025-01", "2025-06", referrals={"2025-06": {cell("referrals"): 60}})
    tables = report_of("2025-06", found, area=area).tables
    assert any(table.id == "events" for table in tables) is told
