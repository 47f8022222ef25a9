"""Each language says everything the first one says, with the same choices and values; easy words only what is there."""

from collections.abc import Iterator, Mapping

from screening.errors import ContentError
from screening.wording import FIRST_LANGUAGE, Entry, Wording, is_easy, usual


def check_translations(words: Wording) -> None:
    """Raises ContentError for an entry that is missing or strange, or has other choices or placeholders."""
    first = words.speaking(FIRST_LANGUAGE).entries()
    for language in words.languages:
        written = words.written(language)
        expected = words.speaking(usual(language)).entries() if is_easy(language) else first
        for key, problem, remedy in _problems(written, expected, whole=not is_easy(language)):
            raise ContentError(f"text/{language}/{key.partition('.')[0]}.yaml", key, problem, remedy)


def _problems(
    written: Mapping[str, Entry], expected: Mapping[str, Entry], whole: bool
) -> Iterator[tuple[str, str, str]]:
    for key in sorted(set(expected) - set(written)) if whole else ():
        yield key, "has no words", "Write it in every language"
    for key, entry in written.items():
        if key not in expected:
            yield key, f"is not said in {FIRST_LANGUAGE}", "Correct the key, or take it out"
        elif entry.choices and set(entry.choices) != set(expected[key].choices):
            yield key, "has other choices", f"Write labels for exactly {sorted(expected[key].choices)}"
        elif entry.placeholders() - expected[key].placeholders():
            yield key, "has other placeholders", f"Use {sorted(expected[key].placeholders()) or 'none'}"
