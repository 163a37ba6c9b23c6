"""Serviceability: which pairs can be served, in which conditions, and with how many passengers.

Theory of operation: whoever speaks of a pair that cannot be served asks here: the demand and the
figures of a run, `aspan city check`, `aspan energy`. A pair is **serviceable** if its first open
lane can be flown with one passenger at least in the planning conditions: 15 °C at both ends, still
standard air, a new battery conditioned on its stand. Each passenger weighs an equal share of the
greatest payload; the reserve is the one policy's; taxiing counts. It is the reckoning by which the
engine releases a sortie, asked beforehand. Other conditions are judged in the same way, and by no
other; they never change what is planned.
"""

from typing import Any, Final

import msgspec

from aspan.operations.city_index import CityIndex
from aspan.operations.legs import Leg, LegRefused, Legs
from aspan.physics.reserve import RequiredEnergy
from aspan.primitives.ids import PlaceId, VertiportId
from aspan.primitives.units import celsius_to_kelvin
from aspan.world.atmosphere import standard_pressure_pa
from aspan.world.weather import CEILING_UNLIMITED_M, Weather

REFERENCE_K: Final = celsius_to_kelvin(15.0)
"""Temperature at which it is judged which pairs can be served at all: ISA at sea level."""

ENERGY: Final = "energy"
"""Code of a refusal for the charge needed; the others are those of `LegRefused`."""

NO_LANE: Final = "no_lane"

NOT_OFFERED: Final = "not_offered"
"""Code of a pair that could be flown, but that the service leaves out."""

Pair = tuple[VertiportId, VertiportId]


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """Weather and battery that pairs are judged in.

    Parameters
    ----------
    temperature_k
        Of the air at both ends.
    headwind_mps
        Against every leg, those to the alternates too.
    soh
        State of health of the battery, in (0, 1].
    """

    temperature_k: float = REFERENCE_K
    headwind_mps: float = 0.0
    soh: float = 1.0


PLANNING: Final = Conditions()
"""What "serviceable" means without more words: 15 °C, still air, a new battery."""


