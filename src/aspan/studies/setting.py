"""A setting: what befalls a plan, beside the dates and the seed of a simulated day.

Every field that is None, and every factor that is 1, leaves what the city's files say. Prices and
the exchange rate are no part of it: they change money, never a flown day.
"""

import msgspec

from aspan.primitives.errors import InvalidInput
from aspan.studies.plan import short_hash

RESERVES_S = (1200, 1800)
"""Final reserves by day that a study may ask for: 20 and 30 min (facts 4.2, 4.3)."""


class Setting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions in which the days of a plan are flown.

    Parameters
    ----------
    demand
        Multiplies the wishes to travel, 0 or more.
    reserve_s
        Final reserve by day where the route is landable everywhere; 1,200 or 1,800. [s]
    soh
        State of health of every battery pack, in (0, 1].
    gross_kwh
        Energy of a new battery.
    energy_factor
        Times the power needed in flight, hover and cruise alike.
    charger_kw
        Of every charger, over what the plan says.
    fog_factor
        Times the chance that a day has fog in the plain, by month.
    winter_morning_fog
        Share of the days of November to March that begin in fog, in [0, 1].
    value_of_time_factor
        Times what a saved hour is worth to travellers.
    process_s
        Door of the vertiport to off-block. [s]
    months
        Months that are flown, 1 to 12; all if empty.
    """

    demand: float = 1.0
    reserve_s: int | None = None
    soh: float | None = None
    gross_kwh: float | None = None
    energy_factor: float = 1.0
    charger_kw: float | None = None
    fog_factor: float = 1.0
    winter_morning_fog: float | None = None
    value_of_time_factor: float = 1.0
    process_s: int | None = None
    months: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no day can be flown in."""
        if self.reserve_s is not None and self.reserve_s not in RESERVES_S:
            raise InvalidInput("setting: reserve_s", self.reserve_s, "1200 or 1800")
        _check("demand", self.demand, 0.0, 1000.0)
        _check("soh", self.soh, 0.5, 1.0)
        _check("gross_kwh", self.gross_kwh, 50.0, 1000.0)
        _check("energy_factor", self.energy_factor, 0.8, 1.5)
        _check("charger_kw", self.charger_kw, 20.0, 2000.0)
        _check("fog_factor", self.fog_factor, 0.0, 10.0)
        _check("winter_morning_fog", self.winter_morning_fog, 0.0, 1.0)
        _check("value_of_time_factor", self.value_of_time_factor, 0.1, 10.0)
        _check("process_s", self.process_s, 0.0, 7200.0)
        months = list(self.months)
        if months != sorted(set(months)) or not all(1 <= month <= 12 for month in months):
            raise InvalidInput(
                "setting: months", months, "months from 1 to 12, in order, each once"
            )

    @property
    def setting_id(self) -> str:
        """Hash of what the setting says, the same in every process and study."""
        return short_hash(self)

    @property
    def months_flown(self) -> tuple[int, ...]:
        """Months that are flown, in order."""
        return self.months or tuple(range(1, 13))


def _check(name: str, value: float | None, low: float, high: float) -> None:
    """Refuse a number outside its bounds."""
    if value is not None and not low <= value <= high:
        raise InvalidInput(f"setting: {name}", value, f"a number from {low:g} to {high:g}")
