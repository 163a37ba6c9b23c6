"""Disruptions: what breaks on a day of the twin beyond its weather and scatter, by profile.

An aircraft found unfit, a FATO closed, fog rolling in over the modelled weather. Each is told to
the engine as it would be in service: orders of a desk, reports of the weather; nothing forecasts
them. Drawn by keyed dice from seed, date and number, so a profile moves no other chance and the
same seed breaks the same things. How often and how long is assumed: enough on every day for the
care of passengers to be tried, far more than a service would see.
"""

from datetime import date

import msgspec

from aspan.operations import actions as act
from aspan.operations.commands import TakeAction
from aspan.primitives.dice import draw, draw_between
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, FatoId, PlaceId, VertiportId
from aspan.primitives.instants import local_midnight_ms
from aspan.primitives.units import MS_PER_H
from aspan.world.city import City
from aspan.world.geodesy import great_circle_m
from aspan.world.vertiport import Vertiport
from aspan.world.weather import Weather

WHO = "twin"
"""Whose orders they are, on the log."""

FIRST_H, LAST_H = 6.5, 18.0
"""Things break between these, local hours."""

GROUNDED_H = (2.0, 6.0)
"""How long an aircraft found unfit stays on its stand."""

CLOSED_H = (0.5, 3.0)
"""How long a FATO is closed: debris, a vehicle, a light out."""

FOG_FIRST_H, FOG_LAST_H = 6, 15
FOG_H = (2, 4)
"""Fog begins between these local hours and lies for so many."""

FOG_M_PER_H = 6_000.0
"""How fast fog rolls on from where it begins."""

FOG_REACH_M = 15_000.0
"""How far it comes."""

FOG_DEPTH_M = 300.0
"""It covers what lies at most so much higher than where it begins (facts 9.17)."""

