"""Key and values -> text, in a language; shared by every channel.

Words live in `content/text/<language>/<file>.yaml`, one file per journey. An entry is a string, a list of strings
(several messages), or a mapping with `text`, and where they apply `choices`, `words` (other ways to say a choice) and
`sources`. Placeholders are `{name}`; nothing a person typed is ever put into one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.errors import ContentError
from screening.files import read_yaml

PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Entry:
    """The words of one step: messages, choices' labels and other ways to say them, and the sources of its claims."""

    messages: tuple[str, ...]
    choices: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...]

    def placeholders(self) -> set[str]:
        """The names this entry expects values for."""
        return {name for text in (*self.messages, *self.choices.values()) for name in PLACEHOLDER.findall(text)}


class Wording:
    """All the words of every language, by key (`file.entry`). Values every text may use (helplines) are given once."""

    def __init__(self, languages: Mapping[str, Mapping[str, Entry]], common: Mapping[str, str]) -> None:
        self._languages = languages
        self._common = common

    def __contains__(self, key: str) -> bool:
        return all(key in entries for entries in self._languages.values())

    def with_entries(self, more: Mapping[str, Entry]) -> "Wording":
        """These words and those in every language."""
        return Wording({name: {**entries, **more} for name, entries in self._languages.items()}, self._common)

    def entry(self, key: str, language: str = "en") -> Entry:
        """The words of a key. Raises KeyError with the key if nobody wrote them."""
        return self._languages[language][key]

    def entries(self, language: str = "en") -> Mapping[str, Entry]:
        """Every entry of a language, for the linter."""
        return self._languages[language]

    @property
    def common(self) -> Mapping[str, str]:
        """The values every text may use."""
        return self._common

    def messages(self, key: str, values: Mapping[str, str] | None = None, language: str = "en") -> tuple[str, ...]:
        """The messages of a key, filled in. Raises KeyError for a placeholder without a value."""
        known = {**self._common, **(values or {})}
        return tuple(fill(message, known) for message in self.entry(key, language).messages)

    def text(self, key: str, values: Mapping[str, str] | None = None, language: str = "en") -> str:
        """The messages of a key as one text."""
        return "\n\n".join(self.messages(key, values, language))

    def label(self, key: str, choice: str, language: str = "en") -> str:
        """The label of one of an entry's choices."""
        return fill(self.entry(key, language).choices[choice], self._common)


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with every `{name}` replaced. Raises KeyError for a name without a value."""
    return PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def load_wording(folder: Path, common: Mapping[str, str]) -> Wording:
    """Read every language folder. Raises ContentError for an entry of the wrong form."""
    return Wording({path.name: _language(path) for path in sorted(folder.iterdir()) if path.is_dir()}, common)


def _language(folder: Path) -> Mapping[str, Entry]:
    entries: dict[str, Entry] = {}
    for path in sorted(folder.glob("*.yaml")):
        entries.update(_flatten(path.name, path.stem, read_yaml(path)))
    return entries


def _flatten(file: str, key: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    for name, value in document.items():
        inner = f"{key}.{name}"
        if isinstance(value, dict) and "text" not in value:
            yield from _flatten(file, inner, value)
        else:
            yield inner, _entry(file, inner, value)


def _entry(file: str, key: str, value: Any) -> Entry:
    parts = value if isinstance(value, dict) else {"text": value}
    unknown = set(parts) - {"text", "choices", "words", "sources"}
    messages = parts["text"] if isinstance(parts["text"], list) else [parts["text"]]
    labels = {str(choice): str(label) for choice, label in (parts.get("choices") or {}).items()}
    if unknown or not all(isinstance(message, str) and message.strip() for message in messages):
        raise ContentError(file, key, "not words", "Write a text, a list of texts, or text + choices + words + sources")
    if not all(isinstance(word, str) for said in (parts.get("words") or {}).values() for word in said):
        raise ContentError(file, key, "a word is read as true, false or a number", 'Put it in quotes: "yes", "no", "5"')
    return Entry(
        messages=tuple(message.strip() for message in messages),
        choices=labels,
        words={str(choice): tuple(words) for choice, words in (parts.get("words") or {}).items()},
        sources=tuple(parts.get("sources") or ()),
    )
