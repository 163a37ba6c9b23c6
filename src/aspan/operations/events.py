"""Events: what has happened, in the past tense; the log is a list of them and the state their fold.

An event carries everything its fold needs, in integers or numbers rounded at birth. It never
changes meaning: a new meaning is a new event.
"""

import msgspec

from aspan.operations.actions import AnyAction
from aspan.primitives.ids import (
    AircraftId,
    BookingId,
    ChargerId,
    FatoId,
    LaneId,
    PaymentId,
    PilotId,
    SortieId,
    StandId,
    TripId,
    VertiportId,
)
from aspan.world.reliability import WayLeg
from aspan.world.weather import Forecast, Weather


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag=True):
    """Anything that has happened, at an instant [ms UTC]."""

    at_ms: int


class ServiceOpened(Event, frozen=True):
    """The service began: which city, which inputs, which code."""

    city_id: str
    city_sha256: str
    code_version: str
    seed: int
    fleet: int
    policy: str
    phase: int
    demand_factor: float


class AircraftRegistered(Event, frozen=True):
    """An aircraft joined the fleet at a stand, with the approvals it has."""

    aircraft_id: AircraftId
    type_id: str
    soh: float
    soc: float
    pack_temperature_k: float
    vertiport_id: VertiportId
    stand_id: StandId


class ApprovalRecorded(Event, frozen=True):
    """An aircraft may do `kind` of sorties at these sites between two instants (facts 4.33)."""

    aircraft_id: AircraftId
    vertiport_ids: tuple[VertiportId, ...]
    kind: str
    from_at_ms: int
    until_at_ms: int
    is_assumed: bool


class DayOpened(Event, frozen=True):
    """A day of service was opened; no sortie outside [service_from, service_until)."""

    date: str
    service_from_ms: int
    service_until_ms: int
    expected_rates: tuple[tuple[VertiportId, VertiportId, tuple[float, ...]], ...]


class DutyStarted(Event, frozen=True):
    """A pilot took over an aircraft; duty counts from `duty_from_ms`."""

    pilot_id: PilotId
    aircraft_id: AircraftId
    vertiport_id: VertiportId
    duty_from_ms: int


class DutyEnded(Event, frozen=True):
    """A pilot's duty ended."""

    pilot_id: PilotId
    aircraft_id: AircraftId
    vertiport_id: VertiportId


class WeatherReported(Event, frozen=True):
    """A report of the weather at one place arrived."""

    weather: Weather


class ForecastIssued(Event, frozen=True):
    """Forecasts for one place arrived, one for each coming hour."""

    forecasts: tuple[Forecast, ...]


class SortieScheduled(Event, frozen=True):
    """A sortie is wanted; it has neither aircraft nor slots yet."""

    sortie_id: SortieId
    origin: VertiportId
    destination: VertiportId
    service: str
    off_block_at_ms: int
    assign_at_ms: int


class SortieAssigned(Event, frozen=True):
    """A sortie got aircraft, pilot, FATO slots and lane cells: its intent is accepted.

    `vertex_offsets_ms` are the instants after lift-off at which the lane's vertices are passed;
    no more than `payload_kg_max` may be booked, for the energy was judged with it.
    """

    sortie_id: SortieId
    aircraft_id: AircraftId
    pilot_id: PilotId
    lane_id: LaneId
    origin_fato_id: FatoId
    destination_fato_id: FatoId
    off_block_at_ms: int
    lift_off_at_ms: int
    touchdown_at_ms: int
    on_block_at_ms: int
    version: int
    payload_kg_max: float
    vertex_offsets_ms: tuple[int, ...]


class SortieHeld(Event, frozen=True):
    """A sortie cannot go now; its slots are given back and it tries again at `retry_at_ms`."""

    sortie_id: SortieId
    reason: str
    retry_at_ms: int


class SortieUnassigned(Event, frozen=True):
    """A sortie lost its aircraft and looks for another at `retry_at_ms`."""

    sortie_id: SortieId
    reason: str
    retry_at_ms: int


