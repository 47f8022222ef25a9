"""A file of services is taken over whole or refused whole, by line, service and remedy."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from editkit import SHIPPED, open_editor, record

from directory.corrections import Correction
from directory.differences import differences
from directory.exporting import record_yaml, to_yaml
from directory.importing import changes, read_services
from directory.overlay import Live
from directory.services import ServicesError

LIVE = Live(SHIPPED, SHIPPED, {}, {})


def written(folder: Path, *records: dict[str, Any]) -> Path:
    """A file with these records, each as `directory show` prints it."""
    path = folder / "services.yaml"
    items = ["\n".join(["-", *(f"  {line}" for line in record_yaml(each).splitlines())]) for each in records]
    path.write_text("\n".join(items), "utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ServicesError) as refused:
        changes(read_services(path), LIVE)
    return str(refused.value)


def test_what_is_exported_can_be_imported_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "all.yaml"
    path.write_text(to_yaml(SHIPPED), "utf-8")
    file = read_services(path)
    assert list(file.records) == [service.id for service in SHIPPED.services]
    assert changes(file, LIVE) == []


def test_a_list_may_hold_only_some_services_and_the_others_stay(tmp_path: Path) -> None:
    path = written(tmp_path, record("aa", description="Meetings."), record("na"))
    (change,) = changes(read_services(path), LIVE)
    assert (change.service, change.version) == ("aa", 0)
    assert [str(each) for each in differences(record("aa"), change.document)] == [
        "description: Meetings for people who want to stop drinking. -> Meetings."
    ]


async def test_a_new_service_with_its_pathway_is_taken_over(tmp_path: Path, database: str) -> None:
    child = record("wk_groups", id="new_groups", parent="new_service")
    parent = record("adult_west_kent", id="new_service", name="A new service")
    async with open_editor(database) as editor:
        found = changes(read_services(written(tmp_path, child, parent)), await editor.live())
        live = await editor.save(found, by="operator", reason="a new service", action="import")
        again = changes(read_services(written(tmp_path, child, parent)), live)
    assert [service.name for service in live.catalogue.services[-2:]] == [
        "Structured group programmes",
        "A new service",
    ]
    assert again == []


@pytest.mark.parametrize(
    ("service", "mistake", "told"),
    [
        ("na", {"needs": ["juggling"]}, "service na: needs: 'juggling' is unknown; use one of need_tags, or add it"),
        ("na", {"parent": "aa"}, "service aa: parent: 'aa' leads back to itself; a parent stands above its children"),
        ("na", {"age_min": 30, "age_max": 18}, "service na: age_min: 30 is above age_max 18; exchange them"),
        ("na", {"age_max": "old"}, "service na: age_max: Input should be a valid integer"),
        ("na", {"opening": "9 to 5"}, "service na: opening: Extra inputs are not permitted; correct this"),
        ("na", {"source_date": "last week"}, "service na: source_date: String should match pattern"),
        ("na", {"confirmed": {"by": "operator", "on": "tomorrow"}}, "service na: confirmed.on: Input should be a"),
        ("na", {"kind": "pub"}, "service na: kind: Input should be"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_nothing_is_taken_over(
    service: str, mistake: dict[str, Any], told: str, tmp_path: Path
) -> None:
    path = written(tmp_path, record("aa", parent="na"), record(service, **mistake))
    message = refusal(path)
    assert f"{path.name}, line " in message and told in message
    line = int(message.partition("line ")[2].partition(",")[0])
    field = told.partition(": ")[2].partition(":")[0].rpartition(".")[2]
    around = path.read_text("utf-8").splitlines()[line - 2 : line]
    assert any(field in each for each in around) or field == "opening", around


def test_a_place_inside_a_service_is_told_by_its_own_line(tmp_path: Path) -> None:
    sites = [dict(site) for site in record("adult_east_kent")["sites"]]
    sites[3]["district"] = "Margate"
    del sites[1]["kind"]
    path = written(tmp_path, record("adult_east_kent", sites=sites))
    line = 1 + path.read_text("utf-8").splitlines().index("  - name: Ashford hub")
    assert f"services.yaml, line {line}, service adult_east_kent: sites.1.kind: Field required" in refusal(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: aa\n  name: [", "services.yaml, line 3: is not YAML; check the indentation and quotes there"),
        ("just words", "services.yaml: holds no services; give a list of them, or `services:` with one"),
        ("", "services.yaml: holds no services"),
        ("services: 5", "services.yaml: holds no services"),
        ("- name: nobody", "services.yaml, line 1, service number 1: id: is missing; write `id:`"),
        ("- 5\n- 6", "services.yaml, line 2, service number 2: id: is missing"),
        ("- id: aa\n- id: aa", "services.yaml, line 2, service aa: id: is used twice; give each service its own id"),
        ("- id: AA!", "services.yaml, line 1, service AA!: id: String should match"),
        ("- id: aa", "services.yaml, line 1, service aa: name: Field required; correct this"),
    ],
)
def test_a_file_of_another_kind_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "services.yaml"
    path.write_text(text, "utf-8")
    assert told in refusal(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ServicesError, match=r"nowhere\.yaml: cannot be read \(FileNotFoundError\)"):
        read_services(tmp_path / "nowhere.yaml")


def test_json_is_read_too_and_so_is_the_day_of_a_confirmation_written_bare(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    path.write_text(json.dumps([record("na")]), "utf-8")
    assert changes(read_services(path), LIVE) == []
    bare = yaml.safe_dump([record("na")]).rstrip() + "\n  confirmed: {by: operator, on: 2026-11-03}\n"
    path.write_text(bare, "utf-8")
    (change,) = changes(read_services(path), LIVE)
    assert change.document is not None
    assert change.document["confirmed"] == {"by": "operator", "on": "2026-11-03"}


async def test_a_number_changed_in_a_file_is_not_confirmed_by_the_word_given_for_the_old_one(
    tmp_path: Path, database: str
) -> None:
    async with open_editor(database) as editor:
        live = await editor.confirm("aa", [Correction("phone", "0800 111 1111")], "operator", None)
    changed = record("aa", live.catalogue, phone="0800 222 2222")
    (change,) = changes(read_services(written(tmp_path, changed)), live)
    assert change.document is not None
    assert (change.document.get("confirmed"), change.document["confidence"]) == (None, "unverified")
    sourced = {**changed, "source_date": "2026-11", "confirmed": None}
    (change,) = changes(read_services(written(tmp_path, sourced)), live)
    assert change.document is not None and change.document["confidence"] == "verified_in_dated_source"
