"""The invented day looked back at and looked at closely."""

from aspan.compose.noise_map import NoiseMap
from aspan.faces.http.wire_detail import (
    AircraftDetail,
    BookingLine,
    ForecastHour,
    Measurement,
    MovementLine,
    PilotNow,
    PlaceWeather,
    PowerPoint,
    ProfilePoint,
    SocPoint,
    SortieDetail,
    StandDetail,
    VertiportDetail,
    WeatherPage,
)
from aspan.faces.http.wire_history import (
    AircraftRow,
    Block,
    DaySummary,
    HistorySpan,
    HourCount,
    RouteCount,
    StandRow,
    Timeline,
)
from aspan.faces.http.wire_now import Snapshot, WeatherNow
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import parse_date
from web.scripted_day import DAY_MS, SITES, Leg, ScriptedDay

HOUR_MS = 3_600_000
MIN_MS = 60_000


class ScriptedPast(ScriptedDay):
    """A `HistoryView` and a `DetailView`."""

    def history(self) -> HistorySpan:
        """Return the day so far."""
        return HistorySpan(first_at_ms=DAY_MS, last_at_ms=self.now_ms())

    def replay(self, at_ms: int) -> Snapshot:
        """Return the day as it was at an instant."""
        now = self.now_ms()
        if not DAY_MS <= at_ms <= now:
            raise InvalidInput("at_ms", at_ms, f"{DAY_MS} to {now}")
        found = self.snapshot_at(at_ms)
        return Snapshot(
            seq=found.seq,
            clock=found.clock,
            aircraft=found.aircraft,
            sorties=found.sorties,
            vertiports=found.vertiports,
            weather=found.weather,
            figures=found.figures,
            geozones=found.geozones,
            is_replay=True,
        )

    def timeline(self, from_ms: int, until_ms: int, at_ms: int | None = None) -> Timeline:
        """Return the legs as rows."""
        now = self.now_ms() if at_ms is None else at_ms
        rows = [
            AircraftRow(
                aircraft_id=f"EV-{k + 1:02d}",
                blocks=tuple(b for b in self._blocks(k, now) if _meets(b, from_ms, until_ms)),
            )
            for k in range(self._fleet)
        ]
        stays = [b for k in range(self._fleet) for b in self._stays(k, now)]
        stands = [
            StandRow(
                vertiport_id=name,
                stand_id=f"{name}-S{i}",
                is_contingency=i == site[6],
                blocks=tuple(
                    b
                    for b in stays
                    if b.stand_id == f"{name}-S{i}" and _meets(b, from_ms, until_ms)
                ),
            )
            for name, site in SITES.items()
            for i in range(1, site[6] + 1)
        ]
        return Timeline(
            from_ms=from_ms,
            until_ms=until_ms,
            now_ms=now,
            aircraft=tuple(rows),
            stands=tuple(stands),
        )

    def _own(self, k: int) -> list[Leg]:
        return [
            leg
            for leg in self._legs
            if leg.aircraft == k and not leg.cause and leg.sortie_id not in self.called_off
        ]

    def _blocks(self, k: int, now: int) -> list[Block]:
        found = []
        ready = DAY_MS
        for leg in self._own(k):
            pieces = (
                ("charging", ready, leg.board - 4 * MIN_MS),
                ("waiting", leg.board - 4 * MIN_MS, leg.board),
                ("boarding", leg.board, leg.off),
                ("taxiing", leg.off, leg.lift),
                ("flight", leg.lift, leg.touch),
                ("taxiing", leg.touch, leg.on),
            )
            ready = leg.on
            for kind, begin, end in pieces:
                if begin >= end:
                    continue
                is_bound = kind in ("boarding", "taxiing", "flight")
                found.append(
                    Block(
                        kind=kind,
                        from_ms=begin,
                        until_ms=end,
                        is_planned=begin > now,
                        sortie_id=leg.sortie_id if is_bound else None,
                        aircraft_id=f"EV-{k + 1:02d}",
                        vertiport_id=None if kind == "flight" else leg.origin,
                        passengers=leg.passengers if is_bound else None,
                        origin=leg.origin if is_bound else None,
                        destination=leg.destination if is_bound else None,
                    )
                )
        return found

    def _stays(self, k: int, now: int) -> list[Block]:
        found = []
        ready = DAY_MS
        for leg in self._own(k):
            stand = f"{leg.origin}-S{k % (SITES[leg.origin][6] - 1) + 1}"
            held = f"{leg.destination}-S{k % (SITES[leg.destination][6] - 1) + 1}"
            for kind, site, where, begin, end in (
                ("occupied", leg.origin, stand, ready, leg.off),
                ("charging", leg.origin, stand, ready, leg.board - 4 * MIN_MS),
                ("held", leg.destination, held, leg.off, leg.on),
            ):
                if begin < end:
                    found.append(
                        Block(
                            kind=kind,
                            from_ms=begin,
                            until_ms=end,
                            is_planned=begin > now,
                            sortie_id=leg.sortie_id,
                            aircraft_id=f"EV-{k + 1:02d}",
                            vertiport_id=site,
                            stand_id=where,
                        )
                    )
            ready = leg.on
        return found

    def day(self, date: str | None, at_ms: int | None = None) -> DaySummary:
        """Return the sums of the day so far; other days were quiet."""
        is_today = date is None or parse_date(date, field="date").isoformat() == "2026-04-15"
        now = self.now_ms() if at_ms is None else at_ms
        legs = [leg for leg in self._legs if leg.on <= now and not leg.cause and is_today]
        routes = sorted({(leg.origin, leg.destination) for leg in legs})
        return DaySummary(
            date=date or "2026-04-15",
            flown=len(legs),
            empty=sum(leg.passengers == 0 for leg in legs),
            cancelled={"visibility": 2, "desk": len(self.called_off)} if is_today else {},
            diverted={"gust": 1} if is_today else {},
            held={"stand": 3, "visibility": 5} if is_today else {},
            bookings=len(legs) * 2,
            passengers=sum(leg.passengers for leg in legs),
            refused={"no_seats": 4, "hours": 1} if is_today else {},
            no_shows=1 if is_today else 0,
            on_time_share=0.93 if legs else None,
            delay_p50_ms=90_000 if legs else None,
            delay_p95_ms=540_000 if legs else None,
            energy_kwh=31.5 * len(legs),
            min_above_reserve_kwh=3.1 if legs else None,
            by_hour=tuple(self._count_hour(legs, hour) for hour in range(24)),
            by_route=tuple(_count_route(legs, route) for route in routes),
            revenue_tiyn=sum(leg.passengers for leg in legs) * 1_500_000,
        )

    def _count_hour(self, legs: list[Leg], hour: int) -> HourCount:
        then = [leg for leg in legs if (leg.on - DAY_MS) // HOUR_MS == hour]
        return HourCount(hour=hour, flown=len(then), passengers=sum(x.passengers for x in then))

    def _get_leg(self, sortie_id: str) -> Leg:
        for leg in self._legs:
            if leg.sortie_id == sortie_id:
                return leg
        raise InvalidInput("sortie_id", sortie_id, "a sortie of today")

    def sortie(self, sortie_id: str) -> SortieDetail:
        """Return one leg."""
        leg, now = self._get_leg(sortie_id), self.now_ms()
        line = self._lines[leg.origin, leg.destination]
        parts = (0.0, 0.06, 0.12, 0.88, 0.94, 1.0)
        ground = (SITES[leg.origin][5], SITES[leg.destination][5])
        marks = (
            ("off_block", leg.off, 0.9),
            ("lift_off", leg.lift, 0.895),
            ("touchdown", leg.touch, 0.55),
            ("on_block", leg.on, 0.545),
        )
        measured = [Measurement(at_ms=t, soc=soc, kind=kind) for kind, t, soc in marks if t <= now]
        if leg.lift <= now < leg.touch:
            part = (now - leg.lift) / (leg.touch - leg.lift)
            measured.append(Measurement(at_ms=now, soc=0.895 - 0.345 * part, kind="now"))
        return SortieDetail(
            sortie=self._sortie(leg, now),
            lane_id=f"{leg.origin}-{leg.destination}",
            hold_reason=leg.cause,
            alternate_id="GATE",
            reserve_rule="vfr_day",
            payload_kg=88.5 * leg.passengers,
            bookings=tuple(
                BookingLine(
                    booking_id=f"B-{sortie_id}-{n}",
                    party=1,
                    status="flown" if leg.on <= now else "confirmed",
                    promised_arrival_at_ms=leg.on + 600_000,
                )
                for n in range(leg.passengers)
            ),
            profile=tuple(
                ProfilePoint(
                    at_ms=leg.lift + int((leg.touch - leg.lift) * part),
                    distance_m=(leg.touch - leg.lift) / 1000 * 65 * part,
                    altitude_amsl_m=point[2],
                    ground_amsl_m=ground[0] + (ground[1] - ground[0]) * part,
                    soc_forecast=0.895 - 0.34 * part,
                    reserve_soc=0.31,
                )
                for part, point in zip(parts, line, strict=True)
            ),
            measured=tuple(measured),
            log=tuple(self.list_log(0, 3)),
        )

    def aircraft(self, aircraft_id: str) -> AircraftDetail:
        """Return one aircraft."""
        known = {f"EV-{k + 1:02d}": k for k in range(self._fleet)}
        if aircraft_id not in known:
            raise InvalidInput("aircraft_id", aircraft_id, "an aircraft of the fleet")
        k, now = known[aircraft_id], self.now_ms()
        legs = self._own(k)
        soc = []
        for leg in legs:
            if now - 12 * HOUR_MS <= leg.off < now + 2 * HOUR_MS:
                for t, value, reserve in ((leg.off, 0.9, None), (leg.on, 0.545, 0.31)):
                    soc.append(
                        SocPoint(at_ms=t, soc=value, reserve_soc=reserve, is_forecast=t > now)
                    )
        return AircraftDetail(
            aircraft=self._aircraft(k, now),
            soh=0.97,
            gross_kwh=160.0,
            floor_soc=0.15,
            ceiling_soc=0.95,
            pilot=PilotNow(
                pilot_id=f"P{k + 1:02d}-1",
                duty_from_ms=DAY_MS + 6 * HOUR_MS,
                flight_ms=5_400_000,
                sectors=6,
            ),
            is_grounded=aircraft_id in self.grounded,
            grounded_why="desk" if aircraft_id in self.grounded else "",
            chain=tuple(self._sortie(leg, now) for leg in legs if now < leg.on < now + 2 * HOUR_MS),
            today=tuple(self._sortie(leg, now) for leg in legs if leg.off <= now),
            soc=tuple(soc),
        )

    def vertiport(self, vertiport_id: str) -> VertiportDetail:
        """Return one place."""
        if vertiport_id not in SITES:
            raise InvalidInput("vertiport_id", vertiport_id, "a vertiport")
        now = self.now_ms()
        aircraft = [self._aircraft(k, now) for k in range(self._fleet)]
        site = self._vertiport(vertiport_id, aircraft, now)
        on_stand = {a.stand_id: a for a in aircraft if a.stand_id}
        stands = []
        for i, stand in enumerate(site.stands, 1):
            guest = on_stand.get(stand.stand_id)
            is_fed = stand.charging_kw is not None
            stands.append(
                StandDetail(
                    stand_id=stand.stand_id,
                    is_contingency=i == len(site.stands),
                    aircraft_id=stand.aircraft_id,
                    soc=guest.soc if guest else None,
                    soc_target=0.85 if is_fed else None,
                    ready_at_ms=now + 9 * MIN_MS if is_fed else None,
                    charging_kw=stand.charging_kw,
                    held_by_sortie_id=None,
                    next_sortie_id=guest.sortie_id if guest else None,
                    next_off_block_at_ms=now + 12 * MIN_MS if guest and guest.sortie_id else None,
                )
            )
        return VertiportDetail(
            vertiport=site,
            stands=tuple(stands),
            movements=tuple(self._movements(vertiport_id, now)),
            power=tuple(
                PowerPoint(at_ms=now - now % MIN_MS - n * MIN_MS, kw=float((n * 37) % 900))
                for n in range(360, -1, -1)
            ),
            power_limit_kw=1500.0,
            weather=self._reports(vertiport_id, now),
            forecast=_forecast(now),
        )

    def _movements(self, name: str, now: int) -> list[MovementLine]:
        found = []
        for leg in self._legs:
            for kind, here, there, at in (
                ("take_off", leg.origin, leg.destination, leg.lift),
                ("landing", leg.destination, leg.origin, leg.touch),
            ):
                if here == name and not leg.cause and now - HOUR_MS <= at < now + 3 * HOUR_MS:
                    found.append(
                        MovementLine(
                            sortie_id=leg.sortie_id,
                            kind=kind,
                            fato_id=f"{name}-F1",
                            at_ms=at,
                            other_end=there,
                            aircraft_id=f"EV-{leg.aircraft + 1:02d}",
                            passengers=leg.passengers,
                            status=self._sortie(leg, now).status,
                        )
                    )
        return sorted(found, key=lambda line: (line.at_ms, line.sortie_id))

    def weather(self, at_ms: int | None = None) -> WeatherPage:
        """Return the invented weather."""
        now = self.now_ms() if at_ms is None else at_ms
        return WeatherPage(
            at_ms=now,
            untold=(),
            places=tuple(
                PlaceWeather(
                    place_id=name, reports=self._reports(name, now), forecast=_forecast(now)
                )
                for name in SITES
            ),
        )

    def find_noise(self, at_ms: int | None = None) -> NoiseMap | None:
        """Return no map: the invented city states no limits."""
        return None

    def _reports(self, name: str, now: int) -> tuple[WeatherNow, ...]:
        return tuple(self._weather(name, now - n * HOUR_MS) for n in range(11, -1, -1))


def _meets(block: Block, from_ms: int, until_ms: int) -> bool:
    return block.from_ms < until_ms and (block.until_ms is None or block.until_ms > from_ms)


def _count_route(legs: list[Leg], route: tuple[str, str]) -> RouteCount:
    own = [leg for leg in legs if (leg.origin, leg.destination) == route]
    return RouteCount(
        origin=route[0],
        destination=route[1],
        flown=len(own),
        passengers=sum(leg.passengers for leg in own),
    )


def _forecast(now: int) -> tuple[ForecastHour, ...]:
    hour = now - now % HOUR_MS
    return tuple(
        ForecastHour(
            at_ms=hour + n * HOUR_MS,
            temperature_k=286.0 + n % 7,
            wind_mps=3.0 + n % 5,
            gust_mps=6.0 + n % 6,
            visibility_m=10_000.0,
            ceiling_agl_m=9_000.0,
            present_weather="",
            probability_below_minima=0.05 * (n % 4),
        )
        for n in range(1, 13)
    )
