"""Places: what people call the spots of a city, in three languages, for search and labels."""

from typing import Final

import msgspec

from aspan.world.vertiport import Names

LANGUAGES: Final = ("kk", "ru", "en")

PLACE_KINDS: Final = (
    "airport",
    "bus_station",
    "business",
    "district",
    "hospital",
    "hotel",
    "junction",
    "mall",
    "market",
    "museum",
    "park",
    "railway",
    "resort",
    "sport",
    "station",
    "street",
    "theatre",
    "town",
    "university",
    "vertiport",
    "village",
    "worship",
)
"""What a place is; `station` is a stop of public transport with a name, `town` a whole town."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A spot with a name.

    Parameters
    ----------
    kind
        One of `PLACE_KINDS`.
    names
        As shown. Where a source lacks a language the name is made from another one.
    also
        Other names people use, older ones and abbreviations; never shown.
    derived
        Languages of `names` that no source gave.
    weight
        How likely it is meant, in [0, 1]. Assumed: an airport 1, a crossing of two streets 0.2.
    source
        Document and row the position was taken from.
    """

    place_id: str
    kind: str
    names: Names
    lon_deg: float
    lat_deg: float
    weight: float
    source: str
    also: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
