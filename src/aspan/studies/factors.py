"""Factors: what is not known, within which range, and who says so.

Factors of the setting change what is flown; their ranges are those the city's files state, put into
the terms of a `Setting`. Factors of money are the inputs of the costs whose file states a range,
by their path. The value is taken as the likeliest and the range as the limits: a triangular
distribution, or, where only some values can be, each as likely as the others. Factors are taken as
independent, which overstates the spread of sums and understates that of products.
"""

from collections.abc import Callable, Sequence
from math import exp, log, sqrt
from typing import Any, Final, Literal

import msgspec
import numpy as np

from aspan.primitives.errors import InvalidInput
from aspan.primitives.units import MS_PER_S
from aspan.studies.estimates import Floats
from aspan.studies.setting import RESERVES_S, Setting
from aspan.world.city import City
from aspan.world.costs import Costs, replace_input
from aspan.world.quantity import Mark, Quantity

FOG_FACTORS: Final = (0.75, 1.5)
"""Assumed: facts 9.18 recall the fog days of a year within a fifth; how long fog lies on each is
modelled and observed by nobody, so the range is wider, above more than below."""

CARDS: Final = {
    "energy_factor": "level_flight",
    "gross_kwh": "usable_energy",
    "soh": "usable_energy",
    "battery.full_cycles": "usable_energy",
    "process_s": "demonstration",
    "aircraft.maintenance_per_flight_h_usd": "demonstration",
}
"""Cards of the test site, by their scenario, that measure a factor."""

PACK_ENERGY: Final = "battery.gross_kwh"
"""Input of the costs that the setting's `gross_kwh` is as well."""

_MULTIPLIED: Final = ("demand", "energy_factor", "fog_factor", "value_of_time_factor")


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """One unknown.

    Parameters
    ----------
    name
        A field of `Setting`, or the path of an input of the costs.
    kind
        What it changes: the setting of the days, or the costs.
    value
        The likeliest, in `unit`; what holds while others vary.
    levels
        The only values there can be; any between `low` and `high` if empty.
    card
        Scenario of the test site whose cards measure it; empty where none does.
    """

    name: str
    kind: Literal["setting", "cost"]
    low: float
    value: float
    high: float
    unit: str
    source: str
    mark: Mark
    levels: tuple[float, ...] = ()
    card: str = ""

    def __post_init__(self) -> None:
        """Refuse a range that does not hold its value."""
        if not self.low <= self.value <= self.high or self.low == self.high:
            shown = [self.low, self.value, self.high]
            raise InvalidInput(
                f"factor {self.name}", shown, "low, value, high in order, low < high"
            )

    def spread_out(self, unit: Floats) -> Floats:
        """Return values for numbers that are uniform in [0, 1)."""
        if self.levels:
            index = (np.asarray(unit) * len(self.levels)).astype(np.int64)
            return np.array(self.levels)[np.minimum(index, len(self.levels) - 1)]
        span, mode = self.high - self.low, (self.value - self.low) / (self.high - self.low)
        rising = self.low + span * np.sqrt(unit * mode)
        falling = self.high - span * np.sqrt((1.0 - unit) * (1.0 - mode))
        found: Floats = np.where(unit < mode, rising, falling)
        return found


def spread_out(factors: Sequence[Factor], unit: Floats) -> Floats:
    """Return the values of all factors, a column each, for points of the unit cube."""
    columns = [factor.spread_out(unit[:, i]) for i, factor in enumerate(factors)]
    return np.stack(columns, axis=1)


def list_factors(
    city: City, costs: Costs | None, setting: Setting | None = None, names: Sequence[str] = ()
) -> tuple[Factor, ...]:
    """Return what is unknown of a city and its costs: the setting's first, then by path.

    Parameters
    ----------
    setting
        What a study fixes (reserve, health, energy of a pack, time of process) is no unknown of it.
    names
        Those wanted, in this order; all if empty.
    """
    fixed = setting or Setting()
    found = [
        factor
        for name, make in _MAKERS.items()
        if getattr(fixed, name) == getattr(Setting(), name) or name in _MULTIPLIED
        for factor in [make(city)]
        if factor is not None
    ]
    found += list_cost_factors(costs) if costs is not None else []
    if not names:
        return tuple(found)
    known = {factor.name: factor for factor in found}
    for name in names:
        if name not in known:
            raise InvalidInput("sampling: factors", name, f"one of {', '.join(known)}")
    return tuple(known[name] for name in names)


def list_cost_factors(costs: Costs) -> list[Factor]:
    """Return the inputs of the costs that have a range; taxes are law and have none.

    The energy of a pack is an unknown of the setting, and its price follows in `make_costs`.
    """
    return [
        _of_quantity(path, "cost", quantity)
        for path, quantity in sorted(costs.quantities.items())
        if path != PACK_ENERGY
        and quantity.low < quantity.high
        and quantity.low <= quantity.value <= quantity.high
    ]


def make_setting(base: Setting, factors: Sequence[Factor], row: Sequence[float]) -> Setting:
    """Return a setting with the factors of it as a row says; multiples multiply the base's own."""
    changes: dict[str, Any] = {}
    for factor, value in zip(factors, row, strict=True):
        if factor.kind != "setting":
            continue
        if factor.name in _MULTIPLIED:
            changes[factor.name] = float(value) * getattr(base, factor.name)
        elif factor.name in ("reserve_s", "process_s"):
            changes[factor.name] = round(value)
        else:
            changes[factor.name] = float(value)
    return msgspec.structs.replace(base, **changes)


