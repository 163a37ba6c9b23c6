"""From a campaign, a range and a year of weather to the planner's small problem."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, inf

import msgspec

from aspan.evidence.card import Card, CardId, card_risk
from aspan.evidence.people import PersonId
from aspan.evidence.plan.problem import (
    PRIORITY_GRAIN,
    SLOT_MS,
    DutyRules,
    Need,
    PlanCard,
    PlanDay,
    PlanPerson,
    PlanProblem,
    Window,
)
from aspan.evidence.plan.rules import PlanRules
from aspan.evidence.plan.windows import RangeDay, RangePlace, list_windows, make_days
from aspan.physics.charging import time_to_soc_s
from aspan.physics.flight import (
    aux_power_kw,
    cruise_power_kw,
    hover_power_kw,
    transition_power_kw,
)
from aspan.primitives.ids import AircraftId
from aspan.primitives.units import MS_PER_DAY, MS_PER_S, S_PER_H, seconds_to_ms
from aspan.twin.card_profile import Segment
from aspan.world.aircraft import AircraftType
from aspan.world.atmosphere import STANDARD_DENSITY_KG_M3
from aspan.world.city import City
from aspan.world.range import Range

_ROOM_K = 293.15


class PlanBasis(msgspec.Struct, frozen=True, kw_only=True):
    """What a problem was made from, kept for tables and for the files of a plan."""

    problem: PlanProblem
    days: tuple[RangeDay, ...]
    cards: tuple[Card, ...]
    place: RangePlace
    rules: PlanRules
    icing: tuple[float, float]


def build_problem(
    city: City,
    site: Range,
    cards: Sequence[Card],
    *,
    first: date,
    count: int,
    seed: int,
    rules: PlanRules | None = None,
) -> PlanBasis:
    """Return the problem of planning these cards over `count` days from `first`."""
    rules = rules or PlanRules()
    place = _place(city, site, rules)
    days = make_days(city, place, first=first, count=count, seed=seed)
    minima = city.rules.weather_minima
    icing = (minima.icing_temperature_k_max, minima.icing_visibility_m)
    shared = _shared_air(site)
    span = (first.isoformat(), (first + timedelta(days=count)).isoformat())
    plan_cards = tuple(
        msgspec.structs.replace(
            _plan_card(c, city, site, rules, shared), aircraft_ids=_able(site, c, span)
        )
        for c in cards
    )
    windows: dict[CardId, tuple[tuple[Window, ...], ...]] = {
        card.card_id: tuple(list_windows(card, day, plan.run_slots, icing=icing) for day in days)
        for card, plan in zip(cards, plan_cards, strict=True)
    }
    problem = PlanProblem(
        days=tuple(PlanDay(day=d.day, open_at_ms=d.open_at_ms, slots=d.slots) for d in days),
        cards=plan_cards,
        windows=windows,
        aircraft_ids=tuple(sorted(a.aircraft_id for a in site.aircraft)),
        people=_people(site, rules),
        duty=DutyRules(
            duty_slots=site.people.duty_ms_max // SLOT_MS,
            debrief_slots=slots(rules.debrief_ms),
            flight_ms=rules.flight_ms_max,
            week_slots=site.people.week_duty_ms_max // SLOT_MS,
        ),
        review_days=rules.review_days,
        together=min(
            site.resources.telemetry_stations,
            site.resources.rescue_teams,
            site.resources.fire_engines,
        ),
    )
    return PlanBasis(
        problem=problem,
        days=tuple(days),
        cards=tuple(cards),
        place=place,
        rules=rules,
        icing=icing,
    )


def slots(duration_ms: float) -> int:
    """Return a duration in whole slots, rounded up."""
    return ceil(duration_ms / SLOT_MS)


def _place(city: City, site: Range, rules: PlanRules) -> RangePlace:
    alternate = next(v for v in city.vertiports if v.vertiport_id == site.site.alternate)
    return RangePlace(
        lon_deg=site.site.lon_deg,
        lat_deg=site.site.lat_deg,
        pad_amsl_m=site.site.elevation_amsl_m,
        alternate_id=str(alternate.vertiport_id),
        alternate_amsl_m=alternate.elevation_amsl_m,
        open_ms=rules.open_ms,
        close_ms=rules.close_ms,
        closed_weekdays=rules.closed_weekdays,
    )


def _shared_air(site: Range) -> dict[str, tuple[str, ...]]:
    """Return for each volume the names of what it keeps to itself: it, and what it meets."""
    return {
        v.volume_id: (v.volume_id, *("+".join(sorted((v.volume_id, m))) for m in v.meets))
        for v in site.volumes
    }


def _plan_card(
    card: Card, city: City, site: Range, rules: PlanRules, shared: dict[str, tuple[str, ...]]
) -> PlanCard:
    flight_ms = seconds_to_ms(sum(s.duration_s for s in card.profile))
    for volume_id in card.volume_ids:
        site.get_volume(volume_id)
    return PlanCard(
        card_id=card.card_id,
        weight=max(1, round(card.priority * PRIORITY_GRAIN)),
        repeats=card.repeats,
        after=card.after,
        volume_ids=tuple(sorted({name for v in card.volume_ids for name in shared[v]})),
        aircraft_ids=(),
        run_slots=slots(rules.set_up_ms + flight_ms + rules.turnaround_ms),
        charge_slots=slots(charge_ms(card, city.aircraft_type, site.resources.charger_power_kw)),
        flight_ms=flight_ms,
        crew=(card.crew.pilots, card.crew.flight_test_engineers, card.crew.safety_pilots),
        first_day=rules.lead_days[card_risk(card)],
    )


def _able(site: Range, card: Card, span: tuple[str, str]) -> tuple[AircraftId, ...]:
    """Return the aircraft approved for a card's kind on every day of a span of dates.

    Those with the fewest kinds of approval come first, so that the others are kept for theirs.
    """
    wanted = "demonstration" if card.kind == "demonstration" else "test"
    kinds: dict[AircraftId, set[str]] = {
        frame.aircraft_id: {
            a.kind
            for a in site.approvals
            if a.aircraft_id in (None, frame.aircraft_id)
            and a.from_date <= span[0]
            and span[1] <= a.until_date
        }
        for frame in site.aircraft
    }
    able = [aircraft for aircraft, held in kinds.items() if wanted in held]
    return tuple(sorted(able, key=lambda a: (len(kinds[a]), a)))


def charge_ms(card: Card, aircraft: AircraftType, charger_kw: float) -> int:
    """Return how long an aircraft charges after a card, to be ready for any other.

    Packs at room temperature and in standard air at sea level: a plan's number, about 20 % sure.
    """
    soc = card.load.soc
    for segment in card.profile:
        used_kwh = _power_kw(segment, card.load.mass_kg, aircraft) * segment.duration_s / S_PER_H
        soc = min(aircraft.ceiling_soc, max(0.0, soc - used_kwh / aircraft.gross_kwh))
    duration_s = time_to_soc_s(
        aircraft,
        soc=soc,
        target_soc=aircraft.ceiling_soc,
        soh=1.0,
        cap_kw=charger_kw,
        pack_k=_ROOM_K,
    )
    return MS_PER_DAY if duration_s == inf else round(duration_s * MS_PER_S)


def _power_kw(segment: Segment, mass_kg: float, aircraft: AircraftType) -> float:
    """Return the mean power drawn in a segment; negative on the charger."""
    match segment.manoeuvre:
        case "charge":
            return -segment.power_kw
        case "discharge":
            return segment.power_kw
        case "open":
            return 0.0
        case "ground":
            return aux_power_kw(aircraft, _ROOM_K)
        case "hover":
            return hover_power_kw(aircraft, mass_kg=mass_kg, density_kg_m3=STANDARD_DENSITY_KG_M3)
        case "transition_out" | "transition_in":
            return transition_power_kw(
                aircraft, mass_kg=mass_kg, density_kg_m3=STANDARD_DENSITY_KG_M3
            )
        case _:
            return cruise_power_kw(
                aircraft,
                mass_kg=mass_kg,
                density_kg_m3=STANDARD_DENSITY_KG_M3,
                airspeed_mps=segment.airspeed_mps or aircraft.cruise_speed_mps,
            )


def _people(site: Range, rules: PlanRules) -> tuple[PlanPerson, ...]:
    """Return the crews by number: every other one on the early band, the rest on the late.

    A band is a day less the rest, so that whoever keeps theirs has always rested.
    """
    open_slots = (rules.close_ms - rules.open_ms) // SLOT_MS
    band = min(open_slots, (MS_PER_DAY - site.people.rest_ms_min) // SLOT_MS)
    counts: tuple[tuple[Need, int], ...] = (
        ("pilot", site.people.pilots),
        ("flight_test_engineer", site.people.flight_test_engineers),
        ("safety_pilot", site.people.safety_pilots),
    )
    return tuple(
        PlanPerson(
            person_id=PersonId(f"{need}-{n}"),
            roles=(need,),
            from_slot=0 if n % 2 else open_slots - band,
            until_slot=band if n % 2 else open_slots,
        )
        for need, count in counts
        for n in range(1, count + 1)
    )
