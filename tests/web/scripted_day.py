"""An invented day over six places, shaped as the pages expect a service to be.

What flies when is a plain function of time, but for what a desk has done. No number here means
anything.
"""

import math
import time
from itertools import pairwise
from typing import NamedTuple

import msgspec

from aspan.faces.http.wire_city import (
    AircraftFacts,
    ChargerPlace,
    CityFacts,
    FatoPlace,
    GeozoneFacts,
    HoursFacts,
    LaneLine,
    MinimaFacts,
    StandPlace,
    VertiportPlace,
)
from aspan.faces.http.wire_now import (
    AircraftNow,
    Clock,
    FatoNow,
    Figures,
    GeozoneNow,
    LogEntry,
    Order,
    Position,
    Positions,
    Snapshot,
    SortieNow,
    StandNow,
    VertiportNow,
    WeatherNow,
)
from aspan.world.quantity import Quantity
from aspan.world.reference import Reference
from aspan.world.vertiport import Names

DAY_MS = 1_776_193_200_000  # 2026-04-15 00:00 at UTC+5
BEGIN_MS = DAY_MS + 10 * 3_600_000
OFFSET_MS = 5 * 3_600_000
CRUISE_MPS = 65.0
SITES = {
    "AIRPORT": ("Әуежай", "Аэропорт", "Airport", 77.0119, 43.3467, 676.0, 8),
    "ALATAU": ("Алатау орталығы", "Центр Алатау", "Alatau centre", 77.1092, 43.6767, 518.0, 10),
    "CENTRE": (
        "Республика алаңы",
        "Площадь Республики",
        "Republic square",
        76.9453,
        43.2390,
        884.0,
        8,
    ),
    "GATE": ("Қақпа ауданы", "Район Врата", "Gate district", 77.0193, 43.4192, 638.0, 6),
    "KONAEV": ("Қонаев", "Конаев", "Konaev", 77.0630, 43.8668, 497.0, 6),
    "MEDEU": ("Медеу", "Медеу", "Medeu", 77.0592, 43.1564, 1707.0, 4),
}


def square(lon: float, lat: float, side: float) -> tuple[tuple[float, float], ...]:
    """Return a closed ring about a point."""
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    return tuple((lon + side * x, lat + side * y) for x, y in signs)


MINIMA = MinimaFacts(
    visibility_m=5000, ceiling_agl_m=450, wind_mps=15, gust_mps=18,
    planned_heights_agl_m=(400, 700), ceilings_agl_m=(700, 1000),
)  # fmt: skip
ZONES = (
    GeozoneFacts(
        zone_id="AIRPORT-CTR",
        names=Names(kk="Әуежай аймағы", ru="Зона аэропорта", en="Airport zone"),
        kind="ctr",
        lower_amsl_m=0.0,
        upper_amsl_m=1800.0,
        rings=(square(77.04, 43.355, 0.06),),
        is_assumed=True,
        source="invented",
    ),
    GeozoneFacts(
        zone_id="STADIUM",
        names=Names(kk="Стадион", ru="Стадион", en="Stadium"),
        kind="prohibited",
        lower_amsl_m=0.0,
        upper_amsl_m=1500.0,
        rings=(square(76.925, 43.225, 0.008),),
        is_assumed=True,
        source="invented",
    ),
)
ROUTES = ["ALATAU", "CENTRE", "AIRPORT", "GATE", "KONAEV", "MEDEU"]


class Leg(NamedTuple):
    """One invented sortie with its instants [ms]."""

    sortie_id: str
    aircraft: int
    origin: str
    destination: str
    board: int
    off: int
    lift: int
    touch: int
    on: int
    passengers: int
    cause: str


def offset_line(origin: str, destination: str) -> list[tuple[float, float, float]]:
    """Return a line from place to place, bent 700 m to the right, climbing and descending."""
    a, b = SITES[origin], SITES[destination]
    east = (b[3] - a[3]) * math.cos(math.radians(43.4)) * 111_195
    north = (b[4] - a[4]) * 111_195
    length = math.hypot(east, north)
    right = (north / length * 700 / 80_800, -east / length * 700 / 111_195)
    points = []
    for part, bend in ((0, 0), (0.06, 0.6), (0.12, 1), (0.88, 1), (0.94, 0.6), (1, 0)):
        ground = a[5] + (b[5] - a[5]) * part
        points.append(
            (
                a[3] + (b[3] - a[3]) * part + right[0] * bend,
                a[4] + (b[4] - a[4]) * part + right[1] * bend,
                ground + 450 * bend,
            )
        )
    return points


