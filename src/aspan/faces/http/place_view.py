"""The places of a city as the API tells them; read when they are first asked for."""

from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from aspan.faces.http.wire_places import NearPage, PlaceHit, PlacesPage
from aspan.journeys.place_search import PlaceIndex, name_point, search_places
from aspan.world.city import City
from aspan.world.feed import Feed
from aspan.world.places import Place
from aspan.world.readers import load_places


class PlaceView(Protocol):
    """Who knows the places. Called from several threads at once."""

    def search(self, q: str, lang: str, limit: int) -> PlacesPage:
        """Return the places that fit what was typed."""
        ...

    def near(self, lon_deg: float, lat_deg: float, lang: str) -> NearPage:
        """Return what names a point."""
        ...

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north [deg] of all places."""
        ...


class CityPlaces:
    """`PlaceView` over a city's tables, vertiports, zones and stops."""

    def __init__(self, city: City, feeds: Sequence[Feed]) -> None:
        """Read nothing yet.

        Parameters
        ----------
        feeds
            Of the city, as they are searched: not read again, as their files may have been
            replaced since.
        """
        self._city = city
        self._feeds = feeds
        self._index: PlaceIndex | None = None
        self._reading = Lock()

    def index(self) -> PlaceIndex:
        """Return the index, made once; `InvalidInput` if a table is not sound."""
        with self._reading:
            if self._index is None:
                self._index = PlaceIndex(load_places(self._city, self._feeds))
            return self._index

    def search(self, q: str, lang: str, limit: int) -> PlacesPage:
        """Return the places that fit what was typed."""
        found = search_places(self.index(), q, limit=limit)
        return PlacesPage(q=q, lang=lang, places=[tell_place(m.place, lang) for m in found])

    def near(self, lon_deg: float, lat_deg: float, lang: str) -> NearPage:
        """Return what names a point."""
        found = name_point(self.index(), lon_deg, lat_deg)
        if found is None:
            return NearPage(lang=lang, place=None, distance_m=None)
        distance_m = round(found.distance_m)
        return NearPage(lang=lang, place=tell_place(found.place, lang), distance_m=distance_m)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north [deg] of all places."""
        index = self.index()
        if not index.places:
            return (-180.0, -90.0, 180.0, 90.0)
        lon, lat = index.lon_deg, index.lat_deg
        return (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def tell_place(place: Place, lang: str) -> PlaceHit:
    """Return a place in one language, kk, ru or en."""
    return PlaceHit(
        id=place.place_id,
        kind=place.kind,
        name=getattr(place.names, lang),
        is_name_derived=lang in place.derived,
        lat=place.lat_deg,
        lon=place.lon_deg,
    )
