"""Records: the parts of the state, one for each aircraft, sortie, booking, pilot and site.

Only the fold writes to them.
"""

from typing import Literal

import msgspec

from aspan.airspace.slots import SlotCalendar
from aspan.airspace.trajectory import Trajectory
from aspan.operations.actions import AnyAction
from aspan.operations.events import (
    ApprovalRecorded,
    BookingConfirmed,
    BookingRefused,
    SortieAssigned,
    SortieReleased,
)
from aspan.operations.lifecycles import BookingStatus, PaymentState, SortiePhase
from aspan.operations.sales_events import BookingHeld, SortieSlotted
from aspan.primitives.ids import (
    AircraftId,
    BookingId,
    ChargerId,
    FatoId,
    PaymentId,
    PilotId,
    SortieId,
    StandId,
    VertiportId,
)
from aspan.world.weather import Forecast, Weather

PaymentTaskKind = Literal["", "authorise", "capture", "void", "refund"]


class ChargeSession(msgspec.Struct, kw_only=True):
    """A charger feeding an aircraft; closed form since the last change of allocation.

    Parameters
    ----------
    power_kw
        DC limit now allocated.
    from_ms, soc_from
        When this allocation began, and the charge then.
    """

    charger_id: ChargerId
    stand_id: StandId
    started_at_ms: int
    soc_start: float
    soc_target: float
    power_kw: float
    from_ms: int
    soc_from: float


class PilotRecord(msgspec.Struct, kw_only=True):
    """One pilot's duty so far; `stretch_from_ms` is when work since the last break began."""

    pilot_id: PilotId
    duty_from_ms: int
    stretch_from_ms: int
    last_on_block_ms: int
    flight_ms: int = 0
    sectors: int = 0


class AircraftRecord(msgspec.Struct, kw_only=True):
    """One aircraft: where it is, its charge when last known, what it is committed to.

    Parameters
    ----------
    vertiport_id, stand_id
        Where it stands; None in a sortie.
    soc, pack_temperature_k, since_ms
        As last reported, and when.
    chain
        Sorties it is committed to, in order, the one it flies first.
    grounded
        Why the desk lets it fly no more; empty if it may.
    flown_ms
        Block time of the sorties it has ended.
    """

    aircraft_id: AircraftId
    soh: float
    soc: float
    pack_temperature_k: float
    since_ms: int
    vertiport_id: VertiportId | None
    stand_id: StandId | None
    sortie_id: SortieId | None = None
    chain: list[SortieId]
    approvals: list[ApprovalRecorded]
    charge: ChargeSession | None = None
    pilot: PilotRecord | None = None
    pilots_used: int = 0
    grounded: str = ""
    flown_ms: int = 0


class SortieRecord(msgspec.Struct, kw_only=True):
    """One sortie, from being wanted to being over.

    Parameters
    ----------
    landing_fato_id, touchdown_ms
        The FATO and the instant at which it is planned to land, as last changed.
    slotted
        Slots it keeps, sold ahead, until it gets its aircraft.
    called_at_ms
        When its passengers were called; 0 if they were not.
    """

    sortie_id: SortieId
    origin: VertiportId
    destination: VertiportId
    planned_destination: VertiportId
    service: str
    phase: SortiePhase
    wanted_off_block_ms: int
    retry_at_ms: int
    aircraft_id: AircraftId | None = None
    assignment: SortieAssigned | None = None
    trajectory: Trajectory | None = None
    release: SortieReleased | None = None
    stand_id: StandId | None = None
    version: int = 0
    bookings: list[BookingId]
    seats_taken: int = 0
    payload_kg: float = 0.0
    is_boarding: bool = False
    is_diverted: bool = False
    cause: str = ""
    hold_reason: str = ""
    expected_on_block_ms: int = 0
    landing_fato_id: FatoId | None = None
    touchdown_ms: int = 0
    payload_kg_max: float
    slotted: SortieSlotted | None = None
    called_at_ms: int = 0


