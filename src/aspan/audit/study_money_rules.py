"""The money of a study in exact fractions: the rules of `docs/study-money.md`, written once more.

A number here is a `Fraction`; an amount is one rounding of a product, half to even, as Python's
`round` of a fraction does. Keys of lines are `(year, "group.kind", subject)`.
"""

from collections import defaultdict
from fractions import Fraction
from math import ceil
from typing import NamedTuple

from aspan.primitives.errors import InvalidInput

Lines = dict[tuple[int, str, str], int]
Totals = dict[tuple[int | None, str], int | None]

_TIYN = 100
_HOUR_MS = 3_600_000
_FADE = 10**9
_COUNT_MAX = 10**6
_YEARS_MAX = 200
_EACH_MAX = 10**15
_WITHOUT_OVERHEAD = {"care", "sales", "head_office"}
_MOVES_WITH_FARE = {"income.fares", "income.refunds", "tax.vat", "operations.sales"}


class Inputs(NamedTuple):
    """Inputs of one account by path: numbers in whole millionths, and texts."""

    values: dict[str, Fraction]
    texts: dict[str, str]

    def number(self, path: str) -> Fraction:
        """Return an input; `InvalidInput` if the table has none."""
        if path not in self.values:
            raise InvalidInput("money_inputs.parquet: path", path, "this input (it is missing)")
        return self.values[path]

    def whole(self, path: str, *, low: int = 0) -> int:
        """Return an input that counts, from `low` on; `InvalidInput` if it is none."""
        value = self.number(path)
        if value.denominator != 1 or not low <= value < _COUNT_MAX:
            told = f"a whole number from {low}, below {_COUNT_MAX}"
            raise InvalidInput(f"money_inputs.parquet: {path}", float(value), told)
        return int(value)

    def above_zero(self, path: str) -> Fraction:
        """Return an input that something is divided by; `InvalidInput` if it is 0 or less."""
        value = self.number(path)
        if value <= 0:
            raise InvalidInput(f"money_inputs.parquet: {path}", float(value), "more than 0")
        return value


class Stage(NamedTuple):
    """A stage: its years, what it plans, and where its inputs are."""

    at: str
    first_year: int
    years: int
    sites: tuple[str, ...]


class Frame(NamedTuple):
    """What all rules need: inputs, stages, and fleet and pilots by year of service."""

    given: Inputs
    stages: tuple[Stage, ...]
    first_year: int
    end_year: int
    fleet: dict[int, int]
    pilots: dict[int, int]

    def stage(self, year: int) -> Stage:
        """Return the stage of a year of service."""
        for stage in self.stages:
            if stage.first_year <= year < stage.first_year + stage.years:
                return stage
        raise InvalidInput("money_inputs.parquet: stages", year, "a stage for each year")

    def year_of(self, year: int, name: str) -> Fraction:
        """Return what a mean day comes to, times the days of service."""
        days = self.given.number("terms.service_days_per_year")
        return days * self.given.number(f"{self.stage(year).at}.{name}")

    def usd(self, amount: Fraction) -> Fraction:
        """Return an amount of US dollars in tiyn, not rounded."""
        return amount * self.given.number("terms.kzt_per_usd") * _TIYN


def make_frame(given: Inputs) -> Frame:
    """Return the frame of an account."""
    stages: list[Stage] = []
    while f"stages.{len(stages)}.first_year" in given.values:
        at = f"stages.{len(stages)}"
        start = f"{at}.sites."
        sites = {p[len(start) :].rpartition(".")[0] for p in given.values if p.startswith(start)}
        stages.append(
            Stage(at, given.whole(f"{at}.first_year"), given.whole(f"{at}.years"),
                  tuple(sorted(sites)))
        )  # fmt: skip
    if not stages:
        raise InvalidInput("money_inputs.parquet: stages", 0, "at least one stage")
    first, last = stages[0], stages[-1]
    if not 0 < last.first_year + last.years - first.first_year <= _YEARS_MAX:
        raise InvalidInput("money_inputs.parquet: stages", last.first_year, "years in their order")
    frame = Frame(given, tuple(stages), first.first_year, last.first_year + last.years - 1, {}, {})
    days = given.number("terms.service_days_per_year")
    for year in range(frame.first_year, frame.end_year + 1):
        at = frame.stage(year).at
        frame.fleet[year] = min(given.whole(f"{at}.fleet"), _delivered(given, year, frame))
        on_duty = given.number(f"{at}.pilots_on_duty") * days
        needed = ceil(on_duty / given.above_zero("crew.duty_days_per_pilot_year"))
        frame.pilots[year] = max(given.whole(f"{at}.pilots"), needed)
    return frame


