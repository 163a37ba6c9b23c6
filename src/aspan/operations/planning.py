"""Planning: from a wanted sortie to aircraft, slots and an accepted intent.

Maps the state to dispatch's small problem, then finds the earliest departure that the FATOs and
lanes allow. Changes nothing itself; returns the events that would.
"""

from heapq import nsmallest
from math import inf

import msgspec

from aspan.airspace.deconfliction import Intent
from aspan.airspace.departures import DepartureRefused, SlotDemand, find_departure
from aspan.dispatch.policies import get_policy
from aspan.dispatch.problem import (
    Assignment,
    DispatchProblem,
    LegNeed,
    NoAircraft,
)
from aspan.operations import events as ev
from aspan.operations.actions import FATO_CLOSED, HELD_BY_DESK
from aspan.operations.fatos import list_arrival_fatos, list_departure_fatos
from aspan.operations.lane_choice import (
    GEOZONE_CLOSED,
    delay_cost_kwh,
    find_height_obstacle,
    is_zone_closed,
    list_legs,
    still_cost_kwh,
)
from aspan.operations.legs import Leg, LegRefused, Legs
from aspan.operations.outlook import Outlook
from aspan.operations.records import AircraftRecord, SortieRecord
from aspan.operations.sky import Sky
from aspan.operations.state import State
from aspan.primitives.ids import AircraftId, FatoId, PilotId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_MIN

LEAD_MS = 2 * MS_PER_MIN
"""A new plan leaves at least this long to tell crew and airspace. Assumed."""


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why something wanted cannot be planned now: an enumerated reason."""

    reason: str


class Choice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The aircraft chosen and the seats whose payload its energy was judged with."""

    assignment: Assignment
    seats: int


