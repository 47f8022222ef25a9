"""UK drinks as data: names, strengths with their sources, and how much is in a measure. Validated when loaded."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from screening.errors import ContentError
from screening.files import read_any
from screening.questionnaire import Frozen

FILE = Path(__file__).parent / "content" / "drinks.yaml"
STRONGEST = Decimal(96)
"""% ABV: rectified spirit; nothing sold to drink is stronger."""

Abv = Annotated[Decimal, Field(ge=0, le=STRONGEST)]
Ml = Annotated[Decimal, Field(gt=0, le=10_000)]
Words = tuple[str, ...]


class Serve(Frozen):
    """How much of a drink is in a measure; `abv` where that measure is sold at a strength of its own."""

    ml: Ml
    abv: Abv | None = None
    source: str | None = None


def _serves(measures: Any) -> Any:
    """`can: 440` is short for `can: {ml: 440}`."""
    if not isinstance(measures, dict):
        return measures
    return {name: serve if isinstance(serve, dict) else {"ml": serve} for name, serve in measures.items()}


Serves = Annotated[Mapping[str, Serve], BeforeValidator(_serves)]


class Kind(Frozen):
    """A kind of drink and how it is served: `default` is the measure where none is named."""

    default: str
    measures: Serves


class Drink(Frozen):
    """A drink by every name it goes by. `source` None: nobody vouches for its strength, and that is said.

    `only_measured`: the name is a drink only beside a measure or size ("a large red", not "a red").
    """

    id: str
    name: str
    names: Words = Field(min_length=1)
    kind: str
    abv: Abv
    source: str | None
    measures: Serves = Field(default_factory=dict)
    only_measured: bool = False


class Drinks(Frozen):
    """Everything that is known about drinks and the words around them: the whole of drinks.yaml."""

    sources: Mapping[str, Mapping[str, str]]
    measures: Serves
    kinds: Mapping[str, Kind]
    drinks: tuple[Drink, ...]
    measures_said: Mapping[str, Words]
    sizes_said: Mapping[str, Words]
    alone: Mapping[str, str]
    vague: Mapping[str, Decimal]
    amounts: Mapping[str, Decimal]
    alcohol_free: Words
    fillers: Words
    soft: Words
    not_drinks: Words
    not_misspelt: Words
    frequency: Words
    shared: Words
    breaks: Words
    refusals: Words
    nothing: Words

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        ids = [drink.id for drink in self.drinks]
        names = [name for drink in self.drinks for name in drink.names]
        for what, found in (("id", ids), ("name", names)):
            if twice := sorted({each for each in found if found.count(each) > 1}):
                raise ValueError(f"the {what} {twice[0]} stands for two drinks; keep it in one place")
        for drink in self.drinks:
            if drink.kind not in self.kinds:
                raise ValueError(f"drink {drink.id} is of kind {drink.kind}, which is not in kinds; add it there")
        for name, kind in self.kinds.items():
            if kind.default not in {*self.measures, *kind.measures}:
                raise ValueError(f"kind {name} is served as {kind.default}, which has no size; give it one")
        if strange := sorted((set(self.measures_said) - set(self.measures)) | (set(self.alone.values()) - set(ids))):
            raise ValueError(f"{strange[0]} is used but not defined; define it or drop it")
        return self

    def drink(self, drink_id: str) -> Drink:
        """The drink of this id. Raises KeyError."""
        for drink in self.drinks:
            if drink.id == drink_id:
                return drink
        raise KeyError(f"there is no drink {drink_id}")

    def serve(self, drink: Drink, size: str | None, measure: str | None) -> Serve:
        """What is in this measure of the drink: its own, else its kind's, else the usual size of the measure."""
        kind = self.kinds[drink.kind]
        known = {**self.measures, **kind.measures, **drink.measures}
        wanted = (f"{size} {measure}", size if measure in (None, "glass") else measure, measure, kind.default)
        return next(known[name] for name in wanted if name in known)

    def cited(self) -> set[str]:
        """The ids of every source a strength names."""
        strengths = [drink.source for drink in self.drinks]
        strengths += [serve.source for drink in self.drinks for serve in drink.measures.values()]
        return {source for source in strengths if source is not None}


def load_drinks(path: Path = FILE) -> Drinks:
    """Read and check drinks.yaml. Raises ContentError with file, place and remedy."""
    try:
        return Drinks.model_validate(read_any(path))
    except yaml.YAMLError as error:
        raise ContentError(path.name, "the file", "is not YAML", "Mend the indentation, quotes or colon") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise ContentError(path.name, where, first["msg"], "Compare with the other entries of the file") from error
