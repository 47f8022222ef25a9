"""A sentence to be said later: its key in the wording, and the values for its placeholders."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """`key` names a text such as `directory.reason.covers`; `values` fill its `{placeholders}`.

    A value called `date` is as its source gives it (2024-12); whoever says the line puts it in words.
    """

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
