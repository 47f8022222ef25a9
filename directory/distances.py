"""How far apart two points are, in a straight line, and how such a distance is said."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

Point = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""

EARTH_MILES = 3958.8
"""The mean radius of the earth."""


def miles(one: Point, other: Point) -> float:
    """The great-circle distance of two points, by the haversine formula."""
    (lat, lon), (other_lat, other_lon) = ((radians(lat), radians(lon)) for lat, lon in (one, other))
    half = sin((other_lat - lat) / 2) ** 2 + cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(half))


def middle(points: Iterable[Point]) -> Point | None:
    """The mean of points that lie near each other; None of no points."""
    all_points = list(points)
    if not all_points:
        return None
    lats, lons = zip(*all_points, strict=True)
    return sum(lats) / len(lats), sum(lons) / len(lons)
