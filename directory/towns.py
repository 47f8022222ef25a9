"""Where the centre of a town is: the postcode sector it lies in, for places that are known by name only."""

from collections.abc import Mapping
from pathlib import Path

from directory.documents import read_yaml
from directory.places import words_of
from directory.postcodes import Sector, read_postcodes
from directory.services import ServicesError


def load_town_centres(path: Path) -> Mapping[str, Sector]:
    """The sector of each centre, by the town as the gazetteer names it. Raises ServicesError for what is no sector."""
    return {" ".join(words_of(town)): _sector(path.name, town, text) for town, text in _towns(path).items()}


def _towns(path: Path) -> Mapping[str, str]:
    towns: Mapping[str, str] = read_yaml(path.read_text("utf-8"))["centres"]
    return towns


def _sector(file: str, town: str, text: str) -> Sector:
    parts = read_postcodes(str(text)).parts
    if len(parts) == 1 and isinstance(parts[0], Sector):
        return parts[0]
    raise ServicesError(f'{file}: {town}: "{text}" is no postcode sector; write one such as "CT9 1"')
