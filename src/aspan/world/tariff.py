"""The tariff: how the fare of a seat moves about the base, and what is paid back when.

Numbers of the city, `[tariff]` of `city.toml`, with their ranges among its quantities. A city may
state none: then fares are flat, and who withdraws has the whole fare back.
"""

import msgspec

from aspan.primitives.errors import ensure

FACTOR_UNITS = 1000
"""Factors and shares of money count in whole thousandths, so that fares are sums of integers."""


class CancellationStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of the fare of a party that withdraws at least so long before off-block.

    Parameters
    ----------
    before_ms
        Before the planned off-block.
    kept_share
        Of the fare, in [0, 1].
    """

    before_ms: int
    kept_share: float


class VatRate(msgspec.Struct, frozen=True, kw_only=True):
    """Value added tax from a local date on, as a share of the price before tax (facts 4.34)."""

    from_date: str
    vat_rate: float


class LateStep(msgspec.Struct, frozen=True, kw_only=True):
    """What is paid back of the fare of a party that we bring at least so late, share in [0, 1]."""

    late_ms: int
    back_share: float


class Care(msgspec.Struct, frozen=True, kw_only=True):
    """What a party gets when we cannot fly it as promised; it may always have its money instead.

    Parameters
    ----------
    air_late_ms_max
        Another sortie is offered while it arrives at most so long after the promised arrival.
    offers_ground
        Whether a ground taxi is offered at our cost; who takes it has the whole fare back too.
    late
        Of a party carried by air after all, by how late it comes; from the shortest delay on.
    """

    air_late_ms_max: int
    offers_ground: bool
    late: tuple[LateStep, ...] = ()


class Tariff(msgspec.Struct, frozen=True, kw_only=True):
    """How fares move, what is given back, and how far ahead seats are sold.

    A seat costs its flat fare × the factor of the local hour of off-block × the demand factor ×
    (1 − the pooling discount, for who joins a sortie that others are on).

    Parameters
    ----------
    hour_factor_by_hour
        24 factors, by local hour of the planned off-block.
    demand_factor_low, demand_factor_high
        Of a departure nobody is on, and of the last seat of one; in between evenly by the seats
        that others have.
    pooling_discount
        Share of the fare, in [0, 1).
    horizon_days
        Seats are sold up to so many days ahead.
    fleet_share_ahead
        Share of the fleet whose seats may be promised before an aircraft is assigned, in [0, 1].
    hold_ms
        A hold keeps seats so long unless it is confirmed.
    free_withdrawal_ms
        Who withdraws within this of the confirmation, and before off-block, has everything back.
    capture_after_ms
        A payment is captured so long after the confirmation, or at off-block if that is sooner.
    unbound_void_ms
        An authorised payment that pays for no booking is given back after this.
    change_fee_tiyn
        A seat; never more than withdrawing would cost.
    cancellation
        From the longest notice to the shortest; later than the last, nothing is paid back.
    vat
        In order of date.
    """

    hour_factor_by_hour: tuple[float, ...]
    demand_factor_low: float
    demand_factor_high: float
    pooling_discount: float
    horizon_days: int
    fleet_share_ahead: float
    hold_ms: int
    free_withdrawal_ms: int
    capture_after_ms: int
    unbound_void_ms: int
    change_fee_tiyn: int
    cancellation: tuple[CancellationStep, ...]
    vat: tuple[VatRate, ...]
    care: Care

    def find_vat_rate(self, date: str) -> float:
        """Return the rate in force on a local date, YYYY-MM-DD; the first one before its start."""
        return find_vat_rate(self.vat, date)


def find_vat_rate(rates: tuple[VatRate, ...], date: str) -> float:
    """Return which of rates, in order of date, is in force on a local date; the first before."""
    ensure(bool(rates), "tariff.vat: no rate")
    rate = rates[0].vat_rate
    for row in rates:
        if row.from_date <= date:
            rate = row.vat_rate
    return rate


def to_units(factor: float) -> int:
    """Return a factor or share in whole thousandths."""
    return round(factor * FACTOR_UNITS)
