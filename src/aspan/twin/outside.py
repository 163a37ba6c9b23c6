"""The outside, simulated: weather that reports, travellers who ask, aircraft that fly.

Everything it will do follows from the seed and from events, so it can be rebuilt from the log
alone: nothing is remembered that an event does not tell.
"""

import heapq
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta

from aspan.airspace.trajectory import trajectory_from_offsets
from aspan.demand.wishes import Wish
from aspan.journeys.availability import AirService
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.operations.ports import Input
from aspan.operations.replay import Batch, list_batches
from aspan.physics.battery import available_kwh, pack_k_on_stand
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import AircraftId, PlaceId, SortieId, VertiportId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_H, MS_PER_S
from aspan.twin.disruptions import Disruptions
from aspan.twin.flight import FlownSortie, divert, fly
from aspan.twin.travellers import Travellers
from aspan.twin.weather import WeatherTruth
from aspan.twin.weather_forecast import Forecaster

FORECAST_HOURS = 2
"""Hours ahead that every report brings a forecast for. Assumed: beyond the longest sortie."""

_OPEN, _WEATHER, _DAY, _AIRCRAFT, _PEOPLE, _WISH, _FAULT = range(7)
"""Order of inputs at one instant: what must be known first comes first."""

FOREIGN_CAUSES = ("action/", "metar/", "book/", "pay/")
"""How the causes begin of inputs that did not come from the twin: the desk's, live reports, what
people and partners ask of bookings, what a provider tells of payments."""

_Entry = tuple[int, int, str, cmd.Command | Wish | None]


