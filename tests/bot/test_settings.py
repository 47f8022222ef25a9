"""What an operator meets when configuring: it starts with nothing set, and refuses clearly what cannot work."""

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.settings import REMEDIES, Settings, SettingsError, load_settings

KEY = "k" * 43
OTHER_KEY = "j" * 43
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty working directory and none of our variables."""
    monkeypatch.chdir(tmp_path)
    for name in REMEDIES:
        monkeypatch.delenv(name, raising=False)
    yield


def test_nothing_set_gives_a_local_site_on_a_sqlite_file() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:///signpost.sqlite3"
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://localhost:8080")
    assert settings.telegram_bot_token is None
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert (settings.retention_talk_days, settings.retention_event_days) == (3, 7)
    assert (settings.retention_outbox_days, settings.retention_reference_days) == (2, 180)
    assert settings.retention_audit_days == 730


def test_the_local_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = load_settings().secret_keys
    kept = tmp_path / "signpost.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first) == 1
    assert len(first[0]) >= 43
    assert load_settings().secret_keys == first


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = {settings.secret_keys for settings in pool.map(lambda _: load_settings(), range(16))}
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["signpost.key"]


def test_a_key_that_others_can_read_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    key = load_settings().secret_keys[0]
    (tmp_path / "signpost.key").chmod(0o640)
    with pytest.raises(SettingsError, match=r"SECRET_KEY .* chmod 600 signpost\.key") as refused:
        load_settings()
    assert key not in str(refused.value)


def test_a_key_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signpost.key"
    path.write_text("abc\n")
    path.chmod(0o600)
    with pytest.raises(SettingsError, match=r"SECRET_KEY in signpost\.key is too short"):
        load_settings()


def test_a_folder_that_cannot_hold_the_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///no/such/folder/kent.sqlite3")
    with pytest.raises(SettingsError, match=r"SECRET_KEY cannot be kept in no/such/folder/kent\.key"):
        load_settings()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "chat.example.org"])  # noqa: S104 - refused here
def test_a_site_others_can_reach_needs_a_key_of_its_own(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", host)
    with pytest.raises(SettingsError, match="SECRET_KEY is needed because HOST is"):
        load_settings()
    monkeypatch.setenv("SECRET_KEY", KEY)
    assert load_settings().secret_keys == (KEY,)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_a_local_site_needs_none(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", host)
    assert len(load_settings().secret_keys) == 1


def test_several_keys_keep_their_order_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", f" {KEY} , {OTHER_KEY} ")
    assert load_settings().secret_keys == (KEY, OTHER_KEY)


@pytest.mark.parametrize(
    ("given", "used", "file"),
    [
        ("sqlite:///kent.db", "sqlite+aiosqlite:///kent.db", "kent.db"),
        ("sqlite+aiosqlite:///kent.db", "sqlite+aiosqlite:///kent.db", "kent.db"),
        (
            "sqlite:////srv/data/kent.db?timeout=5",
            "sqlite+aiosqlite:////srv/data/kent.db?timeout=5",
            "/srv/data/kent.db",
        ),
    ],
)
def test_a_plain_sqlite_address_is_corrected(given: str, used: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", given)
    settings = load_settings()
    assert settings.database_url == used
    assert settings.database_file == Path(file)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://me:pw@db/kent", "postgresql+asyncpg://me:pw@db/kent"),
        ("postgresql://me:pw@db:5433/kent", "postgresql+asyncpg://me:pw@db:5433/kent"),
        ("postgresql+asyncpg://me:p%40w@db/kent", "postgresql+asyncpg://me:p%40w@db/kent"),
        ("postgres://me:pw@db/kent?sslmode=require", "postgresql+asyncpg://me:pw@db/kent?ssl=require"),
    ],
)
def test_a_plain_postgresql_address_is_corrected(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", given)
    assert load_settings().database_url == used
    assert load_settings().database_file is None


def test_a_postgresql_server_needs_a_key_that_all_its_users_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:hunter2@db/kent")
    with pytest.raises(SettingsError, match="SECRET_KEY is needed because DATABASE_URL is a server") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_an_env_file_counts_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PORT=9000\nLOG_FORMAT=JSON\nSOMETHING_ELSE=1\n")
    assert (load_settings().port, load_settings().log_format) == (9000, "json")
    monkeypatch.setenv("PORT", "9001")
    assert load_settings().port == 9001
    assert load_settings().public_url == "http://localhost:9001"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    monkeypatch.setenv("PORT", "")
    assert load_settings().telegram_bot_token is None
    assert load_settings().port == 8080


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "postgres://user:hunter2@db", "names no server and database"),
        ("DATABASE_URL", "postgres:///signpost", "names no server and database"),
        ("DATABASE_URL", "postgres://user:hunter2/7@db/signpost", "names no server and database"),
        ("DATABASE_URL", "postgres://user:hunter2@db/signpost?channel_binding=require", "other than sslmode"),
        ("DATABASE_URL", "mysql://user:hunter2@db/x", "neither a SQLite nor a PostgreSQL address"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite:///:memory:", "names no file"),
        ("PORT", "eighty", "whole number"),
        ("PORT", "70000", "65535"),
        ("PUBLIC_URL", "chat.example.org", "not a web address"),
        ("PUBLIC_URL", "https://example.org/chat", "has a path"),
        ("PUBLIC_URL", "https://me:hunter2@example.org", "more in it than an address"),
        ("SECRET_KEY", "hunter2", "at least 32 characters"),
        ("SECRET_KEY", f"{KEY},hunter2", "at least 32 characters"),
        ("TELEGRAM_BOT_TOKEN", "hunter2", "BotFather"),
        ("TELEGRAM_BOT_TOKEN", "123456789:hunter2", "BotFather"),
        ("TELEGRAM_API_URL", "api.telegram.org", "not a web address"),
        ("TELEGRAM_WEBHOOK", "https://hunter2.example.org", "valid boolean"),
        ("TELEGRAM_WEBHOOK", "1", "TELEGRAM_BOT_TOKEN"),
        ("METRICS_TOKEN", "hunter2", "too short"),
        ("METRICS_TOKEN", "hunter2 hunter2", "other characters"),
        ("TRUSTED_PROXIES", "all", "how many proxies"),
        ("TRUSTED_PROXIES", "-1", "0 to 5"),
        ("COMPLAINTS_TO", "Ann\nBob", "one line"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("TELEGRAM_MESSAGES_A_SECOND", "0", "1 to 100000"),
        ("TELEGRAM_MESSAGES_A_SECOND", "many", "1 to 100000"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("RETENTION_TALK_DAYS", "0", "1 to 30"),
        ("RETENTION_EVENT_DAYS", "soon", "1 to 30"),
        ("RETENTION_OUTBOX_DAYS", "400", "1 to 30"),
        ("RETENTION_REFERENCE_DAYS", "9999", "1 to 366"),
    ],
)
def test_what_cannot_work_is_refused_in_one_sentence(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    message = str(refused.value)
    assert message.startswith(f"{name} ")
    assert says in message
    assert "hunter2" not in message
    assert "\n" not in message
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("public_url", "api_url", "problem"),
    [
        ("https://chat.example.org", "https://api.telegram.org", None),
        ("https://chat.example.org:8443", "https://api.telegram.org", None),
        ("https://chat.example.org:9000", "https://api.telegram.org", "none of 443, 80, 88, 8443"),
        ("http://chat.example.org", "https://api.telegram.org", "PUBLIC_URL does not begin with https://"),
        ("http://chat.example.org", "http://bots.example.org", "PUBLIC_URL does not begin with https://"),
        ("http://localhost:8080", "http://127.0.0.1:8081", None),
        ("http://signpost:9000", "http://10.1.2.3:8081", None),
        ("http://signpost:8080", "http://telegram-bot-api:8081", None),
    ],
)
def test_a_webhook_needs_an_address_that_telegram_can_reach(
    public_url: str, api_url: str, problem: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Https, and a port of core.telegram.org/bots/api#setwebhook; any address for a Bot API server beside us."""
    settings = {"TELEGRAM_WEBHOOK": "1", "TELEGRAM_BOT_TOKEN": TOKEN, "PUBLIC_URL": public_url}
    for name, value in {**settings, "TELEGRAM_API_URL": api_url}.items():
        monkeypatch.setenv(name, value)
    if problem is None:
        assert load_settings().telegram_webhook
    else:
        with pytest.raises(SettingsError, match=f"^TELEGRAM_WEBHOOK is set, but .*{problem}.*; give 1 and set"):
            load_settings()


def test_every_setting_has_its_remedy() -> None:
    names = {str(field.validation_alias or name).upper() for name, field in Settings.model_fields.items()}
    assert names == set(REMEDIES)


def test_printing_the_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    settings = load_settings()
    assert settings.telegram_bot_token == TOKEN
    assert KEY not in repr(settings)
    assert TOKEN not in repr(settings)
