"""What a finished form means: total, band, what to do, flags, all in words and with their sources. For staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from screening.cutoffs import UNKNOWN, Person, cutoffs
from screening.flags import NOT_ABOUT_NOW, OUTRANK, Flag, next_step, raised
from screening.forms import finished, finished_points
from screening.orders import Answers
from screening.questionnaire import Instrument
from screening.scoring import Score
from screening.wording import Wording

FILE = "instruments"


@dataclass(frozen=True)
class Result:
    """A scored form. `items` are (id, points), None where officially skipped; `flags` are (id, text).

    `total` and `out_of` are None for a form whose answers are not added up.
    """

    instrument: Instrument
    score: Score
    items: tuple[tuple[str, int | None], ...]
    total: int | None
    out_of: int | None
    band: str
    band_name: str
    means: str
    action: str
    flags: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """As JSON-safe data."""
        return {
            "instrument": self.instrument.id,
            "version": self.instrument.revision,
            "edition": self.instrument.edition,
            "age_rule": self.score.age_rule,
            "sex_rule": self.score.sex_rule,
            "items": [{"id": item, "points": points} for item, points in self.items],
            "total": self.total,
            "out_of": self.out_of,
            "band": self.band,
            "means": self.means,
            "action": self.action,
            "flags": [{"id": flag, "text": text} for flag, text in self.flags],
            "complete": not self.score.missing,
            "missing": list(self.score.missing),
            "sources": list(self.sources),
        }


def result(words: Wording, instrument: Instrument, answers: Answers, person: Person = UNKNOWN) -> Result:
    """The result of a whole form. Raises FormError where it is not whole, or where the age is wrong for it."""
    score = finished(instrument, answers, person)
    items = tuple((item, answers.get(item)) for item in instrument.by_id)
    return _result(words, instrument, score, items, raised(instrument.flags, answers, score, person), person)


def group_result(words: Wording, instrument: Instrument, points: int, person: Person = UNKNOWN) -> Result:
    """The result of a group whose points staff added up. Raises FormError, also for points it cannot have."""
    score = finished_points(instrument, points, person)
    return _result(words, instrument, score, (), raised("none", {}, score, person), person)


def _result(
    words: Wording,
    instrument: Instrument,
    score: Score,
    items: tuple[tuple[str, int | None], ...],
    flags: Sequence[Flag],
    person: Person,
) -> Result:
    band = str(score.band)
    means, action = advice_keys(instrument, band, flags)
    spoken = [f"{FILE}.flag.{flag.id}" for flag in flags]
    added = instrument.combine == "sum"
    return Result(
        instrument=instrument,
        score=score,
        items=items,
        total=score.total if added else None,
        out_of=score.out_of if added else None,
        band=band,
        band_name=words.text(f"{FILE}.band.{band}"),
        means=words.text(means),
        action=words.text(action),
        flags=tuple((flag.id, flag_text(words, instrument, flag)) for flag in flags),
        sources=_sources(words, cutoffs(instrument, person).sources, (means, action, *spoken)),
    )


def advice_keys(instrument: Instrument, band: str, flags: Sequence[Flag]) -> tuple[str, str]:
    """The keys of what it means and of what to do: the band's own, or those of the flag that outranks the band."""
    means, action = f"{FILE}.{instrument.id}.{band}.means", f"{FILE}.{instrument.id}.{band}.action"
    step = next_step(band, flags)
    if step == band:
        return means, action
    return f"{FILE}.step.{step}.means" if step in NOT_ABOUT_NOW else means, f"{FILE}.step.{step}.action"


def flag_text(words: Wording, instrument: Instrument, flag: Flag) -> str:
    """A flag in words, with the numbers of its items on this form."""
    numbers = [str(list(instrument.by_id).index(item) + 1) for item in flag.items]
    listed, *more = [words.text(f"{FILE}.item", {"number": number}) for number in numbers] or [""]
    for item in more:
        listed = words.text(f"{FILE}.items", {"these": listed, "this": item})
    return words.text(f"{FILE}.flag.{flag.id}", {"items": listed})


def _sources(words: Wording, own: Sequence[str], keys: Sequence[str]) -> tuple[str, ...]:
    """The sources of the cut-offs and of the words, each once, in that order."""
    spoken = (source for key in keys for source in words.entry(key).sources)
    return tuple(dict.fromkeys([*own, *spoken]))


def words_needed(instruments: Mapping[str, Instrument]) -> Sequence[str]:
    """The keys of the words that results are made of: missing ones are found at start."""
    keys = [f"{FILE}.step.{flag}.action" for flag in OUTRANK] + [f"{FILE}.step.{flag}.means" for flag in NOT_ABOUT_NOW]
    for instrument in instruments.values():
        keys += [f"{FILE}.about.{instrument.id}.{part}" for part in ("purpose", "who")]
        for band in instrument.all_bands():
            keys += [
                f"{FILE}.band.{band}",
                f"{FILE}.{instrument.id}.{band}.means",
                f"{FILE}.{instrument.id}.{band}.action",
            ]
    return keys
