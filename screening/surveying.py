"""The user survey: what was picked is counted question by question, so that nobody's answers stand together."""

from collections.abc import Iterable

from screening.state import Surveyed
from screening.talk import Talk


def count_answers(talk: Talk, questions: Iterable[str]) -> None:
    """Count each of these answers, in this month; none for a question that was declined."""
    for question in questions:
        answer = talk.sitting.said(question)
        if answer is not None:
            talk.effects.append(Surveyed(f"{talk.facts.now:%Y-%m}", question, str(answer)))
