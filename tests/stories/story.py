"""Stories: a small city drawn in text, a day played by the real engine, a timeline to compare.

    day = play('''
        Harbour: 1 fato, 2 stands    Airport: 1 fato, 1 stand    block 9 min, turnaround 6 min
        A1 at Harbour    A2 at Harbour, charge 0.60
        08:00 trip Harbour -> Airport, 2 passengers
        09:00 fog at Airport until 11:00
        10:00 desk holds Harbour until 10:20
    ''')

Pieces stand on lines of their own or two spaces apart. A trip's party can board at the instant
written and asks half an hour before, unless `asked HH:MM` says otherwise; `absent` never comes.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cache

import msgspec

from aspan.dispatch.policies import DEFAULT_POLICY
from aspan.operations import actions as act
from aspan.operations import commands as cmd
from aspan.operations import events as ev
from aspan.operations.city_index import CityIndex
from aspan.operations.engine import Engine
from aspan.operations.log import MemoryLog
from aspan.operations.loop import Loop
from aspan.operations.sales_events import RideProvided
from aspan.primitives.errors import InvalidInput
from aspan.primitives.ids import BookingId, TripId, VertiportId
from aspan.primitives.instants import (
    local_instant_ms,
    ms_to_local,
    parse_local_time,
)
from aspan.primitives.units import MS_PER_MIN, S_PER_MIN
from aspan.twin.clock import AlertList, LeapingClock
from stories.drawn import DrawnAircraft, DrawnRules, DrawnSite, base, draw_city
from stories.outside import Fog, ScriptedOutside

DAY = date(2025, 4, 15)
OPENS = "06:00"
ASKED_BEFORE_MS = 30 * MS_PER_MIN
PARTY_KG = 85.0


class Story(msgspec.Struct, kw_only=True):
    """What a text says."""

    sites: list[DrawnSite] = []
    aircraft: list[DrawnAircraft] = []
    rules: DrawnRules = DrawnRules(block_ms=9 * MS_PER_MIN)
    script: list[tuple[int, cmd.Command]] = []
    fogs: list[Fog] = []
    absent: set[str] = set()
    late_ms: dict[str, int] = {}
    trips: int = 0


def instant(text: str) -> int:
    """Return the instant [ms] of a wall-clock time on the story's day."""
    return local_instant_ms(DAY, parse_local_time(text), base().time_zone)


def pieces(text: str) -> list[str]:
    """Return what stands on lines of its own or two spaces apart."""
    return [piece for piece in re.split(r"\n|\s{2,}", text.strip()) if piece.strip()]


def lines(text: str) -> list[str]:
    """Return the lines of a timeline, two spaces apart or on lines of their own."""
    return [piece.strip() for piece in pieces(text)]


def _site(story: Story, found: re.Match[str]) -> None:
    extras = found["extras"] or ""
    site_kw = re.search(r"site (\d+) kW", extras)
    charger_kw = re.search(r"chargers (\d+) kW", extras)
    story.sites.append(
        DrawnSite(
            name=found["name"],
            fatos=int(found["fatos"]),
            stands=int(found["stands"]),
            charger_kw=float(charger_kw[1]) if charger_kw else 300.0,
            site_kw=float(site_kw[1]) if site_kw else 2000.0,
            is_crew_base="no crew" not in extras,
        )
    )


def _aircraft(story: Story, found: re.Match[str]) -> None:
    soc, soh = float(found["soc"] or 0.9), float(found["soh"] or 1.0)
    story.aircraft.append(DrawnAircraft(name=found["name"], at=found["at"], soc=soc, soh=soh))


def _block(story: Story, found: re.Match[str]) -> None:
    story.rules = msgspec.structs.replace(story.rules, block_ms=int(found[1]) * MS_PER_MIN)


def _turnaround(story: Story, found: re.Match[str]) -> None:
    story.rules = msgspec.structs.replace(
        story.rules, turnaround_s=float(int(found[1]) * S_PER_MIN)
    )


def _break(story: Story, found: re.Match[str]) -> None:
    story.rules = msgspec.structs.replace(
        story.rules,
        break_ms_min=int(found[1]) * MS_PER_MIN,
        break_window_ms=int(found[2]) * MS_PER_MIN,
    )