def along(points: list[tuple[float, float, float]], part: float) -> tuple[float, ...]:
    """Return longitude, latitude, altitude and heading at a share of the line's length."""
    k = math.cos(math.radians(43.4))
    sizes = [math.hypot((q[0] - p[0]) * k, q[1] - p[1]) for p, q in pairwise(points)]
    left = part * sum(sizes)
    for p, q, size in zip(points, points[1:], sizes, strict=False):
        if left <= size or q is points[-1]:
            u = min(1.0, left / size)
            heading = math.degrees(math.atan2((q[0] - p[0]) * k, q[1] - p[1])) % 360
            return (*(p[i] + (q[i] - p[i]) * u for i in range(3)), heading)
        left -= size
    raise AssertionError


def make_legs(fleet: int, *, is_busy: bool = False) -> list[Leg]:
    """Return every invented sortie from 06:00 to 20:00; if busy, all but without pause."""
    legs = []
    boarding, pause = (10_000, 0) if is_busy else (420_000, 900_000)
    for k in range(fleet):
        at = DAY_MS + 6 * 3_600_000 + k * (47_000 if is_busy else 260_000)
        here = ROUTES[k % len(ROUTES)]
        for n in range(60):
            there = ROUTES[(ROUTES.index(here) + 1 + (k + n) % 5) % len(ROUTES)]
            a, b = SITES[here], SITES[there]
            metres = math.hypot((b[3] - a[3]) * 80_800, (b[4] - a[4]) * 111_195)
            flight = int(metres / CRUISE_MPS * 1000) + 60_000
            off = at + boarding
            cause = "visibility" if (k + n) % 17 == 11 and not is_busy else ""
            legs.append(
                Leg(
                    f"S{n:02d}-{k + 1:02d}",
                    k,
                    here,
                    there,
                    at,
                    off,
                    off + 60_000,
                    off + 60_000 + flight,
                    off + 120_000 + flight,
                    (k * 3 + n) % 5,
                    cause,
                )
            )
            at = off + 120_000 + flight + pause
            if not cause:
                here = there
            if at > DAY_MS + 20 * 3_600_000:
                break
    return legs


