"""The gate of a running service: what it tells gates, and what becomes of what they did.

Whether a ticket was taken follows from the folded state, so a gate learns it whatever became of the
process that took it. What one gate took is told apart from what another did by the name that the
log holds beside it: a batch sent twice is answered twice alike.
"""

import base64
from math import isfinite

from aspan.booking.ticket import (
    VALID_BEFORE_MS,
    Ticket,
    TicketRefusal,
    find_refusal,
    read_ticket,
    use_key,
)
from aspan.compose.service import TwinService
from aspan.faces.http.engine_gate import EngineGate
from aspan.faces.http.wire_gate import (
    GateKeys,
    GateParty,
    GateSortie,
    GateSorties,
    GateUsed,
    Scan,
    ScanBatch,
    ScanResult,
    ScanResults,
    SiteNames,
)
from aspan.live.keys import Keys
from aspan.operations import sales as sell
from aspan.operations.bookings import off_block_of
from aspan.operations.check_in import (
    find_check_in_close_ms,
    find_check_in_fault,
    is_taken,
    list_departures,
)
from aspan.operations.commands import CheckIn, Command
from aspan.operations.engine import Engine
from aspan.operations.events import Event
from aspan.operations.records import BookingRecord, SortieRecord
from aspan.operations.sales_events import SaleRefused
from aspan.operations.state import State
from aspan.primitives.errors import InvalidInput, ensure
from aspan.primitives.ids import BookingId, SortieId, VertiportId
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_S

SEATS_A_ROW = 2
"""Assumed: seats in pairs, as makers' pictures of four-passenger aircraft show them."""


class BoardingGate:
    """What gates ask of a twin's service, from one event loop."""

    def __init__(self, twin: TwinService, gate: EngineGate, keys: Keys) -> None:
        self._twin = twin
        self._gate = gate
        self._keys = keys

    def keys(self, device_pass: str = "") -> GateKeys:
        """Return what a gate needs to judge tickets by itself, and the pass it goes on with."""
        city, at_ms = self._twin.run.city, self._twin.clock.now_ms()
        offset = ms_to_local(at_ms, city.time_zone).utcoffset()
        ensure(offset is not None, f"{city.time_zone} has no offset")
        seats = city.aircraft_type.seats
        return GateKeys(
            at_ms=at_ms,
            speed=self._tell_speed(),
            utc_offset_ms=int(offset.total_seconds() * MS_PER_S) if offset is not None else 0,
            time_zone=city.time_zone,
            is_twin=True,
            key_id=self._keys.ticket_key_id,
            keys={
                key_id: base64.b64encode(public).decode()
                for key_id, public in sorted(self._keys.public_keys().items())
            },
            sites=tuple(
                SiteNames(
                    vertiport_id=site.vertiport_id,
                    kk=site.names.kk,
                    ru=site.names.ru,
                    en=site.names.en,
                )
                for site in city.vertiports
            ),
            check_in_closes_ms=self._twin.run.index.check_in_closes_ms,
            device_pass=device_pass,
            rows=tuple(min(SEATS_A_ROW, seats - at) for at in range(0, seats, SEATS_A_ROW)),
        )

    async def sorties(self, vertiport_id: str) -> GateSorties:
        """Return the next departures of a site."""
        site_id, at_ms = self._find_site(vertiport_id), self._twin.clock.now_ms()

        def look(engine: Engine) -> GateSorties:
            return GateSorties(
                vertiport_id=vertiport_id,
                at_ms=at_ms,
                speed=self._tell_speed(),
                seq=self._twin.log.kept,
                sorties=tell_departures(engine.state, site_id, at_ms),
            )

        return await self._gate.ask(look)

    async def used(self, vertiport_id: str, after: int) -> GateUsed:
        """Return the tickets taken for departures of a site; none if nothing came after."""
        site_id, at_ms = self._find_site(vertiport_id), self._twin.clock.now_ms()

        def look(engine: Engine) -> GateUsed:
            seq = self._twin.log.kept
            return GateUsed(
                vertiport_id=vertiport_id,
                at_ms=at_ms,
                seq=seq,
                used=list_used(engine.state, site_id, at_ms) if seq > after else (),
            )

        return await self._gate.ask(look)

    async def scan(self, batch: ScanBatch) -> ScanResults:
        """Carry out what a gate did, in order, and say what came of each."""
        site_id = self._find_site(batch.vertiport_id)
        results = [await self._carry_out(batch.gate_id, site_id, scan) for scan in batch.scans]
        at_ms = self._twin.clock.now_ms()
        return ScanResults(at_ms=at_ms, seq=self._twin.log.kept, results=tuple(results))

    async def _carry_out(self, gate_id: str, site_id: VertiportId, scan: Scan) -> ScanResult:
        if scan.action == "check_in":
            return await self._check_in(gate_id, site_id, scan)
        settled = await self._gate.ask(lambda engine: _look_up(engine.state, site_id, scan))
        if settled is not None:
            return settled
        return await self._gate.take(
            f"book/gate/{gate_id}/{scan.number}",
            _find_command(scan, BookingId(scan.booking_id)),
            lambda engine, events: _tell_done(engine, events, scan, scan.booking_id),
        )

    async def _check_in(self, gate_id: str, site_id: VertiportId, scan: Scan) -> ScanResult:
        ticket = read_ticket(scan.text, self._keys.public_keys())
        if isinstance(ticket, TicketRefusal):
            return _refuse(scan, ticket.value)
        by = f"{gate_id}/{scan.number}"
        at_ms = min(scan.at_ms, self._twin.clock.now_ms())
        refused = await self._gate.ask(
            lambda engine: _judge(engine.state, ticket, site_id, scan, at_ms=at_ms, by=by)
        )
        if refused is not None:
            return refused
        return await self._gate.take(
            f"book/gate/{by}",
            CheckIn(booking_id=ticket.booking_id, by=by),
            lambda engine, _: _tell_taken(engine.state, ticket, scan, by),
        )

    def _tell_speed(self) -> float:
        clock = self._twin.clock
        return 0.0 if clock.is_paused or not isfinite(clock.speed) else clock.speed

    def _find_site(self, vertiport_id: str) -> VertiportId:
        sites = self._twin.run.index.site_ids
        if vertiport_id not in sites:
            raise InvalidInput("vertiport_id", vertiport_id, f"one of {', '.join(sites)}")
        return VertiportId(vertiport_id)


