"""What was learnt from examples, kept in `content/learnt/`, so that nothing has to be learnt when a process starts.

A file there is used only while all that it was learnt from is as it was: the examples, and the code that reads them.
Otherwise it is learnt anew at start, which takes seconds. `python -m screening.relearn` writes the files.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

from screening.errors import ContentError
from screening.understanding.linear import Linear, read_linear

FOLDER = "learnt"
REFRESH = "python -m screening.relearn"
_CODE = (
    "safety", "knowledge", "understanding/hunch", "understanding/intents", "understanding/likeness",
    "understanding/linear", "understanding/normalise", "understanding/phrases", "understanding/spelling",
)  # fmt: skip
"""Modules that decide what is learnt from the same examples."""

Models = Mapping[str, Linear]


@dataclass(frozen=True)
class Lesson:
    """Something to learn: where it is kept, if anywhere, everything that it is learnt from, and how."""

    kept: Path | None
    basis: tuple[str, ...]
    learn: Callable[[], Models]

    def models(self) -> Models:
        """As kept, where that is fresh, or learnt now. Raises ContentError for a kept file that is not whole."""
        return self._read() or self.learn()

    @property
    def fresh(self) -> bool:
        """Whether what is kept was learnt from just this."""
        return self._read() is not None

    def keep(self, kept: Path) -> None:
        """Learn, and write the file."""
        arrays: dict[str, Any] = {"fingerprint": numpy.array(self._fingerprint())}
        for name, model in self.learn().items():
            arrays |= {f"{name}.{key}": array for key, array in model.arrays().items()}
        kept.parent.mkdir(exist_ok=True)
        numpy.savez_compressed(kept, **arrays)

    def _fingerprint(self) -> str:
        whole = hashlib.sha256(_code())
        for part in self.basis:
            whole.update(hashlib.sha256(part.encode()).digest())
        return whole.hexdigest()

    def _read(self) -> Models | None:
        if self.kept is None or not self.kept.exists():
            return None
        try:
            with numpy.load(self.kept, allow_pickle=False) as file:
                if str(file["fingerprint"]) != self._fingerprint():
                    return None
                return {name: read_linear(arrays) for name, arrays in _by_model(file).items()}
        except (OSError, ValueError, KeyError) as error:
            raise ContentError(self.kept.name, "the file", "is not whole", f"Write it anew: {REFRESH}") from error


def kept_beside(path: Path) -> Path:
    """Where what is learnt from a content file is kept."""
    return path.parent / FOLDER / f"{path.stem}.npz"


@cache
def _code() -> bytes:
    here = Path(__file__).parent
    return b"".join(hashlib.sha256((here / f"{module}.py").read_bytes()).digest() for module in _CODE)


def _by_model(file: Any) -> Mapping[str, Mapping[str, NDArray[Any]]]:
    found: dict[str, dict[str, NDArray[Any]]] = {}
    for name in file.files:
        model, _, key = name.partition(".")
        if key:
            found.setdefault(model, {})[key] = file[name]
    return found
