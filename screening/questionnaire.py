"""Instruments as data: items, options, bands and where they come from. Frozen, validated when loaded."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    """A record of content: unknown fields are mistakes, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Frozen):
    """One answer of an item as printed, and the points it scores. `words` are other ways people say it."""

    label: str
    points: int = Field(ge=0)
    words: tuple[str, ...] = ()


class Item(Frozen):
    """One question as printed. `quantity`: its options are amounts, so a bare number may mean the amount."""

    id: str
    text: str
    options: tuple[Option, ...] = Field(min_length=2)
    quantity: bool = False

    @model_validator(mode="after")
    def _points_are_distinct(self) -> Self:
        points = [option.points for option in self.options]
        if len(set(points)) != len(points):
            raise ValueError(f"item {self.id}: two options score the same points; give each its own")
        return self

    @property
    def most(self) -> int:
        """The highest points this item can score."""
        return max(option.points for option in self.options)

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


class Instrument(Frozen):
    """A validated questionnaire. `parts` names shorter instruments made of some of its items (AUDIT-C of AUDIT)."""

    id: str
    name: str
    revision: int
    edition: str
    wording: Literal["verbatim"]
    sources: tuple[str, ...] = Field(min_length=1)
    rights: str
    attribution: str
    recall: str
    order: str
    """Name of the rule in `scoring.py` that says which items are due."""
    items: tuple[Item, ...]
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _bands_tile_the_range(self) -> Self:
        expected = 0
        for band in self.bands:
            if band.least != expected:
                raise ValueError(f"band {band.id} starts at {band.least}, expected {expected}")
            expected = band.most + 1
        if expected != self.most + 1:
            raise ValueError(f"the bands end at {expected - 1}, the highest total is {self.most}")
        return self

    @property
    def most(self) -> int:
        """The highest total."""
        return sum(item.most for item in self.items)

    def item(self, item_id: str) -> Item:
        """The item of this id. Raises KeyError if there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(f"{self.id} has no item {item_id}")

    def band(self, total: int) -> Band:
        """The band a total falls in. Raises ValueError for a total out of range."""
        for band in self.bands:
            if band.least <= total <= band.most:
                return band
        raise ValueError(f"{self.id} has no total {total}")
