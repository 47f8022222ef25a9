"""Which district of Kent (or Medway) a postcode, part of one, or a place name means: none, one or many. Never a guess.

Source of every fact: `data/README.md`. An outcode's largest district is wrong for 8.4 % of postcodes, so a split one is
asked about.
"""

import csv
import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from directory.distances import Point, middle
from directory.places import Gazetteer, Mention, Place, load_gazetteer, words_of
from directory.postcodes import KENT_POSTCODE_AREAS, Outcode, Part, Postcode, Sector, postcode_area, read_postcodes
from directory.towns import load_town_centres

DATA = Path(__file__).parent / "data"

LONGEST_ANSWER = 300
"""Characters of an answer that is read; a longer one is not the name of a place."""

SEVENOAKS = "E07000111"
SWANLEY = "Swanley"
SWANLEY_OUTCODE = "BR8"
"""Swanley is counted apart: it is in Sevenoaks district, but the NHS reported it with Dartford and Gravesham."""

Outcome = Literal["one", "many", "none", "outside", "invalid"]
How = Literal[
    "postcode", "new_postcode", "sector", "outcode", "place", "spelling", "district", "county", "outside_area", ""
]


@dataclass(frozen=True, slots=True)
class Area:
    """A district of Kent, or Medway: GSS code and name; `locality` is "Swanley" inside Sevenoaks, else None."""

    code: str
    name: str
    locality: str | None = None


@dataclass(frozen=True, slots=True)
class AreaFinding:
    """What an answer means; `screening.facts.AreaFinding` says what each outcome asks for. `how`: read from what."""

    outcome: Outcome
    areas: tuple[Area, ...] = ()
    how: How = ""


@dataclass(frozen=True, slots=True)
class _Clue:
    """One postcode or place of an answer: the areas it may mean, and whether it may mean somewhere outside Kent."""

    areas: tuple[Area, ...]
    outside: bool
    how: How


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the postcode file: its district code, whether it is still in use, and its point."""

    postcode: str
    code: str
    live: bool
    point: Point


class PostcodeTable:
    """Postcode -> district code and point, for every row of the postcode file: sorted arrays of 17 bytes a row in all.

    A postcode is kept as the number its characters spell in base 36; degrees in single precision, exact to a metre.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted((_number(row.postcode), row.code, row.point) for row in rows)
        self._codes = tuple(sorted({code for _, code, _ in ordered}))
        place_of = {code: place for place, code in enumerate(self._codes)}
        self._numbers = array("Q", (number for number, _, _ in ordered))
        self._places = bytes(place_of[code] for _, code, _ in ordered)
        self._lats = array("f", (lat for _, _, (lat, _) in ordered))
        self._lons = array("f", (lon for _, _, (_, lon) in ordered))

    def __len__(self) -> int:
        return len(self._numbers)

    def district(self, postcode: Postcode) -> str | None:
        at = self._at(postcode)
        return None if at is None else self._codes[self._places[at]]

    def coordinates(self, postcode: Postcode) -> Point | None:
        """Latitude and longitude in degrees; None for a postcode that is not known."""
        at = self._at(postcode)
        return None if at is None else (self._lats[at], self._lons[at])

    def middle(self, part: Sector | Outcode, code: str) -> Point | None:
        """The middle of the postcodes of a sector or outcode that lie in a district; None where none does."""
        left_out = 2 if isinstance(part, Sector) else 3
        first, size = _number(str(part)) * 36**left_out, 36**left_out
        inside = range(bisect_left(self._numbers, first), bisect_left(self._numbers, first + size))
        return middle((self._lats[at], self._lons[at]) for at in inside if self._codes[self._places[at]] == code)

    def _at(self, postcode: Postcode) -> int | None:
        number = _number(postcode.outcode + postcode.inward)
        at = bisect_left(self._numbers, number)
        return at if at < len(self._numbers) and self._numbers[at] == number else None