class CareNote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing done for a party whose day did not go as promised.

    Parameters
    ----------
    kind
        air (moved to `sortie_id`), ground (driven), refund (its money back), delay (part of it),
        chosen (the party chose what follows).
    arrives_at_ms
        At its own door, as planned or estimated; None where that says nothing.
    vertiport_id
        Where it is picked up by a taxi; empty: at its own door, or no taxi.
    """

    at_ms: int
    kind: Literal["air", "ground", "refund", "delay", "chosen"]
    reason: str = ""
    sortie_id: SortieId = SortieId("")
    vertiport_id: VertiportId = VertiportId("")
    leaves_at_ms: int | None = None
    arrives_at_ms: int | None = None
    refund_tiyn: int = 0
    cost_tiyn: int = 0


class BookingRecord(msgspec.Struct, kw_only=True):
    """One party's seats on one sortie.

    Parameters
    ----------
    asked
        How it began: held, confirmed at once, or refused.
    payload_kg
        As booked, or as weighed since.
    egress_ms
        Its way on from the vertiport.
    cushion_ms
        What its promised arrival adds to the planned one.
    promised_arrival_at_ms
        As promised last; 0 if refused.
    serial
        Number of the plan it stands on, from 1; each sortie it is moved to is a new one.
    confirmed_at_ms
        0 while it is not.
    least_fee_tiyn
        Kept at least if it is given up, as it was changed from another (`booking/refunds.py`).
    checked_in_by
        Which gate took its ticket, with the number of the scan; empty if none did.
    checked_in_serial
        For which plan it was checked in; 0 if for none. Moved since, it keeps its place, and its
        ticket for the new plan is taken anew.
    replaced_by
        The booking its party changed to; empty while it has not.
    care
        What was done for it when the day broke, in order.
    """

    booking_id: BookingId
    sortie_id: SortieId
    party: int
    payload_kg: float
    fare_tiyn: int
    status: BookingStatus
    asked: BookingHeld | BookingConfirmed | BookingRefused
    egress_ms: int = 0
    cushion_ms: int = 0
    promised_arrival_at_ms: int = 0
    serial: int = 1
    confirmed_at_ms: int = 0
    least_fee_tiyn: int = 0
    payment_id: PaymentId = PaymentId("")
    checked_in_by: str = ""
    checked_in_serial: int = 0
    replaced_by: BookingId = BookingId("")
    care: tuple[CareNote, ...] = ()

    @property
    def held(self) -> BookingHeld | None:
        """How it was held; None if it never was."""
        return self.asked if isinstance(self.asked, BookingHeld) else None


class PaymentRecord(msgspec.Struct, kw_only=True):
    """What a provider holds for us, has paid and has paid back.

    Parameters
    ----------
    booking_id
        Which booking took it; empty while none has.
    kept_tiyn
        What the booking owes in the end, as things stand.
    refunds
        How often something was paid back.
    is_due
        Whether the time to capture it, to let go of it, or to give up its payer has come.
    task
        What is to be done with it now; empty if nothing is.
    """

    payment_id: PaymentId
    seller: str
    amount_tiyn: int
    method: str
    digest: str
    state: PaymentState = PaymentState.REQUESTED
    booking_id: BookingId = BookingId("")
    provider_ref: str = ""
    reason: str = ""
    kept_tiyn: int = 0
    captured_tiyn: int = 0
    refunded_tiyn: int = 0
    refunds: int = 0
    is_due: bool = False
    task: PaymentTaskKind = ""


class SiteRecord(msgspec.Struct, kw_only=True):
    """One vertiport: who stands where, who holds what, what the weather was told to be.

    Parameters
    ----------
    closed_fatos
        FATOs closed by the desk, each with the number of the event that closed it.
    is_held
        Whether the desk holds departures.
    occupants
        Aircraft by stand.
    holds
        Sortie by stand, from release until on-block.
    feeding
        Aircraft by charger.
    inbound
        Sorties assigned and not yet on block, by id, in order of assignment.
    claims
        Airborne or released sorties by the destination whose loss would send them here.
    """

    vertiport_id: VertiportId
    fatos: dict[FatoId, SlotCalendar]
    occupants: dict[StandId, AircraftId]
    holds: dict[StandId, SortieId]
    feeding: dict[ChargerId, AircraftId]
    inbound: dict[SortieId, None]
    claims: dict[VertiportId, int]
    report: Weather | None = None
    forecasts: dict[int, Forecast]
    hold_reason: str = ""
    closed_fatos: dict[FatoId, int]
    is_held: bool = False


class ActionRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk ordered; `seq` is the number of its event, `reason` why it was refused."""

    seq: int
    at_ms: int
    key: str
    who: str
    why: str
    action: AnyAction
    reason: str = ""
    detail: str = ""
