"""The range: the test site as given by a city's `range.toml`, frozen and validated.

A city need not have one. Read by `world/readers/range.py`; what is decided on it is in `evidence`.
"""

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, AircraftTypeId, CityId, GeozoneId, VertiportId
from aspan.world.city import Approval
from aspan.world.geozones import Ring
from aspan.world.quantity import Quantity
from aspan.world.vertiport import Names


class RangeSite(msgspec.Struct, frozen=True, kw_only=True):
    """The ground: one pad, the fence about it, where an aircraft goes if the pad is lost.

    Parameters
    ----------
    fence
        Ground that only people of the site enter while a run is flown.
    fence_noise_dba_max
        Greatest level of one event at the fence.
    alternate
        Vertiport of the city.
    """

    names: Names
    lon_deg: float
    lat_deg: float
    elevation_amsl_m: float
    fence: Ring
    fence_noise_dba_max: float
    alternate: VertiportId


class RangeVolume(msgspec.Struct, frozen=True, kw_only=True):
    """A bookable part of the air, or of the ground.

    Parameters
    ----------
    geozone_id
        Under which it is closed to line traffic while it is booked; "" where none can meet it.
    meets
        Other volumes that share air with it, sorted; who books it keeps those from others too.
    """

    volume_id: str
    names: Names
    ring: Ring
    lower_amsl_m: float
    upper_amsl_m: float
    geozone_id: GeozoneId
    meets: tuple[str, ...] = ()


class RangeAircraft(msgspec.Struct, frozen=True, kw_only=True):
    """An aircraft under test.

    Parameters
    ----------
    soh
        Health of its packs, in (0, 1].
    software_baseline
        Hash or number of the software it must have on board; "" until one is agreed: never a go.
    recorder_ids
        Recorders that are known to be on board; what another recorded is none of its telemetry.
    """

    aircraft_id: AircraftId
    type_id: AircraftTypeId
    soh: float
    software_baseline: str = ""
    recorder_ids: tuple[str, ...] = ()


class RangePeople(msgspec.Struct, frozen=True, kw_only=True):
    """How many there are of each role on a day, and their rules of duty and rest.

    Parameters
    ----------
    duty_ms_max
        From the first slot to the end of the last between two rests.
    rest_ms_min
        A shorter break does not end a duty.
    week_duty_ms_max
        Sum of slots in any seven days.
    """

    pilots: int
    safety_pilots: int
    flight_test_engineers: int
    range_officers: int
    duty_ms_max: int
    rest_ms_min: int
    week_duty_ms_max: int


class RangeResources(msgspec.Struct, frozen=True, kw_only=True):
    """What a run needs besides aircraft and people; each of the first three serves one slot."""

    telemetry_stations: int
    rescue_teams: int
    fire_engines: int
    charger_power_kw: float
    load_bank_power_kw: float


class GoNoGoLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the go/no-go list that are the site's, not the card's (facts 5.c).

    Parameters
    ----------
    link_share_min
        Share of telemetry frames that arrive in the check of the link.
    soc_tolerance, pack_tolerance_k
        By which charge may be under, and packs off, what the card asks at the start.
    evidence_age_ms_max, weather_age_ms_max
        Older evidence, an older weather report does not count.
    release_lead_ms_max
        How long before its slot a run may be released.
    release_age_ms_max
        How long after its release a run may be begun.
    """

    link_share_min: float
    cell_spread_v_max: float
    pack_temperature_k_min: float
    pack_temperature_k_max: float
    soc_tolerance: float
    pack_tolerance_k: float
    evidence_age_ms_max: int
    weather_age_ms_max: int
    release_lead_ms_max: int
    release_age_ms_max: int


class Microphone(msgspec.Struct, frozen=True, kw_only=True):
    """A microphone of the site's noise recorder; `mic1_dba` is the first by number."""

    number: int
    lon_deg: float
    lat_deg: float
    height_agl_m: float


class SpectatorArea(msgspec.Struct, frozen=True, kw_only=True):
    """Where spectators of a demonstration stand."""

    area_id: str
    names: Names
    ring: Ring
    people_max: int


class Spectators(msgspec.Struct, frozen=True, kw_only=True):
    """Limits that hold for every spectator, and the areas they stand in.

    Parameters
    ----------
    distance_m_min
        From any spectator to the aircraft, along the ground.
    noise_dba_max
        Greatest level of one event at any spectator.
    """

    distance_m_min: float
    noise_dba_max: float
    areas: tuple[SpectatorArea, ...]


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """The test site of a city.

    Parameters
    ----------
    approvals
        Of kind test or demonstration; with no aircraft named they hold for all.
    file_sha256
        Of `range.toml` as it was read.
    """

    city_id: CityId
    time_zone: str
    site: RangeSite
    volumes: tuple[RangeVolume, ...]
    aircraft: tuple[RangeAircraft, ...]
    approvals: tuple[Approval, ...]
    people: RangePeople
    resources: RangeResources
    go_no_go: GoNoGoLimits
    microphones: tuple[Microphone, ...]
    spectators: Spectators
    quantities: dict[str, Quantity]
    file_sha256: str

    def find_volume(self, volume_id: str) -> RangeVolume | None:
        """Return the volume of an id; None if there is none."""
        return next((v for v in self.volumes if v.volume_id == volume_id), None)

    def get_volume(self, volume_id: str) -> RangeVolume:
        """Return the volume of an id; `InvalidInput` if there is none."""
        found = self.find_volume(volume_id)
        if found is None:
            known = ", ".join(v.volume_id for v in self.volumes)
            raise InvalidInput("volume", volume_id, f"one of {known}")
        return found

    def find_aircraft(self, aircraft_id: str) -> RangeAircraft | None:
        """Return the aircraft of an id; None if there is none."""
        return next((a for a in self.aircraft if a.aircraft_id == aircraft_id), None)
