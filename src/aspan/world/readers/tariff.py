"""The tariff from `city.toml`: `[tariff]`, its dated tax, conditions and care; it may be absent."""

from itertools import pairwise

from aspan.primitives.instants import parse_date
from aspan.world.car import HOURS_A_DAY
from aspan.world.readers.tables import Table
from aspan.world.tariff import CancellationStep, Care, LateStep, Tariff, VatRate


def read_tariff(head: Table) -> Tariff | None:
    """Return the tariff of the city; None if it states none."""
    if not head.has("tariff"):
        return None
    table = head.table("tariff")
    tariff = table.fill(
        Tariff,
        hour_factor_by_hour=table.numbers("hour_factor_by_hour", count=HOURS_A_DAY),
        cancellation=tuple(row.fill(CancellationStep) for row in table.rows("cancellation")),
        vat=_read_vat(table),
        care=_read_care(table.table("care")),
    )
    _check(table, tariff)
    return tariff


def _read_vat(table: Table) -> tuple[VatRate, ...]:
    """Return the dated rates, at least one, in order."""
    rates: list[VatRate] = []
    for row in table.rows("vat"):
        rate = row.fill(VatRate)
        parse_date(rate.from_date, field=row.refuse("from_date", "", "").field)
        if rates and not rates[-1].from_date < rate.from_date:
            raise row.refuse("from_date", rate.from_date, f"a date after {rates[-1].from_date}")
        rates.append(rate)
    if not rates:
        raise table.refuse("vat", None, "at least one rate with its from_date")
    return tuple(rates)


def _read_care(table: Table) -> Care:
    late = tuple(row.fill(LateStep) for row in table.rows("late"))
    for before, after in pairwise(late):
        if not (before.late_ms < after.late_ms and before.back_share <= after.back_share):
            raise table.refuse("late", after.late_ms, "longer delays, and no smaller shares back")
    return table.fill(Care, late=late)


def _check(table: Table, tariff: Tariff) -> None:
    """Refuse bounds the wrong way round, and conditions that ask more of who is early."""
    if tariff.demand_factor_high < tariff.demand_factor_low:
        low = f"at least demand_factor_low {tariff.demand_factor_low:g}"
        raise table.refuse("demand_factor_high", tariff.demand_factor_high, low)
    if tariff.pooling_discount >= 1.0:
        raise table.refuse("pooling_discount", tariff.pooling_discount, "less than 1")
    steps = tariff.cancellation
    for before, after in pairwise(steps):
        if not (before.before_ms > after.before_ms and before.kept_share <= after.kept_share):
            raise table.refuse(
                "cancellation", after.before_ms, "shorter notice, and no smaller shares kept"
            )
