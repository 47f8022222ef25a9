"""The project's shape: what is where, and how long it may be."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tree import PACKAGES, ROOT, modules, name, parsed, tracked

TOP_LEVEL = {
    "bot", "screening", "directory", "tests", "pyproject.toml", "Procfile", "README.md", "LICENSE", "CONTRIBUTING.md",
    "requirements.lock",
}  # fmt: skip
LONGEST_FUNCTION, LONGEST_MODULE = 40, 450
BINARY = {".gz", ".png", ".ico", ".woff2", ".xlsx", ".npz"}


def texts() -> list[tuple[str, str]]:
    """Every file we wrote that can be read, with its text. Data of others is not ours to word."""
    ours = (path for path in tracked() if path.suffix not in BINARY and not name(path).startswith("directory/data/"))
    return [(name(path), path.read_text(encoding="utf-8")) for path in ours]


def test_the_top_level_holds_what_the_customer_fixed_and_no_more() -> None:
    found = {name(path).partition("/")[0] for path in tracked()}
    assert {entry for entry in found if not entry.startswith(".")} - TOP_LEVEL == set()
    assert found >= {"bot", "screening", "directory", "tests", "pyproject.toml", "Procfile", "README.md"}


def only_lists(function: ast.FunctionDef | ast.AsyncFunctionDef, where: str) -> bool:
    """A single expression (a table of data), or a step of the database schema: read like a list, long like one."""
    body = [statement for statement in function.body if not isinstance(statement, ast.Expr)]
    return where.startswith("directory/migrations/versions/") or (len(body) == 1 and isinstance(body[0], ast.Return))


def test_functions_are_short() -> None:
    functions = (
        (f"{name(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for package in PACKAGES
        for path in modules(package)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not only_lists(node, name(path))
    )
    assert {where: lines for where, lines in functions if lines > LONGEST_FUNCTION} == {}


def test_modules_are_short() -> None:
    lengths = {name(path): path.read_text("utf-8").count("\n") for package in PACKAGES for path in modules(package)}
    assert {where: lines for where, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for package in PACKAGES
        for path in modules(package)
        if path.stat().st_size and not ast.get_docstring(parsed(path))
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a path of somebody's machine", r"(?<![\w.])/(home|root|Users|work|mnt|private)/\w|\b[A-Z]:\\\\?Users\b"),
        ("a package registry", r"pypi\.(org|python)|pythonhosted|registry\.npmjs|--(extra-)?index-url|proxy\.golang"),
        ("something left to do", r"\b(TODO|FIXME|XXX|HACK)\b(?!\\b)"),
    ],
)
def test_no_file_holds(what: str, pattern: str) -> None:
    here = name(Path(__file__))
    found = [
        f"{file}:{number}"
        for file, text in texts()
        if file != here
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]
    assert found == [], what


def test_no_test_helpers_share_a_name() -> None:
    """Test folders are not packages, so every file in them needs a name of its own."""
    names = [path.name for path in tracked() if name(path).startswith("tests/") and path.suffix == ".py"]
    assert {each for each in names if names.count(each) > 1} <= {"conftest.py"}


def procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_the_procfile_commands_exist(tmp_path: Path) -> None:
    assert procfile() == {"release": "signpost migrate", "web": "HOST=0.0.0.0 signpost serve"}
    for command in ("migrate", "serve"):
        asked = [sys.executable, "-m", "bot", command, "--help"]
        assert subprocess.run(asked, cwd=tmp_path, env=environment(), capture_output=True, check=False).returncode == 0


def test_the_procfile_serves(tmp_path: Path) -> None:
    """As a host runs it: the schema first, then the site, with a key from the environment."""
    env = environment(SECRET_KEY="only-this-test-uses-this-key-0123456789", PORT="0")
    subprocess.run(["bash", "-c", procfile()["release"]], cwd=tmp_path, env=env, check=True, capture_output=True)
    site = subprocess.Popen(
        ["bash", "-c", f"exec env {procfile()['web']}"], cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert site.stdout is not None
        assert "Signpost is ready" in site.stdout.readline()
    finally:
        site.terminate()
        site.wait(20)


def environment(**settings: str) -> dict[str, str]:
    """Nothing of the developer's own settings, and the console scripts of this environment."""
    return {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), **settings}