def _delivered(given: Inputs, year: int, frame: Frame) -> int:
    """Return aircraft that can have been delivered by a year; a great many if nothing says."""
    stated = sorted(int(p.partition(".")[2]) for p in given.values if p.startswith("deliveries."))
    if not stated:
        return 10**9
    return given.whole(f"deliveries.{min(year - frame.first_year, stated[-1])}")


def reckon_lines(given: Inputs) -> Lines:
    """Return every line of the account."""
    frame = make_frame(given)
    lines: Lines = defaultdict(int)
    assets = _reckon_built(frame, lines)
    _reckon_fleet(frame, lines)
    _reckon_crews(frame, lines)
    before = frame.first_year - 1
    lines[before, "capital.start_up", ""] += round(frame.usd(given.number("service.start_up_usd")))
    for year in range(frame.first_year, frame.end_year + 1):
        built = sum(amount for from_year, amount in assets if from_year <= year)
        _reckon_operations(frame, lines, year, built)
        _reckon_income(frame, lines, year)
    return dict(lines)


def _new_values(frame: Frame, site: str, at: str) -> dict[str, int]:
    """Return what a site costs new as a stage plans it, by kind."""
    given, design = frame.given, f"{at}.sites.{site}"
    kind = f"site_types.{given.texts[f'sites.{site}.type']}"
    places = given.number(f"{design}.stands") + given.number(f"sites.{site}.contingency_places")
    fatos = max(Fraction(0), given.number(f"{design}.fatos") - given.number(f"{kind}.fatos"))
    stands = max(Fraction(0), places - given.number(f"{kind}.stands"))
    building = (
        given.number(f"{kind}.build_usd")
        + fatos * given.number("ground.fato_usd")
        + stands * given.number("ground.stand_usd")
    )
    power = given.number(f"{design}.chargers") * given.number(f"{design}.charger_kw")
    charging = power * given.number("charging.charger_per_kw_usd")
    grid = given.number(f"{design}.site_power_kw") * given.number("charging.grid_per_kw_usd")
    return {
        "sites": round(frame.usd(building)),
        "chargers": round(frame.usd(charging)),
        "grid": round(frame.usd(grid)),
    }


def _reckon_built(frame: Frame, lines: Lines) -> list[tuple[int, int]]:
    """Add lines of sites, chargers, grid, reserve and residuals; return what is in service when."""
    given, end = frame.given, frame.end_year
    lead = given.whole("ground.build_lead_years")
    lives = {
        "sites": given.whole("ground.lifetime_years", low=1),
        "chargers": given.whole("charging.charger_lifetime_years", low=1),
        "grid": given.whole("charging.grid_lifetime_years", low=1),
    }
    highest: dict[tuple[str, str], int] = defaultdict(int)
    paid: dict[tuple[int, str], int] = defaultdict(int)
    left: dict[str, Fraction] = defaultdict(Fraction)
    assets: list[tuple[int, int]] = []
    for stage in frame.stages:
        for site in stage.sites:
            for kind, value in _new_values(frame, site, stage.at).items():
                more = value - highest[kind, site]
                if more <= 0:
                    continue
                highest[kind, site] = value
                assets.append((stage.first_year, more))
                served = stage.first_year
                while served <= end:
                    lines[served - lead, f"capital.{kind}", site] += more
                    paid[served - lead, site] += more
                    served += lives[kind]
                left[kind] += Fraction(more * (served - 1 - end), lives[kind])
    share = given.number("ground.reserve_share")
    for (year, site), amount in paid.items():
        lines[year, "capital.reserve", site] += round(amount * share)
    for kind, amount_left in left.items():
        kept = round(amount_left * given.number("ground.residual_share"))
        lines[end, "capital.residual", kind] -= kept
    return assets


