"""Staff in a browser, for tests: a site served by the real command, invitations by the real command, signing in."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

GOOD = "seven green kettles on the moor"
SIZES = {"phone": (390, 844), "narrow": (320, 640), "desk": (1280, 800)}


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

    def run(self, *words: str) -> str:
        """What `signpost` with these words prints."""
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=True).stdout

    def invite(self, role: str) -> str:
        """The code that the command prints."""
        own = ("--service", "adult_east_kent") if role == "provider" else ()
        found = re.search(r"/staff/join#(\S+)", self.run("staff", "invite", "--role", role, *own))
        assert found is not None
        return found.group(1)


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
