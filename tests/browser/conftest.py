"""A real site and a real Chromium for the tests of pages; without Chromium they skip loudly, in CI they fail."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pagekit import PHONE
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from staffplace import Place

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A site with accounts of staff."""
    made = Place(tmp_path_factory.mktemp("site"))
    yield made
    made.serving.terminate()
    made.serving.wait(20)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site served by the real command."""
    settings = {"PORT": "0", "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=tmp_path_factory.mktemp("site"),
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    ready = re.search(r"http://localhost:\d+", process.stdout.readline())
    assert ready is not None
    yield ready.group()
    process.terminate()
    process.wait(20)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("Chromium is missing, so NO page was tested: apt-get install chromium")
    assert CHROMIUM is not None, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A phone."""
    opened = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """The chat, freshly opened. Anything the browser complains of fails the test."""
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
    )
    opened.goto(site)
    yield opened
    assert complaints == []
