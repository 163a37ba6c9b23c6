"""The tariff of a city: what is read, what is refused, and which tax is in force."""

import shutil
from pathlib import Path

import pytest

from aspan.primitives.errors import InvalidInput
from aspan.world.readers import load_city
from aspan.world.tariff import Tariff, to_units

TINY = Path(__file__).parents[3] / "cities" / "tiny"


def read(folder: Path) -> Tariff:
    """Return the tariff of a city that has one."""
    tariff = load_city(str(folder)).rules.tariff
    assert tariff is not None
    return tariff


def spoil(tmp_path: Path, old: str, new: str) -> Path:
    """Return a copy of the small city whose `city.toml` was changed in one place."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    text = (folder / "city.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "city.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.mark.parametrize("city", ["tiny", "alatau", "bench"])
def test_every_city_states_how_its_fares_move(city: str) -> None:
    """Bounds, discount, holds and horizon are there, each number with range and source."""
    loaded = load_city(city)
    tariff = loaded.rules.tariff
    assert tariff is not None
    assert tariff.demand_factor_low <= tariff.demand_factor_high
    assert (tariff.hold_ms, tariff.capture_after_ms) == (120_000, 600_000)
    assert (tariff.unbound_void_ms, tariff.horizon_days) == (1_800_000, 30)
    for path in ("tariff.hold_ms", "tariff.hour_factor_by_hour[7]", "tariff.vat[1].vat_rate",
                 "tariff.cancellation[0].before_ms", "tariff.care.late[1].back_share"):  # fmt: skip
        quantity = loaded.quantities[path]
        assert quantity.low <= quantity.value <= quantity.high
        assert quantity.source


def test_tax_is_that_of_the_date() -> None:
    """12 % until the end of 2025, 16 % from the first day of 2026 on (facts 4.34)."""
    tariff = read(TINY)
    assert tariff.find_vat_rate("2025-12-31") == 0.12
    assert tariff.find_vat_rate("2026-01-01") == 0.16
    assert tariff.find_vat_rate("1999-01-01") == 0.12


def test_factors_count_in_whole_thousandths() -> None:
    """A factor of 1.05 is 1,050 thousandths, whatever the float beneath says."""
    assert [to_units(factor) for factor in (1.05, 0.1, 1.0, 0.9995)] == [1050, 100, 1000, 1000]


def test_a_city_without_a_tariff_is_read(tmp_path: Path) -> None:
    """The whole table may be left out."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    text = (folder / "city.toml").read_text(encoding="utf-8")
    first, last = text.index("[tariff]"), text.index("[service]")
    (folder / "city.toml").write_text(text[:first] + text[last:], encoding="utf-8")
    assert load_city(str(folder)).rules.tariff is None


SPOILT = {
    "factor of nothing": ("0.95, 1.0, 1.1", "0.0, 1.0, 1.1", "hour_factor_by_hour", "more than 0"),
    "an hour short": ("values = [1.0, 1.0, ", "values = [1.0, ", "hour_factor_by_hour", "24"),
    "bounds the wrong way round": (
        'demand_factor_low = { value = 1.0, unit = "1", low = 0.9, high = 1.0',
        'demand_factor_low = { value = 1.3, unit = "1", low = 0.9, high = 1.3',
        "demand_factor_high", "at least demand_factor_low 1.3",
    ),
    "all for nothing": (
        'pooling_discount = { value = 0.1, unit = "1", low = 0.0, high = 0.3',
        'pooling_discount = { value = 1.0, unit = "1", low = 0.0, high = 1.0',
        "pooling_discount", "less than 1",
    ),
    "who is early pays more": (
        'kept_share = { value = 0.0, unit = "1", low = 0.0, high = 0.1',
        'kept_share = { value = 0.9, unit = "1", low = 0.0, high = 0.9',
        "tariff.cancellation", "no smaller shares kept",
    ),
    "rates out of order": (
        'from_date = "2009-01-01"\nvat', 'from_date = "2027-01-01"\nvat',
        "vat[1].from_date", "a date after 2027-01-01",
    ),
    "a date that is none": ("2009-01-01", "2009-13-01", "vat[0].from_date", "YYYY-MM-DD"),
    "who is later gets less": (
        'back_share = { value = 0.25, unit = "1", low = 0.1, high = 0.5',
        'back_share = { value = 0.75, unit = "1", low = 0.1, high = 0.75',
        "tariff.care.late", "no smaller shares back",
    ),
    "a word nobody knows": ("offers_ground = true", "offers_ground = true\nvip = 1", "vip", "no"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_spoilt_tariff_is_refused(name: str, tmp_path: Path) -> None:
    """The error names the place and what was expected there."""
    old, new, place, expected = SPOILT[name]
    with pytest.raises(InvalidInput) as caught:
        load_city(str(spoil(tmp_path, old, new)))
    assert place in str(caught.value)
    assert expected in str(caught.value)


def test_a_tariff_needs_a_rate_of_tax(tmp_path: Path) -> None:
    """Without any dated rate no receipt could say what part is tax."""
    folder = Path(shutil.copytree(TINY, tmp_path / "copy"))
    text = (folder / "city.toml").read_text(encoding="utf-8")
    first, last = text.index("[[tariff.vat]]"), text.index("[tariff.care]")
    (folder / "city.toml").write_text(text[:first] + text[last:], encoding="utf-8")
    with pytest.raises(InvalidInput, match="at least one rate"):
        load_city(str(folder))
