"""Law 8, fares: what is charged lies within the city's bounds; who gives up is paid back by rule.

Own short formulas over the tables `[fares]` and `[tariff]` of the city's files. A fare may lie
anywhere between the least and the most its pair can cost: the hour and the seats that others had
when it was sold are not in the tables.
"""

from math import asin, cos, radians, sin, sqrt

from aspan.audit.findings import Check
from aspan.audit.rows import Booking, MoneyLine
from aspan.audit.run import Run
from aspan.audit.truth import SiteTruth, TariffTruth

WITHDRAWN, CHANGED = "withdrawn", "changed"
"""Reasons of a passenger's own: given up, and changed for another booking."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (H. Moritz, *Geodetic Reference System 1980*, 2000)."""

ROUNDING_TIYN = 400
"""Four steps of a fare are each rounded down to a whole tenge."""

SHARE_ROUNDING = 0.001
"""Shares count in thousandths."""

SLACK_MS = 15 * 60_000
"""A plan shifts by minutes after the off-block was told, so notice is only known within this."""


def check_fares(run: Run) -> list[Check]:
    """Return the clauses of law 8 about fares and refunds to passengers who gave up."""
    bounds = run.begin("8", "fare-bounds", "a fare lies between the least and the most that the "
                       "city's tariff allows for its pair and party", "bookings", "sorties",
                       )  # fmt: skip
    given_up = run.begin("8", "withdrawn-refund", "who gives a booking up is paid back what the "
                         "city's conditions say, and a change costs no more", "bookings",
                         "sorties", "money")  # fmt: skip
    charges = _first_charges(run.tables.money or ())
    for booking in run.tables.bookings or ():
        if bounds.is_ready and booking.fare_tiyn:
            _check_bounds(run, booking, bounds)
        if given_up.is_ready and _is_given_up(booking) and booking.booking_id in charges:
            _check_given_up(run, booking, charges[booking.booking_id], given_up)
    return [bounds, given_up]


def _first_charges(lines: tuple[MoneyLine, ...]) -> dict[str, int]:
    """Return when each booking was charged, which is when it was confirmed."""
    found: dict[str, int] = {}
    for line in lines:
        if line.kind == "charge":
            found.setdefault(line.booking_id, line.at_ms)
    return found


def _is_given_up(booking: Booking) -> bool:
    return (booking.status, booking.reason) in (("cancelled", WITHDRAWN), ("rebooked", CHANGED))


def _check_bounds(run: Run, booking: Booking, bounds: Check) -> None:
    sortie = run.sortie_by_id.get(booking.sortie_ids[-1]) if booking.sortie_ids else None
    ends = None if sortie is None else (sortie.origin, sortie.planned_destination)
    if run.rules.fares is None or ends is None or not all(e in run.city.sites for e in ends):
        return
    least, most = _seat_bounds_tiyn(run, run.city.sites[ends[0]], run.city.sites[ends[1]])
    party = booking.party
    bounds.expect(
        party * (least - ROUNDING_TIYN) <= booking.fare_tiyn <= party * most,
        f"booking {booking.booking_id}: fare {booking.fare_tiyn} tiyn for {party}, "
        f"{party * least:.0f} to {party * most:.0f} tiyn from {ends[0]} to {ends[1]}",
    )


def _seat_bounds_tiyn(run: Run, origin: SiteTruth, destination: SiteTruth) -> tuple[float, float]:
    """Return the least and the most a seat costs, roundings left out."""
    fares, tariff = run.rules.fares, run.rules.tariff
    assert fares is not None
    distance_km = _great_circle_m(origin, destination) / 1000.0
    flat = max(fares.minimum_tiyn, fares.base_tiyn + fares.per_km_tiyn * distance_km)
    if tariff is None:
        return flat, flat + 1.0
    hours = tariff.hour_factor_by_hour
    slack = 1.0 + SHARE_ROUNDING
    low = min(hours) * tariff.demand_factor_low * (1.0 - tariff.pooling_discount) / slack
    return flat * low, flat * max(hours) * tariff.demand_factor_high * slack + 1.0


def _great_circle_m(a: SiteTruth, b: SiteTruth) -> float:
    """Return the great circle between two sites, by the haversine."""
    lat_a, lat_b = radians(a.lat_deg), radians(b.lat_deg)
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(b.lon_deg - a.lon_deg) / 2) ** 2
    return 2.0 * EARTH_RADIUS_M * asin(sqrt(half))


def _check_given_up(run: Run, booking: Booking, confirmed_ms: int, given_up: Check) -> None:
    tariff, ended_ms, told_ms = run.rules.tariff, booking.ended_at_ms, booking.off_block_told_at_ms
    if tariff is None or ended_ms is None or told_ms is None:
        return
    kept = booking.fare_tiyn - (booking.refund_tiyn or 0)
    shares = [
        _kept_share(tariff, left_ms=off_ms - ended_ms, after_ms=ended_ms - confirmed_ms)
        for off_ms in (_latest_off_ms(run, booking, told_ms) + SLACK_MS, told_ms - SLACK_MS)
    ]
    least, most = (share * booking.fare_tiyn for share in shares)
    if booking.status == "rebooked":
        least, most = 0.0, min(most, float(tariff.change_fee_tiyn * booking.party))
    if booking.changed_from:
        most = float(booking.fare_tiyn)
    given_up.expect(
        least - ROUNDING_TIYN <= kept <= most + ROUNDING_TIYN,
        f"booking {booking.booking_id}, {booking.reason}: kept {kept} tiyn of "
        f"{booking.fare_tiyn} tiyn, the conditions say {least:.0f} to {most:.0f} tiyn",
    )


def _latest_off_ms(run: Run, booking: Booking, told_ms: int) -> int:
    """Return the latest off-block known of the sorties of a booking, told, planned or flown."""
    latest = told_ms
    for sortie_id in booking.sortie_ids:
        sortie = run.sortie_by_id.get(sortie_id)
        if sortie is not None:
            latest = max(latest, sortie.planned_off_block_at_ms, sortie.off_block_at_ms or 0)
    return latest


def _kept_share(tariff: TariffTruth, *, left_ms: int, after_ms: int) -> float:
    """Return the share of a fare that the conditions keep of who gives up."""
    if left_ms > 0 and after_ms <= tariff.free_withdrawal_ms:
        return 0.0
    for step in tariff.cancellation:
        if left_ms > 0 and left_ms >= step.before_ms:
            return step.kept_share
    return 1.0
