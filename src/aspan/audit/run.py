"""One run under audit: its tables, the city, and the look-ups that several laws share."""

from collections import defaultdict
from functools import cached_property
from math import cos, radians, sin
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aspan.audit.bounds import POSITION_M_MAX, SPAN_MS_MAX
from aspan.audit.findings import Check
from aspan.audit.geodesy import Floats, Plane
from aspan.audit.rows import (
    Action,
    Aircraft,
    Approval,
    Booking,
    Closure,
    Release,
    Sortie,
    Weather,
)
from aspan.audit.sun import sunrise_sunset_ms
from aspan.audit.tables import Tables, Tracks
from aspan.audit.truth import CityTruth, SiteTruth
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_H

FATO_CLOSED = "fato_closed"
DEPARTURES_HELD = "departures_held"


class Track(msgspec.Struct, frozen=True):
    """What one sortie flew, as arrays of vertices in metres of the audit's plane."""

    sortie_id: str
    at_ms: Floats
    x_m: Floats
    y_m: Floats
    altitude_amsl_m: Floats
    lon_deg: Floats
    lat_deg: Floats
    ground_speed_mps: Floats
    phase: tuple[str, ...]


class Run:
    """A run under audit."""

    def __init__(self, tables: Tables, city: CityTruth) -> None:
        self.tables = tables
        self.city = city
        self.rules = city.rules

    def begin(self, law: str, clause: str, limit: str, *needs: str) -> Check:
        """Return a clause to exercise; it names the tables among `needs` that are absent."""
        return Check(law, clause, limit, [n for n in needs if getattr(self.tables, n) is None])

    @cached_property
    def plane(self) -> Plane:
        """The audit's plane of metres."""
        return self.city.plane()

    @cached_property
    def sorties(self) -> tuple[Sortie, ...]:
        """All sorties by id; empty if there is no table."""
        return self.tables.sorties or ()

    @cached_property
    def sortie_by_id(self) -> dict[str, Sortie]:
        """Look-up of sorties."""
        return {sortie.sortie_id: sortie for sortie in self.sorties}

    @cached_property
    def flown(self) -> tuple[Sortie, ...]:
        """Sorties that went off-block, by off-block, then id."""
        gone = [s for s in self.sorties if s.off_block_at_ms is not None]
        return tuple(sorted(gone, key=lambda s: (s.off_block_at_ms or 0, s.sortie_id)))

    @cached_property
    def flown_by_aircraft(self) -> dict[str, list[Sortie]]:
        """Flown sorties of each aircraft in order of off-block."""
        found: defaultdict[str, list[Sortie]] = defaultdict(list)
        for sortie in self.flown:
            found[sortie.aircraft_id].append(sortie)
        return dict(sorted(found.items()))

    @cached_property
    def aircraft_by_id(self) -> dict[str, Aircraft]:
        """Look-up of aircraft."""
        return {a.aircraft_id: a for a in self.tables.aircraft or ()}

    @cached_property
    def release_by_sortie(self) -> dict[str, Release]:
        """The last release of each sortie before it went off-block, or its last of all."""
        found: dict[str, Release] = {}
        for release in self.tables.releases or ():
            sortie = self.sortie_by_id.get(release.sortie_id)
            off_ms = None if sortie is None else sortie.off_block_at_ms
            known = found.get(release.sortie_id)
            if known is None or off_ms is None or release.released_at_ms <= off_ms:
                found[release.sortie_id] = release
        return found

    @cached_property
    def bookings_by_sortie(self) -> dict[str, list[Booking]]:
        """Bookings that name a sortie."""
        found: defaultdict[str, list[Booking]] = defaultdict(list)
        for booking in self.tables.bookings or ():
            for sortie_id in dict.fromkeys(booking.sortie_ids):
                found[sortie_id].append(booking)
        return dict(found)

    @cached_property
    def approvals_by_thing(self) -> dict[tuple[str | None, str | None], list[Approval]]:
        """Approvals by aircraft and site, None meaning any."""
        found: defaultdict[tuple[str | None, str | None], list[Approval]] = defaultdict(list)
        for row in self.tables.approvals or ():
            found[row.aircraft_id, row.vertiport_id].append(row)
        return dict(found)

    @cached_property
    def rings(self) -> dict[bytes, tuple[Floats, Floats]]:
        """Footprints of volumes that have been projected, by their JSON; lanes share them."""
        return {}

    @cached_property
    def closures_by_fato(self) -> dict[str, list[Closure]]:
        """When each FATO was closed by the desk."""
        found: defaultdict[str, list[Closure]] = defaultdict(list)
        for row in self.tables.closures or ():
            if row.kind == FATO_CLOSED and row.fato_id is not None:
                found[row.fato_id].append(row)
        return dict(found)

    @cached_property
    def holds_by_site(self) -> dict[str, list[Closure]]:
        """When each site's departures were held by the desk."""
        found: defaultdict[str, list[Closure]] = defaultdict(list)
        for row in self.tables.closures or ():
            if row.kind == DEPARTURES_HELD:
                found[row.vertiport_id].append(row)
        return dict(found)

    @cached_property
    def orders(self) -> tuple[tuple[Action, dict[str, Any]], ...]:
        """Orders of the desk that were done, each with what it says, in order of time."""
        done = [row for row in self.tables.actions or () if row.outcome == "done"]
        return tuple((row, _read_order(row)) for row in done)

    @cached_property
    def sites_of_run(self) -> tuple[str, ...]:
        """Sites of the run's phase as `city.json` states them; all of the city if it does not."""
        rows = (self.tables.city or {}).get("vertiports")
        if not isinstance(rows, list):
            return tuple(self.city.sites)
        return tuple(str(row.get("vertiport_id")) for row in rows if isinstance(row, dict))

    @cached_property
    def cancelled_by_desk(self) -> dict[str, Action]:
        """The order that cancelled each sortie the desk cancelled, by sortie."""
        return {
            str(what.get("sortie_id")): row
            for row, what in self.orders
            if row.action == "cancel_sortie"
        }

    @cached_property
    def tracks(self) -> tuple[Track, ...]:
        """Tracks by sortie id, projected."""
        table = self.tables.tracks
        if table is None:
            return ()
        x_m, y_m = self.plane.project(table.lon_deg, table.lat_deg)
        self._check_tracks(table, x_m, y_m)
        return tuple(
            Track(
                name, table.at_ms[a:b], x_m[a:b], y_m[a:b], table.altitude_amsl_m[a:b],
                table.lon_deg[a:b], table.lat_deg[a:b], table.ground_speed_mps[a:b],
                table.phase[a:b],
            )
            for name, a, b in zip(
                table.sortie_ids, table.first[:-1].tolist(), table.first[1:].tolist(), strict=True
            )
        )  # fmt: skip

    def _check_tracks(self, table: Tracks, x_m: Floats, y_m: Floats) -> None:
        """Raise `InvalidInput` for tracks so far away or so long that no aircraft flew them."""
        middle = np.array(list(self.site_xy.values())).mean(axis=0)
        away_m = float(np.hypot(x_m - middle[0], y_m - middle[1]).max(initial=0.0))
        if not away_m <= POSITION_M_MAX:
            expected = f"positions within {POSITION_M_MAX:g} m of the city's sites"
            raise InvalidInput("tracks.parquet", f"{away_m:.0f} m away", expected)
        first = table.first[:-1]
        if len(first) and len(table.at_ms):
            least, most = (f.reduceat(table.at_ms, first) for f in (np.minimum, np.maximum))
            longest_ms = float((most - least).max())
            if longest_ms > SPAN_MS_MAX:
                raise InvalidInput(
                    "tracks.parquet", f"{longest_ms:.0f} ms long", f"tracks up to {SPAN_MS_MAX} ms"
                )

    @cached_property
    def track_by_sortie(self) -> dict[str, Track]:
        """Look-up of tracks."""
        return {track.sortie_id: track for track in self.tracks}

    @cached_property
    def site_xy(self) -> dict[str, tuple[float, float]]:
        """Reference points of the sites in the plane."""
        return {
            name: self.plane.project_point(site.lon_deg, site.lat_deg)
            for name, site in self.city.sites.items()
        }

    @cached_property
    def _weather(self) -> dict[tuple[str, int], Weather]:
        return {(w.place_id, w.at_ms // MS_PER_H): w for w in self.tables.weather or ()}

    def find_weather(self, place_id: str, at_ms: float) -> Weather | None:
        """Return the weather of the hour at a place."""
        return self._weather.get((place_id, int(at_ms) // MS_PER_H))

    def wind_mps(self, place_ids: tuple[str, ...], at_ms: float) -> tuple[float, float]:
        """Return the mean wind over places as the vector it blows towards, east and north."""
        east = north = 0.0
        known = [w for w in (self.find_weather(p, at_ms) for p in place_ids) if w is not None]
        for weather in known:
            towards = radians(weather.wind_from_deg + 180.0)
            east += weather.wind_mps * sin(towards) / len(known)
            north += weather.wind_mps * cos(towards) / len(known)
        return east, north

    @cached_property
    def _sun(self) -> dict[tuple[str, str], tuple[float, float]]:
        return {}

    def sun_ms(self, vertiport_id: str, at_ms: int) -> tuple[float, float]:
        """Return sunrise and sunset [ms] at a site on the local date of an instant."""
        day = ms_to_local(at_ms, self.city.time_zone).date()
        key = (vertiport_id, day.isoformat())
        if key not in self._sun:
            site = self.city.sites[vertiport_id]
            self._sun[key] = sunrise_sunset_ms(
                day, self.city.time_zone, lon_deg=site.lon_deg, lat_deg=site.lat_deg
            )
        return self._sun[key]

    def is_night(self, vertiport_id: str, at_ms: int) -> bool:
        """Return whether the sun is down at a site."""
        if vertiport_id not in self.city.sites:
            return False
        rise_ms, set_ms = self.sun_ms(vertiport_id, at_ms)
        return not rise_ms <= at_ms <= set_ms

    def is_protected(self, x_m: Floats, y_m: Floats, altitude_amsl_m: Floats) -> NDArray[np.bool_]:
        """Return which positions lie in the protected volume of a site."""
        inside = np.zeros(x_m.shape, dtype=np.bool_)
        for name, site in self.city.sites.items():
            site_x_m, site_y_m = self.site_xy[name]
            near = np.hypot(x_m - site_x_m, y_m - site_y_m) <= site.protected_radius_m
            inside |= near & (altitude_amsl_m <= top_amsl_m(site))
        return inside

    @cached_property
    def end_ms(self) -> int:
        """The last instant at which anything is known to have happened."""
        known = [s.on_block_at_ms or s.off_block_at_ms or 0 for s in self.sorties]
        known += [line.at_ms for line in self.tables.money or ()]
        known += [step.end_at_ms for step in self.tables.charge_power or ()]
        if self.tables.tracks is not None and len(self.tables.tracks.at_ms):
            known.append(int(self.tables.tracks.at_ms.max()))
        return max(known, default=0)


def _read_order(row: Action) -> dict[str, Any]:
    """Return what an order says; empty if it is no JSON object."""
    try:
        return msgspec.json.decode(row.what, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        return {}


def top_amsl_m(site: SiteTruth) -> float:
    """Return the upper edge of a site's protected volume."""
    return site.elevation_amsl_m + site.protected_height_m
