"""A checker of plans that shares nothing with the planner: it judges what the file says.

It reads the plan, the cards, the range and the weather, makes the hours of every flown day again,
and goes through each run and each pair of runs in plain words. What it knows of the rules it knows
from the cards, the range and the rules written in the plan; the objective it adds up itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from math import ceil

import msgspec

from aspan.evidence.card import Bounds, Card, Risk
from aspan.evidence.plan.plan_file import FiledPlan, FiledRun
from aspan.physics.flight import hover_power_kw
from aspan.primitives.ids import PlaceId
from aspan.primitives.instants import local_midnight_ms, ms_to_local
from aspan.primitives.units import MS_PER_DAY, MS_PER_H, MS_PER_S
from aspan.twin.weather import WeatherTruth
from aspan.world.atmosphere import STANDARD_DENSITY_KG_M3, air_density_kg_m3, density_altitude_m
from aspan.world.city import City
from aspan.world.range import Range
from aspan.world.sun import sun_times
from aspan.world.weather import Weather

_CLOSE = 1e-6


class Breach(msgspec.Struct, frozen=True, kw_only=True):
    """One rule broken: which, by what, how."""

    rule: str
    what: str
    detail: str


def check_plan(
    plan: FiledPlan, cards: Sequence[Card], city: City, site: Range
) -> tuple[Breach, ...]:
    """Return every rule the plan breaks; empty if it is clean."""
    known = {str(card.card_id): card for card in cards}
    strange = [r for r in plan.runs if str(r.card_id) not in known]
    if strange:
        return tuple(_breach("card", r, "no such card in the campaign") for r in strange)
    weather = _Hours(plan, city, site)
    found: list[Breach] = []
    for run in plan.runs:
        card = known[str(run.card_id)]
        found += _check_times(plan, run, card, city, site)
        found += _check_approval(plan, run, card, site)
        found += _check_crew(run, card)
        found += weather.check(run, card)
    found += _check_together(plan, known, site)
    found += _check_people(plan, known, site)
    found += _check_order(plan, cards)
    found += _check_objective(plan, cards)
    return tuple(found)


def _breach(rule: str, run: FiledRun, detail: str) -> Breach:
    return Breach(rule=rule, what=f"{run.card_id} on {run.date} from {run.from_ms}", detail=detail)


def _flight_ms(card: Card) -> int:
    return round(sum(segment.duration_s for segment in card.profile) * MS_PER_S)


def _check_times(
    plan: FiledPlan, run: FiledRun, card: Card, city: City, site: Range
) -> Iterator[Breach]:
    """Find runs outside the plan or the site's hours, or shorter than the card needs."""
    rules, day = plan.rules, date.fromisoformat(run.date)
    first = date.fromisoformat(plan.first_date)
    if not 0 <= (day - first).days < plan.days:
        yield _breach("period", run, "outside the days of the plan")
    midnight_ms = local_midnight_ms(day, city.time_zone)
    if day.weekday() in rules.closed_weekdays:
        yield _breach("site_hours", run, "the site is closed on that weekday")
    if run.from_ms < midnight_ms + rules.open_ms or run.until_ms > midnight_ms + rules.close_ms:
        yield _breach("site_hours", run, "outside the hours of the site")
    needed_ms = rules.set_up_ms + _flight_ms(card) + rules.turnaround_ms
    if run.until_ms - run.from_ms < needed_ms:
        yield _breach("duration", run, f"shorter than {needed_ms} ms")
    hover_s = sum(s.duration_s for s in card.profile if s.manoeuvre == "hover")
    kind = city.aircraft_type
    power_kw = hover_power_kw(kind, mass_kg=kind.empty_kg, density_kg_m3=STANDARD_DENSITY_KG_M3)
    least_ms = hover_s * power_kw / site.resources.charger_power_kw * MS_PER_S
    if run.charged_at_ms - run.until_ms < least_ms:
        yield _breach("charging", run, f"charges less than {least_ms:.0f} ms after its hover")


def _check_approval(plan: FiledPlan, run: FiledRun, card: Card, site: Range) -> Iterator[Breach]:
    """Find cards whose approvals have not had their time, aircraft not approved for the kind."""
    order: tuple[Risk, ...] = ("low", "medium", "high")
    risk = order[max((order.index(h.risk_after) for h in card.hazards), default=0)]
    since = (date.fromisoformat(run.date) - date.fromisoformat(plan.first_date)).days
    if since < plan.rules.lead_days[risk]:
        yield _breach("approval_lead", run, f"{since} days after filing, {risk} risk")
    kind = "demonstration" if card.kind == "demonstration" else "test"
    if not any(
        approval.kind == kind
        and approval.aircraft_id in (None, run.aircraft_id)
        and approval.from_date <= run.date < approval.until_date
        for approval in site.approvals
    ):
        yield _breach("aircraft_approval", run, f"{run.aircraft_id} has none of kind {kind}")
    if run.aircraft_id not in {a.aircraft_id for a in site.aircraft}:
        yield _breach("aircraft", run, f"{run.aircraft_id} is not of this site")