class AreaIndex:
    """Everything needed to read an answer to the place question. Read-only once built."""

    def __init__(
        self,
        names: Mapping[str, str],
        postcodes: PostcodeTable,
        parts: Mapping[Sector | Outcode, Sequence[str]],
        gazetteer: Gazetteer,
        centres: Mapping[str, Sector],
    ) -> None:
        """`names`: GSS code -> name, Kent and Medway only. `parts`: sector or outcode -> its codes, largest first.

        `centres`: a town, as the gazetteer names it -> the sector of its centre.
        """
        self.names = dict(names)
        self._postcodes = postcodes
        self._parts = dict(parts)
        self._gazetteer = gazetteer
        self._centres = dict(centres)
        self._districts = {" ".join(words_of(name)) for name in names.values()}
        localities = (None, SWANLEY)
        self._areas = {(code, place): Area(code, name, place) for code, name in names.items() for place in localities}

    def find(self, text: str) -> AreaFinding:
        """What `text` means. Never raises, whatever it holds."""
        if len(text) > LONGEST_ANSWER:
            return AreaFinding("none")
        reading = read_postcodes(text)
        clues = [clue for part in reading.parts if (clue := self._clue_of_postcode(part))]
        if any(isinstance(part, Postcode) for part in reading.parts) and clues:
            return _finding(clues)
        mention = self._gazetteer.read(text)
        clues += [self._clue_of_place(place, mention) for place in mention.places]
        if clues:
            return _finding(clues)
        if reading.parts or reading.wrong:
            return AreaFinding("invalid")
        return self._without_a_name(text, mention)

    def mentioned(self, text: str) -> AreaFinding:
        """What a message says of places where nobody asked: everyday words are none there, and slips not guessed at."""
        if len(text) > LONGEST_ANSWER:
            return AreaFinding("none")
        clues = [clue for part in read_postcodes(text).parts if (clue := self._clue_of_postcode(part))]
        mention = self._gazetteer.read(text, asked=False)
        clues += [self._clue_of_place(place, mention) for place in mention.places]
        return _finding(clues) if clues else AreaFinding("none")

    def coordinates(self, postcode: Postcode) -> Point | None:
        """Latitude and longitude of a whole postcode; None for one that is not known."""
        return self._postcodes.coordinates(postcode)

    def position(self, text: str, code: str) -> Point | None:
        """Where an answer lies within a district: a postcode, the middle of part of one, or a town's centre.

        None where no more than the district is known, or the answer is in another.
        """
        parts = read_postcodes(text[:LONGEST_ANSWER]).parts
        named = [self._centres.get(place.name) for place in self._gazetteer.read(text[:LONGEST_ANSWER]).places]
        points = (self._point(part, code) for part in (*parts, *named) if part)
        return next((point for point in points if point), None)

    def _point(self, part: Part, code: str) -> Point | None:
        if not isinstance(part, Postcode):
            return self._postcodes.middle(part, code)
        if self._postcodes.district(part) == code:
            return self._postcodes.coordinates(part)
        return self._postcodes.middle(part.sector, code)

    def _clue_of_postcode(self, part: Part) -> _Clue | None:
        """None when there can be no such postcode."""
        if isinstance(part, Postcode) and (code := self._postcodes.district(part)):
            return self._clue([code], part.outcode, "postcode")
        if postcode_area(part.outcode) not in KENT_POSTCODE_AREAS:
            return _Clue((), True, "outside_area")
        for wider, how in _wider(part):
            if codes := self._parts.get(wider):
                return self._clue(codes, wider.outcode, how)
        return None

    def _clue(self, codes: Sequence[str], outcode: str, how: How) -> _Clue:
        kent = tuple(
            self._area(code, SWANLEY if outcode == SWANLEY_OUTCODE else None) for code in codes if code in self.names
        )
        return _Clue(kent, len(kent) < len(codes), how)

    def _area(self, code: str, locality: str | None = None) -> Area:
        return self._areas[code, locality if code == SEVENOAKS else None]

    def _clue_of_place(self, place: Place, mention: Mention) -> _Clue:
        how: How = "district" if place.name in self._districts else "place"
        outside = place.outside and not (mention.county and place.districts)
        return _Clue(self._areas_of(place), outside, how)

    def _areas_of(self, place: Place) -> tuple[Area, ...]:
        locality = SWANLEY if place.name == SWANLEY.lower() else None
        return tuple(sorted((self._area(code, locality) for code in place.districts), key=lambda area: area.name))

    def _without_a_name(self, text: str, mention: Mention) -> AreaFinding:
        if mention.outside_county:
            return AreaFinding("outside", how="place")
        if mention.county:
            return AreaFinding("none", how="county")
        near = {area.code: area for place in self._gazetteer.guess(text) for area in self._areas_of(place)}
        return AreaFinding("many", tuple(near.values()), "spelling") if near else AreaFinding("none")