class TwinOutside:
    """The twin's form of `AircraftLink`.

    Attributes
    ----------
    flown
        What became of every sortie released, by id.
    """

    def __init__(
        self,
        index: CityIndex,
        *,
        truth: WeatherTruth,
        travellers: Travellers,
        availability: Callable[[int], AirService],
        opening: cmd.OpenService,
        expected_rates: tuple[tuple[VertiportId, VertiportId, tuple[float, ...]], ...],
        start_ms: int,
        disruptions: Disruptions | None = None,
    ) -> None:
        self._index = index
        self._disruptions = disruptions
        self._truth = truth
        self._forecaster = Forecaster(index.city)
        self._travellers = travellers
        self._availability = availability
        self._seed = opening.seed
        self._rates = expected_rates
        self._heap: list[_Entry] = []
        self._plans: dict[SortieId, ev.SortieAssigned] = {}
        self._soh: dict[AircraftId, float] = {}
        self._packs: dict[AircraftId, tuple[float, int]] = {}
        self._released: dict[SortieId, tuple[ev.SortieAssigned, ev.SortieReleased, float]] = {}
        self._aircraft_of: dict[SortieId, AircraftId] = {}
        self.flown: dict[SortieId, FlownSortie] = {}
        self._push(start_ms, _OPEN, "open", opening)
        for place_id in truth.fed_place_ids:
            self._push(start_ms, _WEATHER, f"weather/{place_id}/{start_ms}", None)
        self._push(start_ms, _DAY, f"day/{start_ms}", None)

    def _push(self, at_ms: int, rank: int, key: str, given: cmd.Command | Wish | None) -> None:
        heapq.heappush(self._heap, (at_ms, rank, key, given))

    def next_at_ms(self) -> int | None:
        """Return when the next input will be there."""
        return self._heap[0][0] if self._heap else None

    def take(self) -> Input | None:
        """Return the next input; None for a wish that ends on the ground."""
        at_ms, rank, key, given = heapq.heappop(self._heap)
        command: cmd.Command | None
        if rank == _WEATHER:
            command = self._observe(at_ms, key)
        elif rank == _DAY:
            command = self._open_day(at_ms)
        elif isinstance(given, Wish):
            command = self._travellers.decide(given, self._availability(at_ms))
        else:
            command = given
        return None if command is None else Input(at_ms=at_ms, key=key, command=command)

    def _observe(self, at_ms: int, key: str) -> cmd.ReportWeather:
        """Return the report of the hour, with forecasts made from it, and come back next hour."""
        place_id = PlaceId(key.split("/")[1])
        report = self._truth.report(place_id, at_ms)
        hour_ms = at_ms - at_ms % MS_PER_H
        self._push(hour_ms + MS_PER_H, _WEATHER, f"weather/{place_id}/{hour_ms + MS_PER_H}", None)
        return cmd.ReportWeather(
            weather=report,
            forecasts=tuple(
                self._forecaster.forecast(
                    place_id,
                    [report],
                    issued_at_ms=at_ms,
                    valid_at_ms=hour_ms + ahead * MS_PER_H,
                )
                for ahead in range(1, FORECAST_HOURS + 1)
            ),
        )

    def _open_day(self, at_ms: int) -> cmd.OpenDay:
        """Return the opening of a local date; its wishes come up, and tomorrow is on its way."""
        zone = self._index.city.time_zone
        day = ms_to_local(at_ms, zone).date()
        for wish in self._travellers.list_wishes(day):
            if wish.wanted_at_ms >= at_ms:
                self._push(wish.wanted_at_ms, _WISH, f"wish/{wish.trip_id}", wish)
        orders = () if self._disruptions is None else self._disruptions.list_orders(day)
        for order_ms, order in orders:
            if order_ms >= at_ms:
                self._push(order_ms, _FAULT, f"fault/{order.key}", order)
        next_ms = local_midnight_ms(day + timedelta(days=1), zone)
        self._push(next_ms, _DAY, f"day/{next_ms}", None)
        return cmd.OpenDay(date=day.isoformat(), expected_rates=self._rates)

    def act(self, events: Sequence[ev.Event]) -> None:
        """Do what events ask of aircraft and people."""
        for event in events:
            match event:
                case ev.SortieAssigned():
                    self._plans[event.sortie_id] = event
                    self._aircraft_of[event.sortie_id] = event.aircraft_id
                case ev.SortieReleased():
                    self._fly(event)
                case ev.SortieDiverted():
                    self._divert(event)
                case ev.BookingConfirmed():
                    self._come(event)
                case ev.WeatherReported():
                    self._truth.hear(event.weather)
                case ev.AircraftRegistered():
                    self._soh[event.aircraft_id] = event.soh
                    self._packs[event.aircraft_id] = (event.pack_temperature_k, event.at_ms)
                case ev.SortieOnBlock():
                    aircraft_id = self._aircraft_of.pop(event.sortie_id)
                    del self._released[event.sortie_id]
                    self._packs[aircraft_id] = (event.pack_temperature_k, event.at_ms)
                case _:
                    pass

    def _come(self, event: ev.BookingConfirmed) -> None:
        desk_ms = self._travellers.find_desk_ms(event)
        if desk_ms is not None:
            command = cmd.CheckIn(booking_id=event.booking_id)
            at_ms = max(event.at_ms + MS_PER_S, desk_ms)
            self._push(at_ms, _PEOPLE, f"desk/{event.booking_id}", command)

    def _fly(self, release: ev.SortieReleased) -> None:
        """Fly a release, and report as it goes."""
        plan = self._plans.pop(release.sortie_id)
        lane = self._index.network.get(plan.lane_id)
        pack_k, since_ms = self._packs[plan.aircraft_id]
        pack_k = round(
            pack_k_on_stand(
                self._index.city.aircraft_type,
                pack_k=pack_k,
                duration_s=(release.at_ms - since_ms) / MS_PER_S,
            ),
            2,
        )
        flown = fly(
            self._index,
            self._truth,
            self._seed,
            plan=plan,
            trajectory=trajectory_from_offsets(lane, plan.vertex_offsets_ms),
            release=release,
            soh=self._soh[plan.aircraft_id],
            pack_k=pack_k,
        )
        self.flown[release.sortie_id] = flown
        self._released[release.sortie_id] = (plan, release, pack_k)
        self._report(flown, pack_k)
        self._watch_energy(
            flown, plan, pack_k, release.final_reserve_kwh, from_ms=flown.lift_off_at_ms
        )

    def _divert(self, event: ev.SortieDiverted) -> None:
        """Fly on to another site instead; what was to be reported of the old landing is not."""
        plan, release, pack_k = self._released[event.sortie_id]
        old = self.flown[event.sortie_id]
        lane = self._index.network.get(event.lane_id)
        flown = divert(
            self._index,
            self._truth,
            old,
            plan=plan,
            release=release,
            diverted=event,
            trajectory=trajectory_from_offsets(lane, event.vertex_offsets_ms),
            soh=self._soh[plan.aircraft_id],
        )
        self.flown[event.sortie_id] = flown
        mine = f"/{event.sortie_id}"
        due = {e[2] for e in self._heap if e[1] == _AIRCRAFT and e[2].endswith(mine)}
        self._heap = [e for e in self._heap if e[1] != _AIRCRAFT or e[2] not in due]
        heapq.heapify(self._heap)
        self._report(flown, pack_k, due)
        reserve_kwh = event.final_reserve_kwh
        self._watch_energy(
            flown,
            plan,
            pack_k,
            release.final_reserve_kwh if reserve_kwh is None else reserve_kwh,
            from_ms=event.at_ms + MS_PER_S,
        )

    def _watch_energy(
        self,
        flown: FlownSortie,
        plan: ev.SortieAssigned,
        pack_k: float,
        reserve_kwh: float,
        *,
        from_ms: int,
    ) -> None:
        """Let the pilot declare minimum energy at the arrival fix if the reserve will be used."""
        left_kwh = available_kwh(
            self._index.city.aircraft_type,
            soc=flown.soc_touchdown,
            soh=self._soh[plan.aircraft_id],
            pack_k=pack_k,
        )
        if left_kwh >= reserve_kwh:
            return
        fix_ms = flown.track.at_ms[self._index.network.get(plan.lane_id).cruise_last]
        declared = cmd.DeclareEmergency(sortie_id=flown.sortie_id, reason="minimum_energy")
        at_ms = max(from_ms, min(fix_ms, flown.touchdown_at_ms - MS_PER_S))
        self._push(at_ms, _AIRCRAFT, f"emergency/{flown.sortie_id}", declared)

    def _report(
        self, flown: FlownSortie, pack_k: float, due: Collection[str] | None = None
    ) -> None:
        """Let a sortie report as it goes.

        Parameters
        ----------
        due
            Reports it still owes; what it has told already it does not tell again. All if None.
        """
        index, sortie_id = self._index, flown.sortie_id
        out_ms, clear_ms = index.departure_use(flown.lift_off_at_ms)
        in_ms, free_ms = index.arrival_use(flown.touchdown_at_ms)
        reports: list[tuple[int, str, cmd.Command]] = [
            (
                flown.off_block_at_ms,
                "off-block",
                cmd.ReportOffBlock(
                    sortie_id=sortie_id, soc=flown.soc_off_block, pack_temperature_k=pack_k
                ),
            ),
            (
                flown.lift_off_at_ms,
                "lift-off",
                cmd.ReportLiftOff(
                    sortie_id=sortie_id,
                    soc=flown.soc_lift_off,
                    fato_from_ms=out_ms,
                    fato_until_ms=clear_ms,
                ),
            ),
            (
                flown.touchdown_at_ms,
                "touchdown",
                cmd.ReportTouchdown(
                    sortie_id=sortie_id,
                    soc=flown.soc_touchdown,
                    fato_from_ms=in_ms,
                    fato_until_ms=free_ms,
                ),
            ),
            (
                flown.on_block_at_ms,
                "on-block",
                cmd.ReportOnBlock(
                    sortie_id=sortie_id,
                    soc=flown.soc_on_block,
                    pack_temperature_k=flown.pack_k_on_block,
                    energy_kwh=flown.energy_kwh,
                ),
            ),
        ]
        for at_ms, name, command in reports:
            key = f"{name}/{sortie_id}"
            if due is None or key in due:
                self._push(at_ms, _AIRCRAFT, key, command)
        if flown.late_ms > index.conformance_ms:
            late = cmd.ReportDeviation(
                sortie_id=sortie_id, kind="late", amount=flown.late_ms / MS_PER_S
            )
            late_ms = flown.touchdown_at_ms - MS_PER_S
            self._push(late_ms, _AIRCRAFT, f"late/{sortie_id}", late)

    def rebuild(self, log: Iterable[tuple[str, ev.Event]]) -> None:
        """Stand where the outside stood when the log ends.

        `InvalidInput` naming the cause if the log has an input that this twin would never give.
        """
        for batch in list_batches(log):
            self._retake(batch)
            self.act(batch.events)

    def _retake(self, batch: Batch) -> None:
        """Take from the heap what caused a batch, and what was taken before without an event."""
        heap, at_ms = self._heap, batch.at_ms
        if not batch.cause:
            while heap and heap[0][0] <= at_ms:
                heapq.heappop(heap)
            return
        if batch.cause.startswith(FOREIGN_CAUSES):
            while heap and heap[0][0] <= at_ms:
                heapq.heappop(heap)
            return
        while heap and heap[0][2] != batch.cause and heap[0][0] <= at_ms:
            heapq.heappop(heap)
        if not heap or heap[0][:3:2] != (at_ms, batch.cause):
            raise InvalidInput(
                "log",
                f"{batch.cause} at {at_ms}",
                "inputs of a twin of these files and this code; begin a new log",
            )
        _, rank, key, _ = heapq.heappop(heap)
        if rank == _WEATHER:
            self._observe(at_ms, key)
        elif rank == _DAY:
            self._open_day(at_ms)

    def forget(self, before_ms: int) -> None:
        """Let go of the tracks of sorties on block before an instant, and of trips noted."""
        gone = [s for s, flown in self.flown.items() if flown.on_block_at_ms < before_ms]
        for sortie_id in gone:
            del self.flown[sortie_id]
        self._travellers.forget()
