"""Actions: what a controller at the desk may order, and what it would touch.

An action is one command on the log, with who ordered it, why, and a key by which it is taken once
however often it is sent. A new action is a struct here, a decision in `desk.py` and a fold in
`fold_desk.py`.
"""

from typing import Literal

import msgspec

from aspan.primitives.ids import (
    AircraftId,
    BookingId,
    FatoId,
    GeozoneId,
    SortieId,
    VertiportId,
)

HELD_BY_DESK = "departures_held"
"""Reason for which a sortie waits while the desk holds departures."""

FATO_CLOSED = "fato_closed"
"""Reason for which a sortie waits while the desk keeps closed what it needs."""


class Action(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="action", forbid_unknown_fields=True
):
    """Anything the desk may order."""


class CloseFato(Action, frozen=True, tag="close_fato"):
    """Nothing takes off from this FATO or lands on it from now on."""

    vertiport_id: VertiportId
    fato_id: FatoId


class OpenFato(Action, frozen=True, tag="open_fato"):
    """A closed FATO is used again."""

    vertiport_id: VertiportId
    fato_id: FatoId


class HoldDepartures(Action, frozen=True, tag="hold_departures"):
    """No sortie is released from a site; from no site if None."""

    vertiport_id: VertiportId | None


class ReleaseDepartures(Action, frozen=True, tag="release_departures"):
    """Sorties leave a site again; all sites if None."""

    vertiport_id: VertiportId | None


class CancelSortie(Action, frozen=True, tag="cancel_sortie"):
    """A sortie that is not released yet does not fly."""

    sortie_id: SortieId


class GroundAircraft(Action, frozen=True, tag="ground_aircraft"):
    """An aircraft flies no more once it is on its stand; a defect is open."""

    aircraft_id: AircraftId


class ReturnAircraft(Action, frozen=True, tag="return_aircraft"):
    """A grounded aircraft flies again; its defect is closed."""

    aircraft_id: AircraftId


class SendEmpty(Action, frozen=True, tag="send_empty"):
    """An idle aircraft goes to another site without passengers."""

    aircraft_id: AircraftId
    destination: VertiportId


class CareForParty(Action, frozen=True, tag="care_for_party"):
    """A party gets one of the remedies open to it: `sortie_id` says which of several by air."""

    booking_id: BookingId
    remedy: Literal["air", "ground", "refund"]
    sortie_id: SortieId = SortieId("")


class ReserveZones(Action, frozen=True, tag="reserve_zones"):
    """Zones are kept for others, a test or a demonstration: none of ours enters them meanwhile.

    Half-open: from `from_at_ms` to before `until_at_ms`. Refused while a sortie has a way planned
    through one of them then; sorties planned later find another way or wait.
    """

    zone_ids: tuple[GeozoneId, ...]
    from_at_ms: int
    until_at_ms: int


class FreeZones(Action, frozen=True, tag="free_zones"):
    """What was reserved under the key `reservation` is free again."""

    reservation: str


class SetPace(Action, frozen=True, tag="set_pace"):
    """The service's clock runs at `speed` times the wall's, above 0."""

    speed: float


class Pause(Action, frozen=True, tag="pause"):
    """The service's clock stands still."""


class Resume(Action, frozen=True, tag="resume"):
    """The service's clock goes on."""


AnyAction = (
    CloseFato
    | OpenFato
    | HoldDepartures
    | ReleaseDepartures
    | CancelSortie
    | GroundAircraft
    | ReturnAircraft
    | SendEmpty
    | CareForParty
    | ReserveZones
    | FreeZones
    | SetPace
    | Pause
    | Resume
)
"""Every action, for decoding."""


class Refusal(msgspec.Struct, frozen=True, gc=False):
    """Why an action cannot be taken; `detail` holds the ids and numbers, in no language."""

    reason: str
    detail: str = ""


class TouchedSortie(msgspec.Struct, frozen=True, kw_only=True):
    """A sortie that an action would touch.

    Parameters
    ----------
    effect
        waits, released (may leave), cancelled, reassigned (looks for another aircraft),
        other_fato, diverted, emergency (no other place can take it: it lands where it was bound,
        and an emergency is on the log), flies_on (too late to change), new (would be made),
        keeps (goes on as it is), emptied (nobody is left on it: it will be cancelled unless
        somebody books it before it is to get its aircraft).
    lands_at, lands_at_ms
        Of a sortie that would be diverted or made: where and when it touches down.
    above_reserve_kwh
        Of a sortie that would be diverted: expected above the final reserve when it touches down.
    """

    sortie_id: SortieId
    aircraft_id: AircraftId | None
    origin: VertiportId
    destination: VertiportId
    off_block_at_ms: int
    passengers: int
    bookings: int
    effect: str
    lands_at: VertiportId | None = None
    lands_at_ms: int | None = None
    above_reserve_kwh: float | None = None


class TouchedParty(msgspec.Struct, frozen=True, kw_only=True):
    """A booking on a sortie that an action would touch, and what becomes of it.

    Parameters
    ----------
    outcome
        rebooked (moves to `to_sortie_id`), driven (by taxi to its own door, at our cost, its fare
        paid back), refunded (its booking is cancelled), waits (for its sortie, until
        `latest_off_block_at_ms`; looked after as if it were cancelled if that has not left by
        then), set_down (at `lands_at`, where its sortie is diverted to, and driven on or refunded
        there), keeps (its sortie goes on).
    off_block_at_ms, later_ms
        Of the sortie it moves to, and by how much that leaves later than its own.
    refund_tiyn
        What it gets back; 0 if nothing.
    ride_at_ms, ride_arrives_at_ms, ride_tiyn
        Of a taxi at our cost: when it leaves, when it is at the door, its price; as estimated.
    """

    booking_id: BookingId
    sortie_id: SortieId
    party: int
    outcome: str
    to_sortie_id: SortieId | None = None
    off_block_at_ms: int | None = None
    later_ms: int | None = None
    promised_arrival_at_ms: int | None = None
    latest_off_block_at_ms: int | None = None
    lands_at: VertiportId | None = None
    refund_tiyn: int = 0
    ride_at_ms: int | None = None
    ride_arrives_at_ms: int | None = None
    ride_tiyn: int = 0


class Consequences(msgspec.Struct, frozen=True, kw_only=True):
    """What an action would touch if it were taken at an instant, or why it cannot be taken.

    As things stand at `at_ms`: taken at that instant it does this, later perhaps something else.

    Parameters
    ----------
    reason
        Why it cannot be taken; empty if it can.
    detail
        Ids and numbers that go with the reason, in no language.
    passengers, bookings
        Sums over the sorties it touches.
    parties
        The bookings of those sorties, one by one, in the order of `sorties`.
    """

    at_ms: int
    action: AnyAction
    is_possible: bool
    reason: str = ""
    detail: str = ""
    sorties: tuple[TouchedSortie, ...] = ()
    passengers: int = 0
    bookings: int = 0
    parties: tuple[TouchedParty, ...] = ()
