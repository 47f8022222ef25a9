"""Editing the directory without a release: every save is checked as part of the whole, and kept as a new version.

The live catalogue is the shipped one with the newest edit of each service laid over it (`overlay.py`). Nobody
overwrites anybody: a save names the version it was made on.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from directory import edits
from directory.corrections import Correction, EditError, corrected, unproven, vouched
from directory.database import DatabaseError, lock, open_engine, reading, writing
from directory.differences import Difference, differences
from directory.edits import Action, Document, Edit, packed
from directory.overlay import Live, document_of, fingerprint, named, sift, with_records
from directory.services import Catalogue, Confirmation
from directory.tables import directory_edit

LONGEST_BY, LONGEST_REASON = 100, 500
"""Characters."""


class Overtaken(EditError):
    """Somebody else saved this service meanwhile. Nothing was saved; `newest` is the version there is now."""

    def __init__(self, service: str, newest: int) -> None:
        super().__init__(
            f"{service} was changed by somebody else meanwhile (it is at version {newest} now). "
            "Nothing was saved: look at the new version and make your change again."
        )
        self.service, self.newest = service, newest


@dataclass(frozen=True)
class Change:
    """What one service is to be. `document` None withdraws it; `version` is the one the change was made on."""

    service: str
    document: Document | None
    version: int


@dataclass(frozen=True)
class Entry:
    """One version in a service's history, and how it differs from the version before."""

    edit: Edit
    changed: Sequence[Difference]


async def read_live(connection: AsyncConnection, shipped: Catalogue) -> tuple[Live, list[Edit]]:
    """The directory as it stands, and the edits left out since they do not fit: an older version of each stands in."""
    left_out: list[Edit] = []
    while True:
        found = await edits.newest(connection, [edit.id for edit in left_out])
        catalogue, misfits = sift(shipped, found)
        if not misfits:
            numbers = await edits.versions(connection)
            return Live(catalogue, shipped, {edit.service: edit for edit in found}, numbers), left_out
        left_out += misfits


async def live_of(url: str, shipped: Catalogue) -> Live:
    """The directory of the database at `url`, which may be of an older release and is not changed.

    Raises DatabaseError where it cannot be read.
    """
    engine = open_engine(url, patient=True)
    try:
        async with reading(engine) as connection:
            if not await connection.run_sync(lambda sync: inspect(sync).has_table(directory_edit.name)):
                return Live(shipped, shipped, {}, {})
            return (await read_live(connection, shipped))[0]
    except SQLAlchemyError as error:
        raise DatabaseError("the directory cannot be read from the database") from error
    finally:
        await engine.dispose()
        await asyncio.sleep(0.05)  # the driver's thread has to end before the event loop does


