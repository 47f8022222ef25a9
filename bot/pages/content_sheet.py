"""The sheet to sign as Markdown: a journey's words, reading age, sources and hazards, and lines for signatures."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from screening.hazards import Hazard
from screening.reviewing import Review, Reviewed, Words, about

SIGNERS = ("clinical", "lead", "editor")
FIELDS = ("name", "decision", "day", "signature")
MARKS = re.compile(r"([\\`*_\[\]<>#|])")

Tell = Callable[..., str]


def sheet(
    tell: Tell,
    review: Review,
    sources: Mapping[str, Any],
    hazards: Sequence[Hazard] | None,
    everywhere: Sequence[Hazard],
    day: str,
) -> str:
    """The whole file. `hazards` None: nobody has listed them for this journey."""
    name = review.name.replace("_", " ").capitalize()
    lines = [
        f"# {tell('sheet', name=name)}", "", about(review.name), "",
        tell("sheet_about", name=name, revision=str(review.revision), day=day), "",
        f"{tell('reading_age')} {age(tell, review.age)}. {tell('what_age_is')}", "",
    ]  # fmt: skip
    for step in review.steps:
        lines += _step(tell, step)
    if review.other:
        lines += [f"## {tell('other_heading')}", ""]
        for words in review.other:
            lines += _words(tell, words)
    lines += _hazards(tell, hazards, everywhere)
    lines += [
        f"## {tell('sources_heading')}",
        "",
        *(f"- {id}: {_plain(sources[id]['title'])}" for id in review.sources),
        "",
    ]
    return "\n".join([*lines, *_signatures(tell)])


def age(tell: Tell, measured: float | None) -> str:
    """A reading age in words."""
    return tell("not_measured") if measured is None else tell("years", age=f"{measured:.0f}")


def _step(tell: Tell, step: Reviewed) -> Iterator[str]:
    yield from (f"## {step.name}", "", f"{tell(f'kind.{step.kind}')}{f': {step.detail}' if step.detail else ''}", "")
    for words in step.words:
        yield from _words(tell, words)
    for item in step.items:
        yield from (f"> {item.id}: {_plain(item.text)}", ">")
        yield from (f"> - {_plain(label)} ({points})" for label, points in item.options)
        yield ""
    if step.leads:
        yield from (tell("leads"), "")
        yield from (f"- {label or tell('whatever')}: {target}" for label, target in step.leads)
        yield ""


def _words(tell: Tell, words: Words) -> Iterator[str]:
    yield from _quoted(words.messages)
    if words.easy:
        yield from (tell("easy"), "", *_quoted(words.easy))
    if words.choices:
        yield from (tell("choices"), "", *(f"- {_plain(label)}" for label in words.choices.values()), "")
    named = f"{tell('sources')} {', '.join(words.sources)}" if words.sources else tell("sources_none")
    yield from (f"`{words.key}`. {tell('reading_age')} {age(tell, words.age)}. {named}", "")


def _quoted(messages: Sequence[str]) -> Iterator[str]:
    for message in messages:
        yield from (f"> {_plain(line)}" if line.strip() else ">" for line in message.splitlines())
        yield ""


def _hazards(tell: Tell, hazards: Sequence[Hazard] | None, everywhere: Sequence[Hazard]) -> Iterator[str]:
    yield from (f"## {tell('hazards')}", "", tell("hazards_about"), "")
    if hazards is None:
        yield from (tell("hazards_missing"), "")
    for hazard in hazards or ():
        yield from (f"- {hazard.id}: {_plain(hazard.hazard)}", *(f"  - {_plain(each)}" for each in hazard.controls))
        yield f"  - {tell('risk_left')} {hazard.residual}; {tell(hazard.status)}"
    yield from ("", tell("hazards_everywhere"), "", *(f"- {each.id}: {_plain(each.hazard)}" for each in everywhere), "")


def _signatures(tell: Tell) -> Iterator[str]:
    yield from (f"## {tell('sign.heading')}", "")
    yield f"| | {' | '.join(tell(f'sign.{field}') for field in FIELDS)} |"
    yield f"|---|{'---|' * len(FIELDS)}"
    for signer in SIGNERS:
        yield f"| {tell(f'sign.{signer}')} |{'  |' * len(FIELDS)}"
    yield ""


def _plain(text: str) -> str:
    """A line of words in which no mark of Markdown's own works."""
    return MARKS.sub(r"\\\1", text)