def _trip(story: Story, found: re.Match[str]) -> None:
    story.trips += 1
    booking_id = BookingId(f"B{story.trips}")
    ready_ms = instant(found["at"])
    asked_ms = instant(found["asked"]) if found["asked"] else ready_ms - ASKED_BEFORE_MS
    party = int(found["party"])
    if found["absent"]:
        story.absent.add(booking_id)
    request = cmd.RequestBooking(
        booking_id=booking_id,
        trip_id=TripId(f"T{story.trips}"),
        origin=VertiportId(found["origin"]),
        destination=VertiportId(found["destination"]),
        ready_at_ms=ready_ms,
        party=party,
        payload_kg=float(found["kg"] or PARTY_KG * party),
        egress_ms=0,
        origin_lon_deg=77.0,
        origin_lat_deg=43.5,
        destination_lon_deg=77.1,
        destination_lat_deg=43.5,
    )
    story.script.append((asked_ms, request))


def _fog(story: Story, found: re.Match[str]) -> None:
    fog = Fog(site=found["site"], from_ms=instant(found["at"]), until_ms=instant(found["until"]))
    story.fogs.append(fog)


def _desk(story: Story, found: re.Match[str]) -> None:
    site = None if found["site"] == "all" else VertiportId(found["site"])
    for at, action in (
        (found["at"], act.HoldDepartures(vertiport_id=site)),
        (found["until"], act.ReleaseDepartures(vertiport_id=site)),
    ):
        key = f"desk-{len(story.script):04d}"
        order = cmd.TakeAction(key=key, who="desk", why="story", action=action)
        story.script.append((instant(at), order))


def _late(story: Story, found: re.Match[str]) -> None:
    story.late_ms[f"S{int(found['number']):05d}"] = int(found["late"]) * MS_PER_MIN


GRAMMAR: dict[str, Callable[[Story, "re.Match[str]"], None]] = {
    r"(?P<name>\w+): (?P<fatos>\d+) fatos?, (?P<stands>\d+) stands?(?P<extras>,.*)?": _site,
    r"(?P<name>A\d+) at (?P<at>\w+)(, charge (?P<soc>[\d.]+))?(, health (?P<soh>[\d.]+))?": (
        _aircraft
    ),
    r"block (\d+) min": _block,
    r"turnaround (\d+) min": _turnaround,
    r"break (\d+) min in (\d+) min": _break,
    r"(?P<at>\d\d:\d\d) trip (?P<origin>\w+) -> (?P<destination>\w+), (?P<party>\d+) passengers?"
    r"(, (?P<kg>\d+) kg)?(, asked (?P<asked>\d\d:\d\d))?(?P<absent>, absent)?": _trip,
    r"(?P<at>\d\d:\d\d) fog at (?P<site>\w+) until (?P<until>\d\d:\d\d)": _fog,
    r"(?P<at>\d\d:\d\d) desk holds (?P<site>\w+) until (?P<until>\d\d:\d\d)": _desk,
    r"S(?P<number>\d+) lands (?P<late>\d+) min late": _late,
}
"""What a piece of a story may say."""


def read(text: str) -> Story:
    """Return what a text says; `InvalidInput` for a piece that says nothing."""
    story = Story()
    for piece in pieces(text.replace(" min, turnaround", " min  turnaround")):
        for pattern, take in GRAMMAR.items():
            found = re.fullmatch(pattern, piece.strip())
            if found:
                take(story, found)
                break
        else:
            raise InvalidInput("story", piece, "a piece of the grammar of stories")
    return story


@cache
def _drawn(
    sites: tuple[DrawnSite, ...], aircraft: tuple[DrawnAircraft, ...], rules: DrawnRules
) -> CityIndex:
    return draw_city(sites, aircraft, rules)


