"""`signpost directory check`, `export` and `feed` as an operator uses them."""

import json
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from directory.open_referral import LOST, LOST_IN_PUBLIC
from directory.services import Service, load_catalogue

CATALOGUE = load_catalogue()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["directory", *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_report_counts_first_and_then_tells(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("98 services. Adults (30 to 39): of 4,095 combinations of area, need and audience, ")
    assert "  kenward_house.phone: 01622 812603" in lines
    assert any(line.startswith("  adult_east_kent.how_to_refer: no way in for family") for line in lines)
    for heading in ("Known, but not confirmed", "Offered without a way in", "Needs that nothing is offered for"):
        assert sum(line.startswith(heading) for line in lines) == 1


def test_the_matrix_is_a_table_a_person_can_read(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "check", "--matrix")
    assert code == 0
    assert "  g  GP or practice staff acting for a patient\n" in out
    for heading in ("Adults (30 to 39)", "Young people (16 and 17)"):
        rows = out.partition(f"{heading}\n")[2].splitlines()[:46]
        assert rows[0].split() == [
            "Ashford", "Canterb", "Dartfor", "Dover", "Gravesh", "Maidsto", "Sevenoa", "Folkest", "Swale", "Thanet",
            "Tonbrid", "Tunbrid", "Medway",
        ]  # fmt: skip
        assert [row.split()[0] for row in rows[1:]] == list(CATALOGUE.need_tags)
        assert {len(row) for row in rows[1:]} == {21 + 13 * 8}
    adults = out.partition("Adults (30 to 39)\n")[2]
    overdose = next(line for line in adults.splitlines() if line.startswith("overdose"))
    assert overdose.split()[1:] == ["sfgpola"] * 13  # 999 and nothing of the area's own


def test_json_has_the_findings_and_with_matrix_every_cell(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "check", "--json")
    document = json.loads(out)
    assert set(document) == {"findings"}
    assert set(document["findings"][0]) == {"kind", "subject", "field", "what", "remedy"}
    _, out, _ = run(capsys, "check", "--json", "--matrix")
    matrix = json.loads(out)["matrix"]
    local, anywhere = matrix["adult"]["overdose"]["E07000114"]["self"]
    assert (local, anywhere > 0) == (0, True)
    areas = [area for age in matrix.values() for need in age.values() for area in need.values()]
    assert (len(areas), {len(area) for area in areas}) == (13 * 45 * 2, {7})


def test_the_picture_is_written_or_said_not_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "coverage.svg"
    code, out, err = run(capsys, "check", "--matrix", "--picture", str(path))
    assert (code, err) == (0, f"The picture is in {path}.\n")
    assert path.read_text("utf-8").startswith("<svg ")
    code, out, err = run(capsys, "check", "--picture", str(tmp_path / "no" / "coverage.svg"))
    assert (code, out) == (1, "")
    assert err.endswith("cannot be written: No such file or directory.\n")


def test_an_export_says_what_it_does_not_carry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "export", "--format", "openreferral")
    page = json.loads(out)
    assert (code, page["total_items"], page["last_page"]) == (0, 77, True)
    assert "0300 999 1212" not in out  # third-party copies only
    assert err.splitlines() == [f"Not carried: {sentence}" for sentence in LOST_IN_PUBLIC]
    path = tmp_path / "all.json"
    code, out, err = run(capsys, "export", "--format", "openreferral", "--all", "-o", str(path))
    assert (code, out) == (0, f"Written to {path}.\n")
    assert "0300 999 1212" in path.read_text("utf-8")
    assert err.splitlines() == [f"Not carried: {sentence}" for sentence in LOST]


def test_our_whole_export_comes_back_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed, records = tmp_path / "all.json", tmp_path / "records.yaml"
    run(capsys, "export", "--format", "openreferral", "--all", "-o", str(feed))
    code, _, err = run(capsys, "feed", str(feed), "--ours", "-o", str(records))
    assert (code, err) == (0, "98 services read, 0 notes.\n")
    read = yaml.safe_load(records.read_text("utf-8"))
    assert [Service.model_validate(record) for record in read] == list(CATALOGUE.services)
    code, out, _ = run(capsys, "import", str(feed), "--ours", "--dry-run")
    assert (code, out) == (0, "0 of 98 services would change; 0 that the file does not hold stay as they are.\n")


def test_a_feed_of_somebody_else_comes_in_unverified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = {"location": {"name": "Hall", "addresses": [{"address_1": "1 Quay Lane", "postal_code": "CT9 1HL"}]}}
    service = {"id": "1", "name": "Harbour", "status": "active", "service_at_locations": [place]}
    service["attributes"] = [{"taxonomy_term": {"name": "Kayaking"}}]
    feed = tmp_path / "harbour.json"
    feed.write_text(json.dumps([service]), "utf-8")
    code, out, err = run(capsys, "feed", str(feed))
    (record,) = yaml.safe_load(out)
    assert (code, record["confidence"], record["referable"]) == (0, "unverified", False)
    assert record["sites"][0]["district"] == "E07000114"  # by its postcode
    assert err.splitlines() == [
        "harbour.json, service Harbour: its term 'Kayaking' is none of our needs",
        "1 services read, 1 notes.",
    ]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("nowhere.json", "signpost: nowhere.json: cannot be read (FileNotFoundError); check the file\n"),
        ("http://169.254.169.254/", "signpost: 169.254.169.254: is an address no feed has\n"),
        ("http://8.8.8.8/", "signpost: 8.8.8.8: is not on the local network; allow it with --any-host\n"),
        ("ftp://127.0.0.1/", "signpost: Only http and https addresses are read; give one, or the path of a file\n"),
    ],
)
def test_a_wrong_source_is_one_clear_sentence(source: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "feed", source) == (1, "", says)


def test_a_wrong_feed_is_refused_with_every_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    feed = tmp_path / "bad.json"
    feed.write_text(json.dumps([{"id": "1", "name": "A", "maximum_age": "old"}, {"id": "2"}]), "utf-8")
    code, out, err = run(capsys, "feed", str(feed))
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "signpost: bad.json, service 1 (A): maximum_age: Input should be a valid number, unable to parse string as a "
        "number; correct this",
        "bad.json, service 2: name: Field required; correct this",
    ]
