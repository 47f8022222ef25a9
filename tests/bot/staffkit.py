"""Staff for tests of pages: a browser that joins, signs in and sends the forms it is shown."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

from aiohttp import ClientResponse
from sqlalchemy import select
from webkit import Site, form_token, visiting

from directory.database import open_engine, reading
from directory.staff import Staff
from directory.tables import metadata

GOOD = "seven green kettles on the moor"


@dataclass
class Seen:
    """An answer as a person sees it, and where they were taken."""

    status: int
    path: str
    html: str
    response: ClientResponse

    @property
    def words(self) -> str:
        """The text, without the mark-up."""
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", self.html)))


@dataclass
class Desk:
    """A member of staff at a browser of their own."""

    site: Site
    name: str = ""
    id: str = ""

    @property
    def staff(self) -> Staff:
        return self.site.turns.store.staff

    async def get(self, path: str, follow: bool = True) -> Seen:
        async with self.site.browser.get(self.site.url + path, allow_redirects=follow) as response:
            return Seen(response.status, response.url.path, await response.text(), response)

    async def post(self, path: str, shown_on: str = "", headers: dict[str, str] | None = None, **fields: str) -> Seen:
        """Fill in a form of a page and send it. An empty `shown_on`: the page has the path it posts to."""
        if "form_token" not in fields:
            fields["form_token"] = form_token((await self.get(shown_on or path)).html)
        async with self.site.browser.post(self.site.url + path, data=fields, headers=headers) as response:
            return Seen(response.status, response.url.path, await response.text(), response)

    async def join(self, code: str, passphrase: str = GOOD, again: str | None = None) -> Seen:
        return await self.post("/staff/join", code=code, passphrase=passphrase, again=again or passphrase)

    async def sign_in(self, passphrase: str = GOOD, name: str | None = None) -> Seen:
        return await self.post("/staff/sign-in", name=self.name if name is None else name, passphrase=passphrase)

    async def come_in(self, role: str, label: str | None = None, services: Sequence[str] = ()) -> None:
        """An account of this role, joined and signed in; a provider's is of these services, or of East Kent's."""
        own = services or (("adult_east_kent",) if role == "provider" else ())
        invited = await self.staff.invite(role, label, None, own)
        self.name, self.id = invited.member.name, invited.member.id
        assert (await self.join(invited.code)).status == 200
        assert (await self.sign_in()).path == "/staff"


@asynccontextmanager
async def at_a_desk(site: Site, role: str | None = None, services: Sequence[str] = ()) -> AsyncIterator[Desk]:
    """A new browser of the site; with a role, signed in."""
    async with visiting(site) as visited:
        desk = Desk(visited)
        if role:
            await desk.come_in(role, services=services)
        yield desk


def code_on(seen: Seen) -> str:
    """The code that a page shows."""
    found = re.search(r'<p class="secret">([0-9A-Z-]{19})</p>', seen.html)
    assert found is not None, seen.words
    return found.group(1)


async def kept_of_staff(site: Site) -> str:
    """Everything the tables of staff hold."""
    engine = open_engine(site.settings.database_url)
    try:
        async with reading(engine) as connection:
            tables = [table for name, table in metadata.tables.items() if name.startswith("staff")]
            return str([(await connection.execute(select(table))).mappings().all() for table in tables])
    finally:
        await engine.dispose()
