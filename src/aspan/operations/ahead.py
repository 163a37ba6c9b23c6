"""Ahead: seats on departures of the coming days, before any aircraft is chosen for them.

The timetable of a coming date is for sale, and on every pair a sortie on demand, as long as FATO
slots and lane cells are free and no more aircraft are busy at once than may be sold ahead. A
sortie keeps its slots until, shortly before it leaves, it gets its aircraft; if it gets none, its
parties are cared for like those of any sortie that cannot go.
"""

from bisect import bisect_left
from functools import lru_cache

import msgspec

from aspan.operations.bookings import (
    AheadPlan,
    DepartureOffer,
    SeatWish,
    fare_of,
    find_offer,
    find_pooled,
    off_block_of,
    schedule,
)
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import Leg
from aspan.operations.opening import list_timetable, service_hours_ms
from aspan.operations.planning import Planner, Refused, Slots
from aspan.operations.sales_events import SortieSlotted
from aspan.operations.state import State
from aspan.operations.turn import Turn
from aspan.physics.charging import battery_power_kw
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import SortieId, VertiportId
from aspan.primitives.instants import ms_to_local, parse_date
from aspan.primitives.units import MS_PER_H

TRIED_AHEAD = SortieId("ahead")
"""Stands for the sortie that is tried, where an intent is asked for conflicts."""

DATES_REMEMBERED = 64
"""Dates whose timetables are kept worked out: two horizons."""


class DateTable(msgspec.Struct, frozen=True, kw_only=True):
    """What a coming date offers: its hours, and departures by pair in order of time."""

    from_ms: int
    until_ms: int
    departures: dict[tuple[VertiportId, VertiportId], tuple[int, ...]]


@lru_cache(maxsize=DATES_REMEMBERED)
def _make_table(index: CityIndex, date_text: str) -> DateTable | None:
    try:
        from_ms, until_ms = service_hours_ms(index.city, date_text)
    except InvalidInput:
        return None
    departures: dict[tuple[VertiportId, VertiportId], list[int]] = {}
    for off_ms, origin, destination in list_timetable(index, date_text):
        departures.setdefault((origin, destination), []).append(off_ms)
    return DateTable(
        from_ms=from_ms,
        until_ms=until_ms,
        departures={pair: tuple(offs) for pair, offs in departures.items()},
    )


def date_of(index: CityIndex, at_ms: int) -> str:
    """Return the local date of an instant."""
    return ms_to_local(at_ms, index.city.time_zone).date().isoformat()


def find_table(index: CityIndex, date_text: str) -> DateTable | None:
    """Return what a date offers; None if nothing is flown on it."""
    return _make_table(index, date_text)


def find_departure(planner: Planner, wish: SeatWish, *, now_ms: int) -> DepartureOffer | Refused:
    """Return the departure a party would get, today or on a coming date, or why there is none."""
    state = planner.state
    if not state.service_from_ms <= wish.ready_at_ms <= state.service_until_ms:
        date_text = date_of(planner.index, wish.ready_at_ms)
        if date_text != state.date:
            return find_ahead(planner, wish, date_text)
    return find_offer(planner, wish, now_ms=now_ms)


def find_ahead(planner: Planner, wish: SeatWish, date_text: str) -> DepartureOffer | Refused:
    """Return the departure of a coming date that a party would get, or why there is none."""
    state, index = planner.state, planner.index
    days = (parse_date(date_text) - parse_date(state.date)).days if state.date else -1
    kind = index.city.aircraft_type
    if days < 0:
        return Refused(reason="hours")
    if wish.party > kind.seats or wish.payload_kg > kind.payload_kg_max:
        return Refused(reason="party_too_large")
    if (wish.origin, wish.destination) not in index.lanes:
        return Refused(reason="no_lane")
    if days > (0 if index.rules.tariff is None else index.rules.tariff.horizon_days):
        return Refused(reason="too_far_ahead")
    table = find_table(index, date_text)
    if table is None or not table.from_ms <= wish.ready_at_ms < table.until_ms:
        return Refused(reason="hours")
    pooled = find_pooled(state, wish)
    timed_ms = _find_timed_ms(state, wish, table)
    if pooled is not None and (timed_ms is None or off_block_of(pooled) <= timed_ms):
        return _offer(planner, wish, pooled.sortie_id, off_block_of(pooled), None)
    off_ms = wish.ready_at_ms if timed_ms is None else timed_ms
    plan = _plan(planner, wish, off_ms, "on_demand" if timed_ms is None else "timetable", table)
    if isinstance(plan, Refused):
        return plan
    return _offer(planner, wish, None, plan.slots.lift_off_at_ms - index.taxi_ms, plan)


def _find_timed_ms(state: State, wish: SeatWish, table: DateTable) -> int | None:
    """Return the first timetabled departure in time that nobody has a seat on yet."""
    offs = table.departures.get((wish.origin, wish.destination), ())
    latest_ms = wish.ready_at_ms + state.index.rules.service.wait_ms_max
    sold = {
        sortie.wanted_off_block_ms
        for sortie in state.live_sorties.list_pair(
            wish.origin,
            wish.destination,
            from_ms=wish.ready_at_ms,
            until_ms=latest_ms + state.index.rules.service.delay_ms_max,
        )
        if sortie.service == "timetable"
    }
    for off_ms in offs[bisect_left(offs, wish.ready_at_ms) :]:
        if off_ms > latest_ms:
            return None
        if off_ms not in sold:
            return off_ms
    return None


