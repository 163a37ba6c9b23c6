"""The test site of a running service: its store, its view, its runs, its weather, its air.

Slots keep their zones closed to the line (`range_traffic`); what instruments report at the
alternate, the nearest of the service's places, is told to the site as the weather of pad and
alternate; runs that begin are flown by the twin, or opened to an aircraft's telemetry.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Final, Literal

import msgspec

from aspan import __version__
from aspan.compose.service import TwinService
from aspan.evidence.lifecycles import RunPhase
from aspan.evidence.package.judgement import check_review
from aspan.evidence.package.twin_files import keep_twin_files
from aspan.evidence.reports import HOURS_MAX, NO_CEILING_M, AirHour, Place, ReportWeather
from aspan.evidence.scenarios import load_campaign
from aspan.evidence.site_events import CardFiled, RunBegun, RunEnded, SiteEvent
from aspan.evidence.site_state import SiteState
from aspan.evidence.site_store import SiteStore
from aspan.evidence.telemetry.layout import Layout, twin_layout
from aspan.faces.http.range_air import HeldAir
from aspan.faces.http.range_feeds import RangeFeeds
from aspan.faces.http.range_traffic import EngineTraffic
from aspan.faces.http.range_twin import TwinFlights
from aspan.faces.http.range_view import RangeView
from aspan.operations.ports import Notices
from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_H
from aspan.world.atmosphere import pressure_at_height_pa
from aspan.world.geodesy import great_circle_m
from aspan.world.range import Range
from aspan.world.readers.range import load_range
from aspan.world.telemetry import RATE_HZ_MIN
from aspan.world.weather import CEILING_UNLIMITED_M, Weather
from aspan.world.weather_archive import STANDARD_LAPSE_K_PER_M

FlownBy = Literal["twin", "aircraft"]
"""Who flies the runs: the twin of this service, or aircraft that send telemetry."""

ALERTS_MAX: Final = 100
"""Different things told to have gone wrong; more help nobody."""

_TICK_S: Final = 0.5
_END_S: Final = 2.0


class Chores:
    """Does what is to be done again and again; what goes wrong is told once and ends nothing.

    The watch over silent links must outlive whatever befalls the weather, or another run.
    """

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._told: set[str] = set()

    def do(self, task: Callable[[], object]) -> None:
        """Do one thing."""
        try:
            task()
        except Exception as fault:
            text = f"test site: {type(fault).__name__}: {fault}"
            if text not in self._told and len(self._told) < ALERTS_MAX:
                self._told.add(text)
                self._notices.alert(text)


class RangeFace:
    """A test site beside a running service; `start` before it is asked, `close` at the end.

    Parameters
    ----------
    path
        Of the site's log, `NAME.range`.
    """

    def __init__(
        self, twin: TwinService, path: Path, *, flown_by: FlownBy, notices: Notices
    ) -> None:
        city = twin.run.city
        test_range = load_range(city)
        if test_range is None:
            raise InvalidInput("--range", city.city_id, "a city with a range.toml")
        if flown_by == "aircraft":
            _check_recorders(test_range)
        campaign = load_campaign(Path(city.folder).name)
        self._twin = twin
        self._notices = notices
        self._campaign = campaign
        self.traffic = EngineTraffic(twin)
        self._store = SiteStore(
            path,
            test_range,
            frozenset(campaign.requirements),
            traffic=self.traffic,
            check_review=lambda store, order: check_review(store, city, campaign, order),
        )
        self._flown_by = flown_by
        self.feeds = RangeFeeds(self._store, now_ms=self._now_ms, make_layout=self._make_layout)
        self._flights = TwinFlights(
            self._store,
            city.aircraft_type,
            seed=twin.stored.seed,
            now_ms=self._now_ms,
            find_air=self._find_air,
            notices=notices,
        )
        self.view = RangeView(
            self._store,
            campaign,
            city,
            now_ms=self._now_ms,
            feeds=self.feeds,
            begun=self._follow,
            is_twin=flown_by == "twin",
        )
        self._stopped = Event()
        self._chores = Chores(notices)
        self._air = HeldAir(self._store, now_ms=self._now_ms, notices=notices)
        self._thread = Thread(target=self._work, name="range", daemon=True)

    def start(self) -> None:
        """Keep the air of slots that stand, go on with feeds, and tell the weather."""
        if self._flown_by == "aircraft":
            self._go_on_with_feeds()
        self._keep_air()
        self._chores.do(self._tell_weather)
        self._thread.start()

    def close(self) -> None:
        """End with everything on disk."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_END_S)
        self._flights.stop(_END_S)
        self._store.close()

    def _go_on_with_feeds(self) -> None:
        """Open the feeds of runs under way, and close those that an end of the process left open.

        A feed that cannot be read holds up no other run, and not the site.
        """
        for event in self._store.look(_list_under_way):
            self._chores.do(partial(self.feeds.open, event))
        for run_id in self._store.look(_list_untold):
            self._chores.do(partial(self.feeds.close_again, run_id))

    def _follow(self, events: Sequence[SiteEvent]) -> str:
        """Do what follows from an order; return the token of a run that an aircraft flies.

        An order that comes again is answered as before: its run may be long over by then.
        """
        for event in events:
            if isinstance(event, CardFiled):
                keep_twin_files(self._store.path, self._campaign, event.card.card_id)
            if isinstance(event, RunBegun) and not self._is_flying(event.run_id):
                continue
            if isinstance(event, RunBegun) and self._flown_by == "twin":
                self._flights.begin(event, self.feeds.show(event.run_id))
            elif isinstance(event, RunBegun):
                self.feeds.open(event)
                return self.feeds.token(event.run_id)
            elif isinstance(event, RunEnded):
                self.feeds.end(event.run_id)
        return ""

    def _make_layout(self, begun: RunBegun) -> Layout:
        """Return what the recorder of an aircraft is to send: our names in our units."""
        aircraft = self._store.site.range.find_aircraft(begun.aircraft_id)
        if aircraft is None or not aircraft.recorder_ids:
            raise InvalidInput("aircraft", begun.aircraft_id, "an aircraft whose recorder is known")
        layout = twin_layout(aircraft.recorder_ids[0], f"aspan {__version__}", rate_hz=RATE_HZ_MIN)
        return msgspec.structs.replace(layout, source="aircraft")

    def _is_flying(self, run_id: str) -> bool:
        return self._store.look(lambda state: state.runs[run_id].is_flying)

    def _work(self) -> None:
        while not self._stopped.wait(_TICK_S):
            self._chores.do(self.feeds.tick)
            self._chores.do(self._air.tick)
            self._chores.do(self._tell_weather)

    def _keep_air(self) -> None:
        """Ask again for the zones of slots that are not over: a service may have begun anew."""
        now_ms = self._now_ms()
        slots = self._store.look(
            lambda state: [
                record.slot
                for record in state.slots.values()
                if not record.is_freed and record.slot.until_ms > now_ms
            ]
        )
        for slot in slots:
            for fault in self._store.keep_air(slot):
                self._notices.alert(f"slot {slot.slot_id}: its air is not kept, {fault}")

    def _tell_weather(self) -> None:
        """Tell the site of a report that is newer than the last it was told."""
        ground = self._store.site.range.site
        engine = self._twin.run.engine
        site_id = ground.alternate

        def look() -> tuple[Weather, tuple[Weather, ...]] | None:
            site = engine.state.sites[site_id]
            if site.report is None:
                return None
            later = [f.expected for _, f in sorted(site.forecasts.items())]
            return site.report, tuple(w for w in later if w.at_ms > (site.report.at_ms))

        found = self._twin.service.find_answer(look)
        if found is None:
            return
        report, later = found
        known = self._store.look(lambda state: state.weather.get("pad"))
        if known is not None and known.observed_at_ms >= report.at_ms:
            return
        known_air = (report, *_unbroken(report, later))[:HOURS_MAX]
        place = self._twin.run.index.sites[site_id]
        up_m = ground.elevation_amsl_m - place.elevation_amsl_m
        away_km = (
            great_circle_m(ground.lon_deg, ground.lat_deg, place.lon_deg, place.lat_deg) / 1000.0
        )
        places: tuple[tuple[Place, float, str], ...] = (
            (
                "pad",
                up_m,
                f"report and forecast of {site_id}, {away_km:.0f} km from the pad,"
                f" carried {up_m:+.0f} m up at the standard lapse",
            ),
            ("alternate", 0.0, f"report and forecast of {site_id}"),
        )
        for name, raised_m, source in places:
            told = ReportWeather(
                place=name,
                source=source,
                observed_at_ms=report.at_ms,
                hours=tuple(_air_hour(weather, up_m=raised_m) for weather in known_air),
            )
            self._store.report(told, self._store.look(self._site_ms))

    def _find_air(self) -> Weather | None:
        engine, site_id = self._twin.run.engine, self._store.site.range.site.alternate
        return self._twin.service.find_answer(lambda: engine.state.sites[site_id].report)

    def _now_ms(self) -> int:
        return max(self._twin.run.engine.state.now_ms, self._twin.clock.now_ms())

    def _site_ms(self, state: SiteState) -> int:
        return max(self._now_ms(), state.last_at_ms)


