"""The ledger of a simulated run, from its tables: the same double entry as from a log.

Facts are taken from the lines of `money.parquet` and from how bookings ended; what they must come
to is asked of the sums that `bookings.parquet` states. Two roads to the same sums.

The twin's travellers pay, and are paid back, at once. Tables do not tell what the provider of a
service has captured, let go of or paid back, so the folder of a service is refused: ask its store.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from aspan.booking.ledger import Fact, TrialBalance, balance, list_entries
from aspan.compose.ledger import EARNED, PREPAID, Difference
from aspan.operations.lifecycles import BookingStatus
from aspan.primitives.errors import InvalidInput
from aspan.primitives.instants import ms_to_local
from aspan.world.tariff import VatRate, find_vat_rate

FOLDER = "a folder of `aspan simulate --out`"
BOOKING_COLUMNS = (
    "booking_id", "status", "fare_tiyn", "refund_tiyn", "ride_tiyn",
    "off_block_told_at_ms", "ended_at_ms",
)  # fmt: skip
MONEY_COLUMNS = ("booking_id", "at_ms", "kind", "amount_tiyn")
UNSOLD = (BookingStatus.REFUSED, BookingStatus.HELD, BookingStatus.EXPIRED)

Row = dict[str, Any]


class _Taxes(msgspec.Struct, frozen=True):
    vat: tuple[VatRate, ...]


class _City(msgspec.Struct, frozen=True):
    """What `city.json` says of taxes; no tariff, no tax."""

    time_zone: str
    tariff: _Taxes | None = None


class RunLedger(msgspec.Struct, frozen=True, kw_only=True):
    """The books of a run, from so many lines of money, and where its bookings say otherwise."""

    lines: int
    trial: TrialBalance
    differences: list[Difference]


def fold_folder(folder: Path) -> RunLedger:
    """Return the books of a simulated run; `InvalidInput` for a folder that is none."""
    if not (folder / "trips.parquet").is_file():
        expected = f"{FOLDER}; of a service, or its export, the log that is its store"
        raise InvalidInput("store", str(folder), expected)
    city = _read_city(folder / "city.json")
    bookings = {row["booking_id"]: row for row in _read(folder, "bookings", BOOKING_COLUMNS)}
    money = _read(folder, "money", MONEY_COLUMNS)
    trial = balance(list_entries(_list_facts(city, bookings, money)))
    return RunLedger(lines=len(money), trial=trial, differences=_list_differences(trial, bookings))


def _list_facts(city: _City, bookings: dict[str, Row], money: list[Row]) -> Iterator[Fact]:
    """Yield what the lines say, and what was earned when bookings ended."""
    left = dict.fromkeys(bookings, 0)
    late: list[Row] = []
    for line in money:
        booking = bookings.get(line["booking_id"])
        if booking is None:
            raise InvalidInput("money.parquet", line["booking_id"], "a booking of this run")
        is_earned = booking["status"] in EARNED and line["at_ms"] > booking["ended_at_ms"]
        if line["kind"] == "refund" and is_earned:
            late.append(line)
            continue
        left[line["booking_id"]] += 0 if line["kind"] == "compensation" else line["amount_tiyn"]
        yield from _enter(line, None, is_after=False)
    for booking_id, booking in bookings.items():
        if booking["status"] in EARNED:
            rate = _find_rate(city, booking)
            yield _fact("earned", booking_id, booking["ended_at_ms"], left[booking_id], rate)
    for line in late:
        yield from _enter(line, _find_rate(city, bookings[line["booking_id"]]), is_after=True)


def _enter(line: Row, rate: float | None, *, is_after: bool) -> Iterator[Fact]:
    owner, at_ms, tiyn = line["booking_id"], line["at_ms"], line["amount_tiyn"]
    match line["kind"]:
        case "charge":
            yield _fact("sold", owner, at_ms, tiyn)
            yield _fact("captured", owner, at_ms, tiyn)
        case "refund":
            yield _fact("given_back", owner, at_ms, -tiyn, rate, is_after=is_after)
            yield _fact("repaid", owner, at_ms, -tiyn)
        case "compensation":
            yield _fact("driven", owner, at_ms, -tiyn)
        case unknown:
            raise InvalidInput("money.parquet: kind", unknown, "charge, refund or compensation")


def _fact(
    kind: Any,  # noqa: ANN401  one of `FactKind`
    owner: str,
    at_ms: int,
    tiyn: int,
    rate: float | None = None,
    *,
    is_after: bool = False,
) -> Fact:
    return Fact(
        kind=kind, owner=owner, at_ms=at_ms, amount_tiyn=tiyn, vat_rate=rate, is_after=is_after
    )


def _find_rate(city: _City, booking: Row) -> float | None:
    """Return the tax rate of the date for which a party's off-block was told last.

    Assumed: none was moved over midnight of a day on which the rate changes; a log would tell.
    """
    if city.tariff is None:
        return None
    day = ms_to_local(booking["off_block_told_at_ms"], city.time_zone).date()
    return find_vat_rate(city.tariff.vat, day.isoformat())


def _list_differences(trial: TrialBalance, bookings: dict[str, Row]) -> list[Difference]:
    """Return the accounts that do not hold what the bookings say."""
    sold = [row for row in bookings.values() if row["status"] not in UNSOLD]
    told = {
        "provider_cash": sum(row["fare_tiyn"] - row["refund_tiyn"] for row in sold),
        "prepaid_fares": -sum(
            row["fare_tiyn"] - row["refund_tiyn"] for row in sold if row["status"] in PREPAID
        ),
        "care_payable": -sum(row["ride_tiyn"] for row in sold),
        "refunds_payable": 0,
        "provider_receivable": 0,
    }
    return [
        Difference(account=name, ledger_tiyn=trial.balances_tiyn[name], records_tiyn=tiyn)
        for name, tiyn in told.items()
        if trial.balances_tiyn[name] != tiyn
    ]


def _read_city(path: Path) -> _City:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_City)
    except (OSError, msgspec.DecodeError) as error:
        raise InvalidInput("store", str(path), f"the city of {FOLDER} ({error})") from None


def _read(folder: Path, name: str, columns: tuple[str, ...]) -> list[Row]:
    """Return the rows of a table, these columns of each."""
    import polars as pl

    path = folder / f"{name}.parquet"
    try:
        frame = pl.read_parquet(path, columns=list(columns))
    except (OSError, pl.exceptions.PolarsError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInput("store", str(path), f"a table of {FOLDER} ({first})") from None
    return frame.rows(named=True)
