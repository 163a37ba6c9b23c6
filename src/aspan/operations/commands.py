"""Commands: what somebody or something wants or reports, in the imperative; stamped on entry."""

import msgspec

from aspan.operations.actions import AnyAction
from aspan.primitives.ids import AircraftId, BookingId, SortieId, StandId, TripId, VertiportId
from aspan.world.reliability import WayLeg
from aspan.world.weather import Forecast, Weather


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="command", tag=True):
    """Anything asked of the engine or told to it."""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """Where one aircraft stands when the service opens."""

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    stand_id: StandId


class OpenService(Command, frozen=True):
    """Begin the service with these aircraft at these stands."""

    seed: int
    policy: str
    demand_factor: float
    code_version: str
    placements: tuple[Placement, ...]
    pack_temperature_k: float


class OpenDay(Command, frozen=True):
    """Open one local date: hours, timetable, crews, expected demand."""

    date: str
    expected_rates: tuple[tuple[VertiportId, VertiportId, tuple[float, ...]], ...]


class ReportWeather(Command, frozen=True):
    """Tell the weather observed at one place, and what is forecast there."""

    weather: Weather
    forecasts: tuple[Forecast, ...]


class RequestBooking(Command, frozen=True, omit_defaults=True):
    """Ask for seats for a party that can board from `ready_at_ms`.

    Parameters
    ----------
    egress_ms
        From on-block to the party's own door.
    cushion_ms
        What is promised later than planned.
    access, egress
        The ways to the vertiport and on from the other; empty if they are not told.
    chance
        That the promised arrival is kept, as told, in [0, 1]; None if none was.
    """

    booking_id: BookingId
    trip_id: TripId
    origin: VertiportId
    destination: VertiportId
    ready_at_ms: int
    party: int
    payload_kg: float
    egress_ms: int
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    cushion_ms: int = 0
    access: tuple[WayLeg, ...] = ()
    egress: tuple[WayLeg, ...] = ()
    chance: float | None = None


class CheckIn(Command, frozen=True, omit_defaults=True):
    """A party is at the desk of its vertiport.

    Parameters
    ----------
    by
        Which gate took its ticket, and the gate's number of that scan; empty if it was none.
    """

    booking_id: BookingId
    by: str = ""


class ReportOffBlock(Command, frozen=True):
    """The aircraft has left its stand."""

    sortie_id: SortieId
    soc: float
    pack_temperature_k: float


class ReportLiftOff(Command, frozen=True):
    """The aircraft has lifted off."""

    sortie_id: SortieId
    soc: float
    fato_from_ms: int
    fato_until_ms: int


class ReportDeviation(Command, frozen=True):
    """The aircraft is outside its conformance window."""

    sortie_id: SortieId
    kind: str
    amount: float


class DeclareEmergency(Command, frozen=True):
    """The pilot declares an emergency."""

    sortie_id: SortieId
    reason: str


class ReportTouchdown(Command, frozen=True):
    """The aircraft has touched down."""

    sortie_id: SortieId
    soc: float
    fato_from_ms: int
    fato_until_ms: int


class ReportOnBlock(Command, frozen=True):
    """The aircraft is at its stand."""

    sortie_id: SortieId
    soc: float
    pack_temperature_k: float
    energy_kwh: float


class TakeAction(Command, frozen=True):
    """Somebody at the desk orders something; taken once for each `key`, however often it is sent.

    Parameters
    ----------
    who, why
        Name and reason, as they shall stand on the log.
    """

    key: str
    who: str
    why: str
    action: AnyAction


class Wake(Command, frozen=True):
    """Time has come to do what is due."""
