"""What differs between two versions of a record, field by field. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Value = str | int | float | bool | None | list[Any]
"""What one field holds: a plain value, or a list of plain ones."""


@dataclass(frozen=True)
class Difference:
    """One field, by its dotted path, before and after; None where it says nothing."""

    field: str
    before: Value
    after: Value

    def __str__(self) -> str:
        return f"{self.field}: {in_words(self.before)} -> {in_words(self.after)}"


def in_words(value: Value) -> str:
    """A value as people read it."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Difference]:
    """The fields that differ, in the order of the newer record; None is no record at all."""
    old, new = dict(_fields(before or {})), dict(_fields(after or {}))
    return [
        Difference(field, old.get(field), new.get(field))
        for field in dict.fromkeys([*new, *old])
        if old.get(field) != new.get(field)
    ]


def _fields(record: Any, path: str = "") -> Iterator[tuple[str, Value]]:
    """Every plain value, by its path; records of a list by their names; nothing of an empty list."""
    inner = record.items() if isinstance(record, dict) else _by_name(record) if _is_records(record) else None
    if inner is None:
        if record != []:
            yield path, record
        return
    for name, value in inner:
        yield from _fields(value, f"{path}.{name}" if path else str(name))


def _by_name(found: list[Any]) -> list[tuple[str, Any]]:
    """The records of a list by their names, or by number where two share one."""
    names = [str(record.get("name", number)) for number, record in enumerate(found)]
    return [(name if names.count(name) == 1 else str(number), found[number]) for number, name in enumerate(names)]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
