"""The public tariff tells the city's own rules, in each language, and bounds that hold."""

import msgspec
import pytest

from aspan.faces.http.tariff_view import tell_tariff
from aspan.world.readers import load_city


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_every_pair_has_its_bounds(lang: str) -> None:
    """Flat between least and most, names of the sites in the language asked for."""
    city = load_city("tiny")
    told = tell_tariff(city, lang)
    assert told.currency == "KZT"
    assert len(told.pairs) == len({(one.origin, one.destination) for one in told.pairs}) > 0
    for one in told.pairs:
        assert one.least_tiyn <= one.flat_tiyn <= one.most_tiyn
        assert one.origin_name == getattr(city.get_vertiport(one.origin).names, lang)


def test_what_moves_fares_is_what_the_city_states() -> None:
    """Bounds, conditions, dated tax and care are those of the city, word for word."""
    tariff = load_city("tiny").rules.tariff
    assert tariff is not None
    told = tell_tariff(load_city("tiny"), "en")
    assert told.moves is not None
    assert told.sale is not None
    assert told.moves.demand_factor_high == tariff.demand_factor_high
    assert told.sale.cancellation == tariff.cancellation
    assert (told.vat, told.care) == (tariff.vat, tariff.care)
    assert msgspec.json.decode(msgspec.json.encode(told), type=type(told)) == told


def test_a_city_without_a_tariff_tells_flat_fares() -> None:
    """Least and most are the flat fare, and nothing else is stated."""
    city = load_city("tiny")
    rules = msgspec.structs.replace(city.rules, tariff=None)
    told = tell_tariff(msgspec.structs.replace(city, rules=rules), "en")
    assert (told.moves, told.sale, told.vat, told.care) == (None, None, (), None)
    assert all(one.least_tiyn == one.flat_tiyn == one.most_tiyn for one in told.pairs)
