"""One direction: bot -> screening, bot -> directory. Each outside library has one home. Screening only thinks."""

import ast
import sys

import pytest
from tree import PACKAGES, imports, modules, name, parsed, tracked


def top_level(dotted: str) -> str:
    return dotted.partition(".")[0]


FORBIDDEN = {"screening": {"bot", "directory"}, "directory": {"bot", "screening"}, "bot": set()}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_go_one_way(package: str) -> None:
    crossing = {
        f"{name(path)} imports {dotted}"
        for path in modules(package)
        for dotted in imports(path)
        if top_level(dotted) in FORBIDDEN[package] | {"tests"}
    }
    assert crossing == set()


HOMES = {
    "aiohttp": ("bot/",),
    "aiohttp_jinja2": ("bot/",),
    "jinja2": ("bot/",),
    "structlog": ("bot/", "directory/"),
    "pydantic_settings": ("bot/settings.py",),
    "prometheus_client": ("bot/metrics.py",),
    "telegram": ("bot/channels/telegram",),
    "sqlalchemy": ("directory/",),
    "aiosqlite": ("directory/",),
    "sqlite3": ("directory/",),
    "alembic": ("directory/",),
    "cryptography": ("directory/",),
    "argon2": ("directory/passphrases.py",),
    "rapidfuzz": ("screening/", "directory/"),
}


@pytest.mark.parametrize("library", HOMES)
def test_each_library_has_its_home(library: str) -> None:
    strays = {
        name(path)
        for package in PACKAGES
        for path in modules(package)
        if library in map(top_level, imports(path)) and not name(path).startswith(HOMES[library])
    }
    assert strays == set()


WORLDLY = {
    "aiofiles", "asyncio", "concurrent", "ftplib", "http", "httpx", "multiprocessing", "os", "random", "requests",
    "secrets", "select", "signal", "smtplib", "socket", "ssl", "subprocess", "tempfile", "threading", "time", "urllib",
    "uuid",
}  # fmt: skip
"""What screening does not touch: clock, chance, network, processes, environment."""


def test_screening_has_no_clock_no_chance_and_no_network() -> None:
    found = ((name(path), dotted) for path in modules("screening") for dotted in imports(path))
    used = {(path, dotted) for path, dotted in found if top_level(dotted) in WORLDLY}
    assert used == set()


def test_screening_never_asks_the_time_and_never_waits() -> None:
    found = set()
    for path in modules("screening"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
                found.add(f"{name(path)}:{node.lineno} is async")
            asks = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if asks and node.func.attr in ("now", "utcnow", "today", "monotonic", "perf_counter"):
                found.add(f"{name(path)}:{node.lineno} asks the time")
    assert found == set()


def test_screening_borrows_only_what_computes() -> None:
    borrowed = {top_level(dotted) for path in modules("screening") for dotted in imports(path)}
    computing = {"pydantic", "yaml", "rapidfuzz", "sklearn", "scipy", "numpy", "phonenumbers", "nhs_number"}
    assert borrowed - sys.stdlib_module_names - {"screening"} <= computing


def test_no_package_is_forgotten() -> None:
    """Every Python file outside the tests is in one of the three packages."""
    homes = {name(path).partition("/")[0] for path in tracked() if path.suffix == ".py"}
    assert homes == {*PACKAGES, "tests"}
