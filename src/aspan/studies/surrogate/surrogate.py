"""The surrogate of a city: prepared once, then each plan in each setting in milliseconds.

How a day is reckoned. Every party of the sample looks at its three best pairs of the plan, by the
costs of `ways` with the fare of the plan and the hour. On each day of the skies it takes the best
that weather and energy leave open, with the chance of the binary logit against its best way on the
ground. Sums over parties are what is asked of the fleet, hour by hour; the queues of `capacity` say
what of it is carried. Passengers, minutes, fares, sorties and energy follow.

It is built to rank plans as simulation does. Where it is known to differ: a party turned away for
want of an aircraft does not try its next pair, forecasts are taken as right, and who shares a
sortie is a mean. `benchmarks/surrogate_ranks.py` measures how well ranks agree.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np

from aspan.compose.door_tables import find_door_tables
from aspan.compose.serviceability import standard_weather
from aspan.demand.draws import Floats, Ints
from aspan.operations.city_index import CityIndex
from aspan.operations.legs import LegRefused, Legs
from aspan.primitives.ids import VertiportId
from aspan.studies.plan import Plan
from aspan.studies.plan_city import make_city, own_plan
from aspan.studies.setting import Setting
from aspan.studies.siting import GroupUse
from aspan.studies.surrogate.energy import AirEnergies, tabulate_energy, take_in_air
from aspan.studies.surrogate.figures import SurrogateFigures
from aspan.studies.surrogate.fleet import judge_energy, make_network
from aspan.studies.surrogate.parties import PARTIES, draw_parties
from aspan.studies.surrogate.site_uses import list_uses
from aspan.studies.surrogate.skies import Dated, Skies, judge_skies, list_sky_days
from aspan.studies.surrogate.telling import Teller
from aspan.studies.surrogate.wanting import Offer, fares_kzt, want_flights
from aspan.studies.surrogate.ways import Flags
from aspan.world.city import City
from aspan.world.doors import DoorTables
from aspan.world.fare import pair_distance_m

SETTINGS_KEPT = 64
"""Skies of so many settings stay in memory."""

PROCESS_MS_MIN = 300_000
"""Shortest way through a vertiport that may be asked for with all its travellers: facts 8.1, the
lower end."""

Pair = tuple[VertiportId, VertiportId]


class Surrogate:
    """Reckons days of plans on the sites of one city.

    Parameters
    ----------
    city
        Loaded in its last phase.
    days
        Dates with seeds that stand for the year; a few of each month if None.
    index, doors
        Of the city, where somebody has made them already.
    parties
        How many stand for all.
    """

    def __init__(
        self,
        city: City,
        *,
        days: Sequence[Dated] | None = None,
        index: CityIndex | None = None,
        doors: DoorTables | None = None,
        parties: int = PARTIES,
    ) -> None:
        self.city = city
        self.index = CityIndex(city) if index is None else index
        found = _find_block_ms(self.index)
        self.pairs: tuple[Pair, ...] = tuple(sorted(self.index.lanes))
        self.block_ms: Floats = np.array([found[pair] for pair in self.pairs], dtype=np.float64)
        self.distance_m: Floats = np.array(
            [pair_distance_m(*(self.index.sites[site] for site in pair)) for pair in self.pairs]
        )
        self._days = None if days is None else tuple(days)
        self._tables = tabulate_energy(self.index)
        self._parties = draw_parties(
            city,
            found,
            find_door_tables(city) if doors is None else doors,
            count=parties,
            process_ms_min=PROCESS_MS_MIN,
        )
        self._find_skies = lru_cache(maxsize=SETTINGS_KEPT)(self._judge_skies)

    def estimate(self, plan: Plan, setting: Setting) -> SurrogateFigures:
        """Return what a mean day of a plan in a setting comes to.

        `InvalidInput` where `make_city` refuses the plan.
        """
        city = make_city(self.city, plan, _without_weather(setting))
        skies, air = self._find_skies(
            setting.months_flown, setting.fog_factor, setting.winter_morning_fog
        )
        is_site = self._mark_sites(plan)
        served = judge_energy(
            self._tables,
            air,
            skies,
            city,
            is_site=is_site,
            energy_factor=setting.energy_factor,
        )
        network = make_network(
            self._tables,
            self.city,
            city,
            plan,
            served,
            block_ms=self.block_ms,
            service_ms=float((skies.open_until_ms - skies.open_from_ms).mean()),
        )
        teller = Teller(
            self.city, city, plan, setting,
            distance_m=self.distance_m, served=served, network=network,
        )  # fmt: skip
        pairs = self._list_offered(plan, served.served)
        if self._parties is None or not len(pairs):
            return teller.tell_nothing()
        offer = Offer(
            city=city,
            pairs=pairs,
            is_site=is_site,
            fare_kzt=fares_kzt(self.distance_m, city),
            served=served.served,
            alternates=self._list_alternates(is_site),
            demand=setting.demand,
            value_of_time_factor=setting.value_of_time_factor,
            process_ms_more=float(
                city.rules.service.process_ms - self.city.rules.service.process_ms
            ),
        )
        return teller.tell(self._parties, want_flights(self._parties, offer, skies), skies)

    def list_site_uses(self, setting: Setting, fare_factor: float) -> tuple[GroupUse, ...]:
        """Return what groups of trips would save by each pair at a fare, all sites being open.

        Numbers of pairs are those of `pairs`; what the choice of sites is made from.
        """
        if self._parties is None:
            return ()
        plan = msgspec.structs.replace(own_plan(self.city), fare_factor=fare_factor)
        city = make_city(self.city, plan, _without_weather(setting))
        skies, air = self._find_skies(
            setting.months_flown, setting.fog_factor, setting.winter_morning_fog
        )
        served = judge_energy(
            self._tables,
            air,
            skies,
            city,
            is_site=np.ones(len(self.city.vertiports), dtype=np.bool_),
            energy_factor=setting.energy_factor,
        )
        return list_uses(
            self._parties,
            skies,
            setting=setting,
            fare_kzt=fares_kzt(self.distance_m, city),
            served=served.served[..., 0].mean(axis=(0, 1)),
            trip_kwh=served.trip_kwh,
            grid_to_battery=city.rules.charging.grid_to_battery,
        )

    def _mark_sites(self, plan: Plan) -> Flags:
        """Return of each site of the city whether the plan has it."""
        known = set(plan.site_ids)
        return np.array([site.vertiport_id in known for site in self.city.vertiports])

    def _list_alternates(self, is_site: Flags) -> Flags:
        """Return of each site which others of a plan one may divert to, shape (sites, sites)."""
        found = np.zeros((len(is_site), len(is_site)), dtype=np.bool_)
        for site, ways in enumerate(self._tables.alternates):
            for way in ways:
                found[site, self._tables.destination[way]] = True
        return np.asarray(found & is_site[None, :] & is_site[:, None])

    def _list_offered(self, plan: Plan, served: Floats) -> Ints:
        """Return numbers of the pairs that a plan offers and that can be served at some time."""
        known, offered = set(plan.site_ids), None if plan.pairs is None else set(plan.pairs)
        is_served: Flags = np.asarray(served[..., 0].max(axis=(0, 1)) > 0.0)
        return np.array(
            [
                number
                for number, pair in enumerate(self.pairs)
                if known.issuperset(pair)
                and (offered is None or pair in offered)
                and is_served[number]
            ],
            dtype=np.int64,
        )

    def _judge_skies(
        self, months: tuple[int, ...], fog_factor: float, winter_morning_fog: float | None
    ) -> tuple[Skies, AirEnergies]:
        """Return the days of some months under the fog of a setting, and the energies on them."""
        fog = Setting(fog_factor=fog_factor, winter_morning_fog=winter_morning_fog)
        model = make_city(self.city, own_plan(self.city), fog).weather
        days = self._days
        if days is None:
            days = list_sky_days(self.city.weather, months)
        days = tuple(day for day in days if day[0].month in months)
        skies = judge_skies(self.index, model, days, self.block_ms)
        return skies, take_in_air(self._tables, skies)


def _without_weather(setting: Setting) -> Setting:
    """Return a setting without what the surrogate reckons with by itself."""
    return msgspec.structs.replace(
        setting, fog_factor=1.0, winter_morning_fog=None, energy_factor=1.0
    )


def _find_block_ms(index: CityIndex) -> dict[Pair, int]:
    """Return the block time in still standard air of every pair, whatever energy it takes."""
    legs, found = Legs(index), {}
    payload_kg = legs.payloads_kg[-1]
    for pair in sorted(index.lanes):
        here, there = (standard_weather(index, site_id) for site_id in pair)
        leg = legs.compute(index.lanes[pair], here, there, payload_kg, legs.diversions[pair[1]])
        found[pair] = 0 if isinstance(leg, LegRefused) else leg.block_ms
    return found
