"""The city as given: one frozen value that everything above reads."""

from datetime import date

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, CityId, VertiportId
from aspan.world.aircraft import AircraftType, Airframe
from aspan.world.geozones import Geozone
from aspan.world.lanes import LanePlan
from aspan.world.operator import Operator
from aspan.world.quantity import Quantity
from aspan.world.reliability import Emissions, Reliability
from aspan.world.rules import Rules
from aspan.world.streets import StreetGraph, StreetModel
from aspan.world.terrain import Terrain
from aspan.world.transit import Transit
from aspan.world.vertiport import Names, Vertiport
from aspan.world.weather import DailyWeather
from aspan.world.weather_archive import Station
from aspan.world.zones import DemandModel


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """What aircraft may do at a site, from one date until another (facts 4.33).

    Parameters
    ----------
    kind
        none, test, demonstration or passenger.
    from_date, until_date
        Half-open, local dates as `YYYY-MM-DD`.
    is_assumed
        True for the planning twin's assumption that passengers may fly; every page shows it.
    """

    kind: str
    from_date: str
    until_date: str
    is_assumed: bool
    vertiport_id: VertiportId | None = None
    aircraft_id: AircraftId | None = None


class FogModel(msgspec.Struct, frozen=True, kw_only=True):
    """Inversion fog of the plain: chance by month and its upper edge (facts 9.17 to 9.19).

    Parameters
    ----------
    fog_day_chance
        By month from January: chance that a day has fog in the plain.
    top_amsl_m_low, top_amsl_m_high
        The fog's upper edge lies between these.
    score_bound
        By month from January: the fog score above which a day has fog, so that `fog_day_chance` of
        the days do. Empty: found anew from all days of the file; then the fog of a day hangs,
        lightly, on days after it.
    """

    fog_day_chance: tuple[float, ...]
    top_amsl_m_low: float
    top_amsl_m_high: float
    score_bound: tuple[float, ...] = ()


class WeatherModel(msgspec.Struct, frozen=True, kw_only=True):
    """What the hourly weather of any date is made from.

    Parameters
    ----------
    valley_wind_mps
        Greatest speed of the valley wind on a fair summer day.
    valley_axis_deg
        Direction the mountain wind of the night comes from; by day it blows the other way.
    gust_factor
        Gust over wind, more than 1.
    stations
        Weather stations; the hours of their archives take the place of the modelled ones.
    """

    reference_elevation_m: float
    reference_lon_deg: float
    reference_lat_deg: float
    days: tuple[DailyWeather, ...]
    fog: FogModel
    valley_wind_mps: float
    valley_axis_deg: float
    gust_factor: float
    stations: tuple[Station, ...] = ()


class City(msgspec.Struct, frozen=True, kw_only=True):
    """One city with everything that makes it this one.

    Parameters
    ----------
    utm_epsg
        Code of the projected zone used inside, 32643 for Almaty.
    files_sha256
        SHA-256 over all files of the city's folder but its costs (names and bytes, sorted by name).
    quantities
        Every stated number by dotted path, `movement.taxi_s`, with range, source and mark.
    geozones
        Sorted by id; empty if the city has no `geozones.geojson`.
    credits
        Whose data the pages show, in the words their licences ask for.
    transit
        Feeds by name, fares and the bus estimate; nothing if `city.toml` says nothing.
    operator
        Who flies, as the feeds name it; None if `city.toml` does not say.
    place_files
        Tables of named places below the folder; `readers.places.load_places` reads them.
    streets, street_model
        None, both, if `city.toml` names no street files.
    """

    city_id: CityId
    names: Names
    time_zone: str
    utm_epsg: int
    phase: int
    vertiports: tuple[Vertiport, ...]
    aircraft_type: AircraftType
    airframes: tuple[Airframe, ...]
    approvals: tuple[Approval, ...]
    rules: Rules
    lanes: LanePlan
    demand: DemandModel
    weather: WeatherModel
    terrain: Terrain
    files_sha256: str
    folder: str
    fair_weather_date: date
    quantities: dict[str, Quantity]
    geozones: tuple[Geozone, ...] = ()
    credits: tuple[str, ...] = ()
    operator: Operator | None = None
    transit: Transit = Transit()
    place_files: tuple[str, ...] = ()
    streets: StreetGraph | None = None
    street_model: StreetModel | None = None
    reliability: Reliability | None = None
    emissions: Emissions | None = None

    def get_vertiport(self, vertiport_id: str) -> Vertiport:
        """Return the vertiport; `InvalidInput` naming the known ones if there is none."""
        for vertiport in self.vertiports:
            if vertiport.vertiport_id == vertiport_id:
                return vertiport
        known = ", ".join(v.vertiport_id for v in self.vertiports)
        raise InvalidInput("vertiport", vertiport_id, f"one of {known}")
