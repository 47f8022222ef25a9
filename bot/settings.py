"""Environment and `.env` in, one checked object out; a half-written configuration is refused before anything starts."""

import os
import re
import secrets
import stat
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SHORTEST_KEY = 32
"""Characters. `secrets.token_urlsafe(32)` makes 43 of them from 256 random bits."""

LONGEST_LINE = 200
SHORTEST_METRICS_TOKEN = 8
"""Characters. Few, because guesses are slowed like any other flood; a long random one is better."""
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Where Telegram delivers to (core.telegram.org/bots/api#setwebhook)."""

REMEDIES = {
    "DATABASE_URL": "give a SQLite file such as sqlite:///signpost.sqlite3, a PostgreSQL database such as "
    "postgresql://name:password@host/signpost, or leave it out",
    "PORT": "give a whole number from 0 to 65535, such as 8080",
    "HOST": "give an address of this machine, such as 127.0.0.1 or 0.0.0.0",
    "PUBLIC_URL": "give the address people use, such as https://chat.example.org, without a path",
    "SECRET_KEY": f"give one or more random keys of at least {SHORTEST_KEY} characters, separated by commas, newest "
    'first; `python -c "import secrets; print(secrets.token_urlsafe(32))"` makes one',
    "TELEGRAM_BOT_TOKEN": "copy it from BotFather, in the form 123456789:letters-and-digits, or leave it out",
    "TELEGRAM_API_URL": "give a web address such as https://api.telegram.org, or leave it out",
    "TELEGRAM_WEBHOOK": "give 1 and set TELEGRAM_BOT_TOKEN and a PUBLIC_URL with https, or leave it out to "
    "ask Telegram for messages instead",
    "TELEGRAM_MESSAGES_A_SECOND": "give a whole number from 1 to 100000, such as 30, or leave it out",
    "METRICS_TOKEN": f"give {SHORTEST_METRICS_TOKEN} or more letters, digits and signs without spaces, or leave it out",
    "EMBED_ORIGINS": "give the https addresses of the sites that may show the chat in a frame, such as "
    "https://www.example.gov.uk, without a path and separated by commas or spaces, or leave it out to allow none",
    "TRUSTED_PROXIES": "give how many proxies of yours stand before this, from 0 to 5",
    "COMPLAINTS_TO": "give who answers complaints, in a few words and one line, such as complaints@example.org",
    "SIGNPOST_LICENSED_DIR": "give a folder with files as screening/content/licensed/README.md says, or leave it out",
    "LOG_LEVEL": "give DEBUG, INFO, WARNING or ERROR",
    "LOG_FORMAT": "give text or json",
    "RETENTION_TALK_DAYS": "give a whole number of days from 1 to 30",
    "RETENTION_EVENT_DAYS": "give a whole number of days from 1 to 30",
    "RETENTION_OUTBOX_DAYS": "give a whole number of days from 1 to 30",
    "RETENTION_REFERENCE_DAYS": "give a whole number of days from 1 to 366",
    "RETENTION_AUDIT_DAYS": "give a whole number of days from 30 to 3660",
}
"""What to do about a variable that cannot be used; a test holds this to the settings there are."""


class SettingsError(Exception):
    """A setting that cannot be used. The message names the variable and the remedy, never the value of a secret."""


def _database(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
        return _postgresql(rest)
    if scheme not in ("sqlite", "sqlite+aiosqlite"):
        raise ValueError("is neither a SQLite nor a PostgreSQL address")
    name = rest.removeprefix("/")
    if not rest.startswith("/") or not name or name.startswith((":memory:", "?")):
        raise ValueError("names no file to keep the data in")
    return f"sqlite+aiosqlite://{rest}"


def _postgresql(rest: str) -> str:
    """The address as asyncpg reads it, which calls `ssl` what everybody else calls `sslmode`."""
    try:
        parts = urlsplit(f"postgresql://{rest}")
        complete = parts.hostname and parts.port != 0 and parts.path.strip("/")
    except ValueError:  # whose message may show the password
        complete = None
    if not complete:
        raise ValueError("names no server and database to keep the data in")
    options = parse_qs(parts.query, keep_blank_values=True)
    if not options.keys() <= {"ssl", "sslmode"}:
        raise ValueError("has an option other than sslmode")
    query = "".join(f"?ssl={quote(values[-1])}" for values in list(options.values())[-1:])
    return f"postgresql+asyncpg://{parts.netloc}{parts.path}{query}"


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a web address")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("has more in it than an address")
    return url.rstrip("/")


def _site(url: str) -> str:
    address = _web_address(url)
    if urlsplit(address).path:
        raise ValueError("has a path")
    return address


def _keys(value: Any) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else tuple(value)
    if any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"has a key shorter than {SHORTEST_KEY} characters")
    return keys


def _token(token: str) -> str:
    if not re.fullmatch(r"\d{5,}:[A-Za-z0-9_-]{30,}", token):
        raise ValueError("does not look like a Telegram bot token")
    return token


def _webhook(wanted: bool, known: ValidationInfo) -> bool:
    """Telegram reaches us only over https and on a few ports; a Bot API server beside us takes any address."""
    if not wanted:
        return False
    if known.data.get("telegram_bot_token") is None:
        raise ValueError("is set without a TELEGRAM_BOT_TOKEN that can be used")
    address = urlsplit(known.data.get("public_url", ""))
    if not _is_near(known.data.get("telegram_api_url", "")):
        if address.scheme != "https":
            raise ValueError("is set, but PUBLIC_URL does not begin with https://")
        if (address.port or WEBHOOK_PORTS[0]) not in WEBHOOK_PORTS:
            raise ValueError(f"is set, but the port of PUBLIC_URL is none of {', '.join(map(str, WEBHOOK_PORTS))}")
    return True


def _is_near(url: str) -> bool:
    """Whether a server is on this machine or a private network: a private address, or a name without a dot."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return bool(host) and "." not in host


def _origins(value: Any) -> tuple[str, ...]:
    """Origins as browsers write them: lower case, no slash at the end, no port where it is the usual one."""
    named = value.replace(",", " ").split() if isinstance(value, str) else value
    return tuple(_origin(each) for each in named)


def _origin(url: str) -> str:
    """One site. Only letters, digits, dots and hyphens get into the policy that browsers read."""
    origin = url.lower().removesuffix("/").removesuffix(":443")
    found = re.fullmatch(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?", origin)
    if found is None or not 0 < int(found[3] or 443) < 65536:
        raise ValueError("names something that is not the address of a site")
    if found[1] != "https" and not _is_loopback(found[2]):
        raise ValueError("names a site without https")
    return origin


def _embedding(origins: tuple[str, ...], known: ValidationInfo) -> tuple[str, ...]:
    """The frame's cookie is Secure: it needs https, or this machine, which browsers trust as much."""
    own = urlsplit(known.data.get("public_url", ""))
    if origins and own.scheme != "https" and not _is_loopback(own.hostname or ""):
        raise ValueError("is set, but PUBLIC_URL does not begin with https://")
    return origins


def _metrics_token(token: str) -> str:
    if not re.fullmatch(rf"[!-~]{{{SHORTEST_METRICS_TOKEN},}}", token):
        raise ValueError("is too short or has other characters in it")
    return token


def _one_line(words: str) -> str:
    if len(words) > LONGEST_LINE or not words.isprintable():
        raise ValueError(f"is not one line of up to {LONGEST_LINE} characters")
    return words


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Days = Annotated[int, Field(ge=1, le=30)]


class Settings(BaseSettings):
    """What the operator decided. Durations in days; addresses without a trailing slash."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite+aiosqlite:///signpost.sqlite3"
    port: int = Field(default=8080, ge=0, le=65535)
    host: str = "127.0.0.1"
    public_url: Annotated[str, AfterValidator(_site)] = Field(
        default_factory=lambda known: f"http://localhost:{known.get('port', 8080)}"
    )
    secret_keys: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_keys)] = Field(
        default=(), validation_alias="SECRET_KEY", repr=False
    )
    telegram_bot_token: Annotated[str, AfterValidator(_token)] | None = Field(default=None, repr=False)
    telegram_api_url: Annotated[str, AfterValidator(_web_address)] = "https://api.telegram.org"
    telegram_webhook: Annotated[bool, AfterValidator(_webhook)] = False
    telegram_messages_a_second: int = Field(default=30, ge=1, le=100_000)
    metrics_token: Annotated[str, AfterValidator(_metrics_token)] | None = Field(default=None, repr=False)
    embed_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins), AfterValidator(_embedding)] = ()
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    complaints_to: Annotated[str, AfterValidator(_one_line)] | None = None
    licensed_dir: DirectoryPath | None = Field(default=None, validation_alias="SIGNPOST_LICENSED_DIR")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    log_format: Annotated[Literal["text", "json"], BeforeValidator(_lower)] = "text"
    retention_talk_days: Days = 3
    retention_event_days: Days = 7
    retention_outbox_days: Days = 2
    retention_reference_days: int = Field(default=180, ge=1, le=366)
    retention_audit_days: int = Field(default=730, ge=30, le=3660)

    @property
    def database_file(self) -> Path | None:
        """The SQLite file, relative to the working directory unless the address is absolute; None for a server."""
        if not self.database_url.startswith("sqlite"):
            return None
        return Path(self.database_url.removeprefix("sqlite+aiosqlite:///").partition("?")[0])


def load_settings() -> Settings:
    """The settings of this process. Locally a missing SECRET_KEY is made and kept beside the database.

    Raises `SettingsError` with one sentence for the first thing that is wrong.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    if settings.secret_keys:
        return settings
    if settings.database_file is None:
        why = "DATABASE_URL is a server, which other machines may share"
    elif not _is_loopback(settings.host):
        why = f"HOST is {settings.host}, which others can reach"
    else:
        return settings.model_copy(update={"secret_keys": (_kept_key(settings.database_file.with_suffix(".key")),)})
    raise SettingsError(f"SECRET_KEY is needed because {why}; {REMEDIES['SECRET_KEY']}.")


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(first["loc"][0]).upper()
    problem = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{name} {problem}; {REMEDIES[name]}."


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _kept_key(path: Path) -> str:
    """The key in this file, made first if there is none. Refuses one that other users of the machine can read."""
    try:
        if not path.exists():
            _make_key(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsError(f"SECRET_KEY is kept in {path}, which others can read; run: chmod 600 {path}")
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"SECRET_KEY cannot be kept in {path} ({type(error).__name__}); make its folder writable or set SECRET_KEY."
        ) from None
    if len(key) < SHORTEST_KEY:
        raise SettingsError(f"SECRET_KEY in {path} is too short; delete that file to have a new one made.")
    return key


def _make_key(path: Path) -> None:
    """Whole or not at all, and only once where several processes start together."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def public_url() -> str:
    """The address people use, for commands that need nothing else: makes no key. Raises SettingsError."""
    return settings_without_key().public_url


def settings_without_key() -> Settings:
    """The settings for commands that lock and open nothing: makes no key. Raises SettingsError."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