def tell_departures(state: State, site_id: VertiportId, at_ms: int) -> tuple[GateSortie, ...]:
    """Return the departures of a site for which somebody may already be at the gate."""
    sorties = list_departures(state, site_id, until_ms=at_ms + VALID_BEFORE_MS)
    return tuple(_tell_sortie(state, sortie) for sortie in sorties)


def list_used(state: State, site_id: VertiportId, at_ms: int) -> tuple[str, ...]:
    """Return the tickets taken for the departures of a site, sorted."""
    return tuple(
        sorted(
            use_key(booking_id, state.bookings[booking_id].serial)
            for sortie in list_departures(state, site_id, until_ms=at_ms + VALID_BEFORE_MS)
            for booking_id in sortie.bookings
            if is_taken(state.bookings[booking_id])
        )
    )


def _tell_sortie(state: State, sortie: SortieRecord) -> GateSortie:
    aircraft = None if sortie.aircraft_id is None else state.aircraft[sortie.aircraft_id]
    is_here = aircraft is not None and aircraft.vertiport_id == sortie.origin
    return GateSortie(
        sortie_id=sortie.sortie_id,
        destination=sortie.destination,
        off_block_at_ms=off_block_of(sortie),
        check_in_closes_at_ms=find_check_in_close_ms(state, sortie),
        phase=sortie.phase.value,
        is_boarding=sortie.is_boarding,
        aircraft_id=sortie.aircraft_id or "",
        stand_id=(aircraft.stand_id or "") if aircraft is not None and is_here else "",
        hold_reason=sortie.hold_reason,
        seats_max=state.index.city.aircraft_type.seats,
        payload_kg=round(sortie.payload_kg, 1),
        payload_kg_max=round(sortie.payload_kg_max, 1),
        parties=tuple(tell_party(state.bookings[b]) for b in sorted(sortie.bookings)),
    )


