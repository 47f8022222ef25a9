"""The pages of content editors, by HTTP as a browser without script uses them."""

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from staffkit import Desk, Seen, at_a_desk
from webkit import Site, running_site

from directory.database import open_engine, reading
from directory.tables import metadata
from screening.library import load_library
from screening.signoff import load_signoff

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = "/staff/content"
LIBRARY = load_library()
JOURNEYS = sorted(LIBRARY.latest)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "editor") as desk:
        yield desk


async def test_an_editor_finds_the_page_from_the_start_and_nothing_else_of_staff(editor: Desk) -> None:
    home = await editor.get("/staff")
    assert f'href="{ROOT}"' in home.html
    assert "/staff/people" not in home.html
    assert (await editor.get("/staff/people")).status == 403
    shown = await editor.get(ROOT)
    assert all(f'href="{ROOT}/{name}"' in shown.html for name in JOURNEYS)


@pytest.mark.parametrize("role", ["professional", "supervisor", "commissioner"])
async def test_other_staff_do_not_see_it(site: Site, role: str) -> None:
    async with at_a_desk(site, role) as desk:
        for path in (ROOT, f"{ROOT}/who", f"{ROOT}/who/sheet", f"{ROOT}/who/sheet.md", f"{ROOT}/who/try/age"):
            assert (await desk.get(path)).status == 403, path


async def test_nobody_sees_it_who_is_not_signed_in(site: Site) -> None:
    async with at_a_desk(site) as desk:
        assert (await desk.get(f"{ROOT}/who")).path == "/staff/sign-in"


@pytest.mark.parametrize("name", JOURNEYS)
async def test_a_journey_is_shown_with_every_word_of_its_file(editor: Desk, name: str) -> None:
    shown = await editor.get(f"{ROOT}/{name}")
    said = re.sub(r"\s+", " ", shown.words)
    for key, entry in LIBRARY.words.entries().items():
        if key.startswith(f"{name}."):
            for text in (*entry.messages, *entry.choices.values()):
                for line in re.split(r"\n|\{\w+\}", text):
                    assert " ".join(line.removeprefix("- ").split()) in said, key
    for step in LIBRARY.latest[name].steps:
        assert f'id="step-{step}"' in shown.html
        assert f'<a href="#step-{step}" class=' in shown.html, "a box of the drawing leads to the words"
        assert f'href="{ROOT}/{name}/try/{step}"' in shown.html


async def test_a_text_says_its_key_its_reading_age_and_its_sources(editor: Desk) -> None:
    shown = (await editor.get(f"{ROOT}/brief_advice")).words
    assert "brief_advice.benefits . Reading age: about" in shown
    assert f"{LIBRARY.sources['O15']['title']} (O15)" in shown


async def test_easy_words_stand_beside_the_usual_ones(editor: Desk) -> None:
    easy = LIBRARY.words.written("en-easy")
    key = next(key for key in easy if key.startswith("welcome."))
    for path in ("welcome", "welcome/sheet", "welcome/sheet.md"):
        shown = (await editor.get(f"{ROOT}/{path}")).words
        assert "In easy words:" in shown
        assert easy[key].messages[0].split("{")[0].strip() in shown.replace("> ", "")


async def test_a_question_of_a_test_is_shown_as_printed_with_its_points(editor: Desk) -> None:
    shown = (await editor.get(f"{ROOT}/check_alcohol")).words
    item = LIBRARY.instrument("audit").items[0]
    assert item.text in shown
    assert f"{item.options[4].label} (4)" in shown


async def test_the_sheet_has_words_sources_hazards_and_lines_to_sign(editor: Desk) -> None:
    shown = (await editor.get(f"{ROOT}/check_alcohol/sheet")).words
    hazards = load_signoff()
    for each in (*hazards.journeys["check_alcohol"], *hazards.everywhere):
        assert f"{each.id}: {each.hazard}" in shown
    assert f"at revision {LIBRARY.latest['check_alcohol'].revision}," in shown
    assert all(f"{each}:" in shown for each in ("Name and post", "Day", "Signature"))


