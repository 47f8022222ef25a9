"""The migrations make the tables that the code uses, from any start."""

import asyncio
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import server, signpost_url, sqlite_url
from sqlalchemy import Connection, make_url, text
from storekit import now_at_revision, opened, run_elsewhere

from directory.database import MIGRATIONS, DatabaseError, alembic_config, migrate, newest_revision, reading
from directory.tables import metadata


async def query(database: str, sql: str) -> list[tuple[object, ...]]:
    async with opened(database) as engine, reading(engine) as connection:
        return [tuple(row) for row in await connection.execute(text(sql))]


async def revisions(database: str) -> list[tuple[object, ...]]:
    return await query(database, "SELECT version_num FROM alembic_version")


def test_migrations_are_numbered_one_after_another() -> None:
    files = sorted(file.name for file in (MIGRATIONS / "versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in files)
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    scripts = ScriptDirectory.from_config(alembic_config())
    in_order = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert in_order == [name[:4] for name in files]


async def test_migrating_records_the_newest_revision(new_empty: str) -> None:
    assert await migrate(new_empty) == newest_revision()
    assert await revisions(new_empty) == [(newest_revision(),)]


async def test_the_migrated_tables_are_those_the_code_uses(new_empty: str) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    await migrate(new_empty)
    async with opened(new_empty) as engine, reading(engine) as connection:
        assert await connection.run_sync(differences) == []


async def test_every_table_of_a_file_is_kept_without_row_numbers(file: Path) -> None:
    await migrate(sqlite_url(file))
    made = dict(await query(sqlite_url(file), "SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    assert {name for name, sql in made.items() if "WITHOUT ROWID" not in str(sql)} == {"alembic_version"}


async def test_migrating_again_changes_nothing(file: Path) -> None:
    await migrate(sqlite_url(file))
    before = await query(sqlite_url(file), "SELECT * FROM sqlite_master")
    await migrate(sqlite_url(file))
    assert await query(sqlite_url(file), "SELECT * FROM sqlite_master") == before


def test_four_processes_may_start_on_a_new_database_at_once(new_empty: str) -> None:
    processes = [run_elsewhere("migrate", new_empty) for _ in range(4)]
    outcomes = [process.communicate(timeout=60) for process in processes]
    assert outcomes == [(f"{newest_revision()}\n", "")] * 4
    assert asyncio.run(revisions(new_empty)) == [(newest_revision(),)]


async def test_connections_to_a_file_have_the_settings_that_keep_data_safe(file: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30_000}
    found = {name: (await query(sqlite_url(file), f"PRAGMA {name}"))[0][0] for name in wanted}
    assert found == wanted


NEWER_TABLES = [
    "staff_service",
    "external_figure",
    "demo_mark",
    "open_month",
    "counted_once",
    "step_count",
    "release",
    "release_secret",
    "release_drift",
    "ebi_session",
    "timer",
    "set_aside",
    "staff_attempt",
    "staff_audit",
    "staff_invitation",
    "staff_session",
    "staff_member",
    "directory_edit",
    "unmet_need",
    "outcome_count",
    "survey_count",
]
"""Those the first release did not have, in an order in which they can go."""


async def test_a_database_of_an_older_release_is_brought_up_to_date_with_its_data(new_empty: str) -> None:
    await migrate(new_empty)
    async with opened(new_empty) as engine, engine.begin() as connection:
        for newer in NEWER_TABLES:
            await connection.execute(text(f"DROP TABLE {newer}"))
        await connection.execute(text("ALTER TABLE outbox DROP COLUMN posted_at"))
        await connection.execute(text("DROP INDEX ix_referral_reference_referral"))
        told = ("outcome", "outcome_month", "outcome_wait")
        newer_columns = (*told, "month", "area", "age_band", "audience", "substance", "channel")
        for newer in newer_columns:
            await connection.execute(text(f"ALTER TABLE referral_reference DROP COLUMN {newer}"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        count = "INSERT INTO screen_count VALUES ('2026-11', 'a', 'b', 'c', 'd', 'e', 'f', 7)"
        await connection.execute(text(count))
    await migrate(new_empty)
    assert await revisions(new_empty) == [(newest_revision(),)]
    assert await query(new_empty, "SELECT count FROM screen_count") == [(7,)]
    assert await query(new_empty, "SELECT count(*) FROM set_aside") == [(0,)]


async def test_a_database_of_a_newer_release_is_left_alone_and_the_operator_is_told(database: str) -> None:
    await migrate(database)
    await now_at_revision("9999", database)
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*newer release"):
        await migrate(database)
    assert await revisions(database) == [("9999",)]


async def test_a_folder_that_is_not_there_is_named_as_the_cause(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*unable to open.*folder exists"):
        await migrate(sqlite_url(tmp_path / "missing" / "signpost.sqlite3"))


def test_a_file_that_is_no_database_is_named_as_the_cause(file: Path) -> None:
    file.write_text("This is a shopping list, not a database. " * 10)
    with pytest.raises(DatabaseError, match=r"DATABASE_URL.*not a database"):
        asyncio.run(migrate(sqlite_url(file)))
    assert file.read_text().startswith("This is a shopping list")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"port": 1}, "Connect call failed"),
        ({"database": "no_such_database"}, "does not exist"),
        ({"username": "nobody_we_know", "password": "hunter2"}, "nobody_we_know"),
    ],
)
async def test_a_server_that_cannot_be_used_is_named_as_the_cause(changes: dict[str, object], says: str) -> None:
    url = make_url(signpost_url(server(), "postgres")).set(**changes)
    with pytest.raises(DatabaseError, match=rf"DATABASE_URL.*{says}.*server runs") as refused:
        await migrate(url.render_as_string(hide_password=False))
    assert "hunter2" not in str(refused.value)