class Slots(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A departure that lane and FATOs allow."""

    lift_off_at_ms: int
    origin_fato_id: FatoId
    destination_fato_id: FatoId


class Planner:
    """Plans sorties for a state; holds only what it remembers about legs and the weather.

    Parameters
    ----------
    sky
        Of the same state; made anew if None.
    """

    def __init__(self, state: State, legs: Legs, sky: Sky | None = None) -> None:
        self.state = state
        self.legs = legs
        self.sky = Sky(state) if sky is None else sky
        self.index = state.index
        self.outlook = Outlook(state, legs)

    def need(
        self, origin: VertiportId, destination: VertiportId, seats: int
    ) -> LegNeed | LegRefused:
        """Return what a leg takes with the payload of so many seats, in dispatch's words."""
        leg = self.legs.estimate(self.state, origin, destination, seats)
        if isinstance(leg, LegRefused):
            return leg
        base = self.index.base_beyond[destination]
        back_ms = 0
        if base is not None:
            block_ms = self.legs.find_block_ms(self.state, destination, base, 0)
            if isinstance(block_ms, LegRefused):
                return block_ms
            back_ms = block_ms + self.index.turnaround_ms
        return LegNeed(
            block_ms=leg.block_ms,
            trip_kwh=leg.trip_kwh,
            required_kwh=leg.required.required_kwh,
            return_block_ms=back_ms,
        )

    def find_order_against(self, origin: VertiportId, destination: VertiportId) -> str:
        """Return what the desk forbids of any sortie on the pair now; empty if nothing."""
        if self.state.sites[origin].is_held:
            return HELD_BY_DESK
        departures = list_departure_fatos(self.state, origin)
        arrivals = list_arrival_fatos(self.state, destination)
        return "" if departures and arrivals else FATO_CLOSED

    def find_obstacle(
        self, origin: VertiportId, destination: VertiportId, *, now_ms: int, off_block_ms: int
    ) -> str:
        """Return what the weather or the desk, as known now, forbids of a sortie; empty if none.

        What the desk forbids now counts for what would leave within the longest delay.
        """
        if off_block_ms < now_ms + self.index.rules.service.delay_ms_max:
            ordered = self.find_order_against(origin, destination)
            if ordered:
                return ordered
        lane = self.index.lanes[origin, destination]
        found = self.legs.find_block_ms(self.state, origin, destination, 0)
        block_ms = 0 if isinstance(found, LegRefused) else found
        for site_id, at_ms in ((origin, off_block_ms), (destination, off_block_ms + block_ms)):
            obstacle = self.sky.find_obstacle(site_id, layer=lane.layer, now_ms=now_ms, at_ms=at_ms)
            if obstacle:
                return obstacle
        return self.sky.find_lane_obstacle(lane.lane_id, now_ms=now_ms, at_ms=off_block_ms)

    def choose(
        self,
        origin: VertiportId,
        destination: VertiportId,
        *,
        earliest_ms: int,
        latest_ms: int,
        now_ms: int,
        payload_kg: float = 0.0,
    ) -> Choice | Refused:
        """Return which aircraft could fly the pair in the window, and with how many seats.

        All seats if an aircraft has the energy for them, else as many as one has, down to those
        that `payload_kg` takes.
        """
        payloads = self.legs.payloads_kg
        refused = Refused(reason="energy")
        for seats in range(len(payloads) - 1, 0, -1):
            if payloads[seats] < payload_kg:
                break
            chosen = self._choose(
                origin,
                destination,
                seats,
                earliest_ms=earliest_ms,
                latest_ms=latest_ms,
                now_ms=now_ms,
            )
            if isinstance(chosen, Assignment):
                return Choice(assignment=chosen, seats=seats)
            refused = chosen
            if chosen.reason != "energy":
                break
        return refused

    def _choose(
        self,
        origin: VertiportId,
        destination: VertiportId,
        seats: int,
        *,
        earliest_ms: int,
        latest_ms: int,
        now_ms: int,
    ) -> Assignment | Refused:
        """Return which aircraft could fly the pair with so many seats; the origin's first."""
        need = self.need(origin, destination, seats)
        if isinstance(need, LegRefused):
            return Refused(reason=need.reason)
        first = max(earliest_ms, now_ms + LEAD_MS)
        here = self.outlook.list_waiting(origin, first, now_ms)
        choose = get_policy(self.state.policy)
        problem = DispatchProblem(
            aircraft_type=self.index.city.aircraft_type,
            origin=origin,
            destination=destination,
            leg=need,
            positioning={},
            earliest_off_block_ms=first,
            latest_off_block_ms=latest_ms,
            turnaround_ms=self.index.turnaround_ms,
            positioned_charge_kw=self.outlook.charge_kw(origin),
            candidates=here,
        )
        decision = choose(problem)
        if isinstance(decision, Assignment) and decision.off_block_ms <= first + LEAD_MS:
            return decision
        # Those not looked at cannot beat the one found; if none was found, all were looked at.
        problem = msgspec.structs.replace(problem, candidates=here.list_made())
        decision = choose(self._with_positioning(problem, latest_ms, now_ms))
        if isinstance(decision, NoAircraft):
            return Refused(reason=decision.reason)
        return decision

    def choose_this(
        self,
        aircraft: AircraftRecord,
        origin: VertiportId,
        destination: VertiportId,
        *,
        earliest_ms: int,
        now_ms: int,
    ) -> Assignment | Refused:
        """Return how this aircraft could leave on the pair, empty, within minutes; or why not."""
        need, tail = self.need(origin, destination, 0), self.outlook.tail(aircraft, now_ms)
        if isinstance(need, LegRefused):
            return Refused(reason=need.reason)
        if tail is None or tail.vertiport_id != origin or aircraft.grounded:
            return Refused(reason="aircraft")
        problem = DispatchProblem(
            aircraft_type=self.index.city.aircraft_type,
            origin=origin,
            destination=destination,
            leg=need,
            positioning={},
            earliest_off_block_ms=earliest_ms,
            latest_off_block_ms=earliest_ms + LEAD_MS,
            turnaround_ms=self.index.turnaround_ms,
            positioned_charge_kw=0.0,
            candidates=(self.outlook.candidate(aircraft, tail, now_ms),),
        )
        decision = get_policy(self.state.policy)(problem)
        if isinstance(decision, Assignment):
            return decision
        return Refused(reason=decision.reason)

    def _with_positioning(
        self, problem: DispatchProblem, latest_ms: int, now_ms: int
    ) -> DispatchProblem:
        """Return the problem with the aircraft that could still arrive in time, six a site."""
        positioning: dict[VertiportId, LegNeed] = {}
        more: list[tuple[int, AircraftId]] = []
        for site_id in self.index.site_ids:
            if site_id == problem.origin or (site_id, problem.origin) not in self.index.lanes:
                continue
            free = self.outlook.list_free(site_id, now_ms)
            if not free:
                continue
            first_ms = min(free)[0]
            if first_ms >= latest_ms - self.index.turnaround_ms:
                continue
            need = self.need(site_id, problem.origin, 0)
            if isinstance(need, LegRefused):
                continue
            last_ms = latest_ms - self.index.turnaround_ms - need.block_ms
            if first_ms >= last_ms or self.find_obstacle(
                site_id, problem.origin, now_ms=now_ms, off_block_ms=first_ms
            ):
                continue
            positioning[site_id] = need
            in_time = [pair for pair in free if pair[0] < last_ms]
            more += nsmallest(CANDIDATES_A_SITE_MAX, in_time)
        more.sort()
        return msgspec.structs.replace(
            problem,
            positioning=positioning,
            candidates=(
                *problem.candidates,
                *(self.outlook.work_out(aircraft_id, now_ms=now_ms) for _, aircraft_id in more),
            ),
        )

    def find_slots(
        self, leg: Leg, *, off_block_ms: int, latest_off_block_ms: int
    ) -> Slots | Refused:
        """Return the earliest departure that the FATOs at both ends and the lane's cells allow."""
        index, state = self.index, self.state
        origin, destination = leg.lane.origin, leg.lane.destination
        departures = list_departure_fatos(state, origin)
        arrivals = list_arrival_fatos(state, destination)
        if not departures or not arrivals:
            return Refused(reason=FATO_CLOSED)
        start, end = index.slot(index.departure_use(0))
        land, clear = index.slot(index.arrival_use(leg.flight_ms))
        here, there = state.sites[origin].fatos, state.sites[destination].fatos
        found = find_departure(
            state.reservations,
            leg.lane,
            leg.trajectory,
            not_before_ms=off_block_ms + index.taxi_ms,
            latest_ms=latest_off_block_ms + index.taxi_ms,
            demands=(
                SlotDemand([here[f] for f in departures], start, end - start),
                SlotDemand([there[f] for f in arrivals], land, clear - land),
            ),
        )
        if isinstance(found, DepartureRefused):
            return Refused(reason=f"no_{found.reason}")
        return Slots(
            lift_off_at_ms=found.lift_off_at_ms,
            origin_fato_id=departures[found.choices[0]],
            destination_fato_id=arrivals[found.choices[1]],
        )

    def find_way(
        self,
        origin: VertiportId,
        destination: VertiportId,
        *,
        seats: int,
        soh: float,
        off_block_ms: int,
        latest_off_block_ms: int,
        now_ms: int,
        heeds_weather: bool = True,
    ) -> tuple[Leg, Slots] | Refused:
        """Return the lane of a pair and the departure on it that cost least (`lane_choice`).

        Parameters
        ----------
        heeds_weather
            Whether a lane is left out whose weather, as known now, forbids it; a departure of a
            coming date is planned before anybody knows that.
        """
        index, state = self.index, self.state
        legs = list_legs(self.legs, state, origin, destination, seats=seats, soh=soh)
        if isinstance(legs, LegRefused):
            return Refused(reason=legs.reason)
        best: tuple[Leg, Slots] | None = None
        least_kwh, refused = inf, Refused(reason=GEOZONE_CLOSED)
        for leg in legs:
            cost_kwh = still_cost_kwh(index, leg) if len(legs) > 1 else 0.0
            if cost_kwh >= least_kwh:
                continue
            if len(legs) > 1 and heeds_weather:
                weather = find_height_obstacle(
                    self.sky, leg, now_ms=now_ms, off_block_ms=off_block_ms
                )
                if weather:
                    refused = Refused(reason=weather)
                    continue
            slots = self.find_slots(
                leg, off_block_ms=off_block_ms, latest_off_block_ms=latest_off_block_ms
            )
            if isinstance(slots, Refused):
                refused = slots
                continue
            if is_zone_closed(state, leg, slots.lift_off_at_ms):
                continue
            delay_ms = slots.lift_off_at_ms - index.taxi_ms - off_block_ms
            cost_kwh += delay_cost_kwh(index, delay_ms)
            if cost_kwh < least_kwh:
                best, least_kwh = (leg, slots), cost_kwh
        return refused if best is None else best

    def find_fault(
        self, sortie_id: SortieId, leg: Leg, slots: Slots, *, until_ms: int | None = None
    ) -> str:
        """Return what forbids a way whose slots are free: others' intents, or the hours.

        Empty if nothing does. Whoever offers a departure asks this too, as it would be asked then.

        Parameters
        ----------
        until_ms
            End of service on its date; of the open one if None.
        """
        until_ms = self.state.service_until_ms if until_ms is None else until_ms
        intent = Intent(sortie_id, leg.trajectory, slots.lift_off_at_ms)
        if self.state.intents.find_conflicts(intent):
            return "intent_conflict"
        on_block_ms = slots.lift_off_at_ms - self.index.taxi_ms + leg.block_ms
        return "hours" if on_block_ms > until_ms else ""

    def assign(
        self,
        sortie: SortieRecord,
        aircraft: AircraftRecord,
        *,
        off_block_ms: int,
        latest_off_block_ms: int,
        now_ms: int,
        seats: int,
    ) -> ev.SortieAssigned | Refused:
        """Return the event that gives a sortie this aircraft and slots, at the earliest it can."""
        way = self.find_way(
            sortie.origin,
            sortie.destination,
            seats=seats,
            soh=aircraft.soh,
            off_block_ms=off_block_ms,
            latest_off_block_ms=latest_off_block_ms,
            now_ms=now_ms,
        )
        if isinstance(way, Refused):
            return way
        leg, slots = way
        fault = self.find_fault(sortie.sortie_id, leg, slots)
        if fault:
            return Refused(reason=fault)
        pilot_id = aircraft.pilot.pilot_id if aircraft.pilot else PilotId("")
        off_ms = slots.lift_off_at_ms - self.index.taxi_ms
        return ev.SortieAssigned(
            at_ms=now_ms,
            sortie_id=sortie.sortie_id,
            aircraft_id=aircraft.aircraft_id,
            pilot_id=pilot_id,
            lane_id=leg.lane.lane_id,
            origin_fato_id=slots.origin_fato_id,
            destination_fato_id=slots.destination_fato_id,
            off_block_at_ms=off_ms,
            lift_off_at_ms=slots.lift_off_at_ms,
            touchdown_at_ms=slots.lift_off_at_ms + leg.flight_ms,
            on_block_at_ms=off_ms + leg.block_ms,
            version=sortie.version + 1,
            payload_kg_max=round(leg.payload_kg, 1),
            vertex_offsets_ms=leg.trajectory.offsets_ms,
        )


CANDIDATES_A_SITE_MAX = 6
"""Aircraft of one site that are weighed for positioning; more would not change the earliest."""


def next_sortie_id(state: State) -> SortieId:
    """Return the id of the next sortie to be scheduled."""
    return SortieId(f"S{len(state.sorties) + 1:05d}")
