"""What the engine looks up about the city while it runs; built once, never changed."""

from functools import cached_property

from aspan.airspace.geozones import LaneCrossings, lane_crossings
from aspan.airspace.lane_cut import find_cut_network
from aspan.airspace.lanes import Lane, LaneNetwork, build_lane_network
from aspan.airspace.noise import NoiseGround, lane_people, lay_noise
from aspan.operations.lane_watch import LaneWatch, cut_watch, watch_lane
from aspan.operations.prices import PriceList
from aspan.primitives.ids import ChargerId, FatoId, LaneId, StandId, VertiportId
from aspan.primitives.units import MS_PER_MIN, MS_PER_S, S_PER_H, seconds_to_ms
from aspan.world.city import City
from aspan.world.fare import pair_fare_tiyn
from aspan.world.vertiport import Charger, Vertiport

FATO_WINDOW_MS = 15 * MS_PER_S
"""Flown movements keep within this of the planned instant on the FATO. Assumed: a quarter of the
60 s in trail that research uses (facts 6.17); the twin's scatter is held to it."""

TAXI_ONTO_FATO_MS = 20 * MS_PER_S
"""A departure uses the FATO from this long before lift-off. Assumed: part of the 75 s of occupancy
(facts 7.2) that lies before the hover."""

ASSIGN_AHEAD_MS = 45 * MS_PER_MIN
"""A timetabled sortie gets its aircraft this long before off-block. Assumed: the longest access to
a vertiport plus a positioning flight."""