FOG_VISIBILITY_M, FOG_CEILING_AGL_M = 250.0, 60.0
FOG_WIND_MPS_MAX, FOG_GUST_MPS_MAX = 2.0, 3.0
FOG_HUMIDITY_MIN = 0.97


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What breaks each day: how many times of each kind."""

    name: str
    groundings: int = 0
    closures: int = 0
    fogs: int = 0


PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(name="none"),
        Profile(name="grounded", groundings=2),
        Profile(name="fato", closures=2),
        Profile(name="fog", fogs=1),
        Profile(name="mixed", groundings=1, closures=1, fogs=1),
    )
}


def get_profile(name: str) -> Profile:
    """Return a profile by its name; `InvalidInput` naming all if there is none."""
    found = PROFILES.get(name)
    if found is None:
        raise InvalidInput("faults", name, f"one of {', '.join(PROFILES)}")
    return found


class FogBank(msgspec.Struct, frozen=True, kw_only=True):
    """Fog over some places, each for the whole hours [from, until) in ms UTC."""

    hours: dict[PlaceId, tuple[int, int]]

    def is_over(self, place_id: PlaceId, hour_ms: int) -> bool:
        """Say whether a place lies in it in the hour that begins at an instant."""
        from_ms, until_ms = self.hours.get(place_id, (0, 0))
        return from_ms <= hour_ms < until_ms


class Disruptions:
    """What breaks on the days of a run.

    Parameters
    ----------
    fleet
        The aircraft that may be found unfit.
    """

    def __init__(
        self, city: City, profile: Profile, *, seed: int, fleet: tuple[AircraftId, ...]
    ) -> None:
        self._city = city
        self._profile = profile
        self._seed = seed
        self._fleet = tuple(sorted(fleet))
        self._sites = tuple(sorted(city.vertiports, key=lambda v: v.vertiport_id))
        self._banks: dict[date, tuple[FogBank, ...]] = {}

    def list_orders(self, day: date) -> list[tuple[int, TakeAction]]:
        """Return what the desk orders on a local date and when, with what undoes it, in order."""
        orders: list[tuple[int, TakeAction]] = []
        for number in range(self._profile.groundings):
            aircraft_id = self._fleet[self._pick("aircraft", day, number, len(self._fleet))]
            self._add(
                orders,
                ("grounded", day, number),
                GROUNDED_H,
                act.GroundAircraft(aircraft_id=aircraft_id),
                act.ReturnAircraft(aircraft_id=aircraft_id),
            )
        for number in range(self._profile.closures):
            site = self._sites[self._pick("site", day, number, len(self._sites))]
            fatos = sorted(f.fato_id for f in site.fatos)
            place: tuple[VertiportId, FatoId] = (
                site.vertiport_id,
                fatos[self._pick("fato", day, number, len(fatos))],
            )
            self._add(
                orders,
                ("fato", day, number),
                CLOSED_H,
                act.CloseFato(vertiport_id=place[0], fato_id=place[1]),
                act.OpenFato(vertiport_id=place[0], fato_id=place[1]),
            )
        return sorted(orders, key=lambda order: (order[0], order[1].key))

    def _add(
        self,
        orders: list[tuple[int, TakeAction]],
        name: tuple[str, date, int],
        lasts_h: tuple[float, float],
        begins: act.AnyAction,
        ends: act.AnyAction,
    ) -> None:
        """Add an order at a random instant of a day, and the one that undoes it."""
        kind, day, number = name
        text = day.isoformat()
        midnight_ms = local_midnight_ms(day, self._city.time_zone)
        from_h = draw_between(FIRST_H, LAST_H, self._seed, "fault", kind, text, number, "from")
        for_h = draw_between(*lasts_h, self._seed, "fault", kind, text, number, "for")
        for what, at_h, action in (("begins", from_h, begins), ("ends", from_h + for_h, ends)):
            key = f"fault-{kind}-{text}-{number}-{what}"
            order = TakeAction(key=key, who=WHO, why=f"disruption: {kind}", action=action)
            orders.append((midnight_ms + round(at_h * MS_PER_H), order))

    def _pick(self, what: str, day: date, number: int, count: int) -> int:
        return int(draw(self._seed, "fault", what, day.isoformat(), number) * count)

    def list_fog(self, day: date) -> tuple[FogBank, ...]:
        """Return the fog of a local date."""
        if day not in self._banks:
            numbers = range(self._profile.fogs)
            self._banks[day] = tuple(self._lay(day, number) for number in numbers)
        return self._banks[day]

    def _lay(self, day: date, number: int) -> FogBank:
        """Return one bank: it begins at a site and rolls on to those near that lie no higher."""
        first = self._sites[self._pick("fog", day, number, len(self._sites))]
        text = day.isoformat()
        from_h = int(
            draw_between(FOG_FIRST_H, FOG_LAST_H + 1, self._seed, "fault", "fog", text, number)
        )
        for_h = int(
            draw_between(FOG_H[0], FOG_H[1] + 1, self._seed, "fault", "fog-for", text, number)
        )
        midnight_ms = local_midnight_ms(day, self._city.time_zone)
        hours = {}
        for site in self._sites:
            away_m = _distance_m(first, site)
            is_low = site.elevation_amsl_m <= first.elevation_amsl_m + FOG_DEPTH_M
            if away_m <= FOG_REACH_M and is_low:
                begins_ms = midnight_ms + (from_h + int(away_m / FOG_M_PER_H)) * MS_PER_H
                hours[PlaceId(site.vertiport_id)] = (begins_ms, begins_ms + for_h * MS_PER_H)
        return FogBank(hours=hours)

    def cover(self, weather: Weather, day: date) -> Weather:
        """Return the weather of an hour of a local date with the fog of that date over it."""
        banks = self.list_fog(day)
        if not any(bank.is_over(weather.place_id, weather.at_ms) for bank in banks):
            return weather
        return msgspec.structs.replace(
            weather,
            visibility_m=min(weather.visibility_m, FOG_VISIBILITY_M),
            ceiling_agl_m=min(weather.ceiling_agl_m, FOG_CEILING_AGL_M),
            wind_mps=min(weather.wind_mps, FOG_WIND_MPS_MAX),
            gust_mps=min(weather.gust_mps, FOG_GUST_MPS_MAX),
            relative_humidity=max(weather.relative_humidity, FOG_HUMIDITY_MIN),
            present_weather="FG",
            is_modelled=True,
        )


def _distance_m(first: Vertiport, second: Vertiport) -> float:
    return great_circle_m(first.lon_deg, first.lat_deg, second.lon_deg, second.lat_deg)