class SortieReleased(Event, frozen=True):
    """A sortie may go: everything the field demands was checked and held; the intent activates."""

    sortie_id: SortieId
    pilot_id: PilotId
    stand_id: StandId
    alternate_id: VertiportId
    passengers: int
    payload_kg: float
    mass_kg: float
    soc: float
    predicted_energy_kwh: float
    final_reserve_kwh: float
    required_kwh: float
    reserve_rule: str
    approval: str


class SortieOffBlock(Event, frozen=True):
    """The aircraft left its stand."""

    sortie_id: SortieId
    soc: float
    pack_temperature_k: float


class SortieLiftedOff(Event, frozen=True):
    """The aircraft left the TLOF; the FATO was used in [fato_from, fato_until)."""

    sortie_id: SortieId
    soc: float
    fato_from_ms: int
    fato_until_ms: int


class SortieDeviated(Event, frozen=True):
    """The aircraft left its conformance window."""

    sortie_id: SortieId
    kind: str
    amount: float


class EmergencyDeclared(Event, frozen=True):
    """The pilot declared an emergency."""

    sortie_id: SortieId
    reason: str


class SortieDiverted(Event, frozen=True):
    """The destination was lost: the aircraft goes on from its arrival fix to another site.

    It joins the lane to the alternate as if it had lifted off at `virtual_lift_off_at_ms`.
    `final_reserve_kwh` is what it shall keep there; what the release said if None.
    """

    sortie_id: SortieId
    cause: str
    destination: VertiportId
    lane_id: LaneId
    destination_fato_id: FatoId
    stand_id: StandId
    virtual_lift_off_at_ms: int
    touchdown_at_ms: int
    on_block_at_ms: int
    version: int
    vertex_offsets_ms: tuple[int, ...]
    final_reserve_kwh: float | None = None


class LandingMoved(Event, frozen=True):
    """A sortie on its way was given another FATO of its destination, at the instant planned."""

    sortie_id: SortieId
    cause: str
    destination_fato_id: FatoId


class SortieTouchedDown(Event, frozen=True):
    """The aircraft touched down; the FATO is used in [fato_from, fato_until)."""

    sortie_id: SortieId
    soc: float
    fato_from_ms: int
    fato_until_ms: int


class SortieOnBlock(Event, frozen=True):
    """The aircraft reached its stand."""

    sortie_id: SortieId
    stand_id: StandId
    soc: float
    pack_temperature_k: float
    energy_kwh: float


class SortieCancelled(Event, frozen=True):
    """A sortie will not fly."""

    sortie_id: SortieId
    cause: str


class BoardingStarted(Event, frozen=True):
    """Passengers of a sortie are called to the aircraft."""

    sortie_id: SortieId


class ChargeStarted(Event, frozen=True):
    """A charger began to feed an aircraft up to `soc_target`, at no more than `power_kw` DC."""

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    charger_id: ChargerId
    stand_id: StandId
    soc: float
    soc_target: float
    power_kw: float


class ChargingReallocated(Event, frozen=True):
    """A site shared its power anew: DC limit of every charger now feeding, with charge so far."""

    vertiport_id: VertiportId
    allocations: tuple[tuple[ChargerId, float, float], ...]


class ChargeEnded(Event, frozen=True):
    """A charger stopped feeding an aircraft; `energy_kwh` reached the battery."""

    aircraft_id: AircraftId
    vertiport_id: VertiportId
    charger_id: ChargerId
    soc: float
    energy_kwh: float