class PartyRefused(msgspec.Struct, frozen=True, kw_only=True):
    """Why so many passengers cannot be taken.

    Parameters
    ----------
    code
        `ENERGY`, or the reason of `LegRefused`.
    soc_needed, required
        None where it is not the energy that forbids it.
    detail
        The rest of a reason that is not the energy.
    """

    code: str
    passengers: int
    soc_needed: float | None = None
    soc_ceiling: float
    required: RequiredEnergy | None = None
    detail: str = ""

    @property
    def sentence(self) -> str:
        """The reason as the figures of a run state it."""
        if self.soc_needed is None or self.required is None:
            return f"{self.code}: {self.detail}"
        return (
            f"{self.code}: needs a charge of {self.soc_needed:.3f} with {self.passengers} aboard,"
            f" the ceiling is {self.soc_ceiling:.3f} (reserve: {self.required.rule})"
        )

    def describe(self) -> dict[str, Any]:
        """Return the sentence and the parts that words are made of, as plain data."""
        answer: dict[str, Any] = {"reason": self.sentence, "code": self.code}
        if self.soc_needed is None or self.required is None:
            return answer | {"detail": self.detail}
        return answer | {
            "passengers": self.passengers,
            "soc_needed": round(self.soc_needed, 6),
            "soc_ceiling": self.soc_ceiling,
            "reserve_rule": self.required.rule,
            "reserve_s": self.required.final_reserve_s,
            "diversion_site_id": self.required.diversion_site_id,
        }


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a pair can carry in given conditions.

    Parameters
    ----------
    passengers_max
        Most passengers; 0 if only an empty aircraft can go, None if none can.
    leg
        With that many; None if none can go.
    refused
        Why a single passenger cannot be taken; None where one can.
    refused_full
        Why not every seat can be filled; None where it can.
    """

    origin: VertiportId
    destination: VertiportId
    conditions: Conditions
    passengers_max: int | None
    leg: Leg | None
    refused: PartyRefused | None
    refused_full: PartyRefused | None

    @property
    def is_serviceable(self) -> bool:
        """Whether one passenger at least can be taken."""
        return self.refused is None


class Serviceable(msgspec.Struct, frozen=True, kw_only=True):
    """Which pairs can be served in the planning conditions.

    Parameters
    ----------
    block_ms
        Of the pairs that can be served with one passenger at least.
    seats
        Most passengers the energy allows on each of them.
    refused
        Why each of the others cannot be served.
    """

    block_ms: dict[Pair, int]
    seats: dict[Pair, int]
    refused: dict[Pair, PartyRefused]


def standard_weather(index: CityIndex, site_id: VertiportId) -> Weather:
    """Return still, clear standard air at a site, for judging what can be served at all."""
    return weather_in(index, site_id, PLANNING)


def weather_in(index: CityIndex, site_id: VertiportId, conditions: Conditions) -> Weather:
    """Return clear standard air of a temperature at a site; a wind comes from true north."""
    return Weather(
        place_id=PlaceId(site_id),
        at_ms=0,
        temperature_k=conditions.temperature_k,
        pressure_pa=standard_pressure_pa(index.sites[site_id].elevation_amsl_m),
        wind_mps=abs(conditions.headwind_mps),
        wind_from_deg=0.0 if conditions.headwind_mps >= 0.0 else 180.0,
        gust_mps=abs(conditions.headwind_mps),
        relative_humidity=0.5,
        visibility_m=10_000.0,
        ceiling_agl_m=CEILING_UNLIMITED_M,
        precipitation_mm_h=0.0,
        present_weather="",
        is_modelled=True,
    )


def list_serviceable(index: CityIndex) -> Serviceable:
    """Judge every pair that a lane joins in the planning conditions."""
    legs = Legs(index)
    found = Serviceable(block_ms={}, seats={}, refused={})
    offered = index.rules.service.pairs
    for pair in sorted(index.lanes):
        if offered is not None and pair not in offered:
            found.refused[pair] = PartyRefused(
                code=NOT_OFFERED,
                passengers=1,
                soc_ceiling=index.city.aircraft_type.ceiling_soc,
                detail=f"{pair[0]} to {pair[1]}",
            )
            continue
        verdict = judge_pair(legs, pair)
        if verdict.refused is not None:
            found.refused[pair] = verdict.refused
        elif verdict.leg is not None and verdict.passengers_max is not None:
            found.block_ms[pair] = verdict.leg.block_ms
            found.seats[pair] = verdict.passengers_max
    return found


def list_not_serviceable(index: CityIndex) -> list[dict[str, Any]]:
    """Return the pairs that cannot be served in the planning conditions, with the reason."""
    refused = list_serviceable(index).refused
    unlinked = {(u.origin, u.destination): u.reason for u in index.city.lanes.unlinked}
    found = []
    for origin in index.site_ids:
        for destination in index.site_ids:
            pair = (origin, destination)
            if origin == destination or (pair in index.lanes and pair not in refused):
                continue
            found.append(
                {"origin": origin, "destination": destination}
                | _describe_refusal(refused.get(pair), unlinked.get(pair))
            )
    return found


def _describe_refusal(refused: PartyRefused | None, no_lane: str | None) -> dict[str, Any]:
    """Return a reason in one sentence, then its parts."""
    if refused is not None:
        return refused.describe()
    reason = f"no lane joins them: {no_lane}" if no_lane else "no lane joins them"
    return {"reason": reason, "code": NO_LANE, "detail": no_lane or ""}


def judge_pair(legs: Legs, pair: Pair, conditions: Conditions = PLANNING) -> Verdict:
    """Return how many passengers a pair can carry in given conditions, and why not more."""
    seats = legs.index.city.aircraft_type.seats
    here, there = (weather_in(legs.index, site_id, conditions) for site_id in pair)
    answers: dict[int, Leg | PartyRefused] = {}
    for passengers in range(seats, -1, -1):
        answer = _judge_party(legs, pair, here, there, passengers, conditions)
        answers[passengers] = answer
        if isinstance(answer, Leg) or answer.code != ENERGY:
            break
    able = [passengers for passengers, answer in answers.items() if isinstance(answer, Leg)]
    most = max(able, default=None)
    full, last = answers[seats], answers[min(answers)]
    one = answers.get(1, last)
    leg = None if most is None else answers[most]
    return Verdict(
        origin=pair[0],
        destination=pair[1],
        conditions=conditions,
        passengers_max=most,
        leg=leg if isinstance(leg, Leg) else None,
        refused=None if isinstance(one, Leg) else one,
        refused_full=None if isinstance(full, Leg) else full,
    )


def _judge_party(
    legs: Legs,
    pair: Pair,
    here: Weather,
    there: Weather,
    passengers: int,
    conditions: Conditions,
) -> Leg | PartyRefused:
    """Return the leg with so many passengers, or why they cannot be taken."""
    lane, diversions = legs.index.lanes.get(pair), legs.diversions[pair[1]]
    ceiling = legs.index.city.aircraft_type.ceiling_soc
    if lane is None:
        detail = f"{pair[0]} to {pair[1]}"
        return PartyRefused(code=NO_LANE, passengers=passengers, soc_ceiling=ceiling, detail=detail)
    if conditions.headwind_mps:
        replace = msgspec.structs.replace
        lane = replace(lane, legs=tuple((length_m, 0.0) for length_m, _ in lane.legs))
        diversions = tuple(replace(site, course_deg=0.0, legs=()) for site in diversions)
    leg = legs.compute(lane, here, there, legs.payloads_kg[passengers], diversions)
    if isinstance(leg, LegRefused):
        return PartyRefused(
            code=leg.reason, passengers=passengers, soc_ceiling=ceiling, detail=leg.detail
        )
    needed = legs.soc_needed(leg, conditions.soh)
    if needed <= ceiling:
        return leg
    return PartyRefused(
        code=ENERGY,
        passengers=passengers,
        soc_needed=needed,
        soc_ceiling=ceiling,
        required=leg.required,
    )
