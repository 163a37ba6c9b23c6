"""A fare as it goes over the wire: its lines and the tax within it, in one language."""

from typing import Final

from aspan.faces.http.sales_words import find_text, say
from aspan.faces.http.wire_sales import Fare, FareLine, TaxShare
from aspan.faces.report.words import Words
from aspan.primitives.instants import ms_to_local
from aspan.world.city import City
from aspan.world.tariff import FACTOR_UNITS, to_units

CURRENCY: Final = "KZT"


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
    date = ms_to_local(off_block_ms, city.time_zone).date().isoformat()
    rate = tariff.find_vat_rate(date)
    units = to_units(rate)
    whole = FACTOR_UNITS + units
    percent = Words(lang, city.time_zone).percent(rate, 0)
    return TaxShare(
        kind="vat",
        rate=rate,
        amount_tiyn=(2 * fare_tiyn * units + whole) // (2 * whole),
        text=say(lang, "tax.vat", percent=percent),
    )
