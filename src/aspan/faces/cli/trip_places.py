"""Ends of a trip on the command line: points, or places by their names."""

from typing import Final

from aspan.faces.http.journey_question import find_degrees
from aspan.journeys.place_search import PlaceIndex, search_places
from aspan.primitives.errors import InvalidInput
from aspan.world.city import City
from aspan.world.readers import load_feeds, load_places

EXPECTED: Final = "LAT,LON in degrees, or the name of a place"

ALIKE_SCORE: Final = 0.97
"""A place that fits nearly as well as the first is told beside it."""

OTHERS_MAX: Final = 3


def find_point(option: str, text: str, city: City) -> tuple[tuple[float, float], str]:
    """Return longitude and latitude [deg], and a sentence on the place taken, empty for a point.

    A name is searched for as on the pages. Other places that fit as well are told.
    """
    if text and set(text) <= set("0123456789.,+-eE "):
        return _read_point(option, text), ""
    index = PlaceIndex(load_places(city, load_feeds(city)))
    found = search_places(index, text, limit=1 + OTHERS_MAX)
    if not text.strip() or not found:
        raise InvalidInput(option, text, f"{EXPECTED} that {city.names.en} knows")
    best, *rest = found
    others = [m.place.names.en for m in rest if m.score >= ALIKE_SCORE * best.score]
    place = best.place
    note = f"{option} {text}: {place.names.en} ({place.lat_deg:.5f},{place.lon_deg:.5f})"
    if others:
        note += f"; also called so: {', '.join(others)}"
    return (place.lon_deg, place.lat_deg), note


def _read_point(option: str, text: str) -> tuple[float, float]:
    point = find_degrees(text)
    if point is None:
        raise InvalidInput(option, text, EXPECTED)
    if abs(point[0]) > 180.0 or abs(point[1]) > 90.0:
        raise InvalidInput(option, text, "a latitude within ±90 and a longitude within ±180")
    return point
