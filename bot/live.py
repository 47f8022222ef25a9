"""The directory for commands: as edited where there is a database, else as shipped. Looking makes neither."""

import asyncio
import sys

from bot.settings import SettingsError, settings_without_key
from directory.database import DatabaseError
from directory.editing import live_of
from directory.overlay import Live
from directory.services import load_catalogue
from directory.snapshot import Snapshot, load_snapshot

AWAY = "signpost: the database cannot be read, so this is the directory as it was shipped, without any edits"


def live_directory() -> Live:
    """The directory as it stands. Where the database is away, as shipped, and standard error says so."""
    shipped = load_catalogue()
    try:
        settings = settings_without_key()
        if settings.database_file is None or settings.database_file.exists():
            return asyncio.run(live_of(settings.database_url, shipped))
    except SettingsError:
        pass  # the commands that need them say what is wrong
    except DatabaseError:
        print(AWAY, file=sys.stderr)
    return Live(shipped, shipped, {}, {})


def live_snapshot() -> Snapshot:
    """The same, with the places, for commands that look services up."""
    return load_snapshot().over(live_directory().catalogue)
