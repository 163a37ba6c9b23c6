"""Telling: the figures of a mean day, from the flights wanted and what of them is carried."""

import numpy as np

from aspan.demand.draws import Floats, Ints
from aspan.primitives.units import M_PER_KM, MS_PER_H, MS_PER_MIN, MS_PER_S, TIYN_PER_TENGE
from aspan.studies.plan import Plan
from aspan.studies.setting import Setting
from aspan.studies.surrogate.capacity import HOURS, Carried, Network, carry
from aspan.studies.surrogate.figures import MonthMean, PairMean, SiteMean, SurrogateFigures
from aspan.studies.surrogate.fleet import Served
from aspan.studies.surrogate.parties import Parties
from aspan.studies.surrogate.skies import Skies
from aspan.studies.surrogate.wanting import Wanted
from aspan.world.city import City

_OPEN_MIN = 0.25
"""Hours open on a smaller share of days are asked of the fleet as if open on this share."""

_FIT = 0.7
"""Chance that a party finds seats and payload enough on a sortie others have booked. Assumed:
parties of 1.7 persons on four seats."""


Sums = dict[str, float]

_SUMS = (
    "passengers_flown",
    "minutes_saved",
    "revenue_tiyn",
    "energy_kwh",
    "grid_kwh",
    "sorties_flown",
    "sorties_empty",
    "sorties_cancelled",
    "block_ms",
    "flight_ms",
    "seat_km",
    "passenger_km",
    "seats_flown",
    "pilots_on_duty",
    "parties_wanting",
    "refused_weather",
    "refused_energy",
    "refused_capacity",
    "busy_share",
    "wait_ms",
)


SCATTER_MS = 1.5 * MS_PER_MIN
"""Ways that scatter cost a party so much: who is early waits, who is late loses. Measured: six days
of Alatau with aircraft enough, 0.3 to 3.3 min between what was promised and what was flown."""