class Editor:
    """Reads and changes the directory of one database."""

    def __init__(self, engine: AsyncEngine, shipped: Catalogue, clock: Callable[[], datetime]) -> None:
        self._engine, self._shipped, self._clock = engine, shipped, clock

    async def live(self) -> Live:
        """The directory as it stands."""
        async with reading(self._engine) as connection:
            return (await read_live(connection, self._shipped))[0]

    async def save(self, changes: Sequence[Change], *, by: str, reason: str, action: Action = "edit") -> Live:
        """Saves all of them or none, as a new version of each. What changes nothing is not kept.

        Raises ServicesError where the whole would not be sound, Overtaken where somebody was faster, EditError for a
        missing reason or author.
        """
        by, reason = _line(by, "by", LONGEST_BY), _line(reason, "a reason", LONGEST_REASON)
        async with writing(self._engine) as connection:
            await lock(connection, "directory_edit")
            live, _ = await read_live(connection, self._shipped)
            for change in changes:
                if change.version != live.version(change.service):
                    raise Overtaken(change.service, live.version(change.service))
            new = _checked(live, [self._edit(live, change, action) for change in changes])
            changed = [edit for edit in new if not _stands(live, edit)]
            if changed:
                first = await edits.newest_id(connection) + 1
                await edits.add(connection, self._signed(changed, first, by, reason))
            return (await read_live(connection, self._shipped))[0]

    async def confirm(self, service_id: str, corrections: Sequence[Correction], by: str, version: int | None) -> Live:
        """An operator asked the service: its record, or the sites and routes named, are confirmed as corrected.

        `version`: the one that was looked at; None for whatever stands now.
        """
        live = await self.live()
        service = live.service(service_id)
        if service is None:
            raise unknown(service_id, live)
        document = corrected(document_of(service), corrections, self._word_of(by))
        on = live.version(service_id) if version is None else version
        reason = ", ".join(str(each) for each in corrections) or "as it stands"
        change = Change(service_id, document, on)
        return await self.save([change], by=by, reason=reason[:LONGEST_REASON], action="confirm")

    async def edit(
        self, service_id: str, document: Document, version: int, *, by: str, reason: str, confirmed: bool = False
    ) -> Live:
        """Saves a record typed by an operator. New facts wait for somebody to vouch for them, unless `confirmed`."""
        live = await self.live()
        service = live.service(service_id)
        before = document_of(service) if service else None
        typed = vouched(before, document, self._word_of(by)) if confirmed else unproven(before, document)
        return await self.save([Change(service_id, typed, version)], by=by, reason=reason)

    async def withdraw(self, service_id: str, version: int | None, *, by: str, reason: str) -> Live:
        """Takes a service out of the directory; `undo` brings it back."""
        live = await self.live()
        if live.service(service_id) is None:
            raise unknown(service_id, live)
        change = Change(service_id, None, live.version(service_id) if version is None else version)
        return await self.save([change], by=by, reason=reason, action="withdraw")

    async def undo(self, service_id: str, to: int, version: int | None, *, by: str, reason: str) -> Live:
        """A new version that equals an older one; 0 is the record as shipped."""
        live, entries = await self.live(), await self.history(service_id)
        texts = {0: _text(self._shipped, service_id), **{entry.edit.version: entry.edit.document for entry in entries}}
        if to not in texts or not entries:
            known = f"it has versions 0 to {len(entries)}" if entries else "nobody has edited it"
            raise EditError(f"{service_id} has no version {to} to go back to; {known}.")
        document = _parsed(texts[to])
        if document is None and texts[to] is not None:
            raise EditError(f"Version {to} of {service_id} cannot be read; go back to another one.")
        change = Change(service_id, document, live.version(service_id) if version is None else version)
        return await self.save([change], by=by, reason=reason, action="undo")

    async def at_version(self, service_id: str, version: int) -> Document | None:
        """The record of an older version, 0 for as shipped; None where there is none."""
        texts = {entry.edit.version: entry.edit.document for entry in await self.history(service_id)}
        return _parsed({0: _text(self._shipped, service_id), **texts}.get(version))

    async def history(self, service_id: str) -> list[Entry]:
        """Every version, oldest first; the first is compared with the record as shipped now."""
        async with reading(self._engine) as connection:
            found = await edits.history(connection, service_id)
        texts = [_text(self._shipped, service_id), *(edit.document for edit in found)]
        records = [_parsed(text) for text in texts]
        return [Entry(edit, differences(*records[number : number + 2])) for number, edit in enumerate(found)]

    def _word_of(self, by: str) -> dict[str, str]:
        """A confirmation given now."""
        said = Confirmation(by=_line(by, "by", LONGEST_BY), on=self._clock().date())
        return said.model_dump(mode="json")

    def _edit(self, live: Live, change: Change, action: Action) -> Edit:
        """The version that a change makes, not yet checked nor signed."""
        shipped = named(self._shipped, change.service)
        mark = None if shipped is None else fingerprint(shipped)
        version = live.version(change.service) + 1
        return Edit(0, change.service, version, packed(change.document), mark, action, "", "", "")

    def _signed(self, new: Sequence[Edit], first: int, by: str, reason: str) -> list[Edit]:
        at = self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
        return [replace(edit, id=first + place, by=by, reason=reason, at=at) for place, edit in enumerate(new)]


def unknown(service_id: str, live: Live) -> EditError:
    """Says that there is no such service, and what is near."""
    near = get_close_matches(service_id, [service.id for service in live.catalogue.services], 5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`signpost directory list` shows them all."
    return EditError(f"There is no service {service_id}; {hint}")


def _checked(live: Live, new: Sequence[Edit]) -> list[Edit]:
    """The new versions as the whole catalogue reads them, if with them it is sound. Raises ServicesError."""
    names = {edit.service for edit in new}
    if len(names) < len(new):
        raise EditError("The same service is changed twice at once; change it once.")
    catalogue = with_records(live, {edit.service: _parsed(edit.document) for edit in new})
    return [replace(edit, document=_text(catalogue, edit.service)) for edit in new]


def _stands(live: Live, new: Edit) -> bool:
    """Whether a new version says what stands already, and its newest version is not one that was left out."""
    in_force = live.edits[new.service].version if new.service in live.edits else 0
    return new.document == _text(live.catalogue, new.service) and in_force == live.version(new.service)


def _text(catalogue: Catalogue, service_id: str) -> str | None:
    """The record of a service as it is kept."""
    service = named(catalogue, service_id)
    return None if service is None else packed(document_of(service))


def _parsed(text: str | None) -> dict[str, Any] | None:
    """A kept record; None for none, and for one that cannot be read."""
    try:
        document = json.loads(text or "null")
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _line(text: str, what: str, longest: int) -> str:
    """One line of text, as it is kept. Raises EditError."""
    line = " ".join(text.split())
    if not line:
        raise EditError(f"Say {what}; it is kept with the change.")
    if len(line) > longest or not line.isprintable():
        raise EditError(f"Say {what} in one line of up to {longest} characters.")
    return line