def tell_party(booking: BookingRecord) -> GateParty:
    """Return a party as a gate sees it."""
    travellers = booking.held.travellers if booking.held is not None else ()
    needs = {need for one in travellers for need in one.needs}
    return GateParty(
        booking_id=booking.booking_id,
        serial=booking.serial,
        status=booking.status.value,
        is_taken=is_taken(booking),
        seats=booking.party,
        infants=sum(one.kind == "infant" for one in travellers),
        payload_kg=round(booking.payload_kg, 1),
        needs=tuple(sorted(needs)),
    )


def _judge(
    state: State, ticket: Ticket, site_id: VertiportId, scan: Scan, *, at_ms: int, by: str
) -> ScanResult | None:
    """Return why a ticket is not taken; None if it is, or was, by this very scan."""
    booking = state.bookings.get(ticket.booking_id)
    if booking is None:
        return _refuse(scan, "unknown_booking")
    if booking.checked_in_by == by:
        return None
    refusal = find_refusal(
        ticket,
        at_ms=at_ms,
        vertiport_id=site_id,
        sortie_id=SortieId(scan.sortie_id),
        serial=booking.serial,
        is_used=is_taken(booking),
    )
    reason = refusal.value if refusal is not None else find_check_in_fault(state, booking, at_ms)
    return _refuse(scan, reason, booking) if reason else None


def _tell_taken(state: State, ticket: Ticket, scan: Scan, by: str) -> ScanResult:
    """Return what came of a check-in: taken by this scan, or by another in between."""
    booking = state.bookings[ticket.booking_id]
    if booking.checked_in_by != by:
        return _refuse(scan, TicketRefusal.USED.value, booking)
    return _accept(scan, booking)


def _look_up(state: State, site_id: VertiportId, scan: Scan) -> ScanResult | None:
    """Return what there is to say of a booking without asking the engine; None if it is asked."""
    booking = state.bookings.get(BookingId(scan.booking_id))
    sortie = None if booking is None else state.sorties.get(booking.sortie_id)
    if booking is None or sortie is None:
        return _refuse(scan, "unknown_booking")
    if sortie.origin != site_id:
        return _refuse(scan, TicketRefusal.WRONG_SITE.value, booking)
    is_repeated = scan.action == "weigh" and scan.payload_kg == booking.payload_kg
    return _accept(scan, booking) if is_repeated else None


def _find_command(scan: Scan, booking_id: BookingId) -> Command:
    match scan.action:
        case "weigh":
            payload_kg = scan.payload_kg
            if payload_kg is None or not isfinite(payload_kg):
                raise InvalidInput("payload_kg", payload_kg, "what the party weighs with bags")
            return sell.WeighParty(booking_id=booking_id, payload_kg=payload_kg)
        case "refuse":
            if scan.reason is None:
                raise InvalidInput("reason", "", "why the party is not carried")
            return sell.RefuseBoarding(booking_id=booking_id, reason=scan.reason)
        case _:
            return sell.BoardParty(booking_id=booking_id)


def _tell_done(engine: Engine, events: list[Event], scan: Scan, booking_id: str) -> ScanResult:
    booking = engine.state.bookings[BookingId(booking_id)]
    for event in events:
        if isinstance(event, SaleRefused):
            return _refuse(scan, event.reason, booking)
    return _accept(scan, booking)


def _accept(scan: Scan, booking: BookingRecord) -> ScanResult:
    return ScanResult(
        number=scan.number,
        outcome="accepted",
        reason="",
        booking_id=booking.booking_id,
        sortie_id=booking.sortie_id,
        party=tell_party(booking),
    )


def _refuse(scan: Scan, reason: str, booking: BookingRecord | None = None) -> ScanResult:
    return ScanResult(
        number=scan.number,
        outcome="refused",
        reason=reason,
        booking_id="" if booking is None else booking.booking_id,
        sortie_id="" if booking is None else booking.sortie_id,
        party=None if booking is None else tell_party(booking),
    )