def _number(postcode: str) -> int:
    return int(postcode.replace(" ", ""), 36)


def _wider(part: Part) -> list[tuple[Sector | Outcode, How]]:
    """What may stand for a part that is not known itself. "CT91", no outcode, can only be the sector CT9 1."""
    outcode = Outcode(part.outcode)
    if isinstance(part, Postcode):
        return [(part.sector, "new_postcode"), (outcode, "outcode")]
    if isinstance(part, Sector):
        return [(part, "sector"), (outcode, "outcode")]
    return [(outcode, "outcode"), (Sector(part.outcode[:-1], part.outcode[-1]), "sector")]


def _finding(clues: Sequence[_Clue]) -> AreaFinding:
    """Clues that agree narrow each other ("Minster near Ramsgate"); clues that do not are a question."""
    if len(clues) == 1:
        return _meaning(clues[0].areas, clues[0].outside, clues[0].how)
    shared = set.intersection(*({area.code for area in clue.areas} for clue in clues))
    areas: dict[str, Area] = {}
    for clue in clues:
        for area in clue.areas:
            if not shared or area.code in shared:
                areas.setdefault(area.code, area)
    outside = all(clue.outside for clue in clues) if shared else any(clue.outside for clue in clues)
    narrowest = min(clues, key=lambda clue: len(clue.areas) + clue.outside)
    return _meaning(tuple(areas.values()), outside, narrowest.how if areas else clues[0].how)


def _meaning(areas: tuple[Area, ...], outside: bool, how: How) -> AreaFinding:
    if not areas:
        return AreaFinding("outside", how=how)
    return AreaFinding("one" if len(areas) == 1 and not outside else "many", areas, how)


def load_areas(data: Path = DATA) -> AreaIndex:
    """The index of the shipped data files."""
    rows = _postcode_rows(data / "kent_postcodes.csv.gz")
    names, outcodes = _outcodes(data / "kent_outcodes.csv")
    return AreaIndex(
        names,
        PostcodeTable(rows),
        {**outcodes, **_sectors(rows)},
        load_gazetteer(data / "kent_towns.csv", data / "place_aliases.yaml"),
        load_town_centres(data / "town_centres.yaml"),
    )


def _postcode_rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = next(lines)
        postcode, code, live, lat, lon = (header.index(name) for name in ("postcode", "lad", "live", "lat", "lon"))
        return [
            Row(line[postcode], line[code], line[live] == "1", (float(line[lat]), float(line[lon]))) for line in lines
        ]


def _outcodes(path: Path) -> tuple[dict[str, str], dict[Sector | Outcode, list[str]]]:
    """The names of the districts of Kent and Medway, and each outcode's district codes, largest share first."""
    names: dict[str, str] = {}
    shares: dict[Sector | Outcode, list[tuple[float, str]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            shares.setdefault(Outcode(row["outcode"]), []).append((-float(row["share"]), row["lad"]))
            if row["in_kent_or_medway"] == "1":
                names[row["lad"]] = row["lad_name"]
    return names, {outcode: [code for _, code in sorted(codes)] for outcode, codes in shares.items()}


def _sectors(rows: Iterable[Row]) -> dict[Sector | Outcode, list[str]]:
    """Each sector's district codes, most live postcodes first."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        if row.live:
            sector = counts.setdefault(row.postcode[:-2], {})
            sector[row.code] = sector.get(row.code, 0) + 1
    return {Sector(*sector.split()): sorted(codes, key=lambda code: -codes[code]) for sector, codes in counts.items()}
