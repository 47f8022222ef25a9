"""What we borrow: everything is pinned, the pins fit what we ask for, and what ships may be shipped."""

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SHIPPED = [Requirement(each) for each in PROJECT["dependencies"]]
ASKED = [*SHIPPED, *(Requirement(each) for extra in PROJECT["optional-dependencies"].values() for each in extra)]

FREE = re.compile(r"MIT|BSD|Apache|PSF|Python Software Foundation|Zlib|CC0|0BSD|MPL|Mozilla|LGPL", re.IGNORECASE)
"""Licences under which a library may be used by MIT code that is handed on; the LGPL's are used as they come."""
UNFREE = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|Affero|(?<!Lesser )General Public", re.IGNORECASE)


def pins() -> Iterator[Requirement]:
    """The lines of the lock that hold on this Python."""
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate():
                yield pin


def pinned() -> dict[str, str]:
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins()}


def test_every_pin_is_one_exact_version() -> None:
    assert [str(pin) for pin in pins() if not re.fullmatch(r"==[\w.!+]+", str(pin.specifier))] == []


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_what_we_ask_for_is_pinned_to_a_version_that_fits(asked: Requirement) -> None:
    version = pinned().get(canonicalize_name(asked.name))
    assert version is not None, "write the lock anew: its first line says how"
    assert asked.specifier.contains(version, prereleases=True)


def test_what_ships_may_be_shipped() -> None:
    refused = {name: said for name in sorted(everything(SHIPPED)) if not may_ship(said := licence(name))}
    assert refused == {}


def everything(asked: list[Requirement]) -> set[str]:
    """The names of these and of all that they need."""
    found: set[str] = set()
    waiting = list(asked)
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or ():
            needed = Requirement(line)
            if needed.marker is None or any(
                needed.marker.evaluate({**default_environment(), "extra": extra}) for extra in ("", *each.extras)
            ):
                waiting.append(needed)
    return found


def licence(name: str) -> str:
    """What a package says of its licence."""
    said = metadata.metadata(name)
    classified = [each for each in said.get_all("Classifier") or () if each.startswith("License")]
    return str(said["License-Expression"] or "; ".join(classified) or said["License"] or "")


def may_ship(said: str) -> bool:
    return bool(FREE.search(said)) and not UNFREE.search(said)


@pytest.mark.parametrize(
    ("said", "may"),
    [("MIT", True), ("LGPL-3.0-only", True), ("GPL-3.0-or-later", False), ("AGPL-3.0", False), ("", False)],
)
def test_the_check_tells_licences_apart(said: str, may: bool) -> None:
    assert may_ship(said) == may
