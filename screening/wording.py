"""Key and values -> text, in a language; shared by every channel.

Words live in `content/text/<language>/<file>.yaml`, one file per journey. An entry is a string, a list of strings
(several messages), or a mapping with `text`, and where they apply `choices`, `words` (other ways to say a choice) and
`sources`. Placeholders are `{name}`; nothing a person typed is ever put into one.

Beside each language stand its easy words, in `<language>-easy/`: the same keys, only those that need it. What is not
there is said in the usual words; so are an entry's choices, other ways to say them and sources.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from screening.errors import ContentError
from screening.files import read_yaml

FIRST_LANGUAGE = "en"
EASY = "-easy"
"""Behind the name of a language: its easy words."""
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
    """All the words of every language, by key (`file.entry`), spoken in one of them.

    Values every text may use (helplines) are given once. A language may put words around one (`common.contact.<name>`)
    and has them for what was not given (`common.default.<name>`).
    """

    def __init__(
        self,
        languages: Mapping[str, Mapping[str, Entry]],
        common: Mapping[str, str],
        language: str = FIRST_LANGUAGE,
    ) -> None:
        self._written, self._given, self.language = languages, common, language
        self._entries = _complete(languages, language)
        self._common = {**common, **_dressed(self._entries, common)}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language, each followed by its easy words."""
        return tuple(f"{name}{easy}" for name in sorted(self._written) if not is_easy(name) for easy in ("", EASY))

    def speaking(self, language: str) -> "Wording":
        """The same in another language. Raises KeyError if there is no such language."""
        return Wording(self._written, self._given, language)

    def written(self, language: str) -> Mapping[str, Entry]:
        """What stands in the folder of a language itself: of easy words, only those that differ."""
        return self._written.get(language, {})

    def with_entries(self, more: Mapping[str, Entry]) -> "Wording":
        """These words, and those wherever a language has none of its own for the key."""
        languages = {name: entries if is_easy(name) else {**more, **entries} for name, entries in self._written.items()}
        return Wording(languages, self._given, self.language)

    def entry(self, key: str) -> Entry:
        """The words of a key. Raises KeyError with the key if nobody wrote them."""
        return self._entries[key]

    def entries(self) -> Mapping[str, Entry]:
        """Every entry, for the linter."""
        return self._entries

    @property
    def common(self) -> Mapping[str, str]:
        """The values every text may use."""
        return self._common

    def messages(self, key: str, values: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The messages of a key, filled in. Raises KeyError for a placeholder without a value."""
        known = {**self._common, **(values or {})}
        return tuple(fill(message, known) for message in self.entry(key).messages)

    def text(self, key: str, values: Mapping[str, str] | None = None) -> str:
        """The messages of a key as one text."""
        return "\n\n".join(self.messages(key, values))

    def label(self, key: str, choice: str) -> str:
        """The label of one of an entry's choices."""
        return fill(self.entry(key).choices[choice], self._common)


def is_easy(language: str) -> bool:
    """Whether these are the easy words of a language."""
    return language.endswith(EASY)


def usual(language: str) -> str:
    """The language whose easy words these are; the language itself where they are none."""
    return language.removesuffix(EASY)


def _complete(languages: Mapping[str, Mapping[str, Entry]], language: str) -> Mapping[str, Entry]:
    known = languages[usual(language)]
    easy = languages.get(language, {}) if is_easy(language) else {}
    return {**known, **{key: _over(known[key], entry) if key in known else entry for key, entry in easy.items()}}


def _over(known: Entry, easy: Entry) -> Entry:
    """What an easy entry does not say is as usual."""
    words, sources = easy.words or known.words, easy.sources or known.sources
    return replace(easy, choices=easy.choices or known.choices, words=words, sources=sources)


def _dressed(entries: Mapping[str, Entry], common: Mapping[str, str]) -> Mapping[str, str]:
    """The values that have words of this language around them, and those that nobody gave and it has words for."""
    dressed, default = (_under(entries, f"common.{group}.") for group in ("contact", "default"))
    around = {name: fill(text, {"number": common[name]}) for name, text in dressed.items() if name in common}
    return {**around, **{name: text for name, text in default.items() if name not in common}}


def _under(entries: Mapping[str, Entry], prefix: str) -> Mapping[str, str]:
    return {key.removeprefix(prefix): entry.messages[0] for key, entry in entries.items() if key.startswith(prefix)}


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