def _reckon_fleet(frame: Frame, lines: Lines) -> None:
    """Add lines of aircraft, spares and batteries, and what is left of them."""
    given, end = frame.given, frame.end_year
    price = frame.usd(given.number("aircraft.price_usd"))
    pack = round(
        frame.usd(given.number("battery.gross_kwh") * given.number("battery.price_per_kwh_usd"))
    )
    advance, spare = given.number("aircraft.advance_share"), given.number("aircraft.spares_share")
    life = given.whole("aircraft.lifetime_years", low=1)
    usable = int((1 - given.number("battery.retire_soh")) * _FADE)
    if usable <= 0:
        raise InvalidInput("battery.retire_soh", usable, "less than 1")
    left, life_left, had = Fraction(0), 0, 0
    for year in sorted(frame.fleet):
        count = frame.fleet[year] - had
        if count <= 0:
            continue
        had += count
        cost = round(price * count)
        begun = year
        while begun <= end:
            early = round(cost * advance)
            lines[begun - 1, "capital.aircraft", ""] += early
            lines[begun, "capital.aircraft", ""] += cost - early
            lines[begun, "capital.spares", ""] += round(cost * spare)
            worn = 0
            for flown in range(begun, min(begun + life, end + 1)):
                total = worn + _fade(frame, flown)
                bought = (total // usable - worn // usable) * count
                lines[flown, "capital.batteries", ""] += bought * pack
                worn = total
            if begun + life > end and worn >= usable:
                life_left += count * (usable - worn % usable)
            begun += life
        left += Fraction(cost * (begun - 1 - end), life)
    worth = left * given.number("aircraft.residual_share")
    lines[end, "capital.residual", "aircraft"] -= round(worth)
    lines[end, "capital.residual", "spares"] -= round(worth * spare)
    packs = Fraction(life_left * pack, usable) * given.number("battery.residual_share")
    lines[end, "capital.residual", "batteries"] -= round(packs)


def _fade(frame: Frame, year: int) -> int:
    """Return thousand-millionths of its capacity that a battery loses in a year."""
    given = frame.given
    cycles = frame.year_of(year, "energy_kwh") / (
        given.above_zero("battery.gross_kwh") * max(1, frame.fleet[year])
    )
    by_use = cycles / given.above_zero("battery.full_cycles") / 5
    by_age = given.number("battery.calendar_fade_per_year")
    return round(by_use * _FADE) + int(by_age * _FADE)


def _reckon_crews(frame: Frame, lines: Lines) -> None:
    """Add lines of training and simulators."""
    given = frame.given
    most, simulators = 0, 0
    for year in sorted(frame.pilots):
        hired = max(0, frame.pilots[year] - most)
        most += hired
        needed = ceil(Fraction(most, given.whole("crew.pilots_per_simulator", low=1)))
        training = frame.usd(given.number("crew.training_usd") * hired)
        bought = frame.usd(given.number("crew.simulator_usd") * (needed - simulators))
        lines[year, "capital.training", ""] += round(training)
        lines[year, "capital.simulators", ""] += round(bought)
        simulators = needed


def _reckon_operations(frame: Frame, lines: Lines, year: int, built_tiyn: int) -> None:
    """Add the operations of one year, overhead last."""
    given, stage = frame.given, frame.stage(year)
    posts = sum(
        given.number(f"site_types.{given.texts[f'sites.{site}.type']}.posts")
        for site in stage.sites
    )
    persons = ceil(posts * given.number("ground.staff_per_post"))
    wage = 12 * _TIYN * given.number("crew.wage_month_kzt") * (
        1 + given.number("crew.employer_share")
    )  # fmt: skip
    pilots, fleet = frame.pilots[year], frame.fleet[year]
    air = "aircraft"
    hours = Fraction(round(frame.year_of(year, "flight_ms") * 10**6 / _HOUR_MS), 10**6)
    by_hour = round(frame.usd(given.number(f"{air}.maintenance_per_flight_h_usd") * hours))
    by_year = round(frame.usd(given.number(f"{air}.maintenance_per_aircraft_year_usd") * fleet))
    hull = given.number(f"{air}.price_usd") * given.number(f"{air}.insurance_share") * fleet
    service = "service"
    costs = {
        "pilots": round(wage * given.number("crew.pilot_wage_factor") * pilots),
        "pilot_checks": round(frame.usd(given.number("crew.recurrent_year_usd") * pilots)),
        "ground_staff": round(wage * given.number("ground.staff_wage_factor") * persons),
        "upkeep": round(built_tiyn * given.number("ground.upkeep_share")),
        "maintenance": by_hour + by_year,
        "insurance": round(frame.usd(hull)),
        "energy": round(
            frame.year_of(year, "grid_kwh") * given.number(f"{service}.energy_per_kwh_tiyn")
        ),
        "navigation": round(
            frame.usd(
                frame.year_of(year, "sorties_flown")
                * given.number(f"{service}.navigation_per_sortie_usd")
            )
        ),
        "care": round(frame.year_of(year, "care_tiyn")),
        "sales": round(
            frame.year_of(year, "revenue_tiyn") * given.number(f"{service}.sales_share")
        ),
        "head_office": round(frame.usd(given.number(f"{service}.head_office_year_usd"))),
    }
    under = sum(amount for kind, amount in costs.items() if kind not in _WITHOUT_OVERHEAD)
    costs["overhead"] = round(under * given.number(f"{service}.overhead_share"))
    for kind, amount in costs.items():
        lines[year, f"operations.{kind}", ""] += amount


def _reckon_income(frame: Frame, lines: Lines, year: int) -> None:
    """Add fares, refunds and the tax in force in the middle of the year."""
    dated = sorted(p.partition(".")[2] for p in frame.given.values if p.startswith("vat."))
    in_force = [day for day in dated if day <= f"{year}-07-01"] or dated[:1]
    rate = frame.given.number(f"vat.{in_force[-1]}") if in_force else Fraction(0)
    fares = round(frame.year_of(year, "revenue_tiyn"))
    refunds = round(frame.year_of(year, "refunds_tiyn"))
    lines[year, "income.fares", ""] -= fares
    lines[year, "income.refunds", ""] += refunds
    lines[year, "tax.vat", ""] += round((fares - refunds) * rate / (1 + rate))


def _present(frame: Frame, amount: int, year: int) -> int:
    """Return what an amount is worth in the price year."""
    factor = 1 + frame.given.number("terms.discount_rate")
    return round(amount * factor ** (frame.given.whole("price_year") - year))


def _present_sum(frame: Frame, lines: Lines, kinds: set[str] | None = None) -> int:
    """Return the present sum of lines, all or those of some kinds: by year, then discounted."""
    sums: dict[int, int] = defaultdict(int)
    for (year, kind, _), amount in lines.items():
        if kinds is None or kind in kinds:
            sums[year] += amount
    return sum(_present(frame, amount, year) for year, amount in sums.items())


def present_of_kind(frame: Frame, lines: Lines, kind: str) -> int:
    """Return the present sum of one kind of line, `capital.sites`."""
    return _present_sum(frame, lines, {kind})


def reckon_totals(given: Inputs, lines: Lines) -> Totals:
    """Return every total of the account, by year and over all years."""
    frame = make_frame(given)
    start = frame.first_year - max(1, given.whole("ground.build_lead_years"))
    totals: Totals = {}
    cumulative = 0
    for year in range(start, frame.end_year + 1):
        of = _by_group(lines, year)
        deficit = of["operations"] + of["tax"] + of["income"]
        cash = deficit + of["capital"] - of["residual"]
        cumulative += cash
        totals[year, "capital_tiyn"] = of["capital"]
        totals[year, "operations_tiyn"] = of["operations"]
        totals[year, "fares_tiyn"] = -of["income"]
        totals[year, "vat_tiyn"] = of["tax"]
        totals[year, "deficit_tiyn"] = deficit
        totals[year, "cash_tiyn"] = cash
        totals[year, "cumulative_tiyn"] = cumulative
        totals[year, "present_tiyn"] = _present(frame, deficit + of["capital"], year)
        totals.update(_reckon_flow(frame, year))
    totals.update(_reckon_whole(frame, lines, totals))
    return totals


def _by_group(lines: Lines, year: int | None = None) -> dict[str, int]:
    """Return sums of a year, or of all, by group; residuals also by themselves."""
    sums: dict[str, int] = defaultdict(int)
    for (at, kind, _), amount in lines.items():
        if year is None or at == year:
            sums[kind.partition(".")[0]] += amount
            if kind == "capital.residual":
                sums["residual"] += amount
    return sums


def _reckon_flow(frame: Frame, year: int) -> Totals:
    """Return what is not money in one year, in millionths where it need not be whole."""
    names = {
        "passengers_units": "passengers_flown",
        "minutes_units": "minutes_saved",
        "sorties_units": "sorties_flown",
    }
    if year < frame.first_year:
        return {(year, name): 0 for name in ("fleet", "delivered", "pilots", *names)}
    life, had, delivered = frame.given.whole("aircraft.lifetime_years", low=1), 0, 0
    for begun in sorted(frame.fleet):
        more = max(0, frame.fleet[begun] - had)
        had += more
        if begun <= year and (year - begun) % life == 0:
            delivered += more
    flow: Totals = {
        (year, "fleet"): frame.fleet[year],
        (year, "delivered"): delivered,
        (year, "pilots"): frame.pilots[year],
    }
    for name, flown in names.items():
        flow[year, name] = int(frame.year_of(year, flown) * 10**6)
    return flow


def _reckon_whole(frame: Frame, lines: Lines, by_year: Totals) -> Totals:
    """Return what the account comes to over all its years."""
    of = _by_group(lines)
    years = sorted({year for year, _ in by_year if year is not None})
    npc = sum(by_year[year, "present_tiyn"] or 0 for year in years)
    passengers = sum(_present(frame, by_year[y, "passengers_units"] or 0, y) for y in years)
    minutes = sum(_present(frame, by_year[y, "minutes_units"] or 0, y) for y in years)
    every = {kind for _, kind, _ in lines}
    capital_kinds = {kind for kind in every if kind.startswith("capital.")}
    paid_kinds = capital_kinds | {kind for kind in every if kind.startswith("operations.")}
    taken = -_present_sum(frame, lines, {"income.fares", "income.refunds"})
    moving = -_present_sum(frame, lines, _MOVES_WITH_FARE)
    running = _present_sum(frame, lines, every - capital_kinds)
    rate = frame.given.above_zero("terms.kzt_per_usd")
    capital = of["capital"] - of["residual"]
    return {
        (None, "price_year"): frame.given.whole("price_year"),
        (None, "capital_tiyn"): capital,
        (None, "residual_tiyn"): -of["residual"],
        (None, "operations_tiyn"): of["operations"],
        (None, "fares_tiyn"): -of["income"],
        (None, "vat_tiyn"): of["tax"],
        (None, "net_cost_tiyn"): sum(lines.values()),
        (None, "net_present_cost_tiyn"): npc,
        (None, "net_present_cost_cents"): round(npc / rate),
        (None, "capital_present_tiyn"): _present_sum(frame, lines, capital_kinds),
        (None, "capital_cents"): round(capital / rate),
        (None, "passengers_present_units"): passengers,
        (None, "minutes_present_units"): minutes,
        (None, "mean_fare_tiyn"): _each(taken, passengers),
        (None, "break_even_fare_tiyn"): _fare(npc + moving, taken, moving, passengers),
        (None, "running_break_even_fare_tiyn"): _fare(running + moving, taken, moving, passengers),
        (None, "subsidy_per_passenger_tiyn"): _each(npc, passengers),
        (None, "subsidy_per_minute_tiyn"): _each(npc, minutes),
        (None, "cost_per_minute_tiyn"): _each(_present_sum(frame, lines, paid_kinds), minutes),
    }


def _each(amount: int, millionths: int) -> int | None:
    """Return an amount over a number; None if that is not more than 0."""
    if millionths <= 0:
        return None
    each = round(Fraction(amount * 10**6, millionths))
    return each if abs(each) < _EACH_MAX else None


def _fare(fixed: int, taken: int, moving: int, passengers: int) -> int | None:
    """Return the mean fare at which what moves with the fare pays for what does not."""
    if min(passengers, taken, moving) <= 0:
        return None
    fare = round(Fraction(fixed, moving) * Fraction(taken * 10**6, passengers))
    return fare if abs(fare) < _EACH_MAX else None
