"""`python -m screening.relearn`: learn from the examples of the content again, and keep what was learnt."""

from collections.abc import Iterator
from pathlib import Path

from screening import knowledge, safety
from screening.files import read_yaml
from screening.learnt import Lesson
from screening.library import CONTENT
from screening.understanding import intents


def lessons(content: Path = CONTENT) -> Iterator[Lesson]:
    """Everything that is learnt from this content. Raises ContentError."""
    yield safety.lesson(content / "safety.yaml")
    yield intents.lesson(content / "intents.yaml")
    sources = read_yaml(content / "sources.yaml")
    yield knowledge.load_knowledge(content / "knowledge", sources, content / "knowledge_words.yaml").lesson


if __name__ == "__main__":
    for each in lessons():
        if each.kept is not None:
            each.keep(each.kept)
            print(each.kept.name)
