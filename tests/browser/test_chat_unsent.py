"""What a person meets on the chat page when the network, the server or the talk itself goes away."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from chatkit import answered, tap, type_in
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

SENT = "**/api/chat/messages"


def ids_sent(page: Page) -> list[str]:
    """The ids of the messages posted from here on, as they are posted."""
    ids: list[str] = []
    page.on("request", lambda request: ids.append(request.post_data_json["id"]) if request.method == "POST" else None)
    return ids


def test_what_is_saved_says_so(page: Page) -> None:
    tap(page, "Me")
    answered(page, 1)
    expect(page.locator(".mine .state")).to_have_text("Saved")
    expect(page.locator(".mine .state")).to_be_visible()
    page.reload()
    expect(page.locator(".mine .state")).to_be_visible()


def test_without_a_network_it_says_so_keeps_the_text_and_sends_it_once_when_it_is_back(
    page: Page, context: BrowserContext
) -> None:
    tap(page, "Me")
    answered(page, 1)
    ids = ids_sent(page)
    context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    type_in(page, "35")
    expect(page.locator(".mine").last).to_contain_text("You are offline, so this is not sent yet.")
    expect(page.locator(".mine p").nth(1)).to_have_text("35")
    context.set_offline(False)
    expect(page.locator("#options")).to_contain_text("Check my drinking")
    expect(page.locator(".unsent")).to_have_count(0)
    expect(page.locator("#offline")).to_be_hidden()
    answered(page, 2)
    assert len(set(ids)) == 1


def test_several_messages_wait_and_go_in_order(page: Page, context: BrowserContext) -> None:
    tap(page, "Me")
    answered(page, 1)
    context.set_offline(True)
    type_in(page, "35")
    type_in(page, "check my drinking")
    expect(page.locator(".mine.pending")).to_have_count(2)
    context.set_offline(False)
    answered(page, 3)
    expect(page.locator("#options")).to_contain_text("No, or it doesn't apply to me")
    shown = page.locator(".bubble").all_inner_texts()
    ages = next(at for at, text in enumerate(shown) if "35" in text or "30 to 39" in text)
    check = next(at for at, text in enumerate(shown) if "drinking" in text and "You:" in text)
    assert ages + 1 < check, "the answer to the first stands between the two"


def test_a_waiting_message_outlives_a_reload_and_a_tap_is_one_too(page: Page, context: BrowserContext) -> None:
    ids = ids_sent(page)
    page.route(SENT, lambda route: route.abort())
    tap(page, "Me")
    expect(page.locator(".unsent")).to_be_visible()
    page.unroute(SENT)
    page.reload()
    expect(page.locator("#options")).to_contain_text("30 to 39")
    answered(page, 1)
    assert len(set(ids)) == 1


def test_what_is_half_typed_outlives_a_reload(page: Page) -> None:
    page.get_by_role("textbox").fill("I was going to s")
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("I was going to s")


def test_an_answer_lost_on_its_way_back_is_not_doubled(page: Page) -> None:
    tap(page, "Me")
    expect(page.locator("#options")).to_contain_text("30 to 39")

    def deliver_but_lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(SENT, deliver_but_lose_the_answer, times=1)
    tap(page, "30 to 39")
    expect(page.locator("#options")).to_contain_text("Check my drinking")
    answered(page, 2)
    expect(page.locator(".unsent")).to_have_count(0)
    page.reload()
    answered(page, 2)


def test_an_answer_lost_before_a_reload_is_not_doubled(page: Page) -> None:
    tap(page, "Me")
    expect(page.locator("#options")).to_contain_text("30 to 39")

    def deliver_but_say_nothing(route: Route) -> None:
        route.fetch()

    page.route(SENT, deliver_but_say_nothing, times=1)
    tap(page, "30 to 39")
    page.wait_for_timeout(500)
    page.reload()
    answered(page, 2)
    expect(page.locator("#options")).to_contain_text("Check my drinking")


def answer_with(status: int, **headers: str) -> Callable[[Route], None]:
    body = json.dumps({"error": "A sentence of the server."})
    return lambda route: route.fulfill(status=status, headers=headers, content_type="application/json", body=body)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_that_is_busy_or_restarting_is_tried_again_by_itself(page: Page, status: int) -> None:
    ids = ids_sent(page)
    page.route(SENT, answer_with(status, **{"Retry-After": "1"}), times=1)
    tap(page, "Me")
    expect(page.locator(".unsent")).to_contain_text("A sentence of the server.")
    expect(page.locator("#options")).to_contain_text("30 to 39")
    answered(page, 1)
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_refused_message_can_be_changed(page: Page) -> None:
    page.route(SENT, answer_with(413), times=1)
    type_in(page, "for me")
    expect(page.get_by_role("alert")).to_contain_text("A sentence of the server.")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_value("for me")
    page.get_by_role("textbox").press("Enter")
    expect(page.locator("#options")).to_contain_text("30 to 39")


def test_a_waiting_message_can_be_taken_back_and_the_question_is_there_again(
    page: Page, context: BrowserContext
) -> None:
    context.set_offline(True)
    tap(page, "Someone I'm worried about")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".mine")).to_have_count(0)
    context.set_offline(False)
    tap(page, "Me")
    expect(page.locator("#options")).to_contain_text("30 to 39")
    answered(page, 1)


def test_a_talk_that_is_over_takes_nothing_and_gives_the_text_back(page: Page, context: BrowserContext) -> None:
    for number, label in enumerate(["Me", "30 to 39"], start=1):
        tap(page, label)
        answered(page, number)
    context.clear_cookies()  # as a browser does when it is closed
    type_in(page, "I want to check my drinking")
    expect(page.get_by_role("alert")).to_contain_text("Your earlier chat is over")
    expect(page.get_by_role("textbox")).to_have_value("I want to check my drinking")
    page.get_by_role("link", name="Start a new chat").click()
    expect(page.locator("#options")).to_contain_text("Someone I'm worried about")
    expect(page.locator(".mine")).to_have_count(0)
    expect(page.get_by_role("textbox")).to_have_value("I want to check my drinking")


def test_reading_further_up_is_not_disturbed(page: Page, context: BrowserContext, site: str) -> None:
    for number, label in enumerate(["Me", "30 to 39", "Check my drinking"], start=1):
        tap(page, label)
        answered(page, number)
    page.evaluate("window.scrollTo(0, 0)")
    other = context.new_page()
    other.goto(site)
    tap(other, "No, or it doesn't apply to me")
    answered(page, 4)
    assert page.evaluate("window.scrollY") == 0
    page.get_by_role("button", name="More below").click()
    expect(page.locator("#latest")).to_be_in_viewport()
    expect(page.get_by_role("button", name="More below")).to_be_hidden()


def test_an_earlier_answer_can_be_changed(page: Page) -> None:
    labels = ["Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me", "Monthly or less", "1 to 2"]
    for number, label in enumerate(labels, start=1):
        tap(page, label)
        answered(page, number)
    expect(page.locator("#latest")).to_contain_text("Question 3 of")
    for number, question in enumerate(("Question 2 of", "Question 1 of"), start=len(labels) + 1):
        page.get_by_role("button", name="Change my last answer").click()
        answered(page, number)
        expect(page.locator("#latest")).to_contain_text(question)


def test_an_earlier_answer_can_be_changed_without_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    expect(page.get_by_role("button", name="Change my last answer")).to_be_hidden()
    tap(page, "Me")
    page.get_by_role("button", name="Change my last answer").click()
    expect(page.locator("#options")).to_contain_text("Someone I'm worried about")
    context.close()


def serve(folder: Path, port: int) -> "subprocess.Popen[str]":
    """The real command, on what is kept in this folder; returns when it answers."""
    settings = {"PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[2]), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "bot", "serve"]
    process = subprocess.Popen(command, cwd=folder, env=settings, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "http://localhost" in process.stdout.readline()
    return process


def test_a_server_that_stops_in_mid_talk_and_comes_back_takes_each_message_once(
    context: BrowserContext, tmp_path: Path
) -> None:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    first = serve(tmp_path, port)
    page = context.new_page()
    page.goto(f"http://localhost:{port}")
    tap(page, "Me")
    answered(page, 1)
    first.terminate()
    first.wait(20)
    tap(page, "30 to 39")
    expect(page.locator(".unsent")).to_contain_text("Not sent yet. It is kept here. Trying again…")
    second = serve(tmp_path, port)
    expect(page.locator("#options")).to_contain_text("Check my drinking", timeout=40_000)
    answered(page, 2)
    expect(page.locator(".unsent")).to_have_count(0)
    page.reload()
    answered(page, 2)
    page.close()
    second.terminate()
    second.wait(20)


def test_a_check_can_be_reloaded_at_each_question(page: Page) -> None:
    labels = ["Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me", "2 to 4 times per month",
              "5 to 6", "Monthly", "Never", "Never", "Never", "Never", "Never", "No", "No",
              "No"]  # fmt: skip
    for number, label in enumerate(labels, start=1):
        page.reload()
        tap(page, label)
        answered(page, number)
    for number, text in enumerate(["1", "6"], start=len(labels) + 1):
        page.reload()
        type_in(page, text)
        answered(page, number)
    expect(page.locator("#log")).to_contain_text("6 out of 40")


def test_two_tabs_that_answer_the_same_question_count_one_answer(
    page: Page, context: BrowserContext, site: str
) -> None:
    tap(page, "Me")
    answered(page, 1)
    other = context.new_page()
    other.route("**/api/chat/stream**", lambda route: route.abort())  # so that it hears of nothing
    other.goto(site)
    tap(page, "30 to 39")
    expect(page.locator("#options")).to_contain_text("Check my drinking")
    tap(other, "65 or over")
    expect(other.locator("#log")).to_contain_text("That button belongs to an earlier question")
    expect(other.locator("#options")).to_contain_text("Check my drinking")


def test_a_question_of_a_check_eases_in_help_and_still_eyes_get_no_wait(browser: Browser, site: str) -> None:
    moves = "(place) => getComputedStyle(place).animationName"
    for still, expected in (("no-preference", "asked"), ("reduce", "none")):
        context = browser.new_context(reduced_motion="reduce" if still == "reduce" else "no-preference")
        page = context.new_page()
        page.goto(site)
        for number, label in enumerate(
            ["Me", "30 to 39", "Check my drinking", "No, or it doesn't apply to me"], start=1
        ):
            tap(page, label)
            answered(page, number)
        assert page.locator("#latest").evaluate(moves) == expected
        type_in(page, "I want to die")
        answered(page, 5)
        for bubble in page.locator(".mine:last-of-type ~ .theirs").all():
            assert bubble.evaluate(moves) == "none"
        assert "116 123" in page.locator("#log").inner_text()
        context.close()
