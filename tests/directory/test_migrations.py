"""The migrations make the tables that the code uses, from any start."""

import asyncio
import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from storekit import rows, run_elsewhere, url

from directory.database import (
    MIGRATIONS,
    DatabaseError,
    alembic_config,
    migrate,
    newest_revision,
    open_engine,
    reading,
)
from directory.tables import metadata


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "signpost.sqlite3"


def test_migrations_are_numbered_one_after_another() -> None:
    files = sorted(file.name for file in (MIGRATIONS / "versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in files)
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    scripts = ScriptDirectory.from_config(alembic_config())
    in_order = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert in_order == [name[:4] for name in files]


async def test_migrating_records_the_newest_revision(path: Path) -> None:
    assert await migrate(url(path)) == newest_revision()
    assert rows(path, "alembic_version") == [{"version_num": newest_revision()}]


async def test_the_migrated_tables_are_those_the_code_uses(path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    await migrate(url(path))
    engine = open_engine(url(path))
    async with reading(engine) as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_every_table_is_kept_without_row_numbers(path: Path) -> None:
    await migrate(url(path))
    made = {row["name"]: row["sql"] for row in rows(path, "sqlite_master") if row["type"] == "table"}
    assert {name for name, sql in made.items() if "WITHOUT ROWID" not in sql} == {"alembic_version"}


async def test_migrating_again_changes_nothing(path: Path) -> None:
    await migrate(url(path))
    before = rows(path, "sqlite_master")
    await migrate(url(path))
    assert rows(path, "sqlite_master") == before


def test_four_processes_may_start_on_a_new_file_at_once(path: Path) -> None:
    processes = [run_elsewhere("migrate", path) for _ in range(4)]
    outcomes = [process.communicate(timeout=60) for process in processes]
    assert outcomes == [(f"{newest_revision()}\n", "")] * 4
    assert rows(path, "alembic_version") == [{"version_num": newest_revision()}]


async def test_connections_have_the_settings_that_keep_data_safe(path: Path) -> None:
    engine = open_engine(url(path))
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30_000}
    async with reading(engine) as connection:
        found = {name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in wanted}
    await engine.dispose()
    assert found == wanted


async def test_a_database_of_a_newer_release_is_left_alone_and_the_operator_is_told(path: Path) -> None:
    await migrate(url(path))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*newer release"):
        await migrate(url(path))


async def test_a_folder_that_is_not_there_is_named_as_the_cause(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*unable to open.*folder exists"):
        await migrate(url(tmp_path / "missing" / "signpost.sqlite3"))


def test_a_file_that_is_no_database_is_named_as_the_cause(path: Path) -> None:
    path.write_text("This is a shopping list, not a database. " * 10)
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*not a database"):
        asyncio.run(migrate(url(path)))
    assert path.read_text().startswith("This is a shopping list")
