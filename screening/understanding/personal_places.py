"""Whole postcodes and street addresses in a message that has been folded (`normalise.fold`)."""

import re

from pydantic import BaseModel, ConfigDict

from screening.understanding.personal_words import Words, either, one_of

_AREA = (
    "a[bl]|b[abdhlnrst]|c[abfhmortvw]|d[adeghlnty]|e[chnx]|f[ky]|g[luy]|h[adgprsux]|i[gmpv]|je|k[atwy]|l[adelnsu]"
    "|m[ekl]|n[egnprw]|o[lx]|p[aehlor]|r[ghm]|s[aegklmnoprstwy]|t[adfnqrsw]|ub|w[acdfnrsv]|yo|ze"
)
_POSTCODE = re.compile(
    rf"(?<![^\W_])(?:(?P<area>{_AREA})(?P<gap>[ .]?)|[beglmnsw])\d(?:[a-z]|[ ]?\d)?"
    r"(?:[ \t.,_/-]{1,3}(?P<apart>\d ?[abd-hjlnp-uw-z]{2})|\d[abd-hjlnp-uw-z]{2})(?![^\W_])"
)
"""Royal Mail's format and areas; the two last letters are never C, I, K, M, O or V."""
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[a-z][ .-]){1,2}(?:\d[ .-]){2,3}[a-z][ .-][a-z](?![^\W_])")
_LIKE_NTH = re.compile(r"1st|2nd|3rd|\d ?th|\d ?hr")
"""Not inward codes where the rest does not look like a postcode either ("on the m20 2nd time")."""

_MOST_WORDS, _LONGEST_NAME = 3, 30
_NUMBER = r"(?<![\w.£$/:-])(?:(?:no\.?|number) ?)?\d{1,3}[a-h]?(?: ?- ?\d{1,3}[a-h]?)?,? "
_NOT_TO = r"(?<! [24] )"
"""Not "go 2 the park"."""
_ENDS = r"(?= *(?:$|[,.;:!)\n]|(?:in|near|number|postcode|[a-z]{{1,2}}\d[a-z\d]?|{places})(?![^\W_])))"


class StreetWords(BaseModel):
    """The part `streets` of personal.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sure: Words
    unsure: Words
    homes: Words
    houses: Words
    live_at: tuple[str, ...]
    not_streets: Words
    not_after: Words


class Streets:
    """Finds street addresses by `words`, near any of `places`."""

    def __init__(self, words: StreetWords, places: Words) -> None:
        other = f"(?!{either(words.not_streets)})"
        name = rf"(?:{other}[a-z]{{2,}}[ -]){{1,{_MOST_WORDS}}}"
        sure, street = either(words.sure), either(words.sure | words.unsure)
        ends = _ENDS.format(places="|".join(sorted(places)))
        not_after = rf"(?! *{either(words.not_after)})"
        live_at = one_of(words.live_at) + r"\W{1,3}"
        no_amount = rf"(?![^\W_]|[.,]\d| ?%| {either(words.not_after)})"
        self._patterns = tuple(
            re.compile(pattern)
            for pattern in (
                rf"{_NUMBER}{name}{sure}{not_after}",
                rf"{_NUMBER}(?:{_NOT_TO}the |{name}){street}{ends}",
                rf"{live_at}(?:(?:[a-z]+ ){{0,2}}[a-z]+, |){name}{street}{ends}",
                rf"{live_at}(?:{_NUMBER}(?:(?:the |{name}){street}|{other}[a-z]{{3,}}))",
                rf"{either(words.homes)} ?(?:no\.? ?|number )?\d{{1,3}}[a-h]?{no_amount}",
            )
        )
        self._house = re.compile(rf"(?<=[a-z] ){either(words.houses)},? (?!high ){name}{street}")
        self._not_streets = words.not_streets

    def found(self, plain: str) -> bool:
        """Whether somebody's street address stands here: with a number, or with the name of a house."""
        return any(pattern.search(plain) for pattern in self._patterns) or any(
            self._is_named(plain, house.start()) for house in self._house.finditer(plain)
        )

    def _is_named(self, plain: str, house: int) -> bool:
        """Whether the word before `house` may be its name ("Rose Cottage", not "the cottage")."""
        return plain[max(0, house - _LONGEST_NAME) : house].rsplit(maxsplit=1)[-1] not in self._not_streets


class Postcodes:
    """Finds whole postcodes, except where the first half is one of `other` words."""

    def __init__(self, other: Words) -> None:
        self._other = other

    def found(self, plain: str) -> bool:
        """Whether a whole postcode stands here; "ME14" alone is none."""
        together = _SPELT_OUT.sub(lambda letters: re.sub(r"[ .-]", "", letters[0]), plain)
        return any(self._is_postcode(match) for match in _POSTCODE.finditer(together))

    def _is_postcode(self, match: re.Match[str]) -> bool:
        outward = re.sub(r"[\W_]", "", match[0])[:-3]
        doubtful = match["apart"] and (match["gap"] or not match["area"])
        return outward not in self._other and not (doubtful and _LIKE_NTH.fullmatch(match["apart"]))