def _plan(
    planner: Planner, wish: SeatWish, off_ms: int, service: str, table: DateTable
) -> AheadPlan | Refused:
    """Return way and slots of a new sortie, if an aircraft may be sold for it."""
    state, index = planner.state, planner.index
    way = _find_way(planner, wish, off_ms)
    if isinstance(way, Refused):
        return way
    leg, slots = way
    fault = planner.find_fault(TRIED_AHEAD, leg, slots, until_ms=table.until_ms)
    if fault:
        return Refused(reason=fault)
    off_ms = slots.lift_off_at_ms - index.taxi_ms
    busy_until_ms = off_ms + _busy_ms(index, leg)
    share = 0.0 if index.rules.tariff is None else index.rules.tariff.fleet_share_ahead
    limit = int(share * state.flyable)
    if state.ahead.count(off_ms - index.turnaround_ms, busy_until_ms) >= limit:
        return Refused(reason="sold_out")
    return AheadPlan(leg=leg, slots=slots, service=service, busy_until_ms=busy_until_ms)


def _find_way(planner: Planner, wish: SeatWish, off_ms: int) -> tuple[Leg, Slots] | Refused:
    """Return way and slots for the oldest battery, with as many seats as its energy is good for."""
    payloads = planner.legs.payloads_kg
    soh = planner.state.soh_min
    found: tuple[Leg, Slots] | Refused = Refused(reason="energy")
    for seats in range(len(payloads) - 1, 0, -1):
        if payloads[seats] < wish.payload_kg:
            break
        found = planner.find_way(
            wish.origin,
            wish.destination,
            seats=seats,
            soh=soh,
            off_block_ms=off_ms,
            latest_off_block_ms=off_ms + planner.index.rules.service.wait_ms_max,
            now_ms=planner.state.now_ms,
            heeds_weather=False,
        )
        if not isinstance(found, Refused) or found.reason != "energy":
            break
    return found


def _busy_ms(index: CityIndex, leg: Leg) -> int:
    """Return how long from off-block an aircraft is taken up by a sortie sold ahead [ms].

    Assumed: it must come back empty, and charge both ways' energy on the slower of the chargers of
    both sites; so it is counted longer than most will be.
    """
    sites = (leg.lane.origin, leg.lane.destination)
    dc_kw = min((index.charger_kw_max[site] for site in sites if index.charger_kw_max[site] > 0.0),
                default=0.0)  # fmt: skip
    charge_ms = 0
    if dc_kw > 0.0:
        charge_h = 2.0 * leg.trip_kwh / battery_power_kw(index.rules.charging, dc_kw=dc_kw)
        charge_ms = round(charge_h * MS_PER_H)
    return 2 * (leg.block_ms + index.turnaround_ms) + charge_ms


def _offer(
    planner: Planner,
    wish: SeatWish,
    sortie_id: SortieId | None,
    off_ms: int,
    plan: AheadPlan | None,
) -> DepartureOffer:
    state = planner.state
    sortie = None if sortie_id is None else state.sorties[sortie_id]
    slotted = None if sortie is None else sortie.slotted
    on_ms = off_ms
    if plan is not None:
        on_ms = off_ms + plan.leg.block_ms
    elif slotted is not None:
        on_ms = slotted.on_block_at_ms
    return DepartureOffer(
        origin=wish.origin,
        destination=wish.destination,
        sortie_id=sortie_id,
        off_block_at_ms=off_ms,
        on_block_at_ms=on_ms,
        fare=fare_of(planner, wish, sortie, off_ms),
        choice=None,
        ahead=plan,
    )


def schedule_ahead(turn: Turn, wish: SeatWish, plan: AheadPlan) -> SortieId:
    """Schedule a sortie that was planned ahead, with its slots."""
    off_ms = plan.slots.lift_off_at_ms - turn.state.index.taxi_ms
    scheduled = schedule(
        turn.state,
        wish.origin,
        wish.destination,
        service=plan.service,
        off_block_ms=off_ms,
        at_ms=turn.at_ms,
    )
    turn.tell(scheduled)
    turn.tell(
        SortieSlotted(
            at_ms=turn.at_ms,
            sortie_id=scheduled.sortie_id,
            lane_id=plan.leg.lane.lane_id,
            origin_fato_id=plan.slots.origin_fato_id,
            destination_fato_id=plan.slots.destination_fato_id,
            off_block_at_ms=off_ms,
            lift_off_at_ms=plan.slots.lift_off_at_ms,
            touchdown_at_ms=plan.slots.lift_off_at_ms + plan.leg.flight_ms,
            on_block_at_ms=off_ms + plan.leg.block_ms,
            busy_until_ms=plan.busy_until_ms,
            payload_kg_max=round(plan.leg.payload_kg, 1),
            vertex_offsets_ms=plan.leg.trajectory.offsets_ms,
        )
    )
    return scheduled.sortie_id