def _check_recorders(test_range: Range) -> None:
    """Refuse to take telemetry of aircraft whose recorders nobody knows."""
    for aircraft in test_range.aircraft:
        if not aircraft.recorder_ids:
            field = f"range.toml, aircraft.{aircraft.aircraft_id}.recorder_ids"
            raise InvalidInput(field, "nothing", "the recorder whose telemetry is taken")


def _air_hour(weather: Weather, *, up_m: float) -> AirHour:
    """Return an hour's air so much above where it was reported, at the standard lapse.

    Visibility, ceiling and wind are taken as they were reported.
    """
    ceiling_m = weather.ceiling_agl_m
    return AirHour(
        at_ms=weather.at_ms,
        visibility_m=weather.visibility_m,
        ceiling_agl_m=NO_CEILING_M if ceiling_m >= CEILING_UNLIMITED_M else ceiling_m,
        wind_mps=weather.wind_mps,
        gust_mps=max(weather.wind_mps, weather.gust_mps),
        temperature_k=weather.temperature_k - STANDARD_LAPSE_K_PER_M * up_m,
        pressure_pa=pressure_at_height_pa(weather.pressure_pa, from_amsl_m=0.0, to_amsl_m=up_m),
    )


def _unbroken(report: Weather, later: Sequence[Weather]) -> list[Weather]:
    """Return the hours that follow the report without a gap."""
    found, next_ms = [], report.at_ms + MS_PER_H
    for weather in later:
        if weather.at_ms != next_ms:
            break
        found.append(weather)
        next_ms += MS_PER_H
    return found


def _list_under_way(state: SiteState) -> list[RunBegun]:
    """Return the runs that have begun and not ended, as they began."""
    return [
        RunBegun(
            at_ms=run.begun_at_ms or 0,
            key="",
            by=run.release.by,
            run_id=run.run_id,
            card_id=run.card_id,
            version=run.version,
            slot_id=run.slot_id,
            aircraft_id=run.aircraft_id,
        )
        for run in state.flying()
        if run.release is not None
    ]


def _list_untold(state: SiteState) -> list[str]:
    """Return the runs that have ended and of whose telemetry the site was not told."""
    return [
        run.run_id
        for run in state.runs.values()
        if run.phase is RunPhase.ENDED and run.telemetry is None
    ]
