"""A language that nobody speaks: every letter of every word of ours written wide, so that a word from elsewhere shows.

"Hello {name}" is "Ｈｅｌｌｏ {name}". People may answer in plain letters: what is typed is folded before it is read.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from screening.drinks import load_drinks
from screening.files import read_yaml
from screening.library import CONTENT, Library, load_library
from screening.questionnaire import Instrument

LANGUAGE = "xx"
_WIDE = {letter: letter + 0xFEE0 for letter in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))}
_KEPT = re.compile(r"\{\w+\}")
PLAIN = re.compile(r"[A-Za-z]{2,}")
"""A word that is not of this language."""


def wide(text: str) -> str:
    """The text in wide letters, its placeholders as they are."""
    ends = [0, *(end for found in _KEPT.finditer(text) for end in found.span()), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(ends)]
    return "".join(part if _KEPT.fullmatch(part) else part.translate(_WIDE) for part in parts)


@cache
def pseudo_library() -> Library:
    """The shipped content with this language beside English, and spoken."""
    with TemporaryDirectory() as folder:
        content = Path(folder) / "content"
        copytree(CONTENT, content)
        for kind in ("", "-easy"):
            _translate(content / "text" / f"en{kind}", content / "text" / f"{LANGUAGE}{kind}")
        _write(content / "text" / LANGUAGE / "knowledge.yaml", _articles())
        return load_library(content).speaking(LANGUAGE)


def _translate(source: Path, target: Path) -> None:
    target.mkdir()
    for path in sorted(source.glob("*.yaml")):
        _write(target / path.name, {name: _wide_entry(value) for name, value in read_yaml(path).items()})


def _articles() -> Mapping[str, Any]:
    entries = load_library().knowledge.entries()
    return {
        key.removeprefix("knowledge."): {"text": [*map(wide, entry.messages)], "sources": [*entry.sources]}
        for key, entry in entries.items()
    }


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")


def _wide_entry(value: Any) -> Any:
    if isinstance(value, str):
        return wide(value)
    if isinstance(value, list):
        return [wide(each) for each in value]
    if "text" not in value:
        return {name: _wide_entry(each) for name, each in value.items()}
    labels = {choice: wide(label) for choice, label in (value.get("choices") or {}).items()}
    return {**value, "text": _wide_entry(value["text"]), "choices": labels}


def not_words_of_ours(library: Library, more: Iterable[str]) -> re.Pattern[str]:
    """What is shown as it is: the printed words of instruments, names of drinks, and `more` (what the directory holds).

    A translation of a printed form is another edition, with sources of its own; a list of drinks that another language
    calls otherwise reads another language.
    """
    printed = [
        text
        for form in library.instruments.values()
        for text in (form.name, form.edition, form.attribution, *_items(form))
    ]
    drinks = [drink.name for drink in load_drinks(CONTENT / "drinks.yaml").drinks]
    longest_first = sorted({*printed, *drinks, *more}, key=len, reverse=True)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(map(re.escape, filter(None, longest_first)))})(?![A-Za-z])")


def _items(form: Instrument) -> Iterator[str]:
    for item in form.items:
        yield item.text
        yield from (option.label for option in item.options)


def plain_words(text: str) -> list[str]:
    """The words of a text that are not of this language."""
    return PLAIN.findall(text)
