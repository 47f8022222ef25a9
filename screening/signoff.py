"""What is signed for with a journey: the hazards that its words and routes bear on, named in `content/signoff.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from screening.errors import ContentError
from screening.files import read_yaml
from screening.hazards import Hazard, load_hazards
from screening.library import CONTENT
from screening.questionnaire import Frozen

FILE = "signoff.yaml"


class _Document(Frozen):
    everywhere: tuple[str, ...]
    journeys: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SignOff:
    """The hazards that every journey bears on, and those of each, by its name."""

    everywhere: Sequence[Hazard]
    journeys: Mapping[str, Sequence[Hazard]]


def load_signoff(content: Path = CONTENT) -> SignOff:
    """The hazards of every journey. Raises ContentError with journey, hazard and remedy."""
    try:
        document = _Document.model_validate(read_yaml(content / FILE))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise ContentError(
            FILE, where, error.errors()[0]["msg"], "Write lists of hazards under their journey"
        ) from error
    known = {hazard.id: hazard for hazard in load_hazards(content)}
    for name, ids in {"everywhere": document.everywhere, **document.journeys}.items():
        for each in ids:
            if each not in known:
                raise ContentError(FILE, name, f"hazard {each} is not in hazards.yaml", "Correct the id")
            if name != "everywhere" and each in document.everywhere:
                raise ContentError(FILE, name, f"hazard {each} is named under everywhere too", "Name it once")
    return SignOff(
        [known[each] for each in document.everywhere],
        {name: [known[each] for each in ids] for name, ids in document.journeys.items()},
    )