class Day:
    """A story being played: the engine, its log, and the timeline so far."""

    def __init__(self, text: str) -> None:
        story = read(text)
        self.index = _drawn(tuple(story.sites), tuple(story.aircraft), story.rules)
        self.engine = Engine(self.index)
        self.state = self.engine.state
        self.log = MemoryLog()
        self.alerts = AlertList()
        opens_ms = instant(OPENS)
        self.outside = ScriptedOutside(
            self.index,
            [(opens_ms, self._open(story))],
            fogs=story.fogs,
            absent=frozenset(story.absent),
            late_ms=story.late_ms,
        )
        for site_id in self.index.site_ids:
            self.outside.push(opens_ms, self.outside.weather(site_id, opens_ms))
        self.outside.push(opens_ms, cmd.OpenDay(date=DAY.isoformat(), expected_rates=()))
        for at_ms, command in story.script:
            self.outside.push(at_ms, command)
        self.loop = Loop(
            self.engine,
            clock=LeapingClock(opens_ms),
            link=self.outside,
            log=self.log,
            notices=self.alerts,
        )

    def _open(self, story: Story) -> cmd.OpenService:
        taken: dict[str, int] = {}
        placements = []
        for aircraft, frame in zip(story.aircraft, self.index.city.airframes, strict=True):
            site_id = VertiportId(aircraft.at)
            number = taken.get(site_id, 0)
            taken[site_id] = number + 1
            placements.append(
                cmd.Placement(
                    aircraft_id=frame.aircraft_id,
                    vertiport_id=site_id,
                    stand_id=self.index.planned_stands[site_id][number],
                )
            )
        return cmd.OpenService(
            seed=1,
            policy=DEFAULT_POLICY,
            demand_factor=1.0,
            code_version="story",
            placements=tuple(placements),
            pack_temperature_k=298.15,
        )

    def run(self, until: str) -> "Day":
        """Play on until a wall-clock time."""
        self.loop.run(instant(until))
        return self

    def timeline(self, *also: str) -> list[str]:
        """Return what happened, a line an event; `also` adds `charge`, `pilots`, `boarding`."""
        told = (self._tell(event, also) for event in self.log.events)
        return [line for line in told if line]

    def _tell(self, event: ev.Event, also: tuple[str, ...]) -> str:
        words = self._words(event) or (self._side_words(event, also) if also else "")
        if not words:
            return ""
        at_ms = round(event.at_ms / MS_PER_MIN) * MS_PER_MIN
        return f"{ms_to_local(at_ms, self.index.city.time_zone):%H:%M} {words}"

    def _words(self, event: ev.Event) -> str:
        match event:
            case ev.SortieOffBlock():
                sortie = self.state.sorties[event.sortie_id]
                empty = "" if sortie.seats_taken else ", empty"
                return f"{_short(event.sortie_id)} off-block {sortie.origin}{empty}"
            case ev.SortieOnBlock():
                sortie = self.state.sorties[event.sortie_id]
                return f"{_short(event.sortie_id)} on-block {sortie.destination}"
            case ev.SortieHeld():
                return f"{_short(event.sortie_id)} held: {event.reason}"
            case ev.SortieCancelled():
                return f"{_short(event.sortie_id)} cancelled: {event.cause}"
            case ev.SortieDiverted():
                return f"{_short(event.sortie_id)} diverted to {event.destination}: {event.cause}"
            case ev.BookingRefused():
                return f"{event.booking_id} refused: {event.reason}"
            case ev.BookingNoShow():
                return f"{event.booking_id} no-show"
            case ev.BookingCancelled():
                return f"{event.booking_id} refunded {event.refund_tiyn // 100} KZT"
            case RideProvided():
                return f"{event.booking_id} driven from {event.vertiport_id or 'its door'}"
            case ev.DeparturesHeld():
                return f"{event.vertiport_id} holds departures: {event.reason}"
            case ev.DeparturesResumed():
                return f"{event.vertiport_id} resumes departures"
            case _:
                return ""

    def _side_words(self, event: ev.Event, also: tuple[str, ...]) -> str:
        match event:
            case ev.ChargeStarted() if "charge" in also:
                return (
                    f"{event.aircraft_id} charging from {event.soc:.2f} at {event.power_kw:.0f} kW"
                )
            case ev.ChargeEnded() if "charge" in also:
                return f"{event.aircraft_id} charged to {event.soc:.2f}"
            case ev.ChargingReallocated() if "charge" in also:
                shares = ", ".join(f"{c} {kw:.0f} kW" for c, kw, _ in event.allocations)
                return f"{event.vertiport_id} shares: {shares}"
            case ev.BoardingStarted() if "boarding" in also:
                return f"{_short(event.sortie_id)} boards"
            case ev.DutyStarted() if "pilots" in also:
                return f"{event.pilot_id} takes over {event.aircraft_id}"
            case _:
                return ""


def _short(sortie_id: str) -> str:
    return f"S{int(sortie_id[1:])}"


def play(text: str, *, until: str = "22:00") -> Day:
    """Play a story from six in the morning until an instant, and return the day."""
    return Day(text).run(until)
