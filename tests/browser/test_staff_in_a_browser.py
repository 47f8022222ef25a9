"""Staff in a real Chromium, with invitations made by the real command beside the running site."""

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
SIZES = {"phone": (390, 844), "narrow": (320, 640), "desk": (1280, 800)}

if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("Chromium is missing, so NO page was tested: apt-get install chromium", allow_module_level=True)


class Place:
    """A site served by the real command, and the folder it keeps its data in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"PORT": "0", "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
        self.serving = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], cwd=folder, env=self.env, stdout=subprocess.PIPE, text=True
        )
        assert self.serving.stdout is not None
        ready = re.search(r"http://localhost:\d+", self.serving.stdout.readline())
        assert ready is not None
        self.url = ready.group()

    def invite(self, role: str) -> str:
        """The code that the command prints."""
        command = [sys.executable, "-m", "bot", "staff", "invite", "--role", role]
        said = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=True)
        found = re.search(r"/staff/join#(\S+)", said.stdout)
        assert found is not None
        return found.group(1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("site"))
    yield made
    made.serving.terminate()
    made.serving.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def sign_in(page: Page, place: Place, name: str) -> None:
    page.goto(f"{place.url}/staff/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Passphrase").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()


def join(page: Page) -> str:
    """Sets the passphrase; the sign-in name that was given."""
    page.get_by_label("A new passphrase").fill(GOOD)
    page.get_by_label("The same again").fill(GOOD)
    page.get_by_role("button", name="Join").click()
    return page.locator(".secret").inner_text()


def test_a_link_fills_in_its_code_and_tells_it_to_no_server(browser: Browser, place: Place) -> None:
    code = place.invite("admin")
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers}"))
    page.goto(f"{place.url}/staff/join#{code}")
    expect(page.get_by_label("Your code")).to_have_value(code)
    expect(page.get_by_label("A new passphrase")).to_be_focused()
    assert code not in page.url, "nor does it stay in the browser's history"
    name = join(page)
    assert not [request for request in asked if code in request]
    sign_in(page, place, name)
    page.get_by_role("link", name="Staff and codes").click()
    expect(page.get_by_role("listitem").filter(has_text=name)).to_contain_text("This is you.")
    page.close()


def test_without_script_the_code_is_typed(browser: Browser, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{place.url}/staff/join")
    page.get_by_label("Your code").fill(place.invite("oneyou").lower())
    sign_in(page, place, join(page))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in as staff")).to_be_visible()
    context.close()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_window(browser: Browser, place: Place, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(f"{place.url}/staff/join#{place.invite('admin')}")
    sign_in(page, place, join(page))
    for path in ("/staff", "/staff/people", "/staff/join", "/nothing-here"):
        page.goto(place.url + path)
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], path
    assert complaints == []
    context.close()