class ScriptedDay:
    """A `LiveView` whose clock runs from 10:00 at `speed` times the wall clock."""

    def __init__(self, *, speed: float = 10.0, fleet: int = 10, is_busy: bool = False) -> None:
        self._speed = speed
        self._fleet = fleet
        self._legs = make_legs(fleet, is_busy=is_busy)
        self._lines = {
            (leg.origin, leg.destination): offset_line(leg.origin, leg.destination)
            for leg in self._legs
        }
        self._begun = time.monotonic()
        self._begun_ms = BEGIN_MS
        self.is_paused = False
        self.closed, self.held, self.grounded = set[str](), set[str](), set[str]()
        self.orders: dict[str, Order] = {}
        self.called_off: set[str] = set()

    def now_ms(self) -> int:
        """Return the invented instant."""
        wall = 0.0 if self.is_paused else time.monotonic() - self._begun
        return self._begun_ms + int(wall * 1000 * self._speed)

    def set_pace(self, speed: float | None = None, *, is_paused: bool = False) -> None:
        """Go on from here at another pace, or not at all."""
        self._begun_ms = self.now_ms()
        self._begun = time.monotonic()
        self._speed = self._speed if speed is None else speed
        self.is_paused = is_paused

    def _clock(self, at: int) -> Clock:
        return Clock(
            at_ms=at,
            speed=self._speed,
            is_paused=self.is_paused,
            city_id="scripted",
            date="2026-04-15",
            time_zone="Asia/Almaty",
            utc_offset_ms=OFFSET_MS,
        )

    def city_facts(self) -> CityFacts:
        """Return the six places."""
        return CityFacts(
            city_id="scripted",
            names=Names(kk="Алатау – Алматы", ru="Алатау – Алматы", en="Alatau – Almaty"),
            time_zone="Asia/Almaty",
            is_twin=True,
            vertiports=tuple(self._place(name) for name in SITES),
            lanes=tuple(
                LaneLine(
                    lane_id=f"{a}-{b}", origin=a, destination=b, points=tuple(offset_line(a, b))
                )
                for a in SITES
                for b in SITES
                if a != b
            ),
            aircraft_type=AircraftFacts(type_id="scripted", seats=4, payload_kg_max=400.0),
            minima=MINIMA,
            approval_kind="passenger",
            is_approval_assumed=True,
            hours=HoursFacts(from_local="06:00", until_local="20:00"),
            geozones=ZONES,
            credits=("© OpenStreetMap contributors", "GeoNames", "NASA SRTM"),
            quantities={
                "weather_minima.ceiling_agl_m": Quantity(
                    value=450, unit="m", low=300, high=600, source="facts 4.11", mark="assumed"
                )
            },
            citations={"facts 4.11": ("4.11",)},
            references={
                "4.11": Reference(
                    title="Company minima of weather",
                    says="An invented sentence with 450 m in it.",
                    source="An invented document",
                    mark="assumed",
                )
            },
            on_time_ms=15 * 60_000,
        )

    def _place(self, name: str) -> VertiportPlace:
        kk, ru, en, lon, lat, height, stands = SITES[name]
        return VertiportPlace(
            vertiport_id=name,
            names=Names(kk=kk, ru=ru, en=en),
            lon_deg=lon,
            lat_deg=lat,
            elevation_amsl_m=height,
            site_power_limit_kw=1500.0,
            protected_radius_m=1000.0,
            is_position_published=True,
            position_source="invented",
            fatos=tuple(
                FatoPlace(fato_id=f"{name}-F{i}", lon_deg=lon, lat_deg=lat) for i in (1, 2)
            ),
            stands=tuple(
                StandPlace(stand_id=f"{name}-S{i}", is_contingency=i == stands)
                for i in range(1, stands + 1)
            ),
            chargers=tuple(
                ChargerPlace(charger_id=f"{name}-C{i}", power_kw=300.0, stand_ids=(f"{name}-S{i}",))
                for i in range(1, stands)
            ),
        )

    def _leg_now(self, k: int, at: int) -> Leg:
        own = [leg for leg in self._legs if leg.aircraft == k]
        return next((leg for leg in reversed(own) if leg.board <= at), own[0])

    def _aircraft(self, k: int, at: int) -> AircraftNow:
        leg = self._leg_now(k, at)
        flown = not leg.cause and leg.sortie_id not in self.called_off
        part = min(1.0, max(0.0, (at - leg.lift) / (leg.touch - leg.lift))) if flown else 0.0
        if not flown:
            phase = "parked"
        elif at < leg.off:
            phase = "boarding"
        elif at < leg.lift or leg.touch <= at < leg.on:
            phase = "taxiing"
        elif at < leg.touch:
            phase = "airborne"
        else:
            phase = "charging" if k % 4 else "parked"
        if f"EV-{k + 1:02d}" in self.grounded and phase in ("parked", "charging", "boarding"):
            phase = "grounded"
        lon, lat, altitude, heading = along(self._lines[leg.origin, leg.destination], part)
        place = None if phase == "airborne" else (leg.destination if part >= 1 else leg.origin)
        stands = SITES[place][6] if place else 0
        return AircraftNow(
            aircraft_id=f"EV-{k + 1:02d}",
            phase=phase,
            vertiport_id=place,
            stand_id=f"{place}-S{k % (stands - 1) + 1}" if place and phase != "taxiing" else None,
            soc=round(0.9 - 0.35 * part + (0.2 if phase == "charging" else 0), 4),
            lon_deg=lon,
            lat_deg=lat,
            altitude_amsl_m=altitude,
            heading_deg=heading,
            ground_speed_mps=CRUISE_MPS if phase == "airborne" else 0.0,
            sortie_id=leg.sortie_id if leg.board <= at < leg.on and flown else None,
            energy_margin_kwh=(3.1 if k == 2 else 14.5 + k) if phase == "airborne" else None,
        )

    def _sortie(self, leg: Leg, at: int) -> SortieNow:
        status = "planned"
        for begin, name in (
            (leg.board, "boarding"),
            (leg.off, "taxiing"),
            (leg.lift, "airborne"),
            (leg.touch, "landed"),
            (leg.on, "flown"),
        ):
            status = name if at >= begin else status
        is_off = leg.sortie_id in self.called_off
        if is_off or (leg.cause and at >= leg.board):
            status = "cancelled"

        def reached(instant: int) -> int | None:
            return instant if at >= instant and not leg.cause and not is_off else None

        return SortieNow(
            sortie_id=leg.sortie_id,
            aircraft_id=f"EV-{leg.aircraft + 1:02d}",
            origin=leg.origin,
            destination=leg.destination,
            status=status,
            planned_off_block_at_ms=leg.off,
            off_block_at_ms=reached(leg.off),
            lift_off_at_ms=reached(leg.lift),
            touchdown_at_ms=reached(leg.touch),
            on_block_at_ms=reached(leg.on),
            passengers=leg.passengers,
            cause=(leg.cause or "desk") if status == "cancelled" else "",
            lane_id=f"{leg.origin}-{leg.destination}",
        )

    def _vertiport(self, name: str, aircraft: list[AircraftNow], at: int) -> VertiportNow:
        on_stand = {a.stand_id: a for a in aircraft if a.stand_id}
        used = [
            leg.sortie_id
            for leg in self._legs
            if not leg.cause
            and (
                (leg.origin == name and leg.lift - 30_000 <= at < leg.lift + 20_000)
                or (leg.destination == name and leg.touch - 30_000 <= at < leg.touch + 20_000)
            )
        ]
        stands = []
        for i in range(1, SITES[name][6] + 1):
            guest = on_stand.get(f"{name}-S{i}")
            charging = 180.0 if guest is not None and guest.phase == "charging" else None
            stands.append(
                StandNow(
                    stand_id=f"{name}-S{i}",
                    charging_kw=charging,
                    aircraft_id=guest.aircraft_id if guest else None,
                )
            )
        return VertiportNow(
            vertiport_id=name,
            fatos=tuple(
                FatoNow(
                    fato_id=f"{name}-F{i}",
                    sortie_id=used[i - 1] if len(used) >= i else None,
                    is_open=f"{name}-F{i}" not in self.closed,
                    closed_by=self.orders.get(f"{name}-F{i}"),
                )
                for i in (1, 2)
            ),
            stands=tuple(stands),
            site_kw=sum(s.charging_kw or 0 for s in stands) / 0.97,
            is_open=name != "MEDEU",
            is_held=name in self.held,
            held_by=self.orders.get(name) if name in self.held else None,
            waiting_passengers=len(name) % 4,
        )

    def _weather(self, name: str, at: int) -> WeatherNow:
        foggy = name == "ALATAU"
        return WeatherNow(
            place_id=name,
            observed_at_ms=at - at % 3_600_000,
            temperature_k=286.4,
            pressure_pa=93_500,
            wind_mps=3.2 + len(name) / 3,
            wind_from_deg=130.0,
            gust_mps=7.0,
            visibility_m=800.0 if foggy else 10_000.0,
            ceiling_agl_m=120.0 if foggy else 9000.0,
            present_weather="FG" if foggy else "",
            is_modelled=True,
            is_below_minima=foggy,
            reason="visibility" if foggy else "",
        )

    def snapshot(self) -> Snapshot:
        """Return the invented state now."""
        return self.snapshot_at(self.now_ms())

    def snapshot_at(self, at: int) -> Snapshot:
        """Return the invented state at an instant."""
        aircraft = [self._aircraft(k, at) for k in range(self._fleet)]
        legs = sorted(self._legs)
        board = [self._sortie(leg, at) for leg in legs if leg.board < at + 3_600_000]
        flown = [s for s in board if s.status == "flown"]
        return Snapshot(
            seq=self.last_seq(),
            clock=self._clock(at),
            aircraft=tuple(aircraft),
            sorties=tuple(board),
            vertiports=tuple(self._vertiport(name, aircraft, at) for name in SITES),
            weather=tuple(self._weather(name, at) for name in SITES),
            figures=Figures(
                in_air=sum(a.phase == "airborne" for a in aircraft),
                flown=len(flown),
                cancelled=sum(s.status == "cancelled" for s in board),
                passengers=sum(s.passengers for s in flown),
                waiting=7,
                on_time_share=0.93,
                min_energy_above_reserve_kwh=3.1,
                energy_kwh=1234.5,
            ),
            geozones=(
                GeozoneNow(zone_id="AIRPORT-CTR", is_closed=False, changes_at_ms=None),
                GeozoneNow(zone_id="STADIUM", is_closed=True, changes_at_ms=DAY_MS + 64_800_000),
            ),
        )

    def positions(self) -> Positions:
        """Return the invented positions now."""
        at = self.now_ms()
        found = [self._aircraft(k, at) for k in range(self._fleet)]
        return Positions(
            clock=self._clock(at),
            aircraft=tuple(
                Position(
                    aircraft_id=a.aircraft_id,
                    lon_deg=a.lon_deg,
                    lat_deg=a.lat_deg,
                    altitude_amsl_m=a.altitude_amsl_m,
                    heading_deg=a.heading_deg,
                    ground_speed_mps=a.ground_speed_mps,
                    soc=a.soc,
                )
                for a in found
                if a.phase == "airborne"
            ),
        )

    def _events(self) -> list[tuple[int, Leg]]:
        at = self.now_ms()
        return sorted((leg.lift, leg) for leg in self._legs if leg.lift <= at and not leg.cause)

    def last_seq(self) -> int:
        """Return how many aircraft have lifted off."""
        return len(self._events())

    def list_log(self, after: int, limit: int) -> list[LogEntry]:
        """Return the lift-offs after a number."""
        return [
            LogEntry(
                seq=n,
                at_ms=at,
                kind="SortieLiftedOff",
                event=msgspec.Raw(msgspec.json.encode({"sortie_id": leg.sortie_id})),
            )
            for n, (at, leg) in enumerate(self._events(), 1)
            if n > after
        ][:limit]