def _check_crew(run: FiledRun, card: Card) -> Iterator[Breach]:
    """Find crews that are not what the card asks for, each person once."""
    asked = {
        "pilot": card.crew.pilots,
        "flight_test_engineer": card.crew.flight_test_engineers,
        "safety_pilot": card.crew.safety_pilots,
    }
    roles: list[str] = [role for _, role in run.crew]
    for role, count in asked.items():
        if roles.count(role) != count:
            yield _breach("crew", run, f"{roles.count(role)} of {role}, not {count}")
    people = [person for person, _ in run.crew]
    if len(set(people)) != len(people):
        yield _breach("crew", run, "one person in two roles")


class _Hours:
    """The weather of the plan, hour by hour, at the pad and at the alternate."""

    def __init__(self, plan: FiledPlan, city: City, site: Range) -> None:
        alternate = next(v for v in city.vertiports if v.vertiport_id == site.site.alternate)
        pad = msgspec.structs.replace(
            alternate,
            vertiport_id="pad",
            elevation_amsl_m=site.site.elevation_amsl_m,
        )
        self._places = tuple(PlaceId(str(v.vertiport_id)) for v in (pad, alternate))
        at_both = msgspec.structs.replace(city, vertiports=(pad, alternate))
        self._truth = WeatherTruth(at_both, plan.seed)
        self._minima = city.rules.weather_minima
        self._zone = city.time_zone
        self._site = site

    def check(self, run: FiledRun, card: Card) -> Iterator[Breach]:
        """Find hours of a run outside the card's conditions, or outside daylight if asked."""
        for hour in range(run.from_ms // MS_PER_H, ceil(run.until_ms / MS_PER_H)):
            pad, alternate = (self._truth.at(p, hour * MS_PER_H) for p in self._places)
            for what in self._list_faults(card, pad, alternate):
                yield _breach("weather", run, f"{what} in the hour from {hour * MS_PER_H}")
        if card.minima.is_day_only:
            sun = sun_times(
                lon_deg=self._site.site.lon_deg,
                lat_deg=self._site.site.lat_deg,
                day=ms_to_local(run.from_ms, self._zone).date(),
                zone=self._zone,
            )
            if run.from_ms < sun.sunrise_at_ms or run.until_ms > sun.sunset_at_ms:
                yield _breach("daylight", run, "not between sunrise and sunset")

    def _list_faults(self, card: Card, pad: Weather, alternate: Weather) -> Iterator[str]:
        minima = card.minima
        for name, at in (("pad", pad), ("alternate", alternate)):
            if at.visibility_m < minima.visibility_m:
                yield f"visibility at the {name}"
            if at.ceiling_agl_m < minima.ceiling_agl_m:
                yield f"ceiling at the {name}"
            if at.wind_mps > minima.wind_mps:
                yield f"wind at the {name}"
            if at.gust_mps > minima.gust_mps:
                yield f"gusts at the {name}"
            if at.present_weather in ("TS", "FZRA", "FZFG"):
                yield f"{at.present_weather} at the {name}"
        if not _lies(pad.temperature_k, minima.temperature_k):
            yield "temperature"
        if not _lies(pad.wind_mps, card.envelope.wind_mps):
            yield "wind of the envelope point"
        density = air_density_kg_m3(pad.pressure_pa, pad.temperature_k)
        if not _lies(density_altitude_m(density), card.envelope.density_altitude_m):
            yield "density altitude"
        if card.kind not in ("ground", "charging"):
            is_moist = (
                pad.precipitation_mm_h > 0.0
                or pad.visibility_m < self._minima.icing_visibility_m
                or pad.present_weather in ("FG", "FZFG")
            )
            if is_moist and pad.temperature_k <= self._minima.icing_temperature_k_max:
                yield "ice"


def _lies(value: float, bounds: Bounds) -> bool:
    return (bounds.low is None or value >= bounds.low) and (
        bounds.high is None or value <= bounds.high
    )


def _check_together(plan: FiledPlan, cards: Mapping[str, Card], site: Range) -> Iterator[Breach]:
    """Find volumes, aircraft, people and stations that would serve two runs at a time."""
    meets = {v.volume_id: {v.volume_id, *v.meets} for v in site.volumes}
    for first, second in combinations(sorted(plan.runs, key=lambda r: r.from_ms), 2):
        if first.aircraft_id == second.aircraft_id and second.from_ms < first.charged_at_ms:
            yield _breach("aircraft", second, f"{second.aircraft_id} is flown or charges still")
        if second.from_ms >= first.until_ms:
            continue
        here = {v for name in cards[str(first.card_id)].volume_ids for v in meets[name]}
        if here & set(cards[str(second.card_id)].volume_ids):
            yield _breach("volume", second, f"shares air with {first.card_id}")
        if {p for p, _ in first.crew} & {p for p, _ in second.crew}:
            yield _breach("crew_twice", second, f"of the crew of {first.card_id}")
    resources = site.resources
    most = min(resources.telemetry_stations, resources.rescue_teams, resources.fire_engines)
    for run in plan.runs:
        at_once = sum(other.from_ms <= run.from_ms < other.until_ms for other in plan.runs)
        if at_once > most:
            yield _breach("stations", run, f"{at_once} runs at once, more than {most}")


def _check_people(plan: FiledPlan, cards: Mapping[str, Card], site: Range) -> Iterator[Breach]:
    """Find people who serve longer, rest shorter or fly more than their rules say."""
    rules = site.people
    works: dict[str, list[FiledRun]] = {}
    for run in sorted(plan.runs, key=lambda r: r.from_ms):
        for person_id, _ in run.crew:
            works.setdefault(str(person_id), []).append(run)
    yield from _check_numbers(works, plan, site)
    for person, runs in works.items():
        duty_from = runs[0].from_ms
        for before, after in pairwise(runs):
            break_ms = after.from_ms - before.until_ms - plan.rules.debrief_ms
            if break_ms < 0:
                yield _breach("debrief", after, f"{person} comes from {before.card_id}")
            if break_ms >= rules.rest_ms_min:
                duty_from = after.from_ms
            elif before.date != after.date:
                yield _breach("rest", after, f"{person} has rested {break_ms} ms")
            if after.until_ms + plan.rules.debrief_ms - duty_from > rules.duty_ms_max:
                yield _breach("duty", after, f"{person} is on duty since {duty_from}")
        for run in runs:
            week = [r for r in runs if 0 <= run.until_ms - r.until_ms < 7 * MS_PER_DAY]
            worked_ms = sum(r.until_ms - r.from_ms for r in week)
            if worked_ms > rules.week_duty_ms_max:
                yield _breach("week", run, f"{person} has worked {worked_ms} ms in seven days")
            flown_ms = sum(_flight_ms(cards[str(r.card_id)]) for r in runs if r.date == run.date)
            if flown_ms > plan.rules.flight_ms_max:
                yield _breach("flight_time", run, f"{person} flies {flown_ms} ms that day")


def _check_numbers(
    works: Mapping[str, Sequence[FiledRun]], plan: FiledPlan, site: Range
) -> Iterator[Breach]:
    """Find more people of a role than the site has."""
    has = {
        "pilot": site.people.pilots,
        "flight_test_engineer": site.people.flight_test_engineers,
        "safety_pilot": site.people.safety_pilots,
    }
    served: dict[str, set[str]] = {}
    for run in plan.runs:
        for person_id, role in run.crew:
            served.setdefault(str(role), set()).add(str(person_id))
    for name, people in served.items():
        if len(people) > has[name]:
            detail = f"{len(people)}, the site has {has[name]}"
            yield Breach(rule="people", what=name, detail=detail)
    ensured = sum(len(people) for people in served.values())
    if ensured != len(works):
        yield Breach(rule="people", what="roles", detail="one person counted in two roles")


def _check_order(plan: FiledPlan, cards: Sequence[Card]) -> Iterator[Breach]:
    """Find cards flown too often, or before those they wait for are flown and reviewed."""
    runs: dict[str, list[FiledRun]] = {}
    for run in plan.runs:
        runs.setdefault(str(run.card_id), []).append(run)
    for card in cards:
        own = runs.get(str(card.card_id), [])
        if len(own) > card.repeats:
            yield _breach("repeats", own[-1], f"{len(own)} runs, {card.repeats} wanted")
        for before in card.after:
            earlier = runs.get(str(before), [])
            needed = next(c.repeats for c in cards if c.card_id == before)
            for run in own:
                flown = [r for r in earlier if r.until_ms <= run.from_ms]
                last = max((date.fromisoformat(r.date) for r in flown), default=None)
                if len(flown) < needed or last is None:
                    yield _breach("precedence", run, f"{before} is not flown")
                elif date.fromisoformat(run.date) < last + timedelta(days=plan.rules.review_days):
                    yield _breach("review", run, f"{before} is not reviewed")


def _check_objective(plan: FiledPlan, cards: Sequence[Card]) -> Iterator[Breach]:
    """Find an objective that is not what the runs come to, or lies under the bound."""
    first = date.fromisoformat(plan.first_date)
    total = 0.0
    impossible = {str(c.card_id) for c in plan.cards if c.state in ("no_window", "waits")}
    for card in cards:
        days = [
            (date.fromisoformat(r.date) - first).days + 1
            for r in plan.runs
            if r.card_id == card.card_id
        ]
        if str(card.card_id) in impossible:
            if len(days) >= card.repeats:
                yield Breach(
                    rule="objective", what=str(card.card_id), detail="flown, yet never met"
                )
            continue
        is_done = len(days) >= card.repeats
        total += round(card.priority, 2) * (max(days) if is_done else plan.days + 1)
    if abs(total - plan.objective) > _CLOSE * max(1.0, total):
        detail = f"{plan.objective}, the runs come to {total}"
        yield Breach(rule="objective", what="plan", detail=detail)
    if plan.bound > plan.objective + _CLOSE:
        yield Breach(rule="objective", what="bound", detail=f"{plan.bound} above {plan.objective}")
