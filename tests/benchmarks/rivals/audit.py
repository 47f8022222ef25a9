"""The AUDIT for the rivals: the same ten questions, answers and points as Signpost asks."""

from pathlib import Path

import yaml

_FILE = Path(__file__).parents[3] / "screening" / "content" / "instruments" / "audit.yaml"


def items() -> list[tuple[str, list[tuple[str, int]]]]:
    """(question, [(answer, points)]) of each item, in order."""
    found = []
    for item in yaml.safe_load(_FILE.read_text("utf-8"))["items"]:
        found.append((item["text"], [(option["label"], option["points"]) for option in item["options"]]))
    return found
