"""An extended brief intervention in a real Chromium, on a phone and on a laptop, with its script and without."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
GOOD = "seven green kettles on the moor"
SIZES = {"phone": (390, 844), "narrow": (320, 640), "laptop": (1280, 800)}
STAGES = ["engage", "screen", "feedback", "explore", "balance", "options", "plan", "coping", "summary", "follow_up"]

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is missing, so NO page was tested: apt-get install chromium", allow_module_level=True)


class Hub:
    """A site served by the real command, with one account for each role that is asked for."""

    def __init__(self, folder: Path, browser: Browser) -> None:
        self.folder, self.browser = folder, browser
        self.env = {"PORT": "0", "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
        self.serving = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], cwd=folder, env=self.env, stdout=subprocess.PIPE, text=True
        )
        assert self.serving.stdout is not None
        ready = re.search(r"http://localhost:\d+", self.serving.stdout.readline())
        assert ready is not None
        self.url = ready.group()

    def join(self, role: str) -> str:
        """A new account; its sign-in name."""
        command = [sys.executable, "-m", "bot", "staff", "invite", "--role", role]
        said = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=True)
        code = re.findall(r"/staff/join#(\S+)", said.stdout)[0]
        page = self.browser.new_page()
        page.goto(f"{self.url}/staff/join#{code}")
        page.get_by_label("A new passphrase").fill(GOOD)
        page.get_by_label("The same again").fill(GOOD)
        page.get_by_role("button", name="Join").click()
        name = page.locator(".secret").inner_text()
        page.close()
        return name

    def worker(self, name: str, size: str, script: bool = True) -> Page:
        """A browser of this size in which this account is signed in."""
        width, height = SIZES[size]
        context = self.browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=script)
        page = context.new_page()
        page.goto(f"{self.url}/staff/sign-in")
        page.get_by_label("Sign-in name").fill(name)
        page.get_by_label("Passphrase").fill(GOOD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
        return page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("site"), browser)
    yield made
    made.serving.terminate()
    made.serving.wait(20)


def begin(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/staff/ebi")
    page.get_by_label("18 or over").check()
    page.get_by_role("button", name="Start a session").click()


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Next").click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_session_begun_on_a_phone_is_finished_on_a_laptop(hub: Hub, script: bool) -> None:
    name = hub.join("oneyou")
    phone = hub.worker(name, "phone", script)
    begin(phone, hub)
    phone.get_by_label("I asked if they wanted this talk.").check()
    go_on(phone)
    phone.get_by_label("AUDIT total, 0 to 40").fill("17")
    phone.get_by_label("First three questions (AUDIT-C), 0 to 12").fill("8")
    for question in phone.get_by_role("group", name=re.compile("shaky|15 units|in the morning")).all():
        question.get_by_label("No", exact=True).check()
    go_on(phone)
    expect(phone.get_by_text("AUDIT: 17 out of 40. The answers suggest: higher risk.")).to_be_visible()
    laptop = hub.worker(name, "laptop", script)
    laptop.goto(f"{hub.url}/staff/ebi")
    laptop.get_by_role("link", name="Go back to the session").click()
    expect(laptop.get_by_role("heading", name="What the score says")).to_be_visible()
    laptop.goto(f"{hub.url}/staff/ebi/stage/plan")
    laptop.get_by_label("… days a week with no drink").check()
    laptop.get_by_label("Number, where the goal has one").fill("3")
    go_on(laptop)
    phone.goto(f"{hub.url}/staff/ebi/plan")
    expect(phone.get_by_text("3 days a week with no drink")).to_be_visible()
    laptop.goto(f"{hub.url}/staff/ebi/end")
    laptop.get_by_label("The client's area").select_option("Thanet")
    laptop.get_by_role("button", name="Finish and count it").click()
    expect(laptop.get_by_text("This session is counted once.")).to_be_visible()
    laptop.get_by_role("button", name="Close and delete").click()
    phone.reload()
    expect(phone.get_by_role("heading", name="Extended brief intervention")).to_be_visible()
    for page in (phone, laptop):
        page.context.close()


def test_a_note_is_sent_nowhere_and_is_gone_with_its_page(hub: Hub) -> None:
    page = hub.worker(hub.join("oneyou"), "phone")
    begin(page, hub)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.headers} {request.post_data}"))
    page.get_by_label("Notes for now").fill("Margaret from number 12")
    page.get_by_label("We agreed what to talk about.").check()
    go_on(page)
    expect(page.get_by_role("heading", name="Score and safety")).to_be_visible()
    expect(page.get_by_label("Notes for now")).to_have_value("")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_label("We agreed what to talk about.")).to_be_checked()
    expect(page.get_by_label("Notes for now")).to_have_value("")
    assert any("tick.agenda" in request for request in sent), "the forms are looked at"
    assert not [request for request in sent if "Margaret" in request or "number+12" in request]
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Margaret" not in kept
    page.context.close()


def test_the_enter_key_keeps_what_was_typed_and_moves_nowhere(hub: Hub) -> None:
    page = hub.worker(hub.join("oneyou"), "laptop")
    begin(page, hub)
    go_on(page)
    page.get_by_label("AUDIT total, 0 to 40").fill("9")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Score and safety")).to_be_visible()
    expect(page.get_by_label("AUDIT total, 0 to 40")).to_have_value("9")
    page.reload()
    expect(page.get_by_label("AUDIT total, 0 to 40")).to_have_value("9")
    page.context.close()


def test_the_minutes_go_on_while_a_page_is_open(hub: Hub) -> None:
    page = hub.worker(hub.join("oneyou"), "phone")
    page.clock.install()
    begin(page, hub)
    expect(page.locator("#minutes")).to_have_text("0")
    page.clock.run_for(3 * 60 * 1000 + 6000)
    expect(page.locator("#minutes")).to_have_text("3")
    page.context.close()


def test_a_red_flag_is_two_taps_away_on_every_stage(hub: Hub) -> None:
    page = hub.worker(hub.join("oneyou"), "phone")
    begin(page, hub)
    for stage in STAGES:
        page.goto(f"{hub.url}/staff/ebi/stage/{stage}")
        page.get_by_text("Something worries me").click()
        page.get_by_role("button", name="Thoughts of suicide or self-harm").click()
        expect(page.get_by_role("alert")).to_contain_text("call 999")
        page.get_by_role("button", name="This was a mistake").click()
        assert page.url.endswith(f"/stage/{stage}")
    page.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_of_a_session_is_wider_than_its_window(hub: Hub, size: str) -> None:
    page = hub.worker(hub.join("supervisor"), size)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{hub.url}/staff/ebi")
    page.get_by_role("button", name="Practise with Ray").click()
    go_on(page)
    go_on(page)
    expect(page.get_by_role("heading", name="Possible dependence")).to_be_visible()
    places = [f"stage/{stage}" for stage in STAGES]
    for place in ("", *places, "treatment", "flag/safeguarding", "end", "plan", "figures"):
        page.goto(f"{hub.url}/staff/ebi/{place}".rstrip("/"))
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], place
        small = page.evaluate(
            "[...document.querySelectorAll('main button:not(.unseen), main label.tick')]"
            ".filter((each) => each.getBoundingClientRect().height < 43).map((each) => each.textContent)"
        )
        assert small == [], place
    assert complaints == []
    page.context.close()
