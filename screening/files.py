"""Reads a content file, so that what is wrong with it is said with file and line."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import yaml

from screening.errors import ContentError

Given = ParamSpec("Given")
Loaded = TypeVar("Loaded")

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe, like the other, and in C where the library was built with it: a tenth of the time."""


def read_any(path: Path) -> Any:
    """The document of a YAML file, whatever it is. Raises yaml.YAMLError, or OSError where there is none.

    `directory.documents` has a twin: neither package may import the other.
    """
    return yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 - both are safe loaders


def read_yaml(path: Path) -> dict[str, Any]:
    """The document of a YAML file: values by name. Raises ContentError where it is missing, not YAML or not that."""
    try:
        document = read_any(path)
    except FileNotFoundError as error:
        raise ContentError(path.name, "the file", "is not there", "Put it back in screening/content") from error
    except UnicodeDecodeError as error:
        raise ContentError(path.name, f"byte {error.start}", "is not UTF-8", "Save the file as UTF-8") from error
    except yaml.YAMLError as error:
        raise ContentError(path.name, _place(error), "is not YAML", "Mend the indentation, quotes or colon") from error
    if not isinstance(document, dict):
        raise ContentError(path.name, "the file", "is empty or a list", "Write names, each with its value")
    return document


def _place(error: yaml.YAMLError) -> str:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    return f"line {mark.line + 1}" if mark else "the file"


def learnt_once(load: Callable[Given, Loaded]) -> Callable[Given, Loaded]:
    """For loaders that learn from what they read, which takes a second: the same bytes are learnt from only once."""
    kept: dict[object, Loaded] = {}

    @wraps(load)
    def loaded(*given: Given.args, **named: Given.kwargs) -> Loaded:
        key = tuple(_bytes(each) for each in (*given, *named.values()))
        if key not in kept:
            kept.clear()
            kept[key] = load(*given, **named)
        return kept[key]

    return loaded


def _bytes(given: object) -> object:
    """What a path leads to, with the files beside it that a loader may read too; anything else as it is written."""
    if not isinstance(given, Path):
        return repr(given)
    folder = given if given.is_dir() else given.parent
    return given.name, tuple((path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))
