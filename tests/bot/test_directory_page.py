"""The directory's pages for admins, by HTTP as a browser without script uses them."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from typing import Annotated, Any

import pytest
import pytest_asyncio
from pydantic import Field
from staffkit import Desk, Seen, at_a_desk
from webkit import Site, running_site

from bot.pages.directory_form import kind_of
from directory.overlay import document_of
from directory.services import Gender, load_catalogue

NUMBER = "01843 999 000"
EAST = "/staff/directory/adult_east_kent"


@pytest_asyncio.fixture
async def site(database: str) -> AsyncIterator[Site]:
    async with running_site(database) as running:
        yield running


@pytest_asyncio.fixture
async def admin(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "admin") as desk:
        yield desk


def fields(seen: Seen) -> dict[str, str]:
    """What the form to change a service would send, untouched."""
    form = re.split(r'<form class="fields" method="post" action="/staff/directory/[a-z_]+">', seen.html)[1]
    form = form.partition("</form>")[0]
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)" value="([^"]*)"(?![^>]*checkbox)', form))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = re.findall(r'<option value="([^"]*)" selected>', options)[0]
    boxes = re.findall(r'<input type="checkbox" name="([^"]+)"', form)
    return {name: unescape(value) for name, value in found.items() if name not in boxes}


async def change(desk: Desk, path: str = EAST, step: str = "save", **typed: str) -> Seen:
    """Open the page, type over some fields, and send it."""
    form = {**fields(await desk.get(path)), "reason": "a leaflet", **typed}
    return await desk.post(path, step=step, **form)


def standing(site: Site, service_id: str = "adult_east_kent") -> dict[str, Any]:
    (found,) = [service for service in site.turns.directory.catalogue.services if service.id == service_id]
    return document_of(found)


async def test_the_list_begins_with_what_has_no_way_in(admin: Desk) -> None:
    seen = await admin.get("/staff/directory")
    assert seen.status == 200
    headings = [re.sub(r" \(\d+\)", "", each) for each in re.findall(r"<h2>([^<]+)</h2>", seen.html)]
    assert headings == ["No way in to show", "To be confirmed", "To look at again", "Nothing to do"]
    assert seen.html.count('href="/staff/directory/') == 98
    assert "East Kent Drug and Alcohol Service Not shown until confirmed: Sittingbourne hub: Phone" in seen.words
    assert "Known from a source of 21 October 2024" in seen.words


async def test_what_is_sent_untouched_changes_nothing(admin: Desk, site: Site) -> None:
    for service in ("adult_east_kent", "safe_havens", "aa", "kenward_house"):
        seen = await change(admin, f"/staff/directory/{service}")
        assert "Nothing was different, so nothing was saved." in seen.words
    assert site.rows("directory_edit") == 0


async def test_a_number_is_typed_looked_at_saved_and_then_confirmed(admin: Desk, site: Site) -> None:
    looked = await change(admin, step="look", phone=NUMBER)
    assert looked.status == 200 and f"Phone nothing {NUMBER}" in looked.words
    assert site.rows("directory_edit") == 0
    assert fields(looked)["phone"] == NUMBER, "the form still holds what was typed"
    saved = await admin.post(EAST, **fields(looked), step="save")
    assert saved.path == EAST and "Saved. It is in use now." in saved.words
    assert standing(site)["phone"] == NUMBER
    assert "adult_east_kent" not in site.turns.directory.contacts, "nobody has confirmed it"
    confirmed = await admin.post(f"{EAST}/confirm", shown_on=EAST, version="1", **{"right.": "yes"})
    assert "Confirmed. What you ticked is shown now." in confirmed.words
    assert site.turns.directory.contacts["adult_east_kent"] == NUMBER
    assert f"Version 2: confirmed by {admin.name}" in confirmed.words


async def test_what_the_service_itself_said_is_shown_at_once(admin: Desk, site: Site) -> None:
    typed = {"phone": NUMBER, "sites.3.opening_hours": "Mon to Fri,\r\n 9 to 5", "told_me": "yes"}
    await change(admin, **typed)
    assert site.turns.directory.contacts["adult_east_kent"] == NUMBER
    site_now = standing(site)["sites"][3]
    assert (site_now["opening_hours"], site_now["confirmed"]["by"]) == ("Mon to Fri, 9 to 5", admin.id)
    assert "confirmed" not in standing(site)["sites"][2]


async def test_places_and_ways_to_refer_are_added_and_taken_out(admin: Desk, site: Site) -> None:
    new = {"sites.5.name": "Ramsgate hub", "sites.5.kind": "hub", "sites.5.district": "E07000114"}
    await change(admin, **new, **{"how_to_refer.gp.text": "Ring the hub."}, told_me="yes")
    document = standing(site)
    assert document["sites"][5]["name"] == "Ramsgate hub"
    assert document["how_to_refer"]["gp"]["text"] == "Ring the hub."
    await change(admin, **{"remove.sites.0": "yes", "remove.sites.5": "yes", "remove.how_to_refer.gp": "yes"})
    document = standing(site)
    assert [each["name"] for each in document["sites"]] == [
        "Ashford hub", "Dover hub", "Margate hub", "Canterbury (no hub)",
    ]  # fmt: skip
    assert document["how_to_refer"]["gp"] is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"age_min": "40", "age_max": "30"}, '40 is above "Oldest age" 30; exchange them'),
        ({"age_min": "grown-up"}, "Input should be a valid integer"),
        ({"name": ""}, "Input should be a valid string"),
        ({"status": "maybe"}, "'maybe' is unknown; use one of status_values"),
        ({"sites.5.name": "Ramsgate hub"}, "Field required; correct this"),
        ({"description": "New.", "reason": ""}, "Say a reason; it is kept with the change."),
        ({"description": "New.", "reason": "Jane Smith rang"}, "The reason looks as if a person's name is in it"),
        ({"description": "x" * 2001}, "description is longer than 2000 characters; make it shorter."),
    ],
)
async def test_a_mistake_is_told_beside_what_was_typed_and_nothing_is_lost(
    typed: dict[str, str], told: str, admin: Desk, site: Site
) -> None:
    seen = await change(admin, **{"notes": "Typed with care.", **typed})
    assert seen.status == 422
    assert told in seen.words and "This is not saved yet" in seen.words
    kept = fields(seen)
    assert kept["notes"] == "Typed with care."
    assert {name: kept[name] for name in typed} == typed
    assert site.rows("directory_edit") == 0


async def test_of_two_admins_at_once_the_second_sees_both_changes_and_loses_nothing(site: Site, admin: Desk) -> None:
    async with at_a_desk(site, "admin") as other:
        mine, theirs = fields(await admin.get(EAST)), fields(await other.get(EAST))
        assert (
            await other.post(EAST, step="save", **{**theirs, "description": "Theirs.", "reason": "x"})
        ).status == 200
        typed = {**mine, "phone": NUMBER, "sites.5.name": "Ramsgate hub", "reason": "y"}
        told = await admin.post(EAST, step="save", **typed)
        assert told.status == 409
        assert "Someone else saved this service while you had it open." in told.words
        kept = fields(told)
        assert (kept["phone"], kept["description"], kept["version"]) == (NUMBER, "Theirs.", "1")
        assert kept["sites.5.name"] == "Ramsgate hub"
        both = {**kept, "sites.5.kind": "hub", "sites.5.district": "E07000114"}
        assert (await admin.post(EAST, step="save", **both)).path == EAST
    assert (standing(site)["phone"], standing(site)["description"]) == (NUMBER, "Theirs.")
    assert site.rows("directory_edit") == 2


async def test_a_change_follows_its_place_when_another_was_taken_out_meanwhile(site: Site, admin: Desk) -> None:
    async with at_a_desk(site, "admin") as other:
        mine = fields(await admin.get(EAST))
        await change(other, **{"remove.sites.0": "yes"})
        typed = {**mine, "sites.3.opening_hours": "9 to 5", "sites.0.phone": "1", "step": "save"}
        told = await admin.post(EAST, **typed)
        assert fields(told)["sites.2.opening_hours"] == "9 to 5"
        await admin.post(EAST, step="save", **{**fields(told), "reason": "it rang"})
    hours = {each["name"]: each["opening_hours"] for each in standing(site)["sites"]}
    assert hours == {"Ashford hub": None, "Dover hub": None, "Margate hub": "9 to 5", "Canterbury (no hub)": None}


async def test_going_back_and_taking_out(admin: Desk, site: Site) -> None:
    await change(admin, description="First.")
    await change(admin, description="Second.")
    back = await admin.post(f"{EAST}/undo", shown_on=EAST, to="1", version="2", reason="it was right")
    assert "It says again what that version said." in back.words and standing(site)["description"] == "First."
    out = await admin.post(
        "/staff/directory/aa/withdraw", shown_on="/staff/directory/aa", version="0", reason="it closed"
    )
    assert "This service has been taken out of the directory." in out.words
    assert all(service.id != "aa" for service in site.turns.directory.catalogue.services)
    assert "Taken out (1)" in (await admin.get("/staff/directory")).words
    await admin.post(
        "/staff/directory/aa/undo", shown_on="/staff/directory/aa", to="0", version="1", reason="it did not"
    )
    assert standing(site, "aa")["name"] == "Alcoholics Anonymous"


async def test_one_that_others_hang_on_is_not_taken_out_and_the_reason_is_told(admin: Desk, site: Site) -> None:
    west = "/staff/directory/adult_west_kent"
    seen = await admin.post(f"{west}/withdraw", shown_on=west, version="0", reason="closed")
    assert seen.status == 422
    assert "wk_groups, parent: 'adult_west_kent' is not a service" in seen.words
    assert site.rows("directory_edit") == 0


async def test_another_replica_follows_within_seconds(admin: Desk, database: str) -> None:
    async with running_site(database) as other:
        await change(admin, phone=NUMBER, told_me="yes")
        for _ in range(60):
            if "adult_east_kent" in other.turns.directory.contacts:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it never followed")


@pytest.mark.parametrize("path", ["/staff/directory/nobody", "/staff/directory/Nobody%20%3Cb%3E"])
async def test_an_unknown_service_is_told_kindly(path: str, admin: Desk) -> None:
    seen = await admin.get(path)
    assert seen.status == 404 and "There is no such service." in seen.words and "<b>&" not in seen.html
    assert (await admin.post(path, shown_on="/staff", version="0")).status == 404


@pytest.mark.parametrize("end", ["", "/confirm", "/undo", "/withdraw"])
async def test_nobody_else_changes_anything(end: str, site: Site, admin: Desk) -> None:
    forged = await admin.post(EAST + end, form_token="0" * 64, version="0", to="0", reason="x", step="save")
    assert forged.status == 403
    async with at_a_desk(site, "provider") as provider:
        assert (await provider.post(EAST + end, shown_on="/staff", version="0", reason="x")).status == 403
        assert (await provider.get(EAST)).status == 403
    assert site.rows("directory_edit") == 0


@pytest.mark.parametrize("version", ["", "-1", "99", "9" * 40, "one"])
async def test_a_version_that_is_none_is_refused(version: str, admin: Desk, site: Site) -> None:
    for end in ("", "/confirm", "/undo", "/withdraw"):
        sent = {"version": version, "to": version, "reason": "x", "right.": "yes", "description": "New."}
        seen = await admin.post(EAST + end, shown_on=EAST, step="save", **sent)
        assert seen.status in (409, 422), end
    assert site.rows("directory_edit") == 0


async def test_the_trail_says_who_changed_which_service(admin: Desk) -> None:
    await change(admin, description="First.")
    assert f"{admin.name} changed the service: adult_east_kent" in (await admin.get("/staff/people")).words


def test_a_day_a_number_and_a_choice_are_each_typed_in_their_own_way() -> None:
    catalogue = load_catalogue()
    kinds = {
        name: kind_of(name, annotation, catalogue)[0]
        for name, annotation in {
            "valid_from": date | None, "age_min": Annotated[int, Field(ge=0)] | None, "gender": Gender | None,
            "referable": bool, "status": str, "district": str, "description": str, "phone": str | None,
        }.items()
    }  # fmt: skip
    assert kinds == {
        "valid_from": "date", "age_min": "number", "gender": "choice", "referable": "yes_no", "status": "choice",
        "district": "choice", "description": "text", "phone": "line",
    }  # fmt: skip
