"""How long a face asks for seats to be kept: by the city's tariff and the pace of its clock."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import pytest

from aspan.faces.http.callers import Caller, Callers
from aspan.faces.http.sales_desk import SalesDesk
from aspan.faces.http.wire_sales import BookingRequest
from aspan.live.keys import open_keys
from aspan.operations.sales import HoldSeats
from aspan.world.readers import load_city

if TYPE_CHECKING:
    from aspan.faces.http.sales_view import SalesView

BODY = b"""{"travellers": [{"mass_kg": 80}],
    "departure": {"origin": "WEST", "destination": "EAST", "ready_at_ms": 1000000}}"""


class _TakenError(Exception):
    """Raised with the command that a service would be given."""


class _Service:
    """Shows the command it is given instead of doing it."""

    async def take(self, _cause: str, command: HoldSeats, _read: object) -> None:
        raise _TakenError(command)


@pytest.mark.parametrize(("pace", "asked_ms"), [(1.0, 0), (3.0, 1_800_000)])
def test_a_fast_clock_keeps_seats_longer_than_the_tariff_says(
    tmp_path: Path, pace: float, asked_ms: int
) -> None:
    """Ten minutes by the tariff are half an hour at three times the pace, not three times two."""
    city = load_city("tiny")
    tariff = city.rules.tariff
    assert tariff is not None
    rules = msgspec.structs.replace(
        city.rules, tariff=msgspec.structs.replace(tariff, hold_ms=600_000)
    )
    desk = SalesDesk(
        cast("SalesView", _Service()),
        city=msgspec.structs.replace(city, rules=rules),
        now_ms=lambda: 0,
        pace=lambda: pace,
        signer=open_keys(tmp_path / "keys"),
        callers=cast("Callers", None),
    )
    asked = msgspec.json.decode(BODY, type=BookingRequest)
    caller = Caller("shop", frozenset({"bookings"}))
    with pytest.raises(_TakenError) as taken:
        asyncio.run(desk.hold(caller, "key-0123456789abcdef", asked, lang="en"))
    assert taken.value.args[0].hold_ms == asked_ms