class CityIndex:
    """Look-up tables over one city: sites, stands, chargers, lanes, fares and slot lengths.

    Parameters
    ----------
    whole
        Of a city that has all its sites and lanes: lanes laid alike are taken from there.

    Attributes
    ----------
    base_beyond
        The nearest crew base a lane leads to, by site; None of a base, and where none is led to.
    """

    def __init__(self, city: City, whole: "CityIndex | None" = None) -> None:
        self.city = city
        self.rules = city.rules
        cut = None if whole is None else find_cut_network(city, whole.city, whole.network)
        self.network: LaneNetwork = build_lane_network(city) if cut is None else cut
        self.sites: dict[VertiportId, Vertiport] = {v.vertiport_id: v for v in city.vertiports}
        self.site_ids: tuple[VertiportId, ...] = tuple(sorted(self.sites))
        self.closed_nodes = frozenset(n.node_id for n in city.lanes.nodes if not n.is_open)
        cut_from = None if cut is None else whole
        self.crossings: LaneCrossings = self._find_crossings(cut_from)
        self.shut: dict[LaneId, str] = self._list_shut()
        self.lanes: dict[tuple[VertiportId, VertiportId], Lane] = {}
        self.other_lanes: dict[tuple[VertiportId, VertiportId], tuple[Lane, ...]] = {}
        for first in self.network.list_lanes():
            pair = (first.origin, first.destination)
            choices = self.network.list_choices(*pair)
            usable = [lane for lane in choices if lane.lane_id not in self.shut]
            self.lanes[pair] = usable[0] if usable else first
            if len(usable) > 1:
                self.other_lanes[pair] = tuple(usable[1:])
        self.base_beyond: dict[VertiportId, VertiportId | None] = {
            site_id: self._find_base(site_id) for site_id in self.site_ids
        }
        self.watches: dict[str, LaneWatch] = self._find_watches(cut_from)
        self.planned_stands: dict[VertiportId, tuple[StandId, ...]] = {}
        self.pool_stands: dict[VertiportId, tuple[StandId, ...]] = {}
        self.chargers_of: dict[StandId, tuple[Charger, ...]] = {}
        self.chargers: dict[ChargerId, Charger] = {}
        self.charger_kw_max: dict[VertiportId, float] = {}
        self.departure_fatos: dict[VertiportId, tuple[FatoId, ...]] = {}
        self.arrival_fatos: dict[VertiportId, tuple[FatoId, ...]] = {}
        self.prices = PriceList(city)
        self.fare_tiyn: dict[tuple[VertiportId, VertiportId], int] = {}
        for site in city.vertiports:
            self._index_site(site)
        for origin, destination in self.lanes:
            self.fare_tiyn[origin, destination] = self._fare(origin, destination)
        movement = city.rules.movement
        self.taxi_ms = seconds_to_ms(movement.taxi_s)
        self.turnaround_ms = seconds_to_ms(movement.turnaround_s)
        self.boarding_ms = seconds_to_ms(movement.boarding_s)
        self.crew_change_ms = seconds_to_ms(movement.crew_change_s)
        self.check_in_closes_ms = seconds_to_ms(movement.check_in_closes_s)
        self.conformance_ms = seconds_to_ms(city.rules.separation.conformance_s)
        self.assign_ahead_ms = ASSIGN_AHEAD_MS
        self._occupancy_ms = seconds_to_ms(movement.fato_occupancy_s)
        self._gap_ms = seconds_to_ms(movement.fato_gap_s)
        self._hover_landing_ms = seconds_to_ms(city.aircraft_type.hover_landing_s)

    def _find_base(self, site_id: VertiportId) -> VertiportId | None:
        """Return the nearest crew base a lane leads to; None if the site is one."""
        if self.sites[site_id].is_crew_base:
            return None
        bases = [
            (lane.distance_m, destination)
            for (origin, destination), lane in self.lanes.items()
            if origin == site_id and self.sites[destination].is_crew_base
        ]
        return min(bases)[1] if bases else None

    def _find_crossings(self, whole: "CityIndex | None") -> LaneCrossings:
        """Return where lanes enter geozones, as the index says that the lanes are cut from."""
        if whole is None or self.city.geozones != whole.city.geozones:
            return lane_crossings(self.network, self.city.geozones)
        known = {lane.lane_id for lane in self.network.lanes}
        return {lane_id: found for lane_id, found in whole.crossings.items() if lane_id in known}

    def _find_watches(self, whole: "CityIndex | None") -> dict[str, LaneWatch]:
        """Return what to look at on each lane, as the index says that the lanes are cut from."""
        minima, lanes = self.rules.weather_minima, self.network.lanes
        if whole is None or minima != whole.rules.weather_minima:
            sites = self.city.vertiports
            return {lane.lane_id: watch_lane(lane, sites, minima) for lane in lanes}
        return {lane.lane_id: cut_watch(whole.watches[lane.lane_id], self.sites) for lane in lanes}

    def _list_shut(self) -> dict[LaneId, str]:
        """Return the lanes that are never open: a node or a zone on them is closed for good."""
        shut = {}
        for lane in self.network.lanes:
            nodes = [n for n in lane.node_ids if n in self.closed_nodes]
            zones = [
                c.zone_id
                for c in self.crossings.get(lane.lane_id, ())
                if c.zone.may_close and not c.zone.applicability
            ]
            if nodes:
                shut[lane.lane_id] = f"crossing_closed {', '.join(nodes)}"
            elif zones:
                shut[lane.lane_id] = f"geozone_closed {', '.join(sorted(set(zones)))}"
        return shut

    @cached_property
    def noise_ground(self) -> NoiseGround:
        """The ground that hears the lanes and FATOs; laid at first use, then kept."""
        return lay_noise(self.city, self.network)

    @cached_property
    def noise_person_h(self) -> dict[LaneId, float]:
        """Hours of 55 dBA that one flight along a lane puts on people; 0 where it weighs nothing.

        Worked out only for a city that chooses lanes by it.
        """
        if not self.other_lanes or self.city.lanes.rules.noise_kwh_per_person_h == 0.0:
            return dict.fromkeys((lane.lane_id for lane in self.network.lanes), 0.0)
        people_s = lane_people(self.noise_ground)
        return {lane_id: person_s / S_PER_H for lane_id, person_s in people_s.items()}

    def _index_site(self, site: Vertiport) -> None:
        site_id = site.vertiport_id
        self.planned_stands[site_id] = tuple(sorted(s.stand_id for s in site.planned_stands))
        self.pool_stands[site_id] = tuple(
            sorted(s.stand_id for s in site.stands if s.is_contingency)
        )
        for stand in site.stands:
            reaching = [c for c in site.chargers if stand.stand_id in c.stand_ids]
            self.chargers_of[stand.stand_id] = tuple(sorted(reaching, key=lambda c: c.charger_id))
        self.charger_kw_max[site_id] = max((c.power_kw for c in site.chargers), default=0.0)
        for charger in site.chargers:
            self.chargers[charger.charger_id] = charger
        fatos = tuple(sorted(f.fato_id for f in site.fatos))
        half = max(1, len(fatos) // 2)
        self.departure_fatos[site_id] = fatos[:half]
        self.arrival_fatos[site_id] = fatos[half:] or fatos

    def _fare(self, origin: VertiportId, destination: VertiportId) -> int:
        return pair_fare_tiyn(self.rules.fares, self.sites[origin], self.sites[destination])

    def departure_use(self, lift_off_at_ms: int) -> tuple[int, int]:
        """Return [start, end) of the FATO's use by a take-off."""
        start = lift_off_at_ms - TAXI_ONTO_FATO_MS
        return start, start + self._occupancy_ms

    def arrival_use(self, touchdown_at_ms: int) -> tuple[int, int]:
        """Return [start, end) of the FATO's use by a landing."""
        start = touchdown_at_ms - self._hover_landing_ms
        return start, start + self._occupancy_ms

    def slot(self, use: tuple[int, int]) -> tuple[int, int]:
        """Return the interval a plan holds for a use: the start-to-start gap and both windows."""
        start, end = use
        return start - FATO_WINDOW_MS, max(end, start + self._gap_ms) + FATO_WINDOW_MS
