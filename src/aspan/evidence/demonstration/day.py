"""A demonstration day in the twin: every decision on what is known then, every sortie by the door.

The evening before and three hours before, the forecast of the show's hours is looked at: where they
are more likely under the minima than not, the day is postponed to the reserve date. On the day,
items go in their order; what no longer fits before the end is dropped, lowest priority first.
Before a flown item the clearance from the spectators is reckoned for the wind reported, and the
site's go/no-go list is signed with it; a no-go is held and asked again until the item no longer
fits its time. An aircraft lost is replaced by the spare if one is approved, else the show goes on
without flying. A thunderstorm reported stops the day: spectators go to shelter.
"""

from math import ceil
from typing import Final

import msgspec
import numpy as np

from aspan.evidence.card import Card
from aspan.evidence.demonstration.clearance import BOX, clear_item, is_clear
from aspan.evidence.demonstration.company import Company
from aspan.evidence.demonstration.day_log import (
    DayLog,
    Ending,
    FlownDay,
    Happening,
    Sortie,
    Track,
    What,
)
from aspan.evidence.demonstration.items import ShowItem
from aspan.evidence.demonstration.outside import Disturbances
from aspan.evidence.demonstration.recorder import Recorder
from aspan.evidence.demonstration.show import Demonstration
from aspan.evidence.demonstration.sky import ShowSky
from aspan.evidence.go_no_go_list import EVIDENCE_LINES
from aspan.evidence.orders import Evidence
from aspan.evidence.site import SiteRefused
from aspan.evidence.site_store import SiteStore
from aspan.evidence.twin_people import MADE_UP
from aspan.physics.battery import pack_k_on_stand
from aspan.primitives.errors import InvariantError
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_MIN, MS_PER_S
from aspan.twin.card_aircraft import TestAircraft
from aspan.twin.card_flight import Recording, fly_card
from aspan.twin.card_place import Place
from aspan.world.city import City
from aspan.world.range import Range, RangeAircraft
from aspan.world.telemetry import PACKS
from aspan.world.weather import Weather

SET_UP_MS: Final = 5 * MS_PER_MIN
"""Before an item flies: boarding, the list, range clear. Assumed: all was prepared hours before."""

HOLD_MS: Final = 5 * MS_PER_MIN
"""After a no-go it is asked again so often."""

LANDED_MS: Final = 2 * MS_PER_MIN
"""After a flight until the next item may begin."""

LOOKS_MS: Final = (16 * MS_PER_H, 3 * MS_PER_H)
"""Before the show its forecast is looked at: in the evening, and before spectators set out."""

POSTPONE_FROM: Final = 0.5
"""Chance of weather under the minima, mean over the hours of the show, from which it is postponed.
Assumed: more likely than not."""

TURN_HOME_S: Final = 60.0
"""Longest that an aircraft called off flies on until its way home is clear of spectators."""

_LOOK_S: Final = 10.0
FULL_SOC: Final = 0.95
_TELEMETRY_LINK: Final = 0.997
_CELL_SPREAD_V: Final = 0.012


class Packs(msgspec.Struct, frozen=True, kw_only=True):
    """Charge and warmth of an aircraft's packs at an instant."""

    soc: float
    pack_k: float
    at_ms: int


class _Stopped(Exception):
    """The day is stopped, and why."""


