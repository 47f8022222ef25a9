"""Instruments as data: items, options, bands and where they come from. Frozen, validated when loaded."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Sex = Literal["female", "male"]
Ages = tuple[int, int | None]
"""The youngest and the oldest age, in years; None where there is no oldest."""


class Frozen(BaseModel):
    """A record of content: unknown fields are mistakes, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """One answer of an item as printed, and the points it scores. `words` are other ways people say it.

    The label is empty where the printed words need a licence and the operator has not supplied them.
    """

    label: str = ""
    points: int = Field(ge=0)
    words: tuple[str, ...] = ()


class Item(Frozen):
    """One question as printed; no text where it needs a licence and the operator has not supplied it.

    `quantity`: its options are amounts, so a bare number may mean the amount. `days`: the answer is a number of days of
    the past year, which is never scored and only decides what is asked next. `unverified`: why its print needs a check.
    """

    id: str
    text: str = ""
    options: tuple[Option, ...] = ()
    quantity: bool = False
    days: bool = False
    unverified: str = ""

    @model_validator(mode="after")
    def _points_are_distinct(self) -> Self:
        points = [option.points for option in self.options]
        if len(set(points)) != len(points):
            raise ValueError(f"item {self.id}: two options score the same points; give each its own")
        if len(points) < (0 if self.days else 2) or (self.days and points):
            raise ValueError(f"item {self.id}: give two or more options, or `days: true` and none")
        return self

    @cached_property
    def allowed(self) -> Sequence[int]:
        """What an answer may be: the points of its options, or 0 to 365 days."""
        return range(366) if self.days else tuple(option.points for option in self.options)

    @cached_property
    def most(self) -> int:
        """The highest points this item can score."""
        return max((option.points for option in self.options), default=0)

    def option(self, points: int) -> Option:
        """The option that scores these points. Raises KeyError if none does."""
        for option in self.options:
            if option.points == points:
                return option
        raise KeyError(f"{self.id} has no option for {points} points")


class Band(Frozen):
    """A named range of totals, both ends included."""

    id: str
    least: int
    most: int


class Variant(Frozen):
    """Other bands for some people, by age or by sex. `id` is the rule that a result names."""

    id: str
    ages: Ages | None = None
    sex: Sex | None = None
    sources: tuple[str, ...] = Field(min_length=1)
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _is_for_somebody(self) -> Self:
        if (self.ages is None) == (self.sex is None):
            raise ValueError(f"variant {self.id}: give either ages or sex")
        return self


class Permission(Frozen):
    """Who allowed an operator to show licensed items, under which reference, and when."""

    granted_by: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")


class Instrument(Frozen):
    """A validated questionnaire. Its rules are names of functions: see `orders.py`, `flags.py` and `scoring.py`.

    `bands` are for the people of `ages`, and the most sensitive where a cut-off depends on sex; `variants` for others.
    """

    id: str
    name: str
    revision: int
    edition: str
    wording: Literal["verbatim", "licensed"]
    sources: tuple[str, ...] = Field(min_length=1)
    rights: str
    attribution: str
    recall: str
    order: str
    """Which items are due in a conversation."""
    blanks: str = ""
    """Which items a paper form may leave blank, where that differs from `order`."""
    combine: Literal["sum", "highest"] = "sum"
    """`highest`: not a score; the band goes by the highest answer and no total is ever shown."""
    band_rule: str = "by_total"
    flags: str = "none"
    asked_by: Literal["self", "staff", "clinician"] = "self"
    ages: Ages = (18, None)
    age_rule: str = "adult"
    items: tuple[Item, ...]
    bands: tuple[Band, ...]
    variants: tuple[Variant, ...] = ()
    unverified: tuple[str, ...] = ()
    """What no source was read for; a clinician checks it before the public may use the instrument."""
    permission: Permission | None = None

    @model_validator(mode="after")
    def _bands_tile_the_range(self) -> Self:
        self._check_tiling(self.bands, "")
        for variant in self.variants:
            self._check_tiling(variant.bands, f"variant {variant.id}: ")
        return self

    def _check_tiling(self, bands: Sequence[Band], where: str) -> None:
        expected = 0
        for band in bands:
            if band.least != expected:
                raise ValueError(f"{where}band {band.id} starts at {band.least}, expected {expected}")
            expected = band.most + 1
        if expected != self.most + 1:
            raise ValueError(f"{where}the bands end at {expected - 1}, the highest total is {self.most}")

    @model_validator(mode="after")
    def _words_are_here_or_licensed(self) -> Self:
        if self.wording == "verbatim" and not self.shown:
            raise ValueError("a verbatim instrument prints every item and every option")
        return self

    @cached_property
    def most(self) -> int:
        """The highest total, or the highest answer where answers are not added up."""
        points = [item.most for item in self.items]
        return sum(points) if self.combine == "sum" else max(points, default=0)

    @cached_property
    def shown(self) -> bool:
        """Whether its printed words are here, so that it can be shown and asked."""
        return all(item.text and all(option.label for option in item.options) for item in self.items)

    @cached_property
    def by_id(self) -> Mapping[str, Item]:
        """The items by id, in order."""
        return {item.id: item for item in self.items}

    @cached_property
    def by_sex(self) -> Mapping[Sex, Variant]:
        """The variants for a sex; empty where sex makes no difference."""
        return {variant.sex: variant for variant in self.variants if variant.sex is not None}

    def item(self, item_id: str) -> Item:
        """The item of this id. Raises KeyError if there is none."""
        found = self.by_id.get(item_id)
        if found is None:
            raise KeyError(f"{self.id} has no item {item_id}")
        return found

    def band(self, total: int) -> Band:
        """The band a total falls in, in the instrument's own table. Raises ValueError for a total out of range."""
        return band_of(self.bands, total)

    def all_bands(self) -> Mapping[str, Band]:
        """Every band of every table, by id."""
        tables = (self.bands, *(variant.bands for variant in self.variants))
        return {band.id: band for bands in tables for band in bands}

    def claims_to_check(self) -> Iterator[tuple[str, str]]:
        """What nobody has verified: where in the instrument, and why."""
        for reason in self.unverified:
            yield self.id, reason
        for item in self.items:
            if item.unverified:
                yield f"{self.id}.{item.id}", item.unverified


def band_of(bands: Sequence[Band], total: int) -> Band:
    """The band a total falls in. Raises ValueError for a total out of range."""
    for band in bands:
        if band.least <= total <= band.most:
            return band
    raise ValueError(f"no total {total}: these bands go from 0 to {bands[-1].most}")
