"""Outlook: where aircraft will be, how charged, and what their pilots may still do then.

Maps the state to dispatch's candidates. Changes nothing; works out only what is asked for.
"""

from functools import partial

import msgspec

from aspan.dispatch.problem import Candidate, Waiting
from aspan.operations.crews import limits_after
from aspan.operations.legs import LegRefused, Legs
from aspan.operations.records import AircraftRecord
from aspan.operations.state import State
from aspan.operations.turnaround import share_kw, soc_at
from aspan.physics.charging import battery_power_kw, soc_after_s
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import AircraftId, SortieId, VertiportId
from aspan.primitives.units import MS_PER_S


class Tail(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where an aircraft will be when its commitments are done."""

    vertiport_id: VertiportId
    on_block_ms: int
    free_from_ms: int


class Outlook:
    """What the aircraft of a state could do after their commitments."""

    def __init__(self, state: State, legs: Legs) -> None:
        self.state = state
        self.legs = legs
        self.index = state.index
        self.turnaround_ms = state.index.turnaround_ms
        self._power_kw: dict[tuple[VertiportId, int], float] = {}

    def tail(self, aircraft: AircraftRecord, now_ms: int) -> Tail | None:
        """Return where the aircraft's commitments leave it; None while one of them is held."""
        sorties = self.state.sorties
        if not aircraft.chain:
            site_id, on_ms = aircraft.vertiport_id, aircraft.since_ms
        else:
            for sortie_id in aircraft.chain:
                if sorties[sortie_id].assignment is None:
                    return None
            last = sorties[aircraft.chain[-1]]
            site_id, on_ms = last.destination, last.expected_on_block_ms
        if site_id is None:
            return None
        free_ms = on_ms + self.index.turnaround_ms
        return Tail(
            vertiport_id=site_id,
            on_block_ms=on_ms,
            free_from_ms=free_ms if free_ms > now_ms else now_ms,
        )

    def _spend(self, aircraft: AircraftRecord, now_ms: int) -> tuple[float, int, int]:
        """Return charge, sectors and block time [ms] at the end of what an aircraft is to fly."""
        state = self.state
        site_id, on_ms = aircraft.vertiport_id, aircraft.since_ms
        soc = soc_at(state, aircraft, now_ms)
        capacity = self.index.city.aircraft_type.gross_kwh * aircraft.soh
        sectors = flight_ms = 0
        for sortie_id in aircraft.chain:
            sortie = state.sorties[sortie_id]
            plan = sortie.assignment
            seats = self.legs.seats_for(sortie.payload_kg_max)
            leg = self.legs.estimate(state, sortie.origin, sortie.destination, seats)
            if plan is None or isinstance(leg, LegRefused):
                return 0.0, sectors, flight_ms
            if site_id is not None and plan.off_block_at_ms > max(on_ms, now_ms):
                soc = self._charged(
                    aircraft, site_id, soc, max(on_ms, now_ms), plan.off_block_at_ms
                )
            soc -= leg.trip_kwh / capacity
            site_id, on_ms = sortie.destination, sortie.expected_on_block_ms
            sectors += 1
            flight_ms += on_ms - plan.off_block_at_ms
        return soc, sectors, flight_ms

    def charge_kw(self, site_id: VertiportId) -> float:
        """Return what one more charger of a site could put into a battery now [kW]."""
        key = (site_id, len(self.state.sites[site_id].feeding) + 1)
        power_kw = self._power_kw.get(key)
        if power_kw is None:
            share = share_kw(self.state, *key)
            dc_kw = min(share, self.index.charger_kw_max[site_id])
            power_kw = battery_power_kw(self.index.rules.charging, dc_kw=dc_kw)
            self._power_kw[key] = power_kw
        return power_kw

    def _charged(
        self, aircraft: AircraftRecord, site_id: VertiportId, soc: float, from_ms: int, to_ms: int
    ) -> float:
        return soc_after_s(
            self.index.city.aircraft_type,
            soc=soc,
            duration_s=(to_ms - from_ms) / MS_PER_S,
            soh=aircraft.soh,
            cap_kw=self.charge_kw(site_id),
            pack_k=self.index.city.aircraft_type.pack_target_k,
        )

    def candidate(self, aircraft: AircraftRecord, tail: Tail, now_ms: int) -> Candidate:
        """Return an aircraft in dispatch's words."""
        soc, sectors, flight_ms = self._spend(aircraft, now_ms)
        crew = limits_after(
            self.state,
            aircraft,
            site_id=tail.vertiport_id,
            free_from_ms=tail.free_from_ms,
            sectors=sectors,
            flight_ms=flight_ms,
            last_on_block_ms=tail.on_block_ms,
        )
        return Candidate(
            aircraft_id=aircraft.aircraft_id,
            vertiport_id=tail.vertiport_id,
            free_from_ms=crew.free_from_ms,
            soh=aircraft.soh,
            soc=soc,
            soc_at_ms=max(now_ms, tail.on_block_ms),
            charge_kw=self.charge_kw(tail.vertiport_id),
            stretch_until_ms=crew.stretch_until_ms,
            rested_from_ms=crew.rested_from_ms,
            on_block_until_ms=crew.on_block_until_ms,
            sectors_left=crew.sectors_left,
            flight_ms_left=crew.flight_ms_left,
            flown_ms=aircraft.flown_ms + flight_ms,
        )

    def list_free(self, site_id: VertiportId, now_ms: int) -> list[tuple[int, AircraftId]]:
        """Return from when aircraft will be free at a site, with their ids; none that is held."""
        fleet, sorties, turnaround_ms = self.state.aircraft, self.state.sorties, self.turnaround_ms
        found = []
        for aircraft_id in self.state.tails[site_id]:
            aircraft = fleet[aircraft_id]
            chain = aircraft.chain
            if not chain:
                free_ms = aircraft.since_ms + turnaround_ms
            else:
                last = sorties[chain[-1]]
                if last.assignment is None or (len(chain) > 1 and self._is_held(chain)):
                    continue
                free_ms = last.expected_on_block_ms + turnaround_ms
            found.append((free_ms if free_ms > now_ms else now_ms, aircraft_id))
        return found

    def _is_held(self, chain: list[SortieId]) -> bool:
        sorties = self.state.sorties
        return any(sorties[sortie_id].assignment is None for sortie_id in chain)

    def list_waiting(self, site_id: VertiportId, earliest_ms: int, now_ms: int) -> Waiting:
        """Return the aircraft whose commitments end at a site, none worked out yet."""
        bounds = sorted(
            (free_ms if free_ms > earliest_ms else earliest_ms, aircraft_id)
            for free_ms, aircraft_id in self.list_free(site_id, now_ms)
        )
        return Waiting(bounds, partial(self.work_out, now_ms=now_ms))

    def work_out(self, aircraft_id: AircraftId, *, now_ms: int) -> Candidate:
        """Return an aircraft that is not held in dispatch's words."""
        aircraft = self.state.aircraft[aircraft_id]
        tail = self.tail(aircraft, now_ms)
        if tail is None:
            raise InvariantError(f"{aircraft_id} is held, and offered to dispatch")
        return self.candidate(aircraft, tail, now_ms)