class ShowDay:
    """One day, flown from its plan."""

    def __init__(
        self,
        plan: Demonstration,
        city: City,
        site: Range,
        seed: int,
        outside: Disturbances,
        store: SiteStore | None = None,
    ) -> None:
        self._plan, self._city, self._site = plan, city, site
        self._seed, self._outside = seed, outside
        self._sky = ShowSky(city, site, seed, outside.cover())
        self._company = Company(site, plan.date, seed, store)
        self._recorder = None if store is None else Recorder(store)
        self._now_ms = plan.begin_at_ms - LOOKS_MS[0]
        self._happenings: list[Happening] = []
        self._sorties: list[Sortie] = []
        self._tracks: dict[str, Track] = {}
        self._aircraft: AircraftId | None = plan.aircraft_id
        self._packs: dict[AircraftId, Packs] = {}
        self._is_lost = False

    def fly(self) -> FlownDay:
        """Go through the day and return what happened."""
        cards = [t.item.card for t in self._plan.items if t.item.card is not None]
        self._company.prepare(cards, self._now_ms - MS_PER_DAY)
        for before_ms in LOOKS_MS:
            self._now_ms = self._plan.begin_at_ms - before_ms
            why = self._find_postponement()
            if why:
                return self._end("postponed", f"{why}; reserve date {self._plan.reserve_date}")
        self._now_ms = self._plan.begin_at_ms + self._outside.late_ms
        self._note("began", detail=f"{self._outside.late_ms // MS_PER_MIN} min late")
        try:
            dropped = self._go_through()
        except _Stopped as stop:
            return self._end("stopped", str(stop))
        if not dropped:
            return self._end("run_of_show", "")
        ending: Ending = "shortened_show" if self._sorties else "static_display_only"
        return self._end(ending, "; ".join(dropped))

    def _find_postponement(self) -> str:
        """Return why the show is postponed by the forecast as it is now; "" if it is not."""
        hours = range(self._plan.begin_at_ms // MS_PER_H, ceil(self._plan.end_at_ms / MS_PER_H))
        forecasts = [self._sky.forecast(self._now_ms, hour * MS_PER_H) for hour in hours]
        minima = next(t.item.card.minima for t in self._plan.items if t.item.card is not None)
        chances = [
            1.0
            if f.expected.wind_mps > minima.wind_mps or f.expected.gust_mps > minima.gust_mps
            else f.probability_below_minima
            for f in forecasts
        ]
        told = ", ".join(f"{chance:.0%}" for chance in chances)
        self._note("forecast", detail=f"under the minima by hour: {told}")
        mean = sum(chances) / len(chances)
        return f"forecast under its minima with {mean:.0%}" if mean >= POSTPONE_FROM else ""

    def _go_through(self) -> list[str]:
        """Show the items in their order; return which were dropped, and why."""
        dropped: list[str] = []
        waiting = [timed.item for timed in self._plan.items]
        flown = 0
        while waiting:
            self._mind_the_storm()
            for item in self._too_late(waiting):
                waiting.remove(item)
                dropped.append(self._drop(item, "no time for it before the end"))
            if not waiting:
                break
            item = waiting.pop(0)
            planned = next(t.begin_at_ms for t in self._plan.items if t.item is item)
            self._now_ms = max(self._now_ms, planned)
            if item.card is None:
                self._note("item_shown", item.item_id)
                self._now_ms += item.length_ms
                continue
            why = self._fly_item(item, item.card, flown)
            flown += 1
            if why:
                dropped.append(self._drop(item, why))
        return dropped

    def _too_late(self, waiting: list[ShowItem]) -> list[ShowItem]:
        """Return items to drop so that the rest ends in time, the lowest priority first."""
        kept, gone = list(waiting), []
        while kept and self._now_ms + sum(i.length_ms for i in kept) > self._plan.end_at_ms:
            least = min(kept, key=lambda i: (i.priority, i.item_id))
            kept.remove(least)
            gone.append(least)
        return gone

    def _mind_the_storm(self) -> None:
        """Stop the day if a thunderstorm is reported: nobody stays on open ground."""
        for place in ("pad", "alternate"):
            seen = self._sky.report(self._now_ms, place)
            if seen.present_weather == "TS":
                raise _Stopped(f"thunderstorm reported at the {place}: spectators go to shelter")

    def _fly_item(self, item: ShowItem, card: Card, number: int) -> str:
        """Fly one item if it is a go within its time; return why not, "" if it was flown."""
        until_ms = min(self._now_ms + item.length_ms, self._plan.end_at_ms)
        is_hit = self._outside.lost_item == number and not self._is_lost
        if is_hit and self._outside.lost == "before":
            self._lose("found unfit before the item")
        if self._aircraft is None:
            return "no aircraft that is approved for demonstrations is left"
        self._now_ms += SET_UP_MS
        why = ""
        tries = 0
        while True:
            self._mind_the_storm()
            run_id = f"{self._plan.date}-{item.item_id}-{tries}"
            why, seconds = self._try(item, card, run_id, until_ms)
            if not why:
                break
            if self._now_ms + HOLD_MS + seconds * MS_PER_S + LANDED_MS > until_ms:
                return why
            self._note("item_held", item.item_id, why)
            self._now_ms += HOLD_MS
            tries += 1
        self._fly(item, card, run_id, is_unwell=is_hit and self._outside.lost == "in_flight")
        return ""

    def _try(self, item: ShowItem, card: Card, run_id: str, until_ms: int) -> tuple[str, int]:
        """Ask the site for one item now; return why not, and the seconds the item takes."""
        aircraft = self._flying()
        at_ms = self._now_ms
        packs = self._packs_now(aircraft)
        cleared = clear_item(
            card.profile, card.load, self._city.aircraft_type, self._site,
            self._sky.reported_air(at_ms),
        )  # fmt: skip
        seconds = ceil(cleared.seconds)
        if at_ms + seconds * MS_PER_S + LANDED_MS > until_ms:
            return f"takes {seconds} s in this wind, more than is left of its time", seconds
        self._company.report(self._sky.tell(at_ms), at_ms)
        booked = self._company.book(f"slot-{run_id}", card, aircraft, (at_ms, until_ms), at_ms)
        if isinstance(booked, SiteRefused):
            return f"{booked.reason}: {booked.detail}", seconds
        evidence = self._evidence(aircraft, packs, is_clear=is_clear(cleared, self._site))
        why = self._company.release_and_begin(run_id, f"slot-{run_id}", card, evidence, at_ms)
        if why:
            self._company.free(f"slot-{run_id}", "not a go", at_ms)
            if not is_clear(cleared, self._site):
                why = f"{cleared.spare_m:.0f} m to spare to the spectators; {why}"
            return why, seconds
        detail = (
            f"{aircraft}: {cleared.distance_m:.0f} m from the spectators, "
            f"{cleared.spare_m:.0f} m to spare, {cleared.noise_dba:.1f} dBA reckoned"
        )
        self._note("item_begun", item.item_id, detail)
        return "", seconds

    def _fly(self, item: ShowItem, card: Card, run_id: str, *, is_unwell: bool) -> None:
        """Fly a run that has begun, in the true air, and end it."""
        aircraft = self._flying()
        packs, begun_ms = self._packs_now(aircraft), self._now_ms
        recording = self._fly_card(card, packs, aircraft, begun_ms, None)
        why, after_s = self._find_knock_off(recording, card, begun_ms, is_unwell=is_unwell)
        stop = self._recorder.watch(run_id, card, recording) if self._recorder is not None else None
        if stop is not None:
            why, after_s = f"limit {stop.limit_id} passed", (stop.at_ms - begun_ms) / MS_PER_S
        if why:
            flown_s = (int(recording.truth["at_ms"][-1]) - begun_ms) / MS_PER_S
            home_s = self._find_way_home(card, begun_ms, after_s, flown_s)
            recording = self._fly_card(card, packs, aircraft, begun_ms, home_s)
            called_ms = begun_ms + round(after_s * MS_PER_S)
            self._note("item_knocked_off", item.item_id, why, at_ms=called_ms)
            if stop is None:
                self._company.call_off(run_id, called_ms, why)
        truth = recording.truth
        ended_ms = int(truth["at_ms"][-1])
        self._tracks[run_id] = Track(
            at_ms=np.asarray(truth["at_ms"], dtype=np.int64),
            lon_deg=truth["lon_deg"],
            lat_deg=truth["lat_deg"],
            height_agl_m=truth["height_agl_m"],
            ground_speed_mps=truth["ground_speed_mps"],
        )
        if self._recorder is not None:
            self._recorder.keep(run_id, card, recording, ended_ms)
        self._company.end(run_id, ended_ms)
        self._sorties.append(
            Sortie(
                run_id=run_id,
                item_id=item.item_id,
                aircraft_id=aircraft,
                begun_at_ms=begun_ms,
                ended_at_ms=ended_ms,
                is_knocked_off=bool(why),
            )
        )
        self._packs[aircraft] = Packs(
            soc=float(np.mean([truth[f"pack{n}_soc"][-1] for n in range(1, PACKS + 1)])),
            pack_k=float(
                np.mean([truth[f"pack{n}_temperature_k"][-1] for n in range(1, PACKS + 1)])
            ),
            at_ms=ended_ms,
        )
        self._now_ms = ended_ms + LANDED_MS
        if is_unwell:
            self._lose("unwell in flight, landed")

    def _fly_card(
        self, card: Card, packs: Packs, aircraft: AircraftId, at_ms: int, recover_at_s: float | None
    ) -> Recording:
        frame = self._frame(aircraft)
        site = self._site.site
        return fly_card(
            card.profile,
            msgspec.structs.replace(card.load, soc=packs.soc, pack_k=packs.pack_k),
            TestAircraft(kind=self._city.aircraft_type, soh=frame.soh),
            air=self._sky.air(at_ms),
            place=Place(
                lon_deg=site.lon_deg,
                lat_deg=site.lat_deg,
                elevation_amsl_m=site.elevation_amsl_m,
                boxes=(BOX,),
            ),
            seed=self._seed,
            start_at_ms=at_ms,
            recover_at_s=recover_at_s,
        )

    def _find_knock_off(
        self, recording: Recording, card: Card, begun_ms: int, *, is_unwell: bool
    ) -> tuple[str, float]:
        """Return why a run is called off and after how many seconds; "" if it is not."""
        ended_ms = int(recording.truth["at_ms"][-1])
        if is_unwell:
            return "the pilot reports an unexpected response", 0.4 * (
                ended_ms - begun_ms
            ) / MS_PER_S
        next_hour_ms = (begun_ms // MS_PER_H + 1) * MS_PER_H
        if next_hour_ms >= ended_ms:
            return "", 0.0
        seen = self._sky.report(next_hour_ms)
        against = _list_against(seen, card)
        if not against:
            return "", 0.0
        return f"reported in flight: {', '.join(against)}", (next_hour_ms - begun_ms) / MS_PER_S

    def _find_way_home(
        self, card: Card, begun_ms: int, called_s: float, flown_s: float
    ) -> float | None:
        """Return after how many seconds the aircraft turns home once it is called off.

        At once, if the way home from there is clear of the spectators; else as soon as it is. None
        where the item as planned, which is clear, is the better way home.
        """
        air = self._sky.reported_air(begun_ms)
        kind = self._city.aircraft_type
        for after_s in np.arange(called_s, min(flown_s, called_s + TURN_HOME_S), _LOOK_S).tolist():
            found = clear_item(card.profile, card.load, kind, self._site, air, after_s)
            if is_clear(found, self._site):
                return float(after_s)
        return None

    def _packs_now(self, aircraft: AircraftId) -> Packs:
        """Return the packs as they are now; on the stand they are held at their target."""
        kind = self._city.aircraft_type
        before = self._packs.get(aircraft)
        if before is None:
            return Packs(soc=FULL_SOC, pack_k=kind.pack_target_k, at_ms=self._now_ms)
        still_s = max(0, self._now_ms - before.at_ms) / MS_PER_S
        pack_k = pack_k_on_stand(kind, pack_k=before.pack_k, duration_s=still_s)
        return Packs(soc=before.soc, pack_k=pack_k, at_ms=self._now_ms)

    def _evidence(
        self, aircraft: AircraftId, packs: Packs, *, is_clear: bool
    ) -> tuple[Evidence, ...]:
        """Return what the twin's people and instruments found for the list, now."""
        frame = self._frame(aircraft)
        values = {
            "open_items": 0.0,
            "telemetry_link": _TELEMETRY_LINK,
            "battery_soc": round(packs.soc, 4),
            "battery_coldest": round(packs.pack_k, 2),
            "battery_hottest": round(packs.pack_k, 2),
            "cell_spread": _CELL_SPREAD_V,
        }
        found = []
        for line in EVIDENCE_LINES:
            is_text = line == "software_baseline"
            is_value = line in values
            found.append(
                Evidence(
                    line=line,
                    source=MADE_UP,
                    observed_at_ms=self._now_ms,
                    value=values.get(line),
                    is_ok=None if is_text or is_value else line != "range_clear" or is_clear,
                    text=frame.software_baseline if is_text else "",
                )
            )
        return tuple(found)

    def _flying(self) -> AircraftId:
        """Return the aircraft that flies the show."""
        if self._aircraft is None:
            raise InvariantError("an item is flown without an aircraft")
        return self._aircraft

    def _frame(self, aircraft: AircraftId) -> RangeAircraft:
        frame = self._site.find_aircraft(aircraft)
        if frame is None:
            raise InvariantError(f"{aircraft} is not of this range")
        return frame

    def _lose(self, why: str) -> None:
        """Take the aircraft out, and the spare in if there is one."""
        self._note("aircraft_lost", detail=f"{self._aircraft}: {why}")
        spare = self._plan.spare_id
        self._is_lost = True
        self._aircraft = spare
        if spare is not None:
            self._note("spare_taken", detail=str(spare))

    def _drop(self, item: ShowItem, why: str) -> str:
        self._note("item_dropped", item.item_id, why)
        return f"{item.item_id}: {why}"

    def _note(
        self, what: What, item_id: str = "", detail: str = "", at_ms: int | None = None
    ) -> None:
        self._happenings.append(
            Happening(
                at_ms=self._now_ms if at_ms is None else at_ms,
                what=what,
                item_id=item_id,
                detail=detail,
            )
        )

    def _end(self, ending: Ending, reason: str) -> FlownDay:
        self._note("ended", detail=f"{ending}{': ' if reason else ''}{reason}")
        log = DayLog(
            plan=self._plan,
            seed=self._seed,
            disturbances=self._outside,
            happenings=tuple(self._happenings),
            sorties=tuple(self._sorties),
            ending=ending,
            reason=reason,
            ended_at_ms=self._now_ms,
        )
        return FlownDay(log=log, tracks=self._tracks, events=self._company.events)


def fly_demonstration(
    plan: Demonstration,
    city: City,
    site: Range,
    seed: int,
    disturbances: Disturbances | None = None,
    store: SiteStore | None = None,
) -> FlownDay:
    """Fly a planned day in the twin.

    Parameters
    ----------
    disturbances
        What breaks; nothing but the weather of the seed if None.
    store
        A test site on disk, through which the day goes and which keeps its telemetry; one in memory
        if None, which keeps none.
    """
    return ShowDay(plan, city, site, seed, disturbances or Disturbances(), store).fly()


def _list_against(seen: Weather, card: Card) -> list[str]:
    """Return which minima of a card a report is under."""
    minima = card.minima
    return [
        name
        for name, is_under in (
            ("visibility", seen.visibility_m < minima.visibility_m),
            ("ceiling", seen.ceiling_agl_m < minima.ceiling_agl_m),
            ("wind", seen.wind_mps > minima.wind_mps),
            ("gusts", seen.gust_mps > minima.gust_mps),
            ("thunderstorm", seen.present_weather == "TS"),
        )
        if is_under
    ]
