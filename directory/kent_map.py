"""A small map of Kent and Medway, drawn from the boundaries we keep: no tiles, no other site is asked.

Drawn flat: a degree of longitude is shortened as at the latitude of Maidstone.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

from directory.areas import DATA
from directory.distances import Point

WIDTH = 320
"""Units across, unless asked otherwise; the height follows."""
MARGIN = 8
TOLERANCE = 1.0
"""Units by which a simplified border may stray: less than the width of its line."""
SMALLEST = 6.0
"""Square units; a smaller island is not drawn."""
LATITUDE = 51.27

ATTRIBUTION = (
    "Boundaries: Office for National Statistics, licensed under the Open Government Licence v3.0; contains OS data © "
    "Crown copyright and database right 2016. UK-GeoJSON by Martin Chorley, CC BY 4.0. Postcodes: contains OS data © "
    "Crown copyright and database right 2025, Royal Mail data © Royal Mail copyright and database right 2025 and "
    "National Statistics data © Crown copyright and database right 2025."
)
"""As the licences ask (directory/data/README.md), so not ours to reword."""

Spot = tuple[float, float]
Ring = Sequence[Spot]


@dataclass(frozen=True)
class KentMap:
    """The outline of each district as the `d` of an SVG path, by GSS code, in a picture `height` units high.

    `labels`: a spot well inside each district.
    """

    height: int
    outlines: Mapping[str, str]
    labels: Mapping[str, Spot]
    west: float
    north: float
    scale: float

    def spot(self, point: Point) -> Spot:
        """Where a point lies in the picture."""
        return _spot(point, self.west, self.north, self.scale)


def load_map(path: Path = DATA / "kent_boundaries.geojson", width: int = WIDTH) -> KentMap:
    """The map of the boundaries file, simplified, `width` units across."""
    features = {feature["properties"]["lad"]: feature for feature in _features(path)}
    rings = {code: list(_rings(feature["geometry"])) for code, feature in features.items()}
    points = [point for district in rings.values() for ring in district for point in ring]
    west, east = min(lon for _, lon in points), max(lon for _, lon in points)
    south, north = min(lat for lat, _ in points), max(lat for lat, _ in points)
    scale = (width - 2 * MARGIN) / ((east - west) * cos(radians(LATITUDE)))
    outlines = {
        code: _path([[_spot(point, west, north, scale) for point in ring] for ring in district])
        for code, district in rings.items()
    }
    inside = {
        code: _spot((each["properties"]["label_lat"], each["properties"]["label_lon"]), west, north, scale)
        for code, each in features.items()
    }
    return KentMap(round((north - south) * scale) + 2 * MARGIN, outlines, inside, west, north, scale)


def _features(path: Path) -> list[Any]:
    return list(json.loads(path.read_text("utf-8"))["features"])


def _rings(geometry: Any) -> Iterator[list[Point]]:
    """The outer ring of each part; GeoJSON says longitude first."""
    coordinates = geometry["coordinates"]
    for polygon in coordinates if geometry["type"] == "MultiPolygon" else [coordinates]:
        yield [(lat, lon) for lon, lat in polygon[0]]


def _spot(point: Point, west: float, north: float, scale: float) -> Spot:
    lat, lon = point
    return MARGIN + (lon - west) * cos(radians(LATITUDE)) * scale, MARGIN + (north - lat) * scale


def _path(rings: Iterable[Ring]) -> str:
    large = (_simplified(ring) for ring in rings if _size(ring) >= SMALLEST)
    return "".join(f"M{' '.join(f'{x:.1f},{y:.1f}' for x, y in ring)}Z" for ring in large)


def _size(ring: Ring) -> float:
    """The area within a ring."""
    return abs(sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring))) / 2


def _simplified(ring: Ring) -> list[Spot]:
    """The ring without the corners that hardly show (Douglas and Peucker 1973)."""
    keep = {0, len(ring) - 1}
    spans = [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        inner = range(first + 1, last)
        farthest = max(inner, key=lambda at: _apart(ring[at], ring[first], ring[last]), default=None)
        if farthest is not None and _apart(ring[farthest], ring[first], ring[last]) > TOLERANCE:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [ring[at] for at in sorted(keep)]


def _apart(spot: Spot, start: Spot, end: Spot) -> float:
    """How far a spot is from the line of two others, or from them where they are one."""
    (x, y), (x1, y1), (x2, y2) = spot, start, end
    length = hypot(x2 - x1, y2 - y1)
    if not length:
        return hypot(x - x1, y - y1)
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length