def make_costs(base: Costs, factors: Sequence[Factor], row: Sequence[float]) -> Costs:
    """Return costs with the factors of them as a row says."""
    costs = base
    for factor, value in zip(factors, row, strict=True):
        if factor.kind == "cost":
            costs = replace_input(costs, factor.name, float(value))
        elif factor.name == "gross_kwh":
            costs = replace_input(costs, PACK_ENERGY, float(value))
    return costs


def _of_quantity(name: str, kind: Literal["setting", "cost"], quantity: Quantity) -> Factor:
    return Factor(
        name=name,
        kind=kind,
        low=quantity.low,
        value=quantity.value,
        high=quantity.high,
        unit=quantity.unit,
        source=quantity.source,
        mark=quantity.mark,
        card=CARDS.get(name, ""),
    )


def _of_setting(name: str, low: float, value: float, high: float, source: str) -> Factor | None:
    """Return a factor of the setting that is derived from the city's ranges; None without one."""
    if not low < high:
        return None
    return Factor(
        name=name,
        kind="setting",
        low=low,
        value=min(high, max(low, value)),
        high=high,
        unit="1",
        source=source,
        mark="derived",
        card=CARDS.get(name, ""),
    )


def _demand(city: City) -> Factor | None:
    """Return how far the wishes of all segments may be off, by trips per resident."""
    return _of_segments(city, "demand", "trips_per_resident_day")


def _value_of_time(city: City) -> Factor | None:
    """Return how far the worth of time may be off, by its medians."""
    return _of_segments(city, "value_of_time_factor", "value_of_time_median_kzt_h")


def _of_segments(city: City, name: str, field: str) -> Factor | None:
    """Return the factor by which a number of all segments may be off together."""
    stated = [
        quantity
        for segment in city.demand.segments
        for quantity in [city.quantities.get(f"segments.{segment.segment_id}.{field}")]
        if quantity is not None and quantity.value > 0.0
    ]
    whole = sum(quantity.value for quantity in stated)
    if whole == 0.0:
        return None
    low = sum(quantity.low for quantity in stated) / whole
    high = sum(quantity.high for quantity in stated) / whole
    return _of_setting(name, low, 1.0, high, f"ranges of {field} of all segments, off together")


def _energy(city: City) -> Factor | None:
    """Return how far the power of flight may be off: lift to drag and efficiency of cruise."""
    stated = [
        quantity
        for field in ("lift_to_drag_max", "cruise_efficiency")
        for quantity in [city.quantities.get(f"aircraft_type.{field}")]
        if quantity is not None and quantity.low > 0.0
    ]
    less = sqrt(sum(log(quantity.high / quantity.value) ** 2 for quantity in stated))
    more = sqrt(sum(log(quantity.value / quantity.low) ** 2 for quantity in stated))
    source = "ranges of lift_to_drag_max and cruise_efficiency, independent"
    return _of_setting("energy_factor", exp(-less), 1.0, exp(more), source)


def _health(city: City) -> Factor | None:
    """Return the mean health of a fleet's packs over their life."""
    retired = city.quantities.get("aircraft_type.retire_soh")
    if retired is None or not city.airframes:
        return None
    mean = sum(airframe.soh for airframe in city.airframes) / len(city.airframes)
    source = "from retire_soh to new; mean of the fleet's file"
    return _of_setting("soh", retired.value, mean, 1.0, source)


def _gross(city: City) -> Factor | None:
    return _stated(city, "gross_kwh", "aircraft_type.gross_kwh", 1.0)


def _process(city: City) -> Factor | None:
    factor = _stated(city, "process_s", "service.process_ms", 1.0 / MS_PER_S)
    return None if factor is None else msgspec.structs.replace(factor, unit="s")


def _stated(city: City, name: str, path: str, scale: float) -> Factor | None:
    """Return a number of the city as a factor, in the setting's unit; None without a range."""
    stated = city.quantities.get(path)
    if stated is None or not stated.low < stated.high:
        return None
    factor = _of_quantity(name, "setting", stated)
    return msgspec.structs.replace(
        factor, low=factor.low * scale, value=factor.value * scale, high=factor.high * scale
    )


def _reserve(city: City) -> Factor | None:
    """Return the final reserve by day: one of the two that the law may ask for."""
    stated = city.quantities.get("reserve.final_reserve_s")
    low, high = RESERVES_S
    if stated is None or (stated.low, stated.high) != (low, high):
        return None
    factor = _of_quantity("reserve_s", "setting", stated)
    return msgspec.structs.replace(factor, levels=(float(low), float(high)))


def _fog(city: City) -> Factor | None:
    """Return how far the chance of fog may be off; None where there is no fog."""
    if not any(city.weather.fog.fog_day_chance):
        return None
    source = "Assumed: fog days recalled within a fifth (facts 9.18), their hours modelled"
    factor = _of_setting("fog_factor", FOG_FACTORS[0], 1.0, FOG_FACTORS[1], source)
    return None if factor is None else msgspec.structs.replace(factor, mark="assumed")


_MAKERS: Final[dict[str, Callable[[City], Factor | None]]] = {
    "demand": _demand,
    "value_of_time_factor": _value_of_time,
    "energy_factor": _energy,
    "gross_kwh": _gross,
    "soh": _health,
    "reserve_s": _reserve,
    "process_s": _process,
    "fog_factor": _fog,
}