async def test_the_sheet_is_saved_as_a_markdown_file_with_the_same(editor: Desk) -> None:
    saved = await editor.get(f"{ROOT}/check_alcohol/sheet.md")
    name = f"check_alcohol-{LIBRARY.latest['check_alcohol'].revision}.md"
    assert saved.response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert saved.response.content_type == "text/markdown"
    assert saved.html.startswith("# Sheet to sign: Check alcohol\n")
    for step in LIBRARY.latest["check_alcohol"].steps:
        assert f"\n## {step}\n" in saved.html
    assert "- H02: The right total gets the wrong band." in saved.html
    assert "| Clinical safety officer |" in saved.html


@pytest.mark.parametrize("path", ["nowhere", "nowhere/sheet", "nowhere/sheet.md", "nowhere/try/age", "who/try/nowhere"])
async def test_what_there_is_not_is_not_found(editor: Desk, path: str) -> None:
    assert (await editor.get(f"{ROOT}/{path}")).status == 404


def talk_of(seen: Seen) -> str:
    return unescape(re.findall(r'name="talk" value="([^"]+)"', seen.html)[0])


def choices_of(seen: Seen) -> dict[str, str]:
    found = re.findall(r'name="choice" value="([^"]+)">([^<]+)<', seen.html)
    return {unescape(label): unescape(choice) for choice, label in found}


async def rows(site: Site) -> dict[str, int]:
    engine = open_engine(site.settings.database_url)
    try:
        async with reading(engine) as connection:
            return {
                table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in metadata.sorted_tables
            }
    finally:
        await engine.dispose()


async def test_a_journey_is_tried_from_the_middle_and_nothing_is_kept(site: Site, editor: Desk) -> None:
    before = await rows(site)
    path = f"{ROOT}/find_help/try/{LIBRARY.latest['find_help'].start}"
    seen = await editor.post(path, who="adult")
    assert "This is a try. Nothing is kept." in seen.words
    seen = await editor.post(path, shown_on=path, talk=talk_of(seen), choice=choices_of(seen)["Alcohol"])
    seen = await editor.post(path, shown_on=path, talk=talk_of(seen), text="Margate")
    assert "That's in Thanet" in seen.words
    first = next(iter(choices_of(seen).values()))
    seen = await editor.post(path, shown_on=path, talk=talk_of(seen), choice=first)
    assert "Your reference is" in seen.words
    assert "note a referral, with no name" in seen.words
    assert await rows(site) == before


async def test_words_of_danger_interrupt_a_try_as_they_do_a_talk(editor: Desk) -> None:
    path = f"{ROOT}/brief_advice/try/goal"
    seen = await editor.post(path, who="adult")
    assert "What, if anything, would you like to change?" in seen.words
    seen = await editor.post(path, shown_on=path, talk=talk_of(seen), text="I want to die")
    assert "Samaritans" in seen.words
    assert "count that it stopped for safety" in seen.words


async def test_a_step_that_needs_more_says_so(editor: Desk) -> None:
    seen = await editor.post(f"{ROOT}/check_in/try/goal", who="adult")
    assert seen.status == 422
    assert "It needs answers from steps before it" in seen.words
    seen = await editor.post(f"{ROOT}/brief_advice/try/goal")
    assert seen.status == 422
    assert "Choose who you are" in seen.words


async def test_a_try_that_somebody_else_made_or_changed_is_refused(site: Site, editor: Desk) -> None:
    path = f"{ROOT}/brief_advice/try/goal"
    sealed = talk_of(await editor.post(path, who="adult"))
    for changed in ("x" + sealed, "", "é.é"):
        assert (await editor.post(path, shown_on=path, talk=changed, text="hello")).status == 409
    async with at_a_desk(site, "admin") as other:
        assert (await other.post(path, shown_on=path, talk=sealed, text="hello")).status == 409


async def test_an_empty_answer_changes_nothing(editor: Desk) -> None:
    path = f"{ROOT}/brief_advice/try/goal"
    seen = await editor.post(path, who="adult")
    again = await editor.post(path, shown_on=path, talk=talk_of(seen), text="  ")
    assert talk_of(again) == talk_of(seen)


async def test_every_kind_of_step_has_its_words() -> None:
    kinds = {step.kind for journey in LIBRARY.latest.values() for step in journey.steps.values()}
    assert {key for key in (f"content_page.kind.{kind}" for kind in kinds) if key not in LIBRARY.words} == set()
