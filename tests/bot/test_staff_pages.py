"""The pages for staff, by HTTP as a browser without script uses them."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from staffkit import GOOD, Desk, Seen, at_a_desk, code_on, kept_of_staff
from webkit import Site, new_browser, running_site

from bot.pages.signed_in import STAFF_PAGES
from bot.world import uk_now
from directory.staff import ROLES

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = ["/staff/join", "/staff/sign-in"]
CLOSED = ["/staff", *[page.path for page in STAFF_PAGES]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with running_site(tmp_path_factory.mktemp("site")) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site) -> AsyncIterator[Desk]:
    """Somebody nobody knows yet."""
    async with at_a_desk(site) as stranger:
        yield stranger


@pytest_asyncio.fixture(loop_scope="module")
async def admin(site: Site) -> AsyncIterator[Desk]:
    async with at_a_desk(site, "admin") as signed_in:
        yield signed_in


def sentence(seen: Seen) -> str:
    """What a page says is wrong."""
    found = re.search(r'<section class="problems".*?<li><a href="#[\w-]+">([^<]+)</a>', seen.html, re.DOTALL)
    assert found is not None, seen.words
    return found.group(1)


# A whole story


async def test_an_admin_invites_somebody_who_joins_signs_in_and_leaves(admin: Desk, desk: Desk) -> None:
    invited = await admin.post("/staff/people", role="oneyou", label="Margate hub")
    assert invited.status == 200
    code = code_on(invited)
    assert f"{admin.site.settings.public_url}/staff/join#{code}" in invited.html
    assert "Margate hub" in invited.words
    joined = await desk.join(code.lower())
    (desk.name,) = re.findall(r'<p class="secret">([a-z]+-[a-z]+-[a-z]+-\d\d)</p>', joined.html)
    home = await desk.sign_in()
    assert home.path == "/staff"
    assert "Your role OneYou" in home.words
    assert "Margate hub" in home.words
    assert desk.name in home.words
    assert (await admin.get("/staff/people")).words.count(desk.name) >= 2, "among the accounts and in the trail"
    left = await desk.post("/staff/sign-out", shown_on="/staff")
    assert left.path == "/staff/sign-in"
    assert (await desk.get("/staff")).path == "/staff/sign-in"


async def test_the_code_is_never_in_an_address_that_a_server_sees(admin: Desk) -> None:
    html = (await admin.post("/staff/people", role="professional", label="")).html
    code = code_on_any(html)
    for address in re.findall(r'(?:href|action|src)="([^"]*)"', html):
        assert code not in address.partition("#")[0]


def code_on_any(html: str) -> str:
    return re.findall(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", html)[0]


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_finds_a_home_with_its_own_pages(site: Site, role: str) -> None:
    async with at_a_desk(site, role) as somebody:
        home = await somebody.get("/staff")
        assert home.status == 200
        for page in STAFF_PAGES:
            assert (f'href="{page.path}"' in home.html) == (role in page.roles)
            status = (await somebody.get(page.path)).status
            assert status == (200 if role in page.roles else 403)


# Who may not


@pytest.mark.parametrize("path", CLOSED)
async def test_a_stranger_is_asked_to_sign_in(desk: Desk, path: str) -> None:
    sent = await desk.get(path, follow=False)
    assert (sent.status, sent.response.headers["Location"]) == (303, "/staff/sign-in")


@pytest.mark.parametrize("path", ["/staff/people", "/staff/people/revoke", "/staff/people/again", "/staff/sign-out"])
async def test_a_stranger_changes_nothing(desk: Desk, site: Site, path: str) -> None:
    before = await kept_of_staff(site)
    sent = await desk.post(path, shown_on="/staff/sign-in", role="admin", member="0" * 12)
    assert sent.status == 403
    assert "signed out" in sent.words
    assert await kept_of_staff(site) == before


async def test_another_role_cannot_do_what_an_admin_does(site: Site) -> None:
    async with at_a_desk(site, "supervisor") as somebody:
        before = await kept_of_staff(site)
        sent = await somebody.post("/staff/people", shown_on="/staff", role="admin", label="")
        assert sent.status == 403
        assert "not for your role" in sent.words
        assert await kept_of_staff(site) == before


async def test_a_person_of_the_public_finds_a_service_without_signing_in(site: Site) -> None:
    async with new_browser() as browser, browser.get(f"{site.url}/") as response:
        assert response.status == 200
        assert "/staff" not in await response.text()


# Nobody learns which names there are


async def test_every_refused_sign_in_looks_the_same(site: Site, desk: Desk) -> None:
    staff = site.turns.store.staff
    names = [(await staff.invite("admin", None, None)).member for _ in range(3)]
    known, locked, revoked = names
    await staff.revoke(revoked.id, None)
    for _ in range(6):
        await staff.sign_in(locked.name, "wrong wrong wrong", None)
    seen = set()
    for name in (known.name, locked.name, revoked.name, "acorn-badger-canoe-07"):
        answer = await desk.sign_in("wrong wrong wrong", name)
        seen.add((answer.status, answer.html.replace(name, "NAME"), tuple(sorted(answer.response.headers))))
    assert len(seen) == 1
    assert {status for status, *_ in seen} == {403}


async def test_every_code_that_does_not_work_looks_the_same(site: Site, desk: Desk) -> None:
    staff = site.turns.store.staff
    used, ended = [await staff.invite("admin", None, None) for _ in range(2)]
    await staff.redeem(used.code, GOOD)
    await staff.revoke(ended.member.id, None)
    seen = set()
    for code in (used.code, ended.code, "AAAA-AAAA-AAAA-AAAA"):
        answer = await desk.join(code)
        seen.add((answer.status, answer.html.replace(code, "CODE")))
    assert len(seen) == 1
    assert {status for status, _ in seen} == {403}


async def test_many_tries_from_one_address_are_slowed_with_the_time_to_wait(tmp_path: Path) -> None:
    async with running_site(tmp_path, trusted_proxies=1) as site, at_a_desk(site) as desk:
        token = re.findall(r'name="form_token" value="([^"]+)"', (await desk.get("/staff/sign-in")).html)[0]
        fields = {"form_token": token, "name": "nobody", "passphrase": "wrong wrong wrong"}
        here, there = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "198.51.100.4"}
        tries = [await desk.post("/staff/sign-in", headers=here, **fields) for _ in range(31)]
        assert [seen.status for seen in tries] == [403] * 30 + [429]
        assert 0 < int(tries[-1].response.headers["Retry-After"]) <= 60
        assert (await desk.post("/staff/sign-in", headers=there, **fields)).status == 403
        assert "203.0.113.7" not in await kept_of_staff(site)


# Sessions


async def test_the_session_is_a_strong_secret_of_its_own_that_no_script_and_no_other_site_gets(site: Site) -> None:
    async with at_a_desk(site) as desk:
        desk.name = (invited := await desk.staff.invite("admin", None, None)).member.name
        await desk.join(invited.code)
        token = re.findall(r'name="form_token" value="([^"]+)"', (await desk.get("/staff/sign-in")).html)[0]
        fields = {"form_token": token, "name": desk.name, "passphrase": GOOD}
        where = f"{site.url}/staff/sign-in"
        async with desk.site.browser.post(where, data=fields, allow_redirects=False) as response:
            cookie = response.cookies["signpost-staff"]
    assert len(cookie.value) == 43  # 256 bits in base64
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["max-age"] == cookie["expires"] == cookie["domain"] == ""


async def test_over_https_the_cookie_is_bound_to_this_host(tmp_path: Path) -> None:
    async with running_site(tmp_path, public_url="https://chat.example.org") as site, new_browser() as browser:
        staff = site.turns.store.staff
        invited = await staff.invite("admin", None, None)
        await staff.redeem(invited.code, GOOD)
        async with browser.get(f"{site.url}/staff/sign-in") as shown:
            token = re.findall(r'name="form_token" value="([^"]+)"', await shown.text())[0]
            chat = shown.cookies["__Host-signpost"].value
        fields = {"form_token": token, "name": invited.member.name, "passphrase": GOOD}
        brought = {"Cookie": f"__Host-signpost={chat}"}
        where = f"{site.url}/staff/sign-in"
        async with browser.post(where, data=fields, headers=brought, allow_redirects=False) as response:
            cookie = response.cookies["__Host-signpost-staff"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Strict")
    assert (cookie["path"], cookie["domain"]) == ("/", "")


async def test_signing_in_again_changes_the_secret_and_ends_the_old_one(site: Site) -> None:
    async with at_a_desk(site, "oneyou") as desk:
        jar = {cookie.key: cookie.value for cookie in desk.site.browser.cookie_jar}
        token = re.findall(r'name="form_token" value="([^"]+)"', (await desk.get("/staff/join")).html)[0]
        await desk.post("/staff/sign-in", form_token=token, name=desk.name, passphrase=GOOD)
        after = {cookie.key: cookie.value for cookie in desk.site.browser.cookie_jar}
        assert after["signpost-staff"] != jar["signpost-staff"]
        assert await desk.staff.member(jar["signpost-staff"]) is None


async def test_a_session_left_alone_ends_and_asks_to_sign_in(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    late = timedelta(0)

    def clock() -> datetime:
        return uk_now() + late

    async with at_a_desk(site, "admin") as desk:
        monkeypatch.setattr(desk.staff, "_clock", clock)
        late = timedelta(minutes=29)
        assert (await desk.get("/staff/people")).path == "/staff/people"
        late = timedelta(minutes=60)
        assert (await desk.get("/staff/people")).path == "/staff/sign-in"


async def test_whoever_is_revoked_is_out_with_their_next_click(site: Site, admin: Desk) -> None:
    async with at_a_desk(site, "admin") as desk:
        shown = await desk.get("/staff/people")
        token = re.findall(r'name="form_token" value="([^"]+)"', shown.html)[0]
        revoked = await admin.post("/staff/people/revoke", shown_on="/staff/people", member=desk.id)
        assert revoked.path == "/staff/people"
        assert "Ended on" in revoked.words
        late = await desk.post("/staff/people", form_token=token, role="admin", label="")
        assert late.status == 403
        assert "signed out" in late.words
        assert (await desk.get("/staff")).path == "/staff/sign-in"
        assert (await desk.sign_in()).status == 403


async def test_a_lost_passphrase_gets_a_new_code_and_the_old_session_ends(site: Site, admin: Desk) -> None:
    async with at_a_desk(site, "provider") as desk:
        again = await admin.post("/staff/people/again", shown_on="/staff/people", member=desk.id)
        assert (await desk.get("/staff")).path == "/staff/sign-in"
        assert (await desk.join(code_on(again), "four other long words")).status == 200
        assert (await desk.sign_in("four other long words")).path == "/staff"


async def test_a_session_of_one_replica_is_good_on_another_until_either_ends_it(database: str) -> None:
    async with running_site(database) as one, running_site(database) as two, at_a_desk(one, "admin") as desk:
        held = {cookie.key: cookie.value for cookie in desk.site.browser.cookie_jar}
        brought = {"Cookie": f"signpost-staff={held['signpost-staff']}"}
        async with new_browser() as browser:
            async with browser.get(f"{two.url}/staff/people", headers=brought) as shown:
                assert desk.name in await shown.text()
            assert (await desk.post("/staff/sign-out", shown_on="/staff")).path == "/staff/sign-in"
            async with browser.get(f"{two.url}/staff/people", headers=brought) as shown:
                assert shown.url.path == "/staff/sign-in"


async def test_a_code_sent_twice_at_once_makes_one_account(database: str) -> None:
    async with running_site(database) as one, running_site(database) as two:
        code = (await one.turns.store.staff.invite("admin", None, None)).code
        async with at_a_desk(one) as ann, at_a_desk(two) as bob:
            seen = await asyncio.gather(*(each.join(code, f"{GOOD} {n}") for n, each in enumerate((ann, bob))))
        assert sorted(each.status for each in seen) == [200, 403]


# Forms


@pytest.mark.parametrize("path", ["/staff/people", "/staff/people/revoke", "/staff/people/again", "/staff/sign-out"])
@pytest.mark.parametrize("token", ["", "0" * 64, "é", "of the chat"])
async def test_a_form_that_this_session_was_not_given_changes_nothing(admin: Desk, path: str, token: str) -> None:
    if token == "of the chat":
        token = re.findall(r'name="form_token" value="([^"]+)"', await admin.site.page())[0]
    other = await admin.staff.invite("oneyou", None, None)
    before = await kept_of_staff(admin.site)
    sent = await admin.post(path, form_token=token, role="admin", member=other.member.id)
    assert sent.status == 403
    assert await kept_of_staff(admin.site) == before


async def test_another_site_can_post_nothing_in_an_admins_name(admin: Desk) -> None:
    before = await kept_of_staff(admin.site)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        sent = await admin.post("/staff/people", headers=headers, role="admin", label="")
        assert sent.status == 403
    assert await kept_of_staff(admin.site) == before


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/join"])
async def test_nobody_is_signed_in_or_joined_by_a_form_of_another_browser(site: Site, desk: Desk, path: str) -> None:
    invited = await desk.staff.invite("admin", None, None)
    sent = await desk.post(
        path, form_token="0" * 64, name=invited.member.name, code=invited.code, passphrase=GOOD, again=GOOD
    )
    assert sent.status == 403
    assert "too old" in sent.words
    assert await desk.staff.redeem(invited.code, GOOD) is not None


@pytest.mark.parametrize(
    ("passphrase", "again", "says"),
    [
        ("tiny words", None, "too short"),
        (GOOD, "something else entirely", "not the same"),
        ("x" * 201, None, "too long"),
        ("aaaaaaaaaaaaaaaa", None, "too few different"),
    ],
)
async def test_a_passphrase_that_will_not_do_says_why_and_the_code_is_kept(
    desk: Desk, passphrase: str, again: str | None, says: str
) -> None:
    code = (await desk.staff.invite("oneyou", None, None)).code
    refused = await desk.join(code, passphrase, again)
    assert refused.status == 422
    assert says in sentence(refused)
    assert f'value="{code}"' in refused.html, "what was typed is not lost"
    assert passphrase not in refused.html
    assert (await desk.join(code)).status == 200


async def test_a_name_that_was_typed_is_not_lost_and_never_read_as_a_page(desk: Desk) -> None:
    refused = await desk.sign_in(GOOD, '"><script>alert(1)</script>')
    assert "<script>alert" not in refused.html
    assert "&lt;script&gt;" in refused.html


@pytest.mark.parametrize("label", ["Sarah Jenkins", "s.jenkins@example.org", "07700 900123"])
async def test_a_label_that_looks_like_a_person_is_asked_about_before_it_is_kept(admin: Desk, label: str) -> None:
    asked = await admin.post("/staff/people", role="professional", label=label)
    assert asked.status == 422
    assert "Write a post or a team" in sentence(asked)
    assert f'value="{label}"' in asked.html
    assert '<option value="professional" selected>' in asked.html
    assert label not in await kept_of_staff(admin.site)
    assert (await admin.post("/staff/people", role="professional", label=label, insist="yes")).status == 200


@pytest.mark.parametrize("label", ["Margate hub", "Probation, Thanet", "Duty worker", "GP practice", ""])
async def test_a_post_or_a_team_is_taken_as_it_is(admin: Desk, label: str) -> None:
    assert (await admin.post("/staff/people", role="professional", label=label)).status == 200


@pytest.mark.parametrize(("role", "label"), [("public", ""), ("", ""), ("admin", "x" * 101), ("admin", "two\nlines")])
async def test_an_invitation_that_cannot_be_is_refused_with_the_next_step(admin: Desk, role: str, label: str) -> None:
    before = await kept_of_staff(admin.site)
    assert "Choose a role" in sentence(await admin.post("/staff/people", role=role, label=label, insist="yes"))
    assert await kept_of_staff(admin.site) == before


@pytest.mark.parametrize("member", ["", "nobody", "0" * 12, "\x00" * 12, "'; DROP TABLE staff_member"])
@pytest.mark.parametrize("deed", ["revoke", "again"])
async def test_an_account_that_is_not_there_is_said_not_to_be(admin: Desk, deed: str, member: str) -> None:
    refused = await admin.post(f"/staff/people/{deed}", shown_on="/staff/people", member=member)
    assert refused.status == 422
    assert "no such account" in refused.words


@pytest.mark.parametrize("deed", ["revoke", "again"])
async def test_an_admin_cannot_shut_themselves_out(admin: Desk, deed: str) -> None:
    refused = await admin.post(f"/staff/people/{deed}", shown_on="/staff/people", member=admin.id)
    assert refused.status == 422
    assert "your own account" in refused.words
    assert (await admin.get("/staff/people")).path == "/staff/people"


# Headers, logs, the trail


@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
async def test_no_page_for_staff_is_kept_by_a_browser_or_runs_foreign_script(admin: Desk, path: str) -> None:
    headers = (await admin.get(path, follow=False)).response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "script-src 'self'" in headers["Content-Security-Policy"]


async def test_the_trail_and_the_logs_name_no_person_and_no_secret(
    site: Site, admin: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    async with at_a_desk(site) as desk:
        code = code_on(await admin.post("/staff/people", role="oneyou", label=""))
        await desk.join(code)
        await desk.sign_in("my secret passphrase", "jane.smith@example.org")
        trail = (await admin.get("/staff/people")).words.partition("What staff did")[2]
        logged = "".join(capsys.readouterr())
    assert "made a code for" in trail
    assert "/staff/sign-in" in logged, "the logs are looked at"
    for secret in (code, GOOD, "jane.smith", "127.0.0.1", "my secret passphrase"):
        assert secret not in logged
        assert secret not in trail
        assert secret not in await kept_of_staff(site)
