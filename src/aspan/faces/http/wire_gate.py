"""What goes over the wire at a gate: keys and sites, who flies, what was used, what an agent did.

Instants are ms UTC. Nothing here names anybody: a party is its booking, its size and its needs.
"""

from typing import Annotated, Literal

import msgspec

SCANS_MAX = 200
"""Scans in one batch; a gate that was without a network for longer sends several."""

GateName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
]
SiteName = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
BookingName = Annotated[str, msgspec.Meta(max_length=64)]
ScanNumber = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]
Instant = Annotated[int, msgspec.Meta(ge=0, le=253_402_300_799_999)]
ScanAction = Literal["check_in", "weigh", "board", "refuse"]
BoardingRefusalReason = Literal["too_heavy", "unfit_to_fly", "no_identity", "forbidden_goods"]


class SiteNames(msgspec.Struct, frozen=True, kw_only=True):
    """What a vertiport is called."""

    vertiport_id: str
    kk: str
    ru: str
    en: str


class GateKeys(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate has to know to judge a ticket without a network.

    Parameters
    ----------
    keys
        Ed25519 public keys [32 bytes, base64] by key id; retired ones too.
    speed
        Of the service's clock against the wall's; 0 while it stands still.
    check_in_closes_ms
        Before off-block.
    rows
        Seats of each row of the cabin, from the front. Assumed: pairs.
    device_pass
        To be shown from now on instead of the code; empty to partners, who have their tokens.
    """

    at_ms: int
    speed: float
    utc_offset_ms: int
    time_zone: str
    is_twin: bool
    key_id: str
    keys: dict[str, str]
    sites: tuple[SiteNames, ...]
    check_in_closes_ms: int
    rows: tuple[int, ...]
    device_pass: str


class GateParty(msgspec.Struct, frozen=True, kw_only=True):
    """One party of a sortie.

    Parameters
    ----------
    seats
        Persons with a seat of their own.
    infants
        On laps.
    payload_kg
        As booked, or as weighed since.
    serial
        Of the plan it stands on; a ticket with another is outdated.
    is_taken
        Whether the ticket of that plan was taken; a party that was checked in and then moved has
        one to show for its new sortie.
    needs
        What somebody of it needs: wheelchair, assistance, visual, hearing.
    """

    booking_id: str
    serial: int
    status: str
    is_taken: bool
    seats: int
    infants: int
    payload_kg: float
    needs: tuple[str, ...]


class GateSortie(msgspec.Struct, frozen=True, kw_only=True):
    """One departure of a site, as a gate sees it.

    Parameters
    ----------
    off_block_at_ms
        As planned now.
    seats_max, payload_kg_max
        What it may carry.
    """

    sortie_id: str
    destination: str
    off_block_at_ms: int
    check_in_closes_at_ms: int
    phase: str
    is_boarding: bool
    aircraft_id: str
    stand_id: str
    hold_reason: str
    seats_max: int
    payload_kg: float
    payload_kg_max: float
    parties: tuple[GateParty, ...]


class GateSorties(msgspec.Struct, frozen=True, kw_only=True):
    """The next departures of a site, earliest first; `seq` is the log's number they rest on."""

    vertiport_id: str
    at_ms: int
    speed: float
    seq: int
    sorties: tuple[GateSortie, ...]


class GateUsed(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets taken at any gate of a site, as `booking/serial`; none if nothing came after."""

    vertiport_id: str
    at_ms: int
    seq: int
    used: tuple[str, ...]


class Scan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing an agent did, numbered by the gate.

    Parameters
    ----------
    number
        Of this gate, rising; sent twice it is done once.
    at_ms
        When it was done, by the gate's clock.
    text, sortie_id
        For `check_in`: the ticket, and the sortie it was shown for.
    booking_id
        For the others: whose.
    payload_kg
        For `weigh`: the whole party with its bags.
    reason
        For `refuse`.
    """

    number: ScanNumber
    at_ms: Instant
    action: ScanAction
    text: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    sortie_id: BookingName = ""
    booking_id: BookingName = ""
    payload_kg: Annotated[float, msgspec.Meta(ge=0.0, le=1000.0)] | None = None
    reason: BoardingRefusalReason | None = None


class ScanBatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a gate did since it was last heard, oldest first."""

    gate_id: GateName
    vertiport_id: SiteName
    scans: Annotated[tuple[Scan, ...], msgspec.Meta(max_length=SCANS_MAX)]


class BoardRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let one party aboard."""

    gate_id: GateName
    booking_id: BookingName


class RefuseRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Do not carry one party."""

    gate_id: GateName
    booking_id: BookingName
    reason: BoardingRefusalReason


class ScanResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a scan.

    Parameters
    ----------
    outcome
        accepted or refused.
    reason
        Why it was refused; empty if it was not.
    sortie_id
        Which the booking is on now; empty if it is on none.
    """

    number: int
    outcome: str
    reason: str
    booking_id: str
    sortie_id: str
    party: GateParty | None


class ScanResults(msgspec.Struct, frozen=True, kw_only=True):
    """What came of each scan, in order; `seq` is the log's number it rests on."""

    at_ms: int
    seq: int
    results: tuple[ScanResult, ...]