class BookingConfirmed(Event, frozen=True, omit_defaults=True):
    """A party has seats on a sortie and was charged the fare.

    Parameters
    ----------
    ready_at_ms
        When the party said it could board.
    promised_arrival_at_ms
        At the party's own door, planned and a cushion.
    egress_ms
        From on-block to the party's own door.
    cushion_ms
        What is promised later than planned; not written if nothing.
    access, egress
        The ways to the vertiport and on from the other; empty, and not written, if not told.
    payment_id
        Which payment it is charged to; empty if it was paid elsewhere, and not written then.
    chance
        That the promised arrival is kept, as told, in [0, 1]; not written if none was.
    """

    booking_id: BookingId
    trip_id: TripId
    party: int
    payload_kg: float
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    sortie_id: SortieId
    fare_tiyn: int
    off_block_at_ms: int
    promised_arrival_at_ms: int
    ready_at_ms: int
    egress_ms: int
    cushion_ms: int = 0
    access: tuple[WayLeg, ...] = ()
    egress: tuple[WayLeg, ...] = ()
    payment_id: PaymentId = PaymentId("")
    chance: float | None = None


class BookingRefused(Event, frozen=True):
    """A party asked for seats that cannot be promised."""

    booking_id: BookingId
    trip_id: TripId
    party: int
    payload_kg: float
    origin_lon_deg: float
    origin_lat_deg: float
    destination_lon_deg: float
    destination_lat_deg: float
    reason: str


class BookingCheckedIn(Event, frozen=True, omit_defaults=True):
    """A party arrived, was identified and weighed; `by` as in the command, not written if empty."""

    booking_id: BookingId
    by: str = ""


class BookingBoarded(Event, frozen=True):
    """A party is aboard."""

    booking_id: BookingId


class BookingNoShow(Event, frozen=True):
    """A party did not come in time; the fare is kept."""

    booking_id: BookingId


class BookingFlown(Event, frozen=True):
    """A party left the aircraft where the sortie ended."""

    booking_id: BookingId
    vertiport_id: VertiportId


class BookingCancelled(Event, frozen=True):
    """The operator cancelled a booking and refunded it in full."""

    booking_id: BookingId
    reason: str
    refund_tiyn: int


class BookingRefunded(Event, frozen=True):
    """A party was set down elsewhere than it had paid for; it gets its money back."""

    booking_id: BookingId
    reason: str
    refund_tiyn: int
    vertiport_id: VertiportId


class BookingRebooked(Event, frozen=True):
    """A party was moved, with its fare, to another sortie of the same pair and told so."""

    booking_id: BookingId
    sortie_id: SortieId
    reason: str
    off_block_at_ms: int
    promised_arrival_at_ms: int


class ActionTaken(Event, frozen=True):
    """The desk ordered something; what it led to follows in the same batch."""

    key: str
    who: str
    why: str
    action: AnyAction


class ActionRefused(Event, frozen=True):
    """The desk ordered something that cannot be done; `detail` holds the ids and numbers."""

    key: str
    who: str
    why: str
    action: AnyAction
    reason: str
    detail: str


class DeparturesHeld(Event, frozen=True):
    """Sorties cannot leave a site: a report there is below minima. Told once, until it ends."""

    vertiport_id: VertiportId
    reason: str


class DeparturesResumed(Event, frozen=True):
    """Sorties may leave a site again."""

    vertiport_id: VertiportId


CoreEvent = (
    ServiceOpened
    | AircraftRegistered
    | ApprovalRecorded
    | DayOpened
    | DutyStarted
    | DutyEnded
    | WeatherReported
    | ForecastIssued
    | SortieScheduled
    | SortieAssigned
    | SortieHeld
    | SortieUnassigned
    | SortieReleased
    | SortieOffBlock
    | SortieLiftedOff
    | SortieDeviated
    | EmergencyDeclared
    | SortieDiverted
    | SortieTouchedDown
    | SortieOnBlock
    | SortieCancelled
    | BoardingStarted
    | ChargeStarted
    | ChargingReallocated
    | ChargeEnded
    | BookingConfirmed
    | BookingRefused
    | BookingCheckedIn
    | BookingBoarded
    | BookingNoShow
    | BookingFlown
    | BookingCancelled
    | BookingRefunded
    | BookingRebooked
    | LandingMoved
    | ActionTaken
    | ActionRefused
    | DeparturesHeld
    | DeparturesResumed
)
"""Every event of flying, and of bookings as such."""