class Teller:
    """Puts together the figures of one plan in one setting.

    Parameters
    ----------
    city, base
        Of the plan in its setting, and with all its sites.
    distance_m
        Great circle of each pair, by which seat-kilometres are counted.
    """

    def __init__(
        self,
        base: City,
        city: City,
        plan: Plan,
        setting: Setting,
        *,
        distance_m: Floats,
        served: Served,
        network: Network,
    ) -> None:
        self._base, self._city, self._plan, self._setting = base, city, plan, setting
        self._distance_m, self._served, self._network = distance_m, served, network
        self._pairs = len(distance_m)

    def tell(self, parties: Parties, wanted: Wanted, skies: Skies) -> SurrogateFigures:
        """Return the figures of a mean day."""
        cell = wanted.hour * self._pairs + wanted.pair
        flows = self._by_cell(cell, wanted.flows)
        asked = flows / self._open_share(wanted)[:, None]
        pooled = 1.0 + 0.5 * _FIT * asked * self._network.wait_h_max
        lead_h = self._mean_of_pair(wanted, wanted.lead_ms) / MS_PER_H
        carried = carry(self._network, asked / pooled, lead_h)
        kept = self._kept_share()
        taken = wanted.flows * carried.accepted.ravel()[cell] * kept
        joined = (1.0 - 1.0 / pooled) * 0.5 * self._network.wait_h_max
        wait_ms = (carried.wait_h + joined).ravel()[cell] * MS_PER_H + SCATTER_MS
        persons = taken * parties.trips.party[:, None]
        minutes = persons * (wanted.saved_ms - wait_ms) / MS_PER_MIN
        fares = persons * wanted.fare_kzt * TIYN_PER_TENGE / (1.0 - self._no_show)
        sorties = flows / pooled * carried.accepted
        return self._put_together(
            parties, wanted, skies, carried,
            persons=persons, minutes=minutes, fares=fares, sorties=sorties, wait_ms=wait_ms,
        )  # fmt: skip

    def tell_nothing(self) -> SurrogateFigures:
        """Return the figures of a plan on which nobody could fly; no aircraft moves."""
        return SurrogateFigures(
            plan_id=self._plan.plan_id,
            setting_id=self._setting.setting_id,
            **dict.fromkeys(_SUMS, 0.0),
            months=(),
            pairs=(),
            sites=(),
            passengers_by_zone={},
            minutes_by_zone={},
            passengers_by_segment={},
        )

    @property
    def _no_show(self) -> float:
        return self._city.rules.service.no_show

    def _kept_share(self) -> float:
        """Return the share of those booked who come and are flown to where they were to go."""
        reliability = self._city.reliability
        lost = 0.0 if reliability is None else reliability.soon_cancelled_share
        return (1.0 - self._no_show) * (1.0 - lost)

    def _by_cell(self, cell: Ints, weights: Floats) -> Floats:
        """Return sums by hour and pair."""
        sums = np.bincount(cell.ravel(), weights.ravel(), minlength=HOURS * self._pairs)
        return np.asarray(sums.reshape(HOURS, self._pairs), dtype=np.float64)

    def _open_share(self, wanted: Wanted) -> Floats:
        """Return by hour what share of the flights wanted is open on a mean day."""
        have = np.bincount(wanted.hour.ravel(), wanted.flows.ravel(), minlength=HOURS)
        want = np.bincount(wanted.hour[:, 0], wanted.open_flows, minlength=HOURS)
        share = np.divide(have, want, out=np.ones(HOURS), where=want > 0.0)
        return np.asarray(np.clip(share, _OPEN_MIN, 1.0))

    def _mean_of_pair(self, wanted: Wanted, values: Floats) -> Floats:
        """Return means by pair over the flights wanted; of all where a pair has none."""
        safe = np.where(np.isfinite(values), values, 0.0)
        sums = np.bincount(wanted.pair.ravel(), (wanted.flows * safe).ravel(), self._pairs)
        weights = np.bincount(wanted.pair.ravel(), wanted.flows.ravel(), self._pairs)
        usual = float(sums.sum() / max(float(weights.sum()), 1e-300))
        mean: Floats = np.divide(
            sums, weights, out=np.full(self._pairs, usual), where=weights > 1e-12
        )
        return mean

    def _put_together(
        self,
        parties: Parties,
        wanted: Wanted,
        skies: Skies,
        carried: Carried,
        *,
        persons: Floats,
        minutes: Floats,
        fares: Floats,
        sorties: Floats,
        wait_ms: Floats,
    ) -> SurrogateFigures:
        moves = self._count_moves(sorties.sum(axis=0), carried)
        pairs = self._list_pairs(wanted, persons, minutes, fares, sorties.sum(axis=0))
        lost = self._count_lost(wanted, carried)
        heads, saved = float(persons.sum()), float(minutes.sum())
        carried_km = (
            pair.passengers_flown * float(self._distance_m[number]) / M_PER_KM
            for number, pair in pairs
        )
        return SurrogateFigures(
            plan_id=self._plan.plan_id,
            setting_id=self._setting.setting_id,
            passengers_flown=heads,
            minutes_saved=saved,
            revenue_tiyn=float(fares.sum()),
            **moves,
            passenger_km=sum(carried_km),
            **lost,
            busy_share=float(carried.busy.max()),
            wait_ms=float((persons * wait_ms).sum()) / heads if heads > 0.0 else 0.0,
            months=self._list_months(parties, wanted, skies, heads, saved, moves),
            pairs=tuple(pair for _, pair in pairs),
            sites=self._list_sites(persons, wanted, sorties),
            passengers_by_zone=self._by_zone(parties, persons),
            minutes_by_zone=self._by_zone(parties, minutes),
            passengers_by_segment=self._by_segment(parties, persons),
        )

    def _count_moves(self, by_pair: Floats, carried: Carried) -> Sums:
        """Return what the aircraft do: empty sorties are as long as the others in the mean."""
        network = self._network
        flown = float(by_pair.sum())
        share = by_pair / flown if flown > 0.0 else np.full(self._pairs, 1.0 / self._pairs)
        every = flown + carried.empties
        block_ms = float(share @ network.block_h) * every * MS_PER_H
        taxi_ms = 2.0 * self._city.rules.movement.taxi_s * MS_PER_S * every
        energy_kwh = float(share @ self._served.trip_kwh) * every
        seats = self._city.aircraft_type.seats
        relief = 2.0 if network.service_h > network.shift_h else 1.0
        lost = 1.0 - self._kept_share() / (1.0 - self._no_show)
        return {
            "energy_kwh": energy_kwh,
            "grid_kwh": energy_kwh / self._city.rules.charging.grid_to_battery,
            "sorties_flown": every,
            "sorties_empty": carried.empties,
            "sorties_cancelled": flown * lost,
            "block_ms": block_ms,
            "flight_ms": max(0.0, block_ms - taxi_ms),
            "seat_km": float(share @ self._distance_m) / M_PER_KM * every * seats,
            "seats_flown": every * seats,
            "pilots_on_duty": network.fleet * relief,
        }

    def _count_lost(self, wanted: Wanted, carried: Carried) -> Sums:
        """Return how many would fly in the best case, and the shares that each hurdle takes."""
        total, left = float(wanted.open_flows.sum()), float(wanted.flows.sum())
        if total <= 0.0 or left <= 0.0:
            return {
                "parties_wanting": total,
                "refused_weather": 0.0,
                "refused_energy": 0.0,
                "refused_capacity": 0.0,
            }
        cell = wanted.hour * self._pairs + wanted.pair
        flown = float((wanted.flows * carried.accepted.ravel()[cell]).sum())
        weather = 1.0 - wanted.weather_share
        return {
            "parties_wanting": total,
            "refused_weather": weather,
            "refused_energy": max(0.0, 1.0 - weather - left / total),
            "refused_capacity": (left - flown) / total,
        }

    def _list_pairs(
        self, wanted: Wanted, persons: Floats, minutes: Floats, fares: Floats, sorties: Floats
    ) -> list[tuple[int, PairMean]]:
        """Return the pairs that anybody flies, with their numbers."""
        sites = self._base.vertiports
        pair = wanted.pair.ravel()
        sums = [np.bincount(pair, one.ravel(), self._pairs) for one in (persons, minutes, fares)]
        return [
            (
                number,
                PairMean(
                    origin=sites[int(self._network.origin[number])].vertiport_id,
                    destination=sites[int(self._network.destination[number])].vertiport_id,
                    passengers_flown=float(sums[0][number]),
                    minutes_saved=float(sums[1][number]),
                    revenue_tiyn=float(sums[2][number]),
                    sorties_flown=float(sorties[number]),
                    block_ms=float(self._network.block_h[number]) * MS_PER_H,
                ),
            )
            for number in np.flatnonzero(sums[0] > 0.0).tolist()
        ]

    def _list_sites(self, persons: Floats, wanted: Wanted, sorties: Floats) -> tuple[SiteMean, ...]:
        """Return the sites of the plan."""
        network, charging = self._network, self._city.rules.charging
        heads = np.bincount(wanted.pair.ravel(), persons.ravel(), self._pairs)
        hourly_kwh = sorties * self._served.trip_kwh
        found = []
        for number, site in enumerate(self._base.vertiports):
            design = self._plan.find_site(site.vertiport_id)
            if design is None:
                continue
            out, into = network.origin == number, network.destination == number
            peak = float(hourly_kwh[:, into].sum(axis=1).max(initial=0.0))
            found.append(
                SiteMean(
                    vertiport_id=site.vertiport_id,
                    passengers=float(heads[out | into].sum()),
                    movements=float(sorties[:, out].sum() + sorties[:, into].sum()),
                    charge_kwh=float(hourly_kwh[:, into].sum()),
                    peak_kw=min(design.site_power_kw, peak / charging.grid_to_battery),
                )
            )
        return tuple(found)

    def _list_months(
        self,
        parties: Parties,
        wanted: Wanted,
        skies: Skies,
        heads: float,
        minutes: float,
        moves: Sums,
    ) -> tuple[MonthMean, ...]:
        """Return the months; each has its share of what is wanted on its days."""
        by_day = wanted.day_flows @ parties.trips.party
        count = np.bincount(skies.month, minlength=13)
        sums = np.bincount(skies.month, by_day, minlength=13)
        months = np.flatnonzero(count)
        means = sums[months] / count[months]
        usual = float(means.mean()) if len(means) else 0.0
        shares = means / usual if usual > 0.0 else np.zeros(len(months))
        return tuple(
            MonthMean(
                month=int(month),
                passengers_flown=heads * share,
                minutes_saved=minutes * share,
                sorties_flown=moves["sorties_flown"] * share,
                energy_kwh=moves["energy_kwh"] * share,
            )
            for month, share in zip(months.tolist(), shares.tolist(), strict=True)
        )

    def _by_zone(self, parties: Parties, values: Floats) -> dict[str, float]:
        """Return sums by zone, half at each end of a trip."""
        zones = [zone.zone_id for zone in self._base.demand.zones]
        half = 0.5 * values.sum(axis=1)
        sums = np.bincount(parties.origin_zone, half, len(zones))
        sums += np.bincount(parties.destination_zone, half, len(zones))
        return {z: float(v) for z, v in zip(zones, sums.tolist(), strict=True) if v != 0.0}

    def _by_segment(self, parties: Parties, values: Floats) -> dict[str, float]:
        """Return sums by segment."""
        segments = self._base.demand.segments
        sums = np.bincount(parties.segment, values.sum(axis=1), len(segments))
        return {s.segment_id: float(v) for s, v in zip(segments, sums.tolist(), strict=True)}
