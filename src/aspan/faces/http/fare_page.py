"""A fare as it goes over the wire: its lines and the tax within it, in one language."""

from functools import lru_cache
from typing import Final

from aspan.booking.fares import tax_within
from aspan.faces.http.sales_words import find_text, say
from aspan.faces.http.wire_sales import Fare, FareLine, TaxShare
from aspan.faces.report.words import Words
from aspan.primitives.instants import ms_to_local
from aspan.primitives.units import MS_PER_MIN
from aspan.world.city import City

CURRENCY: Final = "KZT"
QUARTER_MS: Final = 15 * MS_PER_MIN


def tell_fare(
    city: City, fare_tiyn: int, lines: tuple[tuple[str, int], ...], *, off_block_ms: int, lang: str
) -> Fare:
    """Return a fare with its lines; one line without any, so that they always add up."""
    shown = lines or (("fare", fare_tiyn),)
    return Fare(
        total_tiyn=fare_tiyn,
        currency=CURRENCY,
        lines=tuple(
            FareLine(kind=name, amount_tiyn=tiyn, text=find_text(lang, f"fare.{name}") or name)
            for name, tiyn in shown
        ),
        tax=_tell_tax(city, fare_tiyn, off_block_ms=off_block_ms, lang=lang),
    )


def _tell_tax(city: City, fare_tiyn: int, *, off_block_ms: int, lang: str) -> TaxShare | None:
    tariff = city.rules.tariff
    if tariff is None:
        return None
    date = date_of_quarter(off_block_ms // QUARTER_MS, city.time_zone)
    rate = tariff.find_vat_rate(date)
    return TaxShare(
        kind="vat",
        rate=rate,
        amount_tiyn=tax_within(fare_tiyn, rate),
        text=_word_tax(rate, lang, city.time_zone),
    )


@lru_cache(maxsize=256)
def _word_tax(rate: float, lang: str, zone: str) -> str:
    return say(lang, "tax.vat", percent=Words(lang, zone).percent(rate, 0))


@lru_cache(maxsize=4096)
def date_of_quarter(quarter: int, zone: str) -> str:
    """Return the local date of a quarter of an hour since 1970; no zone changes date within one."""
    return ms_to_local(quarter * QUARTER_MS, zone).date().isoformat()
