"""Capital: what is bought and built, when it is paid, when again, and what is left at the end.

An asset is in service from a year on, is bought again when its lifetime is over, and at the end of
the horizon is worth the part of its price that its straight line has left, times what of that can
be realised. Buildings, chargers and grid are paid `build_lead_years` before they are in service,
aircraft in part a year before.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.exact import UNITS, round_ratio, to_units, usd_to_tiyn
from aspan.studies.money import Case, Line, make_line
from aspan.studies.plan import SiteDesign
from aspan.world.costs import Costs

FADE_UNITS: Final = 10**9
"""Fading of a battery is counted in whole thousand-millionths of its capacity."""

FADE_OF_CYCLES: Final = FADE_UNITS // 5
"""Capacity lost in `full_cycles`: a fifth (facts B.10)."""


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """Something bought once: in service from a year on, for so much, so many years.

    Parameters
    ----------
    subject
        Site it stands at; empty for aircraft.
    count
        Aircraft of the delivery; 1 otherwise.
    """

    kind: str
    subject: str
    from_year: int
    amount_tiyn: int
    lifetime_years: int
    count: int = 1

    def list_begins(self, end_year: int) -> list[int]:
        """Return the years in which it is put in service, anew after each lifetime."""
        return list(range(self.from_year, end_year + 1, self.lifetime_years))


PackYear = tuple[Asset, int, int, int]
"""A delivery, a year, packs replaced an aircraft in it, and the fading of the pack so far."""


def list_built(case: Case) -> list[Asset]:
    """Return sites, chargers and grid as they are put in service, by stage and site."""
    built: list[Asset] = []
    before: dict[str, tuple[int, int, int]] = {}
    costs = case.costs
    lifetimes = (
        costs.ground.lifetime_years,
        costs.charging.charger_lifetime_years,
        costs.charging.grid_lifetime_years,
    )
    for stage in case.programme.stages:
        for site in stage.plan.sites:
            now = value_site(site, costs)
            old = before.get(site.vertiport_id, (0, 0, 0))
            for kind, value, was, years in zip(
                ("sites", "chargers", "grid"), now, old, lifetimes, strict=True
            ):
                if value > was:
                    built.append(
                        Asset(
                            kind=kind, subject=site.vertiport_id, from_year=stage.first_year,
                            amount_tiyn=value - was, lifetime_years=years,
                        )
                    )  # fmt: skip
            before[site.vertiport_id] = (
                max(now[0], old[0]), max(now[1], old[1]), max(now[2], old[2]),
            )  # fmt: skip
    return built


def value_site(site: SiteDesign, costs: Costs) -> tuple[int, int, int]:
    """Return what a site costs new: what is built, chargers, grid; whole tiyn each."""
    stated = costs.get_site(site.vertiport_id)
    kind = costs.get_site_type(stated.type)
    more_fatos = max(0, site.fatos - kind.fatos)
    more_stands = max(0, site.stands + stated.contingency_places - kind.stands)
    rate = to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    usd = (
        to_units(kind.build_usd, "build_usd")
        + more_fatos * to_units(costs.ground.fato_usd, "ground.fato_usd")
        + more_stands * to_units(costs.ground.stand_usd, "ground.stand_usd")
    )
    charger_kw = site.chargers * to_units(site.charger_kw, "charger_kw")
    grid_kw = to_units(site.site_power_kw, "site_power_kw")
    charging = costs.charging
    return (
        usd_to_tiyn(rate, usd),
        usd_to_tiyn(rate, charger_kw, to_units(charging.charger_per_kw_usd, "charger_per_kw_usd")),
        usd_to_tiyn(rate, grid_kw, to_units(charging.grid_per_kw_usd, "grid_per_kw_usd")),
    )


def list_aircraft(case: Case) -> list[Asset]:
    """Return the deliveries that make the fleet larger, one asset a year that has any."""
    costs = case.costs
    rate = to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    price = to_units(costs.aircraft.price_usd, "aircraft.price_usd")
    bought: list[Asset] = []
    had = 0
    for year in case.years:
        more = case.fleet_in(year) - had
        if more > 0:
            bought.append(
                Asset(
                    kind="aircraft", subject="", from_year=year, count=more,
                    amount_tiyn=usd_to_tiyn(rate, price, more * UNITS),
                    lifetime_years=costs.aircraft.lifetime_years,
                )
            )  # fmt: skip
            had += more
    return bought


def count_delivered(fleet: list[Asset], year: int, end_year: int) -> int:
    """Return aircraft that are put in service in a year, in place of old ones too."""
    return sum(asset.count for asset in fleet if year in asset.list_begins(end_year))


def list_capital(
    case: Case, pilots: dict[int, int], built: list[Asset], fleet: list[Asset]
) -> list[Line]:
    """Return every line of capital; lines of 0 are left out.

    Parameters
    ----------
    pilots
        Employed, by year of service.
    built, fleet
        By `list_built` and `list_aircraft`.
    """
    packs = list(list_packs(case, fleet))
    lines = [
        *_list_start_up(case),
        *_list_aircraft_lines(case, fleet, packs),
        *_list_crew_lines(case, pilots),
        *_list_built_lines(case, built),
        *_list_residuals(case, built, fleet, packs),
    ]
    return [line for line in lines if line.amount_tiyn != 0]


def _list_start_up(case: Case) -> Iterator[Line]:
    rate = to_units(case.costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    usd = to_units(case.costs.service.start_up_usd, "service.start_up_usd")
    yield make_line(case.programme.first_year - 1, "start_up", usd_to_tiyn(rate, usd))


def _list_aircraft_lines(case: Case, fleet: list[Asset], packs: list[PackYear]) -> Iterator[Line]:
    """Yield advance and rest of each delivery, its spares, and the batteries that follow."""
    aircraft = case.costs.aircraft
    advance = to_units(aircraft.advance_share, "aircraft.advance_share")
    spares = to_units(aircraft.spares_share, "aircraft.spares_share")
    for asset in fleet:
        for year in asset.list_begins(case.end_year):
            first_tiyn = round_ratio(asset.amount_tiyn * advance, UNITS)
            yield make_line(year - 1, "aircraft", first_tiyn)
            yield make_line(year, "aircraft", asset.amount_tiyn - first_tiyn)
            yield make_line(year, "spares", round_ratio(asset.amount_tiyn * spares, UNITS))
    pack_tiyn = _price_pack_tiyn(case.costs)
    for asset, year, bought, _ in packs:
        if bought:
            yield make_line(year, "batteries", bought * asset.count * pack_tiyn)


def _list_crew_lines(case: Case, pilots: dict[int, int]) -> Iterator[Line]:
    """Yield training and simulators, as pilots become more than ever before."""
    crew = case.costs.crew
    rate = to_units(case.costs.terms.kzt_per_usd, "terms.kzt_per_usd")
    training = to_units(crew.training_usd, "crew.training_usd")
    simulator = to_units(crew.simulator_usd, "crew.simulator_usd")
    trained, bought = 0, 0
    for year in case.years:
        more = max(0, pilots[year] - trained)
        trained += more
        needed = -(-trained // crew.pilots_per_simulator)
        yield make_line(year, "training", usd_to_tiyn(rate, training, more * UNITS))
        new = (needed - bought) * UNITS
        yield make_line(year, "simulators", usd_to_tiyn(rate, simulator, new))
        bought = needed


def _list_built_lines(case: Case, built: list[Asset]) -> Iterator[Line]:
    """Yield what is paid for sites, chargers and grid, and the reserve on it, by site."""
    lead = case.costs.ground.build_lead_years
    share = to_units(case.costs.ground.reserve_share, "ground.reserve_share")
    paid: dict[tuple[int, str], int] = {}
    for asset in built:
        for begin in asset.list_begins(case.end_year):
            year = begin - lead
            yield make_line(year, asset.kind, asset.amount_tiyn, asset.subject)
            key = (year, asset.subject)
            paid[key] = paid.get(key, 0) + asset.amount_tiyn
    for (year, subject), amount_tiyn in sorted(paid.items()):
        yield make_line(year, "reserve", round_ratio(amount_tiyn * share, UNITS), subject)


def _price_pack_tiyn(costs: Costs) -> int:
    """Return the price of one pack."""
    return usd_to_tiyn(
        to_units(costs.terms.kzt_per_usd, "terms.kzt_per_usd"),
        to_units(costs.battery.gross_kwh, "battery.gross_kwh"),
        to_units(costs.battery.price_per_kwh_usd, "battery.price_per_kwh_usd"),
    )


def list_packs(case: Case, fleet: list[Asset]) -> Iterator[PackYear]:
    """Yield for each delivery and year: packs replaced an aircraft, and fading of the last one.

    Use is spread evenly over the fleet of a year. A pack is replaced in the year in which its
    fading reaches `1 - retire_soh`; what is beyond counts for the next one. A new aircraft brings
    its first pack with it.
    """
    usable = usable_fade(case.costs)
    fade = {year: fade_of_year(case, year) for year in case.years}
    for asset in fleet:
        begins = asset.list_begins(case.end_year)
        for begin, until in zip(begins, [*begins[1:], case.end_year + 1], strict=True):
            total, replaced = 0, 0
            for year in range(begin, until):
                total += fade[year]
                now = total // usable
                yield asset, year, now - replaced, total
                replaced = now


def usable_fade(costs: Costs) -> int:
    """Return the fading after which a pack is retired; `InvalidInput` if that is none."""
    usable = (UNITS - to_units(costs.battery.retire_soh, "battery.retire_soh")) * (
        FADE_UNITS // UNITS
    )
    if usable <= 0:
        raise InvalidInput("battery.retire_soh", costs.battery.retire_soh, "less than 1")
    return usable


def fade_of_year(case: Case, year: int) -> int:
    """Return how much an aircraft's battery fades in a year of service, by use and by age."""
    battery = case.costs.battery
    days = case.costs.terms.service_days_per_year
    means = case.means[case.stage_index(year)]
    used = days * to_units(means.energy_kwh, "energy_kwh") * FADE_OF_CYCLES
    room = (
        to_units(battery.gross_kwh, "battery.gross_kwh")
        * to_units(battery.full_cycles, "battery.full_cycles")
        * max(1, case.fleet_in(year))
    )
    age = to_units(battery.calendar_fade_per_year, "battery.calendar_fade_per_year")
    if room <= 0:
        raise InvalidInput("battery", battery.full_cycles, "cycles and energy of more than 0")
    return round_ratio(used * UNITS, room) + age * (FADE_UNITS // UNITS)


def _list_residuals(
    case: Case, built: list[Asset], fleet: list[Asset], packs: list[PackYear]
) -> Iterator[Line]:
    """Yield what is left at the end of the last year, by kind of asset."""
    ground = to_units(case.costs.ground.residual_share, "ground.residual_share")
    air = to_units(case.costs.aircraft.residual_share, "aircraft.residual_share")
    for kind in ("sites", "chargers", "grid"):
        assets = [asset for asset in built if asset.kind == kind]
        yield _residual(case, kind, assets, ground, UNITS)
    yield _residual(case, "aircraft", fleet, air, UNITS)
    spares = to_units(case.costs.aircraft.spares_share, "aircraft.spares_share")
    yield _residual(case, "spares", fleet, air, spares)
    yield _residual_of_packs(case, packs)


def _residual(case: Case, subject: str, assets: list[Asset], share: int, part: int) -> Line:
    """Return the residual of assets of one lifetime.

    Parameters
    ----------
    share
        Of the straight line that can be realised, in millionths.
    part
        Of the assets' amounts that is meant, in millionths: all, or the spares.
    """
    left = 0
    for asset in assets:
        used = case.end_year - asset.list_begins(case.end_year)[-1] + 1
        left += asset.amount_tiyn * (asset.lifetime_years - used)
    lifetime = assets[0].lifetime_years if assets else 1
    amount_tiyn = round_ratio(left * share * part, lifetime * UNITS * UNITS)
    return make_line(case.end_year, "residual", -amount_tiyn, subject)


def _residual_of_packs(case: Case, packs: list[PackYear]) -> Line:
    """Return the residual of packs that were bought in place of worn ones."""
    usable = usable_fade(case.costs)
    share = to_units(case.costs.battery.residual_share, "battery.residual_share")
    last = case.end_year
    left = sum(
        asset.count * (usable - total % usable)
        for asset, year, _, total in packs
        if year == last and total >= usable
    )
    amount_tiyn = round_ratio(left * share * _price_pack_tiyn(case.costs), usable * UNITS)
    return make_line(last, "residual", -amount_tiyn, "batteries")
