"""A linear model over marks of a message: term weights (tf-idf), one margin for each label.

Learning takes scikit-learn and seconds; telling takes numpy alone. What was learnt is numbers in a file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray

Numbers = NDArray[numpy.float32]
Marks = Iterable[str]

KEPT = numpy.float16
"""Weights are kept to three digits, which is more than a few thousand examples can tell."""
_SEPARATOR = "\n"


@dataclass(frozen=True)
class Block:
    """Marks of one kind. `rows`: each known mark's row; `rarity`: its weight, (rows,); `pull`: (rows, labels)."""

    rows: Mapping[str, int]
    rarity: Numbers
    pull: Numbers
    share: float

    def margins(self, marks: Marks) -> Numbers:
        """What these marks add to each label's margin: logarithmic counts, weighed by rarity, at unit length."""
        held = Counter(self.rows[mark] for mark in marks if mark in self.rows)
        if not held:
            return numpy.zeros(self.pull.shape[1], numpy.float32)
        at = numpy.fromiter(held, int, len(held))
        counts = numpy.fromiter(held.values(), numpy.float32, len(held))
        weights = (1 + numpy.log(counts)) * self.rarity[at]
        found: Numbers = (self.share / numpy.linalg.norm(weights) * weights) @ self.pull[at]
        return found


@dataclass(frozen=True)
class Linear:
    """A learnt model. Of two labels there is one margin, that of the second."""

    labels: tuple[str, ...]
    blocks: tuple[Block, ...]
    offsets: Numbers

    def margins(self, *kinds: Marks) -> Numbers:
        """The margin of each label for a message with these marks of each kind; (labels,), or (1,) for two."""
        found = self.offsets
        for block, marks in zip(self.blocks, kinds, strict=True):
            found = found + block.margins(marks)
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The model as plain arrays by name. `read_linear` is the way back."""
        arrays: dict[str, NDArray[Any]] = {"labels": _as_bytes(self.labels), "offsets": self.offsets}
        for at, block in enumerate(self.blocks):
            arrays |= {f"marks_{at}": _as_bytes(block.rows), f"share_{at}": numpy.array(block.share)}
            arrays |= {f"rarity_{at}": block.rarity.astype(KEPT), f"pull_{at}": block.pull.astype(KEPT)}
        return arrays


def read_linear(arrays: Mapping[str, NDArray[Any]]) -> Linear:
    """The model of these arrays. Raises KeyError or ValueError for arrays of another form."""
    blocks: list[Block] = []
    while f"marks_{len(blocks)}" in arrays:
        at = len(blocks)
        rows = {mark: row for row, mark in enumerate(_as_text(arrays[f"marks_{at}"]))}
        rarity, pull = (arrays[f"{name}_{at}"].astype(numpy.float32) for name in ("rarity", "pull"))
        blocks.append(Block(rows, rarity, pull, float(arrays[f"share_{at}"])))
    return Linear(_as_text(arrays["labels"]), tuple(blocks), arrays["offsets"])


def learn(
    kinds: Sequence[Sequence[Sequence[str]]],
    labels: Sequence[str],
    shares: Sequence[float] = (1.0,),
    firmness: float = 1.0,
    least: int = 1,
) -> Linear:
    """Learn from messages: `kinds[k][i]` are the marks of kind k in message i, whose label is `labels[i]`.

    `shares`: how much each kind counts. `firmness`: how closely the examples are followed (the inverse of the
    regularisation). `least`: messages that must hold a mark. Every label counts the same, however many messages it has.
    Raises ValueError for fewer than two labels.
    """
    from scipy.sparse import hstack  # noqa: PLC0415 - these two are slow to load, and needed only to learn
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to load too
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - slow to load too

    readers = [TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=least) for _ in kinds]
    seen = [share * reader.fit_transform(marks) for reader, marks, share in zip(readers, kinds, shares, strict=True)]
    model = LinearSVC(C=firmness, class_weight="balanced", random_state=0).fit(hstack(seen).tocsr(), labels)
    ends = numpy.cumsum([0, *(len(reader.vocabulary_) for reader in readers)])
    blocks = [
        _block(reader, model.coef_[:, start:end], share)
        for reader, start, end, share in zip(readers, ends, ends[1:], shares, strict=False)
    ]
    learnt = Linear(tuple(map(str, model.classes_)), tuple(blocks), model.intercept_.astype(numpy.float32))
    return read_linear(learnt.arrays())  # to the digits that are kept, so that it tells the same today and when read


def _block(reader: Any, coefficients: NDArray[Any], share: float) -> Block:
    rows = {mark: row for row, mark in enumerate(reader.get_feature_names_out())}
    return Block(rows, reader.idf_.astype(numpy.float32), coefficients.T.astype(numpy.float32), share)


def _as_bytes(texts: Iterable[str]) -> NDArray[Any]:
    return numpy.frombuffer(_SEPARATOR.join(texts).encode(), numpy.uint8)


def _as_text(letters: NDArray[Any]) -> tuple[str, ...]:
    return tuple(letters.tobytes().decode().split(_SEPARATOR))
