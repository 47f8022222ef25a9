"""The directory is edited without a release: checked as a whole, never overwriting anybody, with all of its history."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from datetime import date
from pathlib import Path

import pytest
from editkit import SHIPPED, open_editor, record, row, said_of
from storekit import Clock, rows

from directory.areas import AreaIndex
from directory.corrections import EditError, read_correction
from directory.editing import Change, Editor, Overtaken
from directory.overlay import document_of, lay_over
from directory.services import Catalogue, ServicesError
from directory.snapshot import Snapshot

TODAY = date(2026, 11, 21)
NUMBER = "01843 999 000"
HELPER = Path(__file__).with_name("editkit.py")


async def confirm(editor: Editor, service: str, *said: str) -> Catalogue:
    live = await editor.confirm(service, [read_correction(each) for each in said], "duty manager", None)
    return live.catalogue


async def test_a_confirmed_number_is_in_the_offer(database: str, area_index: AreaIndex) -> None:
    async with open_editor(database) as editor:
        before = Snapshot(area_index, (await editor.live()).catalogue, lambda: TODAY)
        assert NUMBER not in said_of(before)
        after = before.over(await confirm(editor, "adult_east_kent", f"phone={NUMBER}"))
        assert NUMBER in said_of(after)
        assert after.contacts["adult_east_kent"] == NUMBER


async def test_a_number_that_is_only_typed_waits_for_confirmation(database: str, area_index: AreaIndex) -> None:
    async with open_editor(database) as editor:
        typed = record("adult_east_kent", phone=NUMBER)
        live = await editor.edit("adult_east_kent", typed, 0, by="operator", reason="seen on a leaflet")
        snapshot = Snapshot(area_index, live.catalogue, lambda: TODAY)
        assert NUMBER not in said_of(snapshot)
        confirmed = await confirm(editor, "adult_east_kent")
        assert NUMBER in said_of(snapshot.over(confirmed))


async def test_another_number_typed_over_a_confirmed_one_is_not_confirmed_by_that(database: str) -> None:
    async with open_editor(database) as editor:
        await confirm(editor, "adult_east_kent", f"phone={NUMBER}")
        standing = (await editor.live()).service("adult_east_kent")
        assert standing is not None
        typed = {**document_of(standing), "phone": "01843 111 111"}
        live = await editor.edit("adult_east_kent", typed, 1, by="operator", reason="a slip")
        service = live.service("adult_east_kent")
        assert service is not None and (service.confirmed, service.confidence) == (None, "unverified")


async def test_only_what_is_named_is_confirmed(database: str) -> None:
    said = ("sites.3.address=1 Sea Road, Margate", "sites.3.postcode=CT9 1AA", "how_to_refer.self")
    async with open_editor(database) as editor:
        await confirm(editor, "adult_east_kent", *said)
        service = (await editor.live()).service("adult_east_kent")
    assert service is not None
    assert service.confirmed is None
    assert [site.name for site in service.sites if site.confirmed] == ["Margate hub"]
    route = service.how_to_refer["self"]
    assert route is not None and route.confirmed is not None
    assert (route.confirmed.by, route.confirmed.on) == ("duty manager", TODAY)


async def test_a_route_nobody_knew_and_a_new_site_can_be_confirmed(database: str) -> None:
    said = ("how_to_refer.gp.text=Ring the hub.", "sites.5.name=Ramsgate hub", "sites.5.kind=hub")
    async with open_editor(database) as editor:
        await confirm(editor, "adult_east_kent", *said, "sites.5.district=E07000114")
        service = (await editor.live()).service("adult_east_kent")
    assert service is not None and service.how_to_refer["gp"] is not None
    assert (service.how_to_refer["gp"].text, service.sites[5].name) == ("Ring the hub.", "Ramsgate hub")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("fone=1", "fone: there is no such field to change; use one of "),
        ("how_to_refer=1", "how_to_refer: there is no such field to change"),
        ("contract=1", "contract: there is no such field to change"),
        ("id=other", "id: there is no such field to change"),
        ("sites.9.phone=1", "sites.9: there is no such site; it has 5, the first is sites.0"),
        ("sites.x.phone=1", "sites.x: there is no such site"),
        ("sites.0.hours=9 to 5", "name, kind, district, address"),
        ("confirmed.by=me", "confirmed.by: there is no such field"),
        ("phone", "phone: give phone=VALUE"),
    ],
)
async def test_a_field_that_is_not_there_is_refused_and_nothing_is_saved(said: str, told: str, database: str) -> None:
    async with open_editor(database) as editor:
        with pytest.raises(EditError) as refused:
            await confirm(editor, "adult_east_kent", "phone=1", said)
        assert told in str(refused.value)
    assert await rows(database, "directory_edit") == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("needs=juggling",), "service adult_east_kent: needs: 'juggling' is unknown; use one of need_tags"),
        (("age_min=40", "age_max=30"), "service adult_east_kent: age_min: 40 is above age_max 30; exchange them"),
        (("age_min=old",), "service adult_east_kent: age_min: Input should be a valid integer"),
        (("parent=nobody",), "service adult_east_kent: parent: 'nobody' is not a service; use the id of one"),
        (("parent=wk_groups", "age_max=130"), "service adult_east_kent: age_max: Input should be less than"),
        (("how_to_refer.vicar.text=Ask.",), "service adult_east_kent: how_to_refer: 'vicar' is unknown"),
        (("how_to_refer.gp.phone=1",), "service adult_east_kent: how_to_refer.gp.text: Field required"),
    ],
)
async def test_what_the_whole_directory_cannot_hold_is_refused(said: tuple[str, ...], told: str, database: str) -> None:
    async with open_editor(database) as editor:
        with pytest.raises(ServicesError, match="the directory, service") as refused:
            await confirm(editor, "adult_east_kent", *said)
        assert told in str(refused.value)
    assert await rows(database, "directory_edit") == []


async def test_parents_in_a_circle_are_refused_across_two_edits(database: str) -> None:
    async with open_editor(database) as editor:
        await confirm(editor, "aa", "parent=na")
        with pytest.raises(ServicesError, match="service aa: parent: 'aa' leads back to itself"):
            await confirm(editor, "na", "parent=aa")


async def test_of_two_editors_at_once_the_second_is_told_and_loses_nothing_of_the_first(database: str) -> None:
    async with open_editor(database) as one, open_editor(database) as other:
        change = record("aa", description="First.")
        await one.save([Change("aa", change, 0)], by="operator", reason="first")
        with pytest.raises(Overtaken, match=r"aa was changed by somebody else meanwhile .*version 1 now") as refused:
            await other.save([Change("aa", {**change, "description": "Second."}, 0)], by="operator", reason="second")
        assert refused.value.newest == 1
        service = (await other.live()).service("aa")
        assert service is not None and service.description == "First."


async def test_of_many_who_save_the_same_version_at_the_same_moment_one_wins(database: str) -> None:
    async def save(number: int) -> bool:
        async with open_editor(database) as editor:
            change = Change("aa", record("aa", description=f"Words of {number}."), 0)
            try:
                await editor.save([change], by="operator", reason="at once")
            except Overtaken:
                return False
            return True

    async with open_editor(database):
        won = await asyncio.gather(*(save(number) for number in range(8)))
    assert won.count(True) == 1
    (kept,) = await rows(database, "directory_edit")
    assert json.loads(kept["document"])["description"] == f"Words of {won.index(True)}."


async def test_edits_of_different_services_at_once_are_all_kept_in_the_order_of_their_ids(database: str) -> None:
    services = [service.id for service in SHIPPED.services[:8]]

    async def save(service: str) -> None:
        async with open_editor(database) as editor:
            await confirm(editor, service)

    async with open_editor(database):
        await asyncio.gather(*map(save, services))
    kept = await rows(database, "directory_edit")
    assert sorted(each["id"] for each in kept) == list(range(1, 9))
    assert {each["service"] for each in kept} == set(services)


async def test_of_a_save_that_is_killed_nothing_is_kept_and_nobody_waits_for_it(database: str) -> None:
    async with open_editor(database) as editor:
        saver = await asyncio.create_subprocess_exec(sys.executable, HELPER, database, stdout=PIPE)
        assert saver.stdout is not None
        assert await saver.stdout.readline() == b"half-way\n"
        assert (await editor.live()).catalogue == SHIPPED
        saver.kill()
        await saver.wait()
        live = await asyncio.wait_for(editor.confirm("aa", [], "duty manager", 0), 20)
    assert (live.version("aa"), [each["action"] for each in await rows(database, "directory_edit")]) == (1, ["confirm"])


async def test_the_history_tells_who_when_why_and_what(database: str) -> None:
    clock = Clock()
    async with open_editor(database, clock=clock) as editor:
        await confirm(editor, "adult_east_kent", f"phone={NUMBER}")
        clock.move(days=1)
        typed = record("adult_east_kent", (await editor.live()).catalogue, description="Shorter.")
        await editor.edit("adult_east_kent", typed, 1, by="commissioning officer", reason="plain words")
        first, second = await editor.history("adult_east_kent")
    assert (first.edit.version, first.edit.action, first.edit.by, first.edit.at) == (
        1, "confirm", "duty manager", "2026-11-21T12:00Z",
    )  # fmt: skip
    assert [str(each) for each in first.changed] == [
        "confirmed.by: nothing -> duty manager",
        "confirmed.on: nothing -> 2026-11-21",
        f"phone: nothing -> {NUMBER}",
    ]
    assert (second.edit.reason, second.edit.at) == ("plain words", "2026-11-22T12:00Z")
    assert [(each.field, each.after) for each in second.changed] == [("description", "Shorter.")]


async def test_undo_is_a_new_version_like_an_older_one(database: str) -> None:
    async with open_editor(database) as editor:
        await confirm(editor, "adult_east_kent", f"phone={NUMBER}")
        await confirm(editor, "adult_east_kent", "phone=01843 222 222")
        live = await editor.undo("adult_east_kent", 1, None, by="operator", reason="it was right before")
        service = live.service("adult_east_kent")
        assert service is not None and (service.phone, live.version("adult_east_kent")) == (NUMBER, 3)
        live = await editor.undo("adult_east_kent", 0, 3, by="operator", reason="as shipped")
        assert live.catalogue == SHIPPED
        assert [entry.edit.action for entry in await editor.history("adult_east_kent")] == [
            "confirm", "confirm", "undo", "undo",
        ]  # fmt: skip
        with pytest.raises(EditError, match="adult_east_kent has no version 9 to go back to; it has versions 0 to 4"):
            await editor.undo("adult_east_kent", 9, None, by="operator", reason="no such")


async def test_a_service_can_be_withdrawn_and_brought_back(database: str) -> None:
    async with open_editor(database) as editor:
        live = await editor.withdraw("aa", None, by="operator", reason="closed")
        assert live.service("aa") is None and len(live.catalogue.services) == len(SHIPPED.services) - 1
        live = await editor.undo("aa", 0, None, by="operator", reason="it was not")
        assert live.catalogue == SHIPPED
        with pytest.raises(ServicesError, match="'adult_west_kent' is not a service; use the id of one"):
            await editor.withdraw("adult_west_kent", None, by="operator", reason="its pathways would hang in the air")


async def test_what_changes_nothing_is_no_version(database: str) -> None:
    async with open_editor(database) as editor:
        await editor.save([Change("aa", record("aa"), 0)], by="operator", reason="the same")
    assert await rows(database, "directory_edit") == []


@pytest.mark.parametrize(("by", "reason"), [("", "because"), ("operator", "  "), ("x" * 101, "because")])
async def test_who_and_why_are_asked(by: str, reason: str, database: str) -> None:
    async with open_editor(database) as editor:
        with pytest.raises(EditError, match=r"^Say (by|a reason)"):
            await editor.save([Change("aa", record("aa", description="New."), 0)], by=by, reason=reason)


async def test_several_are_saved_together_or_not_at_all(database: str) -> None:
    good, bad = record("aa", description="Meetings."), record("na", needs=["juggling"])
    async with open_editor(database) as editor:
        with pytest.raises(ServicesError, match="service na: needs"):
            await editor.save([Change("aa", good, 0), Change("na", bad, 0)], by="operator", reason="both")
        assert (await editor.live()).catalogue == SHIPPED
        new_child = record("wk_groups", id="a_new_group", parent="new_parent")
        new_parent = record("adult_west_kent", id="new_parent")
        together = [Change("a_new_group", new_child, 0), Change("new_parent", new_parent, 0)]
        live = await editor.save(together, by="operator", reason="a new service", action="import")
        assert [service.id for service in live.catalogue.services[-2:]] == ["a_new_group", "new_parent"]


@pytest.mark.parametrize(
    "document",
    ["{not json", "[]", "{}", json.dumps({**record("aa"), "needs": ["juggling"]}), json.dumps(record("na"))],
)
async def test_a_bad_row_is_left_out_and_the_version_before_stands(document: str, database: str) -> None:
    async with open_editor(database) as editor:
        await confirm(editor, "aa", f"phone={NUMBER}")
        await confirm(editor, "na", "phone=0300 111 1111")
        await row(database, id=3, service="aa", version=2, document=document)
        live = await editor.live()
        stands, other = live.service("aa"), live.service("na")
        assert stands is not None and stands.phone == NUMBER
        assert other is not None and other.phone == "0300 111 1111"
        assert live.version("aa") == 2
        healed = await editor.undo("aa", 1, 2, by="operator", reason="the row was broken")
        assert healed.version("aa") == 3


async def test_a_release_that_changes_a_record_under_an_edit_is_told_and_the_edit_holds(database: str) -> None:
    async with open_editor(database) as editor:
        await confirm(editor, "aa", f"phone={NUMBER}")
        assert (await editor.live()).overtaken == ()
    services = [
        service.model_copy(update={"description": "New words."}) if service.id == "aa" else service
        for service in SHIPPED.services
    ]
    async with open_editor(database, SHIPPED.model_copy(update={"services": tuple(services)})) as editor:
        live = await editor.live()
        service = live.service("aa")
        assert live.overtaken == ("aa",)
        assert service is not None and service.phone == NUMBER and service.description != "New words."


def test_the_shipped_records_survive_being_kept() -> None:
    assert lay_over(SHIPPED, ()) == SHIPPED
    for service in SHIPPED.services:
        assert type(service).model_validate(json.loads(json.dumps(document_of(service)))) == service
