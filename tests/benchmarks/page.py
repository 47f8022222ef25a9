"""How soon the chat can be used on a slow phone, and what it weighs.

    python tests/benchmarks/page.py [--times 5]

Chromium with a processor slowed four times and a network of 1.6 Mbit/s down, 750 kbit/s up and 150 ms there and back:
Lighthouse's "slow 4G" phone. Each time is a first visit, with nothing kept. The server runs on this machine.
"""

import argparse
import statistics
import sys
import time

from playwright.sync_api import Browser, CDPSession, sync_playwright
from rivalry import ROOT
from streams import serving

sys.path.insert(0, str(ROOT / "tests" / "browser"))

from chatkit import eventually
from conftest import CHROMIUM, FLAGS

SLOWER = 4
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""
READY = """() => performance.getEntriesByType("mark").find((mark) => mark.name === "signpost-ready").startTime"""


def visit(browser: Browser, site: str) -> dict[str, float]:
    """One first visit: milliseconds until the words show, the buttons work, the script is ready, an answer is answered;
    and bytes over the wire.
    """
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session: CDPSession = context.new_cdp_session(page)
    weighed: list[float] = []
    for command in ("Network.enable", "Page.enable"):
        session.send(command)
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.on("Network.loadingFinished", lambda event: weighed.append(event["encodedDataLength"]))
    page.goto(site, wait_until="domcontentloaded")
    eventually(page, "performance.getEntriesByName('first-contentful-paint').length > 0")
    eventually(page, "performance.getEntriesByName('signpost-ready').length > 0")
    found = {"words and buttons shown": page.evaluate(PAINTED), "script ready": page.evaluate(READY)}
    start = time.perf_counter()
    page.locator("#options button").first.click()
    page.locator("#options button", has_text="30 to 39").wait_for()
    found["an answer answered"] = (time.perf_counter() - start) * 1000
    found["kB in all"] = sum(weighed) / 1000
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    with serving() as (site, _pid), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visit(browser, site)  # the server's first page compiles its templates
        visits = [visit(browser, site) for _ in range(times)]
        browser.close()
    for name in visits[0]:
        found = [each[name] for each in visits]
        print(f"{name:24} median {statistics.median(found):7.0f}   worst {max(found):7.0f}")


if __name__ == "__main__":
    main()
