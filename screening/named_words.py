"""The words that code asks for by name, and the values it gives them: checked when content is loaded, like the rest."""

from collections.abc import Iterator, Mapping

from screening.errors import ContentError
from screening.questionnaire import Instrument
from screening.safety import LABELS
from screening.wishes import OFFERS
from screening.wording import Wording

CHANNELS = ("web", "telegram", "console")
_PLAIN = [
    "back",
    "code_mistyped",
    "complain",
    "forgotten",
    "goodbye",
    "guess",
    "help",
    "helplines",
    "no_further_back",
    "not_understood",
    "not_understood_again",
    "nothing_to_keep",
    "old_button",
    "other_kind",
    "outdated",
    "personal",
    "privacy",
    "privacy_telegram",
    "skip",
    "too_long",
    "trouble",
    "welcome_back",
    "which_did_you_mean",
]
_SCORE = frozenset({"total", "out_of", "added", "band", "meaning", "instrument", "edition"})
_REFERRAL = frozenset({"service", "contact", "reference", "area"})
_CODE = frozenset({"instrument", "month", "total"})
_STAFF = frozenset({"name", "total", "out_of", "band", "means", "action", "flags", "missing"})
_WITH_VALUES: Mapping[str, frozenset[str]] = {
    "common.code_read": _CODE,
    "common.code_read_client": _CODE,
    "common.item": frozenset({"lead", "text"}),
    "common.out_of_range": frozenset({"least", "most"}),
    "common.progress": frozenset({"number", "of"}),
    "common.summary": frozenset({"summary"}),
    **{key: frozenset({"wish"}) for key in OFFERS},
    **dict.fromkeys(("wishes.first", "wishes.no_article", "wishes.not_here"), frozenset[str]()),
    "check_alcohol.added": frozenset({"asked", "answer", "points"}),
    "check_alcohol.not_answered": frozenset({"asked"}),
    "find_help.bullet": frozenset({"line"}),
    "quick_check.flags": frozenset({"lines"}),
    "quick_check.already_20": frozenset(),
    "quick_check.ask_again": frozenset(),
    "quick_check.other_nine": frozenset(),
    "summary.opening": frozenset({"day"}),
    "summary.score": _SCORE,
    "summary.no_score": _SCORE,
    "summary.young_score": _SCORE,
    "summary.drug_score": _SCORE | {"cutoff"},
    "summary.past_score": _SCORE,
    "summary.answers": _SCORE,
    "summary.code": frozenset({"code"}),
    "summary.staff_score": _STAFF,
    "summary.staff_band": _STAFF,
    "summary.staff_points": _STAFF,
    "summary.staff_no_score": _STAFF,
    "summary.attribution": frozenset({"attribution"}),
    "summary.plan": frozenset({"plan"}),
    "summary.diary": frozenset({"lines", "total"}),
    "brief_advice.line.gains": frozenset({"gains"}),
    "brief_advice.line.goal": frozenset({"goal"}),
    "brief_advice.line.start": frozenset({"start"}),
    "brief_advice.line.how": frozenset({"how"}),
    "brief_advice.line.coping": frozenset({"trigger", "response"}),
    "brief_advice.line.importance": frozenset({"number"}),
    "brief_advice.line.confidence": frozenset({"number"}),
    "brief_advice.with_number.free_days": frozenset({"number"}),
    "brief_advice.with_number.limit": frozenset({"number"}),
    "brief_advice.with_number.no_alcohol": frozenset(),
    "brief_advice.with_number.one_free_day": frozenset(),
    "diary.entry": frozenset({"day", "units"}),
    "diary.see": frozenset({"link"}),
    "diary.no_entry": frozenset({"day"}),
    "summary.referral": _REFERRAL,
}
_REMINDERS = (
    "ideas.other",
    "privacy",
    "still",
    "stopped",
    "tomorrow",
    "welcome_back",
    "hello",
    "hello_beside",
    "hello_anew",
)
_OTHERS = (
    "find_help.no_area",
    "diary.block",
    "diary.caption",
    "diary.picture",
    "safety_advice.sudden",
    "safety_advice.sudden_unknown",
    "safety_plan.not_picked",
    "survey.privacy",
    "survey.welcome_back",
    "after_referral.chosen",
    "after_referral.general",
    "young_weighing.not_said",
)
_SAFETY = ("carry_on", "carry_on_gentle", "gentle", "not_safe", "safe_now", "soft", "still_here")


def check_named_words(words: Wording, audit: Instrument, dudit: Instrument) -> None:
    """Raises ContentError for a text that code asks for and nobody wrote, or that wants a value it never gets."""
    for key, values in _named(words, audit, dudit):
        if key not in words:
            raise ContentError(
                f"text/en/{key.partition('.')[0]}.yaml", key, "has no words", "Write it in every language"
            )
        strange = words.entry(key).placeholders() - values - set(words.common)
        if strange:
            raise ContentError(
                f"text/en/{key.partition('.')[0]}.yaml", key, f"no value for {sorted(strange)}", "Drop it"
            )


def _picks_in_words(words: Wording) -> Iterator[str]:
    """Each thing that can be picked, as it is said in the middle of a sentence."""
    for part in ("gains", "how", "trigger", "response"):
        yield from (f"brief_advice.in_words.{part}.{choice}" for choice in words.entry(f"brief_advice.{part}").choices)


def _named(words: Wording, audit: Instrument, dudit: Instrument) -> Iterator[tuple[str, frozenset[str]]]:
    nothing = frozenset[str]()
    yield from _WITH_VALUES.items()
    for name in _PLAIN:
        yield f"common.{name}", nothing
    for name in (*_SAFETY, *(f"{label}.{card}" for label in LABELS for card in ("card", "card_other", "soft"))):
        yield f"safety.{name}", nothing
    for channel in CHANNELS:
        yield f"welcome.private.{channel}", nothing
    for item in audit.items:
        yield f"check_alcohol.short.{item.id}", nothing
    for item in dudit.items:
        yield f"check_drugs.short.{item.id}", nothing
    yield from ((f"check_drugs.cutoff.{rule}", nothing) for rule in ("female", "male", "sensitive"))
    for band in audit.bands:
        yield f"check_alcohol.band.{band.id}", nothing
        yield f"check_alcohol.meaning.{band.id}", nothing
    yield from ((key, nothing) for key in _picks_in_words(words))
    for name in _REMINDERS:
        yield f"check_in.{name}", nothing
    for key in _OTHERS:
        yield key, nothing
