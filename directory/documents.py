"""Reads YAML in C where the library was built with it: a tenth of the time."""

from typing import Any

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Safe, like the other."""


def read_yaml(text: str) -> Any:
    """What the text says, whatever it is. Raises yaml.YAMLError."""
    return yaml.load(text, LOADER)  # noqa: S506 - both are safe loaders
